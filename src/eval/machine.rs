//! In: the program, a question, one world. Out: the value of a node there, or why there is none. Never here: which statement gives an outcome (`settle.rs`).

use super::linear::Decided;
use super::settle::Settled;
use super::split::between;
use super::world::{Cell, Fault, NoRule, Refer, Stop, Var, World};
use super::{Facts, Moment};
use crate::diagnostics::codes;
use crate::program::{ArgRef, Function, Math, Node, NodeId, OutcomeId, Program, StmtId};
use crate::stack;
use crate::value::{
    ArithError, CmpOp, Decision, Exact, InputId, Interval, List, Num, Origin, Origins, RegionId, Type, Value, Variants, ops,
};
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;
use std::rc::Rc;

/// An argument: told, or left out of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ArgVal {
    /// This variant.
    Known(u16),
    /// The question's argument of this number.
    Asked(u16),
}

/// One outcome asked for with arguments in a region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub outcome: OutcomeId,
    pub args: Rc<[ArgVal]>,
    pub region: RegionId,
    /// Tells days apart where one person is looked at on several; 0 for a question.
    pub turn: u16,
}

/// What lasts over all worlds of one question.
#[derive(Default)]
pub(crate) struct Shared {
    /// Outcomes met, by number.
    pub keys: IndexSet<Key, FxBuildHasher>,
    /// Variables met, by the number their origins carry.
    pub vars: IndexSet<Var, FxBuildHasher>,
    /// What a derived number was worked out from.
    pub parents: FxHashMap<u32, Vec<u32>>,
    /// For each dispute met last: the statements of its sides.
    pub sides: FxHashMap<u32, Vec<Vec<StmtId>>>,
    /// Why a condition was referred to an agency.
    pub referred: FxHashMap<Var, Refer>,
    /// What formulas are, where somebody compares those of two programs.
    pub meant: super::joint::Meant,
}

impl Shared {
    pub(crate) fn key(&mut self, key: Key) -> u32 {
        u32::try_from(self.keys.insert_full(key).0).unwrap_or(u32::MAX)
    }

    pub(crate) fn origin(&mut self, var: Var) -> u32 {
        u32::try_from(self.vars.insert_full(var).0).unwrap_or(u32::MAX)
    }

    pub(crate) fn var(&self, origin: u32) -> Option<Var> {
        self.vars.get_index(origin as usize).copied()
    }
}

pub(crate) type Step<T> = Result<T, Stop>;

/// Where a node is evaluated.
#[derive(Clone)]
pub(crate) struct Frame {
    pub number: u32,
    pub args: Rc<[ArgVal]>,
    pub region: RegionId,
}

/// Evaluates nodes in one world.
pub(crate) struct Machine<'p, 's> {
    pub p: &'p Program,
    pub facts: &'p Facts,
    pub moment: Moment,
    pub asked: &'p [Option<u16>],
    pub asked_decision: crate::hir::DecisionId,
    pub world: World,
    pub shared: &'s mut Shared,
    pub memo: FxHashMap<u32, Rc<Settled>>,
    /// Outcomes being worked out, outermost first.
    pub active: Vec<u32>,
    /// Items of the loops around.
    pub items: Vec<Value>,
    /// Statements the value at hand rests on.
    pub used: Vec<StmtId>,
    /// Above zero nothing is split.
    pub quiet: usize,
    /// An agency to ask about a value that was read.
    pub seen: Option<Refer>,
    /// Something approximate was compared, and counted as its centre.
    pub approximate: bool,
    /// Comparisons of several unknown numbers that this world has decided.
    pub decided: Vec<Decided>,
    /// The larger of two unknown numbers is told by a choice, where an answer makes do with a range for both.
    pub exact: bool,
    /// Which of several days this one is.
    pub turn: u16,
}

/// Outcomes read through each other at most.
pub(crate) const MAX_READS: usize = 200;

/// Gives new unknown numbers an identity that is the same in every world.
struct Site<'a> {
    shared: &'a mut Shared,
    world: &'a World,
    node: NodeId,
    key: u32,
    items: u64,
    count: u16,
}

