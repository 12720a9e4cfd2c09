//! In: a value and the adjustments that apply to it. Out: the adjusted value. Never here: which adjustments apply.

use super::machine::{Frame, Machine, Step};
use super::settle::{Active, Alt};
use super::world::{Stop, Var};
use crate::diagnostics::codes;
use crate::program::{NodeId, OutcomeId, SetOp, SourceId, StmtId};
use crate::value::{ArithError, CmpOp, Decision, Exact, Interval, List, Num, Origin, Origins, Value, union_all};

/// How often each source adds the same.
type Counts = Vec<(Option<SourceId>, usize)>;

/// Tells an agency's number between bounds from the ranges of formulas.
pub(super) const ASKED: u64 = u64::MAX;

impl Machine<'_, '_> {
    /// First what is added, then the tightest bounds, then what is required.
    pub(super) fn adjust(&mut self, alt: Alt, adjusting: &[(usize, Active)], frame: &Frame, outcome: OutcomeId) -> Step<Alt> {
        let Alt { value, mut refer, mut winners, mut used } = alt;
        let Some(mut value) = value else { return self.adjust_referred(refer, winners, used, adjusting, frame) };
        let base = winners.first().or(adjusting.first().map(|(_, a)| &a.stmt)).map(|s| self.p.statement(*s).value);
        let Some(node) = base else { return Ok(Alt { value: Some(value), refer, winners, used }) };
        let required: Vec<&Active> = adjusting.iter().map(|(_, a)| a).filter(|a| self.p.statement(a.stmt).op == SetOp::Requires).collect();
        if !required.is_empty() {
            winners.extend(required.iter().map(|a| a.stmt));
            used.extend(required.iter().map(|a| a.stmt));
            if value == Value::Bool(true) && !self.all_hold(&required, frame, &mut used)?.is_empty() {
                value = Value::Bool(false);
            }
        }
        let (mut adds, mut floors, mut ceilings) = (Vec::new(), Vec::new(), Vec::new());
        for (_, a) in adjusting {
            let stmt = self.p.statement(a.stmt);
            if stmt.op == SetOp::Requires {
                continue;
            }
            let given = self.value_of(a, frame)?;
            used.extend(given.used);
            winners.push(a.stmt);
            if given.value.is_some() && refer.is_none() {
                refer = given.refer.clone();
            }
            let Some(v) = given.value else {
                // Something unknown is added or bounds it.
                return Err(Stop::Refer(given.refer.unwrap_or(super::world::Refer { agency: None, stmt: Some(a.stmt) })));
            };
            match stmt.op {
                SetOp::Add => adds.push((stmt.source, v, a.stmt)),
                SetOp::AtLeast => floors.push((v, stmt.value)),
                _ => ceilings.push((v, stmt.value)),
            }
        }
        value = self.added(value, adds, node, frame)?;
        value = self.bounded(value, floors, ceilings, frame, node)?;
        let value = self.finish(value, outcome, node, frame)?;
        winners.sort_unstable();
        winners.dedup();
        used.sort_unstable();
        used.dedup();
        Ok(Alt { value: Some(value), refer, winners, used })
    }

    /// Who has to be asked is asked within what is required and bounded here.
    fn adjust_referred(
        &mut self,
        refer: Option<super::world::Refer>,
        mut winners: Vec<StmtId>,
        mut used: Vec<StmtId>,
        adjusting: &[(usize, Active)],
        frame: &Frame,
    ) -> Step<Alt> {
        let required: Vec<&Active> = adjusting.iter().map(|(_, a)| a).filter(|a| self.p.statement(a.stmt).op == SetOp::Requires).collect();
        let failed = if required.is_empty() { Vec::new() } else { self.all_hold(&required, frame, &mut used)? };
        if !failed.is_empty() {
            used.extend(&failed);
            used.sort_unstable();
            used.dedup();
            return Ok(Alt { value: Some(Value::Bool(false)), refer: None, winners: failed, used });
        }
        let mut bounds = Interval::ALL;
        let mut node = None;
        for (_, a) in adjusting {
            let stmt = self.p.statement(a.stmt);
            if !matches!(stmt.op, SetOp::AtLeast | SetOp::AtMost) {
                continue;
            }
            let given = self.value_of(a, frame)?;
            let Some(Value::Num(n)) = given.value else { continue };
            let own = n.interval().map_err(|e| self.arith(e, stmt.value))?;
            let side = if stmt.op == SetOp::AtLeast {
                Interval { hi: None, hi_closed: false, ..own }
            } else {
                Interval { lo: None, lo_closed: false, ..own }
            };
            let Some(both) = bounds.intersect(&side) else {
                return Err(self.fault(codes::E0804.id, "the lower bound that applies lies above the upper bound".to_string(), stmt.value));
            };
            bounds = both;
            winners.push(a.stmt);
            used.extend(given.used);
            node = Some(stmt.value);
        }
        winners.sort_unstable();
        winners.dedup();
        used.sort_unstable();
        used.dedup();
        let value = node.map(|node| {
            let var = Var::Range(node, frame.number, ASKED);
            let origin = self.shared.origin(var);
            let narrowed = self.world.span(&var).and_then(|s| s.intersect(&bounds)).unwrap_or(bounds);
            Value::Num(Num::origin(Origin::new(origin, narrowed, self.p.node_type(node).is_integral(), false)))
        });
        Ok(Alt { value, refer, winners, used })
    }

