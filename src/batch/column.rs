//! In: cells of one column. Out: the facts they tell: numbers where they fit, values where they do not. Never here: tables, files, other columns.

use crate::hir::Symbols;
use crate::input::{Cell, FactReader, InputErrors, Kind, Node, Unit};
use crate::value::{EnumId, Exact, InputId, RegionId, Type, Value};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Texts whose values are remembered, in one column of one chunk.
const MAX_REMEMBERED: usize = 1 << 16;
/// The most digits of a number that is read at once; longer ones go the long way.
const MAX_QUICK_DIGITS: usize = 15;

/// How the values of an input are held as whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 0 and 1.
    Truth,
    /// The number of a variant.
    Choice(EnumId),
    /// The number of a region.
    Region,
    /// The value times `scale`.
    Whole {
        /// 1 but for rates, points and numbers.
        scale: i64,
    },
    /// Not at all.
    Odd,
}

impl Form {
    /// How values of a type are held.
    pub fn of(ty: &Type) -> Form {
        match ty {
            Type::Boolean | Type::Flag => Form::Truth,
            Type::Enum(e) => Form::Choice(*e),
            Type::Region => Form::Region,
            Type::Rate | Type::Points => Form::Whole { scale: 1_000_000 },
            Type::Number => Form::Whole { scale: 1_000 },
            ty if !ty.is_optional() && ty.is_numeric() => Form::Whole { scale: 1 },
            Type::Optional(inner) => Form::of(inner),
            _ => Form::Odd,
        }
    }

    /// The number that holds a value.
    pub fn hold(self, value: &Value) -> Option<i64> {
        match (self, value) {
            (Form::Truth, Value::Bool(b)) => Some(i64::from(*b)),
            (Form::Choice(_), Value::Variants(v)) => v.single().map(i64::from),
            (Form::Region, Value::Region(r)) => Some(i64::from(r.0)),
            (Form::Whole { scale }, Value::Num(n)) => {
                let held = n.as_exact()?.checked_mul(Exact::from_int(scale.into())).ok()?;
                i64::try_from(held.to_i128()?).ok()
            }
            _ => None,
        }
    }

    /// The value that a number holds.
    pub fn value(self, held: i64) -> Option<Value> {
        match self {
            Form::Truth => Some(Value::Bool(held != 0)),
            Form::Choice(_) => u16::try_from(held).ok().map(Value::variant),
            Form::Region => u32::try_from(held).ok().map(|r| Value::Region(RegionId(r))),
            Form::Whole { scale: 1 } => Some(Value::from(Exact::from_int(held.into()))),
            Form::Whole { scale } => Exact::ratio(held.into(), scale.into()).ok().map(Value::from),
            Form::Odd => None,
        }
    }
}

/// How bare numbers of a column are read at once.
#[derive(Clone, Copy, Debug)]
struct Quick {
    /// What is held for 1.
    factor: i64,
    /// The bounds of the input, as held.
    lo: i64,
    hi: i64,
}

impl Quick {
    /// For inputs whose bare numbers mean something.
    fn of(symbols: &Symbols, input: InputId, form: Form, unit: &Unit) -> Option<Quick> {
        let info = symbols.input(input);
        let Form::Whole { scale } = form else { return None };
        let factor = match (info.ty.base(), unit) {
            (Type::Money | Type::MoneyPerMonth, Unit::Own) => 100,
            (Type::Money | Type::MoneyPerMonth, Unit::Fen) | (Type::Months, Unit::Word("months")) => 1,
            (Type::Count | Type::Days | Type::WorkingDays | Type::Months, Unit::Own) => 1,
            (Type::Years, Unit::Own | Unit::Word("years")) => 12,
            (Type::Number, Unit::Own) => scale,
            _ => return None,
        };
        let (mut lo, mut hi) = (i64::MIN, i64::MAX);
        if let Some(bounds) = &info.bounds {
            let held = |x: Exact| x.checked_mul(Exact::from_int(scale.into())).ok();
            if let Some(x) = bounds.lo {
                let x = held(x)?;
                lo = i64::try_from(if bounds.lo_closed { x.ceil() } else { x.floor() + 1 }).ok()?;
            }
            if let Some(x) = bounds.hi {
                let x = held(x)?;
                hi = i64::try_from(if bounds.hi_closed { x.floor() } else { x.ceil() - 1 }).ok()?;
            }
        }
        Some(Quick { factor, lo, hi })
    }

    /// A whole number.
    fn whole(self, n: i64) -> Option<i64> {
        n.checked_mul(self.factor).filter(|held| (self.lo..=self.hi).contains(held))
    }

    /// A decimal, where it can be read at once.
    fn text(self, text: &str) -> Option<i64> {
        let bytes = text.as_bytes();
        let (negative, digits) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        if digits.is_empty() || digits.len() > MAX_QUICK_DIGITS {
            return None;
        }
        let (mut n, mut below, mut point): (i64, i64, bool) = (0, 1, false);
        for (i, b) in digits.iter().enumerate() {
            match b {
                b'0'..=b'9' => {
                    n = n * 10 + i64::from(b - b'0');
                    below *= if point { 10 } else { 1 };
                }
                b'.' if !point && i > 0 && i + 1 < digits.len() => point = true,
                _ => return None,
            }
        }
        let held = n.checked_mul(self.factor)?;
        if held % below != 0 {
            return None;
        }
        // Years are whole; half a year is told in months.
        if self.factor == 12 && n % below != 0 {
            return None;
        }
        let held = held / below;
        let held = if negative { -held } else { held };
        (self.lo..=self.hi).contains(&held).then_some(held)
    }
}

