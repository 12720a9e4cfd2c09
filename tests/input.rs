//! In: facts as JSON and settings, right and wrong. Out: whether they are read exactly, or refused with everything that is wrong. Never here: answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

use polc::DecisionId;
use polc::Policies;
use polc::input::{self, FactReader, InputErrors, fact_from_setting, facts_from_bytes, facts_from_json};
use polc::value::{Exact, Names, RegionId, Type, Value, calendar, show};
use polc::{Facts, diagnostics};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

/// The standard vocabulary with an input of every type.
static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    let policies = Policies::from_text("every.pol", include_str!("support/every.pol"));
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics());
    policies
});

fn transfer() -> DecisionId {
    POLICIES.decision("transfer").unwrap().0
}

fn read(text: &str) -> Result<Facts, InputErrors> {
    facts_from_json(&POLICIES, transfer(), text, "person.json")
}

/// The value of one input.
#[track_caller]
fn told(name: &str, json: &str) -> Value {
    let facts = read(&format!("{{\"{name}\": {json}}}")).unwrap_or_else(|e| panic!("{json}: {e}"));
    get(&facts, name)
}

#[track_caller]
fn get(facts: &Facts, name: &str) -> Value {
    facts.get(POLICIES.input(transfer(), name).unwrap()).unwrap().clone()
}

#[track_caller]
fn set(setting: &str) -> Value {
    let mut facts = Facts::new();
    fact_from_setting(&POLICIES, transfer(), setting, &mut facts).unwrap_or_else(|e| panic!("{setting}: {e}"));
    facts.iter().next().unwrap().1.clone()
}

/// Everything wrong with a document: code, message, help.
#[track_caller]
fn wrong(text: &str) -> String {
    lines(&read(text).expect_err(text))
}

#[track_caller]
fn wrong_setting(setting: &str) -> String {
    lines(&fact_from_setting(&POLICIES, transfer(), setting, &mut Facts::new()).expect_err(setting))
}

fn lines(errors: &InputErrors) -> String {
    let mut out = String::new();
    for d in errors.diagnostics() {
        out.push_str(&format!("{} {}\n   = {}\n", d.code.id, d.message, d.help.as_deref().unwrap_or("")));
        assert!(d.help.as_ref().is_some_and(|h| !h.is_empty()), "no help: {}", d.message);
    }
    out
}

fn number(n: i128) -> Value {
    Value::from(Exact::from_int(n))
}

fn fraction(n: i128, d: i128) -> Value {
    Value::from(Exact::ratio(n, d).unwrap())
}

