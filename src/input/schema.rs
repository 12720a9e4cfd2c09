//! In: policies, perhaps a decision and a region. Out: the JSON Schema (draft 2020-12) of the documents that [`super::facts_from_json`] takes. Never here: reading them.
//!
//! It takes what polc takes, in half-width writing without spaces around names; polc looks closer: it knows the calendar (`format` says so to validators that look at it), holds strings to the bounds, keeps numbers to the fineness of their unit, and sees that two elements of a list are one thing.

use super::catalog::{self, Asking, asked_inputs};
use super::fields::Fields;
use crate::Policies;
use crate::hir::{DecisionId, Label, Symbols};
use crate::value::{Exact, InputId, Interval, Type, show_interval, show_name};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};

/// Digits, and a number without a sign, as policies take them.
const DIGITS: &str = "[0-9０-９](?:_?[0-9０-９])*";
/// What stands in a schema for `none`.
const NONE: &str = "none";

/// The schema of input documents for a decision (all decisions of all vocabularies when absent).
///
/// Every input that may be told is in it; those that the decision never asks for in the region say so in `$comment`.
pub fn input_schema(policies: &Policies, asking: &Asking) -> Json {
    let symbols = &policies.program.symbols;
    let decisions: Vec<DecisionId> = match &asking.decision {
        Some((d, _)) => vec![*d],
        None => (0..symbols.decisions.len()).filter_map(|i| u32::try_from(i).ok().map(DecisionId)).collect(),
    };
    let asked = asked_inputs(policies, asking);
    let told = if asking.decision.is_some() { Fields::new(policies, &decisions).all() } else { all(symbols) };
    let order = asked.iter().chain(told.iter().filter(|i| !asked.contains(i)));
    let mut maker = Maker { symbols, defs: Map::new(), named: FxHashMap::default() };
    let (mut properties, mut rules) = (Map::new(), Vec::new());
    for id in order {
        let info = symbols.input(*id);
        let mut schema = maker.input(*id);
        if !asked.contains(id)
            && let Some(object) = schema.as_object_mut()
        {
            object.insert("$comment".to_owned(), json!("not asked here"));
        }
        add(&mut properties, &info.name, schema);
        if let Some(alias) = &info.alias {
            let pointer = reference("properties", &info.name);
            add(&mut properties, alias, json!({ "$ref": pointer }));
            rules.push(json!({ "not": { "required": [info.name, alias] } }));
        }
    }
    let title = match &asking.decision {
        Some((d, args)) => format!("Facts for {}", symbols.head_text(*d, args)),
        None => "Facts about a person".to_owned(),
    };
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": "个人情况:不清楚的项目不填,确实没有的填 \"none\" / What is not known is left out; what the person has none of is \"none\".",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(object) = schema.as_object_mut() {
        if !rules.is_empty() {
            object.insert("allOf".to_owned(), Json::Array(rules));
        }
        if !maker.defs.is_empty() {
            object.insert("$defs".to_owned(), Json::Object(maker.defs));
        }
    }
    schema
}

fn all(symbols: &Symbols) -> Vec<InputId> {
    (0..symbols.inputs.len()).filter_map(|i| u32::try_from(i).ok().map(InputId)).collect()
}

/// Adds a property; where two vocabularies use one name, either meaning will do.
fn add(properties: &mut Map<String, Json>, name: &str, schema: Json) {
    match properties.get_mut(name) {
        None => {
            properties.insert(name.to_owned(), schema);
        }
        Some(known) => *known = json!({ "anyOf": [known.clone(), schema] }),
    }
}

/// `#/$defs/…` as a URI reference.
fn reference(room: &str, name: &str) -> String {
    let mut out = format!("#/{room}/");
    for byte in name.replace('~', "~0").replace('/', "~1").bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A label in both languages.
fn both(label: &Label) -> String {
    label.en.as_ref().map_or_else(|| label.zh.to_string(), |en| format!("{} / {en}", label.zh))
}

struct Maker<'p> {
    symbols: &'p Symbols,
    defs: Map<String, Json>,
    /// The names under which enums, records and regions stand in `$defs`.
    named: FxHashMap<(char, u32), String>,
}

