//! In: expressions as trees. Out: nodes under the numbers they had, parts before what they are part of. Never here: statements.

use super::names::{Found, R, Within, Wrong};
use super::node::{End, Item, NodeDoc, Op, Passed};
use super::values;
use super::write_expr::truth;
use crate::hir::Symbols;
use crate::program::{ArgRef, Element, Node, NodeId, Program};
use crate::source::{FileId, SourceMap, Span};
use crate::value::Type;

/// Nodes inside one another at most: more than policy text can nest (1,000 operands, 128 brackets, a few nodes for each).
const MAX_HEIGHT: u32 = 1_600;

/// Collects the nodes of all trees.
pub(super) struct Nodes<'a> {
    pub found: &'a Found,
    pub symbols: &'a Symbols,
    pub map: &'a SourceMap,
    all: Vec<(NodeId, Node, Type, Span)>,
}

/// A span that lies in its file, on character boundaries.
pub(super) fn span(map: &SourceMap, file: FileId, [start, end]: [u32; 2]) -> R<Span> {
    let span = Span { file, start, end };
    let fits = map.get(file).is_some_and(|f| f.text.get(span.range()).is_some());
    if fits { Ok(span) } else { Err(Wrong(format!("the bytes {start} to {end} are no part of their file"))) }
}

impl<'a> Nodes<'a> {
    pub(super) fn new(found: &'a Found, symbols: &'a Symbols, map: &'a SourceMap) -> Self {
        Nodes { found, symbols, map, all: Vec::new() }
    }

    /// Takes in a tree; the number of its root.
    pub(super) fn node(&mut self, doc: &NodeDoc, file: FileId) -> R<NodeId> {
        self.take(doc, file).within(|| format!("expression {}", doc.id))
    }

    fn take(&mut self, doc: &NodeDoc, file: FileId) -> R<NodeId> {
        let id = NodeId(doc.id);
        if doc.op == Op::Part {
            return match (&doc.r#type, doc.span) {
                (None, None) => Ok(id),
                _ => Err(Wrong("a part has its type and span in `parts`".to_owned())),
            };
        }
        let ty = doc.r#type.as_ref().map(|t| t.read(self.found)).transpose()?;
        let node = self.op(&doc.op, ty.as_ref(), id, file)?;
        let ty = match ty {
            Some(ty) => ty,
            None if truth(&node) => Type::Boolean,
            None => return Err(Wrong("it has no type".to_owned())),
        };
        let own = doc.span.ok_or_else(|| Wrong("it has no span".to_owned()))?;
        self.all.push((id, node, ty, span(self.map, file, own)?));
        Ok(id)
    }

    /// A part: it must have a smaller number.
    fn part(&mut self, doc: &NodeDoc, of: NodeId, file: FileId) -> R<NodeId> {
        if doc.id >= of.0 {
            return Err(Wrong(format!("its part {} does not have a smaller number", doc.id)));
        }
        self.take(doc, file)
    }

    fn each(&mut self, list: &[NodeDoc], of: NodeId, file: FileId) -> R<Box<[NodeId]>> {
        list.iter().map(|d| self.part(d, of, file)).collect()
    }

    fn perhaps(&mut self, doc: &Option<Box<NodeDoc>>, of: NodeId, file: FileId) -> R<Option<NodeId>> {
        doc.as_ref().map(|d| self.part(d, of, file)).transpose()
    }

