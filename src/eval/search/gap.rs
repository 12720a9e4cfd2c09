//! In: an outcome, a region, the days to look at. Out: the simplest person who gets no answer there although something is said, replayed. Never here: which outcomes and regions to look at, wording.

use super::{Case, Clash, Hunt, Look, Search};
use crate::eval::explore::{asked_key, explore, machine};
use crate::eval::machine::{Frame, Machine};
use crate::eval::settle::Outcome;
use crate::eval::world::{NoRule, Stop, Var};
use crate::eval::{Facts, Moment, Question};
use crate::program::{OutcomeId, Program};
use crate::value::{RegionId, Type};

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GapAsked<'a> {
    /// The outcome.
    pub outcome: OutcomeId,
    /// One day of each stretch in which nothing begins or ends, in order; the question's day is one of them.
    pub days: &'a [i64],
    /// The nearest region above that says something about it: who has the same gap there is counted there.
    pub above: Option<RegionId>,
    /// Who had an answer before, and has none on the question's day and later.
    pub ended: bool,
    /// Also whether what applies comes to a value; otherwise only whether something applies.
    pub whole: bool,
}

/// Whether somebody has an answer.
enum Has {
    Answer,
    None(NoRule),
    Stop(Look),
}

/// How somebody lacks an answer on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lack {
    /// On every day.
    Always,
    /// Before and after there is one.
    Between,
    /// There was one before, and none comes.
    Ended,
    /// There is none yet.
    NotYet,
}

/// Looks for somebody without an answer.
pub(crate) fn gap(p: &Program, q: &Question, asked: GapAsked) -> Search {
    let hunt = Hunt {
        p,
        q,
        tried: Default::default(),
        outcome: asked.outcome,
        look: &|m| look(m, q, asked),
        shows: &|_, case| shows(p, case, asked),
    };
    hunt.run()
}

fn look(m: &mut Machine, q: &Question, asked: GapAsked) -> Look {
    let own = match has(m, q, asked, q.region, q.moment.on, 0) {
        Has::Answer => return Look::Nothing,
        Has::Stop(look) => return look,
        Has::None(n) => n,
    };
    if let Some((other, said)) = own.about
        && other != asked.outcome
    {
        let info = m.p.symbols.outcome(other);
        // What the read outcome lacks is told there, or is meant.
        if !info.local && (info.partial || said) {
            return Look::Nothing;
        }
    }
    let lack = match lack(m, q, asked, q.region) {
        Ok(lack) => lack,
        Err(look) => return look,
    };
    if asked.ended != (lack == Lack::Ended) || lack == Lack::NotYet {
        return Look::Nothing;
    }
    if let Some(above) = asked.above {
        match has(m, q, asked, above, q.moment.on, 0) {
            Has::Answer => {}
            Has::Stop(look) => return look,
            Has::None(_) => match self::lack(m, q, asked, above) {
                Ok(same) if same == lack => return Look::Nothing,
                Ok(_) => {}
                Err(look) => return look,
            },
        }
    }
    Look::Clash(Clash::Unanswered)
}

/// How somebody who has no answer on the question's day lacks it, over all days.
fn lack(m: &mut Machine, q: &Question, asked: GapAsked, region: RegionId) -> Result<Lack, Look> {
    let (mut before, mut after) = (false, false);
    for (i, day) in asked.days.iter().enumerate() {
        let side = match day.cmp(&q.moment.on) {
            std::cmp::Ordering::Less => &mut before,
            std::cmp::Ordering::Equal => continue,
            std::cmp::Ordering::Greater => &mut after,
        };
        if *side {
            continue;
        }
        let turn = u16::try_from(i).unwrap_or(u16::MAX).saturating_add(1);
        match has(m, q, asked, region, *day, turn) {
            Has::Answer => *side = true,
            Has::None(_) => {}
            Has::Stop(look) => return Err(look),
        }
    }
    Ok(match (before, after) {
        (false, false) => Lack::Always,
        (true, true) => Lack::Between,
        (true, false) => Lack::Ended,
        (false, true) => Lack::NotYet,
    })
}

