//! In: the results of tests. Out: lines for people. Never here: running tests.

use super::{Failed, Report, TestResult};
use crate::report::{Paint, outcome_text, plain};

/// One test on one line, with its line break.
pub fn result_line(t: &TestResult, paint: Paint) -> String {
    let word = if t.passed { paint.good("ok  ") } else { paint.bad("FAIL") };
    format!("{word}  {}  {}\n", plain(&t.name), paint.faint(&plain(&dates(t))))
}

/// `in 西宁 on 2025-05-20 known 2026-01-01`
fn dates(t: &TestResult) -> String {
    let mut out = format!("in {}", t.region);
    for (word, day) in [("on", &t.on), ("known", &t.known)] {
        if let Some(day) = day {
            out.push_str(&format!(" {word} {day}"));
        }
    }
    out
}

/// Everything about a test that failed.
pub fn failure(t: &TestResult, paint: Paint) -> String {
    let name = format!("\"{}\" {}", t.name, dates(t));
    let mut out = format!("{}  {}\n", paint.bad("FAIL"), paint.strong(&plain(&name)));
    if let Some(why) = &t.refused {
        out.push_str(&format!("  {}:{}\n    {}\n", plain(&t.at.file), t.at.line, plain(why)));
    }
    for f in &t.failures {
        out.push_str(&one(f, paint));
    }
    out
}

fn one(f: &Failed, paint: Paint) -> String {
    let told = if f.told.is_empty() { String::new() } else { format!(" < {} >", f.told.join("   ")) };
    let mut out = format!("  {}:{}  {}{}\n", plain(&f.at.file), f.at.line, plain(&f.decision), plain(&told));
    out.push_str(&format!("    {}\n", plain(&f.expects)));
    out.push_str(&paint.good(&plain(&format!("    - expected  {}", f.expected))));
    out.push('\n');
    out.push_str(&paint.bad(&plain(&format!("    + got       {}", f.got))));
    out.push('\n');
    for d in &f.differences {
        out.push_str(&format!("      {}\n", plain(d)));
    }
    for line in outcome_text(&f.answer, paint).lines() {
        out.push_str(&format!("    {} {line}\n", paint.faint("│")));
    }
    out
}

/// The last line: `31 tests passed`, `1 of 31 tests failed`.
pub fn summary(report: &Report, paint: Paint) -> String {
    let count = report.tests.len();
    let count_of = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let left_out = report.found.saturating_sub(count);
    let rest = if left_out == 0 { String::new() } else { format!(" ({left_out} left out)") };
    let checks: usize = report.tests.iter().map(|t| t.checks).sum();
    let line = match (count, report.failed()) {
        (0, _) => paint.bad(&format!("no tests were found{rest}")),
        (_, 0) => paint.good(&format!("{} passed, {}{rest}", count_of(count, "test"), count_of(checks, "expectation"))),
        (_, failed) => paint.bad(&format!("{failed} of {} failed{rest}", count_of(count, "test"))),
    };
    format!("{line}\n")
}
