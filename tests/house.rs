//! In: the project's own files. Out: whether the house rules hold that no compiler keeps: rooms, file sizes, pages of codes, the register of facts. Never here: what the program does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a rule that cannot be checked should fail loudly")]

use polc::diagnostics::codes;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from top to bottom, each with those it uses. All of them stand above it; `cli` is a program of its own.
const ROOMS: [(&str, &[&str]); 25] = [
    ("source", &[]),
    ("stack", &[]),
    ("diagnostics", &["source"]),
    ("value", &[]),
    ("syntax", &["source", "diagnostics", "value"]),
    ("hir", &["source", "diagnostics", "value", "syntax"]),
    ("program", &["source", "diagnostics", "value", "hir"]),
    ("eval", &["stack", "source", "diagnostics", "value", "hir", "program"]),
    ("plan", &["stack", "value", "hir", "program", "eval"]),
    ("analysis", &["source", "diagnostics", "value", "program", "eval"]),
    ("export", &["source", "diagnostics", "value", "hir", "program"]),
    ("compile", &["stack", "source", "diagnostics", "value", "syntax", "hir", "program", "analysis"]),
    ("load", &["source", "diagnostics"]),
    ("cache", &["source", "diagnostics", "value", "hir", "program", "analysis", "compile"]),
    (
        "policies",
        &["stack", "source", "diagnostics", "value", "syntax", "hir", "program", "eval", "analysis", "export", "compile", "load", "cache"],
    ),
    ("prepared", &["value", "hir", "program", "eval", "plan", "policies"]),
    ("report", &["diagnostics", "eval"]),
    ("disputes", &["source", "value", "hir", "program", "eval", "policies", "report"]),
    ("sheet", &["source", "value", "syntax", "hir", "program", "eval", "policies", "report"]),
    ("input", &["source", "diagnostics", "value", "hir", "program", "eval", "policies"]),
    ("diff", &["stack", "source", "value", "hir", "program", "eval", "policies", "report", "disputes"]),
    ("interview", &["diagnostics", "value", "hir", "eval", "policies", "input"]),
    ("facts", &["value", "hir", "eval", "policies", "input"]),
    ("testing", &["source", "value", "hir", "program", "eval", "policies", "report"]),
    ("batch", &["diagnostics", "value", "hir", "program", "eval", "plan", "policies", "prepared", "report", "input", "diff"]),
];
/// Edges that the table does not allow and that are put up with for now: file and room.
const EXCEPTIONS: [(&str, &str); 0] = [];
/// The only files that may know these crates.
const ONE_USER: [(&str, &[&str]); 2] = [("src/syntax/grammar.rs", &["pest", "pest_derive"]), ("src/diagnostics/render.rs", &["miette"])];
/// The most lines of a file.
const MAX_LINES: usize = 600;
/// A page with fewer characters tells nobody how to mend anything.
const STUB: usize = 250;
/// So many Chinese characters in a row are a sentence taken over, not words of the trade.
const SENTENCE: usize = 20;

// ---- Files of src ----

#[test]
fn every_file_says_what_comes_in_what_goes_out_and_what_never_belongs_there() {
    let mut broken = Vec::new();
    for file in sources() {
        let opening: String = file.text.lines().take_while(|l| l.starts_with("//!")).collect();
        for word in ["In:", "Out:", "Never"] {
            if !opening.contains(word) {
                broken.push(format!("{}: its opening `//!` lines do not say `{word}`", file.name));
            }
        }
    }
    none(broken);
}

#[test]
fn no_file_is_long() {
    none(
        sources()
            .iter()
            .filter(|f| f.text.lines().count() > MAX_LINES)
            .map(|f| format!("{}: {} lines, {MAX_LINES} at most", f.name, f.text.lines().count())),
    );
}

#[test]
fn some_crates_have_one_user() {
    let mut broken = Vec::new();
    for file in sources() {
        for (user, crates) in ONE_USER {
            for krate in crates.iter().filter(|k| file.name != user && knows(&file.code, k)) {
                broken.push(format!("{}: only {user} may know `{krate}`", file.name));
            }
        }
    }
    none(broken);
    // A user that moved would make the rule empty.
    for (user, crates) in ONE_USER {
        let file = sources().into_iter().find(|f| f.name == user).unwrap_or_else(|| panic!("there is no {user}"));
        assert!(crates.iter().any(|k| knows(&file.code, k)), "{user} does not use {crates:?}");
    }
}

