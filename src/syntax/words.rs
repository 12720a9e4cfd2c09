//! In: a token that was found and the kinds that were expected. Out: words for both, as an author would say them. Never here: where it stands in the tree.

use super::grammar::Kind;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// What kind of token stands somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// A name or keyword.
    Word,
    /// A number, date, amount.
    Number,
    /// A quoted text.
    Text,
    /// Punctuation.
    Mark,
    /// Nothing more.
    End,
}

/// The first token of a text.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// As written.
    pub text: &'a str,
    /// Its kind.
    pub found: Found,
}

/// Whether a word can be a name only between backquotes.
pub(super) fn is_reserved(word: &str) -> bool {
    crate::value::RESERVED.contains(&word)
}

/// The first token of a text that does not start with white space.
pub(super) fn token(text: &str) -> Option<Token<'_>> {
    let first = text.chars().next()?;
    let name = |c: char| c.is_alphanumeric() || c == '_';
    let (len, found) = if first.is_ascii_digit() || matches!(first, '¥' | '￥') {
        let len = text.find(|c: char| !(name(c) || matches!(c, '.' | '-' | '¥' | '￥' | '%' | '‰'))).unwrap_or(text.len());
        (text.get(..len).map_or(len, |t| t.trim_end_matches(['.', '-']).len().max(first.len_utf8())), Found::Number)
    } else if name(first) {
        (text.find(|c: char| !name(c)).unwrap_or(text.len()), Found::Word)
    } else if matches!(first, '"' | '“' | '”' | '＂' | '`') {
        let close = if first == '“' { '”' } else { first };
        let line = text.find(['\n', '\r']).unwrap_or(text.len());
        let len = text.char_indices().skip(1).find(|(_, c)| *c == close).map_or(line, |(i, c)| i + c.len_utf8());
        (len.min(line), if first == '`' { Found::Word } else { Found::Text })
    } else {
        let two = ["->", ">=", "<=", "!=", "==", "+=", "-=", ":=", "&&", "||", "..", "//", "<>", "=>", "**"];
        let len = two.iter().find(|t| text.starts_with(**t)).map_or(first.len_utf8(), |t| t.len());
        (len, Found::Mark)
    };
    text.get(..len).map(|text| Token { text, found })
}

/// Whether a text begins a statement or declaration.
pub(super) fn starts_statement(text: &str) -> bool {
    let Some(first) = token(text) else { return true };
    let rest = text.get(first.text.len()..).unwrap_or("").trim_start();
    match first.found {
        Found::Word if is_reserved(first.text) => {
            matches!(
                first.text,
                "when"
                    | "let"
                    | "default"
                    | "final"
                    | "except"
                    | "table"
                    | "for"
                    | "expect"
                    | "region"
                    | "source"
                    | "test"
                    | "vocabulary"
                    | "use"
                    | "per"
                    | "hedged"
                    | "refer"
                    | "from"
                    | "until"
                    | "by"
                    | "note"
                    | "enum"
                    | "input"
                    | "record"
                    | "decision"
            )
        }
        Found::Word => rest.starts_with(['=', '＝', ':', '：']) || rest.starts_with("+="),
        Found::Mark => matches!(first.text, "#" | "§" | "＃"),
        _ => false,
    }
}

/// Keywords after which a value is simply missing: they go on with the statement, or begin the next.
pub(super) fn continues(word: &str) -> bool {
    matches!(
        word,
        "per"
            | "from"
            | "until"
            | "by"
            | "hedged"
            | "note"
            | "when"
            | "let"
            | "default"
            | "final"
            | "except"
            | "table"
            | "for"
            | "expect"
            | "then"
            | "else"
            | "and"
            | "or"
            | "of"
            | "in"
            | "at"
            | "up"
            | "region"
            | "source"
            | "test"
            | "vocabulary"
            | "use"
            | "requires"
            | "not"
            | "over"
            | "under"
            | "about"
            | "otherwise"
            | "enum"
            | "input"
            | "record"
            | "decision"
            | "never"
    )
}

/// Whether a token compares.
pub(super) fn is_comparison(text: &str) -> bool {
    matches!(text, "<" | ">" | "<=" | ">=" | "=" | "!=" | "==" | "＜" | "＞" | "＝" | "≤" | "≥" | "≠" | "<>")
}

/// Whether a kind begins a value.
pub(super) fn is_value(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::path
            | Kind::numeric
            | Kind::money
            | Kind::paren
            | Kind::list
            | Kind::constant
            | Kind::refer_value
            | Kind::any_expr
            | Kind::if_expr
            | Kind::cif_expr
            | Kind::expr
            | Kind::cexpr
            | Kind::arg
            | Kind::prefix
    )
}

