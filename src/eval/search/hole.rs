//! In: an outcome that need not be answered for everybody, a region, a day. Out: somebody without an answer although those with less and those with more of one number have one there, replayed. Never here: which outcomes to look at, wording.

use super::{Case, people};
use crate::eval::explore::{Explored, Leaf, explore};
use crate::eval::settle::Outcome;
use crate::eval::world::{Cell, Var, World};
use crate::eval::{Facts, Question};
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::{InputId, Interval, Value};

/// Pairs of answered neighbours that are tried for one world without an answer.
const MAX_NEIGHBOURS: usize = 200;

/// Persons tried for one of them.
const MAX_TRIED: usize = 24;

/// A hole between two cases.
#[derive(Clone, Debug)]
pub(crate) struct Hole {
    /// Who has no answer.
    pub case: Box<Case>,
    /// The number on which it turns.
    pub input: InputId,
    /// With this little of it there is an answer, and who gives it.
    pub below: (Value, StmtId),
    /// With this much of it there is an answer, and who gives it.
    pub above: (Value, StmtId),
}

/// What looking for holes came to.
#[derive(Debug)]
pub(crate) enum Holes {
    Found(Box<Hole>),
    Nobody,
    /// There are more cases than can be told apart.
    Undecided,
}

/// Looks for a hole between two cases, at least one of which the region itself gives.
pub(crate) fn hole(p: &Program, q: &Question, outcome: OutcomeId) -> Holes {
    let explored = explore(p, q, &Facts::new(), outcome);
    if explored.truncated {
        return Holes::Undecided;
    }
    let own = |l: &Leaf| l.settled.winners.iter().copied().find(|s| p.statement(*s).region == q.region);
    let answered: Vec<(&Leaf, StmtId, bool)> = explored
        .leaves
        .iter()
        .filter(|l| matches!(l.settled.result, Outcome::Value(..) | Outcome::Refer(_)))
        .filter_map(|l| Some((l, own(l).or(l.settled.winners.first().copied())?, own(l).is_some())))
        .collect();
    for leaf in &explored.leaves {
        let Outcome::NoRule(none) = &leaf.settled.result else { continue };
        // What another outcome lacks is a matter of that one.
        if none.about.as_ref().is_none_or(|(o, _)| *o != outcome) {
            continue;
        }
        for (var, cell) in &leaf.world.cells {
            let (Var::Input(input), Cell::Span(span)) = (var, cell) else { continue };
            let side = |below: bool| {
                answered.iter().filter(move |(l, ..)| {
                    l.world.span(var).is_some_and(|s| if below { is_below(s, span) } else { is_below(span, s) }) && meet(leaf, l, var)
                })
            };
            let mut tried = 0;
            for (low, first, mine) in side(true) {
                for (high, last, _) in side(false).filter(|(.., theirs)| *mine || *theirs) {
                    tried += 1;
                    if tried > MAX_NEIGHBOURS || !meet(low, high, var) {
                        continue;
                    }
                    if let Some(hole) = shown(p, q, (&explored, outcome), leaf, (low, *first), (high, *last), *input) {
                        return Holes::Found(Box::new(hole));
                    }
                }
            }
        }
    }
    Holes::Nobody
}

/// Everything in one range is less than everything in the other.
fn is_below(a: &Interval, b: &Interval) -> bool {
    a.hi.zip(b.lo).is_some_and(|(h, l)| h < l || (h == l && !(a.hi_closed && b.lo_closed)))
}

/// Whether the people of two worlds can differ in this number only.
fn meet(a: &Leaf, b: &Leaf, but: &Var) -> bool {
    a.world.cells.iter().all(|(var, cell)| var == but || b.world.cells.get(var).is_none_or(|c| c.meets(cell)))
}

/// What is common to the worlds, apart from the number.
fn common(leaf: &Leaf, others: [&Leaf; 2], but: &Var) -> World {
    let mut out = leaf.world.clone();
    for (var, cell) in others.iter().flat_map(|l| &l.world.cells).filter(|(v, _)| *v != but) {
        let narrowed = match (out.cells.get(var), cell) {
            (Some(Cell::Set(a)), Cell::Set(b)) => Cell::Set(a.iter().copied().filter(|x| b.contains(x)).collect()),
            (Some(Cell::Span(a)), Cell::Span(b)) => Cell::Span(a.intersect(b).unwrap_or(*a)),
            _ => cell.clone(),
        };
        out.cells.insert(*var, narrowed);
    }
    out
}

/// The person, replayed together with one who has less and one who has more.
fn shown(
    p: &Program,
    q: &Question,
    (explored, outcome): (&Explored, OutcomeId),
    leaf: &Leaf,
    (low, first): (&Leaf, StmtId),
    (high, last): (&Leaf, StmtId),
    input: InputId,
) -> Option<Hole> {
    let var = Var::Input(input);
    let world = common(leaf, [low, high], &var);
    let (question, mut options) = people::options(p, q, &world, &Facts::new());
    // What sums of the world are made of is told too.
    let mut roots = Vec::new();
    world.cells.keys().for_each(|v| explored.roots(*v, &mut roots));
    for root in roots {
        if let Var::Input(i) = root
            && p.symbols.input(i).ty.is_numeric()
        {
            options.entry(i).or_insert_with(|| people::numbers(p, i, &Interval::ALL, q.moment.on));
        }
    }
    let of = |l: &Leaf, below: bool| l.world.span(&var).and_then(|s| nearest(p, input, s, below, q));
    let (below, above) = (of(low, true)?, of(high, false)?);
    let answers = |case: &Case, yes: bool| {
        let explored = explore(p, &case.question, &case.facts, outcome);
        let fits = |l: &Leaf| match &l.settled.result {
            Outcome::NoRule(_) => !yes,
            Outcome::Value(..) | Outcome::Refer(_) => yes,
            _ => false,
        };
        !explored.truncated && !explored.leaves.is_empty() && explored.leaves.iter().all(fits)
    };
    let lens: Vec<usize> = options.values().map(Vec::len).collect();
    for picks in people::trials(&lens).take(MAX_TRIED) {
        let mut case = Case { question: question.clone(), facts: Facts::new() };
        for ((i, values), pick) in options.iter().zip(picks) {
            case.facts.tell(*i, values.get(pick)?.clone());
        }
        let with = |value: &Value| {
            let mut other = case.clone();
            other.facts.tell(input, value.clone());
            other
        };
        if answers(&case, false) && answers(&with(&below), true) && answers(&with(&above), true) {
            return Some(Hole { case: Box::new(case), input, below: (below, first), above: (above, last) });
        }
    }
    None
}

/// The value of a range that lies next to the hole, or where the range does not have its end a simple one.
fn nearest(p: &Program, input: InputId, span: &Interval, below: bool, q: &Question) -> Option<Value> {
    let values = people::numbers(p, input, span, q.moment.on);
    let end = if below { span.hi.filter(|_| span.hi_closed) } else { span.lo.filter(|_| span.lo_closed) };
    let end = end.map(Value::from).filter(|v| values.contains(v));
    end.or_else(|| values.into_iter().next())
}
