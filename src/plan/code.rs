//! In: a graph and the nodes that are wanted of it. Out: steps for one row: parts before what they are part of, nothing that is not wanted. Never here: many rows at a time (`kernels.rs`).

use super::graph::{FALSE, Graph, Id, Op};
use rustc_hash::FxHashMap;

/// What is wanted of an outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Root {
    pub value: Id,
    pub none: Id,
    pub slow: Id,
    /// There may be too many paths to number them.
    pub path: Option<Id>,
}

/// Steps in order; the numbers of nodes are their places.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub graph: Graph,
    pub roots: Vec<Root>,
}

impl Code {
    /// Only what these roots need.
    pub fn new(from: &Graph, roots: &[Root]) -> Code {
        let mut live = vec![false; from.nodes.len()];
        let mut mark = |id: Id| {
            if let Some(l) = live.get_mut(id.0 as usize) {
                *l = true;
            }
        };
        for r in roots {
            [r.value, r.none, r.slow].into_iter().chain(r.path).for_each(&mut mark);
        }
        // Parts have smaller numbers than what they are part of.
        for i in (0..from.nodes.len()).rev() {
            if live.get(i) == Some(&true)
                && let Some(node) = from.nodes.get(i)
            {
                node.op.parts(&mut |p| {
                    if let Some(l) = live.get_mut(p.0 as usize) {
                        *l = true;
                    }
                });
            }
        }
        let mut graph = Graph::new();
        graph.thrifty = true;
        let mut number: FxHashMap<Id, Id> = FxHashMap::default();
        for (i, node) in from.nodes.iter().enumerate() {
            if live.get(i) != Some(&true) {
                continue;
            }
            let old = Id(u32::try_from(i).unwrap_or(u32::MAX));
            let mut part = |p: Id| number.get(&p).copied().unwrap_or(FALSE);
            let new = match node.op {
                Op::Slot(s) => graph.slot(s, node.lo, node.hi),
                Op::Table(k, t) => {
                    let entries = from.tables.get(t as usize).cloned().unwrap_or_default();
                    graph.table(part(k), entries)
                }
                op => graph.again(op, &mut part).unwrap_or(FALSE),
            };
            number.insert(old, new);
        }
        let new = |id: Id| number.get(&id).copied().unwrap_or(FALSE);
        let roots =
            roots.iter().map(|r| Root { value: new(r.value), none: new(r.none), slow: new(r.slow), path: r.path.map(new) }).collect();
        Code { graph, roots }
    }
}
