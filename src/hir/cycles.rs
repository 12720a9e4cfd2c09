//! In: checked statements. Out: values that need each other for somebody. Never here: reads at other regions, which are met when a person is asked.

use super::{ArgRef, Expr, ExprKind, Hir, OutcomeId, Statement};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::value::{RegionId, Variants};
use rustc_hash::{FxHashMap, FxHashSet};

/// An outcome is read by a statement: who reads it, for which heads, and where.
struct Edge<'a> {
    from: OutcomeId,
    to: OutcomeId,
    args: &'a [ArgRef],
    head: &'a [Option<Variants>],
    region: RegionId,
    span: Span,
}

/// Reports circles in which every statement can apply to one person of one region.
pub(super) fn check(hir: &Hir, out: &mut Vec<Diagnostic>) {
    let mut edges: Vec<Edge> = Vec::new();
    for block in &hir.blocks {
        statements(&block.body, &mut Vec::new(), &mut |from, e| {
            walk(e, &mut |to, args, span| {
                edges.push(Edge { from, to, args, head: &block.head, region: block.region, span });
            });
        });
    }
    if edges.is_empty() {
        return;
    }
    let circular = components(&edges);
    if circular.is_empty() {
        return;
    }
    // Only statements of the suspicious outcomes matter, region by region along each chain.
    let suspicious: Vec<&Edge> =
        edges.iter().filter(|e| circular.contains_key(&e.from) && circular.get(&e.from) == circular.get(&e.to)).collect();
    let mut by_region: FxHashMap<RegionId, Vec<&Edge>> = FxHashMap::default();
    for e in &suspicious {
        by_region.entry(e.region).or_default().push(e);
    }
    let mut reported: FxHashSet<Vec<OutcomeId>> = FxHashSet::default();
    let mut regions: Vec<RegionId> = by_region.keys().copied().collect();
    regions.sort_unstable();
    for region in regions {
        let own: Vec<&Edge> = hir.symbols.region(region).chain.iter().filter_map(|r| by_region.get(r)).flatten().copied().collect();
        if let Some(path) = circle(hir, &own) {
            let mut key: Vec<OutcomeId> = path.iter().map(|e| e.from).collect();
            key.sort_unstable();
            if !reported.insert(key) {
                continue;
            }
            let names: Vec<String> = path.iter().map(|e| format!("`{}`", hir.symbols.outcome_text(e.from))).collect();
            let Some((first, rest)) = path.split_first() else { continue };
            let mut d = Diagnostic::at(
                &codes::E0212,
                first.span,
                if rest.is_empty() {
                    format!("{} is worked out from itself", names.join(""))
                } else {
                    format!("{} are worked out from each other", names.join(" and "))
                },
            )
            .label(format!("reads `{}`", hir.symbols.outcome_text(first.to)))
            .help("break the circle: read an input or a value that does not come back here; to change a value step by step use `+=`, `at least` or `at most`");
            for e in rest {
                d = d.related(e.span, format!("reads `{}`", hir.symbols.outcome_text(e.to)));
            }
            out.push(d);
        }
    }
}

/// Calls `f` with every expression that helps give an outcome.
fn statements<'e>(body: &'e [Statement], conditions: &mut Vec<&'e Expr>, f: &mut dyn FnMut(OutcomeId, &'e Expr)) {
    for s in body {
        match s {
            Statement::Set(set) => self::set(set, conditions, f),
            Statement::When { condition, body } => {
                conditions.push(condition);
                statements(body, conditions, f);
                conditions.pop();
            }
            Statement::Each { list, filter, body, .. } => {
                let before = conditions.len();
                conditions.push(list);
                conditions.extend(filter);
                statements(body, conditions, f);
                conditions.truncate(before);
            }
            Statement::Table(t) => {
                for (i, (outcome, _)) in t.outcomes.iter().enumerate() {
                    for s in &t.selectors {
                        f(*outcome, &s.subject);
                    }
                    for row in &t.rows {
                        if let Some(Some(value)) = row.give.get(i) {
                            f(*outcome, value);
                        }
                    }
                    for c in conditions.iter() {
                        f(*outcome, c);
                    }
                }
            }
        }
    }
}

fn set<'e>(set: &'e super::Set, conditions: &[&'e Expr], f: &mut dyn FnMut(OutcomeId, &'e Expr)) {
    f(set.outcome, &set.value);
    for c in conditions {
        f(set.outcome, c);
    }
    for e in &set.exceptions {
        f(set.outcome, &e.condition);
        for inner in &e.body {
            self::set(inner, &[], f);
        }
    }
}

fn walk<'e>(e: &'e Expr, f: &mut dyn FnMut(OutcomeId, &'e [ArgRef], Span)) {
    if let ExprKind::Read { outcome, args, at: None } = &e.kind {
        f(*outcome, args, e.span);
    }
    e.children(&mut |c| walk(c, f));
}

