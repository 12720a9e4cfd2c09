//! In: test blocks. Out: what `polc test` says of them, for people and machines. Never here: what policies mean.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot run should fail loudly")]

mod support;

use serde_json::Value;
use support::{Folder, polc};

const POLICY: &str = r#"
source 办法 "医保办法" < kind = notice   published = 2024 >
source 网页 "转移 <指南> & 问答" < kind = web   published = 2024-05-17 >
region 甲省 in 全国 per 办法 <
  agency "12333"
  transfer resident->employee <
    waiting = 6 months   §"一" #W1 hedged "一般"
    when gap > 3 months: payout = 2 months
    credited = refer
    review = 10..15 working days refer "省局"
    documents = [身份证 (original, copy), any of [劳动合同, 单位证明], ...]
    steps = [停保; 参保]
    combined = any of [12 months, 18 months]
    pooled_balance = transferred per 网页 #C1
    pooled_balance = retained per 网页 #C2
  >
  retire employee <
    when sex = female: required = 25 years
    when retired_abroad: required = 20 years
  >
>
region 甲市 in 甲省 <>
"#;

/// The policy with a question to 甲市 about moving from resident to employee.
fn asking(what: &str) -> Folder {
    Folder::with(format!("{POLICY}test \"t\" in 甲市 on 2025-01-01 < transfer resident->employee <\n  {what}\n> >\n"))
}

#[test]
fn every_form_of_expectation_passes() {
    let fine = [
        "expect waiting = 6 months",
        "expect waiting = 6 months hedged",
        "expect waiting = 6 months hedged \"一般\" per 办法 §\"一\" #W1",
        "expect payout needs",
        "expect payout needs gap",
        "gap = 3 months expect payout no_rule",
        "gap = 4 months expect payout = 2 months",
        "expect credited refer",
        "expect credited refer \"12333\"",
        "expect credited = refer",
        "expect review refer \"省局\"",
        "expect review = 10..15 working days refer \"省局\"",
        "expect documents = [any of [单位证明, 劳动合同], 身份证 (copy, original), ...]",
        "expect steps = [停保; 参保]",
        "expect combined = any of [18 months, 12 months]",
        "expect pooled_balance disputed",
        "expect pooled_balance disputed [retained, transferred]",
        "expect pooled_balance disputed #C1 #C2 per 网页",
    ];
    for what in fine {
        let run = polc(asking(what).path(), &["test"]).ends(0);
        assert!(run.out.ends_with("1 test passed, 1 expectation\n"), "{what}: {}", run.out);
    }
}

#[test]
fn every_form_of_expectation_can_fail() {
    let wrong: &[(&str, &str)] = &[
        ("expect waiting = 7 months", "7 months did not come out"),
        ("expect waiting = 6 months hedged \"通常\"", "the hedge 通常 is missing: it is 一般"),
        ("gap = 4 months expect payout = 2 months hedged", "it is not hedged"),
        ("expect waiting = 6 months per 网页", "the source 网页 is missing: it is 办法"),
        ("expect waiting = 6 months §\"二\"", "the section 二 is missing: it is 一"),
        ("expect waiting = 6 months #W2", "the id W2 is missing: it is W1"),
        ("expect waiting disputed", "the status is decided, not disputed"),
        ("expect waiting no_rule", "the status is decided, not no_rule"),
        ("expect waiting error", "the status is decided, not error"),
        ("expect payout needs online", "it does not need online"),
        ("expect payout needs gap, online", "it does not need online"),
        ("expect payout needs online", "it needs gap too"),
        ("expect credited refer \"12345\"", "the agency 12345 is missing: it is 12333"),
        ("expect review = 10..16 working days refer", "10..16 working days did not come out"),
        ("expect documents = [身份证 (original, copy), any of [劳动合同, 单位证明]]", "the list is left open"),
        ("expect documents = [身份证 (original), any of [劳动合同, 单位证明], ...]", "the list has 身份证 (original, copy) too"),
        ("expect documents = [户口本, 身份证 (original, copy), any of [劳动合同, 单位证明], ...]", "the list lacks 户口本"),
        ("expect steps = [参保; 停保]", "the items stand in another order"),
        ("expect steps = [停保, 参保]", "the list has an order"),
        ("expect combined = 12 months", "18 months came out"),
        ("expect combined = any of [12 months, 18 months, 20 months]", "20 months did not come out"),
        ("expect pooled_balance disputed [transferred]", "retained came out, if following #C2"),
        ("expect pooled_balance = transferred disputed", "retained came out"),
        ("expect pooled_balance = transferred", "the status is disputed, not decided"),
    ];
    for (what, says) in wrong {
        let run = polc(asking(what).path(), &["test"]).ends(1);
        assert!(run.out.contains(says), "{what}: `{says}` is missing in {}", run.out);
        assert!(run.out.contains("x.pol:24  transfer resident->employee"), "{}", run.out);
        assert!(run.out.ends_with("1 of 1 test failed\n"), "{}", run.out);
    }
}

#[test]
fn errors_that_are_expected() {
    let test = |expect: &str| {
        Folder::with(format!(
            "{POLICY}test \"t\" in 甲省 on 2025-01-01 < retire employee < sex = female retired_abroad = true {expect} > >"
        ))
    };
    polc(test("expect required error E0803").path(), &["test"]).ends(0);
    polc(test("expect required error").path(), &["test"]).ends(0);
    let run = polc(test("expect required error E0804").path(), &["test"]).ends(1);
    assert!(run.out.contains("the error E0804 is missing: it is E0803"), "{}", run.out);
}

