//! In: answers as data. Out: text for people (lines, trees, Markdown, Mermaid) and the JSON document of `polc eval`. Never here: working anything out, standard streams, exit codes.

mod document;
mod markdown;
mod mermaid;
mod paint;
mod text;
mod tree;

pub use document::{DOCUMENT_VERSION, Document};
pub(crate) use markdown::escape;
pub use markdown::{branch_as_markdown, markdown};
pub use mermaid::mermaid;
pub use paint::Paint;
pub(crate) use paint::{pad, plain, width};
pub use text::{answer as answer_text, names as outcome_names, outcome as outcome_text, progress};
pub(crate) use text::{headline, told, who};
pub use tree::{Branch, draw, explanation as explanation_tree, explanations as explanation_trees};

use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Answer, Because, Citation, Referral, Status};

/// What went wrong while answering, as diagnostics with their place in the policies.
pub fn faults(answer: &Answer) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    for outcome in answer.outcomes.iter().filter(|o| o.status == Status::Error) {
        for alternative in &outcome.alternatives {
            let Some(failure) = &alternative.failure else { continue };
            let Some(code) = failure.code.as_deref().and_then(codes::find) else { continue };
            let message = format!("`{}` for {}: {}", outcome.outcome, answer.region, failure.message);
            let mut d = match failure.span {
                Some(span) => Diagnostic::at(code, span, message),
                None => Diagnostic::about(code, None, message),
            };
            for rule in &alternative.rules {
                if let Some(span) = rule.span
                    && failure.span != Some(span)
                {
                    d = d.related(span, format!("{} says this", rule.region));
                }
            }
            if !alternative.when.is_empty() {
                d = d.help(format!("it happens if {}", circumstances(&alternative.when)));
            }
            if !out.contains(&d) {
                out.push(d);
            }
        }
    }
    out
}

/// `a and b, or c and d`
pub(crate) fn circumstances(when: &[Vec<String>]) -> String {
    when.iter().map(|all| all.join(" and ")).collect::<Vec<_>>().join(", or if ")
}

/// `transfer.pol:12 in 西宁`
pub(crate) fn spot(b: &Because) -> String {
    format!("{}:{} in {}", b.file, b.line, b.region)
}

/// `transfer.pol:12 in 西宁 #F002`
pub(crate) fn place(b: &Because) -> String {
    let mut out = spot(b);
    for id in &b.ids {
        out.push_str(&format!(" #{id}"));
    }
    out
}

/// `西宁2025 “title” §“section”, web page of 2025-05-17`
pub(crate) fn citation(c: &Citation) -> String {
    cited(c, c.section.as_slice())
}

/// Each source once, with all its sections that are cited.
pub(crate) fn citations(list: &[Citation]) -> Vec<String> {
    let mut sources: Vec<(&Citation, Vec<String>)> = Vec::new();
    for c in list {
        match sources.iter_mut().find(|(s, _)| s.name == c.name) {
            Some((_, sections)) => sections.extend(c.section.clone()),
            None => sources.push((c, c.section.iter().cloned().collect())),
        }
    }
    sources.iter().map(|(c, sections)| cited(c, sections)).collect()
}

fn cited(c: &Citation, sections: &[String]) -> String {
    let mut out = c.name.clone();
    if let Some(title) = &c.title {
        out.push_str(&format!(" “{title}”"));
    }
    for section in sections {
        out.push_str(&format!(" §“{section}”"));
    }
    let kind = if c.kind == "web" { "web page" } else { &c.kind };
    match &c.published {
        Some(day) => out.push_str(&format!(", {kind} of {day}")),
        None => out.push_str(&format!(", {kind}, undated")),
    }
    out
}

/// Whom to ask.
pub(crate) fn ask(r: &Referral) -> String {
    r.agency.as_ref().map_or("ask the agency".to_string(), |a| format!("ask {a}"))
}
