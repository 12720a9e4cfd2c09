//! In: whole numbers and decimals as written. Out: exact rational numbers and what can go wrong with them. Never here: floats, ranges, units.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, CheckedSub};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;

/// The most significant integer digits a written number may have.
const MAX_INTEGER_DIGITS: usize = 18;
/// The most decimals a written number may have.
pub(crate) const MAX_DECIMALS: usize = 12;
/// The most digits a fraction is written with as a decimal; more might not fit when read back.
const MAX_SHOWN_DIGITS: usize = 38;

/// An exact rational number, always reduced, its denominator positive.
///
/// The numerator is never `i128::MIN`, so negating is always safe.
#[derive(Clone, Copy)]
pub struct Exact(Ratio<i128>);

/// Why a calculation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ArithError {
    /// The result does not fit.
    #[error("the result is too large")]
    Overflow,
    /// The divisor is zero, or a range that contains zero.
    #[error("division by zero")]
    DivisionByZero,
    /// A part of a day or month where only whole ones count.
    #[error("not a whole number")]
    NotWhole,
    /// A date before year 1 or after year 9999.
    #[error("the date lies outside the calendar")]
    OutOfCalendar,
}

/// Why a written number cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NumberError {
    /// Not of the form `12`, `0.5`, `1_000`.
    #[error("not a number")]
    Malformed,
    /// More than 18 integer digits or 12 decimals.
    #[error("a number with more digits than are kept exactly")]
    TooLarge,
}

/// How a number is brought to a multiple of a unit.
///
/// Every mode treats a negative number as the mirror image of the positive one: `HalfUp` and `Up` go away from zero,
/// `Down` goes towards zero. All four never decrease when the number grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundMode {
    /// To the nearest multiple, from the middle away from zero (四舍五入).
    HalfUp,
    /// To the nearest multiple, from the middle to the even one.
    HalfEven,
    /// To the next multiple away from zero.
    Up,
    /// To the next multiple towards zero.
    Down,
}

