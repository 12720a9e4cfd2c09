//! In: `polc eval --interactive` with lines on standard input. Out: whether it asks what helps most, reads what `--set` reads, and ends with the answer that `polc eval` gives. Never here: how facts are read (`input.rs`), what policies mean.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

mod support;

use polc::interview::{Interview, Wanted};
use polc::{Detail, Facts, Moment, Policies};
use proptest::prelude::*;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;
use support::{Folder, Run, polc, polc_reading};

const RULES: &str = r#"
use trade
vocabulary trade <
  enum size 大小 "大小" / "Size" < small 小 | `very large` 特大 "很大" / "Huge" >
  enum kind 种类 "种类" / "Kind" < shop 店 | stall 摊 >
  input area: count in 0..1000 "多少平方米?" / "How many square metres?"
  input size: size "多大?" / "How big?"
  input food: boolean "卖吃的吗?" / "Is food sold?"
  input name: text "店名?" / "What is it called?"
  input opened: date or none
  input wage: money in ¥0..¥1_000_000
  decision permit 许可 (kind) < fee: money   inspected: boolean   days: days   sign: text   since: date or none   tax: money round half_up to fen >
>
source 办法 "办法" < kind = notice   published = 2024 >
region 甲市 in 全国 per 办法 <
  permit shop <
    when food and area > 50: fee = ¥300
    when not food and area > 50: fee = ¥200
    when area <= 50: fee = ¥100
    inspected = food
    when food and size = `very large`: days = 30 days
    when food and size = small: days = 20 days
    when not food: days = 10 days
    sign = name
    since = opened
    tax = 10% of wage
  >
  permit stall: fee = ¥10
>
"#;

fn rules() -> Folder {
    Folder::with(RULES)
}

fn eval(folder: &Path, more: &[&str], lines: impl AsRef<[u8]>) -> Run {
    let args = [&["eval", "--region", "甲市", "--on", "2026-01-01", "--interactive"], more].concat();
    polc_reading(folder, &args, lines.as_ref())
}

