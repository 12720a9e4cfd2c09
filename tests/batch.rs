//! In: tables of people, random and hostile. Out: whether `polc batch` answers every row as `polc eval` does, in order, and what it says of tables that cannot be read. Never here: what policies mean.
#![cfg(feature = "batch")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use arrow_array::{ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use polc::batch::{Detail, Format, Job, Keep, Layout, OnError, Source, Stop, Summary, Target, Where};
use polc::eval::{OutcomeAnswer, Status};
use polc::{Date, Dates, Facts, OutcomeId, Policies};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::fs::File;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use support::random::*;
use support::{Folder, Run, polc, polc_reading};

// ---- One meaning ----

/// A place to write to that can be read afterwards.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A row of the lab: its region, side and facts, by the numbers of their values.
struct Person {
    region: &'static str,
    side: Option<&'static str>,
    facts: Vec<(&'static str, u64)>,
    /// A cell that cannot be read, and its code.
    wrong: Option<(&'static str, &'static str, &'static str)>,
}

const COLUMNS: [&str; 7] = ["region", "side", "n", "span", "flag", "other", "hue"];
const COLOURS: [&str; 4] = ["red", "green", "blue", "grey"];

fn person(d: &mut Dice) -> Person {
    let facts = INPUTS.iter().filter(|_| !d.chance(25)).map(|name| (*name, 0)).collect::<Vec<_>>();
    let facts = facts.into_iter().map(|(name, _)| (name, d.roll(range(name)))).collect();
    let region = ["top", "mid", "low"][usize::try_from(d.roll(3)).unwrap()];
    let side = [Some("left"), Some("right"), Some("left"), None][usize::try_from(d.roll(4)).unwrap()];
    let wrongs = [("n", "12", "E0903"), ("hue", "purple", "E0902"), ("span", "1.5", "E0906"), ("flag", "maybe", "E0902")];
    let wrong = d.chance(8).then(|| wrongs[usize::try_from(d.roll(4)).unwrap()]);
    Person { region, side, facts, wrong }
}

impl Person {
    /// What stands in a column, as text.
    fn cell(&self, column: &str, d: &mut Dice) -> Option<String> {
        if let Some((name, text, _)) = self.wrong
            && name == column
        {
            return Some(text.to_owned());
        }
        let value = |name: &str| self.facts.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        match column {
            "region" => Some(self.region.to_owned()),
            "side" => self.side.map(str::to_owned),
            "n" => value("n").map(|v| v.to_string()),
            "span" => value("span").map(|v| if d.chance(30) { format!("{v} months") } else { v.to_string() }),
            "hue" => value("hue").map(|v| COLOURS[usize::try_from(v).unwrap()].to_owned()),
            name => value(name).map(|v| (v == 1).to_string()),
        }
    }

    fn facts(&self, p: &Policies) -> Facts {
        let mut facts = Facts::new();
        for (name, v) in &self.facts {
            facts.tell(input(p, name), fact(name, *v));
        }
        facts
    }
}

fn table(people: &[Person], format: Format, d: &mut Dice) -> String {
    let mut out = if format == Format::Csv { COLUMNS.join(",") + "\n" } else { String::new() };
    for person in people {
        let cells: Vec<Option<String>> = COLUMNS.iter().map(|c| person.cell(c, d)).collect();
        if format == Format::Csv {
            let cells: Vec<String> =
                cells.into_iter().map(|c| c.unwrap_or_default()).map(|c| if d.chance(20) { format!("\"{c}\"") } else { c }).collect();
            out.push_str(&(cells.join(",") + if d.chance(50) { "\r\n" } else { "\n" }));
        } else {
            let told = COLUMNS.iter().zip(cells).filter_map(|(name, c)| match (c, *name) {
                (None, _) => d.chance(30).then(|| (name.to_string(), Json::Null)),
                (Some(c), "n" | "span" | "flag" | "other") if d.chance(50) => {
                    Some((name.to_string(), serde_json::from_str(&c).unwrap_or(json!(c))))
                }
                (Some(c), _) => Some((name.to_string(), json!(c))),
            });
            out.push_str(&(Json::Object(told.collect()).to_string() + "\n"));
        }
    }
    out
}

fn day() -> Date {
    Date::new(2025, 6, 1).unwrap()
}

/// Runs a table through the library; NDJSON comes out.
fn answered(p: &Policies, head: &str, text: &str, format: Format, details: &[Detail], threads: usize) -> (Vec<Json>, Summary) {
    let head = p.decision(head).unwrap();
    let outcomes = p.outcomes(head.0);
    let layout =
        Layout::new(p, head, Where::Column("region".to_owned()), Vec::new(), Keep { columns: vec!["n".to_owned()], ..Keep::default() });
    let layout = layout.unwrap();
    let source = Source::stream(Box::new(Cursor::new(text.as_bytes().to_vec())), None, format, "people", &layout).unwrap();
    let job = Job { layout, moment: Dates::on(day()).into(), outcomes, details: details.to_vec(), on_error: OnError::Report, threads };
    let out = Shared::default();
    let summary = job.run(source, Target::stream(Box::new(out.clone())), Format::Ndjson, &mut |_, _| {}).unwrap();
    let bytes = out.0.lock().unwrap().clone();
    (String::from_utf8(bytes).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect(), summary)
}

/// What the value column holds, written out by hand from what `polc eval` says.
fn value(outcome: &str, answer: &OutcomeAnswer) -> Option<String> {
    let [one] = answer.alternatives.as_slice() else { return None };
    if answer.status != Status::Decided || one.refer.is_some() {
        return None;
    }
    match (outcome, one.value.as_ref()?) {
        ("wait" | "base", Json::Object(amount)) => Some(amount.get("amount")?.to_string()),
        ("pct", Json::String(rate)) if !one.approximate => {
            let percent: u32 = rate.trim_end_matches('%').parse().unwrap();
            Some(format!("{}.{:02}0000000000", percent / 100, percent % 100))
        }
        ("fate", Json::String(name)) => Some(name.clone()),
        ("yes", Json::Bool(b)) => Some(b.to_string()),
        ("things", Json::Object(_)) => Some(one.text.clone()),
        _ => None,
    }
}

fn text(json: &Json) -> Option<String> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut out: Vec<&String> = Vec::new();
    for t in texts {
        if !out.contains(&t) {
            out.push(t);
        }
    }
    (!out.is_empty()).then(|| out.iter().map(|t| t.as_str()).collect::<Vec<_>>().join("; "))
}

/// Every column of a row held to the answer of the row interpreter.
fn check(p: &Policies, head: &str, people: &[Person], rows: &[Json], outcomes: &[OutcomeId], whole: bool) {
    assert_eq!(people.len(), rows.len(), "as many rows as people");
    for (i, (person, row)) in people.iter().zip(rows).enumerate() {
        let asked = person.side.map_or(head.to_owned(), |side| format!("{head} {side}"));
        let question = p.question(p.region(person.region).unwrap(), p.decision(&asked).unwrap(), day());
        if let Some((_, _, code)) = person.wrong {
            assert!(row["row_error"].as_str().unwrap().starts_with(code), "row {i}: {}", row["row_error"]);
        } else {
            assert_eq!(row["row_error"], Json::Null, "row {i}");
        }
        for outcome in outcomes {
            let answer = p.answer_outcome(&question, &person.facts(p), *outcome, polc::Detail::default());
            let name = answer.outcome.as_str();
            let column = |what: &str| text(&row[format!("{name}_{what}")]);
            let about = format!("row {i}, {asked} in {}, {name}: {row}\nbut eval says {answer:?}", person.region);
            if person.wrong.is_some() {
                assert_eq!((column("status").as_deref(), &row[name]), (Some("error"), &Json::Null), "{about}");
                continue;
            }
            assert_eq!(column("status").as_deref(), Some(answer.status.word()), "{about}");
            let value = value(name, &answer);
            assert_eq!(text(&row[name]), value, "{about}");
            let open = value.is_none() && !matches!(answer.status, Status::NoRule | Status::Error);
            assert_eq!(column("alternatives").is_some(), open, "{about}");
            for a in answer.alternatives.iter().filter(|_| open) {
                assert!(column("alternatives").unwrap().contains(&a.text), "{about}");
            }
            let needs: Vec<String> = answer.needs.iter().map(|n| n.input.clone()).collect();
            assert_eq!(column("needs"), (!needs.is_empty()).then(|| needs.join("; ")), "{about}");
            let failure = answer.alternatives.iter().find_map(|a| a.failure.as_ref());
            assert_eq!(column("error").is_some(), answer.status == Status::Error, "{about}");
            if let (Status::Error, Some(code)) = (answer.status, failure.and_then(|f| f.code.as_ref())) {
                assert!(column("error").unwrap().starts_with(code.as_str()), "{about}");
            }
            if whole {
                assert_eq!(
                    serde_json::from_str::<Json>(&column("json").unwrap()).unwrap(),
                    serde_json::to_value(&answer).unwrap(),
                    "{about}"
                );
                continue;
            }
            assert_eq!(column("reason").is_some(), answer.status == Status::NoRule, "{about}");
            assert_eq!(column("ids"), joined(answer.alternatives.iter().flat_map(|a| &a.ids)), "{about}");
            assert_eq!(column("hedges"), joined(answer.alternatives.iter().flat_map(|a| &a.hedges)), "{about}");
            let rules: Vec<String> = answer.alternatives.iter().flat_map(|a| &a.rules).map(|r| format!("{}:{}", r.file, r.line)).collect();
            assert_eq!(column("rules"), joined(rules.iter()), "{about}");
            let sources = answer.alternatives.iter().any(|a| !a.sources.is_empty());
            assert_eq!(column("sources").is_some(), sources, "{about}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(12), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_answered_as_its_rows_one_by_one(seed in any::<u64>()) {
        let mut d = Dice(seed);
        let p = load(&render(&blocks(&mut d)));
        let people: Vec<Person> = (0..30).map(|_| person(&mut d)).collect();
        let most: Vec<Detail> = Detail::ALL.iter().map(|(d, _)| *d).filter(|d| *d != Detail::Json).collect();
        for (head, format, whole) in [("d", Format::Csv, false), ("e", Format::Ndjson, false), ("d", Format::Ndjson, true)] {
            let text = table(&people, format, &mut d);
            let mut details = most.clone();
            if whole {
                details.push(Detail::Json);
            }
            let (rows, summary) = answered(&p, head, &text, format, &details, 2);
            let outcomes = p.outcomes(p.decision(head).unwrap().0);
            check(&p, head, &people, &rows, &outcomes, whole);
            prop_assert_eq!((summary.rows, summary.written), (30, 30));
            prop_assert_eq!(summary.bad_rows, people.iter().filter(|p| p.wrong.is_some()).count() as u64);
        }
    }
}

// ---- The program ----

const LAB: &str = r#"
use lab
vocabulary lab <
  enum side < left | right >
  input age: years in 0..130
  input cost: money in ¥0..¥10_000_000
  input born: date
  input share: rate
  input name: text
  input tags: list of text
  decision d (side) < paid: money rounded half_up to fen   wait: months   old: boolean   half: rate   who: side   due: date   ends: years   per_day: number >
>
source law1 "law one" < kind = law   published = 2020 >
region top per law1 <
  d left < paid = cost * 1/3   wait = 3 months   old = (age >= 60 years)   half = 50%   who = right   due = 2025-02-28   ends = age >
  d right < paid = ¥1   wait = 1..3 months   old = true   half = 10%..20%   who = not left   due = born   ends = 18 months   per_day = 1/3 >
>
region low in top < >
"#;

fn lab() -> Folder {
    Folder::with(LAB)
}

/// `polc batch` in a folder, with what every test wants.
fn batch(folder: &Folder, args: &[&str]) -> Run {
    let args = [&["batch", "x.pol", "--decision", "d", "--on", "2025-06-01"], args].concat();
    polc(folder.path(), &args)
}

fn in_top(folder: &Folder, args: &[&str]) -> Run {
    batch(folder, &[&["--region", "top"], args].concat())
}

fn parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn a_value_stands_in_a_column_of_its_type() {
    let folder = lab();
    folder.write("p.csv", "id,side,cost,age\n1,left,0.50,60\n2,left,100,12\n3,right,7,\n");
    in_top(&folder, &["-i", "p.csv", "-o", "o.csv", "--keep", "id"]).fine();
    let out = std::fs::read_to_string(folder.path().join("o.csv")).unwrap();
    let rows: Vec<Vec<&str>> = out.lines().map(|l| l.split(',').collect()).collect();
    let cell = |row: usize, name: &str| rows[row][rows[0].iter().position(|c| *c == name).unwrap_or_else(|| panic!("{name} in {out}"))];
    assert_eq!([cell(1, "id"), cell(1, "paid"), cell(2, "paid"), cell(3, "paid")], ["1", "0.17", "33.33", "1.00"]);
    assert_eq!(
        [cell(1, "wait"), cell(3, "wait"), cell(3, "wait_alternatives"), cell(3, "wait_status")],
        ["3", "", "1..3 months", "decided"]
    );
    assert_eq!([cell(1, "old"), cell(2, "old"), cell(1, "half"), cell(3, "half")], ["true", "false", "0.500000000000", ""]);
    assert_eq!(
        [cell(1, "who"), cell(3, "who"), cell(1, "due"), cell(1, "ends"), cell(3, "ends_alternatives")],
        ["right", "right", "2025-02-28", "60", "18 months"]
    );
    assert_eq!([cell(3, "per_day"), cell(3, "per_day_status"), cell(3, "per_day_alternatives")], ["", "decided", "1 / 3"]);
    assert_eq!([cell(3, "due_status"), cell(3, "due_needs"), cell(3, "half_alternatives")], ["needs", "born", "10%..20%"]);
}

#[test]
fn parquet_keeps_types_units_and_what_it_was_made_from() {
    let folder = lab();
    let decimals = Decimal128Array::from(vec![Some(50), Some(10_000), None]).with_precision_and_scale(18, 2).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![7, 8, 9]))),
        ("side", Arc::new(StringArray::from(vec!["left", "left", "right"]))),
        ("cost", Arc::new(decimals)),
        ("age", Arc::new(Int64Array::from(vec![Some(60), Some(12), None]))),
        ("born", Arc::new(Date32Array::from(vec![None, None, Some(20_000)]))),
    ];
    parquet(&folder.path().join("p.parquet"), columns);
    in_top(&folder, &["-i", "p.parquet", "-o", "o.parquet", "--keep", "id", "--summary", "s.json"]).fine();
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(folder.path().join("o.parquet")).unwrap()).unwrap();
    let about = builder.metadata().file_metadata().key_value_metadata().unwrap().clone();
    let about = |key: &str| about.iter().find(|kv| kv.key == key).and_then(|kv| kv.value.clone()).unwrap_or_default();
    let summary: Json = serde_json::from_str(&std::fs::read_to_string(folder.path().join("s.json")).unwrap()).unwrap();
    assert_eq!(json!(about("polc.policies")), summary["policies"]);
    assert_eq!([about("polc.on"), about("polc.decision"), about("polc.region")], ["2025-06-01", "d", "top"].map(str::to_owned));
    let schema = builder.schema().clone();
    let types: Vec<String> =
        ["id", "paid", "wait", "old", "due"].map(|c| schema.field_with_name(c).unwrap().data_type().to_string()).to_vec();
    assert_eq!(types, ["Int64", "Decimal128(18, 2)", "Int64", "Boolean", "Date32"]);
    assert_eq!(schema.field_with_name("wait").unwrap().metadata()["polc.unit"], "months");
    let batch = builder.build().unwrap().next().unwrap().unwrap();
    let paid = batch.column_by_name("paid").unwrap().as_any().downcast_ref::<Decimal128Array>().unwrap().clone();
    assert_eq!(paid.iter().collect::<Vec<_>>(), [Some(17), Some(3333), Some(100)]);
    let due = batch.column_by_name("due").unwrap().as_any().downcast_ref::<Date32Array>().unwrap().clone();
    assert_eq!(due.value(2), 20_000);
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let folder = lab();
    // Several pieces of 4 MiB; a column that nobody reads makes them.
    let mut table = "side,cost,age,note\n".to_owned();
    for i in 0..7_500 {
        let note = "x".repeat(700);
        table.push_str(&format!("{},{}.{:02},{},\"{note}\n,\"\n", ["left", "right"][i % 2], i, i % 100, i % 130));
    }
    folder.write("p.csv", &table);
    for format in ["csv", "ndjson", "parquet"] {
        for threads in ["1", "4"] {
            let out = format!("o{threads}.{format}");
            in_top(&folder, &["-i", "p.csv", "-o", &out, "--ignore-columns", "--keep", "cost", "--outcome", "paid", "--threads", threads])
                .fine()
                .says(&["7500 rows read, 7500 written"]);
        }
        let read = |threads: &str| std::fs::read(folder.path().join(format!("o{threads}.{format}"))).unwrap();
        assert!(read("1") == read("4"), "{format}");
    }
    let out = std::fs::read_to_string(folder.path().join("o4.csv")).unwrap();
    let kept: Vec<&str> = out.lines().skip(1).map(|l| l.split(',').next().unwrap()).collect();
    let told: Vec<String> = (0..7_500).map(|i| format!("{i}.{:02}", i % 100)).collect();
    assert!(kept == told, "rows are in the order of the table");
}

