//! In: policies, a region, a date. Out: its sheet. Never here: what becomes of a statement (`judge.rs`), layout.

use super::judge::{Judged, counts_on, judge};
use super::words::{Met, meaning, name, sources};
use super::written::{Words, Written};
use super::{Agency, DecisionSheet, Entry, Head, Marks, SHEET_VERSION, Said, Scope, Sheet, Table, TableRow};
use crate::eval::{Moment, Told};
use crate::hir::DecisionId;
use crate::policies::{Policies, date};
use crate::program::{Node, OutcomeId, Program, SetOp, StmtId, Strength};
use crate::source::Span;
use crate::value::{Names, RegionId, Variants};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// What the arguments of a statement have to be.
type Pattern = Box<[Option<Variants>]>;
/// Patterns in the order of a sheet, each with something.
type Ordered<T> = BTreeMap<(usize, Vec<Vec<u16>>), (Pattern, T)>;

/// Everything in force for a region.
pub fn sheet(policies: &Policies, region: RegionId, scope: &Scope) -> Sheet {
    let p = &policies.program;
    let info = p.symbols.region(region);
    let teller = Teller::new(policies, &info.chain, scope.moment);
    let mut met = Met::default();
    let mut shown: BTreeSet<StmtId> = BTreeSet::new();
    let decisions = (0..p.symbols.decisions.len()).filter_map(|i| Some(DecisionId(u32::try_from(i).ok()?)));
    let decisions = decisions.filter(|d| scope.decision.as_ref().is_none_or(|(only, _)| only == d));
    let decisions = decisions.filter_map(|d| one(&teller, region, d, scope, &mut shown)).collect();
    shown.iter().for_each(|s| met.statement(p, *s));
    let named = |r: &RegionId| {
        let r = p.symbols.region(*r);
        name(&r.name, r.alias.as_ref(), r.label.as_ref())
    };
    let agency = info
        .chain
        .iter()
        .map(|r| p.symbols.region(*r))
        .find_map(|r| r.agency.as_ref().map(|a| Agency { name: a.text.to_string(), region: r.name.to_string() }));
    Sheet {
        version: SHEET_VERSION,
        polc: env!("CARGO_PKG_VERSION").to_string(),
        policies: policies.digest().to_string(),
        region: named(&region),
        within: info.chain.iter().skip(1).map(named).collect(),
        agency,
        on: date(scope.moment.on),
        known: scope.moment.known.map(date),
        decisions,
        words: met.words(p),
        sources: sources(p, &shown),
    }
}

fn one(teller: &Teller, region: RegionId, decision: DecisionId, scope: &Scope, shown: &mut BTreeSet<StmtId>) -> Option<DecisionSheet> {
    let p = &teller.policies.program;
    let info = p.symbols.decision(decision);
    let open = vec![None; info.args.len()];
    let args = scope.decision.as_ref().map_or(&open, |(_, args)| args);
    let mut heads: Ordered<Head> = BTreeMap::new();
    for outcome in info.outcomes.iter().copied() {
        let judged = judge(teller.policies, region, outcome, args, scope.moment);
        let mut by_head: Ordered<Vec<StmtId>> = BTreeMap::new();
        for s in judged.bases.iter().copied() {
            let pattern = &p.statement(s).head;
            by_head.entry(order(pattern)).or_insert_with(|| (pattern.clone(), Vec::new())).1.push(s);
        }
        for (key, (pattern, ids)) in by_head {
            ids.iter().for_each(|s| living(p, *s, scope.moment, shown));
            let (_, head) = heads.entry(key).or_insert_with(|| (pattern.clone(), teller.head(decision, &pattern)));
            teller.outcome(region, outcome, &judged, &ids, head);
        }
    }
    let heads: Vec<(Pattern, Head)> = heads.into_values().collect();
    let wider = |of: &Pattern| {
        let list = heads.iter().filter(move |(p, _)| p != of && covers(p, of));
        list.map(|(_, h)| h.arguments.clone()).collect::<Vec<String>>()
    };
    let heads: Vec<Head> = heads.iter().map(|(p, h)| Head { besides: wider(p), ..h.clone() }).collect();
    (!heads.is_empty()).then(|| DecisionSheet { decision: name(&info.name, info.alias.as_ref(), info.label.as_ref()), heads })
}

