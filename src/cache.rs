//! In: the digests of texts, what checking these texts came to. Out: the same again in a later run, from files in a folder of our own. Never here: policy text, checking, which verb is run.
//!
//! An entry is found by the digest of everything it follows from: all texts with their names, and the build of polc. So it is never out
//! of date; it is only no longer asked for, and goes when the folder grows too large. Nothing read from the folder is believed before its
//! own digests fit. An entry that is missing, cut short, damaged or somebody else's is as if there were none, and a folder that cannot be
//! written is as if there were no cache: neither is worth a message.

mod entry;
mod form;
mod held;

use crate::analysis::Deep;
use crate::diagnostics::Diagnostic;
use crate::hir::{Notes, Symbols};
use crate::program::Program;
use crate::source::{FileId, SourceMap};
pub(crate) use held::Held;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Bytes of all entries together; the longest unused go first.
const MAX_BYTES: u64 = 512 * 1024 * 1024;
/// Entries at most.
const MAX_ENTRIES: usize = 1000;
/// Which polc wrote an entry: no other reads it.
const BUILD: &str = env!("POLC_BUILD");

/// A folder in which polc keeps what it worked out, for its next run.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// use polc::{Cache, Policies};
///
/// let cache = Cache::new(folder.path());
/// let first = Policies::load_with(&["policies/standard".into()], Some(&cache));
/// let again = Policies::load_with(&["policies/standard".into()], Some(&cache));
/// assert_eq!(first.diagnostics(), again.diagnostics());
/// assert_eq!(first.digest(), again.digest());
/// ```
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// What an entry follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of texts.
    pub fn of(map: &SourceMap) -> Key {
        let mut all = Sha256::new();
        let mut text = |bytes: &[u8]| {
            all.update((bytes.len() as u64).to_le_bytes());
            all.update(bytes);
        };
        text(BUILD.as_bytes());
        for ((_, file), digest) in map.iter().zip(map.digests()) {
            text(file.name.as_bytes());
            text(&[u8::from(file.embedded), u8::try_from(file.mark).unwrap_or(u8::MAX)]);
            text(&digest);
        }
        Key(all.finalize().into())
    }

    /// The key of the names of files, whatever their texts are.
    fn of_names(map: &SourceMap) -> Key {
        let mut all = Sha256::new();
        all.update(BUILD.as_bytes());
        for (_, file) in map.iter() {
            all.update((file.name.len() as u64).to_le_bytes());
            all.update(file.name.as_bytes());
            all.update([u8::from(file.embedded)]);
        }
        Key(all.finalize().into())
    }

    /// The key of what a question with a day comes to.
    fn on(&self, day: Option<i64>) -> Key {
        let mut all = Sha256::new();
        all.update(self.0);
        all.update([u8::from(day.is_some())]);
        all.update(day.unwrap_or_default().to_le_bytes());
        Key(all.finalize().into())
    }
}

/// A run over files of these names, from which runs over a few other texts go on.
#[derive(Debug)]
pub(crate) struct Base {
    /// The key of its texts.
    run: [u8; 32],
    /// Digests of its texts.
    texts: Vec<[u8; 32]>,
    /// What was noted of each file.
    pub notes: Vec<Notes>,
}

impl Base {
    /// The files that have another text now.
    pub fn changed(&self, map: &SourceMap) -> Vec<FileId> {
        let other = map.iter().zip(map.digests()).zip(&self.texts).filter(|((_, now), then)| now != *then);
        other.map(|(((id, _), _), _)| id).collect()
    }

    /// The key of its texts.
    pub fn run(&self) -> Key {
        Key(self.run)
    }
}

impl Cache {
    /// A cache in this folder, which is made when something is first kept.
    pub fn new(folder: &Path) -> Cache {
        Cache { folder: folder.to_owned() }
    }

    /// What was found wrong with texts.
    pub(crate) fn findings(&self, key: &Key) -> Option<Vec<Diagnostic>> {
        form::findings(&entry::read(&self.path(key, "findings"), key.0)?)
    }

    /// Keeps what was found wrong.
    pub(crate) fn keep_findings(&self, key: &Key, found: &[Diagnostic]) {
        if let Some(sections) = form::of_findings(found) {
            self.put(key, "findings", &sections);
        }
    }

    /// What looking for persons found in texts, besides.
    pub(crate) fn persons(&self, key: &Key, on: Option<i64>) -> Option<Vec<Diagnostic>> {
        let key = key.on(on);
        form::findings(&entry::read(&self.path(&key, "persons"), key.0)?)
    }

    /// Keeps what looking for persons found.
    pub(crate) fn keep_persons(&self, key: &Key, on: Option<i64>, found: &[Diagnostic]) {
        if let Some(sections) = form::of_findings(found) {
            self.put(&key.on(on), "persons", &sections);
        }
    }

    /// The last whole run over files of these names.
    pub(crate) fn base(&self, map: &SourceMap) -> Option<Base> {
        let key = Key::of_names(map);
        form::base(&entry::read(&self.path(&key, "base"), key.0)?)
    }

    /// Keeps a whole run; a later one over files of the same names takes its place.
    pub(crate) fn keep_base(&self, key: &Key, map: &SourceMap, notes: Vec<Notes>) {
        if let Some(sections) = form::of_base(&Base { run: key.0, texts: map.digests(), notes }) {
            self.put(&Key::of_names(map), "base", &sections);
        }
    }

    /// What looking for persons came to, piece by piece, on no day in particular.
    pub(crate) fn pieces(&self, key: &Key) -> Option<Deep> {
        form::deep(&entry::read(&self.path(key, "pieces"), key.0)?)
    }

    /// Keeps what looking for persons came to.
    pub(crate) fn keep_pieces(&self, key: &Key, deep: &Deep) {
        if let Some(sections) = form::of_deep(deep) {
            self.put(key, "pieces", &sections);
        }
    }

    /// What the names in texts mean.
    pub(crate) fn symbols(&self, key: &Key) -> Option<Symbols> {
        form::symbols(&entry::read_first(&self.path(key, "program"), key.0)?)
    }

    /// What texts came to.
    pub(crate) fn program(&self, key: &Key) -> Option<Program> {
        form::program(entry::read(&self.path(key, "program"), key.0)?)
    }

    /// Keeps what texts came to.
    pub(crate) fn keep_program(&self, key: &Key, program: &Program) {
        if let Some(sections) = form::of_program(program) {
            self.put(key, "program", &sections);
        }
    }

    fn put(&self, key: &Key, kind: &str, sections: &[entry::Section]) {
        // Whatever goes wrong here, the next run works it out again.
        if entry::write(&self.folder, &self.path(key, kind), key.0, sections).is_ok() {
            let _ = entry::tidy(&self.folder, MAX_BYTES, MAX_ENTRIES);
        }
    }

    fn path(&self, key: &Key, kind: &str) -> PathBuf {
        let name: String = key.0.iter().take(20).map(|b| format!("{b:02x}")).collect();
        self.folder.join(format!("{name}.{kind}"))
    }
}

#[cfg(test)]
mod tests;
