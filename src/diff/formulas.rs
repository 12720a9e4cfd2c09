//! In: formulas and comparisons of several facts, as one version met them. Out: what they are, in a form that is the same in both versions; what is known of them. Never here: formulas of one fact, which are taken apart exactly.

use super::common::Thing;
use super::people::{Pair, People};
use crate::eval::{Cell, Decided, Solution, Var, solve};
use crate::value::{CmpOp, Exact, Interval, Num, Origin, Value};
use std::collections::BTreeMap;

/// What a formula of one version is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meaning {
    /// The same text in both versions for the same formula: of a comparison the sum that is compared.
    pub text: String,
    /// For a comparison how it is compared, and with what number.
    pub compared: Option<(CmpOp, Exact)>,
    /// For a comparison what is summed up and how often each counts: an input as `i` and its common number, else a formula by its text.
    pub terms: Vec<(String, Exact)>,
}

impl Meaning {
    /// Whether the comparison holds wherever the sum lies in a range; nothing where it turns within.
    pub fn truth(&self, span: &Interval) -> Option<bool> {
        let (op, at) = self.compared?;
        let mut truths = halves(op, at).into_iter().filter(|(part, _)| span.intersects(part)).map(|(_, truth)| truth);
        let first = truths.next()?;
        truths.all(|t| t == first).then_some(first)
    }
}

/// Formulas inside one another at most.
const MAX_DEPTH: usize = 32;

impl Pair<'_> {
    /// What something met in the world looked at last is; nothing where sources leave open what it is made of.
    pub fn meaning(&self, side: usize, var: Var) -> Option<Meaning> {
        let asked = self.sides.get(side)?;
        if let Var::Opaque(..) = var {
            let (what, operands) = asked.shared.meant.get(var)?;
            let [x, y] = operands else { return None };
            let op = [CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge].into_iter().find(|op| format!("{op:?}") == what)?;
            let mut terms = self.terms(side, &x.sub(y).ok()?, 0)?;
            let (first, _) = terms.first().map(|(t, c)| (*c, t))?;
            for (_, c) in &mut terms {
                *c = c.checked_div(first).ok()?;
            }
            let at = x.sub(y).ok()?.konst().checked_div(first).ok()?.negated();
            let turned = match op {
                CmpOp::Lt => CmpOp::Gt,
                CmpOp::Le => CmpOp::Ge,
                CmpOp::Gt => CmpOp::Lt,
                CmpOp::Ge => CmpOp::Le,
                same => same,
            };
            return Some(Meaning {
                text: written(&terms, Exact::ZERO),
                compared: Some((if first.is_negative() { turned } else { op }, at)),
                terms,
            });
        }
        Some(Meaning { text: self.derived(side, var, 0)?, compared: None, terms: Vec::new() })
    }

    /// A result that is not linear, by its operation and operands.
    fn derived(&self, side: usize, var: Var, depth: usize) -> Option<String> {
        let Var::Derived(_, _, _, count) = var else { return None };
        if depth > MAX_DEPTH {
            return None;
        }
        let (what, operands) = self.sides.get(side)?.shared.meant.get(var)?;
        let made: Option<Vec<String>> = operands.iter().map(|n| Some(written(&self.terms(side, n, depth + 1)?, n.konst()))).collect();
        Some(format!("{what}#{count}({})", made?.join(", ")))
    }

    /// The parts of a sum by their common names, sorted.
    fn terms(&self, side: usize, n: &Num, depth: usize) -> Option<Vec<(String, Exact)>> {
        let shared = &self.sides.get(side)?.shared;
        let mut out = Vec::new();
        for (origin, factor) in n.terms() {
            let name = match shared.var(origin.id())? {
                Var::Input(i) => format!("i{}", self.common.inputs.common(side, i.0)),
                var @ Var::Derived(..) => self.derived(side, var, depth)?,
                _ => return None,
            };
            out.push((name, *factor));
        }
        out.sort();
        Some(out)
    }

    /// What is known of a formula for these people, in the cells of the version that met it.
    pub fn known(&self, people: &People, meaning: &Meaning) -> Option<Cell> {
        let cell = people.cells.get(&Thing::Formula(meaning.text.clone()))?;
        if meaning.compared.is_none() {
            return Some(cell.clone());
        }
        let Cell::Span(span) = cell else { return None };
        meaning.truth(span).map(|t| Cell::Set(vec![u16::from(t)]))
    }

    /// The parts into which a formula falls that one version asked about; nothing where they tell nothing apart.
    pub fn parts_of(&self, people: &People, meaning: &Meaning, cells: &[Cell]) -> Option<Vec<Cell>> {
        let Some((op, at)) = meaning.compared else { return Some(cells.to_vec()) };
        let span = match people.cells.get(&Thing::Formula(meaning.text.clone())) {
            Some(Cell::Span(s)) => *s,
            _ => Interval::ALL,
        };
        let parts: Vec<Cell> = halves(op, at).into_iter().filter_map(|(part, _)| span.intersect(&part)).map(Cell::Span).collect();
        (parts.len() > 1).then_some(parts)
    }
}

