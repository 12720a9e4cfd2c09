//! In: rules of one outcome that one region says. Out: those that contradict each other for somebody, on whatever day, each with that person. Never here: what contradicts for everybody (`rivals.rs`), claims.

use super::ground::{self, Ground, Told};
use super::{Finding, Reach, undecided};
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Case, Outline, Search, conflict, constants, given, outline};
use crate::program::{OutcomeId, Program, SetOp, Stmt, StmtId};
use crate::source::Span;
use crate::value::{RegionId, agree};
use rustc_hash::FxHashSet;

/// Statements of one shelf that are compared with each other.
const MAX_RIVALS: usize = 2_000;
/// Pairs of one shelf that are searched for a person.
const MAX_SEARCHED: usize = 2_000;
/// Pairs of one shelf that are named as undecided; where there are so many, the others would be too.
const MAX_UNDECIDED: usize = 24;

/// Two statements worth a search.
struct Pair {
    a: StmtId,
    b: StmtId,
}

pub(super) fn check(g: &Ground, known: &Told, outcome: OutcomeId, region: RegionId, reach: &mut Reach) -> Vec<Finding> {
    let p = g.p;
    let Some(shelf) = p.shelf(outcome, region) else { return Vec::new() };
    let plain = ground::flat(p, shelf.rules.iter().copied());
    let defaults = ground::flat(p, shelf.default_rules.iter().copied());
    let above: Vec<StmtId> = p
        .symbols
        .region(region)
        .chain
        .iter()
        .skip(1)
        .filter_map(|r| p.shelf(outcome, *r))
        .flat_map(|s| ground::flat(p, s.finals.iter().copied()))
        .collect();
    // What is fixed above may be adjusted away here.
    let adjusting = if above.is_empty() { Vec::new() } else { ground::flat(p, shelf.adjust_rules.iter().copied()) };
    let rivals = plain.len().max(defaults.len()).max(adjusting.len());
    if rivals + above.len() < 2 {
        return Vec::new();
    }
    if rivals > MAX_RIVALS {
        let first = plain.first().or(defaults.first());
        return first
            .map(|s| {
                undecided(
                    g,
                    &[*s],
                    format!("{rivals} rules of {} about `{}` are too many to compare", g.region_name(region), g.outcome_name(outcome)),
                )
            })
            .into_iter()
            .collect();
    }
    let mut pairs = Vec::new();
    for list in [&plain, &defaults] {
        if list.len() < 2 {
            continue;
        }
        let boxes: Vec<Outline> = list.iter().map(|s| outline(p, *s)).collect();
        for (i, (a, x)) in list.iter().zip(&boxes).enumerate() {
            for (b, y) in list.iter().zip(&boxes).skip(i + 1) {
                if together(p, known, *a, *b) && !x.is_apart_from(y) && differ(p, *a, *b, false) {
                    pairs.push(Pair { a: *a, b: *b });
                }
            }
        }
    }
    for a in &above {
        let x = outline(p, *a);
        for b in plain.iter().chain(&defaults).chain(&adjusting) {
            let may_differ = p.statement(*b).op != SetOp::Give || differ(p, *a, *b, true);
            if may_differ && together(p, known, *a, *b) && !x.is_apart_from(&outline(p, *b)) {
                pairs.push(Pair { a: *a, b: *b });
            }
        }
    }
    let mut out = Vec::new();
    let mut told: FxHashSet<(Span, Span)> = FxHashSet::default();
    let mut left = MAX_UNDECIDED;
    for (i, pair) in pairs.iter().enumerate() {
        if i == MAX_SEARCHED || left == 0 {
            out.push(undecided(
                g,
                &[pair.a, pair.b],
                format!(
                    "{} more pairs of rules about `{}` in {} were not compared",
                    pairs.len() - i,
                    g.outcome_name(outcome),
                    g.region_name(region)
                ),
            ));
            break;
        }
        // One row of a table is enough to show what the table contradicts.
        let place = |s: StmtId| p.statement(s).table.unwrap_or(p.statement(s).span);
        let places = (place(pair.a), place(pair.b));
        if told.contains(&places) {
            continue;
        }
        (g.tick)();
        if let Some(found) = search(g, outcome, region, pair, reach) {
            if matches!(found, Finding::Certain(_)) {
                told.insert(places);
            } else {
                left -= 1;
            }
            out.push(found);
        }
    }
    out
}

