//! In: the policies of `benches/policies` and persons. Out: whether they check, pass their tests and give what hand-written Rust gives. Never here: how fast.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

// The very loops that the benchmarks take for their measure.
#[path = "../benches/peers/src/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../benches/peers/src/plain.rs"]
#[allow(dead_code)]
mod plain;
mod support;
#[path = "../benches/peers/src/words.rs"]
#[allow(dead_code)]
mod words;

use data::Person;
use polc::eval::{Facts, Status};
use polc::facts::{Money, Months, Years};
use polc::plan::{Answers, Column, Lane, One, Rows, Slot, State, Wanted};
use polc::{Date, Policies};
use std::path::{Path, PathBuf};
use support::{cases, polc};

fn policies() -> Policies {
    let policies = Policies::load(&[PathBuf::from("benches/policies")]);
    assert_eq!(policies.diagnostics(), []);
    policies
}

/// Persons whose facts are spread over the bounds of the data, the edges more often than by chance.
fn persons(n: u32) -> impl Iterator<Item = Person> {
    let mut state = 20_260_101_u64;
    let mut pick = move |low: i64, high: i64, edges: &[i64]| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = (state >> 33) as i64;
        let all: Vec<i64> = [low, high].iter().chain(edges).copied().collect();
        if drawn % 3 == 0 { all[(drawn / 3) as usize % all.len()] } else { low + drawn % (high - low + 1) }
    };
    (0..n).map(move |i| Person {
        region: (i % 6) as u8,
        gender: pick(0, 1, &[]) as u8,
        age: pick(16, 90, &[54, 55, 59, 60]) as u8,
        from: pick(0, 1, &[]) as u8,
        to: pick(0, 1, &[]) as u8,
        level: pick(1, 3, &[]) as u8,
        cost: pick(0, 5_000_000, &[1, 10, 20_000, 20_001, 30_000, 249_999]) as i32,
        paid_deductible: pick(0, 50_000, &[9_999, 10_000, 29_999, 30_000]) as i32,
        actual: pick(0, 480, &[11, 12, 120, 180, 240, 300, 360]) as i16,
        deemed: pick(0, 240, &[1, 60, 120]) as i16,
        gap: pick(0, 60, &[3, 4, 6, 7, 12, 13, 23, 24]) as i16,
        base: pick(300_000, 2_500_000, &[365_879, 365_880, 500_100, 1_829_400, 1_829_401]) as i32,
    })
}

fn ask(policies: &Policies, p: &Person, decision: &str, facts: &Facts, outcomes: &[&str]) -> Vec<String> {
    let region = words::REGIONS[usize::from(p.region)];
    let answer = policies.ask(region, decision, facts, Date::new(2026, 1, 1).unwrap()).unwrap();
    outcomes
        .iter()
        .map(|name| {
            let outcome = answer.outcomes.iter().find(|o| o.outcome == *name).unwrap();
            assert_eq!(outcome.status, Status::Decided, "{outcome:?}");
            outcome.alternatives[0].text.clone()
        })
        .collect()
}

fn months(n: impl Into<i64>) -> String {
    let n = n.into();
    format!("{n} {}", if n == 1 { "month" } else { "months" })
}

fn money(fen: impl Into<i64>) -> String {
    let fen = fen.into();
    if fen % 100 == 0 { format!("¥{}", fen / 100) } else { format!("¥{}.{:02}", fen / 100, fen % 100) }
}

#[test]
fn they_check_without_a_word_and_pass_their_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = polc(folder, &["check", "benches/policies"]).ends(0);
    assert!(!run.err.contains("warning"), "{}", run.err);
    let run = polc(folder, &["test", "benches/policies"]).ends(0);
    assert!(run.out.contains("20 tests passed"), "{}", run.out);
}

