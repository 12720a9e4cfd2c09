//! In: nothing. Out: the types a value may have and how they relate. Never here: type checking, names of declared things.

use crate::value::Names;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

macro_rules! id {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// Its place in the list it numbers.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// A declared enum.
    EnumId
}
id! {
    /// A declared record.
    RecordId
}
id! {
    /// A declared region.
    RegionId
}
id! {
    /// A declared input.
    InputId
}

/// The unit of a stretch of time; ordered from the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Calendar days.
    Days,
    /// Working days; never converted into others.
    WorkingDays,
    /// Months.
    Months,
    /// Years, held as 12 months each.
    Years,
}

impl TimeUnit {
    /// The type of an amount in this unit.
    pub fn ty(self) -> Type {
        match self {
            Self::Days => Type::Days,
            Self::WorkingDays => Type::WorkingDays,
            Self::Months => Type::Months,
            Self::Years => Type::Years,
        }
    }

    /// The word for it in the language, in the plural.
    pub fn word(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::WorkingDays => "working days",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// Whether amounts of the two can be compared: the same unit, or months and years.
    pub fn same_dimension(self, other: Self) -> bool {
        self.dimension() == other.dimension()
    }

    /// The unit amounts are held in: months for years.
    pub fn dimension(self) -> Self {
        if self == Self::Years { Self::Months } else { self }
    }
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// An amount of money, held in fen.
    Money,
    /// An amount of money each month, held in fen.
    MoneyPerMonth,
    /// A share, held as a fraction: 12% is 3/25.
    Rate,
    /// Percentage points, held as a fraction.
    Points,
    /// A whole number of things.
    Count,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A quoted text.
    Text,
    /// A day, held as days since 1970-01-01.
    Date,
    /// A month of a year, held as year * 12 + month - 1.
    Month,
    /// A declared region.
    Region,
    /// Calendar days.
    Days,
    /// Working days.
    WorkingDays,
    /// Months.
    Months,
    /// Years, held in months.
    Years,
    /// A stretch of time in any unit; the value carries the unit ([`crate::value::Value::Duration`]).
    Duration,
    /// An attribute that is there or not; held as a boolean.
    Flag,
    /// The name of an input.
    InputName,
    /// One of an enum's variants.
    Enum(EnumId),
    /// A record.
    Record(RecordId),
    /// A list.
    List(Arc<Type>),
    /// The type or `none`.
    Optional(Arc<Type>),
}

impl Type {
    /// `list of` this.
    pub fn list_of(item: Type) -> Type {
        Type::List(Arc::new(item))
    }

    /// This `or none`; an optional type stays as it is.
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) => self,
            other => Type::Optional(Arc::new(other)),
        }
    }

    /// The type without `or none`.
    pub fn base(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner.base(),
            other => other,
        }
    }

    /// Whether a value may be `none`.
    pub fn is_optional(&self) -> bool {
        matches!(self, Type::Optional(_))
    }

    /// Whether its values (other than `none`) are held as [`crate::value::Num`].
    pub fn is_numeric(&self) -> bool {
        matches!(
            self.base(),
            Type::Money
                | Type::MoneyPerMonth
                | Type::Rate
                | Type::Points
                | Type::Count
                | Type::Number
                | Type::Date
                | Type::Month
                | Type::Days
                | Type::WorkingDays
                | Type::Months
                | Type::Years
        )
    }

    /// Whether its values come in whole steps of what holds them (fen, days, months, …).
    pub fn is_integral(&self) -> bool {
        matches!(
            self.base(),
            Type::Money | Type::Count | Type::Date | Type::Month | Type::Days | Type::WorkingDays | Type::Months | Type::Years
        )
    }

    /// The unit, if it is a stretch of time with a fixed one.
    pub fn time_unit(&self) -> Option<TimeUnit> {
        match self.base() {
            Type::Days => Some(TimeUnit::Days),
            Type::WorkingDays => Some(TimeUnit::WorkingDays),
            Type::Months => Some(TimeUnit::Months),
            Type::Years => Some(TimeUnit::Years),
            _ => None,
        }
    }

    /// The element type of a list.
    pub fn element(&self) -> Option<&Type> {
        match self.base() {
            Type::List(item) => Some(item),
            _ => None,
        }
    }

    /// Whether values of the two can be compared and added: `none` aside, months and years are one, count and number too.
    pub fn same_dimension(&self, other: &Type) -> bool {
        match (self.base(), other.base()) {
            (Type::Months | Type::Years, Type::Months | Type::Years) => true,
            (Type::Count | Type::Number, Type::Count | Type::Number) => true,
            (Type::Boolean | Type::Flag, Type::Boolean | Type::Flag) => true,
            (Type::List(x), Type::List(y)) => x.same_dimension(y),
            (a, b) => a == b,
        }
    }

    /// The type in the language's words, such as `list of document`.
    pub fn show(&self, names: &dyn Names) -> String {
        let word = match self {
            Type::Money => "money",
            Type::MoneyPerMonth => "money per month",
            Type::Rate => "rate",
            Type::Points => "points",
            Type::Count => "count",
            Type::Number => "number",
            Type::Boolean => "boolean",
            Type::Text => "text",
            Type::Date => "date",
            Type::Month => "month",
            Type::Region => "region",
            Type::Days => "days",
            Type::WorkingDays => "working days",
            Type::Months => "months",
            Type::Years => "years",
            Type::Duration => "duration",
            Type::Flag => "flag",
            Type::InputName => "input",
            Type::Enum(id) => names.enum_name(*id),
            Type::Record(id) => names.record_name(*id),
            Type::List(item) => return format!("list of {}", item.show(names)),
            Type::Optional(inner) => return format!("{} or none", inner.show(names)),
        };
        word.to_owned()
    }
}
