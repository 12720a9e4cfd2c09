//! In: the types of the machine formats. Out: whether the JSON Schemas under `docs/schemas/` are those of these types. Never here: whether what polc prints keeps to them (`tests/schemas.rs`).
//!
//! The schemas are drawn from the types by `schemars`, which is needed for this test only. After a change of a format run
//! `POLC_REFRESH=1 cargo test --lib schemas`, and look at the difference.

use crate::{diagnostics, diff, disputes, input, report, testing};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value as Json, json};
use std::path::Path;

/// The document of a command, with the version its form has.
fn schema<T: JsonSchema>(command: &str, version: u32) -> String {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.transforms.push(Box::new(schemars::transform::RecursiveTransform(closed)));
    let mut made = settings.into_generator().into_root_schema_for::<T>().to_value();
    made["title"] = json!(format!("What `{command}` prints"));
    made["properties"]["version"]["const"] = json!(version);
    if let Some(field) = made.pointer_mut("/$defs/Alternative/properties/value") {
        field["anyOf"] = value();
    }
    serde_json::to_string_pretty(&made).unwrap() + "\n"
}

/// Nothing beside the fields that are named; a field that may be left out is never `null`.
fn closed(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    let required = object.get("required").and_then(Json::as_array).cloned().unwrap_or_default();
    let Some(properties) = object.get_mut("properties").and_then(Json::as_object_mut) else { return };
    for (_, field) in properties.iter_mut().filter(|(name, _)| !required.iter().any(|r| r == name.as_str())) {
        let null = |x: &Json| *x == json!("null") || *x == json!({ "type": "null" });
        for key in ["type", "anyOf"] {
            let Some(list) = field.get_mut(key).and_then(Json::as_array_mut) else { continue };
            list.retain(|x| !null(x));
            if let ([only], "type") = (list.as_slice(), key) {
                field[key] = only.clone();
            }
        }
    }
    object.entry("additionalProperties").or_insert(json!(false));
}

/// What `value::to_json` writes, form by form; a record has fields of any name, so that this takes every object.
fn value() -> Json {
    let form = |words: &str, schema: Json| {
        let mut made = json!({ "description": words });
        made.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
        made
    };
    let unit = json!({ "enum": ["days", "working_days", "months", "years"] });
    json!([
        form("none: there is none", json!({ "type": "null" })),
        form("a boolean", json!({ "type": "boolean" })),
        form("a count or number, exact", json!({ "type": "number" })),
        form(
            "money in yuan (\"480.00\"), a rate (\"70%\"), points (\"10 points\"), a number whose decimals never end (\"1/3\"), a text, a date, a month, the name of an enum's value, of a region or of an input",
            json!({ "type": "string" }),
        ),
        form(
            "a stretch of time",
            json!({ "type": "object", "required": ["amount", "unit"], "properties": { "amount": {}, "unit": unit } })
        ),
        form(
            "a range; an end that is missing is null and not inclusive; `unit` for stretches of time only",
            json!({
                "type": "object",
                "required": ["min", "min_inclusive", "max", "max_inclusive", "approx"],
                "properties": {
                    "min": {}, "min_inclusive": { "type": "boolean" }, "max": {}, "max_inclusive": { "type": "boolean" },
                    "approx": { "type": "boolean" }, "unit": unit,
                },
            }),
        ),
        form(
            "one of several values of an enum",
            json!({ "type": "object", "required": ["any_of"], "properties": { "any_of": { "type": "array" } } })
        ),
        form(
            "a list; each item is {value, attributes} or {any_of: […]}",
            json!({
                "type": "object",
                "required": ["items", "ordered", "open"],
                "properties": { "items": { "type": "array" }, "ordered": { "type": "boolean" }, "open": { "type": "boolean" } },
            }),
        ),
        form("a record: its fields with their values", json!({ "type": "object" })),
    ])
}

#[test]
fn the_schemas_are_those_of_the_types() {
    let made = [
        ("answer", schema::<report::Document>("polc eval --format json", report::DOCUMENT_VERSION)),
        ("inputs", schema::<input::InputsDocument>("polc inputs --format json", input::INPUTS_VERSION)),
        ("test", schema::<testing::formats::Document>("polc test --format json", testing::formats::VERSION)),
        (
            "coverage",
            schema::<testing::coverage_text::Document>("polc test --coverage --coverage-format json", testing::coverage_text::VERSION),
        ),
        ("disputes", schema::<disputes::Disputes>("polc disputes --format json", disputes::DISPUTES_VERSION)),
        ("diff", schema::<diff::Diff>("polc diff --format json", diff::DIFF_VERSION)),
        ("check", schema::<diagnostics::formats::Document>("polc check --format json", diagnostics::formats::JSON_VERSION)),
    ];
    #[cfg(feature = "batch")]
    let made = made.into_iter().chain([("batch", schema::<crate::batch::Summary>("polc batch --summary", crate::batch::SUMMARY_VERSION))]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    let mut stale = Vec::new();
    for (name, text) in made {
        let path = folder.join(format!("{name}.schema.json"));
        if std::env::var_os("POLC_REFRESH").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "docs/schemas: {stale:?} differ from the types; `POLC_REFRESH=1 cargo test --lib schemas` writes them anew");
}
