//! In: the text of one file. Out: the same text, byte for byte as long, without comments and invisible characters, cut where top-level declarations start, with what is wrong about its characters. Never here: grammar.
//!
//! This runs before the parser so that the parser meets no character it could stumble over and no nesting it could drown in.

use super::MAX_DEPTH;
use super::sink::Sink;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use std::ops::Range;

/// A file made ready for the parser.
pub(super) struct Scan {
    /// As long as the text; comments are spaces, look-alikes are what they look like.
    pub clean: String,
    /// Where to cut: every piece starts with a top-level declaration; pieces nested too deep are left out.
    pub pieces: Vec<Range<usize>>,
}

/// What a look-alike stands for.
fn look_alike(c: char) -> Option<&'static str> {
    Some(match c {
        '‹' | '«' | '〈' | '《' | '﹤' | '˂' | '⟨' | '❮' | '᚜' => "<",
        '›' | '»' | '〉' | '》' | '﹥' | '˃' | '⟩' | '❯' | '᚛' => ">",
        '—' | '–' | '−' | '‐' | '‑' | '‒' | '―' | '﹣' | '➖' => "-",
        '⩽' | '≦' | '⪯' => "<=",
        '⩾' | '≧' | '⪰' => ">=",
        '∗' | '⁎' | '✕' | '✖' | '⋅' => "*",
        '∕' | '⁄' | '⧸' => "/",
        '【' | '〔' | '〖' | '﹝' | '｟' => "[",
        '】' | '〕' | '〗' | '﹞' | '｠' => "]",
        '﹙' => "(",
        '﹚' => ")",
        '︰' | '﹕' | '꞉' | '∶' | 'ː' => ":",
        '﹐' | '‚' => ",",
        '﹔' | '\u{37E}' => ";",
        '￨' | '∣' | '│' | '┃' | '¦' | '❘' => "|",
        '﹦' | '꞊' => "=",
        '﹢' | '➕' => "+",
        '﹪' | '٪' => "%",
        '﹟' | '♯' => "#",
        '﹩' => "$",
        '⇒' | '➔' | '➜' | '⟶' | '➝' => "->",
        '｀' | '‵' => "`",
        '‟' | '„' | '〝' | '〞' | '「' | '」' | '『' | '』' | '‘' | '’' => "\"",
        _ => return None,
    })
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{3000}' | '\u{A0}')
}

/// Characters that cannot be seen, or that change how others are seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{61C}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{115F}' | '\u{1160}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Those of them the grammar lets pass inside a name.
pub(super) fn is_name_filler(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{AD}' | '\u{180E}'
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{61C}')
}

fn is_name_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

struct Scanner<'a> {
    id: FileId,
    text: &'a str,
    clean: String,
    at: usize,
    sink: &'a mut Sink,
    /// Open brackets of the current piece.
    brackets: Vec<char>,
    /// `<` and `>` compare: after `when`, `where` or `if`, until `:` or `then`.
    comparing: bool,
    /// `if`s whose last `else` has not come.
    ifs: usize,
    /// Nothing but white space stands before on this line.
    line_start: bool,
    /// The last character that was no white space.
    before: char,
    /// The last word was `of` or `in`, which a name or type follows.
    after_of: bool,
    /// The last token can end a value.
    after_operand: bool,
    piece: usize,
    pieces: Vec<Range<usize>>,
    too_deep: bool,
}

