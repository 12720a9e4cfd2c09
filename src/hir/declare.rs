//! In: all parsed files. Out: the tables of names, then every file's statements checked against them. Never here: one expression's or statement's rules.

use super::blocks::Checker;
use super::expr::Context;
use super::lookup::unknown;
use super::notes::Notes;
use super::usage::{self, Usage};
use super::vocabulary::{id, label, twice};
use super::{
    Block, DecisionId, Expr, ExprKind, Hir, Never, Outcome, OutcomeId, Precedence, Source, SourceId, SourceKind, Symbols, Test, VocabId,
    cycles, rounding,
};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::{self, DatePart, PropertyValue};
use crate::value::Type;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// The vocabulary a file reads when it names none.
pub const STANDARD: &str = "medical_insurance";

/// So many definitions of a local value are looked at to find its type; all are checked against it later.
pub(super) const MAX_DEFINITIONS: usize = 4;

/// What the passes build up.
#[derive(Default)]
pub(super) struct Declared {
    pub symbols: Symbols,
    /// Local definitions whose type is not known (yet).
    pub pending: FxHashSet<OutcomeId>,
    /// The vocabularies each file reads.
    pub file_scopes: Vec<Vec<VocabId>>,
}

/// What one file's statements come to.
pub(super) struct Checked {
    pub blocks: Vec<Block>,
    pub tests: Vec<Test>,
    pub nevers: Vec<Never>,
    pub usage: Usage,
    pub notes: Notes,
    pub out: Vec<Diagnostic>,
}

/// Where a local definition gets its value, and in what decision.
type Definition<'a> = (usize, DecisionId, &'a ast::Let);

pub(super) fn build(map: &SourceMap, trees: Vec<ast::File>) -> (Hir, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut all = Declared::default();
    let files = trees.as_slice();
    all.vocabularies(files, &mut out);
    all.scopes(files, &mut out);
    all.sources(files, &mut out);
    all.precedence(files, &mut out);
    all.regions(map, files, &mut out);
    all.vocabulary_types(map, files, &mut out);
    all.locals(map, files, &mut out);
    let faulty = files_of(&out);

    let (symbols, pending) = (&all.symbols, &all.pending);
    // A tree is freed as soon as it is checked, so that its memory serves what is made of the next.
    let checked: Vec<Checked> =
        trees.into_par_iter().zip(&all.file_scopes).map(|(file, scope)| check_file(map, symbols, pending, &file, scope)).collect();

    let mut hir = Hir::default();
    let mut used = Usage::default();
    for mut c in checked {
        hir.blocks.append(&mut c.blocks);
        hir.tests.append(&mut c.tests);
        hir.nevers.append(&mut c.nevers);
        used.merge(c.usage);
        // What is wrong about declarations is found over all files together.
        c.notes.alone &= !faulty.contains(&c.notes.file);
        hir.notes.push(c.notes);
        out.append(&mut c.out);
    }
    hir.symbols = all.symbols;
    usage::warn(&hir.symbols, map, &used, &mut out);
    let steady = rounding::check(&mut hir, FxHashMap::default(), &mut out);
    cycles::check(&hir, &mut out);
    if !(steady && all.pending.is_empty()) {
        hir.notes.iter_mut().for_each(|n| n.alone = false);
    }
    (hir, out)
}

/// The files in which findings have a place.
fn files_of(found: &[Diagnostic]) -> FxHashSet<FileId> {
    found.iter().flat_map(Diagnostic::spans).map(|s| s.file).collect()
}

