//! In: the program. Out: outcomes that are not answered for everybody although they are spoken of, each with a person. Never here: outcomes declared `partial`; what a formula lacks because another outcome lacks it.

use super::ground::{self, Ground};
use super::{Finding, Gap, UNDECIDED};
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{GapAsked, Search, gap};
use crate::program::{Node, OutcomeId, Program, SetOp, Shelf, Stmt, StmtId, Symbols};
use crate::value::{RegionId, Type};
use std::collections::BTreeMap;

/// Regions named in one report; the others are counted.
const MAX_NAMED: usize = 4;

/// An outcome and the regions in which it may lack answers that the regions above have.
pub(super) struct Task {
    pub outcome: OutcomeId,
    pub region: RegionId,
    above: Option<RegionId>,
}

/// Outcomes and regions worth looking at, in a fixed order: a region that adds nothing to what the region above says is not looked at again.
pub(super) fn tasks(g: &Ground) -> Vec<Task> {
    let p = g.p;
    let mut out = Vec::new();
    let mut outcomes: Vec<OutcomeId> = g.regions.keys().copied().collect();
    outcomes.sort_unstable();
    for outcome in outcomes {
        let info = p.symbols.outcome(outcome);
        if info.local || info.partial {
            continue;
        }
        let closure = g.closure(outcome);
        let mut regions: Vec<RegionId> =
            g.regions.get(&outcome).into_iter().chain(closure.iter().filter_map(|o| g.regions.get(o))).flatten().copied().collect();
        regions.sort_unstable();
        regions.dedup();
        for region in regions {
            let chain = &p.symbols.region(region).chain;
            let own = p.shelf(outcome, region);
            let above = chain.iter().skip(1).find(|r| p.shelf(outcome, **r).is_some()).copied();
            if own.is_none() && above.is_none() {
                continue;
            }
            // What only adds values that always come out takes no answer away.
            let adds = own.is_none_or(|s| adds_only(p, s)) && closure.iter().all(|o| p.shelf(*o, region).is_none());
            if (above.is_some() && adds) || covered(p, outcome, chain) {
                continue;
            }
            out.push(Task { outcome, region, above });
        }
    }
    out
}

/// Everything on it comes to a value whatever is told, whenever it applies, and holds for all time.
fn adds_only(p: &Program, shelf: &Shelf) -> bool {
    let undated = |s: &StmtId| {
        let stmt = p.statement(*s);
        stmt.by.is_some() || (stmt.from.is_none() && stmt.until.is_none())
    };
    ground::all(p, shelf).iter().all(|s| certain(p, p.statement(*s)) && undated(s))
}

/// Whether neither conditions nor value of a statement can want for a rule or for something that the person does not have.
fn certain(p: &Program, stmt: &Stmt) -> bool {
    let mut fine = true;
    for n in ground::nodes(stmt) {
        ground::walk(p, n, &mut |node| match node {
            Node::Read { .. } => fine = false,
            Node::Input(i) => fine &= !matches!(p.symbols.input(*i).ty, Type::Optional(_)),
            _ => {}
        });
    }
    fine
}

/// Whether something in the chain answers everybody at all times, and nothing below it can fail to come out.
fn covered(p: &Program, outcome: OutcomeId, chain: &[RegionId]) -> bool {
    for shelf in chain.iter().filter_map(|r| p.shelf(outcome, *r)) {
        let stmts = ground::all(p, shelf);
        if !stmts.iter().all(|s| certain(p, p.statement(*s))) {
            return false;
        }
        let everybody = |s: &StmtId| {
            let stmt = p.statement(*s);
            let any = stmt.head.iter().enumerate().all(|(i, h)| {
                h.as_ref().is_none_or(|set| {
                    let all = p
                        .symbols
                        .decision(p.symbols.outcome(outcome).decision)
                        .args
                        .get(i)
                        .map_or(usize::MAX, |a| p.symbols.enum_(a.ty).variants.len());
                    set.iter().count() >= all
                })
            });
            stmt.op == SetOp::Give
                && stmt.exception_of.is_none()
                && any
                && stmt.when.is_none()
                && stmt.each.is_empty()
                && stmt.from.is_none()
                && stmt.until.is_none()
        };
        if stmts.iter().any(everybody) {
            return true;
        }
    }
    false
}

/// Whether nothing said in the chain can want for a rule or for something that the person does not have, whenever it applies.
fn all_certain(p: &Program, outcome: OutcomeId, region: RegionId) -> bool {
    let shelves = p.symbols.region(region).chain.iter().filter_map(|r| p.shelf(outcome, *r));
    let refuses = *p.symbols.outcome(outcome).ty.base() == Type::Boolean;
    let fine = |shelf: &Shelf| {
        let alone = refuses && !(shelf.adjust_rules.is_empty() && shelf.adjust_claims.is_empty());
        !alone && ground::all(p, shelf).iter().all(|s| certain(p, p.statement(*s)))
    };
    shelves.into_iter().all(fine)
}

