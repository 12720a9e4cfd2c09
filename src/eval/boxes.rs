//! In: the worlds of one result, each a box of cells. Out: as few boxes as merging gives, in which what makes no difference is not named. Never here: words.

use super::explore::Explored;
use super::world::{Cell, Var};
use crate::hir::DecisionId;
use crate::program::Program;
use crate::value::{Interval, Type};
use std::collections::BTreeMap;

/// Above this many boxes they are left as they are: nobody reads so many conditions.
const MAX_BOXES: usize = 128;

/// One world, as far as it is told apart from others.
pub(super) type Box = BTreeMap<Var, Cell>;

/// Merges boxes that differ in one variable only, and drops those inside another. `boxes` come with whatever belongs to them; the first of merged ones is kept.
pub(super) fn simplify<T>(p: &Program, decision: DecisionId, explored: &Explored, mut boxes: Vec<(Box, T)>) -> Vec<(Box, T)> {
    if boxes.len() > MAX_BOXES {
        return boxes;
    }
    loop {
        let before = (boxes.len(), boxes.iter().map(|(b, _)| b.len()).sum::<usize>());
        let mut i = 0;
        while i < boxes.len() {
            let mut j = i + 1;
            while j < boxes.len() {
                let merged = match (boxes.get(i), boxes.get(j)) {
                    (Some((a, _)), Some((b, _))) => merge(p, decision, explored, a, b),
                    _ => None,
                };
                match merged {
                    Some(m) => {
                        if let Some((a, _)) = boxes.get_mut(i) {
                            *a = m;
                        }
                        boxes.remove(j);
                    }
                    None => j += 1,
                }
            }
            i += 1;
        }
        if before == (boxes.len(), boxes.iter().map(|(b, _)| b.len()).sum::<usize>()) {
            return boxes;
        }
    }
}

/// One box for two, if one contains the other or they differ in one variable whose parts join.
fn merge(p: &Program, decision: DecisionId, explored: &Explored, a: &Box, b: &Box) -> Option<Box> {
    let integral = |var: &Var| matches!(var, Var::Input(i) if p.symbols.input(*i).ty.is_integral());
    let (var, joined) = match meet(a, b, integral)? {
        Meet::Inside(outer) => return Some(outer),
        Meet::Joined(var, joined) => (var, joined),
    };
    let mut out = a.clone();
    if whole(p, decision, explored, &var, &joined) {
        out.remove(&var);
    } else if matches!(var, Var::Input(_) | Var::Arg(_)) {
        out.insert(var, joined);
    } else {
        // What sources leave open is named side by side.
        return None;
    }
    Some(out)
}

/// How two boxes are one.
pub(crate) enum Meet<K> {
    /// One contains the other: the larger.
    Inside(BTreeMap<K, Cell>),
    /// They differ in this only, and its parts leave no gap between them.
    Joined(K, Cell),
}

/// Whether two boxes are one; `integral` says what comes in whole numbers only.
pub(crate) fn meet<K: Ord + Clone>(a: &BTreeMap<K, Cell>, b: &BTreeMap<K, Cell>, integral: impl Fn(&K) -> bool) -> Option<Meet<K>> {
    if inside(a, b) {
        return Some(Meet::Inside(b.clone()));
    }
    if inside(b, a) {
        return Some(Meet::Inside(a.clone()));
    }
    if a.len() != b.len() || a.keys().ne(b.keys()) {
        return None;
    }
    let mut differing = a.iter().zip(b.values()).filter(|((_, x), y)| x != y);
    let ((key, x), y) = differing.next()?;
    if differing.next().is_some() {
        return None;
    }
    Some(Meet::Joined(key.clone(), join(x, y, integral(key))?))
}

/// Whether every world of `a` is one of `b`.
fn inside<K: Ord>(a: &BTreeMap<K, Cell>, b: &BTreeMap<K, Cell>) -> bool {
    b.iter().all(|(v, outer)| match (a.get(v), outer) {
        (Some(Cell::Set(x)), Cell::Set(y)) => x.iter().all(|v| y.contains(v)),
        (Some(Cell::Span(x)), Cell::Span(y)) => x.is_subset_of(y),
        _ => false,
    })
}

/// Two cells as one, where they leave no gap between them.
fn join(a: &Cell, b: &Cell, integral: bool) -> Option<Cell> {
    match (a, b) {
        (Cell::Set(x), Cell::Set(y)) => {
            let mut all: Vec<u16> = x.iter().chain(y).copied().collect();
            all.sort_unstable();
            all.dedup();
            Some(Cell::Set(all))
        }
        (Cell::Span(x), Cell::Span(y)) => {
            let meet = touches(x, y, integral) || touches(y, x, integral) || x.intersects(y);
            meet.then(|| Cell::Span(x.hull(y)))
        }
        _ => None,
    }
}

/// Whether the second begins where the first ends.
fn touches(low: &Interval, high: &Interval, integral: bool) -> bool {
    let (Some(end), Some(start)) = (low.hi, high.lo) else { return false };
    if end == start {
        return low.hi_closed || high.lo_closed;
    }
    integral && low.hi_closed && high.lo_closed && start.checked_sub(end).is_ok_and(|gap| gap == crate::value::Exact::ONE)
}

/// Whether a cell is everything its variable can be.
fn whole(p: &Program, decision: DecisionId, explored: &Explored, var: &Var, cell: &Cell) -> bool {
    let options = match var {
        Var::Input(i) => match p.symbols.input(*i).ty.base() {
            Type::Boolean => 2,
            Type::Enum(e) => p.symbols.enum_(*e).variants.len(),
            _ => {
                let bounds = p.symbols.input(*i).bounds.unwrap_or(Interval::ALL);
                return matches!(cell, Cell::Span(s) if bounds.is_subset_of(s));
            }
        },
        Var::Arg(i) => {
            let Some(arg) = p.symbols.decision(decision).args.get(*i as usize) else { return false };
            p.symbols.enum_(arg.ty).variants.len()
        }
        Var::Absent(_) | Var::Referred(..) | Var::Opaque(..) => 2,
        Var::Dispute(key) => explored.shared.sides.get(key).map_or(usize::MAX, Vec::len),
        _ => usize::MAX,
    };
    matches!(cell, Cell::Set(list) if list.len() >= options)
}
