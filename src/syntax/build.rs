//! In: the parse tree of one piece of a file. Out: what every builder needs: spans, names, texts, modifiers, and a place for findings. Never here: one construct's own rules (`build_*.rs`).

use super::ast::*;
use super::grammar::{Kind, Node};
use super::literal;
use super::scan::is_name_filler;
use super::sink::Sink;
use crate::diagnostics::{Code, Diagnostic, codes};
use crate::source::{FileId, Span};
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfkc_quick};

/// A head found among statements: misplaced, or a sign that a bracket before it was never closed.
pub(super) struct Misplaced {
    /// The bracket of the block it was found in.
    pub open: Span,
    /// What it would be outside.
    pub decide: Decide,
}

/// Builds the AST of one file.
pub(super) struct Builder<'a> {
    /// The file.
    pub id: FileId,
    /// The text as written.
    pub original: &'a str,
    /// The text as parsed: of the same length, without comments.
    pub clean: &'a str,
    /// Where findings go.
    pub sink: &'a mut Sink,
    /// Brackets of the current declaration that were never closed, innermost first, with the start of their line.
    pub unclosed: Vec<Span>,
    /// Heads among statements, not yet reported.
    pub misplaced: Vec<Misplaced>,
    /// Where the statement starts whose missing value has been explained already.
    pub ruined: Option<usize>,
    /// What the scan has reported: junk around it needs no second report.
    pub scanned: Vec<Span>,
}

impl<'a> Builder<'a> {
    /// A builder for one file.
    pub fn new(id: FileId, original: &'a str, clean: &'a str, sink: &'a mut Sink) -> Self {
        let scanned = sink.places();
        Builder { id, original, clean, sink, unclosed: Vec::new(), misplaced: Vec::new(), ruined: None, scanned }
    }

    /// The span of a node.
    pub fn span(&self, node: Node) -> Span {
        Span::new(self.id, node.start(), node.end())
    }

    /// A span from byte offsets, widened to whole characters.
    pub fn range(&self, start: usize, end: usize) -> Span {
        let inside = |at: &usize| self.original.is_char_boundary(*at);
        let end = (end..=self.original.len()).find(inside).unwrap_or(self.original.len());
        let start = (0..=start.min(end)).rev().find(inside).unwrap_or(0);
        Span::new(self.id, start, end)
    }

    /// The empty span just after what ends at or before `at`.
    pub fn after(&self, at: usize) -> Span {
        let end = self.clean.get(..at).map_or(at, |s| s.trim_end().len());
        let end = (end..=self.original.len()).find(|&i| self.original.is_char_boundary(i)).unwrap_or(end);
        Span::new(self.id, end, end)
    }

