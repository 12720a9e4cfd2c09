//! In: the worlds of an answer. Out: what of the policies it exercised: statements that counted, sides of conditions, `never` constraints. Never here: deciding anything (it only looks again), adding up questions.

use super::explore::{Explored, asked_key, replay};
use super::machine::{Frame, Key, Machine};
use super::settle::Settled;
use super::verdict::{Fate, Verdict, verdicts};
use super::{Facts, Question};
use crate::program::{Condition, NodeId, OutcomeId, Program, SetOp, Stmt, StmtId, Strength, Under};
use crate::value::RegionId;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What one question about one outcome exercised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Statements that applied and counted.
    pub statements: BTreeSet<StmtId>,
    /// Conditions that held.
    pub held: BTreeSet<NodeId>,
    /// Conditions that did not hold.
    pub failed: BTreeSet<NodeId>,
    /// `never` constraints the answer was checked against, by number.
    pub nevers: BTreeSet<usize>,
}

impl Seen {
    fn join(&mut self, other: Seen) {
        self.statements.extend(other.statements);
        self.held.extend(other.held);
        self.failed.extend(other.failed);
        self.nevers.extend(other.nevers);
    }

    fn meet(&mut self, other: &Seen) {
        self.statements.retain(|s| other.statements.contains(s));
        self.held.retain(|c| other.held.contains(c));
        self.failed.retain(|c| other.failed.contains(c));
        self.nevers.retain(|n| other.nevers.contains(n));
    }
}

/// What an explored outcome exercised.
///
/// Disputes, readings and ranges: everything that counts in one of their worlds, since all of them are the answer. Where facts are
/// `wanted`: only what counts in all worlds, since nobody was asked about who lives in one of them.
pub(crate) fn seen(p: &Program, q: &Question, facts: &Facts, outcome: OutcomeId, explored: &mut Explored, wanted: bool) -> Seen {
    let mut all: Option<Seen> = None;
    let Explored { leaves, shared, .. } = explored;
    for leaf in leaves {
        let own = replay(p, q, facts, &leaf.world, shared, |m| in_world(m, q, outcome));
        match &mut all {
            None => all = Some(own),
            Some(so_far) if wanted => so_far.meet(&own),
            Some(so_far) => so_far.join(own),
        }
    }
    all.unwrap_or_default()
}

fn in_world(m: &mut Machine, q: &Question, outcome: OutcomeId) -> Seen {
    let mut out = Seen::default();
    let key = asked_key(q, outcome);
    // A failure is the answer too; what was worked out before it counts.
    let _ = m.settle(key.clone(), None);
    // What the answer is checked against has a part in it: it may dispute it.
    m.quiet += 1;
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    for (i, never) in m.p.nevers.iter().enumerate() {
        if never.decision == q.decision && never.outcomes.contains(&outcome) && m.holds(never.condition, &frame).is_ok() {
            out.nevers.insert(i);
        }
    }
    m.quiet -= 1;
    // Everything that was worked out on the way to the answer, and nothing else.
    let mut worked_out: Vec<(u32, Rc<Settled>)> = m.memo.iter().map(|(number, settled)| (*number, settled.clone())).collect();
    worked_out.sort_unstable_by_key(|(number, _)| *number);
    for (number, settled) in worked_out {
        let Some(key) = m.shared.keys.get_index(number as usize).cloned() else { continue };
        let frame = Frame { number, args: key.args.clone(), region: key.region };
        look(m, &key, &frame, &settled, &mut out);
    }
    out
}

/// One outcome that was worked out.
fn look(m: &mut Machine, key: &Key, frame: &Frame, settled: &Settled, out: &mut Seen) {
    let p = m.p;
    let chain = &p.symbols.region(key.region).chain;
    let found = verdicts(m, key, settled);
    m.quiet += 1;
    let reach = Reach::of(p, chain, settled, &found);
    let mut heard: Vec<StmtId> = Vec::new();
    for v in &found {
        let stmt = p.statement(v.stmt);
        if !reach.hears(chain, stmt) || matches!(v.fate, Fate::NotKnown | Fate::OutOfForce | Fate::Open) {
            continue;
        }
        if counts(v.fate) {
            out.statements.insert(v.stmt);
        }
        if stmt.exception_of.is_none() {
            heard.push(v.stmt);
        }
    }
    heard.dedup();
    for id in heard {
        sides(m, id, frame, out);
    }
    m.quiet -= 1;
}

