//! In: vocabularies as written. Out: their enums, records, inputs and decisions in the tables. Never here: statements, sources, regions.

use super::blocks::Checker;
use super::declare::Declared;
use super::symbols::{Entry, Scope};
use super::{Argument, Attribute, Decision, DecisionId, Enum, Input, Label, Outcome, OutcomeId, Record, VariantInfo, VocabId, Vocabulary};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Named, TypeExprKind, VocabItem};
use crate::value::{EnumId, InputId, RecordId, Type};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// Index as an id.
pub(super) fn id(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A label as stored.
pub(super) fn label(l: Option<&ast::Label>) -> Option<Label> {
    l.map(|l| Label { zh: l.zh.text.clone(), en: l.en.as_ref().map(|t| t.text.clone()) })
}

/// Name and alias.
pub(super) fn spellings(n: &Named) -> impl Iterator<Item = &ast::Ident> {
    std::iter::once(&n.name).chain(n.alias.as_ref())
}

/// Reports that `what` named like `name` exists already.
pub(super) fn twice(out: &mut Vec<Diagnostic>, what: &str, name: &ast::Ident, first: Span) {
    out.push(
        Diagnostic::at(&codes::E0209, name.span, format!("the {what} `{}` is declared twice", name.text))
            .label("declared again")
            .related(first, "first declared here")
            .help(match what {
                "enum" | "decision" => {
                    format!("to add to it write `{what} {} += < … >`; otherwise rename or remove one of them", name.text)
                }
                _ => "rename or remove one of them".to_string(),
            }),
    );
}

impl Declared {
    /// First pass: names of vocabularies, enums with their values, records, decisions (without types).
    pub(super) fn vocabularies(&mut self, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        let every = |pass: &mut dyn FnMut(&ast::Vocabulary)| {
            for file in files {
                for item in &file.items {
                    if let ast::Item::Vocabulary(v) = item {
                        pass(v);
                    }
                }
            }
        };
        every(&mut |v| {
            self.vocabulary(v);
        });
        every(&mut |v| {
            let vocab = self.vocabulary(v);
            for item in &v.items {
                match item {
                    VocabItem::Enum(e) if !e.extends => self.new_enum(e, vocab, out),
                    VocabItem::Record(r) => self.new_record(r, vocab, out),
                    VocabItem::Decision(d) if !d.extends => self.new_decision(d, vocab, out),
                    _ => {}
                }
            }
        });
    }

    fn vocabulary(&mut self, v: &ast::Vocabulary) -> VocabId {
        let found = spellings(&v.named).find_map(|n| self.symbols.vocab_by_name.get(&n.text).copied());
        let vocab = found.unwrap_or_else(|| {
            self.symbols.vocabularies.push(Vocabulary {
                name: v.named.name.text.clone(),
                alias: v.named.alias.as_ref().map(|a| a.text.clone()),
                label: label(v.named.label.as_ref()),
                span: v.named.name.span,
            });
            self.symbols.scopes.push(Scope::default());
            VocabId(id(self.symbols.vocabularies.len() - 1))
        });
        for name in spellings(&v.named) {
            self.symbols.vocab_by_name.entry(name.text.clone()).or_insert(vocab);
        }
        vocab
    }

    fn scope(&mut self, vocab: VocabId) -> Option<&mut Scope> {
        self.symbols.scopes.get_mut(vocab.at())
    }

    fn type_name(&mut self, named: &Named, vocab: VocabId, entry: Entry, what: &str, out: &mut Vec<Diagnostic>) -> bool {
        for name in spellings(named) {
            let known = self.symbols.scopes.get(vocab.at()).and_then(|s| s.types.get(&name.text)).copied();
            if let Some(first) = known.and_then(|e| match e {
                Entry::Enum(e) => self.symbols.enums.get(e.0 as usize).map(|e| e.span),
                Entry::Record(r) => self.symbols.records.get(r.0 as usize).map(|r| r.span),
                _ => None,
            }) {
                twice(out, what, name, first);
                return false;
            }
        }
        for name in spellings(named) {
            if let Some(s) = self.scope(vocab) {
                s.types.insert(name.text.clone(), entry);
            }
        }
        true
    }

    fn new_enum(&mut self, e: &ast::EnumDecl, vocab: VocabId, out: &mut Vec<Diagnostic>) {
        let enum_id = EnumId(id(self.symbols.enums.len()));
        if !self.type_name(&e.named, vocab, Entry::Enum(enum_id), "enum", out) {
            return;
        }
        self.symbols.enums.push(Enum {
            vocab,
            name: e.named.name.text.clone(),
            alias: e.named.alias.as_ref().map(|a| a.text.clone()),
            label: label(e.named.label.as_ref()),
            variants: Vec::new(),
            attributes: Vec::new(),
            by_name: FxHashMap::default(),
            span: e.named.name.span,
        });
        self.variants(enum_id, &e.variants, vocab, out);
    }

    /// Adds values to an enum.
    pub(super) fn variants(&mut self, enum_id: EnumId, variants: &[Named], vocab: VocabId, out: &mut Vec<Diagnostic>) {
        for v in variants {
            let Some(e) = self.symbols.enums.get_mut(enum_id.0 as usize) else { return };
            let clash = spellings(v).find_map(|n| e.by_name.get(&n.text).map(|i| (n, *i)));
            if let Some((name, first)) = clash {
                let span = e.variants.get(first as usize).map_or(e.span, |v| v.span);
                twice(out, "value", name, span);
                continue;
            }
            let Ok(index) = u16::try_from(e.variants.len()) else {
                out.push(Diagnostic::at(&codes::E0007, v.name.span, "an enum has at most 65,535 values").help("split it"));
                return;
            };
            e.variants.push(VariantInfo {
                name: v.name.text.clone(),
                alias: v.alias.as_ref().map(|a| a.text.clone()),
                label: label(v.label.as_ref()),
                span: v.name.span,
            });
            for name in spellings(v) {
                e.by_name.insert(name.text.clone(), index);
            }
            if let Some(s) = self.symbols.scopes.get_mut(vocab.at()) {
                for name in spellings(v) {
                    s.variants.entry(name.text.clone()).or_default().push((enum_id, index));
                }
            }
        }
    }

    fn new_record(&mut self, r: &ast::RecordDecl, vocab: VocabId, out: &mut Vec<Diagnostic>) {
        let record = RecordId(id(self.symbols.records.len()));
        if !self.type_name(&r.named, vocab, Entry::Record(record), "record", out) {
            return;
        }
        self.symbols.records.push(Record {
            vocab,
            name: r.named.name.text.clone(),
            alias: r.named.alias.as_ref().map(|a| a.text.clone()),
            fields: Vec::new(),
            span: r.named.name.span,
        });
    }

    fn new_decision(&mut self, d: &ast::DecisionDecl, vocab: VocabId, out: &mut Vec<Diagnostic>) {
        for name in spellings(&d.named) {
            let known = self.symbols.scopes.get(vocab.at()).and_then(|s| s.decisions.get(&name.text)).copied();
            if let Some(first) = known.map(|k| self.symbols.decision(k).span) {
                twice(out, "decision", name, first);
                return;
            }
        }
        let decision = DecisionId(id(self.symbols.decisions.len()));
        for name in spellings(&d.named) {
            if let Some(s) = self.scope(vocab) {
                s.decisions.insert(name.text.clone(), decision);
            }
        }
        self.symbols.decisions.push(Decision {
            vocab,
            name: d.named.name.text.clone(),
            alias: d.named.alias.as_ref().map(|a| a.text.clone()),
            label: label(d.named.label.as_ref()),
            args: Vec::new(),
            arrow: d.arrow,
            outcomes: Vec::new(),
            by_name: FxHashMap::default(),
            span: d.named.name.span,
        });
    }

    /// Adds an outcome or local definition to a decision.
    pub(super) fn outcome(&mut self, outcome: Outcome, names: &[&SmolStr]) -> OutcomeId {
        let decision = outcome.decision;
        let new = OutcomeId(id(self.symbols.outcomes.len()));
        self.symbols.outcomes.push(outcome);
        if let Some(d) = self.symbols.decisions.get_mut(decision.at()) {
            d.outcomes.push(new);
            for n in names {
                d.by_name.insert((*n).clone(), new);
            }
        }
        new
    }

    /// Second pass: types, which may name anything declared in the first.
    pub(super) fn vocabulary_types(&mut self, map: &SourceMap, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        // Enum values first: later passes see all of them.
        self.each_item(files, |this, vocab, scope, item, out| this.extensions(map, vocab, scope, item, out), out);
        self.each_item(files, |this, vocab, scope, item, out| this.fields(map, vocab, scope, item, out), out);
        self.each_item(files, |this, vocab, scope, item, out| this.typed(map, vocab, scope, item, out), out);
    }

    fn each_item(
        &mut self,
        files: &[ast::File],
        mut pass: impl FnMut(&mut Self, VocabId, &[VocabId], &VocabItem, &mut Vec<Diagnostic>),
        out: &mut Vec<Diagnostic>,
    ) {
        for (file, file_scope) in files.iter().zip(self.file_scopes.clone()) {
            for item in &file.items {
                let ast::Item::Vocabulary(v) = item else { continue };
                let vocab = self.vocabulary(v);
                // A vocabulary sees itself first, then what its file reads.
                let mut scope = vec![vocab];
                scope.extend(file_scope.iter().filter(|s| **s != vocab));
                for item in &v.items {
                    pass(self, vocab, &scope, item, out);
                }
            }
        }
    }

    fn with_checker<T>(&self, map: &SourceMap, scope: &[VocabId], out: &mut Vec<Diagnostic>, f: impl FnOnce(&mut Checker) -> T) -> T {
        let mut checker = Checker::new(&self.symbols, map, scope.to_vec(), &self.pending);
        checker.own = scope.first().copied();
        let result = f(&mut checker);
        out.append(&mut checker.out);
        result
    }

    fn extensions(&mut self, map: &SourceMap, vocab: VocabId, scope: &[VocabId], item: &VocabItem, out: &mut Vec<Diagnostic>) {
        if let VocabItem::Enum(e) = item
            && e.extends
        {
            let found = self.with_checker(map, scope, out, |c| match c.find_type(&e.named.name) {
                Some(Entry::Enum(found)) => Some(found),
                _ => {
                    let known = c.types_in_reach();
                    c.out.push(super::lookup::unknown(
                        &codes::E0206,
                        "enum",
                        &e.named.name.text,
                        e.named.name.span,
                        known.iter().map(SmolStr::as_str),
                    ));
                    None
                }
            });
            if let Some(found) = found {
                let owner = self.symbols.enum_(found).vocab;
                let _ = vocab;
                self.variants(found, &e.variants, owner, out);
            }
        }
    }

    fn fields(&mut self, map: &SourceMap, vocab: VocabId, scope: &[VocabId], item: &VocabItem, out: &mut Vec<Diagnostic>) {
        match item {
            VocabItem::Enum(e) => {
                let attributes = self.typed_fields(map, scope, &e.attributes, true, out);
                let Some(Entry::Enum(found)) = self.symbols.scopes.get(vocab.at()).and_then(|s| s.types.get(&e.named.name.text)).copied()
                else {
                    return;
                };
                if let Some(info) = self.symbols.enums.get_mut(found.0 as usize)
                    && info.attributes.is_empty()
                {
                    info.attributes = attributes;
                }
            }
            VocabItem::Record(r) => {
                let fields = self.typed_fields(map, scope, &r.fields, false, out);
                let Some(Entry::Record(found)) = self.symbols.scopes.get(vocab.at()).and_then(|s| s.types.get(&r.named.name.text)).copied()
                else {
                    return;
                };
                if let Some(info) = self.symbols.records.get_mut(found.0 as usize)
                    && info.fields.is_empty()
                {
                    info.fields = fields;
                }
            }
            _ => {}
        }
    }

    fn typed_fields(
        &mut self,
        map: &SourceMap,
        scope: &[VocabId],
        fields: &[ast::Field],
        attributes: bool,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<Attribute> {
        let mut made: Vec<Attribute> = Vec::new();
        for f in fields {
            if let Some(first) = made.iter().find(|m| m.name == f.named.name.text) {
                let span = first.span;
                twice(out, if attributes { "attribute" } else { "field" }, &f.named.name, span);
                continue;
            }
            let Some(ty) = self.with_checker(map, scope, out, |c| c.type_of(&f.ty)) else { continue };
            if !attributes && matches!(ty, Type::Flag | Type::Duration | Type::InputName) {
                out.push(
                    Diagnostic::at(&codes::E0206, f.ty.span, "this type is only for attributes of list elements")
                        .help("use `boolean`, or a duration with its unit such as `months`"),
                );
                continue;
            }
            made.push(Attribute {
                name: f.named.name.text.clone(),
                alias: f.named.alias.as_ref().map(|a| a.text.clone()),
                label: label(f.named.label.as_ref()),
                ty,
                span: f.named.name.span,
            });
        }
        made
    }

    fn typed(&mut self, map: &SourceMap, vocab: VocabId, scope: &[VocabId], item: &VocabItem, out: &mut Vec<Diagnostic>) {
        match item {
            VocabItem::Input(i) => self.input(map, vocab, scope, i, out),
            VocabItem::Decision(d) => self.decision(map, vocab, scope, d, out),
            _ => {}
        }
    }

    fn input(&mut self, map: &SourceMap, vocab: VocabId, scope: &[VocabId], i: &ast::InputDecl, out: &mut Vec<Diagnostic>) {
        for name in spellings(&i.named) {
            let known = self.symbols.scopes.get(vocab.at()).and_then(|s| s.inputs.get(&name.text)).copied();
            if let Some(first) = known.map(|k| self.symbols.input(k).span) {
                twice(out, "input", name, first);
                return;
            }
        }
        let Some(ty) = self.with_checker(map, scope, out, |c| c.type_of(&i.ty)) else { return };
        if matches!(ty.base(), Type::Flag | Type::Duration | Type::InputName) {
            out.push(
                Diagnostic::at(&codes::E0206, i.ty.span, "no input can have this type")
                    .help("use `boolean`, or a duration with its unit such as `months`"),
            );
            return;
        }
        let bounds = match &i.bounds {
            Some(b) if ty.is_numeric() => self.with_checker(map, scope, out, |c| c.bounds(b, &ty)),
            Some(b) => {
                out.push(Diagnostic::at(&codes::E0301, b.span, "only numbers and dates have bounds").help("remove the bounds"));
                None
            }
            None => None,
        };
        let input = InputId(id(self.symbols.inputs.len()));
        self.symbols.inputs.push(Input {
            vocab,
            name: i.named.name.text.clone(),
            alias: i.named.alias.as_ref().map(|a| a.text.clone()),
            label: label(i.named.label.as_ref()),
            ty,
            bounds,
            span: i.named.name.span,
        });
        for name in spellings(&i.named) {
            if let Some(s) = self.scope(vocab) {
                s.inputs.insert(name.text.clone(), input);
            }
        }
    }

    fn decision(&mut self, map: &SourceMap, vocab: VocabId, scope: &[VocabId], d: &ast::DecisionDecl, out: &mut Vec<Diagnostic>) {
        let found = if d.extends {
            self.with_checker(map, scope, out, |c| c.decision(&d.named.name))
        } else {
            let own = self.symbols.scopes.get(vocab.at()).and_then(|s| s.decisions.get(&d.named.name.text)).copied();
            // A second declaration was reported and adds nothing.
            own.filter(|o| self.symbols.decision(*o).span == d.named.name.span)
        };
        let Some(decision) = found else { return };
        if !d.extends {
            let mut args: Vec<Argument> = Vec::new();
            for (i, a) in d.args.iter().enumerate() {
                let ty = self.with_checker(map, scope, out, |c| match c.find_type(&a.ty) {
                    Some(Entry::Enum(e)) => Some(e),
                    _ => {
                        let known = c.types_in_reach();
                        c.out.push(super::lookup::unknown(&codes::E0206, "enum", &a.ty.text, a.ty.span, known.iter().map(SmolStr::as_str)));
                        None
                    }
                });
                let Some(ty) = ty else { continue };
                let twins = d.args.iter().filter(|x| x.name.is_none() && x.ty.text == a.ty.text).count() > 1;
                let name = match &a.name {
                    Some(n) => n.text.clone(),
                    // `scheme -> scheme`: the two are told apart by where they stand.
                    None if twins && d.arrow => SmolStr::new(if i == 0 { "origin" } else { "target" }),
                    None if twins => SmolStr::from(format!("{}_{}", a.ty.text, i + 1)),
                    None => a.ty.text.clone(),
                };
                args.push(Argument { name, ty });
            }
            if let Some(info) = self.symbols.decisions.get_mut(decision.at()) {
                info.args = args;
            }
        }
        for o in &d.outcomes {
            let clash = spellings(&o.named).find_map(|n| self.symbols.decision(decision).by_name.get(&n.text).map(|f| (n.clone(), *f)));
            if let Some((name, first)) = clash {
                let span = self.symbols.outcome(first).span;
                twice(out, "outcome", &name, span);
                continue;
            }
            let made = self.with_checker(map, scope, out, |c| {
                let ty = c.type_of(&o.ty)?;
                let rounding = match &o.rounding {
                    Some(r) if ty.is_numeric() => c.round_mode(&r.mode).zip(c.round_unit(&r.unit, &ty)),
                    Some(r) => {
                        c.out.push(Diagnostic::at(&codes::E0301, r.span, "only numbers are rounded").help("remove the rounding"));
                        None
                    }
                    None => None,
                };
                Some((ty, rounding))
            });
            let Some((ty, rounding)) = made else { continue };
            let outcome = Outcome {
                decision,
                name: o.named.name.text.clone(),
                alias: o.named.alias.as_ref().map(|a| a.text.clone()),
                label: label(o.named.label.as_ref()),
                ty,
                rounding,
                partial: o.partial,
                local: false,
                span: o.named.name.span,
            };
            let names: Vec<&SmolStr> = spellings(&o.named).map(|n| &n.text).collect();
            self.outcome(outcome, &names);
        }
    }
}

impl Checker<'_> {
    /// The type as written, reported when it does not exist.
    pub(super) fn type_of(&mut self, t: &ast::TypeExpr) -> Option<Type> {
        match &t.kind {
            TypeExprKind::WorkingDays => Some(Type::WorkingDays),
            TypeExprKind::MoneyPerMonth => Some(Type::MoneyPerMonth),
            TypeExprKind::List(inner) => self.type_of(inner).map(|t| Type::List(Arc::new(t))),
            TypeExprKind::OrNone(inner) => self.type_of(inner).map(|t| Type::Optional(Arc::new(t))),
            TypeExprKind::Hole => None,
            TypeExprKind::Named(name) => {
                let own = match name.text.as_str() {
                    "money" => Some(Type::Money),
                    "rate" => Some(Type::Rate),
                    "points" => Some(Type::Points),
                    "count" => Some(Type::Count),
                    "number" => Some(Type::Number),
                    "boolean" => Some(Type::Boolean),
                    "text" => Some(Type::Text),
                    "date" => Some(Type::Date),
                    "month" => Some(Type::Month),
                    "region" => Some(Type::Region),
                    "days" => Some(Type::Days),
                    "months" => Some(Type::Months),
                    "years" => Some(Type::Years),
                    "duration" => Some(Type::Duration),
                    "flag" => Some(Type::Flag),
                    "input" => Some(Type::InputName),
                    _ => None,
                };
                if own.is_some() {
                    return own;
                }
                match self.find_type(name) {
                    Some(Entry::Enum(e)) => Some(Type::Enum(e)),
                    Some(Entry::Record(r)) => Some(Type::Record(r)),
                    _ => {
                        let known = self.types_in_reach();
                        self.out.push(super::lookup::unknown(
                            &codes::E0206,
                            "type",
                            &name.text,
                            name.span,
                            known.iter().map(SmolStr::as_str),
                        ));
                        None
                    }
                }
            }
        }
    }
}