pub(super) fn check_file(
    map: &SourceMap,
    symbols: &Symbols,
    pending: &FxHashSet<OutcomeId>,
    file: &ast::File,
    scope: &[VocabId],
) -> Checked {
    let mut checker = Checker::new(symbols, map, scope.to_vec(), pending);
    let mut notes = Notes::of(map, symbols, file, scope);
    let (mut blocks, mut tests, mut nevers) = (Vec::new(), Vec::new(), Vec::new());
    for item in &file.items {
        match item {
            ast::Item::Region(r) => {
                if let Some(&id) = symbols.region_by_name.get(&r.named.name.text) {
                    checker.region(r, id, &mut blocks);
                }
            }
            ast::Item::Test(t) => tests.extend(checker.test(t)),
            ast::Item::Vocabulary(v) => {
                let own = symbols.vocab_by_name.get(&v.named.name.text).copied();
                let mut inner = own.into_iter().collect::<Vec<_>>();
                inner.extend(scope.iter().filter(|s| Some(**s) != own));
                let outer = std::mem::replace(&mut checker.scope, inner);
                checker.own = own;
                for item in &v.items {
                    if let ast::VocabItem::Never(n) = item {
                        nevers.extend(checker.never(n));
                    }
                }
                checker.own = None;
                checker.scope = outer;
            }
            ast::Item::Source(_) | ast::Item::Precedence(_) => {}
        }
    }
    notes.nevers = !nevers.is_empty();
    checker.usage.note(&mut notes);
    Checked { blocks, tests, nevers, usage: checker.usage, notes, out: checker.out }
}

impl Checker<'_> {
    fn never(&mut self, n: &ast::NeverDecl) -> Option<Never> {
        let Some(first) = first_decision(&n.condition) else {
            self.out.push(
                Diagnostic::at(&codes::E0309, n.condition.span, "this `never` reads no outcome of a decision")
                    .help("write `never (transfer.pooled_balance = cleared and …)`"),
            );
            return None;
        };
        let decision = self.decision(first)?;
        let cx = Context { decision: Some(decision), ..Context::default() };
        let condition = self.condition(&n.condition, &cx);
        if condition.is_error() {
            return None;
        }
        let mut outcomes = Vec::new();
        reads(&condition, &mut |o| {
            if self.symbols.outcome(o).decision == decision && !outcomes.contains(&o) {
                outcomes.push(o);
            }
        });
        Some(Never { decision, condition, outcomes, label: label(n.label.as_ref()), span: n.span })
    }
}

/// The first decision a condition names.
fn first_decision(e: &ast::Expr) -> Option<&ast::Ident> {
    use ast::ExprKind as A;
    match &e.kind {
        A::Field(owner, _) => Some(owner),
        A::Ask(head, _) => Some(&head.decision),
        A::At(x, _) | A::Not(x) | A::About(x) => first_decision(x),
        A::Binary(_, a, b) | A::In(a, b) | A::Where(a, b) => first_decision(a).or_else(|| first_decision(b)),
        A::If(a, b, c) => first_decision(a).or_else(|| first_decision(b)).or_else(|| first_decision(c)),
        A::Call(_, args) => args.iter().find_map(first_decision),
        _ => None,
    }
}

/// Calls `f` with every outcome an expression reads.
pub(super) fn reads(e: &Expr, f: &mut dyn FnMut(OutcomeId)) {
    if let ExprKind::Read { outcome, .. } = &e.kind {
        f(*outcome);
    }
    e.children(&mut |c| reads(c, f));
}

impl Declared {
    pub(super) fn scopes(&mut self, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        let standard = self.symbols.vocab_by_name.get(STANDARD).copied();
        for file in files {
            let mut scope = Vec::new();
            for name in &file.uses {
                match self.symbols.vocab_by_name.get(&name.text) {
                    Some(&v) if scope.contains(&v) => {}
                    Some(&v) => scope.push(v),
                    None => out.push(unknown(
                        &codes::E0207,
                        "vocabulary",
                        &name.text,
                        name.span,
                        self.symbols.vocab_by_name.keys().map(SmolStr::as_str),
                    )),
                }
            }
            if scope.is_empty() {
                // Also after a name that was not found: its slip is one error, not one for every line below.
                scope.extend(standard);
            }
            self.file_scopes.push(scope);
        }
    }

