//! In: a name in a file. Out: what it stands for in the vocabularies that file reads. Never here: expressions, or declaring anything.

use super::blocks::Checker;
use super::expr::Context;
use super::lookup::unknown;
use super::symbols::{Entry, Scope};
use super::{DecisionId, OutcomeId, VocabId};
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast::Ident;
use crate::value::{EnumId, InputId, RecordId, Type};
use smol_str::SmolStr;

impl Checker<'_> {
    fn scopes(&self) -> impl Iterator<Item = (VocabId, &Scope)> {
        self.scope.iter().filter_map(|v| self.symbols.scopes.get(v.at()).map(|s| (*v, s)))
    }

    /// Everything in reach with a name; a vocabulary's own names come first and hide those it reads.
    fn every<T: Copy + PartialEq>(&self, get: impl Fn(&Scope) -> Option<T>) -> Vec<(VocabId, T)> {
        let mut found: Vec<(VocabId, T)> = Vec::new();
        for (v, s) in self.scopes() {
            if let Some(t) = get(s)
                && !found.iter().any(|(_, f)| *f == t)
            {
                found.push((v, t));
            }
        }
        found
    }

    fn one<T: Copy + PartialEq>(&mut self, name: &Ident, get: impl Fn(&Scope) -> Option<T>) -> Option<T> {
        let found = self.every(get);
        let first = found.first().map(|(_, t)| *t);
        if found.len() > 1 && !self.hidden(&found) {
            let owners: Vec<String> = found.iter().map(|(v, _)| format!("`{}`", self.symbols.vocabulary(*v).name)).collect();
            self.out.push(
                Diagnostic::at(&codes::E0208, name.span, format!("`{}` is declared by {}", name.text, owners.join(" and ")))
                    .label("which one is meant?")
                    .help("a file that reads both vocabularies cannot use a name both declare; split the file, or rename one"),
            );
        }
        first
    }

    /// Inside a vocabulary its own names hide others.
    fn hidden<T>(&self, found: &[(VocabId, T)]) -> bool {
        self.own.is_some_and(|own| found.iter().any(|(v, _)| *v == own))
    }

    pub(super) fn find_input(&mut self, name: &Ident) -> Option<InputId> {
        self.one(name, |s| s.inputs.get(&name.text).copied())
    }

    pub(super) fn find_input_named(&self, name: &SmolStr) -> Option<InputId> {
        self.every(|s| s.inputs.get(name).copied()).first().map(|(_, i)| *i)
    }

    /// An input that is a list.
    pub(super) fn input_list(&self, name: &Ident) -> Option<InputId> {
        self.find_input_named(&name.text).filter(|i| matches!(self.symbols.input(*i).ty.base(), Type::List(_)))
    }

    pub(super) fn find_decision(&mut self, name: &Ident) -> Option<DecisionId> {
        self.one(name, |s| s.decisions.get(&name.text).copied())
    }

    pub(super) fn find_type(&mut self, name: &Ident) -> Option<Entry> {
        self.one(name, |s| s.types.get(&name.text).copied())
    }

    pub(super) fn find_record(&mut self, name: &Ident) -> Option<RecordId> {
        match self.find_type(name) {
            Some(Entry::Record(r)) => Some(r),
            _ => None,
        }
    }

    pub(super) fn find_variants(&self, name: &SmolStr) -> Vec<(EnumId, u16)> {
        let mut found: Vec<(EnumId, u16)> = Vec::new();
        for (v, s) in self.scopes() {
            if let Some(list) = s.variants.get(name) {
                if self.own == Some(v) {
                    return list.clone();
                }
                found.extend(list);
            }
        }
        found
    }

    pub(super) fn field_index(&self, record: RecordId, name: &SmolStr) -> Option<u16> {
        let fields = &self.symbols.record(record).fields;
        let found = fields.iter().position(|f| f.name == *name || f.alias.as_ref() == Some(name))?;
        u16::try_from(found).ok()
    }

    /// The decision with this name, reported when there is none.
    pub(super) fn decision(&mut self, name: &Ident) -> Option<DecisionId> {
        let found = self.find_decision(name);
        if found.is_none() {
            let known = self.decisions_in_reach();
            let d = unknown(&codes::E0204, "decision", &name.text, name.span, known.iter().map(SmolStr::as_str));
            self.out.push(match self.declared_elsewhere(&name.text) {
                Some(vocab) => d.help(format!("the vocabulary `{vocab}` has it: write `use {vocab}` in this file")),
                None => d,
            });
        }
        found
    }

    /// A vocabulary that declares a decision of this name and that the file does not read; the first by name.
    fn declared_elsewhere(&self, name: &SmolStr) -> Option<&SmolStr> {
        let named = self.symbols.decisions.iter().filter(|d| d.name == *name || d.alias.as_ref() == Some(name));
        named.map(|d| &self.symbols.vocabulary(d.vocab).name).min()
    }

    /// The outcome of a decision with this name, reported when there is none.
    pub(super) fn outcome_of(&mut self, decision: DecisionId, name: &Ident) -> Option<OutcomeId> {
        let d = self.symbols.decision(decision);
        let found = d.by_name.get(&name.text).copied();
        if found.is_none() {
            let what = format!("outcome of `{}`", d.name);
            let known = d.by_name.keys().map(SmolStr::as_str);
            self.out.push(unknown(&codes::E0205, &what, &name.text, name.span, known).related(d.span, "the decision is declared here"));
        }
        found
    }

    /// Another decision in reach with an outcome of this name.
    pub(super) fn decisions_with(&self, outcome: &SmolStr, except: DecisionId) -> Option<DecisionId> {
        let mut found: Vec<DecisionId> = self
            .scopes()
            .flat_map(|(_, s)| s.decisions.values().copied())
            .filter(|d| *d != except && self.symbols.decision(*d).by_name.get(outcome).is_some_and(|o| !self.symbols.outcome(*o).local))
            .collect();
        found.sort_unstable();
        found.first().copied()
    }

    pub(super) fn inputs_in_reach(&self) -> Vec<SmolStr> {
        self.scopes().flat_map(|(_, s)| s.inputs.keys().cloned()).collect()
    }

    pub(super) fn records_in_reach(&self) -> Vec<SmolStr> {
        self.scopes().flat_map(|(_, s)| s.types.iter().filter(|(_, e)| matches!(e, Entry::Record(_))).map(|(n, _)| n.clone())).collect()
    }

    pub(super) fn types_in_reach(&self) -> Vec<SmolStr> {
        let own = [
            "money", "rate", "points", "count", "number", "boolean", "text", "date", "month", "region", "days", "months", "years",
            "duration",
        ];
        let mut names: Vec<SmolStr> = own.iter().map(|n| SmolStr::new(*n)).collect();
        names.extend(self.scopes().flat_map(|(_, s)| s.types.keys().cloned()));
        names
    }

    pub(super) fn decisions_in_reach(&self) -> Vec<SmolStr> {
        self.scopes().flat_map(|(_, s)| s.decisions.keys().cloned()).collect()
    }

    /// Names that could stand where a value is read.
    pub(super) fn names_in_reach(&self, want: Option<&Type>, cx: &Context) -> Vec<SmolStr> {
        if let Some(Type::Enum(e)) = want.map(Type::base) {
            let own: Vec<SmolStr> = self.symbols.enum_(*e).by_name.keys().cloned().collect();
            if cx.decision.is_none() && cx.items.is_empty() {
                return own;
            }
            let mut names = own;
            names.extend(self.inputs_in_reach());
            return names;
        }
        let mut names: Vec<SmolStr> = self.inputs_in_reach();
        for (_, r) in &cx.items {
            names.extend(self.symbols.record(*r).fields.iter().map(|f| f.name.clone()));
        }
        names.extend(cx.items.iter().filter_map(|(n, _)| n.clone()));
        if let Some(d) = cx.decision {
            let d = self.symbols.decision(d);
            names.extend(d.by_name.keys().cloned());
            names.extend(d.args.iter().map(|a| a.name.clone()));
        }
        names.extend(self.scopes().flat_map(|(_, s)| s.variants.keys().cloned()));
        names
    }
}
