//! In: answers. Out: Markdown that any viewer shows, explanations as nested lists. Never here: the terminal.

use super::text::{headline, told, who};
use super::tree::{Branch, BranchKind, explanations};
use super::{ask, circumstances, citations, place};
use crate::eval::Answer;

/// An answer with a heading for each outcome.
pub fn markdown(answer: &Answer) -> String {
    let known = answer.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    let mut out = format!("# {}: {}\n\nAsked on {}{known}.\n", escape(&answer.region), escape(&answer.decision), answer.on);
    for o in &answer.outcomes {
        out.push_str(&format!("\n## {}: {}\n\n", escape(&o.outcome), o.status.word().replace('_', " ")));
        if let Some(label) = &o.label {
            out.push_str(&format!("*{}*\n\n", escape(&told(label))));
        }
        out.push_str(&format!("**{}**\n\n", escape(&headline(o))));
        for need in &o.needs {
            let question = need.question.as_ref().map_or(String::new(), |q| format!(": {}", escape(&told(q))));
            out.push_str(&format!("- tell {}{question}\n", escape(&need.input)));
        }
        for a in &o.alternatives {
            let when = if a.when.is_empty() { String::new() } else { format!(", if {}", circumstances(&a.when)) };
            out.push_str(&format!("- {}{}\n", escape(&a.text), escape(&when)));
            for rule in &a.rules {
                out.push_str(&format!("  - {}: {}\n", who(rule), escape(&place(rule))));
            }
            for source in citations(&a.sources) {
                out.push_str(&format!("  - source: {}\n", escape(&source)));
            }
            let mut links: Vec<&String> = a.sources.iter().filter_map(|c| c.url.as_ref()).collect();
            links.dedup();
            for url in links {
                out.push_str(&format!("  - <{}>\n", url.replace(['<', '>', ' '], "")));
            }
            for h in &a.hedges {
                out.push_str(&format!("  - hedged: {}\n", escape(h)));
            }
            if let Some(r) = &a.refer {
                out.push_str(&format!("  - {}\n", escape(&ask(r))));
            }
            if let Some(f) = &a.failure {
                let code = f.code.as_ref().map_or(String::new(), |c| format!("{c}: "));
                out.push_str(&format!("  - {code}{}\n", escape(&f.message)));
            }
        }
        for c in &o.conflicts {
            out.push_str(&format!("- conflict: {}\n", escape(&c.reason)));
        }
        let remarks = [("beaten", &o.beaten), ("outranked", &o.outranked), ("against", &o.contradicted_by), ("replaces", &o.differs_from)];
        for (key, list) in remarks {
            for r in list {
                out.push_str(&format!("- {key}: {}, said by {}\n", escape(&r.text), escape(&place(&r.rule))));
            }
        }
        for n in &o.notes {
            out.push_str(&format!("- note: {}\n", escape(n)));
        }
        let trees = explanations(o);
        if !trees.is_empty() {
            out.push_str("\n### Why\n\n");
        }
        for tree in trees {
            out.push_str(&branch_as_markdown(&tree));
        }
    }
    out
}

/// A tree as a nested list.
pub fn branch_as_markdown(branch: &Branch) -> String {
    let mut out = String::new();
    item(branch, 0, &mut out);
    out
}

fn item(b: &Branch, depth: usize, out: &mut String) {
    let text = escape(&b.text);
    let text = if b.kind == BranchKind::Outcome { format!("**{text}**") } else { text };
    out.push_str(&format!("{}- {text}\n", "  ".repeat(depth)));
    for under in &b.under {
        item(under, depth + 1, out);
    }
}

/// Keeps what Markdown would read as its own signs.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
