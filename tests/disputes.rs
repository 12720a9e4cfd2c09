//! In: policies whose sources contradict each other. Out: whether `polc disputes` finds each of them, once, with a case that shows it. Never here: how a dispute is answered (`tests/semantics`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

mod support;

use polc::disputes::{self, Dispute, Kind, Scope};
use polc::report::Paint;
use polc::{Detail, Moment, Policies, Question, input};
use std::path::PathBuf;
use support::{Folder, polc};

const LAB: &str = r#"
vocabulary lab <
  enum colour < red | green | blue >
  input age: years in 0..130   input member: boolean   input colour: colour   input seen: date   input pay: money in at least ¥0   input share: rate in 0%..100%
  input held: list of colour
  decision x (colour) < fee: money   free: boolean   days: days   papers: list of colour >
  never (x.free = true and x.fee > ¥0) "什么都不收,却又收费" / "Nothing is charged, and something is"
>
source law "law" < kind = law   published = 2020-01-01 >
source web1 "page" < kind = web   published = 2021 >
source web2 "another page" < kind = web   published = 2022-03 >
region top < >
region mid in top < >
region low in mid < >
"#;

fn lab(more: &str) -> Policies {
    let policies = Policies::from_text("lab.pol", &format!("use lab\n{LAB}\n{more}"));
    let errors: Vec<_> = policies.diagnostics().iter().filter(|d| d.code.id.starts_with('E')).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    policies
}

fn report(more: &str) -> String {
    disputes::text(&disputes::disputes(&lab(more), &Scope::default()), Paint::default())
}

/// Asks what a case asks; the text of each alternative.
fn replay(policies: &Policies, d: &Dispute) -> Vec<String> {
    let (decision, args) = policies.decision(&d.case.decision).unwrap();
    let mut facts = polc::Facts::new();
    for f in &d.case.facts {
        input::fact_from_setting(policies, decision, &format!("{}={}", f.input, f.value), &mut facts).unwrap();
    }
    let day = |text: &String| text.parse::<polc::Date>().unwrap().days();
    let moment = Moment { on: day(&d.case.on), known: d.case.known.as_ref().map(day) };
    let question = Question { region: policies.region(&d.region).unwrap(), decision, args, moment };
    let answer = policies.answer(&question, &facts, Detail::default());
    let outcome = answer.outcomes.iter().find(|o| o.outcome == d.outcome).unwrap();
    if d.kind == Kind::Disputed || d.kind == Kind::Forbidden {
        assert_eq!(outcome.status, polc::eval::Status::Disputed, "{d:#?}");
    }
    outcome.alternatives.iter().map(|a| a.text.clone()).collect()
}

#[test]
fn every_kind() {
    insta::assert_snapshot!(report(
        r#"
region mid <
  x per web1 < papers = [red] #L   when age >= 60 years: days = 3 days #A >
  x red per web2 < papers = [red, green] #M   when member: days = 5 days #B >
  x per web1: free = true #C
  x per web2: when pay > ¥100: fee = ¥5 #D
  x per law: when member: papers = [blue] #E
  x green per web1: days = refer "desk" #R
>
region low <
  x per web2: days = 4 days #F
  x per law: when age < 18 years: fee = ¥1 #G
  x per law: when not member: fee = ¥2 #H
>
"#
    ));
}

#[test]
fn what_only_looks_like_a_contradiction_is_none() {
    let quiet = |more: &str| {
        let found = disputes::disputes(&lab(more), &Scope::default());
        assert!(found.contradictions.is_empty() && found.undecided.is_empty(), "{more}\n{found:#?}");
    };
    // Nobody is both.
    quiet("region mid < x per web1: when age < 18 years: days = 1 day   x per web2: when age >= 18 years: days = 2 days >");
    quiet("region mid < x red per web1: days = 1 day   x green|blue per web2: days = 2 days >");
    // Never at the same time.
    quiet("region mid < x per web1 until 2020: days = 1 day   x per web2 from 2021: days = 2 days >");
    quiet("region mid < x per web1 until 2020 by seen: days = 1 day   x per web2 from 2021 by seen: days = 2 days >");
    // They agree.
    quiet("region mid < x per web1: days = 1..3 days   x per web2: days = 2 days >");
    quiet("region mid < x per web1: papers = [red, ...]   x per web2: papers = [green, ...] >");
    quiet("region mid < x per web1: days = refer >   region low < x per web2: days = 2 days >");
    // One gives way.
    quiet("region mid < x per web1: default days = 1 day   x per web2: days = 2 days >");
    quiet("region mid < x per web1: days = 1 day   except when member: days = 2 days >");
    // Neighbours.
    quiet("region other in top < x per web1: days = 1 day >   region mid < x per web2: days = 2 days >");
    // Whoever holds it holds it.
    quiet("region mid < x per web1: when red in held: days = 1 day   x per web2: when not (red in held): days = 2 days >");
    // Two numbers that are equal where both hold.
    quiet("region mid < x per web1: when pay = ¥5: fee = pay   x per web2: when pay <= ¥5: fee = ¥5 except when pay < ¥5: fee = ¥4 >");
}

