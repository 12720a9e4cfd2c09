//! In: `polc explain`. Out: the page of a code, or the list of codes. Never here: the pages (`docs/errors/`).

use super::console::Console;
use super::exit::Exit;
use polc::diagnostics::{Severity, codes};
use std::io::{self, Write};

/// How many codes to suggest for an unknown one.
const SUGGESTED: usize = 3;

/// Explain a code such as E0201: what it means, how it looks, how to mend it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  polc explain E0201      the page of one code\n  polc explain --list     every code there is")]
pub struct Args {
    /// The code, in capitals or not
    #[arg(required_unless_present = "list")]
    code: Option<String>,
    /// List every code with its severity and title
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

/// Prints the page or the list.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let Some(asked) = args.code else {
        for code in codes::ALL {
            let severity = match code.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            writeln!(console.out, "{}  {severity:<7}  {}", code.id, code.title)?;
        }
        return Ok(Exit::Ok);
    };
    if let Some(code) = codes::find(&asked) {
        console.out.write_all(code.page.trim_end().as_bytes())?;
        console.out.write_all(b"\n")?;
        return Ok(Exit::Ok);
    }
    console.complain(&format!(
        "there is no code `{}`; the nearest are {} (`polc explain --list` shows all)",
        asked.escape_debug(),
        nearest(&asked).join(", ")
    ));
    Ok(Exit::Failed)
}

/// The codes spelled most like the one asked for.
fn nearest(asked: &str) -> Vec<&'static str> {
    let asked = asked.to_ascii_uppercase();
    let mut near: Vec<(usize, &'static str)> = codes::ALL.iter().map(|c| (strsim::damerau_levenshtein(&asked, c.id), c.id)).collect();
    near.sort_unstable();
    near.into_iter().take(SUGGESTED).map(|(_, id)| id).collect()
}
