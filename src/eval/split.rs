//! In: comparisons of unknown numbers. Out: where they turn, and the worlds on either side. Never here: which comparisons are made.

use super::linear::Decided;
use super::machine::{Machine, Step};
use super::world::{Cell, Stop, Var};
use crate::program::NodeId;
use crate::value::{CmpOp, Exact, Interval, Num, Origin};

impl Machine<'_, '_> {
    /// A comparison that no single unknown number decides: both ways are open, and what this world chose is kept.
    pub(super) fn parted(&mut self, var: Var, op: CmpOp, a: &Num, b: &Num) -> Step<bool> {
        match self.world.chosen(&var) {
            Some(v) => {
                if !a.is_approx()
                    && !b.is_approx()
                    && let Ok(difference) = a.sub(b)
                {
                    self.decided.push(Decided { difference, op, holds: v == 1 });
                }
                Ok(v == 1)
            }
            None => {
                let origins: Vec<u32> = a.origins().chain(b.origins()).map(|o| o.id()).collect();
                let own = self.shared.origin(var);
                self.shared.parents.insert(own, origins);
                self.means(var, || format!("{op:?}"), &[a, b]);
                self.choose(var, vec![Cell::Set(vec![1]), Cell::Set(vec![0])])
            }
        }
    }

    /// Splits an unknown number where a comparison turns.
    pub(crate) fn cut<T>(&mut self, origin: &Origin, at: Exact, op: CmpOp, a: &Num, b: &Num, id: NodeId) -> Step<T> {
        let Some(var) = self.shared.var(origin.id()) else { return Err(Stop::Unknown) };
        let difference = a.sub(b).map_err(|e| self.arith(e, id))?;
        let rises = difference.terms().iter().find(|(o, _)| o.id() == origin.id()).is_none_or(|(_, c)| c.is_positive());
        let cells: Vec<Interval> = match (op, rises) {
            (CmpOp::Eq | CmpOp::Ne, _) => vec![Interval::under(at), Interval::point(at), Interval::over(at)],
            (CmpOp::Le | CmpOp::Gt, true) | (CmpOp::Lt | CmpOp::Ge, false) => vec![Interval::at_most(at), Interval::over(at)],
            _ => vec![Interval::under(at), Interval::at_least(at)],
        };
        let cells: Vec<Cell> = cells
            .iter()
            .filter_map(|c| origin.interval().intersect(c))
            .filter_map(|c| if origin.integral() { c.normalise_integral() } else { Some(c) })
            .map(Cell::Span)
            .collect();
        if cells.len() < 2 {
            // Nothing was gained by cutting; decide it as a whole.
            let var = Var::Opaque(id, u32::MAX, u64::from(origin.id()));
            return self.choose(var, vec![Cell::Set(vec![1]), Cell::Set(vec![0])]);
        }
        self.choose(var, cells)
    }
}

/// Where the larger (or smaller) of two independent numbers lies.
pub(super) fn between(x: &Interval, y: &Interval, max: bool) -> Interval {
    let pick = |a: Option<Exact>, ca: bool, b: Option<Exact>, cb: bool, low: bool| match (a, b) {
        (Some(a), Some(b)) => {
            let first = if max { a >= b } else { a <= b };
            if a == b {
                (Some(a), ca || cb)
            } else if first {
                (Some(a), ca)
            } else {
                (Some(b), cb)
            }
        }
        // An unlimited end wins only on the side it reaches to.
        (None, other) | (other, None) => {
            let limited = if low { max } else { !max };
            if limited { (other, if a.is_some() { ca } else { cb }) } else { (None, false) }
        }
    };
    let (lo, lo_closed) = pick(x.lo, x.lo_closed, y.lo, y.lo_closed, true);
    let (hi, hi_closed) = pick(x.hi, x.hi_closed, y.hi, y.hi_closed, false);
    Interval { lo, lo_closed, hi, hi_closed }
}
