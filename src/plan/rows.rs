//! In: columns of facts that somebody else holds. Out: what they look like to a plan, and what it answers. Never here: reading files, working anything out.

use crate::value::InputId;

/// What may vary from row to row besides the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// A fact.
    Input(InputId),
    /// An argument of the decision, by its place.
    Arg(u16),
}

/// How the values of a slot, or of an outcome, are held as whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 0 or 1.
    Truth,
    /// The number of an enum's value, below this count.
    Choice(u32),
    /// The place of a value in a list that the plan keeps (`value` looks it up); only of outcomes.
    Listed(u32),
    /// A number times `scale`: fen for money, days since 1970-01-01 for dates, year * 12 + month - 1 for months of a year, months for years.
    Whole {
        /// How many steps one unit has; 1 but for rates, points and numbers.
        scale: i64,
        /// The least that is answered here; rows below are asked of the row interpreter.
        lo: i64,
        /// The most.
        hi: i64,
    },
}

/// A slot and how its values are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    /// Which.
    pub slot: Slot,
    /// How its values are held.
    pub kind: Kind,
}

/// Whole numbers, one for each row.
#[derive(Clone, Copy, Debug)]
pub enum Lane<'a> {
    /// Bytes.
    U8(&'a [u8]),
    /// 16 bits.
    U16(&'a [u16]),
    /// 16 bits, with a sign.
    I16(&'a [i16]),
    /// 32 bits, with a sign.
    I32(&'a [i32]),
    /// 64 bits, with a sign.
    I64(&'a [i64]),
}

impl Lane<'_> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Lane::U8(x) => x.len(),
            Lane::U16(x) => x.len(),
            Lane::I16(x) => x.len(),
            Lane::I32(x) => x.len(),
            Lane::I64(x) => x.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at a row.
    pub fn get(&self, row: usize) -> Option<i64> {
        match self {
            Lane::U8(x) => x.get(row).map(|v| i64::from(*v)),
            Lane::U16(x) => x.get(row).map(|v| i64::from(*v)),
            Lane::I16(x) => x.get(row).map(|v| i64::from(*v)),
            Lane::I32(x) => x.get(row).map(|v| i64::from(*v)),
            Lane::I64(x) => x.get(row).copied(),
        }
    }
}

/// The values of one slot.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// One for each row; what stands where nothing is told does not matter.
    pub lane: Lane<'a>,
    /// Whether it is told, for each row; all are if absent. A value that is told and does not fit the kind counts as not told here:
    /// the row is asked of the row interpreter, which sees it as it is.
    pub told: Option<&'a [bool]>,
}

/// Rows to answer.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// How many.
    pub len: usize,
    /// The place of each row's region among the regions of the plan; a number beyond them is answered by nobody.
    pub region: Lane<'a>,
    /// A column for each slot of the plan, in their order; `None` where nobody tells it.
    pub columns: &'a [Option<Column<'a>>],
}

/// How an outcome of a row is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum State {
    /// Not here: ask the row interpreter about this row.
    #[default]
    Ask = 0,
    /// Decided: the value stands in its lane.
    Decided = 1,
    /// Nothing gives it.
    NoRule = 2,
}

impl State {
    /// The state a byte of [`Given::states`] stands for.
    pub fn of(byte: u8) -> State {
        match byte {
            1 => State::Decided,
            2 => State::NoRule,
            _ => State::Ask,
        }
    }
}

/// What is worked out besides values and states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    #[default]
    Values,
    /// For each row the number of its path: which statements gave the outcome.
    Paths,
}

/// Numbers that a plan writes.
#[derive(Clone, Debug)]
pub enum Values {
    /// Bytes.
    U8(Vec<u8>),
    /// 16 bits, with a sign.
    I16(Vec<i16>),
    /// 32 bits, with a sign.
    I32(Vec<i32>),
    /// 64 bits, with a sign.
    I64(Vec<i64>),
}

impl Values {
    /// The numbers.
    pub fn lane(&self) -> Lane<'_> {
        match self {
            Values::U8(x) => Lane::U8(x),
            Values::I16(x) => Lane::I16(x),
            Values::I32(x) => Lane::I32(x),
            Values::I64(x) => Lane::I64(x),
        }
    }
}

/// The answers for one outcome, one for each row.
#[derive(Clone, Debug)]
pub struct Given {
    /// The values, held as the outcome's kind says; of no meaning where the state is not [`State::Decided`].
    pub values: Values,
    /// A byte for each row ([`State::of`]).
    pub states: Vec<u8>,
    /// The path of each row, if wanted and its state is not [`State::Ask`].
    pub paths: Vec<u32>,
}

/// What a run writes; used again for the next chunk it costs no allocation.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// For each outcome of the plan, in their order.
    pub outcomes: Vec<Given>,
}

/// One outcome of one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct One {
    /// How it is answered.
    pub state: State,
    /// The value, held as the outcome's kind says.
    pub value: i64,
    /// The path, if its state is not [`State::Ask`].
    pub path: u32,
}
