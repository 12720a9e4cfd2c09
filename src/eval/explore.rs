//! In: a question about one outcome. Out: all its worlds, each with what came out there. Never here: what the worlds amount to together.

use super::machine::{ArgVal, Frame, Key, Machine, Shared};
use super::settle::{Outcome, Settled};
use super::verdict::{Verdict, verdicts};
use super::world::{Fault, Stop, Var, World};
use super::{Facts, Question};
use crate::diagnostics::codes;
use crate::program::{Node, NodeId, OutcomeId, Program, Stmt, StmtId};
use crate::value::{Value, Variants};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Worlds told apart at most; beyond it the question is too open to be split further.
pub const MAX_ALTERNATIVES: usize = 512;

/// One world and what came out in it.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub world: World,
    pub settled: Rc<Settled>,
    /// What else was said about the outcome, and why it does not give it.
    pub verdicts: Vec<Verdict>,
    /// `never` constraints this world breaks, by number, with the statements involved.
    pub broken: Vec<(usize, Vec<StmtId>)>,
    /// For disputes, ranges and readings in this world: what was chosen, in terms of statements.
    pub followed: FxHashMap<Var, Vec<StmtId>>,
}

/// Constraints broken, by number, with the statements involved.
pub(super) type Broken = Vec<(usize, Vec<StmtId>)>;

/// All worlds of one outcome.
pub(crate) struct Explored {
    pub leaves: Vec<Leaf>,
    /// There were more than could be told apart.
    pub truncated: bool,
    /// Facts met while splitting (for truncated answers).
    pub met: Vec<Var>,
    pub shared: Shared,
}

pub(super) fn machine<'p, 's>(p: &'p Program, q: &'p Question, facts: &'p Facts, world: World, shared: &'s mut Shared) -> Machine<'p, 's> {
    Machine {
        p,
        facts,
        moment: q.moment,
        asked: &q.args,
        asked_decision: q.decision,
        world,
        shared,
        memo: FxHashMap::default(),
        active: Vec::new(),
        items: Vec::new(),
        used: Vec::new(),
        quiet: 0,
        approximate: false,
        seen: None,
        decided: Vec::new(),
        exact: false,
        turn: 0,
    }
}

/// The arguments a question starts with.
fn asked(q: &Question) -> Rc<[ArgVal]> {
    q.args
        .iter()
        .enumerate()
        .map(|(i, a)| match a {
            Some(v) => ArgVal::Known(*v),
            None => ArgVal::Asked(u16::try_from(i).unwrap_or(u16::MAX)),
        })
        .collect()
}

pub(super) fn explore(p: &Program, q: &Question, facts: &Facts, outcome: OutcomeId) -> Explored {
    let mut shared = Shared::default();
    let mut leaves = Vec::new();
    let mut met: Vec<Var> = Vec::new();
    let mut open = vec![World::default()];
    let mut truncated = false;
    while let Some(world) = open.pop() {
        if leaves.len() + open.len() >= MAX_ALTERNATIVES {
            truncated = true;
            break;
        }
        let mut m = machine(p, q, facts, world.clone(), &mut shared);
        let key = Key { outcome, args: asked(q), region: q.region, turn: 0 };
        match m.settle(key.clone(), None) {
            Ok(settled) => {
                let broken = match broken(&mut m, q, outcome, &key) {
                    Ok(broken) => broken,
                    // Whether it can be together turns on something open: ask in each of these worlds.
                    Err((var, cells)) => {
                        if !met.contains(&var) {
                            met.push(var);
                        }
                        open.extend(cells.into_iter().rev().map(|c| world.with(var, c)));
                        continue;
                    }
                };
                let verdicts = verdicts(&mut m, &key, &settled);
                let followed = followed(&mut m);
                leaves.push(Leaf { world, settled, verdicts, broken, followed });
            }
            Err(Stop::Split(var, cells)) => {
                if !met.contains(&var) {
                    met.push(var);
                }
                // Pushed backwards so that worlds come in the order of their cells.
                for cell in cells.into_iter().rev() {
                    open.push(world.with(var, cell));
                }
            }
            Err(stop) => {
                let fault = match stop {
                    Stop::Fault(f) => f,
                    _ => Box::new(Fault {
                        code: codes::E0807.id,
                        message: "this cannot be worked out".to_string(),
                        span: None,
                        stmts: Vec::new(),
                    }),
                };
                let settled = Rc::new(Settled {
                    result: Outcome::Fault(fault),
                    used: Vec::new(),
                    winners: Vec::new(),
                    depth: 0,
                    by_final: false,
                    approximate: false,
                });
                leaves.push(Leaf { world, settled, verdicts: Vec::new(), broken: Vec::new(), followed: FxHashMap::default() });
            }
        }
    }
    Explored { leaves, truncated, met, shared }
}

