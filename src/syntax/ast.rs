//! In: nothing. Out: the tree the parser builds, every node with its span. Never here: resolved names, types, or anything decided.

mod expr;
mod vocabulary;

use crate::source::{FileId, Span};
pub use expr::{Expr, ExprKind, ListExpr, ListItem, Op, RangeExpr};
use smol_str::SmolStr;
pub use vocabulary::{
    ArgDecl, DecisionDecl, EnumDecl, Field, InputDecl, NeverDecl, OutcomeDecl, RecordDecl, Rounding, TypeExpr, TypeExprKind, VocabItem,
    Vocabulary,
};

/// A name as written, normalised (NFKC) for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The normalised spelling, without backquotes.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// A quoted text, escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text between the quotes.
    pub text: SmolStr,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// One parsed file.
#[derive(Clone, Debug)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// `use NAME` lines.
    pub uses: Vec<Ident>,
    /// Everything else, in order.
    pub items: Vec<Item>,
}

/// A top-level declaration.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // a file holds few of them
pub enum Item {
    /// `vocabulary NAME < … >`
    Vocabulary(Vocabulary),
    /// `source NAME "title" < … >`
    Source(Source),
    /// `region NAME in PARENT < … >`
    Region(Region),
    /// `test "name" in REGION < … >`
    Test(Test),
    /// `precedence law over notice over web, then newer`
    Precedence(Precedence),
}

/// Which of two sources that contradict each other is followed.
#[derive(Clone, Debug)]
pub struct Precedence {
    /// Kinds of source, the highest first.
    pub kinds: Vec<Ident>,
    /// Among equals the newer one.
    pub newer: bool,
    /// The whole line.
    pub span: Span,
}

/// A label in one or two languages: `"中文" / "English"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The first text.
    pub zh: Text,
    /// The text after `/`, if any.
    pub en: Option<Text>,
}

/// A declared name with its optional Chinese alias and label.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: Ident,
    /// The alias, usable wherever the name is.
    pub alias: Option<Ident>,
    /// The label for people.
    pub label: Option<Label>,
}

/// `source NAME "title" < key = value … >`
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name.
    pub name: Ident,
    /// Its title.
    pub title: Option<Text>,
    /// Its properties as written.
    pub properties: Vec<Property>,
    /// The whole declaration.
    pub span: Span,
}

/// `key = value` of a source.
#[derive(Clone, Debug)]
pub struct Property {
    /// The key.
    pub key: Ident,
    /// The value.
    pub value: PropertyValue,
    /// All of it.
    pub span: Span,
}

/// The value of a source's property.
#[derive(Clone, Debug)]
pub enum PropertyValue {
    /// A word such as `web`.
    Name(Ident),
    /// A quoted text.
    Text(Text),
    /// A date, month or year.
    Date(DateLit),
    /// `none`: the source itself does not say.
    None,
    /// Could not be read; reported already.
    Hole(Span),
}

/// How exact a written date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum DatePart {
    /// `2025`
    Year,
    /// `2025-01`
    Month,
    /// `2025-01-31`
    Day,
}

/// A date as written; only dates that exist are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateLit {
    /// Year 1..=9999.
    pub year: i16,
    /// Month, 1 when only the year is given.
    pub month: i8,
    /// Day, 1 when only the month is given.
    pub day: i8,
    /// How much of it was written.
    pub part: DatePart,
    /// Where.
    pub span: Span,
}

/// What may follow a head, a table or a statement, in any order.
#[derive(Clone, Debug, Default)]
pub struct Mods {
    /// `per SOURCE`
    pub per: Option<Ident>,
    /// `§"…"`
    pub section: Option<Text>,
    /// `from DATE`
    pub from: Option<DateLit>,
    /// `until DATE`
    pub until: Option<DateLit>,
    /// `by INPUT`
    pub by: Option<Ident>,
    /// `#id`, without the `#`.
    pub ids: Vec<Ident>,
    /// `hedged "…"?`
    pub hedged: Option<Said>,
    /// `refer "…"?` after a value.
    pub refer: Option<Said>,
    /// `note "…"`
    pub note: Option<Text>,
}

/// A keyword with an optional text: `hedged "一般"`, `refer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The text, if given.
    pub text: Option<Text>,
    /// Keyword and text.
    pub span: Span,
}

/// `region NAME ALIAS? (in PARENT)? MODS < … >`; opened again it adds to itself.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its name (a label may follow).
    pub named: Named,
    /// The region it lies in.
    pub parent: Option<Ident>,
    /// Inherited by everything inside.
    pub mods: Mods,
    /// What it says.
    pub items: Vec<RegionItem>,
    /// The whole block.
    pub span: Span,
}

/// Something inside a region block.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // nearly all are of the large kind
pub enum RegionItem {
    /// `agency "12333"`
    Agency(Text),
    /// `DECISION args … : statement` or `< … >`
    Decide(Decide),
}

/// A decision's head with its statements.
#[derive(Clone, Debug)]
pub struct Decide {
    /// The head.
    pub head: Head,
    /// Inherited by every statement inside.
    pub mods: Mods,
    /// The statements.
    pub body: Body,
    /// All of it.
    pub span: Span,
}

/// `transfer resident->employee`, `retire employee|flexible`, `reimburse outpatient, resident`.
#[derive(Clone, Debug)]
pub struct Head {
    /// The decision.
    pub decision: Ident,
    /// Its arguments; left out means any.
    pub args: Vec<ArgPattern>,
    /// Written with `->`.
    pub arrow: bool,
    /// All of it.
    pub span: Span,
}

