//! In: lists. Out: tests of standard forms, `+=` and which lists agree. Never here: scalars.

use super::{closed, lists, unknown};
use crate::value::{Item, List, ListError, Num, Value, agree, agree_all, union, union_all};
use proptest::prelude::*;

const A: u16 = 0;
const B: u16 = 1;
const C: u16 = 2;
const D: u16 = 3;

fn one(v: u16) -> Item {
    Item::plain(Value::variant(v))
}

fn takes(v: u16, n: i128) -> Item {
    Item::with(Value::variant(v), vec![(0, Value::Num(Num::from_int(n)))]).unwrap()
}

fn any_of(v: &[u16]) -> Item {
    Item::any_of(v.iter().map(|v| one(*v)).collect()).unwrap()
}

fn set(v: &[u16], open: bool) -> List {
    List::new(v.iter().map(|v| one(*v)).collect(), false, open).unwrap()
}

fn seq(v: &[u16], open: bool) -> List {
    List::new(v.iter().map(|v| one(*v)).collect(), true, open).unwrap()
}

fn both(a: &List, b: &List) -> Option<List> {
    let (x, y) = (Value::from(a.clone()), Value::from(b.clone()));
    let result = agree(&x, &y);
    assert_eq!(result, agree(&y, &x));
    result.map(|v| v.as_list().unwrap().clone())
}

#[test]
fn standard_forms() {
    assert_eq!(set(&[C, A, B, A], false), set(&[A, B, C], false));
    assert_eq!(set(&[C, A], false).items, [one(A), one(C)]);
    assert_eq!(seq(&[C, A, C], false).items, [one(C), one(A), one(C)]);
    assert_eq!(any_of(&[B]), one(B));
    assert_eq!(any_of(&[B, A, B]), any_of(&[A, B]));
    assert_eq!(Item::any_of(vec![any_of(&[A, B]), one(C)]).unwrap(), any_of(&[A, B, C]));
    assert_eq!(List::set_of([Value::variant(C), Value::variant(A), Value::variant(C)]), set(&[A, C], false));
    let twice = List::new(vec![one(A), takes(A, 3)], false, false).unwrap();
    assert_eq!(twice.items, [takes(A, 3)]);
    let conflict = List::new(vec![takes(A, 4), takes(A, 3)], false, false).unwrap_err();
    assert!(matches!(conflict, ListError::Attribute { attribute: 0, .. }));
    assert!(Item::with(Value::variant(A), vec![(0, Value::Bool(true)), (0, Value::Bool(false))]).is_err());
    let sorted = Item::with(Value::variant(A), vec![(2, Value::Bool(true)), (1, Value::Bool(true))]).unwrap();
    assert_eq!(sorted.attributes().iter().map(|(i, _)| *i).collect::<Vec<_>>(), [1, 2]);
    assert!(set(&[A, C], false).contains(&one(C)) && seq(&[C, A], false).contains(&one(A)) && !set(&[A], false).contains(&one(B)));
}

#[test]
fn additions_are_joined() {
    assert_eq!(union(&set(&[A, C], false), &set(&[C, B], true)).unwrap(), set(&[A, B, C], true));
    assert_eq!(union(&List::empty(), &seq(&[C, A], false)).unwrap(), seq(&[C, A], false));
    assert_eq!(union(&List::empty(), &List::empty()).unwrap(), List::empty());
    assert_eq!(union(&seq(&[C, A], false), &seq(&[A, B], false)).unwrap(), seq(&[C, A, B], false));
    assert_eq!(union(&seq(&[C, A], false), &seq(&[A, C], false)), Err(ListError::Order));
    assert_eq!(union(&seq(&[C, A], false), &set(&[B], false)).unwrap(), set(&[A, B, C], false));
    let attributes = union(
        &List::new(vec![takes(A, 3)], false, false).unwrap(),
        &List::new(vec![Item::with(Value::variant(A), vec![(1, Value::Bool(true))]).unwrap()], false, false).unwrap(),
    );
    assert_eq!(attributes.unwrap().items.first().unwrap().attributes().len(), 2);
    let x = List::new(vec![takes(A, 3)], false, false).unwrap();
    let y = List::new(vec![takes(A, 4)], false, false).unwrap();
    assert_eq!(union(&x, &y), union(&y, &x));
    assert!(union(&x, &y).is_err());
    let asked = List::new(vec![one(A)], false, false).unwrap();
    let choice = List::new(vec![any_of(&[A, B])], false, false).unwrap();
    assert_eq!(union(&asked, &choice).unwrap().items.len(), 2);
}

#[test]
fn closed_and_open_sets() {
    assert_eq!(both(&set(&[A, B], false), &set(&[B, A], false)), Some(set(&[A, B], false)));
    assert_eq!(both(&set(&[A, B], false), &set(&[A], false)), None);
    assert_eq!(both(&set(&[A], true), &set(&[B], true)), Some(set(&[A, B], true)));
    assert_eq!(both(&set(&[A], true), &set(&[A, B], false)), Some(set(&[A, B], false)));
    assert_eq!(both(&set(&[A, C], true), &set(&[A, B], false)), None);
    assert_eq!(both(&set(&[], true), &set(&[A], false)), Some(set(&[A], false)));
    assert_eq!(both(&set(&[], false), &set(&[A], false)), None);
}

