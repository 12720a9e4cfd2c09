//! In: a question to two versions. Out: everybody, cut into parts for whom both versions give the same, or something else, and what that is. Never here: examples of persons (`witness.rs`), periods, words for people.

use super::Kind;
use super::common::{Common, SIDES, Thing};
use super::formulas::Meaning;
use crate::eval::{Cell, Facts, Given, Meant, Moment, Question, Shared, Var, Within, World, people, within};
use crate::hir::DecisionId;
use crate::policies::Policies;
use crate::program::{OutcomeId, Program};
use crate::value::{InputId, Interval, List, RegionId, Type, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of everybody looked at for one question.
const MAX_PARTS: usize = 1_000;
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
    /// What formulas of each version are, as far as they were met for these people.
    pub formulas: BTreeMap<(usize, Var), Meaning>,
}

impl People {
    pub fn with(&self, thing: &Thing, cell: Cell) -> People {
        let mut more = self.clone();
        more.cells.insert(thing.clone(), cell);
        more
    }

    /// Whether all of them are told apart by facts and arguments alone.
    pub fn plain(&self) -> bool {
        !self.sampled && self.told.is_empty() && !self.cells.keys().any(|t| matches!(t, Thing::Of(..) | Thing::Formula(_)))
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
    pub fn program(&self) -> &'a Program {
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
    /// Formulas of both versions, and where each was met.
    pub met: BTreeMap<String, Vec<(usize, Var, Meaning)>>,
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
    /// How many parts were looked at.
    pub looks: usize,
}

/// What one version gives to some people.
pub(super) enum Gives {
    /// Nobody can ask this there.
    Nothing,
    Given(Given),
}

/// What looking at some people came to.
pub(super) enum Look {
    Split(Thing, Vec<Cell>),
    /// A formula turned out to be one that the other version may have too.
    Known(usize, Var, Meaning),
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
            Asked { policies, question: question(), shared: Shared { meant: Meant::kept(), ..Shared::default() } }
        };
        let [before, after] = about.moments;
        Pair { common, sides: [asked(0, old, before), asked(1, new, after)], decision, papers, met: BTreeMap::new() }
    }

    /// Goes through everybody.
    pub fn parts(&mut self) -> Parts {
        let mut out = Parts::default();
        let mut open = vec![People::default()];
        let mut seen = 0;
        while let Some(people) = open.pop() {
            seen += 1;
            out.looks = seen;
            if seen > MAX_PARTS {
                out.undecided = Some(format!("people fall into more than {MAX_PARTS} parts"));
                break;
            }
            match self.look(&people) {
                Look::Known(side, var, meaning) => {
                    let mut more = people.clone();
                    more.formulas.insert((side, var), meaning);
                    open.push(more);
                }
                Look::Split(thing, cells) => {
                    let cells = self.with_the_rest(&people, &thing, cells);
                    let parts = cells.into_iter().rev().map(|c| people.with(&thing, c));
                    open.extend(parts.filter(|p| self.possible(p).is_some()));
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
        // Of two splits the same one comes first, whichever version asks for it.
        let mut split: Option<(Thing, Vec<Cell>)> = None;
        for (side, slot) in SIDES.into_iter().zip(&mut gives) {
            let Some((world, facts)) = self.told(side, people) else { continue };
            let Some(asked) = self.sides.get_mut(side) else { continue };
            let Some((question, outcome)) = &asked.question else { continue };
            match within(&asked.policies.program, question, &facts, *outcome, &world, &mut asked.shared) {
                Within::Given(given) => *slot = Gives::Given(given),
                Within::TooMany => return Look::TooMany,
                Within::Missing(i) => return Look::Missing(self.common.inputs.common(side, i.0)),
                Within::Split(var, cells) => match self.split(side, people, var, cells) {
                    Look::Split(thing, cells) => {
                        let first = split.as_ref().is_none_or(|(t, c)| (&thing, format!("{cells:?}")) < (t, format!("{c:?}")));
                        if first {
                            split = Some((thing, cells));
                        }
                    }
                    other => return other,
                },
            }
        }
        if let Some((thing, cells)) = split {
            return Look::Split(thing, cells);
        }
        self.compare(people, &gives)
    }

    /// A split of one version, in common numbers.
    fn split(&mut self, side: usize, people: &People, var: Var, cells: Vec<Cell>) -> Look {
        if matches!(var, Var::Opaque(..) | Var::Derived(..)) {
            match people.formulas.get(&(side, var)) {
                Some(meaning) => {
                    if let Some(cells) = self.parts_of(people, meaning, &cells) {
                        return Look::Split(Thing::Formula(meaning.text.clone()), cells);
                    }
                }
                None => {
                    if let Some(meaning) = self.meaning(side, var) {
                        let met = self.met.entry(meaning.text.clone()).or_default();
                        if !met.contains(&(side, var, meaning.clone())) {
                            met.push((side, var, meaning.clone()));
                        }
                        return Look::Known(side, var, meaning);
                    }
                }
            }
        }
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
    pub(super) fn hull(&self, input: u32) -> Option<Interval> {
        SIDES.into_iter().filter_map(|s| self.common.bounds(s, input)).reduce(|a, b| a.hull(&b))
    }

    pub(super) fn integral(&self, input: u32) -> bool {
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
                Thing::Of(..) | Thing::Formula(_) => continue,
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
        for ((own, var), meaning) in people.formulas.iter().filter(|((own, _), _)| *own == side) {
            if let (true, Some(cell)) = (*own == side, self.known(people, meaning)) {
                world.cells.insert(*var, cell);
            }
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
            let (Some(i), Some((question, outcome))) = (self.common.input(side, input), &asks.question) else { continue };
            let ty = &self.common.symbols(side).input(i).ty;
            let (tried, complete) = people::wholes_in(asks.program(), question, i, Some(*outcome));
            all &= complete;
            values.extend(tried.iter().filter_map(|v| self.common.lift(side, v, ty)));
            if let (Type::List(item), Some(set)) = (ty.base(), &mut asked) {
                match (item.base(), people::asked_about(asks.program(), i, Some((*outcome, question.region)))) {
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
}
