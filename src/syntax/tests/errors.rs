//! In: one text for each mistake. Out: its code, the text under the caret and the mend. Never here: what is right (`constructs.rs`).

use super::*;

/// `code [caret]` for each finding.
fn found(text: &str) -> Vec<String> {
    let (_, found) = parse(FileId(0), text);
    found.iter().map(|d| format!("{} [{}]", d.code.id, text.get(d.span().unwrap().range()).unwrap())).collect()
}

fn inside(statements: &str) -> Vec<String> {
    found(&around(statements))
}

/// The text with every certain mend made.
fn mended(text: &str) -> String {
    let (_, found) = parse(FileId(0), text);
    let mut out = text.to_owned();
    for d in found.iter().rev() {
        let fix = d.fix.as_ref().unwrap_or_else(|| panic!("no fix: {d:?}"));
        out.replace_range(fix.span.range(), &fix.replacement);
    }
    out
}

#[track_caller]
fn mends(before: &str, after: &str) {
    assert_eq!(mended(&around(before)), around(after));
    good(&around(after));
}

#[test]
fn invisible_characters() {
    assert_eq!(found("region A\u{200B} < t: x = 1 >"), ["E0003 [\u{200B}]"]);
    assert_eq!(found("region A < t: x = \0 1 >"), ["E0003 [\0]"]);
    assert_eq!(found("region A < t: x\u{202E} = 1 >"), ["E0003 [\u{202E}]"]);
    assert_eq!(found("region A < t: a\u{200B}b = 1 >"), ["E0003 [\u{200B}]"]);
    good("region A < t: x = \"\u{200B}\" > // \u{202E}\n");
    mends("x\u{200B}y = 1\u{FEFF}", "xy = 1");
}

