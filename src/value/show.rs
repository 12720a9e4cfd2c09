//! In: values with their types and names. Out: text in the language's own notation, fit to be read back. Never here: answers, sources, layout.

use crate::value::quantity::show_num;
use crate::value::{EnumId, InputId, Item, List, Record, RecordId, RegionId, Type, Value, Variants};

/// The declared names a value needs to be written.
pub trait Names {
    /// The name of an enum.
    fn enum_name(&self, id: EnumId) -> &str;
    /// The name of a variant.
    fn variant(&self, id: EnumId, variant: u16) -> &str;
    /// How many variants an enum has.
    fn variant_count(&self, id: EnumId) -> usize;
    /// The name and type of an attribute.
    fn attribute(&self, id: EnumId, attribute: u16) -> (&str, Type);
    /// The name of a region.
    fn region(&self, id: RegionId) -> &str;
    /// The name of an input.
    fn input(&self, id: InputId) -> &str;
    /// The name of a record.
    fn record_name(&self, id: RecordId) -> &str;
    /// The name and type of a record's field.
    fn record_field(&self, id: RecordId, field: usize) -> (&str, Type);
}

/// Words that are names only in backquotes.
pub const RESERVED: &[&str] = &[
    "about",
    "agency",
    "and",
    "any",
    "at",
    "by",
    "decision",
    "default",
    "each",
    "else",
    "enum",
    "except",
    "expect",
    "false",
    "final",
    "for",
    "from",
    "hedged",
    "if",
    "in",
    "input",
    "let",
    "never",
    "none",
    "not",
    "note",
    "of",
    "or",
    "otherwise",
    "over",
    "per",
    "record",
    "refer",
    "region",
    "requires",
    "source",
    "table",
    "test",
    "then",
    "true",
    "under",
    "until",
    "use",
    "vocabulary",
    "when",
];

/// Writes a value as an author would; the type says its unit and its names.
///
/// Two forms are for people only, since the language has none: a range open at its upper end that has a lower end too
/// (`over 3 under 5`), and choices whose alternatives have different attributes.
pub fn show(value: &Value, ty: &Type, names: &dyn Names) -> String {
    let ty = ty.base();
    match value {
        Value::None => "none".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Num(n) => show_num(n, ty),
        Value::Duration(n, unit) => show_num(n, &unit.ty()),
        Value::Text(text) => quoted(text),
        Value::Region(id) => show_name(names.region(*id)),
        Value::Input(id) => show_name(names.input(*id)),
        Value::Variants(variants) => show_variants(variants, ty, names),
        Value::List(list) => show_list(list, ty.element().unwrap_or(ty), names),
        Value::Record(record) => show_record(record, names),
    }
}

/// A name as it has to be written: in backquotes unless it is made of name characters and not reserved.
pub fn show_name(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic()) && chars.all(|c| c == '_' || c.is_alphanumeric());
    if plain && !RESERVED.contains(&name) { name.to_owned() } else { format!("`{name}`") }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn show_variants(variants: &Variants, ty: &Type, names: &dyn Names) -> String {
    let Type::Enum(id) = ty else { return format!("{:?}", variants.as_slice()) };
    let one = |v: u16| show_name(names.variant(*id, v));
    let any = |set: &Variants| match set.single() {
        Some(v) => one(v),
        None => format!("any of [{}]", set.iter().map(one).collect::<Vec<_>>().join(", ")),
    };
    match variants.complement(names.variant_count(*id)) {
        Some(rest) if rest.len() < variants.len() => format!("not {}", any(&rest)),
        _ => any(variants),
    }
}

fn show_list(list: &List, item_type: &Type, names: &dyn Names) -> String {
    let mut parts: Vec<String> = list.items.iter().map(|i| show_item(i, item_type, names)).collect();
    if list.open {
        parts.push("...".to_owned());
    }
    format!("[{}]", parts.join(if list.ordered { "; " } else { ", " }))
}

fn show_item(item: &Item, ty: &Type, names: &dyn Names) -> String {
    match item {
        Item::One { value, attributes } => {
            format!("{}{}", show(value, ty, names), show_attributes(attributes, ty, names))
        }
        Item::AnyOf(alternatives) => {
            // Every alternative with its own attributes, as the language reads it.
            let parts: Vec<String> = alternatives.iter().map(|a| show_item(a, ty, names)).collect();
            format!("any of [{}]", parts.join(", "))
        }
    }
}

fn show_attributes(attributes: &[(u16, Value)], ty: &Type, names: &dyn Names) -> String {
    let parts: Vec<String> = attributes
        .iter()
        .filter_map(|(index, value)| {
            let (name, ty) = match ty.base() {
                Type::Enum(id) => names.attribute(*id, *index),
                _ => ("?", Type::Text),
            };
            match (ty.base(), value) {
                // a flag stands alone, and one that is not there is not written
                (Type::Flag, Value::Bool(set)) => set.then(|| show_name(name)),
                _ => Some(format!("{} = {}", show_name(name), show(value, &ty, names))),
            }
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn show_record(record: &Record, names: &dyn Names) -> String {
    let fields: Vec<String> = record
        .fields
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let (name, ty) = names.record_field(record.id, place);
            format!("{} = {}", show_name(name), show(value, &ty, names))
        })
        .collect();
    format!("{} ({})", show_name(names.record_name(record.id)), fields.join(", "))
}
