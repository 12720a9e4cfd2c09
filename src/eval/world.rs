//! In: choices made so far. Out: what is still open, and the worlds that settle it. Never here: evaluating anything.

use crate::program::{NodeId, OutcomeId, StmtId};
use crate::value::{InputId, Interval};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Something an answer may turn on. The first number after a node is the outcome it is worked out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Var {
    /// A fact not told.
    Input(InputId),
    /// Whether the person has that fact at all.
    Absent(InputId),
    /// An argument of the question left out.
    Arg(u16),
    /// Sources contradict each other on this outcome.
    Dispute(u32),
    /// Whether a condition holds that an agency has to settle.
    Referred(NodeId, u32, u64),
    /// A stated range.
    Range(NodeId, u32, u64),
    /// A source that can be read in several ways.
    Reading(NodeId, u32, u64),
    /// An outcome known only as one of several values.
    Member(u32),
    /// A result that is not linear in what it is worked out from.
    Derived(NodeId, u32, u64, u16),
    /// A comparison of several unknown numbers.
    Opaque(NodeId, u32, u64),
}

/// One part of what a variable can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// One of these.
    Set(Vec<u16>),
    /// In this range.
    Span(Interval),
}

impl Cell {
    /// Whether two cells of one variable have something in common.
    pub(crate) fn meets(&self, other: &Cell) -> bool {
        match (self, other) {
            (Cell::Set(a), Cell::Set(b)) => a.iter().any(|x| b.contains(x)),
            (Cell::Span(a), Cell::Span(b)) => a.intersects(b),
            _ => false,
        }
    }
}

/// The choices made: a box in the space of everything open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct World {
    pub cells: BTreeMap<Var, Cell>,
}

impl World {
    /// This world with one more choice.
    pub(crate) fn with(&self, var: Var, cell: Cell) -> World {
        let mut cells = self.cells.clone();
        cells.insert(var, cell);
        World { cells }
    }

    /// The option chosen, where exactly one is left.
    pub(crate) fn chosen(&self, var: &Var) -> Option<u16> {
        match self.cells.get(var) {
            Some(Cell::Set(list)) => match list.as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            _ => None,
        }
    }

    /// The options left, if some were excluded.
    pub(crate) fn set(&self, var: &Var) -> Option<&[u16]> {
        match self.cells.get(var) {
            Some(Cell::Set(list)) => Some(list),
            _ => None,
        }
    }

    /// The range a number was narrowed to.
    pub(crate) fn span(&self, var: &Var) -> Option<&Interval> {
        match self.cells.get(var) {
            Some(Cell::Span(i)) => Some(i),
            _ => None,
        }
    }
}

/// Whom to ask, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refer {
    /// The agency, if one is named there or for the region.
    pub agency: Option<SmolStr>,
    /// The statement that refers.
    pub stmt: Option<StmtId>,
}

/// Why an outcome has no value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NoRule {
    /// In words.
    pub why: String,
    /// The outcome that nothing gives, and whether something is said about it in that region or above; nothing where a formula has no value.
    pub about: Option<(OutcomeId, bool)>,
}

/// An error while answering.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    /// The code.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// Where.
    pub span: Option<crate::source::Span>,
    /// Statements involved.
    pub stmts: Vec<StmtId>,
}

/// Why an evaluation stops before it has a value.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    /// It turns on this; go on in each of these worlds.
    Split(Var, Vec<Cell>),
    /// An error.
    Fault(Box<Fault>),
    /// A fact that cannot be narrowed down by splitting.
    Missing(InputId),
    /// Ask the agency.
    Refer(Refer),
    /// Nothing gives it.
    NoRule(NoRule),
    /// Turns on something open, while nothing may be split.
    Unknown,
}
