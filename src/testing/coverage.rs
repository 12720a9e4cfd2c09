//! In: what the questions of tests exercised. Out: for every statement, table row, exception and condition whether a test did, with exact counts by file and region. Never here: working out what one question exercised (`eval`), printing.
//!
//! A statement counts as exercised where it applied and had a part in the answer: it gave or adjusted it, agreed with it, disputed it, or
//! was beaten by the rule that stands. A default that yields, a statement that an exception replaces or that a deeper region overrides, had none.
//! A table row counts once, and is exercised when each of its values is. A condition has two sides; `and`, `or` and `not` join several
//! conditions, and the cells that select a row are none of their own. Limits are counted besides: a number compared with a constant, on it and next to it.

use super::Place;
use crate::eval::{self, Edge, Limit, Seen};
use crate::policies::Policies;
use crate::program::{Condition, NodeId, OutcomeId, SetOp, Stmt, StmtId, Symbols};
use crate::source::Span;
use crate::value::{Exact, Names, RegionId, Value, show};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Files that hold tests: what they state is not counted.
const TEST_FILE: &str = ".test.pol";

/// What the tests exercise of the policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Coverage {
    /// A digest of the policies tested, `sha256:…`.
    pub policies: String,
    /// Questions asked: an expectation is one.
    pub questions: usize,
    /// Everything together.
    pub total: Counts,
    /// By file, in their order.
    pub files: Vec<Part>,
    /// By region, in the order of their names.
    pub regions: Vec<Part>,
    /// Everything that is counted, in source order.
    pub items: Vec<Item>,
    /// Limits that conditions and table cells compare with, in source order.
    pub boundaries: Vec<Boundary>,
}

/// A limit: a test should stand exactly on it, and one on the nearest number beyond it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Boundary {
    /// Where the comparison begins.
    pub at: Place,
    /// The column it begins in, from 1, in characters.
    pub column: usize,
    /// Who says it.
    pub region: String,
    /// The decision it is about, with its arguments.
    pub decision: String,
    /// What is compared.
    pub compared: String,
    /// The limit, and questions that stood on it.
    pub on: Stand,
    /// The nearest number for which the comparison comes out otherwise; none where there is no nearest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub beside: Option<Stand>,
}

/// A number, and how many questions stood on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stand {
    /// The number, in the language's notation.
    pub value: String,
    /// Questions.
    pub hits: usize,
}

/// A file or a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Part {
    /// Its path or name.
    pub name: String,
    /// How much of it is exercised.
    pub counts: Counts,
}

/// How much is exercised, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// Statements: values, definitions, adjustments, requirements.
    pub statements: Count,
    /// Table rows.
    pub rows: Count,
    /// Exceptions.
    pub exceptions: Count,
    /// Sides of conditions: two for each.
    pub sides: Count,
    /// `never` constraints.
    pub nevers: Count,
    /// All of these.
    pub all: Count,
    /// Besides: sides of limits, one or two for each.
    pub boundaries: Count,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Count {
    /// Exercised.
    pub covered: usize,
    /// There are.
    pub total: usize,
}

/// Something a test should exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Item {
    /// Where it begins.
    pub at: Place,
    /// The column it begins in, from 1, in characters.
    pub column: usize,
    /// What it is.
    pub kind: Kind,
    /// Who says it; a `never` belongs to no region.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub region: Option<String>,
    /// The decision it is about, with its arguments.
    pub decision: String,
    /// What it gives; several for a table row.
    pub outcomes: Vec<String>,
    /// Its first line.
    pub text: String,
    /// How far it is exercised.
    pub state: State,
    /// Questions that exercised it; of a condition: that saw one of its sides.
    pub hits: usize,
    /// Of a condition: questions that saw each side.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sides: Option<Sides>,
    /// Of a table row exercised in part: the outcomes it never gave.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub missing: Vec<String>,
}

