//! In: the type of an outcome. Out: the Arrow type of its values, and each exact value in it. Never here: which value an answer has, columns.
//!
//! | type | Arrow | unit |
//! |---|---|---|
//! | money, money per month | Decimal128(18, 2) | yuan |
//! | rate, points | Decimal128(18, 12) | a share of one |
//! | number | Decimal128(38, 12) | |
//! | count, days, working days, months, years | Int64 | its own |
//! | boolean | Boolean | |
//! | date | Date32 | |
//! | anything else | dictionary of Utf8: names, or the notation of policies | |

use crate::hir::Symbols;
use crate::value::{EnumId, Exact, Type, calendar};
use arrow_array::builder::StringBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{ArrowError, DataType};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::sync::Arc;

/// How the values of an outcome are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Whole numbers of 1/10^scale, of so many digits.
    Decimal {
        precision: u8,
        scale: i8,
        percent: bool,
    },
    /// Whole numbers.
    Whole {
        months_each: i64,
    },
    Truth,
    Day,
    /// Names of an enum.
    Choice(EnumId),
    Words,
    /// Values in the notation of policies.
    Notation,
}

/// Text in a column whose texts repeat.
pub(super) fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

impl Shape {
    /// For a type.
    pub fn of(ty: &Type) -> Shape {
        match ty.base() {
            Type::Money | Type::MoneyPerMonth => Shape::Decimal { precision: 18, scale: 2, percent: false },
            Type::Rate | Type::Points => Shape::Decimal { precision: 18, scale: 12, percent: true },
            Type::Number => Shape::Decimal { precision: 38, scale: 12, percent: false },
            Type::Years => Shape::Whole { months_each: 12 },
            Type::Count | Type::Days | Type::WorkingDays | Type::Months => Shape::Whole { months_each: 1 },
            Type::Boolean | Type::Flag => Shape::Truth,
            Type::Date => Shape::Day,
            Type::Enum(e) => Shape::Choice(*e),
            Type::Text | Type::Month | Type::Region | Type::InputName => Shape::Words,
            _ => Shape::Notation,
        }
    }

    /// Its Arrow type.
    pub fn arrow(self) -> DataType {
        match self {
            Shape::Decimal { precision, scale, .. } => DataType::Decimal128(precision, scale),
            Shape::Whole { .. } => DataType::Int64,
            Shape::Truth => DataType::Boolean,
            Shape::Day => DataType::Date32,
            Shape::Choice(_) | Shape::Words | Shape::Notation => dictionary(),
        }
    }

