//! In: a value that stands in no file, such as `2 months` on the command line or in an input document. Out: the value, typed by the rules of policies, or why it is none. Never here: which input it is for, its bounds, how this is reported.

use super::blocks::Checker;
use super::expr::{Context, fits};
use super::{Expr, ExprKind, ListItem, Math, Symbols, VocabId};
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, SourceMap};
use crate::syntax::{self, ast};
use crate::value::{Exact, Item, List, Num, Type, Value};
use rustc_hash::FxHashSet;

/// Why a text is no value of a type.
#[derive(Debug)]
pub(crate) enum Misread {
    /// It cannot be read, or it names what does not exist.
    Form(Vec<Diagnostic>),
    /// Half a day, or a part of a month.
    NotWhole,
    /// It is a value of this other type.
    Type(Type),
    /// It is a formula, a range or a choice.
    NotPlain,
    /// A set names this element twice.
    Repeated(Box<(Value, Type)>),
}

/// Reads a text as a plain value of a type; names are those of `vocab` first.
pub(crate) fn value_of(symbols: &Symbols, vocab: VocabId, text: &str, ty: &Type) -> Result<Value, Misread> {
    let parsed = syntax::parse_expression(FileId(u32::MAX), text).map_err(Misread::Form)?;
    if matches!(&parsed.kind, ast::ExprKind::Duration(n, _) if !n.is_integer()) {
        return Err(Misread::NotWhole);
    }
    let (map, pending) = (SourceMap::default(), FxHashSet::default());
    let others = (0..symbols.vocabularies.len()).filter_map(|i| u32::try_from(i).ok().map(VocabId));
    let scope = std::iter::once(vocab).chain(others.filter(|v| *v != vocab)).collect();
    let mut checker = Checker::new(symbols, &map, scope, &pending);
    checker.own = Some(vocab);
    let typed = checker.expr(&parsed, Some(ty), &Context::default());
    if !checker.out.is_empty() {
        return Err(Misread::Form(checker.out));
    }
    if typed.is_error() || matches!(typed.kind, ExprKind::Refer(_)) {
        return Err(Misread::NotPlain);
    }
    if !fits(&typed, ty) {
        return Err(Misread::Type(typed.ty));
    }
    // A quotient writes fractions without end; what comes in whole steps has literals of its own.
    if (ty.is_integral() || *ty.base() == Type::MoneyPerMonth) && divides(&typed) {
        return Err(Misread::NotPlain);
    }
    plain(&typed)
}

fn divides(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Math(Math::Div, ..) => true,
        ExprKind::Math(_, a, b) => divides(a) || divides(b),
        _ => false,
    }
}

/// The value an expression of literals is.
fn plain(e: &Expr) -> Result<Value, Misread> {
    match &e.kind {
        ExprKind::Const(Value::Variants(v)) if v.single().is_none() => Err(Misread::NotPlain),
        ExprKind::Const(v) => Ok(v.clone()),
        ExprKind::Math(..) => number(e).map(Value::from).ok_or(Misread::NotPlain),
        ExprKind::WithUnit(inner, unit) => match plain(inner)? {
            Value::Num(n) => Ok(Value::Duration(n, *unit)),
            _ => Err(Misread::NotPlain),
        },
        ExprKind::Record(fields) => {
            let Type::Record(id) = e.ty.base() else { return Err(Misread::NotPlain) };
            Ok(Value::record(*id, fields.iter().map(plain).collect::<Result<_, _>>()?))
        }
        ExprKind::List(list) => {
            let element = e.ty.element().cloned().unwrap_or(Type::Boolean);
            let items = list.items.iter().map(item).collect::<Result<Vec<Item>, _>>()?;
            list_of(items, &element, list.ordered, list.open)
        }
        _ => Err(Misread::NotPlain),
    }
}

/// A list as a fact: records are kept one by one, a set must not name anything twice.
pub(crate) fn list_of(items: Vec<Item>, element: &Type, ordered: bool, open: bool) -> Result<Value, Misread> {
    if matches!(element.base(), Type::Record(_)) {
        // Two equal records are two things; sets would make them one.
        return Ok(Value::from(List { items, ordered: true, open }));
    }
    let mut sorted: Vec<&Item> = items.iter().collect();
    sorted.sort_by(|a, b| a.order(b));
    let twin = sorted.windows(2).find_map(|pair| match pair {
        [a, b] if a.same(b) => a.value(),
        _ => None,
    });
    if let Some(twin) = twin {
        return Err(Misread::Repeated(Box::new((twin.clone(), element.clone()))));
    }
    List::new(items, ordered, open).map(Value::from).map_err(|_| Misread::NotPlain)
}

fn item(i: &ListItem) -> Result<Item, Misread> {
    match i {
        ListItem::One(e, attributes) => {
            let attributes = attributes.iter().map(|(k, v)| plain(v).map(|v| (*k, v))).collect::<Result<_, _>>()?;
            Ok(Item::One { value: plain(e)?, attributes })
        }
        ListItem::AnyOf(options) => options.iter().map(item).collect::<Result<_, _>>().map(Item::AnyOf),
    }
}

/// A number, or one of the two forms in which values without a literal are written: `¥0 - ¥3` and `1 / 3`.
fn number(e: &Expr) -> Option<Num> {
    let exact = |e: &Expr| match e.constant() {
        Some(Value::Num(Num::Exact(n))) => Some(*n),
        _ => None,
    };
    match &e.kind {
        ExprKind::Math(Math::Sub, zero, x) if exact(zero)? == Exact::ZERO => match number(x)? {
            Num::Exact(n) => Some(Num::Exact(n.negated())),
            _ => None,
        },
        ExprKind::Math(Math::Div, x, by) if matches!(by.ty, Type::Count) => exact(x)?.checked_div(exact(by)?).ok().map(Num::Exact),
        _ => exact(e).map(Num::Exact),
    }
}
