//! In: the conditions of all statements. Out: those that nobody or everybody meets. Never here: statements against each other.

use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Truth, truth};
use crate::program::{Node, NodeId, Program, Stmt};
use crate::source::Span;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// A condition to look at: the statement it stands on and its parts, the outermost first.
struct Asked<'p> {
    stmt: &'p Stmt,
    parts: Vec<NodeId>,
}

pub(super) fn check(p: &Program) -> Vec<Diagnostic> {
    let mut seen: FxHashSet<Vec<NodeId>> = FxHashSet::default();
    let mut asked = Vec::new();
    for stmt in &p.statements {
        let mut parts = parts(p, stmt);
        if let Some(base) = stmt.exception_of {
            // An exception holds only where its statement does.
            let mut whole = self::parts(p, p.statement(base));
            whole.append(&mut parts);
            parts = whole;
        }
        if !parts.is_empty() && seen.insert(parts.clone()) {
            asked.push(Asked { stmt, parts });
        }
    }
    let mut out: Vec<Diagnostic> = asked.par_iter().flat_map_iter(|a| one(p, a)).collect();
    // One condition may stand on several statements of its block.
    crate::diagnostics::sort(&mut out);
    out
}

fn parts(p: &Program, stmt: &Stmt) -> Vec<NodeId> {
    match stmt.when {
        None => Vec::new(),
        Some(w) => match p.node(w) {
            Node::All(parts) => parts.to_vec(),
            _ => vec![w],
        },
    }
}

/// Whether a condition turns on facts and arguments only; other outcomes differ from region to region.
fn plain(p: &Program, node: NodeId) -> bool {
    let mut stack = vec![node];
    while let Some(n) = stack.pop() {
        if matches!(p.node(n), Node::Read { .. } | Node::Item(_) | Node::Aggregate { .. } | Node::InList(..)) {
            return false;
        }
        p.node(n).children(&mut |c| stack.push(c));
    }
    true
}

fn one(p: &Program, a: &Asked) -> Vec<Diagnostic> {
    let parts: Vec<NodeId> = a.parts.iter().copied().filter(|n| plain(p, *n)).collect();
    let decision = p.symbols.outcome(a.stmt.outcome).decision;
    let ask = |parts: &[NodeId]| truth(p, decision, a.stmt.region, &a.stmt.head, parts);
    let mut out = Vec::new();
    if parts.is_empty() {
        return out;
    }
    let each: Vec<Truth> = parts.iter().map(|n| ask(std::slice::from_ref(n))).collect();
    let mut dead = false;
    for (part, t) in parts.iter().zip(&each) {
        let span = p.node_span(*part);
        match t {
            Truth::Never => {
                dead = true;
                out.push(
                    Diagnostic::at(&codes::E0601, span, "this condition can never hold")
                        .label("nobody meets it")
                        .help("correct it, or remove what stands under it; look at the bounds of the inputs and the arguments of the head"),
                );
            }
            Truth::Always if a.stmt.table.is_none() => out.push(
                Diagnostic::at(&codes::W0602, span, "this condition always holds")
                    .label("everybody meets it")
                    .help("remove the condition, or correct it; look at the bounds of the inputs and the arguments of the head"),
            ),
            _ => {}
        }
    }
    if dead || parts.len() < 2 || ask(&parts) != Truth::Never {
        return out;
    }
    // The shortest run of conditions, from the outside, that excludes everybody.
    let last = (2..=parts.len()).find(|n| parts.get(..*n).is_some_and(|some| ask(some) == Truth::Never)).unwrap_or(parts.len());
    let spans: Vec<Span> = parts.iter().take(last).map(|n| p.node_span(*n)).collect();
    if let Some((span, rest)) = spans.split_last() {
        let mut d = Diagnostic::at(&codes::E0601, *span, "this condition can never hold together with those around it")
            .label("nobody meets all of them")
            .help("correct one of them, or remove what stands under it");
        for r in rest {
            d = d.related(*r, "together with this one");
        }
        out.push(d);
    }
    out
}
