//! In: whole lines of NDJSON. Out: the people in them, each read as the input document of `polc eval`. Never here: where pieces are cut (`source`).
//!
//! The reader is the project's own: it keeps digits, order, repeated keys and places, which readers of columns drop, so that a line tells exactly what it tells
//! `polc eval --input`. Only `null`, which tables write for what is not known, tells nothing here.

use super::layout::{Layout, Role};
use super::people::{Builder, Fault, People};
use crate::diagnostics::{Diagnostic, codes};
use crate::input::{Cell, Kind, MAX_BYTES, Node, read_json};
use crate::value::InputId;
use arrow_array::builder::StringBuilder;
use arrow_array::{Array, ArrayRef};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Fields that a chunk may call by different names before their roles are looked up each time.
const MAX_NAMES: usize = 4096;

/// Reads the people of a piece; `line` is that of its first row.
pub(super) fn people(layout: &Layout, scales: &[(InputId, i64)], bytes: &[u8], line: u64) -> People {
    let rows: Vec<(u64, &[u8])> = bytes
        .split(|b| *b == b'\n')
        .enumerate()
        .map(|(i, text)| (line + i as u64, text.trim_ascii()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let mut reader =
        Reader { layout, builder: Builder::new(layout, scales, rows.len()), roles: FxHashMap::default(), kept: Kept::new(layout) };
    for (row, (_, text)) in rows.iter().enumerate() {
        reader.line(row, text);
        reader.kept.end();
    }
    let kept = reader.kept.finish();
    reader.builder.finish(kept, 0, || rows.iter().map(|(line, _)| *line).collect())
}

struct Reader<'l, 'p> {
    layout: &'l Layout<'p>,
    builder: Builder<'l, 'p>,
    roles: FxHashMap<String, Result<Role, Box<Diagnostic>>>,
    kept: Kept<'l>,
}

impl Reader<'_, '_> {
    fn line(&mut self, row: usize, bytes: &[u8]) {
        let fault = |at: Option<usize>, message: String, help: String, code| {
            let message = at.map_or(message.clone(), |at| format!("{message}, at column {}", at + 1));
            Fault { code, ..Fault::row(row, message, help) }
        };
        if bytes.len() > MAX_BYTES {
            let message = format!("the line is longer than {} MiB", MAX_BYTES / (1024 * 1024));
            return self.builder.fault(fault(None, message, "a line is one person".to_owned(), &codes::E0004));
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => {
                let shown: Vec<String> =
                    bytes.iter().skip(e.valid_up_to()).take(e.error_len().unwrap_or(1)).map(|b| format!("0x{b:02X}")).collect();
                let message = format!("the bytes {} are not UTF-8 text", shown.join(" "));
                return self.builder.fault(fault(None, message, "save the file as UTF-8".to_owned(), &codes::E0907));
            }
        };
        let root = match read_json(text) {
            Ok(root) => root,
            Err(f) => {
                let at = text.get(..f.at).map(|before| before.chars().count());
                return self.builder.fault(fault(at, f.message, f.help, f.code));
            }
        };
        let Kind::Object(entries) = &root.kind else {
            let help = "write one object for each person: {\"gap\": \"2 months\"}".to_owned();
            return self.builder.fault(fault(None, "the line is no JSON object".to_owned(), help, &codes::E0902));
        };
        let mut told: Vec<Told> = Vec::new();
        for (key, node) in entries {
            let name = key.name.as_ref();
            self.kept.tell(name, node);
            match self.role(name) {
                Err(d) => {
                    let help = d.help.clone().unwrap_or_default();
                    self.builder.fault(Fault { code: d.code, column: Some(name.to_owned()), ..Fault::row(row, d.message, help) });
                }
                Ok(Role::None) => {}
                Ok(role) => {
                    let this = Told::of(&role);
                    if told.contains(&this) {
                        let message = format!("what `{name}` tells is told twice");
                        let fault =
                            Fault { code: &codes::E0904, column: Some(name.to_owned()), ..Fault::row(row, message, "keep one of them") };
                        self.builder.fault(fault);
                    }
                    told.push(this);
                    if !matches!(node.kind, Kind::Null) {
                        self.builder.tell(&role, name, row, Cell::Node(node));
                    }
                }
            }
        }
    }

    fn role(&mut self, name: &str) -> Result<Role, Box<Diagnostic>> {
        if let Some(role) = self.roles.get(name) {
            return role.clone();
        }
        let role = self.layout.role(name);
        if self.roles.len() < MAX_NAMES {
            self.roles.insert(name.to_owned(), role.clone());
        }
        role
    }
}

/// What a line has told already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Region,
    Argument(usize),
    Fact(InputId),
    Nothing,
}

impl Told {
    fn of(role: &Role) -> Told {
        match role {
            Role::Region => Told::Region,
            Role::Argument(place) => Told::Argument(*place),
            Role::Fact(input, _) => Told::Fact(*input),
            Role::None => Told::Nothing,
        }
    }
}

/// Columns that are carried through: texts as such, anything else as its JSON.
struct Kept<'l> {
    names: &'l [String],
    columns: Vec<StringBuilder>,
    row: Vec<Option<String>>,
}

impl<'l> Kept<'l> {
    fn new(layout: &'l Layout) -> Self {
        let names = &layout.keep.columns;
        Kept { names, columns: names.iter().map(|_| StringBuilder::new()).collect(), row: vec![None; names.len()] }
    }

    fn tell(&mut self, name: &str, node: &Node) {
        for (slot, _) in self.row.iter_mut().zip(self.names).filter(|(_, n)| *n == name) {
            *slot = match &node.kind {
                Kind::Null => None,
                Kind::Text(text) => Some(text.to_string()),
                _ => Some(json(node)),
            };
        }
    }

    fn end(&mut self) {
        for (column, slot) in self.columns.iter_mut().zip(&mut self.row) {
            column.append_option(slot.take());
        }
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        self.columns.iter_mut().map(|c| Arc::new(c.finish()) as Arc<dyn Array>).collect()
    }
}

/// A value as JSON.
fn json(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(b) => b.to_string(),
        Kind::Number(text) | Kind::NotFinite(text) => (*text).to_owned(),
        Kind::Text(text) => serde_json::Value::from(text.as_ref()).to_string(),
        Kind::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Kind::Object(entries) => {
            let entry = |key: &str, node: &Node| format!("{}:{}", serde_json::Value::from(key), json(node));
            format!("{{{}}}", entries.iter().map(|(k, n)| entry(&k.name, n)).collect::<Vec<_>>().join(","))
        }
    }
}
