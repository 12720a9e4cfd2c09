//! In: a question of which nothing need be told. Out: persons who between them live in every part of it, on the limits and beside them. Never here: what they exercise.

use super::{Case, people};
use crate::eval::explore::explore;
use crate::eval::settle::Outcome;
use crate::eval::{Facts, Question};
use crate::program::{OutcomeId, Program};
use crate::value::{InputId, Value};

/// Persons for one question at most.
const MAX_PERSONS: usize = 4_000;
/// Persons for one world at most: as many as its longest fact has values worth trying, and some mixed.
const MAX_OF_WORLD: usize = 24;

/// Persons for every world of the question, the simplest of each first.
pub(crate) fn crowd(p: &Program, q: &Question, outcome: OutcomeId) -> Vec<Case> {
    let mut out: Vec<Case> = Vec::new();
    let mut open = vec![Facts::new()];
    while let Some(facts) = open.pop() {
        let explored = explore(p, q, &facts, outcome);
        for leaf in &explored.leaves {
            // What cannot be split is tried out.
            if let Outcome::Missing(input) = leaf.settled.result
                && facts.get(input).is_none()
            {
                let more = |v: Value| {
                    let mut more = facts.clone();
                    more.tell(input, v);
                    more
                };
                open.extend(people::wholes(p, q, input).0.into_iter().rev().map(more));
                continue;
            }
            let (question, options) = people::options(p, q, &leaf.world, &facts);
            let options: Vec<(InputId, Vec<Value>)> = options.into_iter().filter(|(_, values)| !values.is_empty()).collect();
            let lens: Vec<usize> = options.iter().map(|(_, values)| values.len()).collect();
            for picks in people::trials(&lens).take(MAX_OF_WORLD) {
                let mut case = Case { question: question.clone(), facts: Facts::new() };
                for ((input, values), pick) in options.iter().zip(picks) {
                    if let Some(v) = values.get(pick) {
                        case.facts.tell(*input, v.clone());
                    }
                }
                if !out.contains(&case) {
                    out.push(case);
                }
                if out.len() >= MAX_PERSONS {
                    return out;
                }
            }
        }
    }
    out
}