/// The innermost `(` or `[` of a text that is not closed in it.
pub(super) fn unclosed(text: &str) -> Option<(char, usize)> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut closing = None;
    for (i, c) in text.char_indices() {
        if let Some(end) = closing {
            if c == end || c == '\n' {
                closing = None;
            }
            continue;
        }
        match c {
            '"' | '`' | '＂' => closing = Some(c),
            '“' => closing = Some('”'),
            '(' | '（' | '[' | '［' => open.push((c, i)),
            ')' | '）' | ']' | '］' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// The partner of an opening bracket.
pub(super) fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '（' => '）',
        '[' => ']',
        _ => '］',
    }
}

/// The words that may begin what an entry reads.
pub(super) fn starters(entry: Kind) -> &'static [&'static str] {
    match entry {
        Kind::only_top => &["region", "source", "vocabulary", "test", "precedence"],
        Kind::only_vocab_item => &["enum", "record", "input", "decision", "never"],
        Kind::only_item => &["when", "table", "default", "final", "except"],
        Kind::only_case_item => &["expect"],
        Kind::only_region_item => &["agency"],
        _ => &[],
    }
}

/// Whether a word is a misspelt keyword.
pub(super) fn is_near(word: &str, keyword: &str) -> bool {
    let far = if keyword.len() <= 5 { 1 } else { 2 };
    word != keyword && word.is_ascii() && word.len() >= 3 && strsim::damerau_levenshtein(&word.to_ascii_lowercase(), keyword) <= far
}

/// A word authors may try, and the one the language has.
pub(super) fn translated(word: &str) -> Option<&'static str> {
    Some(match word {
        "unless" | "除非" => "when not",
        "如果" | "若" | "当" | "凡" | "whenever" | "whether" => "when",
        "默认" => "default",
        "foreach" => "for each",
        "set" | "def" | "var" | "const" => "let",
        _ => return None,
    })
}

/// E0101 for a word that begins nothing, with the one that was meant.
pub(super) fn not_a_beginning(span: Span, word: &str, meant: &str) -> Diagnostic {
    Diagnostic::at(&codes::E0101, span, format!("`{word}` is not a word that can begin here"))
        .label(format!("`{meant}`?"))
        .help(format!("did you mean `{meant}`?"))
        .fix(span, meant)
}

