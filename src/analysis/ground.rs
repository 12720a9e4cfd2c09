//! In: the program. Out: what the analyses of it share: which outcomes read which, where each is spoken of, on which days anything changes, the words for a person. Never here: what is wrong.

use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Case, Moment, Question};
use crate::program::{Node, NodeId, OutcomeId, Program, Shelf, Stmt, StmtId};
use crate::source::{FileId, Span};
use crate::value::{Date, RegionId, calendar, show};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// The day on which undated statements are looked at; any other would do.
pub(super) const ANY_DAY: i64 = 10_957;
/// Days looked at for one question; beyond it the question is undecided.
pub(super) const MAX_DAYS: usize = 64;

/// What is worked out once for all analyses.
pub(super) struct Ground<'p> {
    pub p: &'p Program,
    /// Regions that say something about an outcome, sorted.
    pub regions: FxHashMap<OutcomeId, Vec<RegionId>>,
    /// What the statements of an outcome read, through others too.
    closure: FxHashMap<OutcomeId, Vec<OutcomeId>>,
    /// Outcomes read for another region than the person's.
    elsewhere: FxHashSet<OutcomeId>,
    /// Called between searches, so that people see that it goes on.
    pub tick: &'p (dyn Fn() + Sync),
}

impl<'p> Ground<'p> {
    /// From which outcome reads which, and which are read for another region than the person's.
    pub(super) fn new(
        p: &'p Program,
        edges: impl Iterator<Item = (OutcomeId, OutcomeId)>,
        elsewhere: FxHashSet<OutcomeId>,
        tick: &'p (dyn Fn() + Sync),
    ) -> Self {
        let mut regions: FxHashMap<OutcomeId, Vec<RegionId>> = FxHashMap::default();
        for (o, r) in p.shelves.keys() {
            regions.entry(*o).or_default().push(*r);
        }
        regions.values_mut().for_each(|r| r.sort_unstable());
        let mut direct: FxHashMap<OutcomeId, BTreeSet<OutcomeId>> = FxHashMap::default();
        for (from, to) in edges {
            direct.entry(from).or_default().insert(to);
        }
        let closure = direct.keys().map(|o| (*o, reached(&direct, *o))).collect();
        Ground { p, regions, closure, elsewhere, tick }
    }

    /// Everything that two statements read, through others too.
    pub(super) fn reads(&self, stmts: &[StmtId]) -> Vec<OutcomeId> {
        let mut out: BTreeSet<OutcomeId> = BTreeSet::new();
        let mut open = stmts.to_vec();
        while let Some(s) = open.pop() {
            let stmt = self.p.statement(s);
            open.extend(stmt.exception_of);
            for n in nodes(stmt) {
                walk(self.p, n, &mut |node| {
                    if let Node::Read { outcome, .. } = node {
                        out.insert(*outcome);
                        out.extend(self.closure.get(outcome).into_iter().flatten());
                    }
                });
            }
        }
        out.into_iter().collect()
    }

    /// Everything an outcome reads, through others too; without itself.
    pub(super) fn closure(&self, outcome: OutcomeId) -> &[OutcomeId] {
        self.closure.get(&outcome).map_or(&[], Vec::as_slice)
    }

    /// One day of each stretch, within a window, in which nothing about these outcomes begins or ends for a region; in order, and whether that is all of them.
    pub(super) fn days(&self, outcomes: &[OutcomeId], region: RegionId, window: (Option<i64>, Option<i64>)) -> (Vec<i64>, bool) {
        let p = self.p;
        let within = |d: &i64| window.0.is_none_or(|f| f <= *d) && window.1.is_none_or(|u| *d <= u);
        let mut starts: BTreeSet<i64> = BTreeSet::new();
        let mut published: BTreeSet<i64> = BTreeSet::new();
        let mut full = false;
        for o in outcomes {
            let chain = &p.symbols.region(region).chain;
            let far: &[RegionId] = if self.elsewhere.contains(o) { self.regions.get(o).map_or(&[], Vec::as_slice) } else { &[] };
            for shelf in chain.iter().chain(far).filter_map(|r| p.shelf(*o, *r)) {
                for s in all(p, shelf) {
                    let stmt = p.statement(s);
                    published.extend(known_from(p, stmt));
                    if stmt.by.is_none() {
                        starts.extend(stmt.from.into_iter().chain(stmt.until.map(|u| u.saturating_add(1))).filter(within));
                    }
                }
                full |= starts.len() > MAX_DAYS;
                if full {
                    break;
                }
            }
        }
        starts.extend(window.0);
        // Before the first of them, and from each of them on; the day a source came out where it lies in that stretch.
        let edges: Vec<Option<i64>> = std::iter::once(None).chain(starts.iter().copied().map(Some)).collect();
        let mut out = Vec::new();
        for (i, edge) in edges.iter().enumerate() {
            let next = edges.get(i + 1).copied().flatten();
            let nice = published.range((from_edge(*edge), to_edge(next))).next_back().copied();
            let plain = match (edge, next) {
                (Some(e), _) => *e,
                (None, Some(n)) => n.saturating_sub(1),
                (None, None) => window.1.unwrap_or(ANY_DAY),
            };
            let day = nice.unwrap_or(plain);
            if within(&day) && calendar::to_ymd(day).is_some() {
                out.push(day);
            } else if within(&plain) && calendar::to_ymd(plain).is_some() {
                out.push(plain);
            }
        }
        out.dedup();
        full |= out.len() > MAX_DAYS;
        out.truncate(MAX_DAYS);
        (out, !full)
    }

