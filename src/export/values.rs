//! In: values and types of the program, or their JSON. Out: the other one, exact to the last digit. Never here: expressions.

use super::names::{Found, Ids, R, Wrong};
use crate::hir::Symbols;
use crate::value::{Exact, Interval, Item, List, Num, TimeUnit, Type, Value, Variants, calendar, to_json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// The key of a number that the usual form cannot give back: the number as polc holds it.
const HELD: &str = "held";

/// A type: a word, or an object that names the enum, the record or what the list or option is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the words of the language
pub(super) enum TypeDoc {
    Money,
    MoneyPerMonth,
    Rate,
    Points,
    Count,
    Number,
    Boolean,
    Text,
    Date,
    Month,
    Region,
    Days,
    WorkingDays,
    Months,
    Years,
    Duration,
    Flag,
    /// The name of an input.
    Input,
    /// One of the values of this enum.
    Enum(SmolStr),
    /// This record.
    Record(SmolStr),
    /// A list of these.
    List(Box<TypeDoc>),
    /// This or `none`.
    Optional(Box<TypeDoc>),
}

/// A value, in the form answers have; its type says in which one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ValueDoc(pub serde_json::Value);

impl TypeDoc {
    pub(super) fn of(ty: &Type, ids: &Ids) -> TypeDoc {
        match ty {
            Type::Money => TypeDoc::Money,
            Type::MoneyPerMonth => TypeDoc::MoneyPerMonth,
            Type::Rate => TypeDoc::Rate,
            Type::Points => TypeDoc::Points,
            Type::Count => TypeDoc::Count,
            Type::Number => TypeDoc::Number,
            Type::Boolean => TypeDoc::Boolean,
            Type::Text => TypeDoc::Text,
            Type::Date => TypeDoc::Date,
            Type::Month => TypeDoc::Month,
            Type::Region => TypeDoc::Region,
            Type::Days => TypeDoc::Days,
            Type::WorkingDays => TypeDoc::WorkingDays,
            Type::Months => TypeDoc::Months,
            Type::Years => TypeDoc::Years,
            Type::Duration => TypeDoc::Duration,
            Type::Flag => TypeDoc::Flag,
            Type::InputName => TypeDoc::Input,
            Type::Enum(e) => TypeDoc::Enum(ids.one(&ids.enums, e.index())),
            Type::Record(r) => TypeDoc::Record(ids.one(&ids.records, r.index())),
            Type::List(item) => TypeDoc::List(Box::new(TypeDoc::of(item, ids))),
            Type::Optional(inner) => TypeDoc::Optional(Box::new(TypeDoc::of(inner, ids))),
        }
    }

    pub(super) fn read(&self, found: &Found) -> R<Type> {
        Ok(match self {
            TypeDoc::Money => Type::Money,
            TypeDoc::MoneyPerMonth => Type::MoneyPerMonth,
            TypeDoc::Rate => Type::Rate,
            TypeDoc::Points => Type::Points,
            TypeDoc::Count => Type::Count,
            TypeDoc::Number => Type::Number,
            TypeDoc::Boolean => Type::Boolean,
            TypeDoc::Text => Type::Text,
            TypeDoc::Date => Type::Date,
            TypeDoc::Month => Type::Month,
            TypeDoc::Region => Type::Region,
            TypeDoc::Days => Type::Days,
            TypeDoc::WorkingDays => Type::WorkingDays,
            TypeDoc::Months => Type::Months,
            TypeDoc::Years => Type::Years,
            TypeDoc::Duration => Type::Duration,
            TypeDoc::Flag => Type::Flag,
            TypeDoc::Input => Type::InputName,
            TypeDoc::Enum(e) => Type::Enum(found.enum_(e)?),
            TypeDoc::Record(r) => Type::Record(found.record(r)?),
            TypeDoc::List(item) => Type::List(Arc::new(item.read(found)?)),
            TypeDoc::Optional(inner) => Type::Optional(Arc::new(inner.read(found)?)),
        })
    }
}

/// Writes a value; nothing where polc has no form for it, which no checked policy needs.
pub(super) fn write(value: &Value, ty: &Type, symbols: &Symbols, ids: &Ids) -> Option<Json> {
    let ty = ty.base();
    Some(match (value, ty) {
        (Value::None, _) => Json::Null,
        (Value::Bool(b), Type::Boolean | Type::Flag) => Json::Bool(*b),
        (Value::Num(Num::Exact(x)), ty) if ty.is_numeric() => number(*x, ty, symbols),
        (Value::Duration(Num::Exact(x), unit), Type::Duration) => {
            let usual = number(*x, &unit.ty(), symbols);
            if duration(&usual) == Some((*x, *unit)) { usual } else { json!({ HELD: x.to_string(), "unit": unit }) }
        }
        (Value::Text(text), Type::Text) => Json::String(text.to_string()),
        (Value::Region(r), Type::Region) => Json::String(ids.one(&ids.regions, r.index()).to_string()),
        (Value::Input(i), Type::InputName) => Json::String(ids.one(&ids.inputs, i.index()).to_string()),
        (Value::Variants(_), Type::Enum(_)) => to_json(value, ty, symbols),
        (Value::List(list), Type::List(item_type)) => {
            let items = list.items.iter().map(|i| item(i, item_type, symbols, ids)).collect::<Option<Vec<_>>>()?;
            json!({ "items": items, "ordered": list.ordered, "open": list.open })
        }
        (Value::Record(record), Type::Record(id)) if record.id == *id => {
            let info = symbols.record(record.id);
            let fields = info.fields.iter().zip(&record.fields);
            let fields = fields.map(|(f, v)| Some((f.name.to_string(), write(v, &f.ty, symbols, ids)?)));
            Json::Object(fields.collect::<Option<Map<_, _>>>()?)
        }
        _ => return None,
    })
}

/// Writes a number of a type.
pub(super) fn number(x: Exact, ty: &Type, symbols: &Symbols) -> Json {
    let usual = to_json(&Value::from(x), ty, symbols);
    // The usual form is for people: it may leave out what does not matter to them.
    if read_number(&usual, ty) == Some(x) { usual } else { json!({ HELD: x.to_string() }) }
}

fn item(i: &Item, ty: &Type, symbols: &Symbols, ids: &Ids) -> Option<Json> {
    Some(match i {
        Item::AnyOf(options) => json!({ "any_of": options.iter().map(|o| item(o, ty, symbols, ids)).collect::<Option<Vec<_>>>()? }),
        Item::One { value, attributes } => {
            let mut marks = Map::new();
            for (index, v) in attributes {
                let Type::Enum(e) = ty.base() else { return None };
                let attribute = symbols.enum_(*e).attributes.get(usize::from(*index))?;
                marks.insert(attribute.name.to_string(), write(v, &attribute.ty, symbols, ids)?);
            }
            json!({ "value": write(value, ty, symbols, ids)?, "attributes": marks })
        }
    })
}

/// Reads a number of a type.
pub(super) fn read_number(json: &Json, ty: &Type) -> Option<Exact> {
    let hundred = Exact::from_int(100);
    if let Some(held) = json.as_object().filter(|o| o.len() == 1).and_then(|o| o.get(HELD)) {
        return Exact::parse_display(held.as_str()?).ok();
    }
    match ty.base() {
        Type::Money | Type::MoneyPerMonth => Exact::parse_display(json.as_str()?).ok()?.checked_mul(hundred).ok(),
        Type::Rate => Exact::parse_display(json.as_str()?.strip_suffix('%')?).ok()?.checked_div(hundred).ok(),
        Type::Points => Exact::parse_display(json.as_str()?.strip_suffix(" points")?).ok()?.checked_div(hundred).ok(),
        Type::Date => day(json.as_str()?).map(Exact::from),
        Type::Month => match calendar::parse(json.as_str()?)? {
            calendar::PartialDate::Month(y, m) => Some(Exact::from(calendar::month_index(y, m))),
            _ => None,
        },
        base => match base.time_unit() {
            // Years may be written as months.
            Some(unit) => duration(json).filter(|(_, u)| u.same_dimension(unit)).map(|(x, _)| x),
            None => plain(json),
        },
    }
}

/// A day written as `2025-01-31`.
pub(super) fn day(text: &str) -> Option<i64> {
    match calendar::parse(text)? {
        calendar::PartialDate::Day(y, m, d) => calendar::from_ymd(y, m, d),
        _ => None,
    }
}

fn plain(json: &Json) -> Option<Exact> {
    match json {
        Json::Number(n) => Exact::parse_display(&n.to_string()).ok(),
        Json::String(text) => Exact::parse_display(text).ok(),
        _ => None,
    }
}

fn duration(json: &Json) -> Option<(Exact, TimeUnit)> {
    let object = json.as_object().filter(|o| o.len() == 2)?;
    let unit = TimeUnit::deserialize(object.get("unit")?).ok()?;
    if let Some(held) = object.get(HELD) {
        return Some((Exact::parse_display(held.as_str()?).ok()?, unit));
    }
    let months = Exact::from_int(if unit == TimeUnit::Years { 12 } else { 1 });
    Some((plain(object.get("amount")?)?.checked_mul(months).ok()?, unit))
}

/// Reads a value of a type.
pub(super) fn read(json: &Json, ty: &Type, symbols: &Symbols, found: &Found) -> R<Value> {
    let wrong = || Wrong(format!("`{}` is no value of the type {}", short(json), ty.show(symbols)));
    let text = || json.as_str().ok_or_else(wrong);
    if json.is_null() {
        return Ok(Value::None);
    }
    match ty.base() {
        Type::Boolean | Type::Flag => json.as_bool().map(Value::Bool).ok_or_else(wrong),
        Type::Text => Ok(Value::Text(SmolStr::new(text()?))),
        Type::Region => Ok(Value::Region(found.region(text()?)?)),
        Type::InputName => Ok(Value::Input(found.input(text()?)?)),
        Type::Duration => duration(json).map(|(x, unit)| Value::Duration(Num::Exact(x), unit)).ok_or_else(wrong),
        Type::Enum(e) => {
            let names = &symbols.enum_(*e).by_name;
            let one = |j: &Json| j.as_str().and_then(|n| names.get(n)).copied();
            let set = match json.as_object() {
                Some(o) if o.len() == 1 => {
                    o.get("any_of").and_then(Json::as_array).and_then(|all| all.iter().map(one).collect::<Option<Vec<_>>>())
                }
                Some(_) => None,
                None => one(json).map(|v| vec![v]),
            };
            set.and_then(Variants::from_set).map(Value::Variants).ok_or_else(wrong)
        }
        Type::List(item_type) => {
            let object = json.as_object().filter(|o| o.len() == 3).ok_or_else(wrong)?;
            let flag = |name: &str| object.get(name).and_then(Json::as_bool).ok_or_else(wrong);
            let items = object.get("items").and_then(Json::as_array).ok_or_else(wrong)?;
            let items = items.iter().map(|i| read_item(i, item_type, symbols, found)).collect::<R<Vec<_>>>()?;
            List::new(items, flag("ordered")?, flag("open")?).map(Value::from).map_err(|e| Wrong(format!("a list has {e}")))
        }
        Type::Record(id) => {
            let info = symbols.record(*id);
            let object = json.as_object().filter(|o| o.len() == info.fields.len()).ok_or_else(wrong)?;
            let fields = info.fields.iter().map(|f| read(object.get(f.name.as_str()).ok_or_else(wrong)?, &f.ty, symbols, found));
            Ok(Value::record(*id, fields.collect::<R<Vec<_>>>()?))
        }
        base => read_number(json, base).map(Value::from).ok_or_else(wrong),
    }
}

fn read_item(json: &Json, ty: &Type, symbols: &Symbols, found: &Found) -> R<Item> {
    let wrong = || Wrong(format!("`{}` is no item of a list", short(json)));
    let object = json.as_object().ok_or_else(wrong)?;
    if let Some(options) = object.get("any_of").filter(|_| object.len() == 1) {
        let options = options.as_array().filter(|o| !o.is_empty()).ok_or_else(wrong)?;
        let options = options.iter().map(|o| read_item(o, ty, symbols, found)).collect::<R<Vec<_>>>()?;
        return Item::any_of(options).map_err(|e| Wrong(format!("a list has {e}")));
    }
    let (Some(value), Some(marks)) = (object.get("value"), object.get("attributes").and_then(Json::as_object)) else { return Err(wrong()) };
    let mut attributes = Vec::new();
    for (name, v) in marks {
        let (index, attribute_type) = attribute(ty, name, symbols)?;
        attributes.push((index, read(v, &attribute_type, symbols, found)?));
    }
    Item::with(read(value, ty, symbols, found)?, attributes).map_err(|e| Wrong(format!("a list has {e}")))
}

/// The number and type of an attribute that values of an enum may have.
pub(super) fn attribute(ty: &Type, name: &str, symbols: &Symbols) -> R<(u16, Type)> {
    let all = match ty.base() {
        Type::Enum(e) => symbols.enum_(*e).attributes.as_slice(),
        _ => &[],
    };
    let place = all.iter().position(|a| a.name == name);
    let (place, found) =
        place.and_then(|p| Some((u16::try_from(p).ok()?, all.get(p)?))).ok_or_else(|| Wrong(format!("no attribute is called `{name}`")))?;
    Ok((place, found.ty.clone()))
}

/// Reads the bounds of an input.
pub(super) fn bounds(b: &super::document::Bounds, ty: &Type) -> R<Interval> {
    let end = |v: &Option<ValueDoc>| match v {
        None => Ok(None),
        Some(v) => read_number(&v.0, ty).map(Some).ok_or_else(|| Wrong(format!("`{}` is no bound of this input", short(&v.0)))),
    };
    let (min, max) = (end(&b.min)?, end(&b.max)?);
    Interval::new(min, b.min_inclusive, max, b.max_inclusive).ok_or_else(|| Wrong("its bounds leave nothing".to_owned()))
}

/// JSON for a message.
pub(super) fn short(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}
