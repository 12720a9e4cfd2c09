//! In: the name of a field as given. Out: the input it stands for, or what to say about a name that stands for none. Never here: values.

use super::reach;
use crate::Policies;
use crate::diagnostics::{Code, codes};
use crate::hir::{Argument, DecisionId, Symbols, VocabId, unknown_name};
use crate::value::InputId;
use std::cell::OnceCell;
use unicode_normalization::UnicodeNormalization;

/// Longer names are not compared with known ones: nobody meant one of them.
const MAX_COMPARED: usize = 64;

/// A name as it is stored: without backquotes, compatibility forms folded.
pub(crate) fn folded(name: &str) -> String {
    let name = name.trim();
    let bare = name.strip_prefix('`').and_then(|n| n.strip_suffix('`')).unwrap_or(name);
    bare.nfkc().collect()
}

/// The inputs that may be told for some decisions.
pub(super) struct Fields<'p> {
    policies: &'p Policies,
    decisions: &'p [DecisionId],
    vocabularies: Vec<VocabId>,
    /// Inputs of other vocabularies that statements of these decisions ask for; worked out when first needed.
    foreign: OnceCell<Vec<InputId>>,
}

impl<'p> Fields<'p> {
    pub fn new(policies: &'p Policies, decisions: &'p [DecisionId]) -> Self {
        let mut vocabularies: Vec<VocabId> = Vec::new();
        for d in decisions {
            let vocab = policies.program.symbols.decision(*d).vocab;
            if !vocabularies.contains(&vocab) {
                vocabularies.push(vocab);
            }
        }
        Fields { policies, decisions, vocabularies, foreign: OnceCell::new() }
    }

    pub fn symbols(&self) -> &'p Symbols {
        &self.policies.program.symbols
    }

    fn foreign(&self) -> &[InputId] {
        self.foreign.get_or_init(|| {
            let heads: Vec<_> = self.decisions.iter().map(|d| (*d, Vec::new())).collect();
            let asked = reach::inputs(&self.policies.program, &heads, None);
            asked.into_iter().filter(|i| !self.vocabularies.contains(&self.symbols().input(*i).vocab)).collect()
        })
    }

    /// The input with this name or alias: of the decisions' own vocabularies, else one they ask for.
    pub fn find(&self, name: &str) -> Option<InputId> {
        let symbols = self.symbols();
        let own = self.vocabularies.iter().find_map(|v| symbols.scopes.get(v.at())?.inputs.get(name).copied());
        own.or_else(|| {
            self.foreign().iter().copied().find(|i| {
                let input = symbols.input(*i);
                input.name == name || input.alias.as_ref().is_some_and(|a| a == name)
            })
        })
    }

    /// Every input that may be told, in the order of declaration.
    pub fn all(&self) -> Vec<InputId> {
        let symbols = self.symbols();
        let numbers = (0..symbols.inputs.len()).filter_map(|i| u32::try_from(i).ok().map(InputId));
        numbers.filter(|i| self.vocabularies.contains(&symbols.input(*i).vocab) || self.foreign().contains(i)).collect()
    }

    /// What to say about a name that stands for no input.
    pub fn unknown(&self, name: &str) -> (String, String) {
        let symbols = self.symbols();
        let called = |a: &Argument| {
            let e = symbols.enum_(a.ty);
            a.name == name || e.name == name || e.alias.as_ref().is_some_and(|alias| alias == name)
        };
        let argument = self.decisions.iter().map(|d| symbols.decision(*d)).find(|d| d.args.iter().any(called));
        if let Some(d) = argument {
            let args: Vec<&str> = d.args.iter().map(|a| a.name.as_str()).collect();
            let shape = format!("{} {}", d.name, args.join(if d.arrow { "->" } else { ", " }));
            return (
                format!("`{}` is no input but an argument of `{}`", super::errors::short(name), d.name),
                format!("say it with the decision: --decision '{shape}'"),
            );
        }
        let known: Vec<&str> = self
            .all()
            .into_iter()
            .flat_map(|i| {
                let input = symbols.input(i);
                std::iter::once(input.name.as_str()).chain(input.alias.as_deref())
            })
            .collect();
        unknown(&codes::E0901, "input", name, known)
    }
}

/// What to say about a name that is not known: the message and the help, with the nearest known one.
pub(super) fn unknown<'a>(code: &'static Code, what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> (String, String) {
    let shown = super::errors::short(name);
    if name.chars().nth(MAX_COMPARED).is_some() || shown.contains('\u{fffd}') {
        return (format!("there is no {what} `{shown}`"), "`polc inputs` lists what can be told".to_owned());
    }
    let d = unknown_name(code, what, &shown_or(name, &shown), known);
    (d.message, d.help.unwrap_or_default())
}

/// The name itself where it can be shown whole.
fn shown_or(name: &str, shown: &str) -> String {
    if name.chars().count() <= shown.chars().count() { name.to_owned() } else { shown.to_owned() }
}
