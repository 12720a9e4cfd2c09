//! In: numbers with their units. Out: facts in the notation of input documents. Never here: checking them.

use super::Fact;
use serde_json::Value;
use std::fmt;

macro_rules! stretch {
    ($($(#[$doc:meta])* $name:ident $unit:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl Fact for $name {
            fn into_json(self) -> Value {
                let plural = if self.0 == 1 { "" } else { "s" };
                format!(concat!("{} ", $unit, "{}"), self.0, plural).into()
            }
        }
    )*};
}

stretch! {
    /// Calendar days.
    Days "day";
    /// Working days; never converted into others.
    WorkingDays "working day";
    /// Months.
    Months "month";
    /// Years; for an input in months, twelve each.
    Years "year";
}

/// An amount of money, exact to the fen; also an amount each month, where the input is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    fen: i64,
}

impl Money {
    /// Whole yuan; `None` beyond some 92 quadrillion.
    pub fn yuan(yuan: i64) -> Option<Self> {
        yuan.checked_mul(100).map(|fen| Money { fen })
    }

    /// Fen, a hundredth of a yuan each.
    pub fn fen(fen: i64) -> Self {
        Money { fen }
    }
}

impl fmt::Display for Money {
    /// `-480.05`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.fen.unsigned_abs();
        write!(f, "{}{}.{:02}", if self.fen < 0 { "-" } else { "" }, fen / 100, fen % 100)
    }
}

impl Fact for Money {
    fn into_json(self) -> Value {
        // A bare number counts as yuan for both kinds of money; the digits are kept as written.
        self.to_string().parse().map_or(Value::Null, Value::Number)
    }
}

/// A rate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rate(String);

impl Rate {
    /// Hundredths: `Rate::percent(70)` is 70%.
    pub fn percent(percent: u32) -> Self {
        Rate(format!("{percent}%"))
    }

    /// Thousandths: `Rate::permille(5)` is 0.5%.
    pub fn permille(permille: u32) -> Self {
        Rate(format!("{permille}‰"))
    }
}

impl Fact for Rate {
    fn into_json(self) -> Value {
        self.0.into()
    }
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    year: i16,
    month: i8,
}

impl YearMonth {
    /// A month of the years 1 to 9999; `None` when there is no such month.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        crate::value::calendar::from_ymd(year, month, 1).map(|_| YearMonth { year, month })
    }
}

impl Fact for YearMonth {
    fn into_json(self) -> Value {
        format!("{:04}-{:02}", self.year, self.month).into()
    }
}

/// The person has none of it. That is a fact; what is not known is left out instead.
pub const NONE: Nothing = Nothing;

/// The type of [`NONE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nothing;

impl Fact for Nothing {
    fn into_json(self) -> Value {
        "none".into()
    }
}

/// A record, such as a relative.
///
/// ```
/// use polc::facts::Record;
/// use polc::{Date, Policies};
///
/// let policies = Policies::from_text("example.pol", "");
/// let child = Record::new().set("kind", "child").set("bound", false).set("born", Date::new(2020, 2, 29).unwrap());
/// assert!(policies.facts("transfer").unwrap().set("relatives", [child]).build().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record(serde_json::Map<String, Value>);

impl Record {
    /// No field told yet; a record tells all its fields.
    pub fn new() -> Self {
        Record::default()
    }

    /// Tells a field; a later value replaces an earlier one.
    #[must_use]
    pub fn set(mut self, field: impl Into<String>, value: impl Fact) -> Self {
        self.0.insert(field.into(), value.into_json());
        self
    }
}

impl Fact for Record {
    fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}
