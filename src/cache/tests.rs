//! In: entries, whole and damaged. Out: whether they are believed only where they may be. Never here: what a verb prints.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

use super::entry;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const KEY: [u8; 32] = [7; 32];

/// A folder with one entry of three sections, its path and its sections.
fn written() -> (tempfile::TempDir, PathBuf, Vec<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{}.findings", "0".repeat(40)));
    let sections = vec![b"one".to_vec(), Vec::new(), vec![3; 100]];
    entry::write(folder.path(), &path, KEY, &sections).unwrap();
    (folder, path, sections)
}

#[test]
fn what_was_written_is_read() {
    let (_folder, path, sections) = written();
    assert_eq!(entry::read(&path, KEY), Some(sections));
}

#[test]
fn an_entry_of_other_texts_is_not_believed() {
    let (_folder, path, _) = written();
    assert_eq!(entry::read(&path, [8; 32]), None);
}

#[test]
fn an_entry_cut_short_or_with_more_behind_it_is_not_believed() {
    let (_folder, path, _) = written();
    let bytes = fs::read(&path).unwrap();
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        assert_eq!(entry::read(&path, KEY), None, "{length} bytes of {}", bytes.len());
    }
    fs::write(&path, [bytes.as_slice(), b"x"].concat()).unwrap();
    assert_eq!(entry::read(&path, KEY), None);
}

#[test]
fn an_entry_with_any_bit_turned_is_not_believed() {
    let (_folder, path, _) = written();
    let bytes = fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, &damaged).unwrap();
        assert_eq!(entry::read(&path, KEY), None, "byte {at}");
    }
}

#[test]
fn the_longest_unused_entries_go_and_what_is_not_ours_stays() {
    let folder = tempfile::tempdir().unwrap();
    let add = |name: String, age: u64| {
        let path = folder.path().join(name);
        fs::write(&path, [0; 100]).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    };
    for (i, age) in [(1, 50), (2, 40), (3, 30), (4, 20)] {
        add(format!("{i:040x}.program"), age);
    }
    add("notes.program".to_owned(), 1_000_000);
    add("unfinished-1-1".to_owned(), 1_000_000);
    add("unfinished-2-1".to_owned(), 1);
    let left = |bytes, entries| {
        entry::tidy(folder.path(), bytes, entries).unwrap();
        let mut names: Vec<String> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.iter().map(|n| n.trim_start_matches('0').to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(left(10_000, 3), ["2.program", "3.program", "4.program", "notes.program", "unfinished-2-1"]);
    assert_eq!(left(150, 3), ["4.program", "notes.program", "unfinished-2-1"]);
}
