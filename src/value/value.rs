//! In: numbers, variants, texts, lists. Out: the values of the language and a total order on them. Never here: types, names, agreement.

use crate::value::{Exact, InputId, List, Num, RecordId, RegionId, TimeUnit, Variants};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::cmp::Ordering;
use std::sync::Arc;

/// A value; its unit is a matter of its type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Money in fen, rates as fractions, months, days since 1970-01-01, …
    Num(Num),
    /// `true` or `false`, and flags.
    Bool(bool),
    /// An enum value.
    Variants(Variants),
    /// A text.
    Text(SmolStr),
    /// A region.
    Region(RegionId),
    /// The name of an input.
    Input(InputId),
    /// A stretch of time that carries its unit: only for the type `duration`; years are held in months.
    Duration(Num, TimeUnit),
    /// A list.
    List(Arc<List>),
    /// A record.
    Record(Arc<Record>),
    /// `none`
    None,
}

/// A record with all its fields, in the order of its declaration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Record {
    /// Which record.
    pub id: RecordId,
    /// Its fields.
    pub fields: Vec<Value>,
}

impl From<Exact> for Value {
    fn from(x: Exact) -> Self {
        Value::Num(Num::Exact(x))
    }
}

impl From<Num> for Value {
    fn from(n: Num) -> Self {
        Value::Num(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(Arc::new(list))
    }
}

impl Value {
    /// The single variant `v`.
    pub fn variant(v: u16) -> Self {
        Value::Variants(Variants::One(v))
    }

    /// A record with these fields.
    pub fn record(id: RecordId, fields: Vec<Value>) -> Self {
        Value::Record(Arc::new(Record { id, fields }))
    }

    /// The number, if it is one.
    pub fn as_num(&self) -> Option<&Num> {
        match self {
            Value::Num(n) => Some(n),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The possible variants, if it is an enum value.
    pub fn as_variants(&self) -> Option<&Variants> {
        match self {
            Value::Variants(v) => Some(v),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// The record, if it is one.
    pub fn as_record(&self) -> Option<&Record> {
        match self {
            Value::Record(r) => Some(r),
            _ => None,
        }
    }

    /// Whether it is `none`.
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// A total order in which sets are kept: by kind, then by content; ranges by their ends.
    ///
    /// Values that say the same are equal here, even two ranges written in different places.
    pub fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Num(a), Value::Num(b)) => num_order(a, b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Variants(a), Value::Variants(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Region(a), Value::Region(b)) => a.cmp(b),
            (Value::Input(a), Value::Input(b)) => a.cmp(b),
            (Value::Duration(a, u), Value::Duration(b, v)) => u.dimension().cmp(&v.dimension()).then_with(|| num_order(a, b)),
            (Value::List(a), Value::List(b)) => a.order(b),
            (Value::Record(a), Value::Record(b)) => a.id.cmp(&b.id).then_with(|| order_all(a.fields.iter(), b.fields.iter(), Value::order)),
            _ => self.kind().cmp(&other.kind()),
        }
    }

    /// Whether the two say the same, wherever they were written.
    pub fn same(&self, other: &Value) -> bool {
        self.order(other) == Ordering::Equal
    }

    fn kind(&self) -> u8 {
        match self {
            Value::None => 0,
            Value::Bool(_) => 1,
            Value::Num(_) => 2,
            Value::Duration(..) => 3,
            Value::Variants(_) => 4,
            Value::Text(_) => 5,
            Value::Region(_) => 6,
            Value::Input(_) => 7,
            Value::Record(_) => 8,
            Value::List(_) => 9,
        }
    }
}

fn num_order(a: &Num, b: &Num) -> Ordering {
    match (a, b) {
        (Num::Exact(x), Num::Exact(y)) => x.cmp(y),
        _ => match (a.interval(), b.interval()) {
            (Ok(x), Ok(y)) => x.order(&y).then_with(|| a.is_approx().cmp(&b.is_approx())),
            // ends too large to work out: fall back on how the sum is written
            (x, y) => x.is_ok().cmp(&y.is_ok()).then_with(|| a.konst().cmp(&b.konst())).then_with(|| a.terms().cmp(b.terms())),
        },
    }
}

/// Compares two sequences element by element, the shorter one first.
pub(crate) fn order_all<'a, T: 'a>(
    mut a: impl Iterator<Item = &'a T>,
    mut b: impl Iterator<Item = &'a T>,
    order: impl Fn(&T, &T) -> Ordering,
) -> Ordering {
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match order(x, y) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}
