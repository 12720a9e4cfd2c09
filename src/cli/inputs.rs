//! In: `polc inputs`. Out: what may be asked of a person, as a table, JSON or JSON Schema. Never here: finding it out (`polc::input`).

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use polc::Policies;
use polc::eval::Told;
use polc::input::{self, ArgumentInfo, Asking, FieldInfo, InputInfo};
use std::io::{self, IsTerminal, Write};

/// Width of the table when it does not go to a terminal.
const DEFAULT_WIDTH: u16 = 120;
/// The table is not made narrower than this.
const MIN_WIDTH: u16 = 60;

/// List what may be asked of a person
///
/// With --decision and --region only what an answer there can turn on, through everything its rules read: facts, and
/// arguments of the decision that are left out.
/// The JSON Schema is that of the document `polc eval --input` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0; 1 if the policies have errors; 2 if something could not be read, or the region or decision is not known.\n\n\
    Examples:\n  \
    polc inputs                                                   every input of the vocabularies\n  \
    polc inputs --decision 'transfer resident->employee' --region 西宁\n  \
    polc inputs --format schema > person.schema.json              for editors and forms"
)]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// The decision, with or without arguments [default: all]
    #[arg(long, value_name = "DECISION")]
    decision: Option<String>,
    /// The region [default: anywhere]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// How to list
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

/// Who reads the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Human,
    /// One JSON document, with an object for each input and each argument left out
    Json,
    /// A JSON Schema (draft 2020-12) for input documents
    Schema,
}

/// Reads, finds out, prints.
pub fn run(args: Args, console: &mut Console) -> io::Result<Exit> {
    let read = policies::read(args.paths);
    if let Some(exit) = policies::refused(&read, console)? {
        return Ok(exit);
    }
    let decision = args.decision.as_deref().map(|d| read.decision(d)).transpose();
    let region = args.region.as_deref().map(|r| read.region(r)).transpose();
    let asking = match (decision, region) {
        (Ok(decision), Ok(region)) => Asking { decision, region },
        (decision, region) => {
            let wrong: Vec<_> = decision.err().into_iter().chain(region.err()).flatten().collect();
            console.report(read.sources(), &wrong)?;
            return Ok(Exit::Failed);
        }
    };
    match args.format {
        Format::Human => human(&read, &asking, console)?,
        Format::Json => json(&input::inputs_document(&read, &asking), console)?,
        Format::Schema => json(&input::input_schema(&read, &asking), console)?,
    }
    Ok(Exit::Ok)
}

fn json(value: &impl serde::Serialize, console: &mut Console) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut console.out, value)?;
    console.out.write_all(b"\n")
}

fn human(policies: &Policies, asking: &Asking, console: &mut Console) -> io::Result<()> {
    let (arguments, inputs) = (input::describe_arguments(policies, asking), input::describe_inputs(policies, asking));
    if arguments.is_empty() && inputs.is_empty() {
        return writeln!(console.out, "Nothing is asked.");
    }
    let stdout = io::stdout();
    let terminal = if stdout.is_terminal() { terminal_size::terminal_size_of(&stdout) } else { None };
    let width = terminal.map_or(DEFAULT_WIDTH, |(w, _)| w.0.max(MIN_WIDTH));
    if !arguments.is_empty() {
        writeln!(console.out, "Said with --decision, where they are left out:\n")?;
        let rows = arguments.iter().map(argument_row);
        table(["decision", "argument", "type", "can be", "question"], rows, width, console)?;
    }
    if !inputs.is_empty() {
        if !arguments.is_empty() {
            writeln!(console.out, "\nTold with --set or --input:\n")?;
        }
        table(["name", "alias", "type", "unit", "can be", "question"], inputs.iter().map(row), width, console)?;
    }
    Ok(())
}

fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>, width: u16, console: &mut Console) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(header);
    rows.for_each(|row| {
        table.add_row(row);
    });
    writeln!(console.out, "{}", table.trim_fmt())
}

fn row(i: &InputInfo) -> [String; 6] {
    let range = i.range.clone().unwrap_or_else(|| values(&i.field));
    let unit = i.field.unit.unwrap_or_default().to_owned();
    [i.field.name.clone(), i.field.alias.clone().unwrap_or_default(), i.field.ty.clone(), unit, range, question(&i.field.question)]
}

fn argument_row(a: &ArgumentInfo) -> [String; 5] {
    let can_be = a.values.iter().map(|v| named(&v.name, &v.alias)).collect::<Vec<_>>().join("\n");
    [a.decision.clone(), a.name.clone(), a.ty.clone(), can_be, question(&a.question)]
}

/// Both languages, a line for each.
fn question(told: &Option<Told>) -> String {
    told.as_ref().map_or(String::new(), |q| match &q.en {
        Some(en) => format!("{}\n{en}", q.zh),
        None => q.zh.clone(),
    })
}

fn named(name: &str, alias: &Option<String>) -> String {
    match alias {
        Some(alias) => format!("{name} {alias}"),
        None => name.to_owned(),
    }
}

/// The values of an enum or the fields of a record, a line for each.
fn values(field: &FieldInfo) -> String {
    let values = field.values.iter().map(|v| named(&v.name, &v.alias));
    let fields = field.fields.iter().map(|f| format!("{}: {}", named(&f.name, &f.alias), f.ty));
    values.chain(fields).collect::<Vec<_>>().join("\n")
}
