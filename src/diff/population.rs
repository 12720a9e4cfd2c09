//! In: two versions and people with their regions and facts, one after another. Out: for how many of them answers change, and by how much in total. Never here: reading files of people.

use super::common::SIDES;
use super::people::Pair;
use super::witness::{Person, kind_of};
use super::{Diff, Kind, Scope};
use crate::eval::{self, Came, Facts, Moment, OutcomeAnswer, Question, Status};
use crate::policies::{Detail, Policies, date};
use crate::program::OutcomeId;
use crate::value::{Exact, Type, Value, show};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One of the population: where they are, and what is known of them, as each version reads it; nothing where a version cannot.
#[derive(Clone, Debug)]
pub struct Mover {
    /// The region.
    pub region: String,
    /// Their facts for the old version.
    pub old: Facts,
    /// Their facts for the new version.
    pub new: Facts,
}

/// What changes for a population.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Population {
    /// The date of their questions.
    pub on: String,
    /// People asked about.
    pub people: u64,
    /// People of whom at least one answer changes.
    pub changed: u64,
    /// People of whom some answer could not be told, because facts are missing.
    pub unknown: u64,
    /// Each outcome that changes for somebody, or may.
    pub totals: Vec<Total>,
}

/// One outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Total {
    /// The decision with its arguments.
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
}

/// One number, whatever sources leave open.
fn number(policies: &Policies, question: &Question, facts: &Facts, outcome: OutcomeId) -> Option<Exact> {
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

/// The new number less the old one, in words and exactly; nothing where one of them is no number, or they are the same.
pub(super) fn difference(pair: &Pair, person: &Person) -> Option<(String, Exact)> {
    let [x, y] = SIDES.map(|side| {
        let (question, facts, outcome) = pair.question(side, person)?;
        let policies = pair.sides.get(side)?.policies;
        let ty = policies.program.symbols.outcome(outcome).ty.clone();
        Some((number(policies, &question, &facts, outcome)?, ty))
    });
    let ((x, _), (y, ty)) = (x?, y?);
    let less = y.checked_sub(x).ok().filter(|d| !d.is_zero())?;
    if matches!(ty.base(), Type::Date | Type::Month) {
        return None;
    }
    Some((signed(less, &ty, pair), less))
}

fn signed(x: Exact, ty: &Type, pair: &Pair) -> String {
    let sign = if x.is_negative() { "-" } else { "+" };
    let size = if x.is_negative() { x.negated() } else { x };
    // Rates differ by points.
    let ty = if *ty.base() == Type::Rate { &Type::Points } else { ty.base() };
    format!("{sign}{}", show(&Value::from(size), ty, pair.common.symbols(1)))
}
