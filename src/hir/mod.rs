//! In: parsed files. Out: one tree for all of them in which every name is resolved and every expression has a type. Never here: answers, or anything a question's date or person decides.

mod again;
mod blocks;
mod cycles;
mod declare;
mod expr;
mod functions;
mod index;
mod lists;
mod literals;
mod lookup;
mod notes;
mod operators;
mod reach;
mod regions;
mod rounding;
pub(crate) mod standalone;
mod symbols;
mod tables;
mod tests;
mod typing;
mod usage;
mod vocabulary;

use crate::diagnostics::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::syntax::ast;
pub use crate::syntax::ast::{Op, SetOp, Strength};
use crate::value::{Exact, InputId, RegionId, RoundMode, TimeUnit, Type, Value, Variants};
pub use again::Known;
pub use index::Twice;
pub use notes::Notes;
pub use regions::MAX_REGION_DEPTH;
use smol_str::SmolStr;
pub use symbols::{
    Agency, Argument, Attribute, Decision, DecisionId, Enum, Input, Label, Outcome, OutcomeId, Precedence, Record, Region, Source,
    SourceId, SourceKind, Symbols, VariantInfo, VocabId, Vocabulary,
};

/// Everything that was declared and said, resolved and typed.
#[derive(Debug, Default)]
pub struct Hir {
    /// What the names mean.
    pub symbols: Symbols,
    /// What regions say, in source order.
    pub blocks: Vec<Block>,
    /// What cannot be together.
    pub nevers: Vec<Never>,
    /// The test blocks.
    pub tests: Vec<Test>,
    /// What has to be known of each file to check others without it.
    pub notes: Vec<Notes>,
}

/// `never (…)` of a vocabulary.
#[derive(Debug)]
pub struct Never {
    /// The decision it is about: the first one it names.
    pub decision: DecisionId,
    /// What must not hold.
    pub condition: Expr,
    /// Outcomes of that decision which it reads.
    pub outcomes: Vec<OutcomeId>,
    /// Why.
    pub label: Option<Label>,
    /// Where.
    pub span: Span,
}

/// One head with its statements.
#[derive(Debug)]
pub struct Block {
    /// The region that says it.
    pub region: RegionId,
    /// The decision.
    pub decision: DecisionId,
    /// For each argument the variants it is about; `None` is any.
    pub head: Vec<Option<Variants>>,
    /// Inherited by all statements.
    pub mods: Mods,
    /// The statements.
    pub body: Vec<Statement>,
    /// Where the head stands.
    pub span: Span,
}

/// Source, period and remarks, resolved.
#[derive(Clone, Debug, Default)]
pub struct Mods {
    /// The source.
    pub source: Option<SourceId>,
    /// A source was named, and is not known.
    pub lost_source: bool,
    /// The section of the source.
    pub section: Option<SmolStr>,
    /// First day in force, with its place.
    pub from: Option<(i64, Span)>,
    /// Last day in force, with its place.
    pub until: Option<(i64, Span)>,
    /// The dated input the period goes by.
    pub by: Option<InputId>,
    /// Ids, such as fact numbers.
    pub ids: Vec<SmolStr>,
    /// The hedge word, if the source hedges.
    pub hedged: Option<SmolStr>,
    /// Refers to an agency (the region's own when empty) beside a value.
    pub refer: Option<Option<SmolStr>>,
    /// A remark.
    pub note: Option<SmolStr>,
}

/// A statement.
#[derive(Debug)]
pub enum Statement {
    /// Gives or adjusts an outcome.
    Set(Set),
    /// Under a condition.
    When {
        /// The condition.
        condition: Expr,
        /// What holds then.
        body: Vec<Statement>,
    },
    /// For every item of a list.
    Each {
        /// The item's slot, counted from the outermost.
        slot: u16,
        /// The list.
        list: Expr,
        /// Which items.
        filter: Option<Expr>,
        /// What holds for each.
        body: Vec<Statement>,
    },
    /// Rows.
    Table(Table),
}

/// A statement about one outcome.
#[derive(Debug)]
pub struct Set {
    /// The outcome or local definition.
    pub outcome: OutcomeId,
    /// What it does.
    pub op: SetOp,
    /// `default`, `final` or plain.
    pub strength: Strength,
    /// The value.
    pub value: Expr,
    /// Its own modifiers.
    pub mods: Mods,
    /// What replaces it, and when.
    pub exceptions: Vec<Exception>,
    /// The statement.
    pub span: Span,
}

/// `except when`.
#[derive(Debug)]
pub struct Exception {
    /// When it replaces its statement.
    pub condition: Expr,
    /// The replacements, each with its own exceptions.
    pub body: Vec<Set>,
}

