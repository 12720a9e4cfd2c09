//! In: `polc test`. Out: how the tests in the policies came out, for people or machines. Never here: running them (`polc::testing`).

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use polc::report::Paint;
use polc::testing::{self, Filter};
use std::io::{self, Write};

/// Run the tests in the policies
///
/// Asks every question of every `test` block and compares what comes out with what it expects. A failure shows both,
/// where the expectation stands, and how the answer came out.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 if there were tests and all passed; 1 if one failed, none was found or the policies have errors; 2 if \
    something could not be read.\n\n\
    Examples:\n  \
    polc test                                    every test under policies/\n  \
    polc test --region 青海 --filter 余额        tests in 青海 and its cities with 余额 in their name\n  \
    polc test --format junit > tests.xml         for a CI server"
)]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// Only tests with this text in their name
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only tests in this region or one inside it
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

/// Who reads the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each test, then the failures
    Human,
    /// One JSON document
    Json,
    /// JUnit XML
    Junit,
}

/// Reads, runs, reports.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let read = policies::read(args.paths);
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let region = match args.region.as_deref().map(|name| read.region(name)) {
        Some(Err(found)) => {
            console.report(&read.map, &found)?;
            return Ok(Exit::Failed);
        }
        Some(Ok(region)) => Some(region),
        None => None,
    };
    let report = testing::run(&read, &Filter { text: args.filter, region });
    match args.format {
        Format::Human => {
            let paint = Paint::new(console.colours_results());
            for t in &report.tests {
                console.out.write_all(testing::result_line(t, paint).as_bytes())?;
            }
            for t in report.tests.iter().filter(|t| !t.passed) {
                writeln!(console.out, "\n{}", testing::failure_text(t, paint).trim_end())?;
            }
            if !report.tests.is_empty() {
                console.out.write_all(b"\n")?;
            }
            console.out.write_all(testing::summary_text(&report, paint).as_bytes())?;
        }
        Format::Json => console.out.write_all(testing::json(&report)?.as_bytes())?,
        Format::Junit => console.out.write_all(testing::junit(&report).as_bytes())?,
    }
    if report.tests.is_empty() && args.format != Format::Human {
        console.complain("no tests were found");
    }
    Ok(if report.passed() { Exit::Ok } else { Exit::Problems })
}
