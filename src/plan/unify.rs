//! In: one node for each class of regions. Out: one node of a new graph that is each of them in its class: what is equal is shared, numbers and tables that differ become tables with the class as one more key, conditions that only some have are never true for the others. Never here: which regions form a class.

use super::graph::{FALSE, Graph, Id, Op, TRUE};
use super::tables::{Tab, Tables, union};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The most entries of one table.
const MOST: usize = 1 << 22;
/// A table of so many is looked up in registers: no need to make it smaller.
const SMALL: usize = 128;

/// Makes one graph of many.
pub(super) struct Unify<'g> {
    from: &'g Graph,
    tables: Tables,
    pub out: Graph,
    classes: usize,
    class: Id,
    region: Id,
    /// The class of each region.
    of_region: &'g [usize],
    memo: FxHashMap<Vec<Option<Id>>, Id>,
}

type Column = Vec<Option<Id>>;

impl<'g> Unify<'g> {
    /// `classes[r]` is the class of region `r`.
    pub fn new(from: &'g Graph, classes: &'g [usize], count: usize) -> Option<Self> {
        let mut out = Graph::new();
        out.thrifty = true;
        let last = i64::try_from(classes.len().max(1)).ok()? - 1;
        let region = out.slot(0, 0, last);
        let entries: Vec<i64> = classes.iter().map(|c| i64::try_from(*c).unwrap_or(0)).collect();
        let class = if count > 1 { out.table(region, entries) } else { FALSE };
        Some(Unify { from, tables: Tables::new(from), out, classes: count, class, region, of_region: classes, memo: FxHashMap::default() })
    }

    /// One node that is each of these in its class; `None` if numbers grow too large.
    pub fn unify(&mut self, column: Column) -> Option<Id> {
        if let Some(id) = self.memo.get(&column) {
            return Some(*id);
        }
        let made = crate::stack::deep(|| self.made(&column))?;
        self.memo.insert(column, made);
        Some(made)
    }

    fn made(&mut self, column: &Column) -> Option<Id> {
        let mut distinct: Vec<Id> = column.iter().flatten().copied().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.is_empty() {
            return Some(FALSE);
        }
        let from = self.from;
        let tabs: FxHashMap<Id, Rc<Tab>> = distinct.iter().filter_map(|id| Some((*id, self.tables.tab(from, *id)?))).collect();
        // A comparison that all share stays one.
        let comparison = matches!(distinct.as_slice(), [one] if matches!(from.node(*one).op, Op::Lt(..) | Op::Eq(..)));
        if tabs.len() == distinct.len()
            && !comparison
            && let Some(id) = self.table(column, &tabs)
        {
            return Some(id);
        }
        if let [one] = distinct.as_slice()
            && let Op::Slot(s) = from.node(*one).op
        {
            let n = from.node(*one);
            return Some(self.out.slot(s, n.lo, n.hi));
        }
        let complex: Vec<Id> = distinct.iter().copied().filter(|d| !tabs.contains_key(d)).collect();
        let shape = |id: &Id| shape(from.node(*id).op);
        let leading = complex
            .iter()
            .find(|id| matches!(from.node(**id).op, Op::Select(..)))
            .or_else(|| complex.iter().find(|id| matches!(from.node(**id).op, Op::And(..))))
            .or_else(|| complex.iter().find(|id| matches!(from.node(**id).op, Op::Or(..))))
            .or(complex.first())
            .or(distinct.first());
        let leading = *leading?;
        let fits = distinct.iter().all(|id| *id == leading || shape(id) == shape(&leading) || self.adapted(*id, leading).is_some());
        if fits && let Some(id) = self.same_shape(column, leading) {
            return Some(id);
        }
        // Apart: those of the leading shape, then the others.
        let mut own: Vec<Id> = distinct.iter().copied().filter(|id| shape(id) == shape(&leading)).collect();
        if fits || own.len() == distinct.len() {
            own = vec![leading];
        }
        if own.len() == distinct.len() {
            return None;
        }
        let mask: Vec<i64> = column.iter().map(|c| i64::from(c.is_some_and(|c| own.contains(&c)))).collect();
        let first: Column = column.iter().map(|c| c.filter(|c| own.contains(c))).collect();
        let rest: Column = column.iter().map(|c| c.filter(|c| !own.contains(c))).collect();
        let (first, rest) = (self.unify(first)?, self.unify(rest)?);
        let mask = self.by_class(&mask);
        Some(self.out.select(mask, first, rest))
    }