#[test]
fn every_way_to_tell_a_value() {
    for (name, forms, value) in [
        (
            "t_money",
            vec!["480", "480.0", "480.00", "4.8e2", "\"480\"", "\"¥480\"", "\"480元\"", "\"￥４８０\"", "\" ¥480 \"", "\"¥480.00\""],
            number(48_000),
        ),
        ("t_money", vec!["480.55", "\"¥480.55\"", "48055e-2"], number(48_055)),
        ("t_money", vec!["200000", "\"¥20万\"", "\"20万元\"", "2E5", "\"200_000\""], number(20_000_000)),
        ("t_money", vec!["-3", "\"-3\"", "\"¥0 - ¥3\""], number(-300)),
        ("t_monthly", vec!["80", "\"80\"", "\"¥80/month\"", "\"80元/月\"", "\"¥80/月\""], number(8_000)),
        ("t_rate", vec!["\"70%\"", "\"700‰\"", "\"７０％\"", "\"70.0%\""], fraction(7, 10)),
        ("t_rate", vec!["\"5‰\"", "\"0.5%\""], fraction(5, 1000)),
        ("t_points", vec!["\"10 points\"", "\"10个百分点\""], fraction(1, 10)),
        ("t_count", vec!["3", "3.0", "30e-1", "\"3\""], number(3)),
        ("t_number", vec!["0.5", "5e-1", "\"0.5\"", "\"1 / 2\""], fraction(1, 2)),
        ("t_boolean", vec!["true", "\"true\""], Value::Bool(true)),
        ("t_text", vec!["\"none\""], Value::Text("none".into())),
        ("t_note", vec!["\"none\""], Value::None),
        ("t_text", vec!["\"a\\u0000\\\"b\""], Value::Text("a\0\"b".into())),
        ("t_date", vec!["\"2025-01-31\"", "\"２０２５-０１-３１\""], number(i128::from(calendar::from_ymd(2025, 1, 31).unwrap()))),
        ("t_month", vec!["\"2025-01\""], number(2025 * 12)),
        ("t_days", vec!["30", "\"30 days\"", "\"30天\"", "3e1"], number(30)),
        ("t_working", vec!["10", "\"10 working days\"", "\"10个工作日\""], number(10)),
        ("t_months", vec!["12", "\"12 months\"", "\"12个月\"", "\"1 year\"", "\"1年\"", "\"12months\"", "\"12\""], number(12)),
        ("t_years", vec!["2", "\"2 years\"", "\"24 months\""], number(24)),
        ("sex", vec!["\"male\"", "\"男\"", "\"ｍａｌｅ\"", "\"`male`\""], Value::variant(0)),
        ("t_odd", vec!["\"none\""], Value::None),
        ("t_odd", vec!["\"`none`\""], Value::variant(1)),
        ("t_odd", vec!["\"over\"", "\"`over`\"", "\"超\""], Value::variant(2)),
        ("retired_on", vec!["\"none\"", "\" none \""], Value::None),
    ] {
        for form in forms {
            assert_eq!(told(name, form), value, "{name} = {form}");
        }
    }
    let xining = POLICIES.region("西宁").unwrap();
    assert_eq!(told("t_region", "\"西宁\""), Value::Region(xining));
    assert_eq!(told("断缴", "2"), number(2));
    assert_eq!(get(&read("{\"ｇａｐ\": 2}").unwrap(), "gap"), number(2));
    assert_eq!(read("\u{feff} {} \r\n").unwrap(), Facts::new());
}

