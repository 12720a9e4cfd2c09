//! In: policies and tests. Out: what `polc test --coverage` counts as exercised, and how it says so. Never here: whether tests pass.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use lcov::{Reader, Record};
use polc::testing::{Count, Threshold};
use proptest::prelude::*;
use serde_json::Value;
use support::{Folder, polc};

const SOURCES: &str = "source 办法 \"办法\" < kind = notice   published = 2024 >\nsource 网甲 \"甲\" < kind = web   published = 2024 >\n\
    source 网乙 \"乙\" < kind = web   published = 2024 >\n";

/// Everything counted, as `text: state`, with the sides of conditions as `text: held/did not hold`.
fn counted(policy: &str, tests: &str) -> Vec<String> {
    let folder = Folder::with(format!("{SOURCES}{policy}"));
    folder.write("t.test.pol", tests);
    let run = polc(folder.path(), &["test", "--coverage", "--coverage-format", "json"]);
    assert!(!run.out.is_empty(), "{}", run.err);
    assert!(!run.err.contains("FAIL"), "{}", run.err);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let items = report["items"].as_array().unwrap().iter().map(|item| {
        let text = item["text"].as_str().unwrap();
        let state = match (&item["sides"], item["missing"].as_array()) {
            (Value::Object(s), _) => format!("{}/{}", s["held"], s["failed"]),
            (_, Some(missing)) => format!("without {}", missing.iter().map(|m| m.as_str().unwrap()).collect::<Vec<_>>().join(" ")),
            _ => item["hits"].to_string(),
        };
        format!("{text}: {state}")
    });
    items.collect()
}

#[track_caller]
fn counts(policy: &str, tests: &str, wanted: &[&str]) {
    let found = counted(policy, tests);
    for line in wanted {
        assert!(found.iter().any(|f| f == line), "`{line}` is not among {found:#?}");
    }
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
}

fn ask(region: &str, what: &str) -> String {
    format!("test \"{region} {}\" in {region} on 2025-01-01 < transfer resident->employee < {what} > >\n", what.replace('"', ""))
}

#[test]
fn statements_of_other_questions_and_regions() {
    let policy = "region 甲省 in 全国 per 办法 < transfer resident->employee < waiting = 6 months   payout = 2 months > >\n\
        region 甲市 in 甲省 per 办法 < transfer resident->employee: waiting = 6 months >\n";
    // The same value, but the deeper region gives it: the province's statement might as well be wrong.
    counts(policy, &ask("甲市", "expect waiting = 6 months"), &["waiting = 6 months: 0", "payout = 2 months: 0", "waiting = 6 months: 1"]);
    counts(
        policy,
        &(ask("甲省", "expect waiting = 6 months   expect payout = 2 months") + &ask("甲市", "expect payout = 2 months")),
        &["waiting = 6 months: 1", "payout = 2 months: 2", "waiting = 6 months: 0"],
    );
}

#[test]
fn exceptions_and_defaults() {
    let policy = "region 甲省 in 全国 per 办法 < transfer resident->employee <\n waiting = 6 months\n  except when gap <= 3 months: <\n   waiting = 0 months\n\
        \x20   except when move = cross_province: waiting = 1 month\n  >\n default payout = 1 month\n when online: payout = 2 months\n> >\n";
    let all = |base, first, second, gap: &str, mv: &str, default, online, cond: &str| {
        [
            format!("waiting = 6 months: {base}"),
            format!("gap <= 3 months: {gap}"),
            format!("waiting = 0 months: {first}"),
            format!("move = cross_province: {mv}"),
            format!("waiting = 1 month: {second}"),
            format!("default payout = 1 month: {default}"),
            format!("online: {cond}"),
            format!("payout = 2 months: {online}"),
        ]
    };
    let check = |tests: &str, wanted: [String; 8]| {
        let found = counted(policy, tests);
        for w in &wanted {
            assert!(found.iter().any(|f| f == w || f.trim_end_matches(' ') == w), "`{w}` is not among {found:#?}");
        }
        assert_eq!(found.len(), 8, "{found:#?}");
    };
    // An exception inside one that does not apply is not asked.
    let long = ask("甲省", "gap = 9 months move = cross_province expect waiting = 6 months");
    check(&long, all(1, 0, 0, "0/1", "0/0", 0, 0, "0/0"));
    let short = ask("甲省", "gap = 2 months move = cross_province expect waiting = 1 month");
    check(&short, all(0, 0, 1, "1/0", "1/0", 0, 0, "0/0"));
    check(&(ask("甲省", "online = true expect payout = 2 months")), all(0, 0, 0, "0/0", "0/0", 0, 1, "1/0"));
    check(&(ask("甲省", "online = false expect payout = 1 month")), all(0, 0, 0, "0/0", "0/0", 1, 0, "0/1"));
}