    /// What each class has, looked up by region at once.
    fn by_class(&mut self, list: &[i64]) -> Id {
        let entries = self.of_region.iter().map(|c| list.get(*c).copied().unwrap_or(0)).collect();
        self.out.table(self.region, entries)
    }

    fn table(&mut self, column: &Column, tabs: &FxHashMap<Id, Rc<Tab>>) -> Option<Id> {
        let (slots, size) = union(tabs.values().map(|t| &**t));
        let mut wide: FxHashMap<Id, Vec<i64>> = FxHashMap::default();
        for (id, t) in tabs {
            wide.insert(*id, self.tables.over(t, &slots));
        }
        let mut lists = wide.values();
        let first = lists.next()?;
        if lists.all(|l| l == first) {
            let entries = first.clone();
            return match self.tables.key(&mut self.out, &slots) {
                Some(k) => Some(self.out.table(k, entries)),
                None => entries.first().map(|n| self.out.constant(*n)),
            };
        }
        // Classes that have the same entries share them: most regions differ in other things than these.
        let mut numbers: FxHashMap<&Vec<i64>, usize> = FxHashMap::default();
        let mut kinds = Vec::new();
        // Where nobody looks, whatever another has.
        let kind: Vec<usize> = column
            .iter()
            .map(|c| match c.and_then(|c| wide.get(&c)) {
                None => 0,
                Some(list) => *numbers.entry(list).or_insert_with(|| {
                    kinds.push(list);
                    kinds.len() - 1
                }),
            })
            .collect();
        let number = |n: usize| i64::try_from(n).ok();
        if slots.is_empty() {
            let list: Vec<i64> = kind.iter().map(|k| kinds.get(*k).and_then(|l| l.first()).copied().unwrap_or(0)).collect();
            return Some(self.by_class(&list));
        }
        let shared = kinds.len() < self.classes && size.saturating_mul(self.classes) > SMALL;
        let count = if shared { kinds.len() } else { self.classes };
        if size.saturating_mul(count) > MOST {
            return None;
        }
        let (rows, first) = if shared {
            let list: Vec<i64> = kind.iter().map(|k| number(*k)).collect::<Option<_>>()?;
            ((0..count).collect::<Vec<_>>(), self.by_class(&list))
        } else {
            (kind, self.class)
        };
        let entries = rows.iter().filter_map(|k| kinds.get(*k)).flat_map(|l| l.iter().copied()).collect();
        let own = self.tables.key(&mut self.out, &slots)?;
        let n = self.out.constant(number(size)?);
        let k = self.out.mul(first, n)?;
        let k = self.out.add(k, own)?;
        Some(self.out.table(k, entries))
    }

    /// The parts a node has if it is written in the form of another.
    fn adapted(&mut self, id: Id, leading: Id) -> Option<[Option<Id>; 3]> {
        let from = self.from;
        let is_tab = self.tables.tab(from, id).is_some();
        let constant = from.as_const(id);
        let n = from.node(id);
        // Only a condition can be part of a condition; a path's number may stand beside one.
        if matches!(from.node(leading).op, Op::And(..) | Op::Or(..)) && (n.lo < 0 || n.hi > 1) {
            return None;
        }
        Some(match (from.node(leading).op, constant) {
            (Op::Select(..), _) => [Some(FALSE), None, Some(id)],
            (Op::And(..), Some(0)) => [Some(FALSE), None, None],
            (Op::And(..), _) => {
                if is_tab {
                    [Some(id), Some(TRUE), None]
                } else {
                    [Some(TRUE), Some(id), None]
                }
            }
            (Op::Or(..), Some(1)) => [Some(TRUE), None, None],
            (Op::Or(..), _) => {
                if is_tab {
                    [Some(id), Some(FALSE), None]
                } else {
                    [Some(FALSE), Some(id), None]
                }
            }
            (Op::Mul(..), Some(0)) => [Some(FALSE), None, None],
            _ => return None,
        })
    }

