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
    /// Outcomes and regions in which a lower bound lies above an upper one for somebody.
    crossed: BTreeSet<(String, String)>,
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
                            if a.failure.as_ref().is_some_and(|f| f.code.as_deref() == Some("E0804")) {
                                out.crossed.insert((o.outcome.clone(), region.to_string()));
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
        let said = [format!("{outcome} = "), format!("{outcome} at ")].iter().any(|s| l.contains(s));
        said && (here == "top" || region == "low")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(10), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn check_finds_what_asking_everybody_finds_and_nothing_else(seed in any::<u64>()) {
        let text = random::small(&mut Dice(seed));
        let p = load(&text);
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
        let crossings: Vec<&str> = of(&["E0804"]).iter().map(|d| d.message.as_str()).collect();
        for (outcome, region) in &asked.crossed {
            // Who reads a value that has crossing bounds has the same error, and is told of it there.
            let here = |o: &str| crossings.iter().any(|c| c.contains(&format!(".{o}` has a lower bound")));
            let told = here(outcome) || (outcome == "wait" && here("base"));
            prop_assert!(told || !undecided.is_empty(), "nobody was told that bounds of `{outcome}` cross in {region}: {crossings:?}\n{text}");
        }
        for c in &crossings {
            let real = asked.crossed.iter().any(|(o, r)| c.contains(&format!(".{o}` has a lower bound above its upper bound in {r}")));
            prop_assert!(real, "nobody meets it: {c}\n{text}");
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
        let p = load(&text);
        let found = p.analyse(&Analyse::default());
        let told = found.iter().filter(|d| ["E0604", "E0607"].contains(&d.code.id)).any(|d| ids(&p, d) == ["P1".to_string(), "P2".to_string()].into());
        prop_assert!(told, "{:?}\n{text}", found.iter().map(|d| &d.message).collect::<Vec<_>>());
    }
}

/// Policies of these texts alone: without the standard vocabulary many can be tried.
fn load(text: &str) -> Policies {
    let p = polc::internals::bare(&[("random.pol", text)]);
    let form = |d: &&Diagnostic| ["E00", "E01", "E02", "E03"].iter().any(|c| d.code.id.starts_with(c)) && d.code.id != "E0212";
    let broken: Vec<_> = p.diagnostics().iter().filter(form).collect();
    assert!(broken.is_empty(), "the generator writes what is not well formed: {broken:?}\n{text}");
    p
}

/// What planted gaps are about.
const PLANTED: &str = r#"
use lab
vocabulary lab <
  enum hue < red | green | blue >
  enum side < left | right >
  input n: count in 0..40
  input flag: boolean
  input hue: hue
  decision g (side) < all: months   some: months partial >
>
source law1 "law one" < kind = law   published = 2020 >
source law2 "law two" < kind = notice   published = 2024-06 >
region top < >
region mid in top < >
region low in mid < >
"#;

/// Statements that answer everybody with such a number, in one of the ways that policies do.
fn answering(d: &mut Dice, outcome: &str, on: &str) -> Vec<String> {
    let law = d.pick(&["law1", "law2"]).to_string();
    let months = d.roll(9);
    let one = |head: &str, more: &str, period: &str| format!("{head}: when {on}{more}: {outcome} = {months} months per {law}{period}");
    match d.roll(7) {
        0 => vec![one("g", " and flag", ""), one("g", " and not flag", "")],
        1 => vec![one("g left", "", ""), one("g right", "", "")],
        2 => vec![format!("{}\n    except when hue = red: {outcome} = 40 months", one("g", "", ""))],
        3 => vec![one("g", "", " until 2023"), one("g", "", " from 2024")],
        4 => vec![one("g", " and hue = red", ""), one("g", " and hue in [green, blue]", "")],
        5 => vec![format!("g: when {on}: default {outcome} = {months} months per {law}")],
        _ => vec![one("g", "", "")],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(200), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn planted_gaps_are_all_found_and_no_others(seed in any::<u64>()) {
        let d = &mut Dice(seed);
        let (outcome, code) = if d.chance(50) { ("all", "W0608") } else { ("some", "N0613") };
        let mut cuts: BTreeSet<u64> = (0..3 + d.roll(4)).map(|_| 1 + d.roll(39)).collect();
        cuts.extend([0, 41]);
        let cuts: Vec<u64> = cuts.into_iter().collect();
        let parts: Vec<(u64, u64)> = cuts.windows(2).map(|w| (w[0], w[1])).collect();
        if parts.len() < 3 {
            return Ok(());
        }
        let hole = 1 + usize::try_from(d.roll(parts.len() as u64 - 2)).unwrap();
        let region = d.pick(&["top", "mid", "low"]).to_string();
        let on = |(from, to): (u64, u64)| if to > 40 { format!("n >= {from}") } else { format!("n >= {from} and n < {to}") };
        let (mut whole, mut missing) = (Vec::new(), Vec::new());
        for (i, part) in parts.iter().enumerate() {
            let lines = answering(d, outcome, &on(*part));
            whole.extend(lines.clone());
            if i != hole {
                missing.extend(lines);
                continue;
            }
            // Nobody in it is answered, or only some are.
            let rest = |head: &str, more: &str| format!("{head}: when {}{more}: {outcome} = 7 months per law1", on(*part));
            match d.roll(4) {
                0 => missing.push(rest("g", " and flag")),
                1 => missing.push(rest("g", " and hue != green")),
                2 => missing.push(rest("g right", "")),
                _ => {}
            }
        }
        for (lines, planted) in [(whole, false), (missing, true)] {
            let mut lines = lines;
            d.shuffle(&mut lines);
            let text = format!("{PLANTED}region {region} <\n  {}\n>\n", lines.join("\n  "));
            let found = load(&text).analyse(&Analyse::default());
            let told: Vec<&str> = found.iter().filter(|f| f.code.id == code).map(|f| f.message.as_str()).collect();
            prop_assert_eq!(told.len(), usize::from(planted), "{:?}\n{}", found.iter().map(|f| &f.message).collect::<Vec<_>>(), text);
            if let Some(message) = told.first() {
                let n = message.split("n = ").nth(1).map_or(0, |t| t.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap());
                let (from, to) = parts[hole];
                prop_assert!((from..to).contains(&n), "{} is not in the hole {:?}\n{}", message, parts[hole], text);
            }
        }
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
    // Whether anybody meets the conditions of the first, and whether the two contradict each other.
    assert!(run.err.trim_end().ends_with("; 2 undecided"), "{}", run.err);
    let json: serde_json::Value = serde_json::from_str(&polc(folder.path(), &["check", "--format", "json"]).ends(0).out).unwrap();
    assert_eq!((&json["summary"]["undecided"], &json["summary"]["errors"]), (&2.into(), &0.into()));
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

/// What `polc check` finds in statements of one decision about counts `a` and `b` up to 10, in source order: codes and messages.
fn counted(statements: &str) -> Vec<(String, String)> {
    let text = format!(
        "use lab\nvocabulary lab < input a: count in 0..10 input b: count in 0..10 decision x < days: days n: count fee: money partial > decision y < k: days > >\n\
         source law \"law\" < kind = law published = 2020-01-01 >\nregion top in 全国 per law < >\nregion mid in top per law <\n  x < default days = 3 days default n = 3 >\n  y: k = 3 days\n  x: when a + b = 3: fee = ¥1\n{statements}\n>\n"
    );
    let policies = Policies::from_text("x.pol", &text);
    let found = policies.analyse(&Analyse::default());
    found.iter().map(|d| (d.code.id.to_string(), d.message.clone())).collect()
}

#[test]
fn sums_that_exclude_each_other_are_found_by_search() {
    for (condition, code) in [
        ("a + b >= 5 and a + b < 3", "E0601"),
        ("a + b > 20", "E0601"),
        ("a - b > 9 and a + b > 12", "E0601"),
        ("a + b >= 0", "W0602"),
        ("a + b <= 20", "W0602"),
    ] {
        let found = counted(&format!("  x: when {condition}: days = 1 day"));
        assert!(found.iter().any(|(c, _)| c == code), "{condition}: {found:?}");
    }
    // Two conditions one inside the other, and what can be met.
    let found = counted("  x: when a + b >= 5: <\n    when a + b < 3: days = 1 day\n  >");
    assert!(found.iter().any(|(c, m)| c == "E0601" && m.contains("together")), "{found:?}");
    for fine in ["a + b >= 5 and a + b < 6", "a + b > 19", "a * b >= 100", "a - b > 9 and a + b > 9"] {
        let found = counted(&format!("  x: when {fine}: days = 1 day"));
        assert!(found.is_empty(), "{fine}: {found:?}");
    }
    // 97 is no product of two numbers up to 10; whether there is somebody cannot be told, and is not passed over.
    let found = counted("  x: when a * b = 97: days = 1 day");
    assert!(found.iter().any(|(c, m)| c == "N0612" && m.contains("whether anybody")), "{found:?}");
}

#[test]
fn bounds_that_cross_are_shown_by_a_person() {
    let crossed = |s: &str| counted(s).into_iter().find(|(c, _)| c == "E0804").map(|(_, m)| m);
    let message = crossed("  x: n at least 5\n  x: when a <= 4: n at most 3").unwrap();
    assert!(message.contains("x.n") && message.contains("a = 0"), "{message}");
    let message = crossed("  x: n at least a + b\n  x: n at most 15").unwrap();
    assert!(message.contains("a = ") && message.contains("b = "), "{message}");
    assert_eq!(crossed("  x: when a > 4: n at least 5\n  x: when a <= 4: n at most 3"), None);
    assert_eq!(crossed("  x: n at least a\n  x: n at most 10"), None);
    assert_eq!(crossed("  x: n at least 5 until 2022\n  x: n at most 3 from 2023"), None);
    assert!(crossed("  x: n at least 5 until 2022\n  x: n at most 3 from 2022").unwrap().contains("on 2022-"));
    // One of them above, and a value that starts afresh below it.
    let message = crossed("  x: fee at most ¥2\n>\nregion top <\n  x: fee = ¥1\n  x: when a > 8: fee at least ¥4").unwrap();
    assert!(message.contains("in mid") && message.contains("a = 9"), "{message}");
    assert_eq!(crossed("  x: n at most 2\n>\nregion top <\n  x: n = 1\n  x: n at least 4"), None, "a deeper `=` starts afresh");
}

#[test]
fn statements_that_read_what_never_comes_out_are_dead() {
    let dead = |s: &str| counted(s).into_iter().filter(|(c, _)| c == "W0603").count();
    assert_eq!(dead("  x: when y.k > 4 days: n = 5"), 1);
    assert_eq!(dead("  x: when y.k > 2 days and a > 3: n = 5"), 0);
    // A region below gives it another value.
    assert_eq!(dead("  x: when y.k > 4 days: n = 5\n>\nregion low in mid per law <\n  y: k = 9 days"), 0);
}

#[test]
fn a_hole_in_an_outcome_that_may_be_silent_is_a_note() {
    let folder = Folder::with(format!(
        "{LAB}  x per law: fee = ¥1\n  x per law: days = 1 day\n>\nvocabulary lab < decision z < cap: money partial > >\n\
         region mid < z per law: when pay <= ¥3: cap = ¥1\n  z per law: when pay > ¥6: cap = ¥2 >\n"
    ));
    let run = polc(folder.path(), &["check"]).ends(0).says(&[
        "N0613",
        "z.cap",
        "pay = ¥3.01",
        "answers with pay = ¥3\n",
        "answers with pay = ¥6.01",
    ]);
    assert!(!run.err.contains("undecided"), "{}", run.err);
    // Nothing below or above is no hole, nor is what a region above answers.
    let holes = |s: &str| counted(s).into_iter().filter(|(c, _)| c == "N0613").count();
    assert_eq!(holes("  y: when a > 3 and a < 6: k = 3 days"), 0);
    assert_eq!(holes(">\nregion low in mid per law <\n  x: when a < 2: fee = ¥1\n  x: when a > 7: fee = ¥1"), 1);
    assert_eq!(holes("  x: fee = ¥1\n>\nregion low in mid per law <\n  x: when a < 2: fee = ¥1\n  x: when a > 7: fee = ¥1"), 0);
}

#[test]
fn an_end_that_cannot_be_told_is_told() {
    let folder = Folder::with(format!(
        "{LAB}  x per law: when pay * share > ¥997 and pay * share < ¥998: days = 1 day until 2022\n  x per law: fee = ¥1\n>\n"
    ));
    polc(folder.path(), &["check", "--on", "2023-01-01"]).ends(0).says(&["N0612", "is still answered after 2022-12-31 could not be told"]);
}

/// Policies that take long to check: products of two facts, which only trying decides.
fn slow() -> Folder {
    let rule = |i: u32| {
        format!("  x per law: when pay * share > ¥{} and pay * share < ¥{}.01: days = {i} days\n", 500 + i, 500 + i)
            + &format!(
                "  x per law: when pay * share * share > ¥{} and pay * share * share < ¥{}.01: days = {} days\n",
                400 + i,
                400 + i,
                100 + i
            )
    };
    Folder::with(format!("{LAB}{}>\n", (1..40).map(rule).collect::<String>()))
}

/// Whoever interrupts it sees no report that looks whole, and the signal's own end.
#[cfg(unix)]
#[test]
fn an_interrupted_check_reports_nothing() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};
    let folder = slow();
    for format in ["human", "json", "sarif", "github"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polc"));
        command.current_dir(folder.path()).args(["check", "--format", format]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.signal(), ended.status.code()), (Some(2), None), "{format}");
        assert!(ended.stdout.is_empty() && ended.stderr.is_empty(), "{format}: {ended:?}");
    }
}

/// On a terminal a long search says how far it is; `script` gives it a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_long_check_says_how_far_it_is_on_a_terminal() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let folder = slow();
    let line = format!("'{}' check", env!("CARGO_BIN_EXE_polc"));
    let started = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    // Without `script` there is no terminal to try it on.
    let Ok(mut child) = started else { return };
    let (mut seen, mut piece) = (String::new(), [0u8; 256]);
    let mut out = child.stdout.take().unwrap();
    while !seen.contains("comparing rules: 0 of ") {
        let n = out.read(&mut piece).unwrap();
        assert!(n > 0, "it ended without saying how far it was: {seen}");
        seen.push_str(&String::from_utf8_lossy(&piece[..n]));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What only shows on a later day, before something was known, or by an adjustment below what is final.
#[test]
fn contradictions_on_every_axis() {
    let of = |s: &str, code: &str| counted(s).into_iter().find(|(c, _)| c == code).map(|(_, m)| m);
    let later =
        of("  x: when y.k > 4 days: n = 5\n  x: n = 6\n>\nregion low in mid per law <\n  y: k = 9 days from 2023", "E0607").unwrap();
    assert!(later.contains("in low") && later.contains("on 2023-01-01"), "{later}");
    let text = "use lab\nvocabulary lab < decision x < n: count > decision y < k: days > >\nsource law \"law\" < kind = law published = 2020-01-01 >\n\
                source late \"late\" < kind = law published = 2024-01-01 >\nregion mid in 全国 per law <\n  y: default k = 9 days\n  y: k = 3 days per late\n\
                \x20 x: when y.k > 4 days: n = 5\n  x: n = 6\n>\n";
    let found = Policies::from_text("x.pol", text).analyse(&Analyse::default());
    let known = found.iter().find(|d| d.code.id == "E0607").unwrap_or_else(|| panic!("{found:?}"));
    assert!(known.message.contains("as known on"), "{}", known.message);
    let adjusted = of("  x: when a > 8: fee += ¥1\n>\nregion top <\n  x: final fee = ¥1", "E0605").unwrap();
    assert!(adjusted.contains("adjusts `x.fee` away") && adjusted.contains("a = 9"), "{adjusted}");
    assert_eq!(of("  x: when a > 8: fee at most ¥1\n>\nregion top <\n  x: final fee = ¥1", "E0605"), None);
}