impl Maker<'_> {
    fn input(&mut self, id: InputId) -> Json {
        let symbols = self.symbols;
        let info = symbols.input(id);
        let mut words = info.ty.show(symbols);
        if let Some(b) = &info.bounds {
            words = format!("{words}, {}", show_interval(b, info.ty.base(), symbols));
        }
        let made = self.ty(&info.ty, info.bounds.as_ref());
        described(made, info.label.as_ref(), &words)
    }

    fn ty(&mut self, ty: &Type, bounds: Option<&Interval>) -> Json {
        match ty {
            Type::Optional(inner) => either(vec![self.ty(inner, bounds), json!({ "const": NONE })]),
            Type::Boolean | Type::Flag => json!({ "enum": [true, false, "true", "false"] }),
            Type::Text | Type::InputName => json!({ "type": "string" }),
            Type::Date => {
                json!({ "type": "string", "format": "date", "pattern": r"^\s*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\s*$" })
            }
            Type::Month => json!({ "type": "string", "pattern": r"^\s*[0-9]{4}-(0[1-9]|1[0-2])\s*$" }),
            Type::List(item) => {
                let items = self.ty(item, None);
                match item.base() {
                    Type::Record(_) => json!({ "type": "array", "items": items }),
                    _ => json!({ "type": "array", "items": items, "uniqueItems": true }),
                }
            }
            Type::Enum(e) => self.shared('e', e.0, |m| m.enumeration(*e)),
            Type::Record(r) => self.shared('r', r.0, |m| m.record(*r)),
            Type::Region => self.shared('p', 0, |m| {
                let mut names: Vec<&str> = m.symbols.region_by_name.keys().map(|n| n.as_str()).collect();
                names.sort_unstable();
                json!({ "title": "地区 / Region", "enum": names })
            }),
            _ => {
                let (plain, pattern) = quantity(ty, bounds);
                let name = format!("{} as text", ty.show(self.symbols));
                let text = json!({ "$ref": reference("$defs", &name) });
                self.defs.entry(name).or_insert_with(|| json!({ "type": "string", "pattern": pattern }));
                match plain {
                    Some(plain) => json!({ "anyOf": [plain, text] }),
                    None => text,
                }
            }
        }
    }

    /// A schema that stands once in `$defs`.
    fn shared(&mut self, kind: char, id: u32, make: impl FnOnce(&mut Self) -> Json) -> Json {
        let name = match self.named.get(&(kind, id)) {
            Some(name) => name.clone(),
            None => {
                let (own, vocab) = match kind {
                    'e' => self.symbols.enums.get(id as usize).map(|e| (e.name.as_str(), e.vocab)),
                    'r' => self.symbols.records.get(id as usize).map(|r| (r.name.as_str(), r.vocab)),
                    _ => None,
                }
                .map_or(("region", None), |(n, v)| (n, Some(v)));
                let taken = self.named.values().any(|n| n == own);
                let name = match vocab {
                    Some(v) if taken => format!("{}.{own}", catalog::vocabulary(self.symbols, v)),
                    _ if taken => format!("any {own}"),
                    _ => own.to_owned(),
                };
                // Named before it is made: records may hold records of their own kind.
                self.named.insert((kind, id), name.clone());
                self.defs.insert(name.clone(), Json::Null);
                let made = make(self);
                self.defs.insert(name.clone(), made);
                name
            }
        };
        json!({ "$ref": reference("$defs", &name) })
    }

    fn enumeration(&mut self, id: crate::value::EnumId) -> Json {
        let info = self.symbols.enum_(id);
        let mut values: Vec<String> = Vec::new();
        let mut words = Vec::new();
        for v in &info.variants {
            for name in std::iter::once(&v.name).chain(&v.alias) {
                values.push(name.to_string());
                let shown = show_name(name);
                if shown != name.as_str() {
                    values.push(shown);
                }
            }
            let alias = v.alias.as_ref().map_or(String::new(), |a| format!(" {a}"));
            let label = v.label.as_ref().map_or(String::new(), |l| format!(": {}", both(l)));
            words.push(format!("{}{alias}{label}", v.name));
        }
        described(json!({ "enum": values }), info.label.as_ref(), &words.join("; "))
    }

    fn record(&mut self, id: crate::value::RecordId) -> Json {
        let info = self.symbols.record(id);
        let (mut properties, mut rules) = (Map::new(), Vec::new());
        let mut required = Vec::new();
        for f in &info.fields {
            let schema = self.ty(&f.ty, None);
            let schema = described(schema, f.label.as_ref(), &f.ty.show(self.symbols));
            properties.insert(f.name.to_string(), schema.clone());
            match &f.alias {
                Some(alias) => {
                    properties.insert(alias.to_string(), schema);
                    rules.push(json!({ "oneOf": [{ "required": [f.name] }, { "required": [alias] }] }));
                }
                None => required.push(f.name.to_string()),
            }
        }
        let mut made = json!({ "title": info.name, "type": "object", "properties": properties, "additionalProperties": false });
        if let Some(object) = made.as_object_mut() {
            if !required.is_empty() {
                object.insert("required".to_owned(), json!(required));
            }
            if !rules.is_empty() {
                object.insert("allOf".to_owned(), Json::Array(rules));
            }
        }
        made
    }
}

