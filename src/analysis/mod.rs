//! In: the program. Out: what is wrong with its statements whatever person asks. Never here: answers to one question.

mod conditions;
mod rivals;

use crate::diagnostics::Diagnostic;
use crate::program::Program;

/// Everything that can be told without a person.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut out = conditions::check(program);
    out.extend(rivals::check(program));
    out
}
