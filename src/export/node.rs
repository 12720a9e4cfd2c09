//! In: nothing. Out: the form of one expression in an exported file, and how it is read. Never here: what it stands for.

use super::values::{TypeDoc, ValueDoc};
use super::words::{AggregateName, Arithmetic, Comparison, FunctionName, Mode, Unit};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

/// An expression.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub(super) struct NodeDoc {
    /// What it is.
    #[serde(flatten)]
    pub op: Op,
    /// Its number. Expressions of one number are one: an unknown number that both read is the same.
    pub id: u32,
    /// The type of its value; left out where it is `boolean` by what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<TypeDoc>,
    /// Where it stands, in the file of what it belongs to; a `part` says it itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<[u32; 2]>,
}

/// What an expression is, with its operands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Op {
    /// The expression of this number in `parts`.
    Part,
    /// A constant.
    Const {
        /// Its value.
        value: ValueDoc,
    },
    /// A fact about the person.
    Input {
        /// Which.
        input: SmolStr,
    },
    /// An argument of the decision asked for.
    Argument {
        /// Which.
        argument: SmolStr,
    },
    /// The item of a loop or list function.
    Item {
        /// Which.
        slot: u16,
    },
    /// A field of a record.
    Field {
        /// The record's value.
        of: Box<NodeDoc>,
        /// Its record.
        record: SmolStr,
        /// The field.
        field: SmolStr,
    },
    /// Another outcome.
    Read {
        /// Which.
        outcome: SmolStr,
        /// The arguments it is asked with.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        arguments: Vec<Passed>,
        /// The region it is asked in, if not the person's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<Box<NodeDoc>>,
    },
    /// The contrary.
    Not {
        /// Of what.
        of: Box<NodeDoc>,
    },
    /// All of these hold.
    All {
        /// These.
        parts: Vec<NodeDoc>,
    },
    /// One of these holds.
    Any {
        /// These.
        parts: Vec<NodeDoc>,
    },
    /// A comparison of numbers or dates.
    Compare {
        /// Which.
        how: Comparison,
        /// Left of the sign.
        left: Box<NodeDoc>,
        /// Right of the sign.
        right: Box<NodeDoc>,
    },
    /// Two values that are no numbers are the same.
    Same {
        /// One.
        left: Box<NodeDoc>,
        /// The other.
        right: Box<NodeDoc>,
    },
    /// Two values that are no numbers differ.
    Differs {
        /// One.
        left: Box<NodeDoc>,
        /// The other.
        right: Box<NodeDoc>,
    },
    /// A value stands in a list.
    In {
        /// The value.
        left: Box<NodeDoc>,
        /// The list.
        right: Box<NodeDoc>,
    },
    /// Arithmetic.
    Math {
        /// Which.
        how: Arithmetic,
        /// Left of the sign.
        left: Box<NodeDoc>,
        /// Right of the sign.
        right: Box<NodeDoc>,
    },
    /// Rounding.
    Round {
        /// What.
        of: Box<NodeDoc>,
        /// Which way.
        mode: Mode,
        /// To multiples of this value.
        unit: ValueDoc,
    },
    /// A function.
    Call {
        /// Which.
        function: FunctionName,
        /// Of these.
        parts: Vec<NodeDoc>,
    },
    /// A choice.
    If {
        /// Whether this holds.
        condition: Box<NodeDoc>,
        /// The value if so.
        then: Box<NodeDoc>,
        /// The value if not.
        r#else: Box<NodeDoc>,
    },
    /// A number of which only the range is known.
    Range {
        /// The lower end.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<End>,
        /// The upper end.
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<End>,
    },
    /// A number that is only said to be about that.
    About {
        /// The number.
        of: Box<NodeDoc>,
    },
    /// The source can be read in these ways.
    Reading {
        /// These.
        parts: Vec<NodeDoc>,
    },
    /// A stretch of time with its unit.
    WithUnit {
        /// The amount.
        of: Box<NodeDoc>,
        /// The unit.
        time: Unit,
    },
    /// A list.
    List {
        /// Its items.
        items: Vec<Item>,
        /// Their order counts.
        ordered: bool,
        /// The source leaves it open.
        open: bool,
    },
    /// A record, its fields in order.
    Record {
        /// Which.
        record: SmolStr,
        /// Its fields.
        parts: Vec<NodeDoc>,
    },
    /// A function over a list.
    Aggregate {
        /// Which.
        aggregate: AggregateName,
        /// The list.
        list: Box<NodeDoc>,
        /// The number by which `"op": "item"` names the item.
        slot: u16,
        /// What of each item.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<Box<NodeDoc>>,
        /// Which items.
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<Box<NodeDoc>>,
    },
    /// Ask an agency.
    Refer {
        /// Which, if not the region's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        agency: Option<SmolStr>,
    },
}

/// An argument with which another outcome is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(super) enum Passed {
    /// This value.
    Value(SmolStr),
    /// This argument of the decision asked for.
    Argument(SmolStr),
    /// The value of this input.
    Input(SmolStr),
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    /// Where it is.
    pub value: Box<NodeDoc>,
    /// Whether it belongs to the range.
    pub inclusive: bool,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Item {
    /// One, with attributes.
    One(Marked),
    /// A choice.
    AnyOf(Choice),
}

/// One of several items.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub(super) struct Choice {
    /// These.
    pub any_of: Vec<Item>,
}

/// A list item with its attributes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub(super) struct Marked {
    /// The item.
    pub value: NodeDoc,
    /// Its attributes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Mark>,
}

/// An attribute of a list item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    /// Which.
    pub name: SmolStr,
    /// Its value.
    pub value: NodeDoc,
}

