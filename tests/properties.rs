//! In: random policies and random persons. Out: promises that hold for all of them: order never matters, and what is not told never changes a decided answer. Never here: one construct's meaning (`tests/semantics`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

use polc::eval::Status;
use polc::program::OutcomeId;
use polc::value::{Exact, InputId, Value};
use polc::{Detail, Facts, Policies, Question};
use proptest::prelude::*;

const VOCABULARY: &str = r#"
use lab
vocabulary lab <
  enum colour < red | green | blue | grey >
  enum side < left | right >
  enum thing (fresh: flag) < apple | pear | plum >
  input n: count in 0..9
  input span: months in 0..9
  input flag: boolean
  input other: boolean
  input hue: colour
  decision d (side) < wait: months   fate: colour   pct: rate   yes: boolean   things: list of thing >
  decision e (side) < base: months >
>
source law1 "law one" < kind = law   published = 2020 >
source law2 "law two" < kind = notice   published = 2021 >
source web1 "web one" < kind = web   published = 2020 >
source web2 "web two" < kind = web   published = 2022 >
region top < agency "desk" >
region mid in top < >
region low in mid < >
"#;

/// A small generator of its own, so that a case is one number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[usize::try_from(self.roll(options.len() as u64)).unwrap()]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let j = usize::try_from(self.roll(i as u64 + 1)).unwrap();
            list.swap(i, j);
        }
    }
}

fn condition(d: &mut Dice, depth: u64) -> String {
    match d.roll(if depth == 0 { 7 } else { 10 }) {
        0 => format!("n {} {}", d.pick(&["<", "<=", ">", ">=", "=", "!="]), d.roll(10)),
        1 => format!("span {} {} months", d.pick(&["<", "<=", ">", ">=", "="]), d.roll(10)),
        2 => "flag".to_string(),
        3 => "not other".to_string(),
        4 => format!("hue {} {}", d.pick(&["=", "!="]), d.pick(&["red", "green", "blue"])),
        5 => format!("span in over {} up to {} months", d.roll(4), d.roll(4) + 4),
        6 => format!("hue in [{}, grey]", d.pick(&["red", "green"])),
        7 => format!("({} and {})", condition(d, depth - 1), condition(d, depth - 1)),
        8 => format!("({} or {})", condition(d, depth - 1), condition(d, depth - 1)),
        _ => format!("not ({})", condition(d, depth - 1)),
    }
}

fn value(d: &mut Dice, outcome: &str) -> String {
    match outcome {
        "wait" | "base" => match d.roll(9) {
            0 | 1 => format!("{} months", d.roll(6)),
            2 => "span + 2 months".to_string(),
            3 => "n * 1 month".to_string(),
            4 => "max(2 months, span - 3 months)".to_string(),
            5 => "1..3 months".to_string(),
            6 => "if flag then 1 month else span".to_string(),
            7 if outcome == "wait" => "e.base + 1 month".to_string(),
            _ => "refer".to_string(),
        },
        "fate" => d.pick(&["red", "green", "blue", "not grey", "hue", "refer"]).to_string(),
        "pct" => d.pick(&["10%", "20%", "10%..20%", "about 10%", "if n > 4 then 10% else 20%"]).to_string(),
        "yes" => d.pick(&["true", "false", "(n > 5)", "(d.wait > 3 months)", "flag"]).to_string(),
        _ => d.pick(&["[apple, ...]", "[pear (fresh), ...]", "[apple, pear]", "[plum, ...]"]).to_string(),
    }
}