    /// Days on which different things were known, besides everything being known: where statements that may stand in the way came out later than these.
    pub(super) fn knowns(&self, outcomes: &[OutcomeId], region: RegionId, stmts: &[StmtId]) -> Vec<Option<i64>> {
        let p = self.p;
        let own = stmts.iter().filter_map(|s| known_from(p, p.statement(*s))).max();
        let mut later: BTreeSet<i64> = BTreeSet::new();
        for o in outcomes {
            for shelf in p.symbols.region(region).chain.iter().filter_map(|r| p.shelf(*o, *r)) {
                later.extend(all(p, shelf).into_iter().filter_map(|s| known_from(p, p.statement(s))));
            }
        }
        let mut out = vec![None];
        let last = later.last().copied();
        let first = own.or(later.first().map(|l| l.saturating_sub(1)));
        let days = first.into_iter().chain(later.iter().copied().filter(|d| own.is_none_or(|o| o < *d)));
        let days: BTreeSet<i64> = days.filter(|d| Some(*d) < last && calendar::to_ymd(*d).is_some()).collect();
        out.extend(days.into_iter().rev().map(Some));
        out.truncate(MAX_DAYS);
        out
    }

    /// Regions in which statements of `region` may come to something else: those below it that say something about what they read.
    pub(super) fn below(&self, reads: &[OutcomeId], region: RegionId) -> Vec<RegionId> {
        let mut out: BTreeSet<RegionId> = BTreeSet::new();
        for o in reads {
            for r in self.regions.get(o).into_iter().flatten() {
                if *r != region && self.p.symbols.region(*r).chain.contains(&region) {
                    out.insert(*r);
                }
            }
        }
        out.into_iter().collect()
    }

    /// A question about an outcome with everything left open.
    pub(super) fn question(&self, outcome: OutcomeId, region: RegionId, on: i64, known: Option<i64>) -> Question {
        let decision = self.p.symbols.outcome(outcome).decision;
        Question { region, decision, args: vec![None; self.p.symbols.decision(decision).args.len()], moment: Moment { on, known } }
    }

    /// A person with a question in words: `retire employee on 2025-01-01: age = 60 years`.
    pub(super) fn person(&self, case: &Case) -> String {
        let symbols = &self.p.symbols;
        let mut out = format!("{} on {}", symbols.head_text(case.question.decision, &case.question.args), day(case.question.moment.on));
        if let Some(known) = case.question.moment.known {
            out.push_str(&format!(" as known on {}", day(known)));
        }
        let facts: Vec<String> = case
            .facts
            .iter()
            .map(|(i, v)| {
                let input = symbols.input(i);
                format!("{} = {}", input.name, show(v, &input.ty, symbols))
            })
            .collect();
        if !facts.is_empty() {
            out.push_str(&format!(": {}", facts.join(", ")));
        }
        out
    }

    pub(super) fn region_name(&self, region: RegionId) -> &'p str {
        &self.p.symbols.region(region).name
    }

    /// `decision.outcome`.
    pub(super) fn outcome_name(&self, outcome: OutcomeId) -> String {
        self.p.symbols.outcome_text(outcome)
    }
}

/// A day as people write it.
pub(super) fn day(days: i64) -> String {
    Date::from_days(days).map_or_else(|| days.to_string(), |d| d.to_string())
}

fn from_edge(edge: Option<i64>) -> std::ops::Bound<i64> {
    edge.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Included)
}

fn to_edge(edge: Option<i64>) -> std::ops::Bound<i64> {
    edge.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded)
}

/// When a statement's source was out.
pub(super) fn known_from(p: &Program, stmt: &Stmt) -> Option<i64> {
    p.symbols.source(stmt.source?).known_from
}

/// Everything on a shelf, exceptions included.
pub(super) fn all(p: &Program, shelf: &Shelf) -> Vec<StmtId> {
    flat(p, shelf.all())
}