/// Questions that saw each side of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sides {
    /// It held.
    pub held: usize,
    /// It did not hold.
    pub failed: usize,
}

/// What can be exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `outcome = value`, with `default` or `final` or without.
    Statement,
    /// `let name = value`.
    Definition,
    /// `+=`, `at least`, `at most`.
    Adjustment,
    /// `requires`.
    Requirement,
    /// `except when`.
    Exception,
    /// A row of a table.
    Row,
    /// A condition.
    Condition,
    /// A `never` of a vocabulary; exercised when an answer was checked against it.
    Never,
}

/// How far something is exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// By at least one question.
    Exercised,
    /// One side of a condition, or some values of a row.
    Partly,
    /// Not at all.
    NotExercised,
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Statement => "statement",
            Kind::Definition => "let",
            Kind::Adjustment => "adjustment",
            Kind::Requirement => "requires",
            Kind::Exception => "exception",
            Kind::Row => "row",
            Kind::Condition => "condition",
            Kind::Never => "never",
        }
    }
}

impl Count {
    /// As a percentage with one decimal, rounded down, so that only everything is `100.0%`. Nothing of nothing is everything.
    pub fn percent(self) -> String {
        if self.total == 0 {
            return "100.0%".to_string();
        }
        let tenths = (self.covered as u128).saturating_mul(1000) / self.total as u128;
        format!("{}.{}%", tenths / 10, tenths % 10)
    }

    /// Whether at least `percent` is exercised, exactly.
    pub fn reaches(self, percent: &Threshold) -> bool {
        if self.total == 0 {
            return true;
        }
        // Both sides fit: counts are far below 2^64, and a threshold has at most nine digits.
        (self.covered as u128).saturating_mul(100 * Threshold::UNIT) >= (self.total as u128).saturating_mul(percent.parts)
    }

    fn add(&mut self, covered: usize, total: usize) {
        self.covered += covered;
        self.total += total;
    }
}

/// A percentage that must be reached: 0 to 100, with up to six decimals, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    parts: u128,
    text: String,
}

impl Threshold {
    /// Parts in one percent.
    const UNIT: u128 = 1_000_000;
}

impl std::str::FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write a percentage from 0 to 100, such as 80 or 92.5".to_string();
        let plain = text.strip_suffix('%').unwrap_or(text);
        let (whole, decimals) = plain.split_once('.').unwrap_or((plain, "0"));
        let digits = |s: &str| !s.is_empty() && s.len() <= 6 && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return Err(wrong());
        }
        let number = |s: &str| s.parse::<u128>().map_err(|_| wrong());
        let parts = number(whole)? * Threshold::UNIT + number(&format!("{decimals:0<6}"))?;
        if parts > 100 * Threshold::UNIT {
            return Err(wrong());
        }
        Ok(Threshold { parts, text: plain.to_string() })
    }
}

impl std::fmt::Display for Threshold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}%", self.text)
    }
}

/// One thing a question can exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// A statement counted.
    Statement(StmtId),
    /// A condition held.
    Held(NodeId),
    /// A condition did not hold.
    Failed(NodeId),
    /// A number stood on a limit, or beside it.
    Edge(NodeId, Edge),
}

impl Thing {
    /// Whether a question exercised it.
    pub(super) fn in_(&self, seen: &Seen) -> bool {
        match self {
            Thing::Statement(s) => seen.statements.contains(s),
            Thing::Held(c) => seen.held.contains(c),
            Thing::Failed(c) => seen.failed.contains(c),
            Thing::Edge(c, e) => seen.edges.contains(&(*c, *e)),
        }
    }
}

