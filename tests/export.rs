//! In: policies of all kinds, and files that are not what they seem. Out: an exported file is the policies themselves, or is refused. Never here: what policies mean.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use polc::diagnostics::{Severity, formats};
use polc::value::{Exact, Type, Value};
use polc::{Detail, ExportError, Facts, Policies, testing};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use support::random::{self, Dice};
use support::{Folder, polc, polc_reading};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(root().join("docs/schemas/export.schema.json")).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
});

/// A fact of any type there is a short way to make up.
fn some_fact(p: &Policies, ty: &Type, dice: &mut Dice) -> Option<Value> {
    Some(match ty.base() {
        Type::Boolean => Value::Bool(dice.chance(50)),
        Type::Enum(e) => random::variant(dice.roll(polc::internals::program(p).symbols.enum_(*e).variants.len() as u64)),
        Type::Date => Value::from(Exact::from_int(18_000 + i128::from(dice.roll(3_000)))),
        Type::Month => Value::from(Exact::from_int(24_000 + i128::from(dice.roll(300)))),
        Type::Money => Value::from(Exact::from_int(i128::from(dice.roll(1_000)) * 1_000)),
        t if t.is_integral() => random::number(dice.roll(30)),
        _ => return None,
    })
}

/// Every decision about which a region says something, asked of a few persons: all answers, explained.
fn answers(p: &Policies, dice: &mut Dice, regions: usize) -> Vec<String> {
    let symbols = &polc::internals::program(p).symbols;
    let mut names: Vec<&str> = symbols.regions.iter().map(|r| r.name.as_str()).collect();
    // The deepest regions stand last and hear from all above.
    names.reverse();
    let mut out = Vec::new();
    for name in names {
        let region = p.region(name).unwrap();
        let said = p.decisions_of(region);
        if said.is_empty() || out.len() > regions * 8 {
            continue;
        }
        for decision in said {
            for told in [0, 50, 90] {
                let mut facts = Facts::new();
                for (i, input) in symbols.inputs.iter().enumerate() {
                    if dice.chance(told)
                        && let Some(v) = some_fact(p, &input.ty, dice)
                    {
                        facts.tell(polc::value::InputId(u32::try_from(i).unwrap()), v);
                    }
                }
                let day = polc::Date::new(2025, 6, 1).unwrap();
                let question = p.question(region, decision.clone(), day);
                out.push(serde_json::to_string(&p.answer(&question, &facts, Detail { explain: true })).unwrap());
            }
        }
    }
    out
}

fn tested(p: &Policies) -> String {
    serde_json::to_string(&testing::run(p, &testing::Filter::default())).unwrap()
}

fn report(p: &Policies) -> String {
    let mut out = Vec::new();
    serde_json::to_writer(&mut out, &polc::disputes::disputes(p, &polc::disputes::Scope::default())).unwrap();
    formats::write_json(&mut out, p.sources(), p.diagnostics(), p.files()).unwrap();
    let mut text = String::from_utf8(out).unwrap();
    let mut renderer = polc::diagnostics::render::Renderer::new(p.sources(), None, false);
    p.diagnostics().iter().for_each(|d| text.push_str(&renderer.render(d)));
    text
}

/// What a program is, node for node; tables that are only looked up in are left to the answers.
fn program(p: &Policies) -> String {
    let (p, s) = (polc::internals::program(p), &polc::internals::program(p).symbols);
    let mut shelves: Vec<String> = p.shelves.iter().map(|s| format!("{s:?}")).collect();
    shelves.sort();
    let mut names: Vec<String> = s.region_by_name.iter().map(|n| format!("{n:?}")).collect();
    names.extend(s.vocab_by_name.iter().map(|n| format!("{n:?}")));
    names.extend(s.source_by_name.iter().map(|n| format!("{n:?}")));
    names.extend(s.scopes.iter().flat_map(|s| s.types.iter().map(|n| format!("{n:?}"))));
    names.extend(s.scopes.iter().flat_map(|s| s.inputs.iter().map(|n| format!("{n:?}"))));
    names.extend(s.scopes.iter().flat_map(|s| s.decisions.iter().map(|n| format!("{n:?}"))));
    names.extend(s.enums.iter().flat_map(|e| e.by_name.iter().map(|n| format!("{n:?}"))));
    names.extend(s.decisions.iter().flat_map(|d| d.by_name.iter().map(|n| format!("{n:?}"))));
    names.sort();
    let chains: Vec<_> = s.regions.iter().map(|r| (&r.name, &r.chain, r.parent)).collect();
    let inputs = format!("{:?} {:?} {:?} {:?}", s.vocabularies, s.records, s.inputs, s.sources);
    let outcomes: Vec<_> = s.decisions.iter().map(|d| (&d.name, &d.outcomes, &d.args)).collect();
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{shelves:?}\n{names:?}\n{chains:?}\n{inputs}\n{outcomes:?}\n{:?}",
        p.nodes, p.types, p.spans, p.statements, p.nevers, p.tests, s.outcomes
    )
}

