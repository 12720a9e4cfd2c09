//! In: the paths on the command line. Out: the policies read and checked, with everything found wrong. Never here: results.

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use polc::diagnostics::{Diagnostic, Severity, Summary};
use polc::load;
use std::io;

/// Reads and checks what the paths name.
pub fn read(paths: Paths) -> polc::Policies {
    let paths = if paths.paths.is_empty() { load::default_paths() } else { paths.paths };
    polc::Policies::load(&paths)
}

/// How much of what was found.
pub fn summary(policies: &polc::Policies) -> Summary {
    Summary::of(policies.diagnostics(), policies.files())
}

/// How a run over these policies ends.
pub fn exit(policies: &polc::Policies, deny_warnings: bool) -> Exit {
    exit_with(policies, policies.diagnostics(), deny_warnings)
}

/// How a run over these policies ends in which this was found.
pub fn exit_with(policies: &polc::Policies, found: &[Diagnostic], deny_warnings: bool) -> Exit {
    let denied = |d: &Diagnostic| match d.severity() {
        Severity::Error => true,
        Severity::Warning => deny_warnings,
        Severity::Note => false,
    };
    match found.iter().any(denied) {
        _ if !policies.is_complete() => Exit::Failed,
        true => Exit::Problems,
        false => Exit::Ok,
    }
}

/// Whether these policies must not be used: an answer from half-checked ones would be a lie. The errors are shown.
pub fn refused(policies: &polc::Policies, console: &mut Console) -> io::Result<Option<Exit>> {
    let exit = exit(policies, false);
    if exit == Exit::Ok {
        return Ok(None);
    }
    let errors: Vec<Diagnostic> = policies.diagnostics().iter().filter(|d| d.severity() == Severity::Error).cloned().collect();
    console.report(policies.sources(), &errors)?;
    console.summarise(&summary(policies))?;
    Ok(Some(exit))
}
