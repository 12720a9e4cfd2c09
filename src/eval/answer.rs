//! In: nothing. Out: an answer as data: for each outcome its status, alternatives, what is wanted, what was said against it. Never here: how it is put together (`assemble.rs`), printing.

use super::Trace;
use crate::program::Label;
use crate::source::Span;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// How an outcome came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Facts are wanted.
    Needs,
    /// Sources contradict each other.
    Disputed,
    /// The agency has to be asked.
    Refer,
    /// One answer (or the readings a source leaves open).
    Decided,
    /// Nothing gives it.
    NoRule,
    /// It cannot be worked out: rules contradict each other, or a formula fails.
    Error,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Needs => "needs",
            Status::Disputed => "disputed",
            Status::Refer => "refer",
            Status::Decided => "decided",
            Status::NoRule => "no_rule",
            Status::Error => "error",
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The version of polc that answered.
    pub polc: String,
    /// A digest of the policies asked, `sha256:…`.
    pub policies: String,
    /// The region asked.
    pub region: String,
    /// The decision with its arguments.
    pub decision: String,
    /// The question's date.
    pub on: String,
    /// What had been published by then; unlimited if absent.
    pub known: Option<String>,
    /// Each outcome.
    pub outcomes: Vec<OutcomeAnswer>,
}

/// The answer for one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeAnswer {
    /// Its name.
    pub outcome: String,
    /// Its label.
    pub label: Option<Told>,
    /// Its type, in the language's words.
    #[serde(rename = "type")]
    pub ty: String,
    /// How it came out.
    pub status: Status,
    /// The possible values with their reasons; one where it is decided.
    pub alternatives: Vec<Alternative>,
    /// Facts still wanted, the most useful first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub needs: Vec<Need>,
    /// Whom to ask.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refer: Option<Referral>,
    /// Constraints of the vocabulary this answer breaks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conflicts: Vec<Conflict>,
    /// Claims that a rule stands against.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub beaten: Vec<Remark>,
    /// Statements that contradict the answer and whose source comes after that of the answer, by the project's stated precedence.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outranked: Vec<Remark>,
    /// Claims of higher regions that say otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contradicted_by: Vec<Remark>,
    /// Rules of higher regions that this region replaces.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub differs_from: Vec<Remark>,
    /// What else a reader should know, such as a fall-back to a parent region.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// There were more alternatives than are told apart.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub truncated: bool,
    /// Why it came out, where asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub explanation: Vec<Explanation>,
}

/// A label in one or two languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The first text.
    pub zh: String,
    /// The second text.
    pub en: Option<String>,
}

impl From<&Label> for Told {
    fn from(l: &Label) -> Self {
        Told { zh: l.zh.to_string(), en: l.en.as_ref().map(SmolStr::to_string) }
    }
}

/// One possible value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The value for machines; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<serde_json::Value>,
    /// The value in the language's notation, or what stands instead.
    pub text: String,
    /// Under what circumstances: any one of these lists, all of its entries; empty when always.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub when: Vec<Vec<String>>,
    /// Whom to ask beside or instead of the value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refer: Option<Referral>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
    /// The statements that give it.
    pub rules: Vec<Because>,
    /// Sources it rests on, those of values it reads included.
    pub sources: Vec<Citation>,
    /// Ids of everything it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ids: Vec<String>,
    /// Hedges of anything it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hedges: Vec<String>,
    /// Something in it is only approximate.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub approximate: bool,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The code of an error, if it is one.
    pub code: Option<String>,
    /// In words.
    pub message: String,
    /// Where: file, line, column.
    pub at: Option<String>,
    /// The place as a span, for diagnostics.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// A statement, by its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The region that says it.
    pub region: String,
    /// Its text, first line.
    pub text: String,
    /// Its ids.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ids: Vec<String>,
    /// What only a web page says.
    pub claim: bool,
    /// Its source.
    pub source: Option<Citation>,
    /// First day in force, where the source says one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// Last day in force, where the source says one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
    /// Its hedge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hedged: Option<String>,
    /// A remark of the author.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// The place as a span, for diagnostics.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// A source with its section.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// law, regulation, notice or web.
    pub kind: String,
    /// When it was published; absent when undated.
    pub published: Option<String>,
    /// The section.
    pub section: Option<String>,
    /// Where it can be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
}

/// A fact that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The input, or the argument of the decision.
    pub input: String,
    /// It is an argument of the decision.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub argument: bool,
    /// Its type, in the language's words.
    #[serde(rename = "type")]
    pub ty: String,
    /// What it can be, if bounded or listed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub range: Option<String>,
    /// The question to ask.
    pub question: Option<Told>,
}

/// Whom to ask, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// The agency; absent when no agency is named for the region.
    pub agency: Option<String>,
    /// The statement that refers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<Box<Because>>,
}

/// A constraint of the vocabulary that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Why these cannot be together.
    pub reason: String,
    /// The statements that are together.
    pub rules: Vec<Because>,
}

/// Another statement about the outcome, with what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What it says.
    pub text: String,
    /// Who says it.
    pub rule: Because,
    /// Why another source is followed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why: Option<String>,
}

/// Why one alternative came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Under what circumstances.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub when: Vec<String>,
    /// How it was worked out.
    pub trace: Trace,
}