/// A schema with the question in both languages.
fn described(schema: Json, label: Option<&Label>, words: &str) -> Json {
    let mut out = Map::new();
    if let Some(l) = label {
        out.insert("title".to_owned(), json!(both(l)));
    }
    out.insert("description".to_owned(), json!(words));
    if let Json::Object(rest) = schema {
        out.extend(rest);
    }
    Json::Object(out)
}

/// One of these, without alternatives inside alternatives.
fn either(options: Vec<Json>) -> Json {
    let mut flat = Vec::new();
    for o in options {
        match o.as_object().filter(|m| m.len() == 1).and_then(|m| m.get("anyOf")).and_then(Json::as_array) {
            Some(inner) => flat.extend(inner.iter().cloned()),
            None => flat.push(o),
        }
    }
    json!({ "anyOf": flat })
}

/// Numbers without a unit, where the type takes them, and the pattern of those with one.
fn quantity(ty: &Type, bounds: Option<&Interval>) -> (Option<Json>, String) {
    let number = format!("{DIGITS}(?:[.．]{DIGITS})?");
    let bare = format!("-?{number}(?:[eE][-+]?[0-9]+)?");
    let over = format!(r"(?:\s*/\s*{DIGITS})?");
    // What is less than nothing is written as a difference.
    let below = |literal: &str, zero: &str| format!(r"(?:{zero}\s*-\s*)?{literal}");
    let unit = |units: &str| below(&format!(r"{number}\s*(?:{units})"), &format!(r"0\s*(?:{units})"));
    let per_month = r"\s*[/／]\s*(?:month|个月|月)";
    let yuan = format!(r"(?:[¥￥]\s*{number}(?:\s*(?:[万亿]元?|元))?|{number}\s*(?:万元|亿元|元))");
    let (bare_too, literal) = match ty {
        Type::Money => (true, below(&yuan, "¥0")),
        Type::MoneyPerMonth => (true, below(&format!("{yuan}{per_month}"), "¥0/month")),
        Type::Rate => (false, format!("{}{over}", unit("%|％|‰"))),
        Type::Points => (false, format!("{}{over}", unit("points|point|个百分点|百分点"))),
        Type::Count => (true, below(&number, "0")),
        Type::Number => (true, format!("{}{over}", below(&number, "0"))),
        Type::Days => (true, unit("days|day|天|日")),
        Type::WorkingDays => (true, unit(r"working\s+days|working\s+day|个工作日|工作日")),
        Type::Months | Type::Years => (true, unit("months|month|years|year|个月|月|年")),
        _ => (true, unit(r"days|day|天|日|working\s+days|working\s+day|个工作日|工作日|months|month|years|year|个月|月|年")),
    };
    if !bare_too {
        return (None, format!(r"^\s*(?:{literal})\s*$"));
    }
    let mut plain = Map::new();
    match ty {
        // No `multipleOf` for fen: most validators would test it with floats and refuse 480.1.
        Type::Money | Type::MoneyPerMonth | Type::Number => {
            plain.insert("type".to_owned(), json!("number"));
        }
        _ => {
            plain.insert("type".to_owned(), json!("integer"));
        }
    }
    if let Some(b) = bounds {
        let held = match ty {
            Type::Money | Type::MoneyPerMonth => 100,
            Type::Years => 12,
            _ => 1,
        };
        // An end whose decimals never stop is left to polc.
        let mut end = |x: Option<Exact>, key: &str| {
            let x = x.and_then(|x| x.checked_div(Exact::from_int(held)).ok()).filter(|x| x.decimal().is_some());
            if let Some(x) = x {
                plain.insert(key.to_owned(), decimal(x));
            }
        };
        end(b.lo, if b.lo_closed { "minimum" } else { "exclusiveMinimum" });
        end(b.hi, if b.hi_closed { "maximum" } else { "exclusiveMaximum" });
    }
    (Some(Json::Object(plain)), format!(r"^\s*(?:{bare}|{literal})\s*$"))
}

/// A decimal as a JSON number, exact.
fn decimal(x: Exact) -> Json {
    x.to_string().parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}
