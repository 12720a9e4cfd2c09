//! In: a Parquet file. Out: its rows in record batches, and the people in a batch. Never here: what cells mean (`people`), writing.

use super::column::FactColumn;
use super::layout::{Columns, Layout, Role};
use super::people::{Builder, People};
use super::source::{Header, Progress, Raw};
use crate::diagnostics::{Diagnostic, codes};
use crate::input::{Cell, json_tree};
use crate::value::{InputId, calendar};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde_json::Value as Json;
use std::fs::File;
use std::sync::Arc;

/// Rows read at once.
const ROWS: usize = 65_536;

/// A Parquet file that is being read.
pub(super) struct Parquet {
    reader: ParquetRecordBatchReader,
    kept: Vec<DataType>,
    done: u64,
    rows: u64,
}

impl std::fmt::Debug for Parquet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parquet").field("done", &self.done).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Parquet {
    /// Opens a file and looks at its columns.
    pub fn open(file: File, name: &str, header: Header) -> Result<(Parquet, Columns), Vec<Diagnostic>> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| vec![broken(name, &e)])?;
        let schema = Arc::clone(builder.schema());
        let columns = header(schema.fields().iter().map(|f| f.name().clone()).collect())?;
        let found = refused(&schema, &columns);
        if !found.is_empty() {
            return Err(found);
        }
        let wanted: Vec<usize> = wanted(&columns);
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let reader = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(|e| vec![broken(name, &e)])?;
        let kept = columns.kept.iter().filter_map(|i| schema.fields().get(*i)).map(|f| f.data_type().clone()).collect();
        Ok((Parquet { reader, kept, done: 0, rows }, columns))
    }

    /// Types of the columns that are carried through.
    pub fn kept_types(&self) -> Vec<DataType> {
        self.kept.clone()
    }

    /// How far it has been read.
    pub fn progress(&self) -> Progress {
        Progress { done: self.done, of: Some(self.rows) }
    }

    /// The next rows; none at the end.
    pub fn next(&mut self, name: &str) -> Result<Option<Raw>, Box<Diagnostic>> {
        match self.reader.next() {
            None if self.done < self.rows => {
                let message = format!("`{name}` holds {} rows, but says it has {}", self.done, self.rows);
                Err(Box::new(Diagnostic::about(&codes::E0001, None, message).help("the file is damaged")))
            }
            None => Ok(None),
            Some(Err(e)) => Err(Box::new(broken(name, &e))),
            Some(Ok(batch)) => {
                let before = self.done;
                self.done += batch.num_rows() as u64;
                Ok(Some(Raw::Rows(batch, before)))
            }
        }
    }
}

fn broken(name: &str, why: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::about(&codes::E0001, None, format!("`{name}` cannot be read as Parquet: {why}"))
        .help("the file is cut off or damaged, or of another format: --input-format says which")
}

/// Places of the columns that are read.
fn wanted(columns: &Columns) -> Vec<usize> {
    let told = |i: &usize| !matches!(columns.roles.get(*i), Some(Role::None));
    (0..columns.names.len()).filter(|i| told(i) || columns.kept.contains(i)).collect()
}

/// Columns of types that tell nothing exactly.
fn refused(schema: &SchemaRef, columns: &Columns) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for ((field, role), name) in schema.fields().iter().zip(&columns.roles).zip(&columns.names) {
        if matches!(role, Role::None) {
            continue;
        }
        let Err((what, help)) = readable(field.data_type()) else { continue };
        found.push(Diagnostic::about(&codes::E0912, None, format!("the column `{name}` holds {what}")).help(help));
    }
    found
}