/// The command line at the end, run by a shell.
fn again(folder: &Path, run: &Run) -> String {
    let line = run.err.lines().last().unwrap();
    let rest = line.strip_prefix("polc ").unwrap_or_else(|| panic!("no command line: {}", run.err));
    let command = format!("{} {rest}", env!("CARGO_BIN_EXE_polc"));
    let output = Command::new("sh").args(["-c", &command]).current_dir(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Names asked for, in order, an answer that was wrong not counted twice.
fn asked(run: &Run) -> Vec<&str> {
    let starts = ["area:", "size:", "food:", "name:", "opened", "wage", "kind: "];
    run.err.lines().filter_map(|l| starts.iter().find(|s| l.starts_with(**s))).map(|s| s.split([' ', ':']).next().unwrap()).collect()
}

#[test]
fn the_question_that_helps_most_comes_first_and_only_what_matters_is_asked() {
    let folder = rules();
    // `food` helps the fee, the inspection and the days. Without food the size matters to nobody.
    let run = eval(folder.path(), &["--decision", "permit shop"], "false\n20\n\n\n\n").ends(0);
    assert_eq!(asked(&run), ["food", "area", "name", "opened", "wage"], "{}", run.err);
    let run = eval(folder.path(), &["--decision", "permit shop"], "true\n20\n特大\n\n\n\n").ends(0);
    assert_eq!(asked(&run), ["food", "area", "size", "name", "opened", "wage"], "{}", run.err);
    // What was told on the command line is not asked.
    let run = eval(folder.path(), &["--decision", "permit shop", "--set", "food=false", "--set", "area=5"], "").ends(0);
    assert_eq!(asked(&run), ["name"], "{}", run.err);
    // Without --decision what the decision is about cannot be told apart: it is named instead.
    folder.write("y.pol", "use trade\nvocabulary trade < decision stay (kind) < days: days > >\nregion 甲市 in 全国 per 办法 < stay: when (kind = shop): days = 1 day >\n");
    let run = eval(folder.path(), &["--set", "food=false", "--set", "area=5"], "\n\n\n").ends(0);
    run.says(&["Nothing more can be asked.\n", "To be said with --decision: kind of stay.\n"]);
    std::fs::remove_file(folder.path().join("y.pol")).unwrap();
    // Nothing is open.
    let run = eval(folder.path(), &["--decision", "permit stall"], "true\n").ends(0);
    assert!(asked(&run).is_empty() && run.err.contains("Nothing more is needed."), "{}", run.err);
}

#[test]
fn questions_and_what_changes_are_shown() {
    let folder = rules();
    let run = eval(folder.path(), &["--decision", "permit"], "店\n1\n60\n2\n").ends(0);
    assert!(run.out.starts_with("甲市: permit shop on 2026-01-01\n"), "{}", run.out);
    insta::assert_snapshot!(run.err);
}

#[test]
fn a_wrong_line_says_why_and_is_asked_again() {
    let folder = rules();
    let run = eval(folder.path(), &["--decision", "permit shop"], "maybe\n7\n1\n-3\n1001\n51m\n51\nhuge\n3\n0\n`very large`\n").ends(0);
    run.says(&["`food` is true or false, but this is `maybe`", "this is `7`", "must be 0..1000, but `1001`", "`51m`", "`huge`", "`3`"]);
    let run = eval(folder.path(), &["--decision", "permit shop"], "maybe\n7\n1\n-3\n51\nhuge\n2\n").ends(0);
    assert_eq!(asked(&run), ["food", "area", "size", "name"], "a wrong line must not move on");
    assert!(run.err.contains("--set food=true --set area=51 --set 'size=`very large`'"), "{}", run.err);
    // Arguments too.
    eval(folder.path(), &["--decision", "permit"], "shopp\n").ends(0).says(&["E0910", "did you mean `shop`?"]);
    let long = "字".repeat(100_000);
    let run = eval(folder.path(), &["--decision", "permit"], format!("{long}\n")).ends(0).says(&["E0910"]);
    assert!(run.err.len() < 100_000, "a message repeats the whole line");
}

#[test]
fn words_that_are_no_answers() {
    let folder = rules();
    let run = eval(folder.path(), &["--decision", "permit shop"], "back\n?\n\n返回\n帮助\n2\nback\nskip\n跳过\n退出\n5\n").ends(0);
    assert_eq!(asked(&run), ["food", "area", "food", "area", "food", "area", "size"], "{}", run.err);
    let run =
        run.says(&["There is nothing to take back", "food helps to settle fee, inspected, days", "food: taken back", "food: not known"]);
    let last = run.err.lines().last().unwrap();
    assert!(!last.contains("--set"), "{last}");
    // What is not known is not asked again, and said at the end.
    let run = eval(folder.path(), &["--decision", "permit shop"], "\n".repeat(50)).ends(0);
    assert_eq!(asked(&run), ["food", "area", "size", "name", "opened", "wage"], "{}", run.err);
    run.says(&["Nothing more can be asked.", "Not known: area, size, food, name, opened, wage."]);
    // A text that is such a word stands in quotes.
    let run = eval(folder.path(), &["--decision", "permit shop", "--set", "food=false", "--set", "area=1"], "\"quit\"\n").ends(0);
    assert!(run.out.contains("\"quit\"") && again(folder.path(), &run) == run.out, "{}{}", run.out, run.err);
}

#[test]
fn the_answer_is_that_of_eval_byte_for_byte() {
    let folder = rules();
    folder.write("p.json", r#"{"food": true}"#);
    for (more, lines) in [
        (
            &["--decision", "permit", "--format", "json"][..],
            "shop\n1\n51\n2\n\"it's \\\"x\\\" \u{1F600} $HOME `id` \\\\\"\nnone\n¥1234.5\n",
        ),
        (&["--decision", "permit shop", "--format", "json", "--explain"], "2\n\n老王's 店\n2020-02-29\n12万\n"),
        (&["--decision", "许可 店", "--format", "markdown", "--input", "p.json"], "３\n小\n"),
        (&["--format", "json", "--known-on", "2025", "--set", "food=false"], "30\n"),
        (&["--decision", "permit", "--format", "mermaid"], "stall\n"),
    ] {
        let run = eval(folder.path(), more, lines).ends(0);
        assert!(!run.out.is_empty());
        assert_eq!(again(folder.path(), &run), run.out, "{lines}: {}", run.err);
        if more.contains(&"json") {
            serde_json::from_str::<serde_json::Value>(&run.out).unwrap();
        }
    }
}

#[test]
fn standard_input_is_one_thing() {
    let folder = rules();
    eval(folder.path(), &["--input", "-"], "{}").ends(2).says(&["facts and answers to questions"]);
    eval(folder.path(), &["-"], RULES).ends(2).says(&["policies and answers to questions"]);
    assert!(polc(folder.path(), &["eval", "--help"]).ends(0).out.contains("--interactive"));
    // Broken policies are not talked about.
    folder.write("y.pol", "region 甲市 < nothing = 1 >");
    let run = eval(folder.path(), &["--decision", "permit"], "shop\n").ends(1);
    assert!(run.out.is_empty() && !run.err.contains("> "), "{}", run.err);
}

#[test]
fn hostile_lines() {
    let folder = rules();
    let head = ["--decision", "permit shop"];
    // No line at all, a last line without an end, Windows line ends.
    assert!(eval(folder.path(), &head, "").ends(0).out.contains("needs"));
    assert!(eval(folder.path(), &head, "2").ends(0).err.ends_with("--set food=false --on 2026-01-01\n"));
    assert!(eval(folder.path(), &head, "2\r\n7\r\n").ends(0).err.contains("--set food=false --set area=7"));
    for (bytes, code) in [(&b"\xff\xfe2\n"[..], "E0907"), (b"\x1b[A\n", "E0003"), (b"a\x00b\n", "E0003"), (b"\x07\n", "E0003")] {
        let run = eval(folder.path(), &head, [bytes, b"2\n"].concat()).ends(0).says(&[code, "--set food=false"]);
        assert!(!run.err.contains(['\u{1b}', '\u{7}', '\u{0}']), "{}", run.err);
    }
    let mut long = vec![b'1'; 100 * 1024 * 1024];
    long.extend(b"\n2\n");
    let run = eval(folder.path(), &head, long).ends(0).says(&["E0004", "longer than 1 MiB", "--set food=false"]);
    assert!(run.err.len() < 20_000);
    assert!(run.took < Duration::from_secs(60), "{:?}", run.took);
    // Below the limit a line is read like any other.
    let run = eval(folder.path(), &head, format!("2\n1\n{}\n", "长".repeat(300_000))).ends(0);
    assert!(run.out.len() > 900_000, "the text is told whole");
}

static POLICIES: LazyLock<Policies> =
    LazyLock::new(|| Policies::load(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"), "tests/support/every.pol".into()]));

#[test]
fn every_question_of_the_shipped_policies_is_asked_once_and_takes_its_own_example() {
    for (region, decision) in [("西宁", "transfer"), ("西宁", "retire"), ("西宁", "coverage"), ("青海", "account"), ("西宁", "")]
    {
        let id = POLICIES.region(region).unwrap();
        let heads = if decision.is_empty() { POLICIES.decisions_of(id) } else { vec![POLICIES.decision(decision).unwrap()] };
        let moment = Moment { on: 20_500, known: None };
        for tells in [true, false] {
            let mut talk = Interview::new(&POLICIES, id, moment, heads.clone(), true, Facts::new());
            let mut seen: Vec<Wanted> = Vec::new();
            while let Some(prompt) = talk.next(&talk.answers(Detail::default())) {
                assert!(!seen.contains(&prompt.wanted), "{region} {decision}: {} is asked twice", prompt.name);
                assert!(prompt.question.as_ref().is_some_and(|q| q.en.is_some()), "{} has no question in two languages", prompt.name);
                seen.push(prompt.wanted);
                if tells {
                    talk.tell(prompt.wanted, &prompt.example).unwrap_or_else(|d| panic!("{}: {d:?}", prompt.name));
                } else {
                    talk.skip(prompt.wanted);
                }
            }
            let answers = talk.answers(Detail::default());
            let open: Vec<_> = answers.iter().flat_map(|a| &a.outcomes).flat_map(|o| &o.needs).collect();
            // Of several decisions the arguments left out are not asked, and that is said.
            assert!(!tells || open.iter().all(|n| n.argument), "{region} {decision}: {open:?}");
            assert_eq!(tells && open.is_empty(), tells && talk.to_be_said(&answers).is_empty());
            assert!(decision.is_empty() || talk.to_be_said(&answers).is_empty());
            // Taken back one by one, everything is as it was.
            while talk.back().is_some() {}
            assert!(talk.settings().is_empty() && talk.not_known().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(12), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is answered, skipped or taken back, the same comes out of the command line that is printed.
    #[test]
    fn any_talk_can_be_had_again(
        lines in prop::collection::vec(prop::sample::select(vec!["1", "2", "3", "", "back", "5", "2 months", "2025-01-31", "¥480", "none", "?", "是"]), 0..25),
        head in prop::sample::select(vec!["transfer", "transfer resident->employee", "coverage", "retire", ""]),
    ) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut args = vec!["eval", "policies", "--region", "西宁", "--on", "2026-03-01", "--interactive", "--format", "json"];
        if !head.is_empty() {
            args.extend(["--decision", head]);
        }
        let run = polc_reading(root, &args, (lines.join("\n") + "\n").as_bytes()).ends(0);
        prop_assert_eq!(again(root, &run), run.out);
    }
}
