//! In: an open table and what its columns tell. Out: its people, chunk by chunk, for whoever wants people and no answers. Never here: answers, threads.

use super::layout::Layout;
use super::people::People;
use super::source::{Raw, Source};
use super::{csv, ndjson, parquet};
use crate::diagnostics::Diagnostic;
use crate::value::InputId;

/// Reads the people of a table in order.
#[derive(Debug)]
pub struct Reader<'l, 'p> {
    layout: &'l Layout<'p>,
    source: Source,
}

impl<'l, 'p> Reader<'l, 'p> {
    /// Of a table that was opened with this layout.
    pub fn new(layout: &'l Layout<'p>, source: Source) -> Self {
        Reader { layout, source }
    }
}

impl Iterator for Reader<'_, '_> {
    type Item = Result<People, Box<Diagnostic>>;

    /// The next people; an error means that the rest cannot be read.
    fn next(&mut self) -> Option<Self::Item> {
        let raw = match self.source.next() {
            Ok(raw) => raw?,
            Err(d) => return Some(Err(d)),
        };
        let last = self.source.at_end();
        Some(Ok(people(self.layout, self.source.columns(), &[], &raw, last)))
    }
}

/// The people of a piece; `scales` is what numbers of some inputs are wanted times.
pub(super) fn people(
    layout: &Layout,
    columns: Option<&super::layout::Columns>,
    scales: &[(InputId, i64)],
    raw: &Raw,
    last: bool,
) -> People {
    match (raw, columns) {
        (Raw::Rows(batch, before), Some(columns)) => parquet::people(layout, columns, scales, batch, *before),
        (Raw::Text(bytes, line), Some(columns)) => csv::people(layout, columns, scales, bytes, *line, last),
        (Raw::Text(bytes, line), None) => ndjson::people(layout, scales, bytes, *line),
        // Parquet always has columns.
        (Raw::Rows(..), None) => super::people::Builder::new(layout, scales, 0).finish(Vec::new(), 0, Vec::new),
    }
}
