//! In: statements and one world. Out: which of them apply there: published, in force, addressed, conditions met, exceptions in place of what they replace. Never here: their values, or which of them wins.

use super::machine::{ArgVal, Frame, Machine, Step};
use super::settle::Active;
use super::world::{Cell, Stop, Var};
use crate::eval::Moment;
use crate::program::{NodeId, Program, Stmt, StmtId};
use crate::value::{CmpOp, Decision, Exact, InputId, Interval, Num, Type, Value, calendar};

impl Machine<'_, '_> {
    /// The statements among `ids` that apply, exceptions in place of what they replace.
    pub(super) fn active(&mut self, ids: &[StmtId], frame: &Frame) -> Step<Vec<Active>> {
        let mut out = Vec::new();
        let mut pending: Option<Stop> = None;
        for id in ids {
            match self.applies(*id, frame) {
                Ok(found) => out.extend(found),
                Err(stop) => self.note(&mut pending, stop),
            }
        }
        match pending {
            Some(stop) => Err(stop),
            None => Ok(out),
        }
    }

    fn applies(&mut self, id: StmtId, frame: &Frame) -> Step<Vec<Active>> {
        let stmt = self.p.statement(id);
        if !self.known(stmt) || !self.addressed(stmt, frame)? || !self.in_force(stmt)? {
            return Ok(Vec::new());
        }
        let outer = std::mem::take(&mut self.used);
        let seen = std::mem::take(&mut self.seen);
        let result = self.looped(id, stmt, 0, frame);
        self.used = outer;
        self.seen = seen;
        result
    }

    /// Goes through the loops around a statement, then asks its condition and its exceptions.
    fn looped(&mut self, id: StmtId, stmt: &Stmt, level: usize, frame: &Frame) -> Step<Vec<Active>> {
        if let Some(l) = stmt.each.get(level) {
            // An exception stands inside the loop of its statement.
            if self.items.len() > l.slot as usize && stmt.exception_of.is_some() {
                return self.looped(id, stmt, level + 1, frame);
            }
            let list = self.eval(l.list, frame)?;
            let Some(list) = list.as_list() else { return Ok(Vec::new()) };
            let mut out = Vec::new();
            let mut pending: Option<Stop> = None;
            for item in &list.items {
                let Some(v) = item.value() else { continue };
                self.items.truncate(l.slot as usize);
                self.items.push(v.clone());
                let passes = match l.filter {
                    Some(f) => self.holds(f, frame),
                    None => Ok(true),
                };
                let found = passes.and_then(|ok| if ok { self.looped(id, stmt, level + 1, frame) } else { Ok(Vec::new()) });
                self.items.truncate(l.slot as usize);
                match found {
                    Ok(list) => out.extend(list),
                    Err(stop) => self.note(&mut pending, stop),
                }
            }
            return match pending {
                Some(stop) => Err(stop),
                None => Ok(out),
            };
        }
        if let Some(when) = stmt.when
            && !self.condition(when, frame)?
        {
            return Ok(Vec::new());
        }
        let mut replaced = Vec::new();
        let mut pending: Option<Stop> = None;
        for e in &stmt.exceptions {
            let exception = self.p.statement(*e);
            let result = match self.in_force(exception) {
                Ok(true) if self.known(exception) => self.looped(*e, exception, 0, frame),
                Ok(_) => Ok(Vec::new()),
                Err(stop) => Err(stop),
            };
            match result {
                Ok(list) => replaced.extend(list),
                Err(stop) => self.note(&mut pending, stop),
            }
        }
        if let Some(stop) = pending {
            return Err(stop);
        }
        if !replaced.is_empty() {
            return Ok(replaced);
        }
        Ok(vec![Active { stmt: id, items: self.items.clone(), used: self.used.clone(), seen: self.seen.clone() }])
    }

    /// A statement's condition; where an agency has to settle it, both ways are open.
    fn condition(&mut self, when: NodeId, frame: &Frame) -> Step<bool> {
        match self.holds(when, frame) {
            Err(Stop::Refer(refer)) => {
                let var = Var::Referred(when, frame.number, self.items_hash());
                match self.world.chosen(&var) {
                    Some(v) => Ok(v == 1),
                    None => {
                        self.shared.referred.insert(var, refer);
                        self.choose(var, vec![Cell::Set(vec![1]), Cell::Set(vec![0])])
                    }
                }
            }
            other => other,
        }
    }

    /// Its source was published by then.
    pub(super) fn known(&self, stmt: &Stmt) -> bool {
        published(self.p, self.moment, stmt)
    }

    /// Its head names these arguments.
    pub(super) fn addressed(&mut self, stmt: &Stmt, frame: &Frame) -> Step<bool> {
        for (pattern, arg) in stmt.head.iter().zip(frame.args.iter()) {
            let Some(set) = pattern else { continue };
            let fits = match arg {
                ArgVal::Known(v) => set.contains(*v),
                ArgVal::Asked(i) => match self.asked.get(*i as usize).copied().flatten() {
                    Some(v) => set.contains(v),
                    None => {
                        let left = self.arg_options(*i);
                        self.narrowed(Var::Arg(*i), left, set)?
                    }
                },
            };
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// In force on the question's date, or on the date it goes by.
    pub(super) fn in_force(&mut self, stmt: &Stmt) -> Step<bool> {
        if stmt.from.is_none() && stmt.until.is_none() {
            return Ok(true);
        }
        let Some(by) = stmt.by else {
            return Ok(in_force_on(stmt, self.moment.on));
        };
        let value = self.input(by)?;
        let Value::Num(date) = value else { return Ok(false) };
        let period = period_by(self.p, stmt, by);
        let Some(period) = period else { return Ok(false) };
        for (end, op) in [(period.lo, CmpOp::Ge), (period.hi, CmpOp::Le)] {
            let Some(end) = end else { continue };
            let bound = Num::Exact(end);
            match date.decide(op, &bound) {
                Ok(Decision::Known(true)) => {}
                Ok(Decision::Known(false)) => return Ok(false),
                Ok(Decision::Split { origin, at }) => return self.cut(&origin, at, op, &date, &bound, stmt.value),
                Ok(Decision::Unknown) => return Err(Stop::Missing(by)),
                Err(e) => return Err(self.arith(e, stmt.value)),
            }
        }
        Ok(true)
    }

    pub(super) fn with_items<T>(&mut self, items: &[Value], f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.items, items.to_vec());
        let result = f(self);
        self.items = outer;
        result
    }
}

/// Whether the source of a statement had been published by the day that the question names.
pub(crate) fn published(p: &Program, moment: Moment, stmt: &Stmt) -> bool {
    let (Some(known), Some(source)) = (moment.known, stmt.source) else { return true };
    p.symbols.source(source).known_from.is_none_or(|from| from <= known)
}

/// Whether a statement is in force on a day.
pub(crate) fn in_force_on(stmt: &Stmt, on: i64) -> bool {
    stmt.from.is_none_or(|f| f <= on) && stmt.until.is_none_or(|u| on <= u)
}

/// The period of a statement in the steps of the date it goes by; `None` if no date lies in it.
pub(crate) fn period_by(p: &Program, stmt: &Stmt, by: InputId) -> Option<Interval> {
    let by_month = *p.symbols.input(by).ty.base() == Type::Month;
    let unit = |day: i64| if by_month { calendar::month_of(day).unwrap_or(day) } else { day };
    Interval::new(stmt.from.map(|f| Exact::from_int(unit(f).into())), true, stmt.until.map(|u| Exact::from_int(unit(u).into())), true)
}
