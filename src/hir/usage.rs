//! In: what checked files refer to. Out: warnings about what nobody uses. Never here: what the used things mean.

use super::notes::Notes;
use super::{OutcomeId, SourceId, Symbols};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{SourceMap, Span};
use crate::value::InputId;
use rustc_hash::FxHashSet;

/// What was referred to.
#[derive(Debug, Default)]
pub(super) struct Usage {
    pub inputs: FxHashSet<InputId>,
    pub outcomes: FxHashSet<OutcomeId>,
    pub sources: FxHashSet<SourceId>,
    /// Rules without a source, until their block reports them together.
    pub unsourced: Vec<Span>,
}

impl Usage {
    pub(super) fn input(&mut self, id: InputId) {
        self.inputs.insert(id);
    }

    pub(super) fn outcome(&mut self, id: OutcomeId) {
        self.outcomes.insert(id);
    }

    /// Notes what a file refers to.
    pub(super) fn note(&self, notes: &mut Notes) {
        notes.inputs = sorted(&self.inputs);
        notes.outcomes = sorted(&self.outcomes);
        notes.sources = sorted(&self.sources);
    }

    /// Adds what a file refers to that is not looked at.
    pub(super) fn noted(&mut self, notes: &Notes) {
        self.inputs.extend(&notes.inputs);
        self.outcomes.extend(&notes.outcomes);
        self.sources.extend(&notes.sources);
    }

    pub(super) fn merge(&mut self, other: Usage) {
        self.inputs.extend(other.inputs);
        self.outcomes.extend(other.outcomes);
        self.sources.extend(other.sources);
    }
}

fn sorted<T: Copy + Ord>(set: &FxHashSet<T>) -> Vec<T> {
    let mut out: Vec<T> = set.iter().copied().collect();
    out.sort_unstable();
    out
}

/// Warns about sources, inputs and local definitions that nothing refers to.
pub(super) fn warn(symbols: &Symbols, map: &SourceMap, usage: &Usage, out: &mut Vec<Diagnostic>) {
    let shipped = |span: Span| map.get(span.file).is_some_and(|f| f.embedded);
    for (i, source) in symbols.sources.iter().enumerate() {
        if shipped(source.span) {
            continue;
        }
        let id = SourceId(u32::try_from(i).unwrap_or(u32::MAX));
        if !usage.sources.contains(&id) {
            out.push(
                Diagnostic::at(&codes::W0702, source.span, format!("the source `{}` is never cited", source.name))
                    .label("not used")
                    .help("cite it with `per`, or remove it"),
            );
        } else if source.known_from.is_none() && !source.undated {
            out.push(
                Diagnostic::at(
                    &codes::W0705,
                    source.span,
                    format!("the source `{}` has no date, so it counts as always known", source.name),
                )
                .label("undated")
                .help("add `published = 2025-01-31` (a month or year is enough), or `published = none` if it bears no date"),
            );
        }
    }
    for (i, input) in symbols.inputs.iter().enumerate() {
        let id = InputId(u32::try_from(i).unwrap_or(u32::MAX));
        if !shipped(input.span) && !usage.inputs.contains(&id) {
            out.push(
                Diagnostic::at(&codes::W0703, input.span, format!("the input `{}` is never used", input.name))
                    .label("no rule asks for it")
                    .help("use it in a rule, or remove it"),
            );
        }
    }
    for (i, outcome) in symbols.outcomes.iter().enumerate() {
        let id = OutcomeId(u32::try_from(i).unwrap_or(u32::MAX));
        if outcome.local && !shipped(outcome.span) && !usage.outcomes.contains(&id) {
            out.push(
                Diagnostic::at(&codes::W0704, outcome.span, format!("the local definition `{}` is never used", outcome.name))
                    .label("nothing reads it")
                    .help("read it in a formula or condition, or remove it"),
            );
        }
    }
}