/// Where a comparison holds and where it does not.
fn halves(op: CmpOp, at: Exact) -> Vec<(Interval, bool)> {
    let (under, point, over) = (Interval::under(at), Interval::point(at), Interval::over(at));
    match op {
        CmpOp::Eq => vec![(under, false), (point, true), (over, false)],
        CmpOp::Ne => vec![(under, true), (point, false), (over, true)],
        CmpOp::Lt => vec![(under, true), (Interval::at_least(at), false)],
        CmpOp::Ge => vec![(under, false), (Interval::at_least(at), true)],
        CmpOp::Le => vec![(Interval::at_most(at), true), (over, false)],
        CmpOp::Gt => vec![(Interval::at_most(at), false), (over, true)],
    }
}

fn written(terms: &[(String, Exact)], konst: Exact) -> String {
    let parts: Vec<String> = terms.iter().map(|(t, c)| format!("{c}*{t}")).chain([konst.to_string()]).collect();
    parts.join(" + ")
}

/// The input that a part of a sum is, if it is one.
fn input_of(term: &str) -> Option<u32> {
    term.strip_prefix('i')?.parse().ok()
}

impl Pair<'_> {
    /// Whether there can be such people, by what sums of their facts come to; with values that fit, as far as some were found.
    pub fn possible(&self, people: &People) -> Option<BTreeMap<u32, Exact>> {
        let mut names: Vec<&str> = Vec::new();
        let mut decided: Vec<Decided> = Vec::new();
        for (thing, cell) in &people.cells {
            let (Thing::Formula(text), Cell::Span(span)) = (thing, cell) else { continue };
            let Some((_, _, meaning)) = self.met.get(text).and_then(|m| m.first()) else { continue };
            if meaning.compared.is_none() {
                continue;
            }
            let mut sum: Vec<(Origin, Exact)> = Vec::new();
            for (name, factor) in &meaning.terms {
                let id = names.iter().position(|n| n == name).unwrap_or(names.len());
                if id == names.len() {
                    names.push(name);
                }
                let Ok(id) = u32::try_from(id) else { return Some(BTreeMap::new()) };
                let origin = match input_of(name) {
                    Some(c) => self.origin(people, &Thing::Input(c), id),
                    None => self.origin(people, &Thing::Formula(name.clone()), id),
                };
                sum.push((origin, *factor));
            }
            for (end, closed, op) in [(span.lo, span.lo_closed, CmpOp::Ge), (span.hi, span.hi_closed, CmpOp::Le)] {
                let Some(end) = end else { continue };
                let op = match (op, closed) {
                    (CmpOp::Ge, false) => CmpOp::Gt,
                    (CmpOp::Le, false) => CmpOp::Lt,
                    (op, _) => op,
                };
                // What grows beyond what can be counted says nothing.
                if let Ok(difference) = Num::affine(end.negated(), sum.clone()) {
                    decided.push(Decided { difference, op, holds: true });
                }
            }
        }
        if decided.is_empty() {
            return Some(BTreeMap::new());
        }
        match solve(&decided) {
            Solution::None => None,
            Solution::Perhaps(point) => {
                let own = point.into_iter().filter_map(|(id, x)| Some((input_of(names.get(id as usize)?)?, x)));
                Some(own.collect())
            }
        }
    }

    /// Whether a person's sums come to what is known of these people, as far as they are told.
    pub fn inside(&self, people: &People, facts: &BTreeMap<u32, Value>) -> bool {
        people.cells.iter().all(|(thing, cell)| {
            let (Thing::Formula(text), Cell::Span(span)) = (thing, cell) else { return true };
            let Some((_, _, meaning)) = self.met.get(text).and_then(|m| m.first()) else { return true };
            let sum = meaning.terms.iter().try_fold(Exact::ZERO, |sum, (term, factor)| {
                let Some(Value::Num(n)) = facts.get(&input_of(term)?) else { return None };
                sum.checked_add(n.as_exact()?.checked_mul(*factor).ok()?).ok()
            });
            meaning.compared.is_none() || sum.is_none_or(|x| span.contains(x))
        })
    }

    /// Persons whose sums come to what is known of them: everybody else's value as it is, one made to fit.
    pub fn fitting(&self, people: &People, values: &BTreeMap<u32, Value>) -> Vec<(u32, Value)> {
        let mut out = Vec::new();
        for (thing, cell) in &people.cells {
            let (Thing::Formula(text), Cell::Span(span)) = (thing, cell) else { continue };
            let Some((_, _, meaning)) = self.met.get(text).and_then(|m| m.first()) else { continue };
            let sum: Option<Vec<(u32, Exact)>> = meaning.terms.iter().map(|(t, c)| Some((input_of(t)?, *c))).collect();
            let sum = sum.unwrap_or_default();
            let step = |x: Option<Exact>, by: i128| x.and_then(|x| x.checked_add(Exact::from_int(by)).ok());
            let targets = [span.lo, step(span.lo, 1), step(span.hi, -1), span.hi];
            for target in targets.into_iter().flatten().filter(|t| span.contains(*t)) {
                for (own, factor) in &sum {
                    let rest: Option<Exact> = sum.iter().filter(|(c, _)| c != own).try_fold(Exact::ZERO, |a, (c, f)| {
                        let Some(Value::Num(n)) = values.get(c) else { return None };
                        a.checked_add(n.as_exact()?.checked_mul(*f).ok()?).ok()
                    });
                    let fits = rest.and_then(|r| target.checked_sub(r).ok()?.checked_div(*factor).ok());
                    out.extend(fits.map(|x| (*own, Value::from(x))));
                }
            }
        }
        out
    }
}
