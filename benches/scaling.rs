//! In: policies of one shape in two sizes. Out: whether checking four times as much costs about four times as much (run with `cargo test --release --bench scaling`). Never here: how fast anything is (`nation.rs`).
#![allow(clippy::unwrap_used, reason = "a test that cannot run should fail loudly")]

use polc::Policies;
use std::fmt::Write;
use std::fs;
use std::hint::black_box;

/// The smaller size; the larger one is `GROWTH` times it.
const SMALL: usize = 1000;
const GROWTH: usize = 4;
/// Linear is `GROWTH`, quadratic its square, 16; between them stands what caches and noise may add.
const ALLOWED: u64 = 8;
/// Below this many nanoseconds only noise is measured.
const NOISE: u64 = 10_000_000;

const SOURCES: &str = "source 通知 \"通知\" < kind = notice   published = 2024 >\nsource 网页 \"网页\" < kind = web   published = 2024 >\n";

/// Time this thread has run, untouched by whatever else the machine does; `None` where the system does not tell.
fn worked() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// The least time of three checks on one thread.
fn time(text: &str) -> Option<u64> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        (0..3)
            .map(|_| {
                let before = worked()?;
                black_box(Policies::from_text("x.pol", text));
                Some(worked()? - before)
            })
            .min()?
    })
}

/// Checks a shape in both sizes.
#[track_caller]
fn linear(shape: impl Fn(usize) -> String) {
    // What is always loaded costs the same in both.
    let (Some(nothing), Some(small), Some(large)) = (time(""), time(&shape(SMALL)), time(&shape(SMALL * GROWTH))) else {
        // No such clock here: nothing can be said.
        return;
    };
    let (small, large) = (small.saturating_sub(nothing), large.saturating_sub(nothing));
    assert!(
        large < ALLOWED * small + NOISE,
        "{GROWTH} times as much costs {} times as much: {large} ns after {small} ns",
        large / small.max(1)
    );
}

/// `line` for every number, with something before and after.
fn many(n: usize, before: &str, line: impl Fn(usize) -> String, after: &str) -> String {
    let mut out = format!("{SOURCES}{before}\n");
    for i in 0..n {
        writeln!(out, "{}", line(i)).unwrap();
    }
    out + after
}

const REGION: &str = "region 甲市 in 全国 per 通知 <";
const TRANSFER: &str = "region 甲市 in 全国 per 通知 < transfer resident->employee <";

#[test]
fn regions() {
    linear(|n| many(n, "", |i| format!("region 区{i} in 全国 per 通知 < retire employee: required = {} years >", i % 30), ""));
}

#[test]
fn regions_one_inside_another() {
    linear(|n| {
        many(
            n / 4,
            "region 区 in 全国 < >",
            |i| {
                let parent = if i == 0 { "区".to_string() } else { format!("区{}", i - 1) };
                format!("region 区{i} in {parent} per 通知 < retire employee: required = {} years >", i % 30)
            },
            "",
        )
    });
}

#[test]
fn sources_and_regions() {
    linear(|n| {
        many(
            n,
            "",
            |i| {
                format!(
                    "source 通知{i} \"通知\" < kind = notice   published = 2024 >\nregion 区{i} in 全国 per 通知{i} < transfer: waiting = 3 months >"
                )
            },
            "",
        )
    });
}

#[test]
fn rules_about_one_outcome() {
    linear(|n| {
        many(
            n,
            REGION,
            |i| {
                format!(
                    "  transfer resident->employee: when gap > {} months and age > {} years: waiting = {} months",
                    i % 1100,
                    i % 120,
                    i % 30
                )
            },
            ">",
        )
    });
}

#[test]
fn rules_that_always_hold_and_disagree() {
    linear(|n| many(n, REGION, |i| format!("  transfer resident->employee: waiting = {i} months per 网页"), ">"));
}

#[test]
fn rules_in_periods() {
    linear(|n| {
        many(
            n,
            REGION,
            |i| {
                let day = format!("{}-{:02}-{:02}", 1900 + i / 336, i / 28 % 12 + 1, i % 28 + 1);
                format!("  transfer resident->employee: waiting = {i} months from {day} until {day}")
            },
            ">",
        )
    });
}

#[test]
fn exceptions_of_one_statement() {
    linear(|n| {
        many(
            n,
            &format!("{TRANSFER} waiting = 1 month"),
            |i| format!("  except when gap = {} months and age = {} years: waiting = {i} months", i % 1200, i / 1200),
            "> >",
        )
    });
}

