//! In: `polc batch`. Out: a table of answers for a table of people. Never here: reading, answering and writing them (`polc::batch`).

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use polc::batch::{Detail, Format, Job, Keep, Layout, MAX_BAD_ROWS, Mapping, OnError, Progress, Source, Stop, Summary, Target, Where};
use polc::diagnostics::Diagnostic;
use polc::{DecisionId, Moment, OutcomeId, Policies, RegionId};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Answer everybody in a table
///
/// Each row is one person: a column named like an input (or its alias) tells that fact, an empty cell or null tells nothing. The answers are those of
/// `polc eval`, in the order of the rows. Formats go by the ends of the file names: .csv, .ndjson or .jsonl, .parquet.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 when everybody was answered; 1 if rows are bad, an outcome cannot be worked out or the policies have errors; 2 if the \
    question or a column is wrong, or a file cannot be read or written. A file appears under its name only when it is whole.\n\n\
    Examples:\n  \
    polc batch --region-column region --decision 'transfer resident->employee' -i people.csv -o answers.parquet\n  \
    polc batch --region 西宁 --decision retire --map scheme=1 -i people.parquet -o answers.csv --keep id\n  \
    polc batch --region 西宁 --decision 'reimburse outpatient, employee' --map cost_fen=cost:fen -i - --input-format csv -o - --output-format ndjson"
)]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// The region everybody is asked about in, by name or alias
    #[arg(long, value_name = "REGION", required_unless_present = "region_column", conflicts_with = "region_column")]
    region: Option<String>,
    /// The column that names each person's region
    #[arg(long, value_name = "COLUMN")]
    region_column: Option<String>,
    /// The decision; arguments that are left out may be told by columns
    #[arg(long, value_name = "DECISION")]
    decision: String,
    /// An outcome to answer (repeatable) [default: every outcome that the policies speak of there]
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// The people: a file, `-` for standard input
    #[arg(short, long, value_name = "FILE")]
    input: PathBuf,
    /// The answers: a file, `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The format of the people, where the name of the file does not say
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<Table>,
    /// The format of the answers, where the name of the file does not say
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<Table>,
    /// A column tells the input of this name, or an argument by its name or place; its bare numbers are in this unit (repeatable)
    #[arg(long, value_name = "COLUMN=NAME[:UNIT]")]
    map: Vec<String>,
    /// Carry a column through to the answers (repeatable)
    #[arg(long, value_name = "COLUMN")]
    keep: Vec<String>,
    /// Carry every column through
    #[arg(long, conflicts_with = "keep")]
    keep_all: bool,
    /// Pass over columns that tell nothing
    #[arg(long)]
    ignore_columns: bool,
    /// What is written for each outcome
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    columns: Vec<What>,
    /// The date of the question; a month or year stands for its first day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Answer as one would have with what was published by then; a month or year stands for its last day [default: everything is known]
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// What to do when a row cannot be read
    #[arg(long, value_enum, default_value_t = Bad::Fail, value_name = "WHAT")]
    on_error: Bad,
    /// How many threads answer [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Write what the run came to as JSON: rows, statuses, bad rows, digest of the policies
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Table {
    /// Comma-separated values with a header
    Csv,
    /// One JSON object on each line
    Ndjson,
    /// Apache Parquet
    Parquet,
}

impl From<Table> for Format {
    fn from(table: Table) -> Format {
        match table {
            Table::Csv => Format::Csv,
            Table::Ndjson => Format::Ndjson,
            Table::Parquet => Format::Parquet,
        }
    }
}

/// What to do with a row that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Bad {
    /// Stop, and write no file
    Fail,
    /// Write the row with the status `error` and what is wrong with it
    Report,
}

