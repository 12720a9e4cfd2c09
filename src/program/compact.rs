//! In: a program with nodes that nothing uses (constants were folded). Out: the same program without them, its nodes in the same order. Never here: what any node means.

use super::{Condition, Element, Node, NodeId, Program, Under};

impl Program {
    /// Calls `f` with every node that a statement, constraint or test starts from.
    pub(crate) fn roots(&self, f: &mut dyn FnMut(NodeId)) {
        for s in &self.statements {
            s.when.iter().for_each(|n| f(*n));
            for l in &s.each {
                f(l.list);
                l.filter.iter().for_each(|n| f(*n));
            }
            f(s.value);
        }
        self.nevers.iter().for_each(|n| f(n.condition));
        let expects = self.tests.iter().flat_map(|t| &t.cases).flat_map(|c| &c.expects);
        expects.flat_map(|e| &e.values).for_each(|n| f(*n));
    }

    /// Calls `f` with every node that a statement names as a condition, or as what a condition stands inside.
    pub(crate) fn named(&self, f: &mut dyn FnMut(NodeId)) {
        self.statements.iter().flat_map(|s| &s.conditions).for_each(|c| c.named(f));
    }

    /// Drops nodes that nothing reaches, so that a program is exactly what can be evaluated.
    pub(super) fn compact(&mut self) {
        let mut live = vec![false; self.nodes.len()];
        let mut mark = |n: NodeId| {
            if let Some(l) = live.get_mut(n.0 as usize) {
                *l = true;
            }
        };
        self.roots(&mut mark);
        self.named(&mut mark);
        // Parts have smaller numbers than what they are part of.
        for (i, node) in self.nodes.iter().enumerate().rev() {
            if live.get(i) == Some(&true) {
                node.children(&mut |c| {
                    if let Some(l) = live.get_mut(c.0 as usize) {
                        *l = true;
                    }
                });
            }
        }
        if live.iter().all(|l| *l) {
            return;
        }
        let mut next = 0;
        let numbers: Vec<NodeId> = live
            .iter()
            .map(|l| {
                let id = NodeId(next);
                next += u32::from(*l);
                id
            })
            .collect();
        let new = |n: &mut NodeId| *n = numbers.get(n.0 as usize).copied().unwrap_or(*n);
        keep(&mut self.nodes, &live);
        keep(&mut self.types, &live);
        keep(&mut self.spans, &live);
        self.renumber(&new);
    }

    /// Gives every node that is named anywhere its new number.
    pub(super) fn renumber(&mut self, new: &impl Fn(&mut NodeId)) {
        self.nodes.iter_mut().for_each(|n| n.parts_mut(&mut |x| new(x)));
        for s in &mut self.statements {
            s.when.iter_mut().for_each(new);
            for l in &mut s.each {
                new(&mut l.list);
                l.filter.iter_mut().for_each(new);
            }
            new(&mut s.value);
            for c in &mut s.conditions {
                new(&mut c.node);
                for u in &mut c.under {
                    match u {
                        Under::Item(l) => {
                            new(&mut l.list);
                            l.filter.iter_mut().for_each(new);
                        }
                        Under::If(n, _) => new(n),
                    }
                }
            }
        }
        self.nevers.iter_mut().for_each(|n| new(&mut n.condition));
        let expects = self.tests.iter_mut().flat_map(|t| &mut t.cases).flat_map(|c| &mut c.expects);
        expects.flat_map(|e| &mut e.values).for_each(new);
    }
}

impl Condition {
    /// Calls `f` with every node it names.
    pub(crate) fn named(&self, f: &mut dyn FnMut(NodeId)) {
        f(self.node);
        for u in &self.under {
            match u {
                Under::Item(l) => {
                    f(l.list);
                    l.filter.iter().for_each(|n| f(*n));
                }
                Under::If(n, _) => f(*n),
            }
        }
    }
}

fn keep<T>(list: &mut Vec<T>, live: &[bool]) {
    let mut at = live.iter();
    list.retain(|_| at.next() == Some(&true));
}

impl Node {
    /// Calls `f` with every direct part, to be changed.
    fn parts_mut(&mut self, f: &mut dyn FnMut(&mut NodeId)) {
        match self {
            Node::Const(_) | Node::Input(_) | Node::Arg(_) | Node::Item(_) | Node::Refer(_) => {}
            Node::Field(x, _) | Node::Not(x) | Node::Round(x, ..) | Node::About(x) | Node::WithUnit(x, _) => f(x),
            Node::Read { at, .. } => at.iter_mut().for_each(f),
            Node::All(list) | Node::Any(list) | Node::Call(_, list) | Node::Reading(list) | Node::Record(_, list) => {
                list.iter_mut().for_each(f);
            }
            Node::Compare(_, a, b) | Node::Same(a, b, _) | Node::InList(a, b) | Node::Math(_, a, b) => {
                f(a);
                f(b);
            }
            Node::If(a, b, c) => {
                f(a);
                f(b);
                f(c);
            }
            Node::Range(lo, hi) => lo.iter_mut().chain(hi.iter_mut()).for_each(|(x, _)| f(x)),
            Node::List { items, .. } => items.iter_mut().for_each(|i| i.parts_mut(f)),
            Node::Aggregate { list, body, filter, .. } => {
                f(list);
                body.iter_mut().chain(filter.iter_mut()).for_each(f);
            }
        }
    }
}

impl Element {
    fn parts_mut(&mut self, f: &mut dyn FnMut(&mut NodeId)) {
        match self {
            Element::One(x, attributes) => {
                f(x);
                attributes.iter_mut().for_each(|(_, a)| f(a));
            }
            Element::AnyOf(options) => options.iter_mut().for_each(|o| o.parts_mut(f)),
        }
    }
}
