//! In: dates as written, days since 1970-01-01, months as year * 12 + month - 1. Out: the Gregorian calendar of years 1 to 9999 between them. Never here: time zones, working days, today.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

/// The first year of the calendar.
pub const FIRST_YEAR: i16 = 1;
/// The last year of the calendar.
pub const LAST_YEAR: i16 = 9999;

/// A date as written, exact to the year, the month or the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// `2025`
    Year(i16),
    /// `2025-01`
    Month(i16, i8),
    /// `2025-01-31`
    Day(i16, i8, i8),
}

impl PartialDate {
    /// The first day it can mean.
    pub fn first(self) -> Option<i64> {
        match self {
            Self::Year(y) => from_ymd(y, 1, 1),
            Self::Month(y, m) => from_ymd(y, m, 1),
            Self::Day(y, m, d) => from_ymd(y, m, d),
        }
    }

    /// The last day it can mean.
    pub fn last(self) -> Option<i64> {
        match self {
            Self::Year(y) => from_ymd(y, 12, 31),
            Self::Month(y, m) => last_day_of_month(from_ymd(y, m, 1)?),
            Self::Day(y, m, d) => from_ymd(y, m, d),
        }
    }
}

/// The day of a civil date; `None` when there is no such date in years 1 to 9999.
pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<i64> {
    Date::new(year, month, day).ok().and_then(to_day)
}

/// Year, month and day of a day; `None` outside years 1 to 9999.
pub fn to_ymd(day: i64) -> Option<(i16, i8, i8)> {
    to_date(day).map(|d| (d.year(), d.month(), d.day()))
}

/// Reads `2025`, `2025-01` or `2025-01-31`, always with four, two and two digits; `None` when there is no such date.
pub fn parse(text: &str) -> Option<PartialDate> {
    let mut parts = text.split('-');
    let year: i16 = digits(parts.next()?, 4)?;
    let written = match (parts.next(), parts.next(), parts.next()) {
        (None, _, _) => PartialDate::Year(year),
        (Some(m), None, _) => PartialDate::Month(year, digits(m, 2)?),
        (Some(m), Some(d), None) => PartialDate::Day(year, digits(m, 2)?, digits(d, 2)?),
        (_, _, Some(_)) => return None,
    };
    written.first().map(|_| written)
}

/// `2025-01-31`; `None` outside the calendar.
pub fn format_day(day: i64) -> Option<String> {
    to_ymd(day).map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

/// `2025-01`; `None` outside the calendar.
pub fn format_month(index: i64) -> Option<String> {
    from_month_index(index).map(|(y, m)| format!("{y:04}-{m:02}"))
}

/// The day `months` later (earlier when negative), counted from `day` itself and kept within the month: one month after
/// January 31 is the last day of February. `None` when it lies outside the calendar.
pub fn add_months(day: i64, months: i64) -> Option<i64> {
    let (year, month, wanted) = to_ymd(day)?;
    let (year, month) = from_month_index(month_index(year, month).checked_add(months)?)?;
    let last = date(year, month, 1).days_in_month();
    from_ymd(year, month, wanted.min(last))
}

/// How many full months lie between: the largest `n` with `add_months(from, n) <= to`.
///
/// It never decreases when `to` grows; where `to` lies before `from` it is negative, -1 up to a month before.
pub fn full_months(from: i64, to: i64) -> Option<i64> {
    let months = month_of(to)?.checked_sub(month_of(from)?)?;
    match add_months(from, months) {
        Some(reached) if reached <= to => Some(months),
        _ => months.checked_sub(1),
    }
}

/// How many full years lie between: the largest `n` with `add_months(from, 12 * n) <= to`.
pub fn full_years(from: i64, to: i64) -> Option<i64> {
    full_months(from, to).map(|m| m.div_euclid(12))
}

/// The month of a year as one number: year * 12 + month - 1.
pub fn month_index(year: i16, month: i8) -> i64 {
    i64::from(year) * 12 + i64::from(month) - 1
}

/// Year and month of a month index; `None` outside the calendar.
pub fn from_month_index(index: i64) -> Option<(i16, i8)> {
    let year = i16::try_from(index.div_euclid(12)).ok()?;
    let month = i8::try_from(index.rem_euclid(12)).ok()? + 1;
    (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some((year, month))
}

/// The month index of the month a day lies in.
pub fn month_of(day: i64) -> Option<i64> {
    to_ymd(day).map(|(y, m, _)| month_index(y, m))
}

/// The year a day lies in.
pub fn year_of(day: i64) -> Option<i64> {
    to_ymd(day).map(|(y, _, _)| i64::from(y))
}

/// The first day of a month index.
pub fn first_day(month: i64) -> Option<i64> {
    let (y, m) = from_month_index(month)?;
    from_ymd(y, m, 1)
}

/// The last day of a month index.
pub fn last_day(month: i64) -> Option<i64> {
    first_day(month).and_then(last_day_of_month)
}

/// The last day of the month a day lies in.
pub fn last_day_of_month(day: i64) -> Option<i64> {
    to_date(day).and_then(|d| to_day(d.last_of_month()))
}

/// The first and the last day of the calendar.
pub fn limits() -> Option<(i64, i64)> {
    Some((from_ymd(FIRST_YEAR, 1, 1)?, from_ymd(LAST_YEAR, 12, 31)?))
}

const EPOCH: Date = date(1970, 1, 1);

fn to_day(d: Date) -> Option<i64> {
    (FIRST_YEAR..=LAST_YEAR).contains(&d.year()).then(|| d.duration_since(EPOCH).as_hours() / 24)
}

fn to_date(day: i64) -> Option<Date> {
    // four million days reach past both ends of the calendar, and no duration overflows before them
    if !(-4_000_000..=4_000_000).contains(&day) {
        return None;
    }
    let d = EPOCH.checked_add(SignedDuration::from_hours(day * 24)).ok()?;
    (FIRST_YEAR..=LAST_YEAR).contains(&d.year()).then_some(d)
}

fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<T> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}