/// Declares every field an expression can have, each at most once and each taken by the kinds that have it: numbers would not survive
/// the buffer that serde puts tagged objects into.
macro_rules! fields {
    ($($field:ident: $ty:ty,)*) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            op: Name,
            id: u32,
            r#type: Option<TypeDoc>,
            span: Option<[u32; 2]>,
            // `none` is written `null`, which is not the same as nothing.
            #[serde(default, deserialize_with = "there")]
            value: Option<ValueDoc>,
            $($field: Option<$ty>,)*
        }

        impl Fields {
            /// A field that no kind took.
            fn left(&self) -> Option<&'static str> {
                if self.value.is_some() {
                    return Some("value");
                }
                $(if self.$field.is_some() { return Some(stringify!($field).trim_start_matches("r#")); })*
                None
            }
        }
    };
}

fields! {
    input: SmolStr, argument: SmolStr, slot: u16, of: Box<NodeDoc>, field: SmolStr, outcome: SmolStr,
    arguments: Vec<Passed>, at: Box<NodeDoc>, parts: Vec<NodeDoc>, how: SmolStr, left: Box<NodeDoc>, right: Box<NodeDoc>, mode: Mode,
    unit: ValueDoc, function: FunctionName, condition: Box<NodeDoc>, then: Box<NodeDoc>, r#else: Box<NodeDoc>, min: End, max: End,
    time: Unit, items: Vec<Item>, ordered: bool, open: bool, record: SmolStr, aggregate: AggregateName, list: Box<NodeDoc>,
    body: Box<NodeDoc>, filter: Box<NodeDoc>, agency: SmolStr,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Part,
    Const,
    Input,
    Argument,
    Item,
    Field,
    Read,
    Not,
    All,
    Any,
    Compare,
    Same,
    Differs,
    In,
    Math,
    Round,
    Call,
    If,
    Range,
    About,
    Reading,
    WithUnit,
    List,
    Record,
    Aggregate,
    Refer,
}

impl<'de> Deserialize<'de> for NodeDoc {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut f = Fields::deserialize(from)?;
        /// Takes a field that this kind must have.
        macro_rules! take {
            ($field:ident) => {
                f.$field.take().ok_or_else(|| D::Error::missing_field(stringify!($field).trim_start_matches("r#")))?
            };
        }
        let op = match f.op {
            Name::Part => Op::Part,
            Name::Const => Op::Const { value: take!(value) },
            Name::Input => Op::Input { input: take!(input) },
            Name::Argument => Op::Argument { argument: take!(argument) },
            Name::Item => Op::Item { slot: take!(slot) },
            Name::Field => Op::Field { of: take!(of), record: take!(record), field: take!(field) },
            Name::Read => Op::Read { outcome: take!(outcome), arguments: f.arguments.take().unwrap_or_default(), at: f.at.take() },
            Name::Not => Op::Not { of: take!(of) },
            Name::All => Op::All { parts: take!(parts) },
            Name::Any => Op::Any { parts: take!(parts) },
            Name::Compare => Op::Compare { how: word(&take!(how))?, left: take!(left), right: take!(right) },
            Name::Same => Op::Same { left: take!(left), right: take!(right) },
            Name::Differs => Op::Differs { left: take!(left), right: take!(right) },
            Name::In => Op::In { left: take!(left), right: take!(right) },
            Name::Math => Op::Math { how: word(&take!(how))?, left: take!(left), right: take!(right) },
            Name::Round => Op::Round { of: take!(of), mode: take!(mode), unit: take!(unit) },
            Name::Call => Op::Call { function: take!(function), parts: take!(parts) },
            Name::If => Op::If { condition: take!(condition), then: take!(then), r#else: take!(r#else) },
            Name::Range => Op::Range { min: f.min.take(), max: f.max.take() },
            Name::About => Op::About { of: take!(of) },
            Name::Reading => Op::Reading { parts: take!(parts) },
            Name::WithUnit => Op::WithUnit { of: take!(of), time: take!(time) },
            Name::List => Op::List { items: take!(items), ordered: take!(ordered), open: take!(open) },
            Name::Record => Op::Record { record: take!(record), parts: take!(parts) },
            Name::Aggregate => Op::Aggregate {
                aggregate: take!(aggregate),
                list: take!(list),
                slot: take!(slot),
                body: f.body.take(),
                filter: f.filter.take(),
            },
            Name::Refer => Op::Refer { agency: f.agency.take() },
        };
        match f.left() {
            Some(field) => Err(D::Error::custom(format!("an expression of this kind has no field `{field}`"))),
            None => Ok(NodeDoc { op, id: f.id, r#type: f.r#type, span: f.span }),
        }
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Either {
            value: Option<NodeDoc>,
            attributes: Option<Vec<Mark>>,
            any_of: Option<Vec<Item>>,
        }
        match Either::deserialize(from)? {
            Either { value: Some(value), attributes, any_of: None } => {
                Ok(Item::One(Marked { value, attributes: attributes.unwrap_or_default() }))
            }
            Either { value: None, attributes: None, any_of: Some(any_of) } => Ok(Item::AnyOf(Choice { any_of })),
            _ => Err(D::Error::custom("an item of a list is either a `value` or `any_of` several")),
        }
    }
}

fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ValueDoc>, D::Error> {
    ValueDoc::deserialize(from).map(Some)
}

fn word<'de, T: Deserialize<'de>, E: Error>(text: &'de SmolStr) -> Result<T, E> {
    T::deserialize(serde::de::value::StrDeserializer::<E>::new(text))
}
