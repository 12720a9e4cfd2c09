//! In: one world of an answer. Out: how it was worked out, as a tree a clerk can read aloud: what was said, what held, what overrode what, each step of a formula. Never here: deciding anything (it only looks again).

use super::answer::Because;
use super::assemble::Words;
use super::explore::{asked_key, replay};
use super::machine::{ArgVal, Frame, Key, Machine};
use super::settle::{Outcome, Settled};
use super::verdict::{Fate, verdicts};
use super::world::{Stop, World};
use super::{Facts, Question};
use crate::program::{Node, NodeId, OutcomeId, StmtId};
use crate::value::{Names, Type, Value, show};
use serde::{Deserialize, Serialize};

/// How one outcome was worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// `decision.outcome`, or `decision(arguments).outcome`.
    pub outcome: String,
    /// Where.
    pub region: String,
    /// What came out.
    pub result: String,
    /// It is explained in full further up, and only named here.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub explained_above: bool,
    /// Everything that was said about it, the deepest region first.
    pub statements: Vec<StatementTrace>,
    /// Outcomes it read on the way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reads: Vec<ReadTrace>,
}

/// An outcome that was read.
pub type ReadTrace = Trace;

/// What became of one statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementTrace {
    /// The statement.
    pub rule: Because,
    /// What became of it, as a word for machines.
    pub fate: String,
    /// The same in words.
    pub reads: String,
    /// Its conditions, each with whether it held.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<StepTrace>,
    /// Its formula, step by step.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<StepTrace>,
}

/// A part of a formula or condition with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTrace {
    /// As written.
    pub text: String,
    /// What it came to.
    pub value: String,
}

/// Outcomes explained inside each other at most.
const MAX_DEPTH: usize = 12;

/// Explains an outcome in one world.
pub(crate) fn trace(
    words: &Words,
    q: &Question,
    facts: &Facts,
    outcome: OutcomeId,
    world: &World,
    shared: &mut super::machine::Shared,
) -> Trace {
    replay(words.p, q, facts, world, shared, |m| {
        let key = asked_key(q, outcome);
        of(words, m, &key, 0, &mut Vec::new())
    })
}

/// `done` has what was explained before: explained once, it is only named again, or a tree of shared values would grow without end.
fn of(words: &Words, m: &mut Machine, key: &Key, depth: usize, done: &mut Vec<Key>) -> Trace {
    let p = words.p;
    let info = p.symbols.outcome(key.outcome);
    let mut trace = Trace {
        outcome: name(p, key),
        region: p.symbols.region(key.region).name.to_string(),
        result: String::new(),
        explained_above: false,
        statements: Vec::new(),
        reads: Vec::new(),
    };
    let settled = match m.settle(key.clone(), None) {
        Ok(s) => s,
        Err(stop) => {
            trace.result = stopped(p, &stop);
            return trace;
        }
    };
    trace.result = result(words, &settled, &info.ty);
    if done.contains(key) {
        trace.explained_above = true;
        return trace;
    }
    done.push(key.clone());
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    let mut reads: Vec<Key> = Vec::new();
    for v in verdicts(m, key, &settled) {
        let stmt = p.statement(v.stmt);
        let mut statement = StatementTrace {
            rule: words.because(v.stmt),
            fate: word(v.fate).to_string(),
            reads: sentence(v.fate, v.value.as_ref().map(|x| show(x, &info.ty, &p.symbols))),
            conditions: Vec::new(),
            steps: Vec::new(),
        };
        m.quiet += 1;
        if !matches!(v.fate, Fate::NotKnown | Fate::OutOfForce) {
            for c in own_conditions(m, v.stmt) {
                let value = match m.holds(c, &frame) {
                    Ok(true) => "holds".to_string(),
                    Ok(false) => "does not hold".to_string(),
                    Err(stop) => stopped(p, &stop),
                };
                statement.conditions.push(StepTrace { text: words.line(p.node_span(c)), value });
                collect(m, c, &frame, &mut reads);
                steps(words, m, c, &frame, &mut statement.conditions, 1);
            }
        }
        if matches!(v.fate, Fate::Stands | Fate::Adjusts | Fate::Disputes) && stmt.each.is_empty() {
            steps(words, m, stmt.value, &frame, &mut statement.steps, 0);
            collect(m, stmt.value, &frame, &mut reads);
        }
        m.quiet -= 1;
        trace.statements.push(statement);
    }
    if depth < MAX_DEPTH {
        let mut seen: Vec<Key> = Vec::new();
        for r in reads {
            if r != *key && !seen.contains(&r) {
                trace.reads.push(of(words, m, &r, depth + 1, done));
                seen.push(r);
            }
        }
    }
    trace
}

/// `retire.missing`, `account(resident).has_account`.
fn name(p: &crate::program::Program, key: &Key) -> String {
    let info = p.symbols.outcome(key.outcome);
    let decision = p.symbols.decision(info.decision);
    let args = decision.args.iter().zip(key.args.iter()).map(|(a, v)| match v {
        ArgVal::Known(v) => p.symbols.variant(a.ty, *v),
        ArgVal::Asked(_) => "any",
    });
    let args: Vec<&str> = args.collect();
    if args.iter().all(|a| *a == "any") {
        return p.symbols.outcome_text(key.outcome);
    }
    format!("{}({}).{}", decision.name, args.join(", "), info.name)
}

