//! In: what polc writes for other programs: SARIF, GitHub annotations, JUnit. Out: whether their schemas and readers take it, whatever the texts and paths are. Never here: what is found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use polc::diagnostics::{Diagnostic, codes, formats};
use polc::source::{FileId, SourceFile, SourceMap, Span};
use polc::testing;
use proptest::prelude::*;
use quick_junit::TestCaseStatus;
use serde_json::Value;
use std::sync::LazyLock;
use support::{Folder, polc};

// ---- SARIF 2.1.0 ----

/// The official schema, formats such as `uri` included. Nothing is fetched: it refers to itself only.
static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/sarif-2.1.0.json")).unwrap();
    // A bracket too many in the pattern of `language`, which polc does not write; the validator refuses it as a regular expression.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    jsonschema::options().should_validate_formats(true).build(&serde_json::from_str(&text).unwrap()).unwrap()
});

fn wrong_sarif(log: &Value) -> Vec<String> {
    SARIF.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn the_schema_refuses_what_is_no_sarif() {
    let good = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "m"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a"}}}]}]}]}"#;
    assert_eq!(wrong_sarif(&serde_json::from_str(good).unwrap()), Vec::<String>::new());
    for (from, to) in [("2.1.0", "2.2"), ("\"message\"", "\"massage\""), ("\"driver\"", "\"diver\""), ("\"a\"", "\"a b,省\"")] {
        assert!(!wrong_sarif(&serde_json::from_str(&good.replace(from, to)).unwrap()).is_empty(), "{to} passes");
    }
}

#[test]
fn sarif_of_the_program_meets_the_schema() {
    let many = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/many_mistakes.pol");
    let folder = Folder::with(std::fs::read(many).unwrap());
    folder.write("有 空格,100%.pol", "region 西宁 < transfer resident->employee: pooled_balance = retaind >\n");
    folder.write("bad.pol", b"\xff\xfe\x00");
    for (args, code) in [(&["check", "--format", "sarif"][..], 2), (&["check", "--format", "sarif", "no.pol"], 2)] {
        let run = polc(folder.path(), args).ends(code);
        let log: Value = serde_json::from_str(&run.out).unwrap();
        assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
        assert_eq!(wrong_sarif(&log), Vec::<String>::new());
    }
    let fine = polc(std::path::Path::new(env!("CARGO_MANIFEST_DIR")), &["check", "--format", "sarif", "policies"]).ends(0);
    assert_eq!(wrong_sarif(&serde_json::from_str(&fine.out).unwrap()), Vec::<String>::new());
}

/// What a URI reference says again, as RFC 3986 has it.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(b) = rest.next() {
        if b == b'%' {
            let hex = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8(bytes).unwrap()
}

// ---- GitHub annotations ----

/// One command as the runner reads it: `::name key=value,key=value::message`, with what is escaped put back.
///
/// After the runner's `ActionCommand`: messages know `%25 %0D %0A`, properties also `%3A %2C`; `%25` comes last.
fn annotation(line: &str) -> (String, Vec<(String, String)>, String) {
    let data = |s: &str| s.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |s: &str| data(&s.replace("%3A", ":").replace("%2C", ","));
    let (head, message) = line.strip_prefix("::").expect("a command starts with ::").split_once("::").expect("a command has a second ::");
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pairs = properties.split(',').filter(|p| !p.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').expect("a property has a value");
        (key.to_string(), property(value))
    });
    (name.to_string(), pairs.collect(), data(message))
}

#[test]
fn annotations_of_the_program_can_be_read() {
    let folder = Folder::new();
    folder.write("a, b: 省::100%25.pol", "region 西宁 < transfer resident->employee: pooled_balance = retaind >\n");
    let run = polc(folder.path(), &["check", "--format", "github"]).ends(1);
    let read: Vec<_> = run.out.lines().map(annotation).collect();
    let (name, properties, message) = read.iter().find(|(name, ..)| name == "error").unwrap();
    assert_eq!(name, "error");
    for (key, value) in [("file", "a, b: 省::100%25.pol"), ("line", "1"), ("endLine", "1"), ("title", "E0201")] {
        assert!(properties.contains(&(key.to_string(), value.to_string())), "{key} in {properties:?}");
    }
    assert!(message.contains("retaind") && message.contains("\nhelp: "), "{message}");
}

// ---- JUnit ----

const POLICY: &str = "source 办法 \"办法\" < kind = notice   published = 2024 >\n\
    region 甲省 in 全国 per 办法 < transfer < waiting = 6 months   remark = \"一 <&> ]]> \\\"'\\n二\" > >\nvocabulary medical_insurance < decision transfer += < remark: text > >\n";

