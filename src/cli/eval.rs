//! In: `polc eval`. Out: answers for one person, for people or machines. Never here: working them out, reading facts (`input`), wording (`report`).

use super::console::Console;
use super::dates::{self, Edge};
use super::exit::Exit;
use super::facts::Told;
use super::interview;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use polc::RegionId;
use polc::diagnostics::Severity;
use polc::interview::Interview;
use polc::report::{self, Document};
use polc::{Answer, Detail, Moment, Policies};
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
    polc eval policies/青海 --region 西宁 --input person.json --format json      every decision 西宁 can answer\n  \
    polc eval --region 西宁 --decision 'transfer resident->employee' --interactive --format json > answer.json")]
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
    /// Ask for what the answer still needs, the most useful question first; questions go to standard error
    #[arg(long)]
    interactive: bool,
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
    /// A Mermaid flowchart of the explanation; most viewers refuse more than 50,000 characters, so ask for one decision
    Mermaid,
}

/// Reads the policies and the facts, asks, prints.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let Some((on, known)) = moment(&args, console) else { return Ok(Exit::Failed) };
    if let Some(twice) = read_twice(&args) {
        console.complain(&format!("standard input cannot be both {twice}"));
        return Ok(Exit::Failed);
    }
    let again = Again::of(&args, on);
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
            console.report(read.sources(), &found)?;
            return Ok(Exit::Failed);
        }
    };
    let Some(facts) = args.told.read(&read, &heads, console)? else { return Ok(Exit::Failed) };
    let warnings = policies::summary(&read);
    if warnings.warnings > 0 {
        console.summarise(&warnings)?;
    }
    let explain = args.explain || args.format == Format::Mermaid;
    let mut interview = Interview::new(&read, region, Moment { on, known }, heads, args.decision.is_some(), facts);
    if args.interactive {
        interview::talk(&mut interview, console)?;
    }
    let answers = interview.answers(Detail { explain });
    let faults: Vec<_> = answers.iter().flat_map(report::faults).collect();
    print(&read, region, Moment { on, known }, answers, args.format, console)?;
    console.report(read.sources(), &faults)?;
    if args.interactive {
        console.out.flush()?;
        console.say(&format!("\nThe same again:\n{}\n", again.line(&interview)))?;
    }
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

/// What standard input would have to be at once.
fn read_twice(args: &Args) -> Option<&'static str> {
    let policies = args.paths.paths.iter().any(|p| p.as_os_str() == "-");
    match (policies, args.told.reads_stdin(), args.interactive) {
        (true, true, _) => Some("policies and facts"),
        (true, _, true) => Some("policies and answers to questions"),
        (_, true, true) => Some("facts and answers to questions"),
        _ => None,
    }
}

/// The command line that asks the same again without asking anybody.
struct Again {
    before: Vec<String>,
    told: Vec<String>,
    after: Vec<String>,
}

impl Again {
    fn of(args: &Args, on: i64) -> Again {
        let mut before = vec!["polc".to_owned(), "eval".to_owned()];
        before.extend(args.paths.paths.iter().map(|p| p.display().to_string()));
        before.extend(["--region".to_owned(), args.region.clone()]);
        let mut after = vec!["--on".to_owned(), day(on)];
        after.extend(args.known_on.iter().flat_map(|k| ["--known-on".to_owned(), k.clone()]));
        if let Some(format) = args.format.to_possible_value().filter(|_| args.format != Format::Human) {
            after.extend(["--format".to_owned(), format.get_name().to_owned()]);
        }
        after.extend(args.explain.then(|| "--explain".to_owned()));
        Again { before, told: args.told.words(), after }
    }

    /// One line for a shell, with the decision and facts as told since.
    fn line(self, interview: &Interview) -> String {
        let decision = interview.decision().into_iter().flat_map(|d| ["--decision".to_owned(), d]);
        let settings = interview.settings().into_iter().flat_map(|s| ["--set".to_owned(), s]);
        let words = self.before.into_iter().chain(decision).chain(self.told).chain(settings).chain(self.after);
        words.map(|w| quoted(&w)).collect::<Vec<_>>().join(" ")
    }
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '=' | ':' | ',' | '+');
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
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
            let document = Document::new(policies.digest().to_string(), name.to_string(), day(moment.on), moment.known.map(day), answers);
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

/// A day of the calendar as text.
fn day(days: i64) -> String {
    polc::Date::from_days(days).map_or_else(|| days.to_string(), |d| d.to_string())
}
