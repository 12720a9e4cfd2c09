//! In: the `.pol` tests of the language's meanings, of the design and of the shipped policies. Out: all hold. Never here: expectations (they stand in the `.pol` files).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

use polc::{Policies, testing};
use std::path::PathBuf;

fn all_hold(path: &str, at_least: usize) {
    let policies = Policies::load(&[PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)]);
    let errors: Vec<String> = policies
        .diagnostics()
        .iter()
        .filter(|d| d.severity() == polc::diagnostics::Severity::Error)
        // Some tests are about rules that contradict each other.
        .filter(|d| path.starts_with("policies") || !matches!(d.code.id, "E0604" | "E0605"))
        .map(|d| {
            format!(
                "{} {} {:?}",
                d.code.id,
                d.message,
                d.span().and_then(|s| policies.sources().locate(s).map(|(f, p)| (f.to_string(), p.line)))
            )
        })
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let report = testing::run(&policies, &testing::Filter::default());
    let failed: Vec<&str> = report.tests.iter().filter(|t| !t.passed).map(|t| t.name.as_str()).collect();
    assert!(failed.is_empty(), "run `polc test {path}`: {failed:?}");
    assert!(report.tests.len() >= at_least, "only {} tests were found", report.tests.len());
}

#[test]
fn the_meanings_of_the_language() {
    all_hold("tests/semantics", 59);
}

#[test]
fn the_examples_of_the_design() {
    all_hold("tests/design/language.pol", 2);
}

#[test]
fn the_shipped_policies() {
    all_hold("policies", 41);
}

#[test]
fn the_shipped_policies_have_no_warnings() {
    let policies = Policies::load(&[PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies")]);
    assert!(policies.diagnostics().is_empty(), "{:?}", policies.diagnostics());
    let found = policies.analyse(&polc::Analyse::default());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_tree_of_regions_has_a_depth() {
    let text: String = (1..100).map(|i| format!("region r{i} in r{} < >\n", i - 1)).collect();
    let policies = Policies::from_text("deep.pol", &format!("region r0 < >\n{text}"));
    let codes: Vec<&str> = policies.diagnostics().iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["E0217"]);
}
