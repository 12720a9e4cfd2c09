//! In: `polc check --watch` and a folder that changes. Out: whether every change is reported, however it is made, and nothing else is. Never here: what reports say (`diagnostics.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use support::{Folder, polc, polc_reading};

const FINE: &str =
    "source s \"s\" < kind = notice published = 2024 >\nregion 甲市 in 全国 per s < retire employee: required = 15 years >\n";
const BROKEN: &str = "source s \"s\" < kind = notice published = 2024 >\nregion 甲市 in 全国 per s < retire employee: required = >\n";
/// Longer than any machine takes; a test waits so long only when it fails.
const LONG: Duration = Duration::from_secs(60);

/// Puts a file there in one step: a file that is written in place is empty for a moment.
fn put(folder: &Folder, name: &str, text: &str) {
    let made = folder.write(".made", text);
    fs::rename(made, folder.path().join(name)).unwrap();
}

/// A `polc check --watch` at work.
struct Watching {
    child: Child,
    lines: Receiver<String>,
    seen: String,
}

impl Watching {
    fn new(folder: &Path, args: &[&str]) -> Watching {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polc"));
        command.current_dir(folder).args(["check", "--watch"]).args(args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let err = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(err).lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut watching = Watching { child, lines, seen: String::new() };
        watching.until("Ctrl-C ends");
        watching
    }

    /// Waits for a line that has this in it; gives back everything since the last time.
    #[track_caller]
    fn until(&mut self, part: &str) -> String {
        self.seen.clear();
        loop {
            match self.lines.recv_timeout(LONG) {
                Ok(line) => {
                    self.seen.push_str(&line);
                    self.seen.push('\n');
                    if line.contains(part) {
                        return std::mem::take(&mut self.seen);
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("`{part}` did not come; instead:\n{}", self.seen),
                Err(RecvTimeoutError::Disconnected) => panic!("polc ended before `{part}`:\n{}", self.seen),
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_way_to_change_a_folder() {
    let folder = Folder::new();
    folder.write("policies/a.pol", FINE);
    let at = |name: &str| folder.path().join(name);
    let mut polc = Watching::new(folder.path(), &[]);
    // Saved in place.
    fs::write(at("policies/a.pol"), BROKEN).unwrap();
    assert!(polc.until("1 error").contains("changed policies/a.pol\nerror[E0101]"));
    // Replaced by rename, as editors do.
    fs::write(at("policies/.a.pol.tmp"), FINE).unwrap();
    fs::rename(at("policies/.a.pol.tmp"), at("policies/a.pol")).unwrap();
    assert!(polc.until("ok: 1 file").contains("changed policies/a.pol\n"));
    // A new file, in a new folder, in one that was not there.
    fs::create_dir_all(at("policies/x/y")).unwrap();
    fs::write(at("policies/x/y/b.pol"), BROKEN).unwrap();
    polc.until("new policies/x/y/b.pol");
    polc.until(" errors in 2 files");
    // Watched from now on.
    fs::write(at("policies/x/y/b.pol"), "").unwrap();
    polc.until("changed policies/x/y/b.pol");
    polc.until("ok: 2 files");
    // Moved, deleted.
    fs::rename(at("policies/x/y/b.pol"), at("policies/c.pol")).unwrap();
    polc.until("new policies/c.pol, gone policies/x/y/b.pol");
    polc.until("ok: 2 files");
    fs::remove_file(at("policies/c.pol")).unwrap();
    polc.until("gone policies/c.pol");
    polc.until("ok: 1 file");
    // The folder goes, and comes back: another one to the system.
    fs::rename(at("policies"), at("old")).unwrap();
    assert!(polc.until("1 error").contains("E0001"));
    folder.write("policies/a.pol", FINE);
    polc.until("new policies/a.pol");
    polc.until("ok: 1 file");
    fs::write(at("policies/a.pol"), BROKEN).unwrap();
    polc.until("changed policies/a.pol");
    polc.until("1 error");
}

#[test]
fn what_is_no_change_is_not_reported() {
    let folder = Folder::with(FINE);
    let mut polc = Watching::new(folder.path(), &["."]);
    let marks = |n: usize| {
        for i in 0..n {
            folder.write("notes.txt", i.to_string());
            folder.write(".hidden.pol", BROKEN);
            put(&folder, "x.pol", FINE);
        }
    };
    marks(20);
    put(&folder, "x.pol", BROKEN);
    let report = polc.until("1 error");
    assert_eq!(report.matches("changed").count(), 1, "{report}");
    assert!(report.starts_with("\nchanged x.pol\nerror[E0101]"), "{report}");
    assert!(!report.contains('\u{1b}'), "nothing is coloured or cleared where no person looks");
}

#[test]
fn single_files_and_files_that_are_not_there_yet() {
    let folder = Folder::with(FINE);
    let at = |name: &str| folder.path().join(name);
    let mut polc = Watching::new(folder.path(), &["x.pol", "later.pol"]);
    folder.write("later.pol", "");
    polc.until("new later.pol");
    polc.until("ok: 2 files");
    folder.write("other.pol", BROKEN);
    fs::write(at("new"), BROKEN).unwrap();
    fs::rename(at("new"), at("x.pol")).unwrap();
    let report = polc.until("1 error");
    assert!(report.contains("changed x.pol") && !report.contains("other.pol"), "{report}");
}

#[test]
fn machine_formats_go_to_standard_output_one_document_after_the_other() {
    let folder = Folder::with(FINE);
    let mut polc = Watching::new(folder.path(), &["--format", "json"]);
    put(&folder, "x.pol", BROKEN);
    polc.until("changed x.pol");
    // Ended, it has written both documents whole: the next change comes after the second.
    put(&folder, "x.pol", FINE);
    polc.until("changed x.pol");
    polc.child.kill().unwrap();
    let mut out = String::new();
    polc.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    let documents: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&out).into_iter().map_while(Result::ok).take(2).collect();
    assert_eq!(documents[0]["summary"]["errors"], 0);
    assert_eq!(documents[1]["summary"]["errors"], 1);
}

#[test]
fn it_ends_when_it_is_told_to_or_left_alone() {
    let folder = Folder::with(FINE);
    let mut watching = Watching::new(folder.path(), &[]);
    // What Ctrl-C sends; a shell says 130 for it.
    let killed = Command::new("kill").args(["-INT", &watching.child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let status = watching.child.wait().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(2));
    // Nobody reads: it notices with the next report.
    let mut watching = Watching::new(folder.path(), &["--format", "json"]);
    drop(watching.child.stdout.take());
    folder.write("x.pol", BROKEN);
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    // Standard input cannot be watched.
    let run = polc_reading(folder.path(), &["check", "--watch", "-"], FINE.as_bytes()).ends(2);
    run.says(&["standard input cannot be watched"]);
    assert!(polc(folder.path(), &["check", "--help"]).ends(0).out.contains("--watch"));
}
