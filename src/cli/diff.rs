//! In: `polc diff`. Out: whose answers change between two versions, for people or machines. Never here: comparing (`polc::diff`).

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::{git, policies};
use clap::ValueEnum;
use polc::Policies;
use polc::diff::{self, Diff, Scope};
use polc::load;
use polc::report::Paint;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Say whose answers change between two versions of the policies
///
/// A version is a folder, a file, an exported file, or a revision of the git repository this folder lies in. Every answer that comes, goes
/// or changes is told by region, outcome and period, with the simplest person it happens to, both answers and the statements that give
/// them. What only moves, is renamed within or is written otherwise changes no answer and is not told.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0, or with 1 under --exit-code when something changes; 1 if a version has errors; 2 if something could not be read.\n\n\
    Examples:\n  \
    polc diff before after                             two folders\n  \
    polc diff main HEAD                                two revisions of policies/\n  \
    polc diff --git main..HEAD drafts                  two revisions of another folder\n  \
    polc diff HEAD policies                            what is not committed yet\n  \
    polc diff policies.json policies                   an exported file and the folder\n  \
    polc diff policies --known-on 2024 --known-on 2025     what later publications change for the past\n  \
    polc diff main HEAD --population people.parquet    how many people it concerns\n  \
    polc diff main HEAD --format markdown --exit-code  for a pull request"
)]
pub struct Args {
    /// The old and the new version: paths, or revisions of a git repository; one path with --known-on twice
    #[arg(value_name = "VERSION", num_args = 0..=2)]
    versions: Vec<String>,
    /// Two revisions, as in main..HEAD
    #[arg(long, value_name = "OLD..NEW")]
    git: Option<String>,
    /// What to read of a revision [default: policies/ if there is one, else this folder]
    #[arg(last = true, value_name = "PATH")]
    path: Option<String>,
    /// Compare what had been published by one day with what had been published by another (give it twice)
    #[arg(long, value_name = "DATE")]
    known_on: Vec<String>,
    /// Only answers in this region and those inside it
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Only this decision
    #[arg(long, value_name = "DECISION")]
    decision: Option<String>,
    /// Only on these days; one day, or FROM..TO [default: any day]
    #[arg(long, value_name = "DATES")]
    on: Option<String>,
    /// Leave out what changes only sources and hedges
    #[arg(long)]
    values_only: bool,
    /// End with 1 when something changes
    #[arg(long)]
    exit_code: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
    #[cfg(feature = "batch")]
    #[command(flatten)]
    people: super::population::People,
}

/// Who reads the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
    /// Markdown
    Markdown,
}

/// Reads both versions, compares, reports.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let (scope, names) = match settle(&args, console) {
        Some(settled) => settled,
        None => return Ok(Exit::Failed),
    };
    let mut read: Vec<Policies> = Vec::new();
    for version in &names {
        let one = match version.read() {
            Ok(one) => one,
            Err(why) => {
                console.complain(&why);
                return Ok(Exit::Failed);
            }
        };
        if let Some(exit) = policies::refused(&one, console)? {
            if names.len() > 1 {
                console.say(&format!("these problems are those of {}\n", version.name()))?;
            }
            return Ok(exit);
        }
        read.push(one);
    }
    let (Some(old), Some(new)) = (read.first(), read.last()) else { return Ok(Exit::Failed) };
    if !known(&scope, [old, new], console)? {
        return Ok(Exit::Failed);
    }
    let mut found = diff::diff(old, new, &scope);
    if let (Some(first), Some(last)) = (names.first(), names.last()) {
        (found.old.name, found.new.name) = (first.name(), last.name());
    }
    #[cfg(feature = "batch")]
    let passed_over = if args.people.given() {
        let Some(on) = scope.on.map(|(first, _)| first).or_else(|| dates::today(console)) else { return Ok(Exit::Failed) };
        let (population, exit) = args.people.ask([old, new], &found, &scope, on, console)?;
        if population.is_none() {
            return Ok(exit);
        }
        found.population = population;
        exit == Exit::Problems
    } else {
        false
    };
    #[cfg(not(feature = "batch"))]
    let passed_over = false;
    print(&found, args.format, console)?;
    Ok(if passed_over || (args.exit_code && !found.is_empty()) { Exit::Problems } else { Exit::Ok })
}

