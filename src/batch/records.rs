//! In: bytes of CSV. Out: where its records begin and end, how many fields they have, their lines. Never here: what fields say (arrow's reader does that).
//!
//! Records end as arrow's reader ends them: at a line feed, a carriage return or both, outside quotes; a quote opens only at the start of a field; empty lines
//! are no records. That reader gives up a whole piece at the first bad record, so this is what finds it.

use arrow_array::cast::AsArray;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use memchr::{memchr, memchr_iter, memrchr};
use std::ops::Range;
use std::sync::Arc;

/// Where a reader of records stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Record,
    Field,
    Plain,
    Quoted,
    /// After a quote inside quotes: the end, or half of a doubled one.
    Closing,
}

/// Goes through records.
#[derive(Debug)]
pub(super) struct Scan {
    state: State,
    /// Fields of the record so far.
    fields: usize,
}

impl Scan {
    /// At the beginning of a record.
    pub fn new() -> Self {
        Scan { state: State::Record, fields: 0 }
    }

    /// Steps over a byte: whether it ends a record.
    fn step(&mut self, byte: u8) -> bool {
        use State::{Closing, Field, Plain, Quoted, Record};
        let ends = matches!(byte, b'\n' | b'\r');
        self.state = match (self.state, byte) {
            (Record, _) if ends => Record,
            (Record | Field, b'"') => Quoted,
            (Quoted, b'"') => Closing,
            (Quoted, _) => Quoted,
            (Closing, b'"') => Quoted,
            (_, b',') => {
                self.fields += 1;
                Field
            }
            (_, _) if ends => {
                self.state = Record;
                return true;
            }
            _ => Plain,
        };
        false
    }

    /// The end of the first record, behind what ends it; none when it goes on.
    pub fn first(&mut self, bytes: &[u8]) -> Option<usize> {
        for (i, b) in bytes.iter().enumerate() {
            if self.step(*b) {
                let pair = *b == b'\r' && bytes.get(i + 1) == Some(&b'\n');
                return Some(i + 1 + usize::from(pair));
            }
        }
        None
    }
}

/// The end of the last whole record.
pub(super) fn end_of_last(bytes: &[u8]) -> Option<usize> {
    if memchr(b'"', bytes).is_none() {
        // A carriage return at the very end may be half of a line's end.
        return memrchr(b'\n', bytes).or_else(|| memrchr(b'\r', bytes.get(..bytes.len().saturating_sub(1))?)).map(|at| at + 1);
    }
    let mut scan = Scan::new();
    let mut end = None;
    let mut iter = bytes.iter().enumerate().peekable();
    while let Some((i, b)) = iter.next() {
        if scan.step(*b) {
            match (b, iter.peek()) {
                (b'\r', Some((_, b'\n'))) => {
                    iter.next();
                    end = Some(i + 2);
                }
                (b'\r', None) => {}
                _ => end = Some(i + 1),
            }
        }
    }
    end
}

/// How many lines end in a text.
pub(super) fn lines(bytes: &[u8]) -> u64 {
    let alone = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    (memchr_iter(b'\n', bytes).count() + alone) as u64
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Its bytes, without what ends it.
    pub bytes: Range<usize>,
    /// How many fields it has.
    pub fields: usize,
    /// Lines that end before it.
    pub line: u64,
    /// A quote that it opens is closed.
    pub closed: bool,
}

/// Every record of a piece.
pub(super) fn records(bytes: &[u8]) -> Vec<Record> {
    let mut out = Vec::new();
    let mut scan = Scan::new();
    let (mut start, mut line, mut begun) = (0, 0, 0);
    for (i, b) in bytes.iter().enumerate() {
        if scan.state == State::Record && !matches!(b, b'\n' | b'\r') {
            (start, begun) = (i, line);
        }
        if scan.step(*b) {
            out.push(Record { bytes: start..i, fields: scan.fields + 1, line: begun, closed: true });
            scan.fields = 0;
        }
        let paired = *b == b'\r' && bytes.get(i + 1) == Some(&b'\n');
        if matches!(b, b'\n' | b'\r') && !paired {
            line += 1;
        }
    }
    if scan.state != State::Record {
        out.push(Record { bytes: start..bytes.len(), fields: scan.fields + 1, line: begun, closed: scan.state != State::Quoted });
    }
    out
}

/// A schema of so many columns of text.
pub(super) fn texts(columns: usize) -> Arc<Schema> {
    let fields: Vec<Field> = (0..columns).map(|i| Field::new(format!("{i}"), DataType::Utf8, true)).collect();
    Arc::new(Schema::new(fields))
}

/// The fields of a header.
pub(super) fn names(header: &[u8]) -> Result<Vec<String>, ArrowError> {
    let fields = records(header).first().map_or(0, |r| r.fields);
    let mut decoder = arrow_csv::ReaderBuilder::new(texts(fields)).with_header(false).with_batch_size(1).build_decoder();
    decoder.decode(header)?;
    decoder.decode(&[])?;
    let Some(row) = decoder.flush()? else { return Ok(Vec::new()) };
    let name = |i: usize| {
        let column = row.column(i).as_string_opt::<i32>()?;
        let text = column.iter().next().flatten().unwrap_or_default();
        Some(text.trim().to_owned())
    };
    Ok((0..row.num_columns()).filter_map(name).collect())
}
