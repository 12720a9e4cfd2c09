//! In: what changes. Out: text and Markdown for people. Never here: finding it, JSON.

use super::{Change, Diff, Kind, NameChange, Named, Period, Population, Undecided, Version, Witness};
use crate::eval::{OutcomeAnswer, Told};
use crate::report::{Paint, citations, escape, headline, place, plain, told, who};

/// Regions named one by one; of more only the number is told.
const NAMED: usize = 12;
/// Columns of the word before a detail.
const KEY: usize = 10;

/// Everything, as lines.
pub fn text(d: &Diff, paint: Paint) -> String {
    let mut out = String::new();
    if !d.names.is_empty() {
        out.push_str(&format!("{}\n\n", paint.strong(&format!("Names ({}): what one version has and the other has not", d.names.len()))));
        for n in &d.names {
            out.push_str(&format!("  {}\n", plain(&name(n))));
        }
        out.push('\n');
    }
    for (title, list) in sections(d) {
        if list.is_empty() {
            continue;
        }
        out.push_str(&format!("{}\n", paint.strong(&format!("{title} ({})", list.len()))));
        for change in list {
            out.push('\n');
            one(change, paint, &mut out);
        }
        out.push('\n');
    }
    if !d.undecided.is_empty() {
        out.push_str(&format!(
            "{}\n\n",
            paint.strong(&format!("Undecided ({}): whether these answers change could not be told", d.undecided.len()))
        ));
        for u in &d.undecided {
            out.push_str(&format!("  {}\n", plain(&undecided(u))));
        }
        out.push('\n');
    }
    if let Some(p) = &d.population {
        out.push_str(&format!("{}\n\n", paint.strong("Population")));
        for line in population(p) {
            out.push_str(&format!("  {}\n", plain(&line)));
        }
        out.push('\n');
    }
    out.push_str(&format!("{}\n", summary(d)));
    out
}

/// The lists, with their headings.
fn sections(d: &Diff) -> [(&'static str, &[Change]); 2] {
    [("Answers", &d.changes), ("The same answers, resting on another source or hedge", &d.papers)]
}

fn one(c: &Change, paint: Paint, out: &mut String) {
    let mut line = |indent: usize, key: &str, text: &str| {
        let key = if key.is_empty() { String::new() } else { paint.faint(&format!("{key:<KEY$}")) };
        out.push_str(&format!("{}{key}{}\n", " ".repeat(indent), plain(text)));
    };
    line(2, "", &format!("{}  {}", head(c), word(c.kind)));
    if let Some(below) = below(&c.below) {
        line(4, "and", &below);
    }
    line(4, "when", &when(&c.periods));
    let people = people(c);
    for (i, part) in people.iter().enumerate() {
        line(4, if i == 0 { "who" } else { "or" }, part);
    }
    for p in &c.papers {
        line(4, if p.added { "now" } else { "before" }, &p.text);
    }
    line(4, "shown by", &case(&c.witness));
    if c.kind == Kind::Paper {
        return;
    }
    for (key, answer) in [("before", &c.witness.old), ("now", &c.witness.new)] {
        line(4, key, &says(answer));
        for (key, text) in reasons(answer) {
            line(6, key, &text);
        }
    }
    if let Some(difference) = &c.witness.difference {
        line(4, "differs", &format!("by {difference}"));
    }
}

/// `transfer.waiting 等待期 in 西宁`
fn head(c: &Change) -> String {
    let label = c.label.as_ref().map_or(String::new(), |l: &Told| format!(" {}", told(l)));
    format!("{}.{}{label} in {}", c.decision, c.outcome, c.region)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Changed => "changed",
        Kind::Paper => "the same",
    }
}

fn below(list: &[String]) -> Option<String> {
    match list.len() {
        0 => None,
        n if n <= NAMED => Some(format!("in {}", list.join(", "))),
        n => Some(format!("in {n} regions below it")),
    }
}

fn when(periods: &[Period]) -> String {
    let all: Vec<String> = periods.iter().map(period).collect();
    all.join("; ")
}

fn period(p: &Period) -> String {
    let days = match (&p.from, &p.until) {
        (None, None) => "on any date".to_string(),
        (Some(f), None) => format!("from {f}"),
        (None, Some(u)) => format!("until {u}"),
        (Some(f), Some(u)) if f == u => format!("on {f}"),
        (Some(f), Some(u)) => format!("{f} to {u}"),
    };
    match (&p.known_from, &p.known_until) {
        (None, None) => days,
        (None, Some(u)) => format!("{days}, as known until {u}"),
        (Some(f), None) => format!("{days}, as known from {f}"),
        (Some(f), Some(u)) => format!("{days}, as known from {f} to {u}"),
    }
}

