//! In: what is wrong with an input, and where. Out: all of it, as data for people and machines. Never here: deciding what is wrong.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::SourceFile;
use serde::Serialize;
use std::fmt;

/// The most faults reported; the rest are counted.
pub const MAX_ERRORS: usize = 100;
/// Longest piece of an input quoted in a message, in characters.
const MAX_QUOTED: usize = 40;

/// Where something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, `-` for standard input, `--set` for a setting, `facts` for values of a program.
    pub file: String,
    /// Inside the document, as a JSON Pointer (RFC 6901), such as `/relatives/0/kind`; for a setting or value the input's name.
    pub pointer: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// Everything wrong with an input, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputErrors {
    found: Vec<Diagnostic>,
    places: Vec<Place>,
    more: usize,
}

impl InputErrors {
    /// The faults; their messages say where, since an input is not part of the policies' source map.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.found
    }

    /// The faults, each with its place.
    pub fn iter(&self) -> impl Iterator<Item = (&Diagnostic, &Place)> {
        self.found.iter().zip(&self.places)
    }

    /// How many further faults there are beyond [`MAX_ERRORS`].
    pub fn more(&self) -> usize {
        self.more
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds what is wrong with another input.
    pub fn append(&mut self, other: InputErrors) {
        self.found.extend(other.found);
        self.places.extend(other.places);
        self.more += other.more;
    }

    /// For machines: `{"errors": [{"code", "message", "help", "file", "pointer", "line", "column"}], "more": 0}`.
    pub fn to_json(&self) -> serde_json::Value {
        #[derive(Serialize)]
        struct Row<'a> {
            code: &'a str,
            message: &'a str,
            help: Option<&'a str>,
            #[serde(flatten)]
            place: &'a Place,
        }
        let rows: Vec<Row> =
            self.iter().map(|(d, place)| Row { code: d.code.id, message: &d.message, help: d.help.as_deref(), place }).collect();
        serde_json::json!({ "errors": rows, "more": self.more })
    }
}

impl fmt::Display for InputErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, d) in self.found.iter().enumerate() {
            let line = if i == 0 { "" } else { "\n" };
            write!(f, "{line}{}: {}", d.code.id, d.message)?;
            if let Some(help) = &d.help {
                write!(f, " ({help})")?;
            }
        }
        if self.more > 0 { write!(f, "\n… and {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for InputErrors {}

/// Collects faults while an input is read, knowing where the reader is.
pub(super) struct Faults<'t> {
    name: &'t str,
    /// The document, if the facts come from one.
    text: Option<&'t str>,
    /// Its lines, found when the first fault needs them.
    lines: Option<SourceFile>,
    path: Vec<String>,
    /// The byte the reader is at.
    pub at: usize,
    found: InputErrors,
}

impl<'t> Faults<'t> {
    pub fn document(name: &'t str, text: &'t str) -> Self {
        Faults { name, text: Some(text), lines: None, path: Vec::new(), at: 0, found: InputErrors::default() }
    }

    pub fn setting() -> Self {
        Faults::named("--set")
    }

    /// For values of a program.
    pub fn values() -> Self {
        Faults::named("facts")
    }

    fn named(name: &'t str) -> Self {
        Faults { name, text: None, lines: None, path: Vec::new(), at: 0, found: InputErrors::default() }
    }

    /// Steps into a field or element.
    pub fn enter(&mut self, step: &str, at: usize) {
        self.path.push(short(step));
        self.at = at;
    }

    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// How many faults were found.
    pub fn count(&self) -> usize {
        self.found.found.len() + self.found.more
    }

    /// Whether further faults are only counted: then no time is spent on their words.
    pub fn full(&self) -> bool {
        self.found.found.len() >= MAX_ERRORS
    }

    pub fn say(&mut self, code: &'static Code, message: impl Into<String>, help: impl Into<String>) {
        if self.full() {
            self.found.more += 1;
            return;
        }
        let position = self.text.map(|text| {
            self.lines.get_or_insert_with(|| SourceFile::new(self.name, text, false)).position(u32::try_from(self.at).unwrap_or(u32::MAX))
        });
        let pointer: String = match self.text {
            Some(_) => self.path.iter().map(|p| format!("/{}", p.replace('~', "~0").replace('/', "~1"))).collect(),
            None => self.path.join("/"),
        };
        let prefix = match (position, pointer.as_str()) {
            (Some(p), "") => format!("line {}, column {}", p.line, p.column),
            (Some(p), pointer) => format!("{pointer} (line {}, column {})", p.line, p.column),
            (None, "") => self.name.to_owned(),
            (None, pointer) if self.name == "facts" => pointer.to_owned(),
            (None, pointer) => format!("{} {pointer}", self.name),
        };
        let d = Diagnostic::about(code, Some(self.name.to_owned()), format!("{prefix}: {}", message.into())).help(help);
        self.found.found.push(d);
        self.found.places.push(Place {
            file: self.name.to_owned(),
            pointer,
            line: position.map(|p| p.line),
            column: position.map(|p| p.column),
        });
    }

    /// Where a byte of the document lies, in words; nothing for facts that come from none.
    pub fn where_is(&mut self, at: usize) -> Option<String> {
        let text = self.text?;
        let lines = self.lines.get_or_insert_with(|| SourceFile::new(self.name, text, false));
        let p = lines.position(u32::try_from(at).unwrap_or(u32::MAX));
        Some(format!("line {}, column {}", p.line, p.column))
    }

    pub fn finish<T>(self, value: T) -> Result<T, InputErrors> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }
}

/// A piece of an input, cut if long, without what would break the line or the quotes around it.
pub(super) fn short(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(MAX_QUOTED).map(clean).collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        shown.push('…');
    }
    shown
}
