//! In: the results of tests. Out: JSON and JUnit XML. Never here: text for people (`text.rs`), running tests.

use super::{Report, TestResult, text};
use crate::report::Paint;
use serde::Serialize;

/// Version of the JSON document; grows when a field changes its meaning or goes.
pub(crate) const VERSION: u32 = 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document<'a> {
    version: u32,
    polc: &'static str,
    policies: &'a str,
    summary: Summary,
    tests: &'a [TestResult],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

/// JUnit XML: a suite for each file, a case for each test. No times, so that equal results give equal bytes.
pub fn junit(report: &Report) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<testsuites name=\"polc\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n", report.tests.len(), report.failed()));
    let mut files: Vec<&str> = report.tests.iter().map(|t| t.at.file.as_str()).collect();
    files.dedup();
    for file in files {
        let tests: Vec<&TestResult> = report.tests.iter().filter(|t| t.at.file == file).collect();
        let failed = tests.iter().filter(|t| !t.passed).count();
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\" time=\"0\">\n",
            escape(file),
            tests.len()
        ));
        for t in tests {
            case(t, &mut out);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(t: &TestResult, out: &mut String) {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"0\"",
        escape(&t.region),
        escape(&t.name),
        escape(&t.at.file),
        t.at.line
    );
    out.push_str(&head);
    if t.passed {
        out.push_str("/>\n");
        return;
    }
    let message = match (&t.refused, t.failures.first()) {
        (Some(why), _) => why.clone(),
        (None, Some(f)) => format!("{}: expected {}, got {}", f.outcome, f.expected, f.got),
        (None, None) => String::new(),
    };
    let body = text::failure(t, Paint::default());
    out.push_str(&format!(
        ">\n      <failure type=\"expectation\" message=\"{}\">{}</failure>\n    </testcase>\n",
        escape(&message),
        escape(&body).replace("&#10;", "\n")
    ));
}

/// Text that stands anywhere in XML; characters XML 1.0 cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
