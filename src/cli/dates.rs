//! In: dates on the command line. Out: days. Never here: dates in policies or facts.

use super::console::Console;
use polc::value::calendar;

/// Which day a month or year stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its first day.
    First,
    /// Its last day.
    Last,
}

/// The day an option names; what is wrong with it is said.
pub fn read(option: &str, text: &str, edge: Edge, console: &mut Console) -> Option<i64> {
    let day = calendar::parse(text).and_then(|d| match edge {
        Edge::First => d.first(),
        Edge::Last => d.last(),
    });
    if day.is_none() {
        let shown = text.escape_debug();
        let what = if looks_like_a_date(text) { "there is no such day" } else { "this is not a date" };
        console.complain(&format!("{option} {shown}: {what}; write 2025-01-31, 2025-01 or 2025"));
    }
    day
}

fn looks_like_a_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    parts.len() <= 3 && parts.iter().all(digits) && parts.first().is_some_and(|y| y.len() == 4)
}

/// Today, where this machine is.
pub fn today(console: &mut Console) -> Option<i64> {
    let day = polc::Date::today();
    if day.is_none() {
        console.complain("the clock of this machine shows no date of the calendar; say the date with --on");
    }
    day.map(polc::Date::days)
}