/// Statements by region and head, each a unit that may move.
fn blocks(d: &mut Dice) -> Vec<(String, String, Vec<String>)> {
    let mut id = 0;
    let mut out = Vec::new();
    for region in ["top", "mid", "low"] {
        for head in ["d left", "d right", "d", "e"] {
            let mut statements = Vec::new();
            for _ in 0..d.roll(4) {
                id += 1;
                let outcome = if head == "e" { "base" } else { d.pick(&["wait", "fate", "pct", "yes", "things"]) };
                let source = d.pick(&["law1", "law2", "web1", "web2"]);
                let claim = source.starts_with("web");
                let period = if d.chance(20) { d.pick(&[" from 2024", " until 2023", " from 2025 until 2025"]) } else { "" };
                let hedge = if d.chance(20) { " hedged \"一般\"" } else { "" };
                let mods = format!(" per {source}{period} #S{id}{hedge}");
                let strength = match d.roll(10) {
                    0 | 1 => "default ",
                    2 if !claim => "final ",
                    _ => "",
                };
                let mut text = match (outcome, d.roll(6)) {
                    ("wait" | "base", 0) => format!("{outcome} at most {} months{mods}", d.roll(5) + 3),
                    ("wait" | "base", 1) => format!("{outcome} += 1 month{mods}"),
                    ("pct", 0) => format!("pct += 5 points{mods}"),
                    ("things", 0..=2) => format!("things += {}{mods}", d.pick(&["[apple]", "[pear, ...]", "[plum (fresh)]"])),
                    ("yes", 0) => format!("yes requires ({}){mods}", condition(d, 0)),
                    _ => {
                        let mut t = format!("{strength}{outcome} = {}{mods}", value(d, outcome));
                        if d.chance(20) {
                            t.push_str(&format!("\n      except when {}: {outcome} = {} #X{id}", condition(d, 0), value(d, outcome)));
                        }
                        t
                    }
                };
                if d.chance(50) {
                    text = format!("when {}: <\n      {text}\n    >", condition(d, 1));
                }
                statements.push(text);
            }
            if !statements.is_empty() {
                out.push((region.to_string(), head.to_string(), statements));
            }
        }
    }
    out
}

fn render(blocks: &[(String, String, Vec<String>)]) -> String {
    let mut text = VOCABULARY.to_string();
    for (region, head, statements) in blocks {
        text.push_str(&format!("region {region} <\n  {head} <\n"));
        for s in statements {
            text.push_str(&format!("    {s}\n"));
        }
        text.push_str("  >\n>\n");
    }
    text
}

fn load(text: &str) -> Policies {
    let policies = Policies::from_text("random.pol", text);
    let broken: Vec<_> = policies
        .diagnostics
        .iter()
        .filter(|d| ["E01", "E02", "E03", "E00"].iter().any(|c| d.code.id.starts_with(c)))
        // Reading one's own value through another decision is found out when asked.
        .filter(|d| d.code.id != "E0212")
        .map(|d| format!("{} {} {:?}", d.code.id, d.message, d.span().map(|s| policies.map.snippet(s).to_string())))
        .collect();
    assert!(broken.is_empty(), "the generator writes what is not well formed: {broken:?}\n{text}");
    policies
}

fn input(p: &Policies, name: &str) -> InputId {
    let decision = p.decision("d left").unwrap().0;
    p.input(decision, name).unwrap()
}

fn variant(n: u64) -> Value {
    Value::variant(u16::try_from(n).unwrap())
}

fn number(n: u64) -> Value {
    Value::from(Exact::from_int(n.into()))
}

const INPUTS: [&str; 5] = ["n", "span", "flag", "other", "hue"];

fn range(name: &str) -> u64 {
    match name {
        "n" | "span" => 10,
        "hue" => 4,
        _ => 2,
    }
}

fn fact(name: &str, n: u64) -> Value {
    match name {
        "n" | "span" => number(n),
        "hue" => variant(n),
        _ => Value::Bool(n == 1),
    }
}

fn question(p: &Policies, region: &str, head: &str) -> Question {
    p.question(p.region(region).unwrap(), p.decision(head).unwrap(), polc::value::calendar::from_ymd(2025, 6, 1).unwrap())
}

/// An answer without places: what an author who moves lines must not change.
fn essence(p: &Policies, q: &Question, facts: &Facts) -> Vec<String> {
    let answer = p.ask(q, facts, Detail::default());
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
    let o = p.ask_outcome(q, facts, outcome, Detail::default());
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
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

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
            let partial = p.ask_outcome(&q, &known, outcome, Detail::default());
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
                prop_assert!(full.iter().any(|x| x != first), "{} asks for {:?} although it makes no difference\n{}", partial.outcome, partial.needs, text);
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
        let ask = || serde_json::to_string(&p.ask(&question(&p, "low", "d left"), &Facts::new(), Detail { explain: true })).unwrap();
        let first = ask();
        std::thread::scope(|s| {
            let handles: Vec<_> = (0..4).map(|_| s.spawn(ask)).collect();
            for h in handles {
                assert_eq!(h.join().unwrap(), first);
            }
        });
    }
}