    /// The requirements that fail, all of them asked whatever their order; one that fails settles it although others are open.
    pub(super) fn all_hold(&mut self, required: &[&Active], frame: &Frame, used: &mut Vec<StmtId>) -> Step<Vec<StmtId>> {
        let mut failed = Vec::new();
        let mut pending: Option<Stop> = None;
        for a in required {
            let condition = self.p.statement(a.stmt).value;
            let outer = std::mem::replace(&mut self.used, a.used.clone());
            let holds = self.with_items(&a.items, |m| m.holds(condition, frame));
            used.extend(std::mem::replace(&mut self.used, outer));
            match holds {
                Ok(true) => {}
                Ok(false) => failed.push(a.stmt),
                Err(stop) => self.note(&mut pending, stop),
            }
        }
        match pending {
            Some(stop) if failed.is_empty() => Err(stop),
            _ => Ok(failed),
        }
    }

    fn added(&mut self, value: Value, adds: Vec<(Option<SourceId>, Value, StmtId)>, node: NodeId, frame: &Frame) -> Step<Value> {
        if adds.is_empty() {
            return Ok(value);
        }
        if let Value::List(list) = &value {
            let others: Vec<&List> = adds.iter().filter_map(|(_, v, _)| v.as_list()).collect();
            let mut all: Vec<&List> = if list.items.is_empty() && !list.open { Vec::new() } else { vec![list] };
            all.extend(others);
            return union_all(&all)
                .map(Value::from)
                .map_err(|e| self.fault(codes::E0311.id, format!("what is added does not fit together: {e}"), node));
        }
        let Value::Num(mut sum) = value else { return Ok(value) };
        // Equal additions from two sources count once; one source may add the same twice.
        let mut adds = adds;
        adds.sort_by_cached_key(|(_, _, s)| self.p.node_text(self.p.statement(*s).value));
        let mut groups: Vec<(Value, NodeId, Counts)> = Vec::new();
        for (source, v, stmt) in adds {
            let own = self.p.statement(stmt).value;
            let mut twin = None;
            for (i, (g, other, _)) in groups.iter().enumerate() {
                if self.equal(g, &v, (*other, own), frame)? {
                    twin = Some(i);
                    break;
                }
            }
            match twin.and_then(|i| groups.get_mut(i)) {
                Some((_, _, counts)) => match counts.iter_mut().find(|(s, _)| *s == source) {
                    Some((_, n)) => *n += 1,
                    None => counts.push((source, 1)),
                },
                None => groups.push((v, own, vec![(source, 1)])),
            }
        }
        for (v, _, counts) in groups {
            let times = counts.iter().map(|(_, n)| *n).max().unwrap_or(1);
            let Value::Num(n) = v else { continue };
            for _ in 0..times {
                sum = sum.add(&n).map_err(|e| self.arith(e, node))?;
            }
        }
        Ok(Value::Num(sum))
    }

    fn bounded(
        &mut self,
        value: Value,
        floors: Vec<(Value, NodeId)>,
        ceilings: Vec<(Value, NodeId)>,
        frame: &Frame,
        node: NodeId,
    ) -> Step<Value> {
        let Value::Num(mut n) = value else { return Ok(value) };
        let lo = self.tightest(true, floors, frame)?;
        let hi = self.tightest(false, ceilings, frame)?;
        if let (Some((lo, _)), Some((hi, at))) = (&lo, &hi) {
            let crossed = match lo.decide(CmpOp::Gt, hi).map_err(|e| self.arith(e, node))? {
                Decision::Known(b) => b,
                Decision::Split { origin, at: cut } => return self.cut(&origin, cut, CmpOp::Gt, lo, hi, *at),
                Decision::Unknown => false,
            };
            if crossed {
                return Err(self.fault(codes::E0804.id, "the lower bound that applies lies above the upper bound".to_string(), *at));
            }
        }
        if let Some((lo, at)) = lo {
            n = self.extreme(true, n, lo, at, frame, 500)?;
        }
        if let Some((hi, at)) = hi {
            n = self.extreme(false, n, hi, at, frame, 501)?;
        }
        Ok(Value::Num(n))
    }

    fn tightest(&mut self, max: bool, bounds: Vec<(Value, NodeId)>, frame: &Frame) -> Step<Option<(Num, NodeId)>> {
        let mut best: Option<(Num, NodeId)> = None;
        let mut bounds = bounds;
        // In an order that depends on the values only.
        bounds.sort_by_cached_key(|(_, node)| self.p.node_text(*node));
        for (i, (v, at)) in bounds.into_iter().enumerate() {
            let Value::Num(n) = v else { continue };
            best = Some(match best {
                None => (n, at),
                Some((b, _)) => (self.extreme(max, b, n, at, frame, 600u16.saturating_add(u16::try_from(i).unwrap_or(0)))?, at),
            });
        }
        Ok(best)
    }

    /// A number made by `f`, with an identity of its own if it is not linear.
    pub(super) fn derive(&mut self, node: NodeId, frame: &Frame, f: impl FnOnce(&mut dyn Origins) -> Result<Num, ArithError>) -> Step<Num> {
        self.site_at(node, frame, 900, f)
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
