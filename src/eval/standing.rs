//! In: an outcome in a region, with nothing told. Out: of every statement about it, whether it has a part in anybody's answer, for which arguments, and what stands in its place. Never here: deciding anything (it only looks at what was decided), wording.

use super::explore::{Leaf, asked_key, explore};
use super::settle::Outcome;
use super::verdict::Fate;
use super::world::Var;
use super::{Facts, Question};
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::RegionId;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one statement, over all persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stand {
    /// Somebody's answer rests on it, or it could not be told.
    pub counts: bool,
    /// The arguments for which it does, for each argument of the decision.
    pub args: Vec<BTreeSet<u16>>,
    /// Deeper regions that answer in its place where it applies.
    pub behind: BTreeSet<RegionId>,
    /// The arguments for which they do.
    pub lost: Vec<BTreeSet<u16>>,
    /// These say something else, not the same.
    pub otherwise: bool,
    /// Sides of a dispute are told apart by it.
    pub disputed: bool,
    /// It counts without any dispute, too.
    pub undisputed: bool,
    /// A rule that contradicts another rule, for somebody.
    pub conflicts: bool,
    /// A claim that a rule of its own region, or of one above, stands against.
    pub beaten: bool,
    /// The project's precedence follows another source.
    pub outranked: bool,
}

/// What becomes of everything said about an outcome.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Statements that apply to somebody.
    pub stands: BTreeMap<StmtId, Stand>,
    /// The `never` constraints that are not kept for somebody, by number, with the statements about this outcome involved.
    pub broken: BTreeMap<usize, BTreeSet<StmtId>>,
    /// There were too many cases to look at all of them.
    pub truncated: bool,
}

/// Goes through all worlds of an outcome; arguments that `q` leaves out are open.
pub(crate) fn standing(p: &Program, q: &Question, outcome: OutcomeId) -> Standing {
    let explored = explore(p, q, &Facts::new(), outcome);
    let mut out = Standing { truncated: explored.truncated, ..Standing::default() };
    let own = explored.shared.keys.get_index_of(&asked_key(q, outcome)).and_then(|n| u32::try_from(n).ok());
    for leaf in &explored.leaves {
        let sides = own.filter(|n| leaf.world.cells.contains_key(&Var::Dispute(*n))).and_then(|n| explored.shared.sides.get(&n));
        add(p, q, leaf, sides, &mut out);
        for (i, stmts) in &leaf.broken {
            out.broken.entry(*i).or_default().extend(stmts.iter().filter(|s| p.statement(**s).outcome == outcome));
        }
    }
    out
}

fn add(p: &Program, q: &Question, leaf: &Leaf, sides: Option<&Vec<Vec<StmtId>>>, out: &mut Standing) {
    let chain = &p.symbols.region(q.region).chain;
    let level = |s: StmtId| chain.iter().position(|r| *r == p.statement(s).region).unwrap_or(usize::MAX);
    let winners = &leaf.settled.winners;
    let deepest = winners.iter().map(|w| level(*w)).min().unwrap_or(usize::MAX);
    let faulty: &[StmtId] = match &leaf.settled.result {
        Outcome::Fault(f) => &f.stmts,
        _ => &[],
    };
    for v in &leaf.verdicts {
        let above = level(v.stmt) > deepest;
        let counts = match v.fate {
            Fate::Stands | Fate::Adjusts | Fate::Disputes | Fate::Unclear | Fate::Open | Fate::Outranked => true,
            Fate::Confirmed => !above,
            Fate::Yields | Fate::Beaten | Fate::Overridden | Fate::Contradicts => false,
            Fate::NotKnown | Fate::OutOfForce | Fate::DoesNotApply | Fate::Replaced => continue,
        };
        let stand = out.stands.entry(v.stmt).or_default();
        stand.beaten |= v.fate == Fate::Beaten;
        stand.outranked |= v.fate == Fate::Outranked;
        stand.conflicts |= faulty.contains(&v.stmt);
        if !counts && above {
            stand.behind.extend(winners.iter().filter(|w| level(**w) == deepest).map(|w| p.statement(*w).region));
            stand.otherwise |= v.fate != Fate::Confirmed;
        }
        // Where it cannot be told, it need not say the same.
        stand.otherwise |= above && v.fate == Fate::Unclear;
        let told = if counts { &mut stand.args } else { &mut stand.lost };
        if counts || above {
            arguments(p, q, leaf, told);
        }
        if !counts {
            continue;
        }
        stand.counts = true;
        // What all sides rest on is not what they differ in.
        let parts = sides.is_some_and(|sides| {
            let on = sides.iter().filter(|side| side.contains(&v.stmt)).count();
            on > 0 && on < sides.len()
        });
        stand.disputed |= parts;
        stand.undisputed |= !parts;
    }
}

/// Adds the arguments a world is about.
fn arguments(p: &Program, q: &Question, leaf: &Leaf, out: &mut Vec<BTreeSet<u16>>) {
    out.resize(q.args.len(), BTreeSet::new());
    for (i, (seen, told)) in out.iter_mut().zip(&q.args).enumerate() {
        let place = u16::try_from(i).unwrap_or(u16::MAX);
        let all = p.symbols.decision(q.decision).args.get(i).map_or(0, |a| p.symbols.enum_(a.ty).variants.len());
        match (told, leaf.world.set(&Var::Arg(place))) {
            (Some(v), _) => drop(seen.insert(*v)),
            (None, Some(set)) => seen.extend(set),
            (None, None) => seen.extend(0..u16::try_from(all).unwrap_or(u16::MAX)),
        }
    }
}