/// Exports, reads back, and compares everything.
#[track_caller]
fn same(p: &Policies, seed: u64, regions: usize) -> String {
    let text = p.export().unwrap();
    let again = Policies::from_exported("x.json", &text);
    assert!(again.is_complete(), "{:?}", again.diagnostics());
    assert_eq!(report(&again), report(p));
    assert!(program(&again) == program(p), "the program is not the same");
    assert_eq!(answers(&again, &mut Dice(seed), regions), answers(p, &mut Dice(seed), regions));
    assert_eq!(tested(&again), tested(p));
    assert!(again.export().unwrap() == text, "exported again it is not the same");
    let json: Json = serde_json::from_str(&text).unwrap();
    let wrong: Vec<String> = SCHEMA.iter_errors(&json).take(3).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    text
}

fn load(path: &str) -> Policies {
    let p = Policies::load(&[root().join(path)]);
    assert!(!p.has_errors());
    p
}

#[test]
fn the_shipped_policies() {
    same(&load("policies"), 1, 20);
}

#[test]
fn the_examples_of_the_design() {
    same(&load("tests/design/language.pol"), 2, 50);
}

#[test]
fn the_meanings_of_the_language() {
    // Some of these contradict each other on purpose; what is exported has no errors.
    let all = Policies::load(&[root().join("tests/semantics")]);
    let errors = all.diagnostics().iter().filter(|d| d.severity() == Severity::Error).count();
    if errors == 0 {
        same(&all, 3, 400);
    }
    let vocabulary = std::fs::read_to_string(root().join("tests/semantics/vocab.pol")).unwrap();
    let mut fine = 0;
    for file in std::fs::read_dir(root().join("tests/semantics")).unwrap() {
        let path = file.unwrap().path();
        let text = if path.ends_with("vocab.pol") {
            vocabulary.clone()
        } else {
            format!("{vocabulary}\n{}", std::fs::read_to_string(&path).unwrap())
        };
        let p = Policies::from_text("x.pol", &text);
        if !p.has_errors() {
            same(&p, 4, 200);
            fine += 1;
        }
    }
    println!("{errors} errors in all, {fine} files exported by themselves");
    assert!(errors == 0 || fine > 3, "hardly any of them can be exported");
}

