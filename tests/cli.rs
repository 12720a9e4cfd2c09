//! In: command lines. Out: their output, streams and exit codes. Never here: what is wrong with policies.

mod support;

use serde_json::Value;
use std::process::{Command, Stdio};
use support::{Folder, polc, polc_reading};

const SMALLEST: &str = "region 西宁 < transfer resident->employee: pooled_balance = retained >\n";

#[test]
fn usage() {
    let folder = Folder::new();
    let help = polc(folder.path(), &["help"]).ends(0);
    assert!(help.out.contains("check") && help.out.contains("explain") && help.out.contains("西宁"), "{}", help.out);
    let version = polc(folder.path(), &["--version"]).ends(0);
    assert_eq!(version.out, format!("polc {}\n", env!("CARGO_PKG_VERSION")));
    polc(folder.path(), &["chekc"]).ends(2).says(&["check"]);
    polc(folder.path(), &["check", "--format", "xml"]).ends(2).says(&["sarif"]);
    assert!(polc(folder.path(), &["check", "--help"]).ends(0).out.contains("polc check policies/青海"));
}

#[test]
fn explain() {
    let folder = Folder::new();
    let page = polc(folder.path(), &["explain", "e0001"]).ends(0);
    assert!(page.out.starts_with("# E0001"), "{}", page.out);
    let list = polc(folder.path(), &["explain", "--list"]).ends(0).out;
    assert_eq!(list.lines().count(), polc::diagnostics::codes::ALL.len());
    let unknown = polc(folder.path(), &["explain", "E020"]).ends(2).says(&["`E020`", "E0201"]);
    assert!(unknown.out.is_empty());
    polc(folder.path(), &["explain"]).ends(2);
}

#[test]
fn people_read_standard_error_and_machines_standard_output() {
    let folder = Folder::with("\u{0}");
    let human = folder.check().ends(1).says(&["E0003", "1 error in 1 file"]);
    assert!(human.out.is_empty());
    for format in ["json", "sarif", "github"] {
        let run = polc(folder.path(), &["check", "--format", format]).ends(1);
        assert!(run.err.is_empty(), "{}", run.err);
        assert!(run.out.contains("E0003") && run.out.ends_with('\n'), "{}", run.out);
        if format != "github" {
            serde_json::from_str::<Value>(&run.out).unwrap();
        }
    }
}

#[test]
fn warnings_count_when_denied() {
    // A rule without a source is a warning.
    let folder = Folder::with(SMALLEST);
    folder.check().ends(0).says(&["warning[W0701]"]);
    polc(folder.path(), &["check", "--deny", "warnings"]).ends(1).says(&["warning[W0701]"]);
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    polc_reading(folder.path(), &["check", "-"], SMALLEST.as_bytes()).ends(0).says(&["1 file"]);
    polc_reading(folder.path(), &["check", "-"], SMALLEST.replace('=', "").as_bytes()).ends(1).says(&["<stdin>:1:"]);
}

#[test]
fn the_folder_policies_is_read_when_nothing_is_named() {
    let folder = Folder::new();
    folder.write("policies/a.pol", "");
    folder.write("elsewhere.pol", "\u{0}");
    folder.check().ends(0).says(&["1 file"]);
}

#[test]
fn the_same_bytes_whatever_the_order_and_the_threads() {
    let folder = Folder::new();
    for i in 0..40 {
        folder.write(&format!("d{}/f{i}.pol", i % 3), "region \u{0} < nonsense");
    }
    let first = polc(folder.path(), &["check", "d0", "d1", "d2", "--format", "json"]).ends(1).out;
    for order in [["d2", "d0", "d1"], ["d1", "./d2", "d0"]] {
        let args = ["check", order[0], order[1], order[2], "--format", "json"];
        assert_eq!(polc(folder.path(), &args).ends(1).out, first);
    }
}

#[test]
fn colours() {
    let folder = Folder::with("\u{0}");
    assert!(!folder.check().err.contains('\u{1b}'));
    assert!(polc(folder.path(), &["check", "--color", "always"]).err.contains("\u{1b}["));
    assert!(!polc(folder.path(), &["check", "--color", "never"]).err.contains('\u{1b}'));
}

#[test]
fn a_reader_that_leaves_early_is_no_panic() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_polc"));
    command.current_dir(folder.path()).args(["explain", "--list"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn help_names_what_was_forgotten() {
    let vocabulary =
        |bounds: &str| format!("vocabulary pay < input base: money per month in {bounds}   decision g < x: money per month > >\n");
    let rule = "source S \"S\" < kind = law   published = 2020 >\nregion 甲市 in 全国 per S < g: x = base >\n";
    let folder = Folder::with(format!("use pay\n{}{rule}", vocabulary("¥3000..25000")));
    polc(folder.path(), &["check"]).ends(1).says(&["E0301", "in ¥3000..25000/month"]);
    let folder = Folder::with(format!("use pay\n{}{rule}", vocabulary("¥3000..25000/month")));
    polc(folder.path(), &["check"]).fine();
    let folder = Folder::with(format!("{}{rule}", vocabulary("¥3000..25000/month")));
    polc(folder.path(), &["check"]).ends(1).says(&["E0204", "write `use pay` in this file"]);
}
