//! In: a program. Out: its stable text, a line for each statement and node. Never here: anything that changes meaning.

use super::{Element, Node, NodeId, Program};
use crate::value::show;
use std::fmt::Write;

pub(super) fn listing(p: &Program) -> String {
    let mut out = String::new();
    for (i, s) in p.statements.iter().enumerate() {
        let head: Vec<String> = s.head.iter().map(|h| h.as_ref().map_or("any".to_string(), |v| format!("{:?}", v.as_slice()))).collect();
        let _ = write!(
            out,
            "s{i} {} in {} [{}] {:?}",
            p.symbols.outcome_text(s.outcome),
            p.symbols.region(s.region).name,
            head.join(" "),
            s.op
        );
        if s.strength != super::Strength::Plain {
            let _ = write!(out, " {:?}", s.strength);
        }
        if s.claim {
            out.push_str(" claim");
        }
        if let Some(e) = s.exception_of {
            let _ = write!(out, " except s{}", e.0);
        }
        if let Some(w) = s.when {
            let _ = write!(out, " when {}", text(p, w));
        }
        for l in &s.each {
            let _ = write!(out, " each {} in {}", l.slot, text(p, l.list));
            if let Some(f) = l.filter {
                let _ = write!(out, " where {}", text(p, f));
            }
        }
        let _ = write!(out, " := {}", text(p, s.value));
        if s.from.is_some() || s.until.is_some() {
            let _ = write!(out, " in force {:?}..{:?}", s.from, s.until);
        }
        out.push('\n');
    }
    for n in &p.nevers {
        let _ = writeln!(out, "never {}", text(p, n.condition));
    }
    out
}

/// One expression on one line.
pub(super) fn text(p: &Program, id: NodeId) -> String {
    let list = |ids: &[NodeId], by: &str| ids.iter().map(|i| text(p, *i)).collect::<Vec<_>>().join(by);
    match p.node(id) {
        Node::Const(v) => show(v, p.node_type(id), &p.symbols),
        Node::Input(i) => p.symbols.input(*i).name.to_string(),
        Node::Arg(a) => format!("arg{a}"),
        Node::Item(s) => format!("item{s}"),
        Node::Field(x, f) => format!("{}.{f}", text(p, *x)),
        Node::Read { outcome, args, at } => {
            let at = at.map_or(String::new(), |a| format!(" at {}", text(p, a)));
            format!("{}{args:?}{at}", p.symbols.outcome_text(*outcome))
        }
        Node::Not(x) => format!("not({})", text(p, *x)),
        Node::All(ids) => format!("all({})", list(ids, ", ")),
        Node::Any(ids) => format!("any({})", list(ids, ", ")),
        Node::Compare(op, a, b) => format!("({} {op:?} {})", text(p, *a), text(p, *b)),
        Node::Same(a, b, negate) => format!("({} {} {})", text(p, *a), if *negate { "!=" } else { "=" }, text(p, *b)),
        Node::InList(a, b) => format!("({} in {})", text(p, *a), text(p, *b)),
        Node::Math(op, a, b) => format!("({} {op:?} {})", text(p, *a), text(p, *b)),
        Node::Round(x, mode, unit) => format!("round({}, {}, {unit})", text(p, *x), mode.word()),
        Node::Call(f, args) => format!("{f:?}({})", list(args, ", ")),
        Node::If(c, a, b) => format!("if({}, {}, {})", text(p, *c), text(p, *a), text(p, *b)),
        Node::Range(lo, hi) => {
            let end = |e: &Option<(NodeId, bool)>| e.map_or(String::new(), |(x, c)| format!("{}{}", text(p, x), if c { "" } else { "!" }));
            format!("{}..{}", end(lo), end(hi))
        }
        Node::About(x) => format!("about {}", text(p, *x)),
        Node::Reading(ids) => format!("reading({})", list(ids, " | ")),
        Node::WithUnit(x, unit) => format!("{} {}", text(p, *x), unit.word()),
        Node::List { items, ordered, open } => {
            let parts: Vec<String> = items.iter().map(|i| element(p, i)).collect();
            format!("[{}{}]", parts.join(if *ordered { "; " } else { ", " }), if *open { ", ..." } else { "" })
        }
        Node::Record(_, ids) => format!("record({})", list(ids, ", ")),
        Node::Aggregate { kind, list, body, filter, .. } => {
            let part = |x: &Option<NodeId>, word: &str| x.map_or(String::new(), |x| format!(" {word} {}", text(p, x)));
            format!("{kind:?}({}{}{})", text(p, *list), part(body, "of"), part(filter, "where"))
        }
        Node::Refer(agency) => format!("refer {}", agency.as_deref().unwrap_or("")),
    }
}

fn element(p: &Program, e: &Element) -> String {
    match e {
        Element::One(x, attributes) if attributes.is_empty() => text(p, *x),
        Element::One(x, attributes) => {
            let list: Vec<String> = attributes.iter().map(|(k, v)| format!("{k}={}", text(p, *v))).collect();
            format!("{}({})", text(p, *x), list.join(", "))
        }
        Element::AnyOf(options) => {
            let list: Vec<String> = options.iter().map(|o| element(p, o)).collect();
            format!("any of [{}]", list.join(", "))
        }
    }
}
