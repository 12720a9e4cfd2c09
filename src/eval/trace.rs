//! In: one world of an answer. Out: how it was worked out, as a tree a clerk can read aloud: what was said, what held, what overrode what, each step of a formula. Never here: deciding anything (it only looks again).

use super::answer::Because;
use super::assemble::Words;
use super::explore::{asked_key, replay};
use super::machine::{ArgVal, Frame, Key, Machine};
use super::settle::{Outcome, Settled};
use super::verdict::{Fate, verdicts};
use super::world::{Stop, Var, World};
use super::{Facts, Question};
use crate::program::{Node, NodeId, OutcomeId, StmtId};
use crate::value::{Names, Type, Value, show};
use serde::{Deserialize, Serialize};

/// How one outcome was worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The same for each item that a `for each` around it goes through.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub items: Vec<ItemTrace>,
}

/// A statement for one item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ItemTrace {
    /// The item, in the language's notation; `more` stands for the rest of a long list.
    pub item: String,
    /// Conditions on it, each with whether it held.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<StepTrace>,
    /// The formula for it, step by step.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<StepTrace>,
}

/// A part of a formula or condition with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepTrace {
    /// As written.
    pub text: String,
    /// What it came to.
    pub value: String,
}

/// Outcomes explained inside each other at most.
const MAX_DEPTH: usize = 12;
/// Items of a list explained one by one at most.
const MAX_ITEMS: usize = 20;

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
    let mut looped: Vec<StmtId> = Vec::new();
    for v in verdicts(m, key, &settled) {
        let stmt = p.statement(v.stmt);
        // What a loop adds is another value for each item.
        let says = v.value.as_ref().filter(|_| stmt.each.is_empty() || v.fate != Fate::Adjusts);
        let mut statement = StatementTrace {
            rule: words.because(v.stmt),
            fate: word(v.fate).to_string(),
            reads: sentence(v.fate, says.map(|x| show(x, &info.ty, &p.symbols))),
            conditions: Vec::new(),
            steps: Vec::new(),
            items: Vec::new(),
        };
        m.quiet += 1;
        let about_items = |c: &NodeId| reads_item(p, *c, stmt.each.len());
        let (inside, outside): (Vec<NodeId>, Vec<NodeId>) = own_conditions(m, v.stmt).into_iter().partition(about_items);
        let asked = !matches!(v.fate, Fate::NotKnown | Fate::OutOfForce);
        let formula = matches!(v.fate, Fate::Stands | Fate::Adjusts | Fate::Disputes);
        if asked {
            conditions(words, m, &outside, &frame, &mut statement.conditions, &mut reads);
        }
        if formula && stmt.each.is_empty() {
            steps(words, m, stmt.value, &frame, &mut statement.steps, 0);
            collect(m, stmt.value, &frame, &mut reads);
        }
        // A statement that gives a value for several items is met once for each of them: explained once.
        if asked && !stmt.each.is_empty() && !looped.contains(&v.stmt) {
            looped.push(v.stmt);
            let filters = stmt.each.iter().filter_map(|l| l.filter);
            let inside: Vec<NodeId> = filters.chain(inside).collect();
            statement.items = items(words, m, v.stmt, &inside, &frame, &mut reads);
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

/// Conditions with whether they hold, each followed by its parts; gives back whether all of them do.
fn conditions(words: &Words, m: &mut Machine, list: &[NodeId], frame: &Frame, out: &mut Vec<StepTrace>, reads: &mut Vec<Key>) -> bool {
    let mut all = true;
    for c in list {
        let held = m.holds(*c, frame);
        all &= matches!(held, Ok(true));
        let value = match held {
            Ok(true) => "holds".to_string(),
            Ok(false) => "does not hold".to_string(),
            Err(stop) => stopped(m.p, &stop),
        };
        out.push(StepTrace { text: words.line(m.p.node_span(*c)), value });
        collect(m, *c, frame, reads);
        steps(words, m, *c, frame, out, 1);
    }
    all
}

/// What the loops around a statement go through, item by item.
fn items(words: &Words, m: &mut Machine, id: StmtId, inside: &[NodeId], frame: &Frame, reads: &mut Vec<Key>) -> Vec<ItemTrace> {
    let stmt = m.p.statement(id);
    let mut rounds: Vec<(Vec<Value>, Vec<String>)> = vec![(Vec::new(), Vec::new())];
    let mut more = false;
    for l in &stmt.each {
        let ty = m.p.node_type(l.list);
        let element = match ty.base() {
            Type::List(element) => element,
            _ => ty,
        };
        let mut longer = Vec::new();
        for (values, names) in rounds {
            // What is open names no items.
            let Ok(list) = m.with_items(&values, |m| m.eval(l.list, frame)) else { continue };
            for item in list.as_list().into_iter().flat_map(|l| &l.items).filter_map(|i| i.value()) {
                if longer.len() == MAX_ITEMS {
                    more = true;
                    break;
                }
                let name = show(item, element, &m.p.symbols);
                longer.push(([values.as_slice(), std::slice::from_ref(item)].concat(), [names.as_slice(), &[name]].concat()));
            }
        }
        rounds = longer;
    }
    let mut out = Vec::new();
    for (values, names) in rounds {
        let mut made = ItemTrace { item: names.join(", "), conditions: Vec::new(), steps: Vec::new() };
        m.with_items(&values, |m| {
            if conditions(words, m, inside, frame, &mut made.conditions, reads) {
                steps(words, m, stmt.value, frame, &mut made.steps, 0);
                collect(m, stmt.value, frame, reads);
            }
        });
        out.push(made);
    }
    if more {
        out.push(ItemTrace { item: "more".to_string(), conditions: Vec::new(), steps: Vec::new() });
    }
    out
}

/// Whether a part of an expression is an item of the loops around its statement.
fn reads_item(p: &crate::program::Program, id: NodeId, loops: usize) -> bool {
    let node = p.node(id);
    let mut found = matches!(node, Node::Item(slot) if usize::from(*slot) < loops);
    node.children(&mut |c| found = found || reads_item(p, c, loops));
    found
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
    let quiet =
        matches!(node, Node::Const(_) | Node::Refer(_) | Node::List { .. } | Node::Not(_) | Node::All(_) | Node::Any(_) | Node::Item(_));
    if quiet || skip > 0 {
        return;
    }
    let ty = p.node_type(id);
    let value = match m.eval(id, frame) {
        Ok(Value::Bool(b)) if *ty == Type::Boolean => b.to_string(),
        Ok(v) => show(&v, ty, &p.symbols),
        Err(stop) => left_open(m, node, frame).unwrap_or_else(|| stopped(p, &stop)),
    };
    let text = words.line(p.node_span(id));
    let step = StepTrace { text, value };
    if step.text != step.value && !out.contains(&step) {
        out.push(step);
    }
}

/// What this world knows of a fact or argument that is not told: some of the values it can be.
fn left_open(m: &Machine, node: &Node, frame: &Frame) -> Option<String> {
    let (var, ty) = match node {
        Node::Input(i) => (Var::Input(*i), m.p.symbols.input(*i).ty.base().clone()),
        Node::Arg(i) => match frame.args.get(usize::from(*i))? {
            ArgVal::Asked(asked) => {
                let arg = m.p.symbols.decision(m.asked_decision).args.get(usize::from(*asked))?;
                (Var::Arg(*asked), Type::Enum(arg.ty))
            }
            ArgVal::Known(_) => return None,
        },
        _ => return None,
    };
    match (&ty, m.world.set(&var)) {
        (Type::Enum(e), Some(list)) => Some(list.iter().map(|v| m.p.symbols.variant(*e, *v)).collect::<Vec<_>>().join(" or ")),
        _ => Some("not told".to_string()),
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
