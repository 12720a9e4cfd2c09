//! In: people, a question. Out: the answers for each of them. Never here: reading people, writing answers, what statements mean (`plan`, `eval`).
//!
//! The plan answers whole columns; rows that it leaves open (facts that are missing, disputes, errors, ranges) are asked of the row interpreter.

use super::answers::{self, Detail, Form, Outcome, place};
use super::column::Form as Held;
use super::layout::{Layout, Where};
use super::memo::Memo;
use super::people::People;
use super::shape::Shape;
use crate::eval::{Facts, Moment, OutcomeAnswer, Question, Status};
use crate::plan::{Answers, Column, Given, Kind, Lane, Rows, Scratch, Slot, State, Wanted};
use crate::policies::{Dates, Detail as Told, Head, Policies};
use crate::prepared::Prepared;
use crate::report;
use crate::value::{Date, InputId, RegionId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What answers people.
#[derive(Debug)]
pub(super) struct Engine<'p> {
    policies: &'p Policies,
    head: Head,
    region: Option<RegionId>,
    moment: Moment,
    prepared: Option<Prepared<'p>>,
}

/// What paths of outcomes say, by outcome, region, state and path.
type Paths = FxHashMap<(usize, usize, u8, u32), Vec<(Detail, String)>>;

/// Where one thread works.
pub(super) struct Worker {
    scratch: Option<Scratch>,
    /// What the plan gave last.
    pub answers: Answers,
    paths: Paths,
    pub memo: Memo,
}