#[test]
fn facts_not_told_exercise_only_what_holds_for_everybody() {
    let policy = "region 甲省 in 全国 per 办法 < transfer resident->employee <\n when gap <= 3 months: waiting = 0 months\n when gap > 3 months: waiting = 6 months\n\
        \x20when move = cross_province: payout = 1 month\n when move != cross_province: payout = 1 month\n> >\n";
    // Nobody was asked about who has a short gap; but everybody gets a payout of one month.
    counts(
        policy,
        &ask("甲省", "expect waiting needs gap   expect payout = 1 month"),
        &[
            "gap <= 3 months: 0/0",
            "waiting = 0 months: 0",
            "gap > 3 months: 0/0",
            "waiting = 6 months: 0",
            "move = cross_province: 1/1",
            "payout = 1 month: 1",
            "move != cross_province: 1/1",
            "payout = 1 month: 1",
        ],
    );
}

#[test]
fn both_sides_of_a_dispute_and_what_a_rule_beats() {
    let policy = "region 甲省 in 全国 < transfer resident->employee <\n credited = 12 months per 网甲\n credited = 24 months per 网乙\n\
        waiting = 6 months per 办法\n waiting = 3 months per 网甲\n> >\n\
        region 甲市 in 甲省 < transfer resident->employee: waiting = 6 months per 办法 >\n";
    counts(
        policy,
        &(ask("甲省", "expect credited disputed   expect waiting = 6 months") + &ask("甲市", "expect waiting = 6 months")),
        &[
            "credited = 12 months per 网甲: 1",
            "credited = 24 months per 网乙: 1",
            "waiting = 6 months per 办法: 1",
            "waiting = 3 months per 网甲: 1",
            "waiting = 6 months per 办法: 1",
        ],
    );
}

#[test]
fn parts_of_conditions_and_conditions_in_formulas() {
    let policy = "region 甲省 in 全国 per 办法 < transfer resident->employee <\n when gap in [1 month, 3..6 months] and (online or not possible): waiting = 0 months\n\
        payout = if gap > 12 months then 2 months else if online then 1 month else 3 months\n faster = (gap < 2 months)\n\
        let extra = 1 month\n combined = 3 months + extra\n> >\n";
    counts(
        policy,
        &(ask(
            "甲省",
            "gap = 4 months online = false possible = true   expect waiting no_rule   expect payout = 3 months   expect faster = false",
        ) + &ask("甲省", "gap = 13 months   expect payout = 2 months   expect combined = 4 months")),
        &[
            "gap in [1 month, 3..6 months]: 1/0",
            "online: 0/1",
            "possible: 1/0",
            "waiting = 0 months: 0",
            "payout = if gap > 12 months then 2 months else if online then 1 month else 3 months: 2",
            "gap > 12 months: 1/1",
            // The second question never came to this part.
            "online: 0/1",
            "faster = (gap < 2 months): 1",
            "(gap < 2 months): 0/1",
            "let extra = 1 month: 1",
            "combined = 3 months + extra: 1",
        ],
    );
}

#[test]
fn a_row_is_exercised_when_all_its_values_are() {
    let policy = "region 甲省 in 全国 per 办法 < reimburse outpatient <\n table <\n hospital_level | deductible | rate\n primary | ¥0 | 70%\n secondary | ¥300 | 60%\n tertiary | - | 50%\n > > >\n";
    let ask = |what: &str| format!("test \"{what}\" in 甲省 on 2025-01-01 < reimburse outpatient, employee < {what} > >\n");
    counts(
        policy,
        &(ask("hospital_level = primary expect deductible = ¥0 expect rate = 70%")
            + &ask("hospital_level = secondary expect rate = 60%")
            + &ask("hospital_level = secondary expect rate hedged \"x\"").replace("hedged \"x\"", "= 60%")),
        &["primary | ¥0 | 70%: 1", "secondary | ¥300 | 60%: without deductible", "tertiary | - | 50%: 0"],
    );
}