#[test]
fn money_is_read_as_it_is_written() {
    let folder = lab();
    let told = [("0.1", "0.10"), ("¥480.55", "480.55"), ("48055", "480.55")];
    for (i, (cell, cost)) in told.iter().enumerate() {
        let cost = format!("side\tcost\nleft\t{cost}").replace('\t', ",");
        let unit = if i == 2 { "c=cost:fen" } else { "c=cost" };
        folder.write("a.csv", format!("side,c\nleft,{cell}\n"));
        folder.write("b.csv", cost);
        in_top(&folder, &["-i", "a.csv", "-o", "a.ndjson", "--map", unit, "--outcome", "paid"]).fine();
        in_top(&folder, &["-i", "b.csv", "-o", "b.ndjson", "--outcome", "paid"]).fine();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("a.ndjson"), read("b.ndjson"), "{cell}");
    }
    folder.write("a.csv", "side,c\nleft,¥5\n");
    in_top(&folder, &["-i", "a.csv", "-o", "a.ndjson", "--map", "c=cost:fen"]).ends(1).says(&["in the column's unit, `fen`", "¥5"]);
    in_top(&folder, &["-i", "a.csv", "-o", "a.ndjson", "--map", "c=cost:months"]).ends(2).says(&["E0912", "yuan, fen"]);
}

