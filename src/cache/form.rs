//! In: findings, programs. Out: sections of bytes, and from them the same again. Never here: files.
//!
//! Long tables are cut into sections, which are written and read side by side.

use super::entry::Section;
use crate::diagnostics::{Diagnostic, Fix, Label, codes};
use crate::hir::{OutcomeId, Symbols};
use crate::program::{Never, Node, Program, Shelf, Stmt, Test};
use crate::source::Span;
use crate::value::{RegionId, Type};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Items of a table in one section.
const ITEMS: usize = 8192;
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

/// The findings as bytes.
pub(super) fn of_findings(found: &[Diagnostic]) -> Option<Vec<Section>> {
    let place = |l: &'_ Label| (l.span, Cow::Owned(l.text.clone()));
    let findings: Vec<Finding> = found
        .iter()
        .map(|d| Finding {
            code: Cow::Borrowed(d.code.id),
            message: Cow::Borrowed(&d.message),
            primary: d.primary.as_ref().map(place),
            related: d.related.iter().map(place).collect(),
            help: d.help.as_deref().map(Cow::Borrowed),
            fix: d.fix.as_ref().map(|f| (f.span, Cow::Borrowed(f.replacement.as_str()))),
            path: d.path.as_deref().map(Cow::Borrowed),
        })
        .collect();
    Some(vec![bytes(&findings)?])
}

/// The findings in bytes.
pub(super) fn findings(sections: &[Section]) -> Option<Vec<Diagnostic>> {
    let [all] = sections else { return None };
    let label = |(span, text): Place| Label { span, text: text.into_owned() };
    let found: Vec<Finding> = whole(all)?;
    found
        .into_iter()
        .map(|f| {
            Some(Diagnostic {
                code: codes::find(&f.code)?,
                message: f.message.into_owned(),
                primary: f.primary.map(label),
                related: f.related.into_iter().map(label).collect(),
                help: f.help.map(Cow::into_owned),
                fix: f.fix.map(|(span, text)| Fix { span, replacement: text.into_owned() }),
                path: f.path.map(Cow::into_owned),
            })
        })
        .collect()
}

/// A part of a program, to be written.
#[derive(Serialize)]
enum Part<'a> {
    Names(&'a Symbols, &'a [Never], &'a [Test]),
    Nodes(&'a [Node]),
    Types(&'a [Type]),
    Spans(&'a [Span]),
    Statements(&'a [Stmt]),
    Shelves(&'a [(&'a (OutcomeId, RegionId), &'a Shelf)]),
}

/// The same, read.
#[derive(Deserialize)]
enum Read {
    Names(Box<Symbols>, Vec<Never>, Vec<Test>),
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
    let mut parts = vec![Part::Names(symbols, nevers, tests)];
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
            Read::Names(symbols, nevers, tests) => (p.symbols, p.nevers, p.tests) = (*symbols, nevers, tests),
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
