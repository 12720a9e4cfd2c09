//! In: the texts of policies. Out: the words of each statement as its author wrote them: value, conditions around it, cells of its row; comments left out, white space folded. Never here: what they mean.

use crate::policies::Policies;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Body, Cell, Except, Item, RegionItem, Statement};
use crate::syntax::{parse, without_comments};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The words of all statements in some files, by the place of the statement.
#[derive(Debug, Default)]
pub(super) struct Written {
    statements: FxHashMap<Span, Words>,
    grids: FxHashMap<Span, Cells>,
}

/// The words of one statement.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Its value.
    pub value: String,
    /// `when …` and `for each …` around it, the outermost first; of an exception only its own.
    pub around: Vec<String>,
}

/// The words of one table.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    pub columns: Vec<String>,
    /// The cells of each row, by the place of the row.
    pub rows: Vec<(Span, Vec<String>)>,
    pub around: Vec<String>,
}

impl Written {
    /// Reads these files again; what was checked before cannot fail now.
    pub(super) fn read(policies: &Policies, files: &BTreeSet<FileId>) -> Written {
        let mut out = Written::default();
        for id in files {
            let Some(file) = policies.map.get(*id) else { continue };
            let mut reader = Reader { clean: without_comments(*id, &file.text), out: &mut out };
            for item in parse(*id, &file.text).0.items {
                let Item::Region(region) = item else { continue };
                for inside in region.items {
                    if let RegionItem::Decide(d) = inside {
                        reader.body(&d.body, &[]);
                    }
                }
            }
        }
        out
    }

    pub(super) fn statement(&self, span: Span) -> Words {
        self.statements.get(&span).cloned().unwrap_or_default()
    }

    pub(super) fn table(&self, span: Span) -> Cells {
        self.grids.get(&span).cloned().unwrap_or_default()
    }
}

struct Reader<'a> {
    clean: String,
    out: &'a mut Written,
}

impl Reader<'_> {
    fn text(&self, span: Span) -> String {
        let words: Vec<&str> = self.clean.get(span.range()).unwrap_or("").split_whitespace().collect();
        let mut out = String::new();
        // A list over several lines is written like one on a single line.
        for w in words {
            if !out.is_empty() && !out.ends_with(['[', '［']) && !w.starts_with([']', '］']) {
                out.push(' ');
            }
            out.push_str(w);
        }
        out
    }

    fn keep(&mut self, span: Span, value: Span, around: &[String]) {
        let words = Words { value: self.text(value), around: around.to_vec() };
        self.out.statements.insert(span, words);
    }

    fn body(&mut self, body: &Body, around: &[String]) {
        let with = |more: String| [around, &[more]].concat();
        for statement in &body.statements {
            match statement {
                Statement::Set(s) => {
                    self.keep(s.span, s.value.span, around);
                    self.exceptions(&s.exceptions);
                }
                Statement::Let(l) => self.keep(l.span, l.value.span, around),
                Statement::When(w) => {
                    let condition = format!("when {}", self.text(w.condition.span));
                    self.body(&w.body, &with(condition));
                }
                Statement::Each(e) => {
                    let filter = e.filter.as_ref().map_or(String::new(), |f| format!(" where {}", self.text(f.span)));
                    let each = format!("for each {} in {}{filter}", self.text(e.item.span), self.text(e.list.span));
                    self.body(&e.body, &with(each));
                }
                Statement::Table(t) => {
                    let columns = t.columns.iter().map(|c| self.text(c.span)).collect();
                    let cell = |c: &Cell| match c {
                        Cell::Any(span) | Cell::Otherwise(span) | Cell::Values(_, span) => self.text(*span),
                    };
                    let rows = t.rows.iter().map(|r| (r.span, r.cells.iter().map(cell).collect())).collect();
                    self.out.grids.insert(t.span, Cells { columns, rows, around: around.to_vec() });
                }
            }
        }
    }

    fn exceptions(&mut self, list: &[Except]) {
        for e in list {
            let condition = format!("when {}", self.text(e.condition.span));
            self.body(&e.body, &[condition]);
        }
    }
}
