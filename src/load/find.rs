//! In: a path as given by the user. Out: the policy files under it, or why there are none. Never here: reading their text.

use super::{STDIN_NAME, STDIN_PATH};
use crate::diagnostics::{Diagnostic, codes};
use rustc_hash::FxHashSet;
use std::collections::HashSet;
use std::fs::DirEntry;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A policy file to read.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its name for people.
    pub name: String,
    /// Where to read it.
    pub path: PathBuf,
    /// Not a path at all: standard input.
    pub stdin: bool,
    /// The same for all names of one file.
    real: PathBuf,
    /// Reached through a symbolic link: the name without one is preferred.
    linked: bool,
}

impl Found {
    /// A text that was read already.
    pub fn text(name: &str) -> Found {
        let path = PathBuf::from(name);
        Found { name: name.to_owned(), real: path.clone(), path, stdin: false, linked: false }
    }

    /// Whether it is an exported file by its name.
    pub fn exported(&self) -> bool {
        !self.stdin && self.path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
    }

    /// Whether this file takes the place of the embedded one of that name.
    pub fn stands_for(&self, standard: &str) -> bool {
        !self.stdin && (self.real.ends_with(standard) || self.path.ends_with(standard))
    }
}

/// Each file once, by name.
pub(super) fn unique(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| (a.linked, &a.name, &a.path).cmp(&(b.linked, &b.name, &b.path)));
    let mut seen = FxHashSet::default();
    // As bytes: a path compares and hashes component by component.
    found.retain(|f| seen.insert(f.real.as_os_str().to_owned()));
    found.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    found
}

/// The files under one path.
pub(super) fn find(path: &Path) -> (Vec<Found>, Vec<Diagnostic>) {
    if path == Path::new(STDIN_PATH) {
        let path = path.to_owned();
        let stdin = Found { name: STDIN_NAME.to_owned(), real: path.clone(), path, stdin: true, linked: false };
        return (vec![stdin], Vec::new());
    }
    let path = plain(path);
    let name = shown(&path);
    let mut walk = Walk::default();
    match std::fs::metadata(&path) {
        Err(e) => walk.problems.push(unreadable(&name, &e)),
        Ok(about) if about.is_dir() => {
            walk.tree(path);
            if walk.found.is_empty() && walk.problems.is_empty() {
                walk.problems.push(
                    Diagnostic::about(&codes::E0006, Some(name.clone()), format!("no `.pol` files were found in `{name}`"))
                        .help("name a folder that holds policies, or the files themselves"),
                );
            }
        }
        Ok(about) if about.is_file() => walk.file(path, false),
        Ok(_) => walk.problems.push(special(&name)),
    }
    (walk.found, walk.problems)
}

/// What a walk through a folder has seen.
#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    problems: Vec<Diagnostic>,
    /// Real paths of the folders entered: links may lead in circles.
    entered: HashSet<PathBuf>,
    /// Folders behind symbolic links, entered last so that files keep the name without a link.
    later: Vec<PathBuf>,
}

impl Walk {
    fn tree(&mut self, root: PathBuf) {
        let mut linked = false;
        let mut open = vec![(root, None)];
        while !open.is_empty() {
            while let Some((folder, real)) = open.pop() {
                match real.map_or_else(|| std::fs::canonicalize(&folder), Ok) {
                    Ok(real) => {
                        if self.entered.insert(real.clone()) {
                            self.folder(&folder, &real, linked, &mut open);
                        }
                    }
                    Err(e) => self.problems.push(unreadable(&shown(&folder), &e)),
                }
            }
            linked = true;
            self.later.sort();
            // One at a time, so that what it shows decides no name before its own folders are done.
            if !self.later.is_empty() {
                open.push((self.later.remove(0), None));
            }
        }
    }

    fn folder(&mut self, folder: &Path, real: &Path, linked: bool, open: &mut Vec<(PathBuf, Option<PathBuf>)>) {
        let entries = std::fs::read_dir(folder).and_then(|all| all.collect::<io::Result<Vec<_>>>());
        let mut entries: Vec<(PathBuf, DirEntry)> = match entries {
            Ok(entries) => entries.into_iter().map(|e| (plain(&e.path()), e)).collect(),
            Err(e) => {
                self.problems.push(unreadable(&shown(folder), &e));
                return;
            }
        };
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (path, entry) in entries {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            // The listing itself says what most entries are, and so does the folder where they really are: asking for each would cost most of the walk.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push((path, Some(real.join(name)))),
                Ok(kind) if kind.is_file() => {
                    if is_policy(&path) {
                        self.found.push(Found { name: shown(&path), path, stdin: false, real: real.join(name), linked });
                    }
                }
                _ => self.entry(path, linked, open),
            }
        }
    }

    /// A link, or something out of the ordinary.
    fn entry(&mut self, path: PathBuf, linked: bool, open: &mut Vec<(PathBuf, Option<PathBuf>)>) {
        let is_policy = is_policy(&path);
        let is_link = path.is_symlink();
        match std::fs::metadata(&path) {
            Ok(about) if about.is_dir() && is_link => self.later.push(path),
            Ok(about) if about.is_dir() => open.push((path, None)),
            Ok(about) if about.is_file() => {
                if is_policy {
                    self.file(path, linked || is_link);
                }
            }
            Ok(_) if is_policy => self.problems.push(special(&shown(&path))),
            // A link to nowhere without an extension may have been a folder of policies.
            Err(e) if is_policy || (is_link && path.extension().is_none()) => {
                self.problems.push(unreadable(&shown(&path), &e));
            }
            Ok(_) | Err(_) => {}
        }
    }

    fn file(&mut self, path: PathBuf, linked: bool) {
        let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        self.found.push(Found { name: shown(&path), path, stdin: false, real, linked });
    }
}

fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("pol"))
}

/// The path without `.` components.
fn plain(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().filter(|c| *c != Component::CurDir).collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

/// The path for people and machine formats, always with `/`.
fn shown(path: &Path) -> String {
    let name = path.to_string_lossy();
    if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() }
}

/// A file or folder that the system does not let us read.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let (what, help) = match error.kind() {
        io::ErrorKind::NotFound => ("it does not exist".to_owned(), "check the spelling; a link may lead to a file that is gone"),
        io::ErrorKind::PermissionDenied => ("permission denied".to_owned(), "let the user who runs polc read it, as with `chmod +r`"),
        _ => (error.to_string(), "check that it is a policy file or a folder of them"),
    };
    Diagnostic::about(&codes::E0001, Some(name.to_owned()), format!("`{name}` cannot be read: {what}")).help(help)
}

/// A pipe, device or socket.
pub(super) fn special(name: &str) -> Diagnostic {
    let message = format!("`{name}` cannot be read: it is neither a file nor a folder");
    Diagnostic::about(&codes::E0001, Some(name.to_owned()), message).help("to read standard input, give `-` as the path")
}