/// Statements with their exceptions.
pub(super) fn flat(p: &Program, ids: impl IntoIterator<Item = StmtId>) -> Vec<StmtId> {
    let mut open: Vec<StmtId> = ids.into_iter().collect();
    let mut out = Vec::new();
    while let Some(s) = open.pop() {
        open.extend(&p.statement(s).exceptions);
        out.push(s);
    }
    out.sort_unstable();
    out
}

/// The expressions of a statement.
pub(super) fn nodes(stmt: &Stmt) -> impl Iterator<Item = NodeId> + '_ {
    let each = stmt.each.iter().flat_map(|l| std::iter::once(l.list).chain(l.filter));
    std::iter::once(stmt.value).chain(stmt.when).chain(each)
}

/// Calls `f` with every node of an expression.
pub(super) fn walk(p: &Program, root: NodeId, f: &mut dyn FnMut(&Node)) {
    let mut stack = vec![root];
    while let Some(n) = stack.pop() {
        f(p.node(n));
        p.node(n).children(&mut |c| stack.push(c));
    }
}

/// Of each node whether it reads an outcome somewhere inside.
fn reading(p: &Program) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::with_capacity(p.nodes.len());
    for node in &p.nodes {
        let mut reads = matches!(node, Node::Read { .. });
        // Parts have smaller numbers.
        node.children(&mut |c| reads |= out.get(c.0 as usize).copied().unwrap_or(true));
        out.push(reads);
    }
    out
}

/// Which outcome reads which, by the file that says so, sorted; and those read for another region than the person's.
pub(super) fn reads(p: &Program) -> (Vec<(FileId, OutcomeId, OutcomeId)>, FxHashSet<OutcomeId>) {
    let mut direct: FxHashSet<(FileId, OutcomeId, OutcomeId)> = FxHashSet::default();
    let mut elsewhere = FxHashSet::default();
    // Most nodes are no reads: what a node reads is found once for all statements it stands in.
    let reads: Vec<bool> = reading(p);
    for stmt in &p.statements {
        for n in nodes(stmt) {
            within(p, n, &reads, &mut |o, at| {
                direct.insert((stmt.span.file, stmt.outcome, o));
                if at {
                    elsewhere.insert(o);
                }
            });
        }
    }
    let mut direct: Vec<_> = direct.into_iter().collect();
    direct.sort_unstable();
    (direct, elsewhere)
}

fn within(p: &Program, root: NodeId, reads: &[bool], f: &mut dyn FnMut(OutcomeId, bool)) {
    let mut stack = vec![root];
    while let Some(n) = stack.pop() {
        if !reads.get(n.0 as usize).copied().unwrap_or(true) {
            continue;
        }
        if let Node::Read { outcome, at, .. } = p.node(n) {
            f(*outcome, at.is_some());
        }
        p.node(n).children(&mut |c| stack.push(c));
    }
}

fn reached(direct: &FxHashMap<OutcomeId, BTreeSet<OutcomeId>>, from: OutcomeId) -> Vec<OutcomeId> {
    let mut seen: BTreeSet<OutcomeId> = BTreeSet::new();
    let mut open = vec![from];
    while let Some(o) = open.pop() {
        for next in direct.get(&o).into_iter().flatten() {
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    seen.remove(&from);
    seen.into_iter().collect()
}

/// Contradictions that are told already: of each statement those it was found to contradict.
#[derive(Default)]
pub(super) struct Told {
    same: FxHashMap<Span, FxHashSet<Span>>,
    fixed: FxHashMap<Span, FxHashSet<Span>>,
}

impl Told {
    pub(super) fn of(found: &[Diagnostic]) -> Self {
        let mut out = Told::default();
        for d in found {
            let map = match d.code.id {
                id if id == codes::E0604.id => &mut out.same,
                id if id == codes::E0605.id => &mut out.fixed,
                _ => continue,
            };
            for (a, b) in d.span().into_iter().flat_map(|s| d.related.iter().map(move |l| (s, l.span))) {
                map.entry(a).or_default().insert(b);
                map.entry(b).or_default().insert(a);
            }
        }
        out
    }

    /// Whether that these two contradict each other is told, or that both contradict a third rule of their region.
    pub(super) fn covers(&self, a: Span, b: Span) -> bool {
        let of = |map: &FxHashMap<Span, FxHashSet<Span>>| map.get(&a).is_some_and(|with| with.contains(&b));
        let third = || self.same.get(&a).zip(self.same.get(&b)).is_some_and(|(x, y)| !x.is_disjoint(y));
        of(&self.same) || of(&self.fixed) || third()
    }
}

/// The places of findings with these codes.
pub(super) fn places(found: &[Diagnostic], ids: &[&str]) -> FxHashSet<Span> {
    found.iter().filter(|d| ids.contains(&d.code.id)).filter_map(Diagnostic::span).collect()
}
