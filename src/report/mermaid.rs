//! In: explained answers. Out: one Mermaid flowchart: what was read and what gave it. Never here: other formats.

use super::text::headline;
use super::tree::{Branch, BranchKind, explanations};
use crate::eval::Answer;

/// A flowchart of every explanation in these answers; arrows point from what was said to what came of it.
pub fn mermaid(answers: &[Answer]) -> String {
    let mut chart = Chart { out: String::from("flowchart LR\n"), next: 0 };
    for answer in answers {
        let root = chart.node(&[format!("{}: {}", answer.region, answer.decision)], BranchKind::Outcome);
        for o in &answer.outcomes {
            let status = format!("{}: {}", o.outcome, o.status.word().replace('_', " "));
            let outcome = chart.node(&[status, headline(o)], BranchKind::Outcome);
            chart.arrow(&outcome, &root, true);
            for tree in explanations(o) {
                let top = chart.branch(&tree);
                chart.arrow(&top, &outcome, true);
            }
        }
    }
    chart.out.push_str("  classDef counts fill:#dfd,stroke:#393\n  classDef idle fill:#eee,stroke:#999,color:#666\n");
    chart.out
}

struct Chart {
    out: String,
    next: usize,
}

impl Chart {
    /// A box; its lines are what the program puts below each other, never what an author wrote.
    fn node(&mut self, lines: &[String], kind: BranchKind) -> String {
        let id = format!("n{}", self.next);
        self.next += 1;
        let class = match kind {
            BranchKind::Counts => ":::counts",
            BranchKind::Idle => ":::idle",
            BranchKind::Outcome | BranchKind::Detail => "",
        };
        let (open, close) = if kind == BranchKind::Outcome { ("([", "])") } else { ("[", "]") };
        self.out
            .push_str(&format!("  {id}{open}\"{}\"{close}{class}\n", lines.iter().map(|l| escape(l)).collect::<Vec<_>>().join("<br/>")));
        id
    }

    fn arrow(&mut self, from: &str, to: &str, solid: bool) {
        self.out.push_str(&format!("  {from} {} {to}\n", if solid { "-->" } else { "-.->" }));
    }

    /// Details stand inside the box of what they are about.
    fn branch(&mut self, b: &Branch) -> String {
        let mut lines = vec![b.text.clone()];
        details(b, 0, &mut lines);
        let own = self.node(&lines, b.kind);
        for u in b.under.iter().filter(|u| u.kind != BranchKind::Detail) {
            let under = self.branch(u);
            self.arrow(&under, &own, u.kind != BranchKind::Idle);
        }
        own
    }
}

/// Details of a branch, with their own details set off.
fn details(b: &Branch, depth: usize, lines: &mut Vec<String>) {
    for u in b.under.iter().filter(|u| u.kind == BranchKind::Detail) {
        lines.push(format!("{}{}", "· ".repeat(depth), u.text));
        details(u, depth + 1, lines);
    }
}

/// Inside quotes Mermaid reads entities, so that every sign that means something to it becomes one; a line that begins like
/// an item of a list would be read as Markdown.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let listed = line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')', '-', '+']);
    for (i, c) in line.char_indices() {
        match c {
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '|' => {
                out.push_str(&format!("#{};", u32::from(c)))
            }
            '-' | '+' | '0'..='9' if i == 0 && listed => out.push_str(&format!("#{};", u32::from(c))),
            // Two of them begin a comment.
            '%' if line.get(i + 1..).is_some_and(|rest| rest.starts_with('%')) => out.push_str("#37;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
