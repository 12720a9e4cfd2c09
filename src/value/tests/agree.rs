//! In: `agree`. Out: tests of which scalars agree, and that no order of arguments matters. Never here: how lists are joined.

use super::{closed, frac, int, unknown, values};
use crate::value::{Interval, Num, Record, RecordId, RegionId, TimeUnit, Value, Variants, agree, agree_all};
use proptest::prelude::*;
use std::sync::Arc;

fn num(n: i128) -> Value {
    Value::Num(Num::from_int(n))
}

fn range(id: u32, lo: i128, hi: i128) -> Value {
    Value::Num(unknown(id, closed(lo, hi)))
}

fn both(a: &Value, b: &Value) -> Option<Value> {
    let result = agree(a, b);
    assert_eq!(result, agree(b, a), "{a:?} and {b:?} in the other order");
    result
}

#[test]
fn numbers_and_ranges() {
    assert_eq!(both(&num(3), &num(3)), Some(num(3)));
    assert_eq!(both(&num(3), &num(4)), None);
    assert_eq!(both(&num(3), &range(1, 2, 4)), Some(num(3)));
    assert_eq!(both(&num(4), &range(1, 2, 4)), Some(num(4)));
    assert_eq!(both(&num(5), &range(1, 2, 4)), None);
    assert_eq!(both(&range(1, 2, 4), &range(2, 1, 5)), Some(range(1, 2, 4)));
    assert_eq!(both(&range(1, 2, 4), &range(2, 3, 5)), None);
    assert_eq!(both(&range(1, 2, 4), &range(2, 2, 4)), Some(range(1, 2, 4)));
    let over = Value::Num(unknown(1, Interval::over(int(3))));
    assert_eq!(both(&over, &num(3)), None);
    assert_eq!(both(&over, &num(4)), Some(num(4)));
}

#[test]
fn unknown_numbers_on_both_sides_cancel() {
    let x = unknown(1, closed(0, 10));
    let more = |n: i128| Value::Num(x.add(&Num::from_int(n)).unwrap());
    assert_eq!(both(&more(1), &more(1)), Some(more(1)));
    assert_eq!(both(&more(0), &more(1)), None);
    let twice = Value::Num(x.scale(int(2)).unwrap());
    assert_eq!(both(&more(0), &twice), None);
    // x lies within x + 0..1 whatever x is
    let wider = Value::Num(x.add(&unknown(2, closed(0, 1))).unwrap());
    assert_eq!(both(&more(0), &wider), Some(more(0)));
}

#[test]
fn approximate_numbers() {
    let about = |id, n| Value::Num(super::about(id, int(n)));
    assert_eq!(both(&about(1, 70), &about(2, 70)), Some(about(1, 70)));
    assert_eq!(both(&about(1, 70), &about(2, 71)), None);
    assert_eq!(both(&about(1, 70), &num(70)), Some(num(70)));
    assert_eq!(both(&about(1, 70), &num(71)), None);
    assert_eq!(both(&about(1, 70), &range(2, 60, 80)), Some(about(1, 70)));
    assert_eq!(both(&about(1, 70), &range(2, 70, 80)), None);
    assert_eq!(both(&about(1, 70), &range(2, 71, 80)), None);
}

#[test]
fn the_same_said_twice() {
    let roughly = |id| Value::Num(super::about(id, int(70)));
    assert!(range(1, 2, 4).same(&range(2, 2, 4)) && roughly(1).same(&roughly(2)));
    assert!(!roughly(1).same(&num(70)) && !range(1, 2, 4).same(&range(1, 2, 5)) && !num(0).same(&Value::None));
}