/// A column of each outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The value, where it is one exact value (usual)
    Value,
    /// decided, needs, disputed, refer, no_rule or error (usual)
    Status,
    /// What the value does not say: several values, a range, whom to ask (usual)
    Alternatives,
    /// Facts that are wanted, the most useful first (usual)
    Needs,
    /// What keeps it from being worked out (usual)
    Error,
    /// Why nothing gives it
    Reason,
    /// File and line of the statements that give it
    Rules,
    /// Ids of everything it rests on
    Ids,
    /// Sources it rests on
    Sources,
    /// How sure the sources are
    Hedges,
    /// The whole answer as `polc eval --format json` prints it
    Json,
}

impl From<What> for Detail {
    fn from(what: What) -> Detail {
        match what {
            What::Value => Detail::Value,
            What::Status => Detail::Status,
            What::Alternatives => Detail::Alternatives,
            What::Needs => Detail::Needs,
            What::Error => Detail::Error,
            What::Reason => Detail::Reason,
            What::Rules => Detail::Rules,
            What::Ids => Detail::Ids,
            What::Sources => Detail::Sources,
            What::Hedges => Detail::Hedges,
            What::Json => Detail::Json,
        }
    }
}

/// The arguments of a run that were understood.
struct Plan {
    moment: Moment,
    from: Format,
    to: Format,
    mappings: Vec<Mapping>,
}

/// Reads the policies, answers the table, says what it came to.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let Some(plan) = plan(&args, console) else { return Ok(Exit::Failed) };
    let read = policies::read(args.paths.clone());
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let warnings = policies::summary(&read);
    if warnings.warnings > 0 {
        console.summarise(&warnings)?;
    }
    let (job, source) = match prepare(&args, &plan, &read) {
        Ok(prepared) => prepared,
        Err(found) => {
            console.report(read.sources(), &found)?;
            return Ok(Exit::Failed);
        }
    };
    let target = match target(&args.output) {
        Ok(target) => target,
        Err(e) => {
            console.complain(&format!("`{}` cannot be written: {e}", args.output.display()));
            return Ok(Exit::Failed);
        }
    };
    let guard = match Guard::over(target.unfinished()) {
        Ok(guard) => guard,
        Err(e) => {
            console.complain(&format!("signals cannot be watched: {e}"));
            return Ok(Exit::Failed);
        }
    };
    let bar = bar(console, source.progress());
    let mut told = |p: Progress, rows: u64| {
        bar.set_position(p.done);
        bar.set_message(format!("{rows} rows"));
    };
    let result = job.run(source, target, plan.to, &mut told);
    bar.finish_and_clear();
    guard.lift();
    ended(&args, result, console)
}

/// What a run came to, said and written.
fn ended(args: &Args, result: Result<Summary, Stop>, console: &mut Console) -> io::Result<Exit> {
    match result {
        Ok(summary) => {
            tell_bad(&summary.first_bad, summary.bad_rows, console)?;
            console.tell(&summary.text())?;
            if let Some(path) = &args.summary {
                let text = serde_json::to_string_pretty(&summary)?;
                if let Err(e) = std::fs::write(path, text + "\n") {
                    console.complain(&format!("`{}` cannot be written: {e}", path.display()));
                    return Ok(Exit::Failed);
                }
            }
            Ok(if summary.is_clean() { Exit::Ok } else { Exit::Problems })
        }
        Err(Stop::BadRows(rows, count)) => {
            tell_bad(&rows, count, console)?;
            let left = if args.output.as_os_str() == "-" { "the output ends before them" } else { "nothing was written" };
            console.complain(&format!("stopped at bad rows: {left}; --on-error report answers the others"));
            Ok(Exit::Problems)
        }
        Err(Stop::Unreadable(d)) => {
            console.report(&polc::source::SourceMap::default(), &[*d])?;
            Ok(Exit::Failed)
        }
        Err(Stop::Refused(why)) => {
            console.complain(&why);
            Ok(Exit::Failed)
        }
        Err(Stop::Unwritten(why)) => {
            console.complain(&format!("`{}` cannot be written: {why}", args.output.display()));
            Ok(Exit::Failed)
        }
        Err(Stop::Closed) => Ok(Exit::Ok),
    }
}

