//! In: the nodes of a program. Out: expressions as trees; what stands in several places or nests deep by itself. Never here: statements.

use super::document::Part;
use super::node::{Choice, End, Item, Mark, Marked, NodeDoc, Op, Passed};
use super::values::{self, TypeDoc, ValueDoc};
use super::write::{W, Writer, unwritable};
use crate::hir::DecisionId;
use crate::program::{ArgRef, Element, Node, NodeId, Program};
use crate::source::FileId;
use crate::value::{Type, Value};

/// How many objects and lists an expression nests before its parts are named instead.
const MAX_HEIGHT: u32 = 40;

/// What the trees need to know of all nodes.
pub(super) struct Shared {
    /// Written once, in `parts`, and named elsewhere.
    part: Vec<bool>,
    /// The decision whose arguments a node reads.
    owner: Vec<Option<DecisionId>>,
}

impl Shared {
    pub(super) fn of(p: &Program) -> Shared {
        let n = p.nodes.len();
        let mut shared = Shared { part: vec![false; n], owner: vec![None; n] };
        shared.count(p);
        shared.own(p);
        shared
    }

    fn count(&mut self, p: &Program) {
        let mut uses = vec![0u32; p.nodes.len()];
        let mut heights = vec![0u32; p.nodes.len()];
        let mut used = |n: NodeId| {
            if let Some(u) = uses.get_mut(n.0 as usize) {
                *u += 1;
            }
        };
        p.roots(&mut used);
        p.nodes.iter().for_each(|node| node.children(&mut used));
        for (i, node) in p.nodes.iter().enumerate() {
            let mut height = 0;
            let mut abroad = Vec::new();
            node.children(&mut |c| {
                let at = c.0 as usize;
                let inside = if self.part.get(at) == Some(&true) { 1 } else { heights.get(at).copied().unwrap_or(0) };
                height = height.max(inside);
                if p.spans.get(at).map(|s| s.file) != p.spans.get(i).map(|s| s.file) {
                    abroad.push(at);
                }
            });
            for at in abroad {
                self.name(at);
            }
            height += step(node);
            if let Some(h) = heights.get_mut(i) {
                *h = height;
            }
            let often = uses.get(i).is_some_and(|u| *u > 1) && !small(node);
            if often || height > MAX_HEIGHT {
                self.name(i);
            }
        }
        // What is only named by number has to be written somewhere.
        let mut lost = vec![true; p.nodes.len()];
        let mut reached: Vec<NodeId> = Vec::new();
        p.roots(&mut |n| reached.push(n));
        while let Some(n) = reached.pop() {
            if let Some(l) = lost.get_mut(n.0 as usize).filter(|l| **l) {
                *l = false;
                p.node(n).children(&mut |c| reached.push(c));
            }
        }
        p.named(&mut |n| {
            if lost.get(n.0 as usize) == Some(&true) {
                self.name(n.0 as usize);
            }
        });
        // What stands in another file than the statement it belongs to says so itself.
        let mut root = |n: NodeId, file: FileId| {
            if p.node_span(n).file != file {
                self.name(n.0 as usize);
            }
        };
        for s in &p.statements {
            let each = s.each.iter().flat_map(|l| std::iter::once(l.list).chain(l.filter));
            each.chain(s.when).chain([s.value]).for_each(|n| root(n, s.span.file));
        }
        p.nevers.iter().for_each(|n| root(n.condition, n.span.file));
        for e in p.tests.iter().flat_map(|t| &t.cases).flat_map(|c| &c.expects) {
            e.values.iter().for_each(|n| root(*n, e.span.file));
        }
    }

    fn name(&mut self, at: usize) {
        if let Some(p) = self.part.get_mut(at) {
            *p = true;
        }
    }

    /// Every node belongs to the first decision that uses it: no block is about two.
    fn own(&mut self, p: &Program) {
        let mut open: Vec<NodeId> = Vec::new();
        let mut mark = |roots: &[NodeId], decision: DecisionId| {
            open.extend(roots);
            while let Some(n) = open.pop() {
                let Some(slot) = self.owner.get_mut(n.0 as usize) else { continue };
                if slot.is_none() {
                    *slot = Some(decision);
                    p.node(n).children(&mut |c| open.push(c));
                }
            }
        };
        for s in &p.statements {
            let each = s.each.iter().flat_map(|l| std::iter::once(l.list).chain(l.filter));
            let mut roots: Vec<NodeId> = each.chain(s.when).chain([s.value]).collect();
            s.conditions.iter().for_each(|c| c.named(&mut |n| roots.push(n)));
            mark(&roots, p.symbols.outcome(s.outcome).decision);
        }
        p.nevers.iter().for_each(|n| mark(&[n.condition], n.decision));
        for c in p.tests.iter().flat_map(|t| &t.cases) {
            c.expects.iter().for_each(|e| mark(&e.values, c.decision));
        }
    }
}

