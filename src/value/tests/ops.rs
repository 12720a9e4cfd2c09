//! In: `ops`. Out: tests that rounded ranges and moved dates hold every result and nothing more. Never here: plain sums.

use super::{Counter, about, closed, frac, int, intervals, member, unknown, unknown_whole};
use crate::value::ops;
use crate::value::{ArithError, Exact, Interval, Num, RoundMode, calendar};
use proptest::prelude::*;

const MODES: [RoundMode; 4] = [RoundMode::HalfUp, RoundMode::HalfEven, RoundMode::Up, RoundMode::Down];

fn day(text: &str) -> i128 {
    calendar::parse(text).unwrap().first().unwrap().into()
}

#[test]
fn rounding_ranges() {
    let c = &mut Counter(100);
    let rounded =
        |i: Interval, mode, unit: i128, c: &mut Counter| ops::round(&unknown(1, i), mode, int(unit), c).unwrap().interval().unwrap();
    let open = Interval::new(Some(int(3)), false, Some(int(5)), false).unwrap();
    assert_eq!(rounded(open, RoundMode::Up, 1, c), closed(4, 5));
    assert_eq!(rounded(open, RoundMode::Down, 1, c), closed(3, 4));
    assert_eq!(rounded(open, RoundMode::HalfUp, 1, c), closed(3, 5));
    assert_eq!(rounded(Interval::over(int(3)), RoundMode::Up, 1, c), Interval::at_least(int(4)));
    assert_eq!(rounded(closed(-5, 5), RoundMode::Up, 10, c), closed(-10, 10));
    // one possible result is exact
    let narrow = unknown(1, Interval::closed(int(1001), int(1049)).unwrap());
    assert_eq!(ops::round(&narrow, RoundMode::HalfUp, int(100), c), Ok(Num::from_int(1000)));
    // whole fen rounded to fen stay the same unknown number
    let fen = unknown_whole(1, closed(0, 100));
    assert_eq!(ops::round(&fen, RoundMode::HalfUp, int(1), c), Ok(fen.clone()));
    assert_eq!(ops::round(&fen, RoundMode::HalfUp, int(0), c), Err(ArithError::DivisionByZero));
    let roughly = ops::round(&about(2, frac(7, 2)), RoundMode::HalfUp, int(1), c).unwrap();
    assert!(roughly.is_approx() && roughly.as_point() == Ok(Some(int(4))));
    assert_eq!(ops::floor(&Num::from_int(-1), int(12), c), Ok(Num::from_int(-12)));
    assert_eq!(ops::full_years_of_months(&Num::from_int(35), c), Ok(Num::from_int(24)));
}

#[test]
fn dates_that_are_ranges() {
    let c = &mut Counter(100);
    let january = unknown_whole(1, closed(day("2025-01-01"), day("2025-01-31")));
    let moved = ops::add_months(&january, &Num::from_int(1), c).unwrap();
    assert_eq!(moved.interval().unwrap(), closed(day("2025-02-01"), day("2025-02-28")));
    assert_eq!(ops::add_months(&january, &Num::ZERO, c), Ok(january.clone()));
    let later = ops::add_months(&Num::from_int(day("2025-01-31")), &unknown_whole(2, closed(1, 3)), c).unwrap();
    assert_eq!(later.interval().unwrap(), closed(day("2025-02-28"), day("2025-04-30")));
    let earlier = ops::sub_months(&january, &unknown_whole(2, closed(1, 3)), c).unwrap();
    assert_eq!(earlier.interval().unwrap(), closed(day("2024-10-01"), day("2024-12-31")));
    assert_eq!(ops::month_of(&january, c), Ok(Num::from_int(2025 * 12)));
    assert_eq!(ops::year_of(&january, c), Ok(Num::from_int(2025)));
    assert_eq!(ops::first_day(&Num::from_int(2025 * 12), c), Ok(Num::from_int(day("2025-01-01"))));
    assert_eq!(ops::last_day(&Num::from_int(2025 * 12 + 1), c), Ok(Num::from_int(day("2025-02-28"))));
    let till = ops::full_months(&january, &Num::from_int(day("2025-03-15")), c).unwrap();
    assert_eq!(till.interval().unwrap(), closed(1, 2));
    let age = ops::full_years(&unknown_whole(3, Interval::at_most(int(day("1965-05-20")))), &Num::from_int(day("2025-05-20")), c).unwrap();
    assert_eq!(age.interval().unwrap(), Interval::at_least(int(720)));
    assert_eq!(ops::days_between(&january, &january), Ok(Num::ZERO));
}

