//! In: README.md. Out: its commands run as written and end well. Never here: what they print in detail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

use std::process::Command;

#[test]
fn every_polc_command_of_the_readme_runs() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).unwrap();
    let mut ran = 0;
    for block in readme.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for command in block.lines().flat_map(|l| l.split("&&")).map(str::trim) {
            let Some(words) = command.strip_prefix("cargo run --release --quiet -- ") else { continue };
            // Only quotes need care here: no README command has anything else for a shell.
            let mut args: Vec<String> = Vec::new();
            for (i, part) in words.split('\'').enumerate() {
                if i % 2 == 1 {
                    args.push(part.to_string());
                } else {
                    args.extend(part.split_whitespace().map(str::to_string));
                }
            }
            let output = Command::new(env!("CARGO_BIN_EXE_polc")).args(&args).current_dir(root).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "`polc {words}` failed:\n{text}");
            if words.contains("西宁") && words.contains("eval policies") {
                for needed in ["pooled_balance", "disputed", "transferred", "F002", "12333", "西宁2025"] {
                    assert!(text.contains(needed), "the answer about 西宁 does not say {needed}:\n{text}");
                }
            }
            ran += 1;
        }
    }
    assert!(ran >= 4, "only {ran} commands were found");
    assert!(readme.contains("cargo test --locked"));
    let ci = std::fs::read_to_string(format!("{root}/.ci/run")).unwrap();
    assert!(ci.contains("cargo test --locked"), "CI calls the test command of the README");
}