/// What could have stood there, in an author's words.
fn expectations(kinds: &[Kind]) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = Vec::new();
    let mut add = |words: &'static str| {
        if !out.contains(&words) {
            out.push(words);
        }
    };
    for kind in kinds {
        match kind {
            k if is_value(*k) => add("a value"),
            Kind::name | Kind::alias => add("a name"),
            Kind::type_name | Kind::r#type | Kind::list_of => add("a type"),
            Kind::colon => add("`:`"),
            Kind::open => add("`<`"),
            Kind::close => add("`>`"),
            Kind::comma | Kind::list_sep => add("`,`"),
            Kind::rparen => add("`)`"),
            Kind::rbrack => add("`]`"),
            Kind::bar => add("`|`"),
            Kind::eq | Kind::set_op => add("`=`"),
            Kind::text => add("a text in quotes"),
            Kind::date | Kind::date_cn | Kind::year => add("a date"),
            Kind::kw_then => add("`then`"),
            Kind::kw_else => add("`else`"),
            Kind::kw_in => add("`in`"),
            Kind::kw_each => add("`each`"),
            Kind::kw_when => add("`when`"),
            Kind::kw_to => add("`to`"),
            Kind::binop | Kind::cbinop => add("an operator"),
            Kind::set | Kind::let_stmt | Kind::governed => add("a statement"),
            Kind::decide | Kind::agency => add("a head"),
            Kind::input | Kind::enum_decl | Kind::record | Kind::decision | Kind::never => add("a declaration"),
            Kind::region | Kind::source | Kind::test | Kind::vocabulary => add("a region, source, test or vocabulary"),
            _ => {}
        }
    }
    if out.contains(&"`)`") {
        out.retain(|w| *w != "`|`");
    }
    if out.contains(&"a value") {
        out.retain(|w| !matches!(*w, "a name" | "a text in quotes"));
    }
    // an operator can stand after any value: worth saying only where nothing else is
    if out.len() > 1 {
        out.retain(|w| *w != "an operator");
    }
    out.truncate(4);
    out
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// E0101, with the best help there is.
pub(super) fn unexpected(entry: Kind, span: Span, text: &str, found: Found, before: &str, rest: &str, expected: &[Kind]) -> Diagnostic {
    let wanted = expectations(expected);
    let value = wanted.contains(&"a value");
    let last = before.split_whitespace().next_back().unwrap_or("");
    let message = match found {
        Found::End if value && !last.is_empty() => format!("a value is missing after `{last}`"),
        Found::End if wanted.len() == 1 && !last.is_empty() => format!("{} is missing after `{last}`", listed(&wanted)),
        Found::End => "something is missing at the end of this line".to_owned(),
        Found::Word if is_reserved(text) && value && continues(text) && !last.is_empty() => {
            format!("a value is missing between `{last}` and `{text}`")
        }
        Found::Text => format!(
            "the text {} does not fit here",
            if text.chars().count() > 24 { format!("{}…", text.chars().take(24).collect::<String>()) } else { text.to_owned() }
        ),
        _ if text.chars().nth(40).is_some() => {
            format!("`{}…` does not fit here", text.chars().take(40).collect::<String>())
        }
        _ => format!("`{text}` does not fit here"),
    };
    let d = Diagnostic::at(&codes::E0101, span, message);
    let d = if wanted.is_empty() { d } else { d.label(format!("{} could stand here", listed(&wanted))) };
    let line = rest.lines().next().unwrap_or("");
    let help: String = match text {
        ";" | "；" => "nothing separates statements; `;` stands between the steps of an ordered list".to_owned(),
        "{" | "}" => "blocks stand between `<` and `>`".to_owned(),
        "&&" | "&" => "write `and`".to_owned(),
        "||" => "write `or`".to_owned(),
        "!" | "！" => "write `not`; unequal is `!=`".to_owned(),
        "=>" => "at least is `>=`; an arrow is `->`".to_owned(),
        "<>" => "unequal is `!=`".to_owned(),
        "==" => "a single `=` compares and gives".to_owned(),
        "**" | "^" => "there are no powers; multiply with `*`".to_owned(),
        "?" | "？" => "a choice is written `if c then a else b`".to_owned(),
        "->" | "→" => "`->` stands only in heads: transfer resident->employee".to_owned(),
        "." | "．" | "。" => "nothing ends a statement; a point stands between a decision and its outcome: retire.missing".to_owned(),
        "then" => "`then` follows `if`; a condition over statements is `when c:`".to_owned(),
        "otherwise" => "`otherwise` stands in the cells of a table; for statements say `default outcome = value`".to_owned(),
        ">" | "＞" => "this bracket closes the block; finish what stands before it first".to_owned(),
        _ => match entry {
            Kind::only_top => "a file holds `region`, `source`, `vocabulary` and `test` blocks, and `use`".to_owned(),
            Kind::only_region_item => {
                "a region holds `agency \"…\"` and heads with statements: transfer resident->employee: pooled_balance = retained".to_owned()
            }
            Kind::only_property => "a source says kind = web, published = 2025-05-17, url = \"…\", number = \"…\", note = \"…\"".to_owned(),
            Kind::only_case | Kind::only_case_item => {
                "a case tells facts (`gap = 0 months`) and says what must come out (`expect outcome = value`)".to_owned()
            }
            Kind::only_vocab_item => "a vocabulary holds `enum`, `record`, `input`, `decision` and `never`".to_owned(),
            Kind::only_variant => {
                "values are names separated by `|`, each with an alias and label if wanted: < male 男 | female 女 >".to_owned()
            }
            Kind::only_field => "a field says `name: type`".to_owned(),
            Kind::only_outcome => "an outcome says `name: type`, then `round half_up to fen`, `partial` or a label".to_owned(),
            Kind::row_cells => "cells are values, ranges, `-` or `otherwise`, separated by `|`".to_owned(),
            Kind::only_head => "a head is a decision and its arguments: transfer resident->employee".to_owned(),
            Kind::only_expr => "write one value: `2 months`, `¥300`, `employee`, `[a, b]`".to_owned(),
            _ if before.ends_with("any of") => "`any of` is followed by a list: any of [a, b]".to_owned(),
            _ if value => "write the value there, or take out what stands before it".to_owned(),
            _ if wanted.contains(&"`]`") => "separate the elements of a list with `,` (a set) or `;` (an order)".to_owned(),
            _ if wanted.contains(&"`)`") => "separate arguments with `,`".to_owned(),
            _ if wanted.contains(&"`=`") => "a statement gives a value: `name = value`; a condition begins with `when`".to_owned(),
            _ if found == Found::Word && before.is_empty() && line.contains([':', '：']) => {
                "conditions begin with `when`; a statement is `outcome = value`".to_owned()
            }
            _ if before.is_empty() => {
                "a statement is `outcome = value`, `let name = value`, `when condition: …` or `table < … >`".to_owned()
            }
            _ if found == Found::Word && !is_reserved(text) => {
                "a value ends here; after it come `per`, `§`, `from`, `until`, `#id`, `hedged`, `refer`, `note` or the next statement"
                    .to_owned()
            }
            _ => "finish the statement before it, or take it out".to_owned(),
        },
    };
    d.help(help)
}
