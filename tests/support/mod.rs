//! In: policy texts and arguments. Out: what the built program makes of them. Never here: expectations.
#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot run should fail loudly")]

pub mod random;
pub mod till;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How many random cases are tried: as many as `POLC_CASES` says, for a run by hand.
pub fn cases(usual: u32) -> u32 {
    std::env::var("POLC_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// How one run of `polc` ended.
pub struct Run {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// How long it took.
    pub took: Duration,
}

impl Run {
    /// Ended with this code, and did not panic.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        let shown: String = self.err.chars().take(4_000).collect();
        assert!(!self.err.contains("panicked") && !self.err.contains("overflowed its stack"), "panic: {shown}");
        assert_eq!(self.code, Some(code), "standard error: {shown}");
        self
    }

    /// Standard error has all of these.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        let shown: String = self.err.chars().take(4_000).collect();
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is missing in: {shown}");
        }
        self
    }

    /// Found no error at all.
    #[track_caller]
    pub fn fine(self) -> Self {
        let run = self.ends(0);
        assert!(!run.err.contains("error["), "{}", run.err);
        run
    }
}

/// Runs `polc` in a folder.
pub fn polc(folder: &Path, args: &[&str]) -> Run {
    polc_reading(folder, args, b"")
}

/// Runs `polc` in a folder with something on standard input.
pub fn polc_reading(folder: &Path, args: &[&str], input: &[u8]) -> Run {
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_polc"));
    command.current_dir(folder).args(args).env_remove("NO_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Written aside, so that a program that prints before it has read everything does not wait for us.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code(), out: text(stdout), err: text(stderr), took: started.elapsed() }
}

/// A folder of policy files that goes when it is dropped.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    /// With one file, `x.pol`.
    pub fn with(text: impl AsRef<[u8]>) -> Self {
        let folder = Folder::new();
        folder.write("x.pol", text);
        folder
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Adds a file, and the folders it lies in.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `polc check` on all of it.
    pub fn check(&self) -> Run {
        polc(self.path(), &["check"])
    }
}