#[test]
fn junit_is_read_back_as_it_was_meant() {
    let folder = Folder::new();
    folder.write("policies/甲.pol", POLICY);
    folder.write(
        "policies/甲 & <乙>.test.pol",
        "test \"一 <b> & \\\"c\\\" 'd' ]]>\" in 甲省 on 2025-01-01 known 2025 < transfer < expect remark = \"x\" expect waiting = 7 months > >\n\
        test \"好\" in 甲省 on 2025-01-01 < transfer < expect waiting = 6 months   expect review no_rule > >\n",
    );
    folder.write("policies/乙.test.pol", "test \"乙\" in 甲省 < transfer < expect waiting = 6 months > >\n");
    let run = polc(folder.path(), &["test", "--format", "junit"]).ends(1);
    assert_eq!(run.out, polc(folder.path(), &["test", "--format", "junit"]).out, "equal results give equal bytes");
    let report = quick_junit::Report::deserialize_from_str(&run.out).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.test_suites.len()), (3, 1, 0, 2));
    assert_eq!((report.uuid, report.timestamp, report.time), (None, None, None));
    let suite = report.test_suites.iter().find(|s| s.name.as_str() == "policies/甲 & <乙>.test.pol").unwrap();
    assert_eq!((suite.tests, suite.failures), (2, 1));
    let case = &suite.test_cases[0];
    assert_eq!(case.name.as_str(), "一 <b> & \"c\" 'd' ]]>");
    assert_eq!((case.classname.as_deref().unwrap(), case.assertions), ("甲省", Some(2)));
    assert_eq!((case.extra["file"].as_str(), case.extra["line"].as_str()), ("policies/甲 & <乙>.test.pol", "1"));
    let TestCaseStatus::NonSuccess { message, ty, description, .. } = &case.status else { panic!("{:?}", case.status) };
    assert!(message.as_deref().unwrap().starts_with("remark: expected decided: "), "{message:?}");
    assert_eq!(ty.as_deref(), Some("expectation"));
    let (human, description) = (polc(folder.path(), &["test"]).ends(1).out, description.as_deref().unwrap());
    assert!(human.contains(description.trim()), "the failure is told as to people: {description}");
    assert!(matches!(suite.test_cases[1].status, TestCaseStatus::Success { .. }));
}

// ---- Whatever the texts are ----

/// Texts that are hard to quote.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof!["[%:,=\r\n 0-9A-Fa-z省。 ]{0,12}", "(::|%25|%0A|%0D|%3A|%2C|,|:|\r\n|]]>|&lt;|<!--|省|%){0,8}", "\\PC{0,12}",]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_message_and_path_survive(path in nasty(), message in nasty(), label in nasty(), help in nasty(), about in any::<bool>()) {
        prop_assume!(!path.is_empty());
        let mut map = SourceMap::default();
        map.add(SourceFile::new(path.clone(), "a\nb\n", false));
        let d = if about {
            Diagnostic::about(&codes::E0001, Some(path.clone()), message.clone())
        } else {
            Diagnostic::at(&codes::E0201, Span::new(FileId(0), 2, 3), message.clone()).label(label.clone()).fix(Span::new(FileId(0), 2, 3), label.clone())
        }
        .help(help.clone());
        let found = [d];

        let mut out = Vec::new();
        formats::write_sarif(&mut out, &map, &found).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(wrong_sarif(&log), Vec::<String>::new());
        let result = &log["runs"][0]["results"][0];
        prop_assert_eq!(result["message"]["text"].as_str().unwrap(), format!("{message}\n{help}"));
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        prop_assert_eq!(decoded(uri.strip_prefix("file://").unwrap_or(uri)), path.clone());

        let mut out = Vec::new();
        formats::write_github(&mut out, &map, &found).unwrap();
        let text = String::from_utf8(out).unwrap();
        // One line whatever is in it, for readers that end lines at \r as well.
        prop_assert_eq!(text.trim_end_matches('\n').split(['\n', '\r']).count(), 1);
        let (name, properties, said) = annotation(text.trim_end_matches('\n'));
        prop_assert_eq!(name, "error");
        prop_assert!(properties.contains(&("file".to_string(), path)), "{:?}", properties);
        let mut wanted = message;
        if !about && !label.is_empty() {
            wanted.push_str(&format!("\n{label}"));
        }
        wanted.push_str(&format!("\nhelp: {help}"));
        prop_assert_eq!(said, wanted);
    }

    #[test]
    fn any_name_of_a_test_and_file_survives_junit(name in "[^\u{0}-\u{1f}\u{7f}-\u{9f}\\s]([^\u{0}-\u{1f}\u{7f}-\u{9f}]{0,12}[^\u{0}-\u{1f}\u{7f}-\u{9f}\\s])?", file in nasty()) {
        let result = testing::TestResult {
            name: name.clone(),
            region: "甲".to_string(),
            on: None,
            known: None,
            at: testing::Place { file, line: 1 },
            passed: false,
            refused: Some(name.clone()),
            checks: 0,
            failures: Vec::new(),
        };
        let report = testing::Report { policies: String::new(), tests: vec![result], found: 1 };
        let read = quick_junit::Report::deserialize_from_str(&testing::junit(&report).unwrap()).unwrap();
        let case = &read.test_suites[0].test_cases[0];
        // XML 1.0 cannot hold these two.
        let wanted = name.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        prop_assert_eq!(case.name.as_str(), wanted.as_str());
        let TestCaseStatus::NonSuccess { message, .. } = &case.status else { panic!() };
        prop_assert_eq!(message.as_deref().unwrap(), wanted.as_str());
    }
}
