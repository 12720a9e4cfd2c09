//! In: a revision and a path. Out: the policy files of that revision, as the installed `git` gives them. Never here: what they say.

use std::io::Write;
use std::process::{Command, Stdio};

/// The files under `path` in a revision, each with its path from the top of the repository; or why there are none, for people.
pub fn files(revision: &str, path: &str) -> Result<Vec<(String, Vec<u8>)>, String> {
    let inside = git(&["rev-parse", "--is-inside-work-tree"], b"");
    match inside {
        Err(Trouble::Missing(why)) => return Err(format!("`git` cannot be run: {why}; install it, or give folders or exported files")),
        Err(Trouble::Refused(_)) => {
            return Err(format!(
                "`{revision}` is neither a file nor a folder, and this folder is no git repository that could have such a revision"
            ));
        }
        Ok(_) => {}
    }
    // `--end-of-options` keeps a name that starts with a dash from being an option.
    let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")], b"")
        .map_err(|_| format!("`{revision}` is neither a file, a folder, nor a revision of this git repository"))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let failed = |t: Trouble| format!("`git` could not read {revision}: {}", t.text());
    // Relative to the current folder, and named from the top.
    let listed = git(&["ls-tree", "-r", "-z", "--full-name", &commit, "--", path], b"").map_err(failed)?;
    let mut names: Vec<String> = Vec::new();
    let mut wanted = Vec::new();
    for entry in listed.split(|b| *b == 0).filter(|e| !e.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((about, name)) = entry.split_once('\t') else { continue };
        let mut about = about.split(' ');
        let (mode, _, id) = (about.next().unwrap_or(""), about.next(), about.next().unwrap_or(""));
        let hidden = name.split('/').any(|part| part.starts_with('.'));
        let policy = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("pol"));
        // A symbolic link (mode 120000) holds a path, not a text.
        if policy && !hidden && mode.starts_with("100") {
            names.push(name.to_owned());
            wanted.extend_from_slice(id.as_bytes());
            wanted.push(b'\n');
        }
    }
    if names.is_empty() {
        return Err(format!("no `.pol` files were found under `{path}` in {revision}"));
    }
    let mut bytes = git(&["cat-file", "--batch"], &wanted).map_err(failed)?.into_iter();
    let mut out = Vec::new();
    for name in names {
        // `<id> blob <size>`, a line break, the text, a line break.
        let head: Vec<u8> = bytes.by_ref().take_while(|b| *b != b'\n').collect();
        let size = String::from_utf8_lossy(&head).rsplit(' ').next().and_then(|n| n.parse::<usize>().ok());
        let Some(size) = size else { return Err(format!("`git` could not read {name} of {revision}")) };
        let text: Vec<u8> = bytes.by_ref().take(size).collect();
        bytes.next();
        out.push((name, text));
    }
    Ok(out)
}

/// Why `git` gave nothing.
enum Trouble {
    /// It cannot be run.
    Missing(String),
    /// It refused, and says why.
    Refused(String),
}

impl Trouble {
    fn text(self) -> String {
        match self {
            Trouble::Missing(text) | Trouble::Refused(text) => text,
        }
    }
}

fn git(args: &[&str], input: &[u8]) -> Result<Vec<u8>, Trouble> {
    let missing = |e: std::io::Error| Trouble::Missing(e.to_string());
    let mut child =
        Command::new("git").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(missing)?;
    let output = std::thread::scope(|s| {
        if let Some(mut stdin) = child.stdin.take() {
            // Aside: it may answer before it has read everything.
            s.spawn(move || stdin.write_all(input));
        }
        child.wait_with_output()
    })
    .map_err(missing)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Trouble::Refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}
