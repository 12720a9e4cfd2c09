//! In: two statements that clash on a day. Out: for whom they do, as boxes in words: all of them, or that it could not be told. Never here: finding the simplest person (`search.rs`).

use super::{Clash, Look, MAX_WORLDS, lives, look, people, seen_in};
use crate::eval::assemble::Words;
use crate::eval::explore::Explored;
use crate::eval::machine::Shared;
use crate::eval::world::{Cell, Var, World};
use crate::eval::{Facts, Question, boxes};
use crate::program::{OutcomeId, StmtId};
use crate::value::show;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// For whom two statements clash on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Groups of people; each is what is true of all of them, and nothing where it is everybody.
    pub groups: Vec<Vec<String>>,
    /// These are all of them, and nobody else is among them.
    pub exact: bool,
}

/// Goes through all worlds in which the two clash in one of these ways.
pub(crate) fn extent(words: &Words, q: &Question, outcome: OutcomeId, (a, b): (StmtId, StmtId), kinds: &[Clash]) -> Extent {
    let p = words.p;
    let mut shared = Shared::default();
    let mut open = vec![(World::default(), Facts::new())];
    let mut found: Vec<(BTreeMap<Var, Cell>, Vec<String>)> = Vec::new();
    let (mut seen, mut exact) = (0, true);
    while let Some((world, facts)) = open.pop() {
        seen += 1;
        if seen > MAX_WORLDS {
            exact = false;
            break;
        }
        let (look, decided) = seen_in(p, q, &facts, &world, &mut shared, |m| look(m, q, outcome, a, b));
        let Some(point) = lives(&decided) else { continue };
        match look {
            Look::Clash(kind) if kinds.contains(&kind) => {
                // Who meets sums of several numbers is named by them; that somebody does is only certain where numbers were found.
                exact &= decided.is_empty() || !point.is_empty();
                exact &= !world.cells.keys().any(|v| matches!(v, Var::Derived(..)));
                let told = facts.iter().map(|(i, v)| {
                    let input = p.symbols.input(i);
                    format!("{} = {}", input.name, show(v, &input.ty, &p.symbols))
                });
                found.push((world.cells, told.collect()));
            }
            Look::Clash(_) | Look::Nothing => {}
            Look::Open(_) | Look::Unclear => exact = false,
            Look::Missing(input) if facts.get(input).is_none() => {
                let (values, all) = people::wholes(p, q, input);
                exact &= all;
                for value in values.into_iter().rev() {
                    let mut more = facts.clone();
                    more.tell(input, value);
                    open.push((world.clone(), more));
                }
            }
            Look::Missing(_) => exact = false,
            Look::Split(var, cells) => open.extend(cells.into_iter().rev().map(|c| (world.with(var, c), facts.clone()))),
        }
    }
    let explored = Explored { leaves: Vec::new(), truncated: false, met: Vec::new(), shared };
    let nobody: FxHashMap<Var, Vec<StmtId>> = FxHashMap::default();
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut rest = found;
    // People of whom the same lists are told are put together.
    while let Some(told) = rest.first().map(|(_, t)| t.clone()) {
        let (same, other): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(_, t)| *t == told);
        rest = other;
        for (cells, _) in boxes::simplify(p, q.decision, &explored, same) {
            // Arguments first, as in the head of a question.
            let (args, others): (Vec<_>, Vec<_>) = cells.iter().partition(|(v, _)| matches!(v, Var::Arg(_)));
            let mut group: Vec<String> = args.into_iter().chain(others).filter_map(|(v, c)| words.choice(v, c, &nobody, q)).collect();
            group.extend(told.iter().cloned());
            group.dedup();
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
    }
    if groups.iter().any(Vec::is_empty) {
        groups = vec![Vec::new()];
    }
    Extent { groups, exact }
}