/// Statements that are counted, by number; with a region, what it and the regions inside it say.
pub(super) fn counted(policies: &Policies, region: Option<RegionId>) -> impl Iterator<Item = (StmtId, &Stmt)> {
    let p = &policies.program;
    let files: FxHashSet<_> = policies.map.iter().filter(|(_, f)| !f.embedded && !f.name.ends_with(TEST_FILE)).map(|(id, _)| id).collect();
    let inside = move |s: &Stmt| region.is_none_or(|r| p.symbols.region(s.region).chain.contains(&r));
    let all = p.statements.iter().enumerate().map(|(i, s)| (StmtId(u32::try_from(i).unwrap_or(u32::MAX)), s));
    all.filter(move |(_, s)| files.contains(&s.span.file) && inside(s))
}

/// How many questions exercised what.
#[derive(Debug, Default)]
pub(super) struct Tally {
    questions: usize,
    statements: FxHashMap<StmtId, usize>,
    /// For each condition: questions in which it held, in which it did not, in which either.
    sides: FxHashMap<NodeId, (usize, usize, usize)>,
    nevers: FxHashMap<usize, usize>,
    edges: FxHashMap<(NodeId, Edge), usize>,
}

impl Tally {
    /// Adds what one question exercised.
    pub(super) fn add(&mut self, seen: &Seen) {
        self.questions += 1;
        for s in &seen.statements {
            *self.statements.entry(*s).or_default() += 1;
        }
        for c in seen.held.union(&seen.failed) {
            let count = self.sides.entry(*c).or_default();
            count.0 += usize::from(seen.held.contains(c));
            count.1 += usize::from(seen.failed.contains(c));
            count.2 += 1;
        }
        for n in &seen.nevers {
            *self.nevers.entry(*n).or_default() += 1;
        }
        for e in &seen.edges {
            *self.edges.entry(*e).or_default() += 1;
        }
    }

    /// Whether something was exercised that is asked about.
    pub(super) fn has(&self, thing: &Thing) -> bool {
        match thing {
            Thing::Statement(s) => self.statements.contains_key(s),
            Thing::Held(c) => self.sides.get(c).is_some_and(|s| s.0 > 0),
            Thing::Failed(c) => self.sides.get(c).is_some_and(|s| s.1 > 0),
            Thing::Edge(c, e) => self.edges.contains_key(&(*c, *e)),
        }
    }
}

/// Lays what was exercised over everything there is; with a region, over what it and the regions inside it say.
pub(super) fn coverage(policies: &Policies, tally: &Tally, region: Option<RegionId>) -> Coverage {
    let p = &policies.program;
    let symbols = &p.symbols;
    let counted: FxHashSet<_> =
        policies.map.iter().filter(|(_, f)| !f.embedded && !f.name.ends_with(TEST_FILE)).map(|(id, _)| id).collect();
    let mut found: Vec<(Span, Item)> = Vec::new();
    let mut rows: BTreeMap<Span, Vec<(StmtId, &Stmt)>> = BTreeMap::new();
    let mut conditions: FxHashSet<NodeId> = FxHashSet::default();
    let mut limits: BTreeMap<NodeId, (Span, Boundary)> = BTreeMap::new();
    for (id, stmt) in self::counted(policies, region) {
        for limit in eval::limits(p, stmt).into_iter().filter(|_| stmt.each.is_empty()) {
            limits.entry(limit.node).or_insert_with(|| (p.node_span(limit.node), boundary(policies, stmt, &limit, tally)));
        }
        if stmt.table.is_some() {
            rows.entry(stmt.span).or_default().push((id, stmt));
        } else {
            let hits = tally.statements.get(&id).copied().unwrap_or(0);
            let place = Placed { policies, stmt, span: stmt.span };
            found.push((stmt.span, place.item(kind(symbols, stmt), &[stmt.outcome], state(hits), hits)));
        }
        for c in &stmt.conditions {
            if conditions.insert(c.node) {
                found.push((c.span, condition(policies, stmt, c, tally)));
            }
        }
    }
    for (span, cells) in rows {
        found.extend(row(policies, span, &cells, tally).map(|item| (span, item)));
    }
    for (i, never) in p.nevers.iter().enumerate() {
        if region.is_none() && counted.contains(&never.span.file) {
            let hits = tally.nevers.get(&i).copied().unwrap_or(0);
            let (at, column) = spot(policies, never.span);
            let names = never.outcomes.iter().map(|o| symbols.outcome(*o).name.to_string()).collect();
            let (decision, text) = (symbols.decision(never.decision).name.to_string(), first_line(policies, never.span));
            let (kind, state) = (Kind::Never, state(hits));
            let item =
                Item { at, column, kind, region: None, decision, outcomes: names, text, state, hits, sides: None, missing: Vec::new() };
            found.push((never.span, item));
        }
    }
    // The outer one first where several begin at one place.
    found.sort_by_key(|(span, item)| (span.file, span.start, std::cmp::Reverse(span.end), item.kind));
    let items: Vec<Item> = found.into_iter().map(|(_, item)| item).collect();
    let mut boundaries: Vec<(Span, Boundary)> = limits.into_values().collect();
    boundaries.sort_by_key(|(span, b)| (span.file, span.start, b.on.value.clone()));
    let boundaries = boundaries.into_iter().map(|(_, b)| b).collect();
    summed(policies.digest().to_string(), tally.questions, items, boundaries)
}