/// Whether code names a crate: `use x` or `x::`.
fn knows(code: &str, krate: &str) -> bool {
    let used = |l: &str| l.trim().strip_prefix("use ").is_some_and(|r| words(r).next().is_some_and(|w| w.text == krate));
    code.lines().any(used) || words(code).any(|w| w.text == krate && w.then_path)
}

#[test]
fn all_numbers_are_exact() {
    let mut broken = Vec::new();
    for file in sources() {
        for word in words(&file.code) {
            let float = word.text.starts_with(|c: char| c.is_ascii_digit()) && !word.after_point && word.then_point_and_digit;
            // A test may weigh its cases with `0.8`.
            if matches!(word.text, "f32" | "f64") || (float && !file.is_test()) {
                broken.push(format!("{}:{}: `{}` is a floating-point number", file.name, word.line, word.text));
            }
        }
    }
    none(broken);
}

#[test]
fn nothing_unfinished_or_hasty_outside_tests() {
    let mut broken = Vec::new();
    for file in sources().iter().filter(|f| !f.is_test()) {
        // Modules of tests stand at the end of a file.
        let code = file.code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for (i, line) in code.lines().enumerate() {
            for bad in [".unwrap()", "todo!", "unimplemented!", "dbg!", "println!", "eprintln!"] {
                if line.contains(bad) {
                    broken.push(format!("{}:{}: `{bad}`", file.name, i + 1));
                }
            }
        }
    }
    none(broken);
}

// ---- Rooms ----

#[test]
fn a_room_uses_only_rooms_above_it() {
    let mut above: Vec<&str> = Vec::new();
    for (room, uses) in ROOMS {
        for used in uses {
            assert!(above.contains(used), "the table lets `{room}` use `{used}`, which does not stand above it");
        }
        above.push(room);
    }
    let table: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let facade = facade();
    let (mut broken, mut seen) = (Vec::new(), BTreeSet::new());
    for file in sources().iter().filter(|f| !matches!(f.name.as_str(), "src/lib.rs" | "src/main.rs")) {
        let room = file.room();
        if matches!(room, "cli" | "tests") {
            // The program sees the library from outside; `crate::` is its own verbs. Tests of several rooms belong to none.
            continue;
        }
        let Some(allowed) = table.get(room) else {
            broken.push(format!("{}: the room `{room}` is not in the table", file.name));
            continue;
        };
        for (line, used) in edges(&file.code) {
            let used = facade.get(&used).cloned().unwrap_or(used);
            let known = used == room || allowed.contains(&used.as_str()) || EXCEPTIONS.contains(&(file.name.as_str(), used.as_str()));
            if !known {
                broken.push(format!("{}:{line}: `{room}` may not use `crate::{used}`", file.name));
            }
            seen.insert((file.name.clone(), used));
        }
        for (line, ups) in supers(&file.code) {
            if ups > file.depth() {
                broken.push(format!("{}:{line}: `super::` leaves the room; write `crate::…`", file.name));
            }
        }
    }
    for (file, used) in EXCEPTIONS {
        if !seen.contains(&(file.to_string(), used.to_string())) {
            broken.push(format!("{file} no longer uses `{used}`: take the exception out"));
        }
    }
    none(broken);
}

#[test]
fn every_room_is_in_the_table() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut named: BTreeSet<&str> =
        lib.lines().filter_map(|l| l.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')).collect();
    named.remove("tests");
    let table: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(named, table, "src/lib.rs and the table of this test name different rooms");
}

/// What `src/lib.rs` gives to the outside, each with its room: `crate::Policies` is the room `policies`.
fn facade() -> BTreeMap<String, String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut out = BTreeMap::new();
    for line in lib.lines() {
        let Some((room, names)) = line.strip_prefix("pub use ").and_then(|u| u.split_once("::")) else { continue };
        for name in names.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|n| !n.is_empty()) {
            out.insert(name.to_string(), room.to_string());
        }
    }
    out
}