impl<'p> Engine<'p> {
    pub fn new(layout: &Layout<'p>, moment: Moment, form: &Form) -> Engine<'p> {
        let policies = layout.policies;
        let (region, regions) = match layout.region {
            Where::One(region) => (Some(region), vec![region]),
            Where::Column(_) => {
                let all = 0..policies.program.symbols.regions.len();
                (None, all.filter_map(|r| u32::try_from(r).ok().map(RegionId)).collect())
            }
        };
        let outcomes: Vec<_> = form.outcomes.iter().map(|o| o.id).collect();
        // The whole answer has remarks that a plan knows nothing of.
        let dates = dates(moment).filter(|_| !form.wants(Detail::Json));
        let prepared = dates.map(|dates| policies.prepare(&regions, layout.head.0, &outcomes, dates));
        Engine { policies, head: layout.head.clone(), region, moment, prepared }
    }

    pub fn worker(&self) -> Worker {
        Worker {
            scratch: self.prepared.as_ref().map(Prepared::scratch),
            answers: Answers::default(),
            paths: FxHashMap::default(),
            memo: Memo::default(),
        }
    }

    /// Inputs whose numbers the plan wants times something.
    pub fn scales(&self) -> Vec<(InputId, i64)> {
        let slots = self.prepared.iter().flat_map(|p| p.slots());
        let scale = |kind: Kind| if let Kind::Whole { scale, .. } = kind { Some(scale) } else { None };
        slots.filter_map(|s| if let Slot::Input(i) = s.slot { Some((i, scale(s.kind)?)) } else { None }).collect()
    }

    /// The answers for a chunk.
    pub fn answer(&self, form: &Form, people: &People, worker: &mut Worker) -> Vec<Outcome> {
        let symbols = &self.policies.program.symbols;
        let mut outcomes: Vec<Outcome> = form.outcomes.iter().map(|a| Outcome::new(form, a, symbols, people.rows)).collect();
        let mut bad = vec![false; people.rows];
        for row in &people.bad {
            if let Some(slot) = bad.get_mut(*row) {
                *slot = true;
            }
        }
        let planned = self.plan(form, people, worker);
        if planned {
            let Worker { answers, paths, .. } = worker;
            for (k, (outcome, given)) in outcomes.iter_mut().zip(&answers.outcomes).enumerate() {
                self.given(form, k, given, people, &bad, outcome, paths);
            }
        }
        let Worker { answers, memo, .. } = worker;
        self.ask(form, people, &bad, planned.then_some(&*answers), memo, &mut outcomes);
        outcomes
    }

    /// Lets the plan answer what it can.
    pub fn plan(&self, form: &Form, people: &People, worker: &mut Worker) -> bool {
        let (Some(prepared), Some(scratch)) = (&self.prepared, &mut worker.scratch) else { return false };
        let nowhere = vec![0_u8; if self.region.is_some() { people.rows } else { 0 }];
        let arguments: Vec<Option<(Vec<i32>, Vec<bool>)>> = (0..self.head.1.len()).map(|place| self.argument(people, place)).collect();
        let columns: Vec<Option<Column>> = prepared
            .slots()
            .iter()
            .map(|info| match info.slot {
                Slot::Arg(place) => {
                    let (codes, told) = arguments.get(usize::from(place))?.as_ref()?;
                    Some(Column { lane: Lane::I32(codes), told: Some(told) })
                }
                Slot::Input(input) => {
                    let facts = people.facts.iter().find(|f| f.kind.input == input)?;
                    let same = match (facts.kind.form, info.kind) {
                        (Held::Truth, Kind::Truth) | (Held::Choice(_), Kind::Choice(_)) => true,
                        (Held::Whole { scale }, Kind::Whole { scale: wanted, .. }) => scale == wanted,
                        _ => false,
                    };
                    same.then_some(Column { lane: Lane::I64(&facts.held), told: Some(&facts.told) })
                }
            })
            .collect();
        let region = if self.region.is_some() { Lane::U8(&nowhere) } else { Lane::I32(&people.regions) };
        let wanted = if form.details.iter().any(|d| d.of_paths()) { Wanted::Paths } else { Wanted::Values };
        prepared.run(&Rows { len: people.rows, region, columns: &columns }, wanted, scratch, &mut worker.answers);
        true
    }

    /// The values of an argument and whether they are told; nothing if nobody tells it.
    fn argument(&self, people: &People, place: usize) -> Option<(Vec<i32>, Vec<bool>)> {
        if let Some(value) = self.head.1.get(place).copied().flatten() {
            return Some((vec![i32::from(value); people.rows], vec![true; people.rows]));
        }
        let codes = people.arguments.get(place)?.as_ref()?;
        Some((codes.clone(), codes.iter().map(|c| *c >= 0).collect()))
    }

    /// Takes over what the plan gives for an outcome.
    #[allow(clippy::too_many_arguments, reason = "one place calls it, with everything that is at hand there")]
    fn given(&self, form: &Form, k: usize, given: &Given, people: &People, bad: &[bool], outcome: &mut Outcome, paths: &mut Paths) {
        let Some(prepared) = &self.prepared else { return };
        let (Some(asked), Some((_, kind))) = (form.outcomes.get(k), prepared.outcomes().get(k)) else { return };
        let lane = given.values.lane();
        let no_rule = i8::try_from(place(Status::NoRule)).unwrap_or(0);
        for (status, state) in outcome.statuses.iter_mut().zip(&given.states) {
            if State::of(*state) == State::NoRule {
                *status = no_rule;
            }
        }
        let decided =
            |row: usize| given.states.get(row).is_some_and(|s| State::of(*s) == State::Decided) && !bad.get(row).copied().unwrap_or(true);
        if form.wants(Detail::Value) || form.wants(Detail::Alternatives) {
            let by = if let Kind::Whole { scale, .. } = kind { *scale } else { 1 };
            let direct = matches!(
                (asked.shape, kind),
                (Shape::Truth, Kind::Truth)
                    | (Shape::Choice(_), Kind::Choice(_))
                    | (Shape::Day | Shape::Whole { .. } | Shape::Decimal { .. }, Kind::Whole { .. })
            );
            let mut rest: Vec<usize> = Vec::new();
            for row in (0..people.rows).filter(|r| decided(*r)) {
                let Some(n) = lane.get(row) else { continue };
                match direct.then(|| asked.shape.scaled(n, by)).flatten() {
                    Some(n) => outcome.values.put(row, n),
                    None => rest.push(row),
                }
            }
            let mut seen: FxHashMap<i64, (serde_json::Value, String)> = FxHashMap::default();
            for row in rest {
                let Some(n) = lane.get(row) else { continue };
                let (json, text) =
                    seen.entry(n).or_insert_with(|| (prepared.json(k, n).unwrap_or_default(), prepared.text(k, n).unwrap_or_default()));
                if !outcome.values.json(row, json, text) {
                    outcome.text(row, Detail::Alternatives, text);
                }
            }
        }
        let details: Vec<Detail> = form.details.iter().copied().filter(|d| d.of_paths()).collect();
        if details.is_empty() {
            return;
        }
        let mut numbers: FxHashMap<(usize, u8, u32), Vec<(Detail, i32)>> = FxHashMap::default();
        for (row, (state, path)) in given.states.iter().zip(&given.paths).enumerate() {
            if State::of(*state) == State::Ask || bad.get(row).copied().unwrap_or(true) {
                continue;
            }
            let region =
                if self.region.is_some() { 0 } else { people.regions.get(row).and_then(|r| usize::try_from(*r).ok()).unwrap_or(0) };
            let texts = numbers.entry((region, *state, *path)).or_insert_with(|| {
                let told = paths.entry((k, region, *state, *path)).or_insert_with(|| self.path(k, region, *state, *path, &details));
                told.iter().filter_map(|(detail, text)| outcome.texts(*detail).map(|t| (*detail, t.number(text)))).collect()
            });
            for (detail, number) in texts {
                if let Some(texts) = outcome.texts(*detail) {
                    texts.put(row, people.rows, *number);
                }
            }
        }
    }

    /// What a path says.
    fn path(&self, k: usize, region: usize, state: u8, path: u32, details: &[Detail]) -> Vec<(Detail, String)> {
        let Some(p) = self.prepared.as_ref().and_then(|p| p.path(k, region, State::of(state), path)) else { return Vec::new() };
        let text = |detail: &Detail| match detail {
            Detail::Reason => p.failure.clone().unwrap_or_default(),
            Detail::Rules => answers::rules(p.rules.iter()),
            Detail::Ids => answers::distinct(p.ids.iter().cloned()),
            Detail::Sources => answers::distinct(report::citations(&p.sources).into_iter()),
            Detail::Hedges => answers::distinct(p.hedges.iter().cloned()),
            _ => String::new(),
        };
        details.iter().map(|d| (*d, text(d))).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Asks the row interpreter for what the plan has left open.
    fn ask(&self, form: &Form, people: &People, bad: &[bool], planned: Option<&Answers>, memo: &mut Memo, outcomes: &mut [Outcome]) {
        let count = outcomes.len();
        for (row, _) in bad.iter().enumerate().filter(|(_, bad)| !**bad) {
            let open = |k: usize| {
                let state = planned.and_then(|a| a.outcomes.get(k)).and_then(|given| given.states.get(row)).map(|s| State::of(*s));
                state.is_none_or(|s| s == State::Ask)
            };
            if !(0..count).any(open) {
                continue;
            }
            let mut told: Option<(Question, Facts)> = None;
            let mut remembered = memo.of(people, row, count);
            for (k, (outcome, asked)) in outcomes.iter_mut().zip(&form.outcomes).enumerate().filter(|(k, _)| open(*k)) {
                let slot = remembered.as_mut().and_then(|r| r.get_mut(k));
                if let Some(Some(answer)) = &slot {
                    outcome.answer(row, answer);
                    continue;
                }
                if told.is_none() {
                    told = self.question(people, row).map(|q| (q, people.facts(row)));
                }
                let Some((question, facts)) = &told else { break };
                let answer = Arc::new(self.policies.answer_outcome(question, facts, asked.id, Told::default()));
                outcome.answer(row, &answer);
                if let Some(slot) = slot {
                    *slot = Some(answer);
                }
            }
        }
    }

    /// What the row interpreter says of an outcome to a row; nothing where no region is told.
    pub fn told(&self, form: &Form, people: &People, row: usize, k: usize, memo: &mut Memo) -> Option<Arc<OutcomeAnswer>> {
        let mut remembered = memo.of(people, row, form.outcomes.len());
        let slot = remembered.as_mut().and_then(|r| r.get_mut(k));
        if let Some(Some(answer)) = &slot {
            return Some(Arc::clone(answer));
        }
        let question = self.question(people, row)?;
        let answer = Arc::new(self.policies.answer_outcome(&question, &people.facts(row), form.outcomes.get(k)?.id, Told::default()));
        if let Some(slot) = slot {
            *slot = Some(Arc::clone(&answer));
        }
        Some(answer)
    }

    /// The plan, where dates allow for one.
    pub fn prepared(&self) -> Option<&Prepared<'p>> {
        self.prepared.as_ref()
    }

    /// The question of a row; none where no region is told.
    pub fn question(&self, people: &People, row: usize) -> Option<Question> {
        let region = match self.region {
            Some(region) => region,
            None => RegionId(u32::try_from(*people.regions.get(row)?).ok()?),
        };
        let mut args = self.head.1.clone();
        for (arg, codes) in args.iter_mut().zip(&people.arguments) {
            if let Some(code) = codes.as_ref().and_then(|c| c.get(row)) {
                *arg = u16::try_from(*code).ok().or(*arg);
            }
        }
        Some(Question { region, decision: self.head.0, args, moment: self.moment })
    }
}

fn dates(moment: Moment) -> Option<Dates> {
    let on = Dates::on(Date::from_days(moment.on)?);
    match moment.known {
        Some(known) => Some(on.known_on(Date::from_days(known)?)),
        None => Some(on),
    }
}
