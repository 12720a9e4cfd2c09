//! In: random policies so small that every person can be asked, and larger ones with a planted contradiction. Out: whether `polc check` finds what asking everybody finds, and nothing else. Never here: one finding's text (`tests/cases`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic, clippy::string_slice)] // a test may fail loudly

mod support;

use polc::diagnostics::Diagnostic;
use polc::eval::Status;
use polc::source::Span;
use polc::{Analyse, Date, Detail, Facts, Moment, Policies, Question};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use support::random::{self, Dice};
use support::{Folder, polc};

/// The id of the statement at a place.
fn id(p: &Policies, span: Span) -> String {
    let text = p.sources().snippet(span);
    let after = text.split('#').nth(1).unwrap_or_else(|| panic!("no id in {text}"));
    after.chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// The ids that a finding is about.
fn ids(p: &Policies, d: &Diagnostic) -> BTreeSet<String> {
    d.span().into_iter().chain(d.related.iter().map(|l| l.span)).map(|s| id(p, s)).collect()
}

/// Days on either side of everything that begins or ends in small policies, and what may have been known.
fn moments() -> Vec<Moment> {
    let day = |y, m, d| Date::new(y, m, d).unwrap().days();
    let mut out = Vec::new();
    for on in [day(2023, 6, 1), day(2024, 6, 1), day(2025, 6, 1), day(2026, 6, 1)] {
        for known in [None, Some(day(2021, 1, 1))] {
            out.push(Moment { on, known });
        }
    }
    out
}

/// Everybody, as far as the text tells people apart.
fn everybody(p: &Policies, text: &str) -> Vec<Facts> {
    let rules = &text[random::SMALL.len()..];
    let decision = p.decision("d left").unwrap().0;
    let mut out = vec![Facts::new()];
    for (name, count) in [("n", 10), ("m", 10), ("flag", 2), ("hue", 3)] {
        let used = rules.split(|c: char| !c.is_alphanumeric()).any(|w| w == name);
        let input = p.input(decision, name).unwrap();
        let tell = |facts: &Facts, v: u64| {
            let mut facts = facts.clone();
            facts.tell(input, random::fact(if name == "m" { "n" } else { name }, v));
            facts
        };
        out = out.iter().flat_map(|f| (0..if used { count } else { 1 }).map(|v| tell(f, v)).collect::<Vec<_>>()).collect();
    }
    out
}

/// What asking everybody finds.
#[derive(Default)]
struct Asked {
    /// The statements that contradict each other, for somebody.
    faults: BTreeSet<BTreeSet<String>>,
    /// Outcomes and regions in which somebody has no answer, who lacks it for no other outcome's sake.
    gaps: BTreeSet<(String, String)>,
    /// The same, whatever it is for the sake of.
    lacks: BTreeSet<(String, String)>,
    /// Statements that some answer rests on.
    used: BTreeSet<String>,
}

fn ask(p: &Policies, text: &str) -> Asked {
    let mut out = Asked::default();
    let people = everybody(p, text);
    for region in ["top", "low"] {
        for head in ["d left", "d right", "e left", "e right"] {
            let (decision, args) = p.decision(head).unwrap();
            let place = p.region(region).unwrap();
            for facts in &people {
                let mut status: BTreeMap<(String, i64), Status> = BTreeMap::new();
                let ask = |decision, args: &[Option<u16>], moment| {
                    p.answer(&Question { region: place, decision, args: args.to_vec(), moment }, facts, Detail::default())
                };
                for moment in moments() {
                    for o in ask(decision, &args, moment).outcomes {
                        for a in &o.alternatives {
                            let rules: BTreeSet<String> = a.rules.iter().flat_map(|r| r.ids.iter().map(ToString::to_string)).collect();
                            out.used.extend(rules.iter().cloned());
                            if a.failure.as_ref().is_some_and(|f| matches!(f.code.as_deref(), Some("E0803" | "E0808"))) {
                                out.faults.insert(rules);
                            }
                        }
                        if moment.known.is_none() {
                            status.insert((o.outcome.clone(), moment.on), o.status);
                        }
                    }
                }
                for (outcome, days) in by_outcome(&status) {
                    let lacks = |i: usize| days[i] == Status::NoRule;
                    let gap = (0..days.len()).any(|i| {
                        let (before, after) = ((0..i).any(|j| !lacks(j)), (i + 1..days.len()).any(|j| !lacks(j)));
                        lacks(i) && before == after
                    });
                    if gap && spoken_of(p, text, region, &outcome) {
                        let key = (outcome.clone(), region.to_string());
                        let base = if outcome == "wait" { p.decision(&head.replace('d', "e")).ok() } else { None };
                        let for_base = base.is_some_and(|(d, a)| {
                            moments().into_iter().any(|m| ask(d, &a, m).outcomes.iter().any(|o| o.status == Status::NoRule))
                        });
                        out.lacks.insert(key.clone());
                        if !for_base {
                            out.gaps.insert(key);
                        }
                    }
                }
            }
        }
    }
    out
}

fn by_outcome(status: &BTreeMap<(String, i64), Status>) -> BTreeMap<String, Vec<Status>> {
    let mut out: BTreeMap<String, Vec<Status>> = BTreeMap::new();
    for ((o, _), s) in status {
        out.entry(o.clone()).or_default().push(*s);
    }
    out
}

/// Whether a region, or the one above, says something about an outcome.
fn spoken_of(p: &Policies, text: &str, region: &str, outcome: &str) -> bool {
    let _ = p;
    let mut here = "";
    text[random::SMALL.len()..].lines().any(|l| {
        if let Some(rest) = l.strip_prefix("region ") {
            here = if rest.starts_with("top") { "top" } else { "low" };
        }
        l.contains(&format!("{outcome} = ")) && (here == "top" || region == "low")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(10), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn check_finds_what_asking_everybody_finds_and_nothing_else(seed in any::<u64>()) {
        let text = random::small(&mut Dice(seed));
        let p = random::load(&text);
        let found = p.analyse(&Analyse::default());
        let asked = ask(&p, &text);
        let of = |codes: &[&str]| found.iter().filter(|d| codes.contains(&d.code.id)).collect::<Vec<_>>();
        let undecided = of(&["N0612"]);
        let pairs: Vec<BTreeSet<String>> = of(&["E0604", "E0605", "E0607"]).iter().map(|d| ids(&p, d)).collect();
        let open: Vec<BTreeSet<String>> = undecided.iter().map(|d| ids(&p, d)).collect();
        for fault in &asked.faults {
            prop_assert!(pairs.iter().chain(&open).any(|pair| pair.is_subset(fault)), "nobody was told of {fault:?}: {pairs:?}\n{text}");
        }
        for pair in &pairs {
            prop_assert!(asked.faults.iter().any(|fault| pair.is_subset(fault)), "nobody meets {pair:?}: {found:?}\n{text}");
        }
        let gaps: Vec<&str> = of(&["W0608"]).iter().map(|d| d.message.as_str()).collect();
        for (outcome, region) in &asked.gaps {
            let told = gaps.iter().any(|g| g.contains(&format!(".{outcome}`")));
            let left_open = undecided.iter().any(|d| d.message.contains(&format!(".{outcome}`")));
            prop_assert!(told || left_open, "nobody was told that `{outcome}` lacks answers in {region}: {gaps:?}\n{text}");
        }
        for gap in &gaps {
            let real = asked.lacks.iter().any(|(o, r)| gap.contains(&format!(".{o}` has no answer for some people in {r}")));
            prop_assert!(real, "everybody has an answer: {gap}\n{text}");
        }
        for d in of(&["W0603"]) {
            let dead = id(&p, d.span().unwrap());
            prop_assert!(!asked.used.contains(&dead), "{dead} gives somebody an answer\n{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(200), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn planted_contradictions_are_all_found(seed in any::<u64>()) {
        let dice = &mut Dice(seed);
        let mut text = random::render(&random::blocks(dice));
        // Two conditions that one person meets: each says something true of them.
        let (n, span, flag, hue) = (dice.roll(10), dice.roll(10), dice.chance(50), dice.pick(&["red", "green", "blue", "grey"]));
        let truth = |d: &mut Dice| match d.roll(5) {
            0 => format!("n >= {}", d.roll(n + 1)),
            1 => format!("span <= {} months", span + d.roll(10 - span)),
            2 => if flag { "flag" } else { "not flag" }.to_string(),
            3 => format!("hue = {hue}"),
            _ => format!("n <= {} and (span >= {span} months or not other)", n + d.roll(10 - n)),
        };
        let (one, two) = (truth(dice), truth(dice));
        let period = |d: &mut Dice| d.pick(&["", " from 2024", " from 2025 until 2025", " until 2030"]).to_string();
        let (head, other) = (dice.pick(&["d left", "d right", "d"]), dice.pick(&["d", "d left|right"]));
        let (p1, p2) = (period(dice), period(dice));
        text.push_str(&format!("region low <\n  {head}: when {one}: wait = 17 months per law1{p1} #P1\n>\n"));
        text.push_str(&format!("region low <\n  {other}: when {two}: wait = 19 months per law2{p2} #P2\n>\n"));
        let p = random::load(&text);
        let found = p.analyse(&Analyse::default());
        let told = found.iter().filter(|d| ["E0604", "E0607"].contains(&d.code.id)).any(|d| ids(&p, d) == ["P1".to_string(), "P2".to_string()].into());
        prop_assert!(told, "{:?}\n{text}", found.iter().map(|d| &d.message).collect::<Vec<_>>());
    }
}

const LAB: &str = r#"
use lab
vocabulary lab < input pay: money in ¥0..1000   input share: rate in 0%..100%   decision x < fee: money   days: days > >
source law "law" < kind = law   published = 2020-01-01 >
source old "old law" < kind = law   published = 2019-01-01 >
region mid in 全国 <
"#;

#[test]
fn what_has_ended_is_told_of_a_day_only() {
    let folder = Folder::with(format!(
        "{LAB}  x per old: days = 1 day until 2022\n  x per law: fee = ¥1 until 2022\n  x per law: fee = ¥2 from 2023\n>\n"
    ));
    polc(folder.path(), &["check"]).ends(0);
    polc(folder.path(), &["check", "--on", "2022-12-31"]).ends(0);
    let run = polc(folder.path(), &["check", "--on", "2023-01-01"]).ends(0).says(&["W0609", "W0610", "W0611", "x.days"]);
    assert!(!run.err.contains("x.fee"), "what is followed by another has not ended:\n{}", run.err);
    polc(folder.path(), &["check", "--on", "2023-01-01", "--deny", "warnings"]).ends(1);
    polc(folder.path(), &["check", "--on", "someday"]).ends(2).says(&["--on"]);
}

#[test]
fn what_cannot_be_decided_is_said() {
    // Somebody would have to find a product of two facts that is a prime beyond their bounds.
    let folder = Folder::with(format!(
        "{LAB}  x per law: when pay * share + pay * share * share > ¥1999 and pay * share < ¥999: days = 1 day\n  x per law: when pay * share > ¥998: days = 2 days\n  x per law: default days = 3 days\n  x per law: fee = ¥1\n>\n"
    ));
    let run = polc(folder.path(), &["check"]).ends(0).says(&["N0612", "undecided", "days"]);
    assert!(run.err.trim_end().ends_with("; 1 undecided"), "{}", run.err);
    let json: serde_json::Value = serde_json::from_str(&polc(folder.path(), &["check", "--format", "json"]).ends(0).out).unwrap();
    assert_eq!((&json["summary"]["undecided"], &json["summary"]["errors"]), (&1.into(), &0.into()));
}

#[test]
fn machine_formats_name_both_places() {
    let folder = Folder::with(format!(
        "{LAB}  x per law: when pay > ¥5: days = 1 day\n  x per law: when pay < ¥7: days = 2 days\n  x per law: fee = ¥1\n>\n"
    ));
    let json: serde_json::Value = serde_json::from_str(&polc(folder.path(), &["check", "--format", "json"]).ends(1).out).unwrap();
    let d = json["diagnostics"].as_array().unwrap().iter().find(|d| d["code"] == "E0607").unwrap();
    assert_eq!(
        (d["code"].as_str(), d["start"]["line"].as_u64(), d["related"][0]["start"]["line"].as_u64()),
        (Some("E0607"), Some(8), Some(7))
    );
    assert!(d["message"].as_str().unwrap().contains("pay = ¥5.01"), "{d}");
    let sarif: serde_json::Value = serde_json::from_str(&polc(folder.path(), &["check", "--format", "sarif"]).ends(1).out).unwrap();
    let result = sarif["runs"][0]["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == "E0607").unwrap();
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 7);
    assert!(polc(folder.path(), &["check", "--format", "github"]).ends(1).out.contains("x.pol:7: gives 1 day"));
}
