//! In: the question of a table and the names of its columns. Out: what each column tells, or what is wrong with the names. Never here: cells, files.

use super::column::ColumnKind;
use crate::Policies;
use crate::diagnostics::{Code, Diagnostic, codes};
use crate::hir::{Argument, DecisionId, unknown_name};
use crate::input::{Asking, FactReader, Unit, asked_inputs, folded};
use crate::policies::Head;
use crate::value::{InputId, RegionId};
use std::collections::BTreeSet;

/// Another name for a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The column.
    pub column: String,
    /// The input or argument it tells: by name, or an argument by its place from 1.
    pub name: String,
    /// The unit of its bare numbers, if not the input's own.
    pub unit: Option<String>,
}

/// Where the region of a row comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// Everybody is asked about there.
    One(RegionId),
    /// A column names it.
    Column(String),
}

/// What becomes of columns that tell nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Columns carried through to the answers.
    pub columns: Vec<String>,
    /// All of them are.
    pub all: bool,
    /// Others are passed over.
    pub ignore: bool,
}

/// What a table is about.
#[derive(Clone, Debug)]
pub struct Layout<'p> {
    /// The policies asked.
    pub(super) policies: &'p Policies,
    /// The decision, with the arguments that are the same for everybody.
    pub(super) head: Head,
    pub(super) region: Where,
    mappings: Vec<Mapping>,
    pub(super) keep: Keep,
    elsewhere: Elsewhere,
}

/// What others read of the same table.
#[derive(Clone, Debug, Default)]
pub(super) struct Elsewhere {
    /// Names that tell somebody something.
    pub names: BTreeSet<String>,
    /// Columns that are mapped for somebody.
    pub columns: BTreeSet<String>,
    /// Arguments by their own names.
    pub arguments: BTreeSet<String>,
}

/// What one column tells.
#[derive(Clone, Debug)]
pub(super) enum Role {
    /// The region.
    Region,
    /// An argument of the decision, by its place.
    Argument(usize),
    /// A fact.
    Fact(InputId, Unit),
    /// Nothing.
    None,
}

/// The columns of a table with a header.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Their names, in the order of the table.
    pub names: Vec<String>,
    /// What each tells.
    pub roles: Vec<Role>,
    /// Places of those that are carried through, in the order they were asked for.
    pub kept: Vec<usize>,
}

fn wrong(code: &'static Code, message: impl Into<String>, help: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::about(code, None, message).help(help))
}

impl<'p> Layout<'p> {
    /// A table about a decision; what is wrong with the mappings, if anything.
    pub fn new(policies: &'p Policies, head: Head, region: Where, mappings: Vec<Mapping>, keep: Keep) -> Result<Self, Vec<Diagnostic>> {
        let layout = Layout { policies, head, region, mappings, keep, elsewhere: Elsewhere::default() };
        let mut found = Vec::new();
        for (i, m) in layout.mappings.iter().enumerate() {
            if let Err(d) = layout.target(&m.column, &m.name, m.unit.as_deref()) {
                found.push(*d);
            }
            if layout.mappings.iter().take(i).any(|other| other.column == m.column) {
                let message = format!("the column `{}` is mapped twice", m.column);
                found.push(*wrong(&codes::E0912, message, "a column tells one thing"));
            }
        }
        if found.is_empty() { Ok(layout) } else { Err(found) }
    }

    /// Passes over what only others read.
    pub(super) fn beside(mut self, elsewhere: &Elsewhere) -> Self {
        self.elsewhere = elsewhere.clone();
        self
    }

    fn is_argument(&self, place: usize, name: &str) -> bool {
        let args = &self.policies.program.symbols.decision(self.decision()).args;
        args.get(place).is_some_and(|a| a.name == folded(name).as_str())
    }

