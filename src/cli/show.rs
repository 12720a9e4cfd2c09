//! In: `polc show`. Out: everything in force for one region, for people or machines. Never here: finding it (`polc::sheet`).

use super::console::Console;
use super::exit::Exit;
use super::sheets::{self, Common, Format};
use polc::report::Paint;
use polc::sheet;
use std::io::{self, Write};

/// Wider lines are hard to read.
const WIDEST: u16 = 110;

/// Show everything in force for a region as a sheet to read
///
/// By decision, by whom it is about, by outcome: each statement as written with its conditions and source, those the region
/// inherits from the regions above included. What contradicts itself is marked, and what a deeper region replaces is said.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0; 1 if the policies have errors; 2 if something could not be read, or the region or decision is not known.\n\n\
    Examples:\n  \
    polc show 西宁                                      everything in force there today\n  \
    polc show 西宁 --decision transfer --on 2025-06-01\n  \
    polc show 西宁 --format markdown > 西宁.md\n  \
    polc show 西宁 -- drafts policies                   what two folders say together"
)]
pub struct Args {
    /// The region, by name or alias
    #[arg(value_name = "REGION")]
    region: String,
    #[command(flatten)]
    common: Common,
}

/// Reads, gathers, prints.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let asked = match args.common.read(&[args.region], console)? {
        Ok(asked) => asked,
        Err(exit) => return Ok(exit),
    };
    let Some(region) = asked.regions.first() else { return Ok(Exit::Failed) };
    let page = sheet::sheet(&asked.policies, *region, &asked.scope);
    match args.common.format {
        Format::Human => {
            console.out.write_all(sheet::text(&page, sheets::width(WIDEST), Paint::new(console.colours_results())).as_bytes())?
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut console.out, &page)?;
            console.out.write_all(b"\n")?;
        }
        Format::Markdown => console.out.write_all(sheet::markdown(&page).as_bytes())?,
    }
    Ok(Exit::Ok)
}
