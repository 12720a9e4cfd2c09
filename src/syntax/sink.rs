//! In: findings as they come. Out: at most a fixed number of them, in source order. Never here: what the findings are.

use super::MAX_ERRORS;
use crate::diagnostics::{self, Diagnostic, codes};
use crate::source::{FileId, Span};

/// Collects the findings about one file.
#[derive(Debug, Default)]
pub(super) struct Sink {
    found: Vec<Diagnostic>,
    left_out: usize,
}

impl Sink {
    /// Takes a finding, or only counts it when there are enough already.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        if self.is_full() {
            self.left_out += 1;
            return;
        }
        clip(&mut diagnostic.message);
        if let Some(label) = &mut diagnostic.primary {
            clip(&mut label.text);
        }
        diagnostic.related.iter_mut().for_each(|label| clip(&mut label.text));
        diagnostic.help.iter_mut().for_each(clip);
        self.found.push(diagnostic);
    }

    /// Whether more findings would only be counted; then there is no need to work them out.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MAX_ERRORS
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.left_out == 0
    }

    /// Where the findings so far stand, in order.
    pub fn places(&self) -> Vec<Span> {
        let mut places: Vec<Span> = self.found.iter().filter_map(Diagnostic::span).collect();
        places.sort();
        places
    }

    /// Counts a finding that was not worked out.
    pub fn skip(&mut self) {
        self.left_out += 1;
    }

    /// Everything found, in source order, with a last word about what was left out.
    pub fn finish(self, id: FileId, len: usize) -> Vec<Diagnostic> {
        let mut found = self.found;
        diagnostics::sort(&mut found);
        if self.left_out > 0 {
            let end = Span::new(id, len, len);
            found.push(
                Diagnostic::at(&codes::E0101, end, format!("and {} more errors of form in this file", self.left_out))
                    .help("mend the first ones; many of the others will go with them"),
            );
        }
        found
    }
}

/// The most characters of a message; names and texts quoted in it may be of any length.
const MAX_MESSAGE: usize = 300;
/// How many of them are kept from its end.
const MESSAGE_END: usize = 60;

/// Leaves out the middle of a message that is too long.
fn clip(text: &mut String) {
    if text.len() <= MAX_MESSAGE || text.chars().nth(MAX_MESSAGE).is_none() {
        return;
    }
    let end: Vec<char> = text.chars().rev().take(MESSAGE_END).collect();
    let start = text.chars().take(MAX_MESSAGE - MESSAGE_END);
    *text = start.chain(['…']).chain(end.into_iter().rev()).collect();
}