fn people(c: &Change) -> Vec<String> {
    let some = if c.everybody { "" } else { " (some of them)" };
    if c.who.is_empty() {
        return vec![if c.everybody { "everybody".to_string() } else { "some people".to_string() }];
    }
    shortened(&c.who, MAX_PARTS).map(|all| format!("{all}{some}")).chain(rest(&c.who, MAX_PARTS)).collect()
}

/// Parts of everybody that a change tells one by one; programs get all of them.
const MAX_PARTS: usize = 8;
/// The same of what could not be decided, which stands on one line.
const MAX_OPEN_PARTS: usize = 2;

fn shortened(who: &[Vec<String>], most: usize) -> impl Iterator<Item = String> {
    who.iter().take(most).map(|all| all.join(", "))
}

fn rest(who: &[Vec<String>], most: usize) -> Option<String> {
    let more = who.len().saturating_sub(most);
    (more > 0).then(|| format!("{more} more group{} of people (`--format json` has all)", if more == 1 { "" } else { "s" }))
}

/// The person on one line.
fn case(w: &Witness) -> String {
    let known = match (&w.known_old, &w.known_new) {
        (Some(a), Some(b)) if a == b => format!(", as known on {a}"),
        (Some(a), Some(b)) => format!(", as known on {a} and on {b}"),
        _ => String::new(),
    };
    let facts: Vec<String> = w.facts.iter().map(|f| format!("{} = {}", f.input, f.value)).collect();
    let person = if facts.is_empty() { "whoever asks".to_owned() } else { facts.join(", ") };
    format!("{} on {}{known}: {person}", w.decision, w.on)
}

fn says(a: &Option<OutcomeAnswer>) -> String {
    match a {
        None => "this cannot be asked".to_string(),
        Some(a) => match a.status {
            crate::eval::Status::Decided => headline(a),
            status => format!("{}: {}", status.word().replace('_', " "), headline(a)),
        },
    }
}

