//! In: types of inputs. Out: how messages and listings name them, with an example of each. Never here: checking values.

use crate::hir::{Attribute, Symbols};
use crate::value::{EnumId, Names, Type, show_name};

/// How far examples of records look into records.
const EXAMPLE_DEPTH: usize = 4;

/// Where an example is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// In a JSON document.
    Json,
    /// After `--set name=`.
    Setting,
    /// In a cell of a table.
    #[cfg_attr(not(feature = "batch"), allow(dead_code, reason = "only `batch` reads tables"))]
    Cell,
}

/// A type in the language's words.
pub(super) fn ty(ty: &Type, symbols: &Symbols) -> String {
    ty.base().show(symbols)
}

/// What a value of the type is, with its article: `a rate`, `a list of relative`.
pub(super) fn kind(ty: &Type, symbols: &Symbols) -> String {
    match ty.base() {
        Type::Money => "an amount of money".to_owned(),
        Type::MoneyPerMonth => "money per month".to_owned(),
        Type::Rate => "a rate".to_owned(),
        Type::Points => "percentage points".to_owned(),
        Type::Count => "a count".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::Boolean | Type::Flag => "true or false".to_owned(),
        Type::Text => "a text".to_owned(),
        Type::Date => "a date".to_owned(),
        Type::Month => "a month of a year".to_owned(),
        Type::Region => "a region".to_owned(),
        Type::Duration => "a stretch of time".to_owned(),
        Type::InputName => "the name of an input".to_owned(),
        Type::Days | Type::WorkingDays | Type::Months | Type::Years => {
            format!("a number of {}", ty.base().show(symbols))
        }
        Type::Enum(e) => format!("a value of `{}`", symbols.enum_name(*e)),
        Type::Record(r) => format!("a record `{}`", symbols.record_name(*r)),
        Type::List(_) | Type::Optional(_) => format!("a {}", ty.base().show(symbols)),
    }
}

/// An example of a value, as it is to be written.
pub(super) fn example(ty: &Type, symbols: &Symbols, style: Style) -> String {
    sample(ty, symbols, style, EXAMPLE_DEPTH)
}

fn sample(ty: &Type, symbols: &Symbols, style: Style, depth: usize) -> String {
    let quoted = |text: &str| match style {
        Style::Json => serde_json::Value::from(text).to_string(),
        Style::Setting | Style::Cell => text.to_owned(),
    };
    match ty.base() {
        Type::Money => quoted("¥480"),
        Type::MoneyPerMonth => quoted("¥80/month"),
        Type::Rate => quoted("70%"),
        Type::Points => quoted("10 points"),
        Type::Count => "3".to_owned(),
        Type::Number => "0.5".to_owned(),
        Type::Boolean | Type::Flag => "true".to_owned(),
        Type::Text => "\"…\"".to_owned(),
        Type::Date => quoted("2025-01-31"),
        Type::Month => quoted("2025-01"),
        Type::Days | Type::Duration => quoted("30 days"),
        Type::WorkingDays => quoted("10 working days"),
        Type::Months => quoted("2 months"),
        Type::Years => quoted("2 years"),
        Type::InputName => quoted("…"),
        Type::Region => {
            let name = symbols.regions.iter().find(|r| r.parent.is_some()).or(symbols.regions.first()).map_or("…", |r| &r.name);
            spelled(name, style)
        }
        Type::Enum(e) => spelled(symbols.variant(*e, 0), style),
        Type::List(_) if depth == 0 => "[]".to_owned(),
        Type::List(item) => format!("[{}]", sample(item, symbols, style, depth - 1)),
        Type::Record(_) if depth == 0 => "…".to_owned(),
        Type::Record(r) => {
            let record = symbols.record(*r);
            let field = |f: &Attribute| {
                let value = sample(&f.ty, symbols, style, depth - 1);
                match style {
                    Style::Json => format!("{}: {value}", serde_json::Value::from(f.name.as_str())),
                    Style::Setting | Style::Cell => format!("{} = {value}", show_name(&f.name)),
                }
            };
            let fields: Vec<String> = record.fields.iter().map(field).collect();
            match style {
                Style::Json => format!("{{{}}}", fields.join(", ")),
                Style::Setting | Style::Cell => format!("{} ({})", show_name(&record.name), fields.join(", ")),
            }
        }
        Type::Optional(_) => "none".to_owned(),
    }
}

fn spelled(name: &str, style: Style) -> String {
    match style {
        Style::Json => serde_json::Value::from(name).to_string(),
        Style::Setting | Style::Cell => show_name(name),
    }
}

/// Names of an enum's values for a message: all, or the first dozen.
pub(super) fn values(id: EnumId, symbols: &Symbols) -> String {
    let variants = &symbols.enum_(id).variants;
    let shown: Vec<&str> = variants.iter().take(12).map(|v| v.name.as_str()).collect();
    format!("{}{}", shown.join(", "), if variants.len() > 12 { ", …" } else { "" })
}
