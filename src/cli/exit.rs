//! In: how a verb ended. Out: the exit code of the process. Never here: anything else; these are all codes there are.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Ok,
    /// The policies have errors, or warnings under `--deny warnings`, or a test failed.
    Problems,
    /// The question could not be put: a file cannot be read, an argument is wrong.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Ok => ExitCode::SUCCESS,
            Exit::Problems => ExitCode::from(1),
            Exit::Failed => ExitCode::from(2),
        }
    }
}