/// Statements and sources of an answer.
fn reasons(a: &Option<OutcomeAnswer>) -> Vec<(&'static str, String)> {
    let mut out: Vec<(&'static str, String)> = Vec::new();
    let mut push = |key, text: String| {
        if !out.contains(&(key, text.clone())) {
            out.push((key, text));
        }
    };
    for x in a.iter().flat_map(|a| &a.alternatives) {
        for rule in &x.rules {
            push(who(rule), format!("{}: {}", place(rule), rule.text));
        }
        for source in citations(&x.sources) {
            push("source", source);
        }
        for h in x.hedges.iter().filter(|h| !h.is_empty()) {
            push("hedged", format!("“{h}”"));
        }
    }
    for rule in a.iter().flat_map(|a| &a.conflicts).flat_map(|c| &c.rules) {
        push(who(rule), format!("{}: {}", place(rule), rule.text));
    }
    out
}

fn name(n: &NameChange) -> String {
    let what = match n.what {
        Named::Region => "region",
        Named::Decision => "decision",
        Named::Outcome => "outcome",
        Named::Input => "input",
        Named::Value => "value",
    };
    let sign = if n.added { "added" } else { "removed" };
    let like = match (&n.looks_like, n.added) {
        (None, _) => String::new(),
        (Some(other), true) => format!("; it looks like `{other}` renamed"),
        (Some(other), false) => format!("; it looks renamed to `{other}`"),
    };
    format!("{what} {}: {sign}{like}", n.name)
}

fn undecided(u: &Undecided) -> String {
    let below = below(&u.below).map_or(String::new(), |b| format!(" (and {b})"));
    let people: Vec<String> = shortened(&u.who, MAX_OPEN_PARTS).chain(rest(&u.who, MAX_OPEN_PARTS)).collect();
    let people = if people.is_empty() { String::new() } else { format!("; people: {}", people.join("; or ")) };
    format!("{}.{} in {}{below}: {}{people}", u.decision, u.outcome, u.region, u.why)
}

/// Regions told one by one; programs get all of them.
const MAX_REGIONS: usize = 10;

fn population(p: &Population) -> Vec<String> {
    if p.totals.is_empty() && p.people == 0 && p.bad_rows == 0 {
        return vec![format!("nobody on {} is concerned", p.on)];
    }
    let bad = if p.bad_rows == 0 { String::new() } else { format!(", {} rows could not be read", p.bad_rows) };
    let mut out =
        vec![format!("{} people on {}: answers change for {}, facts are missing of {}{bad}", p.people, p.on, p.changed, p.unknown)];
    let sum = |d: &Option<String>, counted: u64| d.as_ref().map_or(String::new(), |d| format!(", {d} in total over {counted} of them"));
    let missing = |n: u64| if n == 0 { String::new() } else { format!(", facts are missing of {n}") };
    for t in &p.totals {
        let difference = sum(&t.difference, t.counted);
        out.push(format!("{}: {} changes for {}{difference}{}", t.decision, t.outcome, t.changed, missing(t.unknown)));
        if t.regions.len() < 2 {
            continue;
        }
        for r in t.regions.iter().take(MAX_REGIONS) {
            out.push(format!("  in {}: for {}{}{}", r.region, r.changed, sum(&r.difference, r.counted), missing(r.unknown)));
        }
        if t.regions.len() > MAX_REGIONS {
            out.push(format!("  and in {} more regions", t.regions.len() - MAX_REGIONS));
        }
    }
    out
}

fn version(v: &Version) -> String {
    let known = v.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    format!("{}{known}", v.name)
}

fn summary(d: &Diff) -> String {
    let count = |kind: Kind| d.changes.iter().filter(|c| c.kind == kind).count();
    let mut parts = vec![
        format!("{} added", count(Kind::Added)),
        format!("{} removed", count(Kind::Removed)),
        format!("{} changed", count(Kind::Changed)),
    ];
    if !d.papers.is_empty() {
        parts.push(format!("{} the same with another source or hedge", d.papers.len()));
    }
    if !d.names.is_empty() {
        parts.push(if d.names.len() == 1 { "1 name".to_string() } else { format!("{} names", d.names.len()) });
    }
    if !d.undecided.is_empty() {
        parts.push(format!("{} undecided", d.undecided.len()));
    }
    let between = if d.old.name.is_empty() { String::new() } else { format!("{} -> {}: ", version(&d.old), version(&d.new)) };
    if d.is_empty() {
        return plain(&format!("{between}no answer changes"));
    }
    plain(&format!("{between}{}", parts.join(", ")))
}

/// Everything, as Markdown.
pub fn markdown(d: &Diff) -> String {
    let mut out = format!("# Changed answers\n\n{}.\n", escape(&summary(d)));
    if !d.names.is_empty() {
        out.push_str("\n## Names\n\n");
        for n in &d.names {
            out.push_str(&format!("- {}\n", escape(&name(n))));
        }
    }
    for (title, list) in sections(d) {
        if list.is_empty() {
            continue;
        }
        out.push_str(&format!("\n## {title}\n"));
        for c in list {
            out.push_str(&format!("\n### {}: {}\n\n", escape(&head(c)), word(c.kind)));
            if let Some(below) = below(&c.below) {
                out.push_str(&format!("- and {}\n", escape(&below)));
            }
            out.push_str(&format!("- when: {}\n", escape(&when(&c.periods))));
            out.push_str(&format!("- who: {}\n", escape(&people(c).join("; or "))));
            for p in &c.papers {
                out.push_str(&format!("- {}: {}\n", if p.added { "now" } else { "before" }, escape(&p.text)));
            }
            out.push_str(&format!("- shown by: {}\n", escape(&case(&c.witness))));
            if c.kind == Kind::Paper {
                continue;
            }
            if let Some(difference) = &c.witness.difference {
                out.push_str(&format!("- differs by {}\n", escape(difference)));
            }
            out.push_str("\n| | answer | because |\n|---|---|---|\n");
            for (key, answer) in [("before", &c.witness.old), ("now", &c.witness.new)] {
                let because: Vec<String> = reasons(answer).iter().map(|(k, t)| escape(&format!("{k} {t}"))).collect();
                out.push_str(&format!("| {key} | {} | {} |\n", escape(&says(answer)), because.join("<br>")));
            }
        }
    }
    if !d.undecided.is_empty() {
        out.push_str("\n## Undecided\n\nWhether these answers change could not be told.\n\n");
        for u in &d.undecided {
            out.push_str(&format!("- {}\n", escape(&undecided(u))));
        }
    }
    if let Some(p) = &d.population {
        out.push_str("\n## Population\n\n");
        for line in population(p) {
            out.push_str(&format!("- {}\n", escape(&line)));
        }
    }
    out
}
