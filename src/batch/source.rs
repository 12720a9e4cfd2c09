//! In: a table: a file or a stream of CSV or NDJSON, a file of Parquet. Out: pieces of it that end with a row, in order. Never here: what its cells mean.

use super::Format;
use super::layout::{Columns, Layout};
use super::parquet::Parquet;
use super::records::{self, Scan};
use crate::diagnostics::{Diagnostic, codes};
use arrow_array::RecordBatch;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How much text is taken at once, in bytes.
const PIECE: usize = 4 * 1024 * 1024;
/// The longest row of a table that is text, in bytes.
const MAX_ROW: usize = 64 * 1024 * 1024;

/// What the columns of a table tell, by their names.
pub(super) type Header<'h> = &'h dyn Fn(Vec<String>) -> Result<Columns, Vec<Diagnostic>>;

/// A piece of a table.
#[derive(Debug)]
pub(super) enum Raw {
    /// Whole rows of text, and the line of the first.
    Text(Vec<u8>, u64),
    /// Rows with columns, and how many stand before them.
    Rows(RecordBatch, u64),
}

/// How far a table has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of text, or rows.
    pub done: u64,
    /// All of them, where that is known.
    pub of: Option<u64>,
}

/// An open table.
#[derive(Debug)]
pub struct Source {
    kind: Reader,
    /// What its columns are called; NDJSON has no header.
    columns: Option<Columns>,
    /// What messages call it.
    name: String,
}

#[derive(Debug)]
enum Reader {
    Text(Box<Text>),
    Parquet(Box<Parquet>),
}

/// A stream of text.
struct Text {
    from: Box<dyn Read + Send>,
    format: Format,
    /// Read, but not given away.
    held: Vec<u8>,
    line: u64,
    ended: bool,
    progress: Progress,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("format", &self.format).field("line", &self.line).finish_non_exhaustive()
    }
}

fn unreadable(name: &str, why: impl std::fmt::Display, help: &str) -> Diagnostic {
    Diagnostic::about(&codes::E0001, None, format!("`{name}` cannot be read: {why}")).help(help)
}

impl Source {
    /// Opens a table. `-` is standard input.
    pub fn open(path: &Path, format: Format, layout: &Layout) -> Result<Source, Vec<Diagnostic>> {
        Source::open_by(path, format, &|names| layout.columns(names))
    }

    /// The same where what columns tell is said by `header`, which is given their names.
    pub(super) fn open_by(path: &Path, format: Format, header: Header) -> Result<Source, Vec<Diagnostic>> {
        let name = path.display().to_string();
        if path.as_os_str() == "-" {
            if format == Format::Parquet {
                return Err(vec![unreadable("-", "Parquet has to be a file, since it is read from its end", "write it to a file first")]);
            }
            return Source::stream_by(Box::new(io::stdin()), None, format, "-", header);
        }
        let opened = File::open(path).and_then(|f| f.metadata().map(|m| (f, m)));
        let (file, meta) = opened.map_err(|e| vec![unreadable(&name, e, "check the path and its rights")])?;
        if meta.is_dir() {
            return Err(vec![unreadable(&name, "it is a folder", "name a file")]);
        }
        if format == Format::Parquet {
            let (parquet, columns) = Parquet::open(file, &name, header)?;
            return Ok(Source { kind: Reader::Parquet(Box::new(parquet)), columns: Some(columns), name });
        }
        let length = meta.is_file().then_some(meta.len());
        Source::stream_by(Box::new(file), length, format, &name, header)
    }

    /// A table of CSV or NDJSON that is read from its beginning; `length` is its bytes, where that is known.
    pub fn stream(
        from: Box<dyn Read + Send>,
        length: Option<u64>,
        format: Format,
        name: &str,
        layout: &Layout,
    ) -> Result<Source, Vec<Diagnostic>> {
        Source::stream_by(from, length, format, name, &|names| layout.columns(names))
    }

    fn stream_by(
        from: Box<dyn Read + Send>,
        length: Option<u64>,
        format: Format,
        name: &str,
        header: Header,
    ) -> Result<Source, Vec<Diagnostic>> {
        let progress = Progress { done: 0, of: length };
        let mut text = Text { from, format, held: Vec::new(), line: 1, ended: false, progress };
        text.fill(PIECE).map_err(|e| vec![unreadable(name, e, "check the file")])?;
        if text.held.starts_with(&[0xef, 0xbb, 0xbf]) {
            text.held.drain(..3);
        }
        if text.held.starts_with(&[0xff, 0xfe]) || text.held.starts_with(&[0xfe, 0xff]) {
            let d = Diagnostic::about(&codes::E0907, None, format!("`{name}` is UTF-16")).help("save it as UTF-8");
            return Err(vec![d]);
        }
        let columns = match format {
            Format::Csv => Some(text.header(name, header)?),
            _ => None,
        };
        Ok(Source { kind: Reader::Text(Box::new(text)), columns, name: name.to_owned() })
    }

