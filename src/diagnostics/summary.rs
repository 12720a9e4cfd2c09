//! In: the diagnostics of one run. Out: how many there were of each kind. Never here: exit codes.

use super::{Diagnostic, Severity, codes};
use std::fmt;

/// How many problems were found, in how many files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of things that could not be decided.
    pub undecided: usize,
    /// Number of policy files read from disk or standard input.
    pub files: usize,
}

impl Summary {
    /// Counts the diagnostics.
    pub fn of(diagnostics: &[Diagnostic], files: usize) -> Self {
        let count = |severity: Severity| diagnostics.iter().filter(|d| d.severity() == severity).count();
        let undecided = diagnostics.iter().filter(|d| d.code.id == codes::N0612.id).count();
        Summary { errors: count(Severity::Error), warnings: count(Severity::Warning), undecided, files }
    }
}

/// `3 errors, 1 warning in 12 files`, or `ok: 12 files, nothing to mend`; then `; 2 undecided`, if any.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let files = count(self.files, "file");
        match (self.errors, self.warnings) {
            (0, 0) => write!(f, "ok: {files}, nothing to mend")?,
            (errors, 0) => write!(f, "{} in {files}", count(errors, "error"))?,
            (0, warnings) => write!(f, "{} in {files}", count(warnings, "warning"))?,
            (errors, warnings) => write!(f, "{}, {} in {files}", count(errors, "error"), count(warnings, "warning"))?,
        }
        if self.undecided > 0 { write!(f, "; {} undecided", self.undecided) } else { Ok(()) }
    }
}