/// One version to read.
enum Source {
    Path(PathBuf),
    Revision { revision: String, path: String },
}

impl Source {
    fn name(&self) -> String {
        match self {
            Source::Path(path) => path.display().to_string(),
            Source::Revision { revision, .. } => revision.clone(),
        }
    }

    fn read(&self) -> Result<Policies, String> {
        match self {
            Source::Path(path) => Ok(Policies::load(std::slice::from_ref(path))),
            Source::Revision { revision, path } => git::files(revision, path).map(Policies::from_texts),
        }
    }
}

/// The scope and the versions; what is wrong with the arguments is said.
fn settle(args: &Args, console: &mut Console) -> Option<(Scope, Vec<Source>)> {
    let mut scope =
        Scope { region: args.region.clone(), decision: args.decision.clone(), values_only: args.values_only, ..Scope::default() };
    if let Some(text) = &args.on {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let first = dates::read("--on", first, Edge::First, console)?;
        let last = dates::read("--on", last, Edge::Last, console)?;
        if first > last {
            console.complain(&format!("--on {}: the last day comes before the first", text.escape_debug()));
            return None;
        }
        scope.on = Some((first, last));
    }
    match args.known_on.as_slice() {
        [] => {}
        [a, b] => {
            scope.known = Some([dates::read("--known-on", a, Edge::Last, console)?, dates::read("--known-on", b, Edge::Last, console)?])
        }
        _ => {
            console.complain("--known-on is given twice: for what was known first, and for what is known later");
            return None;
        }
    }
    let usual = || load::default_paths().first().map_or_else(|| ".".to_owned(), |p| p.display().to_string());
    let source = |text: &str, path: String| {
        if Path::new(text).exists() { Source::Path(PathBuf::from(text)) } else { Source::Revision { revision: text.to_owned(), path } }
    };
    if let Some(range) = &args.git {
        let Some((old, new)) = range.split_once("..").filter(|(old, new)| !old.is_empty() && !new.is_empty() && !new.starts_with('.'))
        else {
            console.complain(&format!("--git {}: write two revisions, as in main..HEAD", range.escape_debug()));
            return None;
        };
        let path = match (args.versions.as_slice(), &args.path) {
            ([], None) => usual(),
            ([one], None) => one.clone(),
            ([], Some(path)) => path.clone(),
            _ => {
                console.complain("--git names both versions: only a path can stand beside it");
                return None;
            }
        };
        let revision = |r: &str| Source::Revision { revision: r.to_owned(), path: path.clone() };
        return Some((scope, vec![revision(old), revision(new)]));
    }
    let path = args.path.clone().unwrap_or_else(usual);
    match (args.versions.as_slice(), scope.known) {
        ([old, new], _) => Some((scope, vec![source(old, path.clone()), source(new, path)])),
        ([one], Some(_)) => Some((scope, vec![source(one, path)])),
        ([], Some(_)) => Some((scope, vec![Source::Path(PathBuf::from(path))])),
        _ => {
            console.complain(
                "name two versions, as in `polc diff before after` or `polc diff main HEAD`; or one, with --known-on given twice",
            );
            None
        }
    }
}

/// Whether at least one version knows the region and decision asked for.
fn known(scope: &Scope, [old, new]: [&Policies; 2], console: &mut Console) -> io::Result<bool> {
    let mut wrong = Vec::new();
    if let Some(region) = &scope.region
        && old.region(region).is_err()
    {
        wrong.extend(new.region(region).err().into_iter().flatten());
    }
    if let Some(decision) = &scope.decision
        && old.decision(decision).is_err()
    {
        wrong.extend(new.decision(decision).err().into_iter().flatten());
    }
    console.report(new.sources(), &wrong)?;
    Ok(wrong.is_empty())
}

fn print(found: &Diff, format: Format, console: &mut Console) -> io::Result<()> {
    match format {
        Format::Human => console.out.write_all(diff::text(found, Paint::new(console.colours_results())).as_bytes()),
        Format::Json => {
            serde_json::to_writer_pretty(&mut console.out, found)?;
            console.out.write_all(b"\n")
        }
        Format::Markdown => console.out.write_all(diff::markdown(found).as_bytes()),
    }
}
