//! In: `Num`. Out: tests that sums cancel, ranges hold every result and comparisons never lie. Never here: the calendar.

use super::{Counter, about, closed, evaluate, frac, int, intervals, member, small, unknown, unknown_whole};
use crate::value::{ArithError, CmpOp, Comparison, Decision, Exact, Interval, Num, Origin, Origins};
use proptest::prelude::*;
use std::cmp::Ordering;

const OPS: [CmpOp; 6] = [CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge];

#[test]
fn sums_cancel_exactly() {
    let own = unknown(1, closed(0, 300));
    let cost = Num::from_int(1000);
    assert_eq!(own.add(&cost.sub(&own).unwrap()).unwrap(), cost);
    assert_eq!(own.sub(&own).unwrap(), Num::ZERO);
    assert_eq!(own.scale(Exact::ZERO).unwrap(), Num::ZERO);
    let other = unknown(2, closed(5, 6));
    let sum = own.add(&other).unwrap();
    assert_eq!(sum.interval().unwrap(), closed(5, 306));
    assert_eq!(sum.sub(&own).unwrap(), other);
    assert_eq!(sum.sub(&own).unwrap().sub(&other).unwrap(), Num::ZERO);
    assert_eq!(own.sub(&own.scale(int(2)).unwrap()).unwrap().interval().unwrap(), closed(-300, 0));
}

#[test]
fn a_single_possible_number_is_exact() {
    assert_eq!(unknown(1, Interval::point(int(3))), Num::from_int(3));
    let between = Interval::new(Some(int(3)), false, Some(int(5)), false).unwrap();
    assert_eq!(unknown_whole(1, between), Num::from_int(4));
    assert!(matches!(about(1, int(3)), Num::Range(_)));
}

#[test]
fn narrowing_and_substituting() {
    let x = Origin::new(1, closed(0, 10), true, false);
    let n = Num::origin(x.clone()).scale(int(2)).unwrap().add(&Num::from_int(1)).unwrap();
    let upper = x.narrowed(&Interval::over(int(8))).unwrap();
    assert_eq!(*upper.interval(), closed(9, 10));
    assert_eq!(upper.stated().lo, Some(int(8)));
    assert_eq!(n.narrow(&upper).unwrap().interval().unwrap(), closed(19, 21));
    let last = upper.narrowed(&Interval::over(int(9))).unwrap();
    assert_eq!(n.narrow(&last).unwrap(), Num::from_int(21));
    assert!(last.narrowed(&Interval::under(int(10))).is_none());
    assert_eq!(n.substitute(1, &Num::from_int(4)).unwrap(), Num::from_int(9));
    assert_eq!(n.substitute(7, &Num::from_int(4)).unwrap(), n);
    // two descriptions of one number: the narrower counts, whichever comes first
    let narrow = Num::origin(upper);
    let wide = Num::origin(x);
    assert_eq!(narrow.add(&wide).unwrap().interval().unwrap(), closed(18, 20));
    assert_eq!(wide.add(&narrow).unwrap().interval().unwrap(), closed(18, 20));
}

#[test]
fn products_and_quotients() {
    let mut c = Counter(100);
    let (x, y) = (unknown(1, closed(2, 3)), unknown(2, closed(-1, 4)));
    assert_eq!(x.mul(&y, &mut c).unwrap().interval().unwrap(), closed(-3, 12));
    assert_eq!(y.mul(&y, &mut c).unwrap().interval().unwrap(), closed(0, 16));
    assert_eq!(x.div(&x, &mut c).unwrap(), Num::from_int(1));
    assert_eq!(x.scale(int(6)).unwrap().div(&x.scale(int(4)).unwrap(), &mut c).unwrap(), Num::Exact(frac(3, 2)));
    assert_eq!(x.div(&y, &mut c), Err(ArithError::DivisionByZero));
    assert_eq!(x.div(&Num::ZERO, &mut c), Err(ArithError::DivisionByZero));
    assert_eq!(y.div(&x, &mut c).unwrap().interval().unwrap(), Interval::closed(frac(-1, 2), int(2)).unwrap());
    assert_eq!(y.div(&Num::from_int(-2), &mut c).unwrap(), y.scale(frac(-1, 2)).unwrap());
    let roughly = about(3, int(10)).mul(&x, &mut c).unwrap();
    assert!(roughly.is_approx() && roughly.interval().unwrap() == closed(20, 30));
    let both = about(3, int(10)).mul(&about(4, int(5)), &mut c).unwrap();
    assert!(both.is_approx() && both.as_point().unwrap() == Some(int(50)));
}

