//! In: nothing. Out: the words an exported file has for what is one of a few, and what they stand for. Never here: anything with parts.

use crate::diagnostics::Severity;
use crate::hir::{Aggregate, Function, Math, SetOp, SourceKind};
use crate::value::{CmpOp, RoundMode, TimeUnit};
use serde::{Deserialize, Serialize};

/// A word for each value of an enum of another room, so that renaming it there changes no file.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident for $other:ident { $($word:ident = $meaning:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { $($word,)* }

        impl From<$other> for $name {
            fn from(x: $other) -> Self {
                match x { $($other::$meaning => $name::$word,)* }
            }
        }

        impl From<$name> for $other {
            fn from(x: $name) -> Self {
                match x { $($name::$word => $other::$meaning,)* }
            }
        }
    )*};
}

words! {
    /// How two numbers are compared.
    Comparison for CmpOp { Eq = Eq, Ne = Ne, Lt = Lt, Le = Le, Gt = Gt, Ge = Ge, }
    /// Arithmetic; `add_months` and `sub_months` move a date by months.
    Arithmetic for Math { Add = Add, Sub = Sub, Mul = Mul, Div = Div, AddMonths = AddMonths, SubMonths = SubMonths, }
    /// A function of numbers or dates; `relabel` keeps the number and changes its unit.
    FunctionName for Function {
        Min = Min, Max = Max, FullYears = FullYears, FullYearsBetween = FullYearsBetween, FullMonthsBetween = FullMonthsBetween,
        MonthOf = MonthOf, YearOf = YearOf, FirstDay = FirstDay, LastDay = LastDay, YearsFrom = YearsFrom, Relabel = Relabel,
    }
    /// A function over a list.
    AggregateName for Aggregate { Count = Count, Sum = Sum, Min = Min, Max = Max, Any = Any, All = All, }
    /// Rounding: to the nearest (the middle away from zero, or to the even one), away from zero, towards zero.
    Mode for RoundMode { HalfUp = HalfUp, HalfEven = HalfEven, Up = Up, Down = Down, }
    /// A unit of time.
    Unit for TimeUnit { Days = Days, WorkingDays = WorkingDays, Months = Months, Years = Years, }
    /// What a statement does to its outcome: gives it, adds to it, keeps it within a limit, or asks for something more.
    Operation for SetOp { Give = Give, Add = Add, AtLeast = AtLeast, AtMost = AtMost, Requires = Requires, }
    /// What kind of paper a source is.
    Kind for SourceKind { Law = Law, Regulation = Regulation, Notice = Notice, Web = Web, }
    /// How bad a finding is.
    Weight for Severity { Error = Error, Warning = Warning, Note = Note, }
}

/// How strongly a statement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(super) enum Strong {
    /// Yields to any other statement of its region.
    Default,
    /// Never replaced where it holds.
    Final,
}

/// A status a test expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Has this value.
    Decided,
    /// Sources contradict each other.
    Disputed,
    /// Ask the agency.
    Refer,
    /// Facts are wanted.
    Needs,
    /// Nothing gives it.
    NoRule,
    /// Cannot be worked out.
    Error,
}
