//! In: arbitrary and mutated texts. Out: that the parser never panics, and that white space means nothing. Never here: single cases.

use super::*;
use proptest::prelude::*;

/// A tree without its spans.
pub fn bare(file: &ast::File) -> String {
    let shown = format!("{file:?}");
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
    while let Some(at) = rest.find("Span { file") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('}').unwrap() + 1..];
    }
    out + rest
}

/// Examples without tables and comments, where a line break is only white space.
fn free() -> Vec<String> {
    let mut out: Vec<String> = EXAMPLES.iter().filter(|e| !e.contains("table")).map(|e| (*e).to_owned()).collect();
    out.push(around("a = 1 per S from 2023 until 2024-05 by f #x hedged refer\n when a in [b, c] and (d > 3): < x = 3 months   y = 10 working days >\n z = over 3 up to 6 months\n let q = if a > 3 then b else c\n w at least 3\n v requires (a)\n for each c in d where e: r = retire(a|b).c at home"));
    out.push("vocabulary v < enum e (a: flag, b: region) < x 甲 | y \"l\" / \"m\" > decision d (a -> b) < m: money round half_up to fen where: region  amount: money per month l: list of r or none > input i: region \"a\" >\ntest \"t\" in r on 2025 known 2024-01 < d a->b < i = 3 expect m = 4 > >\nuse w\n".to_owned());
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn never_panics_on_anything(text in "\\PC{0,200}") {
        parse(FileId(0), &text);
        let _ = parse_expression(FileId(0), &text);
        let _ = parse_head(FileId(0), &text);
    }

    #[test]
    fn never_panics_on_words(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60)) {
        for join in [" ", "\n", ""] {
            let text = words.join(join);
            let (_, found) = parse(FileId(0), &text);
            for d in &found {
                let span = d.span().unwrap();
                prop_assert!(text.get(span.range()).is_some(), "{d:?}");
                for label in &d.related {
                    prop_assert!(text.get(label.span.range()).is_some(), "{d:?}");
                }
            }
        }
    }

    #[test]
    fn never_panics_on_mutations(which in 0usize..7, at in any::<prop::sample::Index>(), len in 0usize..20, word in proptest::sample::select(WORDS)) {
        let text = EXAMPLES[which % EXAMPLES.len()];
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let end = (at + len).min(chars.len());
        let mutated: String = chars[..at].iter().copied().chain(word.chars()).chain(chars[end..].iter().copied()).collect();
        let (_, found) = parse(FileId(0), &mutated);
        for d in &found {
            prop_assert!(mutated.get(d.span().unwrap().range()).is_some());
            if let Some(fix) = &d.fix {
                prop_assert!(mutated.get(fix.span.range()).is_some());
            }
        }
    }

    #[test]
    fn white_space_means_nothing(which in 0usize..100, spaces in proptest::collection::vec(proptest::sample::select(&[" ", "\n", "\r\n", "\t", "  ", "\u{3000}", "\n\n   "][..]), 1..60)) {
        let all = free();
        let text = &all[which % all.len()];
        let (mut out, mut i, mut quoted) = (String::new(), 0, false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            quoted ^= c == '"';
            if !quoted && c.is_whitespace() {
                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                    chars.next();
                }
                out.push_str(spaces[i % spaces.len()]);
                i += 1;
            } else {
                out.push(c);
            }
        }
        let (one, first) = parse(FileId(0), text);
        let (two, found) = parse(FileId(0), &out);
        prop_assert!(first.is_empty(), "{}", listing(text, &first));
        // only the warning about misleading indentation looks at lines
        let found: Vec<_> = found.into_iter().filter(|d| d.code.id != "E0107").collect();
        prop_assert!(found.is_empty(), "{}\n{out}", listing(&out, &found));
        prop_assert_eq!(bare(&one), bare(&two));
    }
}

const WORDS: &[&str] = &[
    "region",
    "source",
    "test",
    "vocabulary",
    "use",
    "西宁",
    "transfer",
    "resident->employee",
    "<",
    ">",
    "<",
    ">",
    ":",
    "=",
    "(",
    ")",
    "[",
    "]",
    "when",
    "except when",
    "default",
    "final",
    "let",
    "x",
    "y",
    "gap",
    "3",
    "2025-01",
    "2025-02-30",
    "¥300",
    "12%",
    "months",
    "\"文\"",
    "\"",
    "`",
    "//",
    "|",
    ",",
    ";",
    "-",
    "+",
    "*",
    "..",
    "...",
    "#F1",
    "§",
    "per",
    "from",
    "until",
    "by",
    "hedged",
    "refer",
    "note",
    "for each",
    "in",
    "where",
    "if",
    "then",
    "else",
    "and",
    "or",
    "not",
    "any of",
    "over",
    "up to",
    "at least",
    "at",
    "table <",
    "\n",
    "a | b\n",
    "expect",
    "needs",
    "enum",
    "input",
    "decision",
    "record",
    "never",
    "list of",
    "＜",
    "＞",
    "：",
    "（",
    "）",
    "»",
    "‹",
    "\u{200b}",
    "\u{0}",
    "，",
    "。",
    "{",
    "}",
    "１２",
    "+=",
    ">=",
    "==",
    "requires",
    "agency",
];
