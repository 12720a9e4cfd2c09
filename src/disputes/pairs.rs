//! In: the shelves of a program. Out: the pairs of statements worth comparing, each on the dates where both are in force. Never here: comparing them for a person (`eval`).

use super::{Finding, Scope, Who, ask};
use crate::eval::{Clash, Extent, Moment, Question, Search, Words, breaks, clash, constants, extent};
use crate::hir::DecisionId;
use crate::policies::{Policies, date};
use crate::program::{Node, OutcomeId, Program, SetOp, Shelf, Stmt, StmtId, Strength};
use crate::source::Span;
use crate::value::{RegionId, agree};
use rustc_hash::FxHashSet;

/// The day on which undated statements are compared; any other would do.
const ANY_DAY: i64 = 10_957;
/// Dates tried for one pair.
const MAX_DATES: usize = 16;

/// One outcome in one region.
pub(super) enum Task {
    /// What is said about it, with what is said above.
    Shelf(OutcomeId, RegionId),
    /// A constraint of the vocabulary, by number, with the region's own statements about what it reads.
    Never(usize, OutcomeId, RegionId),
}

/// Everything to look at, in a fixed order.
pub(super) fn tasks(policies: &Policies, scope: &Scope) -> Vec<Task> {
    let p = &policies.program;
    let chain = |r: RegionId| &p.symbols.region(r).chain;
    let wanted = |r: RegionId| scope.region.is_none_or(|s| chain(r).contains(&s) || chain(s).contains(&r));
    let decided = |d: DecisionId| scope.decision.is_none_or(|s| s == d);
    let mut keys: Vec<(OutcomeId, RegionId)> = p
        .shelves
        .keys()
        .filter(|(o, r)| {
            let info = p.symbols.outcome(*o);
            !info.local && decided(info.decision) && wanted(*r)
        })
        .copied()
        .collect();
    keys.sort_unstable();
    let mut out: Vec<Task> = keys.into_iter().map(|(o, r)| Task::Shelf(o, r)).collect();
    for (i, never) in p.nevers.iter().enumerate() {
        let Some(outcome) = never.outcomes.first() else { continue };
        if !decided(never.decision) {
            continue;
        }
        let mut regions: Vec<RegionId> =
            p.shelves.keys().filter(|(o, r)| never.outcomes.contains(o) && wanted(*r)).map(|(_, r)| *r).collect();
        regions.sort_unstable();
        regions.dedup();
        out.extend(regions.into_iter().map(|r| Task::Never(i, *outcome, r)));
    }
    out
}

impl Task {
    pub(super) fn run(&self, policies: &Policies, scope: &Scope) -> Vec<Finding> {
        match self {
            Task::Shelf(outcome, region) => shelf(policies, scope, *outcome, *region),
            Task::Never(i, outcome, region) => never(policies, scope, *i, *outcome, *region).into_iter().collect(),
        }
    }
}

