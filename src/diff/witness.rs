//! In: people who may get another answer. Out: the simplest of them, with both answers as the evaluator gives them; or that there is nobody, or that nobody was found. Never here: which people to look at.

use super::Kind;
use super::common::{Common, SIDES, Thing};
use super::people::{Pair, Part};
use crate::eval::{Cell, Facts, OutcomeAnswer, Question, Status, Var, people};
use crate::policies::Detail;
use crate::program::OutcomeId;
use crate::value::{Interval, Type, Value};
use std::collections::BTreeMap;

/// So many persons are tried one by one before it is said that it cannot be told.
const MAX_PERSONS: usize = 4_096;
/// A range of so many whole numbers is tried whole.
const MAX_RANGE: i128 = 128;
/// Facts told only so that the answer asks for nothing more.
const MAX_COMPLETED: usize = 12;
/// Parts of one change in which a simpler person is looked for.
const MAX_PARTS: usize = 8;

/// A person, in common numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Person {
    pub args: BTreeMap<u16, u16>,
    pub facts: BTreeMap<u32, Value>,
}

/// Both answers; `None` where the question cannot be put.
pub(super) type Answers = [Option<OutcomeAnswer>; 2];

/// What a search comes to.
pub(super) enum Search {
    Found(Box<(Person, Answers)>),
    Nobody,
    Undecided,
}

