//! In: the calendar. Out: tests of leap days, month ends and full months. Never here: ranges.

use crate::value::calendar::{self, PartialDate};
use proptest::prelude::*;

fn day(text: &str) -> i64 {
    let written = calendar::parse(text).unwrap();
    assert!(matches!(written, PartialDate::Day(..)), "{text}");
    written.first().unwrap()
}

#[test]
fn days_are_counted_from_1970() {
    assert_eq!(day("1970-01-01"), 0);
    assert_eq!(day("1970-01-02"), 1);
    assert_eq!(day("1969-12-31"), -1);
    assert_eq!(day("2000-03-01") - day("2000-02-28"), 2);
    assert_eq!(day("1900-03-01") - day("1900-02-28"), 1);
    assert_eq!(day("2025-01-31"), 20119);
    let (first, last) = calendar::limits().unwrap();
    assert_eq!((calendar::format_day(first).unwrap(), calendar::format_day(last).unwrap()), ("0001-01-01".into(), "9999-12-31".into()));
    assert_eq!((calendar::to_ymd(first - 1), calendar::to_ymd(last + 1)), (None, None));
    assert_eq!((calendar::to_ymd(i64::MAX), calendar::to_ymd(i64::MIN)), (None, None));
}

#[test]
fn dates_are_read_exactly() {
    assert_eq!(calendar::parse("2025"), Some(PartialDate::Year(2025)));
    assert_eq!(calendar::parse("2025-02"), Some(PartialDate::Month(2025, 2)));
    assert_eq!(calendar::parse("2024-02-29"), Some(PartialDate::Day(2024, 2, 29)));
    let bad = [
        "2023-02-29",
        "2025-13",
        "2025-00",
        "2025-1",
        "2025-01-32",
        "2025-1-1",
        "25-01-01",
        "0000",
        "0000-01-01",
        "2025-",
        "2025-01-",
        "",
        "2025-01-01-01",
        "２０２５",
        "2025/01/01",
        "+025",
    ];
    for text in bad {
        assert_eq!(calendar::parse(text), None, "{text}");
    }
    let span = |t: &str| {
        let p = calendar::parse(t).unwrap();
        (calendar::format_day(p.first().unwrap()).unwrap(), calendar::format_day(p.last().unwrap()).unwrap())
    };
    assert_eq!(span("2024-02"), ("2024-02-01".into(), "2024-02-29".into()));
    assert_eq!(span("9999"), ("9999-01-01".into(), "9999-12-31".into()));
    assert_eq!(span("2025-06-07"), ("2025-06-07".into(), "2025-06-07".into()));
}

#[test]
fn months_are_added_from_the_origin_and_kept_within_the_month() {
    let add = |t: &str, n: i64| calendar::add_months(day(t), n).and_then(calendar::format_day);
    assert_eq!(add("2025-01-31", 1).as_deref(), Some("2025-02-28"));
    assert_eq!(add("2025-01-31", 2).as_deref(), Some("2025-03-31"));
    assert_eq!(add("2024-01-31", 1).as_deref(), Some("2024-02-29"));
    assert_eq!(add("2024-02-29", 12).as_deref(), Some("2025-02-28"));
    assert_eq!(add("2024-02-29", 48).as_deref(), Some("2028-02-29"));
    assert_eq!(add("2025-03-31", -1).as_deref(), Some("2025-02-28"));
    assert_eq!(add("2025-01-15", -1).as_deref(), Some("2024-12-15"));
    assert_eq!(add("9999-12-31", 1), None);
    assert_eq!(add("0001-01-01", -1), None);
    assert_eq!(add("2025-01-31", i64::MAX), None);
}

#[test]
fn full_months_and_years() {
    let months = |a: &str, b: &str| calendar::full_months(day(a), day(b)).unwrap();
    assert_eq!(months("2025-01-31", "2025-02-28"), 1);
    assert_eq!(months("2025-01-31", "2025-02-27"), 0);
    assert_eq!(months("2025-01-15", "2025-02-14"), 0);
    assert_eq!(months("2025-01-15", "2025-02-15"), 1);
    assert_eq!(months("2025-02-15", "2025-02-14"), -1);
    assert_eq!(months("2025-02-15", "2025-01-15"), -1);
    let years = |a: &str, b: &str| calendar::full_years(day(a), day(b)).unwrap();
    assert_eq!(years("2004-02-29", "2022-02-28"), 18);
    assert_eq!(years("2004-02-29", "2022-02-27"), 17);
    assert_eq!(years("1960-05-20", "2020-05-19"), 59);
    assert_eq!(years("1960-05-20", "2020-05-20"), 60);
    assert_eq!(years("2020-05-20", "2020-05-19"), -1);
}

#[test]
fn months_of_years() {
    assert_eq!(calendar::month_index(2025, 1), 2025 * 12);
    assert_eq!(calendar::from_month_index(2025 * 12 + 11), Some((2025, 12)));
    assert_eq!((calendar::from_month_index(11), calendar::from_month_index(12)), (None, Some((1, 1))));
    assert_eq!(calendar::from_month_index(i64::MIN), None);
    let m = calendar::month_of(day("2024-02-11")).unwrap();
    assert_eq!((calendar::first_day(m), calendar::last_day(m)), (Some(day("2024-02-01")), Some(day("2024-02-29"))));
    assert_eq!(calendar::year_of(day("2024-02-11")), Some(2024));
    assert_eq!(calendar::last_day_of_month(day("2023-02-11")), Some(day("2023-02-28")));
}

proptest! {
    #[test]
    fn days_and_dates_are_one(d in -719_162i64..=2_932_896) {
        let (y, m, dd) = calendar::to_ymd(d).unwrap();
        prop_assert_eq!(calendar::from_ymd(y, m, dd), Some(d));
        prop_assert_eq!(calendar::parse(&calendar::format_day(d).unwrap()), Some(PartialDate::Day(y, m, dd)));
    }

    #[test]
    fn adding_months_grows(d in -600_000i64..2_000_000, e in 0i64..70, n in -2000i64..2000, k in 0i64..3) {
        let at = |d, n| calendar::add_months(d, n).unwrap();
        prop_assert!(at(d, n) <= at(d + e, n));
        prop_assert!(at(d, n) <= at(d, n + k));
    }

    #[test]
    fn full_months_is_the_largest_that_fits(from in -600_000i64..2_000_000, away in -3000i64..3000) {
        let to = from + away;
        let n = calendar::full_months(from, to).unwrap();
        prop_assert!(calendar::add_months(from, n).unwrap() <= to);
        prop_assert!(calendar::add_months(from, n + 1).unwrap() > to);
        prop_assert!(calendar::full_months(from, to + 1).unwrap() >= n);
        prop_assert!(calendar::full_months(from + 1, to).unwrap() <= n);
    }
}
