//! In: two rules of one outcome, or one statement of a shelf. Out: the simplest person for whom the rules contradict each other, replayed; whether the statement gives anybody an answer. Never here: claims, wording.

use super::{Case, Clash, Hunt, Look, Search, against, lives, people, seen_in};
use crate::eval::explore::{Explored, asked_key, explore, replay};
use crate::eval::machine::{Frame, Machine, Shared};
use crate::eval::settle::Active;
use crate::eval::verdict::verdicts;
use crate::eval::world::{Stop, Var, World};
use crate::eval::{Facts, Question};
use crate::program::{OutcomeId, Program, StmtId, Strength};
use crate::value::show;

/// Facts told so that an answer that is too open can be told apart.
const MAX_FILLED: usize = 40;
/// Worlds looked at for one statement.
const MAX_REACH_WORLDS: usize = 2_000;

/// Looks for a person for whom two rules contradict each other. First only what the two say is asked; only where that does not settle it, everything else said about the outcome.
pub(crate) fn conflict(p: &Program, q: &Question, outcome: OutcomeId, a: StmtId, b: StmtId) -> Search {
    let shows = |_: Clash, case: &Case| conflicting(p, case, outcome, a, b);
    let plain = [a, b].iter().all(|s| p.statement(*s).strength == Strength::Plain) && p.statement(a).region == p.statement(b).region;
    let mut last = Search::Undecided;
    for whole in [false, true] {
        if !plain && !whole {
            continue;
        }
        let hunt = Hunt { p, q, tried: Default::default(), outcome, look: &|m| look(m, q, outcome, (a, b), whole), shows: &shows };
        last = hunt.run();
        if !matches!(last, Search::Undecided) {
            return last;
        }
    }
    last
}

/// Whether a statement applies, as one of those its base gives.
pub(super) enum Applies {
    Yes(Active),
    No,
    Open(Look),
}

pub(super) fn applies(m: &mut Machine, s: StmtId, frame: &Frame) -> Applies {
    let mut base = s;
    while let Some(outer) = m.p.statement(base).exception_of {
        base = outer;
    }
    match m.active(&[base], frame) {
        Ok(active) => active.into_iter().find(|x| x.stmt == s).map_or(Applies::No, Applies::Yes),
        Err(stop) => stopped(stop).map_or(Applies::No, Applies::Open),
    }
}

/// What a stop means for a search; nothing where the person gets something else than what is looked for.
pub(super) fn stopped(stop: Stop) -> Option<Look> {
    match stop {
        Stop::Split(var, cells) => Some(Look::Split(var, cells)),
        Stop::Missing(i) => Some(Look::Missing(i)),
        // Who has no answer for want of something else, or gets another error, gets it there.
        Stop::NoRule(_) | Stop::Fault(_) => None,
        Stop::Refer(_) | Stop::Unknown => Some(Look::Unclear),
    }
}

fn look(m: &mut Machine, q: &Question, outcome: OutcomeId, (a, b): (StmtId, StmtId), whole: bool) -> Look {
    let key = asked_key(q, outcome);
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    let mut given = Vec::new();
    for s in [a, b] {
        match applies(m, s, &frame) {
            Applies::Yes(active) => given.push(active),
            Applies::No => return Look::Nothing,
            Applies::Open(look) => return look,
        }
    }
    if m.p.statement(a).region == m.p.statement(b).region {
        let mut values = Vec::new();
        for active in &given {
            match m.value_of(active, &frame) {
                Ok(alt) => values.push(alt),
                Err(stop) => return stopped(stop).unwrap_or(Look::Nothing),
            }
        }
        if let [x, y] = values.as_slice() {
            match m.merge(x, y, &frame) {
                Ok(Some(_)) => return Look::Nothing,
                Ok(None) => {}
                Err(stop) => return stopped(stop).unwrap_or(Look::Nothing),
            }
        }
    }
    if !whole {
        return Look::Clash(Clash::Conflicts);
    }
    match m.settle(key.clone(), None) {
        Err(Stop::Split(var, cells)) => Look::Split(var, cells),
        Err(_) => Look::Unclear,
        Ok(settled) => {
            let verdicts = verdicts(m, &key, &settled);
            match against(m.p, &settled, &verdicts, a, b) {
                Some(Clash::Conflicts) => Look::Clash(Clash::Conflicts),
                _ => match settled.result {
                    crate::eval::settle::Outcome::Missing(i) => Look::Missing(i),
                    _ => Look::Nothing,
                },
            }
        }
    }
}

/// Whether two rules contradict each other for a person, whatever was not told.
fn conflicting(p: &Program, case: &Case, outcome: OutcomeId, a: StmtId, b: StmtId) -> Option<Vec<Var>> {
    let mut explored = explore(p, &case.question, &case.facts, outcome);
    if explored.truncated || explored.leaves.is_empty() {
        return None;
    }
    let leaves = std::mem::take(&mut explored.leaves);
    let shared = &mut explored.shared;
    let clashes = |shared: &mut Shared, world: &World| {
        let seen = replay(p, &case.question, &case.facts, world, shared, |m| look(m, &case.question, outcome, (a, b), true));
        matches!(seen, Look::Clash(Clash::Conflicts))
    };
    leaves.iter().all(|l| clashes(shared, &l.world)).then(Vec::new)
}