impl Pair<'_> {
    /// The question of one version about a person.
    pub fn question(&self, side: usize, person: &Person) -> Option<(Question, Facts, OutcomeId)> {
        let asked = self.sides.get(side)?;
        let (question, outcome) = asked.question.as_ref()?;
        let mut question = question.clone();
        for (i, v) in &person.args {
            let e = self.common.enum_of(&Thing::Arg(*i), self.decision)?;
            *question.args.get_mut(usize::from(*i))? = Some(self.common.lower_variant(side, e, *v)?);
        }
        let mut facts = Facts::new();
        for (c, value) in &person.facts {
            // What one version does not ask for cannot matter to it.
            let Some(i) = self.common.input(side, *c) else { continue };
            let value = self.common.lower(side, value, &self.common.symbols(side).input(i).ty)?;
            if let (Value::Num(n), Some(bounds)) = (&value, self.common.bounds(side, *c))
                && n.as_exact().is_some_and(|x| !bounds.contains(x))
            {
                return None;
            }
            facts.tell(i, value);
        }
        Some((question, facts, *outcome))
    }

    /// Both answers, by the evaluator that answers everybody.
    pub fn answers(&self, person: &Person) -> Answers {
        SIDES.map(|side| {
            let (question, facts, outcome) = self.question(side, person)?;
            Some(self.sides.get(side)?.policies.answer_outcome(&question, &facts, outcome, Detail::default()))
        })
    }

    /// The answers, if they are definite and show a change of this kind.
    fn shows(&self, kind: Kind, person: &Person) -> Option<Answers> {
        let answers = self.answers(person);
        let definite = |a: &Option<OutcomeAnswer>| a.as_ref().is_none_or(|a| a.status != Status::Needs && !a.truncated);
        let [was, is] = &answers;
        (definite(was) && definite(is) && kind_of(was.as_ref(), is.as_ref()) == Some(kind)).then_some(answers)
    }

    /// The simplest person to whom a change happens.
    pub fn witness(&self, kind: Kind, parts: &[&Part]) -> Search {
        let mut best: Option<(Person, Answers)> = None;
        let mut nobody = true;
        let size = |p: &Person| (p.facts.len() + p.args.len(), p.facts.values().filter(|v| !small(v)).count());
        for part in parts.iter().take(MAX_PARTS) {
            match self.person(kind, part) {
                Search::Found(found) => {
                    if best.as_ref().is_none_or(|(b, _)| size(&found.0) < size(b)) {
                        best = Some(*found);
                    }
                }
                Search::Nobody => {}
                Search::Undecided => nobody = false,
            }
        }
        if best.is_none() {
            for part in parts.iter().skip(MAX_PARTS) {
                match self.person(kind, part) {
                    Search::Found(found) => return Search::Found(found),
                    Search::Nobody => {}
                    Search::Undecided => nobody = false,
                }
            }
        }
        match best {
            Some(found) => Search::Found(Box::new(found)),
            None if nobody => Search::Nobody,
            None => Search::Undecided,
        }
    }

    /// Somebody in one part.
    fn person(&self, kind: Kind, part: &Part) -> Search {
        let mut options: BTreeMap<u32, Vec<Value>> = part.people.told.iter().map(|(c, v)| (*c, vec![v.clone()])).collect();
        let mut complete = !part.people.sampled;
        let mut first = Person::default();
        for (thing, cell) in &part.people.cells {
            match (thing, cell) {
                (Thing::Arg(i), Cell::Set(list)) => {
                    if let Some(v) = list.first() {
                        first.args.insert(*i, *v);
                    }
                }
                (Thing::Absent(c), Cell::Set(list)) if list.contains(&1) => {
                    options.insert(*c, vec![Value::None]);
                }
                (Thing::Input(c), cell) => {
                    let (values, all) = self.values(*c, Some(cell));
                    complete &= all;
                    options.insert(*c, values);
                }
                _ => {}
            }
        }
        let more: Vec<u32> = part
            .people
            .cells
            .keys()
            .filter(|t| matches!(t, Thing::Of(..) | Thing::Formula(_)))
            .flat_map(|t| self.inputs_of(t))
            .chain(part.turns_on.iter().copied())
            .collect();
        for c in more {
            options.entry(c).or_insert_with(|| {
                let (values, all) = self.values(c, None);
                complete &= all;
                values
            });
        }
        let simple: BTreeMap<u32, Value> = options.iter().filter_map(|(c, v)| Some((*c, v.first()?.clone()))).collect();
        let fitting = self.fitting(&part.people, &simple);
        for (c, value) in &fitting {
            if let Some(values) = options.get_mut(c).filter(|v| !v.contains(value)) {
                values.push(value.clone());
            }
        }
        // First those whose sums fit, then everybody else.
        let mut persons: Vec<Person> = Vec::new();
        let solved = self.possible(&part.people).unwrap_or_default();
        if !solved.is_empty() {
            let mut person = first.clone();
            person.facts.extend(simple.clone());
            person.facts.extend(solved.into_iter().map(|(c, x)| (c, Value::from(x))));
            persons.push(person);
        }
        for (c, value) in fitting {
            let mut person = first.clone();
            person.facts.extend(simple.clone());
            person.facts.insert(c, value);
            persons.push(person);
        }
        let lens: Vec<usize> = options.values().map(Vec::len).collect();
        let all = lens.iter().fold(1usize, |a, n| a.saturating_mul((*n).max(1)));
        let whole = complete && all <= MAX_PERSONS;
        let tried = people::trials(&lens).chain(every(&lens).take(if whole { all } else { 0 }));
        let tried = tried.map(|picks| {
            let mut person = first.clone();
            for ((c, values), pick) in options.iter().zip(picks) {
                if let Some(v) = values.get(pick) {
                    person.facts.insert(*c, v.clone());
                }
            }
            person
        });
        // Whoever is none of these people shows another change at best.
        for person in persons.into_iter().chain(tried).filter(|p| self.inside(&part.people, &p.facts)) {
            if let Some(person) = self.completed(kind, person) {
                let person = self.simplest(kind, self.fewest(kind, person, part), &options, part);
                if let Some(answers) = self.shows(kind, &person) {
                    return Search::Found(Box::new((person, answers)));
                }
            }
        }
        if whole { Search::Nobody } else { Search::Undecided }
    }

    /// Values of a fact, the simplest first; and whether they are all there are.
    fn values(&self, input: u32, cell: Option<&Cell>) -> (Vec<Value>, bool) {
        let common: &Common = self.common;
        let (side, own) = common.any_side(&common.inputs, input);
        let id = crate::value::InputId(own);
        let info = common.symbols(side).input(id);
        let ty = info.ty.base();
        match (ty, cell) {
            (Type::Boolean, Some(Cell::Set(list))) => (list.iter().map(|v| Value::Bool(*v == 1)).collect(), true),
            (Type::Boolean, _) => (vec![Value::Bool(false), Value::Bool(true)], true),
            (Type::Enum(_), Some(Cell::Set(list))) => (list.iter().map(|v| Value::variant(*v)).collect(), true),
            (Type::Enum(e), _) => (common.all_variants((side, *e)).into_iter().map(Value::variant).collect(), true),
            (t, cell) if t.is_numeric() => {
                let span = if let Some(Cell::Span(s)) = cell { *s } else { Interval::ALL };
                let on = self.sides.iter().find_map(|s| s.question.as_ref()).map_or(0, |(q, _)| q.moment.on);
                let mut out: Vec<Value> = Vec::new();
                let mut hull: Option<Interval> = None;
                for s in SIDES {
                    let Some(i) = common.input(s, input) else { continue };
                    for v in people::numbers(common.program(s), i, &span, on) {
                        if !out.contains(&v) {
                            out.push(v);
                        }
                    }
                    let bounds = common.bounds(s, input).unwrap_or(Interval::ALL);
                    hull = Some(hull.map_or(bounds, |h| h.hull(&bounds)));
                }
                let place =
                    hull.and_then(|h| h.intersect(&span)).and_then(|p| if info.ty.is_integral() { p.normalise_integral() } else { None });
                let mut all = false;
                if let Some(Interval { lo: Some(lo), hi: Some(hi), .. }) = place
                    && hi.floor() - lo.floor() <= MAX_RANGE
                {
                    all = true;
                    for n in lo.floor()..=hi.floor() {
                        let v = Value::from(crate::value::Exact::from_int(n));
                        if !out.contains(&v) {
                            out.push(v);
                        }
                    }
                }
                (out, all)
            }
            _ => (Vec::new(), false),
        }
    }

    /// The person, with what an answer still asks for told as well.
    fn completed(&self, kind: Kind, person: Person) -> Option<Person> {
        let mut fuller = person;
        for _ in 0..MAX_COMPLETED {
            let answers = self.answers(&fuller);
            if self.definite(kind, &answers) {
                return Some(fuller);
            }
            let needed = SIDES.into_iter().find_map(|s| {
                let answer = answers.get(s)?.as_ref()?;
                let need = answer.needs.first()?;
                let asked = self.sides.get(s)?;
                let (q, _) = asked.question.as_ref()?;
                let p = &asked.policies.program;
                if need.argument {
                    let at = p.symbols.decision(q.decision).args.iter().position(|a| a.name == need.input.as_str())?;
                    return Some((s, Var::Arg(u16::try_from(at).ok()?)));
                }
                Some((s, Var::Input(asked.policies.input(q.decision, &need.input)?)))
            });
            let (side, var) = needed?;
            let asked = self.sides.get(side)?;
            let (q, _) = asked.question.as_ref()?;
            let values = people::values(&asked.policies.program, q, var);
            let mut next = None;
            for value in values {
                let mut more = fuller.clone();
                match (var, &value) {
                    (Var::Arg(i), Value::Variants(crate::value::Variants::One(v))) => {
                        let e = self.common.symbols(side).decision(q.decision).args.get(usize::from(i))?.ty;
                        more.args.insert(i, self.common.lift_variant(side, e, *v));
                    }
                    (Var::Input(i), _) => {
                        let ty = &self.common.symbols(side).input(i).ty;
                        more.facts.insert(self.common.inputs.common(side, i.0), self.common.lift(side, &value, ty)?);
                    }
                    _ => return None,
                }
                let answers = self.answers(&more);
                let [was, is] = &answers;
                let open = |a: &Option<OutcomeAnswer>| a.as_ref().is_some_and(|a| a.status == Status::Needs);
                if open(was) || open(is) || self.definite(kind, &answers) {
                    next = Some(more);
                    break;
                }
            }
            match next {
                Some(next) if next != fuller => fuller = next,
                _ => return None,
            }
        }
        None
    }

    fn definite(&self, kind: Kind, answers: &Answers) -> bool {
        let [was, is] = answers;
        let definite = |a: &Option<OutcomeAnswer>| a.as_ref().is_none_or(|a| a.status != Status::Needs && !a.truncated);
        definite(was) && definite(is) && kind_of(was.as_ref(), is.as_ref()) == Some(kind)
    }

    /// Leaves out every fact and argument without which it shows all the same.
    fn fewest(&self, kind: Kind, mut person: Person, part: &Part) -> Person {
        for c in person.facts.keys().copied().collect::<Vec<_>>() {
            let mut less = person.clone();
            less.facts.remove(&c);
            if self.inside(&part.people, &less.facts) && self.shows(kind, &less).is_some() {
                person = less;
            }
        }
        for i in person.args.keys().copied().collect::<Vec<_>>() {
            let mut less = person.clone();
            less.args.remove(&i);
            if self.shows(kind, &less).is_some() {
                person = less;
            }
        }
        person
    }

    /// Puts the simplest value that shows it in place of each that was tried.
    fn simplest(&self, kind: Kind, mut person: Person, options: &BTreeMap<u32, Vec<Value>>, part: &Part) -> Person {
        for (c, values) in options {
            let Some(own) = person.facts.get(c).cloned() else { continue };
            for v in values.iter().take_while(|v| **v != own) {
                let mut simpler = person.clone();
                simpler.facts.insert(*c, v.clone());
                if self.inside(&part.people, &simpler.facts) && self.shows(kind, &simpler).is_some() {
                    person = simpler;
                    break;
                }
            }
        }
        person
    }
}