    /// What a bare number of the column means, for the column's metadata.
    pub fn unit(ty: &Type) -> Option<&'static str> {
        match ty.base() {
            Type::Money => Some("yuan"),
            Type::MoneyPerMonth => Some("yuan per month"),
            Type::Rate | Type::Points => Some("share of one"),
            base => base.time_unit().map(|u| u.word()),
        }
    }

    /// The number of a column for one that holds `n / scale` in the unit of policies, where it is exact.
    pub fn scaled(self, n: i64, by: i64) -> Option<i128> {
        let n = i128::from(n);
        let (times, over) = match self {
            // Fen are hundredths of a yuan already.
            Shape::Decimal { scale: 2, .. } => (1, i128::from(by)),
            Shape::Decimal { scale, .. } => (10_i128.checked_pow(u32::try_from(scale).ok()?)?, i128::from(by)),
            Shape::Whole { months_each } => (1, i128::from(by) * i128::from(months_each)),
            _ => (1, i128::from(by)),
        };
        let wide = n.checked_mul(times)?;
        (over != 0 && wide % over == 0).then(|| wide / over).filter(|n| self.fits(*n))
    }

    fn fits(self, n: i128) -> bool {
        match self {
            Shape::Decimal { precision, .. } => 10_i128.checked_pow(u32::from(precision)).is_some_and(|most| n.abs() < most),
            Shape::Day => i32::try_from(n).is_ok(),
            _ => i64::try_from(n).is_ok(),
        }
    }

    /// The number of a column for a value as answers write it; none if the column cannot hold it exactly.
    fn number(self, value: &Json) -> Option<i128> {
        let exact = |text: &str| Exact::parse_display(text).ok();
        let number = |json: &Json| match json {
            Json::Number(n) => exact(n.as_str()),
            Json::String(text) => exact(text),
            _ => None,
        };
        let held = match self {
            Shape::Decimal { scale, percent, .. } => {
                let x = match value {
                    Json::String(text) if percent => {
                        exact(text.trim_end_matches(" points").trim_end_matches('%'))?.checked_div(Exact::from_int(100)).ok()?
                    }
                    other => number(other)?,
                };
                x.checked_mul(Exact::from_int(10_i128.checked_pow(u32::try_from(scale).ok()?)?)).ok()?
            }
            Shape::Whole { months_each } => match value {
                Json::Object(parts) => {
                    let amount = number(parts.get("amount")?)?;
                    let years = parts.get("unit").and_then(Json::as_str) == Some("years");
                    let held = amount.checked_mul(Exact::from_int(if years { 12 } else { 1 })).ok()?;
                    held.checked_div(Exact::from_int(months_each.into())).ok()?
                }
                other => number(other)?,
            },
            Shape::Day => {
                let day = calendar::parse(value.as_str()?)?;
                Exact::from_int(day.first().filter(|first| day.last() == Some(*first))?.into())
            }
            _ => return None,
        };
        held.to_i128().filter(|n| self.fits(*n))
    }
}

/// Texts of a column, each kept once.
#[derive(Debug, Default)]
pub(super) struct Words {
    numbers: FxHashMap<String, i32>,
    texts: Vec<String>,
}

impl Words {
    /// The number of a text.
    pub fn number(&mut self, text: &str) -> i32 {
        if let Some(n) = self.numbers.get(text) {
            return *n;
        }
        let n = i32::try_from(self.texts.len()).unwrap_or(i32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), n);
        n
    }
}

/// Texts by row; most rows may have none.
#[derive(Debug, Default)]
pub(super) struct Texts {
    words: Words,
    keys: Vec<i32>,
}

impl Texts {
    /// The number of a text, for [`Texts::put`].
    pub fn number(&mut self, text: &str) -> i32 {
        self.words.number(text)
    }

    /// Gives a row, of so many, a text by its number.
    pub fn put(&mut self, row: usize, rows: usize, number: i32) {
        if self.keys.is_empty() {
            self.keys = vec![-1; rows];
        }
        if let Some(slot) = self.keys.get_mut(row) {
            *slot = number;
        }
    }

    /// The column.
    pub fn finish(self, rows: usize) -> Result<ArrayRef, ArrowError> {
        let keys = if self.keys.is_empty() { vec![-1; rows] } else { self.keys };
        coded(keys, self.words.texts)
    }

    /// The column, every text written out.
    pub fn plain(self, rows: usize) -> ArrayRef {
        let mut out = StringBuilder::new();
        for row in 0..rows {
            let key = self.keys.get(row).and_then(|k| usize::try_from(*k).ok());
            out.append_option(key.and_then(|k| self.words.texts.get(k)));
        }
        Arc::new(out.finish())
    }
}

/// A dictionary column; -1 is null.
fn coded(keys: Vec<i32>, texts: Vec<String>) -> Result<ArrayRef, ArrowError> {
    let told = NullBuffer::new(BooleanBuffer::collect_bool(keys.len(), |i| keys.get(i).is_some_and(|k| *k >= 0)));
    let keys: Vec<i32> = if told.null_count() == 0 { keys } else { keys.into_iter().map(|k| k.max(0)).collect() };
    // A dictionary without texts cannot be pointed into, not even by a null.
    let texts = if texts.is_empty() { vec![String::new()] } else { texts };
    let keys = Int32Array::try_new(keys.into(), Some(told).filter(|t| t.null_count() > 0))?;
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(StringArray::from(texts)))?))
}

