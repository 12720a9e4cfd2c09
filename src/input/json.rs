//! In: the text of an input document. Out: its tree, with the order, repeats, digits and places that JSON libraries drop. Never here: what a field means.
//!
//! Strict RFC 8259, which a test holds against serde_json; beyond it only `NaN` and `Infinity` are told apart, for a message of their own.

use super::errors::short;
use super::{MAX_DEPTH, MAX_VALUES};
use crate::diagnostics::{Code, codes};
use std::borrow::Cow;

/// A value and the byte at which it starts.
#[derive(Debug)]
pub(crate) struct Node<'t> {
    pub at: usize,
    pub kind: Kind<'t>,
}

/// What stands there.
#[derive(Debug)]
pub(crate) enum Kind<'t> {
    Null,
    Bool(bool),
    /// The number as written.
    Number(&'t str),
    /// `NaN`, `Infinity`, `-Infinity`.
    NotFinite(&'t str),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// Fields in their order, repeats included.
    Object(Vec<(Key<'t>, Node<'t>)>),
}

/// The name of a field and the byte at which it starts.
#[derive(Debug)]
pub(crate) struct Key<'t> {
    pub at: usize,
    pub name: Cow<'t, str>,
}

/// Why a document cannot be read.
#[derive(Debug)]
pub(crate) struct Fault {
    pub code: &'static Code,
    pub at: usize,
    pub message: String,
    pub help: String,
}

type Read<T> = Result<T, Box<Fault>>;

/// Reads a whole document.
pub(crate) fn read(text: &str) -> Read<Node<'_>> {
    let mut r = Reader { text, at: 0, values: 0 };
    r.space();
    if r.peek().is_none() {
        return r.fault("the document is empty", "write an object such as {\"gap\": \"2 months\"}; {} tells nothing");
    }
    let node = r.value(0)?;
    r.space();
    match r.peek() {
        None => Ok(node),
        Some(c) => {
            r.fault(format!("{} stands after the end of the document", named(c)), "a document is one value; put everything into one object")
        }
    }
}

/// The tree of a value that was read or made elsewhere; it has no places.
pub(crate) fn tree(value: &serde_json::Value) -> Node<'_> {
    use serde_json::Value as V;
    let kind = match value {
        V::Null => Kind::Null,
        V::Bool(b) => Kind::Bool(*b),
        V::Number(n) => Kind::Number(n.as_str()),
        V::String(text) => Kind::Text(Cow::Borrowed(text)),
        V::Array(items) => Kind::List(items.iter().map(tree).collect()),
        V::Object(fields) => Kind::Object(fields.iter().map(|(name, v)| (key(name), tree(v))).collect()),
    };
    Node { at: 0, kind }
}

/// A field's name without a place.
pub(super) fn key(name: &str) -> Key<'_> {
    Key { at: 0, name: Cow::Borrowed(name) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    values: usize,
}

/// A character in words.
fn named(c: char) -> String {
    match c {
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{3000}' | '\u{feff}' => {
            format!("the character U+{:04X}", u32::from(c))
        }
        c => format!("`{c}`"),
    }
}