/// What is false, none or nothing is simpler than anything else.
fn small(v: &Value) -> bool {
    match v {
        Value::Bool(b) => !b,
        Value::None => true,
        Value::Num(n) => n.as_exact().is_some_and(|x| x.is_zero()),
        _ => false,
    }
}

/// Every way to pick one of each.
fn every(lens: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let all = lens.iter().fold(1usize, |a, n| a.saturating_mul((*n).max(1)));
    (0..all).map(move |mut i| {
        lens.iter()
            .map(|n| {
                let n = (*n).max(1);
                let pick = i % n;
                i /= n;
                pick
            })
            .collect()
    })
}

/// How two definite answers differ; nothing where both say that there is no rule.
pub(super) fn kind_of(was: Option<&OutcomeAnswer>, is: Option<&OutcomeAnswer>) -> Option<Kind> {
    let said = |a: Option<&OutcomeAnswer>| a.filter(|a| a.status != Status::NoRule).map(essence);
    match (said(was), said(is)) {
        (None, None) => None,
        (None, Some(_)) => Some(Kind::Added),
        (Some(_), None) => Some(Kind::Removed),
        (Some(x), Some(y)) => Some(if x == y { Kind::Paper } else { Kind::Changed }),
    }
}

/// What a person is told: status, values, whom to ask, what cannot be together.
fn essence(a: &OutcomeAnswer) -> (Status, Vec<String>, Vec<String>) {
    let mut values: Vec<String> = a
        .alternatives
        .iter()
        .map(|x| {
            let agency = x.refer.as_ref().map(|r| r.agency.as_deref().unwrap_or("the agency"));
            let failure = x.failure.as_ref().and_then(|f| f.code.as_deref());
            format!("{} {agency:?} {failure:?}", x.text)
        })
        .collect();
    values.sort();
    values.dedup();
    let mut conflicts: Vec<String> = a.conflicts.iter().map(|c| c.reason.clone()).collect();
    conflicts.sort();
    (a.status, values, conflicts)
}