/// Whether two statements can be in force for the same person at all; what is cheap to rule out is.
fn together(p: &Program, known: &Told, a: StmtId, b: StmtId) -> bool {
    let (x, y) = (p.statement(a), p.statement(b));
    // Rows of one table are told apart where the table is checked.
    let rows = x.table.is_some() && x.table == y.table;
    // An exception stands in place of its statement.
    let kin = x.exception_of == Some(b) || y.exception_of == Some(a);
    let reported = known.covers(x.span, y.span);
    !rows && !kin && !reported && x.heads_meet(y) && (x.by != y.by || x.periods_meet(y)) && !settled(p, x, y)
}

/// The project's order of sources settles it.
fn settled(p: &Program, x: &Stmt, y: &Stmt) -> bool {
    x.region == y.region
        && x.source.zip(y.source).is_some_and(|(a, b)| p.symbols.outranks(a, b).is_some() || p.symbols.outranks(b, a).is_some())
}

/// Whether their values can differ; below a final value what lies within it is fine.
fn differ(p: &Program, a: StmtId, b: StmtId, fixed: bool) -> bool {
    let (x, y) = (p.statement(a), p.statement(b));
    if x.value == y.value {
        return false;
    }
    let refers = |s: &Stmt| matches!(p.node(s.value), crate::program::Node::Refer(_));
    if refers(x) || refers(y) {
        return false;
    }
    match constants(p, x, y) {
        (Some(v), Some(w)) => !agree(&v, &w).is_some_and(|m| !fixed || m.same(&w)),
        _ => true,
    }
}

/// Looks on every day and in every region where the two may come to something else; `reach` says where regions below were looked at.
fn search(g: &Ground, outcome: OutcomeId, region: RegionId, pair: &Pair, reach: &mut Reach) -> Option<Finding> {
    let p = g.p;
    let (x, y) = (p.statement(pair.a), p.statement(pair.b));
    let dated = || [x, y].into_iter().filter(|s| s.by.is_none());
    let window = (dated().filter_map(|s| s.from).max(), dated().filter_map(|s| s.until).min());
    if window.0.zip(window.1).is_some_and(|(f, u)| f > u) {
        return None;
    }
    let reads = g.reads(&[pair.a, pair.b]);
    let mut outcomes = reads.clone();
    outcomes.push(outcome);
    let mut open = false;
    let regions = std::iter::once(region).chain(if reads.is_empty() { Vec::new() } else { g.below(&reads, region) });
    for place in regions {
        reach.below |= place != region;
        let (days, whole) = g.days(&outcomes, place, window);
        open |= !whole;
        for known in g.knowns(&outcomes, place, &[pair.a, pair.b]) {
            for on in &days {
                let q = g.question(outcome, place, *on, known);
                match conflict(p, &q, outcome, pair.a, pair.b) {
                    Search::Found(_, case) => return Some(Finding::Certain(report(g, outcome, pair, &case))),
                    Search::Nobody => {}
                    Search::Undecided => open = true,
                }
            }
        }
    }
    open.then(|| {
        let message = format!(
            "whether these rules of {} contradict each other on `{}` could not be decided",
            g.region_name(region),
            g.outcome_name(outcome)
        );
        undecided(g, &[pair.b, pair.a], message)
    })
}

fn report(g: &Ground, outcome: OutcomeId, pair: &Pair, case: &Case) -> Diagnostic {
    let p = g.p;
    let (x, y) = (p.statement(pair.a), p.statement(pair.b));
    let gives = given(p, case, outcome, &[pair.a, pair.b]);
    let gives = |i: usize| gives.get(i).cloned().flatten().unwrap_or_else(|| "something else".to_string());
    let name = g.outcome_name(outcome);
    let (place, person) = (g.region_name(case.question.region), g.person(case));
    if x.region != y.region && y.op != SetOp::Give {
        let above = g.region_name(x.region);
        let message = format!("{place} adjusts `{name}` away from a final rule of {above} for some people: {person}");
        return Diagnostic::at(&codes::E0605, y.span, message)
            .label("changes it")
            .related(x.span, format!("is final and gives {}", gives(0)))
            .help("a final rule holds in every region below; give this adjustment another condition, or remove `final` there");
    }
    if x.region != y.region {
        return Diagnostic::at(
            &codes::E0605,
            y.span,
            format!("{place} replaces a final rule of {} for some people: {person}", g.region_name(x.region)),
        )
        .label(format!("gives {}", gives(1)))
        .related(x.span, format!("is final and gives {}", gives(0)))
        .help("a final rule holds in every region below; give this rule another condition, or remove `final` there");
    }
    Diagnostic::at(&codes::E0607, y.span, format!("two rules give `{name}` different values in {place} for some people: {person}"))
        .label(format!("gives {}", gives(1)))
        .related(x.span, format!("gives {}", gives(0)))
        .help("give them conditions or periods that exclude each other, or say which is the general one: `default` above, `except when` below it")
}
