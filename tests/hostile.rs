//! In: input that nobody should write, and that somebody will. Out: a clear error or a right answer, quickly, and never a panic. Never here: ordinary mistakes.

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;
use support::{Folder, polc, polc_reading};

const SMALLEST: &str = "region 西宁 < transfer resident->employee: pooled_balance = retained >\n";
/// More than any of these may take in a debug build on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// An error is a page, not a copy of the input.
const SHORT: usize = 100_000;

// ---- Files ----

#[test]
fn an_empty_file() {
    Folder::with("").check().fine();
}

#[test]
fn only_comments_and_blanks() {
    Folder::with("// 只有注释\n\n   \t\u{3000}\n// 没有换行").check().fine();
}

#[test]
fn a_byte_order_mark() {
    Folder::with(format!("\u{feff}{SMALLEST}")).check().fine();
    // Columns do not count the mark.
    Folder::with(format!("\u{feff}{}", SMALLEST.replace("retained", "retaind"))).check().ends(1).says(&["x.pol:1:59"]);
}

#[test]
fn windows_line_breaks() {
    Folder::with(SMALLEST.replace(' ', "\r\n")).check().fine();
}

#[test]
fn bytes_that_are_not_utf8() {
    let run = Folder::with(b"// \xe8\xa5\nregion").check().ends(2);
    run.says(&["E0002", "0xE8", "line 1, column 4", "offset 3", "UTF-8"]);
    Folder::with(b"region \xce\xf7\xc4\xfe < >").check().ends(2).says(&["E0002", "GB18030"]);
    Folder::with(b"\xff\xfer\0e\0").check().ends(2).says(&["E0002", "UTF-16"]);
    polc_reading(Folder::new().path(), &["check", "-"], b"\xff").ends(2).says(&["E0002", "<stdin>"]);
}

#[test]
fn nul_bytes() {
    let run = Folder::with(SMALLEST.replace("retained", "reta\0ined")).check().ends(1).says(&["E0003"]);
    assert!(!run.err.contains('\0'));
    Folder::with([0u8; 4096]).check().ends(1).says(&["E0003"]);
}

#[test]
fn a_file_that_is_a_folder() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("x.pol")).unwrap();
    polc(folder.path(), &["check", "x.pol"]).ends(2).says(&["E0006", "x.pol"]);
    folder.write("x.pol/y.pol", SMALLEST);
    polc(folder.path(), &["check", "x.pol"]).fine();
}

#[test]
fn missing_files_and_empty_folders() {
    let folder = Folder::new();
    folder.check().ends(2).says(&["E0006"]);
    polc(folder.path(), &["check", "缺.pol", "没有"]).ends(2).says(&["E0001", "`缺.pol`", "`没有`", "2 errors in 0 files"]);
}

#[test]
fn an_unreadable_file() {
    let folder = Folder::with(SMALLEST);
    let path = folder.write("secret.pol", SMALLEST);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        // The superuser reads everything; a link to nowhere is as unreadable.
        fs::remove_file(&path).unwrap();
        symlink("nowhere", &path).unwrap();
    }
    folder.check().ends(2).says(&["E0001", "secret.pol"]);
}

#[test]
fn a_pipe_is_not_waited_for() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe.pol")).status();
    if made.is_ok_and(|status| status.success()) {
        let run = folder.check().ends(2).says(&["E0001", "pipe.pol"]);
        assert!(run.took < PATIENCE);
    }
}

#[test]
fn links_that_lead_in_circles() {
    let folder = Folder::with(SMALLEST);
    symlink("self.pol", folder.path().join("self.pol")).unwrap();
    folder.check().ends(2).says(&["E0001", "self.pol"]);
    let folder = Folder::with(SMALLEST);
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        for other in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            symlink(folder.path().join(other), folder.path().join(name).join(format!("to_{other}"))).unwrap();
        }
        symlink(folder.path(), folder.path().join(name).join("up")).unwrap();
    }
    let run = folder.check().fine();
    assert!(run.err.contains("1 file"), "{}", run.err);
}

