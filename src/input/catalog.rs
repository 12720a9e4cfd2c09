//! In: policies, perhaps a decision and a region. Out: what may be asked of a person there, as data. Never here: layout, JSON Schema (`schema`), reading facts.

use super::reach::{self, Head};
use super::words::{self, Style};
use crate::Policies;
use crate::eval::Told;
use crate::hir::{Label, Symbols, VocabId};
use crate::value::{Exact, InputId, Interval, RegionId, Type, Value, show_interval, to_json};
use serde::Serialize;
use smol_str::SmolStr;

/// About which decisions and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asking {
    /// The decision with its arguments (`None` is not told); every decision when absent.
    pub decision: Option<Head>,
    /// The region; anywhere when absent.
    pub region: Option<RegionId>,
}

/// What may be asked of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputInfo {
    /// The vocabulary that declares it.
    pub vocabulary: String,
    /// What is told, as in a record.
    #[serde(flatten)]
    pub field: FieldInfo,
    /// What it can be, in the language's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// What it can be, for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
}

/// An input, or a field of a record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldInfo {
    /// Its name.
    pub name: String,
    /// Its other name.
    pub alias: Option<String>,
    /// Its type, in the language's words.
    #[serde(rename = "type")]
    pub ty: String,
    /// The unit of a bare number: `yuan`, `months`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// A person may have none.
    pub optional: bool,
    /// Several may be told.
    pub list: bool,
    /// The values of its enum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<ValueInfo>,
    /// The fields of its record; empty where that record is being described already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldInfo>,
    /// The question to ask.
    pub question: Option<Told>,
    /// A value, as it is told in JSON.
    pub example: serde_json::Value,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueInfo {
    /// Its name.
    pub name: String,
    /// Its other name.
    pub alias: Option<String>,
    /// Its label.
    pub label: Option<Told>,
}

/// The ends of a range, each a value in the form of [`crate::value::to_json`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bounds {
    /// The smallest, if there is one.
    pub min: Option<serde_json::Value>,
    /// Whether it is allowed itself.
    pub min_inclusive: bool,
    /// The largest, if there is one.
    pub max: Option<serde_json::Value>,
    /// Whether it is allowed itself.
    pub max_inclusive: bool,
}

/// The inputs an answer may turn on, in the order of declaration.
///
/// Without a decision: those of every decision the region answers, or without a region every input there is.
pub fn asked_inputs(policies: &Policies, asking: &Asking) -> Vec<InputId> {
    let program = &policies.program;
    match (&asking.decision, asking.region) {
        (Some(head), region) => reach::inputs(program, std::slice::from_ref(head), region).into_iter().collect(),
        (None, Some(region)) => {
            let heads = policies.decisions_of(region);
            reach::inputs(program, &heads, Some(region)).into_iter().collect()
        }
        (None, None) => (0..program.symbols.inputs.len()).filter_map(|i| u32::try_from(i).ok().map(InputId)).collect(),
    }
}

/// What may be asked, with types, bounds, units and questions.
pub fn describe_inputs(policies: &Policies, asking: &Asking) -> Vec<InputInfo> {
    asked_inputs(policies, asking).into_iter().map(|i| describe(&policies.program.symbols, i)).collect()
}

fn describe(symbols: &Symbols, id: InputId) -> InputInfo {
    let info = symbols.input(id);
    InputInfo {
        vocabulary: vocabulary(symbols, info.vocab).to_owned(),
        field: field(symbols, &info.name, info.alias.as_ref(), info.label.as_ref(), &info.ty, &mut Vec::new()),
        range: info.bounds.as_ref().map(|b| show_interval(b, info.ty.base(), symbols)),
        bounds: info.bounds.as_ref().map(|b| bounds(symbols, b, &info.ty)),
    }
}

pub(super) fn vocabulary(symbols: &Symbols, id: VocabId) -> &str {
    &symbols.vocabulary(id).name
}

fn bounds(symbols: &Symbols, b: &Interval, ty: &Type) -> Bounds {
    let end = |x: Option<Exact>| x.map(|x| to_json(&Value::from(x), ty, symbols));
    Bounds { min: end(b.lo), min_inclusive: b.lo_closed, max: end(b.hi), max_inclusive: b.hi_closed }
}

/// The type of what is told once: without `or none` and lists.
fn innermost(ty: &Type) -> &Type {
    match ty.base() {
        Type::List(item) => innermost(item),
        other => other,
    }
}

/// The unit of a bare number of the type.
pub(super) fn unit(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::Money => "yuan",
        Type::MoneyPerMonth => "yuan per month",
        Type::Days => "days",
        Type::WorkingDays => "working days",
        Type::Months => "months",
        Type::Years => "years",
        _ => return None,
    })
}

fn field(symbols: &Symbols, name: &SmolStr, alias: Option<&SmolStr>, label: Option<&Label>, ty: &Type, inside: &mut Vec<u32>) -> FieldInfo {
    let inner = innermost(ty);
    let mut made = FieldInfo {
        name: name.to_string(),
        alias: alias.map(SmolStr::to_string),
        ty: ty.show(symbols),
        unit: unit(inner),
        optional: ty.is_optional(),
        list: matches!(ty.base(), Type::List(_)),
        values: Vec::new(),
        fields: Vec::new(),
        question: label.map(Told::from),
        example: serde_json::from_str(&words::example(ty, symbols, Style::Json)).unwrap_or(serde_json::Value::Null),
    };
    match inner {
        Type::Enum(e) => {
            made.values = symbols
                .enum_(*e)
                .variants
                .iter()
                .map(|v| ValueInfo {
                    name: v.name.to_string(),
                    alias: v.alias.as_ref().map(SmolStr::to_string),
                    label: v.label.as_ref().map(Told::from),
                })
                .collect();
        }
        // A record may hold records of its own kind.
        Type::Record(r) if !inside.contains(&r.0) => {
            inside.push(r.0);
            made.fields = symbols
                .record(*r)
                .fields
                .iter()
                .map(|f| field(symbols, &f.name, f.alias.as_ref(), f.label.as_ref(), &f.ty, inside))
                .collect();
            inside.pop();
        }
        _ => {}
    }
    made
}
