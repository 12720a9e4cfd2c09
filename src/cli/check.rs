//! In: `polc check`. Out: everything wrong with the policies, for people or machines. Never here: what is wrong, or how it is drawn.

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::options::Paths;
use super::{policies, watch};
use clap::ValueEnum;
use polc::diagnostics::{Diagnostic, Summary, formats};
use polc::{Analyse, Date, Policies};
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Milliseconds after which people are told how far it is, and between tellings.
const PATIENCE: u64 = 800;
const STEP: u64 = 100;

/// Report everything that is wrong with the policies
///
/// Reads files and folders (every `.pol` file at any depth), checks them together and reports all problems in
/// source order. People read them on standard error; machine formats go to standard output. Rules that contradict
/// each other for somebody, and people without an answer, are looked for on all dates, and shown by a person.
/// What could not be decided is said to be undecided.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ends with 0 if the policies can be relied on, 1 on errors (or on warnings under --deny warnings), \
    2 if something could not be read. With --watch it goes on until Ctrl-C (130) or until nobody reads its output (0).\n\n\
    Examples:\n  \
    polc check                                      everything under policies/\n  \
    polc check policies/青海 policies/甘肃          two provinces, in any order\n  \
    polc check --on 2026-01-01                      also what has ended by then\n  \
    polc check --format github --deny warnings      annotations in a GitHub workflow\n  \
    polc check --watch                              again at every save\n  \
    echo 'region 西宁 < transfer resident->employee: pooled_balance = retained >' | polc check -")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// Also report rules, sources and answers that have ended by this day
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
    /// What should count as an error too
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Check again whenever a policy file is saved, made, moved or deleted; Ctrl-C ends it
    #[arg(long)]
    watch: bool,
}

/// Who reads the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Snippets with carets, on standard error
    Human,
    /// One JSON document, with file, line, column and byte
    Json,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
    /// GitHub workflow annotations
    Github,
}

/// What can be denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Every warning
    Warnings,
}

/// Reads, checks, reports.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let on = match &args.on {
        None => None,
        Some(text) => match dates::read("--on", text, Edge::First, console).and_then(Date::from_days) {
            Some(day) => Some(day),
            None => return Ok(Exit::Failed),
        },
    };
    if args.watch {
        return watch::run(&args.paths, console, |read, console| report(read, on, args.format, console).map(drop));
    }
    let read = policies::read(args.paths);
    let found = report(&read, on, args.format, console)?;
    Ok(policies::exit_with(&read, &found, args.deny == Some(Deny::Warnings)))
}

/// Looks for everything, then reports it: whoever interrupts the search sees no report that looks whole.
fn report(read: &Policies, on: Option<Date>, format: Format, console: &mut Console) -> io::Result<Vec<Diagnostic>> {
    let progress = Progress::new(console.talks_to_a_person());
    let found = &read.analyse(&Analyse { on, progress: Some(&|done, all| progress.tell(done, all)) });
    progress.clear();
    let map = read.sources();
    match format {
        Format::Human => {
            console.report(map, found)?;
            console.summarise(&Summary::of(found, read.files()))
        }
        Format::Json => formats::write_json(&mut console.out, map, found, read.files()),
        Format::Sarif => formats::write_sarif(&mut console.out, map, found),
        Format::Github => formats::write_github(&mut console.out, map, found),
    }?;
    Ok(found.clone())
}

/// A line on the terminal that says how far a long search is.
struct Progress {
    shown: bool,
    since: Instant,
    /// Milliseconds after the start at which it was last told; 0 if never.
    last: AtomicU64,
}

impl Progress {
    fn new(shown: bool) -> Self {
        Progress { shown, since: Instant::now(), last: AtomicU64::new(0) }
    }

    /// Tells it now and then, once the search takes a while.
    fn tell(&self, done: usize, all: usize) {
        if !self.shown {
            return;
        }
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.last.load(Ordering::Relaxed);
        let due = now > PATIENCE && now > last.saturating_add(STEP);
        if due && self.last.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let _ = write!(io::stderr(), "\rcomparing rules: {done} of {all}");
        }
    }

    fn clear(&self) {
        if self.last.load(Ordering::Relaxed) > 0 {
            let _ = write!(io::stderr(), "\r{:60}\r", "");
        }
    }
}