#[test]
fn a_bad_row_is_reported_or_stops_everything() {
    let folder = lab();
    let rows = "left,1,5\n\nright,2,\"6\n\"\nleft,3,200\nright,1 apple,5\nup,1,1\nleft,1\n";
    folder.write("p.csv", format!("side,cost,age\n{rows}"));
    let said = [
        "row 3 (line 6), column `age`",
        "must be 0..130 years",
        "row 4 (line 7), column `cost`",
        "row 5 (line 8), column `side`",
        "row 6 (line 9)",
        "2 fields",
    ];
    in_top(&folder, &["-i", "p.csv", "-o", "o.csv"]).ends(1).says(&said).says(&["E0903", "E0910", "E0911", "nothing was written"]);
    assert!(!folder.path().join("o.csv").exists());
    in_top(&folder, &["-i", "p.csv", "-o", "o.ndjson", "--on-error", "report", "--summary", "s.json"])
        .ends(1)
        .says(&said)
        .says(&["6 rows read, 6 written, 4 of them bad"]);
    let out = std::fs::read_to_string(folder.path().join("o.ndjson")).unwrap();
    let rows: Vec<Json> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let status: Vec<&str> = rows.iter().map(|r| r["wait_status"].as_str().unwrap()).collect();
    assert_eq!(status, ["decided", "decided", "error", "error", "error", "error"]);
    assert!(rows[2]["row_error"].as_str().unwrap().contains("E0903 line 6, column `age`"), "{}", rows[2]);
    assert_eq!(rows[0]["row_error"], Json::Null);
    let summary: Json = serde_json::from_str(&std::fs::read_to_string(folder.path().join("s.json")).unwrap()).unwrap();
    assert_eq!((&summary["rows"], &summary["bad_rows"], &summary["first_bad"][0]["line"]), (&json!(6), &json!(4), &json!(6)));
}

