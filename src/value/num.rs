//! In: exact numbers and ranges that remember where they come from. Out: sums that cancel exactly, products, comparisons. Never here: units, splitting into alternatives.

use crate::value::{ArithError, Exact, Interval};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// One unknown number: a stated range, an input not told, or a result that is not linear in others.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(Arc<OriginData>);

/// What is known about an [`Origin`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginData {
    /// Its identity: two origins with the same id are the same unknown number.
    pub id: u32,
    /// Where it lies; for a whole number the ends are whole and closed.
    pub interval: Interval,
    /// Where it was said to lie, for people: `over 3 months` rather than `at least 4 months`.
    pub stated: Interval,
    /// Whether it is a whole number.
    pub integral: bool,
    /// Whether it is only said to be about that.
    pub approx: bool,
}

impl Origin {
    /// An unknown number; the ends of a whole one become whole and closed.
    pub fn new(id: u32, interval: Interval, integral: bool, approx: bool) -> Self {
        let stated = interval;
        let interval = if integral { stated.normalise_integral().unwrap_or(stated) } else { stated };
        Self(Arc::new(OriginData { id, interval, stated, integral, approx }))
    }

    /// Its identity.
    pub fn id(&self) -> u32 {
        self.0.id
    }

    /// Where it lies; for a whole number the ends are whole and closed.
    pub fn interval(&self) -> &Interval {
        &self.0.interval
    }

    /// Where it was said to lie.
    pub fn stated(&self) -> &Interval {
        &self.0.stated
    }

    /// Whether it is a whole number.
    pub fn integral(&self) -> bool {
        self.0.integral
    }

    /// Whether it is only said to be about that.
    pub fn approx(&self) -> bool {
        self.0.approx
    }

    /// The same unknown number, known to lie in `interval` as well; `None` when it cannot.
    pub fn narrowed(&self, interval: &Interval) -> Option<Self> {
        let stated = self.0.stated.intersect(interval)?;
        let interval = if self.0.integral { stated.normalise_integral()? } else { stated };
        Some(Self(Arc::new(OriginData { interval, stated, ..OriginData::clone(&self.0) })))
    }

    /// Of two descriptions of the same unknown number the narrower one.
    fn narrower<'a>(a: &'a Self, b: &'a Self) -> &'a Self {
        if Arc::ptr_eq(&a.0, &b.0) || a.0.interval.is_subset_of(&b.0.interval) { a } else { b }
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Origin {}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Origin {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.id.cmp(&other.0.id)
    }
}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

/// Whoever hands out origins for results that are not linear in what they come from.
pub trait Origins {
    /// A new origin for a number in `interval` that depends on the origins `parents`.
    fn derived(&mut self, interval: Interval, integral: bool, approx: bool, parents: &[u32]) -> Origin;
}

/// `konst + c1 * o1 + c2 * o2 + …`: terms sorted by origin, coefficients not zero, at least one term.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Affine {
    /// What is added to the terms.
    pub konst: Exact,
    /// The unknown numbers and how often each counts.
    pub terms: Vec<(Origin, Exact)>,
}

/// A number: exact, or a sum of unknown ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Num {
    /// Exactly this.
    Exact(Exact),
    /// Somewhere in a range.
    Range(Arc<Affine>),
}

/// A comparison to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CmpOp {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CmpOp {
    /// The same comparison with its sides swapped.
    pub fn swapped(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            same => same,
        }
    }

    /// Whether it holds for operands in this order.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order == Ordering::Equal,
            Self::Ne => order != Ordering::Equal,
            Self::Lt => order == Ordering::Less,
            Self::Le => order != Ordering::Greater,
            Self::Gt => order == Ordering::Greater,
            Self::Ge => order != Ordering::Less,
        }
    }
}

/// How two numbers stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// For certain.
    Known(Ordering),
    /// It turns on one unknown number: where `origin` is above `at` the left side is greater (smaller when `flipped`), at `at` they are equal.
    Split {
        /// The unknown number.
        origin: Origin,
        /// Where the order changes.
        at: Exact,
        /// Whether the left side falls while the origin grows.
        flipped: bool,
    },
    /// It turns on several unknown numbers.
    Unknown,
}

