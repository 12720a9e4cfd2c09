//! In: the tree of an input document. Out: the facts it tells, or everything wrong with it. Never here: JSON's own form, values given as text.

use super::errors::{Faults, short};
use super::fields::{Fields, folded, unknown};
use super::json::{Kind, Node};
use super::number;
use super::text::{Texts, not_finite, say};
use super::words::{self, Style};
use crate::diagnostics::codes;
use crate::eval::Facts;
use crate::hir::standalone::{Misread, list_of};
use crate::hir::{Attribute, Symbols};
use crate::value::{InputId, Item, RecordId, Type, Value, show_interval};
use rustc_hash::FxHashMap;

/// Tells the facts of a document.
pub(super) fn facts(fields: &Fields, root: &Node, faults: &mut Faults) -> Facts {
    let mut facts = Facts::new();
    let Kind::Object(entries) = &root.kind else {
        faults.at = root.at;
        faults.say(
            &codes::E0902,
            format!("an input document is an object, but this is {}", found(root)),
            "write {\"gap\": \"2 months\"}: each field is the name of an input",
        );
        return facts;
    };
    let mut given: FxHashMap<InputId, (usize, String)> = FxHashMap::default();
    for (key, node) in entries {
        faults.enter(&key.name, key.at);
        let name = folded(&key.name);
        match fields.find(&name) {
            None if faults.full() => faults.say(&codes::E0901, "", ""),
            None => {
                let (message, help) = fields.unknown(&name);
                faults.say(&codes::E0901, message, help);
            }
            Some(id) => {
                if let Some((at, first)) = given.get(&id) {
                    let place = faults.where_is(*at);
                    let (message, help) = twice(&name, first, place);
                    faults.say(&codes::E0904, message, help);
                } else {
                    given.insert(id, (key.at, name.clone()));
                }
                faults.at = node.at;
                if let Some(value) = input(fields, id, node, faults) {
                    facts.tell(id, value);
                }
            }
        }
        faults.leave();
    }
    facts
}

/// What to say about a field given again, perhaps under its other name.
fn twice(name: &str, first: &str, place: Option<String>) -> (String, String) {
    let at = place.map_or(String::new(), |p| format!(" at {p}"));
    let message = if name != first {
        format!("`{}` is given twice: `{}`{at} is another name of it", short(name), short(first))
    } else if at.is_empty() {
        format!("`{}` is given twice", short(name))
    } else {
        format!("`{}` is given twice, first{at}", short(name))
    };
    (message, "keep one of them".to_owned())
}

/// The value of an input, within its bounds.
fn input(fields: &Fields, id: InputId, node: &Node, faults: &mut Faults) -> Option<Value> {
    let symbols = fields.symbols();
    let info = symbols.input(id);
    let what = format!("`{}`", info.name);
    let reader = Reader { texts: Texts { symbols, vocab: info.vocab, style: Style::Json } };
    let value = reader.value(node, &info.ty, &what, Whole::Input, faults)?;
    let shown = match &node.kind {
        Kind::Number(text) => short(text),
        Kind::Text(text) => short(text),
        _ => String::new(),
    };
    within_bounds(symbols, id, &value, &shown, faults).then_some(value)
}

/// Whether a value lies in its input's bounds; reported when not.
pub(super) fn within_bounds(symbols: &Symbols, id: InputId, value: &Value, shown: &str, faults: &mut Faults) -> bool {
    let info = symbols.input(id);
    let (Some(n), Some(bounds)) = (value.as_num().and_then(|n| n.as_exact()), &info.bounds) else { return true };
    if bounds.contains(n) {
        return true;
    }
    faults.say(
        &codes::E0903,
        format!("`{}` must be {}, but `{shown}` is given", info.name, show_interval(bounds, info.ty.base(), symbols)),
        "check the number and its unit",
    );
    false
}

/// Whether a value may be left out when it is not known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Input,
    Part,
}

pub(super) struct Reader<'p> {
    pub texts: Texts<'p>,
}