#[test]
fn tables_that_cannot_be_read() {
    let folder = lab();
    let cases: [(&str, &[u8], i32, &[&str]); 14] = [
        ("empty", b"", 2, &["E0912", "is empty"]),
        ("header only", b"side,cost\n", 0, &["0 rows read, 0 written"]),
        ("no line feed", b"side,cost", 0, &["0 rows read"]),
        ("byte-order mark", b"\xef\xbb\xbfside,cost\r\nleft,1\r\n", 0, &["1 rows read"]),
        ("UTF-16", b"\xff\xfes\0i\0", 2, &["E0907", "UTF-16"]),
        ("broken UTF-8", b"side,cost\nleft,1\nl\xffft,2\nleft,\xfe\n", 1, &["E0907", "line 3", "0xFF", "line 4", "column `cost`"]),
        ("too long a row", b"side,cost\nleft,1,2\n", 1, &["E0911", "3 fields", "2 columns"]),
        ("an open quote", b"side,cost\nleft,1\nleft,\"2\nleft,3\n", 1, &["E0911", "line 3", "never closed"]),
        ("two of a name", b"side,cost,cost\nleft,1,2\n", 2, &["E0912", "two columns are called `cost`"]),
        ("an unknown column", b"side,cots\nleft,1\n", 2, &["E0901", "`cots`", "did you mean `cost`", "--ignore-columns"]),
        ("semicolons", b"side;cost\nleft;1\n", 2, &["E0912", "separate columns by commas"]),
        ("no name", b"side,\nleft,1\n", 2, &["E0912", "no name"]),
        ("no such date", b"side,born\nleft,2025-02-30\n", 1, &["E0905", "2025-02-30"]),
        ("old line ends", b"side,cost\rleft,1\rleft,x\r", 1, &["line 3", "`x`"]),
    ];
    for (what, bytes, code, parts) in cases {
        folder.write("p.csv", bytes);
        let run = in_top(&folder, &["-i", "p.csv", "-o", "o.csv"]);
        assert_eq!(run.code, Some(code), "{what}: {}", run.err);
        run.ends(code).says(parts);
        assert_eq!(folder.path().join("o.csv").exists(), code == 0, "{what}");
        let _ = std::fs::remove_file(folder.path().join("o.csv"));
    }
    let left: Vec<String> = std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|f| ["x.pol", "p.csv"].contains(&f.as_str())), "nothing unfinished is left: {left:?}");
    // A field of 10 MB is a field.
    let long = "x".repeat(10_000_000);
    folder.write("p.csv", format!("side,name\nleft,x\nright,\"{long}\n\"\n"));
    in_top(&folder, &["-i", "p.csv", "-o", "o.csv", "--outcome", "wait"]).fine().says(&["2 rows read, 2 written"]);
    folder.write("p.csv", format!("side,age\nleft,{}\n", &long[..100_000]));
    in_top(&folder, &["-i", "p.csv", "-o", "o2.csv"]).ends(1).says(&["column `age`"]);
}

