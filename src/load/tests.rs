//! In: files made for the occasion. Out: what loading makes of them. Never here: the command line (see `tests/hostile.rs`).

use super::*;
use std::fs;

fn names(loaded: &Loaded) -> Vec<(String, bool)> {
    loaded.map.iter().map(|(_, f)| (f.name.clone(), f.embedded)).collect()
}

fn bare() -> LoadOptions {
    LoadOptions { standard: false }
}

fn relative(root: &Path, loaded: &Loaded) -> Vec<String> {
    let root = format!("{}/", root.display());
    loaded.map.iter().map(|(_, f)| f.name.replace(&root, "")).collect()
}

#[test]
fn order_of_arguments_and_repeats_do_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::create_dir_all(root.join("b/deep.pol")).unwrap();
    for file in ["b/z.pol", "b/deep.pol/inner.pol", "a.pol", "b/.hidden.pol", "b/notes.txt"] {
        fs::write(root.join(file), "// x\n").unwrap();
    }
    let (a, b) = (root.join("a.pol"), root.join("b"));
    let first = load_sources(&[a.clone(), b.clone(), root.to_owned()], &bare());
    let second = load_sources(&[root.join("./b/../b"), root.to_owned(), b, a.clone(), a], &bare());
    assert_eq!(relative(root, &first), ["a.pol", "b/deep.pol/inner.pol", "b/z.pol"]);
    assert_eq!(first.map.iter().count(), second.map.iter().count());
    assert!(first.complete() && second.complete());
    assert_eq!(first.files, 3);
}

#[test]
fn links_in_circles_are_walked_once_and_names_without_links_win() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::create_dir(root.join("real")).unwrap();
    fs::write(root.join("real/x.pol"), "").unwrap();
    std::os::unix::fs::symlink(root, root.join("real/up")).unwrap();
    std::os::unix::fs::symlink(root.join("real"), root.join("a_link")).unwrap();
    std::os::unix::fs::symlink(root.join("real/x.pol"), root.join("0.pol")).unwrap();
    let loaded = load_sources(&[root.to_owned()], &bare());
    assert_eq!(relative(root, &loaded), ["real/x.pol"]);
    assert!(loaded.complete(), "{:?}", loaded.diagnostics);
}

#[test]
fn a_file_that_vanishes_after_the_listing_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("x.pol"), "").unwrap();
    fs::write(dir.path().join("y.pol"), "").unwrap();
    let (found, problems) = find::find(dir.path());
    assert!(problems.is_empty());
    fs::remove_file(dir.path().join("x.pol")).unwrap();
    let mut diagnostics = Vec::new();
    let files = read_all(find::unique(found), &mut diagnostics);
    assert_eq!(files.len(), 1);
    assert_eq!(diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["E0001"]);
}

#[test]
fn the_standard_vocabulary_comes_first_and_can_be_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("standard")).unwrap();
    let own = dir.path().join("standard/regions.pol");
    fs::write(&own, "// mine\n").unwrap();
    fs::write(dir.path().join("a.pol"), "").unwrap();
    let loaded = load_sources(&[dir.path().to_owned()], &LoadOptions::default());
    let own_name = own.display().to_string();
    let a = dir.path().join("a.pol").display().to_string();
    assert_eq!(names(&loaded), [("standard/medical_insurance.pol".into(), true), (own_name, true), (a, false)]);
    assert_eq!(loaded.files, 2);
}

#[test]
fn texts_that_are_not_utf8_are_named_with_their_place() {
    let of = |bytes: &[u8]| decode::text("x.pol", bytes.to_vec());
    let marked = of(b"\xef\xbb\xbfabc").unwrap();
    assert_eq!((marked.text.as_str(), marked.mark), ("abc", 3));
    assert!(of(b"\xef\xbb\xbfab\xff").unwrap_err().message.contains("line 1, column 3 (offset 5)"));
    let gbk = of(b"region \xce\xf7\xc4\xfe <\n>\n").unwrap_err();
    assert_eq!(gbk.code.id, "E0002");
    assert!(gbk.message.contains("line 1, column 8 (offset 7)"), "{}", gbk.message);
    assert!(gbk.help.unwrap().contains("GB18030"));
    let broken = of("西\n宁".as_bytes().get(..6).unwrap()).unwrap_err();
    assert!(broken.message.contains("line 2, column 1 (offset 4)"), "{}", broken.message);
    let latin = of(b"caf\xe9\n").unwrap_err();
    assert!(!latin.help.unwrap().contains("GB18030"));
    assert!(of(b"\xff\xfer\0").unwrap_err().message.contains("UTF-16"));
}
