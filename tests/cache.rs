//! In: random policies in several files, edited again and again, and a cache that is also damaged. Out: whether everything said and answered is what it is without a cache. Never here: how fast.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

mod support;

use polc::{Cache, Date, Detail, Facts, Policies};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::random::*;
use support::{Folder, Run, polc};

/// Everything that can be seen of policies.
fn seen(p: &Policies) -> Vec<String> {
    let mut out =
        vec![format!("{:?}", p.diagnostics()), p.digest().to_owned(), format!("{} {} {}", p.files(), p.is_complete(), p.has_errors())];
    let texts: Vec<String> = p.sources().iter().map(|(_, f)| format!("{} {} {:?}", f.name, f.mark, f.text)).collect();
    out.push(texts.join("\n"));
    out.push(polc::internals::program(p).listing());
    if p.has_errors() {
        return out;
    }
    out.push(p.export().unwrap());
    let day = Date::new(2025, 6, 1).unwrap();
    for name in ["top", "mid", "low"] {
        let Ok(region) = p.region(name) else { continue };
        for head in p.decisions_of(region) {
            let answer = p.answer(&p.question(region, head, day), &Facts::new(), Detail { explain: true });
            out.push(serde_json::to_string(&answer).unwrap());
        }
    }
    out
}

/// One random file of the project.
fn text(dice: &mut Dice) -> String {
    let all = blocks(dice);
    let regions = ["top", "mid", "low"];
    let region = dice.pick(&regions);
    let mut out = String::from("use lab\n");
    for (r, head, statements) in &all {
        if r == region && !statements.is_empty() {
            out.push_str(&format!("region {r} < {head}: <\n  {}\n> >\n", statements.join("\n  ")));
        }
    }
    match dice.roll(12) {
        0 => out.push_str("region low in nowhere < >\n"),
        1 => out.push_str("region low < d left: wait = 3 percent >\n"),
        2 => out.push_str("region low < d left: wait = \n"),
        3 => out.push_str("source spare \"spare\" < kind = law >\n"),
        4 => out.insert(0, '\u{feff}'),
        _ => {}
    }
    out
}

/// Makes a random entry worthless.
fn damage(dice: &mut Dice, folder: &Path) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    let which = usize::try_from(dice.roll(entries.len() as u64)).unwrap();
    let mut bytes = fs::read(&entries[which]).unwrap();
    let at = usize::try_from(dice.roll(bytes.len().max(1) as u64)).unwrap();
    match dice.roll(3) {
        0 => bytes.truncate(at),
        1 if !bytes.is_empty() => bytes[at] ^= 0x10,
        _ => bytes = b"something else".to_vec(),
    }
    fs::write(&entries[which], bytes).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(4), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is edited, and whatever happened to the cache, everything is as it is without one.
    #[test]
    fn a_cache_changes_nothing(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let (project, kept) = (Folder::new(), Folder::new());
        project.write("lab.pol", VOCABULARY);
        for name in ["a.pol", "b.pol", "c.pol"] {
            project.write(name, text(&mut dice));
        }
        let paths = [project.path().to_owned()];
        let cache = Cache::new(kept.path());
        let mut earlier: Vec<String> = Vec::new();
        for _ in 0..6 {
            let name = dice.pick(&["a.pol", "b.pol", "c.pol", "sub/d.pol"]);
            match dice.roll(8) {
                0 => drop(fs::remove_file(project.path().join(name))),
                // What was there before may come back.
                1 if !earlier.is_empty() => drop(project.write(name, &earlier[usize::try_from(dice.roll(earlier.len() as u64)).unwrap()])),
                2 => {}
                _ => {
                    let text = text(&mut dice);
                    project.write(name, &text);
                    earlier.push(text);
                }
            }
            if dice.chance(30) && kept.path().read_dir().unwrap().next().is_some() {
                damage(&mut dice, kept.path());
            }
            let without = seen(&Policies::load(&paths));
            for run in ["first", "second"] {
                prop_assert_eq!(&seen(&Policies::load_with(&paths, Some(&cache))), &without, "{} run", run);
            }
        }
    }
}

