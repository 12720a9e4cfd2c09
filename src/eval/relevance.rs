//! In: the worlds of an outcome. Out: which open things make a difference, and which fact to ask for first. Never here: evaluating, wording.

use super::explore::{Explored, Leaf};
use super::settle::Outcome;
use super::world::{Cell, Var};
use crate::value::{Exact, InputId, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// Worlds with the same result have the same number.
pub(super) fn groups(explored: &Explored) -> Vec<usize> {
    let mut kinds: Vec<&Leaf> = Vec::new();
    explored
        .leaves
        .iter()
        .map(|leaf| {
            match kinds.iter().position(|k| together(k) == together(leaf) && same(explored, &k.settled.result, &leaf.settled.result)) {
                Some(i) => i,
                None => {
                    kinds.push(leaf);
                    kinds.len() - 1
                }
            }
        })
        .collect()
}

/// The constraints that do not hold: an answer that breaks them is another answer.
fn together(leaf: &Leaf) -> Vec<usize> {
    leaf.broken.iter().map(|(i, _)| *i).collect()
}

fn same(explored: &Explored, a: &Outcome, b: &Outcome) -> bool {
    match (a, b) {
        (Outcome::Value(x, r), Outcome::Value(y, s)) => {
            let mut open = Vec::new();
            explored.open_in(x, &mut open);
            // Two facts that are not told are two things, however alike their bounds.
            let equal = x.same(y) && (open.is_empty() || x == y);
            equal && r.as_ref().map(|r| &r.agency) == s.as_ref().map(|s| &s.agency)
        }
        (Outcome::Refer(x), Outcome::Refer(y)) => x.agency == y.agency,
        (Outcome::NoRule(_), Outcome::NoRule(_)) => true,
        (Outcome::Missing(x), Outcome::Missing(y)) => x == y,
        (Outcome::Fault(x), Outcome::Fault(y)) => x.code == y.code,
        _ => false,
    }
}

/// Two worlds can be the same but for one variable.
fn meet_but_for(a: &Leaf, b: &Leaf, var: &Var) -> bool {
    a.world.cells.iter().all(|(v, cell)| v == var || b.world.cells.get(v).is_none_or(|other| cell.meets(other)))
}

/// Stands for something about the person (or the question) that is not told, rather than for what sources leave open.
fn of_the_person(explored: &Explored, var: &Var) -> bool {
    let mut roots = Vec::new();
    explored.roots(*var, &mut roots);
    !roots.is_empty()
}

/// One value out of a cell.
fn sample(cell: &Cell) -> Cell {
    match cell {
        Cell::Set(list) => Cell::Set(list.iter().take(1).copied().collect()),
        Cell::Span(s) => {
            let inside = match (s.lo, s.hi) {
                (Some(lo), _) if s.lo_closed => lo,
                (_, Some(hi)) if s.hi_closed => hi,
                (Some(lo), Some(hi)) => lo.checked_add(hi).and_then(|x| x.checked_div(Exact::from_int(2))).unwrap_or(lo),
                (Some(lo), None) => lo.checked_add(Exact::ONE).unwrap_or(lo),
                (None, Some(hi)) => hi.checked_sub(Exact::ONE).unwrap_or(hi),
                (None, None) => Exact::ZERO,
            };
            Cell::Span(Interval::point(inside))
        }
    }
}

fn common(a: &Cell, b: &Cell) -> Option<Cell> {
    match (a, b) {
        (Cell::Set(x), Cell::Set(y)) => {
            let both: Vec<u16> = x.iter().copied().filter(|v| y.contains(v)).collect();
            (!both.is_empty()).then_some(Cell::Set(both))
        }
        (Cell::Span(x), Cell::Span(y)) => x.intersect(y).map(Cell::Span),
        _ => None,
    }
}

/// The variables whose value can change what comes out, everything else about the person being equal.
pub(super) fn relevant(explored: &Explored, groups: &[usize]) -> BTreeSet<Var> {
    let leaves = &explored.leaves;
    let all: BTreeSet<Var> = leaves.iter().flat_map(|l| l.world.cells.keys().copied()).collect();
    let facts: BTreeSet<Var> = all.iter().filter(|v| of_the_person(explored, v)).copied().collect();
    let choices = all.len() > facts.len();
    let mut out = BTreeSet::new();
    for var in &all {
        let fact = facts.contains(var);
        let differs = leaves.iter().zip(groups).enumerate().any(|(i, (a, ga))| {
            let Some(ca) = a.world.cells.get(var) else { return false };
            leaves.iter().zip(groups).skip(i + 1).any(|(b, gb)| {
                if ga == gb || b.world.cells.get(var).is_none_or(|cb| ca.meets(cb)) {
                    return false;
                }
                if !(fact && choices) {
                    return meet_but_for(a, b, var);
                }
                // Sources leave something open: the same things may come out, only in other worlds.
                let Some(person) = person(leaves, &facts, a, b, var) else { return false };
                outcomes(leaves, groups, &facts, &person, var, ca)
                    != b.world.cells.get(var).map_or_else(BTreeSet::new, |cb| outcomes(leaves, groups, &facts, &person, var, cb))
            })
        });
        if differs {
            out.insert(*var);
        }
    }
    out
}

/// A person to whom both worlds can happen but for `var`.
fn person(leaves: &[Leaf], facts: &BTreeSet<Var>, a: &Leaf, b: &Leaf, var: &Var) -> Option<BTreeMap<Var, Cell>> {
    let mut out = BTreeMap::new();
    for v in facts.iter().filter(|v| *v != var) {
        let cell = match (a.world.cells.get(v), b.world.cells.get(v)) {
            (Some(x), Some(y)) => common(x, y)?,
            (Some(x), None) | (None, Some(x)) => x.clone(),
            (None, None) => match leaves.iter().find_map(|l| l.world.cells.get(v)) {
                Some(x) => x.clone(),
                None => continue,
            },
        };
        out.insert(*v, sample(&cell));
    }
    Some(out)
}

/// Everything that can come out for a person for whom `var` lies in `cell`.
fn outcomes(
    leaves: &[Leaf],
    groups: &[usize],
    facts: &BTreeSet<Var>,
    person: &BTreeMap<Var, Cell>,
    var: &Var,
    cell: &Cell,
) -> BTreeSet<usize> {
    let own = sample(cell);
    leaves
        .iter()
        .zip(groups)
        .filter(|(l, _)| {
            l.world
                .cells
                .iter()
                .filter(|(v, _)| facts.contains(v))
                .all(|(v, c)| if v == var { c.meets(&own) } else { person.get(v).is_none_or(|p| p.meets(c)) })
        })
        .map(|(_, g)| *g)
        .collect()
}

/// The facts (and arguments) wanted, the most useful first: the one after which the fewest results are left at worst.
pub(super) fn wanted(explored: &Explored, groups: &[usize], relevant: &BTreeSet<Var>) -> Vec<Var> {
    let mut roots: Vec<Var> = Vec::new();
    for var in relevant {
        explored.roots(*var, &mut roots);
    }
    for leaf in &explored.leaves {
        match &leaf.settled.result {
            Outcome::Value(v, _) => explored.open_in(v, &mut roots),
            Outcome::Missing(i) => {
                let var = Var::Input(*i);
                if !roots.contains(&var) {
                    roots.push(var);
                }
            }
            _ => {}
        }
    }
    let order = |v: &Var| match v {
        Var::Arg(i) => (0, u32::from(*i)),
        Var::Input(InputId(i)) => (1, *i),
        _ => (2, 0),
    };
    roots.sort_by_key(|v| (score(explored, groups, v), order(v)));
    roots
}

/// Results left at worst once this is told, then how many cells leave that many.
fn score(explored: &Explored, groups: &[usize], var: &Var) -> (usize, usize) {
    let own: Vec<Var> = match var {
        Var::Input(i) => vec![Var::Input(*i), Var::Absent(*i)],
        other => vec![*other],
    };
    let mut cells: Vec<(&Var, &Cell)> = Vec::new();
    for leaf in &explored.leaves {
        for (v, cell) in &leaf.world.cells {
            if own.contains(v) && !cells.contains(&(v, cell)) {
                cells.push((v, cell));
            }
        }
    }
    let distinct = |keep: &dyn Fn(&Leaf) -> bool| {
        let set: BTreeSet<usize> = explored.leaves.iter().zip(groups).filter(|(l, _)| keep(l)).map(|(_, g)| *g).collect();
        set.len()
    };
    if cells.is_empty() {
        // Only the value itself depends on it: it narrows no choice down.
        return (distinct(&|_| true).saturating_add(1), 0);
    }
    let left: Vec<usize> = cells.iter().map(|(v, cell)| distinct(&|l: &Leaf| l.world.cells.get(v).is_none_or(|c| c.meets(cell)))).collect();
    let worst = left.iter().copied().max().unwrap_or(0);
    (worst, left.iter().filter(|n| **n == worst).count())
}
