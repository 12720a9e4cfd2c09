//! In: nodes of the graph. Out: values of the language held by them: a number is a node over a denominator. Never here: expressions of the Program.

use super::graph::{Graph, Id, gcd};
use crate::value::{Exact, Num, Value, Variants};

/// A value that is worked out row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sym {
    /// True or false.
    Truth(Id),
    /// The number of an enum's value.
    Choice(Id),
    /// A node divided by a positive number.
    Num(Id, i64),
    /// A value that is the same for everybody: its place in the plan's list.
    Listed(Id),
    /// A value that is the same for everybody and not listed yet.
    Fixed(Value),
}

impl Sym {
    /// A number that does not vary; money in fen, rates in hundredths of a percent where that is exact.
    pub fn constant(g: &mut Graph, x: Exact) -> Option<Sym> {
        let den = i64::try_from(x.denom()).ok()?;
        // Rates of several places should have one form.
        let den = if den == 1 { 1 } else { [10_000i64, 1_000_000].into_iter().find(|d| d % den == 0).unwrap_or(den) };
        let n = x.numer().checked_mul(i128::from(den))? / x.denom();
        let n = i64::try_from(n).ok().filter(|n| n.unsigned_abs() < 1 << 61)?;
        Some(Sym::Num(g.constant(n), den))
    }

    /// What a constant is.
    pub fn of(g: &mut Graph, v: &Value) -> Option<Sym> {
        match v {
            Value::Num(Num::Exact(x)) => Sym::constant(g, *x),
            Value::Bool(b) => Some(Sym::Truth(g.constant(i64::from(*b)))),
            Value::Variants(Variants::One(v)) => Some(Sym::Choice(g.constant(i64::from(*v)))),
            other => Some(Sym::Fixed(other.clone())),
        }
    }

    /// The value, where it is the same for everybody.
    pub fn fixed(&self, g: &Graph) -> Option<Value> {
        match self {
            Sym::Truth(x) => g.as_const(*x).map(|n| Value::Bool(n == 1)),
            Sym::Choice(x) => g.as_const(*x).and_then(|n| u16::try_from(n).ok()).map(Value::variant),
            Sym::Num(x, den) => g.as_const(*x).and_then(|n| Exact::ratio(n.into(), (*den).into()).ok()).map(Value::from),
            Sym::Fixed(v) => Some(v.clone()),
            Sym::Listed(_) => None,
        }
    }
}

/// Two numbers over one denominator.
pub(super) fn level(g: &mut Graph, (a, x): (Id, i64), (b, y): (Id, i64)) -> Option<(Id, Id, i64)> {
    let den = lcm(x, y)?;
    Some((scaled(g, a, den / x)?, scaled(g, b, den / y)?, den))
}

pub(super) fn lcm(x: i64, y: i64) -> Option<i64> {
    (x / gcd(x, y)).checked_mul(y)
}

pub(super) fn scaled(g: &mut Graph, a: Id, by: i64) -> Option<Id> {
    let by = g.constant(by);
    g.mul(a, by)
}

/// The first where the condition holds, else the second; `None` where they are of different kinds.
pub(super) fn select(g: &mut Graph, c: Id, a: &Sym, b: &Sym) -> Option<Sym> {
    Some(match (a, b) {
        (Sym::Truth(x), Sym::Truth(y)) => Sym::Truth(g.select(c, *x, *y)),
        (Sym::Choice(x), Sym::Choice(y)) => Sym::Choice(g.select(c, *x, *y)),
        (Sym::Listed(x), Sym::Listed(y)) => Sym::Listed(g.select(c, *x, *y)),
        (Sym::Num(x, d), Sym::Num(y, e)) => {
            let (x, y, den) = level(g, (*x, *d), (*y, *e))?;
            Sym::Num(g.select(c, x, y), den)
        }
        _ => return None,
    })
}
