//! In: cells of a chunk of a table, column by column or row by row. Out: the people in it: region, arguments and facts of each row, and what is wrong with rows. Never here: files, answers.

use super::column::FactColumn;
use super::layout::{Layout, Role, Where};
use crate::diagnostics::{Code, codes};
use crate::eval::Facts;
use crate::hir::{Symbols, unknown_name};
use crate::input::{Cell, FactReader, InputErrors, Kind, Node, Unit, folded};
use crate::value::{InputId, RegionId};
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_buffer::NullBuffer;

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row in its table, from 1.
    pub row: u64,
    /// The line of the table, from 1; only tables that are text have lines.
    pub line: Option<u64>,
    /// The column; none when it is about the whole row.
    pub column: Option<String>,
    /// The code.
    pub code: &'static Code,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Fault {
    /// About a whole row.
    pub(super) fn row(row: usize, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { row: row as u64, line: None, column: None, code: &codes::E0911, message: message.into(), help: help.into() }
    }

    /// In one line: `E0902 line 7, column `gap`: …`.
    pub fn text(&self) -> String {
        let column = self.column.as_ref().map_or(String::new(), |c| format!(", column `{c}`"));
        let help = if self.help.is_empty() { String::new() } else { format!(" ({})", self.help) };
        let place = self.line.map_or_else(|| format!("row {}", self.row), |line| format!("line {line}"));
        format!("{} {place}{column}: {}{help}", self.code.id, self.message)
    }
}

/// Values of an enum, one for each row; -1 where none is told.
pub(super) type Codes = Vec<i32>;

/// A chunk of people.
#[derive(Debug)]
pub struct People {
    /// How many rows.
    pub(super) rows: usize,
    /// How many rows stand before them in their table, where that is known.
    pub(super) before: u64,
    /// The region of each row, as the number of its id; empty where everybody is asked about in one.
    pub(super) regions: Codes,
    /// Arguments that rows tell, by place.
    pub(super) arguments: Vec<Option<Codes>>,
    /// What rows tell.
    pub(super) facts: Vec<FactColumn>,
    /// What is wrong, in the order of rows.
    pub(super) faults: Vec<Fault>,
    /// Rows with something wrong, from 0, in order.
    pub(super) bad: Vec<usize>,
    /// Columns carried through.
    pub(super) kept: Vec<ArrayRef>,
}

impl People {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// What is wrong with rows, in their order.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The region that a row names; none where everybody is asked about in one, or it names none.
    pub fn region(&self, row: usize) -> Option<RegionId> {
        self.regions.get(row).and_then(|r| u32::try_from(*r).ok()).map(RegionId)
    }

    /// An argument of the decision, by its place, that a row tells.
    pub fn argument(&self, row: usize, place: usize) -> Option<u16> {
        self.arguments.get(place)?.as_ref()?.get(row).and_then(|v| u16::try_from(*v).ok())
    }

    /// The facts that a row tells.
    pub fn facts(&self, row: usize) -> Facts {
        let mut facts = Facts::new();
        for column in &self.facts {
            if let Some(value) = column.value(row) {
                facts.tell(column.kind.input, value);
            }
        }
        facts
    }
}

/// Collects the people of a chunk.
pub(super) struct Builder<'l, 'p> {
    layout: &'l Layout<'p>,
    decision: [crate::hir::DecisionId; 1],
    /// What is wanted times what, for inputs the engine reads.
    scales: &'l [(InputId, i64)],
    people: People,
    argument_types: Vec<crate::value::EnumId>,
}

impl<'l, 'p> Builder<'l, 'p> {
    /// Nobody yet, in so many rows.
    pub fn new(layout: &'l Layout<'p>, scales: &'l [(InputId, i64)], rows: usize) -> Self {
        let info = layout.policies.program.symbols.decision(layout.head.0);
        let regions = if matches!(layout.region, Where::Column(_)) { vec![-1; rows] } else { Vec::new() };
        let people = People {
            rows,
            before: 0,
            regions,
            arguments: vec![None; info.args.len()],
            facts: Vec::new(),
            faults: Vec::new(),
            bad: Vec::new(),
            kept: Vec::new(),
        };
        let argument_types = info.args.iter().map(|a| a.ty).collect();
        Builder { layout, decision: [layout.head.0], scales, people, argument_types }
    }