#[test]
fn lines_of_json_are_documents() {
    let folder = lab();
    let lines = "{\"side\":\"left\",\"cost\":0.1,\"tags\":[\"a\",\"b\"],\"age\":null}\n\n{\"side\":\"left\",\"cost\":1e2}\r\n";
    folder.write("p.ndjson", lines);
    in_top(&folder, &["-i", "p.ndjson", "-o", "o.ndjson", "--keep", "cost", "--keep", "tags", "--outcome", "paid"]).fine();
    let out = std::fs::read_to_string(folder.path().join("o.ndjson")).unwrap();
    assert!(out.starts_with("{\"cost\":\"0.1\",\"tags\":\"[\\\"a\\\",\\\"b\\\"]\",\"paid\":0.03,\"paid_status\":\"decided\""), "{out}");
    let bad = "{\"side\":\"left\"}\n{\"side\":\"left\",\"cost\":1,\"cost\":2}\n[1]\n{\"side\":\n{\"name\":5}\n{\"tags\":[\"a\",5]}\n{\"nam\":\"x\"}\n";
    folder.write("p.ndjson", bad);
    in_top(&folder, &["-i", "p.ndjson", "-o", "o2.ndjson", "--on-error", "report"])
        .ends(1)
        .says(&["row 2 (line 2), column `cost`", "E0904", "row 3", "no JSON object", "row 4", "E0907", "row 5 (line 5), column `name`"])
        .says(&["column `tags/1`", "E0901", "did you mean `name`", "7 rows read, 7 written, 6 of them bad"]);
    in_top(&folder, &["-i", "p.ndjson", "-o", "o2.ndjson", "--keep-all"]).ends(2).says(&["--keep"]);
    folder.write("p.ndjson", "");
    in_top(&folder, &["-i", "p.ndjson", "-o", "o3.ndjson"]).fine().says(&["0 rows read"]);
}

