//! In: the command line. Out: the exit code of the verb it names. Never here: what a verb does (`cli/`).

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
