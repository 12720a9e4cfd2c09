//! In: a folder, bytes under a key. Out: files, and from files the same bytes or nothing. Never here: what the bytes mean.
//!
//! `polcache`, the key, the digest of the table, the length of the table, the table, the sections. The table holds length and digest of each section.

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// How an entry starts.
const MAGIC: [u8; 8] = *b"polcache";
/// What stands before the table.
const HEAD: usize = 8 + 32 + 32 + 8;
/// Length and digest of a section, in the table.
const ROW: usize = 8 + 32;
/// Entries of so many bytes and more are gone through on several threads.
const MANY_BYTES: usize = 1024 * 1024;
/// An entry counts as used when it was used so long ago: noting every use would cost more than it tells.
const LATELY: Duration = Duration::from_secs(60 * 60);
/// A file that is still being written after so long never will be.
const ABANDONED: Duration = Duration::from_secs(60 * 60);
/// How files begin that are being written.
const UNFINISHED: &str = "unfinished-";
/// The kinds of entries.
const KINDS: [&str; 5] = ["findings", "program", "persons", "base", "pieces"];
/// Tells backup programs to leave the folder out (<https://bford.info/cachedir/>).
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds what polc worked out; it may be deleted at any time.\n";

/// Some bytes of an entry.
pub(super) type Section = Vec<u8>;

/// The sections of an entry, each with the bytes that were written: all of them, or nothing.
pub(super) fn read(path: &Path, key: [u8; 32]) -> Option<Vec<Section>> {
    let (mut file, about, mut bytes) = open(path)?;
    file.read_to_end(&mut bytes).ok()?;
    let sections = sections(&bytes, key)?;
    used(&file, &about);
    Some(sections)
}

/// The first section of an entry; the others are not looked at.
pub(super) fn read_first(path: &Path, key: [u8; 32]) -> Option<Section> {
    let (mut file, about, _) = open(path)?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).ok()?;
    let (digest, length) = head_of(&head, key)?;
    // No longer than the file: a damaged length must not ask for all memory.
    let within = |n: u64| usize::try_from(n).ok().filter(|_| n <= about.len());
    let mut table = vec![0; within(length)?];
    file.read_exact(&mut table).ok()?;
    if digest_of(&table) != digest {
        return None;
    }
    let (length, digest) = table.get(..ROW)?.split_first_chunk::<8>()?;
    let mut section = vec![0; within(u64::from_le_bytes(*length))?];
    file.read_exact(&mut section).ok()?;
    if digest_of(&section) != *digest {
        return None;
    }
    used(&file, &about);
    Some(section)
}

fn open(path: &Path) -> Option<(File, fs::Metadata, Vec<u8>)> {
    let file = File::open(path).ok()?;
    let about = file.metadata().ok()?;
    let bytes = Vec::with_capacity(usize::try_from(about.len()).ok()? + 1);
    Some((file, about, bytes))
}

/// What was used lately is dropped last.
fn used(file: &File, about: &fs::Metadata) {
    if about.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|age| age > LATELY) {
        let _ = file.set_modified(SystemTime::now());
    }
}

/// Digest and length of the table.
fn head_of(head: &[u8], key: [u8; 32]) -> Option<([u8; 32], u64)> {
    let rest = head.strip_prefix(&MAGIC)?.strip_prefix(&key)?;
    let (digest, rest) = rest.split_first_chunk::<32>()?;
    let (length, _) = rest.split_first_chunk::<8>()?;
    Some((*digest, u64::from_le_bytes(*length)))
}

fn sections(bytes: &[u8], key: [u8; 32]) -> Option<Vec<Section>> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (digest, length) = head_of(head, key)?;
    let (table, mut rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    if digest_of(table) != digest {
        return None;
    }
    let mut found = Vec::with_capacity(table.len() / ROW);
    for row in table.chunks(ROW) {
        let (length, digest) = row.split_first_chunk::<8>()?;
        let (section, after) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        found.push((section, digest));
        rest = after;
    }
    if !rest.is_empty() {
        return None;
    }
    let whole = |(section, digest): &(&[u8], &[u8])| (digest_of(section) == *digest).then(|| section.to_vec());
    if bytes.len() < MANY_BYTES { found.iter().map(whole).collect() } else { found.par_iter().map(whole).collect() }
}

fn digest_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Writes an entry under another name and then gives it its own, so that whoever reads sees all of it or nothing.
pub(super) fn write(folder: &Path, path: &Path, key: [u8; 32], sections: &[Section]) -> io::Result<()> {
    /// Several threads of one process may write at once.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    make(folder)?;
    let digests: Vec<[u8; 32]> = sections.par_iter().map(|s| digest_of(s)).collect();
    let mut table = Vec::with_capacity(sections.len() * ROW);
    for (section, digest) in sections.iter().zip(digests) {
        table.extend((section.len() as u64).to_le_bytes());
        table.extend(digest);
    }
    let unfinished = folder.join(format!("{UNFINISHED}{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    let written = File::create(&unfinished).and_then(|mut file| {
        let head = [&MAGIC[..], &key, &digest_of(&table), &(table.len() as u64).to_le_bytes(), &table].concat();
        file.write_all(&head)?;
        sections.iter().try_for_each(|s| file.write_all(s))
    });
    let done = written.and_then(|()| fs::rename(&unfinished, path));
    if done.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    done
}

/// Makes the folder, for this user alone.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    fs::write(folder.join("CACHEDIR.TAG"), TAG)
}

/// Drops the longest unused entries until the others fit. Touches only files that polc itself wrote.
pub(super) fn tidy(folder: &Path, max_bytes: u64, max_entries: usize) -> io::Result<()> {
    let mut entries: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Another process may have dropped it already.
        let Ok(about) = entry.metadata() else { continue };
        let used = about.modified()?;
        if name.starts_with(UNFINISHED) {
            if used.elapsed().is_ok_and(|age| age > ABANDONED) {
                let _ = fs::remove_file(entry.path());
            }
        } else if about.is_file() && is_ours(&name) {
            entries.push((used, about.len(), entry.path()));
        }
    }
    entries.sort();
    let mut bytes: u64 = entries.iter().map(|(_, b, _)| b).sum();
    let mut left = entries.len();
    for (_, size, path) in entries {
        if bytes <= max_bytes && left <= max_entries {
            break;
        }
        let _ = fs::remove_file(path);
        bytes -= size;
        left -= 1;
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    name.split_once('.').is_some_and(|(key, kind)| key.len() == 40 && key.bytes().all(|b| b.is_ascii_hexdigit()) && KINDS.contains(&kind))
}