#[test]
fn they_give_what_hand_written_rust_gives() {
    let policies = policies();
    for p in persons(cases(120)) {
        let (shortage, lump, outcome) = plain::retirement(&p);
        let facts = policies
            .facts("retire")
            .unwrap()
            .set("gender", words::GENDERS[usize::from(p.gender)])
            .set("age", Years(u32::from(p.age)))
            .set("actual", Months(u32::from(p.actual.unsigned_abs())))
            .set("deemed", Months(u32::from(p.deemed.unsigned_abs())))
            .set("wage", Money::fen(i64::from(p.base)))
            .build()
            .unwrap();
        let got = ask(&policies, &p, "retire", &facts, &["shortage", "lump_sum", "outcome"]);
        assert_eq!(got, [months(shortage), money(lump), words::OUTCOMES[usize::from(outcome)].to_string()], "{}", shown(&p));

        let (reimbursed, self_pay) = plain::outpatient(&p);
        let facts = policies
            .facts("reimburse")
            .unwrap()
            .set("hospital_level", i64::from(p.level))
            .set("age", Years(u32::from(p.age)))
            .set("cost", Money::fen(i64::from(p.cost)))
            .set("paid_deductible", Money::fen(i64::from(p.paid_deductible)))
            .build()
            .unwrap();
        let got = ask(&policies, &p, "reimburse", &facts, &["reimbursed", "self_pay"]);
        assert_eq!(got, [money(reimbursed), money(self_pay)], "{}", shown(&p));

        let (pooled, personal, waiting, credited) = plain::transfer(&p);
        let facts = policies
            .facts("transfer")
            .unwrap()
            .set("gap", Months(u32::from(p.gap.unsigned_abs())))
            .set("actual", Months(u32::from(p.actual.unsigned_abs())))
            .build()
            .unwrap();
        let decision = format!("transfer {}->{}", words::SCHEMES[usize::from(p.from)], words::SCHEMES[usize::from(p.to)]);
        let got = ask(&policies, &p, &decision, &facts, &["pooled_balance", "personal_balance", "waiting", "credited"]);
        let wanted = [
            words::POOLED[usize::from(pooled)].to_string(),
            words::PERSONAL[usize::from(personal)].to_string(),
            months(waiting),
            months(credited),
        ];
        assert_eq!(got, wanted, "{}", shown(&p));
    }
}

/// Each row's values by the plan, in columns and one by one.
fn in_columns(
    policies: &Policies,
    decision: &str,
    outcomes: &[&str],
    persons: &[Person],
    fact: impl Fn(&Person, &str) -> i64,
) -> Vec<Vec<i64>> {
    let regions = words::REGIONS.map(|r| policies.region(r).unwrap());
    let (id, _) = policies.decision(decision).unwrap();
    let wanted: Vec<_> = outcomes.iter().map(|o| policies.outcome(id, o).unwrap()).collect();
    let prepared = policies.prepare(&regions, id, &wanted, Date::new(2026, 1, 1).unwrap());
    let inputs = ["gender", "age", "actual", "deemed", "wage", "hospital_level", "cost", "paid_deductible", "gap"];
    let name = |slot: &Slot| match slot {
        Slot::Arg(0) => "origin",
        Slot::Arg(_) => "target",
        Slot::Input(i) => inputs.iter().copied().find(|n| policies.input(id, n) == Some(*i)).unwrap(),
    };
    let told: Vec<Vec<i64>> = prepared.slots().iter().map(|s| persons.iter().map(|p| fact(p, name(&s.slot))).collect()).collect();
    let columns: Vec<_> = told.iter().map(|c| Some(Column { lane: Lane::I64(c), told: None })).collect();
    let region: Vec<u8> = persons.iter().map(|p| p.region).collect();
    let rows = Rows { len: persons.len(), region: Lane::U8(&region), columns: &columns };
    let (mut scratch, mut answers) = (prepared.scratch(), Answers::default());
    prepared.run(&rows, Wanted::Values, &mut scratch, &mut answers);
    let mut one = vec![One::default(); outcomes.len()];
    for (i, p) in persons.iter().enumerate() {
        let slots: Vec<Option<i64>> = told.iter().map(|c| Some(c[i])).collect();
        prepared.ask(&mut scratch, usize::from(p.region), &slots, Wanted::Values, &mut one);
        for (one, column) in one.iter().zip(&answers.outcomes) {
            assert_eq!((one.state, State::of(column.states[i])), (State::Decided, State::Decided), "{}", shown(p));
            assert_eq!(Some(one.value), column.values.lane().get(i), "{}", shown(p));
        }
    }
    (0..persons.len()).map(|i| answers.outcomes.iter().map(|g| g.values.lane().get(i).unwrap()).collect()).collect()
}

