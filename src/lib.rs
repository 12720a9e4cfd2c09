//! polc compiles policies that differ from place to place and answers questions about them, with a source for every answer.
//!
//! ```text
//! disk ──load──▶ SourceMap ──syntax──▶ AST (spans) ──hir──▶ names and types ──program──▶ Program ──eval──▶ answers
//!                                │                    │                          │
//!                                └────────────────────┴── diagnostics ───────────┘──▶ render (people) / formats (machines)
//! ```
//!
//! In: the rooms below. Out: what programs that embed polc may use. Never here: logic; this file only names the rooms.

pub mod diagnostics;
pub mod load;
pub mod eval;
pub mod source;
pub mod value;
pub mod hir;
pub mod program;
pub mod syntax;
