//! In: exact bounds. Out: ranges of numbers with open, closed or missing ends and arithmetic on them. Never here: where a range comes from.

use crate::value::{ArithError, Exact};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Decimals that a number between two others is given at most.
const MAX_DECIMALS: usize = 12;

/// A range of numbers, never empty when built by its constructors.
///
/// A missing bound is unlimited and counts as open (`lo_closed` is false then).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub lo: Option<Exact>,
    /// Whether the lower end belongs to it.
    pub lo_closed: bool,
    /// The upper end.
    pub hi: Option<Exact>,
    /// Whether the upper end belongs to it.
    pub hi_closed: bool,
}

/// One end while calculating: unlimited below, a number that belongs or not, unlimited above.
#[derive(Clone, Copy)]
enum End {
    Below,
    At(Exact, bool),
    Above,
}

impl Interval {
    /// Every number.
    pub const ALL: Self = Self { lo: None, lo_closed: false, hi: None, hi_closed: false };

    /// The range between two ends, a missing one unlimited; `None` when it would be empty.
    pub fn new(lo: Option<Exact>, lo_closed: bool, hi: Option<Exact>, hi_closed: bool) -> Option<Self> {
        if let (Some(l), Some(h)) = (lo, hi) {
            match l.cmp(&h) {
                Ordering::Greater => return None,
                Ordering::Equal if !(lo_closed && hi_closed) => return None,
                _ => {}
            }
        }
        Some(Self { lo, lo_closed: lo_closed && lo.is_some(), hi, hi_closed: hi_closed && hi.is_some() })
    }

    /// Just `x`.
    pub fn point(x: Exact) -> Self {
        Self { lo: Some(x), lo_closed: true, hi: Some(x), hi_closed: true }
    }

    /// `lo..hi`, both included; `None` when `lo` is above `hi`.
    pub fn closed(lo: Exact, hi: Exact) -> Option<Self> {
        Self::new(Some(lo), true, Some(hi), true)
    }

    /// `x` and above.
    pub fn at_least(x: Exact) -> Self {
        Self { lo: Some(x), lo_closed: true, hi: None, hi_closed: false }
    }

    /// `x` and below.
    pub fn at_most(x: Exact) -> Self {
        Self { lo: None, lo_closed: false, hi: Some(x), hi_closed: true }
    }

    /// Above `x`.
    pub fn over(x: Exact) -> Self {
        Self { lo: Some(x), lo_closed: false, hi: None, hi_closed: false }
    }

    /// Below `x`.
    pub fn under(x: Exact) -> Self {
        Self { lo: None, lo_closed: false, hi: Some(x), hi_closed: false }
    }

    /// Above `lo`, up to and including `hi`; `None` when `lo` is not below `hi`.
    pub fn over_up_to(lo: Exact, hi: Exact) -> Option<Self> {
        Self::new(Some(lo), false, Some(hi), true)
    }

    /// Whether `x` belongs to it.
    pub fn contains(&self, x: Exact) -> bool {
        let above = self.lo.is_none_or(|lo| if self.lo_closed { x >= lo } else { x > lo });
        let below = self.hi.is_none_or(|hi| if self.hi_closed { x <= hi } else { x < hi });
        above && below
    }

    /// Whether `x` belongs to it and is not one of its ends.
    pub fn contains_inside(&self, x: Exact) -> bool {
        self.lo.is_none_or(|lo| x > lo) && self.hi.is_none_or(|hi| x < hi)
    }