#[test]
fn columns_give_what_hand_written_rust_gives() {
    let policies = policies();
    let persons: Vec<Person> = persons(cases(1_200)).collect();
    let fact = |p: &Person, name: &str| match name {
        "origin" => i64::from(p.from),
        "target" => i64::from(p.to),
        "gender" => i64::from(p.gender),
        // A plan holds years in months and money in fen.
        "age" => i64::from(p.age) * 12,
        "actual" => i64::from(p.actual),
        "deemed" => i64::from(p.deemed),
        "wage" => i64::from(p.base),
        "hospital_level" => i64::from(p.level),
        "cost" => i64::from(p.cost),
        "paid_deductible" => i64::from(p.paid_deductible),
        _ => i64::from(p.gap),
    };
    let retired = in_columns(&policies, "retire", &["shortage", "lump_sum", "outcome"], &persons, fact);
    let treated = in_columns(&policies, "reimburse", &["reimbursed", "self_pay"], &persons, fact);
    let moved = in_columns(&policies, "transfer", &["pooled_balance", "personal_balance", "waiting", "credited"], &persons, fact);
    for (i, p) in persons.iter().enumerate() {
        let (shortage, lump, outcome) = plain::retirement(p);
        assert_eq!(retired[i], [i64::from(shortage), lump, i64::from(outcome)], "{}", shown(p));
        let (reimbursed, self_pay) = plain::outpatient(p);
        assert_eq!(treated[i], [i64::from(reimbursed), i64::from(self_pay)], "{}", shown(p));
        let (pooled, personal, waiting, credited) = plain::transfer(p);
        assert_eq!(moved[i], [pooled, personal, waiting, credited].map(i64::from), "{}", shown(p));
    }
}

fn shown(p: &Person) -> String {
    format!(
        "region {} gender {} age {} {}->{} level {} cost {} paid {} actual {} deemed {} gap {} base {}",
        p.region, p.gender, p.age, p.from, p.to, p.level, p.cost, p.paid_deductible, p.actual, p.deemed, p.gap, p.base
    )
}

#[test]
fn a_decision_is_asked_by_its_name_although_the_standard_vocabulary_has_one_of_that_name() {
    let policies = policies();
    let used = policies.decision("transfer resident->employee").unwrap();
    assert!(policies.input(used.0, "gap").is_some() && policies.outcome(used.0, "waiting").is_some());
    // It is the one of the benchmark's vocabulary, which knows no flexible workers.
    assert!(policies.decision("transfer flexible->employee").is_err());

    // Where both are spoken about, neither is meant by the name alone.
    let text = std::fs::read_to_string("benches/policies/transfer.pol").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pol"), text).unwrap();
    std::fs::write(
        folder.path().join("b.pol"),
        "source 通知 \"通知\" < kind = notice published = 2024 >\nregion 西宁 per 通知 < transfer: waiting = 3 months >\n",
    )
    .unwrap();
    let both = Policies::load(&[folder.path().to_path_buf()]);
    assert!(!both.has_errors(), "{:?}", both.diagnostics());
    let refused = both.decision("transfer resident->employee").unwrap_err();
    assert!(refused.to_string().contains("several vocabularies: medical_insurance, transfer_bench"), "{refused}");
}