/// Whether whoever the second is about is somebody the first is about.
fn covers(wide: &[Option<Variants>], narrow: &[Option<Variants>]) -> bool {
    wide.iter().zip(narrow).all(|(w, n)| match (w, n) {
        (None, _) => true,
        (Some(w), Some(n)) => n.is_subset(w),
        (Some(_), None) => false,
    })
}

/// A statement with its exceptions in force.
fn living(p: &Program, id: StmtId, moment: Moment, out: &mut BTreeSet<StmtId>) {
    out.insert(id);
    for e in p.statement(id).exceptions.iter().filter(|e| counts_on(p, **e, moment)) {
        living(p, *e, moment, out);
    }
}

/// What is about everybody first, then by the order of the vocabulary.
fn order(pattern: &[Option<Variants>]) -> (usize, Vec<Vec<u16>>) {
    let exact = pattern.iter().filter(|p| p.is_some()).count();
    (exact, pattern.iter().map(|p| p.as_ref().map_or_else(Vec::new, |v| v.as_slice().to_vec())).collect())
}

/// Puts statements into words.
pub(super) struct Teller<'a> {
    pub policies: &'a Policies,
    written: Written,
    moment: Moment,
}

impl<'a> Teller<'a> {
    pub(super) fn new(policies: &'a Policies, regions: &[RegionId], moment: Moment) -> Self {
        let files = policies.program.statements.iter().filter(|s| regions.contains(&s.region)).map(|s| s.span.file).collect();
        Teller { policies, written: Written::read(policies, &files), moment }
    }

