//! In: the explanation of an outcome. Out: a tree of lines, and its drawing for a terminal. Never here: Markdown, Mermaid, working anything out.

use super::paint::{Paint, plain};
use super::{citation, place};
use crate::eval::{Explanation, OutcomeAnswer, StatementTrace, StepTrace, Trace};

/// A line and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// What kind of thing it is.
    pub kind: BranchKind,
    /// The line.
    pub text: String,
    /// What stands under it.
    pub under: Vec<Branch>,
}

/// What a line of an explanation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// An outcome with its result.
    Outcome,
    /// A statement that counts.
    Counts,
    /// A statement that does not count.
    Idle,
    /// Anything about the line above.
    Detail,
}

impl Branch {
    fn detail(text: String) -> Self {
        Branch { kind: BranchKind::Detail, text, under: Vec::new() }
    }
}

/// A tree for each alternative of an outcome.
pub fn explanations(o: &OutcomeAnswer) -> Vec<Branch> {
    o.explanation.iter().map(explanation).collect()
}

/// One alternative: the outcome, everything said about it, and the values read from other decisions.
pub fn explanation(e: &Explanation) -> Branch {
    let mut root = trace(&e.trace);
    if !e.when.is_empty() {
        root.text = format!("if {}: {}", e.when.join(" and "), root.text);
    }
    root
}

fn trace(t: &Trace) -> Branch {
    let mut under: Vec<Branch> = t.statements.iter().map(statement).collect();
    under.extend(t.reads.iter().map(trace));
    let again = if t.explained_above { " (see above)" } else { "" };
    // What is no value is no predicate either.
    let is = if ["ask ", "no rule", "needs ", "error "].iter().any(|s| t.result.starts_with(s)) { ":" } else { " is" };
    Branch { kind: BranchKind::Outcome, text: format!("{} in {}{is} {}{again}", t.outcome, t.region, t.result), under }
}

fn statement(s: &StatementTrace) -> Branch {
    let counts = matches!(s.fate.as_str(), "stands" | "adjusts" | "disputes");
    let mut under = vec![Branch::detail(format!("it {}", s.reads))];
    let mut from = place(&s.rule);
    if let Some(c) = &s.rule.source {
        from.push_str(&format!(", {}", citation(c)));
    }
    under.push(Branch::detail(format!("{} {from}", if s.rule.claim { "claim" } else { "rule" })));
    if let Some(h) = &s.rule.hedged {
        under.push(Branch::detail(if h.is_empty() { "hedged".to_string() } else { format!("hedged “{h}”") }));
    }
    under.extend(worked_out(&s.conditions, &s.steps));
    for i in &s.items {
        under.push(Branch { under: worked_out(&i.conditions, &i.steps).collect(), ..Branch::detail(format!("for {}", i.item)) });
    }
    let kind = if counts { BranchKind::Counts } else { BranchKind::Idle };
    Branch { kind, text: s.rule.text.clone(), under }
}

/// Conditions, then the steps of a formula.
fn worked_out(conditions: &[StepTrace], steps: &[StepTrace]) -> impl Iterator<Item = Branch> {
    let condition = |c: &StepTrace| match c.value.as_str() {
        "holds" | "does not hold" => format!("condition `{}` {}", c.text, c.value),
        value => format!("`{}` is {value}", c.text),
    };
    let step = |s: &StepTrace| match s.value.as_str() {
        "open" | "not told" => format!("`{}` is {}", s.text, s.value),
        value => format!("`{}` comes to {value}", s.text),
    };
    conditions.iter().map(condition).chain(steps.iter().map(step)).map(Branch::detail).collect::<Vec<_>>().into_iter()
}

/// The tree with lines between its branches; ends with a line break.
pub fn draw(branch: &Branch, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.strong(&plain(&branch.text)));
    below(branch, "", paint, &mut out);
    out
}

fn below(branch: &Branch, stem: &str, paint: Paint, out: &mut String) {
    let count = branch.under.len();
    for (i, b) in branch.under.iter().enumerate() {
        let last = i + 1 == count;
        let text = plain(&b.text);
        let text = match b.kind {
            BranchKind::Outcome => paint.strong(&text),
            BranchKind::Counts => paint.good(&text),
            BranchKind::Idle => paint.faint(&text),
            BranchKind::Detail => text,
        };
        out.push_str(&format!("{stem}{} {text}\n", if last { "└─" } else { "├─" }));
        below(b, &format!("{stem}{}  ", if last { " " } else { "│" }), paint, out);
    }
}
