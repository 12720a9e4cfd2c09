//! In: an expression of the Program, in a region. Out: nodes that give its value for a person of whom everything it asks is told, and the condition under which it cannot be given here. Never here: which statement wins (`settle.rs`).

use super::graph::{FALSE, Graph, Id, TRUE, Whole};
use super::paths::Traced;
use super::symbol::{Sym, level, scaled, select};
use super::{Kind, Slot, SlotInfo};
use crate::eval::Moment;
use crate::program::{ArgRef, Element, Function, Math, Node, NodeId, OutcomeId, Program};
use crate::value::{CmpOp, Exact, InputId, Interval, Names, Num, RegionId, RoundMode, Type, Value, Variants};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Where an expression stands: the arguments and the region of its outcome.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub args: Vec<Id>,
    pub region: RegionId,
}

/// An outcome, worked out row by row.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub value: Sym,
    /// Nothing gives it.
    pub none: Id,
    /// The row interpreter has to be asked.
    pub slow: Id,
    pub trace: Traced,
}

/// Outcomes that were read, and when.
pub(super) type Reads = Vec<(Id, Traced)>;

/// Compiles for one region after the other into one graph.
pub(super) struct Lower<'p> {
    pub p: &'p Program,
    pub moment: Moment,
    pub g: Graph,
    pub slots: Vec<SlotInfo>,
    pub by_slot: FxHashMap<Slot, u16>,
    /// Values that are the same for everybody.
    pub listed: Vec<Value>,
    pub memo: FxHashMap<(OutcomeId, Vec<Id>, RegionId), Rc<Settled>>,
    pub active: Vec<(OutcomeId, Vec<Id>, RegionId)>,
    /// Under which condition the expression at hand is asked at all.
    pub reach: Id,
    /// The same, for what an answer rests on.
    pub rests: Id,
    /// Gathered: the row interpreter has to be asked.
    pub slow: Id,
    /// Gathered where wanted: something read is given by nothing.
    pub none: Option<Id>,
    /// Gathered: what was read.
    pub reads: Reads,
}

/// The largest whole number of an input without bounds that is answered here.
const USUAL: i64 = (1 << 31) - 1;
/// The same for months.
const MONTHS: i64 = (1 << 15) - 1;
/// Days of the calendar that are answered here: the years 1 to 9999.
const DAYS: (i64, i64) = (-719_162, 2_932_896);

