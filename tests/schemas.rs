//! In: everything polc prints for machines. Out: whether it keeps to the JSON Schemas under `docs/schemas/`, and whether the schema of `polc inputs` takes what polc takes. Never here: drawing the schemas from the types (`src/tests.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

mod support;

use jsonschema::Validator;
use polc::input::{Asking, facts_from_json, input_schema};
use polc::value::Type;
use polc::{Policies, input};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use std::sync::LazyLock;
use support::{Folder, polc};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn validator(name: &str) -> Validator {
    let path = root().join(format!("docs/schemas/{name}.schema.json"));
    let schema: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    compiled(&schema)
}

fn compiled(schema: &Json) -> Validator {
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::meta::validate(schema).unwrap_or_else(|e| panic!("the schema itself is wrong: {e}"));
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

static ANSWER: LazyLock<Validator> = LazyLock::new(|| validator("answer"));
static INPUTS: LazyLock<Validator> = LazyLock::new(|| validator("inputs"));
static TEST: LazyLock<Validator> = LazyLock::new(|| validator("test"));
static COVERAGE: LazyLock<Validator> = LazyLock::new(|| validator("coverage"));
static DISPUTES: LazyLock<Validator> = LazyLock::new(|| validator("disputes"));
static DIFF: LazyLock<Validator> = LazyLock::new(|| validator("diff"));
static CHECK: LazyLock<Validator> = LazyLock::new(|| validator("check"));

/// Everything wrong with a document, for a message.
fn faults(validator: &Validator, document: &Json) -> String {
    validator.iter_errors(document).take(5).map(|e| format!("{}: {e}\n", e.instance_path())).collect()
}

/// What a command prints, held to a schema.
#[track_caller]
fn holds(validator: &Validator, folder: &Path, args: &[&str]) -> Json {
    let format = if args.contains(&"--coverage") { "--coverage-format" } else { "--format" };
    let args = [args, &[format, "json"]].concat();
    let run = polc(folder, &args);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    let document: Json = serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{args:?}: {e}\n{}", run.err));
    let wrong = faults(validator, &document);
    assert!(wrong.is_empty(), "{args:?}: {wrong}");
    assert_eq!((&document["version"], &document["polc"]), (&json!(1), &json!(env!("CARGO_PKG_VERSION"))));
    document
}

/// Folders and files of policies that were not written for this test.
const POLICIES: [&str; 4] = ["policies", "tests/semantics", "tests/design/language.pol", "tests/support/every.pol"];

#[test]
fn what_is_checked() {
    for path in POLICIES {
        holds(&CHECK, root(), &["check", path]);
    }
    let folder = Folder::with("region 西宁 < nothing = \u{1F600}\u{7} per x transfer ");
    folder.write("y.pol", [0xff, 0xfe, 0]);
    folder.write("\u{1F600} \"q\".pol", "\u{feff}region a in a < > region a in b <>");
    let found = holds(&CHECK, folder.path(), &["check"]);
    assert!(found["diagnostics"].as_array().unwrap().len() > 3);
    // Files that the tests of codes keep, whatever is wrong in them.
    holds(&CHECK, root(), &["check", "tests/cases/many_mistakes.pol", "no such file"]);
}

#[test]
fn what_is_tested() {
    for path in ["policies", "tests/semantics", "tests/design/language.pol"] {
        holds(&TEST, root(), &["test", path]);
        holds(&COVERAGE, root(), &["test", "--coverage", path]);
    }
    let folder = Folder::with(
        "source s \"s\" < kind = notice published = 2024 >\nregion 甲市 in 全国 per s < retire employee: required = 15 years from 2024 >\n\
         test \"wrong \\\"x\\\"\" in 甲市 on 2025 known 2025 < retire employee < sex = male expect required = 20 years expect lifelong needs sex > >\n\
         test \"no date\" in 甲市 < retire employee < expect required = 15 years > >\n",
    );
    let found = holds(&TEST, folder.path(), &["test"]);
    assert_eq!(found["summary"]["failed"], 2);
    assert_eq!(holds(&TEST, folder.path(), &["test", "--filter", "none"])["summary"]["run"], 0);
}

#[test]
fn what_is_answered() {
    let answers = [
        vec!["eval", "policies", "--region", "西宁", "--explain"],
        vec!["eval", "policies", "--region", "西宁", "--decision", "transfer", "--known-on", "2025-06", "--on", "2025-01-01", "--explain"],
        vec!["eval", "policies", "--region", "兰州", "--decision", "transfer resident->employee", "--set", "gap=2 months"],
        vec!["eval", "tests/semantics", "--region", "西宁", "--explain"],
        vec!["eval", "tests/design/language.pol", "--region", "西宁", "--explain"],
    ];
    let mut kinds = std::collections::BTreeSet::new();
    for args in answers {
        let document = holds(&ANSWER, root(), &args);
        for outcome in document["answers"].as_array().unwrap().iter().flat_map(|a| a["outcomes"].as_array().unwrap()) {
            kinds.insert(outcome["status"].as_str().unwrap().to_owned());
        }
    }
    assert!(kinds.len() >= 5, "only {kinds:?} were seen");
    // Rules that contradict each other, a formula that fails, a list that is gone through.
    let folder = Folder::with(
        "source s \"s\" < kind = notice published = 2024 >\nregion 甲市 in 全国 per s <\n retire employee < required = 15 years\n when (total > 3 months): required = 20 years\n for each r in relatives: must_pay = r.bound >\n>\n",
    );
    let told = ["--set", "total=5 months", "--set", "relatives=[relative (kind = child, bound = true, born = 2020-01-01)]"];
    let args = [&["eval", "--region", "甲市", "--decision", "retire employee", "--explain"][..], &told].concat();
    let run = polc(folder.path(), &args);
    assert!(run.code == Some(1), "{}", run.err);
    holds(&ANSWER, folder.path(), &args);
}

#[test]
fn what_is_disputed() {
    for path in ["policies", "tests/semantics", "tests/design/language.pol"] {
        holds(&DISPUTES, root(), &["disputes", path]);
    }
}

#[test]
fn what_is_told_apart() {
    let old = "source s \"s\" < kind = notice published = 2024 >\nregion 甲市 in 全国 per s < retire employee: required = 15 years from 2024\n transfer < waiting = 1 month > reimburse < deductible = ¥5 > >\n";
    let folder = Folder::new();
    folder.write("a.pol", old);
    folder.write(
        "b.pol",
        old.replace("15 years", "20 years")
            .replace("= 1 month", "= 1..2 months")
            .replace("¥5 >", "¥5 hedged \"x\" > transfer < waiting = 2 months >"),
    );
    folder.write("c.pol", old.replace("甲市", "乙市"));
    let found = holds(&DIFF, folder.path(), &["diff", "a.pol", "b.pol"]);
    assert!(!found["changes"].as_array().unwrap().is_empty() && !found["papers"].as_array().unwrap().is_empty());
    let found = holds(&DIFF, folder.path(), &["diff", "a.pol", "c.pol"]);
    assert_eq!(found["names"][0]["looks_like"], found["names"][1]["name"]);
    holds(&DIFF, folder.path(), &["diff", "a.pol", "--known-on", "2023", "--known-on", "2025"]);
}

#[test]
fn what_may_be_asked() {
    for path in POLICIES {
        holds(&INPUTS, root(), &["inputs", path]);
    }
    holds(&INPUTS, root(), &["inputs", "policies", "--region", "西宁"]);
    holds(&INPUTS, root(), &["inputs", "policies", "--region", "西宁", "--decision", "transfer"]);
}

#[test]
fn a_schema_refuses_what_is_not_in_it() {
    let mut document = holds(&ANSWER, root(), &["eval", "policies", "--region", "西宁", "--decision", "retire employee"]);
    assert!(ANSWER.is_valid(&document));
    for (path, value) in [
        ("/extra", json!(1)),
        ("/version", json!(2)),
        ("/policies", json!("md5:x")),
        ("/on", json!("yesterday")),
        ("/answers/0/outcomes/0/status", json!("maybe")),
        ("/answers/0/outcomes/0/colour", json!("red")),
        ("/answers/0/outcomes/0/alternatives/0/text", Json::Null),
    ] {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let old = document.clone();
        document.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        assert!(!ANSWER.is_valid(&document), "{path}");
        document = old;
    }
}

// ---- What `polc inputs --format schema` writes ----

static EVERY: LazyLock<Policies> = LazyLock::new(|| {
    let policies = Policies::from_text("every.pol", include_str!("support/every.pol"));
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics());
    policies
});

