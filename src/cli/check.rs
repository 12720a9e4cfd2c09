//! In: `polc check`. Out: everything wrong with the policies, for people or machines. Never here: what is wrong, or how it is drawn.

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use super::{policies, watch};
use clap::ValueEnum;
use polc::Policies;
use polc::diagnostics::formats;
use std::io;

/// Report everything that is wrong with the policies
///
/// Reads files and folders (every `.pol` file at any depth), checks them together and reports all problems in
/// source order. People read them on standard error; machine formats go to standard output.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ends with 0 if the policies can be relied on, 1 on errors (or on warnings under --deny warnings), \
    2 if something could not be read. With --watch it goes on until Ctrl-C (130) or until nobody reads its output (0).\n\n\
    Examples:\n  \
    polc check                                      everything under policies/\n  \
    polc check policies/青海 policies/甘肃          two provinces, in any order\n  \
    polc check --format github --deny warnings      annotations in a GitHub workflow\n  \
    polc check --watch                              again at every save\n  \
    echo 'region 西宁 < transfer resident->employee: pooled_balance = retained >' | polc check -")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
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
    if args.watch {
        return watch::run(&args.paths, console, |read, console| report(read, args.format, console));
    }
    let read = policies::check(args.paths);
    report(&read, args.format, console)?;
    Ok(policies::exit(&read, args.deny == Some(Deny::Warnings)))
}

fn report(read: &Policies, format: Format, console: &mut Console) -> io::Result<()> {
    let (map, found) = (read.sources(), read.diagnostics());
    let summary = policies::summary(read);
    match format {
        Format::Human => {
            console.report(map, found)?;
            console.summarise(&summary)
        }
        Format::Json => formats::write_json(&mut console.out, map, found, summary.files),
        Format::Sarif => formats::write_sarif(&mut console.out, map, found),
        Format::Github => formats::write_github(&mut console.out, map, found),
    }
}
