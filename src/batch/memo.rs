//! In: what a row tells. Out: the answers of an earlier row that told the same. Never here: working answers out.
//!
//! Rows that the plan leaves open often tell the same few things, as where a column is missing; then each is worked out once.

use super::people::People;
use crate::eval::OutcomeAnswer;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The most rows remembered, in each thread.
const MOST: usize = 1 << 14;
/// So many rows are tried before it is looked at whether it is worth the while.
const TRIED: usize = 1 << 11;

/// Answers by outcome.
pub(super) type Remembered = Vec<Option<Arc<OutcomeAnswer>>>;

/// What was answered before.
#[derive(Debug, Default)]
pub(super) struct Memo {
    answers: FxHashMap<Vec<i64>, Remembered>,
    key: Vec<i64>,
    hits: usize,
    tried: usize,
}

impl Memo {
    /// The answers for rows that tell what this one tells; none where that is not remembered.
    pub fn of(&mut self, people: &People, row: usize, outcomes: usize) -> Option<&mut Remembered> {
        // Where nearly every row differs, remembering costs more than it saves.
        if self.tried >= TRIED && self.hits * 8 < self.tried {
            self.answers.clear();
            return None;
        }
        self.key.clear();
        self.key.push(people.regions.get(row).copied().map_or(-1, i64::from));
        for codes in &people.arguments {
            self.key.push(codes.as_ref().and_then(|c| c.get(row)).copied().map_or(-1, i64::from));
        }
        let place = u32::try_from(row).ok()?;
        for column in &people.facts {
            if column.odd.contains_key(&place) {
                return None;
            }
            let told = column.told.get(row).copied().unwrap_or(false);
            // Columns come in the order of the table, or of the first line that tells them: the input is part of what is told.
            if told {
                self.key.extend([i64::from(column.kind.input.0), *column.held.get(row)?]);
            }
        }
        self.tried += 1;
        if self.answers.contains_key(&self.key) {
            self.hits += 1;
        } else if self.answers.len() >= MOST {
            return None;
        } else {
            self.answers.insert(self.key.clone(), vec![None; outcomes]);
        }
        self.answers.get_mut(&self.key)
    }
}
