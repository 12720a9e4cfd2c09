//! In: facts as JSON or `name=value`. Out: checked facts, or everything wrong with them; what may be told, as data and as JSON Schema. Never here: policies' text.
//!
//! ```text
//! JSON ──json──▶ tree ──document──▶ values ─┐
//!                          │ strings        ├─▶ bounds ─▶ Facts
//! name=value ──────────────┴──text──────────┘
//!                                 └─▶ hir::standalone (numbers, units, dates, lists as in policies)
//! ```
//!
//! | type | JSON |
//! |---|---|
//! | money, money per month | yuan as a number (`480`, `480.5`), or `"¥480"`, `"480元"`, `"¥80/month"` |
//! | rate, points | `"70%"`, `"5‰"`, `"10 points"`; never a bare number |
//! | count, number | a number |
//! | days, working days, months, years | a whole number in the input's own unit, or `"2 months"`, `"2个月"`, `"1 year"` |
//! | boolean | `true`, `false` |
//! | text | a string |
//! | date, month | `"2025-01-31"`, `"2025-01"` |
//! | enum, region | its name or alias |
//! | list | an array; of anything but records each element once |
//! | record | an object with all its fields |
//! | `… or none` | also `"none"` |
//!
//! A string may also be what [`crate::value::show`] writes for a value of the type. `null` is an error: what is not known is left out.
//!
//! ```
//! use polc::{Policies, input};
//!
//! let policies = Policies::from_text("example.pol", "");
//! let (transfer, _) = policies.decision("transfer").unwrap();
//! let facts = input::facts_from_json(&policies, transfer, r#"{"断缴": "2个月", "sex": "male"}"#, "person.json").unwrap();
//! assert_eq!(facts.iter().count(), 2);
//! let wrong = input::facts_from_json(&policies, transfer, r#"{"gap": "5 days", "ag": 40}"#, "person.json").unwrap_err();
//! assert_eq!(wrong.diagnostics().len(), 2);
//! ```

mod catalog;
#[cfg(feature = "batch")]
mod cells;
mod document;
mod errors;
mod fields;
mod json;
mod number;
mod reach;
mod schema;
#[cfg(test)]
mod tests;
mod text;
mod words;

use crate::Policies;
use crate::diagnostics::codes;
use crate::eval::Facts;
use crate::hir::{DecisionId, Symbols};
use crate::value::{InputId, Type};
pub use catalog::{
    ArgumentInfo, Asking, Bounds, FieldInfo, INPUTS_VERSION, InputInfo, InputsDocument, ValueInfo, asked_inputs, describe_arguments,
    describe_inputs, inputs_document, unit_of,
};
#[cfg(feature = "batch")]
pub(crate) use cells::{Cell, Unit};
use errors::{Faults, short};
pub use errors::{InputErrors, MAX_ERRORS, Place};
use fields::Fields;
pub(crate) use fields::folded;
#[cfg(feature = "batch")]
pub(crate) use json::{Kind, Node, read as read_json, tree as json_tree};
pub use schema::input_schema;
use text::Texts;
use words::Style;

/// The most lists and objects of a document inside one another.
pub const MAX_DEPTH: usize = 128;
/// The most values in a document.
pub const MAX_VALUES: usize = 1_000_000;
/// The largest document, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Reads facts for the inputs of some decisions.
#[derive(Clone, Copy, Debug)]
pub struct FactReader<'p> {
    policies: &'p Policies,
    decisions: &'p [DecisionId],
}

impl<'p> FactReader<'p> {
    /// Names are those of the decisions' vocabularies, and of other inputs that statements of these decisions ask for.
    pub fn new(policies: &'p Policies, decisions: &'p [DecisionId]) -> Self {
        FactReader { policies, decisions }
    }

