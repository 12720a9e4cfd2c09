//! In: a question to two versions. Out: everybody, cut into parts for whom both versions give the same, or something else, and what that is. Never here: examples of persons (`witness.rs`), periods, words for people.

use super::Kind;
use super::common::{Common, SIDES, Thing};
use crate::eval::{Came, Cell, Facts, Given, Moment, Question, Shared, Status, Var, Within, World, people, within};
use crate::hir::DecisionId;
use crate::policies::Policies;
use crate::program::{OutcomeId, Program};
use crate::value::{CmpOp, Decision, Exact, InputId, Interval, List, Names, Num, Origin, RegionId, Type, Value, show};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of everybody looked at for one question.
const MAX_PARTS: usize = 4_000;
/// Values of one list that are told apart: all their combinations are tried.
const MAX_ASKED_ABOUT: usize = 7;

/// Some people.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct People {
    /// What is known of them.
    pub cells: BTreeMap<Thing, Cell>,
    /// Facts that are not taken apart, in common numbers.
    pub told: BTreeMap<u32, Value>,
    /// Not every value of such a fact was tried.
    pub sampled: bool,
}

impl People {
    pub fn with(&self, thing: &Thing, cell: Cell) -> People {
        let mut more = self.clone();
        more.cells.insert(thing.clone(), cell);
        more
    }

    /// Whether all of them are told apart by facts and arguments alone.
    pub fn plain(&self) -> bool {
        !self.sampled && self.told.is_empty() && !self.cells.keys().any(|t| matches!(t, Thing::Of(..)))
    }
}

/// One version, asked.
pub(super) struct Asked<'a> {
    pub policies: &'a Policies,
    /// The question, where this version has the region, the decision and the outcome.
    pub question: Option<(Question, OutcomeId)>,
    pub shared: Shared,
}

impl<'a> Asked<'a> {
    fn program(&self) -> &'a Program {
        &self.policies.program
    }
}

/// One question to both versions.
pub(super) struct Pair<'a> {
    pub common: &'a Common<'a>,
    pub sides: [Asked<'a>; 2],
    /// The decision, in common numbers.
    pub decision: u32,
    /// Sources and hedges count too.
    pub papers: bool,
}

/// What a part of everybody gets.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub people: People,
    pub kind: Kind,
    /// What both give, to tell changes apart.
    pub key: [String; 2],
    /// Everybody in it, not only some.
    pub everybody: bool,
    /// Facts that the values turn on.
    pub turns_on: BTreeSet<u32>,
}

/// Everything found for one question.
#[derive(Default)]
pub(super) struct Parts {
    pub differ: Vec<Part>,
    /// Why something could not be told, if so.
    pub undecided: Option<String>,
}

/// What one version gives to some people.
enum Gives {
    /// Nobody can ask this there.
    Nothing,
    Given(Given),
}

/// One thing that comes out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Said(String),
    /// A number: what it is made of, the constant, the ranges of sources; with whatever stands beside it.
    Formula(Vec<(Thing, Exact)>, Exact, String, String),
}

/// What looking at some people came to.
enum Look {
    Split(Thing, Vec<Cell>),
    Missing(u32),
    Done(Option<Part>),
    TooMany,
}

/// Which version, and what it is asked about, in common numbers.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub outcome: u32,
    pub region: u32,
    pub moments: [Moment; 2],
}

