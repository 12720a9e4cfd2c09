//! In: checked policies. Out: the document that says all of them. Never here: expressions (`write_expr.rs`), text.

use super::document::{self as doc, Document, FORMAT};
use super::names::Ids;
use super::values::{self, TypeDoc, ValueDoc};
use super::words::{State, Strong};
use super::write_expr::Shared;
use super::{Content, ExportError};
use crate::diagnostics::{self, Diagnostic};
use crate::hir::{self, ExpectStatus, Label, SourceId, Symbols};
use crate::program::{Condition, Never, Program, Stmt, StmtId, Strength, Test, Under};
use crate::source::{SourceMap, Span};
use crate::value::{Exact, InputId, Interval, Type, calendar};
use smol_str::SmolStr;

pub(super) type W<T> = Result<T, ExportError>;

pub(super) struct Writer<'a> {
    pub p: &'a Program,
    pub map: &'a SourceMap,
    pub ids: Ids,
    pub shared: Shared,
}

/// The document, its `integrity` still empty.
pub(super) fn document(content: &Content) -> W<Document> {
    let (p, map) = (content.program, content.map);
    // Named one by one: what is added to them later is not forgotten here.
    let Program { symbols: s, nodes: _, types: _, spans: _, statements, shelves: _, nevers, tests } = p;
    let Symbols {
        vocabularies,
        enums,
        records,
        inputs,
        decisions,
        outcomes,
        sources,
        regions: _,
        precedence,
        scopes: _,
        vocab_by_name: _,
        source_by_name: _,
        region_by_name: _,
    } = s;
    let w = Writer { p, map, ids: Ids::of(s, map), shared: Shared::of(p) };
    let file = |f: &crate::source::SourceFile| doc::File {
        path: SmolStr::new(&f.name),
        standard: f.embedded,
        byte_order_mark: f.mark > 0,
        text: f.text.clone(),
    };
    Ok(Document {
        polc_export: FORMAT,
        polc: SmolStr::new_static(env!("CARGO_PKG_VERSION")),
        policies: SmolStr::new(content.digest),
        integrity: SmolStr::default(),
        files_read: u32::try_from(content.files).unwrap_or(u32::MAX),
        files: map.iter().map(|(_, f)| file(f)).collect(),
        vocabularies: vocabularies.iter().enumerate().map(|(i, v)| w.vocabulary(i, v)).collect::<W<_>>()?,
        enums: enums.iter().enumerate().map(|(i, e)| w.enum_(i, e)).collect::<W<_>>()?,
        records: records.iter().enumerate().map(|(i, r)| w.record(i, r)).collect::<W<_>>()?,
        inputs: inputs.iter().enumerate().map(|(i, x)| w.input(i, x)).collect::<W<_>>()?,
        decisions: decisions.iter().enumerate().map(|(i, d)| w.decision(i, d)).collect::<W<_>>()?,
        outcomes: outcomes.iter().enumerate().map(|(i, o)| w.outcome(i, o)).collect::<W<_>>()?,
        sources: sources.iter().enumerate().map(|(i, x)| w.source(i, x)).collect::<W<_>>()?,
        regions: w.regions()?,
        precedence: precedence.as_ref().map(|x| w.precedence(x)).transpose()?,
        parts: w.parts()?,
        statements: statements.iter().zip(0..).map(|(x, i)| w.statement(i, x)).collect::<W<_>>()?,
        constraints: nevers.iter().map(|n| w.constraint(n)).collect::<W<_>>()?,
        tests: tests.iter().map(|t| w.test(t)).collect::<W<_>>()?,
        diagnostics: content.diagnostics.iter().map(|d| w.finding(d)).collect::<W<_>>()?,
    })
}

fn label(l: &Option<Label>) -> Option<doc::Label> {
    l.as_ref().map(|l| doc::Label { zh: l.zh.clone(), en: l.en.clone() })
}

/// What cannot happen to checked policies, said rather than written down wrong.
pub(super) fn unwritable(what: &str) -> ExportError {
    ExportError::Unwritable(what.to_owned())
}

fn day(day: Option<i64>) -> W<Option<SmolStr>> {
    day.map(|d| calendar::format_day(d).map(SmolStr::from).ok_or_else(|| unwritable("a date outside the calendar"))).transpose()
}

/// The names something is found by, unless they are its own name and alias.
fn spellings(mut all: Vec<SmolStr>, name: &SmolStr, alias: &Option<SmolStr>) -> Option<Vec<SmolStr>> {
    all.sort_unstable();
    let mut usual: Vec<SmolStr> = std::iter::once(name).chain(alias).cloned().collect();
    usual.sort_unstable();
    usual.dedup();
    (all != usual).then_some(all)
}

