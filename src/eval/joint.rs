//! In: a question and some people, told apart as far as a world says. Out: what all of them get, or what tells them apart. Never here: two versions of the policies at once (`diff`), wording.

use super::answer::Status;
use super::explore::{Explored, Leaf, asked_key, broken, machine, roots};
use super::machine::{Machine, Shared};
use super::settle::{Outcome, Settled};
use super::world::{Cell, Fault, Stop, Var, World};
use super::{Facts, MAX_ALTERNATIVES, Question, relevance};
use crate::diagnostics::codes;
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::{InputId, Num};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// What formulas are: operation and operands, as they were met last. Kept only where somebody asks for it.
#[derive(Default)]
pub(crate) struct Meant {
    kept: Option<FxHashMap<Var, (String, Vec<Num>)>>,
}

impl Meant {
    /// Keeps what formulas are from now on.
    pub(crate) fn kept() -> Meant {
        Meant { kept: Some(FxHashMap::default()) }
    }

    /// Operation and operands of something met in the world looked at last.
    pub(crate) fn get(&self, var: Var) -> Option<(&str, &[Num])> {
        let key = match var {
            // Results of the formula itself, and those of rounding what it gives.
            Var::Derived(n, k, h, 0..=899) => Var::Derived(n, k, h, 0),
            Var::Derived(n, k, h, 900..=999) => Var::Derived(n, k, h, 900),
            Var::Opaque(..) => var,
            _ => return None,
        };
        self.kept.as_ref()?.get(&key).map(|(what, of)| (what.as_str(), of.as_slice()))
    }
}

impl Machine<'_, '_> {
    /// Notes what a formula is, where somebody asks for it.
    pub(super) fn means(&mut self, var: Var, what: impl FnOnce() -> String, operands: &[&Num]) {
        if let Some(kept) = &mut self.shared.meant.kept {
            kept.insert(var, (what(), operands.iter().map(|n| (*n).clone()).collect()));
        }
    }
}

/// What some people get.
pub(crate) enum Within {
    /// Not all of them get the same: go on with each part.
    Split(Var, Vec<Cell>),
    /// It turns on this fact, which is not taken apart.
    Missing(InputId),
    /// This, all of them.
    Given(Given),
    /// More comes out than is told apart.
    TooMany,
}

/// Everything that comes out for some people: one thing, or what sources leave open.
pub(crate) struct Given {
    /// The status of their answer, once they have told everything.
    pub status: Status,
    /// What comes out, each once, with the numbers of the constraints it breaks.
    pub results: Vec<(Outcome, Vec<usize>)>,
    /// The statements it rests on.
    pub used: Vec<StmtId>,
    /// Sources leave nothing open, so that what formulas are is known of what came out.
    pub alone: bool,
}

/// What the people of a world get, whatever sources leave open; facts are split by the caller, so that two versions can be asked side by side.
pub(crate) fn within(p: &Program, q: &Question, facts: &Facts, outcome: OutcomeId, people: &World, shared: &mut Shared) -> Within {
    let mut open = vec![people.clone()];
    let mut leaves: Vec<Leaf> = Vec::new();
    while let Some(world) = open.pop() {
        if leaves.len() + open.len() >= MAX_ALTERNATIVES {
            return Within::TooMany;
        }
        let mut m = machine(p, q, facts, world.clone(), shared);
        // A range for the larger of two sums would be two unknown things in two versions; a comparison is the same in both.
        m.exact = true;
        let key = asked_key(q, outcome);
        let stop = match m.settle(key.clone(), None) {
            Ok(settled) => match broken(&mut m, q, outcome, &key) {
                Ok(broken) => {
                    if let Outcome::Missing(i) = settled.result {
                        return Within::Missing(i);
                    }
                    leaves.push(Leaf { world, settled, verdicts: Vec::new(), broken, followed: FxHashMap::default() });
                    continue;
                }
                Err((var, cells)) => Stop::Split(var, cells),
            },
            Err(stop) => stop,
        };
        match stop {
            Stop::Split(var, cells) if of_people(shared, var) => return Within::Split(var, cells),
            Stop::Split(var, cells) => open.extend(cells.into_iter().rev().map(|c| world.with(var, c))),
            stop => leaves.push(failed(world, stop)),
        }
    }
    let mut used: Vec<StmtId> = leaves.iter().flat_map(|l| l.settled.used.iter().copied()).collect();
    used.sort_unstable();
    used.dedup();
    let explored = Explored { leaves, truncated: false, met: Vec::new(), shared: std::mem::take(shared) };
    let groups = relevance::groups(&explored);
    let relevant = relevance::relevant(&explored, &groups);
    let any = |f: &dyn Fn(&Outcome) -> bool| explored.leaves.iter().any(|l| f(&l.settled.result));
    let status = if any(&|r| matches!(r, Outcome::Fault(_))) {
        Status::Error
    } else if relevant.iter().any(|v| matches!(v, Var::Dispute(_))) || explored.leaves.iter().any(|l| !l.broken.is_empty()) {
        Status::Disputed
    } else if any(&|r| matches!(r, Outcome::Refer(_) | Outcome::Value(_, Some(_))))
        || relevant.iter().any(|v| matches!(v, Var::Referred(..)))
    {
        Status::Refer
    } else if explored.leaves.iter().all(|l| matches!(l.settled.result, Outcome::NoRule(_))) {
        Status::NoRule
    } else {
        Status::Decided
    };
    let mut results = Vec::new();
    let mut told: Vec<usize> = Vec::new();
    for (leaf, group) in explored.leaves.iter().zip(groups) {
        if !told.contains(&group) {
            told.push(group);
            results.push((leaf.settled.result.clone(), leaf.broken.iter().map(|(i, _)| *i).collect()));
        }
    }
    let alone = explored.leaves.len() == 1;
    *shared = explored.shared;
    Within::Given(Given { status, results, used, alone })
}

/// What could not be worked out at all.
fn failed(world: World, stop: Stop) -> Leaf {
    let fault = match stop {
        Stop::Fault(f) => f,
        _ => Box::new(Fault { code: codes::E0807.id, message: "this cannot be worked out".to_string(), span: None, stmts: Vec::new() }),
    };
    let settled =
        Settled { result: Outcome::Fault(fault), used: Vec::new(), winners: Vec::new(), depth: 0, by_final: false, approximate: false };
    Leaf { world, settled: Rc::new(settled), verdicts: Vec::new(), broken: Vec::new(), followed: FxHashMap::default() }
}

/// Whether it stands for something about people, rather than for what sources leave open.
fn of_people(shared: &Shared, var: Var) -> bool {
    !goes_back_to(shared, var).is_empty()
}

/// The facts and arguments that something turns on.
pub(crate) fn goes_back_to(shared: &Shared, var: Var) -> Vec<Var> {
    let mut out = Vec::new();
    roots(shared, var, &mut out);
    out
}