fn boundary(policies: &Policies, stmt: &Stmt, limit: &Limit, tally: &Tally) -> Boundary {
    let p = &policies.program;
    let (at, column) = spot(policies, p.node_span(limit.node));
    let stand = |x: Exact, edge: Edge| Stand {
        value: show(&Value::from(x), p.node_type(limit.varies), &p.symbols),
        hits: tally.edges.get(&(limit.node, edge)).copied().unwrap_or(0),
    };
    Boundary {
        at,
        column,
        region: Names::region(&p.symbols, stmt.region).to_string(),
        decision: head(&p.symbols, stmt),
        compared: p.node_text(limit.varies),
        on: stand(limit.limit, Edge::On),
        beside: limit.beside.map(|x| stand(x, Edge::Beside)),
    }
}

fn summed(policies: String, questions: usize, items: Vec<Item>, boundaries: Vec<Boundary>) -> Coverage {
    let mut total = Counts::default();
    let mut files: Vec<Part> = Vec::new();
    let mut regions: BTreeMap<&str, Counts> = BTreeMap::new();
    for item in &items {
        total.add(item);
        if files.last().is_none_or(|f| f.name != item.at.file) {
            files.push(Part { name: item.at.file.clone(), counts: Counts::default() });
        }
        if let Some(file) = files.last_mut() {
            file.counts.add(item);
        }
        if let Some(region) = &item.region {
            regions.entry(region).or_default().add(item);
        }
    }
    for b in &boundaries {
        total.bound(b);
        if let Some(file) = files.iter_mut().find(|f| f.name == b.at.file) {
            file.counts.bound(b);
        }
        regions.entry(&b.region).or_default().bound(b);
    }
    let regions = regions.into_iter().map(|(name, counts)| Part { name: name.to_string(), counts }).collect();
    Coverage { policies, questions, total, files, regions, items, boundaries }
}

impl Counts {
    fn add(&mut self, item: &Item) {
        let (count, covered, total) = match (item.kind, item.sides) {
            (Kind::Condition, Some(s)) => (&mut self.sides, usize::from(s.held > 0) + usize::from(s.failed > 0), 2),
            (kind, _) => {
                let count = match kind {
                    Kind::Row => &mut self.rows,
                    Kind::Exception => &mut self.exceptions,
                    Kind::Never => &mut self.nevers,
                    _ => &mut self.statements,
                };
                (count, usize::from(item.state == State::Exercised), 1)
            }
        };
        count.add(covered, total);
        self.all.add(covered, total);
    }

    fn bound(&mut self, b: &Boundary) {
        for stand in std::iter::once(&b.on).chain(&b.beside) {
            self.boundaries.add(usize::from(stand.hits > 0), 1);
        }
    }
}

/// A statement, and the part of it an item is about.
struct Placed<'a> {
    policies: &'a Policies,
    stmt: &'a Stmt,
    span: Span,
}