impl Writer<'_> {
    pub(super) fn place(&self, span: Span) -> W<doc::Place> {
        let at = self.map.locate(span).ok_or_else(|| unwritable("a place outside all files"))?.1;
        let line = u32::try_from(at.line).unwrap_or(u32::MAX);
        Ok(doc::Place { file: self.ids.one(&self.ids.files, span.file.0 as usize), line, span: [span.start, span.end] })
    }

    fn vocabulary(&self, i: usize, v: &hir::Vocabulary) -> W<doc::Vocabulary> {
        let found = self.p.symbols.vocab_by_name.iter().filter(|(_, id)| id.at() == i).map(|(n, _)| n.clone());
        Ok(doc::Vocabulary {
            id: self.ids.one(&self.ids.vocabularies, i),
            alias: v.alias.clone(),
            spellings: spellings(found.collect(), &v.name, &v.alias),
            label: label(&v.label),
            at: self.place(v.span)?,
        })
    }

    fn vocab(&self, id: hir::VocabId) -> SmolStr {
        self.ids.one(&self.ids.vocabularies, id.at())
    }

    fn ty(&self, ty: &Type) -> TypeDoc {
        TypeDoc::of(ty, &self.ids)
    }

    pub(super) fn number(&self, x: Exact, ty: &Type) -> ValueDoc {
        ValueDoc(values::number(x, ty, &self.p.symbols))
    }

    fn field(&self, a: &hir::Attribute) -> W<doc::Field> {
        let at = self.place(a.span)?;
        Ok(doc::Field { name: a.name.clone(), alias: a.alias.clone(), label: label(&a.label), r#type: self.ty(&a.ty), at })
    }

    fn enum_(&self, i: usize, e: &hir::Enum) -> W<doc::Enum> {
        let value = |v: &hir::VariantInfo| {
            Ok(doc::Variant { name: v.name.clone(), alias: v.alias.clone(), label: label(&v.label), at: self.place(v.span)? })
        };
        Ok(doc::Enum {
            id: self.ids.one(&self.ids.enums, i),
            vocabulary: self.vocab(e.vocab),
            name: e.name.clone(),
            alias: e.alias.clone(),
            label: label(&e.label),
            values: e.variants.iter().map(value).collect::<W<_>>()?,
            attributes: e.attributes.iter().map(|a| self.field(a)).collect::<W<_>>()?,
            at: self.place(e.span)?,
        })
    }

    fn record(&self, i: usize, r: &hir::Record) -> W<doc::Record> {
        Ok(doc::Record {
            id: self.ids.one(&self.ids.records, i),
            vocabulary: self.vocab(r.vocab),
            name: r.name.clone(),
            alias: r.alias.clone(),
            fields: r.fields.iter().map(|a| self.field(a)).collect::<W<_>>()?,
            at: self.place(r.span)?,
        })
    }

    fn bounds(&self, b: &Interval, ty: &Type) -> doc::Bounds {
        doc::Bounds {
            min: b.lo.map(|x| self.number(x, ty)),
            min_inclusive: b.lo_closed,
            max: b.hi.map(|x| self.number(x, ty)),
            max_inclusive: b.hi_closed,
        }
    }

    fn input(&self, i: usize, x: &hir::Input) -> W<doc::Input> {
        Ok(doc::Input {
            id: self.ids.one(&self.ids.inputs, i),
            vocabulary: self.vocab(x.vocab),
            name: x.name.clone(),
            alias: x.alias.clone(),
            question: label(&x.label),
            r#type: self.ty(&x.ty),
            bounds: x.bounds.as_ref().map(|b| self.bounds(b, &x.ty)),
            at: self.place(x.span)?,
        })
    }

    fn decision(&self, i: usize, d: &hir::Decision) -> W<doc::Decision> {
        let ids = self.ids.arguments.get(i).map_or(&[][..], Vec::as_slice);
        let argument = |(k, a): (usize, &hir::Argument)| doc::Argument {
            id: self.ids.one(ids, k),
            name: a.name.clone(),
            r#enum: self.ids.one(&self.ids.enums, a.ty.index()),
        };
        Ok(doc::Decision {
            id: self.ids.one(&self.ids.decisions, i),
            vocabulary: self.vocab(d.vocab),
            name: d.name.clone(),
            alias: d.alias.clone(),
            label: label(&d.label),
            arguments: d.args.iter().enumerate().map(argument).collect(),
            arrow: d.arrow,
            at: self.place(d.span)?,
        })
    }

    fn outcome(&self, i: usize, o: &hir::Outcome) -> W<doc::Outcome> {
        Ok(doc::Outcome {
            id: self.ids.one(&self.ids.outcomes, i),
            decision: self.ids.one(&self.ids.decisions, o.decision.at()),
            name: o.name.clone(),
            alias: o.alias.clone(),
            label: label(&o.label),
            r#type: self.ty(&o.ty),
            rounding: o.rounding.map(|(mode, unit)| doc::Rounding { mode: mode.into(), unit: self.number(unit, &o.ty) }),
            partial: o.partial,
            local: o.local,
            at: self.place(o.span)?,
        })
    }

    fn source(&self, i: usize, s: &hir::Source) -> W<doc::Source> {
        Ok(doc::Source {
            id: self.ids.one(&self.ids.sources, i),
            title: s.title.clone(),
            kind: s.kind.into(),
            published: s.published.clone(),
            known_from: day(s.known_from)?,
            undated: s.undated,
            url: s.url.clone(),
            number: s.number.clone(),
            note: s.note.clone(),
            at: self.place(s.span)?,
        })
    }

    fn precedence(&self, x: &hir::Precedence) -> W<doc::Precedence> {
        Ok(doc::Precedence { kinds: x.kinds.iter().map(|k| (*k).into()).collect(), newer: x.newer, at: self.place(x.span)? })
    }

    fn regions(&self) -> W<Vec<doc::Region>> {
        let symbols = &self.p.symbols;
        let mut names: Vec<Vec<SmolStr>> = vec![Vec::new(); symbols.regions.len()];
        for (name, id) in &symbols.region_by_name {
            if let Some(list) = names.get_mut(id.index()) {
                list.push(name.clone());
            }
        }
        let region = |((i, r), names): ((usize, &hir::Region), Vec<SmolStr>)| {
            let agency = |a: &hir::Agency| Ok(doc::Agency { name: a.text.clone(), at: self.place(a.span)? });
            Ok(doc::Region {
                id: self.ids.one(&self.ids.regions, i),
                alias: r.alias.clone(),
                spellings: spellings(names, &r.name, &r.alias),
                label: label(&r.label),
                parent: r.parent.map(|p| self.ids.one(&self.ids.regions, p.index())),
                agency: r.agency.as_ref().map(agency).transpose()?,
                at: self.place(r.span)?,
            })
        };
        symbols.regions.iter().enumerate().zip(names).map(region).collect()
    }

    pub(super) fn outcome_id(&self, o: hir::OutcomeId) -> SmolStr {
        self.ids.one(&self.ids.outcomes, o.at())
    }

    pub(super) fn input_id(&self, i: InputId) -> SmolStr {
        self.ids.one(&self.ids.inputs, i.index())
    }

    fn source_id(&self, s: Option<SourceId>) -> Option<SmolStr> {
        s.map(|s| self.ids.one(&self.ids.sources, s.at()))
    }

    /// The name of an argument's value.
    pub(super) fn argument_value(&self, decision: hir::DecisionId, place: usize, v: u16) -> W<SmolStr> {
        let s = &self.p.symbols;
        let named = s.decision(decision).args.get(place).and_then(|a| s.enum_(a.ty).variants.get(usize::from(v)));
        named.map(|v| v.name.clone()).ok_or_else(|| unwritable("an argument without a name"))
    }

    fn statement(&self, id: u32, s: &Stmt) -> W<doc::Statement> {
        let file = s.span.file;
        let decision = self.p.symbols.outcome(s.outcome).decision;
        let mut head = Vec::new();
        for (place, pattern) in s.head.iter().enumerate() {
            let names = pattern.as_ref().map(|v| v.iter().map(|v| self.argument_value(decision, place, v)).collect::<W<_>>());
            head.push(names.transpose()?);
        }
        let each = |l: &crate::program::Loop| {
            let filter = l.filter.map(|f| self.node(f, file)).transpose()?;
            Ok(doc::Loop { slot: l.slot, list: self.node(l.list, file)?, filter })
        };
        Ok(doc::Statement {
            id,
            outcome: self.outcome_id(s.outcome),
            region: self.ids.one(&self.ids.regions, s.region.index()),
            operation: s.op.into(),
            strength: match s.strength {
                Strength::Plain => None,
                Strength::Default => Some(Strong::Default),
                Strength::Final => Some(Strong::Final),
            },
            claim: s.claim,
            head,
            when: s.when.map(|n| self.node(n, file)).transpose()?,
            for_each: s.each.iter().map(each).collect::<W<_>>()?,
            value: self.node(s.value, file)?,
            conditions: s.conditions.iter().map(condition).collect(),
            from: day(s.from)?,
            until: day(s.until)?,
            by: s.by.map(|i| self.input_id(i)),
            source: self.source_id(s.source),
            section: s.section.clone(),
            ids: s.ids.clone(),
            hedged: s.hedged.clone(),
            refer: s.refer.clone().map(|agency| doc::Refer { agency }),
            note: s.note.clone(),
            table: s.table.map(|t| self.place(t)).transpose()?,
            exception_to: s.exception_of.map(|StmtId(n)| n),
            at: self.place(s.span)?,
        })
    }

    fn constraint(&self, n: &Never) -> W<doc::Constraint> {
        Ok(doc::Constraint {
            decision: self.ids.one(&self.ids.decisions, n.decision.at()),
            outcomes: n.outcomes.iter().map(|o| self.outcome_id(*o)).collect(),
            never: self.node(n.condition, n.span.file)?,
            label: label(&n.label),
            at: self.place(n.span)?,
        })
    }

    fn test(&self, t: &Test) -> W<doc::Test> {
        Ok(doc::Test {
            name: t.name.clone(),
            region: self.ids.one(&self.ids.regions, t.region.index()),
            on: day(t.on)?,
            known: day(t.known)?,
            cases: t.cases.iter().map(|c| self.case(c)).collect::<W<_>>()?,
            at: self.place(t.span)?,
        })
    }

    fn case(&self, c: &crate::program::Case) -> W<doc::Case> {
        let argument = |(place, v): (usize, &Option<u16>)| v.map(|v| self.argument_value(c.decision, place, v)).transpose();
        let fact = |(input, value): &(InputId, crate::value::Value)| {
            let info = self.p.symbols.input(*input);
            let json = values::write(value, &info.ty, &self.p.symbols, &self.ids).ok_or_else(|| unwritable("a fact of a test"))?;
            Ok(doc::Fact { input: self.input_id(*input), value: ValueDoc(json) })
        };
        Ok(doc::Case {
            decision: self.ids.one(&self.ids.decisions, c.decision.at()),
            arguments: c.args.iter().enumerate().map(argument).collect::<W<_>>()?,
            facts: c.inputs.iter().map(fact).collect::<W<_>>()?,
            expects: c.expects.iter().map(|e| self.expect(e)).collect::<W<_>>()?,
            at: self.place(c.span)?,
        })
    }

    fn expect(&self, e: &crate::program::Expect) -> W<doc::Expect> {
        let (status, needs, code) = match &e.status {
            ExpectStatus::Decided => (State::Decided, Vec::new(), None),
            ExpectStatus::Disputed => (State::Disputed, Vec::new(), None),
            ExpectStatus::Refer => (State::Refer, Vec::new(), None),
            ExpectStatus::Needs(inputs) => (State::Needs, inputs.iter().map(|i| self.input_id(*i)).collect(), None),
            ExpectStatus::NoRule => (State::NoRule, Vec::new(), None),
            ExpectStatus::Error(code) => (State::Error, Vec::new(), code.clone()),
        };
        Ok(doc::Expect {
            outcome: self.outcome_id(e.outcome),
            status,
            values: e.values.iter().map(|n| self.node(*n, e.span.file)).collect::<W<_>>()?,
            needs,
            code,
            agency: e.agency.clone(),
            hedged: e.hedged.clone().map(|text| doc::Hedge { text }),
            source: self.source_id(e.source),
            section: e.section.clone(),
            ids: e.ids.clone(),
            at: self.place(e.span)?,
        })
    }

    fn finding(&self, d: &Diagnostic) -> W<doc::Finding> {
        let note = |l: &diagnostics::Label| Ok(doc::Note { at: self.place(l.span)?, text: l.text.clone() });
        let edit = |f: &diagnostics::Fix| Ok(doc::Edit { at: self.place(f.span)?, replacement: f.replacement.clone() });
        Ok(doc::Finding {
            code: SmolStr::new_static(d.code.id),
            severity: d.severity().into(),
            message: d.message.clone(),
            primary: d.primary.as_ref().map(note).transpose()?,
            related: d.related.iter().map(note).collect::<W<_>>()?,
            help: d.help.clone(),
            fix: d.fix.as_ref().map(edit).transpose()?,
            path: d.path.clone(),
        })
    }
}

fn condition(c: &Condition) -> doc::Condition {
    let under = |u: &Under| match u {
        Under::Item(l) => doc::Under::Item(doc::Over { slot: l.slot, list: l.list.0, filter: l.filter.map(|n| n.0) }),
        Under::If(n, true) => doc::Under::Holds(n.0),
        Under::If(n, false) => doc::Under::Fails(n.0),
    };
    let under = c.under.iter().map(under).collect();
    doc::Condition { expression: c.node.0, span: [c.span.start, c.span.end], in_value: c.in_value, under }
}