struct Parents(Vec<u32>);

impl Origins for Parents {
    fn derived(&mut self, interval: Interval, integral: bool, approx: bool, parents: &[u32]) -> Origin {
        self.0 = parents.to_vec();
        Origin::new(99, interval, integral, approx)
    }
}

#[test]
fn derived_numbers_know_their_parents() {
    let mut p = Parents(Vec::new());
    let (x, y) = (unknown(7, closed(2, 3)), unknown(2, closed(4, 5)));
    x.add(&y).unwrap().mul(&y, &mut p).unwrap();
    assert_eq!(p.0, [2, 7]);
}

#[test]
fn comparisons_at_bounds() {
    let x = unknown(1, closed(0, 3));
    let three = Num::from_int(3);
    assert_eq!(x.decide(CmpOp::Le, &three), Ok(Decision::Known(true)));
    assert_eq!(x.decide(CmpOp::Gt, &three), Ok(Decision::Known(false)));
    assert!(matches!(x.decide(CmpOp::Lt, &three), Ok(Decision::Split { at, .. }) if at == int(3)));
    assert!(matches!(three.decide(CmpOp::Gt, &x), Ok(Decision::Split { at, .. }) if at == int(3)));
    assert_eq!(x.decide(CmpOp::Eq, &Num::from_int(4)), Ok(Decision::Known(false)));
    assert_eq!(x.decide(CmpOp::Ne, &Num::from_int(4)), Ok(Decision::Known(true)));
    let open = unknown(1, Interval::under(int(3)));
    assert_eq!(open.decide(CmpOp::Lt, &three), Ok(Decision::Known(true)));
    assert_eq!(open.decide(CmpOp::Ge, &three), Ok(Decision::Known(false)));
    assert_eq!(open.compare(&three), Ok(Comparison::Known(Ordering::Less)));
    assert_eq!(x.compare(&x), Ok(Comparison::Known(Ordering::Equal)));
    assert_eq!(x.add(&Num::from_int(1)).unwrap().compare(&x), Ok(Comparison::Known(Ordering::Greater)));
    assert!(matches!(Num::from_int(1).compare(&x), Ok(Comparison::Split { flipped: true, .. })));
    assert_eq!(x.compare(&unknown(2, closed(1, 2))), Ok(Comparison::Unknown));
    assert_eq!(x.compare(&unknown(2, closed(4, 5))), Ok(Comparison::Known(Ordering::Less)));
    let whole = unknown_whole(1, closed(0, 9));
    assert_eq!(whole.scale(int(2)).unwrap().decide(CmpOp::Eq, &Num::from_int(5)), Ok(Decision::Known(false)));
    assert_eq!(unknown_whole(1, Interval::over(int(3))).decide(CmpOp::Ge, &Num::from_int(4)), Ok(Decision::Known(true)));
}

#[test]
fn about_counts_as_its_centre() {
    let a = about(1, frac(7, 10));
    assert_eq!(a.compare(&Num::Exact(frac(7, 10))), Ok(Comparison::Known(Ordering::Equal)));
    assert_eq!(a.decide(CmpOp::Gt, &Num::Exact(frac(6, 10))), Ok(Decision::Known(true)));
    assert!(matches!(unknown(2, closed(0, 1)).decide(CmpOp::Gt, &a), Ok(Decision::Split { at, .. }) if at == frac(7, 10)));
    assert!(a.add(&Num::from_int(1)).unwrap().is_approx());
}

#[test]
fn overflow_is_reported() {
    let big = unknown(1, Interval::closed(int(0), int(i128::MAX)).unwrap());
    assert_eq!(big.add(&Num::from_int(1)).unwrap().interval(), Err(ArithError::Overflow));
    assert_eq!(big.scale(int(2)).unwrap().interval(), Err(ArithError::Overflow));
    assert_eq!(big.add(&Num::from_int(1)).unwrap().decide(CmpOp::Lt, &Num::ZERO), Err(ArithError::Overflow));
}

#[test]
fn serialised_numbers_come_back() {
    let n = unknown(1, Interval::over(frac(1, 3))).add(&about(2, int(4))).unwrap();
    let back: Num = serde_json::from_str(&serde_json::to_string(&n).unwrap()).unwrap();
    assert_eq!(back, n);
    assert_eq!(back.interval(), n.interval());
    assert!(back.is_approx());
}