#[test]
fn a_failure_for_people() {
    let folder = asking("gap = 5 months   expect waiting = 3 months #W2   expect payout = 2 months");
    insta::assert_snapshot!(polc(folder.path(), &["test"]).ends(1).out);
}

#[test]
fn a_failure_as_junit() {
    let folder = Folder::with(format!(
        "{POLICY}test \"a <b> & \\\"c\\\" 'd'\" in 甲市 on 2025-01-01 known 2024-12 < transfer resident->employee < expect waiting = 3 months > >\n\
        test \"ok\" in 甲省 on 2025-01-01 < transfer resident->employee < expect waiting = 6 months > >\n"
    ));
    insta::assert_snapshot!(polc(folder.path(), &["test", "--format", "junit"]).ends(1).out);
}

#[test]
fn as_json() {
    let folder = asking("expect waiting = 3 months   expect credited refer");
    let run = polc(folder.path(), &["test", "--format", "json"]).ends(1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["summary"], serde_json::json!({"found": 1, "run": 1, "passed": 0, "failed": 1, "expectations": 2}));
    let failure = &report["tests"][0]["failures"][0];
    assert_eq!((&failure["outcome"], &failure["at"]["line"]), (&"waiting".into(), &24.into()));
    assert_eq!(failure["answer"]["status"], "decided");
    assert!(!failure["answer"]["explanation"].as_array().unwrap().is_empty());
}

#[test]
fn filters() {
    let folder = asking("expect waiting = 6 months");
    folder.write("y.pol", "test \"等待\" in 甲省 on 2025-01-01 < transfer resident->employee < expect waiting = 6 months > >");
    let count = |args: &[&str]| {
        let run = polc(folder.path(), &[&["test", "--format", "json"], args].concat());
        serde_json::from_str::<Value>(&run.out).unwrap()["summary"]["run"].as_u64().unwrap()
    };
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["--filter", "等"]), 1);
    assert_eq!(count(&["--region", "甲省"]), 2, "regions inside count");
    assert_eq!(count(&["--region", "甲市"]), 1);
    polc(folder.path(), &["test", "--region", "乙"]).ends(2).says(&["E0909"]);
}

#[test]
fn no_tests_at_all() {
    let folder = Folder::with(POLICY);
    assert_eq!(polc(folder.path(), &["test"]).ends(1).out, "no tests were found\n");
    polc(folder.path(), &["test", "--format", "junit"]).ends(1).says(&["no tests were found"]);
    let other = asking("expect waiting = 6 months");
    assert_eq!(polc(other.path(), &["test", "--filter", "x"]).ends(1).out, "no tests were found (1 left out)\n");
}

#[test]
fn a_test_that_asks_nothing_fails() {
    let folder = Folder::with(format!("{POLICY}test \"t\" in 甲市 on 2025-01-01 <>\n"));
    let run = polc(folder.path(), &["test"]).ends(1);
    assert!(run.out.contains("it asks nothing"), "{}", run.out);
    polc(asking("gap = 3 months").path(), &["test"]).ends(1).says(&["this question expects nothing"]);
}

#[test]
fn what_was_known_then() {
    let newer = "source 新 \"新\" < kind = notice   published = 2025-05 >\nregion 甲市 < transfer resident->employee: waiting = 9 months per 新 >\n";
    let test = |known: &str, value: &str| {
        Folder::with(format!(
            "{POLICY}{newer}test \"t\" in 甲市 on 2025-01-01 {known} < transfer resident->employee < expect waiting = {value} > >\n"
        ))
    };
    for (known, value) in [("", "9 months per 新"), ("known 2025-05-30", "6 months per 办法"), ("known 2025-05", "9 months per 新")] {
        polc(test(known, value).path(), &["test"]).ends(0);
    }
    let run = polc(test("known 2025-05-30", "9 months per 新").path(), &["test"]).ends(1);
    assert!(run.out.contains("on 2025-01-01 known 2025-05-30") && run.out.contains("the source 新 is missing"), "{}", run.out);
}

#[test]
fn policies_with_errors_are_not_tested() {
    let folder = asking("expect waitin = 6 months");
    let run = polc(folder.path(), &["test"]).ends(1).says(&["E0205", "`waiting`"]);
    assert!(run.out.is_empty());
    polc(folder.path(), &["test", "nothing.pol"]).ends(2).says(&["nothing.pol"]);
}

#[test]
fn tests_without_a_date() {
    let test = "test \"t\" in 甲市 < transfer resident->employee < expect waiting = 6 months > >\n";
    polc(Folder::with(format!("{POLICY}{test}")).path(), &["test"]).ends(0);
    // Once anything the test may use is in force for a time, the answer depends on the day: it must be written down.
    let dated = "region 甲省 < transfer resident->employee: faster = true from 2026 per 办法 >\n";
    let run = polc(Folder::with(format!("{POLICY}{dated}{test}")).path(), &["test"]).ends(1);
    assert!(run.out.contains("it has no date") && run.out.contains("in 甲市 on DATE"), "{}", run.out);
    // A period elsewhere, or by a fact, is no reason.
    let other = "region 乙市 < transfer resident->employee: faster = true from 2026 per 办法 >\n\
        region 甲省 < transfer resident->employee: faster = true from 2026 by stopped_on per 办法 >\n";
    polc(Folder::with(format!("{POLICY}{other}{test}")).path(), &["test"]).ends(0);
}

#[test]
fn the_policies_of_this_repository_pass() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    polc(root, &["test"]).ends(0);
}