#[test]
fn adjustments_requirements_finals_and_loops() {
    let policy = "vocabulary medical_insurance < record visit < cost: money   level: hospital_level >   input visits: list of visit >\n\
        region 甲省 in 全国 per 办法 <\n reimburse outpatient < rate = 50%\n when hospital_level = primary: rate += 10 points\n rate at most 55%\n deductible = ¥0\n\
        for each v in visits where v.level = primary and v.cost > ¥100: deductible += ¥10\n >\n\
        retire employee < qualifies = true\n qualifies requires (at_retirement_age) >\n transfer: final pooled_balance = not cleared\n>\n\
        region 甲市 in 甲省 per 办法 < transfer: pooled_balance = retained >\n";
    let tests = "test \"a\" in 甲省 on 2025-01-01 <\n reimburse outpatient, employee < hospital_level = primary\n\
        visits = [visit (cost = ¥200, level = primary), visit (cost = ¥50, level = primary)] expect rate = 55% expect deductible = ¥10 >\n\
        retire employee < at_retirement_age = false expect qualifies = false > >\n\
        test \"b\" in 甲市 on 2025-01-01 < transfer resident->employee < expect pooled_balance = retained > >\n";
    counts(
        policy,
        tests,
        &[
            "rate = 50%: 1",
            "hospital_level = primary: 1/0",
            "rate += 10 points: 1",
            "rate at most 55%: 1",
            "deductible = ¥0: 1",
            "v.level = primary: 1/0",
            "v.cost > ¥100: 1/1",
            "deductible += ¥10: 1",
            "qualifies = true: 1",
            "qualifies requires (at_retirement_age): 1",
            "at_retirement_age: 0/1",
            "final pooled_balance = not cleared: 1",
            "pooled_balance = retained: 1",
        ],
    );
}

#[test]
fn errors_that_are_expected_and_constraints() {
    let policy = "vocabulary medical_insurance < never (transfer.stop_first = false and transfer.waiting = 0 months) >\n\
        region 甲省 in 全国 per 办法 <\n retire employee < when sex = female: required = 25 years\n when retired_abroad: required = 20 years >\n\
        transfer < waiting = 0 months   payout = 1 month > >\n";
    let never = "never (transfer.stop_first = false and transfer.waiting = 0 months)";
    let tests = "test \"a\" in 甲省 on 2025-01-01 < retire employee < sex = female retired_abroad = true expect required error E0803 > >\n";
    let sides = ["sex = female: 1/0", "required = 25 years: 1", "retired_abroad: 1/0", "required = 20 years: 1"];
    let not_asked = [format!("{never}: 0"), "waiting = 0 months: 0".into(), "payout = 1 month: 0".into()];
    let all: Vec<&str> = sides.into_iter().chain(not_asked.iter().map(String::as_str)).collect();
    counts(policy, tests, &all);
    // Nothing says whether one stops first, so the constraint cannot be asked either.
    let more = format!("{tests}{}", ask("甲省", "expect waiting = 0 months"));
    assert!(counted(policy, &more).contains(&format!("{never}: 0")));
    let policy = policy.replace("payout = 1 month", "stop_first = true");
    assert!(counted(&policy, &more).contains(&format!("{never}: 1")), "{:#?}", counted(&policy, &more));
}

/// A bit of everything: exercised, not exercised, half exercised.
const SAMPLE: &str = r#"region 甲省 in 全国 per 办法 <
  transfer resident->employee <
    waiting = 6 months
      except when gap <= 3 months: waiting = 0 months
    when online and possible: payout = 2 months
    credited = 12 months   review = refer
  >
>
region 甲市 in 甲省 per 办法 <
  reimburse outpatient <
    table <
      hospital_level | deductible | rate
      primary        | ¥0         | 70%
      secondary      | ¥300       | 60%
    >
  >