#[test]
fn parquet_that_cannot_be_read() {
    let folder = lab();
    let path = folder.path().join("p.parquet");
    parquet(&path, vec![("cost", Arc::new(Float64Array::from(vec![0.1])))]);
    in_top(&folder, &["-i", "p.parquet", "-o", "o.csv"]).ends(2).says(&["E0912", "`cost`", "floating-point", "decimal(18, 2)"]);
    in_top(&folder, &["-i", "p.parquet", "-o", "o.csv", "--map", "cost=age", "--map", "cost=born"]).ends(2).says(&["mapped twice"]);
    let rows: Vec<i64> = (0..50_000).collect();
    parquet(&path, vec![("age", Arc::new(Int64Array::from(rows)))]);
    in_top(&folder, &["-i", "p.parquet", "-o", "o.csv"]).ends(1).says(&["row 132, column `age`", "E0903", "more bad rows"]);
    let whole = std::fs::read(&path).unwrap();
    folder.write("p.parquet", &whole[..whole.len() / 2]);
    in_top(&folder, &["-i", "p.parquet", "-o", "o.csv"]).ends(2).says(&["E0001", "Parquet", "cut off"]);
    // The end is whole, a page is not.
    let mut torn = whole.clone();
    torn[4..40].fill(0xff);
    folder.write("p.parquet", torn);
    in_top(&folder, &["-i", "p.parquet", "-o", "o.csv"]).ends(2).says(&["E0001"]);
    in_top(&folder, &["-i", "x.pol", "-o", "o.csv", "--input-format", "parquet"]).ends(2).says(&["E0001"]);
    assert!(!folder.path().join("o.csv").exists());
}