    /// Facts from the text of a JSON document called `name` in messages.
    pub fn json(&self, text: &str, name: &str) -> Result<Facts, InputErrors> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut faults = Faults::document(name, text);
        if text.len() > MAX_BYTES {
            return too_large(faults);
        }
        let fields = Fields::new(self.policies, self.decisions);
        let facts = match json::read(text) {
            Ok(root) => document::facts(&fields, &root, &mut faults),
            Err(fault) => {
                faults.at = fault.at;
                faults.say(fault.code, fault.message, fault.help);
                Facts::new()
            }
        };
        faults.finish(facts)
    }

    /// Facts from the bytes of a JSON document, which must be UTF-8.
    pub fn bytes(&self, bytes: &[u8], name: &str) -> Result<Facts, InputErrors> {
        if bytes.len() > MAX_BYTES + '\u{feff}'.len_utf8() {
            return too_large(Faults::document(name, ""));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.json(text, name),
            Err(e) => {
                let (good, bad) = bytes.split_at_checked(e.valid_up_to()).unwrap_or((bytes, &[]));
                let before = std::str::from_utf8(good).unwrap_or_default();
                let mut faults = Faults::document(name, before);
                faults.at = before.len();
                let shown: Vec<String> = bad.iter().take(e.error_len().unwrap_or(bad.len()).min(4)).map(|b| format!("0x{b:02X}")).collect();
                let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
                let help = if utf16 { "this is UTF-16: save the document as UTF-8" } else { "save the document as UTF-8" };
                faults.say(&codes::E0907, format!("the bytes {} are not UTF-8 text", shown.join(" ")), help);
                faults.finish(Facts::new())
            }
        }
    }

    /// The input that a document or setting means by this name.
    pub fn input(&self, name: &str) -> Option<InputId> {
        Fields::new(self.policies, self.decisions).find(&folded(name))
    }

    /// One fact told as an answer to a question about it; added to `facts` if nothing is wrong.
    pub fn answer(&self, input: InputId, text: &str, facts: &mut Facts) -> Result<(), InputErrors> {
        let mut faults = Faults::answer();
        self.told(input, text, &mut faults, facts);
        faults.finish(())
    }

    /// Facts from named values in the form of an input document.
    pub fn values(&self, given: &[(String, serde_json::Value)]) -> Result<Facts, InputErrors> {
        let mut faults = Faults::values();
        let fields = Fields::new(self.policies, self.decisions);
        let entries = given.iter().map(|(name, value)| (json::key(name), json::tree(value))).collect();
        let root = json::Node { at: 0, kind: json::Kind::Object(entries) };
        let facts = document::facts(&fields, &root, &mut faults);
        faults.finish(facts)
    }

    /// One fact from `name=value`, the value in the notation of policies; added to `facts` if nothing is wrong.
    pub fn setting(&self, setting: &str, facts: &mut Facts) -> Result<(), InputErrors> {
        let mut faults = Faults::setting();
        let fields = Fields::new(self.policies, self.decisions);
        let symbols = fields.symbols();
        let (name, text) = match setting.split_once(['=', '＝']) {
            Some((name, text)) => (folded(name), Some(text)),
            None => (folded(setting), None),
        };
        faults.enter(&name, 0);
        let Some(id) = fields.find(&name) else {
            let (message, help) = fields.unknown(&name);
            faults.say(&codes::E0901, message, help);
            return faults.finish(());
        };
        let info = symbols.input(id);
        let what = format!("`{}`", info.name);
        if facts.get(id).is_some() {
            faults.say(&codes::E0904, format!("{what} has been told already"), "tell it once, in the document or by one --set");
        }
        let Some(text) = text else {
            let example = words::example(&info.ty, symbols, Style::Setting);
            faults.say(&codes::E0902, format!("{what} is given no value"), format!("write --set '{}={example}'", short(&name)));
            return faults.finish(());
        };
        self.told(id, text, &mut faults, facts);
        faults.finish(())
    }

    /// Reads a value as it stands after `--set name=`.
    fn told(&self, id: InputId, text: &str, faults: &mut Faults, facts: &mut Facts) {
        let symbols = &self.policies.program.symbols;
        let info = symbols.input(id);
        let texts = Texts { symbols, vocab: info.vocab, style: Style::Setting };
        let value = texts.value(text, &info.ty, &format!("`{}`", info.name), faults);
        if let Some(value) = value
            && document::within_bounds(symbols, id, &value, &short(text.trim()), faults)
            && faults.count() == 0
        {
            facts.tell(id, value);
        }
    }
}

fn too_large(mut faults: Faults) -> Result<Facts, InputErrors> {
    let limit = MAX_BYTES / (1024 * 1024);
    faults.say(&codes::E0004, format!("the document is larger than {limit} MiB"), "ask about one person at a time");
    faults.finish(Facts::new())
}

/// An example of a value of the type, as it may stand after `--set name=`.
pub fn example_setting(ty: &Type, symbols: &Symbols) -> String {
    words::example(ty, symbols, Style::Setting)
}

/// Facts for one decision from the text of a JSON document called `name` in messages.
pub fn facts_from_json(policies: &Policies, decision: DecisionId, text: &str, name: &str) -> Result<Facts, InputErrors> {
    FactReader::new(policies, &[decision]).json(text, name)
}

/// Facts for one decision from the bytes of a JSON document called `name` in messages.
pub fn facts_from_bytes(policies: &Policies, decision: DecisionId, bytes: &[u8], name: &str) -> Result<Facts, InputErrors> {
    FactReader::new(policies, &[decision]).bytes(bytes, name)
}

/// One fact for one decision from `name=value`, as in `gap=2 months`; added to `facts` if nothing is wrong.
pub fn fact_from_setting(policies: &Policies, decision: DecisionId, setting: &str, facts: &mut Facts) -> Result<(), InputErrors> {
    FactReader::new(policies, &[decision]).setting(setting, facts)
}