fn facts_schema() -> Json {
    input_schema(&EVERY, &Asking { decision: Some(EVERY.decision("transfer").unwrap()), region: None })
}

static FACTS: LazyLock<Validator> = LazyLock::new(|| compiled(&facts_schema()));

#[test]
fn the_schema_of_inputs_is_one_and_takes_its_own_examples() {
    for path in POLICIES {
        let run = polc(root(), &["inputs", path, "--format", "schema"]).ends(0);
        compiled(&serde_json::from_str(&run.out).unwrap());
    }
    let (transfer, _) = EVERY.decision("transfer").unwrap();
    for i in input::describe_inputs(&EVERY, &Asking::default()) {
        let document = json!({ i.field.name.clone(): i.field.example });
        assert!(facts_from_json(&EVERY, transfer, &document.to_string(), "x").is_ok(), "{document}");
        assert!(FACTS.is_valid(&document), "{document}: {}", faults(&FACTS, &document));
    }
}

fn quantity(units: &'static [&'static str]) -> BoxedStrategy<Json> {
    let text = (0u32..3000, prop::sample::select(units)).prop_map(|(n, u)| json!(u.replace('N', &n.to_string())));
    let half = (0u32..40, prop::sample::select(units)).prop_map(|(n, u)| json!(u.replace('N', &format!("{n}.5"))));
    let bare = (-3i64..3000).prop_map(|n| json!(n));
    let point = (0u32..300, 1u32..100).prop_map(|(n, d)| format!("{n}.{d:02}").parse::<serde_json::Number>().map(Json::Number).unwrap());
    prop_oneof![4 => text, 1 => half, 3 => bare, 1 => point].boxed()
}