#[test]
fn settings_mean_what_policies_mean() {
    for (setting, value) in [
        ("gap=2months", number(2)),
        ("gap = 2 个月", number(2)),
        ("断缴=2", number(2)),
        ("t_money=¥480", number(48_000)),
        ("t_money=480.5", number(48_050)),
        ("t_rate=70%", fraction(7, 10)),
        ("t_boolean=true", Value::Bool(true)),
        ("t_text=a = b", Value::Text("a = b".into())),
        ("t_text=\"a\\\"b\"", Value::Text("a\"b".into())),
        ("sex=男", Value::variant(0)),
        ("retired_on=none", Value::None),
        ("retired_on=2025-01-31", number(i128::from(calendar::from_ymd(2025, 1, 31).unwrap()))),
    ] {
        assert_eq!(set(setting), value, "{setting}");
    }
    let child = "relative (kind = child, bound = false, born = 2020-02-29)";
    let listed = set(&format!("relatives=[{child}, {child}]"));
    // Equal records are two things.
    assert_eq!(listed.as_list().unwrap().items.len(), 2);
    let field = r#"{"kind": "子女", "已绑定": false, "born": "2020-02-29"}"#;
    assert_eq!(told("relatives", &format!("[{field}, {field}]")), listed);
    assert_eq!(set("relatives=[]"), told("relatives", "[]"));
    assert_eq!(set("t_levels=[tertiary, primary]"), told("t_levels", r#"["一级", "三级"]"#));
    assert_eq!(
        set("t_visits=[visit (cost = ¥5, level = primary, on = none)]"),
        told("t_visits", r#"[{"on": "none", "cost": 5, "level": "primary"}]"#)
    );
    let head = r#"{"kind": "parent", "bound": true, "born": "1960-01-01"}"#;
    assert!(told("t_family", &format!("{{\"head\": {head}, \"members\": [{head}]}}")).as_record().is_some());
}

#[test]
fn a_fact_is_told_once() {
    let mut facts = Facts::new();
    fact_from_setting(&POLICIES, transfer(), "gap=2", &mut facts).unwrap();
    let again = fact_from_setting(&POLICIES, transfer(), "断缴=3", &mut facts).unwrap_err();
    assert_eq!(lines(&again), "E0904 --set 断缴: `gap` has been told already\n   = tell it once, in the document or by one --set\n");
    assert_eq!(get(&facts, "gap"), number(2));
    insta::assert_snapshot!(wrong(
        "{\"gap\": 1,\n \"断缴\": 2, \"sex\": \"male\", \"s\\u0065x\": \"female\",\n\"relatives\": [{\"kind\": \"child\", \"bound\": true, \"已绑定\": false, \"born\": \"2020-01-01\"}], \"t_levels\": [\"primary\", \"一级\"], \"t_amounts\": [5, \"¥5\"]}"
    ));
    insta::assert_snapshot!(wrong_setting("t_levels=[primary, 一级]"));
}

#[test]
fn everything_wrong_at_once() {
    insta::assert_snapshot!(wrong(
        r#"{
  "gapp": 1, "断激": 2, "性别": "man", "scheme": "resident", "完全不认识的东西": 1,
  "gap": "5 days", "age": 131, "cost": -1, "t_share": "120%",
  "t_rate": 0.7, "t_points": 10, "t_money": "70%", "t_monthly": "¥80", "t_count": 2.5,
  "retired_on": null, "sex": null, "online": "是", "possible": "nein", "t_text": 5, "move": 3,
  "relatives": [{"kind": "chlid", "bound": 1}, {"kind": null, "bounds": true, "born": "2025-02-30"}, 7],
  "t_levels": "primary", "t_family": [], "t_region": "西宁宁", "t_years": 1.5, "t_working": "5 days"
}"#
    ));
}

#[test]
fn dates() {
    insta::assert_snapshot!(wrong(
        r#"{"t_date": "2025-02-30", "stopped_on": "2025-13-01", "paid_on": "0000-01-01", "hired_on": "2025-01", "retired_on": "2025"}"#
    ));
    insta::assert_snapshot!(wrong(
        r#"{"t_date": "2025/1/31", "stopped_on": "2025年1月31日", "paid_on": 20250131, "hired_on": "20250131", "retired_on": "yesterday"}"#
    ));
    insta::assert_snapshot!(wrong(
        r#"{"t_date": "none", "stopped_on": "2025-1-5", "paid_on": "2025/2/30", "hired_on": "2025-01-31T00:00:00Z", "t_month": "2025-13"}"#
    ));
    insta::assert_snapshot!(wrong(r#"{"t_month": "2025-01-31", "t_date": "2025-01-31 + 1 day"}"#));
}

#[test]
fn numbers_that_cannot_be_exact() {
    insta::assert_snapshot!(wrong(
        r#"{"t_money": 480.555, "t_monthly": "¥80.001/month", "t_count": 1e400, "t_number": 0.1234567890123, "t_months": 1.5,
        "t_years": "1.3 years", "t_days": "1.5 days", "t_working": NaN, "t_rate": "1234567890123456789%", "gap": "nan", "age": -Infinity, "cost": 1e-400, "t_points": "1e400"}"#
    ));
    // 30 digits of money
    insta::assert_snapshot!(wrong(r#"{"t_money": 123456789012345678901234567890, "t_monthly": "¥123456789012345678901234567890/month"}"#));
    assert_eq!(told("t_money", "999999999999999999.99"), number(99_999_999_999_999_999_999));
}

#[test]
fn odd_texts_for_quantities() {
    insta::assert_snapshot!(wrong(
        r#"{"gap": "", "t_months": "(2 months)", "t_years": "2 years // really", "t_days": "3..5 days", "t_working": "about 5 working days",
        "t_money": "20万", "t_count": "gap", "t_number": "1/0", "t_rate": "12% of ¥100", "age": "2 yeras", "t_monthly": "¥1,000/month", "cost": "-¥5", "base": "refer"}"#
    ));
}

#[test]
fn settings_that_are_wrong() {
    for (setting, expected) in [
        ("gapp=1", "E0901"),
        ("gap", "E0902"),
        ("gap=", "E0902"),
        ("=2", "E0901"),
        ("", "E0901"),
        ("gap=5 days", "E0902"),
        ("gap=1201", "E0903"),
        ("t_date=2025-02-30", "E0905"),
        ("t_money=1.005", "E0906"),
        ("relatives=child", "E0902"),
        ("relatives=[relative (kind = child)]", "E0902"),
        ("relatives=[relative (kindd = child, bound = true, born = 2020-01-01)]", "E0901"),
        ("relatives=[relative (kind = chlid, bound = true, born = 2020-01-01)]", "E0902"),
        ("relatives=[relative (kind = child, kind = child, bound = true, born = 2020-01-01)]", "E0904"),
        ("relatives=[relative (kind = child, bound = true, born = 2020-02-30)]", "E0905"),
        ("relatives=[{\"kind\": \"child\"}]", "E0902"),
        ("t_visits=[visit (cost = ¥5.005, level = primary, on = none)]", "E0906"),
        ("t_levels=[primary, any of [secondary]]", ""),
        ("t_family=relative (kind = child, bound = true, born = 2020-01-01)", "E0902"),
    ] {
        let mut facts = Facts::new();
        let result = fact_from_setting(&POLICIES, transfer(), setting, &mut facts);
        match (result, expected) {
            (Ok(()), "") => {}
            (Ok(()), _) => panic!("{setting} was taken: {facts:?}"),
            (Err(e), code) => {
                assert!(e.diagnostics().iter().any(|d| d.code.id == code), "{setting}: {e}");
                assert_eq!(facts, Facts::new());
            }
        }
    }
    insta::assert_snapshot!(wrong_setting("relatives=[relative (kind = chlid, bond = true)]"));
    let deep = format!("relatives={}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(wrong_setting(&deep).starts_with("E0908"), "{}", wrong_setting(&deep));
    let long = format!("gap={}", "9".repeat(10_000_000));
    assert!(wrong_setting(&long).starts_with("E0906"));
}

#[test]
fn not_json() {
    let mut all = String::new();
    for text in [
        "",
        "  \n ",
        "\u{feff}",
        "[]",
        "3",
        "\"gap\"",
        "null",
        "{\"gap\": 2,}",
        "{gap: 2}",
        "{'gap': 2}",
        "{\"gap\"： 2}",
        "{\"gap\": 2 // two\n}",
        "{\"gap\": 2months}",
        "{\"gap\": 02}",
        "{\"gap\": +2}",
        "{\"gap\": .5}",
        "{\"gap\": male}",
        "{\"gap\": None}",
        "{\"gap\": True}",
        "{\"gap\": 2} {}",
        "{\"gap\": 2",
        "{\"gap",
        "{\"断缴\":\n  \"a\nb\"}",
        "{\"gap\": \"\0\"}",
        "\0",
        "{\"gap\": \"\\ud800\"}",
        "{\"gap\": \"\\ud83d\\n\"}",
        "{\"gap\": \"\\q\"}",
        "{“gap”: 2}",
    ] {
        all.push_str(&format!("{text:?}\n{}", wrong(text)));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn bytes_that_are_no_text() {
    let refuse = |bytes: &[u8]| lines(&facts_from_bytes(&POLICIES, transfer(), bytes, "-").unwrap_err());
    assert_eq!(
        refuse(b"{\"gap\":\n \"\xb6\xcf\"}"),
        "E0907 line 2, column 3: the bytes 0xB6 are not UTF-8 text\n   = save the document as UTF-8\n"
    );
    assert!(refuse(b"\xff\xfe{\0}\0").contains("UTF-16"));
    assert!(refuse(b"{\"gap\": \"\xe5\xb9").contains("0xE5 0xB9"));
    assert_eq!(facts_from_bytes(&POLICIES, transfer(), b"\xef\xbb\xbf{}", "-").unwrap(), Facts::new());
}

#[test]
fn nesting_and_size() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"relatives\":[", "]}")] {
        for depth in [129, 5_000, 200_000] {
            let text = format!("{{\"gap\": {}{}}}", open.repeat(depth), close.repeat(depth));
            assert!(wrong(&text).starts_with("E0908"), "{open} {depth}");
        }
    }
    // What is not too deep is looked at.
    let text = format!("{{\"gap\": {}{}}}", "[".repeat(127), "]".repeat(127));
    assert!(wrong(&text).starts_with("E0902"));
    // 10 MB of text are a text, and no number of months.
    let long = "年".repeat(3_500_000);
    assert_eq!(told("t_text", &format!("\"{long}\"")), Value::Text(long.as_str().into()));
    let message = wrong(&format!("{{\"gap\": \"{long}\", \"{long}\": 1}}"));
    assert!(message.len() < 2_000 && message.contains("E0902") && message.contains("E0901"), "{}", message.len());
    assert!(wrong(&format!("{{\"gap\": {}}}", "9".repeat(10_000_000))).starts_with("E0906"));
    assert!(wrong(&format!("{{\"gap\": 0.{}1}}", "0".repeat(10_000_000))).starts_with("E0906"));
    assert!(wrong(&format!("{{\"gap\": [{}1]}}", "1,".repeat(1_000_001))).starts_with("E0007"));
    assert!(wrong(&" ".repeat(input::MAX_BYTES + 1)).starts_with("E0004"));
    // Many faults are counted, not all told.
    let many: Vec<String> = (0..200_000).map(|i| format!("\"x{i}\": {i}")).collect();
    let errors = read(&format!("{{{}}}", many.join(", "))).unwrap_err();
    assert_eq!((errors.diagnostics().len(), errors.more()), (input::MAX_ERRORS, 200_000 - input::MAX_ERRORS));
    assert!(errors.to_string().ends_with("… and 199900 more"));
}

#[test]
fn errors_as_data() {
    let errors =
        read("{\n  \"relatives\": [{\"kind\": \"chlid\", \"bound\": true, \"born\": \"2020-01-01\"}],\n  \"a/b~\": 1}").unwrap_err();
    let rows = errors.to_json();
    assert_eq!(rows["errors"][0]["code"], "E0902");
    assert_eq!(rows["errors"][0]["pointer"], "/relatives/0/kind");
    assert_eq!((&rows["errors"][0]["line"], &rows["errors"][0]["column"]), (&json!(2), &json!(26)));
    assert_eq!(rows["errors"][1]["pointer"], "/a~1b~0");
    assert_eq!((&rows["errors"][1]["line"], &rows["errors"][1]["column"]), (&json!(3), &json!(3)));
    assert_eq!((&rows["errors"][0]["file"], &rows["more"]), (&json!("person.json"), &json!(0)));
}

/// Several vocabularies: a decision's own inputs, and those of others that its statements ask for.
#[test]
fn inputs_of_other_vocabularies() {
    let policies = Policies::from_text(
        "two.pol",
        "use pensions\nuse medical_insurance\nvocabulary pensions < input pension 养老金: money  input unasked: money >\nregion 西宁 < transfer: < when pension > ¥5: reenrol = true > >\n",
    );
    let errors: Vec<&str> =
        policies.diagnostics().iter().filter(|d| d.severity() == diagnostics::Severity::Error).map(|d| d.message.as_str()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let (transfer, _) = policies.decision("transfer").unwrap();
    let (retire, _) = policies.decision("retire").unwrap();
    assert!(facts_from_json(&policies, transfer, r#"{"养老金": 5, "gap": 1}"#, "-").is_ok());
    assert!(facts_from_json(&policies, transfer, r#"{"unasked": 5}"#, "-").is_err());
    assert!(facts_from_json(&policies, retire, r#"{"pension": 5}"#, "-").is_err());
    assert!(FactReader::new(&policies, &[retire, transfer]).json(r#"{"pension": 5}"#, "-").is_ok());
}

/// What `show` writes for a value of the type, given back as a text.
fn back(name: &str, value: &Value) -> Result<(), TestCaseError> {
    let id = POLICIES.input(transfer(), name).unwrap();
    let symbols = &polc::internals::program(&POLICIES).symbols;
    let shown = show(value, &symbols.input(id).ty, symbols);
    let json = json!({ name: shown }).to_string();
    let facts = read(&json).map_err(|e| TestCaseError::fail(format!("{json}: {e}")))?;
    prop_assert_eq!(facts.get(id), Some(value), "{}", json);
    let mut facts = Facts::new();
    fact_from_setting(&POLICIES, transfer(), &format!("{name}={shown}"), &mut facts)
        .map_err(|e| TestCaseError::fail(format!("{shown}: {e}")))?;
    prop_assert_eq!(facts.get(id), Some(value), "{}", shown);
    Ok(())
}

const WHOLE: &[&str] = &["t_money", "t_monthly", "t_count", "t_number", "t_days", "t_working", "t_months", "t_years"];

proptest! {
    #[test]
    fn whole_values_are_read_back(n in -1_000_000_000_000i64..1_000_000_000_000, small in -500i64..500) {
        for name in WHOLE {
            back(name, &Value::from(Exact::from(n)))?;
            back(name, &Value::from(Exact::from(small)))?;
        }
    }

    #[test]
    fn fractions_are_read_back(n in -1_000_000i128..1_000_000, d in 1i128..100_000) {
        for name in ["t_rate", "t_points", "t_number"] {
            back(name, &fraction(n, d))?;
        }
    }

    #[test]
    fn dates_are_read_back(day in calendar::limits().map(|(first, last)| first..=last).unwrap()) {
        back("t_date", &Value::from(Exact::from(day)))?;
        back("t_month", &Value::from(Exact::from(calendar::month_of(day).unwrap())))?;
    }

    #[test]
    fn texts_are_read_back(text in "[a-z0-9 \"\\\\\n年、“”％/{}<>=]{0,20}") {
        let id = POLICIES.input(transfer(), "t_text").unwrap();
        let value = Value::Text(text.as_str().into());
        // In JSON a text is itself; a setting takes what `show` writes.
        let facts = read(&json!({ "t_text": text }).to_string()).unwrap();
        prop_assert_eq!(facts.get(id), Some(&value));
        let shown = show(&value, &Type::Text, &polc::internals::program(&POLICIES).symbols);
        let mut facts = Facts::new();
        fact_from_setting(&POLICIES, transfer(), &format!("t_text={shown}"), &mut facts).map_err(|e| TestCaseError::fail(format!("{shown}: {e}")))?;
        prop_assert_eq!(facts.get(id), Some(&value), "{}", shown);
    }

    /// Whatever is given: facts or faults, never a panic.
    #[test]
    fn anything_ends_well(name in prop::sample::select(vec!["t_money", "t_rate", "t_date", "t_month", "t_months", "t_odd", "t_region", "relatives", "t_family", "t_levels", "t_number"]), text in any::<String>(), near in "[0-9¥%./ -]{0,6}(months|年|points|%|元/月|\\(|\\[|relative \\()?[0-9)\\] ]{0,3}") {
        for text in [&text, &near] {
            let _ = read(&json!({ name: text }).to_string());
            let _ = read(&json!({ text.as_str(): 1, name: [text, 5, { text.as_str(): text }] }).to_string());
            let _ = read(text);
            let _ = fact_from_setting(&POLICIES, transfer(), &format!("{name}={text}"), &mut Facts::new());
            let _ = facts_from_bytes(&POLICIES, transfer(), text.as_bytes(), "-");
        }
    }
}

#[test]
fn names_are_read_back() {
    let symbols = &polc::internals::program(&POLICIES).symbols;
    for i in 0..symbols.regions.len() {
        back("t_region", &Value::Region(RegionId(u32::try_from(i).unwrap()))).unwrap();
    }
    for i in 0..4 {
        back("t_odd", &Value::variant(i)).unwrap();
    }
    back("t_odd", &Value::None).unwrap();
    back("t_boolean", &Value::Bool(true)).unwrap();
    back("t_boolean", &Value::Bool(false)).unwrap();
    assert_eq!(symbols.enum_name(polc::value::EnumId(0)), "scheme");
}