    /// Whether all of it lies in `other`.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        low_order(other, self) != Ordering::Greater && high_order(self, other) != Ordering::Greater
    }

    /// Whether all of it, ends included, lies strictly between the ends of `other`.
    pub fn is_inside(&self, other: &Self) -> bool {
        let low = other.lo.is_none_or(|o| self.lo.is_some_and(|s| s > o));
        let high = other.hi.is_none_or(|o| self.hi.is_some_and(|s| s < o));
        low && high
    }

    /// What belongs to both; `None` when nothing does.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let low = if low_order(self, other) == Ordering::Less { other } else { self };
        let high = if high_order(self, other) == Ordering::Greater { other } else { self };
        Self::new(low.lo, low.lo_closed, high.hi, high.hi_closed)
    }

    /// Whether something belongs to both.
    pub fn intersects(&self, other: &Self) -> bool {
        self.intersect(other).is_some()
    }

    /// The smallest range that contains both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        let low = if low_order(self, other) == Ordering::Greater { other } else { self };
        let high = if high_order(self, other) == Ordering::Less { other } else { self };
        Self { lo: low.lo, lo_closed: low.lo_closed, hi: high.hi, hi_closed: high.hi_closed }
    }

    /// The single number it is, if it is one.
    pub fn as_point(&self) -> Option<Exact> {
        match (self.lo, self.hi) {
            (Some(lo), Some(hi)) if lo == hi => Some(lo),
            _ => None,
        }
    }

    /// Whether it is a single number.
    pub fn is_point(&self) -> bool {
        self.as_point().is_some()
    }

    /// The whole numbers in it, as a range with closed ends; `None` when there are none.
    pub fn normalise_integral(&self) -> Option<Self> {
        let lo = self.lo.map(|lo| if self.lo_closed || !lo.is_integer() { lo.ceil() } else { lo.floor().saturating_add(1) });
        let hi = self.hi.map(|hi| if self.hi_closed || !hi.is_integer() { hi.floor() } else { hi.floor().saturating_sub(1) });
        Self::new(lo.map(Exact::from_int), true, hi.map(Exact::from_int), true)
    }

    /// The range of `x + y`.
    pub fn add(&self, other: &Self) -> Result<Self, ArithError> {
        let sum = |a: Option<Exact>, b: Option<Exact>| match (a, b) {
            (Some(a), Some(b)) => a.checked_add(b).map(Some),
            _ => Ok(None),
        };
        Ok(Self {
            lo: sum(self.lo, other.lo)?,
            lo_closed: self.lo_closed && other.lo_closed,
            hi: sum(self.hi, other.hi)?,
            hi_closed: self.hi_closed && other.hi_closed,
        })
    }

    /// The range of `x + by`.
    pub fn shift(&self, by: Exact) -> Result<Self, ArithError> {
        self.add(&Self::point(by))
    }

    /// The range of `x * by`.
    pub fn scale(&self, by: Exact) -> Result<Self, ArithError> {
        if by.is_zero() {
            return Ok(Self::point(Exact::ZERO));
        }
        let times = |x: Option<Exact>| x.map(|x| x.checked_mul(by)).transpose();
        let (lo, hi) = (times(self.lo)?, times(self.hi)?);
        Ok(if by.is_negative() {
            Self { lo: hi, lo_closed: self.hi_closed, hi: lo, hi_closed: self.lo_closed }
        } else {
            Self { lo, lo_closed: self.lo_closed, hi, hi_closed: self.hi_closed }
        })
    }

    /// The range of `x * y` for independent `x` and `y`.
    pub fn mul(&self, other: &Self) -> Result<Self, ArithError> {
        let mut low = End::Above;
        let mut high = End::Below;
        for a in [self.low_end(), self.high_end()] {
            for b in [other.low_end(), other.high_end()] {
                let corner = a.times(b)?;
                low = low.lower(corner);
                high = high.higher(corner);
            }
        }
        Ok(Self::between(low, high))
    }

    /// The range of `x * x`.
    pub fn square(&self) -> Result<Self, ArithError> {
        let (low, high) = (self.low_end().times(self.low_end())?, self.high_end().times(self.high_end())?);
        let lower = if self.contains(Exact::ZERO) { End::At(Exact::ZERO, true) } else { low.lower(high) };
        Ok(Self::between(lower, low.higher(high)))
    }

    /// The range of `1 / x`; an error when zero belongs to it.
    pub fn reciprocal(&self) -> Result<Self, ArithError> {
        if self.contains(Exact::ZERO) {
            return Err(ArithError::DivisionByZero);
        }
        let turn = |x: Option<Exact>, closed: bool| match x {
            // an unlimited end comes near zero without reaching it
            None => Ok((Some(Exact::ZERO), false)),
            Some(x) if x.is_zero() => Ok((None, false)),
            Some(x) => Exact::ONE.checked_div(x).map(|r| (Some(r), closed)),
        };
        let (hi, hi_closed) = turn(self.lo, self.lo_closed)?;
        let (lo, lo_closed) = turn(self.hi, self.hi_closed)?;
        Ok(Self { lo, lo_closed, hi, hi_closed })
    }

    /// The number with the fewest decimals strictly between its ends, the middle one of those; nothing where an end is missing or too many digits were needed.
    pub fn shortest_inside(&self) -> Option<Exact> {
        let (lo, hi) = (self.lo?, self.hi?);
        let mut scale = Exact::ONE;
        for _ in 0..=MAX_DECIMALS {
            let first = lo.checked_mul(scale).ok()?.floor().checked_add(1)?;
            let last = hi.checked_mul(scale).ok()?.ceil().checked_sub(1)?;
            if first <= last {
                let middle = first.checked_add(last.checked_sub(first)?.div_euclid(2))?;
                return Exact::from_int(middle).checked_div(scale).ok();
            }
            scale = scale.checked_mul(Exact::from_int(10)).ok()?;
        }
        None
    }

    /// A total order: by lower end, then by upper end.
    pub fn order(&self, other: &Self) -> Ordering {
        low_order(self, other).then_with(|| high_order(self, other))
    }

    fn low_end(&self) -> End {
        self.lo.map_or(End::Below, |x| End::At(x, self.lo_closed))
    }

    fn high_end(&self) -> End {
        self.hi.map_or(End::Above, |x| End::At(x, self.hi_closed))
    }

    fn between(low: End, high: End) -> Self {
        let bound = |e: End| match e {
            End::At(x, closed) => (Some(x), closed),
            End::Below | End::Above => (None, false),
        };
        let ((lo, lo_closed), (hi, hi_closed)) = (bound(low), bound(high));
        Self { lo, lo_closed, hi, hi_closed }
    }
}

