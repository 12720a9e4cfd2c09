//! In: the nodes of a program. Out: the first that is too large to go through when everything it shares is counted as often as it is used. Never here: what to say about it.

use super::{NodeId, Program};

/// Steps that going through one expression may take: an `in` asks its left side once for each value, so nested ones multiply.
pub(crate) const MAX_STEPS: u64 = 4_000_000;

impl Program {
    /// The smallest expression that takes more steps than anybody waits for.
    pub(crate) fn too_large(&self) -> Option<NodeId> {
        // Nodes point only backwards.
        let mut steps: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for (i, node) in self.nodes.iter().enumerate() {
            let mut own: u64 = 1;
            node.children(&mut |c| own = own.saturating_add(steps.get(c.0 as usize).copied().unwrap_or(u64::MAX)));
            if own > MAX_STEPS {
                return u32::try_from(i).ok().map(NodeId);
            }
            steps.push(own);
        }
        None
    }
}