impl<'p> Lower<'p> {
    pub fn new(p: &'p Program, moment: Moment) -> Lower<'p> {
        Lower {
            p,
            moment,
            g: Graph::new(),
            slots: Vec::new(),
            by_slot: FxHashMap::default(),
            listed: Vec::new(),
            memo: FxHashMap::default(),
            active: Vec::new(),
            reach: TRUE,
            rests: TRUE,
            slow: FALSE,
            none: None,
            reads: Vec::new(),
        }
    }

    /// What is asked cannot be worked out here.
    pub fn give_up(&mut self) {
        let reach = self.reach;
        self.slow_if(reach);
    }

    pub fn slow_if(&mut self, c: Id) {
        self.slow = self.g.or(self.slow, c);
    }

    /// The value, or a stand-in where there is none here.
    pub fn or_slow<T>(&mut self, x: Option<T>, instead: T) -> T {
        match x {
            Some(x) => x,
            None => {
                self.give_up();
                instead
            }
        }
    }

    /// Under a further condition.
    fn under<T>(&mut self, c: Id, f: impl FnOnce(&mut Self) -> T) -> T {
        let (reach, rests) = (self.reach, self.rests);
        self.reach = self.g.and(reach, c);
        self.rests = self.g.and(rests, c);
        let result = f(self);
        (self.reach, self.rests) = (reach, rests);
        result
    }

    /// The node of a slot.
    pub fn slot(&mut self, slot: Slot, kind: Kind) -> Id {
        let next = u16::try_from(self.slots.len()).unwrap_or(u16::MAX);
        let number = *self.by_slot.entry(slot).or_insert(next);
        if number == next {
            self.slots.push(SlotInfo { slot, kind });
        }
        let (lo, hi) = match kind {
            Kind::Truth => (0, 1),
            Kind::Choice(n) | Kind::Listed(n) => (0, i64::from(n.max(1)) - 1),
            Kind::Whole { lo, hi, .. } => (lo, hi),
        };
        // Slot 0 is the region.
        self.g.slot(number + 1, lo, hi)
    }

    pub fn input(&mut self, id: InputId) -> Option<Sym> {
        let info = self.p.symbols.input(id);
        let slot = Slot::Input(id);
        Some(match info.ty.base() {
            Type::Boolean => Sym::Truth(self.slot(slot, Kind::Truth)),
            Type::Enum(e) => {
                let n = self.p.symbols.variant_count(*e);
                Sym::Choice(self.slot(slot, Kind::Choice(u32::try_from(n).ok()?)))
            }
            t if t.is_numeric() => {
                let (scale, lo, hi) = match t {
                    Type::Rate | Type::Points => (1_000_000, -USUAL, USUAL),
                    Type::Number => (1_000, -USUAL, USUAL),
                    Type::Date => (1, DAYS.0, DAYS.1),
                    Type::Month => (1, 12, 119_999),
                    Type::Months | Type::Years => (1, -MONTHS, MONTHS),
                    _ => (1, -USUAL, USUAL),
                };
                let (lo, hi) = within(info.bounds.as_ref(), scale, lo, hi)?;
                Sym::Num(self.slot(slot, Kind::Whole { scale, lo, hi }), scale)
            }
            _ => return None,
        })
    }

    /// The variant number of an input that is an argument.
    pub fn choice(&mut self, id: InputId) -> Option<Id> {
        match self.input(id)? {
            Sym::Choice(x) => Some(x),
            _ => None,
        }
    }

    /// The value of an expression.
    pub fn expr(&mut self, id: NodeId, at: &Place) -> Sym {
        let made = crate::stack::deep(|| self.made(id, at));
        self.or_slow(made, Sym::Fixed(Value::None))
    }

    fn made(&mut self, id: NodeId, at: &Place) -> Option<Sym> {
        let p = self.p;
        match p.node(id) {
            Node::Const(v) => Sym::of(&mut self.g, v),
            Node::Input(i) => self.input(*i),
            Node::Arg(a) => at.args.get(*a as usize).map(|x| Sym::Choice(*x)),
            Node::Read { outcome, args, at: place } => self.read(*outcome, args, *place, at),
            Node::Not(_) | Node::All(_) | Node::Any(_) | Node::Compare(..) | Node::Same(..) | Node::InList(..) => {
                Some(Sym::Truth(self.holds(id, at)))
            }
            Node::Math(math, a, b) => {
                let (a, b) = (self.num(*a, at)?, self.num(*b, at)?);
                let made = self.math(*math, a, b)?;
                // A number that does not vary has one form.
                match made.fixed(&self.g) {
                    Some(Value::Num(Num::Exact(x))) => Sym::constant(&mut self.g, x),
                    _ => Some(made),
                }
            }
            Node::Round(x, mode, unit) => {
                let x = self.num(*x, at)?;
                self.round(x, *mode, *unit)
            }
            Node::Call(f, args) => self.call(*f, args, at),
            Node::If(c, a, b) => {
                let c = self.holds(*c, at);
                let a = self.under(c, |m| m.expr(*a, at));
                let other = self.g.not(c);
                let b = self.under(other, |m| m.expr(*b, at));
                match c {
                    TRUE => Some(a),
                    FALSE => Some(b),
                    _ => select(&mut self.g, c, &a, &b),
                }
            }
            _ => None,
        }
    }

    fn num(&mut self, id: NodeId, at: &Place) -> Option<(Id, i64)> {
        match self.expr(id, at) {
            Sym::Num(x, den) => Some((x, den)),
            _ => None,
        }
    }

    fn read(&mut self, outcome: OutcomeId, args: &[ArgRef], place: Option<NodeId>, at: &Place) -> Option<Sym> {
        let mut values = Vec::new();
        for a in args {
            values.push(match a {
                ArgRef::Variant(v) => self.g.constant(i64::from(*v)),
                ArgRef::Arg(i) => *at.args.get(*i as usize)?,
                ArgRef::Input(i) => self.choice(*i)?,
            });
        }
        let region = match place.map(|n| self.p.node(n)) {
            None => at.region,
            Some(Node::Const(Value::Region(r))) => *r,
            Some(_) => return None,
        };
        let settled = self.settle(outcome, values, region)?;
        let reach = self.reach;
        let slow = self.g.and(reach, settled.slow);
        self.slow_if(slow);
        let none = self.g.and(reach, settled.none);
        match self.none {
            Some(n) => self.none = Some(self.g.or(n, none)),
            None => self.slow_if(none),
        }
        let trace = settled.trace.read();
        match self.reads.iter_mut().find(|(_, t)| t.same_read(&trace)) {
            Some((c, _)) => *c = self.g.or(*c, self.rests),
            None => self.reads.push((self.rests, trace)),
        }
        match &settled.value {
            // One of several values, or a range: what reads it may have to be answered for each of them.
            Sym::Fixed(Value::None) => Some(Sym::Fixed(Value::None)),
            Sym::Listed(_) | Sym::Fixed(_) => None,
            other => Some(other.clone()),
        }
    }

    /// Whether a condition holds.
    pub fn holds(&mut self, id: NodeId, at: &Place) -> Id {
        let made = crate::stack::deep(|| self.truth(id, at));
        self.or_slow(made, FALSE)
    }

    fn truth(&mut self, id: NodeId, at: &Place) -> Option<Id> {
        let p = self.p;
        match p.node(id) {
            Node::Not(x) => {
                let x = self.holds(*x, at);
                Some(self.g.not(x))
            }
            Node::All(parts) => Some(self.joined(parts, false, at)),
            Node::Any(parts) => Some(self.joined(parts, true, at)),
            Node::Compare(op, a, b) => {
                let (a, b) = (self.expr(*a, at), self.expr(*b, at));
                match (a, b) {
                    (Sym::Num(x, d), Sym::Num(y, e)) => {
                        let (x, y, _) = level(&mut self.g, (x, d), (y, e))?;
                        Some(self.compare(*op, x, y))
                    }
                    // What a person does not have is neither before nor after anything.
                    (Sym::Fixed(Value::None), _) | (_, Sym::Fixed(Value::None)) => Some(self.g.constant(i64::from(*op == CmpOp::Ne))),
                    _ => None,
                }
            }
            Node::Same(a, b, negate) => {
                let (a, b) = (self.expr(*a, at), self.expr(*b, at));
                let same = self.same(&a, &b)?;
                Some(if *negate { self.g.not(same) } else { same })
            }
            Node::InList(x, list) => {
                let x = self.expr(*x, at);
                let Node::List { items, open: false, .. } = p.node(*list) else { return None };
                let mut any = FALSE;
                for item in items {
                    let Element::One(v, _) = item else { return None };
                    let v = self.expr(*v, at);
                    let same = match (&x, &v) {
                        (Sym::Num(..), Sym::Num(..)) | (Sym::Choice(_), Sym::Choice(_)) => self.same(&x, &v)?,
                        _ => return None,
                    };
                    any = self.g.or(any, same);
                }
                Some(any)
            }
            _ => match self.expr(id, at) {
                Sym::Truth(x) => Some(x),
                _ => None,
            },
        }
    }

    /// `and`, `or`: parts are asked until one settles it.
    fn joined(&mut self, parts: &[NodeId], deciding: bool, at: &Place) -> Id {
        let mut result = self.g.constant(i64::from(!deciding));
        for part in parts {
            let open = if deciding { self.g.not(result) } else { result };
            if open == FALSE {
                break;
            }
            let own = self.under(open, |m| m.holds(*part, at));
            result = if deciding { self.g.or(result, own) } else { self.g.and(result, own) };
        }
        result
    }

    /// A statement's conditions: what they read counts only where all of them hold.
    pub fn conditions(&mut self, when: NodeId, at: &Place) -> Id {
        let Node::All(parts) = self.p.node(when) else { return self.holds(when, at) };
        let reach = self.reach;
        let mut result = TRUE;
        for part in parts {
            self.reach = self.g.and(reach, result);
            let own = self.holds(*part, at);
            result = self.g.and(result, own);
        }
        self.reach = reach;
        result
    }

    pub fn compare(&mut self, op: CmpOp, x: Id, y: Id) -> Id {
        let g = &mut self.g;
        match op {
            CmpOp::Lt => g.lt(x, y),
            CmpOp::Gt => g.lt(y, x),
            CmpOp::Le => g.le(x, y),
            CmpOp::Ge => g.le(y, x),
            CmpOp::Eq => g.eq(x, y),
            CmpOp::Ne => {
                let same = g.eq(x, y);
                g.not(same)
            }
        }
    }

    fn same(&mut self, a: &Sym, b: &Sym) -> Option<Id> {
        Some(match (a, b) {
            (Sym::Truth(x), Sym::Truth(y)) | (Sym::Choice(x), Sym::Choice(y)) => self.g.eq(*x, *y),
            (Sym::Choice(x), Sym::Fixed(Value::Variants(set))) | (Sym::Fixed(Value::Variants(set)), Sym::Choice(x)) => self.member(*x, set),
            (Sym::Num(x, d), Sym::Num(y, e)) => {
                let (x, y, _) = level(&mut self.g, (*x, *d), (*y, *e))?;
                self.g.eq(x, y)
            }
            (Sym::Fixed(Value::None), Sym::Truth(_) | Sym::Choice(_) | Sym::Num(..))
            | (Sym::Truth(_) | Sym::Choice(_) | Sym::Num(..), Sym::Fixed(Value::None)) => FALSE,
            _ => return None,
        })
    }

    /// Whether an enum value is one of these.
    pub fn member(&mut self, x: Id, set: &Variants) -> Id {
        let mut any = FALSE;
        for v in set.iter() {
            let v = self.g.constant(i64::from(v));
            let same = self.g.eq(x, v);
            any = self.g.or(any, same);
        }
        any
    }

    fn math(&mut self, math: Math, (a, x): (Id, i64), (b, y): (Id, i64)) -> Option<Sym> {
        let g = &mut self.g;
        Some(match math {
            Math::Add => {
                let (a, b, den) = level(g, (a, x), (b, y))?;
                Sym::Num(g.add(a, b)?, den)
            }
            Math::Sub => {
                let (a, b, den) = level(g, (a, x), (b, y))?;
                Sym::Num(g.sub(a, b)?, den)
            }
            Math::Mul => Sym::Num(g.mul(a, b)?, x.checked_mul(y)?),
            Math::Div => {
                // By a number that is the same for everybody.
                let n = g.as_const(b).filter(|n| *n != 0)?;
                let a = scaled(g, a, y.checked_mul(n.signum())?)?;
                Sym::Num(a, x.checked_mul(n.checked_abs()?)?)
            }
            Math::AddMonths | Math::SubMonths => return None,
        })
    }

    /// The multiple of a unit that a mode chooses.
    pub fn round(&mut self, (x, den): (Id, i64), mode: RoundMode, unit: Exact) -> Option<Sym> {
        let how = match mode {
            RoundMode::HalfUp => Whole::HalfUp,
            RoundMode::HalfEven => Whole::HalfEven,
            RoundMode::Up => Whole::Up,
            RoundMode::Down => Whole::Down,
        };
        let unit = unit.abs();
        let (n, d) = (i64::try_from(unit.numer()).ok()?, i64::try_from(unit.denom()).ok()?);
        let top = scaled(&mut self.g, x, d)?;
        let steps = self.g.div(top, den.checked_mul(n)?, how)?;
        Some(Sym::Num(scaled(&mut self.g, steps, n)?, d))
    }

    fn call(&mut self, f: Function, args: &[NodeId], at: &Place) -> Option<Sym> {
        let mut values = Vec::new();
        for a in args {
            values.push(self.num(*a, at)?);
        }
        let g = &mut self.g;
        match (f, values.as_slice()) {
            (Function::Min | Function::Max, [first, rest @ ..]) => {
                let mut best = *first;
                for x in rest {
                    let (a, b, den) = level(g, best, *x)?;
                    best = (if f == Function::Max { g.max(a, b) } else { g.min(a, b) }, den);
                }
                Some(Sym::Num(best.0, best.1))
            }
            (Function::FullYears, [(x, den)]) => Some(Sym::Num(g.div(*x, den.checked_mul(12)?, Whole::Floor)?, 1)),
            (Function::YearOf, [(x, den)]) if args.first().is_some_and(|a| *self.p.node_type(*a).base() == Type::Month) => {
                Some(Sym::Num(g.div(*x, den.checked_mul(12)?, Whole::Floor)?, 1))
            }
            (Function::YearsFrom, [(x, den)]) => Some(Sym::Num(scaled(g, *x, 12)?, *den)),
            (Function::Relabel, [(x, den)]) => Some(Sym::Num(*x, *den)),
            _ => None,
        }
    }
}

/// The whole numbers between bounds, in steps of a scale.
fn within(bounds: Option<&Interval>, scale: i64, lo: i64, hi: i64) -> Option<(i64, i64)> {
    let Some(b) = bounds else { return Some((lo, hi)) };
    let scale = Exact::from(scale);
    // Ends that do not belong to it are let in: the reader of facts has kept them out.
    let low = match b.lo {
        Some(x) => i64::try_from(x.checked_mul(scale).ok()?.ceil()).unwrap_or(lo).max(lo),
        None => lo,
    };
    let high = match b.hi {
        Some(x) => i64::try_from(x.checked_mul(scale).ok()?.floor()).unwrap_or(hi).min(hi),
        None => hi,
    };
    (low <= high).then_some((low, high))
}
