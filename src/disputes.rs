//! In: loaded policies. Out: every question on which sources contradict each other, each with both sides and the smallest case that shows it; what stands settles, and what a region merely has of its own, kept apart. Never here: the search for a case (`eval`), layout.
//!
//! Statements are compared on their own shelf and with those of the regions above, so what two neighbours say differently is no contradiction.

mod pairs;
mod text;

pub use text::{markdown, text};

use crate::eval::{self, Because, Case, Clash, OutcomeAnswer, Remark, Search, Told};
use crate::hir::DecisionId;
use crate::policies::{Detail, Policies, date};
use crate::program::{OutcomeId, StmtId};
use crate::value::{RegionId, show};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Which questions to look at.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only what this region, one inside it or one above it says.
    pub region: Option<RegionId>,
    /// Only this decision.
    pub decision: Option<DecisionId>,
    /// Only what is in force on this day (days since 1970-01-01).
    pub on: Option<i64>,
    /// Only what had been published by this day.
    pub known: Option<i64>,
}

/// Version of the document of `polc disputes`; grows when a field changes its meaning or goes.
pub const DISPUTES_VERSION: u32 = 1;

/// Everything found, in source order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Disputes {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that looked.
    pub polc: String,
    /// A digest of the policies, `sha256:…`.
    pub policies: String,
    /// Questions whose answer is disputed, or an error.
    pub contradictions: Vec<Dispute>,
    /// What is settled: a rule stands against a claim, the project's precedence decides, or only one of the two gives a value.
    pub settled: Vec<Dispute>,
    /// Where a region says something else than the one above.
    pub differences: Vec<Dispute>,
    /// Statements of which it could not be told whether they clash.
    pub undecided: Vec<Undecided>,
}

/// One question on which sources differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dispute {
    /// How they stand to each other.
    pub kind: Kind,
    /// The decision.
    pub decision: String,
    /// The outcome.
    pub outcome: String,
    /// Its label.
    pub label: Option<Told>,
    /// The region where it shows.
    pub region: String,
    /// Why these cannot be together, for a `never` of the vocabulary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What is said.
    pub sides: Vec<Side>,
    /// The smallest case that shows it.
    pub case: Shown,
    /// For whom they differ, by period; a `never` has none.
    #[serde(default)]
    pub who: Vec<Who>,
}

/// For whom two statements differ during a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Who {
    /// The first day; from the beginning if absent.
    pub from: Option<String>,
    /// The last day; without end if absent.
    pub until: Option<String>,
    /// Groups of people: what is true of all in it, in words; a group of which nothing is said is everybody.
    pub groups: Vec<Vec<String>>,
    /// Exactly these and nobody else; otherwise some could not be told.
    pub exact: bool,
}

/// How sources stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Side by side: the answer is disputed.
    Disputed,
    /// Rules contradict each other: the answer is an error.
    Conflict,
    /// Together they break a `never` of the vocabulary: the answer is disputed.
    Forbidden,
    /// A rule stands against a claim.
    Beaten,
    /// The project's stated precedence settles it.
    Outranked,
    /// One gives the value, the other only sends to the agency.
    Asks,
    /// A deeper region says something else.
    Differs,
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Side {
    /// The value, in the language's notation.
    pub says: String,
    /// The statements that say so.
    pub rules: Vec<Because>,
}

/// A question about a person that shows a dispute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shown {
    /// The decision with its arguments; those left out do not matter.
    pub decision: String,
    /// The question's date.
    pub on: String,
    /// What had been published by then; everything if absent.
    pub known: Option<String>,
    /// What is told; everything else does not matter.
    pub facts: Vec<Fact>,
}

/// A fact of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fact {
    /// The input.
    pub input: String,
    /// Its value, as `--set` takes it.
    pub value: String,
}

/// Two statements of which it could not be told whether they clash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Undecided {
    /// The decision and outcome.
    pub outcome: String,
    /// The region.
    pub region: String,
    /// The statements, or the one statement a `never` is about.
    pub rules: Vec<Because>,
}

/// Compares everything that is said with everything else that is said about the same.
pub fn disputes(policies: &Policies, scope: &Scope) -> Disputes {
    let tasks = pairs::tasks(policies, scope);
    let found: Vec<Vec<Finding>> = tasks.par_iter().map(|t| t.run(policies, scope)).collect();
    let mut out = Disputes {
        version: DISPUTES_VERSION,
        polc: env!("CARGO_PKG_VERSION").to_string(),
        policies: policies.digest().to_string(),
        contradictions: Vec::new(),
        settled: Vec::new(),
        differences: Vec::new(),
        undecided: Vec::new(),
    };
    for finding in found.into_iter().flatten() {
        match finding {
            Finding::Dispute(d) => match d.kind {
                Kind::Disputed | Kind::Conflict | Kind::Forbidden => out.contradictions.push(*d),
                Kind::Beaten | Kind::Outranked | Kind::Asks => out.settled.push(*d),
                Kind::Differs => out.differences.push(*d),
            },
            Finding::Undecided(u) => out.undecided.push(u),
        }
    }
    for list in [&mut out.contradictions, &mut out.settled, &mut out.differences] {
        list.sort_by_cached_key(|d| {
            (d.sides.iter().flat_map(|s| &s.rules).map(place).min(), d.kind, d.outcome.clone(), d.case.facts.len())
        });
    }
    out.undecided.sort_by_cached_key(|u| (u.rules.iter().map(place).collect::<Vec<_>>(), u.outcome.clone()));
    out
}

