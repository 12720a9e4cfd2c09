//! In: vocabularies and rules. Out: whether `polc inputs` finds what may be asked, describes it, and its JSON Schema takes what polc takes. Never here: reading facts by itself (`input.rs`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

mod support;

use polc::input::{self, Asking, InputErrors, facts_from_json};
use polc::value::Exact;
use polc::{Facts, Policies, diagnostics};
use serde_json::{Value as Json, json};
use std::sync::LazyLock;
use support::{Folder, polc, polc_reading};

/// The standard vocabulary with an input of every type.
static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    let policies = Policies::from_text("every.pol", include_str!("support/every.pol"));
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics());
    policies
});

fn read(text: &str) -> Result<Facts, InputErrors> {
    let (transfer, _) = POLICIES.decision("transfer").unwrap();
    facts_from_json(&POLICIES, transfer, text, "person.json")
}

const RULES: &str = r#"
vocabulary medical_insurance <
  input t_asked 问: months "问多久" / "How long?"
  input t_far: money in ¥0..¥10_000
  input t_visits: list of relative
  input t_never: boolean
>
source 通知 "x" < kind = notice  published = 2020-01-01 >
region 青海 per 通知 <
  retire employee: < required = 30 years  when (t_asked > 3 months): qualifies = true  >
  retire flexible: required = 20 years by hired_on
>
region 西宁 in 青海 per 通知 < transfer resident->employee: < waiting = t_asked when (t_far > ¥5): stop_first = retire(employee).qualifies > >
region 甘肃 per 通知 < retire employee: when (any(t_visits where bound)): accumulates = true >
"#;

fn asked(policies: &Policies, decision: Option<&str>, region: Option<&str>) -> Vec<String> {
    let asking = Asking { decision: decision.map(|d| policies.decision(d).unwrap()), region: region.map(|r| policies.region(r).unwrap()) };
    input::describe_inputs(policies, &asking).into_iter().map(|i| i.field.name).collect()
}

#[test]
fn what_may_be_asked() {
    let text = RULES.replace("waiting = t_asked when", "waiting = t_asked\n when");
    let text = text.replace("required = 20 years by hired_on", "required = 20 years from 2020 by hired_on");
    let policies = Policies::from_text("rules.pol", &text);
    let errors: Vec<&str> =
        policies.diagnostics().iter().filter(|d| d.severity() == diagnostics::Severity::Error).map(|d| d.message.as_str()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(asked(&policies, Some("transfer resident->employee"), Some("西宁")), ["t_asked", "t_far"]);
    assert_eq!(asked(&policies, Some("transfer employee->resident"), Some("西宁")), [""; 0]);
    assert_eq!(asked(&policies, Some("retire"), Some("西宁")), ["hired_on", "t_asked"]);
    assert_eq!(asked(&policies, Some("retire employee"), Some("西宁")), ["t_asked"]);
    assert_eq!(asked(&policies, Some("retire employee"), Some("甘肃")), ["t_visits"]);
    assert_eq!(asked(&policies, Some("retire employee"), None), ["t_asked", "t_visits"]);
    assert_eq!(asked(&policies, None, Some("西宁")), ["hired_on", "t_asked", "t_far"]);
    assert_eq!(asked(&policies, None, None).len(), polc::internals::program(&policies).symbols.inputs.len());
}

#[test]
fn described() {
    let asking = Asking::default();
    let all = serde_json::to_value(input::describe_inputs(&POLICIES, &asking)).unwrap();
    let of = |name: &str| all.as_array().unwrap().iter().find(|i| i["name"] == name).unwrap().clone();
    insta::assert_json_snapshot!([of("age"), of("t_visits"), of("t_odd"), of("t_share")]);
    // Every example is taken.
    for i in all.as_array().unwrap() {
        let text = json!({ i["name"].as_str().unwrap(): i["example"] }).to_string();
        assert!(read(&text).is_ok(), "{text}: {}", read(&text).unwrap_err());
    }
}

fn names(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect()
}

#[test]
fn arguments_left_out_are_asked_where_they_make_a_difference() {
    let policies = Policies::from_text(
        "arguments.pol",
        r#"
        source 通知 "x" < kind = notice  published = 2020-01-01 >
        region 青海 per 通知 <
          transfer resident->any: waiting = 0 months
          account: when (scheme = resident): has_account = false
          retire: required = 30 years
          back_payment: amount = if account.has_account then ¥1 else ¥2
        >"#,
    );
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics());
    let left = |decision: &str| {
        let asking = Asking { decision: Some(policies.decision(decision).unwrap()), region: Some(policies.region("西宁").unwrap()) };
        let found = input::describe_arguments(&policies, &asking);
        found.into_iter().map(|a| format!("{}.{}: {}", a.decision, a.name, a.ty)).collect::<Vec<_>>()
    };
    // A head, a condition, and a formula that passes the argument on; what no statement looks at is not asked.
    assert_eq!(left("transfer"), ["transfer.origin: scheme"]);
    assert_eq!(left("account"), ["account.scheme: scheme"]);
    assert_eq!(left("back_payment"), ["back_payment.scheme: scheme"]);
    assert_eq!(left("retire"), [""; 0]);
    assert_eq!(left("transfer resident->employee"), [""; 0]);
    assert_eq!(left("account resident"), [""; 0]);
    let folder = Folder::with("region 青海 < retire flexible: required = 30 years >");
    let human = polc(folder.path(), &["inputs", "--decision", "retire", "--region", "青海"]).ends(0).out;
    for needed in ["--decision", "argument", "scheme", "flexible 灵活"] {
        assert!(human.contains(needed), "{needed}: {human}");
    }
}