#[test]
fn each_case_shows_what_it_says() {
    let policies = lab(r#"
region mid <
  x per web1 < when age in 20..30 years and colour = green and not member: days = 3 days >
  x per web2 < when age in 28..40 years and (colour != red or member): days = 5 days >
  x per web1: fee = pay + ¥5
  x per web2: when pay >= ¥10: fee = ¥20
  x per web1: when blue in held and not (red in held): papers = [red]
  x per web2: when green in held: papers = [blue]
>
region low <
  x per web1 < days = 1 day   fee = round(pay * share, half_up, fen) >
  x per web2: fee = round(pay * 30%, half_up, fen)
>
"#);
    let found = disputes::disputes(&policies, &Scope::default());
    assert!(found.undecided.is_empty(), "{:#?}", found.undecided);
    assert_eq!(found.contradictions.len(), 4, "{found:#?}");
    for d in &found.contradictions {
        assert_eq!(replay(&policies, d).len(), 2);
    }
    let told = |i: usize| {
        let case = &found.contradictions[i].case;
        let facts = case.facts.iter().map(|f| format!("{}={}", f.input, f.value)).collect::<Vec<_>>().join(" ");
        format!("{}: {facts}", case.decision)
    };
    assert_eq!(told(0), "x green: age=28 years member=false");
    assert_eq!(told(1), "x: pay=¥10");
    assert_eq!(told(2), "x: held=[green, blue]");
    assert_eq!(told(3), "x: pay=¥0.01 share=100%");
}

#[test]
fn only_what_was_asked_for() {
    let policies = lab(
        "region mid < x per web1 from 2021: days = 1 day   x per web2 until 2023: days = 2 days >\nregion low < x per web1: fee = ¥1   x per web1: fee = ¥2 >",
    );
    let day = |text: &str| Some(text.parse::<polc::Date>().unwrap().days());
    let count = |scope: Scope| disputes::disputes(&policies, &scope).contradictions.len();
    assert_eq!(count(Scope::default()), 2);
    assert_eq!(count(Scope { region: Some(policies.region("mid").unwrap()), ..Scope::default() }), 2, "low lies in it");
    assert_eq!(count(Scope { region: Some(policies.region("西宁").unwrap()), ..Scope::default() }), 0);
    assert_eq!(count(Scope { on: day("2024-01-01"), ..Scope::default() }), 1);
    assert_eq!(count(Scope { on: day("2023-12-31"), ..Scope::default() }), 2);
    assert_eq!(count(Scope { known: day("2021-12-31"), ..Scope::default() }), 1, "the second page was not out yet");
}

#[test]
fn the_shipped_policies() {
    let policies = Policies::load(&[PathBuf::from("policies")]);
    let found = disputes::disputes(&policies, &Scope::default());
    for d in found.contradictions.iter().chain(&found.differences).chain(&found.settled) {
        let texts = replay(&policies, d);
        assert!(d.sides.len() > 1 && !texts.is_empty(), "{d:#?}");
    }
}

#[test]
fn formats() {
    let folder = Folder::with(format!("use lab\n{LAB}\nregion mid < x per web1: days = 1 day #A   x per web2: days = 2 days >"));
    let human = polc(folder.path(), &["disputes"]).ends(0).out;
    assert!(human.ends_with("1 contradiction, 0 settled, 0 regional differences\n"), "{human}");
    let json: serde_json::Value = serde_json::from_str(&polc(folder.path(), &["disputes", "--format", "json"]).ends(0).out).unwrap();
    assert_eq!(json["contradictions"][0]["sides"][1]["rules"][0]["source"]["name"], "web2");
    insta::assert_snapshot!(polc(folder.path(), &["disputes", "--format", "markdown"]).ends(0).out);
    polc(folder.path(), &["disputes", "--region", "nowhere"]).ends(2).says(&["E0909"]);
    polc(folder.path(), &["disputes", "--on", "yesterday"]).ends(2).says(&["--on"]);
}

#[test]
fn a_stated_precedence_settles_and_says_why() {
    let more = r#"
precedence law over web, then newer
source law2 "older law" < kind = law   published = 2019 >
source memo "notice" < kind = notice   published = 2022 >
source year "undecided" < kind = web   published = 2022 >
region mid <
  x per web1: days = 1 day #A
  x per web2: days = 2 days #B
  x per year: papers = [red]
  x per web2: papers = [blue]
  x red per law: fee = ¥1
  x red per law2: fee = ¥2
  x blue per law: fee = ¥1
  x blue per memo: when member: fee = ¥2
>
region low < x red per web2: fee = ¥3 >
"#;
    let policies = lab(more);
    let question = |region: &str, head: &str| {
        policies.question(policies.region(region).unwrap(), policies.decision(head).unwrap(), polc::Date::new(2025, 1, 1).unwrap())
    };
    let answer = policies.answer(&question("low", "x red"), &polc::Facts::new(), Detail { explain: true });
    insta::assert_snapshot!(polc::report::answer_text(&answer, Paint::default()));
    let found = disputes::disputes(&policies, &Scope::default());
    let kinds: Vec<(Kind, &str)> = found.contradictions.iter().map(|d| (d.kind, d.outcome.as_str())).collect();
    assert_eq!(kinds, [(Kind::Disputed, "papers"), (Kind::Conflict, "fee")], "neither page is certainly newer; notices are not compared");
    assert_eq!(found.settled.iter().filter(|d| d.kind == Kind::Outranked).count(), 3, "{:#?}", found.settled);
}

#[test]
fn ranges_clash_and_what_adjusts_both_sides_may_make_them_one() {
    let policies = lab(
        "region mid <\n  x per web1: days = 1..3 days\n  x per web2: days = 2..9 days\n  x per web1: free = true\n  x per web2: free = false\n  x per web1: free requires (not member)\n>",
    );
    let found = disputes::disputes(&policies, &Scope::default());
    assert_eq!(found.contradictions.len(), 2, "{found:#?}");
    for d in &found.contradictions {
        assert_eq!(replay(&policies, d).len(), 2, "{d:#?}");
    }
    let ranges = found.contradictions.iter().find(|d| d.outcome == "days").unwrap();
    assert!(ranges.case.facts.is_empty(), "they overlap, and neither contains the other: {ranges:#?}");
    let free = found.contradictions.iter().find(|d| d.outcome == "free").unwrap();
    assert_eq!((free.case.facts[0].input.as_str(), free.case.facts[0].value.as_str()), ("member", "false"));
}

#[test]
fn formulas_of_what_is_not_told_differ_for_somebody() {
    let policies = lab(
        "region mid < x per web1: fee = round(pay * share, half_up, fen) >\nregion low < x per web2: fee = pay >\nregion lower in low < x per web1: fee = pay + ¥1 - ¥1 >",
    );
    let found = disputes::disputes(&policies, &Scope::default());
    let told: Vec<String> = found
        .differences
        .iter()
        .map(|d| format!("{} {}", d.region, d.sides.iter().map(|s| s.says.as_str()).collect::<Vec<_>>().join(" ")))
        .collect();
    assert_eq!(told, ["low ¥0.01 ¥0", "lower ¥0.01 ¥0"], "{found:#?}");
}

#[test]
fn what_was_not_looked_at_is_not_called_free_of_contradictions() {
    let years: String = (2001..2030).step_by(2).map(|y| format!("  x red per web1 from {y} until {y}: free = true\n")).collect();
    let pair = "  x blue per web1: when member: free = true\n  x blue per web2: when not member: free = false\n";
    let found = disputes::disputes(&lab(&format!("region mid <\n{years}{pair}>")), &Scope::default());
    // The pair, and the `never` that reads the same outcome.
    assert_eq!((found.contradictions.len(), found.undecided.len()), (0, 2), "more days than are looked at: {found:#?}");
    let found = disputes::disputes(&lab(&format!("region mid <\n{pair}>")), &Scope::default());
    assert!(found.undecided.is_empty(), "{found:#?}");
}