    fn parts(&mut self, id: Id) -> [Option<Id>; 3] {
        let op = self.from.node(id).op;
        let mut list = [None; 3];
        let mut i = 0;
        op.parts(&mut |p| {
            if let Some(slot) = list.get_mut(i) {
                *slot = Some(p);
            }
            i += 1;
        });
        // Parts that may be swapped stand in an order that regions share.
        if let (Op::Add(..) | Op::Mul(..) | Op::Min(..) | Op::Max(..) | Op::And(..) | Op::Or(..) | Op::Eq(..), [Some(a), Some(b), _]) =
            (op, list)
            && self.rank(b) < self.rank(a)
        {
            list = [Some(b), Some(a), None];
        }
        list
    }

    fn rank(&mut self, id: Id) -> (bool, u8, u32) {
        let from = self.from;
        let tab = self.tables.tab(from, id);
        (tab.is_none(), shape(from.node(id).op).0, if tab.is_some() { 0 } else { id.0 })
    }

    fn same_shape(&mut self, column: &Column, leading: Id) -> Option<Id> {
        let from = self.from;
        let op = from.node(leading).op;
        let mut columns: [Column; 3] = Default::default();
        for c in column {
            let parts = match c {
                None => [None; 3],
                Some(id) if shape(from.node(*id).op) == shape(op) => self.parts(*id),
                Some(id) => self.adapted(*id, leading)?,
            };
            for (column, part) in columns.iter_mut().zip(parts) {
                column.push(part);
            }
        }
        let [a, b, c] = columns;
        let a = self.unify(a)?;
        let two = |m: &mut Self| m.unify(b.clone());
        Some(match op {
            Op::Const(_) | Op::Slot(_) | Op::Table(..) => return None,
            Op::Add(..) => {
                let b = two(self)?;
                return self.out.add(a, b);
            }
            Op::Sub(..) => {
                let b = two(self)?;
                return self.out.sub(a, b);
            }
            Op::Mul(..) => {
                let b = two(self)?;
                return self.out.mul(a, b);
            }
            Op::Div(_, by, how) => return self.out.div(a, by, how),
            Op::Multiple(_, of) => self.out.multiple(a, of),
            Op::Not(_) => self.out.not(a),
            Op::Min(..) => {
                let b = two(self)?;
                self.out.min(a, b)
            }
            Op::Max(..) => {
                let b = two(self)?;
                self.out.max(a, b)
            }
            Op::Lt(..) => {
                let b = two(self)?;
                self.out.lt(a, b)
            }
            Op::Eq(..) => {
                let b = two(self)?;
                self.out.eq(a, b)
            }
            Op::And(..) => {
                let b = two(self)?;
                self.out.and(a, b)
            }
            Op::Or(..) => {
                let b = two(self)?;
                self.out.or(a, b)
            }
            Op::Select(..) => {
                let b = two(self)?;
                let c = self.unify(c)?;
                self.out.select(a, b, c)
            }
        })
    }
}

/// What two operations have in common if only their parts differ.
fn shape(op: Op) -> (u8, i64, u8) {
    match op {
        Op::Const(_) => (0, 0, 0),
        Op::Slot(s) => (1, i64::from(s), 0),
        Op::Add(..) => (2, 0, 0),
        Op::Sub(..) => (3, 0, 0),
        Op::Mul(..) => (4, 0, 0),
        Op::Min(..) => (5, 0, 0),
        Op::Max(..) => (6, 0, 0),
        Op::Div(_, by, how) => (7, by, how as u8),
        Op::Multiple(_, of) => (8, of, 0),
        Op::Lt(..) => (9, 0, 0),
        Op::Eq(..) => (10, 0, 0),
        Op::Not(_) => (11, 0, 0),
        Op::And(..) => (12, 0, 0),
        Op::Or(..) => (13, 0, 0),
        Op::Select(..) => (14, 0, 0),
        Op::Table(_, t) => (15, i64::from(t), 0),
    }
}