/// A table, its cells typed.
#[derive(Debug)]
pub struct Table {
    /// Selecting columns: what is compared, and where the column's name stands.
    pub selectors: Vec<Selector>,
    /// Giving columns.
    pub outcomes: Vec<(OutcomeId, Span)>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Inherited by the rows.
    pub mods: Mods,
    /// The whole table.
    pub span: Span,
}

/// A column that selects.
#[derive(Debug)]
pub struct Selector {
    /// The input, argument or outcome read.
    pub subject: Expr,
    /// The column's name.
    pub span: Span,
}

/// A row.
#[derive(Debug)]
pub struct Row {
    /// For each selector what it must be.
    pub select: Vec<Pick>,
    /// For each outcome column its value, if it says one.
    pub give: Vec<Option<Expr>>,
    /// Its own modifiers, period included.
    pub mods: Mods,
    /// The row.
    pub span: Span,
}

/// What a selecting cell asks for.
#[derive(Debug)]
pub enum Pick {
    /// Anything.
    Any,
    /// What no other row names.
    Otherwise,
    /// One of these (values, ranges, sets of variants), with its place.
    OneOf(Vec<Expr>, Span),
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Which form.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where.
    pub span: Span,
}

/// The forms of a typed expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant without ranges.
    Const(Value),
    /// A fact about the person.
    Input(InputId),
    /// An argument of the decision at hand.
    Arg(u16),
    /// The item of a `for each` or `where`.
    Item(u16),
    /// A field of a record.
    Field(Box<Expr>, u16),
    /// An outcome or local definition.
    Read {
        /// Which.
        outcome: OutcomeId,
        /// The arguments it is asked with.
        args: Vec<ArgRef>,
        /// Another region.
        at: Option<Box<Expr>>,
    },
    /// Negation.
    Not(Box<Expr>),
    /// `and`, `or`.
    Logic(Op, Box<Expr>, Box<Expr>),
    /// A comparison of numbers or dates.
    Compare(Op, Box<Expr>, Box<Expr>),
    /// Equality of anything else; the flag negates.
    Same(Box<Expr>, Box<Expr>, bool),
    /// Membership: in one of these values or ranges.
    In(Box<Expr>, Vec<Expr>),
    /// Membership in a list value.
    InList(Box<Expr>, Box<Expr>),
    /// Arithmetic.
    Math(Math, Box<Expr>, Box<Expr>),
    /// Rounding to a unit.
    Round(Box<Expr>, RoundMode, Exact),
    /// A function of numbers or dates.
    Call(Function, Vec<Expr>),
    /// `if`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A range of numbers.
    Range(Option<(Box<Expr>, bool)>, Option<(Box<Expr>, bool)>),
    /// An approximate number.
    About(Box<Expr>),
    /// A source that can be read several ways.
    AnyOf(Vec<Expr>),
    /// A list.
    List(List),
    /// A duration that carries its unit along.
    WithUnit(Box<Expr>, TimeUnit),
    /// A record.
    Record(Vec<Expr>),
    /// `count`, `sum` … over a list.
    Aggregate {
        /// Which.
        kind: Aggregate,
        /// The list.
        list: Box<Expr>,
        /// The slot of its item.
        slot: u16,
        /// What of each item; the condition for `any` and `all`.
        body: Option<Box<Expr>>,
        /// Which items.
        filter: Option<Box<Expr>>,
    },
    /// Ask the agency.
    Refer(Option<SmolStr>),
    /// An error that has been reported; never reaches the program.
    Error,
}

/// Arithmetic, units settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Math {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient.
    Div,
    /// A date some months later.
    AddMonths,
    /// A date some months earlier.
    SubMonths,
}

/// Functions of numbers and dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// Whole years in some months.
    FullYears,
    /// Whole years between two dates.
    FullYearsBetween,
    /// Whole months between two dates.
    FullMonthsBetween,
    /// The month of a date.
    MonthOf,
    /// The year of a date or month.
    YearOf,
    /// The first day of a month.
    FirstDay,
    /// The last day of a month.
    LastDay,
    /// A number of years as months.
    YearsFrom,
    /// A count as a duration or a duration as a count; the number stays.
    Relabel,
}

/// Functions over lists of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// How many.
    Count,
    /// Added up.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// Whether any.
    Any,
    /// Whether all.
    All,
}

/// An argument passed on to another decision.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ArgRef {
    /// A fixed variant.
    Variant(u16),
    /// The argument of the decision at hand.
    Arg(u16),
    /// The value of an input.
    Input(InputId),
}

/// A list expression.
#[derive(Clone, Debug)]
pub struct List {
    /// Its elements.
    pub items: Vec<ListItem>,
    /// Their order counts.
    pub ordered: bool,
    /// Left open by the source.
    pub open: bool,
}