/// A random policy with warnings, tests that pass and tests that fail; nothing where the rules contradict each other.
fn random_policies(seed: u64) -> Option<Policies> {
    let mut dice = Dice(seed);
    let mut blocks = random::blocks(&mut dice);
    blocks.truncate(2 + usize::try_from(dice.roll(6)).unwrap());
    let mut text = random::render(&blocks);
    text.push_str("region low < d left < let half = span * 2  when half > n * 1 month: wait at least 1 month #L1 > >\n");
    if dice.chance(50) {
        text.push_str("precedence law over notice over web, then newer\n");
    }
    if dice.chance(50) {
        text.push_str(&format!(
            "region low per law1 < d right <\n  table <\n    n        hue            | pct\n    {} ..9   red, green     | 10%\n    under {}  any            | 20%..30%\n    any      otherwise      | about 5%\n  > > >\n",
            dice.roll(4) + 4,
            dice.roll(4) + 1
        ));
    }
    for region in ["low", "mid"] {
        text.push_str(&format!(
            "test \"t{}\" in {region} on 2025-06-01 < d left < n = {} flag = true  expect wait = {} months  expect fate refer  expect pct = 10%..20% > >\n",
            dice.roll(100),
            dice.roll(10),
            dice.roll(5)
        ));
    }
    let p = Policies::from_text("random.pol", &text);
    (!p.has_errors()).then_some(p)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(40), failure_persistence: None, max_global_rejects: 200_000, ..ProptestConfig::default() })]

    /// The promise: an exported file is the policies themselves.
    #[test]
    fn exported_policies_are_the_same_policies(seed in any::<u64>()) {
        let made = (0..50).find_map(|i| random_policies(seed.wrapping_add(i)));
        prop_assume!(made.is_some());
        same(&made.unwrap(), seed, 8);
    }

    /// Whatever is changed in a file, it is refused or answers; nothing panics, and nothing that is unsound goes further.
    #[test]
    fn a_forged_file_does_no_harm(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let mut json: Json = serde_json::from_str(&FORGED[usize::try_from(dice.roll(2)).unwrap()]).unwrap();
        for _ in 0..=dice.roll(3) {
            forge(&mut json, &mut dice);
        }
        let text = serde_json::to_string(&json).unwrap();
        let Some(sealed) = polc::internals::reseal(&text) else {
            let p = Policies::from_exported("x.json", &text);
            prop_assert!(!p.is_complete() && p.diagnostics().len() == 1);
            return Ok(());
        };
        let p = Policies::from_exported("x.json", &sealed);
        if !p.is_complete() {
            prop_assert_eq!(p.diagnostics()[0].code.id, "E0011");
            return Ok(());
        }
        answers(&p, &mut dice, 3);
        tested(&p);
        report(&p);
        let again = Policies::from_exported("x.json", &p.export().unwrap());
        prop_assert!(again.is_complete(), "what was read cannot be read again: {:?}", again.diagnostics());
    }
}

static FORGED: LazyLock<[String; 2]> = LazyLock::new(|| {
    let vocabulary = std::fs::read_to_string(root().join("tests/semantics/vocab.pol")).unwrap();
    let values = std::fs::read_to_string(root().join("tests/semantics/values.pol")).unwrap();
    let open = (0..).find_map(random_policies).unwrap();
    [Policies::from_text("x.pol", &format!("{vocabulary}\n{values}")).export().unwrap(), open.export().unwrap()]
});

/// Changes one thing somewhere in a document, texts of files aside.
fn forge(json: &mut Json, dice: &mut Dice) {
    let mut paths = Vec::new();
    let section = dice
        .pick(&[
            "enums",
            "inputs",
            "decisions",
            "outcomes",
            "sources",
            "regions",
            "parts",
            "statements",
            "statements",
            "statements",
            "tests",
            "diagnostics",
        ])
        .to_string();
    walk(&json[&section], &format!("/{section}"), &mut paths);
    if paths.is_empty() {
        return;
    }
    let path = &paths[usize::try_from(dice.roll(paths.len() as u64)).unwrap()];
    let other = paths[usize::try_from(dice.roll(paths.len() as u64)).unwrap()].clone();
    let donor = json.pointer(&other).unwrap().clone();
    let target = json.pointer_mut(path).unwrap();
    match (dice.roll(6), &mut *target) {
        (0 | 1, Json::Number(n)) => {
            let n = n.as_i64().unwrap_or(0);
            *target = Json::from([n + 1, n - 1, 0, 65_535, 4_294_967_295][usize::try_from(dice.roll(5)).unwrap()]);
        }
        (0 | 1, Json::String(_)) => *target = donor,
        (2, Json::Array(list)) if !list.is_empty() => {
            list.remove(usize::try_from(dice.roll(list.len() as u64)).unwrap());
        }
        (3, Json::Array(list)) if !list.is_empty() => {
            let extra = list[usize::try_from(dice.roll(list.len() as u64)).unwrap()].clone();
            list.push(extra);
        }
        (4, Json::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(usize::try_from(dice.roll(fields.len() as u64)).unwrap()).unwrap().clone();
            fields.shift_remove(&key);
        }
        _ => *target = donor,
    }
}

