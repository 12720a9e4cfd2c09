//! In: the program. Out: what is wrong with statements whatever person asks. Never here: answers to one question.

use crate::diagnostics::Diagnostic;
use crate::program::Program;

/// Everything that can be told without a person.
pub fn check(_program: &Program) -> Vec<Diagnostic> {
    Vec::new()
}
