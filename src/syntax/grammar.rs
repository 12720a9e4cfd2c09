//! In: text and the rule to read it with. Out: a flat tree of kinds and byte ranges, or how far the text made sense. Never here: meaning, messages, the AST; and no other file may know pest.

use pest::Parser;
use pest::Token;
use pest::error::{ErrorVariant, InputLocation};

mod generated {
    #![allow(missing_docs, clippy::all)]
    //! The parser pest makes of `grammar/policy.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/policy.pest"]
    pub struct PolicyParser;
}

pub(super) use generated::Rule as Kind;

/// One node in preorder; `next` is the index just past its subtree.
#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: Kind,
    start: u32,
    end: u32,
    next: u32,
}

/// A parse tree as one array: cheap to walk, nothing shared, nothing of pest.
#[derive(Debug, Default)]
pub(super) struct Tree {
    entries: Vec<Entry>,
}

/// A place in a [`Tree`].
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    tree: &'t Tree,
    index: u32,
    entry: Entry,
}

/// How far a text made sense.
#[derive(Debug)]
pub(super) struct Failure {
    /// The byte offset of the first thing that did not fit.
    pub at: usize,
    /// What was tried there.
    pub expected: Vec<Kind>,
    /// The text is nested too deep for the stack at hand.
    pub too_deep: bool,
}

impl Tree {
    /// The first node, which spans everything.
    pub fn root(&self) -> Option<Node<'_>> {
        self.node(0)
    }

    fn node(&self, index: u32) -> Option<Node<'_>> {
        self.entries.get(index as usize).map(|&entry| Node { tree: self, index, entry })
    }
}

impl<'t> Node<'t> {
    /// Which rule it matched.
    pub fn kind(self) -> Kind {
        self.entry.kind
    }

    /// Its first byte in the file.
    pub fn start(self) -> usize {
        self.entry.start as usize
    }

    /// One past its last byte that is not white space.
    pub fn end(self) -> usize {
        self.entry.end as usize
    }

    /// The nodes directly inside it, in order.
    pub fn children(self) -> Children<'t> {
        Children { tree: self.tree, at: self.index + 1, end: self.entry.next }
    }

    /// Every node inside it, itself first.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        (self.index..self.entry.next).filter_map(move |i| self.tree.node(i))
    }

    /// The first child of a kind.
    pub fn child(self, kind: Kind) -> Option<Node<'t>> {
        self.children().find(|n| n.kind() == kind)
    }

    /// Whether a child of a kind is there.
    pub fn has(self, kind: Kind) -> bool {
        self.child(kind).is_some()
    }
}

/// The nodes directly inside one.
#[derive(Clone)]
pub(super) struct Children<'t> {
    tree: &'t Tree,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.at >= self.end {
            return None;
        }
        let node = self.tree.node(self.at)?;
        self.at = node.entry.next;
        Some(node)
    }
}

/// Reads `clean[from..to]` with a rule. Offsets in the result count from the start of `clean`; ends lie on character boundaries of `original`
/// (which has the same length, but may hold wider characters where the scan has mended something).
pub(super) fn read(kind: Kind, clean: &str, original: &str, from: usize, to: usize) -> Result<Tree, Failure> {
    let slice = clean.get(from..to).unwrap_or("");
    let pairs = generated::PolicyParser::parse(kind, slice).map_err(|e| {
        let at = match e.location {
            InputLocation::Pos(p) | InputLocation::Span((p, _)) => p,
        };
        match e.variant {
            ErrorVariant::ParsingError { positives, .. } => Failure { at: from + at, expected: positives, too_deep: false },
            ErrorVariant::CustomError { .. } => Failure { at: from + at, expected: Vec::new(), too_deep: true },
        }
    })?;
    let tokens = pairs.tokens();
    let mut entries: Vec<Entry> = Vec::with_capacity(tokens.len() / 2);
    let mut parents: Vec<usize> = Vec::with_capacity(32);
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    for token in tokens {
        match token {
            Token::Start { rule, pos } => {
                parents.push(entries.len());
                let start = offset(from + pos.pos());
                entries.push(Entry { kind: rule, start, end: start, next: 0 });
            }
            Token::End { pos, .. } => {
                let next = offset(entries.len());
                if let Some(entry) = parents.pop().and_then(|i| entries.get_mut(i)) {
                    let start = entry.start as usize;
                    let mut end = start + clean.get(start..from + pos.pos()).map_or(0, |s| s.trim_end().len());
                    while !original.is_char_boundary(end) {
                        end += 1;
                    }
                    entry.end = offset(end);
                    entry.next = next;
                }
            }
        }
    }
    Ok(Tree { entries })
}

/// How many tokens pest makes of a text; for measuring it alone.
pub(super) fn pest_only(text: &str) -> usize {
    generated::PolicyParser::parse(Kind::file, text).map_or(0, |p| p.tokens().len())
}
