//! In: a lower and an upper bound of one outcome. Out: the simplest person for whom the lower lies above the upper, replayed. Never here: which bounds to compare, wording.

use super::conflict::{Applies, applies, stopped};
use super::{Case, Clash, Hunt, Look, Search};
use crate::diagnostics::codes;
use crate::eval::Question;
use crate::eval::explore::{asked_key, explore, replay};
use crate::eval::machine::{Frame, Machine, Shared};
use crate::eval::settle::Outcome;
use crate::eval::world::{Stop, World};
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::{CmpOp, Value};

/// Looks for somebody for whom the bound `floor` lies above the bound `ceiling`, so that there is no answer.
pub(crate) fn crossing(p: &Program, q: &Question, outcome: OutcomeId, floor: StmtId, ceiling: StmtId) -> Search {
    let shows = |_: Clash, case: &Case| {
        let mut explored = explore(p, &case.question, &case.facts, outcome);
        let leaves = std::mem::take(&mut explored.leaves);
        if explored.truncated || leaves.is_empty() {
            return None;
        }
        let shared = &mut explored.shared;
        let crossed = |shared: &mut Shared, world: &World| {
            let seen = replay(p, &case.question, &case.facts, world, shared, |m| look(m, &case.question, outcome, (floor, ceiling)));
            matches!(seen, Look::Clash(Clash::Conflicts))
        };
        leaves.iter().all(|l| crossed(shared, &l.world)).then(Vec::new)
    };
    // A world in which the bounds cross, although the value there is still a formula, is worth trying too.
    Hunt { p, q, tried: Default::default(), outcome, look: &|m| look(m, q, outcome, (floor, ceiling)), shows: &shows }.run()
}

/// `Conflicts` where asking gives the error; `Differs` where the bounds cross and the answer does not show it yet.
fn look(m: &mut Machine, q: &Question, outcome: OutcomeId, (floor, ceiling): (StmtId, StmtId)) -> Look {
    let key = asked_key(q, outcome);
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    let mut given = Vec::new();
    for s in [floor, ceiling] {
        let active = match applies(m, s, &frame) {
            Applies::Yes(active) => active,
            Applies::No => return Look::Nothing,
            Applies::Open(look) => return look,
        };
        match m.value_of(&active, &frame) {
            Ok(alt) => given.push(alt.value),
            Err(stop) => return stopped(stop).unwrap_or(Look::Nothing),
        }
    }
    let [Some(Value::Num(low)), Some(Value::Num(high))] = given.as_slice() else { return Look::Nothing };
    let nodes = (m.p.statement(floor).value, m.p.statement(ceiling).value);
    match m.decided(CmpOp::Gt, low, high, nodes, &frame) {
        Ok(true) => {}
        Ok(false) => return Look::Nothing,
        Err(stop) => return stopped(stop).unwrap_or(Look::Nothing),
    }
    match m.settle(key, None) {
        Err(Stop::Split(var, cells)) => Look::Split(var, cells),
        Err(_) => Look::Unclear,
        Ok(settled) => match &settled.result {
            Outcome::Fault(f) if f.code == codes::E0804.id => Look::Clash(Clash::Conflicts),
            Outcome::Missing(i) => Look::Missing(*i),
            Outcome::Value(..) if settled.winners.contains(&floor) && settled.winners.contains(&ceiling) => Look::Clash(Clash::Differs),
            _ => Look::Nothing,
        },
    }
}