/// For every outcome in a circle of the union of all regions, the number of its component.
fn components(edges: &[Edge]) -> FxHashMap<OutcomeId, usize> {
    let mut next: FxHashMap<OutcomeId, Vec<OutcomeId>> = FxHashMap::default();
    let mut back: FxHashMap<OutcomeId, Vec<OutcomeId>> = FxHashMap::default();
    let mut own_circle = FxHashSet::default();
    let mut seen = FxHashSet::default();
    for e in edges {
        if seen.insert((e.from, e.to)) {
            next.entry(e.from).or_default().push(e.to);
            back.entry(e.to).or_default().push(e.from);
        }
        if e.from == e.to {
            own_circle.insert(e.from);
        }
    }
    // Kosaraju, without recursion: formulas may form long chains.
    let mut nodes: Vec<OutcomeId> = next.keys().chain(back.keys()).copied().collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut order = Vec::new();
    let mut visited = FxHashSet::default();
    for &n in &nodes {
        let mut stack = vec![(n, false)];
        while let Some((at, left)) = stack.pop() {
            if left {
                order.push(at);
            } else if visited.insert(at) {
                stack.push((at, true));
                stack.extend(next.get(&at).into_iter().flatten().map(|m| (*m, false)));
            }
        }
    }
    let mut component: FxHashMap<OutcomeId, usize> = FxHashMap::default();
    let mut sizes = Vec::new();
    for &n in order.iter().rev() {
        if component.contains_key(&n) {
            continue;
        }
        let number = sizes.len();
        let mut size = 0;
        let mut stack = vec![n];
        while let Some(at) = stack.pop() {
            if component.contains_key(&at) {
                continue;
            }
            component.insert(at, number);
            size += 1;
            stack.extend(back.get(&at).into_iter().flatten());
        }
        sizes.push(size);
    }
    component.retain(|o, c| own_circle.contains(o) || sizes.get(*c).is_some_and(|s| *s > 1));
    component
}

/// A circle among these edges in which arguments can match all the way round.
fn circle<'a, 'e>(hir: &Hir, edges: &[&'a Edge<'e>]) -> Option<Vec<&'a Edge<'e>>> {
    let mut by_from: FxHashMap<OutcomeId, Vec<&'a Edge<'e>>> = FxHashMap::default();
    for e in edges {
        by_from.entry(e.from).or_default().push(e);
    }
    let mut starts: Vec<OutcomeId> = by_from.keys().copied().collect();
    starts.sort_unstable();
    let mut steps = 0;
    for start in starts {
        let mut path: Vec<&'a Edge<'e>> = Vec::new();
        let decision = hir.symbols.outcome(start).decision;
        let any: Vec<Option<Variants>> = vec![None; hir.symbols.decision(decision).args.len()];
        if search(&by_from, start, start, &any, &mut path, &mut steps) {
            return Some(path);
        }
    }
    None
}

/// Edges followed at most in one region; beyond it the circle is met when a person is asked.
const MAX_STEPS: usize = 20_000;

fn search<'a, 'e>(
    by_from: &FxHashMap<OutcomeId, Vec<&'a Edge<'e>>>,
    start: OutcomeId,
    at: OutcomeId,
    args: &[Option<Variants>],
    path: &mut Vec<&'a Edge<'e>>,
    steps: &mut usize,
) -> bool {
    for edge in by_from.get(&at).into_iter().flatten() {
        *steps += 1;
        if *steps > MAX_STEPS || path.len() > 64 {
            return false;
        }
        let mut here = Vec::new();
        let mut possible = true;
        for (a, h) in args.iter().zip(edge.head) {
            here.push(match (a, h) {
                (Some(a), Some(h)) => {
                    let both = a.intersect(h);
                    possible &= both.is_some();
                    both
                }
                (a, h) => a.clone().or_else(|| h.clone()),
            });
        }
        if !possible {
            continue;
        }
        let passed: Vec<Option<Variants>> = edge
            .args
            .iter()
            .map(|a| match a {
                ArgRef::Variant(v) => Some(Variants::One(*v)),
                ArgRef::Arg(i) => here.get(*i as usize).cloned().flatten(),
                ArgRef::Input(_) => None,
            })
            .collect();
        let seen = path.iter().any(|p| p.from == edge.to);
        path.push(edge);
        // The circle closes only where what is passed on is what the first statement is about.
        let closes = edge.to == start
            && path.first().is_none_or(|first| {
                first.head.iter().zip(&passed).all(|(h, a)| match (h, a) {
                    (Some(h), Some(a)) => h.intersect(a).is_some(),
                    _ => true,
                })
            });
        if closes || (!seen && edge.to != start && search(by_from, start, edge.to, &passed, path, steps)) {
            return true;
        }
        path.pop();
    }
    false
}
