//! In: an answer. Out: lines for people: each outcome with its status and value, and under it who says so. Never here: explanations (`tree.rs`).

use super::paint::{Paint, pad, plain, width};
use super::tree::{draw, explanations};
use super::{ask, circumstances, citation, citations, place, spot};
use crate::eval::{Alternative, Answer, Because, Need, OutcomeAnswer, Status, Told};

/// Columns of the word before a detail.
const KEY: usize = 10;
/// Names wider than this do not push the other columns away.
const WIDEST_NAME: usize = 24;

/// An answer with a headline for each outcome and its reasons under it; ends with a line break.
pub fn answer(answer: &Answer, paint: Paint) -> String {
    let known = answer.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
    let head = plain(&format!("{}: {}", answer.region, answer.decision));
    let mut out = format!("{} {}\n", paint.strong(&head), plain(&format!("on {}{known}", answer.on)));
    let name = answer.outcomes.iter().map(|o| width(&o.outcome)).filter(|w| *w <= WIDEST_NAME).max().unwrap_or(0);
    for o in &answer.outcomes {
        out.push('\n');
        lines(o, name, paint, &mut out);
    }
    out
}

/// One outcome of an answer; ends with a line break.
pub fn outcome(outcome: &OutcomeAnswer, paint: Paint) -> String {
    let mut out = String::new();
    lines(outcome, 0, paint, &mut out);
    out
}

/// Lines of one outcome.
struct Lines<'o> {
    out: &'o mut String,
    paint: Paint,
}

impl Lines<'_> {
    fn detail(&mut self, indent: usize, key: &str, text: &str) {
        let key = self.paint.faint(&pad(key, KEY));
        self.out.push_str(&format!("{}{key}{}\n", " ".repeat(indent), plain(text)));
    }
}

fn lines(o: &OutcomeAnswer, name_width: usize, paint: Paint, out: &mut String) {
    let name = paint.strong(&pad(&plain(&o.outcome), name_width));
    let status = paint.status(o.status, &pad(o.status.word(), 8));
    out.push_str(&format!("{name}  {status}  {}\n", plain(&headline(o))));
    let mut l = Lines { out, paint };
    if let Some(label) = &o.label {
        l.detail(2, "about", &told(label));
    }
    for need in &o.needs {
        l.detail(2, if need.argument { "say" } else { "tell" }, &wanted(need));
    }
    match o.alternatives.as_slice() {
        [one] => reasons(&mut l, 2, o, one),
        several => {
            for a in several {
                l.out.push_str(&format!("  - {}", plain(&said(a))));
                if !a.when.is_empty() {
                    l.out.push_str(&l.paint.faint(&plain(&format!("  if {}", circumstances(&a.when)))));
                }
                l.out.push('\n');
                reasons(&mut l, 4, o, a);
            }
        }
    }
    // An agency that has to settle a condition is named by no alternative.
    if let Some(r) = o.refer.as_ref().filter(|_| o.alternatives.iter().all(|a| a.refer.is_none())) {
        l.detail(2, "refer", &ask(r));
    }
    for c in &o.conflicts {
        l.detail(2, "conflict", &c.reason);
        for rule in &c.rules {
            l.detail(2 + KEY, who(rule), &format!("{}: {}", spot(rule), rule.text));
        }
    }
    let remarks = [("beaten", &o.beaten), ("outranked", &o.outranked), ("against", &o.contradicted_by), ("replaces", &o.differs_from)];
    for (key, list) in remarks {
        for r in list {
            let source = r.rule.source.as_ref().map_or(String::new(), |c| format!(" ({})", citation(c)));
            let why = r.why.as_ref().map_or(String::new(), |w| format!("; {w}"));
            l.detail(2, key, &format!("{}, said by {}{source}{why}", r.text, place(&r.rule)));
        }
    }
    for note in &o.notes {
        l.detail(2, "note", note);
    }
    if o.truncated {
        l.detail(2, "note", "there are more alternatives than these");
    }
    for tree in explanations(o) {
        for line in draw(&tree, paint).lines() {
            l.out.push_str(&format!("    {line}\n"));
        }
    }
}

/// Who gives an alternative, how surely, and whom to ask.
fn reasons(l: &mut Lines, indent: usize, o: &OutcomeAnswer, a: &Alternative) {
    for rule in &a.rules {
        l.detail(indent, who(rule), &place(rule));
    }
    for source in citations(&a.sources) {
        l.detail(indent, "source", &source);
    }
    for h in &a.hedges {
        let text = if h.is_empty() { "the source is not sure".to_string() } else { format!("“{h}”") };
        l.detail(indent, "hedged", &text);
    }
    for note in a.rules.iter().filter_map(|r| r.note.as_ref()) {
        l.detail(indent, "remark", note);
    }
    if let Some(f) = &a.failure {
        let at = f.at.as_ref().map_or(String::new(), |at| format!(" ({at})"));
        match &f.code {
            Some(code) => l.detail(indent, "error", &format!("{code}: {}{at}", f.message)),
            None if o.alternatives.len() > 1 => l.detail(indent, "because", &format!("{}{at}", f.message)),
            None => {}
        }
    }
}

/// What an alternative comes to, in words.
fn said(a: &Alternative) -> String {
    match &a.refer {
        Some(r) if a.value.is_some() => format!("{}, and {}", a.text, ask(r)),
        _ => a.text.clone(),
    }
}

/// What came out, on one line.
pub(crate) fn headline(o: &OutcomeAnswer) -> String {
    let mut texts: Vec<String> = Vec::new();
    for a in &o.alternatives {
        let text = said(a);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let joined = texts.join(" or ");
    match o.status {
        Status::Needs => {
            let names: Vec<&str> = o.needs.iter().map(|n| n.input.as_str()).collect();
            names.join(", ")
        }
        Status::NoRule if o.alternatives.len() == 1 => {
            o.alternatives.iter().find_map(|a| a.failure.as_ref()).map_or(joined, |f| f.message.clone())
        }
        Status::Error => {
            let failed = o.alternatives.iter().find_map(|a| a.failure.as_ref().filter(|f| f.code.is_some()));
            failed.map_or(joined, |f| f.message.clone())
        }
        _ => joined,
    }
}

/// What only a web page says is a claim.
pub(crate) fn who(b: &Because) -> &'static str {
    if b.claim { "claim" } else { "rule" }
}

pub(crate) fn told(label: &Told) -> String {
    match &label.en {
        Some(en) if !en.is_empty() => format!("{} / {en}", label.zh),
        _ => label.zh.clone(),
    }
}

/// `gap (months, at least 0 months): 中断月数 / Months without contributions`
fn wanted(n: &Need) -> String {
    let range = n.range.as_ref().map_or(String::new(), |r| format!(", {r}"));
    let question = n.question.as_ref().map_or(String::new(), |q| format!(": {}", told(q)));
    format!("{} ({}{range}){question}", n.input, n.ty)
}
