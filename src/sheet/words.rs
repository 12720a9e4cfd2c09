//! In: statements. Out: the names in them that a reader has to know, with their labels; names of symbols as data. Never here: layout.

use super::{Name, Word, WordKind};
use crate::eval::Told;
use crate::hir::{Label, SourceKind};
use crate::program::{Element, Node, NodeId, Program, StmtId};
use crate::value::{EnumId, Type, Value, Variants};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// A name as data.
pub(super) fn name(name: &SmolStr, alias: Option<&SmolStr>, label: Option<&Label>) -> Name {
    Name { name: name.to_string(), alias: alias.map(SmolStr::to_string), label: label.map(Told::from) }
}

/// What stands in statements, by where it is declared.
#[derive(Debug, Default)]
pub(super) struct Met {
    inputs: BTreeSet<u32>,
    values: BTreeSet<(EnumId, u16)>,
    attributes: BTreeSet<(EnumId, u16)>,
}

impl Met {
    /// Adds everything a statement names.
    pub(super) fn statement(&mut self, p: &Program, id: StmtId) {
        let s = p.statement(id);
        self.inputs.extend(s.by.map(|i| i.0));
        let loops = s.each.iter().flat_map(|l| [Some(l.list), l.filter]).flatten();
        for node in loops.chain(s.when).chain([s.value]) {
            self.node(p, node);
        }
    }

    fn node(&mut self, p: &Program, id: NodeId) {
        match p.node(id) {
            Node::Input(i) => drop(self.inputs.insert(i.0)),
            Node::Const(v) => self.value(p, v, p.node_type(id)),
            Node::List { items, .. } => {
                if let Some(Type::Enum(e)) = p.node_type(id).base().element().map(Type::base) {
                    items.iter().for_each(|i| self.element(i, *e));
                }
            }
            _ => {}
        }
        let mut parts = Vec::new();
        p.node(id).children(&mut |c| parts.push(c));
        parts.into_iter().for_each(|c| self.node(p, c));
    }

    fn element(&mut self, e: &Element, of: EnumId) {
        match e {
            Element::One(_, attributes) => self.attributes.extend(attributes.iter().map(|(a, _)| (of, *a))),
            Element::AnyOf(list) => list.iter().for_each(|x| self.element(x, of)),
        }
    }

    fn value(&mut self, p: &Program, v: &Value, ty: &Type) {
        if let (Value::Variants(set), Type::Enum(e)) = (v, ty.base()) {
            self.values.extend(named(p, *e, set).iter().map(|v| (*e, v)));
        }
    }

    /// These names with their labels, facts first, in the order of the vocabulary; what has no label explains nothing.
    pub(super) fn words(&self, p: &Program) -> Vec<Word> {
        let s = &p.symbols;
        let inputs = self.inputs.iter().filter_map(|i| s.inputs.get(*i as usize));
        let inputs = inputs.map(|i| (WordKind::Input, name(&i.name, i.alias.as_ref(), i.label.as_ref())));
        let values = self.values.iter().filter_map(|(e, v)| s.enum_(*e).variants.get(usize::from(*v)));
        let values = values.map(|v| (WordKind::Value, name(&v.name, v.alias.as_ref(), v.label.as_ref())));
        let attributes = self.attributes.iter().filter_map(|(e, a)| s.enum_(*e).attributes.get(usize::from(*a)));
        let attributes = attributes.map(|a| (WordKind::Attribute, name(&a.name, a.alias.as_ref(), a.label.as_ref())));
        let mut out: Vec<Word> = Vec::new();
        for (kind, name) in inputs.chain(values).chain(attributes) {
            let word = Word { kind, name };
            if (word.name.label.is_some() || word.name.alias.is_some()) && !out.contains(&word) {
                out.push(word);
            }
        }
        out
    }
}

/// The values that are named where a set is written: for `not cleared` only `cleared`.
fn named(p: &Program, e: EnumId, set: &Variants) -> Variants {
    match set.complement(p.symbols.enum_(e).variants.len()) {
        Some(rest) if rest.len() < set.len() => rest,
        _ => set.clone(),
    }
}

/// What a value means that is one word of the vocabulary.
pub(super) fn meaning(p: &Program, value: NodeId) -> Option<Told> {
    let (Node::Const(Value::Variants(set)), Type::Enum(e)) = (p.node(value), p.node_type(value).base()) else { return None };
    let info = p.symbols.enum_(*e).variants.get(usize::from(set.single()?))?;
    info.label.as_ref().map(Told::from).or_else(|| info.alias.as_ref().map(|a| Told { zh: a.to_string(), en: None }))
}

/// The sources of statements, those of higher authority first.
pub(super) fn sources(p: &Program, statements: &BTreeSet<StmtId>) -> Vec<super::Source> {
    let mut list: Vec<_> = statements.iter().filter_map(|s| p.statement(*s).source).collect();
    list.sort_unstable();
    list.dedup();
    let text = |t: &Option<SmolStr>| t.as_ref().map(SmolStr::to_string);
    let mut out: Vec<(SourceKind, super::Source)> = Vec::new();
    for s in list.into_iter().map(|s| p.symbols.source(s)) {
        let source = super::Source {
            name: s.name.to_string(),
            title: text(&s.title),
            kind: s.kind.word().to_string(),
            number: text(&s.number),
            published: text(&s.published),
            url: text(&s.url),
            note: text(&s.note),
        };
        out.push((s.kind, source));
    }
    out.sort_by(|(a, x), (b, y)| (a, &x.name).cmp(&(b, &y.name)));
    out.into_iter().map(|(_, s)| s).collect()
}
