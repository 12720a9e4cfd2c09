//! In: the worlds of an answer. Out: what of the policies it exercised: statements that counted, sides of conditions, `never` constraints. Never here: deciding anything (it only looks again), adding up questions.

use super::explore::{Explored, asked_key, replay};
use super::machine::{Frame, Key, Machine};
use super::settle::Settled;
use super::verdict::{Fate, Verdict, verdicts};
use super::{Facts, Question};
use crate::program::{Condition, Node, NodeId, OutcomeId, Program, SetOp, Stmt, StmtId, Strength, Under};
use crate::value::{CmpOp, Exact, RegionId, Type, Value};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Where a number lies beside the limit it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Edge {
    /// Exactly on it.
    On,
    /// One unit from it, on the side where the comparison comes out otherwise.
    Beside,
}

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
    /// Comparisons with a limit, and where the number compared was.
    pub edges: BTreeSet<(NodeId, Edge)>,
}

impl Seen {
    fn join(&mut self, other: Seen) {
        self.statements.extend(other.statements);
        self.held.extend(other.held);
        self.failed.extend(other.failed);
        self.nevers.extend(other.nevers);
        self.edges.extend(other.edges);
    }

    fn meet(&mut self, other: &Seen) {
        self.statements.retain(|s| other.statements.contains(s));
        self.held.retain(|c| other.held.contains(c));
        self.failed.retain(|c| other.failed.contains(c));
        self.nevers.retain(|n| other.nevers.contains(n));
        self.edges.retain(|e| other.edges.contains(e));
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
    // In a loop every item has a number of its own, and none is the one that counts.
    if stmt.each.is_empty() {
        for limit in limits(p, stmt) {
            if let Some(edge) = m.with_items(&[], |m| edge(m, &limit, frame)) {
                out.edges.insert((limit.node, edge));
            }
        }
    }
    for e in &stmt.exceptions {
        let exception = p.statement(*e);
        if m.known(exception) && m.in_force(exception).unwrap_or(false) {
            sides(m, *e, frame, out);
        }
    }
}

/// A comparison of something that varies with a constant.
pub(crate) struct Limit {
    /// The comparison.
    pub node: NodeId,
    /// What varies.
    pub varies: NodeId,
    /// The constant.
    pub limit: Exact,
    /// The nearest number for which the comparison comes out otherwise; none where there is no nearest, or nobody can have it.
    pub beside: Option<Exact>,
}

/// The comparisons with constants among the conditions of a statement, cells of a table included.
pub(crate) fn limits(p: &Program, stmt: &Stmt) -> Vec<Limit> {
    let mut out = Vec::new();
    let mut open: Vec<NodeId> = stmt.when.into_iter().collect();
    while let Some(node) = open.pop() {
        match p.node(node) {
            Node::All(parts) | Node::Any(parts) => open.extend(parts.iter().copied()),
            Node::Not(part) => open.push(*part),
            Node::Compare(op, a, b) => out.extend(limit(p, node, *op, *a, *b)),
            _ => {}
        }
    }
    out.sort_unstable_by_key(|l| l.node);
    out.dedup_by_key(|l| l.node);
    out
}

fn limit(p: &Program, node: NodeId, op: CmpOp, a: NodeId, b: NodeId) -> Option<Limit> {
    let constant = |n: NodeId| match p.node(n) {
        Node::Const(Value::Num(x)) => x.as_exact(),
        _ => None,
    };
    let (varies, limit, op) = match (constant(a), constant(b)) {
        (None, Some(c)) => (a, c, op),
        (Some(c), None) => (b, c, op.swapped()),
        _ => return None,
    };
    let ty = p.node_type(varies);
    let step = match ty.base() {
        Type::Years => Exact::from_int(12),
        _ => Exact::ONE,
    };
    let beside = match op {
        _ if !ty.is_integral() => None,
        CmpOp::Le | CmpOp::Gt | CmpOp::Eq | CmpOp::Ne => limit.checked_add(step).ok(),
        CmpOp::Lt | CmpOp::Ge => limit.checked_sub(step).ok(),
    };
    // What an input cannot be is no edge.
    let possible = |x: &Exact| match p.node(varies) {
        Node::Input(i) => p.symbols.input(*i).bounds.is_none_or(|b| b.contains(*x)),
        _ => true,
    };
    possible(&limit).then(|| Limit { node, varies, limit, beside: beside.filter(possible) })
}

fn edge(m: &mut Machine, limit: &Limit, frame: &Frame) -> Option<Edge> {
    let number = m.num(limit.varies, frame).ok()?.as_exact()?;
    if number == limit.limit {
        return Some(Edge::On);
    }
    (Some(number) == limit.beside).then_some(Edge::Beside)
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
