//! In: parts of everybody. Out: as few parts as merging gives, in words; whether somebody is one of them. Never here: which parts change.

use super::common::{Common, Thing};
use super::formulas::Meaning;
use super::people::Pair;
use crate::eval::{Cell, Facts, Meet, Question, Var, meet};
use crate::policies::{Policies, date};
use crate::program::Node;
use crate::source::SourceMap;
use crate::value::{EnumId, Exact, InputId, Interval, Type, Value, Variants, show_interval};
use std::collections::BTreeMap;

/// Above this many parts they are left as they are: nobody reads so many conditions.
const MAX_PARTS: usize = 128;

/// What people are told apart by, in common numbers.
pub(super) type Part = BTreeMap<Thing, Cell>;

/// What people are told apart by, by names: for each thing the values it may have.
pub(crate) type Cells = Vec<(String, Among)>;

/// Values that something may have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Among {
    /// One of these values, by name; of a boolean `true` or `false`.
    Names(Vec<String>),
    /// In this range.
    Range(Interval),
    /// Whether the person has it at all.
    Has(bool),
    /// Something that takes a formula to tell.
    Formula,
}

/// Merges parts that differ in one thing only, and drops those inside another.
pub(super) fn simplify(common: &Common, decision: u32, mut parts: Vec<Part>) -> Vec<Part> {
    if parts.len() > MAX_PARTS {
        return parts;
    }
    loop {
        let before = (parts.len(), parts.iter().map(BTreeMap::len).sum::<usize>());
        let mut i = 0;
        while i < parts.len() {
            let mut j = i + 1;
            while j < parts.len() {
                let merged = match (parts.get(i), parts.get(j)) {
                    (Some(a), Some(b)) => merge(common, decision, a, b),
                    _ => None,
                };
                match merged {
                    Some(m) => {
                        if let Some(a) = parts.get_mut(i) {
                            *a = m;
                        }
                        parts.remove(j);
                    }
                    None => j += 1,
                }
            }
            i += 1;
        }
        if before == (parts.len(), parts.iter().map(BTreeMap::len).sum::<usize>()) {
            return parts;
        }
    }
}

fn merge(common: &Common, decision: u32, a: &Part, b: &Part) -> Option<Part> {
    let integral = |thing: &Thing| matches!(thing, Thing::Input(c) if info(common, *c).1.is_integral());
    let (thing, joined) = match meet(a, b, integral)? {
        Meet::Inside(outer) => return Some(outer),
        Meet::Joined(thing, joined) => (thing, joined),
    };
    let mut out = a.clone();
    if whole(common, decision, &thing, &joined) {
        out.remove(&thing);
    } else {
        out.insert(thing, joined);
    }
    Some(out)
}

/// An input, in a version in which it exists.
fn info<'a>(common: &Common<'a>, c: u32) -> (&'a crate::hir::Input, &'a Type) {
    let (side, own) = common.any_side(&common.inputs, c);
    let info = common.symbols(side).input(InputId(own));
    (info, info.ty.base())
}

/// Whether a cell is everything a thing can be.
fn whole(common: &Common, decision: u32, thing: &Thing, cell: &Cell) -> bool {
    match (thing, cell) {
        (Thing::Input(c), Cell::Span(s)) => {
            let bounds = [0, 1].into_iter().filter_map(|side| common.bounds(side, *c)).reduce(|a, b| a.hull(&b));
            bounds.is_some_and(|b| b.is_subset_of(s))
        }
        (_, Cell::Set(list)) => {
            let all = common.enum_of(thing, decision).map_or(2, |e| common.all_variants(e).len());
            list.len() >= all
        }
        _ => false,
    }
}

/// The parts in words; one without any is everybody.
pub(super) fn words(pair: &Pair, maps: [&SourceMap; 2], parts: &[Part]) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for part in parts {
        let all: Vec<String> = part.iter().filter_map(|(t, c)| word(pair, maps, t, c)).collect();
        if all.is_empty() {
            return Vec::new();
        }
        if !out.contains(&all) {
            out.push(all);
        }
    }
    out
}

