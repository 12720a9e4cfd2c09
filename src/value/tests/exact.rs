//! In: `Exact`. Out: tests of reading, writing, rounding, comparing and overflowing. Never here: ranges.

use super::{frac, int};
use crate::value::{ArithError, Exact, NumberError, RoundMode};
use proptest::prelude::*;
use std::cmp::Ordering;

#[test]
fn reads_decimals() {
    let read = |t: &str| Exact::parse_decimal(t);
    assert_eq!(read("12"), Ok(int(12)));
    assert_eq!(read("0.5"), Ok(frac(1, 2)));
    assert_eq!(read("1_000"), Ok(int(1000)));
    assert_eq!(read("0.050"), Ok(frac(1, 20)));
    assert_eq!(read("0001"), Ok(int(1)));
    for bad in ["", ".", "1.", ".5", "1__0", "_1", "1_", "1,000", "-1", "+1", "1e3", "１", "1.2.3", "0x1", " 1"] {
        assert_eq!(read(bad), Err(NumberError::Malformed), "{bad}");
    }
    assert_eq!(read("999999999999999999"), Ok(int(999_999_999_999_999_999)));
    assert_eq!(read("1000000000000000000"), Err(NumberError::TooLarge));
    assert_eq!(read("0000000000000000000000001"), Ok(int(1)));
    assert!(read("999999999999999999.999999999999").is_ok());
    assert_eq!(read("0.1234567890123"), Err(NumberError::TooLarge));
    assert_eq!(read("0.1000000000000"), Ok(frac(1, 10)));
    assert_eq!(read(&"9".repeat(5000)), Err(NumberError::TooLarge));
}

#[test]
fn writes_decimals_or_fractions() {
    assert_eq!(int(-7).to_string(), "-7");
    assert_eq!(frac(-1, 8).to_string(), "-0.125");
    assert_eq!(frac(1, 3).to_string(), "1/3");
    assert_eq!(frac(-200, 3).to_string(), "-200/3");
    assert_eq!(frac(1, 1 << 100).to_string(), format!("1/{}", 1i128 << 100));
    assert_eq!(int(i128::MAX).to_string(), i128::MAX.to_string());
}

#[test]
fn rounds_negatives_as_mirror_images() {
    use RoundMode::{Down, HalfEven, HalfUp, Up};
    let cases = [
        (5, 2, HalfUp, 3),
        (-5, 2, HalfUp, -3),
        (5, 2, HalfEven, 2),
        (-5, 2, HalfEven, -2),
        (7, 2, HalfEven, 4),
        (-7, 2, HalfEven, -4),
        (1, 2, HalfEven, 0),
        (5, 2, Up, 3),
        (-5, 2, Up, -3),
        (5, 2, Down, 2),
        (-5, 2, Down, -2),
        (9, 4, HalfUp, 2),
        (-9, 4, HalfUp, -2),
        (11, 4, Down, 2),
        (-1, 100, Up, -1),
        (6, 2, Up, 3),
        (-6, 2, Up, -3),
        (0, 1, Up, 0),
    ];
    for (n, d, mode, want) in cases {
        assert_eq!(frac(n, d).round(mode, Exact::ONE), Ok(int(want)), "{n}/{d} {mode:?}");
    }
    assert_eq!(int(365_880).round(HalfUp, int(100)), Ok(int(365_900)));
    assert_eq!(int(150).round(HalfUp, int(-100)), Ok(int(200)));
    assert_eq!(frac(1234, 10000).round(HalfUp, frac(1, 1000)), Ok(frac(123, 1000)));
    assert_eq!(int(1).round(Up, frac(2, 3)), Ok(frac(4, 3)));
    assert_eq!(int(1).round(Up, Exact::ZERO), Err(ArithError::DivisionByZero));
    assert_eq!(int(i128::MAX).round(Up, int(2)), Err(ArithError::Overflow));
    assert_eq!(int(-3).floor_to(int(2)), Ok(int(-4)));
    assert_eq!((frac(-7, 2).floor(), frac(-7, 2).ceil(), int(-3).floor(), int(-3).ceil()), (-4, -3, -3, -3));
}

#[test]
fn modes_are_read_by_their_words() {
    for word in ["half_up", "half_even", "up", "down"] {
        assert_eq!(RoundMode::parse(word).unwrap().word(), word);
    }
    assert_eq!(RoundMode::parse("HALF_UP"), None);
}

