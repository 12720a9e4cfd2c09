//! In: arguments that several verbs share. Out: their values. Never here: arguments of one verb.

use clap::ValueEnum;
use std::path::PathBuf;

/// Arguments of every verb.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// Colours in what is meant for people
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also into files and pipes
    Always,
    /// Nowhere
    Never,
}

impl Color {
    /// Whether to colour a stream that is a terminal or not.
    pub fn wanted(self, terminal: bool) -> bool {
        let refused = || {
            let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
            set("NO_COLOR").is_some() || set("TERM").is_some_and(|t| t == "dumb")
        };
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !refused(),
        }
    }
}

/// Which policies to read.
#[derive(Clone, Debug, clap::Args)]
pub struct Paths {
    /// Files and folders to read, `-` for standard input [default: policies/ if there is one, else this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub caching: Caching,
}

/// Whether to use what was worked out in an earlier run.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Caching {
    /// Neither use nor keep what was worked out in an earlier run (also with POLC_NO_CACHE=1)
    #[arg(long)]
    pub no_cache: bool,
}
