//! In: conditions under a head. Out: the simplest person who meets them all, or one who does not, replayed; or that there is nobody. Never here: which conditions to look at, wording.

use super::conflict::stopped;
use super::{Case, Clash, Hunt, Look, Search};
use crate::eval::Question;
use crate::eval::explore::{asked_key, replay};
use crate::eval::machine::{Frame, Machine, Shared};
use crate::eval::world::{Cell, Stop, Var, World};
use crate::program::{NodeId, OutcomeId, Program};
use crate::value::Variants;

/// Conditions that stand together, on statements about an outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions<'a> {
    /// The outcome that the statements are about.
    pub outcome: OutcomeId,
    /// Of whom the statement speaks, by argument.
    pub head: &'a [Option<Variants>],
    /// The conditions.
    pub parts: &'a [NodeId],
    /// Somebody who meets them all is looked for; otherwise somebody of whom one does not hold.
    pub hold: bool,
}

/// Looks for somebody of whom these conditions hold, or do not.
pub(crate) fn meets(p: &Program, q: &Question, asked: Conditions) -> Search {
    let shows = |_: Clash, case: &Case| {
        let mut own = Shared::default();
        let seen = replay(p, &case.question, &case.facts, &World::default(), &mut own, |m| look(m, &case.question, asked));
        matches!(seen, Look::Clash(_)).then(Vec::new)
    };
    Hunt { p, q, tried: Default::default(), outcome: asked.outcome, look: &|m| look(m, q, asked), shows: &shows }.run()
}

fn look(m: &mut Machine, q: &Question, asked: Conditions) -> Look {
    // First only those of whom the head speaks.
    for (i, set) in asked.head.iter().enumerate() {
        let (Some(set), Ok(n)) = (set, u16::try_from(i)) else { continue };
        let var = Var::Arg(n);
        if q.args.get(i).is_some_and(Option::is_none) && !m.world.cells.contains_key(&var) {
            return Look::Split(var, vec![Cell::Set(set.iter().collect())]);
        }
    }
    let key = asked_key(q, asked.outcome);
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args, region: key.region };
    let shown = |holds: bool| if holds == asked.hold { Look::Clash(Clash::Asks) } else { Look::Nothing };
    let mut pending: Option<Stop> = None;
    for part in asked.parts {
        match m.holds(*part, &frame) {
            Ok(true) => {}
            Ok(false) => return shown(false),
            Err(stop) => m.note(&mut pending, stop),
        }
    }
    match pending {
        Some(stop) => stopped(stop).unwrap_or(Look::Nothing),
        None => shown(true),
    }
}
