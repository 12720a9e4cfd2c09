//! In: policies, perhaps a decision and a region. Out: what may be asked of a person there, as data. Never here: layout, JSON Schema (`schema`), reading facts.

use super::reach::{self, Head};
use super::words::{self, Style};
use crate::Policies;
use crate::eval::Told;
use crate::hir::{DecisionId, Label, Symbols, VariantInfo, VocabId};
use crate::value::{EnumId, Exact, InputId, Interval, RegionId, Type, Value, show_interval, to_json};
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldInfo {
    /// Its name.
    pub name: String,
    /// Its other name.
    pub alias: Option<String>,
    /// Its type, in the language's words.
    #[serde(rename = "type")]
    pub ty: String,
    /// The unit: `yuan`, `months`, `%`, …; a bare number is meant in it, but rates and points always name theirs.
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

/// Version of the document of `polc inputs`; grows when a field changes its meaning or goes.
pub const INPUTS_VERSION: u32 = 1;

/// What may be asked, as one document: what `polc inputs --format json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InputsDocument {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that made it.
    pub polc: String,
    /// A digest of the policies, `sha256:…`.
    #[cfg_attr(test, schemars(regex(pattern = "^sha256:[0-9a-f]{64}$")))]
    pub policies: String,
    /// The decision with the arguments that are said; every decision if `null`.
    pub decision: Option<String>,
    /// The region; anywhere if `null`.
    pub region: Option<String>,
    /// Arguments left out that an answer may turn on: said with the decision.
    pub arguments: Vec<ArgumentInfo>,
    /// Facts that an answer may turn on, in the order of declaration.
    pub inputs: Vec<InputInfo>,
}

/// An argument of a decision that is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ArgumentInfo {
    /// The decision.
    pub decision: String,
    /// Its name.
    pub name: String,
    /// Its enum.
    #[serde(rename = "type")]
    pub ty: String,
    /// What it can be.
    pub values: Vec<ValueInfo>,
    /// The question to ask.
    pub question: Option<Told>,
    /// A value.
    pub example: String,
}

/// The decisions asked about; every one there is without a region.
fn heads(policies: &Policies, asking: &Asking) -> Vec<Head> {
    match (&asking.decision, asking.region) {
        (Some(head), _) => vec![head.clone()],
        (None, Some(region)) => policies.decisions_of(region),
        (None, None) => {
            let all = 0..policies.program.symbols.decisions.len();
            all.filter_map(|i| u32::try_from(i).ok()).map(|i| (DecisionId(i), Vec::new())).collect()
        }
    }
}

/// The inputs an answer may turn on, in the order of declaration.
///
/// Without a decision: those of every decision the region answers, or without a region every input there is.
pub fn asked_inputs(policies: &Policies, asking: &Asking) -> Vec<InputId> {
    let program = &policies.program;
    match (&asking.decision, asking.region) {
        (None, None) => (0..program.symbols.inputs.len()).filter_map(|i| u32::try_from(i).ok().map(InputId)).collect(),
        (_, region) => reach::inputs(program, &heads(policies, asking), region).into_iter().collect(),
    }
}

/// The inputs that may be asked, with types, bounds, units and questions.
pub fn describe_inputs(policies: &Policies, asking: &Asking) -> Vec<InputInfo> {
    asked_inputs(policies, asking).into_iter().map(|i| describe(&policies.program.symbols, i)).collect()
}

/// The arguments left out that an answer may turn on, in the order of declaration.
pub fn describe_arguments(policies: &Policies, asking: &Asking) -> Vec<ArgumentInfo> {
    let symbols = &policies.program.symbols;
    let left = reach::reached(&policies.program, &heads(policies, asking), asking.region).arguments;
    left.into_iter().filter_map(|(d, place)| argument(symbols, d, place)).collect()
}

/// Everything that may be asked.
pub fn inputs_document(policies: &Policies, asking: &Asking) -> InputsDocument {
    let symbols = &policies.program.symbols;
    InputsDocument {
        version: INPUTS_VERSION,
        polc: env!("CARGO_PKG_VERSION").to_owned(),
        policies: policies.digest().to_owned(),
        decision: asking.decision.as_ref().map(|(d, args)| symbols.head_text(*d, args)),
        region: asking.region.map(|r| policies.region_name(r).to_owned()),
        arguments: describe_arguments(policies, asking),
        inputs: describe_inputs(policies, asking),
    }
}

fn argument(symbols: &Symbols, decision: DecisionId, place: u16) -> Option<ArgumentInfo> {
    let info = symbols.decision(decision);
    let arg = info.args.get(usize::from(place))?;
    let values = variants(symbols, arg.ty);
    Some(ArgumentInfo {
        decision: info.name.to_string(),
        name: arg.name.to_string(),
        ty: symbols.enum_(arg.ty).name.to_string(),
        example: values.first().map(|v| v.name.clone()).unwrap_or_default(),
        values,
        question: symbols.enum_(arg.ty).label.as_ref().map(Told::from),
    })
}

fn variants(symbols: &Symbols, id: EnumId) -> Vec<ValueInfo> {
    let of = |v: &VariantInfo| ValueInfo {
        name: v.name.to_string(),
        alias: v.alias.as_ref().map(SmolStr::to_string),
        label: v.label.as_ref().map(Told::from),
    };
    symbols.enum_(id).variants.iter().map(of).collect()
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

/// The unit in which a value of the type is told, if it has one.
pub fn unit_of(ty: &Type) -> Option<&'static str> {
    unit(innermost(ty))
}

/// The type of what is told once: without `or none` and lists.
fn innermost(ty: &Type) -> &Type {
    match ty.base() {
        Type::List(item) => innermost(item),
        other => other,
    }
}

/// The unit of the type.
fn unit(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::Money => "yuan",
        Type::MoneyPerMonth => "yuan per month",
        Type::Rate => "%",
        Type::Points => "points",
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
            made.values = variants(symbols, *e);
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