impl<'a> Pair<'a> {
    pub fn new(common: &'a Common<'a>, policies: [&'a Policies; 2], about: About, papers: bool) -> Pair<'a> {
        let (side, own) = common.any_side(&common.outcomes, about.outcome);
        let decision = common.decisions.common(side, common.symbols(side).outcome(OutcomeId(own)).decision.0);
        let [old, new] = policies;
        let asked = |side: usize, policies: &'a Policies, moment: Moment| {
            let question = || -> Option<(Question, OutcomeId)> {
                let region: RegionId = common.region(side, about.region)?;
                let outcome = common.outcome(side, about.outcome)?;
                let decision = DecisionId(common.decisions.own(side, decision)?);
                let args = vec![None; common.symbols(side).decision(decision).args.len()];
                Some((Question { region, decision, args, moment }, outcome))
            };
            Asked { policies, question: question(), shared: Shared::default() }
        };
        let [before, after] = about.moments;
        Pair { common, sides: [asked(0, old, before), asked(1, new, after)], decision, papers }
    }

    /// Goes through everybody.
    pub fn parts(&mut self) -> Parts {
        let mut out = Parts::default();
        let mut open = vec![People::default()];
        let mut seen = 0;
        while let Some(people) = open.pop() {
            seen += 1;
            if seen > MAX_PARTS {
                out.undecided = Some(format!("people fall into more than {MAX_PARTS} parts"));
                // Those that are left were not looked at: one look at each tells at least something.
                break;
            }
            match self.look(&people) {
                Look::Split(thing, cells) => {
                    let cells = self.with_the_rest(&people, &thing, cells);
                    open.extend(cells.into_iter().rev().map(|c| people.with(&thing, c)));
                }
                Look::Missing(input) if !people.told.contains_key(&input) => {
                    let (values, all) = self.wholes(input);
                    if values.is_empty() {
                        let name = self.input_name(input);
                        out.undecided = Some(format!("`{name}` is not taken apart"));
                    }
                    for value in values.into_iter().rev() {
                        let mut more = people.clone();
                        more.told.insert(input, value);
                        more.sampled |= !all;
                        open.push(more);
                    }
                    if !all {
                        let name = self.input_name(input);
                        out.undecided.get_or_insert_with(|| format!("only some values of `{name}` were tried"));
                    }
                }
                Look::Missing(input) => {
                    let name = self.input_name(input);
                    out.undecided = Some(format!("`{name}` is not taken apart"));
                }
                Look::TooMany => out.undecided = Some("sources leave more open than is told apart".to_string()),
                Look::Done(part) => out.differ.extend(part),
            }
        }
        out
    }

    fn input_name(&self, common: u32) -> String {
        let (side, own) = self.common.any_side(&self.common.inputs, common);
        self.common.symbols(side).input(InputId(own)).name.to_string()
    }

    fn look(&mut self, people: &People) -> Look {
        if let Some((thing, cells)) = self.mixed(people) {
            return Look::Split(thing, cells);
        }
        let mut gives = [Gives::Nothing, Gives::Nothing];
        for (side, slot) in SIDES.into_iter().zip(&mut gives) {
            let Some((world, facts)) = self.told(side, people) else { continue };
            let Some(asked) = self.sides.get_mut(side) else { continue };
            let Some((question, outcome)) = &asked.question else { continue };
            match within(&asked.policies.program, question, &facts, *outcome, &world, &mut asked.shared) {
                Within::Given(given) => *slot = Gives::Given(given),
                Within::TooMany => return Look::TooMany,
                Within::Missing(i) => return Look::Missing(self.common.inputs.common(side, i.0)),
                Within::Split(var, cells) => return self.split(side, var, cells),
            }
        }
        self.compare(people, &gives)
    }

    /// A split of one version, in common numbers.
    fn split(&self, side: usize, var: Var, cells: Vec<Cell>) -> Look {
        let thing = match var {
            Var::Input(i) => Thing::Input(self.common.inputs.common(side, i.0)),
            Var::Absent(i) => Thing::Absent(self.common.inputs.common(side, i.0)),
            Var::Arg(i) => Thing::Arg(i),
            other => Thing::Of(side, other),
        };
        let e = match var {
            Var::Input(i) => match self.common.symbols(side).input(i).ty.base() {
                Type::Enum(e) => Some(*e),
                _ => None,
            },
            Var::Arg(i) => {
                let own = self.common.decisions.own(side, self.decision).map(DecisionId);
                own.and_then(|d| self.common.symbols(side).decision(d).args.get(usize::from(i)).map(|a| a.ty))
            }
            _ => None,
        };
        let lifted = cells.into_iter().map(|cell| match (cell, e) {
            (Cell::Set(list), Some(e)) => Cell::Set(list.into_iter().map(|v| self.common.lift_variant(side, e, v)).collect()),
            (cell, _) => cell,
        });
        Look::Split(thing, lifted.collect())
    }

    /// The cells, with what the version that was split does not know of.
    fn with_the_rest(&self, people: &People, thing: &Thing, mut cells: Vec<Cell>) -> Vec<Cell> {
        let mut rest = Vec::new();
        if let Some(e) = self.common.enum_of(thing, self.decision) {
            let all = match people.cells.get(thing) {
                Some(Cell::Set(list)) => list.clone(),
                _ => self.common.all_variants(e),
            };
            let known = |v: &u16| cells.iter().any(|c| matches!(c, Cell::Set(list) if list.contains(v)));
            let left: Vec<u16> = all.into_iter().filter(|v| !known(v)).collect();
            if !left.is_empty() {
                rest.push(Cell::Set(left));
            }
        } else if let Thing::Input(c) = thing {
            let mut spans = cells.iter().filter_map(|c| if let Cell::Span(s) = c { Some(*s) } else { None });
            if let Some(first) = spans.next() {
                let hull = spans.fold(first, |a, b| a.hull(&b));
                let whole = match people.cells.get(thing) {
                    Some(Cell::Span(s)) => Some(*s),
                    _ => self.hull(*c),
                };
                let below = hull.lo.map(|lo| if hull.lo_closed { Interval::under(lo) } else { Interval::at_most(lo) });
                let above = hull.hi.map(|hi| if hull.hi_closed { Interval::over(hi) } else { Interval::at_least(hi) });
                let integral = self.integral(*c);
                for part in [below, above].into_iter().flatten() {
                    let part = whole.and_then(|w| w.intersect(&part));
                    let part = part.and_then(|p| if integral { p.normalise_integral() } else { Some(p) });
                    rest.extend(part.map(Cell::Span));
                }
            }
        }
        cells.extend(rest);
        cells
    }

    /// Where an input can lie in either version.
    fn hull(&self, input: u32) -> Option<Interval> {
        SIDES.into_iter().filter_map(|s| self.common.bounds(s, input)).reduce(|a, b| a.hull(&b))
    }

    fn integral(&self, input: u32) -> bool {
        let (side, own) = self.common.any_side(&self.common.inputs, input);
        self.common.symbols(side).input(InputId(own)).ty.is_integral()
    }

    /// A cell of which one version knows only a part.
    fn mixed(&self, people: &People) -> Option<(Thing, Vec<Cell>)> {
        for (thing, cell) in &people.cells {
            let cells = match cell {
                Cell::Set(list) => {
                    let Some(e) = self.common.enum_of(thing, self.decision) else { continue };
                    let mut classes: BTreeMap<[bool; 2], Vec<u16>> = BTreeMap::new();
                    for v in list {
                        let knows = SIDES.map(|s| self.common.lower_variant(s, e, *v).is_some());
                        classes.entry(knows).or_default().push(*v);
                    }
                    classes.into_values().map(Cell::Set).collect::<Vec<_>>()
                }
                Cell::Span(span) => {
                    let Thing::Input(c) = thing else { continue };
                    let bounds: Vec<Interval> = SIDES.into_iter().filter_map(|s| self.common.bounds(s, *c)).collect();
                    let Some(b) = bounds.iter().find(|b| span.intersects(b) && !span.is_subset_of(b)) else { continue };
                    let Some(inside) = span.intersect(b) else { continue };
                    return Some((thing.clone(), self.with_the_rest(people, thing, vec![Cell::Span(inside)])));
                }
            };
            if cells.len() > 1 {
                return Some((thing.clone(), cells));
            }
        }
        None
    }

    /// These people as one version knows them; nothing if it cannot be asked about them.
    pub fn told(&self, side: usize, people: &People) -> Option<(World, Facts)> {
        let mut world = World::default();
        for (thing, cell) in &people.cells {
            let (var, cell) = match thing {
                Thing::Of(own, var) if *own == side => (*var, cell.clone()),
                Thing::Of(..) => continue,
                Thing::Absent(c) => match self.common.input(side, *c) {
                    Some(i) => (Var::Absent(i), cell.clone()),
                    None => continue,
                },
                Thing::Input(_) | Thing::Arg(_) => {
                    let var = match thing {
                        Thing::Input(c) => match self.common.input(side, *c) {
                            Some(i) => Var::Input(i),
                            None => continue,
                        },
                        Thing::Arg(i) => Var::Arg(*i),
                        _ => continue,
                    };
                    let cell = match (cell, self.common.enum_of(thing, self.decision)) {
                        (Cell::Set(list), Some(e)) => {
                            let own: Vec<u16> = list.iter().filter_map(|v| self.common.lower_variant(side, e, *v)).collect();
                            if own.is_empty() {
                                return None;
                            }
                            let mut own = own;
                            own.sort_unstable();
                            Cell::Set(own)
                        }
                        (Cell::Span(s), _) => match thing {
                            Thing::Input(c) => Cell::Span(s.intersect(&self.common.bounds(side, *c)?)?),
                            _ => continue,
                        },
                        _ => cell.clone(),
                    };
                    (var, cell)
                }
            };
            world.cells.insert(var, cell);
        }
        let mut facts = Facts::new();
        for (c, value) in &people.told {
            if let Some(i) = self.common.input(side, *c) {
                facts.tell(i, self.common.lower(side, value, &self.common.symbols(side).input(i).ty)?);
            }
        }
        Some((world, facts))
    }

    /// Values to try of a fact that is not taken apart, and whether they stand for all.
    fn wholes(&self, input: u32) -> (Vec<Value>, bool) {
        let mut values: Vec<Value> = Vec::new();
        let mut all = true;
        let mut asked: Option<BTreeSet<u16>> = Some(BTreeSet::new());
        for side in SIDES {
            let Some(asks) = self.sides.get(side) else { continue };
            let (Some(i), Some((question, _))) = (self.common.input(side, input), &asks.question) else { continue };
            let ty = &self.common.symbols(side).input(i).ty;
            let (tried, complete) = people::wholes(asks.program(), question, i);
            all &= complete;
            values.extend(tried.iter().filter_map(|v| self.common.lift(side, v, ty)));
            if let (Type::List(item), Some(set)) = (ty.base(), &mut asked) {
                match (item.base(), people::asked_about(asks.program(), i)) {
                    (Type::Enum(e), Some(some)) => set.extend(some.iter().map(|v| self.common.lift_variant(side, *e, *v))),
                    _ => asked = None,
                }
            } else {
                asked = None;
            }
        }
        if let Some(some) = asked.filter(|a| all && a.len() <= MAX_ASKED_ABOUT) {
            let some: Vec<u16> = some.into_iter().collect();
            let chosen = |set: u32| some.iter().enumerate().filter(move |(i, _)| set >> i & 1 == 1).map(|(_, v)| Value::variant(*v));
            values = (0..1u32 << some.len()).map(|set| Value::from(List::set_of(chosen(set)))).collect();
        } else {
            all = false;
        }
        let mut once: Vec<Value> = Vec::new();
        for v in values {
            if !once.contains(&v) {
                once.push(v);
            }
        }
        (once, all)
    }

    fn compare(&self, people: &People, gives: &[Gives; 2]) -> Look {
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
            let part = Part { people: people.clone(), kind: Kind::Paper, key: [gone.join("\n"), came.join("\n")], everybody: true, turns_on };
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

    fn origin(&self, people: &People, thing: &Thing, id: u32) -> Origin {
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
            Thing::Of(side, var) => {
                let Some(asked) = self.sides.get(*side) else { return Vec::new() };
                let back = crate::eval::goes_back_to(&asked.shared, *var);
                back.into_iter().filter_map(|v| if let Var::Input(i) = v { Some(self.common.inputs.common(*side, i.0)) } else { None }).collect()
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
        let mut out: Vec<Shape> = given.results.iter().map(|(r, broken)| self.shape(side, asked, *outcome, r, broken)).collect();
        out.sort();
        out.dedup();
        out
    }

    fn shape(&self, side: usize, asked: &Asked, outcome: OutcomeId, result: &Came, broken: &[usize]) -> Shape {
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
    fn formula(&self, side: usize, asked: &Asked, n: &Num, ty: &Type, beside: String) -> Shape {
        let p = asked.program();
        let mut terms: Vec<(Thing, Exact)> = Vec::new();
        let mut rest: Vec<(Origin, Exact)> = Vec::new();
        for (origin, factor) in n.terms() {
            match asked.shared.var(origin.id()) {
                Some(Var::Input(i)) => terms.push((Thing::Input(self.common.inputs.common(side, i.0)), *factor)),
                Some(var @ (Var::Derived(..) | Var::Opaque(..))) if !crate::eval::goes_back_to(&asked.shared, var).is_empty() => {
                    terms.push((Thing::Of(side, var), *factor));
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
