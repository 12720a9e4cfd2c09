//! In: the Program, one question for many people: outcomes of a decision, regions, dates. Out: a plan that answers rows of facts: values, and for each row which statements gave them, or that the row interpreter has to be asked. Never here: what a statement means (`eval` says it), files, text.

mod rows;

use crate::eval::Moment;
use crate::hir::DecisionId;
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::{RegionId, Value};
pub use rows::{Answers, Column, Given, Kind, Lane, One, Rows, Slot, SlotInfo, State, Values, Wanted};

/// What a plan answers: one question, for many people in many regions.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The decision.
    pub decision: DecisionId,
    /// Its outcomes.
    pub outcomes: &'a [OutcomeId],
    /// The regions; rows name them by their place here.
    pub regions: &'a [RegionId],
    /// The dates.
    pub moment: Moment,
}

/// One question, compiled for many rows.
#[derive(Clone, Debug)]
pub struct Plan {
    slots: Vec<SlotInfo>,
    outcomes: Vec<(OutcomeId, Kind)>,
    regions: usize,
}

/// Where a plan works; made by [`Plan::scratch`], one for each thread.
#[derive(Clone, Debug, Default)]
pub struct Scratch {}

/// Which statements gave an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Those that give it themselves; none if nothing gives it.
    pub winners: Vec<StmtId>,
    /// All it rests on.
    pub used: Vec<StmtId>,
}

impl Plan {
    /// Compiles a question.
    pub fn new(_program: &Program, asked: &Asked) -> Plan {
        let outcomes = asked.outcomes.iter().map(|o| (*o, Kind::Truth)).collect();
        Plan { slots: Vec::new(), outcomes, regions: asked.regions.len() }
    }

    /// What varies from row to row, in the order in which [`Rows::columns`] has it.
    pub fn slots(&self) -> &[SlotInfo] {
        &self.slots
    }

    /// The outcomes with how their values are held, in the order of [`Answers::outcomes`].
    pub fn outcomes(&self) -> &[(OutcomeId, Kind)] {
        &self.outcomes
    }

    /// A place to work.
    pub fn scratch(&self) -> Scratch {
        Scratch::default()
    }

    /// Answers rows, any number of them; nothing is allocated once `scratch` and `out` were used for as many.
    pub fn run(&self, _rows: &Rows, _wanted: Wanted, _scratch: &mut Scratch, out: &mut Answers) {
        let len = _rows.len;
        out.outcomes.clear();
        out.outcomes.extend(self.outcomes.iter().map(|_| Given {
            values: Values::U8(vec![0; len]),
            states: vec![0; len],
            paths: vec![0; len],
        }));
    }

    /// The statements behind a path of an outcome.
    pub fn path(&self, _outcome: usize, _path: u32) -> Option<Path> {
        None
    }

    /// The value of an outcome that a number stands for.
    pub fn value(&self, _outcome: usize, _number: i64) -> Value {
        Value::None
    }
}
