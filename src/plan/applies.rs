//! In: statements about one outcome, with everything told. Out: the condition under which each applies: published, in force, addressed, conditions met, exceptions in place of what they replace; the steps of `eval/applies.rs`. Never here: their values, or which of them wins.

use super::expr::{Lower, Place, Reads};
use super::graph::{FALSE, Id, TRUE};
use super::symbol::{Sym, level};
use crate::eval;
use crate::program::StmtId;
use crate::value::InputId;

/// A statement that may apply.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub cond: Id,
    pub stmt: StmtId,
    pub reads: Reads,
}

/// Statements that are asked together.
#[derive(Clone, Debug)]
pub(super) struct Tier {
    pub cases: Vec<Case>,
    pub any: Id,
    pub slow: Id,
}

impl Lower<'_> {
    /// The statements among `ids` that may apply.
    pub fn tier(&mut self, ids: &[StmtId], at: &Place) -> Tier {
        let mut tier = Tier { cases: Vec::new(), any: FALSE, slow: FALSE };
        for id in ids {
            let (cases, slow, _) = self.apart(|m| m.applies(*id, at));
            tier.slow = self.g.or(tier.slow, slow);
            for c in cases {
                if c.cond != FALSE {
                    tier.any = self.g.or(tier.any, c.cond);
                    tier.cases.push(c);
                }
            }
        }
        tier
    }

    fn applies(&mut self, id: StmtId, at: &Place) -> Vec<Case> {
        let stmt = self.p.statement(id);
        if !eval::published(self.p, self.moment, stmt) {
            return Vec::new();
        }
        let mut addressed = TRUE;
        for (set, arg) in stmt.head.iter().zip(&at.args) {
            if let Some(set) = set {
                let own = self.member(*arg, set);
                addressed = self.both(addressed, own);
            }
        }
        if addressed == FALSE {
            return Vec::new();
        }
        self.reach = addressed;
        let mut reads = Vec::new();
        self.looped(id, addressed, &mut reads, false, at)
    }

    /// In force on the question's date, or on the date it goes by.
    fn in_force(&mut self, id: StmtId) -> Id {
        let stmt = self.p.statement(id);
        let Some(by) = stmt.by.filter(|_| stmt.from.is_some() || stmt.until.is_some()) else {
            return self.g.constant(i64::from(eval::in_force_on(stmt, self.moment.on)));
        };
        let Some(period) = eval::period_by(self.p, stmt, by) else { return FALSE };
        let Some((date, scale)) = self.date(by) else {
            self.give_up();
            return FALSE;
        };
        let mut holds = TRUE;
        for (end, lower) in [(period.lo, true), (period.hi, false)] {
            let Some(end) = end else { continue };
            let Some(Sym::Num(end, den)) = Sym::constant(&mut self.g, end) else { continue };
            let Some((x, y, _)) = level(&mut self.g, (date, scale), (end, den)) else { continue };
            let own = if lower { self.g.le(y, x) } else { self.g.le(x, y) };
            holds = self.both(holds, own);
        }
        holds
    }

    fn date(&mut self, by: InputId) -> Option<(Id, i64)> {
        match self.input(by)? {
            Sym::Num(x, scale) => Some((x, scale)),
            _ => None,
        }
    }

    /// A statement under its condition, or the exceptions in its place.
    fn looped(&mut self, id: StmtId, outer: Id, reads: &mut Reads, exception: bool, at: &Place) -> Vec<Case> {
        let stmt = self.p.statement(id);
        let reach = self.reach;
        let force = self.in_force(id);
        let base = self.both(outer, force);
        if base == FALSE {
            return Vec::new();
        }
        self.reach = self.both(reach, force);
        if !stmt.each.is_empty() {
            self.give_up();
            self.reach = reach;
            return Vec::new();
        }
        let mut cond = base;
        if let Some(when) = stmt.when {
            let kept = std::mem::replace(&mut self.reads, std::mem::take(reads));
            let rests = self.rests;
            let holds = if exception {
                // What an exception asks counts for its base too, as far as it was asked.
                self.rests = self.both(rests, base);
                self.holds(when, at)
            } else {
                self.conditions(when, at)
            };
            self.rests = rests;
            *reads = std::mem::replace(&mut self.reads, kept);
            cond = self.both(base, holds);
        }
        if stmt.exceptions.is_empty() {
            self.reach = reach;
            return vec![Case { cond, stmt: id, reads: reads.clone() }];
        }
        let mut out = Vec::new();
        let mut replaced = FALSE;
        self.reach = self.both(reach, cond);
        for e in &stmt.exceptions {
            if !eval::published(self.p, self.moment, self.p.statement(*e)) {
                continue;
            }
            for c in self.looped(*e, cond, reads, true, at) {
                replaced = self.g.or(replaced, c.cond);
                out.push(c);
            }
        }
        self.reach = reach;
        let kept = self.g.not(replaced);
        let cond = self.both(cond, kept);
        if cond != FALSE {
            out.push(Case { cond, stmt: id, reads: reads.clone() });
        }
        out
    }
}
