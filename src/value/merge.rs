//! In: lists. Out: one list that says what all of them say (`+=`), whatever their order. Never here: whether statements agree, scalars.

use crate::value::agree::agree_all;
use crate::value::{Item, List, ListError, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A place in the joined list: the rank of the item among all distinct ones, and which repetition of it.
pub(crate) type Label = (usize, usize);

/// Joins two lists for `+=`: repeats once, attributes merged, open if either is, a sequence if both are.
///
/// An empty list is neither set nor sequence. Sequences keep both orders; what neither decides follows the order of values.
pub fn union(a: &List, b: &List) -> Result<List, ListError> {
    join(&[a, b])
}

/// [`union`] of any number of lists at once; unlike repeated unions it does not depend on their order even for sequences.
pub fn union_all(lists: &[&List]) -> Result<List, ListError> {
    join(lists)
}

pub(crate) fn join(lists: &[&List]) -> Result<List, ListError> {
    let mut speaking = lists.iter().filter(|l| !l.items.is_empty()).peekable();
    let ordered = if speaking.peek().is_some() { speaking.all(|l| l.ordered) } else { lists.iter().any(|l| l.ordered) };
    let open = lists.iter().any(|l| l.open);
    let cleaned = lists.iter().map(|l| clean(l)).collect::<Result<Vec<_>, _>>()?;
    let ranks = Ranks::of(&cleaned);
    let labelled: Vec<Vec<(Label, &Item)>> = cleaned.iter().map(|items| ranks.label(items, ordered)).collect();
    Ok(List { items: assemble(&labelled, ordered)?, ordered, open })
}

/// The items of a list, each in its standard form.
pub(crate) fn clean(list: &List) -> Result<Vec<Item>, ListError> {
    list.items.iter().map(canonical).collect()
}

/// An item in its standard form: attributes sorted and said once, alternatives spread out, sorted and said once.
pub(crate) fn canonical(item: &Item) -> Result<Item, ListError> {
    match item {
        Item::One { .. } => merge_same(&[item]),
        Item::AnyOf(inner) => {
            let mut flat = Vec::with_capacity(inner.len());
            for item in inner {
                match canonical(item)? {
                    Item::AnyOf(items) => flat.extend(items),
                    one @ Item::One { .. } => flat.push(one),
                }
            }
            // The same thing with other attributes is another alternative.
            flat.sort_by(Item::full_order);
            flat.dedup_by(|a, b| a.full_order(b).is_eq());
            Ok(match flat.as_slice() {
                [one] => one.clone(),
                _ => Item::AnyOf(flat),
            })
        }
    }
}

/// All distinct items, sorted.
pub(crate) struct Ranks<'a>(Vec<&'a Item>);

impl<'a> Ranks<'a> {
    /// Over these lists.
    pub(crate) fn of(lists: &'a [Vec<Item>]) -> Self {
        let mut all: Vec<&Item> = lists.iter().flatten().collect();
        all.sort_by(|a, b| a.order(b));
        all.dedup_by(|a, b| a.same(b));
        Self(all)
    }

    /// The rank of an item that was among the lists.
    pub(crate) fn rank(&self, item: &Item) -> usize {
        self.0.partition_point(|i| i.order(item).is_lt())
    }

    /// The items with their labels; only in a sequence do repetitions count.
    pub(crate) fn label<'b>(&self, items: &'b [Item], repeats: bool) -> Vec<(Label, &'b Item)> {
        let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
        items
            .iter()
            .map(|item| {
                let rank = self.rank(item);
                let count = seen.entry(rank).or_default();
                let repetition = if repeats { *count } else { 0 };
                *count += 1;
                ((rank, repetition), item)
            })
            .collect()
    }
}

/// Puts the labelled lists together: items with the same label merged, in the order of labels or of all the sequences.
pub(crate) fn assemble(lists: &[Vec<(Label, &Item)>], ordered: bool) -> Result<Vec<Item>, ListError> {
    let mut groups: BTreeMap<Label, Vec<&Item>> = BTreeMap::new();
    for (label, item) in lists.iter().flatten() {
        groups.entry(*label).or_default().push(item);
    }
    if !ordered {
        return groups.values().map(|group| merge_same(group)).collect();
    }
    let sequence = sequence(lists).ok_or(ListError::Order)?;
    sequence.iter().filter_map(|label| groups.get(label)).map(|group| merge_same(group)).collect()
}

/// The labels in an order that keeps every list's, ties by label; `None` when the orders contradict each other.
pub(crate) fn sequence(lists: &[Vec<(Label, &Item)>]) -> Option<Vec<Label>> {
    let mut before: BTreeMap<Label, BTreeSet<Label>> = BTreeMap::new();
    let mut after: BTreeMap<Label, BTreeSet<Label>> = BTreeMap::new();
    for list in lists {
        for (label, _) in list {
            before.entry(*label).or_default();
        }
        for ((earlier, _), (later, _)) in list.iter().zip(list.iter().skip(1)) {
            before.entry(*later).or_default().insert(*earlier);
            after.entry(*earlier).or_default().insert(*later);
        }
    }
    let total = before.len();
    let mut ready: BTreeSet<Label> = before.iter().filter(|(_, b)| b.is_empty()).map(|(l, _)| *l).collect();
    let mut done = Vec::with_capacity(total);
    while let Some(next) = ready.pop_first() {
        done.push(next);
        for later in after.get(&next).into_iter().flatten() {
            if let Some(waiting) = before.get_mut(later) {
                waiting.remove(&next);
                if waiting.is_empty() {
                    ready.insert(*later);
                }
            }
        }
    }
    (done.len() == total).then_some(done)
}

/// One item for several that are the same, with everything their attributes say.
pub(crate) fn merge_same(items: &[&Item]) -> Result<Item, ListError> {
    let first = match items.first() {
        Some(Item::One { value, .. }) => value,
        Some(Item::AnyOf(alternatives)) => {
            let merged = (0..alternatives.len()).map(|place| {
                // the same choices have the same alternatives in the same places
                let group: Vec<&Item> = items.iter().filter_map(|i| i.alternatives().get(place)).collect();
                merge_same(&group)
            });
            return Ok(Item::AnyOf(merged.collect::<Result<_, _>>()?));
        }
        None => return Ok(Item::AnyOf(Vec::new())),
    };
    let mut said: BTreeMap<u16, Vec<&Value>> = BTreeMap::new();
    for (index, value) in items.iter().flat_map(|i| i.attributes()) {
        said.entry(*index).or_default().push(value);
    }
    let mut attributes = Vec::with_capacity(said.len());
    for (index, values) in said {
        match agree_all(&values) {
            Some(value) => attributes.push((index, value)),
            None => return Err(contradiction(first, index, &values)),
        }
    }
    Ok(Item::One { value: first.clone(), attributes })
}

fn contradiction(item: &Value, attribute: u16, values: &[&Value]) -> ListError {
    let mut pairs = values.iter().enumerate().flat_map(|(i, a)| values.iter().skip(i + 1).map(move |b| (*a, *b)));
    let (one, other) =
        pairs.clone().find(|(a, b)| agree_all(&[a, b]).is_none()).or_else(|| pairs.next()).unwrap_or((&Value::None, &Value::None));
    let (one, other) = if one.order(other).is_gt() { (other, one) } else { (one, other) };
    ListError::Attribute { value: Box::new(item.clone()), attribute, one: Box::new(one.clone()), other: Box::new(other.clone()) }
}
