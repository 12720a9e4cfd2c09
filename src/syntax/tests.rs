//! In: the parser. Out: its tests, by subject. Never here: other stages.

#![allow(clippy::string_slice)]

mod constructs;
mod errors;
mod pages;
mod properties;
mod show;
mod spans;
mod stress;

use super::*;

/// The tree of a text that must be free of mistakes.
fn good(text: &str) -> ast::File {
    let (file, found) = parse(FileId(0), text);
    assert!(found.is_empty(), "{}\n{text}", listing(text, &found));
    file
}

/// `code [text under the caret] message`, one a line.
fn listing(text: &str, found: &[Diagnostic]) -> String {
    found.iter().map(|d| format!("{} [{}] {}\n", d.code.id, d.span().and_then(|s| text.get(s.range())).unwrap_or("?"), d.message)).collect()
}

/// Statements in a region and a head.
fn around(statements: &str) -> String {
    format!("region 西宁 <\n  transfer resident->employee <\n{statements}\n  >\n>\n")
}

/// The code blocks of the language's description.
const EXAMPLES: &[&str] = &[
    "region 西宁 < transfer resident->employee: pooled_balance = retained >\n",
    include_str!("tests/examples/vocabulary.pol"),
    include_str!("tests/examples/retire.pol"),
    include_str!("tests/examples/exceptions.pol"),
    include_str!("tests/examples/dates.pol"),
    include_str!("tests/examples/tables.pol"),
    include_str!("tests/examples/lists.pol"),
];
