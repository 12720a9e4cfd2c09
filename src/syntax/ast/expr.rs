//! In: nothing. Out: the nodes of expressions. Never here: declarations and statements (`ast.rs`), types.

use super::{DateLit, Head, Ident, Text};
use crate::source::Span;
use crate::value::{Exact, TimeUnit};
use smol_str::SmolStr;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Which form.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `12`, `0.5`
    Number(Exact),
    /// `¥300` in fen; `true` for `¥80/month`.
    Money(Exact, bool),
    /// `12%` as 3/25.
    Rate(Exact),
    /// `10 points` as 1/10.
    Points(Exact),
    /// `3 months`; years become months with `TimeUnit::Years` kept for display.
    Duration(Exact, TimeUnit),
    /// `2025-01-31`, `2025-01`
    Date(DateLit),
    /// `"…"`
    Text(SmolStr),
    /// `true`, `false`
    Bool(bool),
    /// `none`
    None,
    /// An input, outcome, local definition, variant, region, argument …
    Name(Ident),
    /// `retire.missing`, `child.age`
    Field(Ident, Ident),
    /// `retire(employee).missing`
    Ask(Head, Ident),
    /// `x at region`
    At(Box<Expr>, Ident),
    /// `max(a, b)`, `count(relatives where bound)`
    Call(Ident, Vec<Expr>),
    /// `list where condition`, only as an argument of an aggregate.
    Where(Box<Expr>, Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `a + b` and the rest
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `x in [a, b]`, `x in 3..6 months`
    In(Box<Expr>, Box<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a..b`, `over a`, `under b`, `at least a`, `at most b`, `over a up to b`
    Range(RangeExpr),
    /// `about x`
    About(Box<Expr>),
    /// `any of [a, b]`
    AnyOf(Vec<Expr>),
    /// `[a, b, ...]` or `[a; b]`
    List(ListExpr),
    /// `relative (kind = child, bound = false)`
    Record(Ident, Vec<(Ident, Expr)>),
    /// `refer` as the whole value, with an agency if given.
    Refer(Option<Text>),
    /// Could not be read; reported already.
    Hole,
}

/// A range with at least one end.
#[derive(Clone, Debug)]
pub struct RangeExpr {
    /// Lower end and whether it is included.
    pub lo: Option<(Box<Expr>, bool)>,
    /// Upper end and whether it is included.
    pub hi: Option<(Box<Expr>, bool)>,
}

/// A list as written.
#[derive(Clone, Debug)]
pub struct ListExpr {
    /// Its elements.
    pub items: Vec<ListItem>,
    /// `;` between elements: their order counts.
    pub ordered: bool,
    /// A trailing `...`: the source leaves it open.
    pub open: bool,
}

/// One element of a list.
#[derive(Clone, Debug)]
pub struct ListItem {
    /// The element; `any of [..]` for alternatives.
    pub value: Expr,
    /// `(original, copy)`, `(takes = 10 days)`: name and value, a flag when there is none.
    pub attributes: Vec<(Ident, Option<Expr>)>,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `of`: multiplies after a rate
    Of,
}