/// Objects and lists between a node and its deepest part.
fn step(node: &Node) -> u32 {
    match node {
        Node::All(_) | Node::Any(_) | Node::Call(..) | Node::Reading(_) | Node::Record(..) | Node::Range(..) => 2,
        Node::List { .. } => 6,
        _ => 1,
    }
}

/// Short enough to be written wherever it is used.
fn small(node: &Node) -> bool {
    match node {
        Node::Const(v) => !matches!(v, Value::List(_) | Value::Record(_)),
        Node::Input(_) | Node::Arg(_) | Node::Item(_) => true,
        _ => false,
    }
}

/// Whether a node of this kind is true or false whatever its parts are.
pub(super) fn truth(node: &Node) -> bool {
    matches!(node, Node::Not(_) | Node::All(_) | Node::Any(_) | Node::Compare(..) | Node::Same(..) | Node::InList(..))
}

impl Writer<'_> {
    /// Everything that is named, in an order in which each part only names earlier ones.
    pub(super) fn parts(&self) -> W<Vec<Part>> {
        let named = self.shared.part.iter().zip(0..).filter(|(named, _)| **named).map(|(_, i)| NodeId(i));
        named
            .map(|n| {
                let file = self.p.node_span(n).file;
                let name = self.ids.files.get(file.0 as usize).cloned().ok_or_else(|| unwritable("an expression outside all files"))?;
                Ok(Part { file: name, node: self.whole(n, file)? })
            })
            .collect()
    }

    /// A node as a tree; `file` is that of what it belongs to.
    pub(super) fn node(&self, n: NodeId, file: FileId) -> W<NodeDoc> {
        if self.shared.part.get(n.0 as usize) == Some(&true) {
            return Ok(NodeDoc { op: Op::Part, id: n.0, r#type: None, span: None });
        }
        self.whole(n, file)
    }

    fn boxed(&self, n: NodeId, file: FileId) -> W<Box<NodeDoc>> {
        self.node(n, file).map(Box::new)
    }

    fn each(&self, list: &[NodeId], file: FileId) -> W<Vec<NodeDoc>> {
        list.iter().map(|n| self.node(*n, file)).collect()
    }

    fn whole(&self, id: NodeId, file: FileId) -> W<NodeDoc> {
        let node = self.p.node(id);
        let ty = self.p.node_type(id);
        let op = self.op(id, node, ty, file)?;
        let r#type = (!(truth(node) && *ty == Type::Boolean)).then(|| TypeDoc::of(ty, &self.ids));
        let span = self.p.node_span(id);
        Ok(NodeDoc { op, id: id.0, r#type, span: Some([span.start, span.end]) })
    }

    fn op(&self, id: NodeId, node: &Node, ty: &Type, file: FileId) -> W<Op> {
        let one = |n: &NodeId| self.boxed(*n, file);
        let perhaps = |n: &Option<NodeId>| n.map(|n| self.boxed(n, file)).transpose();
        Ok(match node {
            Node::Const(v) => {
                let json = values::write(v, ty, &self.p.symbols, &self.ids).ok_or_else(|| unwritable("a constant"))?;
                Op::Const { value: ValueDoc(json) }
            }
            Node::Input(i) => Op::Input { input: self.input_id(*i) },
            Node::Arg(a) => Op::Argument { argument: self.argument(id, *a)? },
            Node::Item(slot) => Op::Item { slot: *slot },
            Node::Field(x, field) => {
                let Type::Record(r) = self.p.node_type(*x).base() else { return Err(unwritable("a field of no record")) };
                let info = self.p.symbols.record(*r).fields.get(usize::from(*field)).ok_or_else(|| unwritable("an unknown field"))?;
                Op::Field { of: one(x)?, record: self.ids.one(&self.ids.records, r.index()), field: info.name.clone() }
            }
            Node::Read { outcome, args, at } => {
                let decision = self.p.symbols.outcome(*outcome).decision;
                let passed = |(place, a): (usize, &ArgRef)| {
                    Ok(match a {
                        ArgRef::Variant(v) => Passed::Value(self.argument_value(decision, place, *v)?),
                        ArgRef::Arg(a) => Passed::Argument(self.argument(id, *a)?),
                        ArgRef::Input(i) => Passed::Input(self.input_id(*i)),
                    })
                };
                let arguments = args.iter().enumerate().map(passed).collect::<W<_>>()?;
                Op::Read { outcome: self.outcome_id(*outcome), arguments, at: perhaps(at)? }
            }
            Node::Not(x) => Op::Not { of: one(x)? },
            Node::All(list) => Op::All { parts: self.each(list, file)? },
            Node::Any(list) => Op::Any { parts: self.each(list, file)? },
            Node::Compare(op, a, b) => Op::Compare { how: (*op).into(), left: one(a)?, right: one(b)? },
            Node::Same(a, b, false) => Op::Same { left: one(a)?, right: one(b)? },
            Node::Same(a, b, true) => Op::Differs { left: one(a)?, right: one(b)? },
            Node::InList(a, b) => Op::In { left: one(a)?, right: one(b)? },
            Node::Math(op, a, b) => Op::Math { how: (*op).into(), left: one(a)?, right: one(b)? },
            Node::Round(x, mode, unit) => Op::Round { of: one(x)?, mode: (*mode).into(), unit: self.number(*unit, ty) },
            Node::Call(f, list) => Op::Call { function: (*f).into(), parts: self.each(list, file)? },
            Node::If(c, a, b) => Op::If { condition: one(c)?, then: one(a)?, r#else: one(b)? },
            Node::Range(lo, hi) => {
                let end =
                    |e: &Option<(NodeId, bool)>| e.map(|(n, inclusive)| Ok(End { value: self.boxed(n, file)?, inclusive })).transpose();
                Op::Range { min: end(lo)?, max: end(hi)? }
            }
            Node::About(x) => Op::About { of: one(x)? },
            Node::Reading(list) => Op::Reading { parts: self.each(list, file)? },
            Node::WithUnit(x, unit) => Op::WithUnit { of: one(x)?, time: (*unit).into() },
            Node::List { items, ordered, open } => {
                let items = items.iter().map(|i| self.item(i, ty, file)).collect::<W<_>>()?;
                Op::List { items, ordered: *ordered, open: *open }
            }
            Node::Record(r, list) => Op::Record { record: self.ids.one(&self.ids.records, r.index()), parts: self.each(list, file)? },
            Node::Aggregate { kind, list, slot, body, filter } => {
                let (list, body, filter) = (one(list)?, perhaps(body)?, perhaps(filter)?);
                Op::Aggregate { aggregate: (*kind).into(), list, slot: *slot, body, filter }
            }
            Node::Refer(agency) => Op::Refer { agency: agency.clone() },
        })
    }

    fn item(&self, e: &Element, list: &Type, file: FileId) -> W<Item> {
        Ok(match e {
            Element::AnyOf(options) => {
                let any_of = options.iter().map(|o| self.item(o, list, file)).collect::<W<_>>()?;
                Item::AnyOf(Choice { any_of })
            }
            Element::One(x, attributes) => {
                let mark = |(place, n): &(u16, NodeId)| {
                    let Some(Type::Enum(e)) = list.element().map(Type::base) else { return Err(unwritable("an attribute of no enum")) };
                    let info = self.p.symbols.enum_(*e).attributes.get(usize::from(*place));
                    let info = info.ok_or_else(|| unwritable("an unknown attribute"))?;
                    Ok(Mark { name: info.name.clone(), value: self.node(*n, file)? })
                };
                Item::One(Marked { value: self.node(*x, file)?, attributes: attributes.iter().map(mark).collect::<W<_>>()? })
            }
        })
    }

    fn argument(&self, node: NodeId, place: u16) -> W<smol_str::SmolStr> {
        let owner = self.shared.owner.get(node.0 as usize).copied().flatten();
        let named = owner.and_then(|d| self.ids.arguments.get(d.at())).and_then(|a| a.get(usize::from(place)));
        named.cloned().ok_or_else(|| unwritable("an argument of no decision"))
    }
}
