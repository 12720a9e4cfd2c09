//! In: nothing. Out: the nodes of vocabularies. Never here: what the declared names mean.

use super::{Expr, Ident, Label, Named};
use crate::source::Span;

/// `vocabulary NAME ALIAS? LABEL? < … >`; opened again it adds to itself.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Its name.
    pub named: Named,
    /// What it declares.
    pub items: Vec<VocabItem>,
    /// The whole declaration.
    pub span: Span,
}

/// A declaration inside a vocabulary.
#[derive(Clone, Debug)]
pub enum VocabItem {
    /// `enum …`
    Enum(EnumDecl),
    /// `record …`
    Record(RecordDecl),
    /// `input …`
    Input(InputDecl),
    /// `decision …`
    Decision(DecisionDecl),
    /// `never (…)`
    Never(NeverDecl),
}

/// `enum NAME ALIAS? LABEL? (attr: type, …)? < variant alias? label? | … >`; `enum NAME += < … >` adds variants.
#[derive(Clone, Debug)]
pub struct EnumDecl {
    /// Its name.
    pub named: Named,
    /// `+=`: adds to an enum declared elsewhere.
    pub extends: bool,
    /// Attributes its values may carry in lists.
    pub attributes: Vec<Field>,
    /// Its values.
    pub variants: Vec<Named>,
    /// The whole declaration.
    pub span: Span,
}

/// A field of a record or an attribute of an enum: `name alias?: type label?`.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub named: Named,
    /// Its type.
    pub ty: TypeExpr,
}

/// `record NAME < field: type … >`
#[derive(Clone, Debug)]
pub struct RecordDecl {
    /// Its name.
    pub named: Named,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The whole declaration.
    pub span: Span,
}

/// `input NAME ALIAS?: TYPE (in LO..HI)? LABEL?`; the label is the question to ask.
#[derive(Clone, Debug)]
pub struct InputDecl {
    /// Its name, alias and question.
    pub named: Named,
    /// Its type.
    pub ty: TypeExpr,
    /// `in LO..HI` or `in at least X`; bare numbers are in the type's unit.
    pub bounds: Option<Expr>,
    /// The whole declaration.
    pub span: Span,
}

/// `decision NAME ALIAS? (arg, … | arg -> arg)? LABEL? < outcome … >`; `decision NAME += < … >` adds outcomes.
#[derive(Clone, Debug)]
pub struct DecisionDecl {
    /// Its name.
    pub named: Named,
    /// `+=`: adds outcomes to a decision declared elsewhere.
    pub extends: bool,
    /// Its arguments.
    pub args: Vec<ArgDecl>,
    /// Written with `->` (exactly two arguments) rather than commas.
    pub arrow: bool,
    /// Its outcomes.
    pub outcomes: Vec<OutcomeDecl>,
    /// The whole declaration.
    pub span: Span,
}

/// `(name:)? enum` in a decision's argument list.
#[derive(Clone, Debug)]
pub struct ArgDecl {
    /// A name of its own, if given.
    pub name: Option<Ident>,
    /// The enum it ranges over.
    pub ty: Ident,
}

/// `name alias?: type (round MODE to UNIT)? partial? label?`
#[derive(Clone, Debug)]
pub struct OutcomeDecl {
    /// Its name.
    pub named: Named,
    /// Its type.
    pub ty: TypeExpr,
    /// Rounding applied to every value it gets.
    pub rounding: Option<Rounding>,
    /// `partial`: some people rightly get no answer.
    pub partial: bool,
    /// The whole declaration.
    pub span: Span,
}

/// `round MODE to UNIT` on a type.
#[derive(Clone, Debug)]
pub struct Rounding {
    /// `half_up`, `half_even`, `up`, `down`.
    pub mode: Ident,
    /// `fen`, `jiao`, `yuan` (as [`ExprKind::Name`]) or an amount such as `¥100` or `0.1%`.
    pub unit: Box<Expr>,
    /// All of it.
    pub span: Span,
}

/// `never (CONDITION) LABEL?`: outcomes that cannot be together.
#[derive(Clone, Debug)]
pub struct NeverDecl {
    /// What must not hold.
    pub condition: Expr,
    /// Why, for people.
    pub label: Option<Label>,
    /// All of it.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// Which form.
    pub kind: TypeExprKind,
    /// Where.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug)]
pub enum TypeExprKind {
    /// `money`, `rate`, `months`, an enum, a record …
    Named(Ident),
    /// `working days`
    WorkingDays,
    /// `money per month`
    MoneyPerMonth,
    /// `list of T`
    List(Box<TypeExpr>),
    /// `T or none`
    OrNone(Box<TypeExpr>),
    /// Could not be read; reported already.
    Hole,
}
