//! In: the rows of one table as text. Out: columns and cells, read row by row because a line break ends a row. Never here: what a column selects or gives.

use super::ast::*;
use super::build::{Builder, normal};
use super::grammar::{self, Kind, Node};
use super::literal;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

impl Builder<'_> {
    /// `table < header rows > mods`
    pub fn table(&mut self, node: Node) -> Table {
        self.check_closed(node);
        if let Some(word) = node.child(Kind::strength) {
            let (span, text) = (self.span(word), self.text_of(word).to_owned());
            self.report(
                &codes::E0117,
                span,
                format!("`{text}` cannot stand before a table"),
                format!("write what is {text} as statements of its own: `{text} outcome = value`"),
            );
        }
        let mods = self.mods(node);
        let mut rows = node.children().filter(|n| n.kind() == Kind::row);
        let header = rows.next();
        let columns = header.map_or_else(Vec::new, |h| self.columns(h));
        if columns.is_empty() && header.is_none() {
            let span = self.span(node);
            self.report(&codes::E0112, span, "a table without a header", "the first line names the columns: `age | rate`");
        }
        let header = header.map(|h| self.span(h));
        let rows = rows.filter_map(|r| self.row(r, &columns, header)).collect();
        Table { columns, rows, mods, span: self.span(node) }
    }

    fn columns(&mut self, header: Node) -> Vec<Ident> {
        let mut columns = Vec::new();
        for (start, end) in self.split(header) {
            let cell = self.between(start, end);
            let at = start + (cell.len() - cell.trim_start().len());
            let cell = cell.trim();
            let span = self.range(at, at + cell.len());
            let bare = cell.strip_prefix('`').and_then(|c| c.strip_suffix('`')).unwrap_or(cell);
            let word = matches!(cell, "from" | "until") || super::is_name(cell);
            if !word {
                if !self.sink.is_full() {
                    let shown: String = bare.chars().take(40).collect();
                    let message = if cell.is_empty() {
                        "a column of this table has no name".to_owned()
                    } else {
                        format!("`{shown}` cannot name a column")
                    };
                    let code = if super::is_reserved(cell) { &codes::E0114 } else { &codes::E0112 };
                    self.report(code, span, message, "the first line of a table names inputs and outcomes, separated by `|`");
                } else {
                    self.sink.skip();
                }
            }
            columns.push(Ident { text: normal(cell), span });
        }
        columns
    }

    /// The byte ranges between the bars of a row.
    fn split(&self, row: Node) -> Vec<(usize, usize)> {
        let mut cells = Vec::new();
        let mut start = row.start();
        let (mut depth, mut closing) = (0usize, None);
        for (i, c) in self.text_of(row).char_indices() {
            if let Some(end) = closing {
                if c == end {
                    closing = None;
                }
                continue;
            }
            match c {
                '"' | '`' | '＂' => closing = Some(c),
                '“' => closing = Some('”'),
                '(' | '（' | '[' | '［' => depth += 1,
                ')' | '）' | ']' | '］' => depth = depth.saturating_sub(1),
                '|' | '｜' if depth == 0 => {
                    cells.push((start, row.start() + i));
                    start = row.start() + i + c.len_utf8();
                }
                _ => {}
            }
        }
        cells.push((start, row.end()));
        cells
    }

    fn row(&mut self, row: Node, columns: &[Ident], header: Option<Span>) -> Option<Row> {
        let span = self.span(row);
        let tree = match grammar::read(Kind::row_cells, self.clean, self.original, row.start(), row.end()) {
            Ok(tree) => tree,
            Err(failure) => {
                let cells = self.split(row).len();
                if cells == columns.len() {
                    self.explain_failure(Kind::row_cells, row.start(), row.end(), failure);
                } else {
                    self.wrong_count(span, cells, columns.len(), header);
                }
                return None;
            }
        };
        let root = tree.root()?;
        let cells: Vec<Node> = root.children().filter(|n| n.kind() == Kind::cell).collect();
        if cells.len() != columns.len() {
            self.wrong_count(span, cells.len(), columns.len(), header);
            return None;
        }
        let mods = self.mods(root);
        let mut out = Vec::with_capacity(cells.len());
        for (cell, column) in cells.into_iter().zip(columns) {
            out.push(self.cell(cell, column)?);
        }
        Some(Row { cells: out, mods, span })
    }

    fn wrong_count(&mut self, span: Span, found: usize, wanted: usize, header: Option<Span>) {
        let cells = if found == 1 { "cell" } else { "cells" };
        let mut d = Diagnostic::at(&codes::E0112, span, format!("this row has {found} {cells}, the table has {wanted} columns"))
            .help("separate cells with `|`, none before the first or after the last; `-` stands where a cell says nothing");
        if let Some(header) = header {
            d = d.related(header, "the columns");
        }
        self.error(d);
    }

    fn cell(&mut self, cell: Node, column: &Ident) -> Option<Cell> {
        let span = self.span(cell);
        let first = cell.children().next()?;
        match first.kind() {
            Kind::any_cell => Some(Cell::Any(span)),
            Kind::kw_otherwise => Some(Cell::Otherwise(span)),
            Kind::empty_cell => {
                let at = self.after(first.start());
                self.report(&codes::E0112, at, format!("the cell for `{}` is empty", column.text), "write `-` where a cell says nothing");
                None
            }
            Kind::from_cell => {
                let word = self.text_of(first).to_owned();
                self.report(
                    &codes::E0112,
                    span,
                    format!("`{word}` in a row"),
                    "`from` and `until` name columns, in the first line of a table",
                );
                None
            }
            _ => {
                let dated = matches!(column.text.as_str(), "from" | "until");
                let mut values = Vec::new();
                for n in cell.children().filter(|n| n.kind() == Kind::expr) {
                    let year = self.text_of(n);
                    if dated && year.chars().count() == 4 && year.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c)) {
                        let span = self.span(n);
                        match literal::date(year, span) {
                            Ok(day) => values.push(Expr { kind: ExprKind::Date(day), span }),
                            Err(wrong) => {
                                self.error(*wrong);
                                values.push(Expr { kind: ExprKind::Hole, span });
                            }
                        }
                    } else {
                        values.push(self.expr(n));
                    }
                }
                Some(Cell::Values(values, span))
            }
        }
    }
}
