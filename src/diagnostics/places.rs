//! In: byte spans, mostly in source order. Out: their files, clamped bytes, lines and columns. Never here: what is printed about them.

use crate::source::{FileId, Position, SourceFile, SourceMap, Span};

/// Further than this from the last known place, counting from the start of the line is as good.
const NEAR: usize = 64 * 1024;

/// A span brought to people's terms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The file it lies in.
    pub file: &'a SourceFile,
    /// First byte, on a character boundary.
    pub start_byte: usize,
    /// One past the last byte, on a character boundary.
    pub end_byte: usize,
    /// Line and column of the first byte.
    pub start: Position,
    /// Line and column just after the last byte.
    pub end: Position,
}

/// Finds places; remembers the last one, so that many spans of one very long line cost one pass over it.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    map: &'a SourceMap,
    last: Option<(FileId, usize, Position)>,
}

impl<'a> Places<'a> {
    /// Nothing found yet.
    pub fn new(map: &'a SourceMap) -> Self {
        Places { map, last: None }
    }

    /// The place of a span; ends outside the file are moved to its end. `None` if the file is not known.
    pub fn find(&mut self, span: Span) -> Option<Place<'a>> {
        let file = self.map.get(span.file)?;
        let start_byte = boundary(&file.text, span.start as usize);
        let end_byte = boundary(&file.text, span.end as usize).max(start_byte);
        let start = step(self.last.filter(|l| l.0 == span.file).map(|l| (l.1, l.2)), file, start_byte);
        self.last = Some((span.file, start_byte, start));
        let end = step(Some((start_byte, start)), file, end_byte);
        Some(Place { file, start_byte, end_byte, start, end })
    }
}

/// The position of `offset`, counted on from a known earlier one where that is short.
fn step(known: Option<(usize, Position)>, file: &SourceFile, offset: usize) -> Position {
    if let Some((from, position)) = known
        && from <= offset
        && offset - from <= NEAR
        && let Some(gap) = file.text.get(from..offset)
        && !gap.as_bytes().contains(&b'\n')
    {
        return Position { line: position.line, column: position.column + gap.chars().count() };
    }
    file.position(u32::try_from(offset).unwrap_or(u32::MAX))
}

/// The nearest character boundary at or before `offset`, within the text.
fn boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