fn word(pair: &Pair, [old, new]: [&SourceMap; 2], thing: &Thing, cell: &Cell) -> Option<String> {
    let common = pair.common;
    Some(match (thing, cell) {
        (Thing::Input(_) | Thing::Arg(_), Cell::Set(list)) => {
            let name = name_of(pair, thing)?;
            match common.enum_of(thing, pair.decision) {
                Some(e) => {
                    let (is, names) = listed(common, e, list);
                    format!("{name} {} {names}", if is { "=" } else { "!=" })
                }
                None if list.contains(&1) => name,
                None => format!("not {name}"),
            }
        }
        (Thing::Input(c), Cell::Span(s)) => {
            let (info, ty) = info(common, *c);
            let (side, _) = common.any_side(&common.inputs, *c);
            let mut shown = *s;
            if let Some(b) = [0, 1].into_iter().filter_map(|side| common.bounds(side, *c)).reduce(|a, b| a.hull(&b)) {
                if shown.lo == b.lo {
                    (shown.lo, shown.lo_closed) = (None, false);
                }
                if shown.hi == b.hi {
                    (shown.hi, shown.hi_closed) = (None, false);
                }
            }
            if shown.lo.is_none() && shown.hi.is_none() {
                return None;
            }
            format!("{} is {}", info.name, show_interval(&shown, ty, common.symbols(side)))
        }
        (Thing::Absent(c), Cell::Set(list)) => {
            let (info, _) = info(common, *c);
            if list.contains(&1) { format!("{} is none", info.name) } else { format!("{} is not none", info.name) }
        }
        (Thing::Formula(text), Cell::Span(span))
            if pair.met.get(text).is_some_and(|m| m.iter().any(|(side, var, _)| chosen(common, *side, *var))) =>
        {
            return summed(common, &pair.met.get(text)?.first()?.2, span);
        }
        (Thing::Of(side, var), _) if chosen(common, *side, *var) => return None,
        (Thing::Formula(text), cell) => {
            let mut parts: Vec<String> = Vec::new();
            for (side, var, meaning) in pair.met.get(text).into_iter().flatten() {
                let own = match (meaning.compared, cell) {
                    (None, cell) => Some(cell.clone()),
                    (Some(_), Cell::Span(span)) => meaning.truth(span).map(|t| Cell::Set(vec![u16::from(t)])),
                    _ => None,
                };
                let said = own.and_then(|cell| word(pair, [old, new], &Thing::Of(*side, *var), &cell));
                parts.extend(said.filter(|s| !parts.contains(s)).into_iter().collect::<Vec<_>>());
            }
            if parts.is_empty() {
                return None;
            }
            parts.join(", ")
        }
        (Thing::Of(side, var), cell) => {
            let node = match var {
                Var::Opaque(n, ..) | Var::Derived(n, ..) => *n,
                _ => return None,
            };
            let map = if *side == 0 { old } else { new };
            let text = crate::eval::Words { p: common.program(*side), map }.line(common.program(*side).node_span(node));
            match cell {
                Cell::Set(list) if list.contains(&1) => format!("`{text}`"),
                Cell::Set(_) => format!("not `{text}`"),
                Cell::Span(s) => {
                    let p = common.program(*side);
                    format!("`{text}` is {}", show_interval(s, p.node_type(node).base(), &p.symbols))
                }
            }
        }
        _ => return None,
    })
}

/// Whether it tells which of several sums is the largest or smallest, which stands in no condition.
fn chosen(common: &Common, side: usize, var: Var) -> bool {
    matches!(var, Var::Opaque(n, ..) if !matches!(common.program(side).node(n), Node::Compare(..)))
}

/// A sum of facts and where it lies; nothing where something else is summed up.
fn summed(common: &Common, meaning: &Meaning, span: &Interval) -> Option<String> {
    let mut text = String::new();
    let mut whole = true;
    let mut kind = None;
    for (term, factor) in &meaning.terms {
        let input: u32 = term.strip_prefix('i')?.parse().ok()?;
        let (input, ty) = info(common, input);
        whole &= ty.is_integral() && factor.is_integer();
        kind = kind.or(Some(ty));
        let (sign, size) = if factor.is_negative() { (" - ", factor.negated()) } else { (" + ", *factor) };
        text.push_str(if text.is_empty() { "" } else { sign });
        if size != Exact::ONE {
            text.push_str(&format!("{size} * "));
        }
        text.push_str(&input.name);
    }
    let span = if whole { span.normalise_integral()? } else { *span };
    let known = span.lo.is_some() || span.hi.is_some();
    known.then(|| kind.map(|ty| format!("{text} is {}", show_interval(&span, ty, common.symbols(1))))).flatten()
}