#[test]
fn everything_else() {
    let set = |v: &[u16]| Value::Variants(Variants::from_set(v.iter().copied()).unwrap());
    assert_eq!(both(&set(&[1]), &set(&[0, 1])), Some(set(&[1])));
    assert_eq!(both(&set(&[1, 2]), &set(&[0, 1])), None);
    assert_eq!(both(&set(&[1]), &set(&[2])), None);
    assert_eq!(both(&Value::None, &Value::None), Some(Value::None));
    assert_eq!(both(&Value::None, &num(0)), None);
    assert_eq!(both(&Value::Text("a".into()), &Value::Text("a".into())), Some(Value::Text("a".into())));
    assert_eq!(both(&Value::Region(RegionId(1)), &Value::Region(RegionId(2))), None);
    assert_eq!(both(&Value::Bool(true), &Value::Bool(false)), None);
    let record = |id, kind: &[u16], n| Value::Record(Arc::new(Record { id: RecordId(id), fields: vec![set(kind), n] }));
    assert_eq!(both(&record(0, &[1, 2], num(3)), &record(0, &[1], range(1, 2, 4))), Some(record(0, &[1], num(3))));
    assert_eq!(both(&record(0, &[1], num(3)), &record(1, &[1], num(3))), None);
    let lasts = |n, unit| Value::Duration(Num::from_int(n), unit);
    assert_eq!(both(&lasts(12, TimeUnit::Years), &lasts(12, TimeUnit::Months)), Some(lasts(12, TimeUnit::Months)));
    assert_eq!(both(&lasts(10, TimeUnit::Days), &lasts(10, TimeUnit::WorkingDays)), None);
    assert_eq!(agree_all(&[]), None);
}

#[test]
fn variants_are_sets() {
    let set = |v: &[u16]| Variants::from_set(v.iter().copied()).unwrap();
    assert_eq!(Variants::from_set([]), None);
    assert_eq!(set(&[3, 1, 3]).as_slice(), &[1, 3]);
    assert_eq!(set(&[3, 3]), Variants::One(3));
    assert_eq!(set(&[1, 3]).complement(5), Some(set(&[0, 2, 4])));
    assert_eq!(set(&[0, 1]).complement(2), None);
    assert_eq!(Variants::all(0), None);
    assert_eq!(Variants::all(3), Some(set(&[0, 1, 2])));
    assert_eq!(set(&[1, 3]).intersect(&set(&[3, 4])), Some(Variants::One(3)));
    assert_eq!(set(&[1, 3]).intersect(&set(&[4])), None);
    assert_eq!(set(&[1, 3]).union(&set(&[2])), set(&[1, 2, 3]));
    assert!(set(&[1, 3]).contains(3) && !set(&[1, 3]).contains(2) && set(&[3]).is_subset(&set(&[1, 3])));
}

#[test]
fn ranges_too_large_to_work_out_disagree() {
    let huge = unknown(1, Interval::at_least(int(i128::MAX))).add(&Num::from_int(1)).unwrap();
    assert_eq!(both(&Value::Num(huge), &num(3)), None);
    assert_eq!(both(&Value::Num(super::about(1, frac(1, 3))), &num(3)), None);
}

proptest! {
    #[test]
    fn agreement_does_not_depend_on_order(a in values(1), b in values(2)) {
        prop_assert_eq!(agree(&a, &b), agree(&b, &a));
        prop_assert_eq!(agree(&a, &a), Some(a.clone()));
        prop_assert_eq!(agree(&a, &b), agree_all(&[&a, &b]));
        if let Some(v) = agree(&a, &b) {
            // what was agreed on agrees with both and adds nothing to itself
            prop_assert_eq!(agree(&v, &v), Some(v.clone()));
            prop_assert!(agree(&v, &a).is_some() && agree(&v, &b).is_some());
        }
        prop_assert_eq!(a.order(&b), b.order(&a).reverse());
    }

    #[test]
    fn three_agree_in_any_order(a in values(1), b in values(2), c in values(3)) {
        let all = agree_all(&[&a, &b, &c]);
        for other in [[&a, &c, &b], [&b, &a, &c], [&b, &c, &a], [&c, &a, &b], [&c, &b, &a]] {
            prop_assert_eq!(&agree_all(&other), &all);
        }
        if all.is_some() {
            prop_assert!(agree(&a, &b).is_some() && agree(&b, &c).is_some() && agree(&a, &c).is_some());
        }
        let sequence = |v: &Value| v.as_list().is_some_and(|l| l.ordered);
        if !(sequence(&a) || sequence(&b) || sequence(&c)) {
            let left = agree(&a, &b).and_then(|ab| agree(&ab, &c));
            let right = agree(&b, &c).and_then(|bc| agree(&a, &bc));
            if let (Some(left), Some(right)) = (left, right) {
                prop_assert_eq!(left, right);
            }
        }
    }

    #[test]
    fn the_order_of_values_is_total(a in values(1), b in values(2), c in values(3)) {
        if a.order(&b).is_le() && b.order(&c).is_le() {
            prop_assert!(a.order(&c).is_le());
        }
    }
}
