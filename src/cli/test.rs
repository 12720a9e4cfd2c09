//! In: `polc test`. Out: how the tests in the policies came out and what they exercise, for people or machines. Never here: running them (`polc::testing`).

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use polc::Policies;
use polc::report::Paint;
use polc::testing::{self, Coverage, Filter, Report, Threshold};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Run the tests in the policies
///
/// Asks every question of every `test` block and compares what comes out with what it expects. A failure shows both,
/// where the expectation stands, and how the answer came out.
///
/// With --coverage also says which statements, table rows, exceptions and sides of conditions no test has exercised.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 if there were tests and all passed; 1 if one failed, none was found, --fail-under is not reached or the \
    policies have errors; 2 if something could not be read or written.\n\n\
    Examples:\n  \
    polc test                                    every test under policies/\n  \
    polc test --region 青海 --filter 余额        tests in 青海 and its cities with 余额 in their name\n  \
    polc test --coverage                         and what they do not exercise\n  \
    polc test --suggest > more.test.pol          test blocks for what is not exercised\n  \
    polc test --format junit --coverage --coverage-format lcov --coverage-output lcov.info --fail-under 90 > tests.xml\n                                               \
    for a CI server"
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
    /// Report what the tests exercise of the policies: with --region only of what that region and those inside it say,
    /// with --filter of everything
    #[arg(long)]
    coverage: bool,
    /// How to report it
    #[arg(long, value_enum, default_value_t = CoverageFormat::Text, value_name = "FORMAT", requires = "coverage")]
    coverage_format: CoverageFormat,
    /// Where to write it, `-` for standard output [default: text after the results, on standard error where these are for
    /// machines; other formats on standard output, with the results for people on standard error]
    #[arg(long, value_name = "FILE", requires = "coverage")]
    coverage_output: Option<PathBuf>,
    /// Write test blocks for what no test exercises, limits included: on standard output, with the results on standard error.
    /// What nobody was found for is listed there too
    #[arg(long, conflicts_with_all = ["coverage", "format"])]
    suggest: bool,
    /// End with 1 if less than this is exercised, in percent, such as 80 or 92.5
    #[arg(long, value_name = "PERCENT", requires = "coverage")]
    fail_under: Option<Threshold>,
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

/// Who reads what is exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    /// A line for each file and region, then everything not exercised
    Text,
    /// One JSON document with everything counted
    Json,
    /// An LCOV tracefile
    Lcov,
}

/// Reads, runs, reports.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let file = args.coverage_output.as_deref().filter(|f| *f != Path::new("-"));
    let to_stdout = args.coverage && file.is_none() && (args.coverage_format != CoverageFormat::Text || args.coverage_output.is_some());
    if to_stdout && args.format != Format::Human {
        console.complain("standard output holds one document: write the coverage to a file with --coverage-output FILE");
        return Ok(Exit::Failed);
    }
    let read = policies::read(args.paths);
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let region = match args.region.as_deref().map(|name| read.region(name)) {
        Some(Err(found)) => {
            console.report(read.sources(), &found)?;
            return Ok(Exit::Failed);
        }
        Some(Ok(region)) => Some(region),
        None => None,
    };
    let filter = Filter { text: args.filter, region };
    if args.suggest {
        return suggest(&read, &filter, console);
    }
    let (report, coverage) = if args.coverage {
        let (report, coverage) = testing::run_covering(&read, &filter);
        (report, Some(coverage))
    } else {
        (testing::run(&read, &filter), None)
    };
    // A document for machines on standard output leaves the other stream to people.
    let aside = to_stdout && args.coverage_format != CoverageFormat::Text;
    match args.format {
        Format::Human if aside => console.tell(&human(&report, Paint::new(console.colours_remarks())))?,
        Format::Human => console.out.write_all(human(&report, Paint::new(console.colours_results())).as_bytes())?,
        Format::Json => console.out.write_all(testing::json(&report)?.as_bytes())?,
        Format::Junit => console.out.write_all(testing::junit(&report).map_err(io::Error::other)?.as_bytes())?,
    }
    if report.tests.is_empty() && args.format != Format::Human {
        console.complain("no tests were found");
    }
    let mut exit = if report.passed() { Exit::Ok } else { Exit::Problems };
    if let Some(coverage) = coverage {
        let beside = aside || args.format != Format::Human;
        if !write_coverage(&coverage, args.coverage_format, file, beside, console)? {
            return Ok(Exit::Failed);
        }
        let all = coverage.total.all;
        if let Some(wanted) = args.fail_under.filter(|wanted| !all.reaches(wanted)) {
            console.complain(&format!(
                "{} is exercised ({} of {}), and --fail-under asks for {wanted}",
                all.percent(),
                all.covered,
                all.total
            ));
            exit = Exit::Problems;
        }
    }
    Ok(exit)
}

/// Test blocks for what no test exercises; fine when there are tests for everything.
fn suggest(read: &Policies, filter: &Filter, console: &mut Console) -> io::Result<Exit> {
    let made = testing::suggest(read, filter);
    console.out.write_all(made.text.as_bytes())?;
    for (place, what) in &made.left {
        console.tell(&format!("{}:{} nobody was found for {}\n", place.file, place.line, what.trim()))?;
    }
    let blocks = if made.blocks == 1 { "block" } else { "blocks" };
    console.tell(&format!("{} test {blocks} suggested, {} left\n", made.blocks, made.left.len()))?;
    Ok(if made.blocks + made.left.len() == 0 { Exit::Ok } else { Exit::Problems })
}

/// A line for each test, then the failures.
fn human(report: &Report, paint: Paint) -> String {
    let mut out: String = report.tests.iter().map(|t| testing::result_line(t, paint)).collect();
    for t in report.tests.iter().filter(|t| !t.passed) {
        out.push_str(&format!("\n{}\n", testing::failure_text(t, paint).trim_end()));
    }
    if !report.tests.is_empty() {
        out.push('\n');
    }
    out + &testing::summary_text(report, paint)
}

/// Writes what is exercised where it belongs; `beside` tells that standard output holds another document. Whether that worked.
fn write_coverage(c: &Coverage, format: CoverageFormat, file: Option<&Path>, beside: bool, console: &mut Console) -> io::Result<bool> {
    let text = |paint| match format {
        CoverageFormat::Text => Ok(testing::coverage_text(c, paint)),
        CoverageFormat::Json => testing::coverage_json(c),
        CoverageFormat::Lcov => Ok(testing::lcov(c)),
    };
    let remarks = Paint::new(console.colours_remarks());
    let results = Paint::new(console.colours_results());
    if let Some(file) = file {
        if let Err(error) = std::fs::write(file, text(Paint::default())?) {
            console.complain(&format!("{} cannot be written: {error}", file.display()));
            return Ok(false);
        }
        if beside {
            console.tell(&testing::coverage_summary(c, remarks))?;
        } else {
            console.out.write_all(testing::coverage_summary(c, results).as_bytes())?;
        }
        return Ok(true);
    }
    match format {
        CoverageFormat::Text if beside => console.tell(&text(remarks)?)?,
        CoverageFormat::Text => console.out.write_all(format!("\n{}", text(results)?).as_bytes())?,
        _ => console.out.write_all(text(Paint::default())?.as_bytes())?,
    }
    Ok(true)
}