    fn sources(&mut self, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        for item in files.iter().flat_map(|f| &f.items) {
            let ast::Item::Source(s) = item else { continue };
            if let Some(&first) = self.symbols.source_by_name.get(&s.name.text) {
                twice(out, "source", &s.name, self.symbols.source(first).span);
                continue;
            }
            let mut made = Source {
                name: s.name.text.clone(),
                title: s.title.as_ref().map(|t| t.text.clone()),
                kind: SourceKind::Web,
                published: None,
                known_from: None,
                undated: false,
                url: None,
                number: None,
                note: None,
                span: s.name.span,
            };
            let mut seen: Vec<(&SmolStr, Span)> = Vec::new();
            for p in &s.properties {
                if let Some((_, first)) = seen.iter().find(|(k, _)| **k == p.key.text) {
                    out.push(
                        Diagnostic::at(&codes::E0115, p.span, format!("`{}` is said twice", p.key.text))
                            .related(*first, "first said here")
                            .help("keep one of them"),
                    );
                    continue;
                }
                seen.push((&p.key.text, p.key.span));
                property(&mut made, p, out);
            }
            if !s.properties.iter().any(|p| p.key.text == "kind") {
                out.push(
                    Diagnostic::at(
                        &codes::E0216,
                        s.name.span,
                        format!("the source `{}` does not say what kind of paper it is", s.name.text),
                    )
                    .label("no `kind`")
                    .help("add `kind = law`, `regulation`, `notice` or `web`: only the first three make rules, a web page makes claims"),
                );
            }
            self.symbols.sources.push(made);
            self.symbols.source_by_name.insert(s.name.text.clone(), SourceId(id(self.symbols.sources.len() - 1)));
        }
    }

    fn precedence(&mut self, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        for item in files.iter().flat_map(|f| &f.items) {
            let ast::Item::Precedence(line) = item else { continue };
            if let Some(first) = &self.symbols.precedence {
                out.push(
                    Diagnostic::at(&codes::E0218, line.span, "the order of sources is said twice")
                        .label("a second one")
                        .related(first.span, "the first one")
                        .help("one line holds for all policies that are read together; keep one of them"),
                );
                continue;
            }
            let mut made = Precedence { kinds: Vec::new(), newer: line.newer, span: line.span };
            for k in &line.kinds {
                match SourceKind::parse(&k.text) {
                    Some(kind) if made.kinds.contains(&kind) => out.push(
                        Diagnostic::at(&codes::E0218, k.span, format!("`{}` stands twice in this order", k.text))
                            .label("again")
                            .help("name each kind of source once, the highest first"),
                    ),
                    Some(kind) => made.kinds.push(kind),
                    None => out.push(unknown(&codes::E0218, "kind of source", &k.text, k.span, SourceKind::WORDS)),
                }
            }
            self.symbols.precedence = Some(made);
        }
    }

    /// Registers local definitions and finds their types.
    fn locals(&mut self, map: &SourceMap, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        let mut found: Vec<Definition> = Vec::new();
        for (i, file) in files.iter().enumerate() {
            let scope = self.file_scopes.get(i).cloned().unwrap_or_default();
            for item in &file.items {
                let ast::Item::Region(r) = item else { continue };
                for item in &r.items {
                    let ast::RegionItem::Decide(d) = item else { continue };
                    let decision =
                        scope.iter().find_map(|v| self.symbols.scopes.get(v.at())?.decisions.get(&d.head.decision.text)).copied();
                    let Some(decision) = decision else { continue };
                    lets(&d.body, &mut |l| found.push((i, decision, l)));
                }
            }
        }
        let mut definitions: FxHashMap<OutcomeId, Vec<Definition>> = FxHashMap::default();
        let mut order = Vec::new();
        for (file, decision, l) in found {
            let known = self.symbols.decision(decision).by_name.get(&l.name.text).copied();
            let outcome = match known {
                Some(o) if !self.symbols.outcome(o).local => {
                    out.push(
                        Diagnostic::at(&codes::E0209, l.name.span, format!("`{}` is an outcome of this decision already", l.name.text))
                            .label("introduced again")
                            .related(self.symbols.outcome(o).span, "declared here")
                            .help(format!("write `{} = …` without `let`, or choose another name", l.name.text)),
                    );
                    continue;
                }
                Some(o) => o,
                None => {
                    let info = Outcome {
                        decision,
                        name: l.name.text.clone(),
                        alias: None,
                        label: None,
                        ty: Type::Boolean,
                        rounding: None,
                        partial: true,
                        local: true,
                        span: l.name.span,
                    };
                    let o = self.outcome(info, &[&l.name.text]);
                    self.pending.insert(o);
                    order.push(o);
                    o
                }
            };
            let list = definitions.entry(outcome).or_default();
            if list.len() < MAX_DEFINITIONS {
                list.push((file, decision, l));
            }
        }
        self.infer(map, &definitions, order, out);
    }