>
"#;

fn sample() -> Folder {
    let folder = Folder::new();
    folder.write("policies/来源.pol", SOURCES);
    folder.write("policies/甲 省.pol", SAMPLE);
    folder.write(
        "policies/甲.test.pol",
        "test \"短\" in 甲省 on 2025-01-01 < transfer resident->employee < gap = 2 months online = true possible = false\n\
        expect waiting = 0 months   expect payout no_rule   expect credited = 12 months > >\n\
        test \"门诊\" in 甲市 on 2025-01-01 < reimburse outpatient, employee < hospital_level = primary   expect rate = 70% > >\n",
    );
    folder
}

#[test]
fn the_report_for_people() {
    insta::assert_snapshot!(polc(sample().path(), &["test", "--coverage"]).ends(0).out);
}

#[test]
fn the_report_as_json() {
    let run = polc(sample().path(), &["test", "--coverage", "--coverage-format", "json"]).ends(0).says(&["2 tests passed"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["total"]["all"], serde_json::json!({"covered": 5, "total": 13}));
    assert_eq!(report["percent"], "38.4%");
    // The digest changes with the standard vocabulary.
    let digest = report["policies"].as_str().unwrap();
    insta::assert_snapshot!(run.out.replace(env!("CARGO_PKG_VERSION"), "[version]").replace(digest, "[digest]"));
    let read: polc::testing::Coverage = serde_json::from_str(&run.out).unwrap();
    assert_eq!(read.items.len(), report["items"].as_array().unwrap().len());
}

#[test]
fn the_report_as_lcov_is_what_its_readers_read() {
    let folder = sample();
    let run = polc(folder.path(), &["test", "--coverage", "--coverage-format", "lcov"]).ends(0).says(&["2 tests passed"]);
    insta::assert_snapshot!(run.out);
    let records: Vec<Record> = Reader::new(run.out.as_bytes()).collect::<Result<_, _>>().unwrap();
    let again: String = records.iter().map(|r| format!("{r}\n")).collect();
    assert_eq!(again, run.out, "nothing is lost in reading");
    // A reader that adds up finds the sums that stand in the file.
    let report = lcov::Report::from_reader(Reader::new(run.out.as_bytes())).unwrap();
    let summed: String = report.into_records().map(|r| format!("{r}\n")).collect();
    for line in run.out.lines() {
        assert!(summed.lines().any(|l| l == line), "{line} in {summed}");
    }
}

#[test]
fn where_reports_go() {
    let folder = sample();
    let test = |args: &[&str]| polc(folder.path(), &[&["test", "--coverage"], args].concat());
    // A CI server in one run: results on standard output, the tracefile in a file, a line for people.
    let run = test(&["--format", "junit", "--coverage-format", "lcov", "--coverage-output", "out.info"]).ends(0);
    assert!(run.out.starts_with("<?xml") && run.err.starts_with("coverage 38.4% (5 of 13)"), "{}", run.err);
    assert!(std::fs::read_to_string(folder.path().join("out.info")).unwrap().starts_with("TN:\nSF:policies/甲 省.pol\n"));
    let run = test(&["--format", "json"]).ends(0).says(&["not exercised by any test", "coverage 38.4%"]);
    serde_json::from_str::<Value>(&run.out).unwrap();
    let run = test(&["--coverage-output", "out.txt"]).ends(0);
    assert!(run.out.ends_with("sides of limits\n") && !run.out.contains("never held"), "{}", run.out);
    assert!(std::fs::read_to_string(folder.path().join("out.txt")).unwrap().contains("never held"));
    test(&["--format", "junit", "--coverage-format", "lcov"]).ends(2).says(&["--coverage-output"]);
    test(&["--coverage-output", "no/such/folder/x"]).ends(2).says(&["cannot be written"]);
    polc(folder.path(), &["test", "--fail-under", "50"]).ends(2).says(&["--coverage"]);
    for bad in ["101", "-1", "x", "", "1e1", "50.0000001", "NaN"] {
        test(&[&format!("--fail-under={bad}")]).ends(2);
    }
}

#[test]
fn the_threshold_is_exact() {
    let folder = sample();
    let test = |under: &str| polc(folder.path(), &["test", "--coverage", "--fail-under", under]);
    // 5 of 13 is 38.461538461…
    for fine in ["0", "38", "38.4", "38.461538", "38.4%"] {
        test(fine).ends(0);
    }
    for more in ["38.461539", "39", "100"] {
        test(more).ends(1).says(&[&format!("error: 38.4% is exercised (5 of 13), and --fail-under asks for {more}%")]);
    }
    let reaches = |covered, total, under: &str| Count { covered, total }.reaches(&under.parse::<Threshold>().unwrap());
    assert!(reaches(1, 2, "50") && !reaches(1, 2, "50.000001") && reaches(0, 0, "100") && !reaches(999_999, 1_000_000, "100"));
    assert_eq!(Count { covered: 999_999, total: 1_000_000 }.percent(), "99.9%");
    assert_eq!((Count { covered: 7, total: 7 }.percent(), Count { covered: 0, total: 0 }.percent()), ("100.0%".into(), "100.0%".into()));
}

#[test]
fn region_and_filter_narrow_what_is_counted_and_asked() {
    let folder = sample();
    let total = |args: &[&str]| {
        let run = polc(folder.path(), &[&["test", "--coverage", "--coverage-format", "json"], args].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap();
        format!("{}/{}", report["total"]["all"]["covered"], report["total"]["all"]["total"])
    };
    assert_eq!(total(&[]), "5/13");
    // Two rows; one of them half.
    assert_eq!(total(&["--region", "甲市"]), "0/2");
    assert_eq!(total(&["--filter", "短"]), "5/13");
    assert_eq!(total(&["--filter", "门诊"]), "0/13");
    assert_eq!(total(&["--filter", "none"]), "0/13");
}

#[test]
fn tests_that_fail_count_and_refused_ones_do_not() {
    let policy = format!("{SOURCES}region 甲省 in 全国 per 办法 < transfer < waiting = 6 months   payout = 1 month from 2024 > >\n");
    let run = |test: &str| polc(Folder::with(format!("{policy}{test}")).path(), &["test", "--coverage"]).ends(1).out;
    assert!(run(&ask("甲省", "expect waiting = 7 months")).contains("coverage 50.0%"));
    assert!(run(&ask("甲省", "expect waiting = 6 months").replace(" on 2025-01-01", "")).contains("coverage 0.0%"));
    assert!(run("").contains("no tests were found"));
}

#[test]
fn the_order_of_files_and_of_statements_changes_nothing() {
    let one = "region 甲省 in 全国 per 办法 < transfer resident->employee < when gap > 3 months: waiting = 6 months > >\n";
    let two = "region 甲市 in 甲省 per 办法 < transfer resident->employee < payout = 1 month > >\n";
    let test = ask("甲市", "gap = 9 months expect waiting = 6 months");
    let outputs: Vec<String> = [[one, two], [two, one]]
        .iter()
        .map(|[first, second]| {
            let folder = Folder::new();
            folder.write("a.pol", SOURCES);
            // Each text keeps its name: only the order on the command line differs.
            folder.write("b.pol", one);
            folder.write("c.pol", two);
            folder.write("t.pol", &test);
            let name = |text: &str| if text == one { "b.pol" } else { "c.pol" };
            let args = ["test", "--coverage", "t.pol", name(first), "a.pol", name(second)];
            polc(folder.path(), &args).ends(0).out
        })
        .collect();
    assert_eq!(outputs[0], outputs[1]);
    assert!(outputs[0].contains("condition always held"), "{}", outputs[0]);
}

#[test]
fn the_example_of_the_page() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/testing.md")).unwrap();
    let block = |fence: &str| page.split_once(&format!("```{fence}\n")).unwrap().1.split_once("```").unwrap().0;
    let folder = Folder::with(block("pol test"));
    let out = polc(folder.path(), &["test", "--coverage", "x.pol"]).ends(0).out;
    assert_eq!(out.split_once("expectations\n\n").unwrap().1, block("text"));
}

#[test]
fn the_policies_of_this_repository() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = polc(root, &["test", "--coverage", "--coverage-format", "lcov"]).ends(0);
    assert_eq!(Reader::new(run.out.as_bytes()).filter(Result::is_err).count(), 0);
    assert!(!run.out.contains(".test.pol") && !run.out.contains("standard/"), "tests and the standard vocabulary are not counted");
}

