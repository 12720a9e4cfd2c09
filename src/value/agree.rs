//! In: values said by several statements. Out: the one value they agree on, or nothing. Never here: which statements count, what a disagreement leads to.

use crate::value::merge::{Label, Ranks, assemble, clean, sequence};
use crate::value::{Item, List, Num, Record, TimeUnit, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What two statements agree on: the same value, or the more specific one where one contains the other; `None` when they disagree.
///
/// * A number agrees with a range that contains it, a range with one that contains it; ranges that partly overlap disagree.
///   Unknown numbers that occur on both sides cancel first: `x` and `x + 1` disagree.
/// * `about x` agrees with `x` (giving `x`), with another `about x`, and with a range that has `x` inside its ends (giving `about x`).
/// * Enum values: one set of variants within the other.
/// * Lists: see [`agree_all`].
/// * Everything else: equal; records field by field.
pub fn agree(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Num(x), Value::Num(y)) => agree_num(x, y).map(Value::Num),
        (Value::Duration(x, u), Value::Duration(y, v)) => {
            let unit: TimeUnit = if u.same_dimension(*v) { *u.min(v) } else { return None };
            agree_num(x, y).map(|n| Value::Duration(n, unit))
        }
        (Value::Variants(x), Value::Variants(y)) => {
            if x.is_subset(y) {
                Some(a.clone())
            } else if y.is_subset(x) {
                Some(b.clone())
            } else {
                None
            }
        }
        (Value::List(x), Value::List(y)) => agree_lists(&[x, y]).map(Value::from),
        (Value::Record(x), Value::Record(y)) => agree_records(&[x, y]),
        _ => (a == b).then(|| a.clone()),
    }
}

/// What any number of statements agree on: every two of them must; `None` when some disagree or there are none.
///
/// The answer does not depend on their order. Lists: closed ones name the same items, an open one names none that a closed
/// one leaves out, open ones add up; attributes are merged and must agree; sequences keep all their orders, which must not
/// contradict each other, and what they leave undecided follows the order of values. A choice equals a choice between the
/// same things; a list that asks for one thing disagrees with a list that only lets it be chosen.
pub fn agree_all(values: &[&Value]) -> Option<Value> {
    let (first, rest) = values.split_first()?;
    if rest.is_empty() {
        return Some((*first).clone());
    }
    match first {
        Value::List(_) => {
            let lists: Option<Vec<&List>> = values.iter().map(|v| v.as_list()).collect();
            return agree_lists(&lists?).map(Value::from);
        }
        Value::Record(_) => {
            let records: Option<Vec<&Record>> = values.iter().map(|v| v.as_record()).collect();
            return agree_records(&records?);
        }
        _ => {}
    }
    for (i, a) in values.iter().enumerate() {
        for b in values.iter().skip(i + 1) {
            agree(a, b)?;
        }
    }
    rest.iter().try_fold((*first).clone(), |so_far, v| agree(&so_far, v))
}

fn agree_records(records: &[&Record]) -> Option<Value> {
    let (first, rest) = records.split_first()?;
    if rest.iter().any(|r| r.id != first.id || r.fields.len() != first.fields.len()) {
        return None;
    }
    let fields = (0..first.fields.len()).map(|place| {
        let column: Vec<&Value> = records.iter().filter_map(|r| r.fields.get(place)).collect();
        agree_all(&column)
    });
    Some(Value::Record(Arc::new(Record { id: first.id, fields: fields.collect::<Option<_>>()? })))
}

fn agree_num(a: &Num, b: &Num) -> Option<Num> {
    if let (Num::Exact(x), Num::Exact(y)) = (a, b) {
        return (x == y).then(|| a.clone());
    }
    let (own_a, own_b) = without_common(a, b)?;
    let (in_a, in_b) = (own_a.interval().ok()?, own_b.interval().ok()?);
    let (within_a, within_b) = match (own_a.is_approx(), own_b.is_approx()) {
        // an approximate number must lie clear of the ends of a range that is meant exactly
        (false, true) => (in_b.is_inside(&in_a), in_a.is_subset_of(&in_b)),
        (true, false) => (in_b.is_subset_of(&in_a), in_a.is_inside(&in_b)),
        _ => (in_b.is_subset_of(&in_a), in_a.is_subset_of(&in_b)),
    };
    let take_a = match (within_a, within_b) {
        (true, true) => written_order(a, b) != Ordering::Greater,
        (true, false) => false,
        (false, true) => true,
        (false, false) => return None,
    };
    Some(if take_a { a.clone() } else { b.clone() })
}

