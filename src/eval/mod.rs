//! In: the Program, one person's facts, a region, dates. Out: for each outcome its status, alternatives, statements and sources. Never here: text or files; reading input (`input`), printing (`report`).

mod adjust;
mod agreement;
mod answer;
mod applies;
mod assemble;
mod boxes;
mod conditions;
mod explore;
mod joint;
mod linear;
mod lists;
mod machine;
mod outline;
mod precedence;
mod relevance;
mod search;
mod seen;
mod settle;
mod split;
mod standing;
mod trace;
mod verdict;
mod world;

use crate::hir::DecisionId;
use crate::program::{OutcomeId, Program};
use crate::value::{InputId, RegionId, Value};
pub use answer::{
    Alternative, Answer, Because, Citation, Conflict, Explanation, Failure, Need, OutcomeAnswer, Referral, Remark, Status, Told,
};
pub use explore::MAX_ALTERNATIVES;
pub use trace::{ItemTrace, ReadTrace, StatementTrace, StepTrace, Trace};

/// What is known of one person; anything not told is open, never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    values: Vec<Option<Value>>,
}

impl Facts {
    /// Nothing told yet.
    pub fn new() -> Self {
        Facts::default()
    }

    /// Tells a fact; a later value replaces an earlier one.
    pub fn tell(&mut self, input: InputId, value: Value) {
        let at = input.0 as usize;
        if self.values.len() <= at {
            self.values.resize(at + 1, None);
        }
        if let Some(slot) = self.values.get_mut(at) {
            *slot = Some(value);
        }
    }

    /// What was told of an input.
    pub fn get(&self, input: InputId) -> Option<&Value> {
        self.values.get(input.0 as usize).and_then(Option::as_ref)
    }

    /// The same without one of them.
    #[must_use]
    pub fn without(&self, input: InputId) -> Self {
        let mut less = self.clone();
        if let Some(slot) = less.values.get_mut(input.0 as usize) {
            *slot = None;
        }
        less
    }

    /// Everything told.
    pub fn iter(&self) -> impl Iterator<Item = (InputId, &Value)> {
        self.values.iter().enumerate().filter_map(|(i, v)| Some((InputId(u32::try_from(i).ok()?), v.as_ref()?)))
    }
}

/// The two dates of a question, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The question's date: what is in force then.
    pub on: i64,
    /// What had been published by then; unlimited when not given.
    pub known: Option<i64>,
}

/// One question: a decision with arguments in a region at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The region.
    pub region: RegionId,
    /// The decision.
    pub decision: DecisionId,
    /// Its arguments; `None` is not told.
    pub args: Vec<Option<u16>>,
    /// The dates.
    pub moment: Moment,
}

/// Answers one outcome in every world that is open.
pub(crate) fn explore(program: &Program, question: &Question, facts: &Facts, outcome: OutcomeId) -> explore::Explored {
    explore::explore(program, question, facts, outcome)
}

/// Explains every alternative of an explored outcome, one world for each.
pub(crate) fn explanations(
    words: &Words,
    question: &Question,
    facts: &Facts,
    outcome: OutcomeId,
    explored: &mut explore::Explored,
) -> Vec<Explanation> {
    let groups = relevance::groups(explored);
    let relevant = relevance::relevant(explored, &groups);
    let mut seen = Vec::new();
    let mut worlds = Vec::new();
    for (leaf, group) in explored.leaves.iter().zip(&groups) {
        if !seen.contains(group) {
            seen.push(*group);
            let when: Vec<String> = leaf
                .world
                .cells
                .iter()
                .filter(|(v, _)| relevant.contains(v))
                .filter_map(|(v, c)| words.choice(v, c, &leaf.followed, question))
                .collect();
            worlds.push((when, leaf.world.clone()));
        }
    }
    worlds
        .into_iter()
        .map(|(when, world)| Explanation { when, trace: trace::trace(words, question, facts, outcome, &world, &mut explored.shared) })
        .collect()
}

pub(crate) use applies::{in_force_on, period_by, published};
pub(crate) use assemble::{Words, answer_outcome, told_of};
pub(crate) use boxes::{Meet, meet};
pub(crate) use explore::{Truth, constants, expected_values, fixed_value, truth};
pub(crate) use joint::{Given, Meant, Within, goes_back_to, within};
pub(crate) use linear::{Decided, Solution, solve};
pub(crate) use machine::Shared;
pub(crate) use outline::{Outline, outline};
pub(crate) use search::people;
pub(crate) use search::{Case, Clash, Conditions, Extent, GapAsked, Hole, Holes, Reach, Search};
pub(crate) use search::{breaks, clash, conflict, crossing, crowd, extent, gap, given, hole, meets, reached};
pub(crate) use seen::{Edge, Limit, Seen, limits, seen};
pub(crate) use settle::{Outcome as Came, nothing_given};
pub(crate) use standing::{Stand, Standing, standing};
pub(crate) use world::{Cell, Var, World};