/// The `never` constraints that do not hold in this world.
pub(super) fn broken(m: &mut Machine, q: &Question, outcome: OutcomeId, key: &Key) -> Result<Broken, (Var, Vec<super::world::Cell>)> {
    let p = m.p;
    let mut out = Vec::new();
    for (i, never) in p.nevers.iter().enumerate() {
        if never.decision != q.decision || !never.outcomes.contains(&outcome) {
            continue;
        }
        let number = m.shared.key(key.clone());
        let frame = Frame { number, args: key.args.clone(), region: key.region };
        m.used.clear();
        let parts = match p.node(never.condition) {
            Node::All(parts) => parts.to_vec(),
            _ => vec![never.condition],
        };
        let mut holds = true;
        let mut split = None;
        for part in parts {
            match m.holds(part, &frame) {
                Ok(true) => {}
                // What one value among several could be does not break it: another could be meant.
                Err(Stop::Split(var, cells)) if !matches!(var, Var::Member(_) | Var::Range(..) | Var::Derived(..) | Var::Opaque(..)) => {
                    let mut pending = split.take();
                    m.note(&mut pending, Stop::Split(var, cells));
                    split = pending;
                }
                _ => holds = false,
            }
        }
        let mut stmts = std::mem::take(&mut m.used);
        match split {
            Some(Stop::Split(var, cells)) if holds => return Err((var, cells)),
            None if holds => {
                stmts.sort_unstable();
                stmts.dedup();
                out.push((i, stmts));
            }
            _ => {}
        }
    }
    Ok(out)
}

/// Which statements were followed where this world chose between some.
fn followed(m: &mut Machine) -> FxHashMap<Var, Vec<StmtId>> {
    let mut out = FxHashMap::default();
    for var in m.world.cells.keys() {
        if let Var::Dispute(key) = var
            && let Some(sides) = m.shared.sides.get(key)
            && let Some(own) = m.world.chosen(var).and_then(|i| sides.get(i as usize))
        {
            // What all sides share does not tell them apart.
            let telling: Vec<StmtId> = own.iter().copied().filter(|s| !sides.iter().all(|side| side.contains(s))).collect();
            out.insert(*var, if telling.is_empty() { own.clone() } else { telling });
        }
    }
    out
}

/// Whether a condition can hold, for any person at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// For everybody.
    Always,
    /// For nobody.
    Never,
    /// For some.
    Sometimes,
    /// It turns on more than splitting can tell.
    Undecided,
}

/// Worlds looked at for one condition.
const MAX_CONDITION_WORLDS: usize = 256;

/// Decides a condition under a head for all persons: the same splitting that answers questions, with nothing told.
pub(crate) fn truth(
    p: &Program,
    decision: crate::hir::DecisionId,
    region: crate::value::RegionId,
    head: &[Option<Variants>],
    parts: &[NodeId],
) -> Truth {
    let args = vec![None; head.len()];
    let moment = super::Moment { on: 0, known: None };
    let q = Question { region, decision, args, moment };
    let facts = Facts::new();
    let mut shared = Shared::default();
    let mut first = World::default();
    for (i, set) in head.iter().enumerate() {
        if let Some(set) = set {
            first.cells.insert(Var::Arg(u16::try_from(i).unwrap_or(u16::MAX)), super::world::Cell::Set(set.iter().collect()));
        }
    }
    let frame = Frame { number: u32::MAX, args: asked(&q), region };
    let mut open = vec![first];
    let (mut held, mut failed, mut seen) = (false, false, 0);
    while let Some(world) = open.pop() {
        seen += 1;
        if seen > MAX_CONDITION_WORLDS {
            return Truth::Undecided;
        }
        let mut m = machine(p, &q, &facts, world.clone(), &mut shared);
        let mut result = Ok(true);
        for part in parts {
            match m.holds(*part, &frame) {
                Ok(true) => {}
                Ok(false) => {
                    result = Ok(false);
                    break;
                }
                Err(stop) => {
                    let mut pending = result.err();
                    m.note(&mut pending, stop);
                    result = pending.map_or(Ok(true), Err);
                }
            }
        }
        match result {
            Ok(true) => held = true,
            Ok(false) => failed = true,
            Err(Stop::Split(var, cells)) => {
                // Numbers that depend on each other may be split into worlds that nobody lives in.
                if matches!(var, Var::Opaque(..) | Var::Derived(..)) {
                    return Truth::Undecided;
                }
                open.extend(cells.into_iter().map(|c| world.with(var, c)));
            }
            Err(_) => return Truth::Undecided,
        }
        if held && failed {
            return Truth::Sometimes;
        }
    }
    match (held, failed) {
        (true, false) => Truth::Always,
        (false, true) => Truth::Never,
        _ => Truth::Undecided,
    }
}

