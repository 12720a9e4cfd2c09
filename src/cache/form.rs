//! In: findings, programs. Out: sections of bytes, and from them the same again. Never here: files.
//!
//! Long tables are cut into sections, which are written and read side by side.

use super::Base;
use super::entry::Section;
use crate::analysis::{Deep, Gap};
use crate::diagnostics::{Diagnostic, Fix, Label, codes};
use crate::hir::{Notes, OutcomeId, Symbols};
use crate::program::{Never, Node, Program, Shelf, Stmt, Test};
use crate::source::{FileId, Span};
use crate::value::{RegionId, Type};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Items of a table in one section.
const ITEMS: usize = 8192;
/// Files whose notes are in one section.
const FILES: usize = 512;
/// So many sections and more are worth several threads.
const MANY: usize = 24;

/// A place with a text.
type Place<'a> = (Span, Cow<'a, str>);

/// A diagnostic, its code by its id.
#[derive(Serialize, Deserialize)]
struct Finding<'a> {
    code: Cow<'a, str>,
    message: Cow<'a, str>,
    primary: Option<Place<'a>>,
    related: Vec<Place<'a>>,
    help: Option<Cow<'a, str>>,
    fix: Option<Place<'a>>,
    path: Option<Cow<'a, str>>,
}

impl<'a> From<&'a Diagnostic> for Finding<'a> {
    fn from(d: &'a Diagnostic) -> Self {
        let place = |l: &'a Label| (l.span, Cow::Borrowed(l.text.as_str()));
        Finding {
            code: Cow::Borrowed(d.code.id),
            message: Cow::Borrowed(&d.message),
            primary: d.primary.as_ref().map(place),
            related: d.related.iter().map(place).collect(),
            help: d.help.as_deref().map(Cow::Borrowed),
            fix: d.fix.as_ref().map(|f| (f.span, Cow::Borrowed(f.replacement.as_str()))),
            path: d.path.as_deref().map(Cow::Borrowed),
        }
    }
}

impl Finding<'_> {
    fn told(self) -> Option<Diagnostic> {
        let label = |(span, text): Place| Label { span, text: text.into_owned() };
        Some(Diagnostic {
            code: codes::find(&self.code)?,
            message: self.message.into_owned(),
            primary: self.primary.map(label),
            related: self.related.into_iter().map(label).collect(),
            help: self.help.map(Cow::into_owned),
            fix: self.fix.map(|(span, text)| Fix { span, replacement: text.into_owned() }),
            path: self.path.map(Cow::into_owned),
        })
    }
}

/// The findings as bytes.
pub(super) fn of_findings(found: &[Diagnostic]) -> Option<Vec<Section>> {
    Some(vec![bytes(&found.iter().map(Finding::from).collect::<Vec<_>>())?])
}

/// The findings in bytes.
pub(super) fn findings(sections: &[Section]) -> Option<Vec<Diagnostic>> {
    let [all] = sections else { return None };
    whole::<Vec<Finding>>(all)?.into_iter().map(Finding::told).collect()
}

/// What was known of the files in some run, and of which run, as bytes.
pub(super) fn of_base(base: &Base) -> Option<Vec<Section>> {
    let Base { run, texts, notes } = base;
    let mut out = vec![bytes(&(run, texts))?];
    out.extend(notes.par_chunks(FILES).map(|some| bytes(&some)).collect::<Option<Vec<_>>>()?);
    Some(out)
}

/// The same in bytes.
pub(super) fn base(sections: &[Section]) -> Option<Base> {
    let (head, rest) = sections.split_first()?;
    let (run, texts): ([u8; 32], Vec<[u8; 32]>) = whole(head)?;
    let notes: Vec<Vec<Notes>> = rest.par_iter().map(|s| whole(s)).collect::<Option<_>>()?;
    let notes: Vec<Notes> = notes.into_iter().flatten().collect();
    (notes.len() == texts.len()).then_some(Base { run, texts, notes })
}

/// A shelf with something found about it.
type OnShelf<'a> = ((OutcomeId, RegionId), Finding<'a>);

/// All of what looking for persons came to but the reads.
type DeepHead<'a> = (Vec<OnShelf<'a>>, Vec<Gap>, Vec<(OutcomeId, RegionId)>, bool);

