//! In: random policies in several files, edited again and again, and a cache that is also damaged. Out: whether everything said and answered is what it is without a cache. Never here: how fast.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

mod support;

use polc::{Analyse, Cache, Date, Detail, Facts, Policies};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::random::*;
use support::{Folder, Run, polc};

/// Everything that can be seen of policies.
fn seen(p: &Policies) -> Vec<String> {
    let mut out = vec![
        format!("{:?}", p.diagnostics()),
        format!("{:?}", p.analyse(&Analyse::default())),
        p.digest().to_owned(),
        format!("{} {} {}", p.files(), p.is_complete(), p.has_errors()),
    ];
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

/// A file of a project that is edited: what it declares seldom changes, what it says often.
#[derive(Clone)]
struct Page {
    region: &'static str,
    number: usize,
    /// Lines above everything: they move all places.
    lines: usize,
    source: bool,
    lets: usize,
    body: Vec<(String, String)>,
    slip: Option<&'static str>,
}

const PLACES: [&str; 7] = ["top", "mid", "low", "low", "east", "mid", "west"];
const SLIPS: [&str; 10] = [
    "d left: wait = 3 percent",
    "d left: wait = ",
    "d left: wiat = 3 months",
    "d left: yes = (n < 5 and n > 7)",
    "d left: wait = 3 months per nobody",
    "d right: < wait = 1 month  wait = 2 months >",
    "d left: when n < 3: < when n > 5: < wait = 1 month > >",
    "d left: < default wait = 4 months  wait = 5 months >",
    "e: base = 1 month",
    "nothing: base = 1 month",
];

impl Page {
    fn new(dice: &mut Dice, number: usize) -> Page {
        let mut page = Page { region: PLACES[number], number, lines: 0, source: true, lets: number % 3, body: Vec::new(), slip: None };
        page.say(dice);
        page
    }

    /// Says something else.
    fn say(&mut self, dice: &mut Dice) {
        let region = if ["east", "west"].contains(&self.region) { "low" } else { self.region };
        let all = blocks(dice).into_iter().filter(|(r, ..)| r == region);
        self.body = all.flat_map(|(_, head, all)| all.into_iter().map(move |s| (head.clone(), s))).collect();
        dice.shuffle(&mut self.body);
        self.body.truncate(usize::try_from(dice.roll(3)).unwrap());
    }

    /// One edit.
    fn edit(&mut self, dice: &mut Dice) {
        match dice.roll(12) {
            0 | 1 => self.lines = usize::try_from(dice.roll(4)).unwrap(),
            2 | 3 => self.slip = Some(SLIPS[usize::try_from(dice.roll(SLIPS.len() as u64)).unwrap()]),
            4 | 5 => self.slip = None,
            6 => self.lets = usize::try_from(dice.roll(3)).unwrap(),
            7 => self.source = !self.source,
            8 => self.body.truncate(1),
            _ => self.say(dice),
        }
    }

    fn text(&self) -> String {
        let n = self.number;
        let mut out = format!("{}use lab\n", "// a line\n".repeat(self.lines));
        if self.source {
            out.push_str(&format!("source p{n} \"paper\" < kind = notice   published = 2022 >\n"));
        }
        out.push_str(&format!("region {} <\n", self.region));
        for i in 0..self.lets {
            // Shared by name with other files, and not always read.
            out.push_str(&format!("  d left: < let half{i} = (n < {}) when half{}: fate = red per law1 >\n", n + 2, i / 2));
        }
        for (head, statement) in &self.body {
            let statement = if self.source { statement.replace("per law1", &format!("per p{n}")) } else { statement.clone() };
            out.push_str(&format!("  {head} <\n    {statement}\n  >\n"));
        }
        self.slip.iter().for_each(|s| out.push_str(&format!("  {s}\n")));
        out.push_str(">\n");
        out
    }
}

/// A folder with a vocabulary and pages, the standard one left out: it takes the longest.
fn pages(dice: &mut Dice) -> (Folder, Vec<Page>) {
    let project = Folder::new();
    project.write("standard/medical_insurance.pol", "vocabulary medical_insurance < >\n");
    project.write("standard/regions.pol", "region world < >\n");
    project.write("lab.pol", format!("{VOCABULARY}region east in top < >\nregion west in mid < >\n"));
    let pages: Vec<Page> = (0..PLACES.len()).map(|n| Page::new(dice, n)).collect();
    pages.iter().for_each(|p| drop(project.write(&format!("p{}.pol", p.number), p.text())));
    (project, pages)
}

/// Everything wrong, without a search for persons, with one, and by a day.
fn wrong(p: &Policies) -> Vec<String> {
    let on = Date::new(2024, 6, 1);
    let all = [p.diagnostics().to_vec(), p.analyse(&Analyse::default()), p.analyse(&Analyse { on, progress: None })];
    all.iter().flatten().map(|d| format!("{d:?}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(8), failure_persistence: None, ..ProptestConfig::default() })]

    /// Where a part is checked again, everything found is what is found in the whole.
    #[test]
    fn a_part_says_what_the_whole_says(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let kept = Folder::new();
        let (project, mut all) = pages(&mut dice);
        let paths = [project.path().to_owned()];
        let cache = Cache::new(kept.path());
        for _ in 0..10 {
            let read = Policies::load_with(&paths, Some(&cache));
            prop_assert_eq!(wrong(&read), wrong(&Policies::load(&paths)), "checked in part: {}", polc::internals::in_part(&read));
            // Back to something that can be built on.
            if read.has_errors() && dice.chance(60) {
                all.iter_mut().for_each(|p| p.slip = None);
            }
            for _ in 0..=dice.roll(2) {
                let which = usize::try_from(dice.roll(all.len() as u64)).unwrap();
                all[which].edit(&mut dice);
            }
            all.iter().for_each(|p| drop(project.write(&format!("p{}.pol", p.number), p.text())));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(1), failure_persistence: None, ..ProptestConfig::default() })]

    /// The same of the policies that come with polc, of which one file is touched.
    #[test]
    fn a_part_of_the_shipped_policies(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let (project, kept) = (Folder::new(), Folder::new());
        let mut files: Vec<(String, String)> = Vec::new();
        for (_, file) in Policies::load(&["policies".into()]).sources().iter().filter(|(_, f)| !f.embedded) {
            project.write(&file.name, &file.text);
            files.push((file.name.clone(), file.text.clone()));
        }
        let cache = Cache::new(kept.path());
        let paths = [project.path().to_owned()];
        let found = |p: &Policies| (p.diagnostics().to_vec(), p.analyse(&Analyse::default()));
        found(&Policies::load_with(&paths, Some(&cache)));
        let (name, text) = &files[usize::try_from(dice.roll(files.len() as u64)).unwrap()];
        let line = usize::try_from(dice.roll(text.lines().count() as u64 + 1)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        match dice.roll(3) {
            0 => lines.insert(line.min(lines.len()), "// touched"),
            1 if !lines.is_empty() => drop(lines.remove(line.min(lines.len() - 1))),
            _ => lines.insert(0, ""),
        }
        project.write(name, lines.join("\n"));
        prop_assert_eq!(found(&Policies::load_with(&paths, Some(&cache))), found(&Policies::load(&paths)), "{}", name);
    }
}

/// Several counties below a province, each with a file of its own.
fn counties() -> Folder {
    let project = Folder::with(
        "source 省 \"省\" < kind = notice  published = 2024 >\nregion 青海 per 省 < transfer resident->employee: waiting = 3 months >\n",
    );
    for (i, name) in ["西宁", "海东", "海北", "黄南", "玉树", "果洛"].iter().enumerate() {
        project.write(
            &format!("{i}.pol"),
            format!("source 市{i} \"市\" < kind = notice  published = 2024 >\nregion {name} in 青海 per 市{i} < transfer resident->employee: < let long = (gap > {i} months) when long: waiting = {i} months > >\n"),
        );
    }
    project
}

#[test]
fn one_changed_file_is_checked_in_part_and_a_changed_declaration_is_not() {
    let (project, kept) = (counties(), Folder::new());
    let paths = [project.path().to_owned()];
    let cache = Cache::new(kept.path());
    let text = fs::read_to_string(project.path().join("5.pol")).unwrap();
    let check = |text: &str, in_part: bool| {
        project.write("5.pol", text);
        let read = Policies::load_with(&paths, Some(&cache));
        assert_eq!(polc::internals::in_part(&read), in_part, "{text}");
        assert_eq!(wrong(&read), wrong(&Policies::load(&paths)), "{text}");
    };
    check(&text, false);
    // Kept from the last run.
    check(&text, false);
    check(&format!("// moved\n{text}"), true);
    check(&text.replace("waiting = 5 months", "waiting = 6 months"), true);
    check(&text.replace("per 市5", ""), true);
    check(&text.replace("waiting = 5 months", "waiting = 5 percent"), true);
    check(&text.replace("waiting = 5", "wating = 5"), true);
    check(&text.replace("long", "far"), false);
    check(&text.replace("2024", "2023"), false);
    check(&text.replace("in 青海", ""), false);
    check(&format!("{text}\nvocabulary own < >"), false);
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
    assert_eq!(entries(&there), ["TAG", "base", "findings", "persons", "pieces", "program"]);
    with_cache(project.path(), &there, &ASK);
    assert_eq!(entries(&there), ["TAG", "base", "findings", "persons", "pieces", "program"]);
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
    assert_eq!(entries(cache.path()), ["base", "findings", "program"]);
}