#[test]
fn a_file_beyond_the_limit() {
    let folder = Folder::new();
    let file = fs::File::create(folder.path().join("huge.pol")).unwrap();
    file.set_len(polc::load::MAX_FILE_BYTES + 1).unwrap();
    folder.check().ends(2).says(&["E0004", "huge.pol", "64 MB"]);
}

// ---- Size and depth ----

#[test]
fn ten_thousand_nested_brackets() {
    let deep = 10_000;
    let open = |open: &str, close: &str| format!("{}{}", open.repeat(deep), close.repeat(deep));
    for text in [
        format!("region 西宁 < retire employee < {} >", open("<", ">")),
        format!("region 西宁 < retire employee < {} > >", open("when retired_abroad: <", ">")),
        format!("region 西宁 < retire employee: required = {} >", open("(", ")")),
        format!("region 西宁 < transfer any: documents += {} >", open("[", "]")),
        format!("region 西宁 < retire employee: required = {} >", open("max(", ")")),
        format!("region 西宁 < retire employee: qualifies = ({}true) >", "not ".repeat(deep)),
        format!("region 西宁 < retire employee: required = {} 1 year >", "if true then 1 year else ".repeat(deep)),
        "<".repeat(deep),
        "(".repeat(deep),
    ] {
        let run = Folder::with(&text).check().ends(1);
        let start: String = text.chars().take(60).collect();
        assert!(run.err.contains("E0005") || run.err.contains("E010"), "{start}: {}", run.err);
        assert!(run.took < PATIENCE && run.err.len() < SHORT, "{start}: {:?}, {} bytes", run.took, run.err.len());
    }
}

#[test]
fn one_line_of_ten_megabytes() {
    let mega = 10 * 1024 * 1024;
    // Nothing of the language in it.
    let run = Folder::with("啊".repeat(mega / 3)).check().ends(1);
    assert!(run.took < PATIENCE && run.err.len() < SHORT, "{:?}, {} bytes", run.took, run.err.len());
    // All of it right.
    let regions: String = (0..mega / 40).map(|i| format!("region 测试{i:06} in 西宁 < agency \"1\" > ")).collect();
    let run = Folder::with(regions.replace("测试000000", "一号")).check();
    assert!(run.took < PATIENCE, "{:?}", run.took);
    run.ends(0);
    // One mistake at the end of it.
    let comment_free = format!("source 甲 \"{}\" < kind = law published = 2024 > nonsense", "长".repeat(mega / 3));
    let run = Folder::with(comment_free).check().ends(1).says(&["x.pol:1:"]);
    assert!(run.err.len() < SHORT, "{} bytes", run.err.len());
}

#[test]
fn a_hundred_thousand_rules_in_one_block() {
    let mut text = String::from("source 甲 \"甲\" < kind = law   published = 2024 >\nregion 西宁 < transfer resident->employee per 甲 <\n");
    for i in 0..100_000 {
        text.push_str(&format!("  pooled_balance = retained #R{i}\n"));
    }
    text.push_str("> >\n");
    let run = Folder::with(text).check();
    assert!(run.took < PATIENCE, "{:?}", run.took);
    run.ends(0);
}

#[test]
fn an_expression_of_a_hundred_thousand_parts() {
    let sum = vec!["1 year"; 100_000].join(" + ");
    let run = Folder::with(format!("region 西宁 < retire employee: required = {sum} >")).check();
    assert!(run.took < PATIENCE && run.err.len() < SHORT);
    run.ends(1).says(&["E0007"]);
}

// ---- Characters ----

#[test]
fn full_width_punctuation_means_the_half_width_one() {
    Folder::with("region　西宁　＜\n　transfer resident→employee：＜\n　　pooled_balance ＝ retained　＃F００１\n　＞\n＞\n")
        .check()
        .fine();
    Folder::with("region 西宁 ＜ transfer resident->employee: < pooled_balance = retained ＞ >").check().fine();
}

