//! In: facts as Rust values. Out: whether they mean what the same JSON means, and what is said when they are wrong. Never here: JSON documents (`tests/input.rs`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

use polc::facts::{Days, Money, Months, NONE, Rate, Record, WorkingDays, YearMonth, Years};
use polc::{Date, Facts, Policies, input};

const VOCABULARY: &str = r#"
vocabulary lab <
  enum colour < red 红 | blue >
  record thing < kind: colour   seen: date or none   weight: number >
  input a: days   input b: working days   input c: months   input d: years   input e: money   input f: money per month
  input g: rate   input h: points   input i: count in 0..10   input j: boolean   input k: text   input l: month   input m: date or none
  input n: colour   input o: list of colour   input p: list of thing   input q: thing   input r: region
  decision x < y: days >
>
"#;

fn policies() -> Policies {
    let policies = Policies::from_text("lab.pol", VOCABULARY);
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics());
    policies
}

fn thing() -> Record {
    Record::new().set("kind", "红").set("seen", NONE).set("weight", "2.5")
}

#[test]
fn every_type_means_what_the_same_json_means() {
    let policies = policies();
    let told = policies
        .facts("x")
        .unwrap()
        .set("a", Days(30))
        .set("b", WorkingDays(10))
        .set("c", Months(2))
        .set("d", Years(3))
        .set("e", Money::fen(-5))
        .set("f", Money::yuan(80).unwrap())
        .set("g", Rate::percent(70))
        .set("h", "10 points")
        .set("i", 7)
        .set("j", true)
        .set("k", String::from("an\u{0}y \"text\""))
        .set("l", YearMonth::new(2025, 2).unwrap())
        .set("m", NONE)
        .set("n", "红")
        .set("o", vec!["blue", "red"])
        .set("p", [thing(), thing().set("seen", Date::new(2024, 2, 29).unwrap())])
        .set("q", thing())
        .set("r", "西宁")
        .build()
        .unwrap();
    let json = r#"{
        "a": 30, "b": "10 working days", "c": "2 months", "d": "3 years", "e": "-¥0.05", "f": "¥80/month", "g": "70%", "h": "10 points", "i": 7, "j": true,
        "k": "an\u0000y \"text\"", "l": "2025-02", "m": "none", "n": "red", "o": ["red", "blue"],
        "p": [{"kind": "red", "seen": "none", "weight": 2.5}, {"kind": "red", "seen": "2024-02-29", "weight": 2.5}],
        "q": {"kind": "red", "seen": "none", "weight": 2.5}, "r": "西宁"
    }"#;
    let json = json.replace("\"-¥0.05\"", "-0.05");
    assert_eq!(told, input::facts_from_json(&policies, policies.decision("x").unwrap().0, &json, "x.json").unwrap());
    assert_eq!(told.iter().count(), 18);
}

#[test]
fn what_serialises_is_told_field_by_field() {
    #[derive(serde::Serialize)]
    struct Person {
        i: Option<u8>,
        n: &'static str,
        c: Option<u32>,
    }
    let policies = policies();
    let told = policies.facts("x").unwrap().all_of(&Person { i: Some(3), n: "blue", c: None }).unwrap().set("j", false).build().unwrap();
    assert_eq!(told, policies.facts("x").unwrap().set("i", 3).set("n", "blue").set("j", false).build().unwrap());
    assert!(policies.facts("x").unwrap().all_of(&[1, 2]).is_err(), "a list names no inputs");
    assert_eq!(policies.facts("x").unwrap().build().unwrap(), Facts::new());
}

#[test]
fn everything_wrong_is_told_at_once() {
    let policies = policies();
    let wrong = policies
        .facts("x")
        .unwrap()
        .set("a", Months(1))
        .set("i", 11)
        .set("colour", "red")
        .set("n", "green")
        .set("j", true)
        .set("j", true)
        .set("p", [Record::new().set("kind", "red")])
        .set("e", Rate::permille(5))
        .build()
        .unwrap_err();
    insta::assert_snapshot!(wrong.to_string());
}

#[test]
fn dates() {
    assert_eq!(Date::new(2024, 2, 29).unwrap().to_string(), "2024-02-29");
    assert!(Date::new(2025, 2, 29).is_none() && YearMonth::new(2025, 13).is_none() && Money::yuan(i64::MAX).is_none());
    for wrong in ["2025", "2025-01", "2025-1-01", "2025-02-30", "", "+025-01-01", "2025-01-01 "] {
        assert!(wrong.parse::<Date>().is_err(), "{wrong}");
    }
    assert_eq!(Date::from_days(0).unwrap(), Date::new(1970, 1, 1).unwrap());
    assert!(Date::from_days(i64::MAX).is_none());
    let json = serde_json::to_string(&Date::new(1, 1, 1).unwrap()).unwrap();
    assert_eq!(json, "\"0001-01-01\"");
    assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), Date::new(1, 1, 1).unwrap());
    assert!(serde_json::from_str::<Date>("\"0000-01-01\"").is_err());
}