    /// What its columns are called and tell, if it has a header.
    pub(super) fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }

    /// The fields of the columns that are carried through, as they are in the table.
    pub(super) fn kept_types(&self) -> Option<Vec<arrow_schema::DataType>> {
        match &self.kind {
            Reader::Parquet(p) => Some(p.kept_types()),
            Reader::Text(_) => None,
        }
    }

    /// How far it has been read.
    pub fn progress(&self) -> Progress {
        match &self.kind {
            Reader::Text(t) => t.progress,
            Reader::Parquet(p) => p.progress(),
        }
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        match &self.kind {
            Reader::Text(t) => t.ended && t.held.is_empty(),
            Reader::Parquet(_) => false,
        }
    }

    /// The next piece; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Raw>, Box<Diagnostic>> {
        match &mut self.kind {
            Reader::Text(t) => t.piece(&self.name),
            Reader::Parquet(p) => p.next(&self.name),
        }
    }
}

impl Text {
    /// Reads until so many bytes are held, or the end.
    fn fill(&mut self, size: usize) -> io::Result<()> {
        let wanted = size.saturating_sub(self.held.len());
        if self.ended || wanted == 0 {
            return Ok(());
        }
        self.held.reserve(wanted);
        let read = self.from.by_ref().take(wanted as u64).read_to_end(&mut self.held)?;
        self.progress.done += read as u64;
        self.ended = read < wanted;
        Ok(())
    }

    /// Takes bytes from the front.
    fn take(&mut self, bytes: usize) -> Vec<u8> {
        let rest = self.held.split_off(bytes.min(self.held.len()));
        std::mem::replace(&mut self.held, rest)
    }

    /// The names in the first row.
    fn header(&mut self, name: &str, header: Header) -> Result<Columns, Vec<Diagnostic>> {
        let fault = |message: String, help: &str| vec![Diagnostic::about(&codes::E0912, None, message).help(help)];
        let mut size = PIECE;
        let end = loop {
            let mut scan = Scan::new();
            match scan.first(&self.held) {
                Some(end) => break end,
                None if self.ended => break self.held.len(),
                None if size >= MAX_ROW => {
                    return Err(fault(format!("the header of `{name}` does not end"), "a quote in it is perhaps never closed"));
                }
                None => {
                    size *= 2;
                    self.fill(size).map_err(|e| vec![unreadable(name, e, "check the file")])?;
                }
            }
        };
        let first = self.take(end);
        self.line += records::lines(&first);
        if first.iter().all(u8::is_ascii_whitespace) {
            return Err(fault(format!("`{name}` is empty"), "its first line names the columns"));
        }
        let names =
            records::names(&first).map_err(|why| fault(format!("the header of `{name}` cannot be read: {why}"), "save it as UTF-8"))?;
        header(names)
    }

    fn piece(&mut self, name: &str) -> Result<Option<Raw>, Box<Diagnostic>> {
        let mut size = PIECE;
        loop {
            self.fill(size).map_err(|e| Box::new(unreadable(name, e, "what was read before is not an answer for everybody")))?;
            if self.held.is_empty() {
                return Ok(None);
            }
            let end = match self.format {
                _ if self.ended => Some(self.held.len()),
                Format::Csv => records::end_of_last(&self.held),
                _ => memchr::memrchr(b'\n', &self.held).map(|at| at + 1),
            };
            if let Some(end) = end {
                let line = self.line;
                // The line counts even where nothing is wrong: later pieces begin where this one ends.
                let text = self.take(end);
                self.line += records::lines(&text);
                return Ok(Some(Raw::Text(text, line)));
            }
            if size >= MAX_ROW {
                let megabytes = MAX_ROW / (1024 * 1024);
                let message = format!("`{name}`: the row at line {} is longer than {megabytes} MiB", self.line);
                return Err(Box::new(
                    Diagnostic::about(&codes::E0911, None, message).help("a quote that opens there is perhaps never closed"),
                ));
            }
            size *= 2;
        }
    }
}
