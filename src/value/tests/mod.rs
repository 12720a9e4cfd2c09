//! In: the value room. Out: its tests and the random values they use. Never here: anything the compiler needs.

mod agree;
mod calendar;
mod exact;
mod interval;
mod lists;
mod num;
mod ops;
mod show;

use crate::value::{Exact, Interval, Item, List, Num, Origin, Origins, Value, Variants};
use proptest::prelude::*;

/// Hands out origins with ever higher ids.
pub struct Counter(pub u32);

impl Origins for Counter {
    fn derived(&mut self, interval: Interval, integral: bool, approx: bool, _parents: &[u32]) -> Origin {
        self.0 += 1;
        Origin::new(self.0, interval, integral, approx)
    }
}

pub fn int(n: i128) -> Exact {
    Exact::from_int(n)
}

pub fn frac(n: i128, d: i128) -> Exact {
    Exact::ratio(n, d).unwrap()
}

pub fn closed(lo: i128, hi: i128) -> Interval {
    Interval::closed(int(lo), int(hi)).unwrap()
}

/// The unknown number `id` in `interval`.
pub fn unknown(id: u32, interval: Interval) -> Num {
    Num::origin(Origin::new(id, interval, false, false))
}

/// An unknown whole number.
pub fn unknown_whole(id: u32, interval: Interval) -> Num {
    Num::origin(Origin::new(id, interval, true, false))
}

/// `about x`.
pub fn about(id: u32, x: Exact) -> Num {
    Num::origin(Origin::new(id, Interval::point(x), false, true))
}

pub fn small() -> impl Strategy<Value = Exact> {
    (-12i128..=12, 1i128..=6).prop_map(|(n, d)| frac(n, d))
}

pub fn intervals() -> impl Strategy<Value = Interval> {
    let end = || (proptest::option::weighted(0.8, small()), any::<bool>());
    (end(), end()).prop_map(|((a, ac), (b, bc))| {
        // swapped or made a point rather than rejected when it would be empty
        Interval::new(a, ac, b, bc).or_else(|| Interval::new(b, bc, a, ac)).unwrap_or_else(|| Interval::point(a.unwrap()))
    })
}

/// A member of an interval, chosen by `pick` in 0..=8; 0 and 8 are its ends where it has them.
pub fn member(interval: &Interval, pick: i128) -> Exact {
    let (lo, hi) = match (interval.lo, interval.hi) {
        (Some(lo), Some(hi)) => (lo, hi),
        (Some(lo), None) => (lo, lo.checked_add(int(7)).unwrap()),
        (None, Some(hi)) => (hi.checked_sub(int(7)).unwrap(), hi),
        (None, None) => (int(-3), int(4)),
    };
    let step = hi.checked_sub(lo).unwrap().checked_mul(frac(pick, 8)).unwrap();
    let x = lo.checked_add(step).unwrap();
    if interval.contains(x) { x } else { lo.checked_add(hi).unwrap().checked_div(int(2)).unwrap() }
}

/// The number when every unknown one is `at(id)`.
pub fn evaluate(n: &Num, at: &dyn Fn(&Origin) -> Exact) -> Exact {
    n.terms().iter().fold(n.konst(), |sum, (o, c)| sum.checked_add(at(o).checked_mul(*c).unwrap()).unwrap())
}

/// A number written in a statement: exact, a range or `about`, its origin numbered by `id`.
pub fn stated(id: u32) -> impl Strategy<Value = Num> {
    prop_oneof![
        (0i128..6).prop_map(Num::from_int),
        (0i128..6, 0i128..6).prop_map(move |(a, b)| unknown(id, closed(a.min(b), a.max(b)))),
        (0i128..6, any::<bool>()).prop_map(move |(a, c)| unknown(id, Interval::new(Some(int(a)), c, None, false).unwrap())),
        (0i128..6).prop_map(move |a| about(id, int(a))),
    ]
}

pub fn variants() -> impl Strategy<Value = Variants> {
    proptest::collection::vec(0u16..4, 1..4).prop_filter_map("empty", Variants::from_set)
}

pub fn items(id: u32) -> impl Strategy<Value = Item> {
    let attributes = proptest::collection::btree_map(0u16..2, stated(id), 0..2);
    let one = (0u16..5, attributes)
        .prop_map(|(v, a)| Item::One { value: Value::variant(v), attributes: a.into_iter().map(|(i, n)| (i, Value::Num(n))).collect() });
    prop_oneof![
        4 => one,
        1 => proptest::collection::btree_set(0u16..5, 2..4)
            .prop_map(|s| Item::any_of(s.into_iter().map(|v| Item::plain(Value::variant(v))).collect()).unwrap()),
    ]
}

/// A set or a sequence without repeats.
pub fn lists(id: u32) -> impl Strategy<Value = List> {
    (proptest::collection::vec(items(id), 0..4), any::<bool>(), any::<bool>()).prop_filter_map(
        "contradicts itself",
        |(items, ordered, open)| {
            let mut once: Vec<Item> = Vec::new();
            for item in items {
                if !once.iter().any(|i| i.same(&item)) {
                    once.push(item);
                }
            }
            List::new(once, ordered, open).ok()
        },
    )
}

pub fn values(id: u32) -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => stated(id).prop_map(Value::Num),
        2 => variants().prop_map(Value::Variants),
        3 => lists(id).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::None),
    ]
}
