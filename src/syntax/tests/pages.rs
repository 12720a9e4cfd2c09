//! In: the pages under `docs/errors/` about form. Out: that the wrong example has the mistake and the right one has none. Never here: other pages.

use super::*;
use crate::diagnostics::codes;

/// The fenced example after a line such as `Wrong:`.
fn example<'a>(page: &'a str, title: &str) -> &'a str {
    let after = page.split_once(&format!("\n{title}\n")).unwrap_or_else(|| panic!("no {title} in {page}")).1;
    after.split_once("```pol\n").unwrap().1.split_once("```").unwrap().0
}

#[test]
fn pages_tell_the_truth() {
    for code in codes::ALL.iter().filter(|c| c.id.starts_with("E01") || matches!(c.id, "E0003" | "E0005" | "E0007")) {
        assert!(code.page.starts_with(&format!("# {}: ", code.id)), "{}", code.id);
        let wrong = example(code.page, "Wrong:");
        let found = parse(FileId(0), wrong).1;
        assert!(!found.is_empty() && found.iter().all(|d| d.code.id == code.id), "{}:\n{}", code.id, listing(wrong, &found));
        good(example(code.page, "Right:"));
    }
}
