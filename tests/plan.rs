//! In: random policies and random persons. Out: whether a plan and the row interpreter say the same of everybody, whatever is told. Never here: speed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use polc::eval::Status;
use polc::plan::{Answers, Column, Kind, Lane, One, Rows, Slot, State, Wanted};
use polc::value::{Exact, Num, Value};
use polc::{Detail, Facts, OutcomeId, Policies, Prepared, RegionId};
use proptest::prelude::*;
use support::random::*;

/// A person: the place of the region, arguments, facts.
type Person = (usize, Vec<u16>, Facts);

/// What a slot holds of a person, if it can.
fn held(kind: Kind, value: &Value) -> Option<i64> {
    match (kind, value) {
        (Kind::Truth, Value::Bool(b)) => Some(i64::from(*b)),
        (Kind::Choice(_), Value::Variants(v)) => v.single().map(i64::from),
        (Kind::Whole { scale, .. }, Value::Num(Num::Exact(x))) => {
            x.checked_mul(Exact::from(scale)).ok()?.to_i128().and_then(|n| i64::try_from(n).ok())
        }
        _ => None,
    }
}

/// Asks the plan and the row interpreter about everybody; gives how many answers the plan gave itself.
fn compare(p: &Policies, decision: &str, outcomes: &[OutcomeId], regions: &[RegionId], persons: &[Person]) -> Result<usize, TestCaseError> {
    let (decision, _) = p.decision(decision).unwrap();
    let day = polc::Date::new(2025, 6, 1).unwrap();
    let prepared = p.prepare(regions, decision, outcomes, day);
    let rows: Vec<Vec<Option<i64>>> = persons
        .iter()
        .map(|(_, args, facts)| {
            prepared
                .slots()
                .iter()
                .map(|s| match s.slot {
                    Slot::Arg(i) => Some(i64::from(args[usize::from(i)])),
                    Slot::Input(i) => facts.get(i).and_then(|v| held(s.kind, v)),
                })
                .collect()
        })
        .collect();
    let lanes: Vec<(Vec<i64>, Vec<bool>)> = (0..prepared.slots().len())
        .map(|s| (rows.iter().map(|r| r[s].unwrap_or(77)).collect(), rows.iter().map(|r| r[s].is_some()).collect()))
        .collect();
    let columns: Vec<Option<Column>> = lanes.iter().map(|(lane, told)| Some(Column { lane: Lane::I64(lane), told: Some(told) })).collect();
    let codes: Vec<u16> = persons.iter().map(|p| u16::try_from(p.0).unwrap()).collect();
    let chunk = Rows { len: persons.len(), region: Lane::U16(&codes), columns: &columns };
    let mut scratch = prepared.scratch();
    let (mut full, mut bare) = (Answers::default(), Answers::default());
    prepared.run(&chunk, Wanted::Paths, &mut scratch, &mut full);
    prepared.run(&chunk, Wanted::Values, &mut scratch, &mut bare);
    let mut fast = 0;
    let mut ones = vec![One::default(); outcomes.len()];
    for (row, (region, args, facts)) in persons.iter().enumerate() {
        let q = p.question(regions[*region], (decision, args.iter().map(|a| Some(*a)).collect()), day);
        prepared.ask(&mut scratch, *region, &rows[row], Wanted::Paths, &mut ones);
        for (k, outcome) in outcomes.iter().enumerate() {
            let (given, plain) = (&full.outcomes[k], &bare.outcomes[k]);
            let state = State::of(given.states[row]);
            let value = given.values.lane().get(row).unwrap();
            // One row alone, and many at a time, with paths and without: all the same.
            let alone = ones[k];
            prop_assert_eq!(alone.state, state, "one row alone");
            if state != State::Ask {
                prop_assert_eq!(State::of(plain.states[row]), state, "with paths and without");
                prop_assert_eq!(alone.path, given.paths[row]);
            }
            let bare_state = State::of(plain.states[row]);
            if bare_state == State::Ask {
                continue;
            }
            let asked = p.answer_outcome(&q, facts, *outcome, Detail::default());
            let about = format!("{} of {args:?} {facts:?} in region {region}", asked.outcome);
            let bare_value = plain.values.lane().get(row).unwrap();
            fast += 1;
            let a = &asked.alternatives[0];
            prop_assert_eq!(asked.alternatives.len(), 1, "{}: {:?}", about, asked);
            prop_assert!(asked.needs.is_empty() && asked.refer.is_none() && asked.conflicts.is_empty() && !a.approximate, "{}", about);
            match bare_state {
                State::Decided => {
                    prop_assert_eq!(asked.status, Status::Decided, "{}: {:?}", about, asked);
                    prop_assert_eq!(&prepared.text(k, bare_value).unwrap(), &a.text, "{}", about);
                    prop_assert_eq!(&prepared.json(k, bare_value), &a.value, "{}", about);
                }
                _ => prop_assert_eq!(asked.status, Status::NoRule, "{}: {:?}", about, asked),
            }
            if state == State::Ask {
                continue;
            }
            if state == State::Decided {
                prop_assert_eq!((value, alone.value), (bare_value, bare_value));
            }
            let behind = prepared.path(k, *region, state, given.paths[row]).unwrap();
            prop_assert_eq!(&behind.status, &asked.status);
            prop_assert_eq!(&behind.rules, &a.rules, "{}", about);
            prop_assert_eq!(&behind.sources, &a.sources, "{}", about);
            prop_assert_eq!(&behind.ids, &a.ids, "{}", about);
            prop_assert_eq!(&behind.hedges, &a.hedges, "{}", about);
            prop_assert_eq!(behind.failure, a.failure.as_ref().map(|f| f.message.clone()), "{}", about);
        }
    }
    Ok(fast)
}

fn regions(p: &Policies, names: &[&str]) -> Vec<RegionId> {
    names.iter().map(|n| p.region(n).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(60), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the policies say: disputes, exceptions, adjustments, referrals, periods, ranges, missing facts.
    #[test]
    fn a_plan_says_what_the_interpreter_says(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let text = render(&blocks(&mut dice));
        let p = load(&text);
        let regions = regions(&p, &["low", "mid", "top"]);
        for (decision, args) in [("d", 1), ("e", 1)] {
            let outcomes = p.outcomes(p.decision(decision).unwrap().0);
            let mut persons = Vec::new();
            for _ in 0..12 {
                let mut told = Facts::new();
                for name in INPUTS {
                    if dice.chance(85) {
                        told.tell(input(&p, name), fact(name, dice.roll(range(name))));
                    }
                }
                let args = (0..args).map(|_| u16::try_from(dice.roll(2)).unwrap()).collect();
                persons.push((usize::try_from(dice.roll(3)).unwrap(), args, told));
            }
            if let Err(e) = compare(&p, decision, &outcomes, &regions, &persons) {
                return Err(TestCaseError::fail(format!("{e}\n{text}")));
            }
        }
    }
}
