//! polc compiles policies that differ from place to place and answers questions about them, with a source for every answer.
//!
//! ```text
//! disk ──load──▶ SourceMap ──syntax──▶ AST (spans) ──hir──▶ names and types ──program──▶ Program ──eval──▶ answers
//!                                │                    │                          │
//!                                └────────────────────┴── diagnostics ───────────┘──▶ render (people) / formats (machines)
//! ```
//!
//! Load once, ask many times, from as many threads as you like:
//!
//! ```
//! use polc::{Detail, Facts, Policies};
//! use polc::input::facts_from_json;
//!
//! let policies = Policies::from_text("demo.pol", r#"
//!     source 办法 "示例办法" < kind = notice   published = 2025-01-01 >
//!     region 西宁 per 办法 < transfer resident->employee < when gap <= 3 months: waiting = 0 months > >
//! "#);
//! assert!(!policies.has_errors());
//!
//! let decision = policies.decision("transfer resident->employee").unwrap();
//! let facts = facts_from_json(&policies, decision.0, r#"{ "gap": "2 months" }"#, "person.json").unwrap();
//! let day = polc::value::calendar::from_ymd(2025, 6, 1).unwrap();
//! let question = policies.question(policies.region("西宁").unwrap(), decision, day);
//!
//! let answer = policies.ask(&question, &facts, Detail::default());
//! assert_eq!(answer.outcomes[0].alternatives[0].text, "0 months");
//!
//! // A fact that is not told is asked for, never guessed.
//! let answer = policies.ask(&question, &Facts::new(), Detail::default());
//! assert_eq!(answer.outcomes[0].needs[0].input, "gap");
//! ```
//!
//! In: the rooms below. Out: what programs that embed polc may use. Never here: logic; this file only names the rooms.

pub mod analysis;
mod compile;
pub mod diagnostics;
pub mod disputes;
pub mod eval;
pub mod export;
pub mod facts;
pub mod hir;
pub mod input;
pub mod interview;
pub mod load;
pub mod policies;
pub mod program;
pub mod report;
pub mod sheet;
pub mod source;
pub mod syntax;
pub mod testing;
#[cfg(test)]
mod tests;
pub mod value;

pub use compile::{Compiled, compile};
pub use eval::{Answer, Facts, Moment, Question};
pub use export::ExportError;
pub use policies::{Detail, Policies};
pub use value::Date;
