//! In: a document. Out: the policies it says, every reference in it resolved and checked. Never here: JSON, expressions (`read_expr.rs`).

use super::Restored;
use super::document::{self as doc, Document};
use super::names::{self, Found, R, Table, Within, Wrong};
use super::read_expr::{Nodes, span, variant};
use super::values;
use super::words::{State, Strong, Weight};
use crate::diagnostics::{self, Diagnostic, codes};
use crate::hir::{self, DecisionId, ExpectStatus, Label, MAX_REGION_DEPTH, Symbols};
use crate::program::{Case, Condition, Expect, Loop, Never, NodeId, Program, Stmt, StmtId, Strength, Test, Under};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::value::{RegionId, Variants, calendar};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Exceptions to exceptions, and loops in loops, at most: as policy text can nest them.
const MAX_NESTED: usize = 128;

pub(super) fn policies(d: &Document) -> R<Restored> {
    let mut map = SourceMap::default();
    for f in &d.files {
        let mark = if f.byte_order_mark { '\u{feff}'.len_utf8() } else { 0 };
        map.add(SourceFile::new(f.path.as_str(), f.text.as_str(), f.standard).marked(mark));
    }
    if map.digest() != d.policies {
        return Err(Wrong("`policies` is not the digest of its `files`".to_owned()));
    }
    let (symbols, found) = Reader { map: &map, found: Found::default(), symbols: Symbols::default() }.symbols(d)?;
    let mut program = Program { symbols, ..Program::default() };
    said(d, &mut program, &found, &map)?;
    if program.too_large().is_some() {
        return Err(Wrong("working out one of its expressions would take millions of steps".to_owned()));
    }
    let reader = Reader { map: &map, found, symbols: Symbols::default() };
    let diagnostics = d.diagnostics.iter().enumerate().map(|(i, f)| reader.finding(f).within(|| format!("warning {}", i + 1)));
    let diagnostics = diagnostics.collect::<R<_>>()?;
    Ok(Restored { map, program, diagnostics, files: d.files_read as usize })
}

fn label(l: &Option<doc::Label>) -> Option<Label> {
    l.as_ref().map(|l| Label { zh: l.zh.clone(), en: l.en.clone() })
}

fn day(text: &Option<SmolStr>) -> R<Option<i64>> {
    text.as_ref().map(|t| values::day(t).ok_or_else(|| Wrong(format!("`{t}` is no date")))).transpose()
}

/// Reads declarations, and places of all kinds.
struct Reader<'a> {
    map: &'a SourceMap,
    found: Found,
    symbols: Symbols,
}

