//! In: checked policies, or a file they were exported to. Out: that file, or the policies just as they were. Never here: policy text, answers, the disk.
//!
//! The form of the file stands in `export/document.rs` and, for everybody else, in `docs/schemas/export.schema.json`; `docs/export.md`
//! says how it is used and what may change.
//!
//! Identity is kept: evaluation tells unknown numbers apart by the nodes and statements they come from, so both keep their numbers.
//! Nothing that is read is believed: a file is refused unless its digests fit, every reference resolves and every node has parts that
//! it can work with.

mod document;
mod form;
mod names;
mod node;
mod read;
mod read_expr;
mod sound;
mod values;
mod words;
mod write;
mod write_expr;

use crate::diagnostics::{Diagnostic, codes};
use crate::program::Program;
use crate::source::SourceMap;
use document::{Document, FORMAT};
use names::Wrong;
use serde::Deserialize;

/// What is exported: policies without errors.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Their texts.
    pub map: &'a SourceMap,
    /// A digest of these.
    pub digest: &'a str,
    /// What they came to.
    pub program: &'a Program,
    /// Warnings.
    pub diagnostics: &'a [Diagnostic],
    /// How many files were read from disk.
    pub files: usize,
}

/// What an exported file held.
#[derive(Debug)]
pub struct Restored {
    /// The texts.
    pub map: SourceMap,
    /// What they came to.
    pub program: Program,
    /// Warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// How many files had been read from disk.
    pub files: usize,
}

/// Why policies cannot be exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// They have errors: an answer from half of them would be wrong.
    #[error("the policies have errors")]
    Errors,
    /// Values or expressions in them nest deeper than JSON readers follow.
    #[error("a value in the policies is nested too deep for JSON")]
    TooDeep,
    /// Something that checking should not have let through.
    #[error("the policies hold what cannot be exported: {0}; please report this")]
    Unwritable(String),
}

/// The text of an exported file: the same for the same policies. The policies must have no errors.
pub fn write(content: &Content) -> Result<String, ExportError> {
    let mut document = write::document(content)?;
    document.integrity = form::digest(&mut document).map(Into::into).ok_or(ExportError::TooDeep)?;
    form::text(&document).ok_or(ExportError::TooDeep)
}

/// The policies in an exported file; `name` is what messages call it.
pub fn read(name: &str, text: &str) -> Result<Restored, Box<Diagnostic>> {
    let mut document = parse(name, text)?;
    if form::digest(&mut document).as_deref() != Some(document.integrity.as_str()) {
        return Err(Box::new(
            Diagnostic::about(&codes::E0010, Some(name.to_owned()), format!("`{name}` was changed after polc wrote it"))
                .help("change the policies it was made of, and export them again"),
        ));
    }
    read::policies(&document).map_err(|Wrong(what)| {
        Box::new(
            Diagnostic::about(&codes::E0011, Some(name.to_owned()), format!("`{name}` cannot be what polc wrote: {what}"))
                .help("export the policies again with `polc export`"),
        )
    })
}

fn parse(name: &str, text: &str) -> Result<Document, Box<Diagnostic>> {
    /// What every format has.
    #[derive(Deserialize)]
    struct Version {
        polc_export: Option<u64>,
        polc: Option<String>,
    }
    let error = match serde_json::from_str::<Document>(text) {
        Ok(document) if document.polc_export == FORMAT => return Ok(document),
        Ok(document) => serde::de::Error::custom(format!("the format {} does not exist", document.polc_export)),
        Err(error) => error,
    };
    let about = |code, message: String| Diagnostic::about(code, Some(name.to_owned()), message);
    let version = serde_json::from_str::<Version>(text).ok();
    Err(Box::new(match version {
        Some(Version { polc_export: Some(format), polc }) if format > u64::from(FORMAT) => {
            let by = polc.map_or(String::new(), |p| format!(" ({})", p.chars().take(20).collect::<String>()));
            about(&codes::E0009, format!("`{name}` was written by a newer polc{by}: format {format}, this polc reads {FORMAT}"))
                .help(format!("update polc (this is {}), or export the policies with this one", env!("CARGO_PKG_VERSION")))
        }
        Some(Version { polc_export: None, .. }) => {
            about(&codes::E0008, format!("`{name}` is JSON, but no exported policies: it has no `polc_export`"))
                .help("policies are exported with `polc export`; facts about a person are given with `--input`")
        }
        _ => about(&codes::E0008, format!("`{name}` is damaged: {error}"))
            .help("export the policies again with `polc export`, and copy the file whole"),
    }))
}

/// The file with its `integrity` put right, so that tests can try what else is checked.
#[doc(hidden)]
pub fn reseal(text: &str) -> Option<String> {
    let mut document = serde_json::from_str::<Document>(text).ok()?;
    document.integrity = form::digest(&mut document)?.into();
    form::text(&document)
}

#[cfg(test)]
mod tests;