/// The values of one outcome in a chunk.
#[derive(Debug)]
pub(super) struct Cells {
    shape: Shape,
    numbers: Vec<i64>,
    /// Numbers that do not fit 64 bits.
    wide: FxHashMap<usize, i128>,
    told: Vec<bool>,
    words: Words,
}

impl Cells {
    /// No values yet.
    pub fn new(shape: Shape, symbols: &Symbols, rows: usize) -> Cells {
        let mut words = Words::default();
        if let Shape::Choice(e) = shape {
            for v in &symbols.enum_(e).variants {
                words.number(&v.name);
            }
        }
        Cells { shape, numbers: vec![0; rows], wide: FxHashMap::default(), told: vec![false; rows], words }
    }

    /// Gives a row a number of the column.
    pub fn put(&mut self, row: usize, n: i128) {
        if let (Some(slot), Some(told)) = (self.numbers.get_mut(row), self.told.get_mut(row)) {
            *told = true;
            match i64::try_from(n) {
                Ok(n) => *slot = n,
                Err(_) => {
                    self.wide.insert(row, n);
                }
            }
        }
    }

    /// Gives a row a text of the column.
    pub fn word(&mut self, row: usize, text: &str) {
        let n = self.words.number(text);
        self.put(row, n.into());
    }

    /// Gives a row a value as answers write it, if the column can hold it exactly.
    pub fn json(&mut self, row: usize, value: &Json, text: &str) -> bool {
        match (self.shape, value) {
            (_, Json::Null) => return false,
            (Shape::Truth, Json::Bool(b)) => self.put(row, i128::from(*b)),
            (Shape::Choice(_) | Shape::Words, Json::String(word)) => self.word(row, word),
            (Shape::Notation, _) => self.word(row, text),
            (shape, value) => match shape.number(value) {
                Some(n) => self.put(row, n),
                None => return false,
            },
        }
        true
    }

    /// Takes back what a row was given.
    pub fn clear(&mut self, row: usize) {
        if let (Some(slot), Some(told)) = (self.numbers.get_mut(row), self.told.get_mut(row)) {
            (*slot, *told) = (0, false);
        }
        self.wide.remove(&row);
    }

    /// The column.
    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let told = BooleanBuffer::collect_bool(self.told.len(), |i| self.told.get(i).copied().unwrap_or(false));
        let told = Some(NullBuffer::new(told)).filter(|t| t.null_count() > 0);
        Ok(match self.shape {
            Shape::Decimal { precision, scale, .. } => {
                let mut wide: Vec<i128> = self.numbers.iter().map(|n| i128::from(*n)).collect();
                for (row, n) in self.wide {
                    if let Some(slot) = wide.get_mut(row) {
                        *slot = n;
                    }
                }
                Arc::new(Decimal128Array::try_new(wide.into(), told)?.with_precision_and_scale(precision, scale)?)
            }
            Shape::Whole { .. } => Arc::new(Int64Array::try_new(self.numbers.into(), told)?),
            Shape::Truth => {
                let bits = BooleanBuffer::collect_bool(self.numbers.len(), |i| self.numbers.get(i).is_some_and(|n| *n != 0));
                Arc::new(BooleanArray::new(bits, told))
            }
            Shape::Day => {
                let days: Vec<i32> = self.numbers.iter().map(|n| i32::try_from(*n).unwrap_or(0)).collect();
                Arc::new(Date32Array::try_new(days.into(), told)?)
            }
            Shape::Choice(_) | Shape::Words | Shape::Notation => {
                let keys = self.numbers.iter().zip(&self.told).map(|(n, told)| if *told { i32::try_from(*n).unwrap_or(-1) } else { -1 });
                return coded(keys.collect(), self.words.texts);
            }
        })
    }
}
