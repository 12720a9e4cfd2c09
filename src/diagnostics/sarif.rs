//! In: diagnostics and the files they point into. Out: a SARIF 2.1.0 log as data. Never here: writing it anywhere.

use super::formats::{Range, range};
use super::places::Places;
use super::{Code, Diagnostic, Severity};
use crate::source::SourceMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// A SARIF log.
#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message<'static>,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Message<'a>,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: [Replacement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Message<'a>,
}

/// The log of one run; its rules are the codes that occur in it.
pub(super) fn log<'a>(map: &'a SourceMap, diagnostics: &'a [Diagnostic]) -> Log<'a> {
    let codes: BTreeMap<&'static str, &'static Code> = diagnostics.iter().map(|d| (d.code.id, d.code)).collect();
    let index: BTreeMap<&'static str, usize> = codes.keys().enumerate().map(|(i, id)| (*id, i)).collect();
    let mut places = Places::new(map);
    let results = diagnostics.iter().map(|d| result(&mut places, d, index.get(d.code.id).copied().unwrap_or_default())).collect();
    let driver = Driver { name: "polc", version: env!("CARGO_PKG_VERSION"), rules: codes.into_values().map(rule).collect() };
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    }
}

fn rule(code: &'static Code) -> Rule {
    Rule {
        id: code.id,
        short_description: Message { text: code.title.into() },
        help: Help { text: code.page, markdown: code.page },
        default_configuration: Configuration { level: level(code.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result<'a>(places: &mut Places<'a>, d: &'a Diagnostic, rule_index: usize) -> Finding<'a> {
    let mut text = d.message.clone();
    if let Some(help) = &d.help {
        text.push_str(&format!("\n{help}"));
    }
    let primary = d.primary.as_ref();
    let at = primary.and_then(|label| Some((range(places, label.span)?, label.text.as_str())));
    let locations = match at {
        Some((at, label)) => vec![location(at, label, None)],
        None => d.path.iter().map(|path| whole_file(path)).collect(),
    };
    let related = d.related.iter().filter_map(|label| Some((range(places, label.span)?, label.text.as_str())));
    let related_locations = related.enumerate().map(|(i, (at, text))| location(at, text, Some(i + 1))).collect();
    let fix = d.fix.as_ref().and_then(|fix| Some((range(places, fix.span)?, fix.replacement.as_str())));
    Finding {
        rule_id: d.code.id,
        rule_index,
        level: level(d.severity()),
        message: Message { text: text.into() },
        locations,
        related_locations,
        fixes: fix.into_iter().map(|(at, new)| edit(at, new, d.help.as_deref())).collect(),
    }
}

fn location<'a>(at: Range<'a>, text: &'a str, id: Option<usize>) -> Location<'a> {
    let message = Some(text).filter(|t| !t.is_empty()).map(|t| Message { text: t.into() });
    let physical_location = Physical { artifact_location: artifact(at.file), region: Some(region(at)) };
    Location { id, physical_location, message }
}

fn whole_file<'a>(path: &str) -> Location<'a> {
    Location { id: None, physical_location: Physical { artifact_location: artifact(path), region: None }, message: None }
}

fn edit<'a>(at: Range<'a>, new: &'a str, help: Option<&'a str>) -> Fix<'a> {
    let replacement = Replacement { deleted_region: region(at), inserted_content: Message { text: new.into() } };
    Fix {
        description: Message { text: help.unwrap_or("Make this change.").into() },
        artifact_changes: [Change { artifact_location: artifact(at.file), replacements: [replacement] }],
    }
}

fn region(at: Range<'_>) -> Region {
    Region {
        start_line: at.start.line,
        start_column: at.start.column,
        end_line: at.end.line,
        end_column: at.end.column,
        byte_offset: at.start.byte,
        byte_length: at.end.byte.saturating_sub(at.start.byte),
    }
}

/// A file name as a URI: relative stays relative, absolute becomes `file://`.
fn artifact(name: &str) -> Artifact {
    let mut uri = String::with_capacity(name.len());
    if name.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Artifact { uri }
}
