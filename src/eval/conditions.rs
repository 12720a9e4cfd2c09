//! In: a condition in one world. Out: whether it holds, or what it turns on. Never here: values that are not true or false.

use super::machine::{ArgVal, Frame, Machine, Step};
use super::world::{Cell, Stop, Var};
use crate::program::{Node, NodeId};
use crate::stack;
use crate::value::{CmpOp, Decision, Item, Value, Variants};

impl Machine<'_, '_> {
    /// Whether a condition holds: three-valued, so that an open part matters only where the rest leaves it open.
    pub(crate) fn holds(&mut self, id: NodeId, frame: &Frame) -> Step<bool> {
        stack::deep(|| self.truth(id, frame))
    }

    fn truth(&mut self, id: NodeId, frame: &Frame) -> Step<bool> {
        let p = self.p;
        match p.node(id) {
            Node::Not(x) => self.holds(*x, frame).map(|b| !b),
            Node::All(parts) => self.joined(parts, false, frame),
            Node::Any(parts) => self.joined(parts, true, frame),
            Node::Compare(op, a, b) => self.compare(*op, *a, *b, id, frame),
            Node::Same(a, b, negate) => self.same(*a, *b, id, frame).map(|s| s != *negate),
            Node::InList(x, list) => {
                let (x, list) = (self.eval(*x, frame)?, self.eval(*list, frame)?);
                let Some(list) = list.as_list() else { return Ok(false) };
                if list.items.iter().any(|i| matches!(i, Item::One { value, .. } if value.same(&x))) {
                    return Ok(true);
                }
                let possible =
                    list.open || list.items.iter().any(|i| i.alternatives().iter().any(|a| a.value().is_some_and(|v| v.same(&x))));
                // What an open list leaves out is not known to be in it.
                if possible { self.opaque(id, frame) } else { Ok(false) }
            }
            _ => match self.eval(id, frame)? {
                Value::Bool(b) => Ok(b),
                _ => self.nothing(format!("`{}` is none", self.node_name(id))),
            },
        }
    }

    /// `and` (`deciding` false) or `or` (`deciding` true): one deciding part settles it whatever the others are.
    fn joined(&mut self, parts: &[NodeId], deciding: bool, frame: &Frame) -> Step<bool> {
        let mut pending: Option<Stop> = None;
        for part in parts {
            match self.holds(*part, frame) {
                Ok(b) if b == deciding => return Ok(deciding),
                Ok(_) => {}
                Err(stop) => self.note(&mut pending, stop),
            }
        }
        match pending {
            Some(stop) => Err(stop),
            None => Ok(!deciding),
        }
    }

    fn opaque(&mut self, id: NodeId, frame: &Frame) -> Step<bool> {
        let var = Var::Opaque(id, frame.number, self.items_hash());
        match self.world.chosen(&var) {
            Some(v) => Ok(v == 1),
            None => self.choose(var, vec![Cell::Set(vec![1]), Cell::Set(vec![0])]),
        }
    }

    fn compare(&mut self, op: CmpOp, a: NodeId, b: NodeId, id: NodeId, frame: &Frame) -> Step<bool> {
        let (x, y) = (self.eval(a, frame)?, self.eval(b, frame)?);
        let (x, y) = match (x, y) {
            (Value::Num(x), Value::Num(y)) => (x, y),
            // What a person does not have is neither before nor after anything.
            (Value::None, _) | (_, Value::None) => return Ok(op == CmpOp::Ne),
            _ => return Ok(false),
        };
        self.approximate |= x.is_approx() || y.is_approx();
        match x.decide(op, &y).map_err(|e| self.arith(e, id))? {
            Decision::Known(b) => Ok(b),
            Decision::Split { origin, at } => self.cut(&origin, at, op, &x, &y, id),
            Decision::Unknown => {
                let var = Var::Opaque(id, frame.number, self.items_hash());
                match self.world.chosen(&var) {
                    Some(v) => Ok(v == 1),
                    None => {
                        let origins: Vec<u32> = x.origins().chain(y.origins()).map(|o| o.id()).collect();
                        let own = self.shared.origin(var);
                        self.shared.parents.insert(own, origins);
                        self.means(var, || format!("{op:?}"), &[&x, &y]);
                        self.opaque(id, frame)
                    }
                }
            }
        }
    }

    fn same(&mut self, a: NodeId, b: NodeId, id: NodeId, frame: &Frame) -> Step<bool> {
        for (subject, other) in [(a, b), (b, a)] {
            if let Node::Const(Value::Variants(set)) = self.p.node(other)
                && let Some(answer) = self.untold(subject, set, frame)?
            {
                return Ok(answer);
            }
        }
        let (x, y) = (self.eval(a, frame)?, self.eval(b, frame)?);
        match (&x, &y) {
            (Value::Variants(v), Value::Variants(w)) => {
                if v.intersect(w).is_none() {
                    return Ok(false);
                }
                // `x = not cleared` holds when everything x can be is among those values.
                if v.is_subset(w) && (w.single().is_some() || matches!(self.p.node(b), Node::Const(_))) {
                    return Ok(true);
                }
                if w.is_subset(v) && v.single().is_none() && matches!(self.p.node(a), Node::Const(_)) {
                    return Ok(true);
                }
                for (node, own, wanted) in [(a, v, w), (b, w, v)] {
                    if own.single().is_none()
                        && let Node::Read { outcome, args, at } = self.p.node(node)
                    {
                        let key = self.key_of(*outcome, args, *at, frame)?;
                        let number = self.shared.key(key);
                        let inside: Vec<u16> = own.iter().filter(|o| wanted.contains(*o)).collect();
                        let outside: Vec<u16> = own.iter().filter(|o| !wanted.contains(*o)).collect();
                        if !inside.is_empty() && !outside.is_empty() {
                            return self.choose(Var::Member(number), vec![Cell::Set(inside), Cell::Set(outside)]);
                        }
                    }
                }
                self.opaque(id, frame)
            }
            _ => Ok(x.same(&y)),
        }
    }

    /// An untold enum fact or argument against fixed values, without naming each of its values.
    fn untold(&mut self, subject: NodeId, set: &Variants, frame: &Frame) -> Step<Option<bool>> {
        let (var, left) = match self.p.node(subject) {
            Node::Input(i) if self.facts.get(*i).is_none() => {
                let info = self.p.symbols.input(*i);
                if matches!(info.ty, crate::value::Type::Optional(_)) {
                    let absent = Var::Absent(*i);
                    match self.world.chosen(&absent) {
                        Some(1) => return Ok(Some(false)),
                        Some(_) => {}
                        None => return self.choose(absent, vec![Cell::Set(vec![0]), Cell::Set(vec![1])]),
                    }
                }
                (Var::Input(*i), self.options(*i))
            }
            Node::Arg(a) => match frame.args.get(*a as usize) {
                Some(ArgVal::Asked(i)) if self.asked.get(*i as usize).copied().flatten().is_none() => (Var::Arg(*i), self.arg_options(*i)),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.narrowed(var, left, set).map(Some)
    }

    /// Whether an open choice falls into a set; splits it into inside and outside where both are possible.
    pub(crate) fn narrowed(&mut self, var: Var, left: Vec<u16>, set: &Variants) -> Step<bool> {
        let (inside, outside): (Vec<u16>, Vec<u16>) = left.into_iter().partition(|v| set.contains(*v));
        match (inside.is_empty(), outside.is_empty()) {
            (true, _) => Ok(false),
            (false, true) => Ok(true),
            (false, false) => self.choose(var, vec![Cell::Set(inside), Cell::Set(outside)]),
        }
    }
}