/// What each of these statements gives a person, in the language's notation; nothing for one that gives no one value.
pub(crate) fn given(p: &Program, case: &Case, outcome: OutcomeId, stmts: &[StmtId]) -> Vec<Option<String>> {
    let mut explored = explore(p, &case.question, &case.facts, outcome);
    let Some(world) = explored.leaves.first().map(|l| l.world.clone()) else { return Vec::new() };
    replay(p, &case.question, &case.facts, &world, &mut explored.shared, |m| {
        let key = asked_key(&case.question, outcome);
        let number = m.shared.key(key.clone());
        let frame = Frame { number, args: key.args, region: key.region };
        let one = |m: &mut Machine, s: StmtId| match applies(m, s, &frame) {
            Applies::Yes(active) => m.value_of(&active, &frame).ok()?.value.map(|v| show(&v, &p.symbols.outcome(outcome).ty, &p.symbols)),
            _ => None,
        };
        stmts.iter().map(|s| one(m, *s)).collect()
    })
}

impl Hunt<'_> {
    /// A case in which as much is told as keeps its answer from being too open.
    pub(super) fn filled(&self, outcome: OutcomeId, case: &Case) -> Case {
        let mut fuller = case.clone();
        for _ in 0..MAX_FILLED {
            let explored = explore(self.p, &fuller.question, &fuller.facts, outcome);
            if !explored.truncated {
                break;
            }
            let next = explored.met.iter().find_map(|var| {
                let first = people::values(self.p, &fuller.question, *var).into_iter().next()?;
                let told = people::told(&fuller, *var, first);
                (told != fuller).then_some(told)
            });
            match next {
                Some(next) => fuller = next,
                None => break,
            }
        }
        fuller
    }
}

/// Whether a statement gives anybody an answer in its own region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Somebody.
    Somebody,
    /// Nobody: these stand in its place.
    Nobody(Vec<StmtId>),
    /// It could not be told.
    Undecided,
}

/// Whether a statement stands for anybody; `instead` are the statements to which it gives way as a default.
pub(crate) fn reached(p: &Program, q: &Question, outcome: OutcomeId, s: StmtId, instead: &[StmtId]) -> Reach {
    let mut shared = Shared::default();
    let mut open = vec![(World::default(), Facts::new())];
    let (mut seen, mut undecided) = (0, false);
    let shows = |_: Clash, case: &Case| {
        let mut own = Shared::default();
        let seen = replay(p, &case.question, &case.facts, &World::default(), &mut own, |m| {
            stands(m, &case.question, outcome, s, instead, &mut Vec::new())
        });
        matches!(seen, Look::Clash(_)).then(Vec::new)
    };
    let hunt = Hunt { p, q, tried: Default::default(), outcome, look: &|_| Look::Nothing, shows: &shows };
    let mut shadows: Vec<StmtId> = Vec::new();
    while let Some((world, facts)) = open.pop() {
        seen += 1;
        if seen > MAX_REACH_WORLDS {
            return Reach::Undecided;
        }
        let mut over = Vec::new();
        let (look, decided) = seen_in(p, q, &facts, &world, &mut shared, |m| stands(m, q, outcome, s, instead, &mut over));
        let Some(point) = lives(&decided) else { continue };
        match look {
            // Numbers that depend on each other may not exist: somebody who has them is looked for.
            Look::Clash(_) if world.cells.keys().any(|v| matches!(v, Var::Derived(..) | Var::Opaque(..))) => {
                let explored = Explored { leaves: Vec::new(), truncated: false, met: Vec::new(), shared };
                if hunt.person(&[Clash::Asks], &world, &facts, &explored, &[], &point).is_some() {
                    return Reach::Somebody;
                }
                shared = explored.shared;
                undecided = true;
            }
            Look::Clash(_) => return Reach::Somebody,
            Look::Nothing => shadows.append(&mut over),
            Look::Split(var, cells) => open.extend(cells.into_iter().rev().map(|c| (world.with(var, c), facts.clone()))),
            Look::Missing(input) if facts.get(input).is_none() => {
                let (values, all) = people::wholes(p, q, input);
                undecided |= !all;
                for value in values.into_iter().rev() {
                    let mut more = facts.clone();
                    more.tell(input, value);
                    open.push((world.clone(), more));
                }
            }
            Look::Missing(_) | Look::Unclear | Look::Open(_) => undecided = true,
        }
    }
    shadows.sort_unstable();
    shadows.dedup();
    if undecided { Reach::Undecided } else { Reach::Nobody(shadows) }
}

fn stands(m: &mut Machine, q: &Question, outcome: OutcomeId, s: StmtId, instead: &[StmtId], over: &mut Vec<StmtId>) -> Look {
    let key = asked_key(q, outcome);
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args, region: key.region };
    let mut base = s;
    while let Some(outer) = m.p.statement(base).exception_of {
        base = outer;
    }
    // The conditions of the base come first, so that nothing is split for people it is not about.
    match m.active(&[base], &frame) {
        Ok(active) if active.iter().any(|x| x.stmt == s) => {}
        Ok(active) => {
            over.extend(active.iter().map(|x| x.stmt));
            return Look::Nothing;
        }
        Err(stop) => return stopped(stop).unwrap_or(Look::Nothing),
    }
    match m.active(instead, &frame) {
        Ok(active) if active.is_empty() => Look::Clash(Clash::Asks),
        Ok(active) => {
            over.extend(active.iter().map(|x| x.stmt));
            Look::Nothing
        }
        // Whether the others apply cannot be worked out: the default is not shut out by them.
        Err(stop) => stopped(stop).unwrap_or(Look::Clash(Clash::Asks)),
    }
}