/// The conditions of a statement, and of the one it is an exception to.
fn own_conditions(m: &Machine, id: StmtId) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut at = Some(id);
    while let Some(s) = at {
        let stmt = m.p.statement(s);
        if let Some(w) = stmt.when {
            match m.p.node(w) {
                Node::All(parts) => out.extend(parts.iter().copied()),
                _ => out.push(w),
            }
        }
        at = stmt.exception_of;
    }
    out
}

/// Every part of an expression that has a value worth reading aloud, innermost first.
fn steps(words: &Words, m: &mut Machine, id: NodeId, frame: &Frame, out: &mut Vec<StepTrace>, skip: usize) {
    let p = m.p;
    let node = p.node(id);
    if matches!(node, Node::Aggregate { .. }) {
        // Parts of it stand for items, one after the other.
    } else {
        let mut parts = Vec::new();
        node.children(&mut |c| parts.push(c));
        for c in parts {
            steps(words, m, c, frame, out, 0);
        }
    }
    let quiet = matches!(node, Node::Const(_) | Node::Refer(_) | Node::List { .. } | Node::Not(_) | Node::All(_) | Node::Any(_));
    if quiet || skip > 0 {
        return;
    }
    let ty = p.node_type(id);
    let value = match m.eval(id, frame) {
        Ok(Value::Bool(b)) if *ty == Type::Boolean => b.to_string(),
        Ok(v) => show(&v, ty, &p.symbols),
        Err(stop) => stopped(p, &stop),
    };
    let text = words.line(p.node_span(id));
    let step = StepTrace { text, value };
    if step.text != step.value && !out.contains(&step) {
        out.push(step);
    }
}

fn collect(m: &mut Machine, id: NodeId, frame: &Frame, out: &mut Vec<Key>) {
    let node = m.p.node(id);
    if let Node::Read { outcome, args, at } = node
        && let Ok(key) = m.key_of(*outcome, args, *at, frame)
        && !out.contains(&key)
    {
        out.push(key);
    }
    let mut parts = Vec::new();
    node.children(&mut |c| parts.push(c));
    for c in parts {
        collect(m, c, frame, out);
    }
}

fn result(words: &Words, settled: &Settled, ty: &Type) -> String {
    match &settled.result {
        Outcome::Value(v, refer) => {
            let text = show(v, ty, &words.p.symbols);
            match refer.as_ref().map(|r| &r.agency) {
                Some(Some(a)) => format!("{text}; ask {a}"),
                Some(None) => format!("{text}; ask the agency"),
                None => text,
            }
        }
        Outcome::Refer(r) => r.agency.as_ref().map_or("ask the agency".to_string(), |a| format!("ask {a}")),
        Outcome::NoRule(n) => format!("no rule: {}", n.why),
        Outcome::Missing(i) => format!("needs {}", words.p.symbols.input(*i).name),
        Outcome::Fault(f) => format!("error {}: {}", f.code, f.message),
    }
}

fn stopped(p: &crate::program::Program, stop: &Stop) -> String {
    match stop {
        Stop::Missing(i) => format!("open: {} is not told", p.symbols.input(*i).name),
        Stop::Refer(r) => r.agency.as_ref().map_or("ask the agency".to_string(), |a| format!("ask {a}")),
        Stop::NoRule(n) => format!("no rule: {}", n.why),
        Stop::Fault(f) => format!("error {}: {}", f.code, f.message),
        Stop::Split(..) | Stop::Unknown => "open".to_string(),
    }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Stands => "stands",
        Fate::Adjusts => "adjusts",
        Fate::NotKnown => "not_known",
        Fate::OutOfForce => "out_of_force",
        Fate::DoesNotApply => "does_not_apply",
        Fate::Open => "open",
        Fate::Replaced => "replaced",
        Fate::Yields => "yields",
        Fate::Confirmed => "confirmed",
        Fate::Overridden => "overridden",
        Fate::Beaten => "beaten",
        Fate::Outranked => "outranked",
        Fate::Contradicts => "contradicts",
        Fate::Disputes => "disputes",
        Fate::Unclear => "unclear",
    }
}

fn sentence(fate: Fate, value: Option<String>) -> String {
    let says = value.map_or(String::new(), |v| format!(" (it says {v})"));
    let text = match fate {
        Fate::Stands => "applies and gives the answer",
        Fate::Adjusts => "applies and adjusts the value",
        Fate::NotKnown => "had not been published by then",
        Fate::OutOfForce => "is not in force on this date",
        Fate::DoesNotApply => "does not apply: its conditions do not hold",
        Fate::Open => "may apply: a fact it asks about is not told",
        Fate::Replaced => "is replaced by its exception",
        Fate::Yields => "is a default, and something else is said",
        Fate::Confirmed => "says the same, or something compatible",
        Fate::Overridden => "is overridden by a deeper region",
        Fate::Outranked => "contradicts a source that comes before it",
        Fate::Beaten => "is only a claim, and a rule stands against it",
        Fate::Contradicts => "is a claim of a higher region that contradicts the answer",
        Fate::Disputes => "applies as well and says something else",
        Fate::Unclear => "applies, but its value cannot be worked out here",
    };
    format!("{text}{says}")
}
