//! In: what a fact can be. Out: values worth trying, the simplest first, and the order in which to try them together. Never here: whether they show anything.

use super::Case;
use crate::eval::world::{Cell, Var, World};
use crate::eval::{Facts, Question};
use crate::program::{Node, NodeId, Program};
use crate::value::{EnumId, Exact, InputId, Interval, List, Type, Value, Variants, calendar};
use std::collections::BTreeMap;

/// Persons tried where numbers depend on each other.
const MAX_TRIALS: usize = 400;
/// Members of a list that are told apart: all their combinations are tried.
const MAX_ASKED_ABOUT: usize = 7;

/// The question as a world has it, and for each fact that the world says something of the values to try, the simplest first.
pub(super) fn options(p: &Program, q: &Question, world: &World, facts: &Facts) -> (Question, BTreeMap<InputId, Vec<Value>>) {
    let mut question = q.clone();
    let mut options: BTreeMap<InputId, Vec<Value>> = facts.iter().map(|(i, v)| (i, vec![v.clone()])).collect();
    for (var, cell) in &world.cells {
        match (var, cell) {
            (Var::Arg(i), Cell::Set(list)) => {
                if let (Some(slot), Some(first)) = (question.args.get_mut(*i as usize), list.first()) {
                    *slot = Some(*first);
                }
            }
            (Var::Absent(i), Cell::Set(list)) if list.contains(&1) => {
                options.insert(*i, vec![Value::None]);
            }
            (Var::Input(i), Cell::Set(list)) => {
                let boolean = *p.symbols.input(*i).ty.base() == Type::Boolean;
                let values = list.iter().map(|v| if boolean { Value::Bool(*v == 1) } else { Value::variant(*v) }).collect();
                options.insert(*i, values);
            }
            (Var::Input(i), Cell::Span(s)) => {
                options.insert(*i, numbers(p, *i, s, q.moment.on));
            }
            _ => {}
        }
    }
    (question, options)
}

/// Numbers of a range worth trying, the simplest first.
pub(crate) fn numbers(p: &Program, input: InputId, range: &Interval, on: i64) -> Vec<Value> {
    let ty = &p.symbols.input(input).ty;
    let bounds = p.symbols.input(input).bounds.unwrap_or(Interval::ALL);
    let Some(range) = range.intersect(&bounds) else { return Vec::new() };
    let usual = match ty.base() {
        Type::Date => Exact::from_int(on.into()),
        Type::Month => calendar::month_of(on).map_or(Exact::ZERO, |m| Exact::from_int(m.into())),
        _ => Exact::ZERO,
    };
    let step = match ty.base() {
        Type::Years => Exact::from_int(12),
        _ => Exact::ONE,
    };
    let up = |x: Exact, by: Exact| x.checked_add(by).ok();
    let down = |x: Exact, by: Exact| x.checked_sub(by).ok();
    let mut tried = vec![Some(usual)];
    // Whole steps first: nobody says "205 months old" where "18 years" will do.
    let steps = |x: Exact| x.checked_div(step).ok();
    let from = range.lo.and_then(steps).map(|x| x.ceil());
    let to = range.hi.and_then(steps).map(|x| x.floor());
    tried.extend([from, to].map(|n| n.and_then(|n| Exact::from_int(n).checked_mul(step).ok())));
    for lo in range.lo.into_iter() {
        tried.extend([Some(lo), up(lo, step)]);
    }
    for hi in range.hi.into_iter() {
        tried.extend([Some(hi), down(hi, step)]);
    }
    if let (Some(lo), Some(hi)) = (range.lo, range.hi) {
        tried.push(lo.checked_add(hi).and_then(|x| x.checked_div(Exact::from_int(2))).map(|x| Exact::from_int(x.floor())).ok());
    }
    tried.extend([up(usual, step), down(usual, step)]);
    // Between two neighbouring whole numbers there are others, but not of what comes in whole units.
    let whole = ty.is_integral() || *ty.base() == Type::MoneyPerMonth;
    tried.push(range.shortest_inside().filter(|_| !whole));
    // Amounts and stretches large enough to tell formulas apart.
    for far in [120, 100_000, 300] {
        tried.push(up(range.lo.unwrap_or(usual), Exact::from_int(far)));
    }
    let mut out: Vec<Value> = Vec::new();
    for x in tried.into_iter().flatten() {
        let fits = range.contains(x) && (!whole || x.is_integer());
        let value = Value::from(x);
        if fits && !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

/// Values of a fact that is not taken apart, and whether nobody's value says more than one of them does.
pub(crate) fn wholes(p: &Program, q: &Question, input: InputId) -> (Vec<Value>, bool) {
    match p.symbols.input(input).ty.base() {
        Type::List(item) => {
            let Type::Enum(e) = item.base() else { return (vec![Value::from(List::empty())], false) };
            let list = |variants: Vec<u16>| Value::from(List::set_of(variants.into_iter().map(Value::variant)));
            match asked_about(p, input) {
                Some(some) if some.len() <= MAX_ASKED_ABOUT => {
                    let sets = 0..1u32 << some.len();
                    let chosen = |set: u32| some.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, v)| *v).collect();
                    (sets.map(|s| list(chosen(s))).collect(), true)
                }
                _ => {
                    let count = u16::try_from(p.symbols.enum_(*e).variants.len()).unwrap_or(u16::MAX);
                    let single = (0..count).map(|v| list(vec![v]));
                    (std::iter::once(list(Vec::new())).chain(single).chain([list((0..count).collect())]).collect(), false)
                }
            }
        }
        Type::Region => (p.symbols.region(q.region).chain.iter().map(|r| Value::Region(*r)).collect(), false),
        _ => (Vec::new(), false),
    }
}

