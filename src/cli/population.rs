//! In: a table of people for `polc diff`. Out: what the changes come to for them. Never here: asking them (`polc::batch`), what changes (`polc::diff`).

use super::batch::{Bad, Table, bar, mapping, tell_bad, threads};
use super::console::Console;
use super::exit::Exit;
use polc::Policies;
use polc::batch::{Census, Format, Progress, Stop};
use polc::diff::{Diff, Population, Scope};
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// The options about people; those of `polc batch` with the same names mean the same.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A population")]
pub struct People {
    /// People with their regions and facts (.csv, .ndjson, .parquet): says for how many of them answers change, and by how much in total
    #[arg(long, value_name = "FILE")]
    population: Option<PathBuf>,
    /// The format of the people, where the name of the file does not say
    #[arg(long, value_enum, value_name = "FORMAT", requires = "population")]
    population_format: Option<Table>,
    /// The column that names each person's region
    #[arg(long, value_name = "COLUMN", default_value = "region", requires = "population")]
    region_column: String,
    /// A column tells the input of this name, or an argument by its name or place; its bare numbers are in this unit (repeatable)
    #[arg(long, value_name = "COLUMN=NAME[:UNIT]", requires = "population")]
    map: Vec<String>,
    /// Pass over columns that tell nothing
    #[arg(long, requires = "population")]
    ignore_columns: bool,
    /// What to do when a row cannot be read
    #[arg(long, value_enum, default_value_t = Bad::Fail, value_name = "WHAT", requires = "population")]
    on_error: Bad,
    /// How many threads ask the population [default: one for each core]
    #[arg(long, value_name = "N", requires = "population")]
    threads: Option<NonZeroUsize>,
}

impl People {
    /// Whether people are given.
    pub fn given(&self) -> bool {
        self.population.is_some()
    }

    /// Asks them; what is wrong is said, and is the exit code. Rows that were passed over leave the run at [`Exit::Problems`].
    pub fn ask(
        &self,
        versions: [&Policies; 2],
        found: &Diff,
        scope: &Scope,
        on: i64,
        console: &mut Console,
    ) -> io::Result<(Option<Population>, Exit)> {
        let Some(path) = &self.population else { return Ok((None, Exit::Ok)) };
        let format = self.population_format.map(Format::from).or_else(|| Format::of(path));
        let mut mappings = Vec::new();
        let mut wrong = Vec::new();
        for text in &self.map {
            match mapping(text) {
                Some(m) => mappings.push(m),
                None => {
                    wrong.push(format!("`--map {text}` does not say which column tells what: write --map COLUMN=NAME or COLUMN=NAME:UNIT"))
                }
            }
        }
        if format.is_none() {
            let name = path.display();
            wrong.push(format!("the name `{name}` does not say its format: add --population-format csv, ndjson or parquet"));
        }
        let (Some(format), []) = (format, wrong.as_slice()) else {
            wrong.iter().for_each(|w| console.complain(w));
            return Ok((None, Exit::Failed));
        };
        let census = Census {
            versions,
            found,
            scope,
            on,
            region_column: self.region_column.clone(),
            mappings,
            ignore: self.ignore_columns,
            on_error: self.on_error.into(),
            threads: threads(self.threads),
        };
        let opened = match census.open(path, format) {
            Ok(opened) => opened,
            Err(found) => {
                console.report(&polc::source::SourceMap::default(), &found)?;
                return Ok((None, Exit::Failed));
            }
        };
        let bar = bar(console, opened.progress());
        let mut told = |p: Progress, rows: u64| {
            bar.set_position(p.done);
            bar.set_message(format!("{rows} rows"));
        };
        let result = census.run(opened, &mut told);
        bar.finish_and_clear();
        match result {
            Ok((population, bad)) => {
                tell_bad(&bad, population.bad_rows, console)?;
                let exit = if population.bad_rows > 0 { Exit::Problems } else { Exit::Ok };
                Ok((Some(population), exit))
            }
            Err(Stop::BadRows(rows, count)) => {
                tell_bad(&rows, count, console)?;
                console.complain("stopped at bad rows: nobody was counted; --on-error report counts the others");
                Ok((None, Exit::Problems))
            }
            Err(Stop::Unreadable(d)) => {
                console.report(&polc::source::SourceMap::default(), &[*d])?;
                Ok((None, Exit::Failed))
            }
            Err(Stop::Refused(why) | Stop::Unwritten(why)) => {
                console.complain(&why);
                Ok((None, Exit::Failed))
            }
            Err(Stop::Closed) => Ok((None, Exit::Ok)),
        }
    }
}