impl<'t> Reader<'t> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|t| t.chars().next())
    }

    fn space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, b: u8) -> bool {
        let found = self.byte() == Some(b);
        self.at += usize::from(found);
        found
    }

    fn fault<T>(&self, message: impl Into<String>, help: impl Into<String>) -> Read<T> {
        self.fault_at(self.at, message, help)
    }

    fn fault_at<T>(&self, at: usize, message: impl Into<String>, help: impl Into<String>) -> Read<T> {
        Err(Box::new(Fault { code: &codes::E0907, at, message: message.into(), help: help.into() }))
    }

    /// Something else stands where `wanted` should.
    fn unexpected<T>(&self, wanted: &str) -> Read<T> {
        let Some(c) = self.peek() else {
            return self.fault(
                format!("the document ends where {wanted} should stand"),
                "it seems to be cut off: check that every bracket and quote is closed",
            );
        };
        let help = match c {
            '\'' | '“' | '”' | '‘' | '’' | '＂' | '「' | '」' => {
                "JSON puts names and texts in plain double quotes: \"gap\"".to_owned()
            }
            '，' | '、' | '：' | '｛' | '｝' | '［' | '］' | '；' => {
                "this is a full-width character; JSON takes only half-width , : { } [ ]".to_owned()
            }
            '/' | '#' => "JSON has no comments".to_owned(),
            '+' => "write a number without `+`".to_owned(),
            '.' => "a number starts with a digit: 0.5".to_owned(),
            c if c.is_alphabetic() => "JSON puts names and texts in double quotes: \"gap\"".to_owned(),
            _ => "fields are written \"name\": value, with a comma between two of them".to_owned(),
        };
        self.fault(format!("{} stands where {wanted} should", named(c)), help)
    }

    fn value(&mut self, depth: usize) -> Read<Node<'t>> {
        self.values += 1;
        if self.values > MAX_VALUES {
            let message = format!("the document has more than {MAX_VALUES} values");
            return Err(Box::new(Fault { code: &codes::E0007, at: self.at, message, help: "ask about one person at a time".to_owned() }));
        }
        let at = self.at;
        let kind = match self.byte() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                let message = format!("lists and objects are nested more than {MAX_DEPTH} deep");
                return Err(Box::new(Fault {
                    code: &codes::E0908,
                    at,
                    message,
                    help: "no input is nested like this; check what wrote the document".to_owned(),
                }));
            }
            Some(b'{') => self.object(depth + 1)?,
            Some(b'[') => self.list(depth + 1)?,
            Some(b'"') => Kind::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word()?,
            _ => return self.unexpected("a value"),
        };
        Ok(Node { at, kind })
    }

    /// Letters, digits and `_` from here.
    fn run(&self, from: usize) -> &'t str {
        let rest = self.text.get(from..).unwrap_or_default();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    fn word(&mut self) -> Read<Kind<'t>> {
        let word = self.run(self.at);
        let kind = match word {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "NaN" | "Infinity" => Kind::NotFinite(word),
            "True" | "TRUE" | "False" | "FALSE" | "Null" | "NULL" => {
                return self.fault(format!("`{word}` is no JSON"), format!("write `{}`, in small letters", word.to_lowercase()));
            }
            "None" | "nil" | "undefined" => {
                return self
                    .fault(format!("`{word}` is no JSON"), "leave a field out if it is not known; write \"none\" if the person has none");
            }
            _ => {
                return self.fault(format!("`{}` stands without quotes", short(word)), "names and texts stand in double quotes: \"male\"");
            }
        };
        self.at += word.len();
        Ok(kind)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.byte().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Read<Kind<'t>> {
        let start = self.at;
        self.eat(b'-');
        if self.run(self.at) == "Infinity" {
            self.at += "Infinity".len();
            return Ok(Kind::NotFinite("-Infinity"));
        }
        let zero = self.byte() == Some(b'0');
        let whole = self.digits();
        if whole == 0 {
            return self.unexpected("a digit");
        }
        if zero && whole > 1 {
            return self.fault_at(start, "a number starts with 0", "write it without the leading zero; a text stands in double quotes");
        }
        if self.eat(b'.') && self.digits() == 0 {
            return self.fault("no digit follows the decimal point", "write 1.0 or 1");
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            if self.digits() == 0 {
                return self.unexpected("an exponent");
            }
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        if self.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '%' | '‰')) {
            return self.fault_at(
                start,
                format!("`{}` is followed by letters", short(written)),
                "a number with a unit stands in quotes: \"2 months\", \"70%\"",
            );
        }
        Ok(Kind::Number(written))
    }

    fn list(&mut self, depth: usize) -> Read<Kind<'t>> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.eat(b']') {
            return Ok(Kind::List(items));
        }
        loop {
            self.space();
            items.push(self.value(depth)?);
            self.space();
            if self.eat(b']') {
                return Ok(Kind::List(items));
            }
            self.comma(b']', "`,` or `]`")?;
        }
    }

    fn object(&mut self, depth: usize) -> Read<Kind<'t>> {
        self.at += 1;
        let mut fields = Vec::new();
        self.space();
        if self.eat(b'}') {
            return Ok(Kind::Object(fields));
        }
        loop {
            self.space();
            if self.byte() != Some(b'"') {
                return match self.run(self.at) {
                    "" => self.unexpected("the name of a field"),
                    word => self.fault(format!("`{}` stands without quotes", short(word)), "names stand in double quotes: \"gap\""),
                };
            }
            let at = self.at;
            let key = Key { at, name: self.text()? };
            self.space();
            if !self.eat(b':') {
                return self.unexpected("`:`");
            }
            self.space();
            fields.push((key, self.value(depth)?));
            self.space();
            if self.eat(b'}') {
                return Ok(Kind::Object(fields));
            }
            self.comma(b'}', "`,` or `}`")?;
        }
    }

    fn comma(&mut self, close: u8, wanted: &str) -> Read<()> {
        let at = self.at;
        if !self.eat(b',') {
            return self.unexpected(wanted);
        }
        self.space();
        if self.byte() == Some(close) {
            return self.fault_at(at, "a comma stands after the last entry", "remove it");
        }
        Ok(())
    }

    fn text(&mut self) -> Read<Cow<'t, str>> {
        let open = self.at;
        self.at += 1;
        let mut start = self.at;
        let mut made = String::new();
        loop {
            match self.byte() {
                None => return self.fault_at(open, "this text has no closing quote", "put a `\"` at its end"),
                Some(b'"') => {
                    let rest = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    if made.is_empty() {
                        return Ok(Cow::Borrowed(rest));
                    }
                    made.push_str(rest);
                    return Ok(Cow::Owned(made));
                }
                Some(b'\\') => {
                    made.push_str(self.text.get(start..self.at).unwrap_or_default());
                    let c = self.escape()?;
                    made.push(c);
                    start = self.at;
                }
                Some(b'\n' | b'\r') => {
                    return self.fault("a text goes over the end of a line", "close the quote, or write the line break as \\n");
                }
                Some(b @ 0..=0x1f) => {
                    return self.fault(format!("the control character U+{b:04X} stands in a text"), "remove it");
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        self.at += 1;
        let c = match self.byte() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode(start);
            }
            _ => {
                return self.fault_at(start, "a backslash is followed by something it cannot escape", "write a backslash itself as \\\\");
            }
        };
        self.at += 1;
        Ok(c)
    }

    /// What follows `\u`.
    fn unicode(&mut self, start: usize) -> Read<char> {
        let Some(first) = self.hex() else {
            return self.fault_at(start, "`\\u` is not followed by four hexadecimal digits", "write a character itself, or as in \\u5E74");
        };
        let code = match first {
            0xd800..=0xdbff if self.text.get(self.at..).is_some_and(|t| t.starts_with("\\u")) => {
                self.at += 2;
                match self.hex() {
                    Some(second @ 0xdc00..=0xdfff) => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => first,
                }
            }
            _ => first,
        };
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => self.fault_at(start, format!("`\\u{first:04X}` is half of a character"), "write the character itself"),
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let value = digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        self.at += 4;
        Some(value)
    }
}
