//! In: numbers that may be ranges, truth values that may be unknown. Out: dates moved, periods counted, numbers rounded, three-valued logic. Never here: sums and products (see [`Num`]), units.

use crate::value::{ArithError, Exact, Interval, Num, Origins, RoundMode, calendar};

/// `and` of truth values that may be unknown (`None`).
pub fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// `or` of truth values that may be unknown (`None`).
pub fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// `not` of a truth value that may be unknown (`None`).
pub fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}

/// `round(n, mode, unit)`; what is already a multiple of `unit` stays linear.
pub fn round(n: &Num, mode: RoundMode, unit: Exact, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    stepwise(n, unit, &|x| x.round(mode, unit), origins)
}

/// `floor(n, unit)`: the largest multiple of `unit` not above it.
pub fn floor(n: &Num, unit: Exact, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    stepwise(n, unit, &|x| x.floor_to(unit), origins)
}

/// Full years in a number of months, again in months: 30 months are 24.
pub fn full_years_of_months(months: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    floor(months, Exact::from_int(12), origins)
}

/// The day `months` after `day` (before it when negative), counted from `day` and kept within the month.
pub fn add_months(day: &Num, months: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    if months.as_exact() == Some(Exact::ZERO) {
        return Ok(day.clone());
    }
    combine(day, months, false, &|d, m| calendar::add_months(d, m), origins)
}

/// The day `months` before `day`.
pub fn sub_months(day: &Num, months: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    add_months(day, &months.scale(Exact::from_int(-1))?, origins)
}

/// Full months between two days, negative when `to` comes first.
pub fn full_months(from: &Num, to: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    combine(to, from, true, &|to, from| calendar::full_months(from, to), origins)
}

/// Full years between two days, in months, negative when `to` comes first.
pub fn full_years(from: &Num, to: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    let years = |to, from| calendar::full_years(from, to).and_then(|y| y.checked_mul(12));
    combine(to, from, true, &years, origins)
}

/// The days from one day to another.
pub fn days_between(from: &Num, to: &Num) -> Result<Num, ArithError> {
    to.sub(from)
}

/// The month index of the month a day lies in.
pub fn month_of(day: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    calendar_map(day, calendar::month_of, origins)
}

/// The year a day lies in.
pub fn year_of(day: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    calendar_map(day, calendar::year_of, origins)
}

/// The first day of a month.
pub fn first_day(month: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    calendar_map(month, calendar::first_day, origins)
}

/// The last day of a month.
pub fn last_day(month: &Num, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    calendar_map(month, calendar::last_day, origins)
}

/// The whole number held, as days and months have to be.
pub fn whole(x: Exact) -> Result<i64, ArithError> {
    let n = x.to_i128().ok_or(ArithError::NotWhole)?;
    i64::try_from(n).map_err(|_| ArithError::OutOfCalendar)
}

fn calendar_map(n: &Num, f: impl Fn(i64) -> Option<i64>, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    let whole_days = whole_range(n)?;
    if let Some(x) = n.as_exact() {
        return apply(x, &f).map(Num::Exact);
    }
    let image = Interval {
        lo: whole_days.lo.map(|x| apply(x, &f)).transpose()?,
        hi: whole_days.hi.map(|x| apply(x, &f)).transpose()?,
        ..whole_days
    };
    Ok(Num::derive(image, true, &[n], origins))
}

fn apply(x: Exact, f: &impl Fn(i64) -> Option<i64>) -> Result<Exact, ArithError> {
    f(whole(x)?).map(Exact::from).ok_or(ArithError::OutOfCalendar)
}

/// The range of a number that counts days or months: its ends whole and closed.
fn whole_range(n: &Num) -> Result<Interval, ArithError> {
    n.interval()?.normalise_integral().ok_or(ArithError::NotWhole)
}

/// A calendar function that grows with `a` and grows (or falls) with `b`.
fn combine(a: &Num, b: &Num, falls: bool, f: &dyn Fn(i64, i64) -> Option<i64>, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    let at = |x: Exact, y: Exact| f(whole(x)?, whole(y)?).map(Exact::from).ok_or(ArithError::OutOfCalendar);
    if let (Some(x), Some(y)) = (a.as_exact(), b.as_exact()) {
        return at(x, y).map(Num::Exact);
    }
    let (in_a, in_b) = (whole_range(a)?, whole_range(b)?);
    let (low_b, high_b) = if falls { (in_b.hi, in_b.lo) } else { (in_b.lo, in_b.hi) };
    let corner = |x: Option<Exact>, y: Option<Exact>| x.zip(y).map(|(x, y)| at(x, y)).transpose();
    let (lo, hi) = (corner(in_a.lo, low_b)?, corner(in_a.hi, high_b)?);
    let image = Interval { lo, lo_closed: lo.is_some(), hi, hi_closed: hi.is_some() };
    Ok(Num::derive(image, true, &[a, b], origins))
}

/// A function that never decreases and is constant between neighbouring multiples of half of `unit`.
fn stepwise(n: &Num, unit: Exact, f: &dyn Fn(Exact) -> Result<Exact, ArithError>, origins: &mut dyn Origins) -> Result<Num, ArithError> {
    if unit.is_zero() {
        return Err(ArithError::DivisionByZero);
    }
    if let Some(x) = n.as_exact() {
        return f(x).map(Num::Exact);
    }
    if is_multiple(n, unit) {
        return Ok(n.clone());
    }
    let interval = n.interval()?;
    let half = unit.abs().checked_div(Exact::from_int(2))?;
    let two = Exact::from_int(2);
    // next to an open end the function has the value it has halfway to the next multiple
    let halfway = |x: Exact, neighbour: Exact| x.checked_add(neighbour.checked_mul(half)?)?.checked_div(two);
    let lo = match interval.lo {
        Some(x) if interval.lo_closed => Some(f(x)?),
        Some(x) => Some(f(halfway(x, Exact::from_int(x.checked_div(half)?.floor()).checked_add(Exact::ONE)?)?)?),
        None => None,
    };
    let hi = match interval.hi {
        Some(x) if interval.hi_closed => Some(f(x)?),
        Some(x) => Some(f(halfway(x, Exact::from_int(x.checked_div(half)?.ceil()).checked_sub(Exact::ONE)?)?)?),
        None => None,
    };
    let image = Interval { lo, lo_closed: lo.is_some(), hi, hi_closed: hi.is_some() };
    Ok(Num::derive(image, unit.is_integer(), &[n], origins))
}

/// Whether a sum can only be a multiple of `unit`.
fn is_multiple(n: &Num, unit: Exact) -> bool {
    let whole_steps = |x: Exact| x.checked_div(unit).is_ok_and(Exact::is_integer);
    whole_steps(n.konst()) && n.terms().iter().all(|(o, c)| o.integral() && whole_steps(*c))
}
