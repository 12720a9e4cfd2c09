//! In: a sheet. Out: Markdown that any viewer shows, a table for each head. Never here: the terminal.

use super::layout::{conditions, fate, gist, hedge, marks, origin, period, place, source, summary, title};
use super::text::{column, extras};
use super::{Entry, Head, Name, Said, Sheet, Table, WordKind};
use crate::report::{escape, told};

/// A sheet with a heading for each decision and head.
pub fn markdown(s: &Sheet) -> String {
    let known = s.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    let mut out = format!("# {}\n\nIn force on {}{known}.\n", escape(&place(&s.region)), s.on);
    if !s.within.is_empty() {
        let names: Vec<String> = s.within.iter().map(|n| escape(&n.name)).collect();
        out.push_str(&format!("\nLies in {}.\n", names.join(", in ")));
    }
    if let Some(a) = &s.agency {
        let by = if a.region == s.region.name { String::new() } else { format!(" (named by {})", escape(&a.region)) };
        out.push_str(&format!("\nTo ask: {}{by}.\n", escape(&a.name)));
    }
    out.push_str(&format!("\n{}\n", summary(s)));
    for d in &s.decisions {
        let name = if d.decision.label.is_some() { format!(" ({})", escape(&d.decision.name)) } else { String::new() };
        out.push_str(&format!("\n## {}{name}\n", escape(&title(&d.decision))));
        d.heads.iter().for_each(|h| head(h, &mut out));
    }
    words(s, &mut out);
    sources(s, &mut out);
    out
}

fn head(h: &Head, out: &mut String) {
    let name = match (&h.label, h.arguments.as_str()) {
        (_, "") => "For everybody".to_owned(),
        (Some(l), args) => format!("{} ({args})", told(l)),
        (None, args) => args.to_owned(),
    };
    out.push_str(&format!("\n### {}\n", escape(&name)));
    if !h.besides.is_empty() {
        let besides: Vec<String> = h.besides.iter().map(|b| if b.is_empty() { "everybody".to_owned() } else { escape(b) }).collect();
        out.push_str(&format!("\nBesides what is said for {}.\n", besides.join("; ")));
    }
    if !h.outcomes.is_empty() {
        out.push_str("\n| about | says | when | source |\n|---|---|---|---|\n");
        h.outcomes.iter().for_each(|e| entry(e, out));
    }
    h.tables.iter().for_each(|t| table(t, out));
}

fn row(out: &mut String, cells: &[&str]) {
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn entry(e: &Entry, out: &mut String) {
    let mut about = format!("**{}**", escape(&title(&e.outcome)));
    if e.outcome.label.is_some() {
        about.push_str(&format!(" ({})", escape(&e.outcome.name)));
    } else if e.local {
        about.push_str(" (on the way)");
    }
    for m in marks(&e.marks) {
        about.push_str(&format!("<br>⚠ {}", escape(&m)));
    }
    let mut first = Some(about);
    for s in &e.says {
        said(s, first.take().unwrap_or_default(), out);
    }
    for s in &e.replaced {
        let verb = if s.fate.otherwise { "replaced by" } else { "confirmed by" };
        let by = format!(" ({verb} {})", s.fate.behind.join(", "));
        let says = format!("~~{}~~{}", escape(&gist(s)), escape(&by));
        let source = format!("{}{}", escape(&origin(s)), ids(s));
        row(out, &[&first.take().unwrap_or_default(), &says, &escape(&conditions(&s.conditions)), &source]);
        s.exceptions.iter().for_each(|x| exception(x, out));
    }
}

fn said(s: &Said, about: String, out: &mut String) {
    row(out, &[&about, &says(s), &escape(&conditions(&s.conditions)), &format!("{}{}", escape(&origin(s)), ids(s))]);
    s.exceptions.iter().for_each(|e| exception(e, out));
}

fn exception(s: &Said, out: &mut String) {
    row(out, &["", &says(s), &format!("except {}", escape(&conditions(&s.conditions))), &format!("{}{}", escape(&origin(s)), ids(s))]);
    s.exceptions.iter().for_each(|e| exception(e, out));
}

fn says(s: &Said) -> String {
    let mut out = escape(&gist(s));
    if let Some(m) = s.meaning.as_ref().filter(|m| s.value.as_ref() != Some(&m.zh)) {
        out.push_str(&escape(&format!(" ({})", m.zh)));
    }
    let mut small: Vec<String> = Vec::new();
    small.extend(period(s));
    small.extend(hedge(s));
    small.extend(fate(&s.fate));
    small.extend(s.note.as_ref().map(|n| format!("remark: {n}")));
    if !small.is_empty() {
        out.push_str(&format!("<br>*{}*", escape(&small.join("; "))));
    }
    out
}

fn ids(s: &Said) -> String {
    s.ids.iter().map(|i| format!(" {}", escape(&format!("#{i}")))).collect()
}

fn table(t: &Table, out: &mut String) {
    let names: Vec<String> = t.outcomes.iter().map(title).collect();
    out.push_str(&format!("\n**{}**\n", escape(&names.join(" · "))));
    for m in marks(&t.marks) {
        out.push_str(&format!("\n⚠ {}\n", escape(&m)));
    }
    if !t.conditions.is_empty() {
        out.push_str(&format!("\n{}\n", escape(&conditions(&t.conditions))));
    }
    if t.replaced {
        let by = t.rows.iter().find_map(|r| r.said.fate.behind.first()).cloned().unwrap_or_default();
        out.push_str(&format!("\nReplaced by what {} says.\n", escape(&by)));
    }
    out.push('\n');
    let header: Vec<String> = t.columns.iter().map(|c| escape(&column(c))).chain(["source".to_owned()]).collect();
    row(out, &header.iter().map(String::as_str).collect::<Vec<_>>());
    out.push_str(&format!("|{}\n", "---|".repeat(header.len())));
    for r in &t.rows {
        let small = extras(&Said { ids: Vec::new(), ..r.said.clone() });
        let small = if small.is_empty() { String::new() } else { format!("<br>*{}*", escape(&small.join("; "))) };
        let cells = r.cells.iter().map(|c| escape(c)).chain([format!("{}{}{small}", escape(&origin(&r.said)), ids(&r.said))]);
        let cells: Vec<String> = cells.collect();
        row(out, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

fn words(s: &Sheet, out: &mut String) {
    for (kind, heading) in
        [(WordKind::Input, "Facts about the person"), (WordKind::Value, "Values"), (WordKind::Attribute, "Details in lists")]
    {
        let list: Vec<&Name> = s.words.iter().filter(|w| w.kind == kind).map(|w| &w.name).collect();
        if list.is_empty() {
            continue;
        }
        out.push_str(&format!("\n## {heading}\n\n| name | means |\n|---|---|\n"));
        for n in list {
            let means = n.label.as_ref().map(told).or_else(|| n.alias.clone()).unwrap_or_default();
            row(out, &[&escape(&n.name), &escape(&means)]);
        }
    }
}

fn sources(s: &Sheet, out: &mut String) {
    if s.sources.is_empty() {
        return;
    }
    out.push_str("\n## Sources\n\n| name | source | address |\n|---|---|---|\n");
    for x in &s.sources {
        let note = x.note.as_ref().map_or(String::new(), |n| format!("<br>{}", escape(n)));
        let url = x.url.as_ref().map_or(String::new(), |u| format!("<{}>", u.replace(['<', '>', ' '], "").replace('|', "%7C")));
        row(out, &[&escape(&x.name), &format!("{}{note}", escape(&source(x))), &url]);
    }
}
