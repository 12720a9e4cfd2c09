//! In: random policies and random persons. Out: promises that hold for all of them: order never matters, and what is not told never changes a decided answer. Never here: one construct's meaning (`tests/semantics`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use polc::OutcomeId;
use polc::eval::Status;
use polc::{Detail, Facts, Policies, Question};
use proptest::prelude::*;
use support::random::*;

/// An answer without places: what an author who moves lines must not change.
fn essence(p: &Policies, q: &Question, facts: &Facts) -> Vec<String> {
    let answer = p.answer(q, facts, Detail::default());
    answer
        .outcomes
        .iter()
        .map(|o| {
            let mut alternatives: Vec<String> = o
                .alternatives
                .iter()
                .map(|a| {
                    let mut when = a.when.clone();
                    when.sort();
                    let failure = a.failure.as_ref().map(|f| f.code.clone());
                    let rules = {
                        let mut r: Vec<_> = a.rules.iter().map(|r| r.ids.clone()).collect();
                        r.sort();
                        r
                    };
                    let agency = a.refer.as_ref().map(|r| r.agency.clone());
                    format!("{} when {when:?} {failure:?} {rules:?} {:?} {:?} {agency:?}", a.text, a.hedges, a.ids)
                })
                .collect();
            alternatives.sort();
            let mut remarks: Vec<String> =
                o.beaten.iter().chain(&o.contradicted_by).chain(&o.differs_from).map(|r| format!("{} {:?}", r.text, r.rule.ids)).collect();
            remarks.sort();
            let mut needs: Vec<&String> = o.needs.iter().map(|n| &n.input).collect();
            needs.dedup();
            format!("{} {:?} {alternatives:?} needs {needs:?} {remarks:?}", o.outcome, o.status)
        })
        .collect()
}

/// Only what a person is told: status and values.
fn told(p: &Policies, q: &Question, facts: &Facts, outcome: OutcomeId) -> (Status, Vec<String>) {
    let o = p.answer_outcome(q, facts, outcome, Detail::default());
    let mut values: Vec<String> = o
        .alternatives
        .iter()
        .map(|a| format!("{} {:?} {:?}", a.text, a.refer.as_ref().map(|r| r.agency.clone()), a.failure.as_ref().map(|f| f.code.clone())))
        .collect();
    values.sort();
    values.dedup();
    (o.status, values)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(60), failure_persistence: None, ..ProptestConfig::default() })]

    /// Promise 1: moving statements, blocks and files about changes no answer.
    #[test]
    fn order_never_matters(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let original = blocks(&mut dice);
        let mut moved = original.clone();
        for (_, _, statements) in &mut moved {
            dice.shuffle(statements);
        }
        dice.shuffle(&mut moved);
        let (a, b) = (load(&render(&original)), load(&render(&moved)));
        for head in ["d left", "d right", "d", "e left"] {
            for region in ["low", "mid", "top"] {
                let mut told = Facts::new();
                for name in INPUTS {
                    if dice.chance(60) {
                        told.tell(input(&a, name), fact(name, dice.roll(range(name))));
                    }
                }
                prop_assert_eq!(
                    essence(&a, &question(&a, region, head), &told),
                    essence(&b, &question(&b, region, head), &told),
                    "{} in {}\n{}", head, region, render(&original)
                );
            }
        }
    }

    /// Promise 3: an answer that asks for nothing more is the same whatever is told later; one that asks can still change.
    #[test]
    fn what_is_not_told_is_never_guessed(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let text = render(&blocks(&mut dice));
        let p = load(&text);
        let q = question(&p, dice.pick(&["low", "mid", "top"]), "d left");
        let mut known = Facts::new();
        let mut hidden = Vec::new();
        for name in INPUTS {
            let n = dice.roll(range(name));
            if hidden.len() < 2 && dice.chance(50) {
                hidden.push(name);
            } else {
                known.tell(input(&p, name), fact(name, n));
            }
        }
        for outcome in p.outcomes(q.decision) {
            let partial = p.answer_outcome(&q, &known, outcome, Detail::default());
            let (status, values) = told(&p, &q, &known, outcome);
            // Every way to fill in what is hidden.
            let mut persons = vec![known.clone()];
            for name in &hidden {
                persons = persons
                    .into_iter()
                    .flat_map(|f| (0..range(name)).map(move |n| (f.clone(), n)))
                    .map(|(mut f, n)| { f.tell(input(&p, name), fact(name, n)); f })
                    .collect();
            }
            let full: Vec<_> = persons.iter().map(|f| told(&p, &q, f, outcome)).collect();
            for (s, v) in &full {
                prop_assert_ne!(*s, Status::Needs, "a full person is asked for more\n{}", text);
                if status != Status::Needs {
                    prop_assert_eq!((*s, v), (status, &values), "{} for a completion of {:?}\n{}", partial.outcome, hidden, text);
                }
            }
            if status == Status::Needs {
                let first = &full[0];
                prop_assert!(full.iter().any(|x| x != first), "{} asks for {:?} although it makes no difference: {:?} with {:?}\n{}", partial.outcome, partial.needs, first, known, text);
                for need in &partial.needs {
                    prop_assert!(hidden.contains(&need.input.as_str()), "{:?} is asked for again\n{}", need, text);
                }
            }
        }
    }

    /// The same question gives the same bytes, whatever thread asks.
    #[test]
    fn answers_are_the_same_on_every_thread(seed in any::<u64>()) {
        let p = load(&render(&blocks(&mut Dice(seed))));
        let ask = || serde_json::to_string(&p.answer(&question(&p, "low", "d left"), &Facts::new(), Detail { explain: true })).unwrap();
        let first = ask();
        std::thread::scope(|s| {
            let handles: Vec<_> = (0..4).map(|_| s.spawn(ask)).collect();
            for h in handles {
                assert_eq!(h.join().unwrap(), first);
            }
        });
    }
}