/// Rooms named after `crate::`, with their lines; `crate::{a, b::c}` names two.
fn edges(code: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code.get(..at).is_some_and(|b| b.ends_with(|c: char| c.is_alphanumeric() || c == '_')) {
            continue;
        }
        let line = code.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let rest = code.get(at + "crate::".len()..).unwrap_or_default();
        let Some(group) = rest.strip_prefix('{') else {
            out.push((line, rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()));
            continue;
        };
        let (mut depth, mut name, mut first) = (0, String::new(), true);
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    out.push((line, std::mem::take(&mut name)));
                    first = true;
                }
                _ if depth == 0 && first && (c.is_alphanumeric() || c == '_') => name.push(c),
                c if depth == 0 && !c.is_whitespace() => first = false,
                _ => {}
            }
        }
        if !name.is_empty() {
            out.push((line, name));
        }
    }
    out
}

/// Chains of `super::`, with their lines and lengths.
fn supers(code: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (i, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(at) = rest.find("super::") {
            rest = rest.get(at..).unwrap_or_default();
            let mut ups = 0;
            while let Some(more) = rest.strip_prefix("super::") {
                rest = more;
                ups += 1;
            }
            out.push((i + 1, ups));
        }
    }
    out
}

// ---- Codes and their pages ----

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let mut broken = Vec::new();
    let ids: BTreeSet<&str> = codes::ALL.iter().map(|c| c.id).collect();
    for code in codes::ALL {
        let path = root().join(format!("docs/errors/{}.md", code.id));
        let Ok(page) = fs::read_to_string(&path) else {
            broken.push(format!("{}: there is no page", code.id));
            continue;
        };
        let title = format!("# {}: {}", code.id, code.title);
        if page.lines().next() != Some(&title) {
            broken.push(format!("{}: the page does not begin with `{title}`", code.id));
        }
        let body: usize = page.lines().skip(1).map(|l| l.trim().chars().count()).sum();
        if body < STUB {
            broken.push(format!("{}: the page is a stub of {body} characters", code.id));
        }
        let severity = match code.id.chars().next() {
            Some('E') => codes::Severity::Error,
            Some('W') => codes::Severity::Warning,
            _ => codes::Severity::Note,
        };
        if code.severity != severity {
            broken.push(format!("{}: its letter and its severity differ", code.id));
        }
    }
    for page in files(&root().join("docs/errors")) {
        let stem = page.file_stem().unwrap().to_string_lossy();
        if page.extension().is_none_or(|e| e != "md") || !ids.contains(&*stem) {
            broken.push(format!("{}: no code has this page", shown(&page)));
        }
    }
    none(broken);
}

#[test]
fn every_code_is_raised() {
    let raised: BTreeSet<String> = sources()
        .iter()
        .filter(|f| !f.is_test() && f.name != "src/diagnostics/codes.rs")
        .flat_map(|f| {
            let code = f.code.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_string();
            let found: Vec<String> = code.split("codes::").skip(1).map(|rest| rest.chars().take(5).collect()).collect();
            found
        })
        .collect();
    none(codes::ALL.iter().filter(|c| !raised.contains(c.id)).map(|c| format!("{}: nothing in src raises it ({})", c.id, c.title)));
}