/// Whether there is an answer in a region on a day, in this world.
fn has(m: &mut Machine, q: &Question, asked: GapAsked, region: RegionId, on: i64, turn: u16) -> Has {
    let outcome = asked.outcome;
    let other = Question { region, decision: q.decision, args: q.args.clone(), moment: Moment { on, known: q.moment.known } };
    let mut key = asked_key(&other, outcome);
    key.turn = turn;
    let number = m.shared.key(key.clone());
    let (facts, world): (&Facts, _) = (m.facts, m.world.clone());
    let mut own = machine(m.p, &other, facts, world, &mut *m.shared);
    (own.exact, own.turn) = (true, turn);
    let applies = if asked.whole { None } else { Some(something_applies(&mut own, &other, outcome, number)) };
    let settled = if applies.is_none() { own.settle(key, None) } else { Err(Stop::Unknown) };
    let decided = std::mem::take(&mut own.decided);
    drop(own);
    m.decided.extend(decided);
    if let Some(has) = applies {
        return has;
    }
    match settled {
        Err(Stop::Split(Var::Dispute(n), _)) if n == number => Has::Answer,
        Err(Stop::Split(var, cells)) => Has::Stop(Look::Split(var, cells)),
        Err(_) => Has::Stop(Look::Unclear),
        Ok(settled) => match &settled.result {
            Outcome::NoRule(n) => Has::None(n.clone()),
            Outcome::Missing(i) if m.facts.get(*i).is_none() => Has::Stop(Look::Missing(*i)),
            _ => Has::Answer,
        },
    }
}

/// Whether any statement in the chain that gives a value applies. One that does is enough: the others are not split.
fn something_applies(m: &mut Machine, q: &Question, outcome: OutcomeId, number: u32) -> Has {
    let p = m.p;
    let key = asked_key(q, outcome);
    let frame = Frame { number, args: key.args, region: key.region };
    // What can be added to nothing, or refused without a value, gives an answer by itself.
    let alone = matches!(p.symbols.outcome(outcome).ty.base(), Type::List(_) | Type::Boolean);
    for shelf in p.symbols.region(q.region).chain.iter().filter_map(|r| p.shelf(outcome, *r)) {
        for s in shelf.giving().chain(shelf.adjusting().filter(|_| alone)) {
            match m.active(&[s], &frame) {
                Ok(active) if active.is_empty() => {}
                Ok(_) => return Has::Answer,
                Err(Stop::Split(var, cells)) => return Has::Stop(Look::Split(var, cells)),
                Err(Stop::Missing(i)) if m.facts.get(i).is_none() => return Has::Stop(Look::Missing(i)),
                // Looked at as a whole.
                Err(_) => return Has::Answer,
            }
        }
    }
    Has::None(NoRule { why: String::new(), about: Some((outcome, true)) })
}

/// Whether a person lacks the answer in this way, whatever was not told.
fn shows(p: &Program, case: &Case, asked: GapAsked) -> Option<Vec<Var>> {
    let unanswered = |on: i64| {
        let q = Question { moment: Moment { on, known: case.question.moment.known }, ..case.question.clone() };
        let explored = explore(p, &q, &case.facts, asked.outcome);
        let none = explored.leaves.iter().filter(|l| matches!(l.settled.result, Outcome::NoRule(_))).count();
        (!explored.truncated && !explored.leaves.is_empty()).then_some((none, explored.leaves.len()))
    };
    let on = case.question.moment.on;
    let (none, all) = unanswered(on)?;
    if none != all {
        return None;
    }
    let (mut before, mut after) = (false, false);
    for day in asked.days.iter().filter(|d| **d != on) {
        let (none, all) = unanswered(*day)?;
        // Who perhaps has an answer then would have to be asked more.
        if none != 0 && none != all {
            return None;
        }
        if none == 0 {
            if *day < on { before = true } else { after = true }
        }
    }
    let fits = if asked.ended { before && !after } else { before == after };
    fits.then(Vec::new)
}