impl RoundMode {
    /// The mode written as `half_up`, `half_even`, `up` or `down`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "half_up" => Some(Self::HalfUp),
            "half_even" => Some(Self::HalfEven),
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }

    /// The word for it in the language.
    pub fn word(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::HalfEven => "half_even",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl Exact {
    /// 0
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));
    /// 1
    pub const ONE: Self = Self(Ratio::new_raw(1, 1));

    /// A whole number; `i128::MIN` is brought to its neighbour so that every number can be negated.
    pub const fn from_int(n: i128) -> Self {
        Self(Ratio::new_raw(if n == i128::MIN { -i128::MAX } else { n }, 1))
    }

    /// `n / d`, reduced.
    pub fn ratio(n: i128, d: i128) -> Result<Self, ArithError> {
        if d == 0 {
            return Err(ArithError::DivisionByZero);
        }
        if n == i128::MIN || d == i128::MIN {
            return Err(ArithError::Overflow);
        }
        Ok(Self(Ratio::new(n, d)))
    }

    /// Reads `12`, `0.5` or `1_000`: ASCII digits, `_` only between digits, no sign.
    pub fn parse_decimal(text: &str) -> Result<Self, NumberError> {
        let (whole, decimals) = match text.split_once('.') {
            Some((w, d)) => (digits(w)?, digits(d)?),
            None => (digits(text)?, String::new()),
        };
        let whole = whole.trim_start_matches('0');
        let decimals = decimals.trim_end_matches('0');
        if whole.len() > MAX_INTEGER_DIGITS || decimals.len() > MAX_DECIMALS {
            return Err(NumberError::TooLarge);
        }
        let mut numer: i128 = 0;
        let mut denom: i128 = 1;
        // 30 digits at most, well inside i128
        for d in whole.bytes() {
            numer = numer * 10 + i128::from(d - b'0');
        }
        for d in decimals.bytes() {
            numer = numer * 10 + i128::from(d - b'0');
            denom *= 10;
        }
        Ok(Self(Ratio::new(numer, denom)))
    }

    /// The numerator of the reduced fraction; it carries the sign.
    pub fn numer(self) -> i128 {
        *self.0.numer()
    }

    /// The denominator of the reduced fraction, at least 1.
    pub fn denom(self) -> i128 {
        *self.0.denom()
    }

    /// Whether it is a whole number.
    pub fn is_integer(self) -> bool {
        self.denom() == 1
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.numer() == 0
    }

    /// Whether it is below 0.
    pub fn is_negative(self) -> bool {
        self.numer() < 0
    }

    /// Whether it is above 0.
    pub fn is_positive(self) -> bool {
        self.numer() > 0
    }

    /// The whole number it is, if it is one.
    pub fn to_i128(self) -> Option<i128> {
        self.is_integer().then(|| self.numer())
    }

    /// The largest whole number not above it.
    pub fn floor(self) -> i128 {
        self.numer().div_euclid(self.denom())
    }

    /// The smallest whole number not below it.
    pub fn ceil(self) -> i128 {
        -((-self.numer()).div_euclid(self.denom()))
    }

    /// The number with its sign turned.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(Ratio::new_raw(-self.numer(), self.denom()))
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// `self + other`
    pub fn checked_add(self, other: Self) -> Result<Self, ArithError> {
        if self.is_integer() && other.is_integer() {
            return whole(self.numer().checked_add(other.numer()));
        }
        fraction(self.0.checked_add(&other.0))
    }

    /// `self - other`
    pub fn checked_sub(self, other: Self) -> Result<Self, ArithError> {
        if self.is_integer() && other.is_integer() {
            return whole(self.numer().checked_sub(other.numer()));
        }
        fraction(self.0.checked_sub(&other.0))
    }

    /// `self * other`
    pub fn checked_mul(self, other: Self) -> Result<Self, ArithError> {
        if self.is_integer() && other.is_integer() {
            return whole(self.numer().checked_mul(other.numer()));
        }
        fraction(self.0.checked_mul(&other.0))
    }

    /// `self / other`
    pub fn checked_div(self, other: Self) -> Result<Self, ArithError> {
        if other.is_zero() {
            return Err(ArithError::DivisionByZero);
        }
        if self.is_integer() && other.is_integer() {
            return Self::ratio(self.numer(), other.numer());
        }
        // turning the divisor over first keeps every denominator positive
        let (n, d) = (other.numer(), other.denom());
        let turned = if n < 0 { Ratio::new_raw(-d, -n) } else { Ratio::new_raw(d, n) };
        fraction(self.0.checked_mul(&turned))
    }

    /// The multiple of `unit` that `mode` chooses; the sign of `unit` does not matter.
    pub fn round(self, mode: RoundMode, unit: Self) -> Result<Self, ArithError> {
        let unit = unit.abs();
        let steps = self.checked_div(unit)?;
        let size = steps.abs();
        let below = size.floor();
        let rest = size.checked_sub(Self::from_int(below))?;
        let half = rest.cmp(&Self(Ratio::new_raw(1, 2)));
        let up = match mode {
            RoundMode::Down => false,
            RoundMode::Up => !rest.is_zero(),
            RoundMode::HalfUp => half != Ordering::Less,
            RoundMode::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && below % 2 == 1),
        };
        let chosen = Self::from_int(below).checked_add(if up { Self::ONE } else { Self::ZERO })?;
        let rounded = chosen.checked_mul(unit)?;
        Ok(if self.is_negative() { rounded.negated() } else { rounded })
    }

    /// The largest multiple of `unit` not above it (towards minus infinity); the sign of `unit` does not matter.
    pub fn floor_to(self, unit: Self) -> Result<Self, ArithError> {
        let unit = unit.abs();
        Self::from_int(self.checked_div(unit)?.floor()).checked_mul(unit)
    }

    /// Its digits after the point when they end, without trailing zeros: (sign is negative, integer part, decimals).
    pub fn decimal(self) -> Option<(bool, String, String)> {
        let size = self.abs();
        let denom = size.denom();
        let whole = (size.numer() / denom).to_string();
        let mut rest = size.numer() % denom;
        let mut decimals = String::new();
        while rest != 0 {
            // more digits could not be read back
            if whole.len() + decimals.len() >= MAX_SHOWN_DIGITS {
                return None;
            }
            rest = rest.checked_mul(10)?;
            decimals.push(char::from_digit(u32::try_from(rest / denom).ok()?, 10)?);
            rest %= denom;
        }
        Some((self.is_negative(), whole, decimals))
    }

    /// Reads what [`fmt::Display`] writes: an optional `-`, then a decimal or `a/b`.
    pub fn parse_display(text: &str) -> Result<Self, NumberError> {
        let (negative, size) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let value = match (size.split_once('/'), size.split_once('.')) {
            (Some((n, d)), None) => Self::ratio(integer(n)?, integer(d)?).map_err(|_| NumberError::Malformed)?,
            (None, Some((w, d))) => {
                let mut denom: i128 = 1;
                for _ in d.bytes() {
                    denom = denom.checked_mul(10).ok_or(NumberError::TooLarge)?;
                }
                integer(d)?;
                Self::ratio(integer(&format!("{w}{d}"))?, denom).map_err(|_| NumberError::TooLarge)?
            }
            (None, None) => Self::from_int(integer(size)?),
            (Some(_), Some(_)) => return Err(NumberError::Malformed),
        };
        Ok(if negative { value.negated() } else { value })
    }
}

