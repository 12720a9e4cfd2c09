//! In: what the grammar could place nowhere. Out: one finding for each, in the author's terms. Never here: building what was understood.
//!
//! The slice that did not fit is read again with the rule it should have fitted; how far that gets, and what could have stood there, is
//! what the author is told.

use super::ast::{Region, RegionItem};
use super::build::Builder;
use super::grammar::{self, Failure, Kind, Node};
use super::literal;
use super::scan::too_deep;
use super::words::{self, Found};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// A statement longer than this is not read again together with what follows it.
const MAX_REREAD: usize = 64 * 1024;

pub(super) use super::words::is_reserved;

impl Builder<'_> {
    /// Reports what fits nowhere; a block after it is read for its own mistakes, then dropped.
    pub fn trouble(&mut self, entry: Kind, node: Node) {
        let bad = node.children().find(|n| matches!(n.kind(), Kind::bad | Kind::bad_top));
        match bad {
            Some(bad) => self.explain(entry, bad.start(), bad.end(), node),
            None => {
                let span =
                    node.child(Kind::block).and_then(|b| self.open_of(b)).unwrap_or_else(|| self.range(node.start(), node.start() + 1));
                self.report(
                    &codes::E0101,
                    span,
                    "a block stands here without a head",
                    "brackets follow a head, or a condition and its colon: `when gap > 3 months: < … >`",
                );
            }
        }
        self.skip_trouble(node);
    }

    /// Reads a dropped block for its own mistakes.
    pub fn skip_trouble(&mut self, node: Node) {
        if let Some(block) = node.child(Kind::block) {
            let kept = self.misplaced.len();
            self.block(block);
            self.misplaced.truncate(kept);
        }
    }

    /// Reports a statement together with the junk on its line.
    pub fn explain_pair(&mut self, entry: Kind, node: Node, junk: Node) {
        let end = junk.child(Kind::bad).map_or(junk.end(), Node::end);
        let start = if end - node.start() > MAX_REREAD { junk.start() } else { node.start() };
        self.explain(entry, start, end, junk);
    }

    fn explain(&mut self, entry: Kind, start: usize, end: usize, node: Node) {
        if self.sink.is_full() {
            return self.sink.skip();
        }
        if self.reported_already(start, end) {
            return;
        }
        let limit = (0..4).map(|i| (start + MAX_REREAD).saturating_sub(i)).find(|&i| self.clean.is_char_boundary(i)).unwrap_or(end);
        match grammar::read(entry, self.clean, self.original, start, end.min(limit)) {
            Err(failure) => self.explain_failure(entry, start, end, failure),
            // it reads well alone, so it is the place that is wrong
            Ok(_) => {
                let shown = self.head_of(node.start(), end);
                let span = self.range(node.start(), node.start() + shown.len());
                self.report(&codes::E0101, span, format!("`{shown}` does not fit here"), "something before it was left unfinished");
            }
        }
    }

    /// Whether the scan has reported something inside a slice: then what follows from it needs no second report.
    fn reported_already(&self, start: usize, end: usize) -> bool {
        self.scanned.iter().any(|s| (s.start as usize) < end && start < (s.end as usize).max(s.start as usize + 1))
    }

    fn head_of(&self, start: usize, end: usize) -> String {
        let text = self.between(start, end);
        let first = words::token(text).map_or(text, |t| t.text);
        first.to_owned()
    }

    /// Turns how far a slice made sense into a finding.
    pub fn explain_failure(&mut self, entry: Kind, start: usize, end: usize, failure: Failure) {
        if self.sink.is_full() {
            return self.sink.skip();
        }
        if failure.too_deep {
            let span = self.range(start, (start + 1).min(end));
            return self.error(too_deep(span, "what begins here"));
        }
        let slice = self.between(start, end);
        let at = self.skip_space(failure.at.clamp(start, end), end);
        let rest = self.between(at, end);
        let found = words::token(rest);
        let (text, kind) = found.map_or(("", Found::End), |t| (t.text, t.found));
        let span = if text.is_empty() { self.after(end) } else { self.range(at, at + text.len()) };
        let before = self.between(start, at).trim_end();
        let expects = |k: Kind| failure.expected.contains(&k);
        let wants_value = failure.expected.iter().any(|k| words::is_value(*k));
        let wants_colon = expects(Kind::colon) || expects(Kind::no_colon);

        if let Some(d) = self.first_word(entry, start, slice) {
            return self.error(d);
        }
        if let Some((open, offset)) = words::unclosed(before)
            && (kind == Found::End || words::starts_statement(rest) || matches!(text, ">" | "＞"))
        {
            let at = self.range(start + offset, start + offset + open.len_utf8());
            let close = words::closing(open);
            let end = self.after(start + before.len());
            return self.error(
                Diagnostic::at(&codes::E0102, at, format!("the `{open}` here is never closed"))
                    .label("opened here")
                    .related(end, format!("`{close}` missing about here"))
                    .help(format!("add `{close}` where the value ends")),
            );
        }
        if !expects(Kind::kw_then)
            && !expects(Kind::kw_else)
            && let Some(d) = self.after_number(start, at, text, kind)
        {
            return self.error(d);
        }
        if matches!(kind, Found::Word) && is_reserved(text) {
            let only_name = !wants_value && (expects(Kind::name) || expects(Kind::alias) || expects(Kind::type_name));
            let odd_value = wants_value && !words::continues(text);
            if only_name || odd_value {
                return self.error(keyword(span, text));
            }
        }
        if words::is_comparison(text) && !wants_value && (expects(Kind::binop) || expects(Kind::stray_op) || expects(Kind::cbinop)) {
            let help = "a comparison as a value stands in parentheses: `x = (a > b)`; `<` and `>` elsewhere are brackets";
            return self.error(
                Diagnostic::at(&codes::E0104, span, format!("`{text}` compares, and nothing delimits the comparison"))
                    .label("a comparison")
                    .help(help),
            );
        }
        let colon_later = rest.lines().next().is_some_and(|l| l.contains([':', '：']));
        if wants_colon && !wants_value && !colon_later && !matches!(kind, Found::Mark) {
            let at = self.after(at);
            let what = if slice.starts_with("when") {
                "`when`"
            } else if slice.starts_with("for") {
                "`for each`"
            } else if slice.starts_with("except") {
                "`except when`"
            } else {
                "this head"
            };
            let wants_name = entry == Kind::only_vocab_item || entry == Kind::only_field || entry == Kind::only_outcome;
            let (message, help) = if wants_name {
                ("a name without its colon and type".to_owned(), "a declaration says `name: type`")
            } else {
                (format!("{what} without its colon"), "a condition or head ends with `:`, then one statement, or several in `< >`")
            };
            return self.error(Diagnostic::at(&codes::E0105, at, message).label("a colon belongs here").help(help).fix(at, ":"));
        }
        self.error(words::unexpected(entry, span, text, kind, before, rest, &failure.expected));
    }

    fn skip_space(&self, at: usize, end: usize) -> usize {
        let rest = self.between(at, end);
        at + (rest.len() - rest.trim_start().len())
    }

    /// A slice whose first word is the mistake.
    fn first_word(&self, entry: Kind, start: usize, slice: &str) -> Option<Diagnostic> {
        let first = words::token(slice)?;
        let span = self.range(start, start + first.text.len());
        let rest = slice.get(first.text.len()..).unwrap_or("").trim_start();
        if first.found == Found::Word && is_reserved(first.text) && !matches!(first.text, "let" | "any") {
            let declares = matches!(entry, Kind::only_vocab_item | Kind::only_field | Kind::only_outcome | Kind::only_variant);
            let governs = matches!(first.text, "when" | "for" | "except" | "if") && !declares;
            let named = (rest.starts_with([':', '：']) && !governs)
                || rest.starts_with('＝')
                || (rest.starts_with('=') && !rest.starts_with("=="))
                || rest.starts_with("+=");
            if named && !matches!(entry, Kind::only_property) {
                return Some(keyword(span, first.text));
            }
            if first.text == "if" && entry == Kind::only_item {
                let help = "a condition over statements is `when condition: …`; `if c then a else b` is a value";
                let d = Diagnostic::at(&codes::E0101, span, "`if` chooses between values, it does not govern statements");
                return Some(d.help(help));
            }
            if first.text == "else" {
                let help = "`if c then a else b` is a value; statements are governed by `when c:` and by `when not c:`";
                return Some(Diagnostic::at(&codes::E0101, span, "`else` has no `if` before it").help(help));
            }
        }
        if matches!(first.text, "{" | "}") {
            return Some(
                Diagnostic::at(&codes::E0101, span, format!("`{}` is no bracket here", first.text))
                    .help("blocks stand between `<` and `>`"),
            );
        }
        if first.found == Found::Word && !is_reserved(first.text) {
            if let Some(word) = words::translated(first.text)
                && !rest.starts_with('=')
            {
                return Some(words::not_a_beginning(span, first.text, word));
            }
            let known = words::starters(entry);
            let near = known.iter().find(|w| words::is_near(first.text, w))?;
            // `when` needs its colon to be meant; a name followed by `=` is a name
            if rest.starts_with('=') {
                return None;
            }
            return Some(words::not_a_beginning(span, first.text, near));
        }
        None
    }

    /// Something right after a number: an unknown unit, a second point.
    fn after_number(&self, start: usize, at: usize, text: &str, kind: Found) -> Option<Diagnostic> {
        if kind != Found::Word || is_reserved(text) {
            return None;
        }
        let before = self.between(start.min(self.line_start_of(at)), at).trim_end();
        let last = before.chars().next_back()?;
        let span = self.range(at, at + text.len());
        if last.is_ascii_digit() || ('０'..='９').contains(&last) {
            let number: String = before.chars().rev().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '_' | '０'..='９')).collect();
            let number: String = number.chars().rev().collect();
            let preceded = before.strip_suffix(number.as_str()).and_then(|b| b.chars().next_back());
            if preceded.is_none_or(|c| !(c.is_alphanumeric() || c == '_')) {
                return Some(*literal::unknown_unit(&number, text, span));
            }
            return None;
        }
        // `3 month s`
        let word = before.rsplit(|c: char| c.is_whitespace() || c.is_ascii_digit()).next().unwrap_or("");
        let number = before.strip_suffix(word).map(str::trim_end).and_then(|b| b.chars().next_back());
        if literal::is_unit_word(word) && number.is_some_and(|c| c.is_ascii_digit()) && text.chars().count() <= 2 {
            let joined = format!("{word}{text}");
            let from = self.after(at).start as usize - word.len();
            let whole = self.range(from, at + text.len());
            let d = Diagnostic::at(&codes::E0108, whole, format!("`{word} {text}` is not a unit"));
            return Some(match literal::near_unit(&joined) {
                Some(unit) => d.help(format!("did you mean `{unit}`?")).fix(whole, unit),
                None => d.help("a unit follows its number once: 3 months, 10 working days, 12%"),
            });
        }
        None
    }

    fn line_start_of(&self, at: usize) -> usize {
        self.clean.get(at.saturating_sub(200)..at).and_then(|s| s.rfind('\n').map(|i| at.saturating_sub(200) + i + 1)).unwrap_or(at)
    }

    /// `;` or `,` between statements.
    pub fn stray_sep(&mut self, node: Node) {
        let span = self.span(node);
        let text = self.text_of(node).to_owned();
        let code = if text.is_ascii() { &codes::E0101 } else { &codes::E0106 };
        self.error(
            Diagnostic::at(code, span, format!("`{text}` has no meaning between statements"))
                .label("nothing separates statements")
                .help("delete it; `,` and `;` stand inside lists")
                .fix(span, ""),
        );
    }

    /// One finding for the brackets of a declaration that were never closed.
    pub fn report_unclosed(&mut self, item: Node) {
        let unclosed = std::mem::take(&mut self.unclosed);
        let Some(&innermost) = unclosed.first() else { return };
        let (open, hint) = self.stolen_close(item).map_or((innermost, None), |(open, close)| (open, Some(close)));
        let header = self.line_before(open);
        let mut d = Diagnostic::at(&codes::E0102, open, format!("the block `{header} <` is never closed")).label("opened here");
        if let Some(close) = hint {
            d = d.related(close, "this `>` stands under an outer block, but closes this one");
        }
        for other in unclosed.iter().skip(1).filter(|s| **s != open) {
            d = d.related(*other, "not closed either");
        }
        let end = self.after(item.end());
        d = d.related(end, "the file or the next declaration is reached here");
        self.error(d.help("add a `>` on a line of its own where the block ends"));
    }

    /// A block that seems to have been closed by the bracket meant for an outer one: its `>` begins a line further out than the block.
    fn stolen_close(&self, item: Node) -> Option<(Span, Span)> {
        let mut first: Option<(Span, Span)> = None;
        for node in item.descendants().skip(1) {
            let (Some(open), Some(close)) = (node.child(Kind::open), node.child(Kind::close)) else { continue };
            if self.same_line(open.start(), close.start()) {
                continue;
            }
            let begins_line = self.line_column(close.start()) == self.column(close.start());
            if begins_line && self.column(close.start()) < self.line_column(open.start()) {
                let found = (self.span(open), self.span(close));
                if first.is_none_or(|(_, close)| found.1 < close) {
                    first = Some(found);
                }
            }
        }
        first
    }

    /// What stands before a bracket on its line.
    fn line_before(&self, open: Span) -> String {
        let at = open.start as usize;
        let start = self.clean.get(..at).and_then(|s| s.rfind(['\n', '\r', '<', '>'])).map_or(0, |i| i + 1);
        let line = self.between(start, at).trim();
        if line.chars().count() > 60 { line.chars().take(57).chain("...".chars()).collect() } else { line.to_owned() }
    }

    /// A region that was never closed takes the heads found inside its decisions: there the bracket is missing.
    pub fn adopt_misplaced(&mut self, region: &mut Region) {
        let heads = std::mem::take(&mut self.misplaced);
        self.unclosed.clear();
        if let Some(first) = heads.first() {
            let open = first.open;
            let header = self.line_before(open);
            let shown = self.text_of_span(first.decide.head.span).to_owned();
            self.error(
                Diagnostic::at(&codes::E0102, open, format!("the block `{header} <` is never closed"))
                    .label("opened here")
                    .related(first.decide.head.span, format!("`>` missing before `{shown}`"))
                    .help("add a `>` on a line of its own where the block ends"),
            );
        }
        region.items.extend(heads.into_iter().map(|m| RegionItem::Decide(m.decide)));
    }

    /// Heads that stand among statements in blocks that were closed.
    pub fn report_misplaced(&mut self) {
        for m in std::mem::take(&mut self.misplaced) {
            let span = m.decide.head.span;
            let shown = self.text_of_span(span).to_owned();
            let first = m.decide.head.decision.clone();
            let d = Diagnostic::at(&codes::E0101, span, format!("`{shown}` is a head, and heads do not stand inside other blocks"));
            let near = words::starters(Kind::only_item).iter().find(|w| words::is_near(&first.text, w)).copied();
            self.error(match near.or_else(|| words::translated(&first.text)) {
                Some(word) => words::not_a_beginning(first.span, &first.text, word),
                None => d.help("close the block above with `>` first; a condition begins with `when`"),
            });
        }
    }
}

/// E0114
fn keyword(span: Span, word: &str) -> Diagnostic {
    Diagnostic::at(&codes::E0114, span, format!("`{word}` is a word of the language, not a name"))
        .label("used as a name")
        .help(format!("choose another name, or write it in backquotes: `{word}` between two backquotes"))
        .fix(span, format!("`{word}`"))
}