#[test]
fn every_code_is_shown_by_a_test_or_an_example_that_is_run() {
    let mut shown_by: HashSet<String> = HashSet::new();
    for path in files(&root().join("tests")) {
        if path.file_name().is_some_and(|n| n == "house.rs") {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        shown_by.extend(codes::ALL.iter().map(|c| c.id).filter(|id| text.contains(id)).map(str::to_string));
    }
    for document in [root().join("docs/language.md")].into_iter().chain(files(&root().join("docs/errors"))) {
        let page = document.file_stem().unwrap().to_string_lossy().into_owned();
        let mut wrong = false;
        for line in fs::read_to_string(&document).unwrap().lines() {
            match line.strip_prefix("```") {
                // What `tests/manual.rs` runs: a fence that names the code, or the wrong example of the code's page.
                Some("pol") if wrong => {
                    shown_by.insert(page.clone());
                }
                Some(info) if info.starts_with("pol ") => shown_by.extend(info.split(' ').map(str::to_string)),
                _ => {}
            }
            wrong = (wrong && line.is_empty()) || line.starts_with("Wrong:");
        }
    }
    none(
        codes::ALL.iter().filter(|c| !shown_by.contains(c.id)).map(|c| format!("{}: no test and no example shows it ({})", c.id, c.title)),
    );
}

// ---- Policies ----

#[test]
fn policies_do_not_copy_the_pages_they_cite() {
    let seeds = root().join("../shared/seeds");
    if !seeds.is_dir() {
        // Outside the workshop the pages are not at hand.
        return;
    }
    let mut theirs: HashSet<Vec<char>> = HashSet::new();
    for seed in files(&seeds) {
        for line in fs::read_to_string(&seed).unwrap_or_default().lines() {
            theirs.extend(runs(line));
        }
    }
    assert!(!theirs.is_empty(), "the seeds hold no Chinese sentence");
    let mut broken = Vec::new();
    for path in policies() {
        for (i, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            // The title of a page names it and is no sentence of it.
            if line.starts_with("source ") {
                continue;
            }
            if let Some(run) = runs(line).into_iter().find(|r| theirs.contains(r)) {
                broken.push(format!("{}:{}: copies {}…", shown(&path), i + 1, run.iter().collect::<String>()));
            }
        }
    }
    none(broken);
}

/// Every run of `SENTENCE` Chinese characters of a line, whatever stands between them.
fn runs(line: &str) -> Vec<Vec<char>> {
    let chinese: Vec<char> = line.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    chinese.windows(SENTENCE).map(<[char]>::to_vec).collect()
}

#[test]
fn the_register_of_facts_has_every_id_that_policies_cite() {
    let register = fs::read_to_string(root().join("policies/sources/facts.csv")).unwrap();
    let mut encoded: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut broken = Vec::new();
    for (i, row) in register.lines().enumerate().skip(1) {
        let id = row.split(',').next().unwrap_or_default().to_string();
        let places = row.rsplit(',').next().unwrap_or_default().trim_matches('"').split(';').map(|p| p.trim().to_string()).collect();
        if encoded.insert(id.clone(), places).is_some() {
            broken.push(format!("policies/sources/facts.csv:{}: {id} stands there twice", i + 1));
        }
    }
    let mut cited: BTreeSet<(String, String)> = BTreeSet::new();
    // The invented library numbers its own rules; the register is of facts about insurance.
    for path in policies().into_iter().filter(|p| !shown(p).starts_with("policies/library/")) {
        let text = fs::read_to_string(&path).unwrap();
        for (i, line) in text.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            for id in line
                .split('#')
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_')).collect::<String>())
            {
                if !encoded.contains_key(&id) {
                    broken.push(format!("{}:{}: #{id} is not in policies/sources/facts.csv", shown(&path), i + 1));
                }
                cited.insert((shown(&path), id));
            }
        }
    }
    assert!(!cited.is_empty(), "no policy cites a fact");
    for (id, places) in &encoded {
        for place in places {
            let file = format!("policies/{place}");
            if !root().join(&file).is_file() {
                broken.push(format!("policies/sources/facts.csv: {id} is said to stand in {file}, which does not exist"));
            } else if place.ends_with(".pol") && !cited.contains(&(file.clone(), id.clone())) {
                broken.push(format!("policies/sources/facts.csv: {id} is said to stand in {file}, which does not cite it"));
            }
        }
    }
    none(broken);
}

/// Every policy of the project, tests of policies too.
fn policies() -> Vec<PathBuf> {
    files(&root().join("policies")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "pol")).collect()
}

// ---- Reading the house ----

/// A file of `src`.
struct Source {
    /// Its path from the root, with `/`.
    name: String,
    text: String,
    /// Its text with comments and texts blanked, line by line.
    code: String,
}