    /// `resident->employee`, with its labels.
    fn head(&self, decision: DecisionId, pattern: &[Option<Variants>]) -> Head {
        let symbols = &self.policies.program.symbols;
        let info = symbols.decision(decision);
        let (mut names, mut zh, mut en) = (Vec::new(), Vec::new(), Vec::new());
        for (p, arg) in pattern.iter().zip(&info.args) {
            let Some(set) = p else {
                names.push("any".to_owned());
                zh.push("任意".to_owned());
                en.push("any".to_owned());
                continue;
            };
            let of = |f: &dyn Fn(&crate::hir::VariantInfo) -> String, by: &str| {
                let list = set.iter().filter_map(|v| symbols.enum_(arg.ty).variants.get(usize::from(v)));
                list.map(f).collect::<Vec<_>>().join(by)
            };
            names.push(of(&|v| v.name.to_string(), "|"));
            let label = |v: &crate::hir::VariantInfo| v.label.clone().unwrap_or_default();
            let own = |v: &crate::hir::VariantInfo| v.alias.as_ref().unwrap_or(&v.name).to_string();
            zh.push(of(&own, "、"));
            en.push(of(&|v| label(v).en.map_or_else(|| v.name.to_string(), |en| en.to_string()), " or "));
        }
        let about_all = pattern.iter().all(Option::is_none);
        let labelled = pattern.iter().zip(&info.args).any(|(p, arg)| {
            let infos = &symbols.enum_(arg.ty).variants;
            let named = |v: u16| infos.get(usize::from(v)).is_some_and(|i| i.label.is_some() || i.alias.is_some());
            p.iter().flat_map(|v| v.iter()).any(named)
        });
        let (by, comma) = if info.arrow { ("->", " → ") } else { (", ", ", ") };
        Head {
            arguments: if about_all { String::new() } else { names.join(by) },
            label: labelled.then(|| Told { zh: zh.join(comma), en: Some(en.join(comma)) }),
            besides: Vec::new(),
            outcomes: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Adds what these statements say about one outcome.
    fn outcome(&self, region: RegionId, outcome: OutcomeId, judged: &Judged, ids: &[StmtId], head: &mut Head) {
        let p = &self.policies.program;
        let info = p.symbols.outcome(outcome);
        let named = name(&info.name, info.alias.as_ref(), info.label.as_ref());
        let (rows, plain): (Vec<StmtId>, Vec<StmtId>) = ids.iter().copied().partition(|s| p.statement(*s).table.is_some());
        if !plain.is_empty() {
            let (gone, left): (Vec<StmtId>, Vec<StmtId>) = plain.iter().copied().partition(|s| judged.replaced(p, *s));
            let tell = |list: Vec<StmtId>| list.into_iter().map(|s| self.said(region, judged, s)).collect();
            head.outcomes.push(Entry {
                outcome: named.clone(),
                local: info.local,
                marks: judged.marks(p, &left),
                says: tell(left),
                replaced: tell(gone),
            });
        }
        let mut tables: Vec<(Span, Vec<StmtId>)> = Vec::new();
        for s in rows {
            let Some(span) = p.statement(s).table else { continue };
            match tables.iter_mut().find(|(t, _)| *t == span) {
                Some((_, list)) => list.push(s),
                None => tables.push((span, vec![s])),
            }
        }
        for (span, list) in tables {
            self.table(region, outcome, judged, span, &list, head);
        }
    }

    /// Adds the rows of a table that give one outcome; another outcome may have added rows of it before.
    fn table(&self, region: RegionId, outcome: OutcomeId, judged: &Judged, span: Span, list: &[StmtId], head: &mut Head) {
        let p = &self.policies.program;
        let cells = self.written.table(span);
        let info = p.symbols.outcome(outcome);
        let gone = list.iter().all(|s| judged.replaced(p, *s));
        let own = |t: &&mut Table| t.rows.iter().flat_map(|r| &r.statements).any(|s| p.statement(*s).table == Some(span));
        if head.tables.iter_mut().find(own).is_none() {
            let columns = cells.columns.iter().map(|c| self.column(info.decision, c)).collect();
            head.tables.push(Table {
                outcomes: Vec::new(),
                marks: Marks::default(),
                conditions: cells.around.clone(),
                columns,
                rows: Vec::new(),
                replaced: true,
                after: head.outcomes.len(),
            });
        }
        // A new table has no rows yet, and stands last.
        let at = head.tables.iter_mut().position(|t| own(&t)).unwrap_or(head.tables.len() - 1);
        let Some(table) = head.tables.get_mut(at) else { return };
        table.replaced &= gone;
        table.outcomes.push(name(&info.name, info.alias.as_ref(), info.label.as_ref()));
        let marks = judged.marks(p, list);
        table.marks.disputed = table.marks.disputed.or(marks.disputed);
        table.marks.conflicts |= marks.conflicts;
        table.marks.forbidden.extend(marks.forbidden);
        table.marks.forbidden.dedup();
        for s in list {
            let row = p.statement(*s).span;
            let same = |r: &&mut TableRow| r.statements.iter().any(|x| p.statement(*x).span == row);
            match table.rows.iter_mut().find(same) {
                Some(r) => r.statements.push(*s),
                None => {
                    let words = cells.rows.iter().find(|(span, _)| *span == row).map_or_else(Vec::new, |(_, c)| c.clone());
                    let said = Said { value: None, meaning: None, ask: None, ..self.said(region, judged, *s) };
                    table.rows.push(TableRow { cells: words, said, statements: vec![*s] });
                }
            }
        }
        table.rows.sort_by_key(|r| r.statements.first().map(|s| p.statement(*s).span));
    }

    /// The input, argument or outcome a column is called after.
    fn column(&self, decision: DecisionId, called: &str) -> super::Name {
        let symbols = &self.policies.program.symbols;
        let plain = called.trim_matches('`');
        let info = symbols.decision(decision);
        if let Some(o) = info.by_name.get(plain) {
            let o = symbols.outcome(*o);
            return name(&o.name, o.alias.as_ref(), o.label.as_ref());
        }
        if let Some(a) = info.args.iter().find(|a| a.name == plain) {
            let e = symbols.enum_(a.ty);
            return name(&a.name, e.alias.as_ref(), e.label.as_ref());
        }
        if let Some(i) = self.policies.input(decision, plain) {
            let i = symbols.input(i);
            return name(&i.name, i.alias.as_ref(), i.label.as_ref());
        }
        super::Name { name: called.to_owned(), alias: None, label: None }
    }

    /// The words of a statement; a row of a table says as conditions what its selecting cells ask for.
    fn words(&self, id: StmtId) -> Words {
        let p = &self.policies.program;
        let s = p.statement(id);
        let Some(table) = s.table else { return self.written.statement(s.span) };
        let cells = self.written.table(table);
        let decision = p.symbols.decision(p.symbols.outcome(s.outcome).decision);
        let mut words = Words { value: String::new(), around: cells.around.clone() };
        let row = cells.rows.iter().find(|(span, _)| *span == s.span).map_or(&[] as &[String], |(_, c)| c);
        for (column, cell) in cells.columns.iter().zip(row) {
            match decision.by_name.get(column.trim_matches('`')) {
                Some(o) if *o == s.outcome => words.value.clone_from(cell),
                Some(_) => {}
                // The period of the row says it.
                None if matches!(column.as_str(), "from" | "until") || cell == "-" => {}
                None if cell == "otherwise" => words.around.push(format!("when {column} is any other")),
                None if cell.chars().all(|c| c.is_alphanumeric() || c == '_') => words.around.push(format!("when {column} = {cell}")),
                None => words.around.push(format!("when {column}: {cell}")),
            }
        }
        words
    }

    /// One statement, with its exceptions in force.
    pub(super) fn said(&self, region: RegionId, judged: &Judged, id: StmtId) -> Said {
        let p = &self.policies.program;
        let s = p.statement(id);
        let Words { value, around } = self.words(id);
        let agency = |named: &Option<SmolStr>| match named.as_ref().or_else(|| p.symbols.agency(region)) {
            Some(a) => a.to_string(),
            None => "the agency".to_owned(),
        };
        let (value, ask) = match (p.node(s.value), &s.refer) {
            (Node::Refer(named), _) => (None, Some(agency(named))),
            (_, refer) => (Some(value), refer.as_ref().map(agency)),
        };
        let (file, line) = self.policies.map.locate(s.span).map_or((String::new(), 0), |(f, at)| (f.to_owned(), at.line));
        let exceptions = s.exceptions.iter().filter(|e| counts_on(p, **e, self.moment));
        Said {
            op: op(s.op).to_owned(),
            strength: strength(s.strength).map(str::to_owned),
            value,
            meaning: meaning(p, s.value),
            ask,
            conditions: around,
            exceptions: exceptions.map(|e| self.said(region, judged, *e)).collect(),
            from: s.from.map(date),
            until: s.until.map(date),
            by: s.by.map(|i| p.symbols.input(i).name.to_string()),
            hedged: s.hedged.as_ref().map(SmolStr::to_string),
            note: s.note.as_ref().map(SmolStr::to_string),
            ids: s.ids.iter().map(SmolStr::to_string).collect(),
            claim: s.claim,
            source: s.source.map(|x| p.symbols.source(x).name.to_string()),
            section: s.section.as_ref().map(SmolStr::to_string),
            region: Names::region(&p.symbols, s.region).to_owned(),
            inherited: s.region != region,
            fate: judged.fate(p, id),
            file,
            line,
            statement: Some(id),
        }
    }
}

fn op(op: SetOp) -> &'static str {
    match op {
        SetOp::Give => "=",
        SetOp::Add => "+=",
        SetOp::AtLeast => "at least",
        SetOp::AtMost => "at most",
        SetOp::Requires => "requires",
    }
}

fn strength(s: Strength) -> Option<&'static str> {
    match s {
        Strength::Plain => None,
        Strength::Default => Some("default"),
        Strength::Final => Some("final"),
    }
}
