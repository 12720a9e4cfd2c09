//! In: `Interval`. Out: tests of ends, arithmetic and whole numbers. Never here: origins.

use super::{closed, frac, int, intervals, member, small};
use crate::value::{ArithError, Exact, Interval};
use proptest::prelude::*;

#[test]
fn ends_belong_or_not() {
    let i = Interval::over_up_to(int(3), int(6)).unwrap();
    assert!(!i.contains(int(3)) && i.contains(int(6)) && i.contains(frac(31, 10)) && !i.contains(int(7)));
    assert!(Interval::over_up_to(int(3), int(3)).is_none());
    assert!(Interval::closed(int(3), int(2)).is_none());
    assert!(Interval::point(int(3)).is_point() && !i.is_point());
    assert!(Interval::at_least(int(3)).contains(int(3)) && !Interval::over(int(3)).contains(int(3)));
    assert!(Interval::at_most(int(3)).contains(int(3)) && !Interval::under(int(3)).contains(int(3)));
    assert_eq!(Interval::at_most(int(3)).intersect(&Interval::over(int(3))), None);
    assert_eq!(Interval::at_most(int(3)).intersect(&Interval::at_least(int(3))), Some(Interval::point(int(3))));
    assert!(closed(1, 2).is_inside(&closed(0, 3)) && !closed(0, 2).is_inside(&closed(0, 3)));
}

#[test]
fn whole_numbers_have_closed_ends() {
    assert_eq!(Interval::over(int(3)).normalise_integral(), Some(Interval::at_least(int(4))));
    assert_eq!(Interval::under(int(3)).normalise_integral(), Some(Interval::at_most(int(2))));
    assert_eq!(Interval::over(frac(7, 2)).normalise_integral(), Some(Interval::at_least(int(4))));
    assert_eq!(Interval::at_most(frac(-7, 2)).normalise_integral(), Some(Interval::at_most(int(-4))));
    assert_eq!(Interval::new(Some(int(3)), false, Some(int(4)), false).unwrap().normalise_integral(), None);
    assert_eq!(Interval::closed(frac(1, 3), frac(2, 3)).unwrap().normalise_integral(), None);
    assert_eq!(Interval::ALL.normalise_integral(), Some(Interval::ALL));
    let far = Interval::over(int(i128::MAX));
    assert!(far.normalise_integral().is_some());
}

#[test]
fn products_and_reciprocals_keep_their_ends() {
    let positive = Interval::over(int(0));
    assert_eq!(positive.mul(&positive), Ok(positive));
    assert_eq!(closed(0, 5).mul(&Interval::at_least(int(1))), Ok(Interval::at_least(int(0))));
    assert_eq!(closed(-2, 3).mul(&closed(-5, 7)), Ok(closed(-15, 21)));
    assert_eq!(closed(-2, 3).square(), Ok(closed(0, 9)));
    assert_eq!(Interval::ALL.square(), Ok(Interval::at_least(int(0))));
    assert_eq!(Interval::ALL.mul(&Interval::point(int(0))), Ok(Interval::point(int(0))));
    assert_eq!(closed(1, 2).reciprocal(), Ok(Interval::closed(frac(1, 2), int(1)).unwrap()));
    assert_eq!(Interval::over_up_to(int(0), int(5)).unwrap().reciprocal(), Ok(Interval::at_least(frac(1, 5))));
    assert_eq!(Interval::at_least(int(2)).reciprocal(), Ok(Interval::over_up_to(int(0), frac(1, 2)).unwrap()));
    assert_eq!(Interval::under(int(0)).reciprocal(), Ok(Interval::under(int(0))));
    assert_eq!(closed(0, 2).reciprocal(), Err(ArithError::DivisionByZero));
    assert_eq!(closed(-1, 2).reciprocal(), Err(ArithError::DivisionByZero));
    assert_eq!(Interval::point(int(i128::MAX)).add(&closed(0, 1)), Err(ArithError::Overflow));
}

proptest! {
    #[test]
    fn sets_behave_like_sets(a in intervals(), b in intervals(), x in small()) {
        let both = a.contains(x) && b.contains(x);
        prop_assert_eq!(a.intersect(&b).is_some_and(|i| i.contains(x)), both);
        prop_assert_eq!(a.intersect(&b), b.intersect(&a));
        prop_assert_eq!(a.intersects(&b), a.intersect(&b).is_some());
        prop_assert!(!(a.contains(x) || b.contains(x)) || a.hull(&b).contains(x));
        prop_assert_eq!(a.hull(&b), b.hull(&a));
        prop_assert!(a.is_subset_of(&a.hull(&b)));
        prop_assert_eq!(a.is_subset_of(&b), a.intersect(&b) == Some(a));
        prop_assert!(!a.is_subset_of(&b) || !a.contains(x) || b.contains(x));
        prop_assert!(!a.is_inside(&b) || a.is_subset_of(&b));
        prop_assert_eq!(a.order(&b), b.order(&a).reverse());
        prop_assert_eq!(a.order(&b).is_eq(), a == b);
    }

    #[test]
    fn whole_numbers_stay(a in intervals(), n in -15i128..=15) {
        prop_assert_eq!(a.normalise_integral().is_some_and(|i| i.contains(int(n))), a.contains(int(n)));
    }

    #[test]
    fn arithmetic_keeps_every_result(a in intervals(), b in intervals(), p in 0i128..=8, q in 0i128..=8, k in small()) {
        let (x, y) = (member(&a, p), member(&b, q));
        prop_assert!(a.contains(x) && b.contains(y));
        prop_assert!(a.add(&b).unwrap().contains(x.checked_add(y).unwrap()));
        prop_assert!(a.mul(&b).unwrap().contains(x.checked_mul(y).unwrap()));
        prop_assert_eq!(a.mul(&b).unwrap(), b.mul(&a).unwrap());
        prop_assert!(a.square().unwrap().contains(x.checked_mul(x).unwrap()));
        prop_assert!(a.scale(k).unwrap().contains(x.checked_mul(k).unwrap()));
        prop_assert_eq!(a.scale(k).unwrap(), a.mul(&Interval::point(k)).unwrap());
        match a.reciprocal() {
            Ok(r) => prop_assert!(r.contains(Exact::ONE.checked_div(x).unwrap())),
            Err(e) => prop_assert!(e == ArithError::DivisionByZero && a.contains(int(0))),
        }
    }

    #[test]
    fn products_are_tight(a in intervals(), b in intervals()) {
        let product = a.mul(&b).unwrap();
        let ends = |i: &Interval| [i.lo, i.hi].into_iter().flatten().collect::<Vec<_>>();
        for (end, reached) in [(product.lo, product.lo_closed), (product.hi, product.hi_closed)] {
            let Some(end) = end else { continue };
            let corner = ends(&a).iter().any(|x| ends(&b).iter().any(|y| x.checked_mul(*y) == Ok(end)));
            prop_assert!(corner || end.is_zero());
            if reached {
                let at = |i: &Interval, x: Exact| i.contains(x);
                let somewhere = ends(&a).iter().any(|x| ends(&b).iter().any(|y| at(&a, *x) && at(&b, *y) && x.checked_mul(*y) == Ok(end)));
                prop_assert!(somewhere || (end.is_zero() && (a.contains(int(0)) || b.contains(int(0)))));
            }
        }
    }
}
