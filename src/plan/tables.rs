//! In: a graph. Out: the same with one table in place of every part that depends on few values only. Never here: which regions there are.

use super::graph::{Graph, Id, Op};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The most entries of a table before regions make it longer.
const MOST: usize = 1024;
/// Slots with more values than this are compared, not looked up.
const FEW: i64 = 16;

/// A part of a graph by the values of the slots it depends on; the last slot counts fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tab {
    pub slots: Vec<(u16, usize)>,
    pub entries: Vec<i64>,
}

impl Tab {
    fn constant(n: i64) -> Tab {
        Tab { slots: Vec::new(), entries: vec![n] }
    }

    /// The entries over more slots.
    pub fn over(&self, slots: &[(u16, usize)]) -> Vec<i64> {
        let size = slots.iter().map(|(_, n)| n).product();
        let mut out = Vec::with_capacity(size);
        for i in 0..size {
            let mut rest = i;
            let (mut at, mut step) = (0, 1);
            let mut own = self.slots.iter().rev().peekable();
            for (slot, n) in slots.iter().rev() {
                let digit = rest % n;
                rest /= n;
                if let Some((s, m)) = own.peek()
                    && s == slot
                {
                    at += digit * step;
                    step *= m;
                    own.next();
                }
            }
            out.push(self.entries.get(at).copied().unwrap_or(0));
        }
        out
    }
}

/// All slots of some tables in order, and how many entries they need.
pub(super) fn union<'a>(tabs: impl Iterator<Item = &'a Tab>) -> (Vec<(u16, usize)>, usize) {
    let mut slots: Vec<(u16, usize)> = tabs.flat_map(|t| t.slots.iter().copied()).collect();
    slots.sort_unstable();
    slots.dedup();
    let size = slots.iter().fold(1usize, |n, (_, m)| n.saturating_mul(*m));
    (slots, size)
}

/// Finds what can be a table.
#[derive(Default)]
pub(super) struct Tables {
    known: FxHashMap<Id, Option<Rc<Tab>>>,
}

impl Tables {
    /// The node as a table, if it depends on few values only.
    pub fn tab(&mut self, g: &Graph, id: Id) -> Option<Rc<Tab>> {
        if let Some(t) = self.known.get(&id) {
            return t.clone();
        }
        let made = crate::stack::deep(|| self.made(g, id)).map(Rc::new);
        self.known.insert(id, made.clone());
        made
    }

    fn made(&mut self, g: &Graph, id: Id) -> Option<Tab> {
        let node = g.node(id);
        match node.op {
            Op::Const(n) => return Some(Tab::constant(n)),
            Op::Slot(s) => {
                let n = usize::try_from(node.hi - node.lo + 1).ok()?;
                return (node.lo == 0 && node.hi < FEW && s != 0).then(|| Tab { slots: vec![(s, n)], entries: (0..=node.hi).collect() });
            }
            _ => {}
        }
        let mut parts = Vec::new();
        let mut all = true;
        node.op.parts(&mut |p| {
            match self.tab(g, p) {
                Some(t) if all => parts.push((p, t)),
                _ => all = false,
            };
        });
        if !all {
            return None;
        }
        let (slots, size) = union(parts.iter().map(|(_, t)| &**t));
        if size > MOST {
            return None;
        }
        let wide: Vec<(Id, Vec<i64>)> = parts.iter().map(|(p, t)| (*p, t.over(&slots))).collect();
        let entries = (0..size)
            .map(|i| {
                let of = |x: Id| wide.iter().find(|(p, _)| *p == x).and_then(|(_, e)| e.get(i)).copied().unwrap_or(0);
                g.apply(node.op, of)
            })
            .collect();
        Some(Tab { slots, entries })
    }
}

/// The key of a table: the slots' values side by side.
pub(super) fn key(g: &mut Graph, slots: &[(u16, usize)]) -> Option<Id> {
    let mut key: Option<Id> = None;
    for (slot, n) in slots {
        let n = i64::try_from(*n).ok()?;
        let own = g.slot(*slot, 0, n - 1);
        key = Some(match key {
            None => own,
            Some(k) => {
                let n = g.constant(n);
                let k = g.mul(k, n)?;
                g.add(k, own)?
            }
        });
    }
    key
}