#[test]
fn final_rules_above_many_regions() {
    linear(|n| {
        let finals: String =
            (0..n.min(1000)).map(|i| format!("  transfer resident->employee: when gap = {i} months: final waiting = 3 months\n")).collect();
        many(
            n,
            &format!("region 全国 per 通知 <\n{finals}>"),
            |i| {
                format!("region 区{i} in 全国 per 通知 < transfer resident->employee: when gap = {} months: waiting = 3 months >", i % 1000)
            },
            "",
        )
    });
}

#[test]
fn definitions_that_read_each_other() {
    linear(|n| {
        many(
            n,
            "region 甲市 in 全国 per 通知 < retire employee <\n let x = total",
            |i| if i == 0 { "let x0 = x".into() } else { format!("let x{i} = x{} + 1 month", i - 1) },
            &format!("qualifies = (x{} > 3 months) > >", n - 1),
        )
    });
}

#[test]
fn formulas_that_read_other_decisions() {
    linear(|n| {
        many(
            n / 3,
            "",
            |i| {
                format!(
                    "region 区{i} in 全国 per 通知 <\n reimburse emergency: rate = reimburse(outpatient, scheme).rate - 5 points\n reimburse chronic: rate = reimburse(emergency, scheme).rate - 5 points\n reimburse outpatient: rate = 70%\n>"
                )
            },
            "",
        )
    });
}

#[test]
fn rows_of_a_dated_table() {
    linear(|n| {
        many(
            n,
            &format!("{TRANSFER} table <\n from | waiting"),
            |i| format!("{}-{:02}-{:02} | {i} months", 1900 + i / 336, i / 28 % 12 + 1, i % 28 + 1),
            "> > >",
        )
    });
}

#[test]
fn rows_of_a_table_with_two_keys() {
    linear(|n| {
        many(
            n,
            &format!("{TRANSFER} table <\n months_old_place | months_new_place | waiting"),
            |i| format!("{} months | {} months | {i} months", i % 1000, i / 1000),
            "otherwise | - | 3 months\n> > >",
        )
    });
}

#[test]
fn rows_of_a_table_of_brackets() {
    linear(|n| {
        many(
            n,
            "region 甲市 in 全国 per 通知 < reimburse < table <\n cost | deductible\n under ¥1 | ¥0",
            |i| format!("¥{}..{}.99 | ¥{i}", i + 1, i + 1),
            &format!("at least ¥{} | ¥3\n> > >", n + 1),
        )
    });
}

#[test]
fn list_elements() {
    linear(|n| many(n, &format!("{TRANSFER} "), |i| format!("documents += [身份证 (issued_by = 社保局, seal = \"印{i}\"), ...]"), "> >"));
}

#[test]
fn tests_of_policies() {
    linear(|n| {
        many(
            n,
            "region 甲市 in 全国 per 通知 < retire employee: required = 3 years >",
            |i| format!("test \"t{i}\" in 甲市 on 2025-01-01 < retire employee < expect required = 3 years > >"),
            "",
        )
    });
}

#[test]
fn vocabularies() {
    linear(|n| {
        let words: String =
            (0..n).map(|i| format!(" enum e{i} < a{i} | b{i} >\n input i{i}: e{i}\n decision d{i} < o: e{i} >\n")).collect();
        many(n, &format!("use v\nvocabulary v <\n{words}>\n{REGION}"), |i| format!("  d{i}: when i{i} = a{i}: o = a{i}"), ">")
    });
}

#[test]
fn one_large_enum() {
    linear(|n| {
        let values: String = (0..n).map(|i| format!(" | a{i}")).collect();
        many(
            n,
            &format!("use v\nvocabulary v < enum e < a{values} > input i: e   decision d < o: e > >\n{REGION}"),
            |i| format!("  d: when i = a{i}: o = a{i}"),
            ">",
        )
    });
}

#[test]
fn mistakes_in_statements() {
    linear(|n| many(n, &format!("{TRANSFER} "), |i| format!("  waitng{i} = 3 months"), "> >"));
}

#[test]
fn unknown_regions() {
    linear(|n| many(n, "", |i| format!("region 区{i} in 没有{i} per 通知 < retire employee: required = 3 years >"), ""));
}

#[test]
fn unknown_sources() {
    linear(|n| {
        many(
            n,
            REGION,
            |i| format!("  transfer resident->employee per 没有{i}: when gap = {} months: waiting = 3 months", i % 1200),
            &format!(
                ">\n{}",
                (0..n).map(|i| format!("source 通知{i} \"通知\" < kind = notice   published = 2024 >\n")).collect::<String>()
            ),
        )
    });
}