    /// The parsed text of a node.
    pub fn text_of(&self, node: Node) -> &'a str {
        self.clean.get(node.start()..node.end()).unwrap_or("")
    }

    /// The parsed text between two offsets.
    pub fn between(&self, start: usize, end: usize) -> &'a str {
        self.clean.get(start..end).unwrap_or("")
    }

    /// Whether no line break stands between two offsets.
    pub fn same_line(&self, start: usize, end: usize) -> bool {
        !self.between(start, end).contains(['\n', '\r'])
    }

    /// Reports something.
    pub fn error(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Reports something in one sentence with help.
    pub fn report(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.sink.push(Diagnostic::at(code, span, message).help(help));
    }

    /// A name, normalised.
    pub fn ident(&self, node: Node) -> Ident {
        Ident { text: normal(self.text_of(node)), span: self.span(node) }
    }

    /// The first name directly inside a node.
    pub fn name_in(&self, node: Node) -> Option<Ident> {
        node.child(Kind::name).map(|n| self.ident(n))
    }

    /// A quoted text, escapes resolved.
    pub fn text(&mut self, node: Node) -> Text {
        let raw = self.text_of(node);
        let span = self.span(node);
        let mut chars = raw.chars();
        let opening = chars.next();
        let closing = if opening == Some('“') { Some('”') } else { opening };
        let mut inner = chars.as_str();
        if let Some(c) = closing
            && inner.ends_with(c)
        {
            inner = inner.get(..inner.len() - c.len_utf8()).unwrap_or(inner);
        }
        if !inner.contains('\\') {
            return Text { text: SmolStr::new(inner), span };
        }
        let mut text = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(c @ ('\\' | '"' | '“' | '”' | '＂')) => text.push(c),
                Some(c) => {
                    let message = format!("`\\{c}` in a text has no meaning");
                    self.report(&codes::E0101, span, message, "a text knows \\\" \\\\ \\n and \\t; write \\\\ for a backslash itself");
                    text.push(c);
                }
                None => {}
            }
        }
        Text { text: SmolStr::new(text), span }
    }

    /// The first text directly inside a node.
    pub fn text_in(&mut self, node: Node) -> Option<Text> {
        node.child(Kind::text).map(|n| self.text(n))
    }

    /// `"中文" / "English"`.
    pub fn label(&mut self, node: Node) -> Option<Label> {
        let mut texts = node.children().filter(|n| n.kind() == Kind::text);
        let zh = texts.next().map(|n| self.text(n))?;
        let en = texts.next().map(|n| self.text(n));
        Some(Label { zh, en })
    }

    /// A declared name with its alias and label.
    pub fn named(&mut self, node: Node) -> Option<Named> {
        let name = self.name_in(node)?;
        let alias = node.child(Kind::alias).and_then(|a| self.name_in(a));
        let mut labels = node.children().filter(|n| n.kind() == Kind::label);
        let label = labels.next().and_then(|l| self.label(l));
        if let Some(second) = labels.next() {
            let span = self.span(second);
            self.twice(span, label.as_ref().map(|l| l.zh.span), "label");
        }
        Some(Named { name, alias, label })
    }

    /// A date, month or year where only such a thing can stand.
    pub fn day_in(&mut self, node: Node) -> Option<DateLit> {
        let day = node.children().find(|n| matches!(n.kind(), Kind::date | Kind::date_cn | Kind::year))?;
        self.day(day)
    }

    /// A date as written, if it exists.
    pub fn day(&mut self, node: Node) -> Option<DateLit> {
        let span = self.span(node);
        literal::date(self.text_of(node), span).map_err(|d| self.error(*d)).ok()
    }

    /// E0115 for the second of two.
    pub fn twice(&mut self, second: Span, first: Option<Span>, what: &str) {
        let mut d = Diagnostic::at(&codes::E0115, second, format!("a second {what} stands on one statement"))
            .label("this one was not expected")
            .help(format!("keep one {what} here; what differs belongs on a statement of its own"));
        if let Some(first) = first {
            d = d.related(first, "the first one");
        }
        self.error(d);
    }

    /// The modifiers directly inside a node.
    pub fn mods(&mut self, node: Node) -> Mods {
        let mut mods = Mods::default();
        for m in node.children() {
            self.modifier(m, &mut mods);
        }
        mods
    }

    /// Reads one modifier; other nodes are left alone.
    pub fn modifier(&mut self, m: Node, mods: &mut Mods) {
        let span = self.span(m);
        match m.kind() {
            Kind::per => {
                let name = self.name_in(m);
                self.once(&mut mods.per, name, span, |i| i.span, "`per`");
            }
            Kind::section => {
                let text = self.text_in(m);
                self.once(&mut mods.section, text, span, |t| t.span, "`§`");
            }
            Kind::from => {
                let day = self.day_in(m);
                self.once(&mut mods.from, day, span, |d| d.span, "`from`");
            }
            Kind::until => {
                let day = self.day_in(m);
                self.once(&mut mods.until, day, span, |d| d.span, "`until`");
            }
            Kind::by => {
                let name = self.name_in(m);
                self.once(&mut mods.by, name, span, |i| i.span, "`by`");
            }
            Kind::note => {
                let text = self.text_in(m);
                self.once(&mut mods.note, text, span, |t| t.span, "`note`");
            }
            Kind::hedged => {
                let said = Said { text: self.text_in(m), span };
                self.once(&mut mods.hedged, Some(said), span, |s| s.span, "`hedged`");
            }
            Kind::refer_mod => {
                let said = Said { text: self.text_in(m), span };
                self.once(&mut mods.refer, Some(said), span, |s| s.span, "`refer`");
            }
            Kind::id => {
                let raw = self.text_of(m).trim_start_matches(['#', '＃']);
                let id = Ident { text: normal(raw), span };
                if let Some(first) = mods.ids.iter().find(|i| i.text == id.text).map(|i| i.span) {
                    self.twice(span, Some(first), &format!("`#{}`", id.text));
                } else {
                    mods.ids.push(id);
                }
            }
            _ => {}
        }
    }

    fn once<T>(&mut self, slot: &mut Option<T>, value: Option<T>, span: Span, at: fn(&T) -> Span, what: &str) {
        match slot {
            Some(first) => {
                let first = at(first);
                self.twice(span, Some(first), what);
            }
            None => *slot = value,
        }
    }

    /// The bracket that opens a block.
    pub fn open_of(&self, block: Node) -> Option<Span> {
        block.child(Kind::open).map(|n| self.span(n))
    }

    /// Notes a block that was never closed; it is reported once per declaration.
    pub fn check_closed(&mut self, block: Node) {
        if block.has(Kind::missing_close)
            && let Some(open) = self.open_of(block)
        {
            self.unclosed.push(open);
        }
    }

    /// The width of what stands before `at` on its line: where the eye sees it begin.
    pub fn column(&self, at: usize) -> usize {
        self.indent_width(self.line_start(at), at)
    }

    /// The column of the first thing on the line of `at`.
    pub fn line_column(&self, at: usize) -> usize {
        let start = self.line_start(at);
        let line = self.clean.get(start..at).unwrap_or("");
        let first = start + (line.len() - line.trim_start().len());
        self.indent_width(start, first)
    }

    fn line_start(&self, at: usize) -> usize {
        self.clean.get(..at).and_then(|s| s.rfind(['\n', '\r'])).map_or(0, |i| i + 1)
    }

    fn indent_width(&self, from: usize, to: usize) -> usize {
        self.original
            .get(from..to)
            .unwrap_or("")
            .chars()
            .map(|c| {
                if c == '\t' {
                    4
                } else if u32::from(c) >= 0x1100 {
                    2
                } else {
                    1
                }
            })
            .sum()
    }
}

/// A name as it is compared: NFKC, without backquotes and invisible characters.
pub(super) fn normal(raw: &str) -> SmolStr {
    let bare = raw.strip_prefix('`').and_then(|r| r.strip_suffix('`')).unwrap_or(raw);
    if bare.is_ascii() {
        return SmolStr::new(bare);
    }
    if !bare.contains(is_name_filler) && is_nfkc_quick(bare.chars()) == unicode_normalization::IsNormalized::Yes {
        return SmolStr::new(bare);
    }
    bare.chars().filter(|c| !is_name_filler(*c)).nfkc().collect()
}