#[test]
fn attributes_are_merged_and_must_agree() {
    let with = |item, open| List::new(vec![item], false, open).unwrap();
    assert_eq!(both(&with(takes(A, 3), false), &with(one(A), false)), Some(with(takes(A, 3), false)));
    assert_eq!(both(&with(takes(A, 3), true), &with(one(A), false)), Some(with(takes(A, 3), false)));
    assert_eq!(both(&with(takes(A, 3), true), &with(takes(A, 4), true)), None);
    let roughly = Item::with(Value::variant(A), vec![(0, Value::Num(unknown(1, closed(2, 5))))]).unwrap();
    assert_eq!(both(&with(takes(A, 3), false), &with(roughly, false)), Some(with(takes(A, 3), false)));
}

#[test]
fn choices() {
    let with = |items: Vec<Item>, open| List::new(items, false, open).unwrap();
    let choice = || any_of(&[A, B]);
    assert_eq!(both(&with(vec![choice()], false), &with(vec![any_of(&[B, A])], false)), Some(with(vec![choice()], false)));
    assert_eq!(both(&with(vec![choice()], false), &with(vec![any_of(&[A, C])], false)), None);
    assert_eq!(both(&with(vec![choice()], false), &with(vec![one(A)], false)), None);
    assert_eq!(both(&with(vec![choice()], true), &with(vec![one(A)], true)), None);
    assert_eq!(both(&with(vec![choice()], true), &with(vec![one(C)], true)).unwrap().items.len(), 2);
    // who names both has nothing against either
    assert!(both(&with(vec![choice(), one(A)], true), &with(vec![one(A)], true)).is_some());
    let copy = |v| Item::with(Value::variant(v), vec![(1, Value::Bool(true))]).unwrap();
    let copies = Item::any_of(vec![copy(A), copy(B)]).unwrap();
    assert_eq!(both(&with(vec![choice()], false), &with(vec![copies.clone()], false)), Some(with(vec![copies], false)));
}

#[test]
fn sequences() {
    assert_eq!(both(&seq(&[C, A], false), &seq(&[C, A], false)), Some(seq(&[C, A], false)));
    assert_eq!(both(&seq(&[C, A], false), &seq(&[A, C], false)), None);
    assert_eq!(both(&seq(&[C, A, B], false), &seq(&[C, B], true)), Some(seq(&[C, A, B], false)));
    assert_eq!(both(&seq(&[C, A, B], false), &seq(&[B, C], true)), None);
    assert_eq!(both(&seq(&[C, A, B], false), &seq(&[C, D], true)), None);
    assert_eq!(both(&seq(&[C, A], true), &seq(&[A, B], true)), Some(seq(&[C, A, B], true)));
    assert_eq!(both(&seq(&[D, A], true), &seq(&[C, A], true)), Some(seq(&[C, D, A], true)));
    assert_eq!(both(&seq(&[C, A], true), &seq(&[A, C], true)), None);
    // a step that comes twice
    assert_eq!(both(&seq(&[A, B, A], false), &seq(&[B, A], true)), Some(seq(&[A, B, A], false)));
    assert_eq!(both(&seq(&[A, B, A], false), &seq(&[A, B], false)), None);
    // a set with the same things says less than a sequence
    assert_eq!(both(&seq(&[C, A], false), &set(&[A, C], false)), Some(seq(&[C, A], false)));
    assert_eq!(both(&seq(&[C, A], false), &set(&[A], true)), Some(seq(&[C, A], false)));
    // what has no place in the sequence leaves only a set
    assert_eq!(both(&seq(&[C, A], true), &set(&[B], true)), Some(set(&[A, B, C], true)));
    let contradicting = [seq(&[A, B], true), seq(&[B, A], true), set(&[C], true)].map(Value::from);
    assert_eq!(agree_all(&contradicting.iter().collect::<Vec<_>>()), None);
    let cycle = [seq(&[A, B], true), seq(&[B, C], true), seq(&[C, A], true)].map(Value::from);
    assert_eq!(agree_all(&cycle.iter().collect::<Vec<_>>()), None);
}

proptest! {
    #[test]
    fn unions_do_not_depend_on_order(a in lists(1), b in lists(2), c in lists(3)) {
        prop_assert_eq!(union(&a, &b), union(&b, &a));
        prop_assert_eq!(union(&a, &a), Ok(a.clone()));
        prop_assert_eq!(union(&a, &List::empty()), Ok(a.clone()));
        let all = union_all(&[&a, &b, &c]);
        prop_assert_eq!(union_all(&[&c, &a, &b]).is_ok(), all.is_ok());
        if let Ok(all) = all {
            prop_assert_eq!(union_all(&[&c, &a, &b]).unwrap(), all.clone());
            prop_assert_eq!(union_all(&[&b, &a, &c]).unwrap(), all.clone());
            if !(a.ordered || b.ordered || c.ordered) {
                prop_assert_eq!(union(&union(&a, &b).unwrap(), &c).unwrap(), all.clone());
                prop_assert_eq!(union(&a, &union(&b, &c).unwrap()).unwrap(), all);
            }
        }
    }

    #[test]
    fn agreed_lists_hold_every_item(a in lists(1), b in lists(2)) {
        if let Some(v) = agree(&Value::from(a.clone()), &Value::from(b.clone())) {
            let list = v.as_list().unwrap();
            prop_assert!(a.items.iter().chain(&b.items).all(|i| list.contains(i)));
            prop_assert_eq!(list.open, a.open && b.open);
            for source in [&a, &b] {
                if source.ordered && list.ordered {
                    let places: Vec<_> = source.items.iter().map(|i| list.items.iter().position(|j| j.same(i)).unwrap()).collect();
                    prop_assert!(places.is_sorted());
                }
            }
        }
    }
}
