//! In: values that stand side by side in one world. Out: one value where they agree, else the alternatives. Never here: which statements stand there.

use super::machine::{Frame, Machine, Step};
use super::settle::Alt;
use super::world::{Cell, Refer, Var};
use crate::program::{NodeId, StmtId};
use crate::value::{CmpOp, Decision, Num, Value, agree};

impl Machine<'_, '_> {
    /// Whether a number still depends on what the person has not told; a range that a source states does not.
    fn untold_number(&self, n: &Num) -> bool {
        let mut open: Vec<u32> = n.origins().map(|o| o.id()).collect();
        let mut seen = Vec::new();
        while let Some(id) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if matches!(self.shared.var(id), Some(Var::Input(_))) {
                return true;
            }
            open.extend(self.shared.parents.get(&id).into_iter().flatten());
        }
        false
    }

    /// A comparison of two numbers, splitting where it turns.
    pub(super) fn decided(&mut self, op: CmpOp, a: &Num, b: &Num, nodes: (NodeId, NodeId), frame: &Frame) -> Step<bool> {
        let node = nodes.0;
        match a.decide(op, b).map_err(|e| self.arith(e, node))? {
            Decision::Known(k) => Ok(k),
            Decision::Split { origin, at } => self.cut(&origin, at, op, a, b, node),
            Decision::Unknown => {
                // The same two formulas are one question, whichever of them is named first.
                let swap = self.p.node_text(nodes.1) < self.p.node_text(nodes.0);
                let (first, second) = if swap { (nodes.1, nodes.0) } else { nodes };
                let var = Var::Opaque(first, frame.number, u64::from(second.0).wrapping_mul(8).wrapping_add(op as u64 + 1));
                match self.world.chosen(&var) {
                    Some(v) => Ok(v == 1),
                    None => {
                        let origins: Vec<u32> = a.origins().chain(b.origins()).map(|o| o.id()).collect();
                        let own = self.shared.origin(var);
                        self.shared.parents.insert(own, origins);
                        self.means(var, || format!("{op:?}"), &[a, b]);
                        self.choose(var, vec![Cell::Set(vec![1]), Cell::Set(vec![0])])
                    }
                }
            }
        }
    }

    /// What two values agree on: equal, or one containing the other. A number not told yet is one number, not a range.
    pub(super) fn agreed(&mut self, a: &Value, b: &Value, nodes: (NodeId, NodeId), frame: &Frame) -> Step<Option<Value>> {
        let (Value::Num(x), Value::Num(y)) = (a, b) else { return Ok(agree(a, b)) };
        match (self.untold_number(x), self.untold_number(y)) {
            (false, false) => Ok(agree(a, b)),
            (false, true) => self.agreed(b, a, (nodes.1, nodes.0), frame),
            (true, stated_or_not) => {
                let stated = if stated_or_not || y.as_exact().is_some() { None } else { y.interval().ok() };
                let Some(stated) = stated else {
                    return Ok(self.decided(CmpOp::Eq, x, y, nodes, frame)?.then(|| a.clone()));
                };
                for (end, closed, open) in [(stated.lo, CmpOp::Ge, CmpOp::Gt), (stated.hi, CmpOp::Le, CmpOp::Lt)] {
                    let Some(end) = end else { continue };
                    let own = if matches!(closed, CmpOp::Ge) { stated.lo_closed } else { stated.hi_closed };
                    if !self.decided(if own { closed } else { open }, x, &Num::Exact(end), nodes, frame)? {
                        return Ok(None);
                    }
                }
                Ok(Some(a.clone()))
            }
        }
    }

    /// The formula an alternative comes from: of several the one first by its text.
    fn formula(&self, alt: &Alt) -> Option<NodeId> {
        let mut nodes = alt.winners.iter().map(|s| self.p.statement(*s).value);
        if alt.winners.len() < 2 { nodes.next() } else { nodes.min_by_key(|n| self.p.node_text(*n)) }
    }

    /// Two alternatives that agree, as one.
    pub(super) fn merge(&mut self, a: &Alt, b: &Alt, frame: &Frame) -> Step<Option<Alt>> {
        let (value, refer) = match (&a.value, &b.value) {
            // To be asked for contains every value.
            (None, None) => {
                let agency = match (&a.refer, &b.refer) {
                    (Some(x), Some(y)) if x.agency != y.agency => {
                        let mut names: Vec<&str> = [&x.agency, &y.agency].into_iter().flatten().map(|s| s.as_str()).collect();
                        names.sort_unstable();
                        names.dedup();
                        Some(names.join(", ").into())
                    }
                    (x, y) => x.as_ref().or(y.as_ref()).and_then(|r| r.agency.clone()),
                };
                let stmt = a.refer.as_ref().and_then(|r| r.stmt);
                (None, Some(Refer { agency, stmt }))
            }
            // The value stands by itself: whoever sends to the agency did not give it.
            (None, Some(_)) => return Ok(Some(b.clone())),
            (Some(_), None) => return Ok(Some(a.clone())),
            (Some(x), Some(y)) => {
                let untold = |m: &Self, v: &Value| matches!(v, Value::Num(n) if m.untold_number(n));
                let nodes = if untold(self, x) || untold(self, y) { self.formula(a).zip(self.formula(b)) } else { None };
                let value = match nodes {
                    Some(nodes) => self.agreed(x, y, nodes, frame)?,
                    None => agree(x, y),
                };
                let Some(value) = value else { return Ok(None) };
                // Whoever states this value without referring is sure of it.
                let sure = |alt: &Alt, own: &Value| alt.refer.is_none() && own.same(&value);
                let refer = if sure(a, x) || sure(b, y) {
                    None
                } else if value.same(x) {
                    a.refer.clone()
                } else if value.same(y) {
                    b.refer.clone()
                } else {
                    a.refer.clone().or_else(|| b.refer.clone())
                };
                (Some(value), refer)
            }
        };
        Ok(Some(Alt { value, refer, winners: joined(&a.winners, &b.winners), used: joined(&a.used, &b.used) }))
    }

    /// Groups sorted alternatives that agree; what only refers joins every group.
    pub(super) fn group(&mut self, alts: Vec<Alt>, frame: &Frame) -> Step<Vec<Alt>> {
        let (valued, referring): (Vec<Alt>, Vec<Alt>) = alts.into_iter().partition(|a| a.value.is_some());
        let mut groups: Vec<Alt> = Vec::new();
        for alt in &valued {
            let mut found = false;
            for g in &mut groups {
                // The same constant many times over costs no merging.
                if g.value == alt.value && g.refer.is_none() && alt.refer.is_none() {
                    g.winners.extend(&alt.winners);
                    g.used.extend(&alt.used);
                    found = true;
                } else if let Some(m) = self.merge(g, alt, frame)? {
                    *g = m;
                    found = true;
                }
            }
            if found {
                continue;
            }
            // Earlier, wider values may contain this one too.
            let mut own = alt.clone();
            for other in &valued {
                if other.winners != alt.winners
                    && other.value != alt.value
                    && let Some(m) = self.merge(&own, other, frame)?
                    && m.value.as_ref().zip(alt.value.as_ref()).is_some_and(|(x, y)| x.same(y))
                {
                    own = m;
                }
            }
            groups.push(own);
        }
        for r in &referring {
            if groups.is_empty() {
                groups.push(r.clone());
                continue;
            }
            for g in &mut groups {
                if let Some(m) = self.merge(g, r, frame)? {
                    *g = m;
                }
            }
        }
        for g in &mut groups {
            for list in [&mut g.winners, &mut g.used] {
                list.sort_unstable();
                list.dedup();
            }
        }
        Ok(groups)
    }

    /// Whether two values are equal, splitting where that is open.
    pub(super) fn equal(&mut self, a: &Value, b: &Value, nodes: (NodeId, NodeId), frame: &Frame) -> Step<bool> {
        match (a, b) {
            (Value::Num(x), Value::Num(y)) if self.untold_number(x) || self.untold_number(y) => self.decided(CmpOp::Eq, x, y, nodes, frame),
            _ => Ok(a.same(b)),
        }
    }
}

fn joined(x: &[StmtId], y: &[StmtId]) -> Vec<StmtId> {
    let mut all: Vec<StmtId> = x.iter().chain(y).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