fn walk(json: &Json, path: &str, out: &mut Vec<String>) {
    out.push(path.to_owned());
    match json {
        Json::Array(list) => list.iter().enumerate().for_each(|(i, x)| walk(x, &format!("{path}/{i}"), out)),
        Json::Object(fields) => {
            fields.iter().for_each(|(k, x)| walk(x, &format!("{path}/{}", k.replace('~', "~0").replace('/', "~1")), out))
        }
        _ => {}
    }
}

const SMALL: &str =
    "source law \"law\" < kind = law   published = 2020 >\nregion 西宁 per law < transfer resident->employee: waiting = 3 months >\n";

/// A folder with a policy and its export.
fn exported() -> (Folder, String) {
    let folder = Folder::with(SMALL);
    polc(folder.path(), &["export", "x.pol", "--output", "x.json"]).ends(0);
    let text = std::fs::read_to_string(folder.path().join("x.json")).unwrap();
    (folder, text)
}

#[test]
fn every_command_takes_an_export() {
    let folder = Folder::new();
    folder.write(
        "a/warns.pol",
        "region 西宁 < transfer resident->employee < waiting = 3 months   when gap > 3 months: pooled_balance = retained > >",
    );
    folder.write("a/b/marked.pol", "\u{feff}region 西宁 < transfer employee->resident: waiting = 2 months >");
    folder.write("a/b/fails.pol", "test \"fails\" in 西宁 < transfer resident->employee < gap = 2 months   expect waiting = 4 months > >");
    polc(folder.path(), &["export", "a", "-o", "x.json"]).ends(0);
    let text = std::fs::read(folder.path().join("x.json")).unwrap();
    let decision = "transfer resident->employee";
    for (command, code) in [
        (&["check"][..], 0),
        (&["check", "--format", "json"], 0),
        (&["check", "--format", "sarif", "--deny", "warnings"], 1),
        (&["eval", "--region", "西宁", "--decision", decision, "--on", "2026-01-01", "--explain"], 0),
        (&["eval", "--region", "西宁", "--decision", decision, "--on", "2026-01-01", "--set", "gap=5 months", "--format", "json"], 0),
        (&["test"], 1),
        (&["test", "--format", "json"], 1),
        (&["inputs", "--decision", decision, "--region", "西宁"], 0),
        (&["inputs", "--format", "schema"], 0),
        (&["disputes"], 0),
        (&["test", "--coverage"], 1),
        (&["test", "--coverage", "--format", "json"], 1),
        (&["disputes", "--format", "json"], 0),
        (&["export"], 0),
    ] {
        let sources = polc(folder.path(), &[command, &["a"]].concat()).ends(code);
        let export = polc(folder.path(), &[command, &["x.json"]].concat()).ends(code);
        assert_eq!((&export.out, &export.err), (&sources.out, &sources.err), "{command:?}");
        let piped = polc_reading(folder.path(), &[command, &["-"]].concat(), &text).ends(code);
        assert_eq!((&piped.out, &piped.err), (&sources.out, &sources.err), "{command:?}");
    }
    let run = polc(folder.path(), &["check", "x.json"]).ends(0);
    assert!(run.err.contains("a/warns.pol:1:"), "{}", run.err);
}

#[test]
fn formatted_anew_it_is_the_same() {
    let (folder, text) = exported();
    let json: Json = serde_json::from_str(&text).unwrap();
    folder.write("x.json", serde_json::to_string_pretty(&json).unwrap());
    assert_eq!(polc(folder.path(), &["export", "x.json"]).ends(0).out, text);
}

