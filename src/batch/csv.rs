//! In: a piece of CSV that begins and ends with a record. Out: the people in it. Never here: where pieces are cut (`source`), what cells mean (`people`).

use super::layout::{Columns, Layout, Role};
use super::people::{Builder, Fault, People};
use super::records::{self, Record};
use crate::value::InputId;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::ArrowError;
use std::sync::Arc;

/// Reads the people of a piece; `line` is that of its first row.
pub(super) fn people(layout: &Layout, columns: &Columns, scales: &[(InputId, i64)], bytes: &[u8], line: u64, last: bool) -> People {
    let wanted: Vec<usize> =
        (0..columns.names.len()).filter(|i| columns.kept.contains(i) || !matches!(columns.roles.get(*i), Some(Role::None))).collect();
    // Only a table's last piece can leave a quote open.
    let whole = !last || memchr::memchr(b'"', bytes).is_none() || records::records(bytes).last().is_none_or(|r| r.closed);
    let read = if whole { decode(columns.names.len(), &wanted, bytes) } else { Ok(None) };
    let (batch, faults) = match read {
        Ok(Some(batch)) => (Some(batch), Vec::new()),
        _ => one_by_one(columns, &wanted, bytes),
    };
    let rows = batch.as_ref().map_or(0, RecordBatch::num_rows);
    let mut builder = Builder::new(layout, scales, rows);
    for fault in faults {
        builder.fault(fault);
    }
    let mut kept: Vec<Option<ArrayRef>> = vec![None; columns.kept.len()];
    for (place, column) in wanted.iter().enumerate() {
        let Some(array) = batch.as_ref().map(|b| b.column(place)) else { continue };
        for (slot, _) in kept.iter_mut().zip(&columns.kept).filter(|(_, k)| *k == column) {
            *slot = Some(Arc::clone(array));
        }
        if let (Some(role), Some(name), Some(texts)) = (columns.roles.get(*column), columns.names.get(*column), array.as_string_opt()) {
            builder.texts(role, name, texts);
        }
    }
    let kept = kept.into_iter().map(|k| k.unwrap_or_else(|| Arc::new(StringArray::new_null(rows)))).collect();
    builder.finish(kept, 0, || records::records(bytes).iter().map(|r| line + r.line).collect())
}

/// The wanted columns of records that all are as the header has them.
fn decode(columns: usize, wanted: &[usize], bytes: &[u8]) -> Result<Option<RecordBatch>, ArrowError> {
    // As many rows as there can be, so that all of them make one batch.
    let most = usize::try_from(records::lines(bytes)).unwrap_or(usize::MAX).saturating_add(1);
    let mut decoder = arrow_csv::ReaderBuilder::new(records::texts(columns))
        .with_header(false)
        .with_projection(wanted.to_vec())
        .with_batch_size(most)
        .build_decoder();
    let mut rest = bytes;
    while !rest.is_empty() {
        let read = decoder.decode(rest)?;
        if read == 0 {
            break;
        }
        rest = rest.get(read..).unwrap_or_default();
    }
    decoder.decode(&[])?;
    decoder.flush()
}

/// The same for records some of which are not: they become empty rows, and what is wrong with them is said.
fn one_by_one(columns: &Columns, wanted: &[usize], bytes: &[u8]) -> (Option<RecordBatch>, Vec<Fault>) {
    let count = columns.names.len();
    // An empty row of one column has to be seen to be one.
    let empty: Vec<u8> = if count == 1 { b"\"\"".to_vec() } else { vec![b','; count.saturating_sub(1)] };
    let mut sound: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut faults = Vec::new();
    for (row, record) in records::records(bytes).iter().enumerate() {
        let text = bytes.get(record.bytes.clone()).unwrap_or_default();
        match fault(columns, record, text, row) {
            None => sound.extend(text),
            Some(fault) => {
                faults.push(fault);
                sound.extend(&empty);
            }
        }
        sound.push(b'\n');
    }
    match decode(count, wanted, &sound) {
        Ok(batch) => (batch, faults),
        Err(e) => {
            // Records that are whole, of the right length and UTF-8 are what arrow's reader takes; should it not, nothing passes in silence.
            faults.push(Fault::row(0, format!("the rows from here on cannot be read: {e}"), "check the table"));
            (None, faults)
        }
    }
}

fn fault(columns: &Columns, record: &Record, text: &[u8], row: usize) -> Option<Fault> {
    let count = columns.names.len();
    if !record.closed {
        return Some(Fault::row(row, "a quote in this row is never closed", "a quote inside quotes is written twice"));
    }
    if record.fields != count {
        let fields = |n: usize| if n == 1 { "1 field".to_owned() } else { format!("{n} fields") };
        let message = format!("the row has {}, but the header names {count} columns", fields(record.fields));
        return Some(Fault::row(row, message, "a field with a comma or a line break in it stands in double quotes"));
    }
    let bad = std::str::from_utf8(text).err()?;
    let field = records::records(text.get(..bad.valid_up_to()).unwrap_or_default()).last().map_or(1, |r| r.fields);
    let shown: Vec<String> = text.iter().skip(bad.valid_up_to()).take(bad.error_len().unwrap_or(1)).map(|b| format!("0x{b:02X}")).collect();
    let column = field.checked_sub(1).and_then(|i| columns.names.get(i)).cloned();
    Some(Fault {
        code: &crate::diagnostics::codes::E0907,
        column,
        ..Fault::row(row, format!("the bytes {} are not UTF-8 text", shown.join(" ")), "save the table as UTF-8")
    })
}