/// Looks for somebody without an answer, on every day.
pub(super) fn look(g: &Ground, task: &Task) -> Option<Gap> {
    let mut outcomes = g.closure(task.outcome).to_vec();
    outcomes.push(task.outcome);
    let (days, all) = g.days(&outcomes, task.region, (None, None));
    let gap_of = |person: Option<String>| {
        let place = g.p.statement(first_said(g.p, task.outcome, task.region)?).span;
        Some(Gap { outcome: task.outcome, region: task.region, place, person })
    };
    let mut open = false;
    // The last days first: they are those that people ask about. Days on which others are answered come before all.
    let (of_others, empty): (Vec<i64>, Vec<i64>) = days.iter().rev().partition(|on| in_force(g.p, task, **on));
    // First whether anything applies; then, where formulas may fail to come out, whether they do.
    let formulas = !all_certain(g.p, task.outcome, task.region);
    for whole in [false, true] {
        if whole && !formulas {
            break;
        }
        open = false;
        for on in of_others.iter().chain(&empty) {
            let q = g.question(task.outcome, task.region, *on, None);
            match gap(g.p, &q, GapAsked { outcome: task.outcome, days: &days, above: task.above, ended: false, whole }) {
                Search::Found(_, case) => return gap_of(Some(g.person(&case))),
                Search::Nobody => {}
                Search::Undecided => open = true,
            }
        }
    }
    if open || !all { gap_of(None) } else { None }
}

/// Whether anything that may give the outcome is in force.
fn in_force(p: &Program, task: &Task, on: i64) -> bool {
    let shelves = p.symbols.region(task.region).chain.iter().filter_map(|r| p.shelf(task.outcome, *r));
    shelves
        .flat_map(|s| ground::all(p, s))
        .map(|s| p.statement(s))
        .any(|s| s.by.is_some() || (s.from.is_none_or(|f| f <= on) && s.until.is_none_or(|u| on <= u)))
}

/// One report for each outcome, with the regions in which its gaps begin.
pub(super) fn report(symbols: &Symbols, all: &[Gap]) -> Vec<Finding> {
    let mut by_outcome: BTreeMap<OutcomeId, Vec<&Gap>> = BTreeMap::new();
    for gap in all {
        by_outcome.entry(gap.outcome).or_default().push(gap);
    }
    let mut out = Vec::new();
    for (outcome, mut gaps) in by_outcome {
        gaps.sort_by_key(|g| (g.place, g.region));
        let found: Vec<(&Gap, &str)> = gaps.iter().filter_map(|g| Some((*g, g.person.as_deref()?))).collect();
        if let Some((first, others)) = found.split_first() {
            out.push(Finding::Certain(one(symbols, *first, others)));
        }
        for gap in gaps.iter().filter(|g| g.person.is_none()) {
            let message = format!(
                "whether `{}` is answered for everybody in {} could not be decided",
                symbols.outcome_text(outcome),
                symbols.region(gap.region).name
            );
            out.push(Finding::Undecided(Diagnostic::at(&codes::N0612, gap.place, message).label("undecided").help(UNDECIDED)));
        }
    }
    out
}

fn one(symbols: &Symbols, (gap, person): (&Gap, &str), others: &[(&Gap, &str)]) -> Diagnostic {
    let (name, region) = (symbols.outcome_text(gap.outcome), |g: &Gap| &symbols.region(g.region).name);
    let mut message = format!("`{name}` has no answer for some people in {}: {person}", region(gap));
    if !others.is_empty() {
        message.push_str(&format!("; and in {} more region{}", others.len(), if others.len() == 1 { "" } else { "s" }));
    }
    let mut d = Diagnostic::at(&codes::W0608, gap.place, message).label("something is said here, and not for everybody").help(
        "add what holds for the others, or `refer`; if the sources rightly say nothing for some people, declare the outcome `partial`",
    );
    for (gap, person) in others.iter().take(MAX_NAMED) {
        d = d.related(gap.place, format!("nor in {}: {person}", region(gap)));
    }
    d
}

/// The first statement that a region, or the nearest one above it, makes about an outcome.
fn first_said(p: &Program, outcome: OutcomeId, region: RegionId) -> Option<StmtId> {
    let shelf = p.symbols.region(region).chain.iter().find_map(|r| p.shelf(outcome, *r))?;
    ground::all(p, shelf).into_iter().min_by_key(|s| p.statement(*s).span)
}
