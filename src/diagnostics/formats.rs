//! In: diagnostics and the files they point into. Out: JSON, SARIF and GitHub annotations. Never here: text for people (`render.rs`).

use super::places::Places;
use super::{Diagnostic, Label, Severity, Summary};
use crate::source::{Position, SourceMap, Span};
use serde::Serialize;
use std::io::{self, Write};

/// Version of the JSON document; grows when a field changes its meaning or goes.
pub const JSON_VERSION: u32 = 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document<'a> {
    version: u32,
    polc: &'static str,
    summary: Summary,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Finding<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    start: Option<Point>,
    end: Option<Point>,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    help: Option<&'a str>,
    fix: Option<Edit<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Related<'a> {
    #[serde(flatten)]
    at: Range<'a>,
    text: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edit<'a> {
    #[serde(flatten)]
    at: Range<'a>,
    replacement: &'a str,
}

/// A place for machines; `byte` counts from the start of the file, from 0, a byte-order mark included.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Point {
    pub line: usize,
    pub column: usize,
    pub byte: usize,
}

#[derive(Clone, Copy, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Range<'a> {
    pub file: &'a str,
    pub start: Point,
    pub end: Point,
}

/// Where a span lies, for machines.
pub(super) fn range<'a>(places: &mut Places<'a>, span: Span) -> Option<Range<'a>> {
    let place = places.find(span)?;
    let point = |at: Position, byte| Point { line: at.line, column: at.column, byte: place.file.mark + byte };
    Some(Range { file: &place.file.name, start: point(place.start, place.start_byte), end: point(place.end, place.end_byte) })
}

/// One JSON document with everything found: `file`, `start` and `end` (line and column from 1, columns count characters, `end` is exclusive).
pub fn write_json(out: &mut dyn Write, map: &SourceMap, diagnostics: &[Diagnostic], files: usize) -> io::Result<()> {
    let mut places = Places::new(map);
    let findings = diagnostics.iter().map(|d| finding(&mut places, d)).collect();
    let document = Document {
        version: JSON_VERSION,
        polc: env!("CARGO_PKG_VERSION"),
        summary: Summary::of(diagnostics, files),
        diagnostics: findings,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn finding<'a>(places: &mut Places<'a>, d: &'a Diagnostic) -> Finding<'a> {
    let at = d.span().and_then(|span| range(places, span));
    let related = |l: &'a Label, places: &mut Places<'a>| range(places, l.span).map(|at| Related { at, text: &l.text });
    Finding {
        code: d.code.id,
        severity: d.severity(),
        message: &d.message,
        file: at.map(|r| r.file).or(d.path.as_deref()),
        start: at.map(|r| r.start),
        end: at.map(|r| r.end),
        label: d.primary.as_ref().map(|l| l.text.as_str()).filter(|t| !t.is_empty()),
        related: d.related.iter().filter_map(|l| related(l, places)).collect(),
        help: d.help.as_deref(),
        fix: d.fix.as_ref().and_then(|f| range(places, f.span).map(|at| Edit { at, replacement: &f.replacement })),
    }
}

/// One SARIF 2.1.0 log with one run.
pub fn write_sarif(out: &mut dyn Write, map: &SourceMap, diagnostics: &[Diagnostic]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &super::sarif::log(map, diagnostics))?;
    out.write_all(b"\n")
}

/// GitHub workflow commands: one `::error …::message` or `::warning …::message` a line.
pub fn write_github(out: &mut dyn Write, map: &SourceMap, diagnostics: &[Diagnostic]) -> io::Result<()> {
    let mut places = Places::new(map);
    for d in diagnostics {
        let command = match d.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = Vec::new();
        match d.span().and_then(|span| range(&mut places, span)) {
            Some(at) => {
                properties.push(format!("file={}", property(at.file)));
                properties.push(format!("line={}", at.start.line));
                properties.push(format!("endLine={}", at.end.line));
                // GitHub takes columns only where the range stays on one line.
                if at.start.line == at.end.line {
                    properties.push(format!("col={}", at.start.column));
                    properties.push(format!("endColumn={}", at.end.column));
                }
            }
            None => properties.extend(d.path.as_deref().map(|path| format!("file={}", property(path)))),
        }
        properties.push(format!("title={}", d.code.id));
        let mut message = d.message.clone();
        if let Some(label) = d.primary.as_ref().filter(|l| !l.text.is_empty()) {
            message.push_str(&format!("\n{}", label.text));
        }
        // An annotation has one place: the others are named in it.
        for label in &d.related {
            if let Some(at) = range(&mut places, label.span) {
                message.push_str(&format!("\n{}:{}: {}", at.file, at.start.line, label.text));
            }
        }
        if let Some(help) = &d.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&message))?;
    }
    Ok(())
}

/// Escapes the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