/// An element.
#[derive(Clone, Debug)]
pub enum ListItem {
    /// One element with its attributes.
    One(Expr, Vec<(u16, Expr)>),
    /// Alternatives.
    AnyOf(Vec<ListItem>),
}

/// A test block.
#[derive(Debug)]
pub struct Test {
    /// Its name.
    pub name: SmolStr,
    /// The region asked.
    pub region: RegionId,
    /// The question's date.
    pub on: Option<i64>,
    /// What had been published.
    pub known: Option<i64>,
    /// The questions.
    pub cases: Vec<Case>,
    /// Where.
    pub span: Span,
}

/// One question of a test.
#[derive(Debug)]
pub struct Case {
    /// The decision.
    pub decision: DecisionId,
    /// Its arguments; `None` is not told.
    pub args: Vec<Option<u16>>,
    /// The facts told.
    pub inputs: Vec<(InputId, Value)>,
    /// What must come out.
    pub expects: Vec<Expect>,
    /// Where.
    pub span: Span,
}

/// One expectation.
#[derive(Debug, Clone)]
pub struct Expect {
    /// The outcome.
    pub outcome: OutcomeId,
    /// The expected value or reading alternatives; empty when none is given.
    pub values: Vec<Expr>,
    /// The expected status.
    pub status: ExpectStatus,
    /// The agency that must be named.
    pub agency: Option<SmolStr>,
    /// A hedge that must be there: with this text if given.
    pub hedged: Option<Option<SmolStr>>,
    /// A source that must be cited.
    pub source: Option<SourceId>,
    /// The section that must be cited.
    pub section: Option<SmolStr>,
    /// Ids that must be cited.
    pub ids: Vec<SmolStr>,
    /// Where.
    pub span: Span,
}

/// The status a test expects.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ExpectStatus {
    /// `expect x = v`
    Decided,
    /// `expect x disputed`
    Disputed,
    /// `expect x refer`
    Refer,
    /// `expect x needs a, b`
    Needs(Vec<InputId>),
    /// `expect x no_rule`
    NoRule,
    /// `expect x error CODE`
    Error(Option<SmolStr>),
}

/// Resolves and types all files; everything wrong is in the diagnostics, and what is right is in the tree.
pub fn build(map: &SourceMap, files: Vec<ast::File>) -> (Hir, Vec<Diagnostic>) {
    declare::build(map, files)
}

/// Resolves and types some files again whose declarations are what they were; nothing where what they say reaches farther than these files.
pub fn build_again(map: &SourceMap, files: Vec<ast::File>, known: Known) -> Option<(Hir, Vec<Diagnostic>)> {
    again::build(map, files, known)
}

impl Expr {
    /// Calls `f` with every direct part of the expression.
    pub fn children<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Input(_) | ExprKind::Arg(_) | ExprKind::Item(_) | ExprKind::Refer(_) | ExprKind::Error => {}
            ExprKind::Field(x, _) | ExprKind::Not(x) | ExprKind::Round(x, ..) | ExprKind::About(x) | ExprKind::WithUnit(x, _) => f(x),
            ExprKind::Read { at, .. } => at.iter().for_each(|x| f(x)),
            ExprKind::Logic(_, a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::Same(a, b, _)
            | ExprKind::InList(a, b)
            | ExprKind::Math(_, a, b) => {
                f(a);
                f(b);
            }
            ExprKind::In(x, list) => {
                f(x);
                list.iter().for_each(f);
            }
            ExprKind::Call(_, list) | ExprKind::AnyOf(list) | ExprKind::Record(list) => list.iter().for_each(f),
            ExprKind::If(a, b, c) => {
                f(a);
                f(b);
                f(c);
            }
            ExprKind::Range(lo, hi) => lo.iter().chain(hi.iter()).for_each(|(x, _)| f(x)),
            ExprKind::List(list) => list.items.iter().for_each(|i| i.children(f)),
            ExprKind::Aggregate { list, body, filter, .. } => {
                f(list);
                body.iter().chain(filter.iter()).for_each(|x| f(x));
            }
        }
    }
}

impl ListItem {
    fn children<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match self {
            ListItem::One(x, attributes) => {
                f(x);
                attributes.iter().for_each(|(_, a)| f(a));
            }
            ListItem::AnyOf(options) => options.iter().for_each(|o| o.children(f)),
        }
    }
}

/// What to say about a name that stands in no file and is not known.
pub fn unknown_name<'a>(
    code: &'static crate::diagnostics::Code,
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    lookup::unknown(code, what, name, Span::new(crate::source::FileId(u32::MAX), 0, 0), known)
}
