//! In: JSON and numbers of every kind. Out: whether the reader of documents agrees with serde_json, and numbers stay exact. Never here: facts.

use super::json::{Kind, Node, read};
use super::number::decimal;
use crate::value::Exact;
use proptest::prelude::*;
use serde_json::Value as Json;

/// The tree as serde_json would have it (the last of two equal keys wins there).
fn plain(node: &Node) -> Json {
    match &node.kind {
        Kind::Null => Json::Null,
        Kind::Bool(b) => Json::Bool(*b),
        Kind::Number(text) => serde_json::from_str(text).unwrap(),
        Kind::NotFinite(_) => unreachable!("no JSON"),
        Kind::Text(text) => Json::String(text.to_string()),
        Kind::List(items) => Json::Array(items.iter().map(plain).collect()),
        Kind::Object(fields) => Json::Object(fields.iter().map(|(k, v)| (k.name.to_string(), plain(v))).collect()),
    }
}

#[track_caller]
fn agrees(text: &str) {
    match (read(text), serde_json::from_str::<Json>(text)) {
        (Ok(node), Ok(json)) => assert_eq!(plain(&node), json, "{text:?}"),
        (Err(_), Err(_)) => {}
        (Ok(_), Err(e)) => panic!("taken here, but serde_json says {e}: {text:?}"),
        (Err(fault), Ok(_)) => panic!("refused here ({}), but JSON: {text:?}", fault.message),
    }
}

#[test]
fn takes_what_json_takes() {
    for text in [
        "{}",
        "[]",
        " [1 , 2]\n",
        "{\"a\":1,\"b\":[true,false,null]}",
        "\"\\u5E74\\ud83d\\ude00\\n\\/\"",
        "-0",
        "-0.50e+10",
        "1E-2",
        "\"\u{7f}\"",
        "",
        " ",
        "{",
        "[",
        "\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1,]",
        "[,]",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "--1",
        "tru",
        "True",
        "nul",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "\"\n\"",
        "\"\0\"",
        "1 2",
        "{}{}",
        "//",
        "{'a':1}",
        "\u{feff}{}",
        "\u{a0}1",
        "1\u{3000}",
        "[1 2]",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "2months",
        "\"\\",
        "[\"\\u00e9\"]",
        "1_000",
    ] {
        agrees(text);
    }
}

#[test]
fn tells_numbers_that_are_none() {
    for text in ["NaN", "Infinity", "-Infinity"] {
        assert!(matches!(read(text).unwrap().kind, Kind::NotFinite(t) if t == text));
    }
    assert!(read("nan").is_err() && read("-NaN").is_err());
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,5})?([eE][-+]?[0-9]{1,3})?",
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|v| format!("[{}]", v.join(" , "))),
            prop::collection::vec(("[a-c年]{1,2}", inner), 0..5)
                .prop_map(|v| { format!("{{{}}}", v.iter().map(|(k, v)| format!("\"{k}\" :\t{v}")).collect::<Vec<_>>().join(",\n")) }),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_on_json(text in json()) {
        agrees(&text);
    }

    #[test]
    fn agrees_on_broken_json(text in json(), at in any::<prop::sample::Index>(), with in "[\\[\\]{}:,\"\\\\0-9a-z. ]") {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        chars[at] = with.chars().next().unwrap();
        // serde_json reads this as a number in words of its own.
        let broken: String = chars.into_iter().collect();
        agrees(&broken);
    }

    #[test]
    fn agrees_on_noise(text in "[\\[\\]{}:,\"\\\\0-9a-z. -]{0,12}") {
        agrees(&text);
    }

    #[test]
    fn decimals_are_exact(whole in 0i128..1_000_000_000_000_000_000, decimals in 0i128..1_000_000_000_000, shift in 0i32..30, negative: bool) {
        let n = Exact::ratio(whole, 1).unwrap().checked_add(Exact::ratio(decimals, 1_000_000_000_000).unwrap()).unwrap();
        let n = if negative { n.negated() } else { n };
        prop_assert_eq!(decimal(&n.to_string()).unwrap().unwrap(), n);
        // The same digits, moved by an exponent.
        let (sign, w, d) = n.decimal().unwrap();
        let sign = if sign { "-" } else { "" };
        let moved = format!("{sign}{w}{d}{}e-{}", "0".repeat(shift as usize), d.len() + shift as usize);
        prop_assert_eq!(decimal(&moved).unwrap().unwrap(), n);
        let moved = format!("{sign}0.{}{w}{d}e{}", "0".repeat(shift as usize), w.len() + shift as usize);
        prop_assert_eq!(decimal(&moved).unwrap().unwrap(), n);
    }
}

#[test]
fn decimals_at_the_edge() {
    let read = |t: &str| decimal(t).map(|r| r.map(|n| n.to_string()));
    assert_eq!(read("1e3"), Some(Ok("1000".into())));
    assert_eq!(read("1e17"), Some(Ok("100000000000000000".into())));
    assert_eq!(read("0e999999999999999999999"), Some(Ok("0".into())));
    assert_eq!(read("-0"), Some(Ok("0".into())));
    assert_eq!(read("5e-12"), Some(Ok("0.000000000005".into())));
    assert_eq!(read("1_000.5"), Some(Ok("1000.5".into())));
    for long in ["1e18", "5e-13", "1e400", "1e-400", "1e999999999999999999999", "1234567890123456789", "0.1234567890123"] {
        assert!(matches!(read(long), Some(Err(_))), "{long}");
    }
    for other in ["", "-", "1.", ".5", "1__0", "_1", "1e", "1e1.5", "０", "1 000", "1,000", "0x10", "--1", "e1"] {
        assert_eq!(read(other), None, "{other}");
    }
}