pub(super) fn tell_bad(rows: &[polc::batch::BadRow], count: u64, console: &mut Console) -> io::Result<()> {
    for row in rows {
        let line = row.line.map_or(String::new(), |l| format!(" (line {l})"));
        let column = row.column.as_ref().map_or(String::new(), |c| format!(", column `{c}`"));
        console.tell(&format!("error[{}]: row {}{line}{column}: {}\n", row.code, row.row, row.message))?;
        if !row.help.is_empty() {
            console.tell(&format!("  help: {}\n", row.help))?;
        }
    }
    let shown: std::collections::BTreeSet<u64> = rows.iter().map(|r| r.row).collect();
    let more = count.saturating_sub(shown.len() as u64);
    if more > 0 && rows.len() >= MAX_BAD_ROWS { console.tell(&format!("and {more} more bad rows\n")) } else { Ok(()) }
}

/// What of the arguments needs no policies; what is wrong with them is said.
fn plan(args: &Args, console: &mut Console) -> Option<Plan> {
    let on = match &args.on {
        Some(text) => dates::read("--on", text, Edge::First, console)?,
        None => dates::today(console)?,
    };
    let known = match &args.known_on {
        Some(text) => Some(dates::read("--known-on", text, Edge::Last, console)?),
        None => None,
    };
    let mut wrong = Vec::new();
    let mut format = |path: &Path, said: Option<Table>, option: &str| {
        let found = said.map(Format::from).or_else(|| Format::of(path));
        if found.is_none() {
            wrong.push(format!("the name `{}` does not say its format: add --{option}-format csv, ndjson or parquet", path.display()));
        }
        found
    };
    let from = format(&args.input, args.input_format, "input");
    let to = format(&args.output, args.output_format, "output");
    if args.input.as_os_str() == "-" && args.paths.paths.iter().any(|p| p.as_os_str() == "-") {
        wrong.push("standard input cannot be both policies and people".to_owned());
    }
    if to == Some(Format::Parquet) && args.output.as_os_str() == "-" {
        wrong.push("Parquet cannot be written to standard output: name a file".to_owned());
    }
    if args.keep_all && from == Some(Format::Ndjson) {
        wrong.push("NDJSON has no header that names all columns: name them with --keep".to_owned());
    }
    if one_file(&args.input, &args.output) {
        wrong.push(format!("the answers would replace the people: `{}` is both --input and --output", args.output.display()));
    }
    let mut mappings = Vec::new();
    for text in &args.map {
        match mapping(text) {
            Some(m) => mappings.push(m),
            None => wrong.push(format!("`--map {text}` does not say which column tells what: write --map COLUMN=NAME or COLUMN=NAME:UNIT")),
        }
    }
    for message in &wrong {
        console.complain(message);
    }
    let moment = Moment { on, known };
    if wrong.is_empty() { Some(Plan { moment, from: from?, to: to?, mappings }) } else { None }
}

/// `cost_fen=cost:fen`
pub(super) fn mapping(text: &str) -> Option<Mapping> {
    let (column, name) = text.rsplit_once('=')?;
    let (name, unit) = match name.split_once(':') {
        Some((name, unit)) => (name, Some(unit.trim().to_owned())),
        None => (name, None),
    };
    let whole = !column.is_empty() && !name.trim().is_empty();
    whole.then(|| Mapping { column: column.to_owned(), name: name.trim().to_owned(), unit })
}

fn one_file(a: &Path, b: &Path) -> bool {
    let same = |a: PathBuf, b: PathBuf| a == b;
    a.as_os_str() != "-"
        && std::fs::metadata(a).is_ok_and(|m| m.is_file())
        && std::fs::canonicalize(a).ok().zip(std::fs::canonicalize(b).ok()).is_some_and(|(a, b)| same(a, b))
}

