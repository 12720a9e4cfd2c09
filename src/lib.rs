//! polc compiles policies that differ from place to place and answers questions about them, with a source for every answer.
//!
//! ```text
//! disk ──load──▶ SourceMap ──syntax──▶ AST (spans) ──hir──▶ names and types ──program──▶ Program ──eval──▶ answers
//!                                │                    │                          │
//!                                └────────────────────┴── diagnostics ───────────┘──▶ render (people) / formats (machines)
//! ```
//!
//! In: the rooms below. Out: what programs that embed polc may use. Never here: logic; this file only names the rooms.

pub mod source;
pub mod diagnostics;
pub mod value;
pub mod syntax;
pub mod hir;
pub mod program;
pub mod eval;
pub mod analysis;
mod compile;
pub mod load;
pub mod policies;
pub mod input;
pub mod testing;
pub mod report;

pub use compile::{Compiled, compile};
pub use eval::{Answer, Facts, Moment, Question};
pub use policies::{Detail, Policies};