impl Reader<'_> {
    fn place(&self, p: &doc::Place) -> R<Span> {
        let span = span(self.map, self.found.file(&p.file)?, p.span)?;
        let line = self.map.locate(span).map_or(0, |(_, at)| at.line);
        if line == p.line as usize {
            Ok(span)
        } else {
            Err(Wrong(format!("the bytes {:?} of `{}` are not in line {}", p.span, p.file, p.line)))
        }
    }

    fn symbols(mut self, d: &Document) -> R<(Symbols, Found)> {
        self.found = Found {
            files: Table::of("file", names::files(self.map).iter())?,
            vocabularies: Table::of("vocabulary", d.vocabularies.iter().map(|v| &v.id))?,
            enums: Table::of("enum", d.enums.iter().map(|e| &e.id))?,
            records: Table::of("record", d.records.iter().map(|r| &r.id))?,
            inputs: Table::of("input", d.inputs.iter().map(|i| &i.id))?,
            decisions: Table::of("decision", d.decisions.iter().map(|x| &x.id))?,
            outcomes: Table::of("outcome", d.outcomes.iter().map(|o| &o.id))?,
            arguments: arguments(d)?,
            sources: Table::of("source", d.sources.iter().map(|s| &s.id))?,
            regions: Table::of("region", d.regions.iter().map(|r| &r.id))?,
        };
        for (v, i) in d.vocabularies.iter().zip(0..) {
            self.vocabulary(v, hir::VocabId(i)).within(|| format!("vocabulary `{}`", v.id))?;
        }
        for e in &d.enums {
            let made = self.enum_(e).within(|| format!("enum `{}`", e.id))?;
            self.symbols.enums.push(made);
        }
        for r in &d.records {
            let made = self.record(r).within(|| format!("record `{}`", r.id))?;
            self.symbols.records.push(made);
        }
        for i in &d.inputs {
            let made = self.input(i).within(|| format!("input `{}`", i.id))?;
            self.symbols.inputs.push(made);
        }
        for x in &d.decisions {
            let made = self.decision(x).within(|| format!("decision `{}`", x.id))?;
            self.symbols.decisions.push(made);
        }
        for o in &d.outcomes {
            let made = self.outcome(o).within(|| format!("outcome `{}`", o.id))?;
            self.symbols.outcomes.push(made);
        }
        for s in &d.sources {
            let made = self.source(s).within(|| format!("source `{}`", s.id))?;
            self.symbols.sources.push(made);
        }
        for (r, i) in d.regions.iter().zip(0..) {
            self.region(r, RegionId(i)).within(|| format!("region `{}`", r.id))?;
        }
        if let Some(x) = &d.precedence {
            let kinds = x.kinds.iter().map(|k| (*k).into()).collect();
            let span = self.place(&x.at).within(|| "`precedence`".to_owned())?;
            self.symbols.precedence = Some(hir::Precedence { kinds, newer: x.newer, span });
        }
        self.depths()?;
        self.symbols.chains();
        self.symbols.index().map_err(|hir::Twice(name)| Wrong(format!("the name `{name}` means two things")))?;
        Ok((self.symbols, self.found))
    }

    fn vocabulary(&mut self, v: &doc::Vocabulary, id: hir::VocabId) -> R<()> {
        let at = self.place(&v.at)?;
        self.symbols.vocabularies.push(hir::Vocabulary { name: v.id.clone(), alias: v.alias.clone(), label: label(&v.label), span: at });
        let usual: Vec<SmolStr> = std::iter::once(&v.id).chain(&v.alias).cloned().collect();
        let names = v.spellings.as_ref().unwrap_or(&usual);
        self.symbols.name_vocabulary(id, names.iter()).map_err(|hir::Twice(name)| Wrong(format!("`{name}` is another's name too")))
    }

    fn field(&self, f: &doc::Field) -> R<hir::Attribute> {
        let ty = f.r#type.read(&self.found)?;
        Ok(hir::Attribute { name: f.name.clone(), alias: f.alias.clone(), label: label(&f.label), ty, span: self.place(&f.at)? })
    }

    fn fields(&self, all: &[doc::Field]) -> R<Vec<hir::Attribute>> {
        Table::of("field", all.iter().map(|f| &f.name))?;
        if all.len() > usize::from(u16::MAX) {
            return Err(Wrong("it has too many fields".to_owned()));
        }
        all.iter().map(|f| self.field(f)).collect()
    }

    fn enum_(&self, e: &doc::Enum) -> R<hir::Enum> {
        if e.values.len() > usize::from(u16::MAX) {
            return Err(Wrong("it has too many values".to_owned()));
        }
        let value = |v: &doc::Variant| {
            Ok(hir::VariantInfo { name: v.name.clone(), alias: v.alias.clone(), label: label(&v.label), span: self.place(&v.at)? })
        };
        Ok(hir::Enum {
            vocab: self.found.vocabulary(&e.vocabulary)?,
            name: e.name.clone(),
            alias: e.alias.clone(),
            label: label(&e.label),
            variants: e.values.iter().map(value).collect::<R<_>>()?,
            attributes: self.fields(&e.attributes)?,
            by_name: FxHashMap::default(),
            span: self.place(&e.at)?,
        })
    }

    fn record(&self, r: &doc::Record) -> R<hir::Record> {
        Ok(hir::Record {
            vocab: self.found.vocabulary(&r.vocabulary)?,
            name: r.name.clone(),
            alias: r.alias.clone(),
            fields: self.fields(&r.fields)?,
            span: self.place(&r.at)?,
        })
    }

    fn input(&self, i: &doc::Input) -> R<hir::Input> {
        let ty = i.r#type.read(&self.found)?;
        if i.bounds.is_some() && !ty.is_numeric() {
            return Err(Wrong("only numbers have bounds".to_owned()));
        }
        Ok(hir::Input {
            vocab: self.found.vocabulary(&i.vocabulary)?,
            name: i.name.clone(),
            alias: i.alias.clone(),
            label: label(&i.question),
            bounds: i.bounds.as_ref().map(|b| values::bounds(b, &ty)).transpose()?,
            ty,
            span: self.place(&i.at)?,
        })
    }

    fn decision(&self, d: &doc::Decision) -> R<hir::Decision> {
        let argument = |a: &doc::Argument| Ok(hir::Argument { name: a.name.clone(), ty: self.found.enum_(&a.r#enum)? });
        Ok(hir::Decision {
            vocab: self.found.vocabulary(&d.vocabulary)?,
            name: d.name.clone(),
            alias: d.alias.clone(),
            label: label(&d.label),
            args: d.arguments.iter().map(argument).collect::<R<_>>()?,
            arrow: d.arrow,
            outcomes: Vec::new(),
            by_name: FxHashMap::default(),
            span: self.place(&d.at)?,
        })
    }

    fn outcome(&self, o: &doc::Outcome) -> R<hir::Outcome> {
        let ty = o.r#type.read(&self.found)?;
        let rounding = o.rounding.as_ref().map(|r| {
            let unit = values::read_number(&r.unit.0, &ty).filter(|u| !u.is_zero() && ty.is_numeric());
            unit.map(|u| (r.mode.into(), u)).ok_or_else(|| Wrong("it is rounded to multiples of nothing".to_owned()))
        });
        Ok(hir::Outcome {
            decision: self.found.decision(&o.decision)?,
            name: o.name.clone(),
            alias: o.alias.clone(),
            label: label(&o.label),
            rounding: rounding.transpose()?,
            ty,
            partial: o.partial,
            local: o.local,
            span: self.place(&o.at)?,
        })
    }

    fn source(&self, s: &doc::Source) -> R<hir::Source> {
        let known_from = day(&s.known_from)?;
        let last = s.published.as_ref().map(|p| calendar::parse(p).and_then(calendar::PartialDate::last));
        if last.is_some_and(|l| l.is_none()) || known_from != last.flatten() {
            return Err(Wrong("`known_from` is not the last day of `published`".to_owned()));
        }
        Ok(hir::Source {
            name: s.id.clone(),
            title: s.title.clone(),
            kind: s.kind.into(),
            published: s.published.clone(),
            known_from,
            undated: s.undated,
            url: s.url.clone(),
            number: s.number.clone(),
            note: s.note.clone(),
            span: self.place(&s.at)?,
        })
    }

    fn region(&mut self, r: &doc::Region, id: RegionId) -> R<()> {
        let agency = |a: &doc::Agency| Ok(hir::Agency { text: a.name.clone(), span: self.place(&a.at)? });
        let made = hir::Region {
            name: r.id.clone(),
            alias: r.alias.clone(),
            label: label(&r.label),
            parent: r.parent.as_ref().map(|p| self.found.region(p)).transpose()?,
            agency: r.agency.as_ref().map(agency).transpose()?,
            chain: Vec::new(),
            span: self.place(&r.at)?,
        };
        self.symbols.regions.push(made);
        let usual: Vec<SmolStr> = std::iter::once(&r.id).chain(&r.alias).cloned().collect();
        let names = r.spellings.as_ref().unwrap_or(&usual);
        self.symbols.name_region(id, names.iter()).map_err(|hir::Twice(name)| Wrong(format!("`{name}` is another's name too")))
    }

    /// No region lies in itself, or deeper than anybody governs.
    fn depths(&self) -> R<()> {
        let regions = &self.symbols.regions;
        for r in regions {
            let mut above = 0;
            let mut at = r.parent;
            while let Some(p) = at {
                above += 1;
                if above >= MAX_REGION_DEPTH {
                    return Err(Wrong(format!("region `{}`: it lies in itself, or more than {MAX_REGION_DEPTH} deep", r.name)));
                }
                at = regions.get(p.index()).and_then(|p| p.parent);
            }
        }
        Ok(())
    }

    fn finding(&self, f: &doc::Finding) -> R<Diagnostic> {
        let code = codes::find(&f.code).filter(|c| c.id == f.code).ok_or_else(|| Wrong(format!("there is no code `{}`", f.code)))?;
        if f.severity != Weight::Warning || Weight::from(code.severity) != f.severity {
            return Err(Wrong(format!("{} is no warning", f.code)));
        }
        let note = |n: &doc::Note| Ok(diagnostics::Label { span: self.place(&n.at)?, text: n.text.clone() });
        let edit = |e: &doc::Edit| Ok(diagnostics::Fix { span: self.place(&e.at)?, replacement: e.replacement.clone() });
        Ok(Diagnostic {
            code,
            message: f.message.clone(),
            primary: f.primary.as_ref().map(note).transpose()?,
            related: f.related.iter().map(note).collect::<R<_>>()?,
            help: f.help.clone(),
            fix: f.fix.as_ref().map(edit).transpose()?,
            path: f.path.clone(),
        })
    }
}

/// The place of every argument in its decision, by what it is called.
fn arguments(d: &Document) -> R<FxHashMap<SmolStr, u16>> {
    let mut out = FxHashMap::default();
    for x in &d.decisions {
        for (place, a) in x.arguments.iter().enumerate() {
            let place = u16::try_from(place).map_err(|_| Wrong(format!("decision `{}` has too many arguments", x.id)))?;
            if out.insert(a.id.clone(), place).is_some() {
                return Err(Wrong(format!("two arguments are called `{}`", a.id)));
            }
        }
    }
    Ok(out)
}

/// Statements, constraints and tests, with their expressions.
fn said(d: &Document, program: &mut Program, found: &Found, map: &SourceMap) -> R<()> {
    let symbols = std::mem::take(&mut program.symbols);
    let mut s = Said { nodes: Nodes::new(found, &symbols, map), program, nested: Vec::new() };
    for p in &d.parts {
        let file = found.file(&p.file)?;
        s.nodes.node(&p.node, file).within(|| "`parts`".to_owned())?;
    }
    for (i, x) in d.statements.iter().enumerate() {
        s.statement(x, i).within(|| format!("statement {i}"))?;
    }
    for (i, x) in d.constraints.iter().enumerate() {
        s.constraint(x).within(|| format!("constraint {}", i + 1))?;
    }
    for t in &d.tests {
        s.test(t).within(|| format!("test `{}`", t.name))?;
    }
    let Said { nodes, program, .. } = s;
    nodes.finish(program)?;
    program.symbols = symbols;
    super::sound::check(program)?;
    program.shelve();
    Ok(())
}

struct Said<'a, 'p> {
    nodes: Nodes<'a>,
    program: &'p mut Program,
    /// How many statements each replaces one inside another.
    nested: Vec<usize>,
}

impl Said<'_, '_> {
    fn place(&self, p: &doc::Place) -> R<Span> {
        let span = span(self.nodes.map, self.nodes.found.file(&p.file)?, p.span)?;
        let line = self.nodes.map.locate(span).map_or(0, |(_, at)| at.line);
        if line == p.line as usize {
            Ok(span)
        } else {
            Err(Wrong(format!("the bytes {:?} of `{}` are not in line {}", p.span, p.file, p.line)))
        }
    }

    fn perhaps(&mut self, n: &Option<super::node::NodeDoc>, file: FileId) -> R<Option<NodeId>> {
        n.as_ref().map(|n| self.nodes.node(n, file)).transpose()
    }

    fn values(&self, decision: DecisionId, place: usize, names: &[SmolStr]) -> R<Variants> {
        let arg = self.nodes.symbols.decision(decision).args.get(place).ok_or_else(|| Wrong("too many arguments".to_owned()))?;
        let all = names.iter().map(|n| variant(self.nodes.symbols, arg.ty, n)).collect::<R<Vec<_>>>()?;
        Variants::from_set(all).ok_or_else(|| Wrong(format!("it is about no value of `{}`", arg.name)))
    }

    fn arity(&self, decision: DecisionId, given: usize) -> R<()> {
        let wanted = self.nodes.symbols.decision(decision).args.len();
        if wanted == given { Ok(()) } else { Err(Wrong(format!("it has {given} arguments, its decision {wanted}"))) }
    }

    fn statement(&mut self, s: &doc::Statement, at: usize) -> R<()> {
        let (symbols, found) = (self.nodes.symbols, self.nodes.found);
        if s.id as usize != at {
            return Err(Wrong(format!("its number is {}", s.id)));
        }
        let span = self.place(&s.at)?;
        let outcome = found.outcome(&s.outcome)?;
        let decision = symbols.outcome(outcome).decision;
        self.arity(decision, s.head.len())?;
        let mut head = Vec::with_capacity(s.head.len());
        for (place, names) in s.head.iter().enumerate() {
            head.push(names.as_ref().map(|n| self.values(decision, place, n)).transpose()?);
        }
        if s.for_each.len() > MAX_NESTED {
            return Err(Wrong("it goes through too many lists".to_owned()));
        }
        let mut each = Vec::with_capacity(s.for_each.len());
        for l in &s.for_each {
            let list = self.nodes.node(&l.list, span.file)?;
            each.push(Loop { slot: l.slot, list, filter: self.perhaps(&l.filter, span.file)? });
        }
        let source = s.source.as_ref().map(|n| found.source(n)).transpose()?;
        if symbols.only_claims(source) != s.claim {
            return Err(Wrong("what rests on a web page alone is a claim, and nothing else".to_owned()));
        }
        let exception_of = self.exception(s.exception_to, at)?;
        let made = Stmt {
            outcome,
            region: found.region(&s.region)?,
            op: s.operation.into(),
            strength: match s.strength {
                None => Strength::Plain,
                Some(Strong::Default) => Strength::Default,
                Some(Strong::Final) => Strength::Final,
            },
            claim: s.claim,
            head: head.into(),
            when: self.perhaps(&s.when, span.file)?,
            each: each.into(),
            value: self.nodes.node(&s.value, span.file)?,
            conditions: s.conditions.iter().map(|c| self.condition(c, span.file)).collect::<R<_>>()?,
            from: day(&s.from)?,
            until: day(&s.until)?,
            by: s.by.as_ref().map(|i| found.input(i)).transpose()?,
            source,
            section: s.section.clone(),
            ids: s.ids.clone(),
            hedged: s.hedged.clone(),
            refer: s.refer.as_ref().map(|r| r.agency.clone()),
            note: s.note.clone(),
            table: s.table.as_ref().map(|t| self.place(t)).transpose()?,
            exceptions: Vec::new(),
            exception_of,
            span,
        };
        self.program.statements.push(made);
        Ok(())
    }

    /// Its expressions are looked for when all are there.
    fn condition(&self, c: &doc::Condition, file: FileId) -> R<Condition> {
        let under = |u: &doc::Under| match u {
            doc::Under::Item(l) => Under::Item(Loop { slot: l.slot, list: NodeId(l.list), filter: l.filter.map(NodeId) }),
            doc::Under::Holds(n) => Under::If(NodeId(*n), true),
            doc::Under::Fails(n) => Under::If(NodeId(*n), false),
        };
        let under = c.under.iter().map(under).collect();
        Ok(Condition { node: NodeId(c.expression), under, in_value: c.in_value, span: span(self.nodes.map, file, c.span)? })
    }

    /// Notes an exception with the statement it belongs to, which stands before it.
    fn exception(&mut self, to: Option<u32>, at: usize) -> R<Option<StmtId>> {
        let Some(base) = to else {
            self.nested.push(0);
            return Ok(None);
        };
        let depth = self.nested.get(base as usize).copied().ok_or_else(|| Wrong(format!("there is no statement {base} before it")))? + 1;
        if depth > MAX_NESTED {
            return Err(Wrong("too many exceptions to exceptions".to_owned()));
        }
        self.nested.push(depth);
        if let Some(s) = self.program.statements.get_mut(base as usize) {
            s.exceptions.push(StmtId(u32::try_from(at).unwrap_or(u32::MAX)));
        }
        Ok(Some(StmtId(base)))
    }

    fn constraint(&mut self, c: &doc::Constraint) -> R<()> {
        let found = self.nodes.found;
        let span = self.place(&c.at)?;
        let made = Never {
            decision: found.decision(&c.decision)?,
            outcomes: c.outcomes.iter().map(|o| found.outcome(o)).collect::<R<_>>()?,
            condition: self.nodes.node(&c.never, span.file)?,
            label: label(&c.label),
            span,
        };
        self.program.nevers.push(made);
        Ok(())
    }

    fn test(&mut self, t: &doc::Test) -> R<()> {
        let made = Test {
            name: t.name.clone(),
            region: self.nodes.found.region(&t.region)?,
            on: day(&t.on)?,
            known: day(&t.known)?,
            cases: t.cases.iter().map(|c| self.case(c)).collect::<R<_>>()?,
            span: self.place(&t.at)?,
        };
        self.program.tests.push(made);
        Ok(())
    }

    fn case(&mut self, c: &doc::Case) -> R<Case> {
        let (symbols, found) = (self.nodes.symbols, self.nodes.found);
        let decision = found.decision(&c.decision)?;
        self.arity(decision, c.arguments.len())?;
        let named = symbols.decision(decision).args.iter().zip(&c.arguments);
        let args = named.map(|(info, name)| name.as_ref().map(|n| variant(symbols, info.ty, n)).transpose());
        let mut inputs = Vec::with_capacity(c.facts.len());
        for f in &c.facts {
            let input = found.input(&f.input)?;
            inputs.push((input, values::read(&f.value.0, &symbols.input(input).ty, symbols, found)?));
        }
        Ok(Case {
            decision,
            args: args.collect::<R<_>>()?,
            inputs,
            expects: c.expects.iter().map(|e| self.expect(e, decision)).collect::<R<_>>()?,
            span: self.place(&c.at)?,
        })
    }

    fn expect(&mut self, e: &doc::Expect, decision: DecisionId) -> R<Expect> {
        let found = self.nodes.found;
        let span = self.place(&e.at)?;
        let outcome = found.outcome(&e.outcome)?;
        if self.nodes.symbols.outcome(outcome).decision != decision {
            return Err(Wrong(format!("`{}` is no outcome of the decision asked", e.outcome)));
        }
        let status = match e.status {
            State::Decided => ExpectStatus::Decided,
            State::Disputed => ExpectStatus::Disputed,
            State::Refer => ExpectStatus::Refer,
            State::Needs => ExpectStatus::Needs(e.needs.iter().map(|i| found.input(i)).collect::<R<_>>()?),
            State::NoRule => ExpectStatus::NoRule,
            State::Error => ExpectStatus::Error(e.code.clone()),
        };
        if !matches!(e.status, State::Needs) && !e.needs.is_empty() || !matches!(e.status, State::Error) && e.code.is_some() {
            return Err(Wrong("`needs` and `code` belong to other statuses".to_owned()));
        }
        Ok(Expect {
            outcome,
            values: e.values.iter().map(|n| self.nodes.node(n, span.file)).collect::<R<_>>()?,
            status,
            agency: e.agency.clone(),
            hedged: e.hedged.as_ref().map(|h| h.text.clone()),
            source: e.source.as_ref().map(|s| found.source(s)).transpose()?,
            section: e.section.clone(),
            ids: e.ids.clone(),
            span,
        })
    }
}