/// Three unknown numbers, each at one of its possible places.
fn worlds() -> impl Strategy<Value = Vec<(Origin, Exact)>> {
    proptest::collection::vec((intervals(), any::<bool>(), 0i128..=8), 3).prop_map(|all| {
        let place = |(id, (i, integral, pick)): (usize, (Interval, bool, i128))| {
            let integral = integral && i.normalise_integral().is_some();
            let o = Origin::new(u32::try_from(id).unwrap(), i, integral, false);
            let x = member(o.interval(), pick);
            let x = if integral { int(x.floor()) } else { x };
            assert!(o.interval().contains(x));
            (o, x)
        };
        all.into_iter().enumerate().map(place).collect()
    })
}

fn sum(world: &[(Origin, Exact)], konst: Exact, coefficients: &[i128]) -> Num {
    Num::affine(konst, world.iter().zip(coefficients).map(|((o, _), c)| (o.clone(), int(*c)))).unwrap()
}

proptest! {
    #[test]
    fn sums_mean_what_they_say(world in worlds(), k in small(), l in small(), a in proptest::collection::vec(-2i128..=2, 3), b in proptest::collection::vec(-2i128..=2, 3)) {
        let at = |o: &Origin| world.iter().find(|(w, _)| w == o).unwrap().1;
        let (x, y) = (sum(&world, k, &a), sum(&world, l, &b));
        let (vx, vy) = (evaluate(&x, &at), evaluate(&y, &at));
        prop_assert!(x.interval().unwrap().contains(vx));
        prop_assert_eq!(evaluate(&x.add(&y).unwrap(), &at), vx.checked_add(vy).unwrap());
        prop_assert_eq!(evaluate(&x.sub(&y).unwrap(), &at), vx.checked_sub(vy).unwrap());
        prop_assert_eq!(x.add(&y).unwrap(), y.add(&x).unwrap());
        prop_assert_eq!(x.add(&y).unwrap().sub(&y).unwrap(), x.clone());
        prop_assert_eq!(x.sub(&x).unwrap(), Num::ZERO);
        prop_assert!(!x.is_integral() || vx.is_integer());
        let mut c = Counter(100);
        let product = x.mul(&y, &mut c).unwrap();
        prop_assert!(product.interval().unwrap().contains(vx.checked_mul(vy).unwrap()));
        match x.div(&y, &mut c) {
            Ok(q) => prop_assert!(q.interval().unwrap().contains(vx.checked_div(vy).unwrap())),
            Err(_) => prop_assert!(y.interval().unwrap().contains(int(0))),
        }
        let floored = x.map_monotone(|v| Ok(int(v.floor())), &mut c).unwrap();
        prop_assert!(floored.interval().unwrap().contains(int(vx.floor())));
    }

    #[test]
    fn comparisons_never_lie(world in worlds(), k in small(), l in small(), a in proptest::collection::vec(-1i128..=1, 3), b in proptest::collection::vec(-1i128..=1, 3)) {
        let at = |o: &Origin| world.iter().find(|(w, _)| w == o).unwrap().1;
        let (x, y) = (sum(&world, k, &a), sum(&world, l, &b));
        let order = evaluate(&x, &at).cmp(&evaluate(&y, &at));
        match x.compare(&y).unwrap() {
            Comparison::Known(known) => prop_assert_eq!(known, order),
            Comparison::Split { origin, at: cut, flipped } => {
                let side = at(&origin).cmp(&cut);
                prop_assert_eq!(if flipped { side.reverse() } else { side }, order);
            }
            Comparison::Unknown => prop_assert!(x.sub(&y).unwrap().terms().len() > 1),
        }
        for op in OPS {
            match x.decide(op, &y).unwrap() {
                Decision::Known(known) => prop_assert_eq!(known, op.holds(order)),
                Decision::Split { origin, at: cut } => {
                    // on either side of the cut and at it the question is decided
                    for part in [Interval::under(cut), Interval::point(cut), Interval::over(cut)] {
                        let Some(narrow) = origin.narrowed(&part) else { continue };
                        let decided = x.narrow(&narrow).unwrap().decide(op, &y.narrow(&narrow).unwrap()).unwrap();
                        prop_assert!(matches!(decided, Decision::Known(_)));
                        if part.contains(at(&origin)) {
                            prop_assert_eq!(decided, Decision::Known(op.holds(order)));
                        }
                    }
                }
                Decision::Unknown => prop_assert!(x.sub(&y).unwrap().terms().len() > 1),
            }
        }
    }
}
