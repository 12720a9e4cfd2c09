//! In: arguments, standard streams. Out: the verbs' output and exit codes. Never here: what policies mean.
//!
//! A new verb is one file with `Args` and `run(args, &mut Console) -> io::Result<Exit>`, one line in [`Verb`] and one in [`Verb::run`].

#[cfg(feature = "batch")]
mod batch;
mod check;
mod compare;
mod console;
mod dates;
mod diff;
mod disputes;
mod eval;
mod exit;
mod explain;
mod export;
mod facts;
mod git;
mod inputs;
mod interview;
mod options;
mod policies;
#[cfg(feature = "batch")]
mod population;
mod sheets;
mod show;
mod test;
mod watch;

use clap::{Parser, Subcommand};
use console::Console;
use exit::Exit;
use std::io;
use std::process::ExitCode;

/// Compiles policies that differ from place to place, and answers questions about them with a source for every answer.
#[derive(Debug, Parser)]
#[command(
    name = "polc",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Exit codes: 0 all is well; 1 the policies have errors, or a test failed; 2 the question itself failed (a file cannot be read, a wrong argument).\n\n\
        Examples:\n  \
        polc check                              check every .pol file under policies/\n  \
        polc check policies/青海/西宁.pol       check one file\n  \
        polc eval --region 西宁 --decision 'transfer resident->employee' --set 'gap=2 months'\n  \
        polc test                               run the tests in them\n  \
        polc explain E0201                      what a code means and how to mend it"
)]
struct Cli {
    #[command(flatten)]
    common: options::Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[cfg(feature = "batch")]
    Batch(batch::Args),
    Check(check::Args),
    Compare(compare::Args),
    Diff(diff::Args),
    Disputes(disputes::Args),
    Eval(eval::Args),
    Explain(explain::Args),
    Export(export::Args),
    Inputs(inputs::Args),
    Show(show::Args),
    Test(test::Args),
}

impl Verb {
    fn run(self, console: &mut Console) -> io::Result<Exit> {
        match self {
            #[cfg(feature = "batch")]
            Verb::Batch(args) => batch::run(args, console),
            Verb::Check(args) => check::run(args, console),
            Verb::Compare(args) => compare::run(args, console),
            Verb::Diff(args) => diff::run(args, console),
            Verb::Disputes(args) => disputes::run(args, console),
            Verb::Eval(args) => eval::run(args, console),
            Verb::Explain(args) => explain::run(args, console),
            Verb::Export(args) => export::run(args, console),
            Verb::Inputs(args) => inputs::run(args, console),
            Verb::Show(args) => show::run(args, console),
            Verb::Test(args) => test::run(args, console),
        }
    }
}

/// Runs the verb on the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut console = Console::new(cli.common.color);
    match cli.verb.run(&mut console).and_then(|exit| console.finish().map(|()| exit)) {
        Ok(exit) => exit.into(),
        Err(error) => {
            console.complain(&format!("the output cannot be written: {error}"));
            Exit::Failed.into()
        }
    }
}