#[test]
fn overflow_is_an_error_not_a_panic() {
    let max = int(i128::MAX);
    let tiny = frac(1, i128::MAX);
    assert_eq!(max.checked_add(Exact::ONE), Err(ArithError::Overflow));
    assert_eq!(max.negated().checked_sub(Exact::ONE), Err(ArithError::Overflow));
    assert_eq!(max.checked_mul(int(2)), Err(ArithError::Overflow));
    assert_eq!(tiny.checked_mul(frac(1, 2)), Err(ArithError::Overflow));
    assert_eq!(tiny.checked_add(frac(1, 2)), Err(ArithError::Overflow));
    assert_eq!(max.checked_div(frac(1, 2)), Err(ArithError::Overflow));
    assert_eq!(Exact::ONE.checked_div(Exact::ZERO), Err(ArithError::DivisionByZero));
    assert_eq!(Exact::ZERO.checked_div(Exact::ZERO), Err(ArithError::DivisionByZero));
    assert_eq!(Exact::ratio(1, 0), Err(ArithError::DivisionByZero));
    assert_eq!(Exact::ratio(i128::MIN, 3), Err(ArithError::Overflow));
    assert_eq!(Exact::ratio(3, i128::MIN), Err(ArithError::Overflow));
    assert_eq!(int(i128::MIN).negated(), max);
    // products that would be exactly i128::MIN
    assert_eq!(int(-(1 << 64)).checked_mul(int(1 << 63)), Err(ArithError::Overflow));
    assert_eq!(frac(-(1 << 64), 3).checked_mul(frac(1 << 63, 5)), Err(ArithError::Overflow));
    assert_eq!(frac(-(1 << 64), 3).checked_div(frac(-5, 1 << 63)), Err(ArithError::Overflow));
    assert_eq!(frac(1 << 64, 3).checked_div(frac(-5, 1 << 63)), Err(ArithError::Overflow));
    assert_eq!(max.checked_div(max), Ok(Exact::ONE));
    assert_eq!((max.ceil(), max.negated().floor()), (i128::MAX, -i128::MAX));
}

#[test]
fn comparing_never_overflows() {
    let a = frac(i128::MAX, i128::MAX - 1);
    let b = frac(i128::MAX - 1, i128::MAX - 2);
    assert_eq!(a.cmp(&b), Ordering::Less);
    assert_eq!(a.negated().cmp(&b.negated()), Ordering::Greater);
    assert_eq!(a.cmp(&a.negated()), Ordering::Greater);
    assert_eq!(frac(1, i128::MAX).cmp(&frac(1, i128::MAX - 1)), Ordering::Less);
    assert_eq!(int(-i128::MAX).cmp(&frac(-1, i128::MAX)), Ordering::Less);
}

fn wide() -> impl Strategy<Value = Exact> {
    (any::<i128>(), any::<i128>()).prop_filter_map("no number", |(n, d)| Exact::ratio(n, d).ok())
}

fn middling() -> impl Strategy<Value = Exact> {
    (-1_000_000i128..1_000_000, 1i128..5000).prop_map(|(n, d)| frac(n, d))
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(x in prop_oneof![wide(), middling()]) {
        prop_assert_eq!(Exact::parse_display(&x.to_string()), Ok(x));
        let json = serde_json::to_string(&x).unwrap();
        prop_assert_eq!(serde_json::from_str::<Exact>(&json).unwrap(), x);
    }

    #[test]
    fn nothing_panics(x in wide(), y in wide()) {
        let _ = (x.checked_add(y), x.checked_sub(y), x.checked_mul(y), x.checked_div(y), x.floor(), x.ceil());
        for mode in [RoundMode::HalfUp, RoundMode::HalfEven, RoundMode::Up, RoundMode::Down] {
            let _ = x.round(mode, y);
        }
        prop_assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
        prop_assert_eq!(x.cmp(&y), y.negated().cmp(&x.negated()));
        prop_assert_eq!(x == y, x.cmp(&y) == Ordering::Equal);
    }

    #[test]
    fn arithmetic_is_exact(x in middling(), y in middling()) {
        let sum = x.checked_add(y).unwrap();
        prop_assert_eq!(sum.checked_sub(y), Ok(x));
        prop_assert_eq!(sum, y.checked_add(x).unwrap());
        prop_assert_eq!(sum.numer() * x.denom() * y.denom(), sum.denom() * (x.numer() * y.denom() + y.numer() * x.denom()));
        let product = x.checked_mul(y).unwrap();
        if !y.is_zero() {
            prop_assert_eq!(product.checked_div(y), Ok(x));
        }
        prop_assert_eq!(x.cmp(&y), (x.numer() * y.denom()).cmp(&(y.numer() * x.denom())));
    }

    #[test]
    fn rounding_gives_the_right_neighbour(x in middling(), unit in (1i128..300, 1i128..50).prop_map(|(n, d)| frac(n, d))) {
        for mode in [RoundMode::HalfUp, RoundMode::HalfEven, RoundMode::Up, RoundMode::Down] {
            let r = x.round(mode, unit).unwrap();
            prop_assert!(r.checked_div(unit).unwrap().is_integer());
            let off = r.checked_sub(x).unwrap().abs();
            prop_assert!(off < unit);
            match mode {
                RoundMode::Up => prop_assert!(r.abs() >= x.abs()),
                RoundMode::Down => prop_assert!(r.abs() <= x.abs()),
                _ => prop_assert!(off.checked_mul(int(2)).unwrap() <= unit),
            }
            prop_assert_eq!(x.negated().round(mode, unit).unwrap(), r.negated());
        }
        let low = x.floor_to(unit).unwrap();
        prop_assert!(low <= x && low.checked_add(unit).unwrap() > x);
    }
}
