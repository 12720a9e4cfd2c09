//! In: a number. Out: random policies about money, rates, rounding, months and dates in several regions, and random persons for them. Never here: what must hold of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot run should fail loudly")]

use super::random::Dice;
use polc::value::{Exact, Value};
use polc::{Facts, Policies};

/// What these policies speak about.
pub const TILL: &str = r#"
use till
vocabulary till <
  enum kind < a | b | c >
  input cost: money in ¥0..5000
  input paid: money
  input wage: money per month in ¥0..9000/month
  input share: rate in 0%..100%
  input age: years in 0..120
  input total: months in 0..480
  input n: count in 0..20
  input born: date
  input flag: boolean
  input sort: kind
  input more: money or none
  decision bill (kind) <
    rate: rate
    part: rate round half_even to 0.1%
    fee: money round half_up to fen
    rough: money round up to ¥1
    even: money round half_even to ¥10
    down: money round down to fen
    rest: money
    wait: months
    ok: boolean
    level: kind
    review: working days
    never (level = c and ok)
  >
>
source law "law" < kind = law   published = 2020 >
source late "late" < kind = notice   published = 2025-03-01 >
source web "web" < kind = web   published = 2022 >
region N < agency "desk" >
region P in N < >
region A in P < >
region B in P < >
region C in N < >
"#;

fn rate(d: &mut Dice) -> String {
    match d.roll(6) {
        0 => "share".to_string(),
        1 => "rate".to_string(),
        2 => "(if flag then 3% else 4.25%)".to_string(),
        _ => format!("{}.{}%", d.roll(30), d.roll(100)),
    }
}

fn money(d: &mut Dice, depth: u64) -> String {
    match d.roll(if depth == 0 { 5 } else { 13 }) {
        0 => format!("¥{}.{:02}", d.roll(3000), d.roll(100)),
        1 | 2 => "cost".to_string(),
        3 => "paid".to_string(),
        4 => "fee".to_string(),
        5 => format!("({} + {})", money(d, depth - 1), money(d, depth - 1)),
        6 => format!("({} - {})", money(d, depth - 1), money(d, depth - 1)),
        7 => format!("min({}, {})", money(d, depth - 1), money(d, depth - 1)),
        8 => format!("max(¥0, {})", money(d, depth - 1)),
        9 => format!("({} * {})", money(d, depth - 1), rate(d)),
        10 => format!("({} / {})", money(d, depth - 1), d.pick(&["3", "7", "8", "n"])),
        11 => format!("(wage * total * {})", rate(d)),
        _ => format!(
            "round({}, {}, {})",
            money(d, depth - 1),
            d.pick(&["half_up", "half_even", "up", "down"]),
            d.pick(&["yuan", "fen", "¥0.3"])
        ),
    }
}

fn months(d: &mut Dice) -> String {
    match d.roll(7) {
        0 | 1 => format!("{} months", d.roll(20)),
        2 => "total".to_string(),
        3 => "max(0 months, 20 months - total)".to_string(),
        4 => "months(full_years(total) * 3)".to_string(),
        5 => "(if age >= 60 years then 6 months else total)".to_string(),
        _ => "total + 3 months".to_string(),
    }
}

fn condition(d: &mut Dice) -> String {
    match d.roll(12) {
        0 => format!("cost {} ¥{}", d.pick(&["<", "<=", ">", ">=", "="]), d.roll(5000)),
        1 => format!("age >= {} years", d.roll(90)),
        2 => format!("total in over {} up to {} months", d.roll(50), d.roll(50) + 100),
        3 => "flag".to_string(),
        4 => format!("sort = {}", d.pick(&["a", "b", "c"])),
        5 => "sort = not a".to_string(),
        6 => format!("n in [1, 2, {}]", d.roll(20)),
        7 => "(ok or flag)".to_string(),
        8 => "not (level = b)".to_string(),
        9 => "share > 12.5%".to_string(),
        10 => "born < 2000-06-15".to_string(),
        _ => "(fee > ¥100 and not flag)".to_string(),
    }
}