/// The answer to a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// For certain.
    Known(bool),
    /// Knowing whether `origin` lies below, at or above `at` decides it.
    Split {
        /// The unknown number.
        origin: Origin,
        /// Where it has to be cut.
        at: Exact,
    },
    /// It turns on several unknown numbers.
    Unknown,
}

impl From<Exact> for Num {
    fn from(x: Exact) -> Self {
        Num::Exact(x)
    }
}

impl Num {
    /// 0
    pub const ZERO: Num = Num::Exact(Exact::ZERO);

    /// A whole number.
    pub fn from_int(n: i128) -> Self {
        Num::Exact(Exact::from_int(n))
    }

    /// The unknown number itself; one that can only be a single number, and is not about it, is that number.
    pub fn origin(origin: Origin) -> Self {
        match origin.interval().as_point() {
            Some(x) if !origin.approx() => Num::Exact(x),
            _ => Num::Range(Arc::new(Affine { konst: Exact::ZERO, terms: vec![(origin, Exact::ONE)] })),
        }
    }

    /// `konst + Σ coefficient * origin`, brought into its standard form.
    pub fn affine(konst: Exact, terms: impl IntoIterator<Item = (Origin, Exact)>) -> Result<Self, ArithError> {
        let mut sum = Num::Exact(konst);
        for (origin, coefficient) in terms {
            sum = sum.add(&Num::origin(origin).scale(coefficient)?)?;
        }
        Ok(sum)
    }

    /// The exact number it is, if it is one.
    pub fn as_exact(&self) -> Option<Exact> {
        match self {
            Num::Exact(x) => Some(*x),
            Num::Range(_) => None,
        }
    }

    /// What is known for certain when approximate numbers count as their centre: the only value it can take.
    pub fn as_point(&self) -> Result<Option<Exact>, ArithError> {
        Ok(self.interval()?.as_point())
    }

    /// Where it lies; exact for a sum of independent origins.
    pub fn interval(&self) -> Result<Interval, ArithError> {
        self.sum_of(Origin::interval)
    }

    /// Where it was said to lie, for people; never narrower than [`Num::interval`].
    pub fn stated(&self) -> Result<Interval, ArithError> {
        self.sum_of(Origin::stated)
    }

    fn sum_of(&self, place: impl Fn(&Origin) -> &Interval) -> Result<Interval, ArithError> {
        match self {
            Num::Exact(x) => Ok(Interval::point(*x)),
            Num::Range(a) => {
                let mut sum = Interval::point(a.konst);
                for (origin, coefficient) in &a.terms {
                    sum = sum.add(&place(origin).scale(*coefficient)?)?;
                }
                Ok(sum)
            }
        }
    }

    /// Whether anything in it is only said to be about a number.
    pub fn is_approx(&self) -> bool {
        self.origins().any(Origin::approx)
    }

    /// Whether it can only be a whole number.
    pub fn is_integral(&self) -> bool {
        match self {
            Num::Exact(x) => x.is_integer(),
            Num::Range(a) => a.konst.is_integer() && a.terms.iter().all(|(o, c)| o.integral() && c.is_integer()),
        }
    }

