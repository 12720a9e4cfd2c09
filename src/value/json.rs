//! In: values with their types and names. Out: their JSON, exact to the last digit. Never here: whole answers, reading JSON.
//!
//! | type | JSON |
//! |---|---|
//! | money, money per month | `"480.00"`: yuan with two decimals, more if needed, `"1/3"` where they never end |
//! | rate | `"70%"`, `"100/3%"` |
//! | points | `"10 points"` |
//! | count, number | a number written exactly (`3`, `0.5`), `"1/3"` where the decimals never end |
//! | boolean, flag | `true`, `false` |
//! | text | the text |
//! | date, month | `"2025-01-31"`, `"2025-01"` |
//! | days, working days, months, years, duration | `{"amount": 3, "unit": "months"}`; units `days`, `working_days`, `months`, `years` (only whole years, else months) |
//! | a range of these | `{"min": A, "min_inclusive": true, "max": B, "max_inclusive": true, "approx": false}`, an end that is missing `null` and not inclusive; for stretches of time `"unit"` once and bare numbers as ends |
//! | `about x` | a range from x to x with `"approx": true` |
//! | enum | `"name"`, or `{"any_of": ["a", "b"]}` |
//! | region, input | its name |
//! | list | `{"items": [{"value": V, "attributes": {…}} or {"any_of": [{"value": …}, …]}], "ordered": false, "open": true}` |
//! | record | `{"field": V, …}` |
//! | `none` | `null` |

use crate::value::quantity::{show_exact, shown_unit};
use crate::value::{Exact, Interval, Item, Names, Num, TimeUnit, Type, Value};
use serde_json::{Map, Value as Json, json};

/// Writes a value as JSON; the module says in which form.
pub fn to_json(value: &Value, ty: &Type, names: &dyn Names) -> Json {
    let ty = ty.base();
    match value {
        Value::None => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Num(n) => num(n, ty),
        Value::Duration(n, unit) => num(n, &unit.ty()),
        Value::Text(text) => Json::String(text.to_string()),
        Value::Region(id) => Json::String(names.region(*id).to_owned()),
        Value::Input(id) => Json::String(names.input(*id).to_owned()),
        Value::Variants(variants) => {
            let name = |v: u16| match ty {
                Type::Enum(id) => Json::String(names.variant(*id, v).to_owned()),
                _ => json!(v),
            };
            match variants.single() {
                Some(v) => name(v),
                None => json!({ "any_of": variants.iter().map(name).collect::<Vec<_>>() }),
            }
        }
        Value::List(list) => {
            let item_type = ty.element().unwrap_or(ty);
            let items: Vec<Json> = list.items.iter().map(|i| item(i, item_type, names)).collect();
            json!({ "items": items, "ordered": list.ordered, "open": list.open })
        }
        Value::Record(record) => {
            let fields = record.fields.iter().enumerate().map(|(place, value)| {
                let (name, ty) = names.record_field(record.id, place);
                (name.to_owned(), to_json(value, &ty, names))
            });
            Json::Object(fields.collect::<Map<_, _>>())
        }
    }
}

fn item(item: &Item, ty: &Type, names: &dyn Names) -> Json {
    match item {
        Item::AnyOf(alternatives) => {
            json!({ "any_of": alternatives.iter().map(|a| self::item(a, ty, names)).collect::<Vec<_>>() })
        }
        Item::One { value, attributes } => {
            let attributes = attributes.iter().map(|(index, value)| {
                let (name, ty) = match ty.base() {
                    Type::Enum(id) => names.attribute(*id, *index),
                    _ => ("?", Type::Text),
                };
                (name.to_owned(), to_json(value, &ty, names))
            });
            json!({ "value": to_json(value, ty, names), "attributes": attributes.collect::<Map<_, _>>() })
        }
    }
}

fn num(n: &Num, ty: &Type) -> Json {
    let interval = n.stated().unwrap_or(Interval::ALL);
    let unit = ty.time_unit().map(|u| shown_unit(u, &interval));
    match (n, unit) {
        (Num::Exact(x), Some(unit)) => json!({ "amount": amount(*x, unit), "unit": unit }),
        (Num::Exact(x), None) => exact(*x, ty),
        (Num::Range(_), unit) => {
            let end = |x: Option<Exact>| match (x, unit) {
                (None, _) => Json::Null,
                (Some(x), Some(unit)) => amount(x, unit),
                (Some(x), None) => exact(x, ty),
            };
            let mut range = json!({
                "min": end(interval.lo), "min_inclusive": interval.lo_closed,
                "max": end(interval.hi), "max_inclusive": interval.hi_closed,
                "approx": n.is_approx(),
            });
            if let (Some(object), Some(unit)) = (range.as_object_mut(), unit) {
                object.insert("unit".to_owned(), json!(unit));
            }
            range
        }
    }
}

fn amount(x: Exact, unit: TimeUnit) -> Json {
    let held = Exact::from_int(if unit == TimeUnit::Years { 12 } else { 1 });
    x.checked_div(held).map_or(Json::Null, number)
}

fn exact(x: Exact, ty: &Type) -> Json {
    let percent = |x: Exact| x.checked_mul(Exact::from_int(100)).map_or_else(|_| format!("{x} * 100"), |p| p.to_string());
    Json::String(match ty {
        Type::Money | Type::MoneyPerMonth => yuan(x),
        Type::Rate => format!("{}%", percent(x)),
        Type::Points => format!("{} points", percent(x)),
        Type::Date | Type::Month => show_exact(x, ty),
        _ => return number(x),
    })
}

fn yuan(fen: Exact) -> String {
    let Ok(yuan) = fen.checked_div(Exact::from_int(100)) else { return format!("{fen} / 100") };
    match yuan.decimal() {
        Some((negative, whole, decimals)) => format!("{}{whole}.{decimals:0<2}", if negative { "-" } else { "" }),
        None => yuan.to_string(),
    }
}

fn number(x: Exact) -> Json {
    let text = x.to_string();
    // serde_json keeps the digits as written
    match text.parse::<serde_json::Number>() {
        Ok(number) => Json::Number(number),
        Err(_) => Json::String(text),
    }
}