/// Documents' values for a type: mostly right, sometimes not.
fn value(ty: &Type, depth: u32) -> BoxedStrategy<Json> {
    let symbols = &polc::internals::program(&EVERY).symbols;
    let right: BoxedStrategy<Json> = match ty {
        Type::Optional(inner) => prop_oneof![3 => value(inner, depth), 1 => Just(json!("none"))].boxed(),
        Type::Money => quantity(&["¥N", "N元", "N万元", "N 元"]),
        Type::MoneyPerMonth => quantity(&["¥N/month", "N元/月"]),
        Type::Rate => quantity(&["N%", "N‰"]),
        Type::Points => quantity(&["N points", "N个百分点"]),
        Type::Count | Type::Number => quantity(&["N"]),
        Type::Days => quantity(&["N days", "N天", "N日"]),
        Type::WorkingDays => quantity(&["N working days", "N个工作日"]),
        Type::Months | Type::Years | Type::Duration => quantity(&["N months", "N个月", "N years", "N年"]),
        Type::Boolean | Type::Flag => prop::sample::select(vec![json!(true), json!(false), json!("true")]).boxed(),
        Type::Text | Type::InputName => prop::sample::select(vec![json!(""), json!("某人"), json!("none")]).boxed(),
        Type::Date => (1990..2030, 0..14, 0..33).prop_map(|(y, m, d)| json!(format!("{y}-{m:02}-{d:02}"))).boxed(),
        Type::Month => (1990..2030, 0..14).prop_map(|(y, m)| json!(format!("{y}-{m:02}"))).boxed(),
        Type::Region => prop::sample::select(vec![json!("西宁"), json!("青海"), json!("nowhere")]).boxed(),
        Type::Enum(e) => {
            let names = symbols.enum_(*e).by_name.keys().map(|k| json!(k.as_str())).chain([json!("nothing")]).collect::<Vec<_>>();
            let mut names: Vec<Json> = names;
            names.sort_by_key(ToString::to_string);
            prop::sample::select(names).boxed()
        }
        Type::List(_) | Type::Record(_) if depth == 0 => Just(json!([])).boxed(),
        Type::List(item) => prop::collection::vec(value(item, depth - 1), 0..3).prop_map(Json::Array).boxed(),
        Type::Record(r) => {
            let fields = symbols.record(*r).fields.iter();
            let mut made: BoxedStrategy<Map<String, Json>> = Just(Map::new()).boxed();
            for f in fields {
                let names: Vec<String> = std::iter::once(&f.name).chain(&f.alias).map(ToString::to_string).collect();
                // Left out, or told twice under both names, now and then.
                let told = (value(&f.ty, depth - 1), prop::sample::select(names.clone()), 0u8..40);
                made = (made, told)
                    .prop_map(move |(mut map, (value, name, luck))| {
                        if luck != 0 {
                            map.insert(name, value.clone());
                        }
                        if luck == 1 {
                            names.iter().for_each(|n| drop(map.insert(n.clone(), value.clone())));
                        }
                        map
                    })
                    .boxed();
            }
            made.prop_map(Json::Object).boxed()
        }
    };
    let wrong = prop::sample::select(vec![json!(null), json!("abc"), json!("5 hours"), json!([1]), json!({}), json!("70"), json!(true)]);
    prop_oneof![30 => right, 1 => wrong].boxed()
}

