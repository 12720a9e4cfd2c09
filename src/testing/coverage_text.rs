//! In: what the tests exercise. Out: tables, and the list of what they do not, for people; the same as JSON. Never here: counting.

use super::coverage::{Boundary, Count, Counts, Coverage, Item, Kind, Part, State};
use crate::report::{Paint, plain};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// Version of the JSON document; grows when a field changes its meaning or goes.
pub(crate) const VERSION: u32 = 1;

/// The whole report: a line for each file and region, then everything that is not exercised, in source order.
pub fn text(c: &Coverage, paint: Paint) -> String {
    let mut out = String::new();
    for (title, parts) in [("file", &c.files), ("region", &c.regions)] {
        if !parts.is_empty() {
            out.push_str(&table(title, parts));
            out.push('\n');
        }
    }
    let open: Vec<&Item> = c.items.iter().filter(|i| i.state != State::Exercised).collect();
    if !open.is_empty() {
        out.push_str(&paint.strong("not exercised by any test"));
        out.push('\n');
        for item in open {
            out.push_str(&entry(item, paint));
        }
        out.push('\n');
    }
    let open: Vec<&Boundary> = c.boundaries.iter().filter(|b| b.on.hits == 0 || b.beside.as_ref().is_some_and(|s| s.hits == 0)).collect();
    if !open.is_empty() {
        out.push_str(&paint.strong("limits on which no test stands"));
        out.push('\n');
        for b in open {
            out.push_str(&limit(b, paint));
        }
        out.push('\n');
    }
    out.push_str(&summary(c, paint));
    out
}

/// `x.pol:5  gap: exactly 3 months, 4 months  in 甲市, transfer resident->employee`.
fn limit(b: &Boundary, paint: Paint) -> String {
    let place = paint.strong(&plain(&format!("{}:{}", b.at.file, b.at.line)));
    let open: Vec<&str> = std::iter::once(&b.on).chain(&b.beside).filter(|s| s.hits == 0).map(|s| s.value.as_str()).collect();
    let about = format!("in {}, {}", b.region, b.decision);
    format!("{place}  {} = {}  {}\n", plain(&b.compared), plain(&open.join(", ")), paint.faint(&plain(&about)))
}

/// The last line: `coverage 72.2% (26 of 36): 12 of 14 statements, …`.
pub fn summary(c: &Coverage, paint: Paint) -> String {
    let named = kinds(&c.total).into_iter().filter(|(_, n)| n.total > 0);
    let parts: Vec<String> = named.map(|(name, n)| format!("{} of {} {name}", n.covered, n.total)).collect();
    let all = c.total.all;
    let limits = c.total.boundaries;
    let limits = if limits.total > 0 { format!("; {} of {} sides of limits", limits.covered, limits.total) } else { String::new() };
    let line = match parts.as_slice() {
        [] => "coverage 100.0%: there is nothing to exercise".to_string(),
        _ => format!("coverage {} ({} of {}): {}", all.percent(), all.covered, all.total, parts.join(", ")) + &limits,
    };
    format!("{}\n", if all.covered == all.total { paint.good(&line) } else { line })
}

fn kinds(c: &Counts) -> [(&'static str, Count); 5] {
    [
        ("statements", c.statements),
        ("rows", c.rows),
        ("exceptions", c.exceptions),
        ("sides of conditions", c.sides),
        ("`never` constraints", c.nevers),
    ]
}

/// A line for each part; kinds of which there are none get no column.
fn table(title: &str, parts: &[Part]) -> String {
    let columns = |c: &Counts| {
        [
            ("statements", c.statements),
            ("rows", c.rows),
            ("exceptions", c.exceptions),
            ("sides", c.sides),
            ("nevers", c.nevers),
            ("limits", c.boundaries),
        ]
    };
    let some: Vec<bool> = (0..columns(&Counts::default()).len())
        .map(|i| parts.iter().any(|p| columns(&p.counts).get(i).is_some_and(|(_, n)| n.total > 0)))
        .collect();
    let kept = |c: &Counts| columns(c).into_iter().zip(&some).filter(|(_, some)| **some).map(|(column, _)| column).collect::<Vec<_>>();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let names = kept(&Counts::default()).into_iter().map(|(name, _)| name);
    table.set_header(std::iter::once(title).chain(names).chain(["all", ""]));
    for part in parts {
        let count = |n: Count| if n.total == 0 { "-".to_string() } else { format!("{}/{}", n.covered, n.total) };
        let counts = kept(&part.counts).into_iter().map(|(_, n)| count(n));
        let all = part.counts.all;
        table.add_row(std::iter::once(plain(&part.name)).chain(counts).chain([count(all), all.percent()]));
    }
    table.column_iter_mut().skip(1).for_each(|c| c.set_cell_alignment(CellAlignment::Right));
    table.lines().map(|l| format!("{}\n", l.strip_prefix(' ').unwrap_or(&l).trim_end())).collect()
}

fn entry(item: &Item, paint: Paint) -> String {
    let place = paint.strong(&plain(&format!("{}:{}", item.at.file, item.at.line)));
    let about = match &item.region {
        Some(region) => format!("in {region}, {}", item.decision),
        None => item.decision.clone(),
    };
    let what = match item.sides {
        Some(s) => match (s.held > 0, s.failed > 0) {
            (false, false) => "never decided".to_string(),
            (false, true) => "never held".to_string(),
            _ => "always held".to_string(),
        },
        None if !item.missing.is_empty() => format!("never gave {}", item.missing.join(", ")),
        None => String::new(),
    };
    let word = item.kind.word();
    let head = if what.is_empty() { word.to_string() } else { format!("{word} {what}") };
    let text = if item.kind == Kind::Condition { format!("`{}`", item.text) } else { item.text.clone() };
    format!("{place}  {head}  {}\n    {}\n", paint.faint(&plain(&about)), plain(&text))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document<'a> {
    version: u32,
    polc: &'static str,
    percent: String,
    #[serde(flatten)]
    coverage: &'a Coverage,
}

/// One JSON document.
pub fn json(c: &Coverage) -> Result<String, serde_json::Error> {
    let document = Document { version: VERSION, polc: env!("CARGO_PKG_VERSION"), percent: c.total.all.percent(), coverage: c };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}
