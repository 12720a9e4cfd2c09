//! In: policies whose limits leave room only between two neighbouring whole numbers. Out: whether people there are found, and shown with the simplest number. Never here: the other ways in which rules disagree (`analysis.rs`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use support::{Folder, Run, polc};

fn check(inputs: &str, body: &str) -> Run {
    let head = "use t\nsource law < kind = law   published = 2020-01-01 >\n";
    let folder =
        Folder::with(format!("{head}vocabulary t < {inputs}   decision g < q: count > >\nregion mid in 全国 per law < g < {body} > >\n"));
    polc(folder.path(), &["check"])
}

trait Quiet {
    fn quiet(self);
}

impl Quiet for Run {
    /// Nothing is said but that inputs are not used.
    fn quiet(self) {
        assert!(!["E0", "W05", "W06", "N06"].iter().any(|c| self.err.contains(c)), "{}", self.err);
    }
}

const KM: &str = "input km: number in 0..80   input share: rate in 0%..100%   input a: count in 0..100   input age: years in 0..100";

#[test]
fn rules_that_contradict_each_other_between_two_whole_numbers() {
    check(KM, "when km > 10: q = 1\n when km < 11: q = 2").ends(1).says(&["E0607", "km = 10.5"]);
    check(KM, "when km > 10.2: q = 1\n when km < 10.3: q = 2\n when km in 10.2..10.3: q = 2").ends(1).says(&["E0607", "km = 10.25"]);
    check(KM, "when share > 0%: q = 1\n when share < 100%: q = 2").ends(1).says(&["E0607", "share = 50%"]);
    check(KM, "default q = 3\n when km + a > 100: q = 1\n when km < 1 and a > 99: q = 2").ends(1).says(&["E0607", "km = 0.5"]);
    // Between two neighbouring counts there is nobody.
    check(KM, "when a > 10: q = 1\n when a < 11: q = 2").ends(0).quiet();
}

#[test]
fn nobody_answers_between_two_whole_numbers() {
    check(KM, "when km <= 10: q = 1\n when km >= 11: q = 2").ends(0).says(&["W0608", "km = 10.5"]);
    check(KM, "when a <= 10: q = 1\n when a >= 11: q = 2").ends(0).quiet();
}

#[test]
fn rows_meet_or_leave_room_as_the_selector_can() {
    check(KM, "table <\n km | q\n over 10 | 1\n under 11 | 2\n >").ends(1).says(&["E0501"]);
    check(KM, "table <\n a | q\n over 10 | 1\n under 11 | 2\n >").ends(0).quiet();
    check(KM, "table <\n km | q\n at most 5 | 1\n over 5 | 2\n >").ends(0).quiet();
    check(KM, "table <\n km | q\n 0..2 | 1\n over 2 up to 4 | 2\n over 4 up to 80 | 3\n >").ends(0).quiet();
}

#[test]
fn whole_years_where_there_are_any() {
    check(KM, "table <\n age | q\n under 18 years | 1\n over 18 years | 2\n >").ends(0).says(&["W0502", "age = 18 years"]);
    check(KM, "when age < 18 years: q = 1\n when age in 18..90 years: q = 2").ends(0).says(&["W0608", "age = 91 years"]);
}

#[test]
fn a_range_that_ends_at_the_bound_of_its_input_is_no_idle_condition() {
    check(KM, "when age in 0..17 years: q = 1\n when age in 18..100 years: q = 2").ends(0).says(&["205 months"]);
    let run = check(KM, "when age in 0..17 years: q = 1\n when age > 17 years: q = 2").ends(0);
    assert!(!run.err.contains("W0602"), "{}", run.err);
    check(KM, "when age in 0..100 years: q = 1").ends(0).says(&["W0602"]);
}

#[test]
fn who_lacks_an_answer_is_shown_on_a_day_on_which_others_have_one() {
    check(KM, "when a > 3: q = 1 until 2022").ends(0).says(&["W0608", "g on 2020-01-01: a = 0"]);
}
