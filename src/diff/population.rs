//! In: two versions and people with their regions and facts, one after another. Out: for how many of them answers change, and by how much in total. Never here: reading files of people; whoever reads them hands over one [`Mover`] after another.

use super::common::SIDES;
use super::people::Pair;
use super::witness::{Person, kind_of};
use super::{Diff, Kind};
use crate::eval::{self, Came, Facts, Moment, OutcomeAnswer, Question, Status};
use crate::hir::DecisionId;
use crate::input::FactReader;
use crate::policies::{Detail, Policies, date};
use crate::program::OutcomeId;
use crate::value::{Exact, Names, Type, Value, show};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One of the population: where they are, and what is known of them, as each version reads it.
#[derive(Clone, Debug, Default)]
pub struct Mover {
    /// The region.
    pub region: String,
    /// Arguments of decisions, by name; those left out are not told.
    pub arguments: BTreeMap<String, String>,
    /// Their facts for the old and for the new version.
    pub facts: [Facts; 2],
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
}

impl Mover {
    /// Reads one line of NDJSON: an object with the `region`, arguments of decisions and facts by name.
    ///
    /// # Errors
    /// What is wrong with the line, in words.
    pub fn from_json(line: &str, versions: [&Policies; 2], found: &Diff) -> Result<Mover, String> {
        let fields: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(line).map_err(|e| format!("this is no JSON object: {e}"))?;
        let mut out = Mover::default();
        let heads = versions.map(|p| decisions(p, found));
        let knows = |side: usize, name: &str| {
            let all = SIDES.into_iter().zip(versions).zip(&heads).find(|((s, _), _)| *s == side);
            all.is_some_and(|((_, p), heads)| heads.iter().any(|d| p.input(*d, name).is_some()))
        };
        let arguments: BTreeSet<String> = versions
            .iter()
            .zip(&heads)
            .flat_map(|(p, heads)| heads.iter().flat_map(|d| p.program.symbols.decision(*d).args.iter().map(|a| a.name.to_string())))
            .collect();
        let mut told = [serde_json::Map::new(), serde_json::Map::new()];
        for (name, value) in fields {
            let inputs = SIDES.map(|s| knows(s, &name));
            let [old, new] = inputs;
            match value.as_str() {
                Some(region) if name == "region" && !(old || new) => out.region = region.to_owned(),
                Some(text) if arguments.contains(&name) && !(old || new) => {
                    out.arguments.insert(name, text.to_owned());
                }
                _ => {
                    for (known, told) in inputs.into_iter().zip(&mut told) {
                        // What neither knows is an error of both; what one does not know, it does not ask.
                        if known || !(old || new) {
                            told.insert(name.clone(), value.clone());
                        }
                    }
                }
            }
        }
        if out.region.is_empty() {
            return Err("it does not say the `region`".to_owned());
        }
        // Somebody whom neither version can be asked about would be counted as one for whom nothing changes.
        let mut wrong = versions.into_iter().map(|p| p.region(&out.region).err());
        if let (Some(Some(_)), Some(Some(why))) = (wrong.next(), wrong.next()) {
            return Err(why.to_string());
        }
        for (name, value) in &out.arguments {
            let takes = versions.iter().zip(&heads).any(|(p, heads)| {
                heads.iter().any(|d| {
                    let at = (0u16..).zip(&p.program.symbols.decision(*d).args).find(|(_, a)| a.name == name.as_str());
                    at.is_some_and(|(i, _)| p.argument(*d, i, value).is_ok())
                })
            });
            if !takes {
                return Err(format!("`{value}` is no value of `{name}`"));
            }
        }
        for (((version, heads), told), slot) in versions.into_iter().zip(&heads).zip(told).zip(&mut out.facts) {
            let text = serde_json::Value::Object(told).to_string();
            *slot = FactReader::new(version, heads).json(&text, "facts").map_err(|e| e.to_string())?;
        }
        Ok(out)
    }
}

