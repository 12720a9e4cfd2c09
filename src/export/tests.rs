//! In: the types of the exported file. Out: that the published schema is theirs. Never here: what the file says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

use super::document::Document;
use super::values::ValueDoc;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// The form of values is written by hand in both directions, so its schema is too.
impl JsonSchema for ValueDoc {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<ValueDoc>();
        let number = r"-?[0-9]+(\.[0-9]+|/[0-9]+)?";
        let units = ["days", "working_days", "months", "years"];
        let item = json_schema!({ "oneOf": [
            { "type": "object", "required": ["value", "attributes"], "additionalProperties": false,
              "properties": { "value": value, "attributes": { "type": "object", "additionalProperties": value } } },
            { "type": "object", "required": ["any_of"], "additionalProperties": false,
              "properties": { "any_of": { "type": "array", "items": { "$ref": "#/$defs/ListItem" } } } },
        ] });
        generator.definitions_mut().insert("ListItem".to_owned(), item.to_value());
        json_schema!({
            "description": "A value; the type beside it says in which form. Money is yuan (`\"480.00\"`), a rate `\"70%\"`, points `\"10 points\"`, \
                a count or number a JSON number or `\"1/3\"`, a date `\"2025-01-31\"`, a month `\"2025-01\"`, a stretch of time `{\"amount\": 3, \"unit\": \"months\"}`, \
                an enum its value's name or `{\"any_of\": […]}`, a region or input its id, a record its fields, `none` null. A number that \
                has no such form exactly is `{\"held\": …}`: as polc holds it, money in fen, shares as fractions, years in months.",
            "anyOf": [
                { "type": ["null", "boolean", "string", "number"] },
                { "type": "object", "required": ["amount", "unit"], "additionalProperties": false,
                  "properties": { "amount": { "anyOf": [{ "type": "number" }, { "type": "string", "pattern": format!("^{number}$") }] }, "unit": { "enum": units } } },
                { "type": "object", "required": ["held"], "additionalProperties": false,
                  "properties": { "held": { "type": "string", "pattern": format!("^{number}$") }, "unit": { "enum": units } } },
                { "type": "object", "required": ["any_of"], "additionalProperties": false,
                  "properties": { "any_of": { "type": "array", "items": { "type": "string" }, "minItems": 2 } } },
                { "type": "object", "required": ["items", "ordered", "open"], "additionalProperties": false,
                  "properties": { "items": { "type": "array", "items": { "$ref": "#/$defs/ListItem" } }, "ordered": { "type": "boolean" }, "open": { "type": "boolean" } } },
                { "type": "object", "additionalProperties": value },
            ],
        })
    }
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schemas/export.schema.json");
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document>();
    schema.insert("title".to_owned(), "Policies exported by polc, format 1".into());
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("POLC_REFRESH").is_some() {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == text,
        "the types of `src/export/` changed: run `POLC_REFRESH=1 cargo test --lib export`, and see docs/export.md on the format's number"
    );
}
