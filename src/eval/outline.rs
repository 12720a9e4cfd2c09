//! In: the conditions of one statement. Out: a box around the people who meet them, by what is compared with constants. Never here: deciding a condition (`explore.rs`): two statements whose boxes meet may still have nobody in common.

use super::world::{Cell, Var};
use crate::program::{Node, NodeId, Program, StmtId};
use crate::value::{CmpOp, Interval, Num, Type, Value};

/// A box around the people whom a statement is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline(Vec<(Var, Cell)>);

/// The box of a statement; an exception lies in that of its statement.
pub(crate) fn outline(p: &Program, stmt: StmtId) -> Outline {
    let mut out = Vec::new();
    let mut next = Some(stmt);
    while let Some(s) = next {
        let stmt = p.statement(s);
        let mut open: Vec<NodeId> = stmt.when.into_iter().collect();
        while let Some(n) = open.pop() {
            match p.node(n) {
                Node::All(parts) => open.extend(parts.iter().copied()),
                _ => out.extend(cell(p, n, true)),
            }
        }
        next = stmt.exception_of;
    }
    Outline(out)
}

impl Outline {
    /// Nobody lies in both.
    pub(crate) fn is_apart_from(&self, other: &Outline) -> bool {
        self.0.iter().any(|(v, c)| other.0.iter().any(|(w, d)| v == w && !c.meets(d)))
    }
}

/// What a condition says of one fact or argument, if it is about one and constants only.
fn cell(p: &Program, node: NodeId, wanted: bool) -> Option<(Var, Cell)> {
    match p.node(node) {
        Node::Not(x) => cell(p, *x, !wanted),
        Node::Input(i) if p.symbols.input(*i).ty == Type::Boolean => Some((Var::Input(*i), Cell::Set(vec![u16::from(wanted)]))),
        Node::Same(a, b, negate) => {
            let (subject, set) = match (p.node(*a), p.node(*b)) {
                (x, Node::Const(Value::Variants(set))) | (Node::Const(Value::Variants(set)), x) => (x, set),
                _ => return None,
            };
            let inside = wanted != *negate;
            let (var, count) = match subject {
                Node::Input(i) => match &p.symbols.input(*i).ty {
                    Type::Enum(e) => (Var::Input(*i), p.symbols.enum_(*e).variants.len()),
                    _ => return None,
                },
                _ => return None,
            };
            let all = 0..u16::try_from(count).ok()?;
            Some((var, Cell::Set(all.filter(|v| set.contains(*v) == inside).collect())))
        }
        Node::Compare(op, a, b) => {
            let (input, op, at) = match (p.node(*a), p.node(*b)) {
                (Node::Input(i), Node::Const(Value::Num(Num::Exact(x)))) => (*i, *op, *x),
                (Node::Const(Value::Num(Num::Exact(x))), Node::Input(i)) => (*i, turned(*op), *x),
                _ => return None,
            };
            if !p.symbols.input(input).ty.is_numeric() || matches!(p.symbols.input(input).ty, Type::Optional(_)) {
                return None;
            }
            let span = match (op, wanted) {
                (CmpOp::Lt, true) | (CmpOp::Ge, false) => Interval::under(at),
                (CmpOp::Le, true) | (CmpOp::Gt, false) => Interval::at_most(at),
                (CmpOp::Gt, true) | (CmpOp::Le, false) => Interval::over(at),
                (CmpOp::Ge, true) | (CmpOp::Lt, false) => Interval::at_least(at),
                (CmpOp::Eq, true) | (CmpOp::Ne, false) => Interval::point(at),
                (CmpOp::Ne, true) | (CmpOp::Eq, false) => return None,
            };
            Some((Var::Input(input), Cell::Span(span)))
        }
        Node::Any(parts) if wanted => {
            let mut whole: Option<(Var, Vec<u16>)> = None;
            for part in parts {
                let (var, Cell::Set(set)) = cell(p, *part, true)? else { return None };
                match &mut whole {
                    None => whole = Some((var, set)),
                    Some((v, all)) if *v == var => all.extend(set),
                    Some(_) => return None,
                }
            }
            whole.map(|(var, set)| (var, Cell::Set(set)))
        }
        _ => None,
    }
}

/// The comparison with its sides exchanged.
fn turned(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::Le => CmpOp::Ge,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::Ge => CmpOp::Le,
        same => same,
    }
}
