//! In: what two versions give to the same people. Out: whether it is the same, and what it turns on if that is open. Never here: telling people apart (`people.rs`).

use super::Kind;
use super::common::Thing;
use super::people::{Asked, Gives, Look, Pair, Part, People};
use crate::eval::{Came, Cell, Status, Var};
use crate::program::OutcomeId;
use crate::value::{CmpOp, Decision, Exact, Interval, Names, Num, Origin, Type, Value, show};
use std::collections::BTreeSet;

/// One thing that comes out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Said(String),
    /// A number: what it is made of, the constant, the ranges of sources; with whatever stands beside it.
    Formula(Vec<(Thing, Exact)>, Exact, String, String),
}

impl Pair<'_> {
    pub(super) fn compare(&self, people: &People, gives: &[Gives; 2]) -> Look {
        let [before, after] = gives;
        let (a, b) = (self.shapes(0, before), self.shapes(1, after));
        let status = |g: &Gives| match g {
            Gives::Nothing => Status::NoRule,
            Gives::Given(g) => g.status,
        };
        let statuses = [status(before), status(after)];
        let [was, is] = statuses;
        let kind = match (was, is) {
            (Status::NoRule, Status::NoRule) => Kind::Paper,
            (Status::NoRule, _) => Kind::Added,
            (_, Status::NoRule) => Kind::Removed,
            _ => Kind::Changed,
        };
        let turns_on: BTreeSet<u32> = a.iter().chain(&b).flat_map(|s| self.turns_on(s)).collect();
        let key = |shapes: &[Shape], status: Status| {
            let all: Vec<String> = shapes.iter().map(|s| self.written(s)).collect();
            format!("{} {}", status.word(), all.join(" | "))
        };
        let part = |kind: Kind, everybody: bool| {
            let key = [key(&a, was), key(&b, is)];
            Look::Done(Some(Part { people: people.clone(), kind, key, everybody: everybody && people.plain(), turns_on: turns_on.clone() }))
        };
        if was == is && a == b {
            if was == Status::NoRule || !self.papers {
                return Look::Done(None);
            }
            let papers = [self.papers_of(0, before), self.papers_of(1, after)];
            let [x, y] = &papers;
            if x == y {
                return Look::Done(None);
            }
            let gone: Vec<String> = x.difference(y).cloned().collect();
            let came: Vec<String> = y.difference(x).cloned().collect();
            let part =
                Part { people: people.clone(), kind: Kind::Paper, key: [gone.join("\n"), came.join("\n")], everybody: true, turns_on };
            return Look::Done(Some(part));
        }
        // Two formulas of what is not told come to the same for some people.
        if was == is
            && let ([Shape::Formula(x, c, r, beside)], [Shape::Formula(y, d, s, with)]) = (a.as_slice(), b.as_slice())
            && r.is_empty()
            && s.is_empty()
            && beside == with
        {
            return match self.difference(people, (x, *c), (y, *d)) {
                Some(Decision::Known(true)) => Look::Done(None),
                Some(Decision::Known(false)) => part(kind, true),
                Some(Decision::Split { origin, at }) => {
                    let things = self.things(x, y);
                    match things.get(origin.id() as usize) {
                        Some(thing) => self.cut(people, thing, at).unwrap_or_else(|| part(kind, false)),
                        None => part(kind, false),
                    }
                }
                _ => part(kind, false),
            };
        }
        let formulas = |s: &[Shape]| s.iter().any(|s| matches!(s, Shape::Formula(t, ..) if !t.is_empty()));
        let sure = was != is || !(formulas(&a) || formulas(&b));
        part(kind, sure)
    }

    fn things(&self, x: &[(Thing, Exact)], y: &[(Thing, Exact)]) -> Vec<Thing> {
        let all: BTreeSet<Thing> = x.iter().chain(y).map(|(t, _)| t.clone()).collect();
        all.into_iter().collect()
    }

    /// Whether two sums come to the same.
    fn difference(&self, people: &People, x: (&[(Thing, Exact)], Exact), y: (&[(Thing, Exact)], Exact)) -> Option<Decision> {
        let things = self.things(x.0, y.0);
        let number = |(terms, konst): (&[(Thing, Exact)], Exact)| {
            let made = terms.iter().filter_map(|(t, factor)| {
                let id = u32::try_from(things.binary_search(t).ok()?).ok()?;
                Some((self.origin(people, t, id), *factor))
            });
            Num::affine(konst, made.collect::<Vec<_>>()).ok()
        };
        number(x)?.decide(CmpOp::Eq, &number(y)?).ok()
    }

    /// Something as an unknown number, within what is known of it.
    pub(super) fn origin(&self, people: &People, thing: &Thing, id: u32) -> Origin {
        let cell = match people.cells.get(thing) {
            Some(Cell::Span(s)) => Some(*s),
            _ => None,
        };
        match thing {
            Thing::Input(c) => {
                let place = cell.or_else(|| self.hull(*c)).unwrap_or(Interval::ALL);
                Origin::new(id, place, self.integral(*c), false)
            }
            _ => Origin::new(id, cell.unwrap_or(Interval::ALL), false, false),
        }
    }

    /// Parts below, at and above a point.
    fn cut(&self, people: &People, thing: &Thing, at: Exact) -> Option<Look> {
        let Thing::Input(c) = thing else { return None };
        let whole = match people.cells.get(thing) {
            Some(Cell::Span(s)) => *s,
            _ => self.hull(*c)?,
        };
        let parts = [Interval::under(at), Interval::point(at), Interval::over(at)].into_iter().filter_map(|i| {
            let i = whole.intersect(&i)?;
            if self.integral(*c) { i.normalise_integral() } else { Some(i) }
        });
        let cells: Vec<Cell> = parts.map(Cell::Span).collect();
        (cells.len() > 1).then(|| Look::Split(thing.clone(), cells))
    }

    fn turns_on(&self, shape: &Shape) -> Vec<u32> {
        let Shape::Formula(terms, ..) = shape else { return Vec::new() };
        terms.iter().flat_map(|(t, _)| self.inputs_of(t)).collect()
    }

    /// The inputs that something goes back to.
    pub fn inputs_of(&self, thing: &Thing) -> Vec<u32> {
        match thing {
            Thing::Input(c) | Thing::Absent(c) => vec![*c],
            Thing::Arg(_) => Vec::new(),
            Thing::Formula(text) => match self.met.get(text).and_then(|m| m.first()) {
                Some((side, var, _)) => self.inputs_of(&Thing::Of(*side, *var)),
                None => Vec::new(),
            },
            Thing::Of(side, var) => {
                let Some(asked) = self.sides.get(*side) else { return Vec::new() };
                let back = crate::eval::goes_back_to(&asked.shared, *var);
                back.into_iter()
                    .filter_map(|v| if let Var::Input(i) = v { Some(self.common.inputs.common(*side, i.0)) } else { None })
                    .collect()
            }
        }
    }

    fn written(&self, shape: &Shape) -> String {
        match shape {
            Shape::Said(text) => text.clone(),
            Shape::Formula(terms, konst, rest, beside) => format!("{terms:?} {konst} {rest} {beside}"),
        }
    }

    fn shapes(&self, side: usize, gives: &Gives) -> Vec<Shape> {
        let Gives::Given(given) = gives else { return vec![Shape::Said("no rule".to_string())] };
        let Some(asked) = self.sides.get(side) else { return Vec::new() };
        let Some((_, outcome)) = &asked.question else { return Vec::new() };
        let mut out: Vec<Shape> =
            given.results.iter().map(|(r, broken)| self.shape((side, given.alone), asked, *outcome, r, broken)).collect();
        out.sort();
        out.dedup();
        out
    }

    fn shape(&self, side: (usize, bool), asked: &Asked, outcome: OutcomeId, result: &Came, broken: &[usize]) -> Shape {
        let p = asked.program();
        let ty = &p.symbols.outcome(outcome).ty;
        let mut beside = String::new();
        for n in broken.iter().filter_map(|i| p.nevers.get(*i)) {
            let reason = n.label.as_ref().map_or_else(|| p.node_text(n.condition), |l| l.zh.to_string());
            beside.push_str(&format!(" cannot be: {reason}"));
        }
        match result {
            Came::Value(value, refer) => {
                if let Some(r) = refer {
                    beside.push_str(&format!(" ask {}", r.agency.as_deref().unwrap_or("the agency")));
                }
                if let Value::Num(n) = value {
                    return self.formula(side, asked, n, ty, beside);
                }
                Shape::Said(format!("{}{beside}", show(value, ty, &p.symbols)))
            }
            Came::Refer(r) => Shape::Said(format!("ask {}{beside}", r.agency.as_deref().unwrap_or("the agency"))),
            Came::NoRule(_) => Shape::Said(format!("no rule{beside}")),
            Came::Missing(i) => Shape::Said(format!("needs {}", Names::input(&p.symbols, *i))),
            Came::Fault(f) => Shape::Said(format!("error {}{beside}", f.code)),
        }
    }

    /// A number, taken apart into what people can tell and what sources leave open.
    fn formula(&self, (side, alone): (usize, bool), asked: &Asked, n: &Num, ty: &Type, beside: String) -> Shape {
        let p = asked.program();
        let mut terms: Vec<(Thing, Exact)> = Vec::new();
        let mut rest: Vec<(Origin, Exact)> = Vec::new();
        for (origin, factor) in n.terms() {
            match asked.shared.var(origin.id()) {
                Some(Var::Input(i)) => terms.push((Thing::Input(self.common.inputs.common(side, i.0)), *factor)),
                Some(var @ (Var::Derived(..) | Var::Opaque(..))) if !crate::eval::goes_back_to(&asked.shared, var).is_empty() => {
                    let same = if alone { self.meaning(side, var) } else { None };
                    terms.push((same.map_or(Thing::Of(side, var), |m| Thing::Formula(m.text)), *factor));
                }
                _ => rest.push((origin.clone(), *factor)),
            }
        }
        terms.sort();
        if rest.is_empty() {
            return Shape::Formula(terms, n.konst(), String::new(), beside);
        }
        let open = Num::affine(n.konst(), rest).unwrap_or(Num::ZERO);
        let open = show(&Value::Num(open), ty, &p.symbols);
        if terms.is_empty() { Shape::Said(format!("{open}{beside}")) } else { Shape::Formula(terms, Exact::ZERO, open, beside) }
    }

    /// Sources, hedges and remarks that an answer rests on.
    fn papers_of(&self, side: usize, gives: &Gives) -> BTreeSet<String> {
        let (Gives::Given(given), Some(asked)) = (gives, self.sides.get(side)) else { return BTreeSet::new() };
        let words = crate::eval::Words { p: asked.program(), map: &asked.policies.map };
        let mut out = BTreeSet::new();
        for s in &given.used {
            let stmt = words.p.statement(*s);
            if let Some(c) = words.citation(*s) {
                out.insert(super::paper(&c));
            }
            out.extend(stmt.hedged.iter().map(|h| format!("hedged “{h}”")));
        }
        out
    }
}
