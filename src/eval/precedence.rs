//! In: alternatives that contradict each other. Out: those that no other one outranks, by the project's stated order of sources. Never here: that order (`hir`), what agrees (`agreement.rs`).

use super::machine::Machine;
use super::settle::Alt;
use crate::program::{Program, StmtId};

impl Machine<'_, '_> {
    /// Leaves out what another alternative outranks; without a stated order nothing is left out.
    pub(super) fn preferred(&self, alts: Vec<Alt>) -> Vec<Alt> {
        if alts.len() < 2 || self.p.symbols.precedence.is_none() {
            return alts;
        }
        // One source above all of the other's is enough: the others only say the same.
        let above = |x: &Alt, y: &Alt| {
            !y.winners.is_empty() && x.winners.iter().any(|a| y.winners.iter().all(|b| outranks(self.p, *a, *b).is_some()))
        };
        let kept: Vec<bool> = alts.iter().map(|y| !alts.iter().any(|x| above(x, y))).collect();
        alts.into_iter().zip(kept).filter_map(|(alt, keep)| keep.then_some(alt)).collect()
    }
}

/// Why the source of the first statement is followed rather than that of the second, if the project says so.
pub(super) fn outranks(p: &Program, a: StmtId, b: StmtId) -> Option<String> {
    p.symbols.outranks(p.statement(a).source?, p.statement(b).source?)
}