/// Whether columns of a type are read; else what they hold and what to use instead.
fn readable(ty: &DataType) -> Result<(), (String, &'static str)> {
    use DataType as D;
    match ty {
        D::Null | D::Boolean | D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Date32 => Ok(()),
        D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 => Ok(()),
        D::Decimal32(_, s) | D::Decimal64(_, s) | D::Decimal128(_, s) if *s >= 0 => Ok(()),
        D::Dictionary(_, value) => readable(value),
        D::List(item) | D::LargeList(item) => readable(item.data_type()),
        D::Struct(fields) => fields.iter().try_for_each(|f| readable(f.data_type())),
        D::Float16 | D::Float32 | D::Float64 => Err((
            format!("floating-point numbers ({ty}), which are not exact: 0.1 is none of them"),
            "write it as a decimal (money as decimal(18, 2)), as whole numbers with a unit (--map COLUMN=NAME:fen), or as text",
        )),
        D::Timestamp(..) | D::Date64 => Err((format!("points in time ({ty})"), "write it as a date (date32)")),
        _ => Err((format!("values of the type {ty}"), "write it as numbers, decimals, texts, booleans or dates")),
    }
}

/// Reads the people of a batch; `before` rows stand before it.
pub(super) fn people(layout: &Layout, columns: &Columns, scales: &[(InputId, i64)], batch: &RecordBatch, before: u64) -> People {
    let mut builder = Builder::new(layout, scales, batch.num_rows());
    let wanted = wanted(columns);
    let mut kept: Vec<Option<ArrayRef>> = vec![None; columns.kept.len()];
    for (array, place) in batch.columns().iter().zip(&wanted) {
        for (slot, _) in kept.iter_mut().zip(&columns.kept).filter(|(_, k)| *k == place) {
            *slot = Some(Arc::clone(array));
        }
        if let (Some(role), Some(name)) = (columns.roles.get(*place), columns.names.get(*place)) {
            tell(&mut builder, role, name, array);
        }
    }
    let kept = kept.into_iter().map(|k| k.unwrap_or_else(|| Arc::new(StringArray::new_null(batch.num_rows())))).collect();
    builder.finish(kept, before, Vec::new)
}

/// Tells what a column says; what is null tells nothing.
fn tell(builder: &mut Builder, role: &Role, name: &str, array: &ArrayRef) {
    use DataType as D;
    if matches!(role, Role::None) {
        return;
    }
    macro_rules! whole {
        ($($ty:ident => $arrow:ty),*) => {
            match array.data_type() {
                $(D::$ty => if let Some(a) = array.as_primitive_opt::<$arrow>() { whole(builder, role, name, a) },)*
                _ => {}
            }
        };
    }
    match array.data_type() {
        D::Utf8 => {
            if let Some(texts) = array.as_string_opt::<i32>() {
                builder.texts(role, name, texts);
            }
        }
        D::LargeUtf8 | D::Utf8View => again(builder, role, name, array, &D::Utf8),
        D::Boolean => {
            for (row, b) in array.as_boolean().iter().enumerate() {
                if let Some(b) = b {
                    builder.tell(role, name, row, Cell::Bool(b));
                }
            }
        }
        D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 => {
            whole!(Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
                   UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type);
        }
        D::Decimal128(_, _) => {
            if let Some(decimals) = array.as_primitive_opt::<Decimal128Type>() {
                for row in (0..decimals.len()).filter(|r| decimals.is_valid(*r)) {
                    builder.tell(role, name, row, Cell::Number(&decimals.value_as_string(row)));
                }
            }
        }
        D::Decimal32(p, s) | D::Decimal64(p, s) => again(builder, role, name, array, &D::Decimal128(*p, *s)),
        D::Date32 => {
            if let Some(days) = array.as_primitive_opt::<Date32Type>() {
                dates(builder, role, name, days);
            }
        }
        D::Dictionary(_, value) => dictionary(builder, role, name, array, value),
        D::List(_) | D::LargeList(_) | D::Struct(_) => {
            for row in (0..array.len()).filter(|r| array.is_valid(*r)) {
                let tree = nested(array, row);
                builder.tell(role, name, row, Cell::Node(&json_tree(&tree)));
            }
        }
        _ => {}
    }
}

