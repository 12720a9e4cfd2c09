//! In: disputes. Out: text and Markdown for people. Never here: finding them, JSON.

use super::{Dispute, Disputes, Kind, Shown, Undecided, Who};
use crate::eval::{Because, Told};
use crate::report::{Paint, citation, escape, place, plain, told, who};

/// The three lists, with their headings and what they mean.
fn sections(d: &Disputes) -> [(&'static str, &'static str, &[Dispute]); 3] {
    [
        ("Contradictions", "the answer is disputed, or an error", &d.contradictions),
        ("Settled", "a rule stands against a claim, one source comes before the other, or only one gives a value", &d.settled),
        ("Regional differences", "a region says something else than the one above it, which is no contradiction", &d.differences),
    ]
}

/// Everything, as lines.
pub fn text(d: &Disputes, paint: Paint) -> String {
    let mut out = String::new();
    for (title, meaning, list) in sections(d) {
        if list.is_empty() {
            continue;
        }
        out.push_str(&format!("{}\n", paint.strong(&format!("{title} ({}): {meaning}", list.len()))));
        for dispute in list {
            out.push('\n');
            one(dispute, paint, &mut out);
        }
        out.push('\n');
    }
    if !d.undecided.is_empty() {
        out.push_str(&format!(
            "{}\n\n",
            paint.strong(&format!("Undecided ({}): whether these clash could not be told", d.undecided.len()))
        ));
        for u in &d.undecided {
            out.push_str(&format!("{}\n", plain(&undecided(u))));
        }
        out.push('\n');
    }
    out.push_str(&format!("{}\n", summary(d)));
    out
}

fn one(d: &Dispute, paint: Paint, out: &mut String) {
    let mut line = |indent: usize, key: &str, text: &str| {
        let key = if key.is_empty() { String::new() } else { paint.faint(&format!("{key:<10}")) };
        out.push_str(&format!("{}{key}{}\n", " ".repeat(indent), plain(text)));
    };
    line(2, "", &format!("{}  {}", head(d), word(d.kind)));
    if let Some(reason) = &d.reason {
        line(4, "because", reason);
    }
    for side in &d.sides {
        line(4, "", &side.says);
        for rule in &side.rules {
            line(6, who(rule), &place(rule));
            if let Some(c) = &rule.source {
                line(6, "source", &citation(c));
            }
            if let Some(period) = period(rule) {
                line(6, "in force", &period);
            }
        }
    }
    for w in &d.who {
        line(4, "for", &who_text(w));
    }
    line(4, "shown by", &case(&d.case));
}

/// `transfer.pooled_balance 统筹账户余额 in 西宁`
fn head(d: &Dispute) -> String {
    let label = d.label.as_ref().map_or(String::new(), |l: &Told| format!(" {}", told(l)));
    format!("{}.{}{label} in {}", d.decision, d.outcome, d.region)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Disputed => "disputed",
        Kind::Conflict => "error: rules contradict each other",
        Kind::Forbidden => "disputed: these cannot be together",
        Kind::Beaten => "the rule stands",
        Kind::Outranked => "settled by precedence",
        Kind::Asks => "one source gives it, another sends to the agency",
        Kind::Differs => "differs from its parent",
    }
}

fn period(b: &Because) -> Option<String> {
    match (&b.from, &b.until) {
        (None, None) => None,
        (Some(f), None) => Some(format!("from {f}")),
        (None, Some(u)) => Some(format!("until {u}")),
        (Some(f), Some(u)) => Some(format!("{f} to {u}")),
    }
}

/// For whom, on one line.
fn who_text(w: &Who) -> String {
    let groups: Vec<String> = w.groups.iter().map(|g| if g.is_empty() { "everybody".to_owned() } else { g.join(" and ") }).collect();
    let mut out = groups.join("; or ");
    match (&w.from, &w.until) {
        (None, None) => {}
        (Some(f), None) => out.push_str(&format!(", from {f}")),
        (None, Some(u)) => out.push_str(&format!(", until {u}")),
        (Some(f), Some(u)) => out.push_str(&format!(", from {f} until {u}")),
    }
    if !w.exact {
        out.push_str(" (perhaps not exactly)");
    }
    out
}

/// The case on one line.
fn case(c: &Shown) -> String {
    let known = c.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    let facts: Vec<String> = c.facts.iter().map(|f| format!("{} = {}", f.input, f.value)).collect();
    let person = if facts.is_empty() { "whoever asks".to_owned() } else { facts.join(", ") };
    format!("{} on {}{known}: {person}", c.decision, c.on)
}

fn undecided(u: &Undecided) -> String {
    let rules: Vec<String> = u.rules.iter().map(place).collect();
    format!("  {} in {}: {}", u.outcome, u.region, rules.join(" and "))
}

fn summary(d: &Disputes) -> String {
    let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let mut parts = vec![
        count(d.contradictions.len(), "contradiction", "contradictions"),
        format!("{} settled", d.settled.len()),
        count(d.differences.len(), "regional difference", "regional differences"),
    ];
    if !d.undecided.is_empty() {
        parts.push(format!("{} undecided", d.undecided.len()));
    }
    parts.join(", ")
}

/// Everything, as Markdown.
pub fn markdown(d: &Disputes) -> String {
    let mut out = format!("# Disputes\n\n{}.\n", summary(d));
    for (title, meaning, list) in sections(d) {
        if list.is_empty() {
            continue;
        }
        out.push_str(&format!("\n## {title}\n\nHere {meaning}.\n"));
        for dispute in list {
            out.push_str(&format!("\n### {}: {}\n\n", escape(&head(dispute)), word(dispute.kind)));
            if let Some(reason) = &dispute.reason {
                out.push_str(&format!("*{}*\n\n", escape(reason)));
            }
            out.push_str("| says | by | source | in force |\n|---|---|---|---|\n");
            for side in &dispute.sides {
                for (i, rule) in side.rules.iter().enumerate() {
                    let says = if i == 0 { escape(&side.says) } else { String::new() };
                    let source = rule.source.as_ref().map_or(String::new(), |c| escape(&citation(c)));
                    let period = period(rule).unwrap_or_default();
                    out.push_str(&format!("| {says} | {} {} | {source} | {period} |\n", who(rule), escape(&place(rule))));
                }
            }
            for w in &dispute.who {
                out.push_str(&format!("\nFor: {}\n", escape(&who_text(w))));
            }
            out.push_str(&format!("\nShown by: {}\n", escape(&case(&dispute.case))));
        }
    }
    if !d.undecided.is_empty() {
        out.push_str("\n## Undecided\n\n");
        for u in &d.undecided {
            out.push_str(&format!("-{}\n", escape(&undecided(u))));
        }
    }
    out
}
