//! In: a program made of an exported file. Out: whether every node has parts of the kind it works with. Never here: what it comes to.

use super::names::{R, Wrong};
use crate::program::{Aggregate, Node, NodeId, Program};
use crate::value::Type;

/// Checks all nodes, and what statements take for conditions and lists.
pub(super) fn check(p: &Program) -> R<()> {
    for (node, i) in p.nodes.iter().zip(0..) {
        let fits = fits(p, node, p.node_type(NodeId(i)));
        if let Err(what) = fits {
            return Err(Wrong(format!("expression {i}: {what}")));
        }
    }
    let mut missing = None;
    p.named(&mut |n| {
        if n.0 as usize >= p.nodes.len() {
            missing.get_or_insert(n);
        }
    });
    if let Some(n) = missing {
        return Err(Wrong(format!("a condition names the expression {}, which is not there", n.0)));
    }
    let mut conditions: Vec<NodeId> = p.nevers.iter().map(|n| n.condition).collect();
    let mut lists = Vec::new();
    for s in &p.statements {
        conditions.extend(s.conditions.iter().map(|c| c.node));
        conditions.extend(s.when);
        for l in &s.each {
            conditions.extend(l.filter);
            lists.push(l.list);
        }
        if !agree(p.node_type(s.value), &p.symbols.outcome(s.outcome).ty) && !unfixed(p, s.value) && s.op == crate::hir::SetOp::Give {
            return Err(Wrong(format!("expression {}: a statement gives it to an outcome of another type", s.value.0)));
        }
    }
    if let Some(n) = conditions.into_iter().find(|n| !truth(p, *n)) {
        return Err(Wrong(format!("expression {}: a condition that is not true or false", n.0)));
    }
    if let Some(n) = lists.into_iter().find(|n| !list(p, *n)) {
        return Err(Wrong(format!("expression {}: no list to go through", n.0)));
    }
    Ok(())
}

fn truth(p: &Program, n: NodeId) -> bool {
    matches!(p.node_type(n).base(), Type::Boolean | Type::Flag)
}

fn number(p: &Program, n: NodeId) -> bool {
    let ty = p.node_type(n);
    ty.is_numeric() || *ty.base() == Type::Duration
}

fn list(p: &Program, n: NodeId) -> bool {
    p.node_type(n).element().is_some()
}

/// `refer` and `none` stand for values of any type.
fn unfixed(p: &Program, n: NodeId) -> bool {
    matches!(p.node(n), Node::Refer(_) | Node::Const(crate::value::Value::None))
}

fn agree(a: &Type, b: &Type) -> bool {
    a.same_dimension(b)
}

fn fits(p: &Program, node: &Node, ty: &Type) -> Result<(), &'static str> {
    let wanted = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(what) };
    let numbers = |list: &[NodeId]| wanted(list.iter().all(|n| number(p, *n) || unfixed(p, *n)), "a part of it is no number");
    let truths = |list: &[NodeId]| wanted(list.iter().all(|n| truth(p, *n) || unfixed(p, *n)), "a part of it is not true or false");
    match node {
        Node::Const(_) | Node::Arg(_) | Node::Item(_) | Node::Refer(_) => Ok(()),
        Node::Input(i) => wanted(agree(ty, &p.symbols.input(*i).ty), "its input has another type"),
        Node::Read { outcome, at, .. } => {
            wanted(at.is_none_or(|n| *p.node_type(n).base() == Type::Region || unfixed(p, n)), "it is asked in no region")?;
            wanted(agree(ty, &p.symbols.outcome(*outcome).ty), "its outcome has another type")
        }
        Node::Field(x, field) => match p.node_type(*x).base() {
            Type::Record(r) => {
                let info = p.symbols.record(*r).fields.get(usize::from(*field));
                wanted(info.is_some_and(|f| agree(ty, &f.ty)), "the record it is taken from has no such field")
            }
            _ => Err("it is taken from no record"),
        },
        Node::Not(x) => truths(&[*x]),
        Node::All(list) | Node::Any(list) => truths(list),
        Node::Compare(_, a, b) | Node::Math(_, a, b) => numbers(&[*a, *b]),
        Node::Round(x, ..) | Node::About(x) | Node::WithUnit(x, _) => numbers(&[*x]),
        Node::Call(_, list) => numbers(list),
        Node::Range(lo, hi) => numbers(&lo.iter().chain(hi).map(|(n, _)| *n).collect::<Vec<_>>()),
        Node::If(c, ..) => truths(&[*c]),
        Node::InList(_, x) => wanted(list(p, *x), "it looks into no list"),
        Node::Same(..) | Node::Reading(_) => Ok(()),
        Node::List { .. } => wanted(ty.element().is_some(), "a list has the type of none"),
        Node::Record(r, _) => wanted(*ty.base() == Type::Record(*r), "a record has the type of none"),
        Node::Aggregate { kind, list: over, body, filter, .. } => {
            wanted(list(p, *over), "it goes through no list")?;
            truths(&filter.iter().copied().collect::<Vec<_>>())?;
            match (kind, body) {
                (_, None) => Ok(()),
                (Aggregate::Any | Aggregate::All, Some(b)) => truths(&[*b]),
                (_, Some(b)) => numbers(&[*b]),
            }
        }
    }
}