#[test]
fn questions_that_cannot_be_put() {
    let folder = lab();
    folder.write("p.csv", "side,cost,where\nleft,1,top\nleft,1,lwo\nleft,1,\n");
    let told = &["-i", "p.csv", "-o", "o.csv"][..];
    let with = |more: &[&'static str]| [told, more].concat();
    let cases: [(Run, i32, &[&str]); 12] = [
        (batch(&folder, &with(&["--region", "tpo"])), 2, &["E0909", "did you mean `top`"]),
        (batch(&folder, &with(&["--region-column", "wher"])), 2, &["E0912", "did you mean `where`"]),
        (batch(&folder, &with(&["--region-column", "where"])), 1, &["E0909", "row 2", "did you mean `low`", "row 3", "no region is told"]),
        (batch(&folder, told), 2, &["--region"]),
        (in_top(&folder, &with(&["--outcome", "piad", "--ignore-columns"])), 2, &["E0910", "did you mean `paid`"]),
        (in_top(&folder, &with(&["--keep", "cots", "--ignore-columns"])), 2, &["E0912", "did you mean `cost`"]),
        (in_top(&folder, &["-i", "p.csv", "-o", "p.csv"]), 2, &["would replace the people"]),
        (in_top(&folder, &["-i", "no.csv", "-o", "o.csv"]), 2, &["E0001", "no.csv"]),
        (in_top(&folder, &["-i", "p.csv", "-o", "no/o.csv", "--ignore-columns"]), 2, &["no/o.csv", "cannot be written"]),
        (in_top(&folder, &["-i", "p.csv", "-o", "o.txt"]), 2, &["--output-format"]),
        (in_top(&folder, &["-i", "p.csv", "-o", "-", "--output-format", "parquet"]), 2, &["standard output"]),
        (in_top(&folder, &with(&["--decision", "d left"])), 2, &["--decision"]),
    ];
    for (run, code, parts) in cases {
        run.ends(code).says(parts);
    }
    let said = polc(folder.path(), &["batch", "x.pol", "--region", "top", "--decision", "d left", "-i", "p.csv", "-o", "o.csv"]);
    said.ends(2).says(&["E0912", "says already"]);
    assert!(!folder.path().join("o.csv").exists());
    folder.write("o.csv", "before");
    in_top(&folder, &["-i", "p.csv", "-o", "o.csv", "--keep", "cost", "--keep", "cost", "--map", "where=name"]).fine();
    assert!(std::fs::read_to_string(folder.path().join("o.csv")).unwrap().starts_with("cost,paid,"));
}

#[test]
fn pipes() {
    let folder = lab();
    let args = [
        "batch",
        "x.pol",
        "--decision",
        "d",
        "--region",
        "top",
        "-i",
        "-",
        "--input-format",
        "csv",
        "-o",
        "-",
        "--output-format",
        "csv",
        "--outcome",
        "who",
    ];
    let run = polc_reading(folder.path(), &args, b"side\nleft\n").fine();
    assert_eq!(run.out, "who,who_status,who_alternatives,who_needs,who_error\nright,decided,,,\n");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_half_written_is_left() {
    use std::process::{Command, Stdio};
    let folder = lab();
    folder.write("p.csv", format!("side,age\n{}", "left,60\n".repeat(20_000)));
    folder.write("o.csv", "before");
    let run = |shell: String| {
        let script = format!("{shell} '{}' batch x.pol --decision d --region top -i p.csv", env!("CARGO_BIN_EXE_polc"));
        Command::new("sh").args(["-c", &format!("{script} $0 $1"), "-o", "o.csv"]).current_dir(folder.path()).output().unwrap()
    };
    // A limit on the size of files stands for a full disk.
    let full = run("trap '' XFSZ; ulimit -f 8; ".to_owned());
    assert_eq!(full.status.code(), Some(2), "{}", String::from_utf8_lossy(&full.stderr));
    assert!(String::from_utf8_lossy(&full.stderr).contains("`o.csv` cannot be written"), "{}", String::from_utf8_lossy(&full.stderr));
    let full = Command::new(env!("CARGO_BIN_EXE_polc"))
        .args(["batch", "x.pol", "--decision", "d", "--region", "top", "-i", "p.csv", "-o", "-", "--output-format", "csv"])
        .current_dir(folder.path())
        .stdout(File::options().write(true).open("/dev/full").unwrap())
        .output()
        .unwrap();
    assert_eq!(full.status.code(), Some(2), "{}", String::from_utf8_lossy(&full.stderr));
    // People that never end: the program is interrupted, then killed.
    for signal in ["INT", "KILL"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_polc"))
            .args(["batch", "x.pol", "--decision", "d", "--region", "top", "-i", "-", "--input-format", "csv", "-o", "o.csv"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut people = child.stdin.take().unwrap();
        people.write_all(b"side,age\n").unwrap();
        for _ in 0..20 {
            people.write_all("left,60\n".repeat(40_000).as_bytes()).unwrap();
        }
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let ended = child.wait_with_output().unwrap();
        let wanted = if signal == "INT" { Some(2) } else { None };
        assert_eq!(ended.status.code(), wanted, "{}", String::from_utf8_lossy(&ended.stderr));
        drop(people);
        let parts =
            std::fs::read_dir(folder.path()).unwrap().filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
        assert_eq!(parts.count(), usize::from(signal == "KILL"), "after {signal}");
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("o.csv")).unwrap(), "before");
}

#[test]
fn a_stop_is_told_in_order() {
    // The last row is bad, the first is fine: with many threads the same is said.
    let p = Policies::from_text("x.pol", LAB);
    let text = format!("side,age\n{}left,200\n", "left,60\n".repeat(3_000));
    let mut said = Vec::new();
    for threads in [1, 3] {
        let layout = Layout::new(&p, p.decision("d").unwrap(), Where::One(p.region("top").unwrap()), Vec::new(), Keep::default()).unwrap();
        let source = Source::stream(Box::new(Cursor::new(text.clone().into_bytes())), None, Format::Csv, "people", &layout).unwrap();
        let outcomes = p.outcomes(p.decision("d").unwrap().0);
        let job = Job { layout, moment: Dates::on(day()).into(), outcomes, details: vec![Detail::Value], on_error: OnError::Fail, threads };
        let stop = job.run(source, Target::stream(Box::new(Shared::default())), Format::Csv, &mut |_, _| {}).unwrap_err();
        let Stop::BadRows(rows, 1) = stop else { panic!("{stop:?}") };
        said.push((rows[0].row, rows[0].line, rows[0].message.clone()));
    }
    assert_eq!(said[0], said[1]);
    assert_eq!((said[0].0, said[0].1), (3_001, Some(3_002)));
}

// ---- docs/batch.md ----

#[cfg(unix)]
#[test]
fn the_page_about_tables_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/batch.md")).unwrap();
    let folder = Folder::new();
    std::os::unix::fs::symlink(root.join("policies"), folder.path().join("policies")).unwrap();
    let (mut ran, mut compared, mut name) = (0, 0, String::new());
    for (i, block) in page.split("\n```").enumerate() {
        if i % 2 == 0 {
            // The last name in front of a block is that of the file it shows.
            name = block.split('`').rfind(|w| w.ends_with(".csv")).unwrap_or_default().to_owned();
            continue;
        }
        let (kind, body) = block.split_once('\n').unwrap();
        let body = body.to_owned() + "\n";
        match kind {
            "csv" if name.starts_with("people") => drop(folder.write(&name, body)),
            "csv" => {
                assert_eq!(std::fs::read_to_string(folder.path().join(&name)).unwrap(), body, "{name}");
                compared += 1;
            }
            _ => {
                for command in body.lines() {
                    let args: Vec<String> = command
                        .split('\'')
                        .enumerate()
                        .flat_map(|(i, p)| if i % 2 == 1 { vec![p.to_owned()] } else { p.split_whitespace().map(str::to_owned).collect() })
                        .collect();
                    let args: Vec<&str> = args.iter().skip(1).map(String::as_str).collect();
                    let run = polc(folder.path(), &args).ends(if kind == "sh fails" { 1 } else { 0 });
                    if kind == "sh fails" {
                        run.says(&["line 3", "column `gap`", "`two`", "E0911"]);
                    }
                    ran += 1;
                }
            }
        }
    }
    assert_eq!((ran, compared), (3, 1));
    let out = std::fs::read_to_string(folder.path().join("answers2.csv")).unwrap();
    assert!(out.lines().count() == 4 && out.lines().skip(2).all(|l| l.contains(",error,")), "{out}");
}

#[test]
fn the_summary_keeps_to_its_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema: Json = serde_json::from_str(&std::fs::read_to_string(root.join("docs/schemas/batch.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let folder = lab();
    folder.write("p.csv", "side,cost\nleft,1\nleft,x\nleft\n");
    in_top(&folder, &["-i", "p.csv", "-o", "o.csv", "--on-error", "report", "--summary", "s.json", "--known-on", "2025"]).ends(1);
    let summary: Json = serde_json::from_str(&std::fs::read_to_string(folder.path().join("s.json")).unwrap()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&summary).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{summary}");
    assert_eq!(
        (&summary["bad_rows"], &summary["first_bad"][0]["column"], &summary["known"]),
        (&json!(2), &json!("cost"), &json!("2025-12-31"))
    );
}
