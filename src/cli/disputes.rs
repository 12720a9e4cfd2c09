//! In: `polc disputes`. Out: every question on which sources contradict each other, for people or machines. Never here: finding them (`polc::disputes`).

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use polc::disputes::{self, Scope};
use polc::report::Paint;
use std::io::{self, Write};

/// List every question on which sources contradict each other
///
/// Compares all statements about the same outcome, in a region and those above it, and shows for each contradiction both sides
/// with their sources, places and dates, and the smallest case that shows it. What a rule settles against a claim, and what a
/// region merely says otherwise than the one above, stand apart.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 whether there are disputes or not; 1 if the policies have errors; 2 if something could not be read.\n\n\
    Examples:\n  \
    polc disputes                                       everything under policies/\n  \
    polc disputes --region 西宁 --decision transfer     what contradicts itself about transfers in 西宁\n  \
    polc disputes --format markdown > disputes.md"
)]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// Only what this region, one inside it or one above it says
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Only this decision
    #[arg(long, value_name = "DECISION")]
    decision: Option<String>,
    /// Only what is in force on this day [default: on any day]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Only what had been published by this day [default: everything]
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
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

/// Reads, compares, reports.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let mut scope = Scope::default();
    for (option, text, edge, slot) in
        [("--on", &args.on, Edge::First, &mut scope.on), ("--known-on", &args.known_on, Edge::Last, &mut scope.known)]
    {
        if let Some(text) = text {
            match dates::read(option, text, edge, console) {
                Some(day) => *slot = Some(day),
                None => return Ok(Exit::Failed),
            }
        }
    }
    let read = policies::read(args.paths);
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let region = args.region.as_deref().map(|r| read.region(r)).transpose();
    let decision = args.decision.as_deref().map(|d| read.decision(d)).transpose();
    match (region, decision) {
        (Ok(region), Ok(decision)) => (scope.region, scope.decision) = (region, decision.map(|(d, _)| d)),
        (region, decision) => {
            let wrong: Vec<_> = region.err().into_iter().chain(decision.err()).flatten().collect();
            console.report(read.sources(), &wrong)?;
            return Ok(Exit::Failed);
        }
    }
    let found = disputes::disputes(&read, &scope);
    match args.format {
        Format::Human => console.out.write_all(disputes::text(&found, Paint::new(console.colours_results())).as_bytes())?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut console.out, &found)?;
            console.out.write_all(b"\n")?;
        }
        Format::Markdown => console.out.write_all(disputes::markdown(&found).as_bytes())?,
    }
    Ok(Exit::Ok)
}
