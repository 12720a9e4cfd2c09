//! In: the wrong examples of `docs/errors`, and the cases in `tests/cases`. Out: snapshots of source and diagnostics together, as people see them. Never here: meanings.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

use polc::diagnostics::render::Renderer;
use polc::{Analyse, Policies};
use std::path::Path;

/// The source and everything reported about it.
fn shown(name: &str, text: &str) -> String {
    let policies = Policies::from_text(name, text);
    let mut renderer = Renderer::new(policies.sources(), None, false);
    let mut out = format!("{}\n================\n", text.trim_end());
    for d in &policies.analyse(&Analyse::default()) {
        out.push_str(&renderer.render(d));
    }
    out
}

#[test]
fn the_wrong_example_of_every_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors");
    let mut pages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    pages.sort();
    let mut shown_pages = 0;
    for page in pages {
        let code = page.file_stem().unwrap().to_str().unwrap().to_string();
        let text = std::fs::read_to_string(&page).unwrap();
        let Some(after) = text.split("Wrong:").nth(1) else { continue };
        let Some(block) = after.split("```pol").nth(1).and_then(|b| b.split_once('\n')).and_then(|(_, b)| b.split("\n```").next()) else {
            continue;
        };
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "cases" }, {
            insta::assert_snapshot!(code.clone(), shown(&format!("{code}.pol"), block));
        });
        shown_pages += 1;
    }
    assert!(shown_pages > 50, "only {shown_pages} pages have a wrong example");
}

#[test]
fn the_cases_of_the_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "pol")).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let name = case.file_stem().unwrap().to_str().unwrap().to_string();
        let text = std::fs::read_to_string(&case).unwrap();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "cases" }, {
            insta::assert_snapshot!(name.clone(), shown(&format!("{name}.pol"), &text));
        });
    }
}
