//! In: one cell of a table, its column's unit. Out: the value of an input, or what is wrong with it. Never here: rows, columns, files.
//!
//! A cell is read by the code that reads documents and settings, so that a table tells exactly what they tell.

use super::FactReader;
use super::document::{Reader, Whole, within_bounds};
use super::errors::{Faults, InputErrors, short};
use super::json::{Kind, Node};
use super::number;
use super::text::Texts;
use super::words::Style;
use crate::diagnostics::codes;
use crate::value::{Exact, InputId, Type, Value};

/// What stands in a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'c> {
    /// A text, in the notation of policies where its input is no text.
    Text(&'c str),
    /// A number, as decimal digits.
    Number(&'c str),
    Bool(bool),
    /// A value of a JSON document.
    Node(&'c Node<'c>),
}

/// In what a column gives bare numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unit {
    /// In the input's own unit: yuan for money.
    #[default]
    Own,
    /// Money in fen.
    Fen,
    /// A rate as a share of one.
    Share,
    /// A unit of the language.
    Word(&'static str),
}

impl Unit {
    /// The unit that a word names for a type; else the words there are.
    pub fn parse(word: &str, ty: &Type) -> Result<Unit, &'static [&'static str]> {
        let words: &'static [&'static str] = match ty.base() {
            Type::Money | Type::MoneyPerMonth => &["yuan", "fen"],
            Type::Rate => &["%", "\u{2030}", "share"],
            Type::Points => &["points"],
            Type::Days => &["days"],
            Type::WorkingDays => &["working days"],
            Type::Months | Type::Years => &["months", "years"],
            Type::Duration => &["days", "working days", "months", "years"],
            _ => &[],
        };
        match words.iter().find(|w| **w == word) {
            Some(&"yuan") => Ok(Unit::Own),
            Some(&"fen") => Ok(Unit::Fen),
            Some(&"share") => Ok(Unit::Share),
            Some(word) => Ok(Unit::Word(word)),
            None => Err(words),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Unit::Own => "",
            Unit::Fen => "fen",
            Unit::Share => "share",
            Unit::Word(word) => word,
        }
    }
}

impl FactReader<'_> {
    /// The value that a cell tells of an input, within its bounds.
    pub(crate) fn cell(&self, input: InputId, cell: Cell<'_>, unit: &Unit) -> Result<Value, InputErrors> {
        let symbols = &self.policies.program.symbols;
        let info = symbols.input(input);
        let mut faults = Faults::answer();
        let style = if matches!(cell, Cell::Node(_)) { Style::Json } else { Style::Cell };
        let texts = Texts { symbols, vocab: info.vocab, style };
        let what = format!("`{}`", info.name);
        let written = match cell {
            Cell::Text(text) | Cell::Number(text) => text,
            Cell::Node(Node { kind: Kind::Text(text), .. }) => text.as_ref(),
            Cell::Node(Node { kind: Kind::Number(text), .. }) => text,
            _ => "",
        };
        let value = match (unit, cell) {
            (Unit::Own, Cell::Text(text)) => texts.value(text, &info.ty, &what, &mut faults),
            (Unit::Own, Cell::Number(text)) => {
                Reader { texts }.value(&Node { at: 0, kind: Kind::Number(text) }, &info.ty, &what, Whole::Input, &mut faults)
            }
            (Unit::Own, Cell::Bool(b)) => {
                Reader { texts }.value(&Node { at: 0, kind: Kind::Bool(b) }, &info.ty, &what, Whole::Input, &mut faults)
            }
            (Unit::Own, Cell::Node(node)) => Reader { texts }.value(node, &info.ty, &what, Whole::Input, &mut faults),
            _ => in_unit(&texts, unit, written.trim(), &info.ty, &what, &mut faults),
        };
        let value = value.filter(|v| within_bounds(symbols, input, v, &short(written.trim()), &mut faults));
        faults.finish(())?;
        value.ok_or_else(InputErrors::default)
    }
}

/// A bare number in the unit of its column.
fn in_unit(texts: &Texts, unit: &Unit, written: &str, ty: &Type, what: &str, faults: &mut Faults) -> Option<Value> {
    let shown = short(written);
    if matches!(written, "none" | "\u{65e0}") && ty.is_optional() {
        return Some(Value::None);
    }
    let Some(n) = number::decimal(written) else {
        let message = format!("{what} is a number in the column's unit, `{}`, but this is `{shown}`", unit.name());
        faults.say(&codes::E0902, message, "write a bare number, or take the unit out of --map");
        return None;
    };
    let Ok(n) = n else { return texts.number(n, &shown, ty, what, faults) };
    let times = |by: Exact| n.checked_mul(by);
    match unit {
        Unit::Fen => match Exact::ratio(1, 100).and_then(times) {
            Ok(yuan) => texts.number(Ok(yuan), &shown, ty, what, faults),
            Err(_) => super::text::say(number::too_long(&shown), faults),
        },
        Unit::Share => match times(Exact::from_int(100)) {
            Ok(percent) => texts.value(&format!("{percent}%"), ty, what, faults),
            Err(_) => super::text::say(number::too_long(&shown), faults),
        },
        Unit::Word(word) if word.starts_with(['%', '\u{2030}']) => texts.value(&format!("{n}{word}"), ty, what, faults),
        Unit::Word(word) => texts.value(&format!("{n} {word}"), ty, what, faults),
        Unit::Own => texts.value(written, ty, what, faults),
    }
}
