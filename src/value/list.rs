//! In: items as written or told. Out: lists in their standard form. Never here: joining lists, what items mean.

use crate::value::Value;
use crate::value::merge::{canonical, join};
use crate::value::value::order_all;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A list: a set (kept sorted, each item once) or, when `ordered`, a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct List {
    /// Its items.
    pub items: Vec<Item>,
    /// Whether their order counts.
    pub ordered: bool,
    /// Whether there may be others that the source does not name.
    pub open: bool,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A value with attributes, sorted by their number.
    One {
        /// The value.
        value: Value,
        /// Attribute numbers with their values.
        attributes: Vec<(u16, Value)>,
    },
    /// Any one of these: sorted, each once, none of them alternatives again.
    AnyOf(Vec<Item>),
}

/// Why items cannot stand in one list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The same item is said with attributes that contradict each other.
    #[error("the same item with attributes that contradict each other")]
    Attribute {
        /// The item.
        value: Box<Value>,
        /// The attribute said in two ways.
        attribute: u16,
        /// One of the two.
        one: Box<Value>,
        /// The other.
        other: Box<Value>,
    },
    /// Sequences that put the same items in contradicting orders.
    #[error("the same items in contradicting orders")]
    Order,
}

impl Item {
    /// A value without attributes.
    pub fn plain(value: Value) -> Self {
        Item::One { value, attributes: Vec::new() }
    }

    /// A value with attributes, in any order.
    pub fn with(value: Value, attributes: Vec<(u16, Value)>) -> Result<Self, ListError> {
        canonical(&Item::One { value, attributes })
    }

    /// Any one of these; alternatives among them are spread out, a single one stands for itself.
    pub fn any_of(items: Vec<Item>) -> Result<Self, ListError> {
        canonical(&Item::AnyOf(items))
    }

    /// The value, unless it is a choice.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Item::One { value, .. } => Some(value),
            Item::AnyOf(_) => None,
        }
    }

    /// The attributes; a choice has none of its own.
    pub fn attributes(&self) -> &[(u16, Value)] {
        match self {
            Item::One { attributes, .. } => attributes,
            Item::AnyOf(_) => &[],
        }
    }

    /// The attribute with this number.
    pub fn attribute(&self, index: u16) -> Option<&Value> {
        self.attributes().iter().find(|(i, _)| *i == index).map(|(_, v)| v)
    }

    /// The alternatives: itself, or those of a choice.
    pub fn alternatives(&self) -> &[Item] {
        match self {
            Item::One { .. } => std::slice::from_ref(self),
            Item::AnyOf(items) => items,
        }
    }

    /// The order in which sets are kept; attributes do not count, so that items that are the same are equal.
    pub fn order(&self, other: &Item) -> Ordering {
        match (self, other) {
            (Item::One { value: a, .. }, Item::One { value: b, .. }) => a.order(b),
            (Item::One { .. }, Item::AnyOf(_)) => Ordering::Less,
            (Item::AnyOf(_), Item::One { .. }) => Ordering::Greater,
            (Item::AnyOf(a), Item::AnyOf(b)) => order_all(a.iter(), b.iter(), Item::order),
        }
    }

    /// Whether they name the same thing or choice, whatever their attributes.
    pub fn same(&self, other: &Item) -> bool {
        self.order(other) == Ordering::Equal
    }

    /// A total order that counts attributes too.
    pub(crate) fn full_order(&self, other: &Item) -> Ordering {
        let attributes = |a: &(u16, Value), b: &(u16, Value)| a.0.cmp(&b.0).then_with(|| a.1.order(&b.1));
        self.order(other).then_with(|| match (self, other) {
            (Item::One { attributes: a, .. }, Item::One { attributes: b, .. }) => order_all(a.iter(), b.iter(), attributes),
            _ => order_all(self.alternatives().iter(), other.alternatives().iter(), Item::full_order),
        })
    }
}

impl List {
    /// The empty set, the start of every `+=`.
    pub fn empty() -> Self {
        Self { items: Vec::new(), ordered: false, open: false }
    }

    /// A list in its standard form: a set is sorted and its repeats merged, a sequence stays as it is.
    pub fn new(items: Vec<Item>, ordered: bool, open: bool) -> Result<Self, ListError> {
        let list = Self { items, ordered, open };
        join(&[&list])
    }

    /// A closed set of plain values.
    pub fn set_of(values: impl IntoIterator<Item = Value>) -> Self {
        let mut items: Vec<Item> = values.into_iter().map(Item::plain).collect();
        items.sort_by(Item::order);
        items.dedup_by(|a, b| a.same(b));
        Self { items, ordered: false, open: false }
    }

    /// Whether it names `item`, whatever the attributes.
    pub fn contains(&self, item: &Item) -> bool {
        if self.ordered { self.items.iter().any(|i| i.same(item)) } else { self.items.binary_search_by(|i| i.order(item)).is_ok() }
    }

    /// Whether it names `value` by itself, not among alternatives.
    pub fn contains_value(&self, value: &Value) -> bool {
        self.items.iter().any(|i| i.value().is_some_and(|v| v.same(value)))
    }

    /// A total order: by items with their attributes, then sets before sequences, closed before open.
    pub fn order(&self, other: &List) -> Ordering {
        order_all(self.items.iter(), other.items.iter(), Item::full_order)
            .then(self.ordered.cmp(&other.ordered))
            .then(self.open.cmp(&other.open))
    }
}