#[test]
fn calendar_errors() {
    let c = &mut Counter(100);
    let last = Num::from_int(day("9999-12-31"));
    assert_eq!(ops::add_months(&last, &Num::from_int(1), c), Err(ArithError::OutOfCalendar));
    assert_eq!(ops::add_months(&last, &Num::from_int(i128::MAX), c), Err(ArithError::OutOfCalendar));
    assert_eq!(ops::add_months(&last, &Num::Exact(frac(1, 2)), c), Err(ArithError::NotWhole));
    assert_eq!(ops::month_of(&Num::Exact(frac(1, 2)), c), Err(ArithError::NotWhole));
    assert_eq!(ops::first_day(&Num::from_int(3), c), Err(ArithError::OutOfCalendar));
}

#[test]
fn three_valued_logic() {
    let all = [Some(true), Some(false), None];
    for a in all {
        for b in all {
            assert_eq!(ops::and(a, b), ops::and(b, a));
            assert_eq!(ops::not(ops::and(a, b)), ops::or(ops::not(a), ops::not(b)));
        }
    }
    assert_eq!((ops::and(Some(false), None), ops::or(Some(true), None), ops::and(Some(true), None)), (Some(false), Some(true), None));
}

proptest! {
    #[test]
    fn rounded_ranges_are_sound_and_tight(i in intervals(), pick in 0i128..=8, unit in (1i128..5, 1i128..4).prop_map(|(n, d)| frac(n, d))) {
        let c = &mut Counter(100);
        let x = member(&i, pick);
        for mode in MODES {
            let image = ops::round(&unknown(1, i), mode, unit, c).unwrap().interval().unwrap();
            prop_assert!(image.contains(x.round(mode, unit).unwrap()));
            // every finite end is reached by something very near the end of the range
            let near = frac(1, 1_000_000);
            for (end, source, inwards) in [(image.lo, i.lo, near), (image.hi, i.hi, near.negated())] {
                let Some(end) = end else { continue };
                let source = source.unwrap();
                let reached = |y: Exact| i.contains(y) && y.round(mode, unit).unwrap() == end;
                prop_assert!(reached(source) || reached(source.checked_add(inwards).unwrap()));
            }
        }
        let floored = ops::floor(&unknown(1, i), unit, c).unwrap().interval().unwrap();
        prop_assert!(floored.contains(x.floor_to(unit).unwrap()));
    }

    #[test]
    fn moved_dates_are_sound(from in 0i128..30000, width in 0i128..400, at in 0i128..400, n in -30i128..30, more in 0i128..20, k in 0i128..20) {
        let c = &mut Counter(100);
        let dates = unknown_whole(1, closed(from, from + width));
        let months = unknown_whole(2, closed(n, n + more));
        let (d, m) = (from + at.min(width), n + k.min(more));
        let exact = |x: i128| Num::from_int(x);
        let moved = ops::add_months(&dates, &months, c).unwrap().interval().unwrap();
        prop_assert!(moved.contains(ops::add_months(&exact(d), &exact(m), c).unwrap().as_exact().unwrap()));
        let end = unknown_whole(3, closed(from + 100, from + 900));
        for e in [from + 100, from + 500, from + 900] {
            let f = ops::full_months(&dates, &end, c).unwrap().interval().unwrap();
            prop_assert!(f.contains(ops::full_months(&exact(d), &exact(e), c).unwrap().as_exact().unwrap()));
            let y = ops::full_years(&dates, &end, c).unwrap().interval().unwrap();
            prop_assert!(y.contains(ops::full_years(&exact(d), &exact(e), c).unwrap().as_exact().unwrap()));
        }
    }
}
