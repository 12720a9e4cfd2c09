//! In: facts as Rust values. Out: checked facts for questions, or everything wrong with them. Never here: JSON text and settings (`input`), evaluating.
//!
//! A fact goes through the same reader as JSON, so types, bounds and messages are the same:
//!
//! ```
//! use polc::facts::{Money, Months, NONE};
//! use polc::{Date, Policies};
//!
//! let policies = Policies::from_text("example.pol", "");
//! let facts = policies
//!     .facts("transfer")?
//!     .set("gap", Months(2))
//!     .set("age", 61)
//!     .set("sex", "female")
//!     .set("possible", true)
//!     .set("wage", Money::fen(632_650))
//!     .set("stopped_on", Date::new(2025, 1, 10).unwrap())
//!     .set("retired_on", NONE)
//!     .build()?;
//! assert_eq!(facts.iter().count(), 7);
//!
//! // Everything wrong is told at once, as data.
//! let wrong = policies.facts("transfer")?.set("gap", "5 days").set("ag", 40).build().unwrap_err();
//! assert_eq!(wrong.diagnostics().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is not known is left out; there is no value for it. A person who has none of something (no date of retirement) is [`NONE`].

mod units;

use crate::eval::Facts;
use crate::hir::DecisionId;
use crate::input::{FactReader, InputErrors};
use crate::{Policies, Refused};
use serde::Serialize;
pub use units::{Days, Money, Months, NONE, Nothing, Rate, Record, WorkingDays, YearMonth, Years};

/// A value that a fact can have.
///
/// Whole numbers, truth values and texts tell themselves; a text may be anything that `--set` takes, such as `"¥6326/month"` or `"resident"`.
/// There is no implementation for floats: a number that passes through one is no longer exact.
pub trait Fact {
    /// The value in the form of an input document.
    fn into_json(self) -> serde_json::Value;
}

/// Facts being told for one decision.
#[derive(Debug)]
#[must_use = "nothing is told until `build`"]
pub struct FactsBuilder<'p> {
    policies: &'p Policies,
    decisions: Vec<DecisionId>,
    given: Vec<(String, serde_json::Value)>,
}

impl FactsBuilder<'_> {
    /// Tells a fact by the name or alias of its input. Telling one twice is an error.
    pub fn set(mut self, input: impl Into<String>, value: impl Fact) -> Self {
        self.given.push((input.into(), value.into_json()));
        self
    }

    /// Tells every field of something that serialises to an object, named like the inputs; fields that are `None` are not told.
    ///
    /// # Errors
    /// What `serde_json` says about a value that has no JSON. Floats in it count as the shortest decimal that stands for them: hold amounts as texts.
    pub fn all_of(mut self, person: &impl Serialize) -> Result<Self, serde_json::Error> {
        use serde::ser::Error;
        match serde_json::to_value(person)? {
            serde_json::Value::Object(fields) => {
                self.given.extend(fields.into_iter().filter(|(_, v)| !v.is_null()));
                Ok(self)
            }
            _ => Err(serde_json::Error::custom("facts are the fields of an object")),
        }
    }

    /// The facts, checked.
    ///
    /// # Errors
    /// Everything wrong with them: unknown inputs, values of the wrong type or out of bounds, facts told twice.
    pub fn build(self) -> Result<Facts, InputErrors> {
        FactReader::new(self.policies, &self.decisions).values(&self.given)
    }
}

impl Policies {
    /// Facts of one person for a decision, to be told one by one.
    ///
    /// # Errors
    /// An unknown decision.
    pub fn facts(&self, decision: &str) -> Result<FactsBuilder<'_>, Refused> {
        Ok(self.facts_for(self.decision(decision)?.0))
    }

    /// Facts of one person for a decision that was looked up before.
    pub fn facts_for(&self, decision: DecisionId) -> FactsBuilder<'_> {
        FactsBuilder { policies: self, decisions: vec![decision], given: Vec::new() }
    }
}

impl Fact for bool {
    fn into_json(self) -> serde_json::Value {
        self.into()
    }
}

macro_rules! whole {
    ($($ty:ty)*) => {$(
        impl Fact for $ty {
            fn into_json(self) -> serde_json::Value {
                self.into()
            }
        }
    )*};
}
whole!(i8 i16 i32 i64 u8 u16 u32 u64);

impl Fact for &str {
    fn into_json(self) -> serde_json::Value {
        self.into()
    }
}

impl Fact for String {
    fn into_json(self) -> serde_json::Value {
        self.into()
    }
}

impl<T: Fact> Fact for Vec<T> {
    fn into_json(self) -> serde_json::Value {
        self.into_iter().map(Fact::into_json).collect()
    }
}

impl<T: Fact, const N: usize> Fact for [T; N] {
    fn into_json(self) -> serde_json::Value {
        self.into_iter().map(Fact::into_json).collect()
    }
}

impl Fact for crate::Date {
    fn into_json(self) -> serde_json::Value {
        self.to_string().into()
    }
}
