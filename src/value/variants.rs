//! In: variant numbers of one enum. Out: non-empty sets of them. Never here: which enum, their names.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::sync::Arc;

/// What is known of an enum value: one variant, or several that it may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variants {
    /// This one.
    One(u16),
    /// One of these: at least two, sorted, without repeats.
    Many(Arc<[u16]>),
}

impl Variants {
    /// The set of these variants; `None` when there are none.
    pub fn from_set(variants: impl IntoIterator<Item = u16>) -> Option<Self> {
        let mut all: Vec<u16> = variants.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        match all.as_slice() {
            [] => None,
            [one] => Some(Self::One(*one)),
            _ => Some(Self::Many(all.into())),
        }
    }

    /// All variants of an enum that has `count`; `None` when it has none.
    pub fn all(count: usize) -> Option<Self> {
        Self::from_set(numbers(count))
    }

    /// The variants, sorted.
    pub fn as_slice(&self) -> &[u16] {
        match self {
            Self::One(v) => std::slice::from_ref(v),
            Self::Many(all) => all,
        }
    }

    /// The variants in order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.as_slice().iter().copied()
    }

    /// How many there are, at least one.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// The only one, if there is only one.
    pub fn single(&self) -> Option<u16> {
        match self {
            Self::One(v) => Some(*v),
            Self::Many(_) => None,
        }
    }

    /// Whether `variant` is possible.
    pub fn contains(&self, variant: u16) -> bool {
        self.as_slice().binary_search(&variant).is_ok()
    }

    /// Whether every variant of it is one of `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|v| other.contains(v))
    }

    /// The variants in both; `None` when there are none.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        Self::from_set(self.iter().filter(|v| other.contains(*v)))
    }

    /// The variants in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_set(self.iter().chain(other.iter())).unwrap_or_else(|| self.clone())
    }

    /// The other variants of an enum that has `count`; `None` when there are none.
    pub fn complement(&self, count: usize) -> Option<Self> {
        Self::from_set(numbers(count).filter(|v| !self.contains(*v)))
    }
}

impl PartialOrd for Variants {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Variants {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

/// 0..count as variant numbers; an enum has at most 65536 variants.
fn numbers(count: usize) -> impl Iterator<Item = u16> {
    (0..=u16::MAX).take(count)
}
