//! In: `polc compare`. Out: the same questions for several regions side by side, for people or machines. Never here: comparing (`polc::sheet`).

use super::console::Console;
use super::exit::Exit;
use super::facts::Told;
use super::sheets::{self, Common, Format};
use polc::report::Paint;
use polc::sheet;
use std::io::{self, Write};

/// Put regions side by side
///
/// A row for each question that one of them has something to say about; rows in which they differ are marked. A cell holds the
/// answer for nobody in particular: the value, or what it turns on. With facts it holds the answer for that person.
/// Statements are compared by what they mean, not by how they are written.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 whether they differ or not; 1 if the policies have errors; 2 if something could not be read, or a region, \
    decision or fact is wrong.\n\n\
    Examples:\n  \
    polc compare 西宁 兰州\n  \
    polc compare 西宁 兰州 南昌 --decision retire --differences\n  \
    polc compare 西宁 兰州 --decision 'retire employee' --set sex=female --set 'total=20 years'\n  \
    polc compare 西宁 兰州 -- policies drafts          what two folders say together"
)]
pub struct Args {
    /// Two or more regions, by name or alias
    #[arg(value_name = "REGION", required = true, num_args = 2..)]
    regions: Vec<String>,
    #[command(flatten)]
    told: Told,
    /// Only rows in which the regions differ
    #[arg(long)]
    differences: bool,
    #[command(flatten)]
    common: Common,
}

/// Reads, compares, prints.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    if args.told.reads_stdin() && args.common.paths.iter().any(|p| p.as_os_str() == "-") {
        console.complain("standard input cannot be both policies and facts");
        return Ok(Exit::Failed);
    }
    let asked = match args.common.read(&args.regions, console)? {
        Ok(asked) => asked,
        Err(exit) => return Ok(exit),
    };
    for (i, (name, region)) in args.regions.iter().zip(&asked.regions).enumerate() {
        if asked.regions.iter().take(i).any(|r| r == region) {
            console.complain(&format!(
                "the region `{}` is named twice (`{}`); name different ones",
                asked.policies.region_name(*region),
                name.escape_debug()
            ));
            return Ok(Exit::Failed);
        }
    }
    let heads = match &asked.scope.decision {
        Some(decision) => vec![decision.clone()],
        None => {
            let mut all: Vec<_> = asked.regions.iter().flat_map(|r| asked.policies.decisions_of(*r)).collect();
            all.sort();
            all
        }
    };
    let Some(facts) = args.told.read(&asked.policies, &heads, console)? else { return Ok(Exit::Failed) };
    let mut found = sheet::compare(&asked.policies, &asked.regions, &asked.scope, &facts);
    match args.common.format {
        Format::Human => {
            let paint = Paint::new(console.colours_results());
            console.out.write_all(sheet::comparison_text(&found, sheets::width(u16::MAX), args.differences, paint).as_bytes())?;
        }
        Format::Json => {
            if args.differences {
                found.keep_differences();
            }
            serde_json::to_writer_pretty(&mut console.out, &found)?;
            console.out.write_all(b"\n")?;
        }
        Format::Markdown => console.out.write_all(sheet::comparison_markdown(&found, args.differences).as_bytes())?,
    }
    Ok(Exit::Ok)
}