impl Source {
    fn room(&self) -> &str {
        self.name.trim_start_matches("src/").split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How often `super::` may be said before the room is left: modules in the file itself count too.
    fn depth(&self) -> usize {
        let path = self.name.trim_start_matches("src/").trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let inner = self.code.lines().any(|l| l.trim_start().trim_start_matches("pub ").starts_with("mod ") && l.trim_end().ends_with('{'));
        path.split('/').count() - 1 + usize::from(inner)
    }

    fn is_test(&self) -> bool {
        self.name.ends_with("/tests.rs") || self.name.contains("/tests/")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// All files at any depth, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out
}

fn sources() -> Vec<Source> {
    let found: Vec<Source> = files(&root().join("src"))
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        .map(|p| {
            let text = fs::read_to_string(p).unwrap();
            Source { name: shown(p), code: blanked(&text), text }
        })
        .collect();
    assert!(found.len() > 50, "only {} files in src", found.len());
    found
}

/// The code with comments, texts and characters taken out; line breaks stay.
fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What stood before decides whether `r"` opens a text or ends a name.
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let in_name = before.is_alphanumeric() || before == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |e| e + 2)
        } else if c == '"' {
            quoted(rest, 1)
        } else if let Some(hashes) = raw_text(rest).filter(|_| !in_name) {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = rest.find('"').unwrap_or(0) + 1;
            rest.get(open..).and_then(|r| r.find(&end)).map_or(rest.len(), |e| open + e + end.len())
        } else if c == '\'' && is_char(rest) {
            rest.get(1..)
                .and_then(|r| r.char_indices().skip(1).find(|(i, c)| *c == '\'' && r.get(..*i) != Some("\\")))
                .map_or(rest.len(), |(i, _)| i + 2)
        } else {
            out.push(c);
            before = c;
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        };
        let (gone, left) = rest.split_at(length);
        out.push(' ');
        out.extend(gone.chars().filter(|c| *c == '\n'));
        before = ' ';
        rest = left;
    }
    out
}

/// The length of a text that opens with a quote before `from`.
fn quoted(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().filter(|(i, _)| *i >= from) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The number of `#` if a raw text opens here.
fn raw_text(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    after.get(hashes..)?.starts_with('"').then_some(hashes)
}

/// A quote that opens a character, not a lifetime.
fn is_char(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    matches!((chars.next(), chars.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}

/// A name or number in code.
struct Word<'c> {
    text: &'c str,
    line: usize,
    /// A point stands directly before it, as in `x.0`.
    after_point: bool,
    /// A point and a digit stand directly after it, as in `1.5`.
    then_point_and_digit: bool,
    /// `::` stands directly after it.
    then_path: bool,
}

fn words(code: &str) -> impl Iterator<Item = Word<'_>> {
    code.lines().enumerate().flat_map(|(i, line)| {
        let mut found = Vec::new();
        let mut rest = line;
        let mut point = false;
        while let Some(c) = rest.chars().next() {
            let in_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            if length == 0 {
                point = c == '.';
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                continue;
            }
            let (text, left) = rest.split_at(length);
            let mut next = left.chars();
            let fraction = next.next() == Some('.') && next.next().is_some_and(|c| c.is_ascii_digit());
            found.push(Word { text, line: i + 1, after_point: point, then_point_and_digit: fraction, then_path: left.starts_with("::") });
            point = false;
            rest = left;
        }
        found
    })
}

/// Fails with everything that is broken, at once.
#[track_caller]
fn none(broken: impl IntoIterator<Item = String>) {
    let broken: Vec<String> = broken.into_iter().collect();
    assert!(broken.is_empty(), "{} broken:\n{}\n", broken.len(), broken.join("\n"));
}

// ---- The checks themselves ----

#[test]
fn code_is_told_from_comments_and_texts() {
    let code = blanked(
        "let a = \"pest // \\\" f64\"; // miette\nlet b = 'x'; fn c<'a>(d: &'a str) {} /* f32\n */ r#\"todo!\"#; '\\''; for_r\"x\"",
    );
    for gone in ["pest", "f64", "miette", "f32", "todo"] {
        assert!(!code.contains(gone), "{code}");
    }
    assert!(code.contains("fn c<'a>(d: &'a str)") && code.contains("for_r"), "{code}");
    assert_eq!(code.lines().count(), 3);
}

#[test]
fn edges_are_found() {
    let code = "use crate::{hir::{self, x}, value::Num,\n syntax};\npub(crate) fn f(a: crate::eval::Facts) {}";
    let names: Vec<String> = edges(code).into_iter().map(|(_, n)| n).collect();
    assert_eq!(names, ["hir", "value", "syntax", "eval"]);
    assert_eq!(supers("use super::super::a;\nsuper::b"), [(1, 2), (2, 1)]);
    assert!(words("let x = t.0.1 + 2.5;").any(|w| w.text == "2" && w.then_point_and_digit && !w.after_point));
    assert!(!words("t.0.1 + a..5").any(|w| w.text == "0" && !w.after_point));
}