/// What a column is about; the same for every chunk.
#[derive(Clone, Debug)]
pub(super) struct ColumnKind {
    /// The input.
    pub input: InputId,
    /// The unit of bare numbers.
    pub unit: Unit,
    /// How values are held.
    pub form: Form,
    quick: Option<Quick>,
}

impl ColumnKind {
    /// Of an input; `scale` is what somebody wants its numbers times.
    pub fn new(symbols: &Symbols, input: InputId, unit: Unit, scale: Option<i64>) -> ColumnKind {
        let mut form = Form::of(&symbols.input(input).ty);
        if let (Form::Whole { scale: own }, Some(wanted)) = (&mut form, scale) {
            *own = wanted;
        }
        ColumnKind { input, quick: Quick::of(symbols, input, form, &unit), unit, form }
    }
}

/// A text, number or truth value of a document, as that.
fn flat(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Node(Node { kind: Kind::Text(text), .. }) => Cell::Text(text),
        Cell::Node(Node { kind: Kind::Number(text), .. }) => Cell::Number(text),
        Cell::Node(Node { kind: Kind::Bool(b), .. }) => Cell::Bool(*b),
        other => other,
    }
}

/// The facts that one column of a chunk tells.
#[derive(Clone, Debug)]
pub(super) struct FactColumn {
    /// What it is about.
    pub kind: ColumnKind,
    /// What is told, as held; 0 where nothing is.
    pub held: Vec<i64>,
    /// Whether `held` says it.
    pub told: Vec<bool>,
    /// Values that no number holds, by row.
    pub odd: FxHashMap<u32, Value>,
    remembered: FxHashMap<SmolStr, i64>,
}

impl FactColumn {
    /// Nothing told yet.
    pub fn new(kind: ColumnKind, rows: usize) -> FactColumn {
        FactColumn { kind, held: vec![0; rows], told: vec![false; rows], odd: FxHashMap::default(), remembered: FxHashMap::default() }
    }

    /// Tells a row what is held.
    pub fn put(&mut self, row: usize, held: i64) {
        if let (Some(slot), Some(told)) = (self.held.get_mut(row), self.told.get_mut(row)) {
            *slot = held;
            *told = true;
        }
    }

    /// Tells a row what stands in its cell.
    pub fn tell(&mut self, reader: &FactReader, symbols: &Symbols, row: usize, cell: Cell<'_>) -> Result<(), InputErrors> {
        let plain = flat(cell);
        if let Some(held) = self.at_once(symbols, plain) {
            self.put(row, held);
            return Ok(());
        }
        let value = reader.cell(self.kind.input, cell, &self.kind.unit)?;
        match self.kind.form.hold(&value) {
            Some(held) => {
                if let Cell::Text(text) = plain
                    && text.len() <= 32
                    && self.remembered.len() < MAX_REMEMBERED
                {
                    self.remembered.insert(text.into(), held);
                }
                self.put(row, held);
            }
            None => {
                self.odd.insert(u32::try_from(row).unwrap_or(u32::MAX), value);
            }
        }
        Ok(())
    }

    /// What needs no reading: names as they are declared, plain numbers, texts read before.
    fn at_once(&self, symbols: &Symbols, cell: Cell<'_>) -> Option<i64> {
        match (cell, self.kind.form) {
            (Cell::Text(text), Form::Choice(e)) => symbols.enum_(e).by_name.get(text).copied().map(i64::from),
            (Cell::Text(text), Form::Region) => symbols.region_by_name.get(text).map(|r| i64::from(r.0)),
            (Cell::Text("true"), Form::Truth) | (Cell::Bool(true), Form::Truth) => Some(1),
            (Cell::Text("false"), Form::Truth) | (Cell::Bool(false), Form::Truth) => Some(0),
            (Cell::Text(text), Form::Whole { .. }) => {
                self.kind.quick.and_then(|q| q.text(text)).or_else(|| self.remembered.get(text).copied())
            }
            (Cell::Number(text), Form::Whole { .. }) => self.kind.quick?.text(text),
            _ => None,
        }
    }

    /// Tells a row a whole number that stands in its cell, where it can be told at once.
    pub fn tell_whole(&mut self, row: usize, n: i64) -> bool {
        let held = self.kind.quick.and_then(|q| q.whole(n));
        if let Some(held) = held {
            self.put(row, held);
        }
        held.is_some()
    }

    /// What a text tells, where it needs no reading.
    pub fn look(&self, symbols: &Symbols, text: &str) -> Option<i64> {
        self.at_once(symbols, Cell::Text(text))
    }

    /// Tells texts that need no reading; the rows of the others are left to `slow`.
    pub fn tell_texts<'t>(&mut self, symbols: &Symbols, texts: impl Iterator<Item = Option<&'t str>>, slow: &mut Vec<usize>) {
        for (row, text) in texts.enumerate() {
            let Some(text) = text.filter(|t| !t.is_empty()) else { continue };
            match self.at_once(symbols, Cell::Text(text)) {
                Some(held) => self.put(row, held),
                None => slow.push(row),
            }
        }
    }

    /// What a row was told.
    pub fn value(&self, row: usize) -> Option<Value> {
        if self.told.get(row).copied().unwrap_or(false) {
            return self.kind.form.value(*self.held.get(row)?);
        }
        self.odd.get(&u32::try_from(row).ok()?).cloned()
    }
}