/// What looking for persons came to, piece by piece, as bytes.
pub(super) fn of_deep(deep: &Deep) -> Option<Vec<Section>> {
    let Deep { shelves, gaps, ended: _, wide, reads, elsewhere } = deep;
    let shelves: Vec<OnShelf> = shelves.iter().map(|(shelf, d)| (*shelf, Finding::from(d))).collect();
    let mut out = vec![bytes(&(shelves, gaps, wide, elsewhere))?];
    out.extend(reads.par_chunks(ITEMS).map(|some| bytes(&some)).collect::<Option<Vec<_>>>()?);
    Some(out)
}

/// The same in bytes; what has ended by some day is not among it.
pub(super) fn deep(sections: &[Section]) -> Option<Deep> {
    let (head, rest) = sections.split_first()?;
    let (shelves, gaps, wide, elsewhere): DeepHead = whole(head)?;
    let shelves = shelves.into_iter().map(|(shelf, f)| Some((shelf, f.told()?))).collect::<Option<_>>()?;
    let reads: Vec<Vec<(FileId, OutcomeId, OutcomeId)>> = rest.par_iter().map(|s| whole(s)).collect::<Option<_>>()?;
    Some(Deep { shelves, gaps, ended: Vec::new(), wide, reads: reads.into_iter().flatten().collect(), elsewhere })
}

/// What the names mean, from the first section of a program.
pub(super) fn symbols(first: &[u8]) -> Option<Symbols> {
    match whole(first)? {
        Read::Names(symbols) => Some(*symbols),
        _ => None,
    }
}

/// A part of a program, to be written.
#[derive(Serialize)]
enum Part<'a> {
    Names(&'a Symbols),
    Rest(&'a [Never], &'a [Test]),
    Nodes(&'a [Node]),
    Types(&'a [Type]),
    Spans(&'a [Span]),
    Statements(&'a [Stmt]),
    Shelves(&'a [(&'a (OutcomeId, RegionId), &'a Shelf)]),
}

/// The same, read.
#[derive(Deserialize)]
enum Read {
    Names(Box<Symbols>),
    Rest(Vec<Never>, Vec<Test>),
    Nodes(Vec<Node>),
    Types(Vec<Type>),
    Spans(Vec<Span>),
    Statements(Vec<Stmt>),
    Shelves(Vec<((OutcomeId, RegionId), Shelf)>),
}

/// A program as bytes.
pub(super) fn of_program(p: &Program) -> Option<Vec<Section>> {
    // A field more does not compile until it is kept too.
    let Program { symbols, nodes, types, spans, statements, shelves, nevers, tests } = p;
    let shelves: Vec<_> = shelves.iter().collect();
    // The names come first: they are also read alone.
    let mut parts = vec![Part::Names(symbols), Part::Rest(nevers, tests)];
    parts.extend(nodes.chunks(ITEMS).map(Part::Nodes));
    parts.extend(types.chunks(ITEMS).map(Part::Types));
    parts.extend(spans.chunks(ITEMS).map(Part::Spans));
    parts.extend(statements.chunks(ITEMS).map(Part::Statements));
    parts.extend(shelves.chunks(ITEMS).map(Part::Shelves));
    if parts.len() < MANY { parts.iter().map(bytes).collect() } else { parts.par_iter().map(bytes).collect() }
}

/// The program in bytes.
pub(super) fn program(sections: Vec<Section>) -> Option<Program> {
    let parts: Option<Vec<Read>> =
        if sections.len() < MANY { sections.iter().map(|s| whole(s)).collect() } else { sections.par_iter().map(|s| whole(s)).collect() };
    let mut p = Program::default();
    for part in parts? {
        match part {
            Read::Names(symbols) => p.symbols = *symbols,
            Read::Rest(nevers, tests) => (p.nevers, p.tests) = (nevers, tests),
            Read::Nodes(mut more) => join(&mut p.nodes, &mut more),
            Read::Types(mut more) => join(&mut p.types, &mut more),
            Read::Spans(mut more) => join(&mut p.spans, &mut more),
            Read::Statements(mut more) => join(&mut p.statements, &mut more),
            Read::Shelves(more) => p.shelves.extend(more),
        }
    }
    (p.nodes.len() == p.types.len() && p.nodes.len() == p.spans.len()).then_some(p)
}

fn join<T>(all: &mut Vec<T>, more: &mut Vec<T>) {
    if all.is_empty() { std::mem::swap(all, more) } else { all.append(more) }
}

fn bytes(what: &impl Serialize) -> Option<Section> {
    postcard::to_stdvec(what).ok()
}

/// What the bytes say, if they say just that.
fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (what, rest) = postcard::take_from_bytes(bytes).ok()?;
    rest.is_empty().then_some(what)
}
