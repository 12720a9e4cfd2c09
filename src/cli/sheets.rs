//! In: arguments that `polc show` and `polc compare` share. Out: their values: paths, dates, regions, the width of the page. Never here: what is printed.

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::options::{Caching, Paths};
use super::policies::{self, Lasting};
use clap::ValueEnum;
use polc::DecisionId;
use polc::Moment;
use polc::RegionId;
use polc::diagnostics::Diagnostic;
use polc::sheet::Scope;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// Width of a page that does not go to a terminal.
const DEFAULT_WIDTH: u16 = 100;
/// A page is not made narrower than this.
const MIN_WIDTH: u16 = 40;

/// What to read, and when.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// Only this decision, with or without arguments [default: all]
    #[arg(long, value_name = "DECISION")]
    pub decision: Option<String>,
    /// In force on this day; a month or year stands for its first day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Only what had been published by this day; a month or year stands for its last day [default: everything]
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub format: Format,
    /// After `--`: files and folders to read, `-` for standard input [default: policies/ if there is one, else this folder]
    #[arg(last = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    caching: Caching,
}

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
    /// Markdown
    Markdown,
}

/// What was asked for, found in the policies.
pub struct Asked {
    pub policies: Lasting,
    pub regions: Vec<RegionId>,
    pub scope: Scope,
}

impl Common {
    /// Reads the policies and finds what is named; what is wrong is said.
    pub fn read(&self, regions: &[String], console: &mut Console) -> io::Result<Result<Asked, Exit>> {
        let on = match &self.on {
            Some(text) => dates::read("--on", text, Edge::First, console),
            None => dates::today(console),
        };
        let known = self.known_on.as_ref().map(|text| dates::read("--known-on", text, Edge::Last, console));
        let (Some(on), Ok(known)) = (on, known.map(|d| d.ok_or(())).transpose()) else { return Ok(Err(Exit::Failed)) };
        let read = policies::read(Paths { paths: self.paths.clone(), caching: self.caching });
        if let Some(exit) = policies::refused(&read, console)? {
            return Ok(Err(exit));
        }
        let mut wrong: Vec<Diagnostic> = Vec::new();
        let mut found: Vec<RegionId> = Vec::new();
        for name in regions {
            match read.region(name) {
                Ok(r) => found.push(r),
                Err(d) => wrong.extend(d.into_iter().map(|d| misplaced(d, name))),
            }
        }
        let decision = self.decision.as_deref().map(|d| read.decision(d)).transpose();
        let decision: Option<(DecisionId, Vec<Option<u16>>)> = decision.unwrap_or_else(|d| {
            wrong.extend(d);
            None
        });
        if !wrong.is_empty() {
            console.report(read.sources(), &wrong)?;
            return Ok(Err(Exit::Failed));
        }
        Ok(Ok(Asked { policies: read, regions: found, scope: Scope { decision, moment: Moment { on, known } } }))
    }
}

/// A path where a region should stand was meant as one.
fn misplaced(d: Diagnostic, name: &str) -> Diagnostic {
    let path = name.ends_with(".pol") || name.contains('/') || Path::new(name).exists();
    if path { d.help(format!("paths stand after `--`: `-- {name}`")) } else { d }
}

/// The width of a page for people; no terminal is used beyond `widest`.
pub fn width(widest: u16) -> u16 {
    let stdout = io::stdout();
    let size = if stdout.is_terminal() { terminal_size::terminal_size_of(&stdout) } else { None };
    size.map_or(DEFAULT_WIDTH, |(w, _)| w.0.clamp(MIN_WIDTH, widest))
}