#[test]
fn policies_with_errors_are_not_exported() {
    let folder = Folder::with("region 西宁 < transfer resident->employee: waiting = 3 apples >");
    let before = folder.write("x.json", "as it was");
    let run = polc(folder.path(), &["export", "x.pol", "-o", "x.json"]).ends(1).says(&["apples"]);
    assert!(run.out.is_empty());
    assert_eq!(std::fs::read_to_string(before).unwrap(), "as it was");
    assert_eq!(Policies::from_text("x.pol", "region 西宁 < zzz: a = 1 >").export(), Err(ExportError::Errors));
    polc(folder.path(), &["export", "missing.pol"]).ends(2);
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let (folder, text) = exported();
    polc(folder.path(), &["export", "x.pol", "-o", "no/such/folder/x.json"]).ends(2).says(&["cannot be written"]);
    polc(folder.path(), &["export", "x.pol", "-o", "."]).ends(2);
    polc(folder.path(), &["export", "x.pol", "-o", "/dev/null"]).ends(2).says(&["leave --output out"]);
    assert!(!Path::new("/dev/null").is_file());
    // It may replace the file it is read from.
    polc(folder.path(), &["export", "x.json", "-o", "x.json"]).ends(0);
    assert_eq!(std::fs::read_to_string(folder.path().join("x.json")).unwrap(), text);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "something was left lying about");
}

