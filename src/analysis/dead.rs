//! In: the statements of one outcome in one region. Out: those that give nobody an answer, with what stands in their place. Never here: conditions that nobody meets (`conditions.rs`).

use super::ground::{self, Ground};
use super::{Finding, Reach, undecided};
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Reach as Seen, reached};
use crate::program::{Node, OutcomeId, Program, SetOp, Stmt, StmtId, Strength};
use crate::source::Span;
use crate::value::{RegionId, Type};
use rustc_hash::FxHashSet;

/// Labels on what stands in the place of one statement.
const MAX_SHADOWS: usize = 4;

pub(super) fn check(g: &Ground, known: &FxHashSet<Span>, outcome: OutcomeId, region: RegionId, reach: &mut Reach) -> Vec<Finding> {
    let p = g.p;
    let Some(shelf) = p.shelf(outcome, region) else { return Vec::new() };
    let mut out = Vec::new();
    for (defaults, plain) in [(&shelf.default_rules, &shelf.rules), (&shelf.default_claims, &shelf.claims)] {
        for s in ground::flat(p, defaults.iter().chain(plain).copied()) {
            let stmt = p.statement(s);
            let mut base = s;
            while let Some(outer) = p.statement(base).exception_of {
                base = outer;
            }
            let yields = p.statement(base).strength == Strength::Default;
            let instead: &[StmtId] = if yields { plain } else { &[] };
            let turns = turns(p, stmt);
            if (instead.is_empty() && stmt.exceptions.is_empty() && !turns) || known.contains(&stmt.span) || hopeless(p, known, stmt) {
                continue;
            }
            (g.tick)();
            out.extend(one(g, outcome, region, (s, instead, turns), reach));
        }
    }
    out.extend(baseless(g, outcome, region));
    out
}

/// Whether its conditions turn on other outcomes, so that only a search tells whether anybody meets them.
fn turns(p: &Program, stmt: &Stmt) -> bool {
    let mut found = false;
    if let Some(w) = stmt.when {
        ground::walk(p, w, &mut |n| found |= matches!(n, Node::Read { .. }));
    }
    found
}

/// Whether one of its conditions is known to hold for nobody.
fn hopeless(p: &Program, known: &FxHashSet<Span>, stmt: &Stmt) -> bool {
    let parts = stmt.when.iter().flat_map(|w| match p.node(*w) {
        Node::All(parts) => parts.to_vec(),
        _ => vec![*w],
    });
    parts.into_iter().any(|n| known.contains(&p.node_span(n)))
}

/// `reach` says where regions below were looked at too.
fn one(
    g: &Ground,
    outcome: OutcomeId,
    region: RegionId,
    (s, instead, turns): (StmtId, &[StmtId], bool),
    reach: &mut Reach,
) -> Option<Finding> {
    let p = g.p;
    let stmt = p.statement(s);
    let mut involved = vec![s];
    involved.extend(instead);
    involved.extend(&stmt.exceptions);
    let reads = g.reads(&involved);
    let mut outcomes = reads.clone();
    outcomes.push(outcome);
    let window = if stmt.by.is_none() { (stmt.from, stmt.until) } else { (None, None) };
    let mut shadows: Vec<StmtId> = Vec::new();
    let (mut open, mut far) = (false, false);
    let regions = std::iter::once(region).chain(if reads.is_empty() { Vec::new() } else { g.below(&reads, region) });
    for place in regions {
        far |= place != region;
        reach.below |= far;
        let (days, whole) = g.days(&outcomes, place, window);
        open |= !whole;
        for known in g.knowns(&outcomes, place, &[s]) {
            for on in &days {
                match reached(p, &g.question(outcome, place, *on, known), outcome, s, instead) {
                    Seen::Somebody => return None,
                    Seen::Nobody(by) => shadows.extend(by),
                    Seen::Undecided => open = true,
                }
            }
        }
    }
    reach.unshown |= far;
    if open {
        return Some(undecided(
            g,
            &[s],
            format!(
                "whether this statement of {} gives `{}` to anybody could not be decided",
                g.region_name(region),
                g.outcome_name(outcome)
            ),
        ));
    }
    shadows.sort_by_key(|x| p.statement(*x).span);
    shadows.dedup();
    // What nobody meets in the first place is told where its conditions are checked.
    if shadows.is_empty() {
        let nobody = || {
            Diagnostic::at(&codes::W0603, stmt.span, "this statement applies to nobody")
                .label("what its conditions read never comes out so, here or in a region below")
                .help("correct its conditions, or look at the statements that give what they read; otherwise remove it")
        };
        return turns.then(|| Finding::Certain(nobody()));
    }
    let default = !instead.is_empty();
    let what = if default { "this default can never win" } else { "this statement can never win" };
    let mut d =
        Diagnostic::at(&codes::W0603, stmt.span, what).label("whenever it applies, something else stands in its place").help(if default {
            "remove the default, or give the others their conditions"
        } else {
            "remove it, or correct the conditions of its exceptions"
        });
    for x in shadows.iter().take(MAX_SHADOWS) {
        d = d.related(p.statement(*x).span, "stands in its place");
    }
    Some(Finding::Certain(d))
}

/// Adjustments of a number that nothing gives.
fn baseless(g: &Ground, outcome: OutcomeId, region: RegionId) -> Vec<Finding> {
    let p = g.p;
    let info = p.symbols.outcome(outcome);
    if matches!(info.ty.base(), Type::List(_) | Type::Boolean) {
        return Vec::new();
    }
    let shelves = || p.symbols.region(region).chain.iter().filter_map(|r| p.shelf(outcome, *r));
    let based = shelves().any(|s| ![&s.rules, &s.default_rules, &s.claims, &s.default_claims].iter().all(|l| l.is_empty()));
    let Some(shelf) = p.shelf(outcome, region) else { return Vec::new() };
    if based {
        return Vec::new();
    }
    let adjusting = shelf.adjust_rules.iter().chain(&shelf.adjust_claims).copied();
    let lost = adjusting.filter(|s| p.statement(*s).strength != Strength::Final && p.statement(*s).op != SetOp::Give);
    lost.map(|s| {
        let message = format!("this adjusts `{}`, which nothing in {} or above gives", g.outcome_name(outcome), g.region_name(region));
        Finding::Certain(
            Diagnostic::at(&codes::W0603, p.statement(s).span, message)
                .label("never has anything to adjust: a deeper `=` starts afresh")
                .help("give the value with `=` in this region or one above"),
        )
    })
    .collect()
}