impl End {
    /// The product of two ends; zero times unlimited is zero, and zero itself is reached whatever the other end does.
    fn times(self, other: Self) -> Result<Self, ArithError> {
        Ok(match (self, other) {
            (End::At(a, x), End::At(b, y)) => {
                let reached = match (x, y) {
                    (true, true) => true,
                    (true, false) => a.is_zero(),
                    (false, true) => b.is_zero(),
                    (false, false) => false,
                };
                End::At(a.checked_mul(b)?, reached)
            }
            (End::At(a, closed), far) | (far, End::At(a, closed)) => match a.cmp(&Exact::ZERO) {
                Ordering::Equal => End::At(Exact::ZERO, closed),
                Ordering::Greater => far,
                Ordering::Less => far.opposite(),
            },
            (End::Below, far) | (far, End::Below) => far.opposite(),
            (End::Above, End::Above) => End::Above,
        })
    }

    fn opposite(self) -> Self {
        match self {
            End::Below => End::Above,
            End::Above => End::Below,
            End::At(x, closed) => End::At(x.negated(), closed),
        }
    }

    fn lower(self, other: Self) -> Self {
        match (self, other) {
            (End::Below, _) | (_, End::Below) => End::Below,
            (End::Above, e) | (e, End::Above) => e,
            (End::At(a, x), End::At(b, y)) => match a.cmp(&b) {
                Ordering::Less => self,
                Ordering::Greater => other,
                Ordering::Equal => End::At(a, x || y),
            },
        }
    }

    fn higher(self, other: Self) -> Self {
        match (self, other) {
            (End::Above, _) | (_, End::Above) => End::Above,
            (End::Below, e) | (e, End::Below) => e,
            (End::At(a, x), End::At(b, y)) => match a.cmp(&b) {
                Ordering::Greater => self,
                Ordering::Less => other,
                Ordering::Equal => End::At(a, x || y),
            },
        }
    }
}

/// Orders lower ends by how much they let in: unlimited first, a closed one before an open one at the same number.
fn low_order(a: &Interval, b: &Interval) -> Ordering {
    match (a.lo, b.lo) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(x), Some(y)) => x.cmp(&y).then(b.lo_closed.cmp(&a.lo_closed)),
    }
}

/// Orders upper ends: an open one before a closed one at the same number, unlimited last.
fn high_order(a: &Interval, b: &Interval) -> Ordering {
    match (a.hi, b.hi) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(x), Some(y)) => x.cmp(&y).then(a.hi_closed.cmp(&b.hi_closed)),
    }
}