impl Placed<'_> {
    fn item(&self, kind: Kind, outcomes: &[OutcomeId], state: State, hits: usize) -> Item {
        let symbols = &self.policies.program.symbols;
        let (at, column) = spot(self.policies, self.span);
        Item {
            at,
            column,
            kind,
            region: Some(Names::region(symbols, self.stmt.region).to_string()),
            decision: head(symbols, self.stmt),
            outcomes: outcomes.iter().map(|o| symbols.outcome(*o).name.to_string()).collect(),
            text: first_line(self.policies, self.span),
            state,
            hits,
            sides: None,
            missing: Vec::new(),
        }
    }
}

fn kind(symbols: &Symbols, stmt: &Stmt) -> Kind {
    match stmt.op {
        _ if stmt.exception_of.is_some() => Kind::Exception,
        SetOp::Give if symbols.outcome(stmt.outcome).local => Kind::Definition,
        SetOp::Give => Kind::Statement,
        SetOp::Requires => Kind::Requirement,
        SetOp::Add | SetOp::AtLeast | SetOp::AtMost => Kind::Adjustment,
    }
}

fn state(hits: usize) -> State {
    if hits > 0 { State::Exercised } else { State::NotExercised }
}

/// One row, whatever it gives.
fn row(policies: &Policies, span: Span, cells: &[(StmtId, &Stmt)], tally: &Tally) -> Option<Item> {
    let (_, stmt) = *cells.first()?;
    let hits: Vec<usize> = cells.iter().map(|(id, _)| tally.statements.get(id).copied().unwrap_or(0)).collect();
    let least = hits.iter().copied().min().unwrap_or(0);
    let outcomes: Vec<OutcomeId> = cells.iter().map(|(_, s)| s.outcome).collect();
    let state = match hits.iter().any(|h| *h > 0) {
        true if least == 0 => State::Partly,
        _ => state(least),
    };
    let mut item = Placed { policies, stmt, span }.item(Kind::Row, &outcomes, state, least);
    if state == State::Partly {
        item.missing = item.outcomes.iter().zip(&hits).filter(|(_, h)| **h == 0).map(|(o, _)| o.clone()).collect();
    }
    Some(item)
}

fn condition(policies: &Policies, stmt: &Stmt, c: &Condition, tally: &Tally) -> Item {
    let (held, failed, hits) = tally.sides.get(&c.node).copied().unwrap_or_default();
    let state = match (held > 0, failed > 0) {
        (true, true) => State::Exercised,
        (false, false) => State::NotExercised,
        _ => State::Partly,
    };
    let mut item = Placed { policies, stmt, span: c.span }.item(Kind::Condition, &[], state, hits);
    item.sides = Some(Sides { held, failed });
    item
}

/// `transfer resident->employee|flexible`
fn head(symbols: &Symbols, stmt: &Stmt) -> String {
    let decision = symbols.decision(symbols.outcome(stmt.outcome).decision);
    let parts: Vec<String> = decision
        .args
        .iter()
        .zip(&stmt.head)
        .map(|(a, set)| match set {
            Some(set) => set.iter().map(|v| symbols.variant(a.ty, v)).collect::<Vec<_>>().join("|"),
            None => "any".to_string(),
        })
        .collect();
    if parts.iter().all(|p| p == "any") {
        return decision.name.to_string();
    }
    format!("{} {}", decision.name, parts.join(if decision.arrow { "->" } else { ", " }))
}

fn spot(policies: &Policies, span: Span) -> (Place, usize) {
    match policies.map.locate(span) {
        Some((file, at)) => (Place { file: file.to_string(), line: at.line }, at.column),
        None => (Place { file: String::new(), line: 0 }, 0),
    }
}

pub(super) fn first_line(policies: &Policies, span: Span) -> String {
    policies.map.snippet(span).lines().next().unwrap_or_default().trim_end().to_string()
}
