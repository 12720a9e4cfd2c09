//! In: answers of two versions to the same person. Out: by how much they differ; the form in which it is told what that comes to for a population. Never here: reading and asking a population (`batch`).

use super::common::SIDES;
use super::people::Pair;
use super::witness::Person;
use crate::eval::{self, Came, Facts, Question};
use crate::policies::Policies;
use crate::program::OutcomeId;
use crate::value::{Exact, Names, Type, Value, show};
use serde::{Deserialize, Serialize};

/// What changes for a population.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Population {
    /// The date of their questions.
    pub on: String,
    /// People asked about: those in the regions compared whose rows could be read.
    pub people: u64,
    /// Rows that could not be read, and were passed over.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub bad_rows: u64,
    /// People of whom at least one answer changes.
    pub changed: u64,
    /// People of whom some answer could not be told, because facts are missing.
    pub unknown: u64,
    /// Each outcome that changes for somebody, or may.
    pub totals: Vec<Total>,
}

/// One outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Total {
    /// The decision.
    pub decision: String,
    /// The outcome.
    pub outcome: String,
    /// People whose answer comes, goes or changes.
    pub changed: u64,
    /// People of whom facts are missing.
    pub unknown: u64,
    /// The new amounts less the old ones, where both are one number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub difference: Option<String>,
    /// People counted in the difference.
    pub counted: u64,
    /// The same by region, where most people are concerned first.
    pub regions: Vec<InRegion>,
}

/// One outcome in one region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InRegion {
    /// The region that people name.
    pub region: String,
    /// People whose answer comes, goes or changes.
    pub changed: u64,
    /// People of whom facts are missing.
    pub unknown: u64,
    /// The new amounts less the old ones, where both are one number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub difference: Option<String>,
    /// People counted in the difference.
    pub counted: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// One number, whatever sources leave open.
pub(crate) fn number(policies: &Policies, question: &Question, facts: &Facts, outcome: OutcomeId) -> Option<Exact> {
    let explored = eval::explore(&policies.program, question, facts, outcome);
    let mut out = None;
    for leaf in &explored.leaves {
        let Came::Value(Value::Num(n), _) = &leaf.settled.result else { return None };
        let x = n.as_exact()?;
        if explored.truncated || out.is_some_and(|o| o != x) {
            return None;
        }
        out = Some(x);
    }
    out
}

/// The new number less the old one; nothing where one of them is no number, or they are the same.
pub(super) fn difference(pair: &Pair, person: &Person) -> Option<String> {
    let [x, y] = SIDES.map(|side| {
        let (question, facts, outcome) = pair.question(side, person)?;
        let policies = pair.sides.get(side)?.policies;
        let ty = policies.program.symbols.outcome(outcome).ty.clone();
        Some((number(policies, &question, &facts, outcome)?, ty))
    });
    let ((x, _), (y, ty)) = (x?, y?);
    let less = y.checked_sub(x).ok().filter(|d| !d.is_zero())?;
    signed(less, &ty, pair.common.symbols(1))
}

/// A difference, with its sign; dates have none.
pub(crate) fn signed(x: Exact, ty: &Type, names: &dyn Names) -> Option<String> {
    let sign = if x.is_negative() { "-" } else { "+" };
    let size = if x.is_negative() { x.negated() } else { x };
    let ty = match ty.base() {
        Type::Date | Type::Month => return None,
        // Rates differ by points.
        Type::Rate => &Type::Points,
        other => other,
    };
    Some(format!("{sign}{}", show(&Value::from(size), ty, names)))
}
