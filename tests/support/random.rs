//! In: a number. Out: random policies over a small vocabulary, and random facts. Never here: what must hold of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot run should fail loudly")]

use polc::value::{Exact, InputId, Value};
use polc::{Policies, Question};

/// What random policies speak about.
pub const VOCABULARY: &str = r#"
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
pub struct Dice(pub u64);

impl Dice {
    /// 0 to `sides` - 1.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }

    /// One of these.
    pub fn pick<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[usize::try_from(self.roll(options.len() as u64)).unwrap()]
    }

    /// Yes in so many of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let j = usize::try_from(self.roll(i as u64 + 1)).unwrap();
            list.swap(i, j);
        }
    }
}

/// A condition.
pub fn condition(d: &mut Dice, depth: u64) -> String {
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

/// A value for an outcome.
pub fn value(d: &mut Dice, outcome: &str) -> String {
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
pub fn blocks(d: &mut Dice) -> Vec<(String, String, Vec<String>)> {
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

/// The blocks as policy text.
pub fn render(blocks: &[(String, String, Vec<String>)]) -> String {
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

/// Policies from random text, which is well formed.
pub fn load(text: &str) -> Policies {
    let policies = Policies::from_text("random.pol", text);
    let broken: Vec<_> = policies
        .diagnostics()
        .iter()
        .filter(|d| ["E01", "E02", "E03", "E00"].iter().any(|c| d.code.id.starts_with(c)))
        // Reading one's own value through another decision is found out when asked.
        .filter(|d| d.code.id != "E0212")
        .map(|d| format!("{} {} {:?}", d.code.id, d.message, d.span().map(|s| policies.sources().snippet(s).to_string())))
        .collect();
    assert!(broken.is_empty(), "the generator writes what is not well formed: {broken:?}\n{text}");
    policies
}

/// An input by name.
pub fn input(p: &Policies, name: &str) -> InputId {
    let decision = p.decision("d left").unwrap().0;
    p.input(decision, name).unwrap()
}

/// An enum value.
pub fn variant(n: u64) -> Value {
    Value::variant(u16::try_from(n).unwrap())
}

/// A number.
pub fn number(n: u64) -> Value {
    Value::from(Exact::from_int(n.into()))
}

/// The inputs there are.
pub const INPUTS: [&str; 5] = ["n", "span", "flag", "other", "hue"];

/// How many values a fact can have.
pub fn range(name: &str) -> u64 {
    match name {
        "n" | "span" => 10,
        "hue" => 4,
        _ => 2,
    }
}

/// One of them.
pub fn fact(name: &str, n: u64) -> Value {
    match name {
        "n" | "span" => number(n),
        "hue" => variant(n),
        _ => Value::Bool(n == 1),
    }
}

/// A question on a day in 2025.
pub fn question(p: &Policies, region: &str, head: &str) -> Question {
    p.question(p.region(region).unwrap(), p.decision(head).unwrap(), polc::Date::new(2025, 6, 1).unwrap())
}

/// What small policies speak about: few enough people to ask them all.
pub const SMALL: &str = r#"
use lab
vocabulary lab <
  enum hue < red | green | blue >
  enum side < left | right >
  input n: count in 0..9
  input m: count in 0..9
  input flag: boolean
  input hue: hue
  decision d (side) < wait: months   fate: hue >
  decision e (side) < base: months >
>
source law1 "law one" < kind = law   published = 2020 >
source law2 "law two" < kind = notice   published = 2024-06 >
source web1 "web one" < kind = web   published = 2020 >
region top < >
region low in top < >
"#;

/// A condition of a small policy.
pub fn small_condition(d: &mut Dice, sums: bool) -> String {
    match d.roll(if sums { 8 } else { 6 }) {
        0 | 1 => format!("n {} {}", d.pick(&["<", "<=", ">", ">=", "=", "!="]), d.roll(10)),
        2 => d.pick(&["flag", "not flag"]).to_string(),
        3 => format!("hue {} {}", d.pick(&["=", "!="]), d.pick(&["red", "green", "blue"])),
        4 => format!("{} and n {} {}", d.pick(&["flag", "not flag"]), d.pick(&["<", ">="]), d.roll(10)),
        5 => format!("(flag or n {} {})", d.pick(&["<=", ">"]), d.roll(10)),
        6 => format!("n + m {} {}", d.pick(&["<", ">=", "="]), d.roll(19)),
        _ => format!("n - m {} {}", d.pick(&["<", ">="]), d.roll(7)),
    }
}

/// The text of a small policy.
pub fn small(d: &mut Dice) -> String {
    let sums = d.chance(30);
    let mut text = SMALL.to_string();
    let mut id = 0;
    for region in ["top", "low"] {
        for head in ["d", "d left", "e"] {
            let mut lines = Vec::new();
            for _ in 0..d.roll(4) {
                id += 1;
                let outcome = if head == "e" { "base" } else { d.pick(&["wait", "fate"]) };
                let value = match (outcome, d.roll(6)) {
                    ("fate", _) => d.pick(&["red", "green", "not blue"]).to_string(),
                    ("wait", 0) => "e.base + 1 month".to_string(),
                    (_, 1) => "n * 1 month".to_string(),
                    _ => format!("{} months", d.roll(3)),
                };
                let source = d.pick(&["law1", "law1", "law2", "web1"]);
                let strength = match d.roll(8) {
                    0 | 1 => "default ",
                    2 if source != "web1" => "final ",
                    _ => "",
                };
                let period = if d.chance(25) { d.pick(&[" from 2024", " until 2023", " from 2025 until 2025"]) } else { "" };
                // Bounds too, so that a lower one may come to lie above an upper one.
                let bound = outcome != "fate" && d.chance(15);
                let said = if bound {
                    format!("{outcome} at {} {} months", d.pick(&["least", "most"]), d.roll(5))
                } else {
                    format!("{strength}{outcome} = {value}")
                };
                let mut line = format!("{said} per {source}{period} #S{id}");
                if !bound && d.chance(20) {
                    line.push_str(&format!(
                        "\n      except when {}: {outcome} = {} #X{id}",
                        small_condition(d, sums),
                        if outcome == "fate" { "blue" } else { "5 months" }
                    ));
                }
                if d.chance(70) {
                    line = format!("when {}: <\n      {line}\n    >", small_condition(d, sums));
                }
                lines.push(line);
            }
            if !lines.is_empty() {
                text.push_str(&format!("region {region} <\n  {head} <\n    {}\n  >\n>\n", lines.join("\n    ")));
            }
        }
    }
    text
}
