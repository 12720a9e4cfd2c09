//! polc compiles policies that differ from place to place and answers questions about them, with a source for every answer.
//!
//! ```text
//! disk ──load──▶ SourceMap ──syntax──▶ AST (spans) ──hir──▶ names and types ──program──▶ Program ──eval──▶ answers
//!                                │                    │                          │
//!                                └────────────────────┴── diagnostics ───────────┘──▶ render (people) / formats (machines)
//! ```
//!
//! Load, tell facts, ask:
//!
//! ```
//! use polc::facts::Months;
//! use polc::{Date, Facts, Policies, eval::Status};
//!
//! let policies = Policies::from_text("demo.pol", r#"
//!     source 办法 "示例办法" < kind = notice   published = 2025-01-01 >
//!     region 西宁 per 办法 < transfer resident->employee < when gap <= 3 months: waiting = 0 months > >
//! "#);
//! assert!(!policies.has_errors());
//!
//! let day = Date::new(2025, 6, 1).ok_or("no such day")?;
//! let facts = policies.facts("transfer")?.set("gap", Months(2)).build()?;
//! let answer = policies.ask("西宁", "transfer resident->employee", &facts, day)?;
//! let waiting = &answer.outcomes[0];
//! assert_eq!((waiting.status, waiting.alternatives[0].text.as_str()), (Status::Decided, "0 months"));
//! assert_eq!(waiting.alternatives[0].sources[0].name, "办法");
//!
//! // A fact that is not told is asked for, never guessed.
//! let answer = policies.ask("西宁", "transfer resident->employee", &Facts::new(), day)?;
//! assert_eq!(answer.outcomes[0].needs[0].input, "gap");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Answering needs no `mut`: load once and ask from as many threads as you like. Names can be looked up beforehand ([`Policies::region`],
//! [`Policies::decision`], [`Policies::question`], [`Policies::answer`]); facts may come from Rust values ([`facts`]) or JSON ([`input`]); answers serialise with
//! serde in the form of `docs/schemas/answer.schema.json`. Everything that can go wrong is data: diagnostics of the policies ([`Policies::diagnostics`]),
//! faults of an input ([`input::InputErrors`]), questions that cannot be asked ([`Refused`]).
//!
//! In: the rooms below. Out: what programs that embed polc may use. Never here: logic; this file only names the rooms.

mod analysis;
#[cfg(feature = "batch")]
pub mod batch;
mod cache;
mod compile;
pub mod diagnostics;
pub mod diff;
pub mod disputes;
pub mod eval;
mod export;
pub mod facts;
mod hir;
pub mod input;
pub mod interview;
pub mod load;
pub mod plan;
mod policies;
mod prepared;
mod program;
pub mod report;
pub mod sheet;
pub mod source;
mod stack;
mod syntax;
pub mod testing;
#[cfg(test)]
mod tests;
pub mod value;

pub use cache::Cache;
pub use eval::{Answer, Facts, Moment, Question};
pub use export::ExportError;
pub use hir::DecisionId;
pub use policies::{Analyse, Dates, Detail, Head, Policies, Refused};
pub use prepared::{PathAnswer, Prepared};
pub use program::OutcomeId;
pub use value::{Date, InputId, RegionId};

/// What the project's own tests and benches look at besides. No part of the interface: it changes without notice.
#[doc(hidden)]
pub mod internals {
    pub use crate::export::reseal;
    pub use crate::policies::Policies;
    pub use crate::program::*;
    pub use crate::syntax::{parse, pest_only, pieces};

    /// Whether only a part of these policies was checked in this run, and what a cache knew stays for the rest.
    pub fn in_part(policies: &Policies) -> bool {
        policies.in_part()
    }

    /// Whether a change of `polc diff` is about this person, asked this question: what takes a formula to tell is taken to hold.
    pub fn concerns(change: &crate::diff::Change, policies: &Policies, question: &crate::Question, facts: &crate::Facts) -> bool {
        change.about(policies, question, facts)
    }

    /// Policies from these texts alone, without the standard vocabulary.
    pub fn bare(texts: &[(&str, &str)]) -> Policies {
        Policies::bare(texts)
    }

    /// What policies came to.
    pub fn program(policies: &Policies) -> &Program {
        &policies.program
    }
}