    fn infer(
        &mut self,
        map: &SourceMap,
        definitions: &FxHashMap<OutcomeId, Vec<Definition>>,
        mut order: Vec<OutcomeId>,
        out: &mut Vec<Diagnostic>,
    ) {
        loop {
            let mut waiting = Vec::new();
            let before = order.len();
            let mut circular = Vec::new();
            for o in order {
                let mut ty = None;
                let mut waits = false;
                for (file, decision, l) in definitions.get(&o).into_iter().flatten() {
                    let scope = self.file_scopes.get(*file).cloned().unwrap_or_default();
                    let mut checker = Checker::new(&self.symbols, map, scope, &self.pending);
                    let cx = Context { decision: Some(*decision), ..Context::default() };
                    let typed = checker.expr(&l.value, None, &cx);
                    waits |= checker.hit_pending;
                    if !typed.is_error() && !matches!(typed.kind, ExprKind::Refer(_)) {
                        ty = Some(typed.ty);
                        break;
                    }
                }
                match ty {
                    Some(ty) => {
                        self.pending.remove(&o);
                        if let Some(info) = self.symbols.outcomes.get_mut(o.at()) {
                            info.ty = ty;
                        }
                    }
                    None => {
                        if waits {
                            circular.push(o);
                        }
                        waiting.push(o);
                    }
                }
            }
            if waiting.len() == before || waiting.is_empty() {
                for o in circular {
                    let info = self.symbols.outcome(o);
                    out.push(
                        Diagnostic::at(&codes::E0212, info.span, format!("`{}` is defined by itself", info.name))
                            .label("its value needs its own value")
                            .help("break the circle: give one of these definitions a value that does not read the others"),
                    );
                }
                return;
            }
            order = waiting;
        }
    }
}

/// Calls `f` with every `let` of a body.
pub(super) fn lets<'a>(body: &'a ast::Body, f: &mut dyn FnMut(&'a ast::Let)) {
    for s in &body.statements {
        match s {
            ast::Statement::Let(l) => f(l),
            ast::Statement::When(w) => lets(&w.body, f),
            ast::Statement::Each(e) => lets(&e.body, f),
            ast::Statement::Set(set) => {
                for e in &set.exceptions {
                    lets(&e.body, f);
                }
            }
            ast::Statement::Table(_) => {}
        }
    }
}

fn property(source: &mut Source, p: &ast::Property, out: &mut Vec<Diagnostic>) {
    let mut wrong = |help: &str| {
        out.push(Diagnostic::at(&codes::E0216, p.span, format!("`{}` cannot have this value", p.key.text)).help(help));
    };
    match (p.key.text.as_str(), &p.value) {
        // A date that could not be read was reported; the source is not undated.
        ("published", PropertyValue::Hole(_)) => source.known_from = Some(i64::MAX),
        (_, PropertyValue::Hole(_)) => {}
        ("kind", PropertyValue::Name(n)) => match SourceKind::parse(&n.text) {
            Some(kind) => source.kind = kind,
            None => out.push(unknown(&codes::E0216, "kind of source", &n.text, n.span, SourceKind::WORDS)),
        },
        ("kind", _) => wrong("one of law, regulation, notice, web"),
        ("published", PropertyValue::Date(d)) => {
            source.known_from = super::literals::days(d).map(|(_, last)| last);
            source.published = Some(match d.part {
                DatePart::Year => SmolStr::from(format!("{:04}", d.year)),
                DatePart::Month => SmolStr::from(format!("{:04}-{:02}", d.year, d.month)),
                DatePart::Day => SmolStr::from(format!("{:04}-{:02}-{:02}", d.year, d.month, d.day)),
            });
        }
        ("published", PropertyValue::None) => source.undated = true,
        ("published", _) => wrong("a year, a month or a day: `published = 2025-03-11`"),
        ("url", PropertyValue::Text(t)) => source.url = Some(t.text.clone()),
        ("number", PropertyValue::Text(t)) => source.number = Some(t.text.clone()),
        ("note", PropertyValue::Text(t)) => source.note = Some(t.text.clone()),
        ("url" | "number" | "note", _) => wrong("a text in quotes"),
        (key, _) => {
            out.push(unknown(&codes::E0216, "property of a source", key, p.key.span, ["kind", "published", "url", "number", "note"]))
        }
    }
}