/// Tells the column after it was brought to another type.
fn again(builder: &mut Builder, role: &Role, name: &str, array: &ArrayRef, ty: &DataType) {
    match cast(array, ty) {
        Ok(array) => tell(builder, role, name, &array),
        Err(e) => {
            let message = format!("the column cannot be read as {ty}: {e}");
            builder
                .fault(super::people::Fault { column: Some(name.to_owned()), ..super::people::Fault::row(0, message, "check the file") });
        }
    }
}

fn whole<T: ArrowPrimitiveType>(builder: &mut Builder, role: &Role, name: &str, array: &PrimitiveArray<T>)
where
    T::Native: std::fmt::Display + Copy + TryInto<i64>,
{
    if let Role::Fact(input, unit) = role {
        let place = builder.fact(*input, unit);
        let mut slow: Vec<usize> = Vec::new();
        if let Some(column) = builder.column(place) {
            quick(column, array, &mut slow);
        }
        for row in slow {
            builder.told(place, name, row, Cell::Number(&array.value(row).to_string()));
        }
        return;
    }
    for (row, n) in array.iter().enumerate() {
        if let Some(n) = n {
            builder.tell(role, name, row, Cell::Number(&n.to_string()));
        }
    }
}

/// Tells whole numbers at once; rows where that does not work are left to `slow`.
fn quick<T: ArrowPrimitiveType>(column: &mut FactColumn, array: &PrimitiveArray<T>, slow: &mut Vec<usize>)
where
    T::Native: Copy + TryInto<i64>,
{
    for (row, n) in array.iter().enumerate() {
        let Some(n) = n else { continue };
        if !n.try_into().is_ok_and(|n: i64| column.tell_whole(row, n)) {
            slow.push(row);
        }
    }
}

fn dates(builder: &mut Builder, role: &Role, name: &str, days: &PrimitiveArray<Date32Type>) {
    for (row, day) in days.iter().enumerate() {
        let Some(day) = day else { continue };
        match calendar::format_day(day.into()) {
            Some(text) => builder.tell(role, name, row, Cell::Text(&text)),
            None => builder.tell(role, name, row, Cell::Text(&format!("day {day}"))),
        }
    }
}

/// A dictionary of texts is looked up text by text, any other is told as if it were none.
fn dictionary(builder: &mut Builder, role: &Role, name: &str, array: &ArrayRef, value: &DataType) {
    let coded = array.as_any_dictionary_opt().filter(|d| !d.values().is_empty());
    let words = coded
        .and_then(|d| cast(d.values(), &DataType::Utf8).ok())
        .filter(|_| matches!(value, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View));
    match (coded, words.as_ref().and_then(|w| w.as_string_opt::<i32>())) {
        (Some(coded), Some(words)) => builder.coded(role, name, words, &coded.normalized_keys(), array.nulls()),
        _ => again(builder, role, name, array, value),
    }
}

/// A value of a list or structure as JSON, for the reader of documents.
fn nested(array: &ArrayRef, row: usize) -> Json {
    use DataType as D;
    if array.is_null(row) {
        return Json::Null;
    }
    let items = |list: ArrayRef| Json::Array((0..list.len()).map(|i| nested(&list, i)).collect());
    match array.data_type() {
        D::List(_) => items(array.as_list::<i32>().value(row)),
        D::LargeList(_) => items(array.as_list::<i64>().value(row)),
        D::Struct(fields) => {
            let parts = array.as_struct();
            // A field that is null is one that is not told.
            let told = fields.iter().zip(parts.columns()).filter(|(_, c)| c.is_valid(row));
            Json::Object(told.map(|(f, c)| (f.name().clone(), nested(c, row))).collect())
        }
        D::Boolean => Json::Bool(array.as_boolean().value(row)),
        _ => {
            let text = arrow_cast::display::array_value_to_string(array, row).unwrap_or_default();
            let number =
                array.data_type().is_integer() || matches!(array.data_type(), D::Decimal128(..) | D::Decimal64(..) | D::Decimal32(..));
            match text.parse::<serde_json::Number>() {
                Ok(n) if number => Json::Number(n),
                _ => Json::String(text),
            }
        }
    }
}