/// One argument of a head.
#[derive(Clone, Debug)]
pub struct ArgPattern {
    /// `a|b`; empty means `any` (or `-`).
    pub alternatives: Vec<Ident>,
    /// Where.
    pub span: Span,
}

/// One statement after a colon, or several in brackets.
#[derive(Clone, Debug)]
pub struct Body {
    /// The statements that could be read.
    pub statements: Vec<Statement>,
    /// `< … >` rather than a single statement.
    pub bracketed: bool,
    /// All of it.
    pub span: Span,
}

/// A statement inside a decision.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `outcome = value` and its relatives.
    Set(Set),
    /// `let name = value mods`
    Let(Let),
    /// `when condition: …`
    When(When),
    /// `for each x in list (where c)?: …`
    Each(Each),
    /// `table < … >`
    Table(Table),
}

/// How strongly a statement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Nothing said.
    Plain,
    /// `default`: yields to any other statement of its region.
    Default,
    /// `final`: never replaced where it holds.
    Final,
}

/// What a statement does to its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetOp {
    /// `=`
    Give,
    /// `+=`
    Add,
    /// `at least`
    AtLeast,
    /// `at most`
    AtMost,
    /// `requires (…)`
    Requires,
}

/// `default|final? target OP value mods` with the exceptions below it.
#[derive(Clone, Debug)]
pub struct Set {
    /// `default`, `final` or neither.
    pub strength: Strength,
    /// The outcome.
    pub target: Ident,
    /// What it does.
    pub op: SetOp,
    /// The value; a `Hole` when it could not be read.
    pub value: Expr,
    /// Source, dates, id, hedge.
    pub mods: Mods,
    /// `except when …` below it.
    pub exceptions: Vec<Except>,
    /// The statement without its exceptions.
    pub span: Span,
}

/// `except when condition: …`
#[derive(Clone, Debug)]
pub struct Except {
    /// When it replaces the statement above.
    pub condition: Expr,
    /// What replaces it.
    pub body: Body,
    /// All of it.
    pub span: Span,
}

/// `let name = value mods`
#[derive(Clone, Debug)]
pub struct Let {
    /// The name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
    /// Source, dates, id, hedge.
    pub mods: Mods,
    /// All of it.
    pub span: Span,
}

/// `when condition: …`
#[derive(Clone, Debug)]
pub struct When {
    /// The condition.
    pub condition: Expr,
    /// What holds then.
    pub body: Body,
    /// All of it.
    pub span: Span,
}

/// `for each x in list (where condition)?: …`
#[derive(Clone, Debug)]
pub struct Each {
    /// The name of one item.
    pub item: Ident,
    /// The list.
    pub list: Expr,
    /// Which items.
    pub filter: Option<Expr>,
    /// What holds for each.
    pub body: Body,
    /// All of it.
    pub span: Span,
}

/// `table < header rows > mods`
#[derive(Clone, Debug)]
pub struct Table {
    /// Column names; `from` and `until` appear as idents with those texts.
    pub columns: Vec<Ident>,
    /// The rows, each with exactly as many cells as columns (others were reported and dropped).
    pub rows: Vec<Row>,
    /// Inherited by every row.
    pub mods: Mods,
    /// All of it.
    pub span: Span,
}

/// One line of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Modifiers after the last cell.
    pub mods: Mods,
    /// The line.
    pub span: Span,
}

/// One cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// `-`: any (selecting column) or nothing said (giving column).
    Any(Span),
    /// `otherwise`: the rest.
    Otherwise(Span),
    /// `a, b`: one of these values or ranges; one in a giving column.
    Values(Vec<Expr>, Span),
}

/// `test "name" in REGION (on DATE)? (known DATE)? < … >`
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub name: Text,
    /// The region asked.
    pub region: Ident,
    /// The question's date.
    pub on: Option<DateLit>,
    /// What had been published.
    pub known: Option<DateLit>,
    /// What is asked and expected.
    pub cases: Vec<Case>,
    /// All of it.
    pub span: Span,
}

/// `HEAD < input = value …  expect … >`
#[derive(Clone, Debug)]
pub struct Case {
    /// The decision asked.
    pub head: Head,
    /// The facts told.
    pub inputs: Vec<Given>,
    /// What must come out.
    pub expects: Vec<Expect>,
    /// All of it.
    pub span: Span,
}

/// `input = value`
#[derive(Clone, Debug)]
pub struct Given {
    /// The input.
    pub input: Ident,
    /// Its value.
    pub value: Expr,
    /// All of it.
    pub span: Span,
}

/// `expect outcome … mods`
#[derive(Clone, Debug)]
pub struct Expect {
    /// The outcome.
    pub outcome: Ident,
    /// `= value`, if written.
    pub value: Option<Expr>,
    /// `disputed`, `needs a, b`, `no_rule`, if written (`refer` stands in `mods`).
    pub status: Option<ExpectStatus>,
    /// `refer "…"`, `hedged "…"`, `per SOURCE`, `#id` that the answer must carry.
    pub mods: Mods,
    /// All of it.
    pub span: Span,
}

/// An expected status other than decided.
#[derive(Clone, Debug)]
pub enum ExpectStatus {
    /// `disputed`, or `disputed [a, b]` with exactly these alternatives.
    Disputed(Option<Vec<Expr>>, Span),
    /// `needs a, b`: these inputs are still wanted; empty means any.
    Needs(Vec<Ident>, Span),
    /// `no_rule`
    NoRule(Span),
    /// `error E0802`: the answer is this error.
    Error(Option<Ident>, Span),
}