/// Everything a shelf gives, exceptions included.
fn given(p: &Program, shelf: &Shelf) -> Vec<StmtId> {
    let mut out = Vec::new();
    let mut open: Vec<StmtId> = shelf.giving().collect();
    while let Some(s) = open.pop() {
        let stmt = p.statement(s);
        open.extend(&stmt.exceptions);
        if stmt.op == SetOp::Give {
            out.push(s);
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn shelf(policies: &Policies, scope: &Scope, outcome: OutcomeId, region: RegionId) -> Vec<Finding> {
    let p = &policies.program;
    let own = p.shelf(outcome, region).map_or_else(Vec::new, |s| given(p, s));
    let above: Vec<StmtId> =
        p.symbols.region(region).chain.iter().skip(1).filter_map(|r| p.shelf(outcome, *r)).flat_map(|s| given(p, s)).collect();
    let mut out = Vec::new();
    let mut differs: FxHashSet<(StmtId, Span)> = FxHashSet::default();
    // Pairs that a case already shows on two sides.
    let mut shown: Vec<Vec<Vec<StmtId>>> = Vec::new();
    for (i, a) in own.iter().enumerate() {
        for b in own.iter().skip(i + 1).chain(&above) {
            let parted = |sides: &Vec<Vec<StmtId>>| {
                let of = |s: &StmtId| sides.iter().position(|side| side.contains(s));
                matches!((of(a), of(b)), (Some(x), Some(y)) if x != y)
            };
            // Against one table above one row is enough to show it.
            let told = p.statement(*b).table.is_some_and(|t| differs.contains(&(*a, t)));
            if told || shown.iter().any(parted) || !may_differ(p, *a, *b) {
                continue;
            }
            let (search, pair) = dated(p, scope, *a, *b, region, outcome);
            if let Some(finding) = ask(policies, scope, outcome, search, pair, None) {
                if let Finding::Dispute(d) = &finding {
                    if let (super::Kind::Differs, Some(t)) = (d.kind, p.statement(*b).table) {
                        differs.insert((*a, t));
                    }
                    let spans = |s: &super::Side| s.rules.iter().filter_map(|r| r.span).collect::<Vec<_>>();
                    let by_span = |span| own.iter().chain(&above).copied().filter(move |s| p.statement(*s).span == span);
                    shown.push(d.sides.iter().map(|s| spans(s).into_iter().flat_map(by_span).collect()).collect());
                }
                out.push(finding);
            }
        }
    }
    out
}

/// Whether two statements can be about the same person and say different things; what is cheap to rule out is.
fn may_differ(p: &Program, a: StmtId, b: StmtId) -> bool {
    let (x, y) = (p.statement(a), p.statement(b));
    // Rows of one table are told apart where the table is checked; an exception stands in place of its statement.
    let kin = (x.table.is_some() && x.table == y.table) || x.exception_of == Some(b) || y.exception_of == Some(a);
    // In one region a default gives way to whatever else applies.
    let yields = x.region == y.region && x.claim == y.claim && (x.strength == Strength::Default) != (y.strength == Strength::Default);
    if kin || yields || !x.heads_meet(y) || (x.by == y.by && x.by.is_some() && !x.periods_meet(y)) {
        return false;
    }
    match constants(p, x, y) {
        (Some(v), Some(w)) => agree(&v, &w).is_none(),
        // To be asked for agrees with everything; beside a value it is worth telling.
        _ => match (p.node(x.value), p.node(y.value)) {
            (Node::Refer(_), Node::Refer(_)) => false,
            (Node::Refer(_), _) | (_, Node::Refer(_)) => x.region == y.region && x.claim == y.claim,
            _ => true,
        },
    }
}

/// Looks on each date on which something may be different; with the two in the order in which they clash.
fn dated(p: &Program, scope: &Scope, a: StmtId, b: StmtId, region: RegionId, outcome: OutcomeId) -> (Search, (StmtId, StmtId)) {
    let days = dates(p, scope, &[p.statement(a), p.statement(b)], region, outcome);
    // Days that were not looked at may be the ones on which they clash.
    let mut undecided = days.len() > MAX_DATES;
    for on in days.into_iter().take(MAX_DATES) {
        let q = question(p, scope, outcome, region, on);
        match clash(p, &q, outcome, a, b) {
            Search::Nobody => {}
            Search::Undecided => undecided = true,
            found => return (found, (a, b)),
        }
        // The other way round the second may be what stands.
        if let found @ Search::Found(Clash::Beats | Clash::Outranks | Clash::Asks, _) = clash(p, &q, outcome, b, a) {
            return (found, (b, a));
        }
    }
    (if undecided { Search::Undecided } else { Search::Nobody }, (a, b))
}

fn question(p: &Program, scope: &Scope, outcome: OutcomeId, region: RegionId, on: i64) -> Question {
    let decision = p.symbols.outcome(outcome).decision;
    let args = vec![None; p.symbols.decision(decision).args.len()];
    Question { region, decision, args, moment: Moment { on, known: scope.known } }
}

/// Days on which all of these are in force, one for each stretch in which nothing about the outcome begins or ends.
fn dates(p: &Program, scope: &Scope, together: &[&Stmt], region: RegionId, outcome: OutcomeId) -> Vec<i64> {
    let dated = || together.iter().filter(|s| s.by.is_none());
    let from = dated().filter_map(|s| s.from).max();
    let until = dated().filter_map(|s| s.until).min();
    if let (Some(f), Some(u)) = (from, until)
        && f > u
    {
        return Vec::new();
    }
    let within = |d: i64| from.is_none_or(|f| f <= d) && until.is_none_or(|u| d <= u);
    if let Some(on) = scope.on {
        return if within(on) { vec![on] } else { Vec::new() };
    }
    // When both had been published is when somebody may first have met them.
    let published = together.iter().filter_map(|s| p.symbols.source(s.source?).known_from).max();
    let first = published.filter(|d| within(*d)).or(from).or(until).unwrap_or(ANY_DAY);
    let mut out = vec![first];
    for r in &p.symbols.region(region).chain {
        let Some(shelf) = p.shelf(outcome, *r) else { continue };
        for stmt in given(p, shelf).into_iter().map(|s| p.statement(s)).filter(|s| s.by.is_none()) {
            out.extend([stmt.from, stmt.from.map(|f| f - 1), stmt.until, stmt.until.map(|u| u + 1)].into_iter().flatten());
        }
    }
    let mut seen = FxHashSet::default();
    out.retain(|d| within(*d) && crate::value::calendar::to_ymd(*d).is_some() && seen.insert(*d));
    out
}

/// For whom two statements clash as they do for the person of a case: on every stretch of days on which both are in force.
pub(super) fn who(
    policies: &Policies,
    scope: &Scope,
    case: &Question,
    outcome: OutcomeId,
    pair: (StmtId, StmtId),
    kind: Clash,
) -> Vec<Who> {
    let p = &policies.program;
    let words = Words { p, map: &policies.map };
    let stmts = [p.statement(pair.0), p.statement(pair.1)];
    let mut days = dates(p, scope, &stmts, case.region, outcome);
    let whole = days.len() <= MAX_DATES;
    days.truncate(MAX_DATES);
    // Where each stretch begins: where something about the outcome does.
    let mut starts: Vec<i64> = Vec::new();
    for shelf in p.symbols.region(case.region).chain.iter().filter_map(|r| p.shelf(outcome, *r)) {
        for stmt in given(p, shelf).into_iter().map(|s| p.statement(s)).filter(|s| s.by.is_none()) {
            starts.extend(stmt.from.into_iter().chain(stmt.until.map(|u| u + 1)));
        }
    }
    starts.sort_unstable();
    starts.dedup();
    let mut seen: Vec<(Option<i64>, Option<i64>, Extent)> = Vec::new();
    for on in days {
        let begins = starts.iter().rev().find(|s| **s <= on).copied();
        let ends = starts.iter().find(|s| **s > on).map(|s| s - 1);
        let (begins, ends) = if scope.on.is_some() { (Some(on), Some(on)) } else { (begins, ends) };
        if seen.iter().any(|(b, ..)| *b == begins) {
            continue;
        }
        let q = question(p, scope, outcome, case.region, on);
        let found = extent(&words, &q, outcome, pair, &[kind]);
        if !found.groups.is_empty() {
            seen.push((begins, ends, found));
        }
    }
    seen.sort_by_key(|(b, ..)| *b);
    let mut out: Vec<(Option<i64>, Option<i64>, Extent)> = Vec::new();
    for (begins, ends, found) in seen {
        match out.last_mut() {
            Some((_, until, same)) if until.is_some_and(|u| begins == Some(u + 1)) && *same == found => *until = ends,
            _ => out.push((begins, ends, found)),
        }
    }
    out.into_iter().map(|(b, e, x)| Who { from: b.map(date), until: e.map(date), groups: x.groups, exact: x.exact && whole }).collect()
}

/// What the region says against a constraint of the vocabulary.
fn never(policies: &Policies, scope: &Scope, i: usize, outcome: OutcomeId, region: RegionId) -> Option<Finding> {
    let p = &policies.program;
    let never = p.nevers.get(i)?;
    let mut own: Vec<StmtId> = never.outcomes.iter().filter_map(|o| p.shelf(*o, region)).flat_map(|s| given(p, s)).collect();
    own.sort_by_key(|s| p.statement(*s).span);
    let first = own.first().copied()?;
    let reason = never.label.as_ref().map(|l| l.en.as_ref().unwrap_or(&l.zh).to_string());
    let mut days: Vec<i64> = own.iter().flat_map(|s| dates(p, scope, &[p.statement(*s)], region, outcome)).collect();
    let mut seen = FxHashSet::default();
    days.retain(|d| seen.insert(*d));
    let mut undecided = days.len() > MAX_DATES;
    for on in days.into_iter().take(MAX_DATES) {
        match breaks(p, &question(p, scope, outcome, region, on), outcome, i) {
            Search::Nobody => {}
            Search::Undecided => undecided = true,
            found => return ask(policies, scope, outcome, found, (first, first), reason),
        }
    }
    if undecided { ask(policies, scope, outcome, Search::Undecided, (first, first), reason) } else { None }
}