    fn symbols(&self) -> &'p Symbols {
        &self.layout.policies.program.symbols
    }

    fn rows(&self) -> usize {
        self.people.rows
    }

    /// The column of an input, made when it is first told.
    pub fn fact(&mut self, input: InputId, unit: &Unit) -> usize {
        if let Some(place) = self.people.facts.iter().position(|f| f.kind.input == input) {
            return place;
        }
        let scale = self.scales.iter().find(|(i, _)| *i == input).map(|(_, scale)| *scale);
        let kind = self.layout.kind(input, unit.clone(), scale);
        self.people.facts.push(FactColumn::new(kind, self.rows()));
        self.people.facts.len() - 1
    }

    /// The facts of a column, to be told directly.
    pub fn column(&mut self, place: usize) -> Option<&mut FactColumn> {
        self.people.facts.get_mut(place)
    }

    /// Tells a column of texts; an empty one tells nothing.
    pub fn texts(&mut self, role: &Role, column: &str, texts: &StringArray) {
        let told = || texts.iter().enumerate().filter_map(|(row, text)| Some((row, text.filter(|t| !t.is_empty())?)));
        match role {
            Role::None => {}
            Role::Fact(input, unit) => {
                let place = self.fact(*input, unit);
                let (symbols, mut slow) = (self.symbols(), Vec::new());
                if let Some(facts) = self.people.facts.get_mut(place) {
                    facts.tell_texts(symbols, texts.iter(), &mut slow);
                }
                for row in slow {
                    self.told(place, column, row, Cell::Text(texts.value(row)));
                }
            }
            role => told().for_each(|(row, text)| self.tell(role, column, row, Cell::Text(text))),
        }
    }

    /// Tells a column of texts that stand in a dictionary: what needs no reading is looked up once for each text, the rest row by row.
    pub fn coded(&mut self, role: &Role, column: &str, words: &StringArray, keys: &[usize], nulls: Option<&NullBuffer>) {
        let place = if let Role::Fact(input, unit) = role { self.fact(*input, unit) } else { 0 };
        let symbols = self.symbols();
        let look = |text: &str| match role {
            Role::Fact(..) => self.people.facts.get(place)?.look(symbols, text),
            Role::Region => symbols.region_by_name.get(text).map(|r| i64::from(r.0)),
            Role::Argument(place) => symbols.enum_(*self.argument_types.get(*place)?).by_name.get(text).map(|v| i64::from(*v)),
            Role::None => None,
        };
        let known: Vec<Option<i64>> = words.iter().map(|w| w.and_then(look)).collect();
        let rows = self.rows();
        let mut slow = Vec::new();
        {
            let mut facts = if matches!(role, Role::Fact(..)) { self.people.facts.get_mut(place) } else { None };
            let mut codes = match role {
                Role::Region => Some(&mut self.people.regions),
                Role::Argument(place) => self.people.arguments.get_mut(*place).map(|a| a.get_or_insert_with(|| vec![-1; rows])),
                _ => None,
            };
            for (row, key) in keys.iter().enumerate() {
                if nulls.is_some_and(|n| n.is_null(row)) {
                    continue;
                }
                match known.get(*key).copied().flatten() {
                    None => slow.push((row, *key)),
                    Some(held) => {
                        if let Some(facts) = &mut facts {
                            facts.put(row, held);
                        } else if let Some(slot) = codes.as_mut().and_then(|c| c.get_mut(row)) {
                            *slot = i32::try_from(held).unwrap_or(-1);
                        }
                    }
                }
            }
        }
        for (row, key) in slow {
            if words.is_valid(key) && !words.value(key).is_empty() {
                self.tell(role, column, row, Cell::Text(words.value(key)));
            }
        }
    }

    /// Tells a row what a cell of a column with this role says.
    pub fn tell(&mut self, role: &Role, column: &str, row: usize, cell: Cell<'_>) {
        match role {
            Role::None => {}
            Role::Region => self.region(column, row, cell),
            Role::Argument(place) => self.argument(*place, column, row, cell),
            Role::Fact(input, unit) => {
                let place = self.fact(*input, unit);
                self.told(place, column, row, cell);
            }
        }
    }

    /// Tells a row a fact.
    pub fn told(&mut self, place: usize, column: &str, row: usize, cell: Cell<'_>) {
        let (policies, symbols) = (self.layout.policies, self.symbols());
        let reader = FactReader::new(policies, &self.decision);
        let Some(facts) = self.people.facts.get_mut(place) else { return };
        if let Err(errors) = facts.tell(&reader, symbols, row, cell) {
            self.wrong(row, column, &errors);
        }
    }

    fn wrong(&mut self, row: usize, column: &str, errors: &InputErrors) {
        for (d, place) in errors.iter() {
            let column = if place.pointer.is_empty() { column.to_owned() } else { format!("{column}/{}", place.pointer) };
            self.people.faults.push(Fault {
                row: row as u64,
                line: None,
                column: Some(column),
                code: d.code,
                message: d.message.clone(),
                help: d.help.clone().unwrap_or_default(),
            });
        }
        if errors.is_empty() {
            self.fault(Fault { column: Some(column.to_owned()), ..Fault::row(row, "the value cannot be read", "") });
        }
    }

    /// Notes what is wrong with a row.
    pub fn fault(&mut self, fault: Fault) {
        self.people.faults.push(fault);
    }

    fn region(&mut self, column: &str, row: usize, cell: Cell<'_>) {
        let symbols = self.symbols();
        let Some(text) = text_of(cell) else {
            return self.refused(row, column, &codes::E0909, "a region is a text", "write its name");
        };
        let found = symbols.region_by_name.get(text).or_else(|| symbols.region_by_name.get(folded(text).as_str()));
        match found {
            Some(region) => {
                if let Some(slot) = self.people.regions.get_mut(row) {
                    *slot = i32::try_from(region.0).unwrap_or(-1);
                }
            }
            None => {
                let d = unknown_name(&codes::E0909, "region", &shown(text), symbols.region_by_name.keys().map(|k| k.as_str()));
                self.refused(row, column, &codes::E0909, &d.message, &d.help.unwrap_or_default());
            }
        }
    }

    fn argument(&mut self, place: usize, column: &str, row: usize, cell: Cell<'_>) {
        let rows = self.rows();
        let symbols = self.symbols();
        let Some(ty) = self.argument_types.get(place).copied() else { return };
        let of = symbols.enum_(ty);
        let found = text_of(cell).and_then(|text| of.by_name.get(text).or_else(|| of.by_name.get(folded(text).as_str())));
        match found {
            Some(v) => {
                if let Some(codes) = self.people.arguments.get_mut(place)
                    && let Some(slot) = codes.get_or_insert_with(|| vec![-1; rows]).get_mut(row)
                {
                    *slot = i32::from(*v);
                }
            }
            None => {
                let text = text_of(cell).unwrap_or("what stands here");
                let known = of.by_name.keys().map(|k| k.as_str());
                let d = unknown_name(&codes::E0910, &format!("value of `{}`", of.name), &shown(text), known);
                self.refused(row, column, &codes::E0910, &d.message, &d.help.unwrap_or_default());
            }
        }
    }

    fn refused(&mut self, row: usize, column: &str, code: &'static Code, message: &str, help: &str) {
        let fault = Fault {
            row: row as u64,
            line: None,
            column: Some(column.to_owned()),
            code,
            message: message.to_owned(),
            help: help.to_owned(),
        };
        self.people.faults.push(fault);
    }

    /// The people, rows without a region among what is wrong. Rows before them in the table, where that is known; `lines` gives the line of each row.
    pub fn finish(mut self, kept: Vec<ArrayRef>, before: u64, lines: impl FnOnce() -> Vec<u64>) -> People {
        if let Where::Column(column) = &self.layout.region
            && self.people.regions.contains(&-1)
        {
            let mut known = vec![false; self.rows()];
            for fault in &self.people.faults {
                if let Some(slot) = usize::try_from(fault.row).ok().and_then(|r| known.get_mut(r)) {
                    *slot = true;
                }
            }
            let silent: Vec<usize> = self
                .people
                .regions
                .iter()
                .zip(&known)
                .enumerate()
                .filter(|(_, (r, known))| **r == -1 && !**known)
                .map(|(i, _)| i)
                .collect();
            for row in silent {
                self.refused(row, &column.clone(), &codes::E0909, "no region is told", "every row names its region");
            }
        }
        self.people.faults.sort_by_key(|f| f.row);
        self.people.bad = self.people.faults.iter().filter_map(|f| usize::try_from(f.row).ok()).collect();
        self.people.bad.dedup();
        self.people.before = before;
        if !self.people.faults.is_empty() {
            let lines = lines();
            for fault in &mut self.people.faults {
                fault.line = usize::try_from(fault.row).ok().and_then(|r| lines.get(r).copied());
                fault.row += before + 1;
            }
        }
        self.people.kept = kept;
        self.people
    }
}

fn text_of<'c>(cell: Cell<'c>) -> Option<&'c str> {
    match cell {
        Cell::Text(text) => Some(text),
        Cell::Node(Node { kind: Kind::Text(text), .. }) => Some(text),
        _ => None,
    }
}

/// A name for a message, cut if long.
fn shown(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
