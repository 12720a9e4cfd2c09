//! In: loaded policies, a region, a date. Out: everything in force there as data, by decision, head and outcome, each statement in the words of its author; several regions side by side; text and Markdown of both. Never here: answering (`eval`), the command line.

mod compare;
mod compare_text;
mod gather;
mod judge;
mod layout;
mod markdown;
mod people;
mod text;
mod words;
mod written;

pub use compare::{Cell, Compared, Comparison, Row, compare};
pub use compare_text::{markdown as comparison_markdown, text as comparison_text};
pub use gather::sheet;
pub use markdown::markdown;
pub use text::text;

use crate::eval::{Moment, Told};
use crate::hir::DecisionId;
use crate::program::StmtId;
use serde::{Deserialize, Serialize};

/// Version of the documents; grows when a field changes its meaning or goes.
pub const SHEET_VERSION: u32 = 1;

/// What to show.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Only this decision; arguments that are told leave out what is about others.
    pub decision: Option<(DecisionId, Vec<Option<u16>>)>,
    /// In force and known then.
    pub moment: Moment,
}

/// Everything in force for one region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that wrote it.
    pub polc: String,
    /// A digest of the policies, `sha256:…`.
    pub policies: String,
    /// The region.
    pub region: Name,
    /// The regions it lies in, the nearest first.
    pub within: Vec<Name>,
    /// Whom to ask there.
    pub agency: Option<Agency>,
    /// In force on this day.
    pub on: String,
    /// Published by this day; everything if absent.
    pub known: Option<String>,
    /// What is said, in the order of the vocabulary.
    pub decisions: Vec<DecisionSheet>,
    /// What the names in it mean.
    pub words: Vec<Word>,
    /// The sources cited.
    pub sources: Vec<Source>,
}

/// A name with what it is called for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The name.
    pub name: String,
    /// The alias.
    pub alias: Option<String>,
    /// The label.
    pub label: Option<Told>,
}

/// Whom to ask, and which region says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its name or number.
    pub name: String,
    /// The region that names it.
    pub region: String,
}

/// What is said about one decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionSheet {
    /// The decision.
    pub decision: Name,
    /// By whom it is about; what is about everybody first.
    pub heads: Vec<Head>,
}

/// What is said under one head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Its arguments as they are written, such as `resident->employee`; empty where it is about everybody.
    pub arguments: String,
    /// The same in words.
    pub label: Option<Told>,
    /// What is said besides for wider heads, each as it is written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub besides: Vec<String>,
    /// What is said, by outcome; tables stand apart.
    pub outcomes: Vec<Entry>,
    /// Tables.
    pub tables: Vec<Table>,
}

/// What is said about one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The outcome.
    pub outcome: Name,
    /// A value on the way, introduced by `let`: no part of an answer.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub local: bool,
    /// What is wrong with it.
    #[serde(flatten)]
    pub marks: Marks,
    /// What counts, the deepest region first.
    pub says: Vec<Said>,
    /// What regions above say and a deeper one replaces for everybody.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub replaced: Vec<Said>,
}

/// Where sources contradict each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Sources disagree.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disputed: Option<Extent>,
    /// Rules contradict each other for somebody, who gets no answer.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub conflicts: bool,
    /// Why this cannot be together with what else is said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub forbidden: Vec<String>,
}

/// For how many people something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// For whoever the statements are about.
    All,
    /// For some of them.
    Some,
}

/// One statement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// `=`, `+=`, `at least`, `at most` or `requires`.
    pub op: String,
    /// `default` or `final`, if it says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub strength: Option<String>,
    /// Its value as written; absent where it only says whom to ask.
    pub value: Option<String>,
    /// What the value means, where it is one of the words of the vocabulary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub meaning: Option<Told>,
    /// Whom to ask instead of or beside the value; `the agency` where none is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ask: Option<String>,
    /// `when …` and `for each …`, the outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<String>,
    /// What stands in its place, when these apply.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exceptions: Vec<Said>,
    /// First day in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// Last day in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
    /// The input whose date counts for that, if not the question's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    /// The hedge; empty where the source hedges without a word for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hedged: Option<String>,
    /// A remark of the author.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Its ids.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ids: Vec<String>,
    /// What only a web page says.
    pub claim: bool,
    /// The name of its source.
    pub source: Option<String>,
    /// The section of the source.
    pub section: Option<String>,
    /// The region that says it.
    pub region: String,
    /// That is a region above.
    pub inherited: bool,
    /// What becomes of it.
    #[serde(flatten)]
    pub fate: Fate,
    /// The file it stands in.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The statement.
    #[serde(skip)]
    pub statement: Option<StmtId>,
}

/// What becomes of a statement where others speak too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// The arguments left to it, where deeper regions answer in its place for some.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub only_for: Option<String>,
    /// They answer for all the others.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub for_others: bool,
    /// Deeper regions that answer in its place where they say something: for everybody where it is replaced, else for some.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub behind: Vec<String>,
    /// These say something else; otherwise the same, or something compatible.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub otherwise: bool,
    /// A rule stands against this claim, for somebody.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub beaten: bool,
    /// The project's precedence follows another source, for somebody.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub outranked: bool,
    /// It is one side of a dispute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disputed: Option<Extent>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it gives.
    pub outcomes: Vec<Name>,
    /// What is wrong with that.
    #[serde(flatten)]
    pub marks: Marks,
    /// `when …` and `for each …` around it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<String>,
    /// Its columns.
    pub columns: Vec<Name>,
    /// Its rows in force.
    pub rows: Vec<TableRow>,
    /// A deeper region answers in its place, for everybody.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub replaced: bool,
    /// It stands after so many outcomes of its head.
    #[serde(skip)]
    pub after: usize,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// Its cells as written.
    pub cells: Vec<String>,
    /// Its source and remarks; it has no value of its own.
    pub said: Said,
    /// A statement for each outcome it gives.
    #[serde(skip)]
    pub statements: Vec<StmtId>,
}

/// What a name on the sheet means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// What it names.
    pub kind: WordKind,
    /// The name.
    #[serde(flatten)]
    pub name: Name,
}

/// What a name on the sheet stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordKind {
    /// A fact about the person.
    Input,
    /// One of the values of an enum.
    Value,
    /// What an element of a list may carry.
    Attribute,
}

/// A source that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// law, regulation, notice or web.
    pub kind: String,
    /// Its number.
    pub number: Option<String>,
    /// When it was published, as written.
    pub published: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// A remark.
    pub note: Option<String>,
}