fn digits(text: &str) -> Result<String, NumberError> {
    let well_formed = text.split('_').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    if well_formed { Ok(text.replace('_', "")) } else { Err(NumberError::Malformed) }
}

fn integer(text: &str) -> Result<i128, NumberError> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    text.parse().map_err(|_| NumberError::TooLarge)
}

fn whole(n: Option<i128>) -> Result<Exact, ArithError> {
    match n {
        Some(n) if n != i128::MIN => Ok(Exact(Ratio::new_raw(n, 1))),
        _ => Err(ArithError::Overflow),
    }
}

fn fraction(r: Option<Ratio<i128>>) -> Result<Exact, ArithError> {
    match r {
        Some(r) if *r.numer() != i128::MIN && *r.denom() != i128::MIN => Ok(Exact(r)),
        _ => Err(ArithError::Overflow),
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.numer() == other.numer() && self.denom() == other.denom()
    }
}

impl Eq for Exact {}

impl std::hash::Hash for Exact {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.numer().hash(state);
        self.denom().hash(state);
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denom() == other.denom() {
            return self.numer().cmp(&other.numer());
        }
        match (self.numer().checked_mul(other.denom()), other.numer().checked_mul(self.denom())) {
            (Some(a), Some(b)) => a.cmp(&b),
            // num-rational compares integer parts and remainders, which cannot overflow
            _ => self.0.cmp(&other.0),
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decimal() {
            Some((negative, whole, decimals)) => {
                let sign = if negative { "-" } else { "" };
                if decimals.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{decimals}") }
            }
            None => write!(f, "{}/{}", self.numer(), self.denom()),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Exact {
    fn from(n: i64) -> Self {
        Self::from_int(i128::from(n))
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { (self.numer(), self.denom()).serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let (numer, denom) = <(i128, i128)>::deserialize(deserializer)?;
            if denom == 1 {
                return Ok(Self::from_int(numer));
            }
            return Self::ratio(numer, denom).map_err(serde::de::Error::custom);
        }
        let text = String::deserialize(deserializer)?;
        Self::parse_display(&text).map_err(serde::de::Error::custom)
    }
}