#[test]
fn names_of_look_alike_letters() {
    // The `а` is Cyrillic.
    let run = Folder::with(SMALLEST.replace("pooled_balance", "pooled_bаlance")).check().ends(1);
    run.says(&["E0213", "pooled_balance"]);
}

#[test]
fn names_in_another_normal_form() {
    Folder::with(SMALLEST.replace("pooled_balance", "ｐooled_balanｃe")).check().fine();
    // The same letter once composed and once in two parts.
    let text = "region caf\u{e9} in 西宁 < >\nregion 新 in cafe\u{301} < >\n";
    Folder::with(text).check().fine();
}

// ---- Meaning ----

#[test]
fn a_region_that_is_its_own_ancestor() {
    Folder::with("region 甲 in 甲 < >\n").check().ends(1).says(&["E0210"]);
    Folder::with("region 甲 in 乙 < >\nregion 乙 in 丙 < >\nregion 丙 in 甲 < >\n").check().ends(1).says(&["E0210"]);
}

#[test]
fn dates_that_do_not_exist() {
    for date in ["2025-02-30", "0000-01-01", "2025-13", "2025-00-01", "2023-02-29"] {
        let text = SMALLEST.replace("retained", &format!("retained from {date}"));
        Folder::with(text).check().ends(1).says(&["E0110", date]);
    }
}

#[test]
fn money_of_thirty_digits() {
    let text = format!("region 西宁 < transfer any: origin_balance = ¥{} >\n", "9".repeat(30));
    Folder::with(text).check().ends(1).says(&["E0108"]);
}

#[test]
#[cfg(unix)]
fn facts_without_end() {
    let folder = Folder::with("");
    let args = ["eval", "--region", "西宁", "--decision", "transfer", "--input"];
    // Read no further than a document may be long.
    polc(folder.path(), &[&args[..], &["/dev/zero"]].concat()).ends(2).says(&["E0004", "larger than 64 MiB"]);
    let long = vec![b' '; 64 * 1024 * 1024 + 10];
    polc_reading(folder.path(), &[&args[..], &["-"]].concat(), &long).ends(2).says(&["E0004", "larger than 64 MiB"]);
    // A character that is cut by the limit is no other fault.
    let long = "年".repeat(23 * 1024 * 1024);
    polc_reading(folder.path(), &[&args[..], &["-"]].concat(), long.as_bytes()).ends(2).says(&["E0004"]);
}

#[test]
fn expressions_as_large_as_they_may_be() {
    let around = |value: &str| {
        format!(
            "use q\nvocabulary q < input z: count in 0..9   decision w < v: count   yes: boolean > >\nsource s \"s\" < kind = law   published = 2020 >\nregion r per s < w: {value} >\n"
        )
    };
    let asked = |value: &str| {
        let folder = Folder::with(around(value));
        let run = polc(folder.path(), &["eval", "--region", "r", "--decision", "w", "--set", "z=3", "--explain"]).ends(0);
        assert!(run.out.contains("decided"), "{}", run.out);
        polc(folder.path(), &["eval", "--region", "r", "--decision", "w", "--explain"]).ends(0);
    };
    asked(&format!("v = z{}", " + z".repeat(990)));
    asked(&format!("yes = (z > 1{})", " or z > 2".repeat(330)));
    asked(&format!("v = {}1{}", "(if z > 3 then 2 else ".repeat(100), ")".repeat(100)));
    // Each `in` asks its left side once for each value: nested ones would take longer than the sun lasts.
    let nested = (0..60).fold("z".to_owned(), |inner, _| format!("(if {inner} in [1, 2] then 1 else 2)"));
    Folder::with(around(&format!("v = {nested}"))).check().ends(1).says(&["E0007", "millions of steps", "let"]);
}
