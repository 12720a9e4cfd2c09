//! In: explained answers. Out: one Mermaid flowchart: what was read and what gave it. Never here: other formats.

use super::text::headline;
use super::tree::{Branch, BranchKind, explanations};
use crate::eval::Answer;

/// A flowchart of every explanation in these answers; arrows point from what was said to what came of it.
pub fn mermaid(answers: &[Answer]) -> String {
    let mut chart = Chart { out: String::from("flowchart LR\n"), next: 0 };
    for answer in answers {
        let root = chart.node(&format!("{}: {}", answer.region, answer.decision), BranchKind::Outcome);
        for o in &answer.outcomes {
            let outcome =
                chart.node(&format!("{}: {}\n{}", o.outcome, o.status.word().replace('_', " "), headline(o)), BranchKind::Outcome);
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
    fn node(&mut self, text: &str, kind: BranchKind) -> String {
        let id = format!("n{}", self.next);
        self.next += 1;
        let class = match kind {
            BranchKind::Counts => ":::counts",
            BranchKind::Idle => ":::idle",
            BranchKind::Outcome | BranchKind::Detail => "",
        };
        let (open, close) = if kind == BranchKind::Outcome { ("([", "])") } else { ("[", "]") };
        self.out.push_str(&format!("  {id}{open}\"{}\"{close}{class}\n", escape(text)));
        id
    }

    fn arrow(&mut self, from: &str, to: &str, solid: bool) {
        self.out.push_str(&format!("  {from} {} {to}\n", if solid { "-->" } else { "-.->" }));
    }

    /// Details stand inside the box of what they are about.
    fn branch(&mut self, b: &Branch) -> String {
        let details = b.under.iter().filter(|u| u.kind == BranchKind::Detail).map(|u| u.text.as_str());
        let text = std::iter::once(b.text.as_str()).chain(details).collect::<Vec<_>>().join("\n");
        let own = self.node(&text, b.kind);
        for u in b.under.iter().filter(|u| u.kind != BranchKind::Detail) {
            let under = self.branch(u);
            self.arrow(&under, &own, u.kind != BranchKind::Idle);
        }
        own
    }
}

/// Inside quotes Mermaid reads entities, so that every sign that means something to it becomes one.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br/>"),
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '|' => {
                out.push_str(&format!("#{};", u32::from(c)))
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
