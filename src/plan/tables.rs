//! In: a graph. Out: the same with one table in place of every part that depends on few values only. Never here: which regions there are.

use super::graph::{Graph, Id, Op};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The most entries of a table before regions make it longer.
const MOST: usize = 1024;
/// Slots with more values than this are compared, not looked up.
const FEW: i64 = 64;

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
}

/// All slots of some tables in order, and how many entries they need. A slot that is there by its value is not needed by its part.
pub(super) fn union<'a>(tabs: impl Iterator<Item = &'a Tab>) -> (Vec<(u16, usize)>, usize) {
    let mut slots: Vec<(u16, usize)> = tabs.flat_map(|t| t.slots.iter().copied()).collect();
    slots.sort_unstable();
    slots.dedup();
    let whole: Vec<u16> = slots.iter().map(|(s, _)| *s).filter(|s| s & PARTS == 0).collect();
    slots.retain(|(s, _)| s & PARTS == 0 || !whole.contains(&(s & !PARTS)));
    let size = slots.iter().fold(1usize, |n, (_, m)| n.saturating_mul(*m));
    (slots, size)
}

/// A slot by the part it lies in counts as a slot of its own.
const PARTS: u16 = 1 << 15;
/// A slot is cut into so many parts at most, if its part is told by comparisons.
const CUTS: usize = 15;
/// The same, if its part is looked up.
const LOOKED_UP: usize = 63;
/// Parts of numbers up to this are looked up.
const REACH: i64 = 1023;

/// Where the numbers of a slot are cut by comparisons with constants: above each of these.
#[derive(Clone, Debug)]
struct Cuts {
    lo: i64,
    hi: i64,
    at: Vec<i64>,
}

/// Finds what can be a table.
#[derive(Default)]
pub(super) struct Tables {
    known: FxHashMap<Id, Option<Rc<Tab>>>,
    cuts: FxHashMap<u16, Cuts>,
}

impl Tables {
    /// Looks up which slots are only a few cases to the comparisons of a graph.
    pub fn new(g: &Graph) -> Tables {
        let mut cuts: FxHashMap<u16, Cuts> = FxHashMap::default();
        for node in &g.nodes {
            let (slot, n, equal) = match node.op {
                Op::Lt(a, b) => (b, g.as_const(a), false),
                Op::Eq(a, b) => (a, g.as_const(b), true),
                _ => continue,
            };
            let (own, Some(n)) = (g.node(slot), n) else { continue };
            let Op::Slot(s) = own.op else { continue };
            let c = cuts.entry(s).or_insert_with(|| Cuts { lo: own.lo, hi: own.hi, at: Vec::new() });
            c.at.push(n);
            if equal {
                c.at.push(n.saturating_sub(1));
            }
        }
        for c in cuts.values_mut() {
            c.at.retain(|n| (c.lo..c.hi).contains(n));
            c.at.sort_unstable();
            c.at.dedup();
        }
        cuts.retain(|s, c| *s != 0 && !c.at.is_empty() && c.at.len() <= if c.looked_up() { LOOKED_UP } else { CUTS });
        Tables { known: FxHashMap::default(), cuts }
    }

    /// A comparison of a slot with a constant, by the part the slot lies in.
    fn part(&self, g: &Graph, op: Op) -> Option<Tab> {
        let (slot, n, equal) = match op {
            Op::Lt(a, b) => (b, g.as_const(a)?, false),
            Op::Eq(a, b) => (a, g.as_const(b)?, true),
            _ => return None,
        };
        let Op::Slot(s) = g.node(slot).op else { return None };
        let cuts = self.cuts.get(&s)?;
        let parts = cuts.at.len() + 1;
        // In part i the number lies above the first i cuts.
        let above = |n: i64, i: usize| cuts.at.iter().filter(|c| **c < n).count() < i || n < cuts.lo;
        let entries = (0..parts)
            .map(|i| {
                let holds = if equal { above(n.saturating_sub(1), i) && !above(n, i) } else { above(n, i) };
                i64::from(holds)
            })
            .collect();
        Some(Tab { slots: vec![(s | PARTS, parts)], entries })
    }

    /// The key of a table: the slots' values side by side.
    pub fn key(&self, g: &mut Graph, slots: &[(u16, usize)]) -> Option<Id> {
        let mut key: Option<Id> = None;
        for (slot, n) in slots {
            let n = i64::try_from(*n).ok()?;
            let own = match self.cuts.get(&(slot & !PARTS)).filter(|_| slot & PARTS != 0) {
                Some(cuts) => cuts.part(g, slot & !PARTS)?,
                None => g.slot(*slot, 0, n - 1),
            };
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

    /// The entries of a table over more slots.
    pub fn over(&self, tab: &Tab, slots: &[(u16, usize)]) -> Vec<i64> {
        let size: usize = slots.iter().map(|(_, n)| n).product();
        // For each slot of the table how fast it counts here, and, where only its value is known here, its cuts.
        let mut steps = Vec::new();
        for (own, count) in &tab.slots {
            let mut step = 1;
            for (slot, n) in slots.iter().rev() {
                if slot == own {
                    steps.push((step, *n, *count, None));
                } else if *own & PARTS != 0 && *slot == own & !PARTS {
                    steps.push((step, *n, *count, self.cuts.get(slot)));
                }
                step *= n;
            }
        }
        let entry = |i: usize| {
            let at = steps.iter().fold(0, |at, (step, n, count, cuts)| {
                let value = i / step % n;
                at * count + cuts.map_or(value, |c| c.number(i64::try_from(value).unwrap_or(i64::MAX)))
            });
            tab.entries.get(at).copied().unwrap_or(0)
        };
        (0..size).map(entry).collect()
    }

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
            op => {
                if let Some(t) = self.part(g, op) {
                    return Some(t);
                }
            }
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
        let wide: Vec<(Id, Vec<i64>)> = parts.iter().map(|(p, t)| (*p, self.over(t, &slots))).collect();
        let entries = (0..size)
            .map(|i| {
                let of = |x: Id| wide.iter().find(|(p, _)| *p == x).and_then(|(_, e)| e.get(i)).copied().unwrap_or(0);
                g.apply(node.op, of)
            })
            .collect();
        Some(Tab { slots, entries })
    }
}

impl Cuts {
    /// Whether a table is quicker than comparisons: in registers it is for two of them, in memory for several.
    fn looked_up(&self) -> bool {
        let few = if self.hi <= 255 { 1 } else { 7 };
        self.lo >= 0 && self.hi <= REACH && self.at.len() > few
    }

    /// The number of the part in which a number lies.
    fn number(&self, n: i64) -> usize {
        self.at.iter().filter(|c| **c < n).count()
    }

    /// The part a number lies in.
    fn part(&self, g: &mut Graph, slot: u16) -> Option<Id> {
        let x = g.slot(slot, self.lo, self.hi);
        if self.looked_up() {
            let entries = (0..=self.hi).map(|n| i64::try_from(self.number(n)).unwrap_or(0)).collect();
            return Some(g.table(x, entries));
        }
        let mut sum: Option<Id> = None;
        for c in &self.at {
            let c = g.constant(*c);
            let above = g.lt(c, x);
            sum = Some(match sum {
                None => above,
                Some(s) => g.add(s, above)?,
            });
        }
        sum
    }
}
