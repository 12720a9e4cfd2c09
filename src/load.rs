//! In: paths of policy files and folders, or of an exported file. Out: their texts, and what could not be read. Never here: what the text means.

mod decode;
mod find;

use crate::diagnostics::{Diagnostic, codes};
use crate::source::{SourceFile, SourceMap};
use decode::Text;
use find::Found;
use rayon::prelude::*;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Largest policy file that is read.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Largest exported file that is read: it holds its policies several times over.
pub const MAX_EXPORT_BYTES: u64 = 1024 * 1024 * 1024;
/// So many files and more are read on several threads.
const MANY_FILES: usize = 512;
/// The path that means standard input.
pub const STDIN_PATH: &str = "-";
/// The name of standard input in diagnostics.
pub const STDIN_NAME: &str = "<stdin>";

/// The standard vocabulary: shipped inside the compiler, in this order.
const STANDARD: [(&str, &str); 2] = [
    ("standard/medical_insurance.pol", include_str!("../policies/standard/medical_insurance.pol")),
    ("standard/regions.pol", include_str!("../policies/standard/regions.pol")),
];

/// What to load besides the paths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadOptions {
    /// Put the standard vocabulary first (a loaded file named like one of its files takes that one's place).
    pub standard: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        LoadOptions { standard: true }
    }
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The texts: the standard vocabulary, then the files by path.
    pub map: SourceMap,
    /// What could not be read. Every one of them means that the rest is not the whole.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of files read from disk or standard input.
    pub files: usize,
    /// An exported file (its name and text) instead of texts: it is all there is.
    pub exported: Option<(String, String)>,
}

impl Loaded {
    /// Whether every file asked for was read.
    pub fn complete(&self) -> bool {
        self.diagnostics.is_empty()
    }
}

/// The paths to read when none are given: `policies` where there is such a folder, else the current folder.
pub fn default_paths() -> Vec<PathBuf> {
    let usual = Path::new("policies");
    vec![if usual.is_dir() { usual.to_owned() } else { PathBuf::from(".") }]
}

/// Reads files and folders (all their `.pol` files, at any depth; hidden ones are skipped, symbolic links followed).
///
/// The result does not depend on the order of `paths` or of folders; a file reached twice is read once.
/// `-` reads standard input. A file that ends in `.json`, or standard input that starts with a brace, is an exported file: it stands
/// alone, and nothing is put beside it. A loaded `…/standard/regions.pol` takes the place of the embedded file of that name.
pub(crate) fn load_sources(paths: &[PathBuf], options: &LoadOptions) -> Loaded {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        let (files, problems) = find::find(path);
        found.extend(files);
        diagnostics.extend(problems);
    }
    let mut files = read_all(find::unique(found), &mut diagnostics);
    let exported = files.iter().position(|(f, text)| f.exported() || (f.stdin && text.text.trim_start().starts_with('{')));
    if let Some(at) = exported {
        let (file, text) = files.swap_remove(at);
        let mut alone = Loaded { diagnostics, ..Loaded::default() };
        if !files.is_empty() || !alone.diagnostics.is_empty() {
            alone.diagnostics.push(beside(&file.name));
        } else {
            alone.exported = Some((file.name, text.text));
        }
        crate::diagnostics::sort(&mut alone.diagnostics);
        return alone;
    }
    crate::diagnostics::sort(&mut diagnostics);
    gathered(files, diagnostics, options)
}

/// Texts that were read already, each with its path: what a folder with these files would give. Names that do not end in `.pol` are left out.
pub(crate) fn load_texts(texts: Vec<(String, Vec<u8>)>, options: &LoadOptions) -> Loaded {
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    for (name, bytes) in texts {
        let file = Found::text(&name);
        if bytes.len() as u64 > MAX_FILE_BYTES {
            diagnostics.push(too_large(&name, Some(bytes.len() as u64), MAX_FILE_BYTES));
            continue;
        }
        match decode::text(&name, bytes) {
            Ok(text) => files.push((file, text)),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    files.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    crate::diagnostics::sort(&mut diagnostics);
    gathered(files, diagnostics, options)
}

/// The texts in their order, the standard vocabulary first.
fn gathered(mut files: Vec<(Found, Text)>, diagnostics: Vec<Diagnostic>, options: &LoadOptions) -> Loaded {
    let mut loaded = Loaded { diagnostics, files: files.len(), ..Loaded::default() };
    if options.standard {
        for (name, text) in STANDARD {
            let (own, rest): (Vec<_>, Vec<_>) = files.into_iter().partition(|(f, _)| f.stands_for(name));
            files = rest;
            if own.is_empty() {
                loaded.map.add(SourceFile::new(name, text, true));
            }
            for (file, text) in own {
                loaded.map.add(SourceFile::new(file.name, text.text, true).marked(text.mark));
            }
        }
    }
    for (file, text) in files {
        loaded.map.add(SourceFile::new(file.name, text.text, false).marked(text.mark));
    }
    loaded
}

/// Reads the files in parallel; the result is in the order of `found`.
fn read_all(found: Vec<Found>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(Found, Text)> {
    // Threads are worth their start only for many files.
    let texts: Vec<Result<Text, Box<Diagnostic>>> =
        if found.len() < MANY_FILES { found.iter().map(read).collect() } else { found.par_iter().map(read).collect() };
    let mut files = Vec::with_capacity(found.len());
    for (file, text) in found.into_iter().zip(texts) {
        match text {
            Ok(text) => files.push((file, text)),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    files
}

/// Reads one file; it may have changed or gone since it was found.
fn read(found: &Found) -> Result<Text, Box<Diagnostic>> {
    let unreadable = |e: std::io::Error| Box::new(find::unreadable(&found.name, &e));
    let mut bytes = Vec::new();
    let limit = if found.exported() { MAX_EXPORT_BYTES } else { MAX_FILE_BYTES };
    if found.stdin {
        std::io::stdin().lock().take(MAX_EXPORT_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        // Opening a pipe would wait for a writer, so ask before opening.
        let about = std::fs::metadata(&found.path).map_err(unreadable)?;
        if !about.is_file() {
            return Err(Box::new(find::special(&found.name)));
        }
        if about.len() > limit {
            return Err(Box::new(too_large(&found.name, Some(about.len()), limit)));
        }
        let file = std::fs::File::open(&found.path).map_err(unreadable)?;
        // One byte more than there is, so that the end is met without another buffer.
        bytes.reserve(usize::try_from(about.len() + 1).unwrap_or(0));
        file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    // What comes through standard input shows what it is only by its first character.
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    let limit = if found.stdin && first == Some(&b'{') { MAX_EXPORT_BYTES } else { limit };
    if bytes.len() as u64 > limit {
        return Err(Box::new(too_large(&found.name, None, limit)));
    }
    decode::text(&found.name, bytes)
}

fn beside(name: &str) -> Diagnostic {
    let message = format!("`{name}` is an exported file and a whole set of policies: nothing else can be read with it");
    Diagnostic::about(&codes::E0012, Some(name.to_owned()), message)
        .help("give this path alone; or give the files it was made of together with the others")
}

fn too_large(name: &str, bytes: Option<u64>, limit: u64) -> Diagnostic {
    let limit = limit / (1024 * 1024);
    let size = bytes.map_or_else(|| format!("more than {limit} MB"), |b| format!("{} MB", b.div_ceil(1024 * 1024)));
    Diagnostic::about(&codes::E0004, Some(name.to_owned()), format!("`{name}` is too large: {size}, the limit is {limit} MB"))
        .help("split it into several files: a folder is read as one set of policies, in any order")
}

#[cfg(test)]
mod tests;