#[test]
fn damaged_files_are_refused() {
    let (folder, text) = exported();
    for (at, wrong) in [
        ("cut", text.get(..text.len() / 2).unwrap().to_owned()),
        ("empty", String::new()),
        ("no JSON", "{ this is no JSON".to_owned()),
        ("a list", "[]".to_owned()),
        ("some JSON", r#"{"gap": "2 months"}"#.to_owned()),
        ("unknown field", text.replacen("\"polc\":", "\"more\":1,\n\"polc\":", 1)),
        ("twice", text.replacen("\"polc\":", "\"polc\":\"0\",\n\"polc\":", 1)),
        ("deep", format!("{{\"polc_export\":1,\"files\":{}", "[".repeat(100_000))),
        ("format 0", text.replacen("\"polc_export\":1", "\"polc_export\":0", 1)),
        ("a field of another kind", text.replacen("\"op\":\"const\"", "\"op\":\"const\",\"slot\":1", 1)),
    ] {
        assert_ne!(wrong, text, "{at}");
        folder.write("x.json", &wrong);
        let run = polc(folder.path(), &["check", "x.json"]).ends(2).says(&["E0008", "x.json"]);
        assert!(run.took.as_secs() < 20, "{at}");
    }
    folder.write("x.json", text.replacen("\"polc\":", "\"more\":1,\n\"polc\":", 1));
    polc(folder.path(), &["eval", "x.json", "--region", "西宁", "--decision", "transfer"]).ends(2).says(&["`more`", "line 3"]);
}

#[test]
fn newer_files_are_refused() {
    let (folder, text) = exported();
    folder.write("x.json", text.replacen("\"polc_export\":1", "\"polc_export\":2", 1));
    polc(folder.path(), &["test", "x.json"]).ends(2).says(&["E0009", "newer polc", "format 2, this polc reads 1"]);
    folder.write("x.json", r#"{"polc_export": 7, "polc": "9.0.0", "all": "different"}"#);
    polc(folder.path(), &["test", "x.json"]).ends(2).says(&["E0009", "9.0.0", "format 7"]);
}

#[test]
fn changed_files_are_refused() {
    let (folder, text) = exported();
    // One letter of a policy, one number of a rule, one digit of the digest itself.
    for (from, to) in [("resident->employee", "resident->employef"), ("\"amount\":3", "\"amount\":2"), ("sha256:", "sha256:0")] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        folder.write("x.json", changed);
        polc(folder.path(), &["check", "x.json"]).ends(2).says(&["E0010", "was changed after polc wrote it"]);
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let (_, text) = exported();
    let mut dice = Dice(5);
    for _ in 0..300 {
        let mut bytes = text.clone().into_bytes();
        let at = usize::try_from(dice.roll(bytes.len() as u64)).unwrap();
        bytes[at] ^= 1 << dice.roll(7);
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        let p = Policies::from_exported("x.json", &changed);
        // A line break for a space changes nothing.
        assert!(!p.is_complete() || p.export().unwrap() == text, "byte {at}");
    }
}

#[test]
fn files_that_contradict_themselves_are_refused() {
    let (folder, text) = exported();
    for (from, to, why) in [
        ("\"outcome\":\"transfer.waiting\",\"region\"", "\"outcome\":\"transfer.wading\",\"region\"", "no outcome `transfer.wading`"),
        ("\"text\":\"source law", "\"text\":\"source lew", "digest"),
        ("\"op\":\"const\",\"value\":{\"amount\":3,\"unit\":\"months\"}", "\"op\":\"const\",\"value\":\"3\"", "is no value of"),
        ("\"id\":0,\"type\":\"months\",\"span\":[", "\"id\":0,\"type\":\"months\",\"span\":[9", "the bytes 9"),
        ("\"id\":0,\"type\":\"months\"", "\"id\":1,\"type\":\"months\"", "no expression has the number 0"),
        ("\"id\":0,\"outcome\"", "\"id\":7,\"outcome\"", "its number is 7"),
        ("\"head\":[[\"resident\"],", "\"head\":[[\"resident\"],[\"resident\"],", "3 arguments"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        folder.write("x.json", polc::internals::reseal(&changed).unwrap());
        polc(folder.path(), &["check", "x.json"]).ends(2).says(&["E0011", why]);
    }
}

#[test]
fn regions_in_circles_are_refused() {
    let folder = Folder::with(
        "region a in b per law < transfer: waiting = 3 months >\nregion b in c < >\nregion c < >\nsource law < kind = law published = 2020 >\n",
    );
    let text = polc(folder.path(), &["export", "x.pol"]).ends(0).out;
    let circle = text.replacen("{\"id\":\"c\",", "{\"id\":\"c\",\"parent\":\"a\",", 1);
    assert_ne!(circle, text);
    folder.write("x.json", polc::internals::reseal(&circle).unwrap());
    polc(folder.path(), &["check", "x.json"]).ends(2).says(&["E0011", "lies in itself"]);
}

#[test]
fn an_export_stands_alone() {
    let (folder, _) = exported();
    polc(folder.path(), &["check", "x.json", "x.pol"]).ends(2).says(&["E0012", "`x.json`"]);
    folder.write("y.json", "{}");
    polc(folder.path(), &["check", "x.json", "y.json"]).ends(2).says(&["E0012"]);
    // A folder is read for its policies only.
    polc(folder.path(), &["check"]).ends(0);
    // The same file twice is one file.
    polc(folder.path(), &["check", "x.json", "./x.json"]).ends(0);
}

#[test]
fn long_and_deep_expressions() {
    let wide = format!("1{}", " + n".repeat(900));
    let deep = format!("{}n{}", "(if ".repeat(60), " > 3 then 4 else 5)".repeat(60));
    // Each `in` reads its subject twice: what stands in several places is written once.
    let mut shared = "n".to_owned();
    for _ in 0..15 {
        shared = format!("(if {shared} in [1, 2] then 1 else 3)");
    }
    let text = format!(
        "use v\nsource law < kind = law published = 2020 >\nvocabulary v < input n: count   decision d < a: count   b: count   c: count > >\nregion r per law < d < a = {wide}   b = {deep}   c = {shared} > >\n"
    );
    let p = Policies::from_text("x.pol", &text);
    assert!(!p.has_errors(), "{:?}", p.diagnostics());
    let out = p.export().unwrap();
    assert!(out.len() < 2_000_000, "{}", out.len());
    let again = Policies::from_exported("x.json", &out);
    assert!(again.is_complete(), "{:?}", again.diagnostics());
    assert!(program(&again) == program(&p));
    assert_eq!(again.export().unwrap(), out);
    assert!(SCHEMA.is_valid(&serde_json::from_str(&out).unwrap()));
}

#[test]
fn names_that_several_things_have() {
    let text = "vocabulary v < enum `a.b` < x | y >   enum c < x >   input n: `a.b`   decision d (c) < o: count > >
        vocabulary w ww < enum `b.c` < x >   enum c < x | z >   input n: count   decision d (c, c) < o: c   p: list of c > >
        region r rr < >   region rr rrr < agency \"x\" >
        source s < kind = law   published = 2020-02 >";
    let p = Policies::from_text("x.pol", text);
    assert!(!p.has_errors(), "{:?}", p.diagnostics());
    let out = same(&p, 0, 3);
    let json: Json = serde_json::from_str(&out).unwrap();
    let ids = |section: &str| json[section].as_array().unwrap().iter().map(|x| x["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    for id in ["v.c", "w.c", "a.b"] {
        assert!(ids("enums").contains(&id.to_owned()), "{:?}", ids("enums"));
    }
    assert!(ids("outcomes").contains(&"w.d.p".to_owned()), "{:?}", ids("outcomes"));
}

#[test]
fn the_example_of_the_page() {
    let page = std::fs::read_to_string(root().join("docs/export.md")).unwrap();
    let block = |fence: &str| page.split(fence).nth(1).unwrap().split("```").next().unwrap().to_owned();
    let p = Policies::from_text("x.pol", &block("```pol check\n"));
    assert!(p.diagnostics().is_empty(), "{:?}", p.diagnostics());
    let text = p.export().unwrap();
    let json: Json = serde_json::from_str(&text).unwrap();
    let shown: Json = serde_json::from_str(&block("```json\n")).unwrap();
    assert_eq!(serde_json::to_string_pretty(&json["statements"][0]).unwrap(), serde_json::to_string_pretty(&shown).unwrap());
    assert!(text.lines().any(|l| l.starts_with(r#"{"id":0,"outcome":"transfer.waiting""#)));
    for field in json.as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{field}`")), "the page does not name `{field}`");
    }
}

/// Files that no policy text could give: each is refused before anything follows it down.
#[test]
fn bottomless_files_are_refused() {
    let folder = Folder::with("use v\nvocabulary v < input n: count   decision d < a: count > >\nregion r < d: a = n + 1 >\n");
    let text = polc(folder.path(), &["export", "x.pol"]).ends(0).out;
    let json: Json = serde_json::from_str(&text).unwrap();
    let statement = json["statements"].as_array().unwrap().iter().find(|s| s["outcome"] == "d.a").unwrap().clone();
    let refused = |json: &Json, why: &str| {
        folder.write("x.json", polc::internals::reseal(&serde_json::to_string(json).unwrap()).unwrap());
        polc(folder.path(), &["check", "x.json"]).ends(2).says(&["E0011", why]);
    };
    // Expressions in expressions.
    let mut deep = json.clone();
    let sum = &statement["value"];
    let first = u32::try_from(sum["id"].as_u64().unwrap()).unwrap();
    let part = |id: u32| serde_json::json!({ "op": "part", "id": id });
    let mut parts = vec![serde_json::json!({ "file": "x.pol", "node": sum })];
    for id in first + 1..first + 5_000 {
        let mut node = sum.clone();
        (node["id"], node["left"], node["right"]) = (id.into(), part(id - 1), part(id - 1));
        parts.push(serde_json::json!({ "file": "x.pol", "node": node }));
    }
    deep["parts"] = parts.into();
    deep["constraints"] = Json::Array(Vec::new());
    let at = statement["id"].as_u64().unwrap();
    deep["statements"][usize::try_from(at).unwrap()]["value"] = part(first + 4_999);
    refused(&deep, "nested more than");
    // Exceptions to exceptions.
    let mut excepted = json.clone();
    let all = excepted["statements"].as_array_mut().unwrap();
    for id in all.len()..all.len() + 20_000 {
        let mut s = statement.clone();
        (s["id"], s["exception_to"]) = (id.into(), (id - 1).into());
        all.push(s);
    }
    refused(&excepted, "too many exceptions");
    // Loops in loops.
    let mut looped = json.clone();
    let each = serde_json::json!({ "slot": 0, "list": statement["value"] });
    looped["statements"][usize::try_from(at).unwrap()]["for_each"] = vec![each; 1_000].into();
    refused(&looped, "too many lists");
    // Regions in regions.
    let mut regions = json.clone();
    let all = regions["regions"].as_array_mut().unwrap();
    for i in 0..50_000 {
        let mut r = all[0].clone();
        (r["id"], r["parent"]) = (format!("r{i}").into(), if i == 0 { all[0]["id"].clone() } else { format!("r{}", i - 1).into() });
        r.as_object_mut().unwrap().shift_remove("alias");
        all.push(r);
    }
    refused(&regions, "more than 64 deep");
}