fn statement(d: &mut Dice, id: &mut u64) -> String {
    *id += 1;
    let source = d.pick(&["law", "law", "law", "late", "web"]);
    let hedge = if d.chance(15) { " hedged \"mostly\"" } else { "" };
    let period = if d.chance(15) { d.pick(&[" from 2025-01-01", " until 2024", " from 1990 by born"]) } else { "" };
    let mods = format!(" per {source}{period} #S{id}{hedge}");
    let outcome = d.pick(&["rate", "part", "fee", "rough", "even", "down", "rest", "wait", "ok", "level", "review"]);
    let value = |d: &mut Dice| match outcome {
        "rate" | "part" => match d.roll(3) {
            0 => "share".to_string(),
            _ => format!("{}.{}%", d.roll(30), d.roll(1000)),
        },
        "rest" => match d.roll(3) {
            0 => "cost".to_string(),
            1 => "(cost - fee)".to_string(),
            _ => "round(cost * 7%, half_even, fen)".to_string(),
        },
        "wait" => months(d),
        "ok" => d.pick(&["true", "false", "(cost > paid)", "flag", "(wait > 3 months)"]).to_string(),
        "level" => d.pick(&["a", "b", "c", "sort", "not a", "refer"]).to_string(),
        "review" => d.pick(&["5 working days", "3..8 working days", "10 working days"]).to_string(),
        // A value that reads itself is refused.
        _ => loop {
            let text = money(d, 2);
            if outcome != "fee" || !text.contains("fee") {
                break text;
            }
        },
    };
    let mut text = match (outcome, d.roll(7)) {
        ("rough" | "down" | "fee", 0) => format!("{outcome} at most ¥{}{mods}", d.roll(900)),
        ("rough" | "even", 1) => format!("{outcome} at least ¥{}{mods}", d.roll(900)),
        ("fee" | "down", 2) => format!("{outcome} += ¥{}{mods}", d.roll(3)),
        ("rate", 0) => format!("rate += 5 points{mods}"),
        ("wait", 0) => format!("wait at most {} months{mods}", d.roll(30)),
        ("ok", 0) => format!("ok requires ({}){mods}", condition(d)),
        _ => {
            let strength = match d.roll(12) {
                0..=2 => "default ",
                3 if source != "web" => "final ",
                _ => "",
            };
            let mut t = format!("{strength}{outcome} = {}{mods}", value(d));
            if d.chance(30) {
                t.push_str(&format!("\n      except when {}: {outcome} = {} #X{id}", condition(d), value(d)));
            }
            t
        }
    };
    if d.chance(35) {
        text = format!("when {}: <\n      {text}\n    >", condition(d));
    }
    text
}

/// A policy text.
pub fn policies(d: &mut Dice) -> String {
    let mut text = TILL.to_string();
    let mut id = 0;
    for region in ["N", "P", "A", "B", "C"] {
        let most = if region == "N" { 12 } else { 5 };
        text.push_str(&format!("region {region} <\n"));
        for head in ["bill", "bill a", "bill b|c"] {
            let n = if head == "bill" { d.roll(most) } else { d.roll(3) };
            if n > 0 {
                text.push_str(&format!("  {head} <\n"));
                for _ in 0..n {
                    text.push_str(&format!("    {}\n", statement(d, &mut id)));
                }
                text.push_str("  >\n");
            }
        }
        text.push_str(">\n");
    }
    text
}

/// A person, with facts missing here and there.
pub fn person(d: &mut Dice, p: &Policies, full: bool) -> Facts {
    let decision = p.decision("bill").unwrap().0;
    let mut facts = Facts::new();
    for name in ["cost", "paid", "wage", "share", "age", "total", "n", "born", "flag", "sort", "more"] {
        if !full && d.chance(10) {
            continue;
        }
        let whole = |n: u64| Value::from(Exact::from_int(n.into()));
        let value = match name {
            "cost" => whole(d.roll(500_001)),
            // Larger than what a plan answers by itself, now and then.
            "paid" => whole(if d.chance(5) { 9_000_000_000 + d.roll(1000) } else { d.roll(400_000) }),
            "wage" => whole(d.roll(900_001)),
            "share" => Value::from(Exact::ratio(i128::from(d.roll(1001)), if d.chance(10) { 1003 } else { 1000 }).unwrap().min(Exact::ONE)),
            "age" => whole(d.roll(121) * 12),
            "total" => whole(d.roll(481)),
            "n" => whole(d.roll(21)),
            "born" => whole(d.roll(20_000)),
            "flag" => Value::Bool(d.chance(50)),
            "sort" => Value::variant(u16::try_from(d.roll(3)).unwrap()),
            _ => {
                if d.chance(50) {
                    Value::None
                } else {
                    whole(d.roll(1000))
                }
            }
        };
        facts.tell(p.input(decision, name).unwrap(), value);
    }
    facts
}
