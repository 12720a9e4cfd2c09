//! In: the paths on the command line. Out: the policies read and checked, with everything found wrong. Never here: results.

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use etcetera::BaseStrategy;
use polc::diagnostics::{Diagnostic, Severity, Summary};
use polc::{Cache, load};
use std::io;
use std::mem::ManuallyDrop;

/// Policies that last as long as the process: freeing them piece by piece would only make it end later.
pub type Lasting = ManuallyDrop<polc::Policies>;

/// Reads and checks what the paths name.
pub fn read(paths: Paths) -> Lasting {
    let cache = cache(&paths);
    ManuallyDrop::new(load(paths, cache.as_ref()))
}

/// The same, for once; what is read is freed when it is no longer looked at.
pub fn read_once(paths: Paths) -> polc::Policies {
    ManuallyDrop::into_inner(read(paths))
}

fn load(paths: Paths, cache: Option<&Cache>) -> polc::Policies {
    let paths = if paths.paths.is_empty() { load::default_paths() } else { paths.paths };
    polc::Policies::load_with(&paths, cache)
}

/// Where this user's cache is, unless it is not wanted.
fn cache(paths: &Paths) -> Option<Cache> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    if paths.caching.no_cache || set("POLC_NO_CACHE").is_some_and(|v| v != "0") {
        return None;
    }
    let folder = match set("POLC_CACHE_DIR") {
        Some(folder) => folder.into(),
        None => etcetera::choose_base_strategy().ok()?.cache_dir().join("polc"),
    };
    Some(Cache::new(&folder))
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
