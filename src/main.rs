//! In: the command line. Out: the exit code of the verb it names. Never here: what a verb does (`cli/`).

mod cli;

/// Checking makes and frees millions of small pieces; the system's allocator spends a third of the time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
