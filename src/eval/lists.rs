//! In: lists and functions over lists in one world. Out: their values. Never here: numbers by themselves (`machine.rs`).

use super::machine::{Frame, Machine, Step};
use super::world::Stop;
use crate::diagnostics::codes;
use crate::program::{Aggregate, Element, NodeId};
use crate::value::{Item, Num, Value};

impl Machine<'_, '_> {
    pub(super) fn element(&mut self, e: &Element, list: NodeId, frame: &Frame) -> Step<Item> {
        match e {
            Element::One(x, attributes) => {
                let value = self.eval(*x, frame)?;
                let mut made = Vec::new();
                for (k, v) in attributes {
                    made.push((*k, self.eval(*v, frame)?));
                }
                Item::with(value, made).map_err(|e| self.fault(codes::E0311.id, e.to_string(), list))
            }
            Element::AnyOf(options) => {
                let mut made = Vec::new();
                for o in options {
                    made.push(self.element(o, list, frame)?);
                }
                Item::any_of(made).map_err(|e| self.fault(codes::E0311.id, e.to_string(), list))
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // the parts of one node
    pub(super) fn aggregate(
        &mut self,
        kind: Aggregate,
        list: NodeId,
        slot: u16,
        body: Option<NodeId>,
        filter: Option<NodeId>,
        id: NodeId,
        frame: &Frame,
    ) -> Step<Value> {
        let value = self.eval(list, frame)?;
        let Some(list) = value.as_list() else { return self.nothing(format!("`{}` is none", self.node_name(list))) };
        let mut chosen = 0i128;
        let mut numbers: Vec<Num> = Vec::new();
        let mut truths: Vec<bool> = Vec::new();
        let mut pending: Option<Stop> = None;
        for item in &list.items {
            let Some(v) = item.value() else {
                chosen += 1;
                continue;
            };
            self.items.truncate(slot as usize);
            self.items.push(v.clone());
            let result = self.one_item(body, filter, frame);
            self.items.truncate(slot as usize);
            match result {
                Ok(None) => {}
                Ok(Some(None)) => chosen += 1,
                Ok(Some(Some(Value::Bool(b)))) => truths.push(b),
                Ok(Some(Some(Value::Num(n)))) => numbers.push(n),
                Ok(Some(Some(_))) => {}
                Err(stop) => self.note(&mut pending, stop),
            }
        }
        let decided = match kind {
            Aggregate::Any => truths.contains(&true),
            Aggregate::All => truths.contains(&false),
            _ => false,
        };
        if let Some(stop) = pending
            && !decided
        {
            return Err(stop);
        }
        match kind {
            Aggregate::Any => Ok(Value::Bool(decided)),
            Aggregate::All => Ok(Value::Bool(!decided)),
            Aggregate::Count => Ok(Value::Num(Num::from_int(chosen))),
            Aggregate::Sum => {
                let mut sum = Num::ZERO;
                for n in numbers {
                    sum = sum.add(&n).map_err(|e| self.arith(e, id))?;
                }
                Ok(Value::Num(sum))
            }
            Aggregate::Min | Aggregate::Max => {
                let mut rest = numbers.into_iter();
                let Some(mut best) = rest.next() else {
                    return Err(self.fault(
                        codes::E0809.id,
                        "no item of the list meets the condition, so there is no smallest or largest".to_string(),
                        id,
                    ));
                };
                for (i, x) in rest.enumerate() {
                    best = self.extreme(kind == Aggregate::Max, best, x, id, frame, u16::try_from(i).unwrap_or(u16::MAX))?;
                }
                Ok(Value::Num(best))
            }
        }
    }

    /// For the item at hand: nothing if it is filtered out, else what is asked of it.
    fn one_item(&mut self, body: Option<NodeId>, filter: Option<NodeId>, frame: &Frame) -> Step<Option<Option<Value>>> {
        if let Some(f) = filter
            && !self.holds(f, frame)?
        {
            return Ok(None);
        }
        match body {
            Some(b) => self.eval(b, frame).map(|v| Some(Some(v))),
            None => Ok(Some(None)),
        }
    }
}
