//! In: `docs/ci.md`. Out: whether its project, its workflow and its script do what the page says, run as they are written. Never here: what the commands print (their own tests).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use support::Folder;

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).unwrap()
}

/// The code blocks of the page that have a name, a line "`NAME`:" above them.
fn blocks(page: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let lines: Vec<&str> = page.lines().collect();
    for (i, line) in lines.iter().enumerate() {
        let Some(name) = line.strip_prefix('`').and_then(|l| l.strip_suffix("`:")) else { continue };
        assert!(lines[i + 1].is_empty() && lines[i + 2].starts_with("```"), "{name}: a code block belongs below");
        let body: Vec<&str> = lines[i + 3..].iter().copied().take_while(|l| *l != "```").collect();
        out.insert(name.to_string(), body.join("\n") + "\n");
    }
    out
}

/// Steps of the workflow that run something, by name.
fn steps(workflow: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut name = String::new();
    for line in workflow.lines().map(|l| l.trim_start().trim_start_matches("- ")) {
        if let Some(n) = line.strip_prefix("name: ") {
            name = n.to_string();
        } else if let Some(command) = line.strip_prefix("run: ") {
            assert!(!command.starts_with(['|', '>']), "the test reads commands of one line");
            out.push((std::mem::take(&mut name), command.to_string()));
        } else if line.starts_with("uses: ") {
            name.clear();
        }
    }
    out
}

/// A folder with the files of the page.
fn project(blocks: &BTreeMap<String, String>) -> Folder {
    let folder = Folder::new();
    for (name, text) in blocks.iter().filter(|(n, _)| n.contains('.')) {
        folder.write(name, text);
    }
    folder
}

/// A command as a CI server runs it, with the `polc` of this build.
fn run(folder: &Folder, shell: &[&str], command: &str) -> Output {
    let built = Path::new(env!("CARGO_BIN_EXE_polc")).parent().unwrap();
    let path = format!("{}:{}", built.display(), std::env::var("PATH").unwrap());
    Command::new(shell[0]).args(&shell[1..]).arg(command).env("PATH", path).current_dir(folder.path()).output().unwrap()
}

/// GitHub runs a step with `bash -e`.
const STEP: [&str; 3] = ["bash", "-e", "-c"];

/// The table of exit codes: for each case, for each step its code.
fn table(page: &str) -> BTreeMap<String, Vec<(String, i32)>> {
    let cells = |line: &str| -> Vec<String> { line.trim_matches('|').split('|').map(|c| c.trim().trim_matches('`').to_string()).collect() };
    let mut rows = page.lines().skip_while(|l| !l.starts_with("| step |")).take_while(|l| l.starts_with('|'));
    let cases: Vec<String> = cells(rows.next().unwrap()).into_iter().skip(1).collect();
    let mut out: BTreeMap<String, Vec<(String, i32)>> = BTreeMap::new();
    for row in rows.skip(1).map(cells) {
        for (case, code) in cases.iter().zip(&row[1..]) {
            out.entry(case.clone()).or_default().push((row[0].clone(), code.parse().unwrap()));
        }
    }
    out
}

#[test]
fn the_page_does_what_it_says() {
    let page = page();
    let blocks = blocks(&page);
    let steps = steps(&blocks[".github/workflows/policies.yml"]);
    let table = table(&page);
    assert!(table.len() >= 5 && steps.len() >= 5, "{table:?} {steps:?}");
    let mut skipped = Vec::new();
    for (case, codes) in &table {
        let folder = project(&blocks);
        if case != "all is well" {
            let before = files(&folder);
            assert!(run(&folder, &["sh", "-e", "-c"], &blocks[case]).status.success(), "{case}");
            assert_ne!(before, files(&folder), "`{case}` changes nothing");
        }
        skipped.clear();
        for (name, command) in &steps {
            // Installing polc is all that is not run: it is built already.
            if command.starts_with("cargo install") {
                skipped.push(name.as_str());
                continue;
            }
            let wanted = codes.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("the table has no row for {name}")).1;
            let output = run(&folder, &STEP, command);
            assert_eq!(output.status.code(), Some(wanted), "{case}, {name}: {}", text(&output));
        }
        let wanted = codes.iter().find(|(n, _)| n == "ci.sh").unwrap().1;
        let output = run(&folder, &["sh"], "ci.sh");
        assert_eq!(output.status.code(), Some(wanted), "{case}, ci.sh: {}", text(&output));
    }
    println!("not run: {}", skipped.join(", "));
    assert_eq!(skipped, ["Install polc"]);
    for (name, _) in table.values().flatten() {
        assert!(
            name == "ci.sh" || steps.iter().any(|(n, _)| n == name),
            "the table has a row for {name}, which the workflow does not have"
        );
    }
}

fn files(folder: &Folder) -> Vec<String> {
    let mut all: Vec<_> = std::fs::read_dir(folder.path().join("policies")).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    all.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn servers_find_what_they_read() {
    let page = page();
    let blocks = blocks(&page);
    let steps = steps(&blocks[".github/workflows/policies.yml"]);
    let step = |name: &str| &steps.iter().find(|(n, _)| n == name).unwrap().1;
    let folder = project(&blocks);
    assert!(run(&folder, &["sh", "-e", "-c"], &blocks["a misspelt name"]).status.success());
    let annotations = text(&run(&folder, &STEP, step("Check")));
    assert!(annotations.starts_with("::error file=policies/甲市.pol,line=6,"), "{annotations}");
    run(&folder, &STEP, step("SARIF"));
    let sarif: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.path().join("polc.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    // Policies with errors answer nothing, so that no test is run: the document is empty, the exit code says why.
    run(&folder, &STEP, step("JUnit"));
    assert_eq!(std::fs::read_to_string(folder.path().join("tests.xml")).unwrap(), "");
    let folder = project(&blocks);
    run(&folder, &STEP, step("JUnit"));
    let junit = std::fs::read_to_string(folder.path().join("tests.xml")).unwrap();
    assert!(junit.contains("a bill of 1000 yuan") && junit.contains("failures=\"0\""), "{junit}");
}

#[test]
fn three_lines_are_enough() {
    let page = page();
    let first: String = page.split("```sh\n").nth(1).unwrap().split("```").next().unwrap().to_string();
    let commands: Vec<&str> = first.lines().collect();
    assert_eq!(commands.len(), 3);
    let folder = project(&blocks(&page));
    for command in commands {
        let output = run(&folder, &STEP, command);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", text(&output));
    }
}
