//! In: civil dates. Out: one day of the calendar, for those who ask questions. Never here: months and years as dates, arithmetic (`calendar`).

use super::calendar;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of the years 1 to 9999.
///
/// ```
/// use polc::Date;
///
/// let day: Date = "2025-02-28".parse().unwrap();
/// assert_eq!(day, Date::new(2025, 2, 28).unwrap());
/// assert_eq!(day.to_string(), "2025-02-28");
/// assert!("2025-02-30".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(i64);

/// A text or number that is no day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day of the calendar; write 2025-01-31")]
pub struct NoSuchDay(String);

impl Date {
    /// A day; `None` when there is no such one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        calendar::from_ymd(year, month, day).map(Date)
    }

    /// The day so many days after 1970-01-01 (before it when negative); `None` outside the calendar.
    pub fn from_days(days: i64) -> Option<Self> {
        calendar::to_ymd(days).map(|_| Date(days))
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        self.0
    }

    /// Today, where this machine is; `None` when its clock shows no day of the calendar.
    pub fn today() -> Option<Self> {
        let now = jiff::Zoned::now().date();
        Date::new(now.year(), now.month(), now.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&calendar::format_day(self.0).unwrap_or_default())
    }
}

impl FromStr for Date {
    type Err = NoSuchDay;

    fn from_str(text: &str) -> Result<Self, NoSuchDay> {
        match calendar::parse(text) {
            Some(calendar::PartialDate::Day(y, m, d)) => Date::new(y, m, d),
            _ => None,
        }
        .ok_or_else(|| NoSuchDay(text.to_owned()))
    }
}

impl TryFrom<String> for Date {
    type Error = NoSuchDay;

    fn try_from(text: String) -> Result<Self, NoSuchDay> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(day: Date) -> String {
        day.to_string()
    }
}