/// The decisions with changes that a version knows.
fn decisions(p: &Policies, found: &Diff) -> Vec<DecisionId> {
    let names: BTreeSet<&str> = found.changes.iter().map(|c| c.decision.as_str()).collect();
    names.into_iter().filter_map(|n| p.decision(n).ok().map(|(d, _)| d)).collect()
}

/// Asks both versions about each of the population, whatever changes were found.
///
/// `on` is the date of the questions, `known` what had been published by then in the old and in the new version.
///
/// # Errors
/// The first row that cannot be read, in words.
pub fn population(
    versions: [&Policies; 2],
    found: &Diff,
    on: i64,
    known: Option<[i64; 2]>,
    rows: impl Iterator<Item = Result<Mover, String>>,
) -> Result<Population, String> {
    let asked: BTreeSet<(&str, &str)> = found.changes.iter().map(|c| (c.decision.as_str(), c.outcome.as_str())).collect();
    let mut totals: BTreeMap<(&str, &str), (Total, Option<Exact>)> = BTreeMap::new();
    let mut out = Population { on: date(on), ..Population::default() };
    for row in rows {
        let row = row?;
        out.people += 1;
        let (mut changed, mut unknown) = (false, false);
        for (decision, outcome) in &asked {
            let moments = known.map_or([None, None], |k| k.map(Some)).map(|known| Moment { on, known });
            let mut answers: [Option<OutcomeAnswer>; 2] = [None, None];
            let mut numbers = [None, None];
            for ((((p, facts), moment), answer), n) in versions.into_iter().zip(&row.facts).zip(moments).zip(&mut answers).zip(&mut numbers)
            {
                let Some((question, id)) = question(p, decision, outcome, &row, moment) else { continue };
                *answer = Some(p.answer_outcome(&question, facts, id, Detail::default()));
                *n = number(p, &question, facts, id);
            }
            let total = totals
                .entry((decision, outcome))
                .or_insert_with(|| (Total { decision: (*decision).to_owned(), outcome: (*outcome).to_owned(), ..Total::default() }, None));
            if answers.iter().flatten().any(|a| a.status == Status::Needs) {
                total.0.unknown += 1;
                unknown = true;
                continue;
            }
            let [was, is] = &answers;
            if matches!(kind_of(was, is), Some(Kind::Added | Kind::Removed | Kind::Changed)) {
                total.0.changed += 1;
                changed = true;
                if let [Some(x), Some(y)] = numbers {
                    let less = y.checked_sub(x).map_err(|_| "the sum grows beyond what can be counted exactly")?;
                    let sum = total.1.unwrap_or(Exact::ZERO).checked_add(less);
                    total.1 = Some(sum.map_err(|_| "the sum grows beyond what can be counted exactly")?);
                    total.0.counted += 1;
                }
            }
        }
        out.changed += u64::from(changed);
        out.unknown += u64::from(unknown);
    }
    for ((decision, outcome), (mut total, sum)) in totals {
        let ty = versions.iter().rev().find_map(|p| {
            let (d, _) = p.decision(decision).ok()?;
            Some((p.program.symbols.outcome(p.outcome(d, outcome)?).ty.clone(), *p))
        });
        if let (Some(sum), Some((ty, p))) = (sum, ty) {
            total.difference = signed(sum, &ty, &p.program.symbols);
        }
        if total.changed + total.unknown > 0 {
            out.totals.push(total);
        }
    }
    Ok(out)
}

/// The question of one of the population, where a version can be asked it.
fn question(p: &Policies, decision: &str, outcome: &str, row: &Mover, moment: Moment) -> Option<(Question, OutcomeId)> {
    let region = p.region(&row.region).ok()?;
    let (decision, mut args) = p.decision(decision).ok()?;
    let info = p.program.symbols.decision(decision);
    for ((i, arg), slot) in (0u16..).zip(&info.args).zip(&mut args) {
        if let Some(name) = row.arguments.get(arg.name.as_str()) {
            *slot = Some(p.argument(decision, i, name).ok()?);
        }
    }
    let outcome = p.outcome(decision, outcome)?;
    Some((Question { region, decision, args, moment }, outcome))
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
fn signed(x: Exact, ty: &Type, names: &dyn Names) -> Option<String> {
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