    fn op(&mut self, op: &Op, ty: Option<&Type>, id: NodeId, file: FileId) -> R<Node> {
        let typed = || ty.ok_or_else(|| Wrong("it has no type".to_owned()));
        Ok(match op {
            Op::Part => return Err(Wrong("a part stands where an expression is wanted".to_owned())),
            Op::Const { value } => Node::Const(values::read(&value.0, typed()?, self.symbols, self.found)?),
            Op::Input { input } => Node::Input(self.found.input(input)?),
            Op::Argument { argument } => Node::Arg(self.found.argument(argument)?),
            Op::Item { slot } => Node::Item(*slot),
            Op::Field { of, record, field } => {
                let info = self.symbols.record(self.found.record(record)?);
                let place = info.fields.iter().position(|f| f.name == *field).and_then(|p| u16::try_from(p).ok());
                let place = place.ok_or_else(|| Wrong(format!("`{}` has no field `{field}`", info.name)))?;
                Node::Field(self.part(of, id, file)?, place)
            }
            Op::Read { outcome, arguments, at } => {
                let outcome = self.found.outcome(outcome)?;
                let wanted = &self.symbols.decision(self.symbols.outcome(outcome).decision).args;
                if wanted.len() != arguments.len() {
                    return Err(Wrong(format!("{} arguments are passed, not {}", arguments.len(), wanted.len())));
                }
                let mut args = Vec::with_capacity(arguments.len());
                for (passed, info) in arguments.iter().zip(wanted) {
                    args.push(match passed {
                        Passed::Value(name) => ArgRef::Variant(variant(self.symbols, info.ty, name)?),
                        Passed::Argument(a) => ArgRef::Arg(self.found.argument(a)?),
                        Passed::Input(i) => ArgRef::Input(self.found.input(i)?),
                    });
                }
                Node::Read { outcome, args: args.into(), at: self.perhaps(at, id, file)? }
            }
            Op::Not { of } => Node::Not(self.part(of, id, file)?),
            Op::All { parts } => Node::All(self.each(parts, id, file)?),
            Op::Any { parts } => Node::Any(self.each(parts, id, file)?),
            Op::Compare { how, left, right } => Node::Compare((*how).into(), self.part(left, id, file)?, self.part(right, id, file)?),
            Op::Same { left, right } => Node::Same(self.part(left, id, file)?, self.part(right, id, file)?, false),
            Op::Differs { left, right } => Node::Same(self.part(left, id, file)?, self.part(right, id, file)?, true),
            Op::In { left, right } => Node::InList(self.part(left, id, file)?, self.part(right, id, file)?),
            Op::Math { how, left, right } => Node::Math((*how).into(), self.part(left, id, file)?, self.part(right, id, file)?),
            Op::Round { of, mode, unit } => {
                let unit = values::read_number(&unit.0, typed()?).filter(|u| !u.is_zero());
                let unit = unit.ok_or_else(|| Wrong("it rounds to multiples of nothing".to_owned()))?;
                Node::Round(self.part(of, id, file)?, (*mode).into(), unit)
            }
            Op::Call { function, parts } => Node::Call((*function).into(), self.each(parts, id, file)?),
            Op::If { condition, then, r#else } => {
                Node::If(self.part(condition, id, file)?, self.part(then, id, file)?, self.part(r#else, id, file)?)
            }
            Op::Range { min, max } => {
                let mut end = |e: &Option<End>| e.as_ref().map(|e| Ok((self.part(&e.value, id, file)?, e.inclusive))).transpose();
                Node::Range(end(min)?, end(max)?)
            }
            Op::About { of } => Node::About(self.part(of, id, file)?),
            Op::Reading { parts } => Node::Reading(self.each(parts, id, file)?),
            Op::WithUnit { of, time } => Node::WithUnit(self.part(of, id, file)?, (*time).into()),
            Op::List { items, ordered, open } => {
                let element = typed()?.element().cloned().ok_or_else(|| Wrong("a list has the type of none".to_owned()))?;
                let items = items.iter().map(|i| self.item(i, &element, id, file)).collect::<R<_>>()?;
                Node::List { items, ordered: *ordered, open: *open }
            }
            Op::Record { record, parts } => {
                let record = self.found.record(record)?;
                if parts.len() != self.symbols.record(record).fields.len() {
                    return Err(Wrong("a record has other fields than it is declared with".to_owned()));
                }
                Node::Record(record, self.each(parts, id, file)?)
            }
            Op::Aggregate { aggregate, list, slot, body, filter } => Node::Aggregate {
                kind: (*aggregate).into(),
                list: self.part(list, id, file)?,
                slot: *slot,
                body: self.perhaps(body, id, file)?,
                filter: self.perhaps(filter, id, file)?,
            },
            Op::Refer { agency } => Node::Refer(agency.clone()),
        })
    }

    fn item(&mut self, item: &Item, ty: &Type, of: NodeId, file: FileId) -> R<Element> {
        Ok(match item {
            Item::AnyOf(choice) => Element::AnyOf(choice.any_of.iter().map(|o| self.item(o, ty, of, file)).collect::<R<_>>()?),
            Item::One(marked) => {
                let value = self.part(&marked.value, of, file)?;
                let mut attributes = Vec::with_capacity(marked.attributes.len());
                for mark in &marked.attributes {
                    let (index, _) = values::attribute(ty, &mark.name, self.symbols)?;
                    attributes.push((index, self.part(&mark.value, of, file)?));
                }
                Element::One(value, attributes.into())
            }
        })
    }

    /// All nodes by number, each once; their numbers have no gaps.
    pub(super) fn finish(mut self, program: &mut Program) -> R<()> {
        self.all.sort_by_key(|(id, ..)| *id);
        let mut heights: Vec<u32> = Vec::with_capacity(self.all.len());
        for (id, node, ty, span) in self.all {
            let at = id.0 as usize;
            let count = program.nodes.len();
            if at + 1 == count {
                // Small ones are written wherever they are used.
                let same = program.nodes.last() == Some(&node) && program.types.last() == Some(&ty) && program.spans.last() == Some(&span);
                if same {
                    continue;
                }
                return Err(Wrong(format!("two expressions have the number {at}")));
            }
            if at != count {
                return Err(Wrong(format!("no expression has the number {count}")));
            }
            let mut height = 0;
            node.children(&mut |c| height = height.max(heights.get(c.0 as usize).copied().unwrap_or(0)));
            if height >= MAX_HEIGHT {
                return Err(Wrong(format!("expression {at} is nested more than {MAX_HEIGHT} deep")));
            }
            heights.push(height + 1);
            program.nodes.push(node);
            program.types.push(ty);
            program.spans.push(span);
        }
        Ok(())
    }
}

/// The number of an enum's value.
pub(super) fn variant(symbols: &Symbols, e: crate::value::EnumId, name: &str) -> R<u16> {
    let e = symbols.enum_(e);
    e.by_name.get(name).copied().ok_or_else(|| Wrong(format!("`{}` has no value `{name}`", e.name)))
}