/// Whether a statement that applies had a part in the answer. One that yields or is replaced had none.
fn counts(fate: Fate) -> bool {
    matches!(fate, Fate::Stands | Fate::Adjusts | Fate::Confirmed | Fate::Beaten | Fate::Disputes | Fate::Outranked | Fate::Contradicts)
}

/// How far up the chain rules and claims were listened to: what lies above the region that answers changes nothing.
struct Reach {
    rules: usize,
    claims: usize,
}

impl Reach {
    fn of(p: &Program, chain: &[RegionId], settled: &Settled, found: &[Verdict]) -> Reach {
        let depth = |s: &StmtId| {
            let stmt = p.statement(*s);
            (stmt.op == SetOp::Give).then(|| (stmt.claim, level(chain, stmt)))
        };
        let given: Vec<(bool, usize)> = settled.winners.iter().filter_map(depth).collect();
        // The other side of a dispute counts as well.
        let against = found.iter().filter(|v| v.fate == Fate::Disputes).filter_map(|v| depth(&v.stmt));
        let rules = given.iter().copied().chain(against).filter(|(claim, _)| !claim).map(|(_, d)| d).max();
        let claims = given.iter().map(|(_, d)| *d).max();
        // Where nothing is given, everything was asked.
        Reach { rules: rules.unwrap_or(usize::MAX), claims: claims.unwrap_or(usize::MAX) }
    }

    fn hears(&self, chain: &[RegionId], stmt: &Stmt) -> bool {
        stmt.strength == Strength::Final || level(chain, stmt) <= if stmt.claim { self.claims } else { self.rules }
    }
}

/// Where in the chain a statement stands; 0 is the region asked.
fn level(chain: &[RegionId], stmt: &Stmt) -> usize {
    chain.iter().position(|r| *r == stmt.region).unwrap_or(usize::MAX)
}

/// The conditions of a statement that was listened to, and of its exceptions.
fn sides(m: &mut Machine, id: StmtId, frame: &Frame, out: &mut Seen) {
    let p = m.p;
    let stmt = p.statement(id);
    for c in &stmt.conditions {
        if !c.in_value || out.statements.contains(&id) {
            // In a loop, the value is asked only for items that the statement applies to.
            let gate = stmt.when.filter(|_| c.in_value);
            m.with_items(&[], |m| side(m, c, gate, 0, frame, out));
        }
    }
    for e in &stmt.exceptions {
        let exception = p.statement(*e);
        if m.known(exception) && m.in_force(exception).unwrap_or(false) {
            sides(m, *e, frame, out);
        }
    }
}

/// Which sides of a condition this world shows: several where it is asked for each item of a list.
fn side(m: &mut Machine, c: &Condition, gate: Option<NodeId>, level: usize, frame: &Frame, out: &mut Seen) {
    match c.under.get(level) {
        None if gate.is_some_and(|when| !m.holds(when, frame).unwrap_or(false)) => {}
        None => match m.holds(c.node, frame) {
            Ok(true) => drop(out.held.insert(c.node)),
            Ok(false) => drop(out.failed.insert(c.node)),
            Err(_) => {}
        },
        Some(Under::If(node, wanted)) => {
            if m.holds(*node, frame).is_ok_and(|b| b == *wanted) {
                side(m, c, gate, level + 1, frame, out);
            }
        }
        Some(Under::Item(l)) => {
            let Ok(list) = m.eval(l.list, frame) else { return };
            let Some(list) = list.as_list() else { return };
            for item in &list.items {
                let Some(v) = item.value() else { continue };
                m.items.truncate(l.slot as usize);
                m.items.push(v.clone());
                if l.filter.is_none_or(|f| m.holds(f, frame).unwrap_or(false)) {
                    side(m, c, gate, level + 1, frame, out);
                }
                m.items.truncate(l.slot as usize);
            }
        }
    }
}
