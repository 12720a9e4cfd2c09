//! In: the examples in `docs/language.md` and in the pages of `docs/errors/`. Out: whether each does what the text beside it says. Never here: expectations; those stand in the documents.
//!
//! A fence's info string says what is run:
//!
//! | info string | what must come out |
//! |---|---|
//! | `pol check` | `polc check`: no error (warnings allowed) |
//! | `pol test` | `polc test`: every test passes; there is at least one |
//! | `pol error E0304` | `polc check`: errors with this code and no other |
//! | `pol warning W0703` | `polc check`: no error, and this warning among others |
//! | `pol fragment` | nothing is run |
//! | `pol`, on a page of an error, after `Wrong:` or `Right:` | that page's code, or no error and not that code |

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot run should fail loudly")]

mod support;

use polc::diagnostics::codes;
use rayon::prelude::*;
use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{Folder, Run, polc};

/// One fenced block of policy text.
struct Block {
    /// The document and the line of the fence, for messages.
    place: String,
    /// What must come out.
    wanted: Wanted,
    /// The policy.
    text: String,
}

/// What must come out of a block.
enum Wanted {
    Fine,
    FineWithout(String),
    Passes,
    Errors(String),
    Finds(String),
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a fence's info string asks for; `side` is the last `Wrong:` or `Right:` before it and `page` the code of the page.
fn wanted(info: &str, side: Option<bool>, page: Option<&str>, place: &str) -> Option<Wanted> {
    let words: Vec<&str> = info.split_whitespace().collect();
    match (words.as_slice(), side, page) {
        (["pol", "check"], ..) => Some(Wanted::Fine),
        (["pol", "test"], ..) => Some(Wanted::Passes),
        (["pol", "error", code], ..) => Some(Wanted::Errors((*code).to_owned())),
        (["pol", "warning", code], ..) => Some(Wanted::Finds((*code).to_owned())),
        (["pol", "fragment"], ..) => None,
        (["pol"], Some(false), Some(code)) => Some(Wanted::Finds(code.to_owned())),
        (["pol"], Some(true), Some(code)) => Some(Wanted::FineWithout(code.to_owned())),
        (["pol", ..], ..) => panic!("{place}: `{info}` does not say how this example is run"),
        _ => None,
    }
}

/// The policy blocks of a document.
fn blocks(path: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.strip_prefix(root()).unwrap().display().to_string();
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let page = codes::find(stem).map(|c| c.id);
    let mut found = Vec::new();
    let mut side = None;
    let mut open: Option<(Option<Wanted>, String, Vec<&str>)> = None;
    for (i, line) in text.lines().enumerate() {
        match &mut open {
            Some((wanted, place, lines)) if line.starts_with("```") => {
                if let Some(wanted) = wanted.take() {
                    found.push(Block { place: std::mem::take(place), wanted, text: lines.join("\n") + "\n" });
                }
                open = None;
            }
            Some((_, _, lines)) => lines.push(line),
            None => {
                let start = line.trim_start_matches(['#', '*', ' ']);
                if start.starts_with("Wrong:") {
                    side = Some(false);
                } else if start.starts_with("Right:") {
                    side = Some(true);
                }
                if let Some(info) = line.strip_prefix("```") {
                    let place = format!("{name}:{}", i + 1);
                    open = Some((wanted(info.trim(), side, page, &place), place, Vec::new()));
                }
            }
        }
    }
    assert!(open.is_none(), "{name}: the last fence is never closed");
    found
}

/// The codes of one severity in the report of `polc check --format json`.
fn found(run: &Run, severity: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let mut codes: Vec<String> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["severity"] == severity)
        .map(|d| d["code"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Runs one block; what is wrong with it, if anything.
fn failure(block: &Block) -> Option<String> {
    let folder = Folder::with(&block.text);
    let wrong = match &block.wanted {
        Wanted::Passes => {
            let run = polc(folder.path(), &["test", "x.pol"]);
            let tests = block.text.lines().any(|l| l.trim_start().starts_with("test "));
            match run.code {
                _ if !tests => Some("no `test` block in it".to_owned()),
                Some(0) => None,
                code => Some(format!("`polc test` ended with {code:?}\n{}{}", run.out, run.err)),
            }
        }
        other => {
            let run = polc(folder.path(), &["check", "--format", "json", "x.pol"]);
            if run.out.is_empty() {
                return Some(format!("{}: `polc check` ended with {:?}\n{}", block.place, run.code, run.err));
            }
            let (errors, warnings) = (found(&run, "error"), found(&run, "warning"));
            let report = || format!("errors {errors:?}, warnings {warnings:?}\n{}", polc(folder.path(), &["check", "x.pol"]).err);
            match other {
                Wanted::Fine if errors.is_empty() => None,
                Wanted::Fine => Some(format!("must have no error\n{}", report())),
                Wanted::FineWithout(code) if errors.is_empty() && !warnings.contains(code) => None,
                Wanted::FineWithout(code) => Some(format!("must have no error and no {code}\n{}", report())),
                Wanted::Errors(code) if errors == [code.as_str()] => None,
                Wanted::Errors(code) => Some(format!("must have {code} and no other error\n{}", report())),
                Wanted::Finds(code) if code.starts_with('W') && errors.is_empty() && warnings.contains(code) => None,
                Wanted::Finds(code) if code.starts_with('N') && errors.is_empty() && found(&run, "note").contains(code) => None,
                Wanted::Finds(code) if code.starts_with('E') && errors == [code.as_str()] => None,
                Wanted::Finds(code) => Some(format!("must have {code} and no other error\n{}", report())),
                Wanted::Passes => None,
            }
        }
    };
    wrong.map(|w| format!("{}: {w}", block.place))
}

#[track_caller]
fn all_hold(blocks: &[Block]) {
    let failures: Vec<String> = blocks.par_iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{} of {} examples fail:\n\n{}", failures.len(), blocks.len(), failures.join("\n\n"));
}

#[test]
fn every_example_of_the_manual() {
    let blocks = blocks(&root().join("docs/language.md"));
    assert!(blocks.len() > 40, "only {} examples were found", blocks.len());
    all_hold(&blocks);
}

#[test]
fn every_example_of_the_error_pages() {
    let all: Vec<Block> = codes::ALL.iter().flat_map(|c| blocks(&root().join(format!("docs/errors/{}.md", c.id)))).collect();
    assert!(all.len() > 80, "only {} examples were found", all.len());
    all_hold(&all);
}

#[test]
fn every_code_has_a_page_with_its_title() {
    let wrong: Vec<&str> = codes::ALL
        .iter()
        .filter(|c| !c.page.starts_with(&format!("# {}: {}\n", c.id, c.title)) || c.page.lines().count() < 5)
        .map(|c| c.id)
        .collect();
    assert!(wrong.is_empty(), "pages that are stubs, or whose first line is not `# CODE: title`: {wrong:?}");
}
