//! In: random policies and random persons. Out: whether a plan and the row interpreter say the same of everybody, whatever is told. Never here: speed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use polc::eval::Status;
use polc::plan::{Answers, Column, Kind, Lane, One, Rows, Slot, State, Wanted};
use polc::value::{Exact, Num, Value};
use polc::{Detail, Facts, OutcomeId, Policies, RegionId};
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
    #![proptest_config(ProptestConfig { cases: support::cases(40), failure_persistence: None, ..ProptestConfig::default() })]

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

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(40), failure_persistence: None, ..ProptestConfig::default() })]

    /// Formulas with money, rates, rounding, months and dates, in regions that differ.
    #[test]
    fn formulas_come_to_the_same(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let text = support::till::policies(&mut dice);
        let p = Policies::from_text("till.pol", &text);
        let regions = regions(&p, &["A", "B", "C", "P", "N"]);
        let outcomes = p.outcomes(p.decision("bill").unwrap().0);
        let persons: Vec<Person> = (0..14)
            .map(|i| {
                let region = usize::try_from(dice.roll(5)).unwrap();
                (region, vec![u16::try_from(dice.roll(3)).unwrap()], support::till::person(&mut dice, &p, i % 2 == 0))
            })
            .collect();
        if let Err(e) = compare(&p, "bill", &outcomes, &regions, &persons) {
            return Err(TestCaseError::fail(format!("{e}\n{text}")));
        }
    }
}

/// What a plan leaves to the row interpreter is what has to be: not everything.
#[test]
fn most_random_answers_come_from_the_plan() {
    let (mut fast, mut all) = (0, 0);
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let p = load(&render(&blocks(&mut dice)));
        let regions = regions(&p, &["low", "mid", "top"]);
        let outcomes = p.outcomes(p.decision("d").unwrap().0);
        let mut persons = Vec::new();
        for _ in 0..20 {
            let mut told = Facts::new();
            for name in INPUTS {
                told.tell(input(&p, name), fact(name, dice.roll(range(name))));
            }
            persons.push((usize::try_from(dice.roll(3)).unwrap(), vec![u16::try_from(dice.roll(2)).unwrap()], told));
        }
        fast += compare(&p, "d", &outcomes, &regions, &persons).unwrap();
        all += persons.len() * outcomes.len();
    }
    assert!(fast * 2 > all, "{fast} of {all}");
}

/// A nation whose regions each say something of their own.
fn nation(regions: usize) -> String {
    let mut text = String::from(
        "use toll\nvocabulary toll <\n  enum side < entry | leave >\n  input hours: count in 0..24\n  input weight: count in 0..40000\n  \
         decision pass (side) < fee: money round half_up to fen   free: boolean   limit: count >\n>\n\
         source law \"law\" < kind = law   published = 2020 >\nregion N per law < pass <\n  default free = false   limit = 10000\n  \
         default fee = ¥2 * hours\n  when weight > limit: fee = ¥5 * hours\n> >\n",
    );
    for r in 0..regions {
        text.push_str(&format!(
            "region R{r} in N per law < pass < limit = {}   when hours < {}: free = true > >\n",
            5000 + r * 7,
            r % 5 + 1
        ));
    }
    text
}

/// A row costs the same, however many regions are loaded.
#[test]
fn more_regions_make_no_row_dearer() {
    let sizes = [10, 300].map(|n| {
        let p = Policies::from_text("nation.pol", &nation(n));
        assert!(!p.has_errors(), "{:?}", p.diagnostics());
        let names: Vec<String> = (0..n).map(|r| format!("R{r}")).collect();
        let all = regions(&p, &names.iter().map(String::as_str).collect::<Vec<_>>());
        let (decision, _) = p.decision("pass").unwrap();
        let outcomes = p.outcomes(decision);
        let prepared = p.prepare(&all, decision, &outcomes, polc::Date::new(2025, 6, 1).unwrap());
        assert!((0..n).all(|r| (0..outcomes.len()).all(|k| prepared.plan().answers(k, r))));
        let mut dice = Dice(7);
        let person = |dice: &mut Dice| {
            let mut told = Facts::new();
            told.tell(p.input(decision, "hours").unwrap(), number(dice.roll(25)));
            told.tell(p.input(decision, "weight").unwrap(), number(dice.roll(40_001)));
            (usize::try_from(dice.roll(n as u64)).unwrap(), vec![u16::try_from(dice.roll(2)).unwrap()], told)
        };
        let persons: Vec<Person> = (0..60).map(|_| person(&mut dice)).collect();
        assert_eq!(compare(&p, "pass", &outcomes, &all, &persons).unwrap(), persons.len() * outcomes.len());
        prepared.plan().operations()
    });
    // Where there are more thresholds than parts of a slot are told apart, they stand in a table: fewer operations, not more.
    assert!(sizes[1] <= sizes[0] + 2, "{sizes:?}");
}

/// Once rows were answered, answering as many again allocates nothing; neither does one row alone.
#[test]
fn answering_again_allocates_nothing() {
    let p = Policies::from_text("nation.pol", &nation(20));
    let all = regions(&p, &["R0", "R3", "R17"]);
    let (decision, _) = p.decision("pass").unwrap();
    let outcomes = p.outcomes(decision);
    let prepared = p.prepare(&all, decision, &outcomes, polc::Date::new(2025, 6, 1).unwrap());
    let lane: Vec<i64> = (0..3000).map(|i| i % 25).collect();
    let codes: Vec<u8> = (0..3000).map(|i| u8::try_from(i % 4).unwrap()).collect();
    let columns: Vec<Option<Column>> = prepared.slots().iter().map(|_| Some(Column { lane: Lane::I64(&lane), told: None })).collect();
    let rows = Rows { len: 3000, region: Lane::U8(&codes), columns: &columns };
    let (mut scratch, mut out) = (prepared.scratch(), Answers::default());
    for wanted in [Wanted::Values, Wanted::Paths] {
        prepared.run(&rows, wanted, &mut scratch, &mut out);
        let again = allocation_counter::measure(|| prepared.run(&rows, wanted, &mut scratch, &mut out));
        assert_eq!(again.count_total, 0, "{wanted:?}");
    }
    let mut fresh = prepared.scratch();
    let row = vec![Some(1); prepared.slots().len()];
    let mut ones = vec![One::default(); outcomes.len()];
    let one = allocation_counter::measure(|| prepared.ask(&mut fresh, 1, &row, Wanted::Paths, &mut ones));
    assert_eq!(one.count_total, 0);
    assert!(ones.iter().all(|o| o.state != State::Ask));
}
