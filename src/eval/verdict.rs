//! In: one world and what gives an outcome there. Out: of every other statement about it, why it does not. Never here: deciding what gives it (`settle.rs`).

use super::machine::{Frame, Key, Machine};
use super::precedence::outranks;
use super::settle::{Active, Outcome, Settled};
use crate::program::{SetOp, StmtId, Strength};
use crate::value::{Value, agree};

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It gives the value, or helps to.
    Stands,
    /// It adjusts the value.
    Adjusts,
    /// Not published by then.
    NotKnown,
    /// Not in force on the date.
    OutOfForce,
    /// Its condition does not hold.
    DoesNotApply,
    /// Whether it applies is open.
    Open,
    /// An exception stands in its place.
    Replaced,
    /// A default, and something else is said.
    Yields,
    /// A deeper region says something (the same, or compatible).
    Confirmed,
    /// A deeper region says something else.
    Overridden,
    /// A claim that a rule stands against.
    Beaten,
    /// A higher claim that contradicts a deeper claim.
    Contradicts,
    /// Another source is followed, by the project's order of sources.
    Outranked,
    /// The other side of a dispute.
    Disputes,
    /// Its value could not be worked out here.
    Unclear,
}

/// A statement and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub stmt: StmtId,
    pub fate: Fate,
    /// What it would have given.
    pub value: Option<Value>,
    /// It refers to an agency.
    pub refers: bool,
}

impl Verdict {
    /// It gives no value of its own, and sends to the agency.
    pub(super) fn only_asks(&self) -> bool {
        self.refers && self.value.is_none()
    }
}

pub(super) fn verdicts(m: &mut Machine, key: &Key, settled: &Settled) -> Vec<Verdict> {
    let p = m.p;
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    let answer = match &settled.result {
        Outcome::Value(v, _) => Some(v.clone()),
        _ => None,
    };
    let rule_stands = settled.winners.iter().any(|w| !p.statement(*w).claim && p.statement(*w).op == SetOp::Give);
    m.quiet += 1;
    let mut out = Vec::new();
    for (depth, region) in p.symbols.region(key.region).chain.iter().enumerate() {
        let Some(shelf) = p.shelf(key.outcome, *region) else { continue };
        let mut ids: Vec<StmtId> = shelf.all().collect();
        ids.sort_unstable();
        for id in ids {
            of(m, id, depth, &frame, settled, answer.as_ref(), rule_stands, &mut out);
        }
    }
    m.quiet -= 1;
    out
}

#[allow(clippy::too_many_arguments)] // one statement against one outcome
fn of(
    m: &mut Machine,
    id: StmtId,
    depth: usize,
    frame: &Frame,
    settled: &Settled,
    answer: Option<&Value>,
    rule_stands: bool,
    out: &mut Vec<Verdict>,
) {
    let stmt = m.p.statement(id);
    let mut push = |fate: Fate, value: Option<Value>, refers: bool, stmt: StmtId| out.push(Verdict { stmt, fate, value, refers });
    match m.addressed(stmt, frame) {
        Ok(true) => {}
        // About other arguments: no part of this answer.
        Ok(false) => return,
        Err(_) => return push(Fate::Open, None, false, id),
    }
    if !m.known(stmt) {
        return push(Fate::NotKnown, None, false, id);
    }
    match m.in_force(stmt) {
        Ok(true) => {}
        Ok(false) => return push(Fate::OutOfForce, None, false, id),
        Err(_) => return push(Fate::Open, None, false, id),
    }
    let active: Vec<Active> = match m.active(&[id], frame) {
        Ok(active) => active,
        Err(_) => return push(Fate::Open, None, false, id),
    };
    if active.is_empty() {
        return push(Fate::DoesNotApply, None, false, id);
    }
    if stmt.op != SetOp::Give {
        let fate = if settled.winners.binary_search(&id).is_ok() {
            Fate::Adjusts
        } else if stmt.claim
            && (depth >= settled.depth || settled.by_final)
            && !settled.winners.is_empty()
            && settled.winners.iter().all(|w| !m.p.statement(*w).claim)
        {
            Fate::Beaten
        } else {
            Fate::Overridden
        };
        let value =
            active.first().and_then(|a| if stmt.op == SetOp::Requires { None } else { m.value_of(a, frame).ok().and_then(|g| g.value) });
        return push(fate, value, false, id);
    }
    if active.iter().all(|a| a.stmt != id) {
        push(Fate::Replaced, None, false, id);
    }
    for a in active {
        let given = m.value_of(&a, frame).ok();
        let value = given.as_ref().and_then(|g| g.value.clone());
        let refers = given.as_ref().is_some_and(|g| g.refer.is_some());
        let asks = given.as_ref().is_some_and(|g| g.value.is_none());
        if settled.winners.binary_search(&a.stmt).is_ok() {
            push(Fate::Stands, value, refers, a.stmt);
            continue;
        }
        let agrees = match (&value, answer) {
            (Some(v), Some(answer)) => agree(v, answer).is_some(),
            _ => asks,
        };
        let open = matches!(settled.result, Outcome::Missing(_) | Outcome::Fault(_));
        let fate = if given.is_none() || open {
            Fate::Unclear
        } else if stmt.strength == Strength::Default && depth == settled.depth {
            Fate::Yields
        } else if agrees {
            Fate::Confirmed
        } else if stmt.claim && rule_stands && (depth >= settled.depth || settled.by_final) {
            Fate::Beaten
        } else if stmt.claim && depth > settled.depth {
            Fate::Contradicts
        } else if !stmt.claim && depth > settled.depth {
            Fate::Overridden
        } else if settled.winners.iter().any(|w| outranks(m.p, *w, a.stmt).is_some()) {
            Fate::Outranked
        } else {
            Fate::Disputes
        };
        push(fate, value, refers, a.stmt);
    }
}