/// Both numbers without the unknown ones that count equally in both; `None` when one counts differently.
fn without_common(a: &Num, b: &Num) -> Option<(Num, Num)> {
    let mut common = Num::ZERO;
    for (origin, in_a) in a.terms() {
        if let Some((_, in_b)) = b.terms().iter().find(|(o, _)| o == origin) {
            if in_a != in_b {
                return None;
            }
            common = common.add(&Num::origin(origin.clone()).scale(*in_a).ok()?).ok()?;
        }
    }
    Some((a.sub(&common).ok()?, b.sub(&common).ok()?))
}

/// Chooses between numbers that say the same: what is written shorter, then by origins.
fn written_order(a: &Num, b: &Num) -> Ordering {
    a.terms()
        .len()
        .cmp(&b.terms().len())
        .then_with(|| a.is_approx().cmp(&b.is_approx()))
        .then_with(|| a.konst().cmp(&b.konst()))
        .then_with(|| a.terms().cmp(b.terms()))
}

/// What lists agree on, see [`agree_all`].
fn agree_lists(lists: &[&List]) -> Option<List> {
    let cleaned: Vec<Vec<Item>> = lists.iter().map(|l| clean(l).ok()).collect::<Option<_>>()?;
    let ranks = Ranks::of(&cleaned);
    if cleaned.iter().any(|a| cleaned.iter().any(|b| asks_for_a_choice(a, b))) {
        return None;
    }
    let paired = || lists.iter().zip(&cleaned);
    let model = paired().find(|(l, _)| !l.open && l.ordered).map(|(_, items)| ranks.label(items, true));
    let mut labelled: Vec<Vec<(Label, &Item)>> = Vec::with_capacity(lists.len());
    for (list, items) in paired() {
        labelled.push(match &model {
            Some(model) if list.open && list.ordered => embed(items, model)?,
            _ => ranks.label(items, list.ordered),
        });
    }
    let named = |labels: &[(Label, &Item)]| -> BTreeSet<Label> { labels.iter().map(|(l, _)| *l).collect() };
    let closed: Vec<BTreeSet<Label>> = lists.iter().zip(&labelled).filter(|(l, _)| !l.open).map(|(_, n)| named(n)).collect();
    if let Some((all, others)) = closed.split_first()
        && (others.iter().any(|o| o != all) || labelled.iter().any(|l| !named(l).is_subset(all)))
    {
        return None;
    }
    // a set adds to a sequence without disturbing it only if the sequence already has a place for everything
    let sequenced: BTreeSet<Label> = lists.iter().zip(&labelled).filter(|(l, _)| l.ordered).flat_map(|(_, n)| named(n)).collect();
    let ordered = lists.iter().any(|l| l.ordered) && labelled.iter().all(|l| named(l).is_subset(&sequenced));
    let open = closed.is_empty();
    let (sequences, sets): (Vec<_>, Vec<_>) = lists.iter().zip(labelled).partition(|(l, _)| l.ordered);
    let mut parts: Vec<Vec<(Label, &Item)>> = sequences.into_iter().map(|(_, labels)| labels).collect();
    // sequences must not contradict each other even where only a set is left of them
    sequence(&parts)?;
    let items = if ordered {
        // a set says nothing about order, so each of its items stands alone
        parts.extend(sets.into_iter().flat_map(|(_, labels)| labels).map(|l| vec![l]));
        assemble(&parts, true)
    } else {
        let flat: Vec<Vec<(Label, &Item)>> = cleaned.iter().map(|items| ranks.label(items, false)).collect();
        assemble(&flat, false)
    };
    Some(List { items: items.ok()?, ordered, open })
}

/// Whether `a` asks for something that `b` only lets be chosen, and neither names what the other does.
fn asks_for_a_choice(a: &[Item], b: &[Item]) -> bool {
    let names = |list: &[Item], item: &Item| list.iter().any(|i| i.same(item));
    b.iter()
        .filter(|choice| matches!(choice, Item::AnyOf(_)) && !names(a, choice))
        .any(|choice| choice.alternatives().iter().any(|option| names(a, option) && !names(b, option)))
}

/// The labels of the items of an open sequence inside a closed one; `None` when it is no part of it in that order.
fn embed<'a>(items: &'a [Item], model: &[(Label, &Item)]) -> Option<Vec<(Label, &'a Item)>> {
    let mut places = model.iter();
    items.iter().map(|item| places.find(|(_, m)| m.same(item)).map(|(label, _)| (*label, item))).collect()
}