fn place(b: &Because) -> (String, usize) {
    (b.file.clone(), b.line)
}

/// What looking at two statements came to.
enum Finding {
    Dispute(Box<Dispute>),
    Undecided(Undecided),
}

/// Puts a case into words.
fn told(policies: &Policies, outcome: OutcomeId, kind: Clash, case: &Case, pair: (StmtId, StmtId), reason: Option<String>) -> Dispute {
    let symbols = &policies.program.symbols;
    let info = symbols.outcome(outcome);
    let answer = policies.answer_outcome(&case.question, &case.facts, outcome, Detail::default());
    let words = eval::Words { p: &policies.program, map: &policies.map };
    let given = || -> Vec<Side> { answer.alternatives.iter().map(|a| Side { says: a.text.clone(), rules: a.rules.clone() }).collect() };
    let with = |remarks: &[Remark]| {
        let [own, span] = [pair.0, pair.1].map(|s| policies.program.statement(s).span);
        let mut sides = given();
        // Where the answer is disputed besides, only the side at hand says otherwise than the other statement.
        sides.retain(|s| s.rules.iter().any(|r| r.span == Some(own)));
        sides.extend(
            remarks.iter().filter(|r| r.rule.span == Some(span)).map(|r| Side { says: r.text.clone(), rules: vec![r.rule.clone()] }),
        );
        sides
    };
    let (kind, sides) = match kind {
        Clash::Disputes => (Kind::Disputed, given()),
        Clash::Forbidden => (Kind::Forbidden, forbidden(&answer)),
        Clash::Conflicts => {
            let side = |s: StmtId| {
                let rule = words.because(s);
                Side { says: rule.text.clone(), rules: vec![rule] }
            };
            (Kind::Conflict, vec![side(pair.0), side(pair.1)])
        }
        Clash::Beats => (Kind::Beaten, with(&answer.beaten)),
        Clash::Outranks => (Kind::Outranked, with(&answer.outranked)),
        Clash::Asks => {
            let rule = words.because(pair.1);
            let mut sides = with(&[]);
            sides.push(Side { says: "ask the agency".to_string(), rules: vec![rule] });
            (Kind::Asks, sides)
        }
        Clash::Differs => (Kind::Differs, with(&answer.differs_from)),
        Clash::Contradicts => (Kind::Differs, with(&answer.contradicted_by)),
        // Not looked for here.
        Clash::Unanswered => (Kind::Asks, given()),
    };
    Dispute {
        kind,
        decision: symbols.decision(info.decision).name.to_string(),
        outcome: info.name.to_string(),
        label: answer.label.clone(),
        region: symbols.region(case.question.region).name.to_string(),
        reason,
        sides,
        case: Shown {
            decision: symbols.head_text(case.question.decision, &case.question.args),
            on: date(case.question.moment.on),
            known: case.question.moment.known.map(date),
            facts: case
                .facts
                .iter()
                .map(|(i, v)| {
                    let input = symbols.input(i);
                    Fact { input: input.name.to_string(), value: show(v, &input.ty, symbols) }
                })
                .collect(),
        },
        who: Vec::new(),
    }
}

/// What cannot be together, a side for each statement.
fn forbidden(answer: &OutcomeAnswer) -> Vec<Side> {
    let mut sides: Vec<Side> = Vec::new();
    for rule in answer.conflicts.iter().flat_map(|c| &c.rules) {
        let side = Side { says: rule.text.clone(), rules: vec![rule.clone()] };
        if !sides.contains(&side) {
            sides.push(side);
        }
    }
    sides
}

/// Asks for a clash, in the words of the result.
fn ask(
    policies: &Policies,
    scope: &Scope,
    outcome: OutcomeId,
    search: Search,
    pair: (StmtId, StmtId),
    reason: Option<String>,
) -> Option<Finding> {
    match search {
        Search::Found(kind, case) => {
            let mut dispute = told(policies, outcome, kind, &case, pair, reason);
            if kind != Clash::Forbidden {
                dispute.who = pairs::who(policies, scope, &case.question, outcome, pair, kind);
            }
            Some(Finding::Dispute(Box::new(dispute)))
        }
        Search::Nobody => None,
        Search::Undecided => {
            let words = eval::Words { p: &policies.program, map: &policies.map };
            let symbols = &policies.program.symbols;
            let mut rules = vec![words.because(pair.0)];
            if pair.1 != pair.0 {
                rules.push(words.because(pair.1));
            }
            let region = symbols.region(policies.program.statement(pair.0).region).name.to_string();
            Some(Finding::Undecided(Undecided { outcome: symbols.outcome_text(outcome), region, rules }))
        }
    }
}
