//! In: one text for each construct. Out: that it is read as meant. Never here: mistakes (`errors.rs`).

use super::super::ast::*;
use super::show;
use super::*;

fn block(statements: &str) -> String {
    let file = good(&around(statements));
    match file.items.as_slice() {
        [Item::Region(r)] => match r.items.as_slice() {
            [RegionItem::Decide(d)] => show::statements(&d.body.statements),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn value(text: &str) -> String {
    block(&format!("x = {text}")).strip_prefix("x = ").unwrap().to_owned()
}

#[test]
fn examples_parse_one_by_one_and_together() {
    for example in EXAMPLES {
        good(example);
    }
    let all = EXAMPLES.concat();
    let file = good(&all);
    assert_eq!(file.items.len(), 12);
    good(&all.replace('\n', "\r\n"));
    good(&format!("\u{FEFF}{all}"));
}

#[test]
fn statements() {
    assert_eq!(block("a = b"), "a = b");
    assert_eq!(block("default a = b  final c = d"), "default a = b; final c = d");
    assert_eq!(
        block("a += [b]  a at least ¥1  a at most ¥2  a requires (b > 1)"),
        "a += [b]; a at least 100fen; a at most 200fen; a requires (b Gt 1)"
    );
    assert_eq!(block("let a = 1 when b: c = 2"), "let a = 1; when b: c = 2");
    assert_eq!(block("when a: < b = 1 c = 2 > d = 3"), "when a: <b = 1; c = 2>; d = 3");
    assert_eq!(block("when a: when b: for each c in d where e < 3: f = 1"), "when a: when b: each c in d where (e Lt 3): f = 1");
    assert_eq!(block("for each c in d: < e = c.f >"), "each c in d: <e = c.f>");
}

#[test]
fn exceptions_go_to_the_statement_above() {
    assert_eq!(block("a = 1\n except when b: a = 2\n except when c: < a = 3 >\nd = 4"), "a = 1 !(b: a = 2) !(c: <a = 3>); d = 4");
    assert_eq!(block("when x: a = 1\n except when b: a = 2\n except when c: a = 3"), "when x: a = 1 !(b: a = 2) !(c: a = 3)");
    assert_eq!(block("a = 1\n except when b: <\n a = 2\n except when c: a = 3\n >"), "a = 1 !(b: <a = 2 !(c: a = 3)>)");
    assert_eq!(block("a = 1 except when b: when c: a = 2 except when d: a = 3"), "a = 1 !(b: when c: a = 2) !(d: a = 3)");
    let file = good("region A <\n t: a = 1\n  except when b: a = 2\n>");
    let [Item::Region(r)] = file.items.as_slice() else { panic!() };
    let [RegionItem::Decide(d)] = r.items.as_slice() else { panic!() };
    assert_eq!(show::body(&d.body), "a = 1 !(b: a = 2)");
}

#[test]
fn modifiers_in_any_order() {
    assert_eq!(
        block("a = 1 #F1 until 2025-12 per S §\"节\" #F-2.b hedged \"一般\" by fact from 2023 note \"n\" refer \"市医保\""),
        "a = 1 per S §\"节\" from 2023 until 2025-12 by fact #F1 #F-2.b hedged \"一般\" refer \"市医保\" note \"n\""
    );
    assert_eq!(block("a = refer  b = refer \"x\"  c = 1 hedged refer"), "a = refer; b = refer \"x\"; c = 1 hedged refer");
}

#[test]
fn literals() {
    for (text, shown) in [
        ("12", "12"),
        ("0.5", "0.5"),
        ("1_000", "1000"),
        ("１２．５", "12.5"),
        ("¥300", "30000fen"),
        ("¥6098/month", "609800fen/month"),
        ("¥20万", "20000000fen"),
        ("¥1.5亿", "15000000000fen"),
        ("300元", "30000fen"),
        ("20万元", "20000000fen"),
        ("¥80/月", "8000fen/month"),
        ("80 元 / 月", "8000fen/month"),
        ("￥３００", "30000fen"),
        ("12%", "0.12rate"),
        ("12％", "0.12rate"),
        ("0.05%", "0.0005rate"),
        ("5‰", "0.005rate"),
        ("10 points", "0.1points"),
        ("10个百分点", "0.1points"),
        ("30 days", "30Days"),
        ("30天", "30Days"),
        ("1日", "1Days"),
        ("10 working days", "10WorkingDays"),
        ("10个工作日", "10WorkingDays"),
        ("3工作日", "3WorkingDays"),
        ("3 months", "3Months"),
        ("1 month", "1Months"),
        ("3个月", "3Months"),
        ("3月", "3Months"),
        ("2 years", "24Years"),
        ("2年", "24Years"),
        ("2025-01-31", "2025-01-31"),
        ("2025-01", "2025-01"),
        ("２０２５－０１", "2025-01"),
        ("true", "true"),
        ("none", "none"),
        ("\"a \\\"b\\\" \\\\ \\n\"", "\"a \\\"b\\\" \\\\ \\n\""),
        ("“中文”", "\"中文\""),
        ("`参保(合)凭证`", "参保(合)凭证"),
        ("Ａｂｃ", "Abc"),
    ] {
        assert_eq!(value(text), shown, "{text}");
    }
}

#[test]
fn precedence() {
    for (text, shown) in [
        ("a or b and not c", "(a Or (b And (not c)))"),
        ("(a = b and c != d or e)", "(((a Eq b) And (c Ne d)) Or e)"),
        ("a + b * c - d", "((a Add (b Mul c)) Sub d)"),
        ("60% of ¥6098/month", "(0.6rate Of 609800fen/month)"),
        ("a / b of c", "((a Div b) Of c)"),
        ("a * b at c", "(a Mul (b at c))"),
        ("retire.required at destination + 1", "((retire.required at destination) Add 1)"),
        ("retire(employee|flexible, any).missing", "retire(employee|flexible, any).missing"),
        ("transfer(resident->employee).x", "transfer(resident->employee).x"),
        ("retire(-).x", "retire(any).x"),
        ("max(0 months, a - b)", "max(0Months, (a Sub b))"),
        ("count(relatives where bound and age < 6 years)", "count((relatives where (bound And (age Lt 72Years))))"),
        ("any(visits where cost >= ¥1)", "any((visits where (cost Ge 100fen)))"),
        ("sum(visits.cost)", "sum(visits.cost)"),
        ("if a > 3 then b else if c then d else e + 1", "if (a Gt 3) then b else if c then d else (e Add 1)"),
        ("any of [a, b]", "any of [a, b]"),
        ("any of [2025-06, 2025-07]", "any of [2025-06, 2025-07]"),
        ("relative (kind = child, bound = false)", "relative{kind=child, bound=false}"),
        ("relative (kind = a or b, x = 1 + 2)", "relative{kind=(a Or b), x=(1 Add 2)}"),
        ("[]", "[]"),
        ("[a, b, ...]", "[a, b ...]"),
        ("[a; b; ……]", "[a; b ...]"),
        ("[a、b，c]", "[a, b, c]"),
        ("[身份证 (original, within = 30 days), max(1, 2), any of [a, b]]", "[身份证 original within=30Days, max(1, 2), any of [a, b]]"),
        ("not cleared", "(not cleared)"),
        ("about 3 months", "about 3Months"),
        ("personal_balance", "personal_balance"),
        ("orange", "orange"),
        ("notes", "notes"),
        ("(a ≥ b)", "(a Ge b)"),
        ("（a ＞＝ b）", "(a Ge b)"),
        ("(x in [a, b] and y in 3..6 months)", "((x in [a, b]) And (y in {3Months ~ 6Months}))"),
        ("a × b ÷ c", "((a Mul b) Div c)"),
    ] {
        assert_eq!(value(text), shown, "{text}");
    }
}

#[test]
fn ranges() {
    for (text, shown) in [
        ("10..15 working days", "{10WorkingDays ~ 15WorkingDays}"),
        ("50%..100% of fee", "{0.5rate ~ (1rate Of fee)}"),
        ("¥100..350", "{10000fen ~ 35000fen}"),
        ("¥100～¥350", "{10000fen ~ 35000fen}"),
        ("100..350元/月", "{10000fen/month ~ 35000fen/month}"),
        ("35..44 years", "{420Years ~ 528Years}"),
        ("over 80%", "{0.8rate! ~ ..}"),
        ("under 3", "{.. ~ 3!}"),
        ("at least 1 + 2", "{(1 Add 2) ~ ..}"),
        ("at most x", "{.. ~ x}"),
        ("over 3 up to 6 months", "{3Months! ~ 6Months}"),
        ("1..3%", "{0.01rate ~ 0.03rate}"),
    ] {
        assert_eq!(value(text), shown, "{text}");
    }
}

#[test]
fn table_cells() {
    assert_eq!(
        block(
            "table <\n level | from | rate\n a, b | 2023 | 70% #F1 per S\n\n // nothing\n 35..44 years | - | refer\n at most 70 | 2024-01 | max(1, (2 > 1))\n otherwise | - | not x >  #F2 §\"s\""
        ),
        "table level | from | rate / a, b | 2023 | 0.7rate per S #F1 / {420Years ~ 528Years} | - | refer / {.. ~ 70} | 2024-01 | max(1, (2 Gt 1)) / otherwise | - | (not x) §\"s\" #F2"
    );
    // a row ends with its line: the dash is a cell, not a subtraction
    assert_eq!(block("table <\n a | b\n 1 | 5%\n - | 6%\n>"), "table a | b / 1 | 0.05rate / - | 0.06rate");
}

#[test]
fn full_width_everywhere() {
    let half = "region A in B per S from 2023 < t a->b, c|d: x = [a (k = 1); b] * 2 + max(1, 2) #F1 >";
    let full = "region A in B per S from ２０２３ ＜ t a→b， c｜d： x ＝ ［a （k ＝ 1）； b］ ＊ ２ ＋ max（1， 2） ＃F1 ＞";
    let strip = |text: &str| properties::bare(&parse(FileId(0), text).0);
    assert_eq!(strip(half), strip(full));
}

#[test]
fn heads_and_expressions_alone() {
    let head = |text: &str| parse_head(FileId(0), text).map(|h| show::head(&h)).map_err(|d| listing(text, &d));
    assert_eq!(head("transfer resident->employee"), Ok("transfer(resident->employee)".into()));
    assert_eq!(head("retire employee|flexible"), Ok("retire(employee|flexible)".into()));
    assert_eq!(head("reimburse any, -"), Ok("reimburse(any, any)".into()));
    assert!(head("transfer resident->").is_err());
    assert!(head("").is_err());
    let expr = |text: &str| parse_expression(FileId(0), text).map(|e| show::expr(&e)).map_err(|d| listing(text, &d));
    assert_eq!(expr("2months"), Ok("2Months".into()));
    assert_eq!(expr(" [relative (kind = child, bound = false)] "), Ok("[relative kind=child bound=false]".into()));
    assert!(expr("2 months 3").is_err());
    assert!(expr("2025-02-30").is_err());
    assert!(expr("").is_err());
}

#[test]
fn vocabularies() {
    let file = good(
        "vocabulary v 词 \"中\" / \"en\" <
           enum e 材料 (original 原件: flag, issued_by: text) < a 甲 \"x\" / \"y\" | b | `c d` >
           enum e += < f >
           record r < kind: kinship  born: date or none >
           input age 年龄: years in 0..130 \"年龄\" / \"Age\"
           input home: region  input rs: list of r  input w: working days in at least 3 input after: input
           decision transfer 转移 (scheme -> scheme) \"…\" < p 统筹: fate  m: money rounded half_up to fen  x: rate round down to 0.1% partial \"标签\" y: money per month >
           decision reimburse (care, payer: scheme) < z: boolean >  decision refund < d: date >  decision transfer += < extra: months >
           never (transfer.p = a and b.c = false) \"为什么\" / \"why\"
         >",
    );
    let [Item::Vocabulary(v)] = file.items.as_slice() else { panic!() };
    assert_eq!(v.items.len(), 13);
    let Some(VocabItem::Decision(d)) = v.items.get(8) else { panic!() };
    assert!(d.arrow && d.args.len() == 2 && d.outcomes.len() == 4);
    assert_eq!(d.outcomes[1].rounding.as_ref().map(|r| r.mode.text.as_str()), Some("half_up"));
    assert!(d.outcomes[2].partial && d.outcomes[2].named.label.is_some());
    assert!(matches!(d.outcomes[3].ty.kind, TypeExprKind::MoneyPerMonth));
}

#[test]
fn sources_and_tests() {
    let file = good(
        "use 停车
         source S \"标题\" < kind = web published = 2025 url = \"u\" number = \"国办发〔2024〕38号\" note = \"n\" >
         source T
         test \"名\" in 西宁 on 2025-05-20 known 2026-01 <
           transfer a->b < gap = 0 months  expect x refer \"12333\"  expect y = z per S #F1  expect q disputed [a, b]  expect w needs age, sex
             expect v no_rule  expect u error E0802  expect t needs  other = 3 >
         >",
    );
    assert_eq!(file.uses.len(), 1);
    let Some(Item::Test(t)) = file.items.get(2) else { panic!() };
    let case = &t.cases[0];
    assert_eq!((case.inputs.len(), case.expects.len()), (2, 7));
    assert!(matches!(&case.expects[3].status, Some(ExpectStatus::Needs(n, _)) if n.len() == 2));
    assert!(matches!(&case.expects[6].status, Some(ExpectStatus::Needs(n, _)) if n.is_empty()));
}

#[test]
fn a_bad_statement_costs_only_itself() {
    let text = around("a = 1\nb = )\nc = 3\nfoo bar\nd = 4\nwhen x > : e = 5\nf = 6");
    let (file, found) = parse(FileId(0), &text);
    assert_eq!(found.len(), 3, "{}", listing(&text, &found));
    let [Item::Region(r)] = file.items.as_slice() else { panic!() };
    let [RegionItem::Decide(d)] = r.items.as_slice() else { panic!() };
    let names: Vec<String> = d.body.statements.iter().map(show::statement).collect();
    assert_eq!(names, ["a = 1", "b = HOLE", "c = 3", "d = 4", "f = 6"]);
}
