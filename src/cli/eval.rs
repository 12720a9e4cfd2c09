//! In: `polc eval`. Out: answers for one person, for people or machines. Never here: working them out, reading facts (`input`), wording (`report`).

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::facts::Told;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use polc::diagnostics::Severity;
use polc::hir::DecisionId;
use polc::policies::date;
use polc::report::{self, Document};
use polc::value::RegionId;
use polc::{Answer, Detail, Facts, Moment, Policies, Question};
use std::io::{self, Write};

/// Answer a person's questions
///
/// Every outcome comes with its status (decided, disputed, refer, needs, no_rule), the statement that gives it and its
/// source. A fact that is not told is never taken to be zero: what the answer still turns on is asked for by name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ends with 0 when the question was answered, whatever the answer; 1 if the policies have errors or an outcome \
    cannot be worked out; 2 if the question is wrong (an unknown region, decision or input).\n\n\
    Examples:\n  \
    polc eval --region 西宁 --decision 'transfer resident->employee'\n  \
    polc eval --region 西宁 --decision 'transfer resident->employee' --set 'gap=2 months' --on 2025-05-20 --explain\n  \
    polc eval policies/青海 --region 西宁 --input person.json --format json      every decision 西宁 can answer")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// The region asked, by name or alias
    #[arg(long, value_name = "REGION")]
    region: String,
    /// The decision with its arguments; an argument left out is not told [default: every decision the region can answer]
    #[arg(long, value_name = "DECISION")]
    decision: Option<String>,
    #[command(flatten)]
    told: Told,
    /// The date of the question; a month or year stands for its first day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Answer as one would have with what was published by then; a month or year stands for its last day [default: everything is known]
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
    /// Explain how each outcome came out
    #[arg(long)]
    explain: bool,
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
    /// Markdown
    Markdown,
    /// A Mermaid flowchart of the explanation
    Mermaid,
}

/// A decision with its arguments.
type Head = (DecisionId, Vec<Option<u16>>);

/// Reads the policies and the facts, asks, prints.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let Some((on, known)) = moment(&args, console) else { return Ok(Exit::Failed) };
    if args.told.reads_stdin() && args.paths.paths.iter().any(|p| p.as_os_str() == "-") {
        console.complain("standard input cannot be both policies and facts");
        return Ok(Exit::Failed);
    }
    let read = policies::read(args.paths);
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let asked = read.region(&args.region).and_then(|region| match &args.decision {
        Some(head) => Ok((region, vec![read.decision(head)?])),
        None => Ok((region, read.decisions_of(region))),
    });
    let (region, heads) = match asked {
        Ok(asked) => asked,
        Err(found) => {
            console.report(&read.map, &found)?;
            return Ok(Exit::Failed);
        }
    };
    let Some(facts) = args.told.read(&read, &heads, console)? else { return Ok(Exit::Failed) };
    let warnings = policies::summary(&read);
    if warnings.warnings > 0 {
        console.summarise(&warnings)?;
    }
    let explain = args.explain || args.format == Format::Mermaid;
    let answers = ask(&read, region, heads, Moment { on, known }, &facts, Detail { explain });
    let faults: Vec<_> = answers.iter().flat_map(report::faults).collect();
    print(&read, region, Moment { on, known }, answers, args.format, console)?;
    console.report(&read.map, &faults)?;
    let failed = faults.iter().any(|d| d.severity() == Severity::Error);
    Ok(if failed { Exit::Problems } else { Exit::Ok })
}

/// The dates of the question; what is wrong with them is said.
fn moment(args: &Args, console: &mut Console) -> Option<(i64, Option<i64>)> {
    let on = match &args.on {
        Some(text) => dates::read("--on", text, Edge::First, console),
        None => dates::today(console),
    };
    let known = args.known_on.as_ref().map(|text| dates::read("--known-on", text, Edge::Last, console));
    Some((
        on?,
        match known {
            Some(day) => Some(day?),
            None => None,
        },
    ))
}

fn ask(policies: &Policies, region: RegionId, heads: Vec<Head>, moment: Moment, facts: &Facts, detail: Detail) -> Vec<Answer> {
    let question = |(decision, args): Head| Question { region, decision, args, moment };
    heads.into_iter().map(|head| policies.ask(&question(head), facts, detail)).collect()
}

fn print(
    policies: &Policies,
    region: RegionId,
    moment: Moment,
    answers: Vec<Answer>,
    format: Format,
    console: &mut Console,
) -> io::Result<()> {
    let name = policies.region_name(region);
    let paint = report::Paint::new(console.colours_results());
    match format {
        Format::Human => {
            if answers.is_empty() {
                writeln!(console.out, "no policy says anything about {name} or the regions above it")?;
            }
            for (i, answer) in answers.iter().enumerate() {
                if i > 0 {
                    console.out.write_all(b"\n")?;
                }
                console.out.write_all(report::answer_text(answer, paint).as_bytes())?;
            }
        }
        Format::Json => {
            let document = Document::new(policies.digest().to_string(), name.to_string(), date(moment.on), moment.known.map(date), answers);
            serde_json::to_writer_pretty(&mut console.out, &document)?;
            console.out.write_all(b"\n")?;
        }
        Format::Markdown => {
            for (i, answer) in answers.iter().enumerate() {
                if i > 0 {
                    console.out.write_all(b"\n")?;
                }
                console.out.write_all(report::markdown(answer).as_bytes())?;
            }
        }
        Format::Mermaid => console.out.write_all(report::mermaid(&answers).as_bytes())?,
    }
    Ok(())
}