    /// The names of its arguments.
    pub(super) fn arguments(&self) -> impl Iterator<Item = String> + use<'_> {
        self.policies.program.symbols.decision(self.decision()).args.iter().map(|a| a.name.to_string())
    }

    /// Every name that tells it something.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let symbols = &self.policies.program.symbols;
        let info = symbols.decision(self.decision());
        let mut out: BTreeSet<String> = info.args.iter().map(|a| a.name.to_string()).collect();
        for e in info.args.iter().map(|a| symbols.enum_(a.ty)) {
            out.extend(std::iter::once(e.name.to_string()).chain(e.alias.as_ref().map(ToString::to_string)));
        }
        out.extend(symbols.scopes.get(info.vocab.at()).iter().flat_map(|s| s.inputs.keys().map(ToString::to_string)));
        out
    }

    fn decision(&self) -> DecisionId {
        self.head.0
    }

    /// The place of an argument with this name or number.
    fn argument(&self, name: &str) -> Option<usize> {
        let symbols = &self.policies.program.symbols;
        let args = &symbols.decision(self.decision()).args;
        if let Ok(place) = name.parse::<usize>() {
            return place.checked_sub(1).filter(|p| *p < args.len());
        }
        let called = |a: &Argument| {
            let e = symbols.enum_(a.ty);
            a.name == name || e.name == name || e.alias.as_ref().is_some_and(|alias| alias == name)
        };
        args.iter().position(called)
    }

    /// What a column with this name tells; nothing if it is to be passed over.
    pub(super) fn role(&self, column: &str) -> Result<Role, Box<Diagnostic>> {
        if matches!(&self.region, Where::Column(name) if name == column) {
            return Ok(Role::Region);
        }
        if let Some(m) = self.mappings.iter().find(|m| m.column == column) {
            return self.target(column, &m.name, m.unit.as_deref());
        }
        if self.elsewhere.columns.contains(column) {
            return Ok(Role::None);
        }
        let elsewhere = || self.elsewhere.names.contains(&folded(column));
        let passed_over = self.keep.ignore || self.keep.all || self.keep.columns.iter().any(|k| k == column) || elsewhere();
        match self.target(column, column, None) {
            // Another decision has an argument of this name: here it would be one by the name of its enum.
            Ok(Role::Argument(place)) if self.elsewhere.arguments.contains(&folded(column)) && !self.is_argument(place, column) => {
                Ok(Role::None)
            }
            Err(_) if passed_over => Ok(Role::None),
            found => found,
        }
    }

    fn target(&self, column: &str, name: &str, unit: Option<&str>) -> Result<Role, Box<Diagnostic>> {
        let symbols = &self.policies.program.symbols;
        let name = folded(name);
        let decision = [self.decision()];
        let info = symbols.decision(self.decision());
        if let Some(place) = self.argument(&name) {
            let shared = info.args.get(place).is_some_and(|a| info.args.iter().filter(|b| b.name == a.name).count() > 1);
            if self.head.1.get(place).is_some_and(Option::is_some) {
                let said = symbols.head_text(self.head.0, &self.head.1);
                let message = format!("the column `{column}` tells an argument that the decision `{said}` says already");
                return Err(wrong(
                    &codes::E0912,
                    message,
                    "leave the argument out of --decision, or pass over the column with --ignore-columns",
                ));
            }
            if shared && name.parse::<usize>().is_err() {
                let message = format!("`{name}` is the name of several arguments of `{}`", info.name);
                return Err(wrong(&codes::E0912, message, format!("name them by their places: --map {column}=1")));
            }
            if unit.is_some() {
                return Err(wrong(&codes::E0912, format!("`{name}` is an argument and has no unit"), "leave the unit out"));
            }
            return Ok(Role::Argument(place));
        }
        if let Some(input) = FactReader::new(self.policies, &decision).input(&name) {
            let ty = &symbols.input(input).ty;
            let unit = match unit {
                None => Unit::Own,
                Some(word) => Unit::parse(word, ty).map_err(|words| {
                    let help =
                        if words.is_empty() { "leave the unit out".to_owned() } else { format!("its units are: {}", words.join(", ")) };
                    wrong(&codes::E0912, format!("`{word}` is no unit of `{name}` ({})", ty.show(symbols)), help)
                })?,
            };
            return Ok(Role::Fact(input, unit));
        }
        let asking = Asking { decision: Some(self.head.clone()), region: None };
        let known: Vec<&str> = asked_inputs(self.policies, &asking)
            .into_iter()
            .map(|i| symbols.input(i))
            .chain(symbols.inputs.iter().filter(|i| i.vocab == info.vocab))
            .flat_map(|i| std::iter::once(i.name.as_str()).chain(i.alias.as_deref()))
            .chain(info.args.iter().map(|a| a.name.as_str()))
            .collect();
        if column.is_empty() {
            return Err(wrong(&codes::E0912, "a column has no name", "give it one, or pass over it with --ignore-columns"));
        }
        let mut d = unknown_name(&codes::E0901, "input", &name, known);
        (d.primary, d.fix) = (None, None);
        d.related.clear();
        if name != column {
            d.message = format!("{} (the column `{column}`)", d.message);
        }
        let other = "--map COLUMN=NAME gives a column another name, --ignore-columns passes over those that tell nothing";
        d.help = Some(d.help.map_or_else(|| other.to_owned(), |h| format!("{h}; {other}")));
        Err(Box::new(d))
    }

    /// What the columns of a header tell.
    pub(super) fn columns(&self, names: Vec<String>) -> Result<Columns, Vec<Diagnostic>> {
        let mut found: Vec<Diagnostic> = Vec::new();
        let mut roles = Vec::with_capacity(names.len());
        for name in &names {
            match self.role(name) {
                Ok(role) => roles.push(role),
                Err(d) => {
                    found.push(*d);
                    roles.push(Role::None);
                }
            }
        }
        if let ([one], true) = (names.as_slice(), !found.is_empty())
            && let Some(c) = one.chars().find(|c| matches!(c, ';' | '\t' | '|'))
        {
            let message = format!("the header is one column whose name has {c:?} in it");
            return Err(vec![*wrong(&codes::E0912, message, "separate columns by commas")]);
        }
        for (i, (name, role)) in names.iter().zip(&roles).enumerate() {
            let earlier = names.iter().zip(&roles).take(i).find(|(_, other)| same(role, other));
            if let Some((other, _)) = earlier {
                let message = if other == name {
                    format!("two columns are called `{name}`")
                } else {
                    format!("the columns `{other}` and `{name}` tell the same")
                };
                found.push(*wrong(&codes::E0912, message, "keep one of them, or give one another name with --map"));
            }
        }
        let known = || names.iter().map(String::as_str);
        let missing = |name: &str| {
            let mut d = unknown_name(&codes::E0912, "column", name, known());
            (d.primary, d.fix) = (None, None);
            d.related.clear();
            let own: Vec<&str> = known().take(20).collect();
            d.help = Some(d.help.unwrap_or_else(|| format!("the columns are: {}", own.join(", "))));
            d
        };
        if let Where::Column(name) = &self.region
            && !names.contains(name)
        {
            found.push(missing(name));
        }
        found.extend(self.mappings.iter().filter(|m| !names.contains(&m.column)).map(|m| missing(&m.column)));
        let mut kept = Vec::new();
        if self.keep.all {
            kept = (0..names.len()).collect();
        } else {
            for name in &self.keep.columns {
                match names.iter().position(|n| n == name) {
                    Some(place) if kept.contains(&place) => {}
                    Some(place) => kept.push(place),
                    None => found.push(missing(name)),
                }
            }
        }
        if found.is_empty() { Ok(Columns { names, roles, kept }) } else { Err(found) }
    }

    /// How the cells of an input's column are read; `scale` is what its numbers are wanted times.
    pub(super) fn kind(&self, input: InputId, unit: Unit, scale: Option<i64>) -> ColumnKind {
        ColumnKind::new(&self.policies.program.symbols, input, unit, scale)
    }
}

/// Whether two columns tell the same thing.
fn same(a: &Role, b: &Role) -> bool {
    match (a, b) {
        (Role::Region, Role::Region) => true,
        (Role::Argument(x), Role::Argument(y)) => x == y,
        (Role::Fact(x, _), Role::Fact(y, _)) => x == y,
        _ => false,
    }
}