    /// The unknown numbers in it, by id.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.terms().iter().map(|(o, _)| o)
    }

    /// The number without its unknown ones.
    pub fn konst(&self) -> Exact {
        match self {
            Num::Exact(x) => *x,
            Num::Range(a) => a.konst,
        }
    }

    /// The unknown numbers with their coefficients, sorted by id.
    pub fn terms(&self) -> &[(Origin, Exact)] {
        match self {
            Num::Exact(_) => &[],
            Num::Range(a) => &a.terms,
        }
    }

    fn build(konst: Exact, terms: Vec<(Origin, Exact)>) -> Self {
        if terms.is_empty() { Num::Exact(konst) } else { Num::Range(Arc::new(Affine { konst, terms })) }
    }

    /// `self + other`
    pub fn add(&self, other: &Num) -> Result<Num, ArithError> {
        self.combine(other, Exact::ONE)
    }

    /// `self - other`
    pub fn sub(&self, other: &Num) -> Result<Num, ArithError> {
        self.combine(other, Exact::from_int(-1))
    }

    /// `self + factor * other`, merging the sorted terms.
    fn combine(&self, other: &Num, factor: Exact) -> Result<Num, ArithError> {
        let konst = self.konst().checked_add(other.konst().checked_mul(factor)?)?;
        let (mut left, mut right) = (self.terms().iter().peekable(), other.terms().iter().peekable());
        let mut terms = Vec::with_capacity(self.terms().len() + other.terms().len());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((a, _)), Some((b, _))) => a.cmp(b),
            };
            let from_left = if order == Ordering::Greater { None } else { left.next() };
            let from_right = if order == Ordering::Less { None } else { right.next() };
            match (from_left, from_right) {
                (Some((a, x)), Some((b, y))) => {
                    let sum = x.checked_add(y.checked_mul(factor)?)?;
                    if !sum.is_zero() {
                        terms.push((Origin::narrower(a, b).clone(), sum));
                    }
                }
                (Some(term), None) => terms.push(term.clone()),
                (None, Some((b, y))) => terms.push((b.clone(), y.checked_mul(factor)?)),
                (None, None) => break,
            }
        }
        Ok(Num::build(konst, terms))
    }

    /// `self * by`
    pub fn scale(&self, by: Exact) -> Result<Num, ArithError> {
        match self {
            Num::Exact(x) => Ok(Num::Exact(x.checked_mul(by)?)),
            Num::Range(_) if by.is_zero() => Ok(Num::ZERO),
            Num::Range(a) => {
                let terms = a.terms.iter().map(|(o, c)| Ok((o.clone(), c.checked_mul(by)?))).collect::<Result<_, ArithError>>()?;
                Ok(Num::build(a.konst.checked_mul(by)?, terms))
            }
        }
    }

    /// `self * other`; the product of two ranges is a new unknown number.
    pub fn mul(&self, other: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
        match (self, other) {
            (_, Num::Exact(by)) => self.scale(*by),
            (Num::Exact(by), _) => other.scale(*by),
            (Num::Range(a), Num::Range(b)) => {
                let interval = if a == b { self.interval()?.square()? } else { self.interval()?.mul(&other.interval()?)? };
                let integral = self.is_integral() && other.is_integral();
                Ok(Num::derive(interval, integral, &[self, other], origins))
            }
        }
    }

    /// `self / other`; an error when `other` is zero or a range that contains zero.
    pub fn div(&self, other: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
        match other {
            Num::Exact(by) => match self {
                Num::Exact(x) => Ok(Num::Exact(x.checked_div(*by)?)),
                Num::Range(_) => self.scale(Exact::ONE.checked_div(*by)?),
            },
            Num::Range(_) => {
                let turned = other.interval()?.reciprocal()?;
                if let Some(times) = self.multiple_of(other) {
                    return Ok(Num::Exact(times));
                }
                Ok(Num::derive(self.interval()?.mul(&turned)?, false, &[self, other], origins))
            }
        }
    }

    /// How many times `other` it is, when that is the same whatever the unknown numbers are.
    fn multiple_of(&self, other: &Num) -> Option<Exact> {
        let ((a, x), (b, y)) = (self.terms().first()?, other.terms().first()?);
        let times = if a == b { x.checked_div(*y).ok()? } else { return None };
        (other.scale(times).ok()? == *self).then_some(times)
    }

    /// The image of `self` under `f`, which must never decrease and must take whole numbers to whole numbers if `self` is one.
    ///
    /// Open ends become closed, since a function that rounds may reach the image of an end it never touches.
    pub fn map_monotone(
        &self,
        mut f: impl FnMut(Exact) -> Result<Exact, ArithError>,
        origins: &mut dyn Origins,
    ) -> Result<Num, ArithError> {
        if let Num::Exact(x) = self {
            return f(*x).map(Num::Exact);
        }
        let interval = self.interval()?;
        let lo = interval.lo.map(&mut f).transpose()?;
        let hi = interval.hi.map(&mut f).transpose()?;
        let image = Interval { lo, lo_closed: lo.is_some(), hi, hi_closed: hi.is_some() };
        Ok(Num::derive(image, self.is_integral(), &[self], origins))
    }

    /// A result in `interval` that depends on `from`: a new unknown number, or an exact one when only one is possible and none of `from` is approximate.
    pub fn derive(interval: Interval, integral: bool, from: &[&Num], origins: &mut dyn Origins) -> Num {
        let approx = from.iter().any(|n| n.is_approx());
        let interval = if integral { interval.normalise_integral().unwrap_or(interval) } else { interval };
        if let (Some(x), false) = (interval.as_point(), approx) {
            return Num::Exact(x);
        }
        let mut parents: Vec<u32> = from.iter().flat_map(|n| n.origins().map(Origin::id)).collect();
        parents.sort_unstable();
        parents.dedup();
        Num::origin(origins.derived(interval, integral, approx, &parents))
    }

    /// `self` with the unknown number `id` being `with`.
    pub fn substitute(&self, id: u32, with: &Num) -> Result<Num, ArithError> {
        let Num::Range(a) = self else { return Ok(self.clone()) };
        let Some((_, coefficient)) = a.terms.iter().find(|(o, _)| o.id() == id) else { return Ok(self.clone()) };
        let rest = a.terms.iter().filter(|(o, _)| o.id() != id).cloned().collect();
        Num::build(a.konst, rest).add(&with.scale(*coefficient)?)
    }

    /// `self` where the unknown number `origin` is known as narrowly as given; a single possible number becomes exact.
    pub fn narrow(&self, origin: &Origin) -> Result<Num, ArithError> {
        self.substitute(origin.id(), &Num::origin(origin.clone()))
    }

    /// `self` with every unknown number that can only take one value (an approximate one) taken at it.
    fn centred(&self) -> Result<Num, ArithError> {
        let mut konst = self.konst();
        let mut terms = Vec::new();
        for (origin, coefficient) in self.terms() {
            match origin.interval().as_point() {
                Some(x) => konst = konst.checked_add(x.checked_mul(*coefficient)?)?,
                None => terms.push((origin.clone(), *coefficient)),
            }
        }
        Ok(Num::build(konst, terms))
    }

    /// How `self` stands to `other`; approximate numbers count as their centre.
    pub fn compare(&self, other: &Num) -> Result<Comparison, ArithError> {
        if let (Num::Exact(a), Num::Exact(b)) = (self, other) {
            return Ok(Comparison::Known(a.cmp(b)));
        }
        let difference = self.sub(other)?.centred()?;
        let interval = difference.interval()?;
        Ok(match sides(&interval) {
            (false, false, _) => Comparison::Known(Ordering::Equal),
            (true, false, false) => Comparison::Known(Ordering::Less),
            (false, true, false) => Comparison::Known(Ordering::Greater),
            _ => match difference.terms() {
                [(origin, coefficient)] => Comparison::Split {
                    origin: origin.clone(),
                    at: difference.konst().checked_div(*coefficient)?.negated(),
                    flipped: coefficient.is_negative(),
                },
                _ => Comparison::Unknown,
            },
        })
    }

    /// Whether `self op other` holds; approximate numbers count as their centre.
    pub fn decide(&self, op: CmpOp, other: &Num) -> Result<Decision, ArithError> {
        if let (Num::Exact(a), Num::Exact(b)) = (self, other) {
            return Ok(Decision::Known(op.holds(a.cmp(b))));
        }
        let difference = self.sub(other)?.centred()?;
        let (less, greater, mut equal) = sides(&difference.interval()?);
        let single = match difference.terms() {
            [(origin, coefficient)] => Some((origin.clone(), difference.konst().checked_div(*coefficient)?.negated())),
            _ => None,
        };
        if let Some((origin, at)) = &single {
            equal = equal && (at.is_integer() || !origin.integral());
        }
        let mut outcomes = [(less, Ordering::Less), (equal, Ordering::Equal), (greater, Ordering::Greater)]
            .into_iter()
            .filter(|(possible, _)| *possible)
            .map(|(_, order)| op.holds(order));
        let first = outcomes.next().unwrap_or(false);
        if outcomes.all(|o| o == first) {
            return Ok(Decision::Known(first));
        }
        Ok(match single {
            Some((origin, at)) => Decision::Split { origin, at },
            None => Decision::Unknown,
        })
    }
}

/// Whether a difference in this range can be negative, positive, zero.
fn sides(difference: &Interval) -> (bool, bool, bool) {
    let less = difference.lo.is_none_or(Exact::is_negative);
    let greater = difference.hi.is_none_or(Exact::is_positive);
    (less, greater, difference.contains(Exact::ZERO))
}
