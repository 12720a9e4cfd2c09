//! In: regions side by side. Out: tables for people, on a terminal and in Markdown. Never here: which of them differ.

use super::layout::{place, title, wrap};
use super::{Cell, Compared, Comparison, Row};
use crate::eval::Told;
use crate::report::{Paint, escape, plain, told};
use comfy_table::{ContentArrangement, Table, presets};

/// The mark of a row in which the regions differ.
const DIFFERS: &str = "≠";
/// Nothing is said.
const NOTHING: &str = "—";

/// What the marks mean.
const LEGEND: &str = "≠ the regions differ · — nothing said · ↑ inherited from that region · “…” the source hedges · disputed, conflict: sources, or rules, contradict each other";

/// The comparison as tables of at most `columns` columns; ends with a line break.
pub fn text(c: &Comparison, columns: u16, only_differences: bool, paint: Paint) -> String {
    let width = usize::from(columns);
    let names: Vec<String> = c.regions.iter().map(place).collect();
    let known = c.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    let head = paint.strong(&plain(&names.join(" | ")));
    let who = if c.person { "answers for the person told about" } else { "for nobody in particular" };
    let mut out = wrap(&format!("{head} on {}{known}, {who}", c.on), "", "", width);
    for d in &c.decisions {
        let rows: Vec<&Row> = d.rows.iter().filter(|r| r.differs || !only_differences).collect();
        if rows.is_empty() {
            continue;
        }
        let name = if d.decision.label.is_some() { format!("  {}", d.decision.name) } else { String::new() };
        out.push('\n');
        out.push_str(&wrap(&paint.strong(&plain(&format!("{}{name}", title(&d.decision)))), "", "", width));
        out.push_str(&table(c, d, &rows, columns));
    }
    out.push_str(&format!("\n{}\n", summary(c)));
    if c.decisions.iter().any(|d| d.rows.iter().any(|r| r.differs || !only_differences)) {
        out.push_str(&paint.faint(wrap(LEGEND, "", "", width).trim_end()));
        out.push('\n');
    }
    out
}

fn table(c: &Comparison, d: &Compared, rows: &[&Row], columns: u16) -> String {
    let mut grid = Table::new();
    grid.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    let heads = d.rows.iter().any(|r| r.arguments.iter().any(|a| !a.is_empty()));
    let mut header = vec![String::new(), "about".to_owned()];
    if heads {
        header.push("for".to_owned());
    }
    header.extend(c.regions.iter().map(|r| plain(&r.name)));
    grid.set_header(header);
    for row in rows {
        let mark = if row.differs { DIFFERS } else { "" };
        let mut cells = vec![mark.to_owned(), about(row, "\n")];
        if heads {
            // Blanks where a narrow column may break.
            cells.push(whom(row, "\n").replace('|', " | ").replace("->", " -> "));
        }
        cells.extend(row.cells.iter().map(|c| cell(c, "\n", plain)));
        grid.add_row(cells);
    }
    format!("{}\n", grid.trim_fmt())
}

/// What is defined to say something else, and is no answer itself.
const ON_THE_WAY: &str = "(on the way)";

/// The outcome: its label, one language to a line, and its name.
fn about(row: &Row, by: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    match &row.outcome.label {
        Some(Told { zh, en }) => {
            parts.push(plain(zh));
            parts.extend(en.as_ref().map(|e| plain(e)));
        }
        None => parts.push(plain(&title(&row.outcome))),
    }
    if row.local {
        parts.push(ON_THE_WAY.to_owned());
    }
    parts.join(by)
}

fn whom(row: &Row, by: &str) -> String {
    row.arguments.iter().map(|a| if a.is_empty() { "everybody".to_owned() } else { plain(a) }).collect::<Vec<_>>().join(by)
}

/// What a region says with its marks.
fn cell(c: &Cell, by: &str, clean: fn(&str) -> String) -> String {
    if c.text.is_empty() {
        return NOTHING.to_owned();
    }
    let bullet = if c.text.len() > 1 { "• " } else { "" };
    let mut lines: Vec<String> = c.text.iter().map(|t| format!("{bullet}{}", clean(t))).collect();
    let mut marks: Vec<String> = Vec::new();
    if c.disputed {
        marks.push("disputed".to_owned());
    }
    if c.conflicts {
        marks.push("conflict".to_owned());
    }
    let hedge = |h: &String| if h.is_empty() { "hedged".to_owned() } else { clean(&format!("“{h}”")) };
    marks.extend(c.hedged.iter().map(hedge));
    marks.extend(c.inherited.iter().map(|r| clean(&format!("↑{r}"))));
    if !marks.is_empty() {
        lines.push(marks.join(" "));
    }
    lines.join(by)
}

fn summary(c: &Comparison) -> String {
    let rows = || c.decisions.iter().flat_map(|d| &d.rows);
    let (all, differ) = (rows().count(), rows().filter(|r| r.differs).count());
    if all == 0 {
        return "Nothing is said about any of them.".to_owned();
    }
    let count = |n: usize| if n == 1 { "1 question".to_owned() } else { format!("{n} questions") };
    format!("{}, {differ} answered differently", count(all))
}

/// The comparison as Markdown, a table for each decision.
pub fn markdown(c: &Comparison, only_differences: bool) -> String {
    let names: Vec<String> = c.regions.iter().map(|r| escape(&place(r))).collect();
    let known = c.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    let who = if c.person { "Answers for the person told about" } else { "For nobody in particular" };
    let mut out = format!("# {}\n\n{who}, on {}{known}. {}.\n\n{LEGEND}\n", names.join(", "), c.on, summary(c).trim_end_matches('.'));
    for d in &c.decisions {
        let rows: Vec<&Row> = d.rows.iter().filter(|r| r.differs || !only_differences).collect();
        if rows.is_empty() {
            continue;
        }
        let name = if d.decision.label.is_some() { format!(" ({})", escape(&d.decision.name)) } else { String::new() };
        let regions: Vec<String> = c.regions.iter().map(|r| escape(&r.name)).collect();
        out.push_str(&format!("\n## {}{name}\n\n| | about | for | {} |\n", escape(&title(&d.decision)), regions.join(" | ")));
        out.push_str(&format!("|---|---|---|{}\n", "---|".repeat(regions.len())));
        for r in rows {
            let mark = if r.differs { DIFFERS } else { "" };
            let about = escape(&r.outcome.label.as_ref().map_or_else(|| title(&r.outcome), told));
            let whom = escape(&whom(r, ", "));
            let cells: Vec<String> = r.cells.iter().map(|c| cell(c, "<br>", escape)).collect();
            let name = match &r.outcome.label {
                Some(_) => format!(" ({})", escape(&r.outcome.name)),
                None if r.local => format!(" {ON_THE_WAY}"),
                None => String::new(),
            };
            out.push_str(&format!("| {mark} | {about}{name} | {whom} | {} |\n", cells.join(" | ")));
        }
    }
    out
}
