//! In: policies and one question for many people. Out: answers row by row from typed values, and what stands behind them: statements, sources, notation. Never here: working anything out (`plan`, `eval`), files.

use crate::eval::{self, Because, Citation, Status, Words};
use crate::hir::DecisionId;
use crate::plan::{Answers, Asked, Kind, One, Plan, Rows, Scratch, SlotInfo, State, Wanted};
use crate::policies::{Dates, Policies};
use crate::program::OutcomeId;
use crate::value::{RegionId, Value, show, to_json};

/// One question, compiled to be asked of many people: [`Policies::prepare`].
///
/// Rows that a plan cannot answer by itself (facts that are missing, disputes, errors, stated ranges) come out as [`State::Ask`]:
/// ask [`Policies::answer_outcome`] about them. Every other row has exactly the status, value, rules, sources, ids and hedges that
/// [`Policies::answer_outcome`] gives.
#[derive(Debug)]
pub struct Prepared<'p> {
    policies: &'p Policies,
    plan: Plan,
    regions: Vec<RegionId>,
}

/// What a path stands for: the same for all rows on it.
#[derive(Clone, Debug, PartialEq)]
pub struct PathAnswer {
    /// [`Status::Decided`] or [`Status::NoRule`].
    pub status: Status,
    /// The statements that give it.
    pub rules: Vec<Because>,
    /// Sources it rests on, those of values it reads included.
    pub sources: Vec<Citation>,
    /// Ids of everything it rests on.
    pub ids: Vec<String>,
    /// Hedges of anything it rests on.
    pub hedges: Vec<String>,
    /// Why nothing gives it.
    pub failure: Option<String>,
}

impl Policies {
    /// Compiles one question for many people: outcomes of a decision in some regions. Facts, arguments and the region may differ from row to row.
    ///
    /// ```
    /// use polc::plan::{One, Slot, State, Wanted};
    /// use polc::{Date, Policies};
    ///
    /// let policies = Policies::from_text("demo.pol", r#"
    ///     region 西宁 < transfer resident->employee < default waiting = 3 months   when gap <= 3 months: waiting = 0 months > >
    /// "#);
    /// let (decision, _) = policies.decision("transfer resident->employee")?;
    /// let waiting = policies.outcome(decision, "waiting").ok_or("no such outcome")?;
    /// let day = Date::new(2025, 6, 1).ok_or("no such day")?;
    /// let prepared = policies.prepare(&[policies.region("西宁")?], decision, &[waiting], day);
    ///
    /// // Once: where each value goes. From then on nothing is looked up by name, and nothing is allocated.
    /// let (resident, employee) = (policies.argument(decision, 0, "resident")?, policies.argument(decision, 1, "employee")?);
    /// let gap = policies.input(decision, "gap").ok_or("no such input")?;
    /// let mut row = vec![None; prepared.slots().len()];
    /// for (value, info) in row.iter_mut().zip(prepared.slots()) {
    ///     *value = match info.slot {
    ///         Slot::Arg(0) => Some(i64::from(resident)),
    ///         Slot::Arg(_) => Some(i64::from(employee)),
    ///         Slot::Input(i) if i == gap => Some(2),
    ///         Slot::Input(_) => None,
    ///     };
    /// }
    /// let mut scratch = prepared.scratch();
    /// let mut out = [One::default()];
    /// prepared.ask(&mut scratch, 0, &row, Wanted::Values, &mut out);
    /// assert_eq!((out[0].state, out[0].value), (State::Decided, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare(&self, regions: &[RegionId], decision: DecisionId, outcomes: &[OutcomeId], dates: impl Into<Dates>) -> Prepared<'_> {
        let asked = Asked { decision, outcomes, regions, moment: dates.into().into() };
        Prepared { policies: self, plan: Plan::new(&self.program, &asked), regions: regions.to_vec() }
    }
}

impl Prepared<'_> {
    /// What varies from row to row, in the order in which [`Rows::columns`] has it.
    pub fn slots(&self) -> &[SlotInfo] {
        self.plan.slots()
    }

    /// The outcomes with how their values are held, in the order of [`Answers::outcomes`].
    pub fn outcomes(&self) -> &[(OutcomeId, Kind)] {
        self.plan.outcomes()
    }

    /// The plan itself.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A place to work, one for each thread.
    pub fn scratch(&self) -> Scratch {
        self.plan.scratch()
    }

    /// Answers rows, any number of them; nothing is allocated once `scratch` and `out` were used for as many.
    pub fn run(&self, rows: &Rows, wanted: Wanted, scratch: &mut Scratch, out: &mut Answers) {
        self.plan.run(rows, wanted, scratch, out);
    }

    /// Answers one row: the place of its region, and a value for each slot. Nothing is allocated once `scratch` was used.
    pub fn ask(&self, scratch: &mut Scratch, region: usize, slots: &[Option<i64>], wanted: Wanted, out: &mut [One]) {
        self.plan.ask(scratch, region, slots, wanted, out);
    }

    /// The value that a number stands for.
    pub fn value(&self, outcome: usize, number: i64) -> Option<Value> {
        self.plan.value(outcome, number)
    }

    /// The value as it stands in an answer, for machines.
    pub fn json(&self, outcome: usize, number: i64) -> Option<serde_json::Value> {
        let (id, _) = self.plan.outcomes().get(outcome)?;
        let symbols = &self.policies.program.symbols;
        Some(to_json(&self.value(outcome, number)?, &symbols.outcome(*id).ty, symbols))
    }

    /// The value as it stands in an answer, in the language's notation.
    pub fn text(&self, outcome: usize, number: i64) -> Option<String> {
        let (id, _) = self.plan.outcomes().get(outcome)?;
        let symbols = &self.policies.program.symbols;
        Some(show(&self.value(outcome, number)?, &symbols.outcome(*id).ty, symbols))
    }

    /// What a path of an outcome in a region stands for; `state` is that of the row.
    pub fn path(&self, outcome: usize, region: usize, state: State, path: u32) -> Option<PathAnswer> {
        let (id, _) = self.plan.outcomes().get(outcome)?;
        let own = self.regions.get(region)?;
        let words = Words { p: &self.policies.program, map: &self.policies.map };
        let behind = self.plan.path(outcome, region, path)?;
        let (status, failure) = match state {
            State::Ask => return None,
            State::Decided => (Status::Decided, None),
            State::NoRule => (Status::NoRule, Some(eval::nothing_given(words.p, *id, *own))),
        };
        let (rules, sources, ids, hedges) = eval::told_of(&words, &behind.winners, &behind.used);
        Some(PathAnswer { status, rules, sources, ids, hedges, failure })
    }
}