impl Reader<'_> {
    pub fn value(&self, node: &Node, ty: &Type, what: &str, whole: Whole, faults: &mut Faults) -> Option<Value> {
        let symbols = self.texts.symbols;
        match (&node.kind, ty.base()) {
            (Kind::Null, _) => {
                let known = match whole {
                    Whole::Input => "leave the field out if it is not known",
                    Whole::Part => "a record names all its fields",
                };
                let none = if ty.is_optional() { "write \"none\" if the person has none".to_owned() } else { self.texts.write(ty) };
                faults.say(&codes::E0902, format!("{what} is null, which says nothing"), format!("{known}; {none}"));
                None
            }
            (Kind::Text(text), _) => self.texts.value(text, ty, what, faults),
            (Kind::Number(text), _) if ty.is_numeric() => {
                // The reader of documents lets only decimals pass.
                self.texts.number(number::decimal(text)?, &short(text), ty, what, faults)
            }
            (Kind::NotFinite(text), _) => say(not_finite(text), faults),
            (Kind::Bool(b), Type::Boolean | Type::Flag) => Some(Value::Bool(*b)),
            (Kind::List(items), Type::List(element)) => self.list(items, element, what, faults),
            (Kind::Object(_), Type::Record(id)) => self.record(node, *id, faults),
            (Kind::Number(text), _) => {
                let message = format!("{what} is {}, but `{}` is a number", words::kind(ty, symbols), short(text));
                faults.say(&codes::E0902, message, self.texts.write(ty));
                None
            }
            _ => {
                let message = format!("{what} is {}, but this is {}", words::kind(ty, symbols), found(node));
                faults.say(&codes::E0902, message, self.texts.write(ty));
                None
            }
        }
    }

    fn list(&self, nodes: &[Node], element: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let mut items = Vec::with_capacity(nodes.len());
        let mut failed = false;
        let (at, part) = (faults.at, format!("an element of {what}"));
        for (i, node) in nodes.iter().enumerate() {
            faults.enter(&i.to_string(), node.at);
            match self.value(node, element, &part, Whole::Part, faults) {
                Some(value) => items.push(Item::plain(value)),
                None => failed = true,
            }
            faults.leave();
        }
        if failed {
            return None;
        }
        faults.at = at;
        match list_of(items, element, false, false) {
            Ok(value) => Some(value),
            Err(Misread::Repeated(twin)) => self.texts.repeated(&twin.0, &twin.1, what, faults),
            Err(_) => {
                faults.say(&codes::E0902, format!("{what} is no list that can be kept"), self.texts.write(&Type::list_of(element.clone())));
                None
            }
        }
    }

    fn record(&self, node: &Node, id: RecordId, faults: &mut Faults) -> Option<Value> {
        let Kind::Object(entries) = &node.kind else { return None };
        let record = self.texts.symbols.record(id);
        let mut slots: Vec<Option<Value>> = vec![None; record.fields.len()];
        let mut given: FxHashMap<usize, (usize, String)> = FxHashMap::default();
        let before = faults.count();
        for (key, value) in entries {
            faults.enter(&key.name, key.at);
            let name = folded(&key.name);
            let place = record.fields.iter().position(|f| f.name == name || f.alias.as_ref().is_some_and(|a| *a == name));
            match place.and_then(|i| record.fields.get(i).map(|f| (i, f))) {
                None => self.no_field(&name, &record.name, &record.fields, faults),
                Some((i, field)) => {
                    if let Some((at, first)) = given.get(&i) {
                        let place = faults.where_is(*at);
                        let (message, help) = twice(&name, first, place);
                        faults.say(&codes::E0904, message, help);
                    } else {
                        given.insert(i, (key.at, name.clone()));
                    }
                    faults.at = value.at;
                    let read = self.value(value, &field.ty, &format!("`{}`", field.name), Whole::Part, faults);
                    if let (Some(slot), Some(read)) = (slots.get_mut(i), read) {
                        *slot = Some(read);
                    }
                }
            }
            faults.leave();
        }
        faults.at = node.at;
        let missing: Vec<&Attribute> = record.fields.iter().enumerate().filter(|(i, _)| !given.contains_key(i)).map(|(_, f)| f).collect();
        if let Some(first) = missing.first() {
            let names: Vec<String> = missing.iter().map(|f| format!("`{}`", f.name)).collect();
            let example = if missing.iter().all(|f| f.ty.is_optional()) {
                format!("add \"{}\": \"none\" if the person has none", first.name)
            } else {
                format!("a record names all its fields: {}", words::example(&Type::Record(id), self.texts.symbols, Style::Json))
            };
            faults.say(&codes::E0902, format!("this `{}` lacks {}", record.name, names.join(", ")), example);
        }
        if faults.count() > before {
            return None;
        }
        slots.into_iter().collect::<Option<Vec<Value>>>().map(|values| Value::record(id, values))
    }

    fn no_field(&self, name: &str, record: &str, fields: &[Attribute], faults: &mut Faults) {
        if faults.full() {
            return faults.say(&codes::E0901, "", "");
        }
        let known = fields.iter().flat_map(|f| std::iter::once(f.name.as_str()).chain(f.alias.as_deref()));
        let (message, help) = unknown(&codes::E0901, &format!("field of `{record}`"), name, known);
        faults.say(&codes::E0901, message, help);
    }
}

/// What stands there, in words.
fn found(node: &Node) -> &'static str {
    match node.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "true or false",
        Kind::Number(_) | Kind::NotFinite(_) => "a number",
        Kind::Text(_) => "a text",
        Kind::List(_) => "a list",
        Kind::Object(_) => "an object",
    }
}