/// The variants that a list is only ever asked whether it holds; nothing if it is used in another way.
pub(crate) fn asked_about(p: &Program, input: InputId) -> Option<Vec<u16>> {
    let is_it = |n: NodeId| matches!(p.node(n), Node::Input(i) if *i == input);
    let mut out = Vec::new();
    for node in &p.nodes {
        if let Node::InList(x, list) = node
            && is_it(*list)
        {
            let Node::Const(Value::Variants(Variants::One(v))) = p.node(*x) else { return None };
            out.push(*v);
            continue;
        }
        let mut used = false;
        node.children(&mut |c| used |= is_it(c));
        if used {
            return None;
        }
    }
    out.sort_unstable();
    out.dedup();
    Some(out)
}

/// Values worth trying for a fact or argument of which nothing is known.
pub(crate) fn values(p: &Program, q: &Question, var: Var) -> Vec<Value> {
    let variants = |e: &EnumId| (0..u16::try_from(p.symbols.enum_(*e).variants.len()).unwrap_or(u16::MAX)).map(Value::variant).collect();
    match var {
        Var::Arg(i) => p.symbols.decision(q.decision).args.get(i as usize).map_or_else(Vec::new, |a| variants(&a.ty)),
        Var::Input(i) => match p.symbols.input(i).ty.base() {
            Type::Boolean => vec![Value::Bool(false), Value::Bool(true)],
            Type::Enum(e) => variants(e),
            t if t.is_numeric() => numbers(p, i, &Interval::ALL, q.moment.on),
            _ => wholes(p, q, i).0,
        },
        _ => Vec::new(),
    }
}

/// A case with one more thing told.
pub(super) fn told(case: &Case, var: Var, value: Value) -> Case {
    let mut out = case.clone();
    match (var, &value) {
        (Var::Arg(i), Value::Variants(Variants::One(v))) => {
            if let Some(slot) = out.question.args.get_mut(i as usize) {
                *slot = Some(*v);
            }
        }
        (Var::Input(i), _) => out.facts.tell(i, value),
        _ => {}
    }
    out
}

/// Which value of each fact to try together: the simplest of all, then every fact's next at once, then mixed.
pub(crate) fn trials(lens: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let longest = lens.iter().copied().max().unwrap_or(1).max(1);
    let alike = (0..longest).map(|k| lens.iter().map(|n| k.min(n.saturating_sub(1))).collect());
    // A fixed sequence that mixes them well; the same on every machine.
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = std::iter::repeat_with(move || {
        let mut pick = |n: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % (n.max(1) as u64)).unwrap_or(0)
        };
        lens.iter().map(|n| pick(*n)).collect()
    });
    let all: usize = lens.iter().fold(1usize, |a, n| a.saturating_mul((*n).max(1)));
    let wanted = if all == 1 { 1 } else { all.saturating_mul(4).min(MAX_TRIALS) };
    alike.chain(mixed).take(wanted)
}
