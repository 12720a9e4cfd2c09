//! In: the conditions of all statements. Out: those that nobody or everybody meets: at every loading what splitting tells, and when persons are looked for what takes a search. Never here: statements against each other.

use super::ground::Ground;
use super::undecided_at;
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Conditions, Search, Truth, meets, truth};
use crate::program::{Node, NodeId, OutcomeId, Program, Stmt};
use crate::source::Span;
use crate::value::RegionId;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// A condition to look at: the statement it stands on and its parts, the outermost first.
struct Asked<'p> {
    stmt: &'p Stmt,
    parts: Vec<NodeId>,
}

/// What came of one list of conditions.
#[derive(Default)]
struct Told {
    found: Vec<Diagnostic>,
    /// What it could not be told of: one condition, or all of them together.
    open: Vec<Vec<NodeId>>,
}

pub(super) fn check(p: &Program) -> Vec<Diagnostic> {
    let asked = asked(p);
    let mut out: Vec<Diagnostic> = asked.par_iter().flat_map_iter(|a| one(p, a, &|parts| split(p, a, parts)).found).collect();
    // One condition may stand on several statements of its block.
    crate::diagnostics::sort(&mut out);
    out
}

/// What loading left open, by looking for persons who meet the conditions and for persons who do not; by outcome and region.
pub(super) fn deep(g: &Ground, of: super::Chosen) -> Vec<((OutcomeId, RegionId), Diagnostic)> {
    let p = g.p;
    let asked: Vec<Asked> = asked(p).into_iter().filter(|a| of(Some(a.stmt.outcome), a.stmt.region)).collect();
    let one = |a: &Asked| {
        let first = one(p, a, &|parts| split(p, a, parts));
        if first.open.is_empty() {
            return Vec::new();
        }
        let told = one(p, a, &|parts| match split(p, a, parts) {
            Truth::Undecided => searched(g, a, parts),
            certain => certain,
        });
        let new = told.found.into_iter().filter(|d| !first.found.contains(d));
        let open = told.open.iter().map(|parts| open(p, parts));
        new.chain(open).map(|d| ((a.stmt.outcome, a.stmt.region), d)).collect()
    };
    asked.par_iter().flat_map_iter(one).collect()
}

fn split(p: &Program, a: &Asked, parts: &[NodeId]) -> Truth {
    truth(p, p.symbols.outcome(a.stmt.outcome).decision, a.stmt.region, &a.stmt.head, parts)
}

fn searched(g: &Ground, a: &Asked, parts: &[NodeId]) -> Truth {
    let outcome = a.stmt.outcome;
    let q = g.question(outcome, a.stmt.region, super::ground::ANY_DAY, None);
    let look = |hold| meets(g.p, &q, Conditions { outcome, head: &a.stmt.head, parts, hold });
    match (look(true), look(false)) {
        (Search::Nobody, _) => Truth::Never,
        (Search::Found(..), Search::Nobody) => Truth::Always,
        (Search::Found(..), Search::Found(..)) => Truth::Sometimes,
        // Of several together only whether anybody meets them all matters.
        (Search::Found(..), _) if parts.len() > 1 => Truth::Sometimes,
        _ => Truth::Undecided,
    }
}

fn open(p: &Program, parts: &[NodeId]) -> Diagnostic {
    let spans: Vec<Span> = parts.iter().map(|n| p.node_span(*n)).collect();
    let message = if spans.len() > 1 {
        "whether anybody meets all of these conditions could not be decided"
    } else {
        "whether anybody, or everybody, meets this condition could not be decided"
    };
    undecided_at(&spans, message.to_string())
}

fn asked(p: &Program) -> Vec<Asked<'_>> {
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
    asked
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

fn one(p: &Program, a: &Asked, ask: &dyn Fn(&[NodeId]) -> Truth) -> Told {
    let parts: Vec<NodeId> = a.parts.iter().copied().filter(|n| plain(p, *n)).collect();
    let mut told = Told::default();
    let out = &mut told.found;
    if parts.is_empty() {
        return told;
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
            // Of a range written in one piece one end may be the bound of the input.
            Truth::Always
                if a.stmt.table.is_none() && !parts.iter().zip(&each).any(|(n, t)| *t != Truth::Always && p.node_span(*n) == span) =>
            {
                out.push(
                    Diagnostic::at(&codes::W0602, span, "this condition always holds")
                        .label("everybody meets it")
                        .help("remove the condition, or correct it; look at the bounds of the inputs and the arguments of the head"),
                )
            }
            Truth::Undecided => told.open.push(vec![*part]),
            _ => {}
        }
    }
    if dead || parts.len() < 2 {
        return told;
    }
    match ask(&parts) {
        Truth::Never => {}
        Truth::Undecided => {
            told.open.push(parts);
            return told;
        }
        _ => return told,
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
    told
}
