//! In: diagnostics made by hand. Out: how people and machines see them. Never here: how they are found.
#![allow(clippy::unwrap_used, reason = "a test that cannot run should fail loudly")]

mod support;

use polc::diagnostics::render::Renderer;
use polc::diagnostics::{Diagnostic, Summary, codes, formats};
use polc::source::{FileId, SourceFile, SourceMap, Span};
use proptest::prelude::*;
use serde_json::Value;

/// A map with these files.
fn files(texts: &[(&str, &str)]) -> SourceMap {
    let mut map = SourceMap::default();
    for (name, text) in texts {
        map.add(SourceFile::new(*name, *text, false));
    }
    map
}

/// The span of the first `part` in a file.
fn find(map: &SourceMap, file: u32, part: &str) -> Span {
    let start = map.get(FileId(file)).unwrap().text.find(part).unwrap();
    Span::new(FileId(file), start, start + part.len())
}

fn render(map: &SourceMap, diagnostic: &Diagnostic) -> String {
    Renderer::new(map, None, false).render(diagnostic)
}

const XINING: &str =
    "region 西宁 in 青海 <\n  transfer resident->employee per 西宁2025 <\n    等待期 = 3 months   #F055\n    统筹余额 = retaind\n  >\n>\n";

#[test]
fn carets_stay_under_chinese_text_and_columns_count_characters() {
    let map = files(&[("policies/青海/西宁.pol", XINING)]);
    let d = Diagnostic::at(&codes::E0201, find(&map, 0, "retaind"), "there is no value `retaind`")
        .label("not a value of `balance_fate`")
        .related(find(&map, 0, "统筹余额"), "`统筹余额` takes one of `balance_fate`")
        .help("did you mean `retained`?")
        .fix(find(&map, 0, "retaind"), "retained");
    let shown = render(&map, &d);
    assert!(shown.contains("[policies/青海/西宁.pol:4:12]"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn full_width_text_tabs_and_windows_line_breaks() {
    let text = "region 西宁 ＜\r\n\t\t转移：\t等待期＝３ 个月；\r\n＞\r\n";
    let map = files(&[("西宁.pol", text)]);
    let d = Diagnostic::at(&codes::E0106, find(&map, 0, "；"), "`；` ends no statement")
        .label("this character")
        .help("leave it out: statements end by themselves")
        .fix(find(&map, 0, "；"), "");
    let shown = render(&map, &d);
    // Two tabs, 转移： (3), tab, 等待期＝３ (5), blank, 个月 (2): the sign is the fifteenth character.
    assert!(shown.contains("[西宁.pol:2:15]"), "{shown}");
    assert!(!shown.contains('\r') && !shown.contains('\t'));
    insta::assert_snapshot!(shown);
}

#[test]
fn ends_of_files_and_spans_beyond_them() {
    let open = "region 西宁 <\n  转移 <";
    let map = files(&[("a.pol", open), ("b.pol", "region 西宁 <\n"), ("empty.pol", "")]);
    let mut all = String::new();
    for (file, start, end) in [(0, open.len(), open.len()), (0, 4000, 5000), (1, 16, 16), (2, 0, 0), (2, 7, 9)] {
        let span = Span::new(FileId(file), start, end);
        let d = Diagnostic::at(&codes::E0102, span, "the file ends before `>`").label("`>` is missing");
        let shown = render(&map, &d);
        assert!(shown.contains("`>` is missing"), "label lost: {shown}");
        all.push_str(&shown);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn spans_over_several_lines_and_over_many() {
    let map = files(&[("西宁.pol", XINING)]);
    let few =
        Diagnostic::at(&codes::E0604, find(&map, 0, "等待期 = 3 months   #F055\n    统筹余额 = retaind\n"), "both").label("these two");
    let long = format!("region 西宁 <\n{}>\n", "  transfer any: waiting = 3 months\n".repeat(300));
    let big = files(&[("big.pol", &long)]);
    let many = Diagnostic::at(&codes::E0209, Span::new(FileId(0), 0, long.len()), "`西宁` is declared twice").label("declared again");
    let shown = render(&map, &few) + &render(&big, &many);
    assert!(shown.lines().count() < 40, "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn places_far_away_and_in_other_files_get_their_own_snippets() {
    let map = files(&[
        ("vocabulary.pol", "vocabulary 医保 <\n  input age 年龄: years\n>\n"),
        ("年龄.pol", "vocabulary 医保 <\n  // 又一次\n  input age: years\n\n\n\n\n\n\n  input 年龄: count\n>\n"),
    ]);
    let d = Diagnostic::at(&codes::E0209, find(&map, 1, "age"), "`age` is declared twice")
        .label("declared again")
        .related(find(&map, 0, "age 年龄"), "first declared here")
        .related(find(&map, 1, "年龄: count"), "its alias is declared here too")
        .help("keep one of them");
    insta::assert_snapshot!(render(&map, &d));
}

#[test]
fn a_huge_line_is_shown_around_the_place() {
    let line = "<".repeat(5_000_000) + "错误" + &"转".repeat(2_000_000);
    let map = files(&[("大.pol", &format!("// 第一行\n{line}\n// 末行"))]);
    let d = Diagnostic::at(&codes::E0101, find(&map, 0, "错误"), "`错误` does not fit here").label("here");
    let shown = render(&map, &d);
    assert!(shown.contains("[大.pol:2:5000001]"), "{shown}");
    assert!(shown.len() < 2_000, "{} bytes", shown.len());
    let whole = Diagnostic::at(&codes::E0101, Span::new(FileId(0), 13, line.len()), "all of it").label("here");
    assert!(render(&map, &whole).len() < 3_000);
    let narrow = Renderer::new(&map, Some(80), false).render(&d);
    let widest = narrow.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap();
    assert!((70..=80).contains(&widest), "{widest}: {narrow}");
    insta::assert_snapshot!(shown);
}

#[test]
fn many_findings_on_one_huge_line_cost_one_pass() {
    let line = "错 ".repeat(1_000_000);
    let map = files(&[("大.pol", &line)]);
    let mut renderer = Renderer::new(&map, None, false);
    let started = std::time::Instant::now();
    for i in 0..10_000 {
        let at = i * 400;
        let d = Diagnostic::at(&codes::E0101, Span::new(FileId(0), at, at + 3), "no").label("here");
        assert!(renderer.render(&d).contains(&format!(":1:{}]", i * 200 + 1)));
    }
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let map = files(&[("x\u{1b}.pol", "a\u{0}b \u{1b}[31mred \u{202e}evil\u{200b}\n")]);
    let d = Diagnostic::at(&codes::E0003, Span::new(FileId(0), 1, 2), "a control\u{7} character")
        .label("U+0000")
        .fix(Span::new(FileId(0), 1, 2), "");
    let shown = render(&map, &d);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    assert!(!shown.contains('\u{202e}') && !shown.contains('\u{200b}'));
    insta::assert_snapshot!(shown);
}

#[test]
fn colours_only_when_asked_for() {
    let map = files(&[("西宁.pol", XINING)]);
    let d = Diagnostic::at(&codes::W0701, find(&map, 0, "等待期"), "no source").fix(find(&map, 0, "等待期"), "x");
    assert!(!render(&map, &d).contains('\u{1b}'));
    assert!(Renderer::new(&map, None, true).render(&d).contains('\u{1b}'));
    assert!(render(&map, &d).starts_with("warning[W0701]\n"));
}

#[test]
fn problems_without_a_place() {
    let map = SourceMap::default();
    let named = Diagnostic::about(&codes::E0001, Some("x.pol".into()), "`x.pol` cannot be read").help("look for it");
    let unnamed = Diagnostic::about(&codes::E0907, Some("person.json".into()), "this is not JSON");
    insta::assert_snapshot!(render(&map, &named) + &render(&map, &unnamed));
}

#[test]
fn the_summary_counts() {
    let line = |errors, warnings, files| Summary { errors, warnings, undecided: 0, files }.to_string();
    assert_eq!(line(3, 1, 12), "3 errors, 1 warning in 12 files");
    assert_eq!(line(1, 0, 1), "1 error in 1 file");
    assert_eq!(line(0, 2, 1), "2 warnings in 1 file");
    assert_eq!(line(0, 0, 12), "ok: 12 files, nothing to mend");
    assert_eq!(Summary { errors: 0, warnings: 0, undecided: 2, files: 1 }.to_string(), "ok: 1 file, nothing to mend; 2 undecided");
}

/// Two findings, one with everything there can be, one about a file.
fn sample() -> (SourceMap, Vec<Diagnostic>) {
    let map = files(&[("policies/西 宁,1:2.pol", XINING)]);
    let full = Diagnostic::at(&codes::E0201, find(&map, 0, "retaind"), "there is no value `retaind`: 100%\r\nnone")
        .label("not a value")
        .related(find(&map, 0, "统筹余额"), "takes one of `balance_fate`")
        .help("did you mean `retained`?")
        .fix(find(&map, 0, "retaind"), "retained");
    let multi = Diagnostic::at(&codes::W0701, find(&map, 0, "transfer resident->employee per 西宁2025 <\n"), "no source");
    let about = Diagnostic::about(&codes::E0001, Some("/abs/缺.pol".into()), "`/abs/缺.pol` cannot be read");
    (map, vec![about, multi, full])
}

#[test]
fn json_has_lines_columns_and_bytes() {
    let (map, found) = sample();
    let mut out = Vec::new();
    formats::write_json(&mut out, &map, &found, 7).unwrap();
    let json: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(json["version"], formats::JSON_VERSION);
    assert_eq!(json["summary"], serde_json::json!({"errors": 2, "warnings": 1, "undecided": 0, "files": 7}));
    let at = &json["diagnostics"][2];
    assert_eq!((&at["start"]["line"], &at["start"]["column"]), (&4.into(), &12.into()));
    let (start, end) = (at["start"]["byte"].as_u64().unwrap() as usize, at["end"]["byte"].as_u64().unwrap() as usize);
    assert_eq!(XINING.get(start..end), Some("retaind"));
    insta::assert_snapshot!(String::from_utf8(out).unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

#[test]
fn sarif_has_the_required_structure() {
    let (map, found) = sample();
    let mut out = Vec::new();
    formats::write_sarif(&mut out, &map, &found).unwrap();
    let log: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for location in result["locations"].as_array().unwrap() {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.is_ascii() && !uri.contains([' ', ',']), "{uri}");
            if let Some(region) = physical.get("region") {
                for field in ["startLine", "startColumn", "endLine", "endColumn"] {
                    assert!(region[field].as_u64().unwrap() >= 1, "{field}");
                }
                let offset = region["byteOffset"].as_u64().unwrap() as usize;
                let length = region["byteLength"].as_u64().unwrap() as usize;
                assert!(XINING.get(offset..offset + length).is_some());
            }
        }
    }
    for rule in rules {
        assert!(rule["shortDescription"]["text"].is_string());
        assert_eq!(rule["help"]["text"], codes::find(rule["id"].as_str().unwrap()).unwrap().page);
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&run["results"]).unwrap());
}

#[test]
fn bytes_count_from_the_start_of_the_file_a_mark_included() {
    let folder = support::Folder::new();
    for mark in ["", "\u{feff}"] {
        let text = format!("{mark}region 西宁 < nothing = 1 >\n");
        folder.write("x.pol", &text);
        let read = |format: &str| -> Value {
            serde_json::from_str(&support::polc(folder.path(), &["check", "--format", format]).ends(1).out).unwrap()
        };
        let json = read("json");
        let at = |end: &str| json["diagnostics"][0][end]["byte"].as_u64().unwrap() as usize;
        assert_eq!(text.get(at("start")..at("end")), Some("nothing"), "{json}");
        assert_eq!(json["diagnostics"][0]["start"]["column"], 13, "a mark is no column");
        let sarif = read("sarif");
        let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
        let (from, long) = (region["byteOffset"].as_u64().unwrap() as usize, region["byteLength"].as_u64().unwrap() as usize);
        assert_eq!(text.get(from..from + long), Some("nothing"), "{sarif}");
    }
}

#[test]
fn github_annotations_are_escaped() {
    let (map, found) = sample();
    let mut out = Vec::new();
    formats::write_github(&mut out, &map, &found).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 3);
    insta::assert_snapshot!(text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Whatever the text and wherever the spans, there is a drawing, every label is in it, and nothing breaks the terminal.
    #[test]
    fn any_spans_in_any_text_can_be_shown(
        text in "([a ＜“é转\t\u{0}\u{301}\u{200b}👨]{0,9}(\r\n|\n|\r)?){0,12}",
        long in 0usize..3,
        spans in prop::collection::vec((0u32..120, 0u32..120, 0u32..3), 1..6),
        width in prop::option::of(20usize..120),
    ) {
        let text = text + &"转a ".repeat(long * 90);
        let map = files(&[("a.pol", &text), ("b.pol", "区域\n")]);
        let mut labels = spans.iter().map(|(a, b, file)| Span { file: FileId(*file), start: *a.min(b), end: *a.max(b) });
        let mut d = Diagnostic::at(&codes::E0101, labels.next().unwrap(), "message").label("primary-label");
        for (i, span) in labels.enumerate() {
            d = d.related(span, format!("label-{i}"));
        }
        let shown = Renderer::new(&map, width, false).render(&d);
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        for label in std::iter::once(d.primary.as_ref().unwrap()).chain(&d.related) {
            prop_assert!(label.span.file.0 > 1 || shown.contains(&label.text), "{} is missing in\n{shown}", label.text);
        }
        let mut out = Vec::new();
        formats::write_json(&mut out, &map, std::slice::from_ref(&d), 1).unwrap();
        formats::write_sarif(&mut out, &map, std::slice::from_ref(&d)).unwrap();
        formats::write_github(&mut out, &map, &[d]).unwrap();
    }
}