impl Origins for Site<'_> {
    fn derived(&mut self, interval: Interval, integral: bool, approx: bool, parents: &[u32]) -> Origin {
        let var = Var::Derived(self.node, self.key, self.items, self.count);
        self.count = self.count.saturating_add(1);
        let id = self.shared.origin(var);
        self.shared.parents.insert(id, parents.to_vec());
        let narrowed = self.world.span(&var).and_then(|s| s.intersect(&interval)).unwrap_or(interval);
        Origin::new(id, narrowed, integral, approx)
    }
}

impl<'p> Machine<'p, '_> {
    /// Which of several stops counts, whatever order their statements stand in: told apart by what they say, never by place.
    fn rank(&self, stop: &Stop) -> (u8, String) {
        let key = |k: u32| {
            self.shared
                .keys
                .get_index(k as usize)
                .map_or(String::new(), |k| format!("{:?} {:?} {:?} {}", k.outcome, k.args, k.region, k.turn))
        };
        match stop {
            Stop::Split(var, cells) => {
                let (kind, text) = match var {
                    Var::Input(i) => (0, format!("{:08}", i.0)),
                    Var::Absent(i) => (1, format!("{:08}", i.0)),
                    Var::Arg(i) => (2, format!("{i:04}")),
                    Var::Dispute(k) | Var::Member(k) => (3, key(*k)),
                    Var::Referred(n, k, h)
                    | Var::Range(n, k, h)
                    | Var::Reading(n, k, h)
                    | Var::Derived(n, k, h, _)
                    | Var::Opaque(n, k, h) => (4, format!("{} {} {h}", self.p.node_text(*n), key(*k))),
                };
                // One thing may be split in several places: the parts tell which.
                (kind, format!("{text} {cells:?}"))
            }
            Stop::Unknown => (10, String::new()),
            Stop::Fault(f) => (11, format!("{} {}", f.code, f.message)),
            Stop::Missing(i) => (12, format!("{:08}", i.0)),
            Stop::NoRule(n) => (13, n.why.clone()),
            Stop::Refer(r) => (14, r.agency.clone().unwrap_or_default().to_string()),
        }
    }

    /// Keeps the stop that counts.
    pub(super) fn note(&self, pending: &mut Option<Stop>, stop: Stop) {
        if let (Some(Stop::Fault(f)), Stop::Fault(g)) = (pending.as_mut(), &stop)
            && (f.code, &f.message) == (g.code, &g.message)
        {
            // The same fault met twice: all statements involved are named, whichever was met first.
            f.stmts.extend(&g.stmts);
            f.stmts.sort_unstable();
            f.stmts.dedup();
            f.span = f.span.min(g.span);
            return;
        }
        let keeps = pending.as_ref().is_some_and(|p| self.rank(p) <= self.rank(&stop));
        if !keeps {
            *pending = Some(stop);
        }
    }

    pub(crate) fn items_hash(&self) -> u64 {
        if self.items.is_empty() { 0 } else { FxBuildHasher.hash_one(&self.items) }
    }

    /// Splits on `var`, unless nothing may be split.
    pub(crate) fn choose<T>(&self, var: Var, cells: Vec<Cell>) -> Step<T> {
        if self.quiet > 0 { Err(Stop::Unknown) } else { Err(Stop::Split(var, cells)) }
    }

    pub(crate) fn fault(&self, code: &'static str, message: String, node: NodeId) -> Stop {
        Stop::Fault(Box::new(Fault { code, message, span: Some(self.p.node_span(node)), stmts: Vec::new() }))
    }

    pub(crate) fn arith(&self, error: ArithError, node: NodeId) -> Stop {
        let (code, message) = match error {
            ArithError::Overflow => (codes::E0801.id, "this formula grows beyond what can be counted exactly"),
            ArithError::DivisionByZero => (codes::E0802.id, "this formula divides by zero"),
            ArithError::NotWhole => (codes::E0806.id, "this has to be a whole number of days or months, and is not"),
            ArithError::OutOfCalendar => (codes::E0810.id, "this date lies outside the years 1 to 9999"),
        };
        self.fault(code, message.to_string(), node)
    }

    fn site<T>(&mut self, node: NodeId, frame: &Frame, f: impl FnOnce(&mut dyn Origins) -> Result<T, ArithError>) -> Step<T> {
        self.site_at(node, frame, 0, f)
    }

    /// As `site`, for results that come after those of the node itself.
    pub(super) fn site_at<T>(
        &mut self,
        node: NodeId,
        frame: &Frame,
        count: u16,
        f: impl FnOnce(&mut dyn Origins) -> Result<T, ArithError>,
    ) -> Step<T> {
        let items = self.items_hash();
        let mut site = Site { shared: &mut *self.shared, world: &self.world, node, key: frame.number, items, count };
        let result = f(&mut site);
        result.map_err(|e| self.arith(e, node))
    }

    pub(crate) fn nothing<T>(&self, why: String) -> Step<T> {
        Err(Stop::NoRule(NoRule { why, about: None }))
    }

    /// The value of a node.
    pub(crate) fn eval(&mut self, id: NodeId, frame: &Frame) -> Step<Value> {
        match self.p.node(id) {
            Node::Const(v) => Ok(v.clone()),
            Node::Input(i) => self.input(*i),
            _ => stack::deep(|| self.composed(id, frame)),
        }
    }

    /// The value of a node that has parts.
    fn composed(&mut self, id: NodeId, frame: &Frame) -> Step<Value> {
        let p = self.p;
        match p.node(id) {
            Node::Const(v) => Ok(v.clone()),
            Node::Input(i) => self.input(*i),
            Node::Arg(a) => {
                let v = self.arg(frame.args.get(*a as usize).copied())?;
                Ok(Value::variant(v))
            }
            Node::Item(slot) => Ok(self.items.get(*slot as usize).cloned().unwrap_or(Value::None)),
            Node::Field(x, field) => match self.eval(*x, frame)? {
                Value::Record(r) => Ok(r.fields.get(*field as usize).cloned().unwrap_or(Value::None)),
                other => Ok(other),
            },
            Node::Read { outcome, args, at } => {
                let key = self.key_of(*outcome, args, *at, frame)?;
                self.read(key, id)
            }
            Node::Not(_) | Node::All(_) | Node::Any(_) | Node::Compare(..) | Node::Same(..) | Node::InList(..) => {
                self.holds(id, frame).map(Value::Bool)
            }
            Node::Math(math, a, b) => {
                let (a, b) = (self.num(*a, frame)?, self.num(*b, frame)?);
                self.math(*math, &a, &b, id, frame).map(Value::Num)
            }
            Node::Round(x, mode, unit) => {
                let x = self.num(*x, frame)?;
                if let Num::Exact(n) = x {
                    return n.round(*mode, *unit).map(Value::from).map_err(|e| self.arith(e, id));
                }
                self.means(Var::Derived(id, frame.number, self.items_hash(), 0), || format!("{} {unit}", mode.word()), &[&x]);
                self.site(id, frame, |o| ops::round(&x, *mode, *unit, o)).map(Value::Num)
            }
            Node::Call(f, args) => self.call(*f, args, id, frame).map(Value::Num),
            Node::If(c, a, b) => {
                if self.holds(*c, frame)? {
                    self.eval(*a, frame)
                } else {
                    self.eval(*b, frame)
                }
            }
            Node::Range(lo, hi) => self.range(*lo, *hi, id, frame),
            Node::About(x) => {
                let x = self.num(*x, frame)?;
                let interval = x.interval().map_err(|e| self.arith(e, id))?;
                let origin = self.shared.origin(Var::Range(id, frame.number, self.items_hash()));
                Ok(Value::Num(Num::origin(Origin::new(origin, interval, false, true))))
            }
            Node::Reading(options) => self.reading(options, id, frame),
            Node::WithUnit(x, unit) => Ok(Value::Duration(self.num(*x, frame)?, *unit)),
            Node::List { items, ordered, open } => {
                let mut made = Vec::new();
                for item in items {
                    made.push(self.element(item, id, frame)?);
                }
                List::new(made, *ordered, *open).map(Value::from).map_err(|e| self.fault(codes::E0311.id, e.to_string(), id))
            }
            Node::Record(record, fields) => {
                let mut values = Vec::new();
                for f in fields {
                    values.push(self.eval(*f, frame)?);
                }
                Ok(Value::record(*record, values))
            }
            Node::Aggregate { kind, list, slot, body, filter } => self.aggregate(*kind, *list, *slot, *body, *filter, id, frame),
            Node::Refer(agency) => {
                let agency = agency.clone().or_else(|| p.symbols.agency(frame.region).cloned());
                Err(Stop::Refer(Refer { agency, stmt: None }))
            }
        }
    }

    pub(crate) fn key_of(&mut self, outcome: OutcomeId, args: &[ArgRef], at: Option<NodeId>, frame: &Frame) -> Step<Key> {
        let mut values = Vec::with_capacity(args.len());
        for a in args {
            values.push(match a {
                ArgRef::Variant(v) => ArgVal::Known(*v),
                ArgRef::Arg(i) => frame.args.get(*i as usize).copied().unwrap_or(ArgVal::Known(0)),
                ArgRef::Input(i) => match self.input(*i)? {
                    Value::Variants(Variants::One(v)) => ArgVal::Known(v),
                    _ => return Err(Stop::Missing(*i)),
                },
            });
        }
        let region = match at {
            None => frame.region,
            Some(at) => match self.eval(at, frame)? {
                Value::Region(r) => r,
                _ => frame.region,
            },
        };
        Ok(Key { outcome, args: values.into(), region, turn: self.turn })
    }

    /// Another outcome's value.
    fn read(&mut self, key: Key, node: NodeId) -> Step<Value> {
        let settled = self.settle(key, Some(node))?;
        self.used.extend(settled.used.iter().copied());
        self.approximate |= settled.approximate;
        if let super::settle::Outcome::Value(_, Some(refer)) = &settled.result {
            // Of several agencies the first by name.
            let keep = self.seen.as_ref().is_some_and(|s| s.agency <= refer.agency);
            if !keep {
                self.seen = Some(refer.clone());
            }
        }
        settled.value()
    }

    /// A fact; what was not told is open.
    pub(crate) fn input(&mut self, id: InputId) -> Step<Value> {
        if let Some(v) = self.facts.get(id) {
            return Ok(v.clone());
        }
        let info = self.p.symbols.input(id);
        if matches!(info.ty, Type::Optional(_)) {
            let var = Var::Absent(id);
            match self.world.chosen(&var) {
                Some(1) => return Ok(Value::None),
                Some(_) => {}
                None => return self.choose(var, vec![Cell::Set(vec![0]), Cell::Set(vec![1])]),
            }
        }
        let var = Var::Input(id);
        match info.ty.base() {
            Type::Boolean => match self.world.chosen(&var) {
                Some(v) => Ok(Value::Bool(v == 1)),
                None => self.choose(var, vec![Cell::Set(vec![1]), Cell::Set(vec![0])]),
            },
            Type::Enum(_) => {
                let left = self.options(id);
                match left.as_slice() {
                    [one] => Ok(Value::variant(*one)),
                    _ => self.choose(var, left.into_iter().map(|v| Cell::Set(vec![v])).collect()),
                }
            }
            t if t.is_numeric() => {
                let bounds = self.world.span(&var).copied().or(info.bounds).unwrap_or(Interval::ALL);
                let origin = self.shared.origin(var);
                Ok(Value::Num(Num::origin(Origin::new(origin, bounds, t.is_integral(), false))))
            }
            _ => Err(Stop::Missing(id)),
        }
    }

    /// The variants an untold enum fact can still be.
    pub(crate) fn options(&self, id: InputId) -> Vec<u16> {
        if let Some(left) = self.world.set(&Var::Input(id)) {
            return left.to_vec();
        }
        match self.p.symbols.input(id).ty.base() {
            Type::Enum(e) => (0..u16::try_from(self.p.symbols.enum_(*e).variants.len()).unwrap_or(u16::MAX)).collect(),
            _ => Vec::new(),
        }
    }

    /// The variants an argument left out can still be.
    pub(crate) fn arg_options(&self, i: u16) -> Vec<u16> {
        if let Some(left) = self.world.set(&Var::Arg(i)) {
            return left.to_vec();
        }
        let decision = self.p.symbols.decision(self.asked_decision);
        let count = decision.args.get(i as usize).map_or(0, |a| self.p.symbols.enum_(a.ty).variants.len());
        (0..u16::try_from(count).unwrap_or(u16::MAX)).collect()
    }

    fn arg(&mut self, arg: Option<ArgVal>) -> Step<u16> {
        match arg {
            Some(ArgVal::Known(v)) => Ok(v),
            Some(ArgVal::Asked(i)) => {
                if let Some(Some(v)) = self.asked.get(i as usize) {
                    return Ok(*v);
                }
                let left = self.arg_options(i);
                match left.as_slice() {
                    [one] => Ok(*one),
                    _ => self.choose(Var::Arg(i), left.into_iter().map(|v| Cell::Set(vec![v])).collect()),
                }
            }
            None => self.nothing("an argument is missing".to_string()),
        }
    }

    /// A node's number.
    pub(crate) fn num(&mut self, id: NodeId, frame: &Frame) -> Step<Num> {
        match self.eval(id, frame)? {
            Value::Num(n) => Ok(n),
            Value::Duration(n, _) => Ok(n),
            _ => {
                let text = self.node_name(id);
                self.nothing(format!("`{text}` is none"))
            }
        }
    }

    /// What a node reads, in words.
    pub(crate) fn node_name(&self, id: NodeId) -> String {
        match self.p.node(id) {
            Node::Input(i) => self.p.symbols.input(*i).name.to_string(),
            Node::Read { outcome, .. } => self.p.symbols.outcome_text(*outcome),
            _ => "a value in this formula".to_string(),
        }
    }

    fn math(&mut self, math: Math, a: &Num, b: &Num, id: NodeId, frame: &Frame) -> Step<Num> {
        if let (Num::Exact(x), Num::Exact(y)) = (a, b) {
            let done = match math {
                Math::Add => Some(x.checked_add(*y)),
                Math::Sub => Some(x.checked_sub(*y)),
                Math::Mul => Some(x.checked_mul(*y)),
                Math::Div => Some(x.checked_div(*y)),
                Math::AddMonths | Math::SubMonths => None,
            };
            if let Some(done) = done {
                return done.map(Num::Exact).map_err(|e| self.arith(e, id));
            }
        }
        self.means(Var::Derived(id, frame.number, self.items_hash(), 0), || format!("{math:?}"), &[a, b]);
        self.site(id, frame, |o| match math {
            Math::Add => a.add(b),
            Math::Sub => a.sub(b),
            Math::Mul => a.mul(b, o),
            Math::Div => a.div(b, o),
            Math::AddMonths => ops::add_months(a, b, o),
            Math::SubMonths => ops::sub_months(a, b, o),
        })
    }

    fn call(&mut self, f: Function, args: &[NodeId], id: NodeId, frame: &Frame) -> Step<Num> {
        let mut values = Vec::with_capacity(args.len());
        for a in args {
            values.push(self.num(*a, frame)?);
        }
        let operands: Vec<&Num> = values.iter().collect();
        self.means(Var::Derived(id, frame.number, self.items_hash(), 0), || format!("{f:?}"), &operands);
        match (f, values.as_slice()) {
            (Function::Min | Function::Max, _) => {
                let mut rest = values.into_iter();
                let Some(mut best) = rest.next() else { return self.nothing("nothing to compare".to_string()) };
                for (i, x) in rest.enumerate() {
                    best = self.extreme(f == Function::Max, best, x, id, frame, u16::try_from(i).unwrap_or(u16::MAX))?;
                }
                Ok(best)
            }
            (Function::FullYears, [m]) => self.site(id, frame, |o| ops::full_years_of_months(m, o)?.scale(Exact::ratio(1, 12)?)),
            (Function::FullYearsBetween, [a, b]) => self.site(id, frame, |o| ops::full_years(a, b, o)),
            (Function::FullMonthsBetween, [a, b]) => self.site(id, frame, |o| ops::full_months(a, b, o)),
            (Function::MonthOf, [d]) => self.site(id, frame, |o| ops::month_of(d, o)),
            (Function::YearOf, [d]) => {
                let months = args.first().is_some_and(|a| *self.p.node_type(*a).base() == Type::Month);
                if months {
                    return self.site(id, frame, |o| ops::full_years_of_months(d, o)?.scale(Exact::ratio(1, 12)?));
                }
                self.site(id, frame, |o| ops::year_of(d, o))
            }
            (Function::FirstDay, [m]) => self.site(id, frame, |o| ops::first_day(m, o)),
            (Function::LastDay, [m]) => self.site(id, frame, |o| ops::last_day(m, o)),
            (Function::YearsFrom, [n]) => n.scale(Exact::from_int(12)).map_err(|e| self.arith(e, id)),
            (Function::Relabel, [n]) => Ok(n.clone()),
            _ => self.nothing("a function without its arguments".to_string()),
        }
    }

    /// The larger (or smaller) of two; ranges that overlap are split where they cross.
    pub(crate) fn extreme(&mut self, max: bool, a: Num, b: Num, id: NodeId, frame: &Frame, nth: u16) -> Step<Num> {
        let op = if max { CmpOp::Ge } else { CmpOp::Le };
        match a.decide(op, &b).map_err(|e| self.arith(e, id))? {
            Decision::Known(true) => Ok(a),
            Decision::Known(false) => Ok(b),
            Decision::Split { origin, at } => self.cut(&origin, at, op, &a, &b, id),
            Decision::Unknown if self.exact => {
                let var = Var::Opaque(id, frame.number, self.items_hash().wrapping_add(u64::from(nth).wrapping_add(1)));
                let first = self.parted(var, op, &a, &b)?;
                Ok(if first { a } else { b })
            }
            Decision::Unknown => {
                let (x, y) = (a.interval(), b.interval());
                let (x, y) = (x.map_err(|e| self.arith(e, id))?, y.map_err(|e| self.arith(e, id))?);
                let hull = between(&x, &y, max);
                let integral = a.is_integral() && b.is_integral();
                let items = self.items_hash();
                let mut site = Site {
                    shared: &mut *self.shared,
                    world: &self.world,
                    node: id,
                    key: frame.number,
                    items,
                    count: nth.saturating_add(1000),
                };
                Ok(Num::derive(hull, integral, &[&a, &b], &mut site))
            }
        }
    }

    fn range(&mut self, lo: Option<(NodeId, bool)>, hi: Option<(NodeId, bool)>, id: NodeId, frame: &Frame) -> Step<Value> {
        let mut interval = Interval::ALL;
        if let Some((n, closed)) = lo {
            let end = self.num(n, frame)?.interval().map_err(|e| self.arith(e, id))?;
            (interval.lo, interval.lo_closed) = (end.lo, closed && end.lo_closed);
        }
        if let Some((n, closed)) = hi {
            let end = self.num(n, frame)?.interval().map_err(|e| self.arith(e, id))?;
            (interval.hi, interval.hi_closed) = (end.hi, closed && end.hi_closed);
        }
        let Some(interval) = Interval::new(interval.lo, interval.lo_closed, interval.hi, interval.hi_closed) else {
            return Err(self.fault(codes::E0804.id, "this range ends before it starts".to_string(), id));
        };
        let var = Var::Range(id, frame.number, self.items_hash());
        let narrowed = self.world.span(&var).and_then(|s| s.intersect(&interval)).unwrap_or(interval);
        let origin = self.shared.origin(var);
        let integral = self.p.node_type(id).is_integral();
        Ok(Value::Num(Num::origin(Origin::new(origin, narrowed, integral, false))))
    }

    fn reading(&mut self, options: &[NodeId], id: NodeId, frame: &Frame) -> Step<Value> {
        let var = Var::Reading(id, frame.number, self.items_hash());
        if let Some(i) = self.world.chosen(&var)
            && let Some(option) = options.get(i as usize)
        {
            return self.eval(*option, frame);
        }
        let mut values = Vec::new();
        for o in options {
            values.push(self.eval(*o, frame)?);
        }
        match values.split_first() {
            Some((first, rest)) if rest.iter().all(|v| v.same(first)) => Ok(first.clone()),
            _ => {
                let cells = (0..u16::try_from(values.len()).unwrap_or(u16::MAX)).map(|i| Cell::Set(vec![i])).collect();
                self.choose(var, cells)
            }
        }
    }
}
