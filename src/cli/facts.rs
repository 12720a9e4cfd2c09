//! In: `--input` and `--set`. Out: facts, or everything wrong with them on standard error. Never here: checking them (`polc::input`).

use super::console::Console;
use polc::hir::DecisionId;
use polc::{Facts, Policies};
use std::io;
use std::path::PathBuf;

/// Facts on the command line.
#[derive(Debug, clap::Args)]
pub struct Told {
    /// Facts about the person as a JSON object, `-` for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// One fact, in the notation of the policies: 'gap=2 months' (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

impl Told {
    /// Whether standard input is taken.
    pub fn reads_stdin(&self) -> bool {
        self.input.as_ref().is_some_and(|p| p.as_os_str() == "-")
    }

    /// The facts; `None` when something is wrong with them, which is then said.
    pub fn read(&self, _policies: &Policies, _heads: &[(DecisionId, Vec<Option<u16>>)], console: &mut Console) -> io::Result<Option<Facts>> {
        if self.input.is_some() || !self.set.is_empty() {
            console.complain("facts cannot be told yet");
            return Ok(None);
        }
        Ok(Some(Facts::new()))
    }
}