#[test]
fn units_are_told() {
    let all = serde_json::to_value(input::describe_inputs(&POLICIES, &Asking::default())).unwrap();
    let unit = |name: &str| all.as_array().unwrap().iter().find(|i| i["name"] == name).unwrap()["unit"].clone();
    for (name, wanted) in [("gap", "months"), ("t_money", "yuan"), ("t_share", "%"), ("t_working", "working days"), ("t_points", "points")]
    {
        assert_eq!(unit(name), wanted, "{name}");
    }
    assert_eq!(unit("sex"), Json::Null);
    let folder = Folder::with("");
    let human = polc(folder.path(), &["inputs"]).ends(0).out;
    assert!(human.lines().nth(1).unwrap().split_whitespace().eq(["name", "alias", "type", "unit", "can", "be", "question"]), "{human}");
}

#[test]
fn on_the_command_line() {
    let folder =
        Folder::with(RULES.replace("waiting = t_asked when", "waiting = t_asked\n when").replace("years by", "years from 2020 by"));
    let human = polc(folder.path(), &["inputs", "--decision", "transfer resident->employee", "--region", "西宁"]).ends(0);
    assert!(
        human.out.contains("t_asked")
            && human.out.contains("问多久")
            && human.out.contains("¥0..¥10000")
            && !human.out.contains("hired_on"),
        "{}",
        human.out
    );
    assert!(human.out.lines().all(|l| l == l.trim_end()));
    let json = polc(folder.path(), &["inputs", "--decision", "retire", "--region", "西宁", "--format", "json"]).ends(0);
    let json: Json = serde_json::from_str(&json.out).unwrap();
    assert_eq!(names(&json["inputs"]), ["hired_on", "t_asked"]);
    assert_eq!(json["version"], 1);
    assert_eq!((&json["decision"], &json["region"]), (&Json::from("retire"), &Json::from("西宁")));
    assert!(json["policies"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(names(&json["arguments"]), ["scheme"]);
    let schema = polc(folder.path(), &["inputs", "--format", "schema"]).ends(0);
    let schema: Json = serde_json::from_str(&schema.out).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    polc(folder.path(), &["inputs", "--decision", "transfre"]).ends(2).says(&["E0910", "transfer"]);
    polc(folder.path(), &["inputs", "--region", "西宁宁", "--decision", "x"]).ends(2).says(&["E0909", "E0910"]);
    polc_reading(folder.path(), &["inputs", "-"], b"region \x00").ends(1).says(&["E0003"]);
}

/// A JSON number, exactly.
fn exact(j: &Json) -> Option<Exact> {
    let facts = read(&json!({ "t_number": j.as_number()? }).to_string()).ok()?;
    let (_, value) = facts.iter().next()?;
    value.as_num()?.as_exact()
}

/// The parts of a schema that polc writes, without patterns.
fn valid(root: &Json, schema: &Json, value: &Json) -> bool {
    let all = |key: &str, f: &dyn Fn(&Json) -> bool| schema[key].as_array().is_none_or(|list| list.iter().all(f));
    let number = exact;
    let bound = |key: &str, ok: &dyn Fn(Exact, Exact) -> bool| match (number(&schema[key]), number(value)) {
        (Some(b), Some(v)) if value.is_number() => ok(v, b),
        _ => true,
    };
    let kind = match schema["type"].as_str() {
        None => true,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => number(value).is_some_and(Exact::is_integer),
        Some(other) => panic!("{other}"),
    };
    let fields = value.as_object().is_none_or(|o| {
        schema["properties"]
            .as_object()
            .is_none_or(|p| o.iter().all(|(k, v)| p.get(k).map_or(schema["additionalProperties"] != false, |s| valid(root, s, v))))
    });
    let target = schema["$ref"].as_str().map(|r| {
        let decoded: Vec<u8> = {
            let mut out = Vec::new();
            let mut bytes = r.trim_start_matches('#').bytes();
            while let Some(b) = bytes.next() {
                out.push(if b == b'%' {
                    let pair = [bytes.next().unwrap(), bytes.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap()
                } else {
                    b
                });
            }
            out
        };
        root.pointer(&String::from_utf8(decoded).unwrap()).unwrap_or_else(|| panic!("{r}"))
    });
    kind && fields
        && target.is_none_or(|t| valid(root, t, value))
        && schema.get("const").is_none_or(|c| c == value)
        && all("allOf", &|s| valid(root, s, value))
        && schema["enum"].as_array().is_none_or(|e| e.contains(value))
        && schema["anyOf"].as_array().is_none_or(|a| a.iter().any(|s| valid(root, s, value)))
        && schema["oneOf"].as_array().is_none_or(|a| a.iter().filter(|s| valid(root, s, value)).count() == 1)
        && schema.get("not").is_none_or(|s| !valid(root, s, value))
        && all("required", &|k| value.get(k.as_str().unwrap()).is_some())
        && (schema["items"].is_null() || value.as_array().is_none_or(|a| a.iter().all(|v| valid(root, &schema["items"], v))))
        && bound("minimum", &|v, b| v >= b)
        && bound("maximum", &|v, b| v <= b)
        && bound("exclusiveMinimum", &|v, b| v > b)
        && bound("exclusiveMaximum", &|v, b| v < b)
}

#[test]
fn the_schema_takes_what_polc_takes() {
    let schema = input::input_schema(&POLICIES, &Asking { decision: Some(POLICIES.decision("transfer").unwrap()), region: None });
    let takes = |text: &str| valid(&schema, &schema, &serde_json::from_str(text).unwrap());
    let good = [
        "{}",
        r#"{"gap": 2, "sex": "男", "relatives": [{"kind": "child", "已绑定": false, "born": "2020-01-01"}], "retired_on": "none"}"#,
        r#"{"断缴": "2 months", "t_money": -5.25, "t_rate": "70%", "t_boolean": false, "t_family": {"head": {"kind": "子女", "bound": true, "出生日期": "2020-01-01"}, "members": []}}"#,
        r#"{"t_odd": "`none`", "t_region": "西宁", "t_text": "", "t_levels": ["primary", "三级"], "age": 130, "就诊记录": [{"费用": "¥5", "level": "一级", "on": "none"}]}"#,
        r#"{"t_count": 3.0, "t_years": 1e1}"#,
    ];
    for text in good {
        assert!(read(text).is_ok(), "{text}: {}", read(text).unwrap_err());
        assert!(takes(text), "the schema refuses {text}");
    }
    let bad = [
        "[]",
        r#"{"gapp": 2}"#,
        r#"{"gap": 2, "断缴": 2}"#,
        r#"{"gap": 1201}"#,
        r#"{"gap": 1.5}"#,
        r#"{"gap": null}"#,
        r#"{"gap": [2]}"#,
        r#"{"sex": "man"}"#,
        r#"{"t_rate": 0.7}"#,
        r#"{"age": -1}"#,
        r#"{"retired_on": 2025}"#,
        r#"{"relatives": [{"kind": "child", "bound": true}]}"#,
        r#"{"relatives": [{"kind": "child", "bound": true, "已绑定": true, "born": "2020-01-01"}]}"#,
        r#"{"t_boolean": "是"}"#,
        r#"{"t_region": "nowhere"}"#,
    ];
    for text in bad {
        assert!(read(text).is_err(), "{text}");
        assert!(!takes(text), "the schema takes {text}");
    }
}