/// The question and the open table, or what is wrong with them.
fn prepare<'p>(args: &Args, plan: &Plan, policies: &'p Policies) -> Result<(Job<'p>, Source), Vec<Diagnostic>> {
    let list = |refused: polc::Refused| refused.into_iter().collect::<Vec<Diagnostic>>();
    let region = match (&args.region, &args.region_column) {
        (Some(name), _) => Where::One(policies.region(name).map_err(list)?),
        (None, column) => Where::Column(column.clone().unwrap_or_default()),
    };
    let head = policies.decision(&args.decision).map_err(list)?;
    let one = match region {
        Where::One(region) => Some(region),
        Where::Column(_) => None,
    };
    let outcomes = outcomes(args, policies, head.0, one)?;
    let keep = Keep { columns: args.keep.clone(), all: args.keep_all, ignore: args.ignore_columns };
    let layout = Layout::new(policies, head, region, plan.mappings.clone(), keep)?;
    let source = Source::open(&args.input, plan.from, &layout)?;
    let mut details: Vec<Detail> = Vec::new();
    for what in &args.columns {
        let detail = Detail::from(*what);
        if !details.contains(&detail) {
            details.push(detail);
        }
    }
    if details.is_empty() {
        details.extend(Detail::USUAL);
    }
    let (on_error, threads) = (args.on_error.into(), threads(args.threads));
    Ok((Job { layout, moment: plan.moment, outcomes, details, on_error, threads }, source))
}

impl From<Bad> for OnError {
    fn from(bad: Bad) -> OnError {
        if bad == Bad::Fail { OnError::Fail } else { OnError::Report }
    }
}

/// So many threads, or one for each core.
pub(super) fn threads(said: Option<NonZeroUsize>) -> usize {
    said.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN).get()
}

/// The outcomes asked: those named, else all of which the policies speak.
fn outcomes(args: &Args, policies: &Policies, decision: DecisionId, region: Option<RegionId>) -> Result<Vec<OutcomeId>, Vec<Diagnostic>> {
    if args.outcome.is_empty() {
        return Ok(policies.outcomes_in(decision, region));
    }
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for name in &args.outcome {
        match policies.outcome_named(decision, name) {
            Ok(outcome) if found.contains(&outcome) => {}
            Ok(outcome) => found.push(outcome),
            Err(refused) => wrong.extend(refused),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn target(path: &Path) -> io::Result<Target> {
    if path.as_os_str() == "-" { Ok(Target::stream(Box::new(io::stdout()))) } else { Target::file(path) }
}

/// A bar on a terminal, nothing elsewhere.
pub(super) fn bar(console: &Console, progress: Progress) -> ProgressBar {
    if !console.talks_to_a_person() {
        return ProgressBar::hidden();
    }
    match progress.of {
        Some(all) => {
            let style = ProgressStyle::with_template("{bar:30} {percent}%  {msg}  {elapsed} of about {duration}").ok();
            ProgressBar::new(all).with_style(style.unwrap_or_else(ProgressStyle::default_bar))
        }
        None => ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("{spinner} {msg}  {elapsed}").unwrap_or_else(|_| ProgressStyle::default_spinner())),
    }
}

/// Removes the unfinished file should the program be interrupted.
struct Guard(std::sync::Arc<std::sync::Mutex<Option<PathBuf>>>);

impl Guard {
    fn over(unfinished: Option<&Path>) -> Result<Guard, ctrlc::Error> {
        let path = std::sync::Arc::new(std::sync::Mutex::new(unfinished.map(Path::to_owned)));
        let watched = std::sync::Arc::clone(&path);
        ctrlc::set_handler(move || {
            let unfinished = watched.lock().ok().and_then(|mut p| p.take());
            let left = unfinished.as_ref().map_or("", |_| ": nothing was written");
            if let Some(path) = unfinished {
                drop(std::fs::remove_file(path));
            }
            drop(writeln!(io::stderr(), "interrupted{left}"));
            std::process::exit(2);
        })?;
        Ok(Guard(path))
    }

    fn lift(self) {
        if let Ok(mut path) = self.0.lock() {
            *path = None;
        }
    }
}
