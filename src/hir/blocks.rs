//! In: the statements of one region's decision. Out: resolved, typed statements. Never here: expressions (`expr.rs`), tables (`tables.rs`), or which statement wins.

use super::expr::Context;
use super::literals::days;
use super::lookup::{MAX_SUGGESTIONS, unknown};
use super::usage::Usage;
use super::{Block, DecisionId, Exception, Mods, OutcomeId, Set, SetOp, SourceId, Statement, Symbols, VocabId};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Ident, Strength};
use crate::value::{InputId, RegionId, Type, Variants};
use rustc_hash::FxHashSet;

/// Resolves and types one file's statements against fixed tables.
pub(super) struct Checker<'a> {
    pub symbols: &'a Symbols,
    pub map: &'a SourceMap,
    /// The vocabularies this file reads.
    pub scope: Vec<VocabId>,
    pub out: Vec<Diagnostic>,
    pub usage: Usage,
    /// Local definitions whose type is not known yet.
    pub pending: &'a FxHashSet<OutcomeId>,
    /// Such a definition was read.
    pub hit_pending: bool,
    /// The vocabulary whose declarations are being read: its own names hide others.
    pub own: Option<VocabId>,
}

impl Mods {
    /// These modifiers inside `outer` ones: what is not said here is inherited.
    pub fn within(&self, outer: &Mods) -> Mods {
        let own_source = self.source.is_some();
        let mut ids = self.ids.clone();
        ids.extend(outer.ids.iter().filter(|i| !self.ids.contains(i)).cloned());
        Mods {
            source: self.source.or(outer.source),
            lost_source: self.lost_source || (outer.lost_source && self.source.is_none()),
            section: self.section.clone().or_else(|| if own_source { None } else { outer.section.clone() }),
            from: self.from.or(outer.from),
            until: self.until.or(outer.until),
            by: self.by.or(outer.by),
            ids,
            hedged: self.hedged.clone().or_else(|| outer.hedged.clone()),
            refer: self.refer.clone(),
            note: self.note.clone().or_else(|| outer.note.clone()),
        }
    }