fn document() -> impl Strategy<Value = Json> {
    let symbols = &polc::internals::program(&EVERY).symbols;
    let all: Vec<(String, Option<String>, Type)> = symbols
        .inputs
        .iter()
        .map(|i| (i.name.to_string(), i.alias.as_ref().map(ToString::to_string), i.ty.clone()))
        .chain([("gapp".to_owned(), None, Type::Count)])
        .collect();
    let field = prop::sample::select(all).prop_flat_map(|(name, alias, ty)| {
        let called = prop::sample::select(std::iter::once(name).chain(alias).collect::<Vec<_>>());
        (called, value(&ty, 3))
    });
    prop::collection::vec(field, 0..3).prop_map(|fields| Json::Object(fields.into_iter().collect()))
}

/// What only polc sees: strings beyond the bounds of an input, numbers finer than their unit, and
/// one element of a list told in two ways.
fn looks_closer(codes: &[&str], said: &str) -> bool {
    let seen = |code: &&str| matches!(*code, "E0903" | "E0906") || (*code == "E0904" && said.contains("names each thing once"));
    codes.iter().all(seen)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_schema_and_the_reader_take_the_same(document in document()) {
        let (transfer, _) = EVERY.decision("transfer").unwrap();
        let text = document.to_string();
        let read = facts_from_json(&EVERY, transfer, &text, "x");
        let valid = FACTS.is_valid(&document);
        match read {
            Ok(_) => prop_assert!(valid, "polc takes {}, the schema does not: {}", text, faults(&FACTS, &document)),
            Err(errors) => {
                let codes: Vec<&str> = errors.diagnostics().iter().map(|d| d.code.id).collect();
                prop_assert!(!valid || looks_closer(&codes, &errors.to_string()), "the schema takes {}, polc does not: {}", text, errors);
            }
        }
    }
}
