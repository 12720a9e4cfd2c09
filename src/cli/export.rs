//! In: `polc export`. Out: the checked policies as one JSON document, on standard output or in a file. Never here: its form (`polc::export`).

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Write the checked policies as one document for other programs
///
/// The vocabulary with its labels, regions, sources, and every statement with its conditions as trees; its form is in
/// `docs/schemas/export.schema.json`. Every command takes such a file in place of sources and answers the same.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0; 1 if the policies have errors (nothing is exported); 2 if something could not be read or written.\n\n\
    Examples:\n  \
    polc export policies -o policies.json           everything under policies/\n  \
    polc eval policies.json --region 西宁 --decision 'transfer resident->employee'\n  \
    polc export policies/青海 | jq '.statements | length'"
)]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// How to write
    #[arg(long, value_enum, default_value_t = Format::Json, value_name = "FORMAT")]
    format: Format,
    /// Write to this file instead of standard output; it is replaced only when all is written
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON document, a line for each declaration and statement
    Json,
}

/// Reads, checks, writes.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let read = policies::read(args.paths);
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let Format::Json = args.format;
    let text = match read.export() {
        Ok(text) => text,
        Err(error) => {
            console.complain(&format!("nothing is exported: {error}"));
            return Ok(Exit::Problems);
        }
    };
    let Some(path) = args.output else {
        console.out.write_all(text.as_bytes())?;
        return Ok(Exit::Ok);
    };
    match replace(&path, text.as_bytes()) {
        Ok(()) => Ok(Exit::Ok),
        Err(error) => {
            console.complain(&format!("`{}` cannot be written: {error}", path.display()));
            Ok(Exit::Failed)
        }
    }
}

/// Writes a file so that readers see all of it or what was there before.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A device or pipe is not replaced by a file of its name.
    if std::fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return Err(io::Error::other("it is no file; leave --output out to write to standard output"));
    }
    let Some(name) = path.file_name() else { return Err(io::Error::other("it names no file")) };
    let mut aside = OsString::from(".");
    aside.push(name);
    aside.push(format!(".{}.tmp", std::process::id()));
    let aside = path.with_file_name(aside);
    let written = std::fs::File::create_new(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let done = written.and_then(|()| std::fs::rename(&aside, path));
    if done.is_err() {
        // Half a file helps nobody; that it cannot be removed either changes nothing.
        let _ = std::fs::remove_file(&aside);
    }
    done
}
