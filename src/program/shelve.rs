//! In: the statements of a program. Out: their shelves: by outcome and region, rules and claims apart. Never here: which of them applies.

use super::{Program, SetOp, Shelf, StmtId, Strength};

impl Program {
    /// Sorts all statements onto their shelves.
    pub(crate) fn shelve(&mut self) {
        for (i, s) in self.statements.iter().enumerate() {
            if s.exception_of.is_some() {
                continue;
            }
            let id = StmtId(u32::try_from(i).unwrap_or(u32::MAX));
            let shelf: &mut Shelf = self.shelves.entry((s.outcome, s.region)).or_default();
            match (s.op, s.strength, s.claim) {
                (SetOp::Give, Strength::Default, true) => shelf.default_claims.push(id),
                (SetOp::Give, Strength::Default, false) => shelf.default_rules.push(id),
                (SetOp::Give, _, true) => shelf.claims.push(id),
                (SetOp::Give, strength, false) => {
                    shelf.rules.push(id);
                    if strength == Strength::Final {
                        shelf.finals.push(id);
                    }
                }
                (_, _, true) => shelf.adjust_claims.push(id),
                (_, strength, false) => {
                    shelf.adjust_rules.push(id);
                    if strength == Strength::Final {
                        shelf.final_adjust.push(id);
                    }
                }
            }
        }
    }
}
