//! In: two versions of the policies, or one as known on two days. Out: whose answers change, where and when, each change with the simplest person it happens to and both answers. Never here: reading versions (`cli`), printing.
//!
//! What cannot have changed is left out by its structure (`structure.rs`). For the rest everybody is cut into parts for whom both versions
//! say the same thing throughout (`people.rs`), the parts of one change are put together over regions and periods (`changes.rs`), and a change
//! counts only when the evaluator, asked about a person, gives both answers (`witness.rs`).

mod answers;
mod changes;
mod common;
mod formulas;
mod names;
mod people;
mod population;
mod structure;
mod text;
mod who;
mod witness;

pub use population::{InRegion, Population, Total};
#[cfg(feature = "batch")]
pub(crate) use population::{number, signed};
pub use text::{markdown, text};

use crate::disputes::Fact;
use crate::eval::{Citation, OutcomeAnswer, Told};
use crate::policies::Policies;
use serde::{Deserialize, Serialize};

/// Version of the document of `polc diff`; grows when a field changes its meaning or goes.
pub const DIFF_VERSION: u32 = 1;

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only answers in this region and those inside it, by name.
    pub region: Option<String>,
    /// Only this decision, by name, perhaps with arguments.
    pub decision: Option<String>,
    /// Only on these days: the first and the last (days since 1970-01-01).
    pub on: Option<(i64, i64)>,
    /// What had been published by then, for the old and the new version. Without it everything is known, and what was known in the past
    /// is compared too.
    pub known: Option<[i64; 2]>,
    /// Leave out what changes only sources and hedges.
    pub values_only: bool,
}

/// Everything that changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that compared.
    pub polc: String,
    /// The old version.
    pub old: Version,
    /// The new version.
    pub new: Version,
    /// Names that came or went.
    pub names: Vec<NameChange>,
    /// Answers that came, went or changed.
    pub changes: Vec<Change>,
    /// Answers that are the same, and rest on another source or hedge.
    pub papers: Vec<Change>,
    /// What could not be told.
    pub undecided: Vec<Undecided>,
    /// What it comes to for a population, where one was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub population: Option<Population>,
}

/// One of the two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Version {
    /// What it was called when it was asked for.
    pub name: String,
    /// A digest of the policies, `sha256:…`.
    pub policies: String,
    /// What had been published by then; everything if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known: Option<String>,
}

/// A name that one version has and the other has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NameChange {
    /// What it names.
    pub what: Named,
    /// The name; of an outcome `decision.outcome`, of a value `enum.value`.
    pub name: String,
    /// Whether it came; otherwise it went.
    pub added: bool,
    /// The other version has this instead, and it looks like the same thing under another name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub looks_like: Option<String>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// A region.
    Region,
    /// A decision.
    Decision,
    /// An outcome.
    Outcome,
    /// An input.
    Input,
    /// A value of an enum.
    Value,
}

/// How an answer changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// There was none.
    Added,
    /// There is none any more.
    Removed,
    /// It is another one.
    Changed,
    /// It is the same, and rests on another source or hedge.
    Paper,
}

/// One change of one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// How the answer changes.
    pub kind: Kind,
    /// The decision.
    pub decision: String,
    /// The outcome.
    pub outcome: String,
    /// Its label.
    pub label: Option<Told>,
    /// The region where the change stands.
    pub region: String,
    /// Regions inside it whose answers change in the same way.
    pub below: Vec<String>,
    /// When.
    pub periods: Vec<Period>,
    /// Whose answers: any one of these lists, all of its entries; empty for everybody.
    pub who: Vec<Vec<String>>,
    /// Everybody `who` names; otherwise some of them, as the witness shows.
    pub everybody: bool,
    /// Sources and hedges that went and came, where only they change.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub papers: Vec<PaperChange>,
    /// The simplest person to whom it happens.
    pub witness: Witness,
    /// The same, for programs that ask whether it concerns somebody.
    #[serde(skip)]
    pub(crate) cells: Vec<who::Cells>,
}

/// A source or hedge that went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaperChange {
    /// What it is, in words.
    pub text: String,
    /// Whether it came; otherwise it went.
    pub added: bool,
}

/// A stretch of days.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Period {
    /// The first date of a question; from the start of the calendar if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// The last date of a question; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
    /// Only as known on this day or later; on any earlier day too if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known_from: Option<String>,
    /// Only as known on this day or earlier; today too if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known_until: Option<String>,
}

/// A person, with both answers as the evaluator gives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Witness {
    /// The decision with its arguments; those left out do not matter.
    pub decision: String,
    /// The question's date.
    pub on: String,
    /// What had been published by then, in the old version; everything if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known_old: Option<String>,
    /// What had been published by then, in the new version; everything if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known_new: Option<String>,
    /// What is told; everything else does not matter.
    pub facts: Vec<Fact>,
    /// The old answer; `null` where the old version knows no such region, outcome or fact.
    pub old: Option<OutcomeAnswer>,
    /// The new answer; `null` where the new version knows no such region, outcome or fact.
    pub new: Option<OutcomeAnswer>,
    /// The new number less the old one, where both are one number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub difference: Option<String>,
}

/// Something that could not be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Undecided {
    /// The decision.
    pub decision: String,
    /// The outcome.
    pub outcome: String,
    /// The region.
    pub region: String,
    /// Regions inside it of which the same holds.
    pub below: Vec<String>,
    /// Why.
    pub why: String,
    /// The people it is about; empty for everybody.
    pub who: Vec<Vec<String>>,
}

impl Diff {
    /// Whether any answer came, went, changed, or rests on something else; names alone change nobody's answer.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.papers.is_empty() && self.names.is_empty() && self.undecided.is_empty()
    }
}

/// Compares two versions.
///
/// Both must be without errors; what a version with errors does not say is not compared.
///
/// ```
/// use polc::{Policies, diff};
///
/// let version = |months: u32| {
///     let text = format!("region 西宁 < transfer resident->employee < when gap <= {months} months: waiting = 0 months > >");
///     Policies::from_text("demo.pol", &text)
/// };
/// let found = diff::diff(&version(3), &version(5), &diff::Scope::default());
/// let [change] = found.changes.as_slice() else { panic!("one change") };
/// assert_eq!((change.region.as_str(), change.outcome.as_str(), change.kind), ("西宁", "waiting", diff::Kind::Added));
/// assert_eq!(change.who[0], ["origin = resident", "target = employee", "gap is 4..5 months"]);
/// assert!(diff::diff(&version(3), &version(3), &diff::Scope::default()).is_empty());
/// ```
pub fn diff(old: &Policies, new: &Policies, scope: &Scope) -> Diff {
    changes::diff(old, new, scope)
}

/// Whether two definite answers differ in what a person is told; nothing stands for a question that cannot be put.
#[cfg(feature = "batch")]
pub(crate) fn differs(old: Option<&crate::eval::OutcomeAnswer>, new: Option<&crate::eval::OutcomeAnswer>) -> bool {
    matches!(witness::kind_of(old, new), Some(Kind::Added | Kind::Removed | Kind::Changed))
}

/// A source as it is told apart from another.
fn paper(c: &Citation) -> String {
    let url = c.url.as_ref().map_or(String::new(), |u| format!(", {u}"));
    format!("{}{url}", crate::report::citation(c))
}
