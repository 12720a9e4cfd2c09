//! In: a value given as text: a JSON string or the value of `--set`. Out: the value, or a fault that says what was meant. Never here: JSON, bounds.
//!
//! Numbers, units, dates and lists are read by the code that reads policies (`hir::standalone`), so that both mean the same.

use super::errors::{Faults, short};
use super::fields::{folded, unknown};
use super::number::{self, Unfit};
use super::words::{self, Style};
use crate::diagnostics::{Diagnostic, codes};
use crate::hir::standalone::{Misread, value_of};
use crate::hir::{Symbols, VocabId};
use crate::value::{Exact, NumberError, Type, Value, calendar, show};
use unicode_normalization::UnicodeNormalization;

/// Longest text that is read as anything but a text or a list, in bytes.
const MAX_SCALAR: usize = 500;

/// Reads texts as values.
pub(super) struct Texts<'p> {
    pub symbols: &'p Symbols,
    /// Whose names come first.
    pub vocab: VocabId,
    pub style: Style,
}

impl Texts<'_> {
    /// Reads a text as a value of `ty`; `what` names it in messages, as in "`gap`".
    pub fn value(&self, text: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let trimmed = text.trim();
        if matches!(trimmed, "none" | "无") && ty.is_optional() {
            return Some(Value::None);
        }
        if trimmed.is_empty() && *ty.base() != Type::Text {
            faults.say(&codes::E0902, format!("{what} is given no value"), self.write(ty));
            return None;
        }
        let name = folded(trimmed);
        match ty.base() {
            Type::Text => self.text(text, ty, what, faults),
            Type::Boolean | Type::Flag => self.boolean(trimmed, what, faults),
            Type::Enum(e) => match self.symbols.enum_(*e).by_name.get(name.as_str()) {
                Some(v) => Some(Value::variant(*v)),
                None => self.no_such(trimmed, ty, what, faults),
            },
            Type::Region => match self.symbols.region_by_name.get(name.as_str()) {
                Some(r) => Some(Value::Region(*r)),
                None => self.no_such(trimmed, ty, what, faults),
            },
            Type::List(_) | Type::Record(_) if self.style == Style::Json => {
                let kind = words::kind(ty, self.symbols);
                self.wrong(format!("{what} is {kind}, but this is a text"), self.write(ty), faults)
            }
            Type::List(_) | Type::Record(_) => self.typed(trimmed, ty, what, faults),
            Type::Date | Type::Month => self.date(trimmed, ty, what, faults),
            _ => self.quantity(trimmed, ty, what, faults),
        }
    }

    /// `help` with an example of the type.
    pub fn write(&self, ty: &Type) -> String {
        let example = words::example(ty, self.symbols, self.style);
        match (ty.base(), self.style) {
            (Type::Enum(e), _) => format!("write one of: {}", words::values(*e, self.symbols)),
            (Type::Money | Type::MoneyPerMonth, Style::Json) => {
                format!("write {example}, or a number of yuan such as 480.50")
            }
            (Type::Days | Type::WorkingDays | Type::Months | Type::Years, Style::Json) => {
                format!("write {example}, or a whole number of {}", words::ty(ty, self.symbols))
            }
            (Type::Boolean | Type::Flag, _) => "write true or false".to_owned(),
            (Type::Text, Style::Json) => "write a text in double quotes".to_owned(),
            _ => format!("write {example}"),
        }
    }

    /// A name that the enum, or the regions, do not have.
    fn no_such(&self, text: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        if text == "none" {
            let help = format!("leave it out if it is not known; {}", self.write(ty));
            return self.wrong(format!("{what} cannot be none"), help, faults);
        }
        if faults.full() {
            return self.wrong(String::new(), String::new(), faults);
        }
        let (message, help) = match ty.base() {
            Type::Enum(e) => {
                let info = self.symbols.enum_(*e);
                let kind = format!("value of `{}`", info.name);
                unknown(&codes::E0902, &kind, &folded(text), info.by_name.keys().map(|k| k.as_str()))
            }
            _ => {
                let known = self.symbols.region_by_name.keys().map(|k| k.as_str());
                unknown(&codes::E0902, "region", &folded(text), known)
            }
        };
        self.wrong(message, help, faults)
    }

    fn text(&self, text: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let quoted = |t: &str| t.len() > 1 && t.starts_with(['"', '“', '＂']) && t.ends_with(['"', '”', '＂']);
        match self.style {
            Style::Setting if quoted(text.trim()) => self.typed(text.trim(), ty, what, faults),
            _ => Some(Value::Text(text.into())),
        }
    }

    fn boolean(&self, text: &str, what: &str, faults: &mut Faults) -> Option<Value> {
        match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => {
                let help = match text.to_lowercase().as_str() {
                    "是" | "有" | "对" | "yes" | "y" | "1" | "true" | "t" | "on" => "write true",
                    "否" | "无" | "没有" | "不是" | "no" | "n" | "0" | "false" | "f" | "off" => "write false",
                    _ => "write true or false; leave it out if it is not known",
                };
                faults.say(&codes::E0902, format!("{what} is true or false, but this is `{}`", short(text)), help);
                None
            }
        }
    }

    fn date(&self, text: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let plain: String = text.nfkc().collect();
        let whole = *ty.base() == Type::Date;
        let widths: Vec<usize> = plain.split('-').map(|p| if p.bytes().all(|b| b.is_ascii_digit()) { p.len() } else { 0 }).collect();
        let shown = short(text);
        let kind = words::kind(ty, self.symbols);
        match (widths.as_slice(), whole) {
            ([4, 2, 2], true) | ([4, 2], false) => match self.read(&plain, ty) {
                Ok(value) => Some(value),
                Err(Misread::Form(found)) => {
                    let help = found.iter().find_map(|d| d.help.clone()).unwrap_or_default();
                    let message = found.into_iter().next().map_or_else(|| format!("`{shown}` does not exist"), |d| d.message);
                    faults.say(&codes::E0905, message, help);
                    None
                }
                Err(_) => self.mismatch(&shown, &kind, what, self.write(ty), faults),
            },
            ([4, 2], true) => {
                let help = format!("give the day too: {}", self.quoted(&format!("{plain}-01")));
                self.wrong(format!("{what} is a date, but `{shown}` is a month"), help, faults)
            }
            ([4, 2, 2], false) => {
                let month = plain.get(..7).unwrap_or_default();
                self.wrong(
                    format!("{what} is a month of a year, but `{shown}` is a day"),
                    format!("leave out the day: {}", self.quoted(month)),
                    faults,
                )
            }
            ([4], _) => self.wrong(format!("{what} is {kind}, but `{shown}` is a year"), self.write(ty), faults),
            _ => {
                let meant = respelled(&plain, whole);
                let help = meant.map_or_else(|| self.write(ty), |m| format!("write {}", self.quoted(&m)));
                self.mismatch(&shown, &kind, what, help, faults)
            }
        }
    }

    fn quoted(&self, text: &str) -> String {
        if self.style == Style::Json { format!("\"{text}\"") } else { text.to_owned() }
    }

    fn wrong<T>(&self, message: String, help: String, faults: &mut Faults) -> Option<T> {
        faults.say(&codes::E0902, message, help);
        None
    }

    fn mismatch<T>(&self, shown: &str, kind: &str, what: &str, help: String, faults: &mut Faults) -> Option<T> {
        let message = if shown == "none" { format!("{what} cannot be none") } else { format!("{what} is {kind}, but `{shown}` is not") };
        self.wrong(message, help, faults)
    }

    /// Money, rates, counts, stretches of time.
    fn quantity(&self, text: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let plain: String = if text.len() <= MAX_SCALAR { text.nfkc().collect() } else { String::new() };
        let (shown, kind) = (short(text), words::kind(ty, self.symbols));
        if text.len() > MAX_SCALAR {
            return match number::decimal(text) {
                Some(_) => say(number::too_long(&shown), faults),
                None => self.mismatch(&shown, &kind, what, self.write(ty), faults),
            };
        }
        if let Some(n) = number::decimal(&plain) {
            return self.number(n, &shown, ty, what, faults);
        }
        if matches!(plain.trim_start_matches(['-', '+']).to_lowercase().as_str(), "nan" | "inf" | "infinity") {
            return say(not_finite(&shown), faults);
        }
        // Comments, parentheses and what spans lines are for policies, not for one value.
        if text.contains(['\n', '\r', '(', '（', '[', '［', '{', '<', '＜']) || text.contains("//") {
            return self.mismatch(&shown, &kind, what, self.write(ty), faults);
        }
        match self.read(text, ty) {
            Ok(value) => self.settled(value, ty, &shown, what, faults),
            Err(Misread::Type(found)) => {
                let found = words::kind(&found, self.symbols);
                self.wrong(format!("{what} is {kind}, but `{shown}` is {found}"), self.write(ty), faults)
            }
            Err(Misread::NotWhole) => say(
                (
                    &codes::E0906,
                    format!("`{shown}` is not a whole number of days or months"),
                    "use a smaller unit: 18 months for a year and a half".to_owned(),
                ),
                faults,
            ),
            Err(Misread::Form(_)) if number::has_long_number(&plain) => say(number::too_long(&shown), faults),
            Err(Misread::Form(found)) => {
                let help = self.mend(&plain, ty, found);
                self.mismatch(&shown, &kind, what, help, faults)
            }
            Err(_) => self.mismatch(&shown, &kind, what, self.write(ty), faults),
        }
    }

    /// What to say about a quantity that cannot be read.
    fn mend(&self, text: &str, ty: &Type, found: Vec<Diagnostic>) -> String {
        let bare = !matches!(ty.base(), Type::Rate | Type::Points);
        if text.contains(|c: char| c.is_ascii_digit()) && text.contains(',') {
            return format!("leave out the comma: {}", self.quoted(&short(&text.replace(',', ""))));
        }
        if bare && text.starts_with(['-', '+']) {
            return "a sign stands only before a bare number: -5".to_owned();
        }
        let unit = found.into_iter().find(|d| d.code.id == codes::E0108.id).and_then(|d| d.help);
        match unit {
            Some(own) if own.starts_with("did you mean") => format!("{own} {}", self.write(ty)),
            Some(own) if own.starts_with("write ¥") && matches!(ty.base(), Type::Money | Type::MoneyPerMonth) => own,
            _ => self.write(ty),
        }
    }

    /// A number without a unit.
    pub fn number(&self, n: Result<Exact, NumberError>, shown: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let Ok(n) = n else { return say(number::too_long(shown), faults) };
        match ty.base() {
            Type::Rate => {
                let percent = n.checked_mul(Exact::from_int(100)).map_or_else(|_| shown.to_owned(), |p| p.to_string());
                let (share, literal) = (self.quoted(&format!("{percent}%")), self.quoted(&format!("{n}%")));
                let help = if n.abs() > Exact::ONE || n.is_zero() {
                    format!("write {literal}")
                } else {
                    format!("write {share} if {n} is the share of the whole, {literal} if it is a number of percent")
                };
                self.wrong(format!("{what} is a rate, and the bare number `{shown}` could be a share or a percentage"), help, faults)
            }
            Type::Points => self.wrong(
                format!("{what} is in percentage points, but `{shown}` has no unit"),
                format!("write {}", self.quoted(&format!("{n} points"))),
                faults,
            ),
            Type::Money | Type::MoneyPerMonth | Type::Count | Type::Number | Type::Days | Type::WorkingDays | Type::Months => {
                match number::held(n, ty) {
                    Ok(held) => self.settled(Value::from(held), ty, shown, what, faults),
                    Err(_) => say(number::too_long(shown), faults),
                }
            }
            Type::Years => match (n.is_integer(), number::held(n, ty)) {
                (true, Ok(held)) => Some(Value::from(held)),
                (false, Ok(months)) if months.is_integer() => say(
                    (
                        &codes::E0906,
                        format!("{what} is in years, and `{shown}` is not a whole number"),
                        format!("write {} if that is meant", self.quoted(&format!("{months} months"))),
                    ),
                    faults,
                ),
                (false, Ok(months)) => say(number::fits(months, ty, shown, what, self.symbols).err()?, faults),
                (_, Err(_)) => say(number::too_long(shown), faults),
            },
            _ => self.wrong(format!("{what} is {}, but `{shown}` is a number", words::kind(ty, self.symbols)), self.write(ty), faults),
        }
    }

    /// Lists, records and quoted texts in the notation of policies.
    fn typed(&self, text: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        match self.read(text, ty) {
            Ok(value) => self.settled(value, ty, &short(text), what, faults),
            Err(Misread::Form(found)) => {
                let long = number::has_long_number(text);
                for d in found {
                    self.passed_on(d, long, ty, faults);
                }
                None
            }
            Err(Misread::Repeated(twin)) => self.repeated(&twin.0, &twin.1, what, faults),
            Err(Misread::Type(found)) => {
                let found = words::kind(&found, self.symbols);
                self.wrong(format!("{what} is {}, but this is {found}", words::kind(ty, self.symbols)), self.write(ty), faults)
            }
            Err(Misread::NotWhole) => {
                say((&codes::E0906, "a stretch of time is a whole number of days or months".to_owned(), self.write(ty)), faults)
            }
            Err(Misread::NotPlain) => self.wrong(format!("{what} is not one plain value"), self.write(ty), faults),
        }
    }

    /// A set that names an element twice.
    pub fn repeated(&self, twin: &Value, element: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
        let message = format!("{what} names `{}` twice", short(&show(twin, element, self.symbols)));
        faults.say(&codes::E0904, message, "keep one of them: a list like this names each thing once");
        None
    }

    /// What policies' own reading found wrong, under the codes of inputs.
    fn passed_on(&self, d: Diagnostic, long: bool, ty: &Type, faults: &mut Faults) {
        let code = match d.code.id {
            "E0110" => &codes::E0905,
            "E0115" => &codes::E0904,
            "E0215" => &codes::E0901,
            "E0005" | "E0007" => &codes::E0908,
            "E0108" if long => &codes::E0906,
            _ => &codes::E0902,
        };
        faults.say(code, d.message, d.help.unwrap_or_else(|| self.write(ty)));
    }

    fn read(&self, text: &str, ty: &Type) -> Result<Value, Misread> {
        value_of(self.symbols, self.vocab, text, ty)
    }

    /// Checks every number inside a value that policies' own reading let pass.
    fn settled(&self, value: Value, ty: &Type, shown: &str, what: &str, faults: &mut Faults) -> Option<Value> {
        let before = faults.count();
        self.check(&value, ty, shown, what, faults);
        (faults.count() == before).then_some(value)
    }

    fn check(&self, value: &Value, ty: &Type, shown: &str, what: &str, faults: &mut Faults) {
        match value {
            Value::Num(n) => match n.as_exact() {
                Some(n) => {
                    if let Err(unfit) = number::fits(n, ty, shown, what, self.symbols) {
                        say::<()>(unfit, faults);
                    }
                }
                None => faults.say(&codes::E0902, format!("{what} is not one plain value"), self.write(ty)),
            },
            Value::List(list) => {
                let element = ty.element().cloned().unwrap_or(Type::Text);
                for v in list.items.iter().flat_map(|i| i.alternatives()).filter_map(|i| i.value()) {
                    self.check(v, &element, &short(&show(v, &element, self.symbols)), &format!("an element of {what}"), faults);
                }
            }
            Value::Record(record) => {
                for (field, v) in self.symbols.record(record.id).fields.iter().zip(&record.fields) {
                    self.check(v, &field.ty, &short(&show(v, &field.ty, self.symbols)), &format!("`{}`", field.name), faults);
                }
            }
            _ => {}
        }
    }
}

/// Reports why a number does not fit.
pub(super) fn say<T>((code, message, help): Unfit, faults: &mut Faults) -> Option<T> {
    faults.say(code, message, help);
    None
}

/// The message for `NaN` and the like.
pub(super) fn not_finite(shown: &str) -> Unfit {
    (&codes::E0906, format!("`{shown}` is not a number that can be exact"), "leave the field out if the number is not known".to_owned())
}

/// `2025/1/31`, `2025年1月31日`, `20250131` as a date is written here, if that exists.
fn respelled(text: &str, whole: bool) -> Option<String> {
    let mut groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    if let [all] = groups.as_slice()
        && let (8, Some(y), Some(m), Some(d)) = (all.len(), all.get(..4), all.get(4..6), all.get(6..))
    {
        groups = vec![y, m, d];
    }
    let meant = match (groups.as_slice(), whole) {
        ([y, m, d], true) if y.len() == 4 => format!("{y}-{m:0>2}-{d:0>2}"),
        ([y, m], false) if y.len() == 4 => format!("{y}-{m:0>2}"),
        _ => return None,
    };
    calendar::parse(&meant).map(|_| meant)
}