#[test]
fn nesting() {
    for text in [
        around(&format!("x = {}1{}", "(".repeat(10_000), ")".repeat(10_000))),
        around(&format!("x = {}a", "not ".repeat(10_000))),
        around(&format!("x = {}a", "if ".repeat(10_000))),
        around(&"when a: ".repeat(10_000)),
        around(&format!("x = {} a", "if a then b else ".repeat(10_000))),
    ] {
        let codes: Vec<String> = found(&text).into_iter().map(|f| f.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(codes, ["E0005"]);
    }
    good(&around(&format!("x = {}1{}", "(".repeat(MAX_DEPTH - 2), ")".repeat(MAX_DEPTH - 2))));
    good(&around(&format!("x = 1{}", " + 1".repeat(MAX_OPERANDS - 1))));
    assert!(inside(&format!("x = 1{}", " + 1".repeat(MAX_OPERANDS)))[0].starts_with("E0007"));
    // the declarations around a place nested too deep are kept
    let text = format!("region A < t: x = 1 >\nregion B < t: x = {} >\nregion C < t: x = 1 >\n", "(".repeat(200));
    assert_eq!(parse(FileId(0), &text).0.items.len(), 2);
}

#[test]
fn what_does_not_fit() {
    assert_eq!(inside("x = a b c"), ["E0101 [b]"]);
    assert_eq!(inside("x = a +"), ["E0101 []"]);
    assert_eq!(inside("x ="), ["E0101 [=]"]);
    assert_eq!(inside("x =\ny = 3"), ["E0101 [=]"]);
    assert_eq!(inside("x = per S"), ["E0101 [=]"]);
    assert_eq!(inside("x = (a + ) * 3"), ["E0101 [)]"]);
    assert_eq!(inside("x = a && b"), ["E0101 [&&]"]);
    assert_eq!(inside("foo bar baz"), ["E0101 [bar]"]);
    assert_eq!(inside("whn a: x = 1"), ["E0101 [whn]"]);
    assert_eq!(inside("whn a > 3: x = 1"), ["E0101 [whn]"]);
    assert_eq!(inside("x = 1; y = 2"), ["E0101 [;]"]);
    assert_eq!(inside("when a:"), ["E0101 []"]);
    assert_eq!(inside("x = if a then b"), ["E0101 []"]);
    assert_eq!(inside("x = [a; b, c]"), ["E0101 [,]"]);
    assert_eq!(found("regoin A < t: x = 1 >\nregion B < t: x = 1 >"), ["E0101 [regoin]"]);
    assert_eq!(found("region A B C < t: x = 1 >"), ["E0101 [C]"]);
    assert_eq!(found("region A\nregion B < t: x = 1 >"), ["E0101 []"]);
    assert_eq!(found("region A < t: x = 1 >\nsource S < kind web >"), ["E0101 [web]"]);
    assert_eq!(found("region A < x = 1 >"), ["E0101 [x]"]);
    assert_eq!(found("test \"a\" on 2025 < t < a = 1 > >"), ["E0101 [\"a\"]"]);
    assert_eq!(found("vocabulary v < enum e < a b c | d > >"), ["E0101 []"]);
    mends("x == 1", "x = 1");
}

#[test]
fn brackets() {
    assert_eq!(found("region A <\n t <\n x = 1\n"), ["E0102 [<]"]);
    assert_eq!(found("region A <\n t: x = 1\nregion B < t: x = 1 >"), ["E0102 [<]"]);
    assert_eq!(inside("x = max(a, b\ny = 2"), ["E0102 [(]"]);
    assert_eq!(inside("x = [a, b\ny = 2"), ["E0102 [[]"]);
    assert_eq!(found("region A < t: x = 1 > >"), ["E0103 [>]"]);
}

#[test]
fn an_unclosed_block_is_reported_once_and_where_it_opens() {
    let text = "region A <\n  t a->b <\n    x = 1\n  u c: y = 2\n  v < z = 3 >\n>\nregion B < t: x = 1 >\n";
    let (file, found) = parse(FileId(0), text);
    assert_eq!(found.len(), 1, "{}", listing(text, &found));
    assert_eq!(found[0].code.id, "E0102");
    assert_eq!(found[0].span().unwrap().start as usize, text.find("b <").unwrap() + 2);
    let [ast::Item::Region(a), ast::Item::Region(_)] = file.items.as_slice() else { panic!() };
    assert_eq!(a.items.len(), 3);
    let text = "region A <\n  t a->b <\n    when a: <\n      x = 1\n  >\n>\n";
    let found = parse(FileId(0), text).1;
    assert_eq!((found.len(), found[0].span().unwrap().start as usize), (1, text.find(": <").unwrap() + 2));
}

#[test]
fn comparisons_without_parentheses() {
    assert_eq!(inside("x = y > 5"), ["E0104 [> 5]"]);
    assert_eq!(inside("x = y > limit\nz = 1"), ["E0104 [> limit]"]);
    assert_eq!(inside("x = y < 5"), ["E0104 [< 5]"]);
    assert_eq!(inside("x = y >= 5"), ["E0104 [>= 5]"]);
    assert_eq!(inside("x = y = 5"), ["E0104 [=]"]);
    mends("x = y > 5", "x = (y > 5)");
    // what follows a closing bracket is a head, also on the next line
    good("region A < t < x = y > u\nc: z = 1 >");
    good("region A < t < x = y > u < z = 1 > >");
}

#[test]
fn colons() {
    assert_eq!(inside("when a x = 1"), ["E0105 []"]);
    assert_eq!(inside("when a > 3 x = 1"), ["E0105 []"]);
    assert_eq!(inside("when a < x = 1 y = 2 >"), ["E0105 []"]);
    assert_eq!(inside("for each c in d x = 1"), ["E0105 []"]);
    assert_eq!(found("region A < retire b x = 1 >"), ["E0105 []"]);
    assert_eq!(found("region A <\n retire b\n>"), ["E0105 []"]);
    mends("when a > 3 x = 1", "when a > 3: x = 1");
    mends("when a < x = 1 >", "when a: < x = 1 >");
}

#[test]
fn look_alikes() {
    assert_eq!(found("region A ‹ t: x = 1 ›"), ["E0106 [‹]", "E0106 [›]"]);
    assert_eq!(inside("x = 1；"), ["E0106 [；]"]);
    mends("x = a − b", "x = a - b");
    mends("x = 【a】", "x = [a]");
    mends("when a ⩾ b: x = 1", "when a >= b: x = 1");
}

#[test]
fn indentation() {
    assert_eq!(inside("when a: x = 1 y = 2"), ["E0107 [y]"]);
    assert_eq!(inside("when a: x = 1\n  y = 2"), ["E0107 [y]"]);
    assert_eq!(inside("when a:\n  x = 1\n  y = 2"), ["E0107 [y]"]);
    assert_eq!(inside("x = 1\n  except when a: x = 2\n    y = 2"), ["E0107 [y]"]);
    assert_eq!(found("region A <\n t: x = 1\n   y = 2\n>"), ["E0107 [y]"]);
    assert_eq!(found("region A <\n t: x = 1  y = 2\n>"), ["E0107 [y]"]);
    good(&around("when a: x = 1\ny = 2"));
    good(&around("when a:\nx = 1\ny = 2"));
    good(&around("when a: < x = 1 y = 2 > z = 3"));
    good(&around("x = 1 y = 2  let z = 3"));
    good(&around("when a: x = 1\n  except when b: x = 2\nwhen b: y = 1"));
    good("region A < t < when a: x = 1\n             when b: y = 2 > >");
    good("region A < t: x = 1  u: y = 2 >");
}

#[test]
fn numbers() {
    for (text, caret) in [
        ("1,000", "1,000"),
        ("1，000", "1，000"),
        ("¥1,000.50", "1,000.50"),
        ("1.2.3", "1.2.3"),
        ("3 mnths", "mnths"),
        ("3 month s", "month s"),
        ("3个月内", "个月内"),
        ("20万", "万"),
        ("1__0", "__0"),
        ("9999999999999999999999", "9999999999999999999999"),
    ] {
        assert_eq!(inside(&format!("x = {text}")), [format!("E0108 [{caret}]")], "{text}");
    }
    mends("x = 1,000", "x = 1_000");
    mends("x = 3 mnths", "x = 3 months");
    mends("x = 3 month s", "x = 3 months");
    mends("x = 2025.1.31", "x = 2025-01-31");
}

#[test]
fn texts() {
    assert_eq!(inside("x = 1 note \"abc\ny = 2"), ["E0109 [\"abc]"]);
    assert_eq!(found("source S \"标题 < kind = web >"), ["E0109 [\"标题]"]);
    assert_eq!(inside("x = `abc\ny = 2"), ["E0109 [`]"]);
    mends("x = 1 note \"abc", "x = 1 note \"abc\"");
}

#[test]
fn dates() {
    for text in ["2025-02-30", "0000-01-01", "2025-13", "2025-00", "2025-1-5", "2025年1月5日", "2025-04-31"] {
        assert_eq!(inside(&format!("x = {text}")), [format!("E0110 [{text}]")]);
        assert_eq!(inside(&format!("x = 1 from {text}")), [format!("E0110 [{text}]")]);
    }
    let (_, found) = parse(FileId(0), &around("x = 2025-02-30"));
    assert!(found[0].help.as_ref().unwrap().contains("2025-02-28"));
    mends("x = 2025-1-5", "x = 2025-01-05");
    mends("x = 1 from 2025年1月", "x = 1 from 2025-01");
}

#[test]
fn exceptions() {
    assert_eq!(inside("except when a: x = 1"), ["E0111 [except when a]"]);
    assert_eq!(inside("let y = 1\nexcept when a: x = 1"), ["E0111 [except when a]"]);
    assert_eq!(inside("when b: < y = 1 >\nexcept when a: x = 1"), ["E0111 [except when a]"]);
    assert_eq!(inside("table <\na\n1\n>\nexcept when a: x = 1"), ["E0111 [except when a]"]);
    assert_eq!(found("region A < except when a: x = 1 >"), ["E0111 [except when a]"]);
    // no second report where the statement above could not be read
    assert_eq!(inside("x 1\nexcept when a: x = 1"), ["E0101 [1]"]);
}

#[test]
fn tables() {
    assert_eq!(inside("table <\na | b\n1 | 2 | 3\n4 | 5\n>"), ["E0112 [1 | 2 | 3]"]);
    assert_eq!(inside("table <\na | b\n1\n>"), ["E0112 [1]"]);
    assert_eq!(inside("table <\na | b\n1 |\n>"), ["E0112 []"]);
    assert_eq!(inside("table <\na | b\n1 x | 2\n>"), ["E0108 [x]"]);
    assert_eq!(inside("table <\na | when\n1 | 2\n>"), ["E0114 [when]"]);
}

#[test]
fn signs() {
    assert_eq!(inside("x = -5"), ["E0113 [-5]"]);
    assert_eq!(inside("x = a * -5"), ["E0113 [-5]"]);
    assert_eq!(inside("x = (+a)"), ["E0113 [+a]"]);
    assert_eq!(inside("table <\na | b\n-5 | 1\n>"), ["E0113 [-5]"]);
}

#[test]
fn keywords() {
    assert_eq!(inside("from = 3"), ["E0114 [from]"]);
    assert_eq!(inside("default = 3"), ["E0114 [default]"]);
    assert_eq!(inside("x = if"), ["E0101 []"]);
    assert_eq!(found("vocabulary v < input from: date >"), ["E0114 [from]"]);
    assert_eq!(found("vocabulary v < enum when < a > >"), ["E0114 [when]"]);
    assert_eq!(found("vocabulary v < record r < note: text > >"), ["E0114 [note]"]);
    assert_eq!(mended("vocabulary v < input from: date >"), "vocabulary v < input `from`: date >");
}

#[test]
fn said_twice() {
    assert_eq!(inside("x = 1 per A per B"), ["E0115 [per B]"]);
    assert_eq!(inside("x = 1 from 2023 #a from 2024"), ["E0115 [from 2024]"]);
    assert_eq!(inside("x = 1 #a #b #a"), ["E0115 [#a]"]);
    assert_eq!(inside("default default x = 1"), ["E0115 [default]"]);
    assert_eq!(found("region A in B in C < t: x = 1 >"), ["E0115 [in C]"]);
}

#[test]
fn chains_and_contradictions() {
    assert_eq!(inside("x = (a < b < c)"), ["E0116 [<]"]);
    assert_eq!(inside("when a = b = c: x = 1"), ["E0116 [=]"]);
    assert_eq!(inside("default final x = 1"), ["E0117 [default final]"]);
    assert_eq!(inside("default let x = 1"), ["E0117 [default]"]);
    assert_eq!(inside("default x += 1"), ["E0117 [default]"]);
    assert_eq!(inside("default x at most 1"), ["E0117 [default]"]);
    assert_eq!(inside("final when a: x = 1"), ["E0117 [final]"]);
    assert_eq!(inside("default table <\na\n1\n>"), ["E0117 [default]"]);
}

#[test]
fn many_errors_are_counted() {
    let found = parse(FileId(0), &around(&"x = )\n".repeat(1000))).1;
    assert_eq!(found.len(), MAX_ERRORS + 1);
    assert_eq!(found.last().unwrap().message, format!("and {} more errors of form in this file", 1000 - MAX_ERRORS));
}

#[test]
fn errors_come_in_source_order_and_always_the_same() {
    let text = around("x = 1 per A per B\ny = )\nz = 2025-02-30 \u{200B}\nwhen a x = 1\nfoo\n");
    let (file, found) = parse(FileId(0), &text);
    assert!(found.is_sorted_by_key(|d| d.span()));
    let (again, same) = parse(FileId(0), &text);
    assert_eq!((format!("{file:?}"), found), (format!("{again:?}"), same));
}

#[test]
fn messages_stay_short() {
    let long = "啊".repeat(100_000);
    for text in [
        long.clone(),
        format!("\"{long}"),
        around(&format!("x = {long} {long}")),
        around(&format!("{long} = = 1")),
        around(&format!("{long}: {long}")),
        around(&format!("when a: x = 1 {long} = 2")),
        around(&format!("x = 3{long}")),
        around(&format!("x = (a < {long} < c)")),
        around(&format!("x = {long} > 3")),
        format!("region A < t: x = 1 >\n  {long}"),
        format!("region A < {long} = 1 >"),
    ] {
        for d in parse(FileId(0), &text).1 {
            let words = [Some(d.message.as_str()), d.help.as_deref(), d.primary.as_ref().map(|l| l.text.as_str())];
            assert!(words.iter().flatten().all(|w| w.chars().count() <= 301), "{} {}", d.code.id, d.message.len());
        }
    }
}
