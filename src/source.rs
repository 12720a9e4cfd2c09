//! In: the text of policy files. Out: file ids, byte spans, line/column positions, a digest of the texts. Never here: reading the disk, or what the text means.

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

/// Texts of so many bytes and more are digested on several threads.
const MANY_BYTES: usize = 1024 * 1024;

/// Identifies one file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct FileId(pub u32);

/// A byte range of one file. `end` is exclusive; both lie on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The file the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets beyond 4 GiB saturate (files are limited far below).
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The smallest span that covers both; they must lie in one file (otherwise `self` is returned).
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// The empty span at the end of this one.
    pub fn at_end(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// The byte range, for slicing with `str::get`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as people count it: both start at 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Line number, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One file's name and text.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as shown to people (as given on the command line, `/` as separator).
    pub name: String,
    /// The whole text, without a byte-order mark.
    pub text: String,
    /// Ships inside the compiler (the standard vocabulary): unused things here are no fault of the author's.
    pub embedded: bool,
    /// Bytes of the byte-order mark before the text: in the file everything stands so much later.
    pub mark: usize,
    /// Made when somebody asks: most texts have nothing to point at.
    line_starts: OnceLock<Vec<u32>>,
    digest: OnceLock<[u8; 32]>,
}

impl SourceFile {
    /// A file without a byte-order mark.
    pub fn new(name: impl Into<String>, text: impl Into<String>, embedded: bool) -> Self {
        SourceFile { name: name.into(), text: text.into(), embedded, mark: 0, line_starts: OnceLock::new(), digest: OnceLock::new() }
    }

    /// The same file, with a byte-order mark of so many bytes before its text.
    pub fn marked(self, mark: usize) -> Self {
        SourceFile { mark, ..self }
    }

    /// Where each line starts.
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(breaks.map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// SHA-256 of the text.
    pub(crate) fn digest(&self) -> [u8; 32] {
        *self.digest.get_or_init(|| Sha256::digest(self.text.as_bytes()).into())
    }

    /// Line and column of a byte offset; offsets past the end give the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line_starts().partition_point(|&s| s as usize <= offset).max(1);
        let start = self.line_starts().get(line - 1).copied().unwrap_or(0) as usize;
        let column = self.text.get(start..offset).map_or(0, |s| s.chars().count()) + 1;
        Position { line, column }
    }

    /// The text of a line (from 1), without its line break.
    pub fn line(&self, line: usize) -> &str {
        let start = line.checked_sub(1).and_then(|i| self.line_starts().get(i)).map_or(self.text.len(), |&s| s as usize);
        let end = self.line_starts().get(line).map_or(self.text.len(), |&s| s as usize);
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// All files of one run, in a fixed order (embedded first, then by path).
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(Arc::new(file));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file behind an id, if it belongs to this map.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize).map(|f| &**f)
    }

    /// Every file with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), &**f))
    }

    /// The text under a span; empty if it does not lie in this map.
    pub fn snippet(&self, span: Span) -> &str {
        self.get(span.file).and_then(|f| f.text.get(span.range())).unwrap_or("")
    }

    /// SHA-256 of each text, in order.
    pub(crate) fn digests(&self) -> Vec<[u8; 32]> {
        if self.files.iter().map(|f| f.text.len()).sum::<usize>() < MANY_BYTES {
            return self.files.iter().map(|f| f.digest()).collect();
        }
        self.files.par_iter().map(|f| f.digest()).collect()
    }

    /// A digest of all texts, `sha256:…`: the same for the same texts, whatever the files are called and whatever order they come in.
    pub fn digest(&self) -> String {
        let mut each = self.digests();
        each.sort_unstable();
        let mut all = Sha256::new();
        each.iter().for_each(|d| all.update(d));
        all.finalize().iter().fold(String::from("sha256:"), |text, b| format!("{text}{b:02x}"))
    }

    /// `name:line:column` of a span's start.
    pub fn locate(&self, span: Span) -> Option<(&str, Position)> {
        self.get(span.file).map(|f| (f.name.as_str(), f.position(span.start)))
    }
}