/// Runs `polc` with a cache of its own.
fn with_cache(folder: &Path, cache: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let made = Command::new(env!("CARGO_BIN_EXE_polc"))
        .current_dir(folder)
        .args(args)
        .env_remove("POLC_NO_CACHE")
        .env("POLC_CACHE_DIR", cache)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (made.status.code(), text(made.stdout), text(made.stderr))
}

fn said(run: Run) -> (Option<i32>, String, String) {
    (run.code, run.out, run.err)
}

fn entries(cache: &Path) -> Vec<String> {
    let Ok(all) = fs::read_dir(cache) else { return Vec::new() };
    let mut kinds: Vec<String> = all.map(|e| e.unwrap().path().extension().unwrap_or_default().to_string_lossy().into_owned()).collect();
    kinds.sort();
    kinds
}

const RULE: &str =
    "source n \"通知\" < kind = notice   published = 2024-01-01 >\nregion 西宁 per n < transfer resident->employee: waiting = 3 months >\n";
const ASK: [&str; 8] = ["eval", "--region", "西宁", "--decision", "transfer resident->employee", "--on", "2025-06-01", "--format=json"];

#[test]
fn every_run_prints_and_ends_alike() {
    let (project, cache) = (Folder::with(RULE), Folder::new());
    for text in [RULE.to_owned(), RULE.replace('3', "4"), RULE.replace("months", "percent"), RULE.replace("per n", "")] {
        project.write("x.pol", text);
        for args in [&["check"][..], &["check", "--format=json"], &ASK, &["test"], &["show", "西宁", "--on", "2025-06-01"]] {
            let plain = said(polc(project.path(), args));
            for _ in 0..2 {
                assert_eq!(with_cache(project.path(), cache.path(), args), plain, "{args:?}");
            }
        }
    }
}

#[test]
fn check_and_eval_keep_and_use_the_same() {
    let (project, cache) = (Folder::with(RULE), Folder::new());
    let there = cache.path().join("made/on/the/way");
    with_cache(project.path(), &there, &["check"]);
    // It looks for persons, so it needs what answers.
    assert_eq!(entries(&there), ["TAG", "findings", "program"]);
    with_cache(project.path(), &there, &ASK);
    assert_eq!(entries(&there), ["TAG", "findings", "program"]);
}

#[test]
fn no_cache_means_none() {
    let (project, cache) = (Folder::with(RULE), Folder::new());
    let there = cache.path().join("c");
    with_cache(project.path(), &there, &["check", "--no-cache"]);
    assert!(!there.exists());
    // The helper that all other tests use sets POLC_NO_CACHE.
    polc(project.path(), &["check"]).ends(0);
}

#[test]
fn a_cache_that_cannot_be_used_is_no_problem() {
    let project = Folder::with(RULE);
    let plain = said(polc(project.path(), &ASK));
    for cache in [project.path().join("x.pol"), PathBuf::from("/proc/no/such/place"), PathBuf::from("/dev/null/x")] {
        assert_eq!(with_cache(project.path(), &cache, &ASK), plain, "{}", cache.display());
    }
    assert_eq!(fs::read_to_string(project.path().join("x.pol")).unwrap(), RULE);
}

#[test]
fn a_file_that_cannot_be_read_is_said_every_time() {
    let (project, cache) = (Folder::with(RULE), Folder::new());
    project.write("y.pol", [0xff, 0xff]);
    let plain = said(polc(project.path(), &["check"]));
    assert_eq!(plain.0, Some(2));
    for _ in 0..3 {
        assert_eq!(with_cache(project.path(), cache.path(), &["check"]), plain);
    }
}

#[test]
fn many_at_once_do_not_disturb_each_other() {
    let (project, cache) = (Folder::with(RULE), Folder::new());
    let plain = said(polc(project.path(), &ASK));
    std::thread::scope(|s| {
        let runs: Vec<_> = (0..8).map(|_| s.spawn(|| with_cache(project.path(), cache.path(), &ASK))).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), plain);
        }
    });
    assert_eq!(entries(cache.path()), ["findings", "program"]);
}