    /// What an exception inherits from its statement: source and dates, not ids, hedge or remark.
    pub fn for_exception(&self) -> Mods {
        Mods { ids: Vec::new(), hedged: None, refer: None, note: None, ..self.clone() }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn new(symbols: &'a Symbols, map: &'a SourceMap, scope: Vec<VocabId>, pending: &'a FxHashSet<OutcomeId>) -> Self {
        Checker { symbols, map, scope, out: Vec::new(), usage: Usage::default(), pending, hit_pending: false, own: None }
    }

    /// All heads of one region block.
    pub(super) fn region(&mut self, region: &ast::Region, id: RegionId, blocks: &mut Vec<Block>) {
        let outer = self.mods(&region.mods, &Mods::default());
        for item in &region.items {
            if let ast::RegionItem::Decide(decide) = item
                && let Some(block) = self.decide(decide, id, &outer)
            {
                blocks.push(block);
            }
        }
    }

    fn decide(&mut self, decide: &ast::Decide, region: RegionId, outer: &Mods) -> Option<Block> {
        let decision = self.decision(&decide.head.decision)?;
        let head = self.head(&decide.head, decision);
        let mods = self.mods(&decide.mods, outer);
        let effective = mods.within(outer);
        let cx = Context { decision: Some(decision), ..Context::default() };
        let before = self.usage.unsourced.len();
        let body = self.body(&decide.body, &cx, &effective);
        let unsourced: Vec<Span> = self.usage.unsourced.drain(before..).collect();
        if let Some(&first) = unsourced.first() {
            let more = unsourced.len() - 1;
            let what = match more {
                0 => "this rule has no source".to_string(),
                1 => "this rule and one more under the same head have no source".to_string(),
                n => format!("this rule and {n} more under the same head have no source"),
            };
            self.out.push(Diagnostic::at(&codes::W0701, first, what).label("who says so?").help(
                "declare `source NAME \"title\" < kind = notice  published = 2025-01-31 >` and add `per NAME` to the head or the rule",
            ));
        }
        Some(Block { region, decision, head: head?, mods: effective, body, span: decide.head.span })
    }

    /// The number and form of a head's arguments; `all` when none may be left out.
    pub(super) fn arity(&mut self, head: &ast::Head, decision: DecisionId, all: bool) -> bool {
        let d = self.symbols.decision(decision);
        if head.args.is_empty() && !all {
            return true;
        }
        let shape = || {
            let names: Vec<&str> = d.args.iter().map(|a| a.name.as_str()).collect();
            if d.args.is_empty() {
                format!("`{}` alone", d.name)
            } else {
                format!("`{} {}`", d.name, names.join(if d.arrow { "->" } else { ", " }))
            }
        };
        // Trailing arguments may be left out of a list; an arrow has two ends.
        let short = !all && !d.arrow && head.args.len() < d.args.len();
        if head.args.len() != d.args.len() && !short {
            self.out.push(
                Diagnostic::at(
                    &codes::E0305,
                    head.span,
                    format!("`{}` takes {}, but {} stand here", d.name, count(d.args.len(), "argument"), head.args.len()),
                )
                .related(d.span, "declared here")
                .help(format!("write {}", shape())),
            );
            return false;
        }
        if head.args.len() > 1 && head.arrow != d.arrow {
            self.out.push(
                Diagnostic::at(
                    &codes::E0305,
                    head.span,
                    format!("the arguments of `{}` are joined by {}", d.name, if d.arrow { "`->`" } else { "commas" }),
                )
                .related(d.span, "declared here")
                .help(format!("write {}", shape())),
            );
            return false;
        }
        true
    }

    fn head(&mut self, head: &ast::Head, decision: DecisionId) -> Option<Vec<Option<Variants>>> {
        if !self.arity(head, decision, false) {
            return None;
        }
        let symbols = self.symbols;
        let d = symbols.decision(decision);
        if head.args.is_empty() {
            return Some(vec![None; d.args.len()]);
        }
        let mut out = Vec::new();
        let mut failed = false;
        for (pattern, arg) in head.args.iter().zip(&d.args) {
            let mut set = Vec::new();
            for name in &pattern.alternatives {
                let e = symbols.enum_(arg.ty);
                match e.by_name.get(&name.text) {
                    Some(v) => set.push(*v),
                    None => {
                        let what = format!("value of `{}`", e.name);
                        self.out.push(unknown(&codes::E0201, &what, &name.text, name.span, e.by_name.keys().map(|k| k.as_str())));
                        failed = true;
                    }
                }
            }
            out.push(if pattern.alternatives.is_empty() { None } else { Variants::from_set(set) });
        }
        out.resize(d.args.len(), None);
        (!failed).then_some(out)
    }

    /// Resolves modifiers and checks the period they make inside `outer` ones.
    pub(super) fn mods(&mut self, m: &ast::Mods, outer: &Mods) -> Mods {
        self.modifiers(m, outer, false)
    }

    /// As `mods`, for a statement by itself: `by` without a period says nothing there.
    fn modifiers(&mut self, m: &ast::Mods, outer: &Mods, alone: bool) -> Mods {
        let source = m.per.as_ref().and_then(|name| self.source(name));
        let from = m.from.as_ref().and_then(|d| days(d).map(|(first, _)| (first, d.span)));
        let until = m.until.as_ref().and_then(|d| days(d).map(|(_, last)| (last, d.span)));
        let by = m.by.as_ref().and_then(|name| self.dated_input(name));
        if let (Some((f, fs)), Some((u, us))) = (from.or(outer.from), until.or(outer.until))
            && f > u
            && (from.is_some() || until.is_some())
        {
            let at = if until.is_some() { us } else { fs };
            self.out.push(
                Diagnostic::at(&codes::E0401, at, "this period ends before it starts")
                    .label("no day lies in it")
                    .related(if until.is_some() { fs } else { us }, if until.is_some() { "it starts here" } else { "it ends here" })
                    .help("both `from` and `until` are inclusive; swap them or correct a date"),
            );
        }
        if alone
            && let Some(name) = &m.by
            && m.from.is_none()
            && m.until.is_none()
            && outer.from.is_none()
            && outer.until.is_none()
        {
            self.out.push(
                Diagnostic::at(&codes::E0312, name.span, "`by` says which date a period goes by, but there is no period")
                    .help("add `from DATE` or `until DATE`, or remove `by`"),
            );
        }
        Mods {
            source,
            lost_source: m.per.is_some() && source.is_none(),
            section: m.section.as_ref().map(|t| t.text.clone()),
            from,
            until,
            by,
            ids: m.ids.iter().map(|i| i.text.clone()).collect(),
            hedged: m.hedged.as_ref().map(|h| h.text.as_ref().map_or_else(Default::default, |t| t.text.clone())),
            refer: m.refer.as_ref().map(|r| r.text.as_ref().map(|t| t.text.clone())),
            note: m.note.as_ref().map(|t| t.text.clone()),
        }
    }

    fn source(&mut self, name: &Ident) -> Option<SourceId> {
        match self.symbols.source_by_name.get(&name.text) {
            Some(&id) => {
                self.usage.sources.insert(id);
                Some(id)
            }
            None => {
                let few = self.out.len() < MAX_SUGGESTIONS;
                let known = self.symbols.source_by_name.keys().map(|k| k.as_str()).filter(|_| few);
                let d = unknown(&codes::E0203, "source", &name.text, name.span, known);
                let d = if d.help.as_ref().is_some_and(|h| h.starts_with("did you")) {
                    d
                } else {
                    d.help(format!("declare it: `source {} \"title\" < kind = notice  published = 2025-01-31 >`", name.text))
                };
                self.out.push(d);
                None
            }
        }
    }

    fn dated_input(&mut self, name: &Ident) -> Option<InputId> {
        let Some(id) = self.find_input(name) else {
            let known = self.inputs_in_reach();
            self.out.push(unknown(&codes::E0201, "input", &name.text, name.span, known.iter().map(|k| k.as_str())));
            return None;
        };
        self.usage.input(id);
        let ty = self.symbols.input(id).ty.clone();
        if !matches!(ty.base(), Type::Date | Type::Month) {
            self.out.push(
                Diagnostic::at(&codes::E0312, name.span, format!("`{}` is {}, no date to go by", name.text, ty.show(self.symbols)))
                    .label("not a date")
                    .related(self.symbols.input(id).span, "declared here")
                    .help("a period goes by an input of type `date` or `month`"),
            );
            return None;
        }
        Some(id)
    }

    pub(super) fn body(&mut self, body: &ast::Body, cx: &Context, outer: &Mods) -> Vec<Statement> {
        body.statements.iter().filter_map(|s| self.statement(s, cx, outer)).collect()
    }

    fn statement(&mut self, s: &ast::Statement, cx: &Context, outer: &Mods) -> Option<Statement> {
        match s {
            ast::Statement::Set(set) => self.set(set, cx, outer).map(Statement::Set),
            ast::Statement::Let(l) => self.local(l, cx, outer).map(Statement::Set),
            ast::Statement::When(w) => {
                let condition = self.condition(&w.condition, cx);
                let body = self.body(&w.body, cx, outer);
                (!condition.is_error()).then_some(Statement::When { condition, body })
            }
            ast::Statement::Each(each) => self.each(each, cx, outer),
            ast::Statement::Table(t) => self.table(t, cx, outer).map(Statement::Table),
        }
    }

    fn each(&mut self, each: &ast::Each, cx: &Context, outer: &Mods) -> Option<Statement> {
        let list = self.expr(&each.list, None, cx);
        if list.is_error() {
            return None;
        }
        let record = match list.ty.base() {
            Type::List(t) => match t.base() {
                Type::Record(r) => Some(*r),
                _ => None,
            },
            _ => None,
        };
        let Some(record) = record else {
            let found = list.ty.show(self.symbols);
            self.out.push(
                Diagnostic::at(&codes::E0301, each.list.span, format!("`for each` goes through a list of records, but this is {found}"))
                    .label(format!("this is {found}")),
            );
            return None;
        };
        let slot = u16::try_from(cx.items.len()).unwrap_or(u16::MAX);
        let mut inner = cx.clone();
        inner.items.push((Some(each.item.text.clone()), record));
        let filter = each.filter.as_ref().map(|f| self.condition(f, &inner));
        let body = self.body(&each.body, &inner, outer);
        if filter.as_ref().is_some_and(super::Expr::is_error) {
            return None;
        }
        Some(Statement::Each { slot, list, filter, body })
    }

    /// The outcome a statement is about.
    pub(super) fn target(&mut self, name: &Ident, cx: &Context) -> Option<OutcomeId> {
        let d = cx.decision?;
        let decision = self.symbols.decision(d);
        if let Some(&o) = decision.by_name.get(&name.text) {
            return Some(o);
        }
        let elsewhere = self.decisions_with(&name.text, d);
        if let Some(other) = elsewhere {
            let other = self.symbols.decision(other);
            let own: Vec<&str> = decision.outcomes.iter().map(|o| self.symbols.outcome(*o).name.as_str()).collect();
            self.out.push(
                Diagnostic::at(
                    &codes::E0306,
                    name.span,
                    format!("`{}` is an outcome of `{}`, not of `{}`", name.text, other.name, decision.name),
                )
                .label(format!("this block is about `{}`", decision.name))
                .help(format!(
                    "say it under `{} …`, or give one of this decision's outcomes: {}",
                    other.name,
                    own.join(", ")
                )),
            );
            return None;
        }
        if self.find_input_named(&name.text).is_some() {
            self.out.push(
                Diagnostic::at(&codes::E0205, name.span, format!("`{}` is an input: people tell it, rules do not give it", name.text))
                    .help("give an outcome of this decision, or introduce a value of your own with `let`"),
            );
            return None;
        }
        let what = format!("outcome of `{}`", decision.name);
        let known: Vec<&str> = decision.by_name.keys().map(|k| k.as_str()).collect();
        let d = unknown(&codes::E0205, &what, &name.text, name.span, known).related(decision.span, "the decision is declared here");
        self.out.push(d);
        None
    }

    fn set(&mut self, set: &ast::Set, cx: &Context, outer: &Mods) -> Option<Set> {
        let mods = self.modifiers(&set.mods, outer, true);
        let effective = mods.within(outer);
        let outcome = self.target(&set.target, cx);
        let Some(outcome) = outcome else {
            // The rest of the statement is still checked.
            let _ = self.quiet_type(&set.value, None, cx);
            self.exceptions(&set.exceptions, None, cx, &effective);
            return None;
        };
        if effective.source.is_none() && !effective.lost_source {
            self.usage.unsourced.push(set.span);
        }
        if set.op == SetOp::Give && self.symbols.outcome(outcome).local {
            self.out.push(
                Diagnostic::at(&codes::E0205, set.target.span, format!("`{}` is a local definition", set.target.text))
                    .related(self.symbols.outcome(outcome).span, "introduced here")
                    .help(format!("write `let {} = …`", set.target.text)),
            );
        }
        let value = self.adjusted(set, outcome, cx);
        if set.strength == Strength::Final && self.is_claim(effective.source) {
            self.out.push(
                Diagnostic::at(&codes::E0117, set.span, "`final` stands on what only a web page says")
                    .help("only rules of a law, regulation or notice can be final; remove `final`"),
            );
        }
        let exceptions = self.exceptions(&set.exceptions, Some(outcome), cx, &effective);
        (!value.is_error()).then_some(Set { outcome, op: set.op, strength: set.strength, value, mods, exceptions, span: set.span })
    }

    pub(super) fn is_claim(&self, source: Option<SourceId>) -> bool {
        source.is_some_and(|s| self.symbols.source(s).kind == super::SourceKind::Web)
    }

    /// The value of a statement, checked against what its operator does to the outcome.
    fn adjusted(&mut self, set: &ast::Set, outcome: OutcomeId, cx: &Context) -> super::Expr {
        let symbols = self.symbols;
        let info = symbols.outcome(outcome);
        if info.local && self.pending.contains(&outcome) {
            return super::Expr::error(set.span);
        }
        let ty = info.ty.clone();
        let name = &info.name;
        let misfit = |this: &mut Self, message: String, help: &str| {
            this.out.push(Diagnostic::at(&codes::E0307, set.span, message).related(info.span, "declared here").help(help));
            super::Expr::error(set.span)
        };
        let shown = ty.show(symbols);
        match set.op {
            SetOp::Give => self.expect(&set.value, &ty, cx, &format!("`{name}`")),
            SetOp::Requires if *ty.base() == Type::Boolean => self.condition(&set.value, cx),
            SetOp::Requires => misfit(
                self,
                format!("`requires` is for outcomes that are true or false, but `{name}` is {shown}"),
                "put the condition in `when …:`",
            ),
            SetOp::AtLeast | SetOp::AtMost if ty.is_numeric() => self.expect(&set.value, &ty, cx, &format!("the bound of `{name}`")),
            SetOp::AtLeast | SetOp::AtMost => misfit(
                self,
                format!("`at least` and `at most` bound numbers and dates, but `{name}` is {shown}"),
                "give the value with `=`",
            ),
            SetOp::Add => match ty.base() {
                Type::List(_) => self.expect(&set.value, &ty, cx, &format!("what is added to `{name}`")),
                Type::Rate => {
                    let value = self.expr(&set.value, None, cx);
                    if value.is_error() || *value.ty.base() == Type::Points {
                        return value;
                    }
                    if *value.ty.base() == Type::Rate && value.constant().is_some() {
                        let text = self.map.snippet(set.value.span).to_string();
                        self.out.push(
                            Diagnostic::at(&codes::E0304, set.value.span, format!("`+= {text}` on a rate can mean two things"))
                                .label("points, or percent of the rate?")
                                .help(format!("write `+= {}` to move the rate itself", text.replace('%', " points"))),
                        );
                        return super::Expr::error(set.span);
                    }
                    if *value.ty.base() == Type::Rate {
                        return value;
                    }
                    let found = value.ty.show(symbols);
                    misfit(self, format!("{found} cannot be added to the rate `{name}`"), "add points: `rate += 5 points`")
                }
                t if t.is_numeric() && !matches!(t, Type::Date | Type::Month) => {
                    self.expect(&set.value, &ty, cx, &format!("what is added to `{name}`"))
                }
                _ => misfit(self, format!("`+=` adds to lists and numbers, but `{name}` is {shown}"), "give the value with `=`"),
            },
        }
    }

    fn exceptions(&mut self, list: &[ast::Except], outcome: Option<OutcomeId>, cx: &Context, effective: &Mods) -> Vec<Exception> {
        let inherited = effective.for_exception();
        let mut out = Vec::new();
        for except in list {
            let condition = self.condition(&except.condition, cx);
            let mut body = Vec::new();
            for statement in &except.body.statements {
                let (span, set) = match statement {
                    ast::Statement::Set(s) => (s.span, self.set(s, cx, &inherited)),
                    ast::Statement::Let(l) => (l.span, self.local(l, cx, &inherited)),
                    ast::Statement::When(w) => (w.span, None),
                    ast::Statement::Each(e) => (e.span, None),
                    ast::Statement::Table(t) => (t.span, None),
                };
                let plain = matches!(statement, ast::Statement::Set(_) | ast::Statement::Let(_));
                match set {
                    Some(set) if Some(set.outcome) == outcome => body.push(set),
                    Some(set) => {
                        let (got, meant) = (&self.symbols.outcome(set.outcome).name, outcome.map(|o| &self.symbols.outcome(o).name));
                        let meant = meant.map_or("the outcome above", |m| m.as_str());
                        self.out
                            .push(Diagnostic::at(&codes::E0606, span, format!("an exception to `{meant}` gives `{got}`")).help(format!(
                            "an exception replaces the statement above it, so it gives `{meant}` too; for another outcome write `when …:`"
                        )));
                    }
                    None if !plain => {
                        self.out.push(
                            Diagnostic::at(&codes::E0606, span, "an exception holds plain statements only")
                                .help("put conditions into `except when`, and further exceptions below its statement"),
                        );
                    }
                    None => {}
                }
            }
            if !condition.is_error() && !body.is_empty() {
                out.push(Exception { condition, body });
            }
        }
        out
    }

    fn local(&mut self, l: &ast::Let, cx: &Context, outer: &Mods) -> Option<Set> {
        let mods = self.modifiers(&l.mods, outer, true);
        let d = cx.decision?;
        if !cx.items.is_empty() {
            self.out.push(
                Diagnostic::at(
                    &codes::E0117,
                    l.span,
                    "`let` stands inside `for each`, but a local definition is one value for the whole decision",
                )
                .help("write the value out, or define it before `for each`"),
            );
            return None;
        }
        let symbols = self.symbols;
        let outcome = *symbols.decision(d).by_name.get(&l.name.text)?;
        let info = symbols.outcome(outcome);
        if !info.local || self.pending.contains(&outcome) {
            // A clash of names or an endless definition was reported; the value is still read.
            let _ = self.expr(&l.value, None, cx);
            return None;
        }
        let value = self.expect(&l.value, &info.ty.clone(), cx, &format!("`{}`, as first defined,", l.name.text));
        (!value.is_error()).then_some(Set {
            outcome,
            op: SetOp::Give,
            strength: Strength::Plain,
            value,
            mods,
            exceptions: Vec::new(),
            span: l.span,
        })
    }
}

pub(super) fn count(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}s"),
        1 => format!("one {what}"),
        n => format!("{n} {what}s"),
    }
}