proptest! {
    /// Whatever is covered, only everything is 100 %, and a threshold is reached just where the exact fraction says so.
    #[test]
    fn percentages_never_round_up(total in 1usize..5_000, part in 0usize..5_000, wanted in 0u32..=1_000) {
        let count = Count { covered: part.min(total), total };
        prop_assert_eq!(count.percent() == "100.0%", count.covered == count.total);
        let threshold: Threshold = format!("{}.{}", wanted / 10, wanted % 10).parse().unwrap();
        prop_assert_eq!(count.reaches(&threshold), count.covered * 1_000 >= total * wanted as usize);
        // What is shown is reached.
        prop_assert!(count.reaches(&count.percent().parse().unwrap()));
    }
}

/// What a suggestion is for is exercised by it, and nothing is suggested twice.
fn suggested_tests_pass_and_leave_nothing_to_suggest(policy: &str) {
    let folder = Folder::with(policy);
    let first = polc(folder.path(), &["test", "--suggest"]);
    if first.err.contains("error[") {
        // Policies that are wrong are not tested at all.
        return;
    }
    folder.write("more.test.pol", &first.out);
    if !first.out.is_empty() {
        polc(folder.path(), &["test"]).fine();
    }
    let again = polc(folder.path(), &["test", "--suggest"]);
    assert_eq!(again.out, "", "suggested again beside\n{policy}\n{}", first.out);
    let left = |err: &str| err.lines().filter(|l| l.contains("nobody was found")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(left(&first.err), left(&again.err));
}

#[test]
fn suggestions_of_every_kind() {
    let policy = format!(
        "{SOURCES}region 甲市 in 全国 per 办法 <\n transfer resident->employee <\n  waiting = 6 months\n   except when gap <= 3 months: waiting = 0 months\n\
        \x20 when online and possible: payout = 2 months\n  let half = if gap > 6 months then 1 month else 2 months\n  credited = half\n >\n\
        \x20reimburse outpatient < table <\n  hospital_level | deductible\n  primary | ¥0\n  secondary | ¥300\n > >\n>\n\
        region 乙市 in 甲市 < transfer resident->employee: waiting = 3 months per 网甲   transfer resident->employee: waiting = 4 months per 网乙 >\n"
    );
    let folder = Folder::with(&policy);
    let run = polc(folder.path(), &["test", "--suggest"]).ends(1);
    for part in [
        "gap = 4 months\n    expect waiting = 6 months",
        "gap = 3 months\n    expect waiting = 0 months",
        "gap = 7 months\n    expect credited = 1 month",
        "online = false\n    expect payout no_rule",
        "hospital_level = secondary\n    expect deductible = ¥300",
        "expect waiting disputed [0 months, 3 months, 4 months]",
    ] {
        assert!(run.out.contains(part), "`{part}` is missing in {}", run.out);
    }
    suggested_tests_pass_and_leave_nothing_to_suggest(&policy);
}

/// What is written is read again: choices whose parts have attributes, and decisions of which the argument matters.
#[test]
fn suggestions_can_be_read() {
    let policy = format!(
        "{SOURCES}region 甲市 in 全国 per 办法 <\n share employee: documents = [承诺书 (signed), any of [户口本 (of_relative), 身份证 (of_relative)]]\n\
        \x20transfer: pooled_balance = retained\n transfer resident->employee: pooled_balance = cleared per 网甲\n>\n"
    );
    let folder = Folder::with(&policy);
    let run = polc(folder.path(), &["test", "--suggest"]).ends(1);
    assert!(run.out.contains("[承诺书 (signed), any of [户口本 (of_relative), 身份证 (of_relative)]]"), "{}", run.out);
    suggested_tests_pass_and_leave_nothing_to_suggest(&policy);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(12), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn suggestions_for_random_policies(seed in any::<u64>()) {
        suggested_tests_pass_and_leave_nothing_to_suggest(&support::random::render(&support::random::blocks(&mut support::random::Dice(seed))));
    }
}