/// The values of two expressions that need no facts, if they are such. They are worked out side by side: of two ranges worked out apart
/// nobody could say whether they are one.
pub(crate) fn constants(p: &Program, a: &Stmt, b: &Stmt) -> (Option<Value>, Option<Value>) {
    let mut shared = Shared::default();
    (constant(p, a, &mut shared), constant(p, b, &mut shared))
}

fn constant(p: &Program, stmt: &Stmt, shared: &mut Shared) -> Option<Value> {
    let mut free = true;
    let mut stack = vec![stmt.value];
    while let Some(n) = stack.pop() {
        free &= !matches!(p.node(n), Node::Input(_) | Node::Arg(_) | Node::Item(_) | Node::Read { .. } | Node::Refer(_) | Node::Reading(_));
        p.node(n).children(&mut |c| stack.push(c));
    }
    if !free {
        return None;
    }
    let decision = p.symbols.outcome(stmt.outcome).decision;
    let q = Question { region: stmt.region, decision, args: Vec::new(), moment: super::Moment { on: 0, known: None } };
    let facts = Facts::new();
    let mut m = machine(p, &q, &facts, World::default(), shared);
    m.quiet = 1;
    let frame = Frame { number: u32::MAX, args: Rc::from([]), region: stmt.region };
    m.eval(stmt.value, &frame).ok()
}

/// The value of a statement that is the same for everybody and not approximate.
pub(crate) fn fixed_value(p: &Program, stmt: &Stmt) -> Option<Value> {
    let mut stack = vec![stmt.value];
    while let Some(n) = stack.pop() {
        if matches!(p.node(n), Node::About(_)) {
            return None;
        }
        p.node(n).children(&mut |c| stack.push(c));
    }
    constant(p, stmt, &mut Shared::default())
}

/// The values a test expects, evaluated where the question is asked: one for each reading or range.
pub(crate) fn expected_values(p: &Program, q: &Question, facts: &Facts, outcome: OutcomeId, node: NodeId) -> Option<Value> {
    let mut shared = Shared::default();
    let mut m = machine(p, q, facts, World::default(), &mut shared);
    m.quiet = 1;
    let key = Key { outcome, args: asked(q), region: q.region, turn: 0 };
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args, region: key.region };
    m.eval(node, &frame).ok()
}

/// The machine in the world of a leaf, for explanations.
pub(super) fn replay<T>(
    p: &Program,
    q: &Question,
    facts: &Facts,
    world: &World,
    shared: &mut Shared,
    f: impl FnOnce(&mut Machine) -> T,
) -> T {
    let mut m = machine(p, q, facts, world.clone(), shared);
    f(&mut m)
}

/// The key a question asks about.
pub(super) fn asked_key(q: &Question, outcome: OutcomeId) -> Key {
    Key { outcome, args: asked(q), region: q.region, turn: 0 }
}

impl Explored {
    /// The untold facts (and arguments) a variable goes back to.
    pub(crate) fn roots(&self, var: Var, out: &mut Vec<Var>) {
        roots(&self.shared, var, out);
    }

    /// The untold facts a value still depends on.
    pub(crate) fn open_in(&self, value: &Value, out: &mut Vec<Var>) {
        if let Value::Num(n) = value {
            for o in n.origins() {
                if let Some(var) = self.shared.var(o.id()) {
                    self.roots(var, out);
                }
            }
        }
    }
}

/// The untold facts (and arguments) a variable goes back to.
pub(super) fn roots(shared: &Shared, var: Var, out: &mut Vec<Var>) {
    match var {
        Var::Input(_) | Var::Absent(_) | Var::Arg(_) => {
            let var = if let Var::Absent(i) = var { Var::Input(i) } else { var };
            if !out.contains(&var) {
                out.push(var);
            }
        }
        Var::Derived(..) | Var::Opaque(..) => {
            let Some(origin) = shared.vars.get_index_of(&var).and_then(|i| u32::try_from(i).ok()) else { return };
            for parent in shared.parents.get(&origin).into_iter().flatten() {
                if let Some(v) = shared.var(*parent)
                    && v != var
                {
                    roots(shared, v, out);
                }
            }
        }
        _ => {}
    }
}
