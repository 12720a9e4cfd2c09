//! In: parts of a program, each numbered from zero. Out: one program, numbered as if it had been made in one go. Never here: what any node means.

use super::{NodeId, Program, StmtId};
use rayon::prelude::*;

impl Program {
    /// The parts one after the other; their symbols and shelves are left out.
    pub(super) fn joined(parts: Vec<Program>) -> Program {
        let mut placed = Vec::with_capacity(parts.len());
        let (mut nodes, mut statements) = (0, 0);
        for part in parts {
            let at = (nodes, statements);
            nodes += part.nodes.len();
            statements += part.statements.len();
            placed.push((at, part));
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        placed.par_iter_mut().for_each(|((nodes, statements), part)| part.shift(number(*nodes), number(*statements)));
        let mut all = Program::default();
        all.nodes.reserve_exact(nodes);
        all.types.reserve_exact(nodes);
        all.spans.reserve_exact(nodes);
        all.statements.reserve_exact(statements);
        for (_, mut part) in placed {
            all.nodes.append(&mut part.nodes);
            all.types.append(&mut part.types);
            all.spans.append(&mut part.spans);
            all.statements.append(&mut part.statements);
            all.nevers.append(&mut part.nevers);
            all.tests.append(&mut part.tests);
        }
        all
    }

    /// Counts nodes and statements from other numbers on.
    fn shift(&mut self, nodes: u32, statements: u32) {
        if nodes > 0 {
            self.renumber(&|n: &mut NodeId| n.0 += nodes);
        }
        if statements > 0 {
            let shifted = |s: &mut StmtId| s.0 += statements;
            for s in &mut self.statements {
                s.exceptions.iter_mut().for_each(shifted);
                s.exception_of.iter_mut().for_each(shifted);
            }
        }
    }
}