fn name_of(pair: &Pair, thing: &Thing) -> Option<String> {
    let common = pair.common;
    match thing {
        Thing::Input(c) => Some(info(common, *c).0.name.to_string()),
        Thing::Arg(i) => {
            let (side, own) = common.any_side(&common.decisions, pair.decision);
            Some(common.symbols(side).decision(crate::hir::DecisionId(own)).args.get(usize::from(*i))?.name.to_string())
        }
        _ => None,
    }
}

/// Names of values: those it is, or those it is not, whichever are fewer.
fn listed(common: &Common, e: (usize, EnumId), list: &[u16]) -> (bool, String) {
    let all = common.all_variants(e);
    let name = |v: &u16| common.variant_name(e, *v);
    if list.len() * 2 > all.len() && list.len() < all.len() && all.len() > 2 {
        let rest: Vec<String> = all.iter().filter(|v| !list.contains(v)).map(name).collect();
        return (false, rest.join(" or "));
    }
    (true, list.iter().map(name).collect::<Vec<_>>().join(" or "))
}

/// The parts by names, for programs.
pub(super) fn cells(pair: &Pair, parts: &[Part]) -> Vec<Cells> {
    let one = |(thing, cell): (&Thing, &Cell)| -> Option<(String, Among)> {
        let name = name_of(pair, thing);
        Some(match (thing, cell) {
            (Thing::Absent(c), Cell::Set(list)) => (info(pair.common, *c).0.name.to_string(), Among::Has(!list.contains(&1))),
            (Thing::Of(..) | Thing::Formula(_), _) => (String::new(), Among::Formula),
            (_, Cell::Span(s)) => (name?, Among::Range(*s)),
            (_, Cell::Set(list)) => {
                let names = match pair.common.enum_of(thing, pair.decision) {
                    Some(e) => list.iter().map(|v| pair.common.variant_name(e, *v)).collect(),
                    None => list.iter().map(|v| (*v == 1).to_string()).collect(),
                };
                (name?, Among::Names(names))
            }
        })
    };
    parts.iter().map(|p| p.iter().filter_map(one).collect()).collect()
}

impl super::Change {
    /// Whether a person, asked on a day with everything known, is among those it is about. What takes a formula to tell is taken to hold.
    pub(crate) fn about(&self, policies: &Policies, question: &Question, facts: &Facts) -> bool {
        let symbols = &policies.program.symbols;
        let region = symbols.region(question.region).name.as_str();
        let day = date(question.moment.on);
        let decision = symbols.decision(question.decision);
        let then = |p: &super::Period| {
            p.known_until.is_none() && p.from.as_ref().is_none_or(|f| *f <= day) && p.until.as_ref().is_none_or(|u| day <= *u)
        };
        if self.decision != decision.name.as_str()
            || (self.region != region && !self.below.iter().any(|b| b == region))
            || !self.periods.iter().any(then)
        {
            return false;
        }
        let told = |name: &str| -> Option<(Value, String)> {
            if let Some(i) = policies.input(question.decision, name) {
                return facts.get(i).map(|v| told(v, &symbols.input(i).ty, symbols));
            }
            let at = decision.args.iter().position(|a| a.name == name)?;
            let v = question.args.get(at).copied().flatten()?;
            Some(told(&Value::variant(v), &Type::Enum(decision.args.get(at)?.ty), symbols))
        };
        let holds = |(name, among): &(String, Among)| match (told(name), among) {
            (_, Among::Formula) => true,
            (None, _) => false,
            (Some((_, text)), Among::Names(names)) => names.contains(&text),
            (Some((Value::Num(n), _)), Among::Range(r)) => n.as_exact().is_some_and(|x| r.contains(x)),
            (Some((v, _)), Among::Has(has)) => v.is_none() != *has,
            _ => false,
        };
        self.cells.iter().any(|part| part.iter().all(holds))
    }
}

/// A value with its name, where it has one.
fn told(value: &Value, ty: &Type, names: &dyn crate::value::Names) -> (Value, String) {
    let text = match (value, ty.base()) {
        (Value::Variants(Variants::One(v)), Type::Enum(e)) => names.variant(*e, *v).to_string(),
        (Value::Bool(b), _) => b.to_string(),
        _ => String::new(),
    };
    (value.clone(), text)
}
