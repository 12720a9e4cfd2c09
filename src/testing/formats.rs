//! In: the results of tests. Out: JSON and JUnit XML. Never here: text for people (`text.rs`), running tests.

use super::{Report, TestResult, text};
use crate::report::Paint;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use std::time::Duration;

/// Version of the JSON document; grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    polc: &'static str,
    policies: &'a str,
    summary: Summary,
    tests: &'a [TestResult],
}

#[derive(Serialize)]
struct Summary {
    found: usize,
    run: usize,
    passed: usize,
    failed: usize,
    expectations: usize,
}

/// One JSON document with every test.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let (run, failed) = (report.tests.len(), report.failed());
    let expectations = report.tests.iter().map(|t| t.checks).sum();
    let summary = Summary { found: report.found, run, passed: run - failed, failed, expectations };
    let document =
        Document { version: VERSION, polc: env!("CARGO_PKG_VERSION"), policies: &report.policies, summary, tests: &report.tests };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

/// JUnit XML: a suite for each file, a case for each test. All times are zero, so that equal results give equal bytes.
///
/// # Errors
/// Never on a report that [`super::run`] made; the writer is one that could fail.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut out = quick_junit::Report::new("polc");
    let mut files: Vec<&str> = report.tests.iter().map(|t| t.at.file.as_str()).collect();
    files.dedup();
    for file in files {
        let mut suite = TestSuite::new(allowed(file));
        suite.set_time(Duration::ZERO);
        suite.add_test_cases(report.tests.iter().filter(|t| t.at.file == file).map(case));
        out.add_test_suite(suite);
    }
    out.to_string()
}

fn case(t: &TestResult) -> TestCase {
    let mut status = TestCaseStatus::success();
    if !t.passed {
        let message = match (&t.refused, t.failures.first()) {
            (Some(why), _) => why.clone(),
            (None, Some(f)) => format!("{}: expected {}, got {}", f.outcome, f.expected, f.got),
            (None, None) => String::new(),
        };
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("expectation").set_message(allowed(&message)).set_description(allowed(&text::failure(t, Paint::default())));
    }
    let mut case = TestCase::new(allowed(&t.name), status);
    case.set_classname(allowed(&t.region)).set_assertions(t.checks).set_time(Duration::ZERO);
    case.extra.insert("file".into(), allowed(&t.at.file).into());
    case.extra.insert("line".into(), t.at.line.to_string().into());
    case
}

/// Text that XML 1.0 can hold; the writer leaves out control characters, but not these two.
fn allowed(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
