//! In: which statements may give an outcome, and under which conditions. Out: one number for each combination of them, and back. Never here: which of them win.

use super::Path;
use super::graph::{FALSE, Graph, Id, TRUE};
use crate::program::StmtId;
use std::sync::Arc;

/// More combinations are not told apart by number.
const MOST: u64 = 1 << 31;

/// All combinations of one outcome.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    size: u64,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Said { winners: Vec<StmtId>, used: Vec<StmtId> },
    One(Vec<Arc<Tree>>),
    All(Vec<Arc<Tree>>),
    Maybe(Arc<Tree>),
    Read(Arc<Tree>),
}

/// Combinations with the number of the one at hand; no number where there are too many.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    pub tree: Arc<Tree>,
    pub number: Option<Id>,
}

impl Traced {
    /// These statements, always.
    pub fn said(winners: Vec<StmtId>, used: Vec<StmtId>) -> Traced {
        Traced { tree: Arc::new(Tree { size: 1, kind: Kind::Said { winners, used } }), number: Some(FALSE) }
    }

    /// Whatever is read rests on these.
    pub fn read(&self) -> Traced {
        Traced { tree: Arc::new(Tree { size: self.tree.size, kind: Kind::Read(self.tree.clone()) }), number: self.number }
    }

    /// Whether both are reads of the same outcome.
    pub fn same_read(&self, other: &Traced) -> bool {
        match (&self.tree.kind, &other.tree.kind) {
            (Kind::Read(a), Kind::Read(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// All of these together.
    pub fn all(g: &mut Graph, mut parts: Vec<Traced>) -> Traced {
        if parts.len() == 1
            && let Some(one) = parts.pop()
        {
            return one;
        }
        let mut size = 1u64;
        let mut number = Some(FALSE);
        for part in &parts {
            size = size.saturating_mul(part.tree.size);
            number = match (number, part.number) {
                (Some(n), Some(own)) if size < MOST => {
                    let step = g.constant(i64::try_from(part.tree.size).unwrap_or(i64::MAX));
                    g.mul(n, step).and_then(|n| g.add(n, own))
                }
                _ => None,
            };
        }
        Traced { tree: Arc::new(Tree { size, kind: Kind::All(parts.into_iter().map(|p| p.tree).collect()) }), number }
    }

    /// The first of these whose condition holds; one of them does.
    pub fn one(g: &mut Graph, cases: Vec<(Id, Traced)>) -> Traced {
        let mut cases = cases;
        if cases.len() == 1
            && let Some((_, one)) = cases.pop()
        {
            return one;
        }
        let mut starts = Vec::new();
        let mut size = 0u64;
        for (_, c) in &cases {
            starts.push(size);
            size = size.saturating_add(c.tree.size);
        }
        let mut number: Option<Id> = None;
        let mut whole = size < MOST;
        for ((cond, case), start) in cases.iter().zip(starts).rev() {
            let own = case.number.and_then(|n| {
                let start = g.constant(i64::try_from(start).unwrap_or(i64::MAX));
                g.add(n, start)
            });
            number = match (own, number) {
                (Some(own), Some(rest)) => Some(g.select(*cond, own, rest)),
                (Some(own), None) if whole => Some(own),
                _ => {
                    whole = false;
                    None
                }
            };
        }
        let number = if whole { number } else { None };
        Traced { tree: Arc::new(Tree { size, kind: Kind::One(cases.into_iter().map(|(_, c)| c.tree).collect()) }), number }
    }

    /// This, if the condition holds.
    pub fn maybe(g: &mut Graph, cond: Id, part: Traced) -> Traced {
        if cond == TRUE {
            return part;
        }
        let size = part.tree.size.saturating_add(1);
        let number = part.number.filter(|_| size < MOST).and_then(|n| {
            let own = g.add(n, TRUE)?;
            Some(g.select(cond, own, FALSE))
        });
        Traced { tree: Arc::new(Tree { size, kind: Kind::Maybe(part.tree) }), number }
    }
}

impl Tree {
    /// The statements behind a number.
    pub fn path(&self, number: u64) -> Option<Path> {
        let mut path = Path { winners: Vec::new(), used: Vec::new() };
        self.collect(number, true, &mut path)?;
        for list in [&mut path.winners, &mut path.used] {
            list.sort_unstable();
            list.dedup();
        }
        Some(path)
    }

    fn collect(&self, number: u64, own: bool, out: &mut Path) -> Option<()> {
        if number >= self.size {
            return None;
        }
        match &self.kind {
            Kind::Said { winners, used } => {
                if own {
                    out.winners.extend(winners);
                }
                out.used.extend(used);
                Some(())
            }
            Kind::One(cases) => {
                let mut rest = number;
                for c in cases {
                    if rest < c.size {
                        return c.collect(rest, own, out);
                    }
                    rest -= c.size;
                }
                None
            }
            Kind::All(parts) => {
                let mut rest = number;
                for p in parts.iter().rev() {
                    p.collect(rest % p.size, own, out)?;
                    rest /= p.size;
                }
                Some(())
            }
            Kind::Maybe(part) => match number.checked_sub(1) {
                Some(n) => part.collect(n, own, out),
                None => Some(()),
            },
            Kind::Read(part) => part.collect(number, false, out),
        }
    }
}