/// Prepares a text; what is wrong with its characters goes to the sink.
pub(super) fn scan(id: FileId, text: &str, sink: &mut Sink) -> Scan {
    let mut s = Scanner {
        id,
        text,
        clean: String::with_capacity(text.len()),
        at: 0,
        sink,
        brackets: Vec::new(),
        comparing: false,
        ifs: 0,
        line_start: true,
        before: '>',
        after_of: false,
        after_operand: false,
        piece: 0,
        pieces: Vec::new(),
        too_deep: false,
    };
    if text.starts_with('\u{FEFF}') {
        s.blank(3);
    }
    while let Some(c) = s.peek() {
        s.step(c);
    }
    s.end_piece(text.len());
    Scan { clean: s.clean, pieces: s.pieces }
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn span(&self, len: usize) -> Span {
        Span::new(self.id, self.at, self.at + len)
    }

    fn keep(&mut self, len: usize) {
        let end = self.at + len;
        self.clean.push_str(self.text.get(self.at..end).unwrap_or(""));
        self.at = end;
    }

    fn blank(&mut self, len: usize) {
        self.clean.extend(std::iter::repeat_n(' ', len));
        self.at += len;
    }

    fn put(&mut self, with: &str, len: usize) {
        // a replacement longer than the original cannot happen, but must not shift the text either
        if with.len() > len {
            return self.blank(len);
        }
        self.clean.push_str(with);
        self.clean.extend(std::iter::repeat_n(' ', len - with.len()));
        self.at += len;
    }

    fn end_piece(&mut self, at: usize) {
        if at > self.piece && !self.too_deep {
            self.pieces.push(self.piece..at);
        }
        self.piece = at;
        self.too_deep = false;
        self.brackets.clear();
        self.comparing = false;
        self.ifs = 0;
    }

    fn step(&mut self, c: char) {
        match c {
            '\n' | '\r' => {
                self.keep(1);
                self.line_start = true;
                return;
            }
            _ if is_space(c) => return self.keep(c.len_utf8()),
            '/' if self.rest().starts_with("//") => return self.comment(),
            '／' if self.rest().starts_with("／／") => return self.comment(),
            '"' | '“' | '”' | '＂' => self.quoted(c),
            '`' => self.backquoted(),
            'a'..='z' | 'A'..='Z' | '_' => return self.word(),
            '0'..='9' => self.keep(1),
            '<' | '>' | '(' | ')' | '[' | ']' | '＜' | '＞' | '（' | '）' | '［' | '］' => self.bracket(c),
            '-' | '－' if self.text.get(self.at + c.len_utf8()..).is_some_and(|r| r.starts_with(['>', '＞'])) => {
                let next = self.text.get(self.at + c.len_utf8()..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
                self.keep(c.len_utf8() + next);
            }
            ':' | '：' => {
                self.comparing = false;
                self.keep(c.len_utf8());
            }
            _ if c.is_ascii() && !c.is_ascii_control() => self.keep(1),
            _ if is_invisible(c) => return self.invisible(c),
            _ if is_name_char(c) => return self.word(),
            _ => match look_alike(c) {
                Some(with) => self.mistaken(c, with),
                // other spaces (em space, thin space …) are only spaces
                None if c.is_whitespace() => return self.blank(c.len_utf8()),
                None => self.keep(c.len_utf8()),
            },
        }
        self.line_start = false;
        self.before = c;
        self.after_of = false;
        self.after_operand = c.is_ascii_digit() || matches!(c, '"' | '“' | '”' | '＂' | '`' | ')' | '）' | ']' | '］' | '%' | '％' | '‰');
    }

    fn comment(&mut self) {
        let len = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.blank(len);
    }

    /// Keeps a text; reports it if no quote closes it on its line.
    fn quoted(&mut self, quote: char) {
        let closing = if quote == '“' { '”' } else { quote };
        let mut chars = self.rest().char_indices().skip(1);
        let mut line = self.rest().len();
        let mut end = None;
        while let Some((i, c)) = chars.next() {
            if c == closing {
                end = Some(i + c.len_utf8());
                break;
            }
            if c == '\n' || c == '\r' {
                line = i;
                break;
            }
            if c == '\\' {
                match chars.next() {
                    Some((i, '\n' | '\r')) => {
                        line = i;
                        break;
                    }
                    _ => continue,
                }
            }
        }
        if let Some(end) = end {
            return self.keep(end);
        }
        let stop = self.rest().get(..line).map_or(line, end_of_unclosed);
        let len = self.rest().get(..stop).map_or(0, |s| s.trim_end().len());
        let shown: String = self.rest().get(..len).unwrap_or("").chars().take(20).collect();
        let (span, end) = (self.span(len), Span::new(self.id, self.at + len, self.at + len));
        self.sink.push(
            Diagnostic::at(&codes::E0109, span, format!("the text {shown}… has no closing quote"))
                .label("this text never ends")
                .help(format!("close it with {closing} on the same line; a line break inside is written \\n"))
                .fix(end, closing.to_string()),
        );
        self.keep(stop);
    }

    fn backquoted(&mut self) {
        let body = self.text.get(self.at + 1..).unwrap_or("");
        let stop = body.find(['`', '\n', '\r']).unwrap_or(body.len());
        if body.get(stop..).is_some_and(|r| r.starts_with('`')) && stop > 0 {
            let hidden = body.get(..stop).and_then(|b| b.char_indices().find(|(_, c)| is_invisible(*c)));
            if let Some((i, c)) = hidden {
                let at = self.at + 1 + i;
                self.report_invisible(c, Span::new(self.id, at, at + c.len_utf8()));
            }
            return self.keep(stop + 2);
        }
        let span = self.span(1);
        let message = if stop == 0 { "this name between backquotes is empty" } else { "this backquote has no partner on its line" };
        self.sink.push(
            Diagnostic::at(&codes::E0109, span, message)
                .label("opens a name")
                .help("a name with unusual characters stands between two backquotes: `参保(合)凭证`"),
        );
        self.blank(1);
    }

    fn word(&mut self) {
        let end = self.rest().find(|c: char| !is_name_char(c) && !is_name_filler(c)).unwrap_or(self.rest().len());
        let word = self.rest().get(..end).unwrap_or("");
        // an invisible character at the end belongs to no name
        let len = word.trim_end_matches(is_name_filler).len().max(1);
        let word = word.get(..len).unwrap_or("");
        let ascii = word.as_bytes().first().is_some_and(u8::is_ascii_lowercase) && word.len() <= 10;
        let hidden: Vec<(usize, char)> =
            if word.is_ascii() { Vec::new() } else { word.char_indices().filter(|(_, c)| is_name_filler(*c)).collect() };
        let after = self.text.get(self.at + len..).unwrap_or("");
        let mut of = false;
        let operator = matches!(
            word,
            "and"
                | "or"
                | "of"
                | "in"
                | "not"
                | "at"
                | "where"
                | "over"
                | "under"
                | "about"
                | "to"
                | "least"
                | "most"
                | "if"
                | "then"
                | "else"
                | "working"
        );
        if ascii {
            match word {
                "region" | "source" | "vocabulary" | "test" | "use" if self.starts_piece(after) => self.end_piece(self.at),
                "when" => (self.comparing, self.ifs) = (true, 0),
                "where" => self.comparing |= !matches!(self.brackets.last(), Some('(' | '[')),
                "if" => {
                    self.comparing = true;
                    self.ifs += 1;
                    if self.ifs > MAX_DEPTH {
                        self.deep(len, "`if` inside `if`");
                    }
                }
                "then" => self.comparing = false,
                "else" => self.ifs = self.ifs.saturating_sub(1),
                "let" | "default" | "final" | "table" | "except" | "expect" | "for" => {
                    self.comparing = false;
                    self.ifs = 0;
                    self.forget_open();
                }
                "of" | "in" => of = true,
                _ => {}
            }
        }
        if self.line_start && begins_statement(after) && self.statement_can_begin(word) {
            self.ifs = 0;
            self.forget_open();
        }
        for (i, c) in hidden {
            let at = self.at + i;
            self.report_invisible(c, Span::new(self.id, at, at + c.len_utf8()));
        }
        self.keep(len);
        self.line_start = false;
        self.before = 'a';
        self.after_of = of;
        self.after_operand = !operator;
    }

    /// A new statement begins: what is still open of ( and [ was never closed.
    fn forget_open(&mut self) {
        while matches!(self.brackets.last(), Some('(' | '[')) {
            self.brackets.pop();
        }
    }

    /// Whether `word =` at the start of a line is a new statement, rather than an attribute or half of a comparison.
    fn statement_can_begin(&self, word: &str) -> bool {
        let after_number = self.before.is_ascii_digit() && super::literal::is_unit_word(word);
        match self.brackets.last() {
            Some('(') => self.after_operand && !after_number,
            _ => !after_number,
        }
    }

    /// Whether a top-level word at the start of a line really begins a declaration, rather than being a type or half of something.
    fn starts_piece(&self, after: &str) -> bool {
        let next = after.trim_start();
        self.line_start
            && !self.after_of
            && !matches!(self.before, ':' | '：' | '=' | ',' | '，' | '|' | '-' | '→' | '+' | '(' | '[')
            && after.len() >= next.len()
            && next.starts_with(|c: char| is_name_char(c) || matches!(c, '"' | '“' | '”' | '`'))
    }

    fn bracket(&mut self, c: char) {
        let next = self.text.get(self.at + c.len_utf8()..).and_then(|r| r.chars().next());
        let len = c.len_utf8();
        let inside = matches!(self.brackets.last(), Some('(' | '['));
        match c {
            '<' | '>' | '＜' | '＞' if matches!(next, Some('=' | '＝')) => {
                return self.keep(len + next.map_or(0, char::len_utf8));
            }
            '<' | '＜' if !(self.comparing || inside) => self.opened('<', len),
            '>' | '＞' if !(self.comparing || inside) => {
                self.ifs = 0;
                self.brackets.pop();
            }
            '(' | '（' => self.opened('(', len),
            '[' | '［' => self.opened('[', len),
            ')' | '）' | ']' | '］' if inside => {
                self.brackets.pop();
            }
            _ => {}
        }
        self.keep(len);
    }

    fn opened(&mut self, bracket: char, len: usize) {
        self.brackets.push(bracket);
        if self.brackets.len() > MAX_DEPTH {
            self.deep(len, "this bracket");
        }
    }

    fn deep(&mut self, len: usize, what: &str) {
        if !self.too_deep {
            self.too_deep = true;
            self.sink.push(too_deep(self.span(len), what));
        }
    }

    fn invisible(&mut self, c: char) {
        let span = self.span(c.len_utf8());
        self.report_invisible(c, span);
        self.blank(c.len_utf8());
    }

    fn report_invisible(&mut self, c: char, span: Span) {
        let what = match c {
            '\0' => "a NUL character",
            '\u{FEFF}' => "a byte-order mark in the middle of the text",
            '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' => "a character without width",
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}' => {
                "a character that turns the direction of the text"
            }
            '\u{2028}' | '\u{2029}' | '\u{85}' => "an unusual line break",
            c if c.is_control() => "a control character",
            _ => "an invisible character",
        };
        let code = u32::from(c);
        self.sink.push(
            Diagnostic::at(&codes::E0003, span, format!("{what} (U+{code:04X}) stands in the text"))
                .label("here, though nothing can be seen")
                .help("delete it; such characters are allowed only inside texts and comments")
                .fix(span, ""),
        );
    }

    fn mistaken(&mut self, c: char, with: &'static str) {
        let span = self.span(c.len_utf8());
        let code = u32::from(c);
        self.sink.push(
            Diagnostic::at(&codes::E0106, span, format!("`{c}` (U+{code:04X}) only looks like `{with}`"))
                .label(format!("read as `{with}`"))
                .help(format!("type `{with}`; full-width forms such as ＜ ＞ （ ） ： are fine too"))
                .fix(span, with),
        );
        match with {
            "<" => {
                if !(self.comparing || matches!(self.brackets.last(), Some('(' | '['))) {
                    self.opened('<', c.len_utf8());
                }
                self.put(with, c.len_utf8());
            }
            "\"" | "`" | "$" => self.blank(c.len_utf8()),
            _ => self.put(with, c.len_utf8()),
        }
    }
}

/// Whether what follows a name makes it the target of a statement.
fn begins_statement(after: &str) -> bool {
    let after = after.trim_start_matches(' ');
    after.starts_with("+=") || (after.starts_with('=') && !after.starts_with("=="))
}

/// Where an unclosed text is taken to end: before what is no prose. The grammar's `bad_text` says the same.
fn end_of_unclosed(line: &str) -> usize {
    let mut space = false;
    for (i, c) in line.char_indices().skip(1) {
        if space && matches!(c, '<' | '>' | '＜' | '＞' | '#' | '§') {
            return line.get(..i).map_or(i, |s| s.trim_end_matches([' ', '\t', '\u{3000}', '\u{A0}']).len());
        }
        space = matches!(c, ' ' | '\t' | '\u{3000}' | '\u{A0}');
    }
    line.len()
}

/// The one message about nesting.
pub(super) fn too_deep(span: Span, what: &str) -> Diagnostic {
    Diagnostic::at(&codes::E0005, span, format!("{what} is nested more than {MAX_DEPTH} deep"))
        .label("too deep from here on")
        .help("write the inner parts as `let` definitions of their own; the declaration around this place was skipped")
}
