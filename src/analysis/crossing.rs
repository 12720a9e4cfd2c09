//! In: the bounds (`at least`, `at most`) that a region puts on an outcome. Out: a lower bound that lies above an upper one for somebody, here or above, on whatever day, with that person. Never here: values that contradict each other (`overlap.rs`).

use super::ground::{self, Ground};
use super::{Finding, Reach, undecided};
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Case, Search, constants, crossing, given, outline};
use crate::program::{OutcomeId, Program, SetOp, StmtId};
use crate::value::{CmpOp, Decision, RegionId, Value};

/// Pairs of bounds of one outcome of one region that are searched for a person.
const MAX_SEARCHED: usize = 500;

/// `reach` says where regions below were looked at too.
pub(super) fn check(g: &Ground, outcome: OutcomeId, region: RegionId, reach: &mut Reach) -> Vec<Finding> {
    let p = g.p;
    let Some(shelf) = p.shelf(outcome, region) else { return Vec::new() };
    let mut pairs: Vec<(StmtId, StmtId)> = Vec::new();
    for claims in [false, true] {
        let of = |s: &crate::program::Shelf| {
            let list = if claims { &s.adjust_claims } else { &s.adjust_rules };
            ground::flat(p, list.iter().copied())
        };
        let own = of(shelf);
        if own.is_empty() {
            continue;
        }
        let above: Vec<StmtId> = p.symbols.region(region).chain.iter().skip(1).filter_map(|r| p.shelf(outcome, *r)).flat_map(of).collect();
        for (i, a) in own.iter().enumerate() {
            for b in own.iter().skip(i + 1).chain(&above) {
                pairs.extend(bounds(p, *a, *b).filter(|(floor, ceiling)| may_cross(p, *floor, *ceiling)));
            }
        }
    }
    let mut out = Vec::new();
    for (i, pair) in pairs.iter().enumerate() {
        if i == MAX_SEARCHED {
            let more = pairs.len() - i;
            let message =
                format!("{more} more pairs of bounds of `{}` in {} were not compared", g.outcome_name(outcome), g.region_name(region));
            out.push(undecided(g, &[pair.0, pair.1], message));
            break;
        }
        (g.tick)();
        out.extend(search(g, outcome, region, *pair, reach));
    }
    out
}

/// A lower and an upper bound, in this order.
fn bounds(p: &Program, a: StmtId, b: StmtId) -> Option<(StmtId, StmtId)> {
    match (p.statement(a).op, p.statement(b).op) {
        (SetOp::AtLeast, SetOp::AtMost) => Some((a, b)),
        (SetOp::AtMost, SetOp::AtLeast) => Some((b, a)),
        _ => None,
    }
}

/// What is cheap to rule out is ruled out: heads, periods, conditions apart, constants that do not cross.
fn may_cross(p: &Program, floor: StmtId, ceiling: StmtId) -> bool {
    let (x, y) = (p.statement(floor), p.statement(ceiling));
    let together = x.heads_meet(y) && (x.by != y.by || x.periods_meet(y)) && !outline(p, floor).is_apart_from(&outline(p, ceiling));
    if !together {
        return false;
    }
    match constants(p, x, y) {
        (Some(Value::Num(low)), Some(Value::Num(high))) => !matches!(low.decide(CmpOp::Gt, &high), Ok(Decision::Known(false))),
        _ => true,
    }
}

/// Looks on every day and in every region where the two may come to something else.
fn search(g: &Ground, outcome: OutcomeId, region: RegionId, (floor, ceiling): (StmtId, StmtId), reach: &mut Reach) -> Option<Finding> {
    let p = g.p;
    let dated = || [floor, ceiling].into_iter().map(|s| p.statement(s)).filter(|s| s.by.is_none());
    let window = (dated().filter_map(|s| s.from).max(), dated().filter_map(|s| s.until).min());
    if window.0.zip(window.1).is_some_and(|(f, u)| f > u) {
        return None;
    }
    let reads = g.reads(&[floor, ceiling]);
    let mut outcomes = reads.clone();
    outcomes.push(outcome);
    let mut open = false;
    let below = if reads.is_empty() { Vec::new() } else { g.below(&reads, region) };
    for place in std::iter::once(region).chain(below) {
        reach.below |= place != region;
        let (days, whole) = g.days(&outcomes, place, window);
        open |= !whole;
        for known in g.knowns(&outcomes, place, &[floor, ceiling]) {
            for on in &days {
                match crossing(p, &g.question(outcome, place, *on, known), outcome, floor, ceiling) {
                    Search::Found(_, case) => return Some(Finding::Certain(report(g, outcome, (floor, ceiling), &case))),
                    Search::Nobody => {}
                    Search::Undecided => open = true,
                }
            }
        }
    }
    open.then(|| {
        let message = format!(
            "whether these bounds of `{}` cross for anybody in {} could not be decided",
            g.outcome_name(outcome),
            g.region_name(region)
        );
        undecided(g, &[ceiling, floor], message)
    })
}

fn report(g: &Ground, outcome: OutcomeId, (floor, ceiling): (StmtId, StmtId), case: &Case) -> Diagnostic {
    let p = g.p;
    let values = given(p, case, outcome, &[floor, ceiling]);
    let value = |i: usize| values.get(i).cloned().flatten().unwrap_or_else(|| "something else".to_string());
    let (name, place, person) = (g.outcome_name(outcome), g.region_name(case.question.region), g.person(case));
    Diagnostic::at(
        &codes::E0804,
        p.statement(ceiling).span,
        format!("`{name}` has a lower bound above its upper bound in {place} for some people: {person}"),
    )
    .label(format!("at most {}", value(1)))
    .related(p.statement(floor).span, format!("at least {}", value(0)))
    .help("give them conditions or periods that exclude each other, or start afresh below with `=`")
}
