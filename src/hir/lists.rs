//! In: lists, records, aggregates and `round(…)` as written. Out: their typed forms. Never here: statements.

use super::blocks::Checker;
use super::expr::Context;
use super::literals::exact;
use super::lookup::unknown;
use super::{Aggregate, Expr, ExprKind, List, ListItem, functions};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, Ident};
use crate::value::{Exact, Names, RoundMode, Type, Value};
use smol_str::SmolStr;
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn list(&mut self, list: &ast::ListExpr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let element = match want.map(Type::base) {
            Some(Type::List(t)) => Some(t.as_ref().clone()),
            _ => None,
        };
        let mut items = Vec::new();
        let mut ty = element.clone();
        let mut failed = false;
        for item in &list.items {
            match self.list_item(item, ty.as_ref(), cx) {
                Some((typed, t)) => {
                    ty.get_or_insert(t);
                    items.push(typed);
                }
                None => failed = true,
            }
        }
        if failed {
            return Expr::error(span);
        }
        let Some(ty) = ty else {
            self.out.push(
                Diagnostic::at(&codes::E0311, span, "an empty list says nothing about what it holds").help("give it at least one element"),
            );
            return Expr::error(span);
        };
        Expr::new(ExprKind::List(List { items, ordered: list.ordered, open: list.open }), Type::List(Arc::new(ty)), span)
    }

    fn list_item(&mut self, item: &ast::ListItem, want: Option<&Type>, cx: &Context) -> Option<(ListItem, Type)> {
        if let ast::ExprKind::AnyOf(options) = &item.value.kind {
            let mut typed = Vec::new();
            let mut ty = want.cloned();
            for option in options {
                let one = element(option);
                let (i, t) = self.list_item(&one, ty.as_ref(), cx)?;
                ty.get_or_insert(t);
                typed.push(i);
            }
            if let Some((name, _)) = item.attributes.first() {
                self.out.push(
                    Diagnostic::at(&codes::E0311, name.span, "attributes belong to one element, not to `any of`")
                        .help("write them at each alternative, or leave them out"),
                );
                return None;
            }
            return Some((ListItem::AnyOf(typed), ty?));
        }
        if let ast::ExprKind::Name(name) = &item.value.kind
            && want.is_none_or(|w| matches!(w.base(), Type::Record(_)))
            && !item.attributes.is_empty()
            && self.records_in_reach().contains(&name.text)
        {
            // `relative (kind = child)`: in a list of records the brackets hold fields.
            let mut fields = Vec::new();
            for (field, value) in &item.attributes {
                match value {
                    Some(v) => fields.push((field.clone(), v.clone())),
                    None => {
                        self.out.push(
                            Diagnostic::at(&codes::E0311, field.span, format!("the field `{}` has no value", field.text))
                                .help(format!("write `{} = …`", field.text)),
                        );
                        return None;
                    }
                }
            }
            let record = self.record(name, &fields, item.value.span, cx);
            let ty = record.ty.clone();
            return (!record.is_error()).then_some((ListItem::One(record, Vec::new()), ty));
        }
        let value = match want {
            Some(w) => self.expect(&item.value, w, cx, "every element of this list"),
            None => self.expr(&item.value, None, cx),
        };
        if value.is_error() {
            return None;
        }
        let ty = value.ty.clone();
        let mut attributes: Vec<(u16, Expr)> = Vec::new();
        for (name, given) in &item.attributes {
            attributes.push(self.attribute(&ty, name, given.as_ref(), cx)?);
        }
        attributes.sort_by_key(|(i, _)| *i);
        for pair in attributes.windows(2) {
            if let [(a, _), (b, second)] = pair
                && a == b
            {
                self.out.push(
                    Diagnostic::at(&codes::E0115, second.span, "this attribute is said twice on one element").help("keep one of them"),
                );
                return None;
            }
        }
        Some((ListItem::One(value, attributes), ty))
    }

    fn attribute(&mut self, ty: &Type, name: &Ident, given: Option<&ast::Expr>, cx: &Context) -> Option<(u16, Expr)> {
        let Type::Enum(e) = ty.base() else {
            self.out.push(
                Diagnostic::at(&codes::E0215, name.span, format!("elements of type {} carry no attributes", ty.show(self.symbols)))
                    .help("only values of an enum that declares attributes can carry them"),
            );
            return None;
        };
        let info = self.symbols.enum_(*e);
        let found = info.attributes.iter().position(|a| a.name == name.text || a.alias.as_ref() == Some(&name.text));
        let Some(index) = found else {
            let what = format!("attribute of `{}`", info.name);
            let known: Vec<SmolStr> = info.attributes.iter().map(|a| a.name.clone()).collect();
            self.out.push(unknown(&codes::E0215, &what, &name.text, name.span, known.iter().map(SmolStr::as_str)));
            return None;
        };
        let attribute = info.attributes.get(index)?.clone();
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let value = match (given, &attribute.ty) {
            (None, Type::Flag) => Expr::new(ExprKind::Const(Value::Bool(true)), Type::Flag, name.span),
            (None, t) => {
                let t = t.show(self.symbols);
                self.out.push(
                    Diagnostic::at(&codes::E0311, name.span, format!("`{}` needs a value of type {t}", name.text))
                        .help(format!("write `{} = …`", name.text)),
                );
                return None;
            }
            (Some(x), Type::Flag) => {
                self.out.push(
                    Diagnostic::at(&codes::E0311, x.span, format!("`{}` is a flag: it stands alone", name.text))
                        .help(format!("write `{}` without a value", name.text)),
                );
                return None;
            }
            (Some(x), t) => {
                let typed = self.expect(x, t, cx, &format!("`{}`", name.text));
                match typed.ty.time_unit() {
                    // Durations in any unit carry theirs along.
                    Some(unit) if *t == Type::Duration && !typed.is_error() => {
                        let span = typed.span;
                        Expr::new(ExprKind::WithUnit(Box::new(typed), unit), Type::Duration, span)
                    }
                    _ => typed,
                }
            }
        };
        (!value.is_error()).then_some((index, value))
    }

    pub(super) fn record(&mut self, name: &Ident, fields: &[(Ident, ast::Expr)], span: Span, cx: &Context) -> Expr {
        let Some(id) = self.find_record(name) else {
            let known = self.records_in_reach();
            self.out.push(unknown(&codes::E0206, "record", &name.text, name.span, known.iter().map(SmolStr::as_str)));
            return Expr::error(span);
        };
        let record = self.symbols.record(id).clone();
        let mut slots: Vec<Option<Expr>> = vec![None; record.fields.len()];
        let mut failed = false;
        for (field, value) in fields {
            let Some(i) = self.field_index(id, &field.text) else {
                let what = format!("field of `{}`", record.name);
                self.out.push(unknown(&codes::E0215, &what, &field.text, field.span, record.fields.iter().map(|f| f.name.as_str())));
                failed = true;
                continue;
            };
            let ty = self.symbols.record_field(id, i as usize).1;
            let typed = self.expect(value, &ty, cx, &format!("`{}`", field.text));
            failed |= typed.is_error();
            if let Some(slot) = slots.get_mut(i as usize) {
                if slot.is_some() {
                    self.out.push(
                        Diagnostic::at(&codes::E0115, field.span, format!("`{}` is given twice", field.text)).help("keep one of them"),
                    );
                    failed = true;
                }
                *slot = Some(typed);
            }
        }
        let missing: Vec<String> =
            record.fields.iter().zip(&slots).filter(|(_, s)| s.is_none()).map(|(f, _)| format!("`{}`", f.name)).collect();
        if !missing.is_empty() {
            self.out.push(
                Diagnostic::at(&codes::E0311, span, format!("this `{}` lacks {}", record.name, missing.join(", ")))
                    .help("a record names all its fields; nothing is filled in silently"),
            );
            failed = true;
        }
        if failed {
            return Expr::error(span);
        }
        let values: Vec<Expr> = slots.into_iter().flatten().collect();
        Expr::new(ExprKind::Record(values), Type::Record(id), span)
    }

    pub(super) fn aggregate(&mut self, kind: Aggregate, arg: &ast::Expr, span: Span, cx: &Context) -> Expr {
        let (source, filter) = match &arg.kind {
            ast::ExprKind::Where(list, condition) => (&**list, Some(&**condition)),
            _ => (arg, None),
        };
        let (list, field) = match &source.kind {
            ast::ExprKind::Field(owner, field) if self.input_list(owner).is_some() => {
                (self.expr(&ast::Expr { kind: ast::ExprKind::Name(owner.clone()), span: owner.span }, None, cx), Some(field.clone()))
            }
            _ => (self.expr(source, None, cx), None),
        };
        if list.is_error() {
            return list;
        }
        let Type::List(element) = list.ty.base().clone() else {
            let found = list.ty.show(self.symbols);
            self.out.push(
                Diagnostic::at(&codes::E0301, source.span, format!("a list is needed here, but this is {found}"))
                    .label(format!("this is {found}"))
                    .help("for two values write `max(a, b)`; for a list `sum(visits.cost where level = primary)`"),
            );
            return Expr::error(span);
        };
        let slot = u16::try_from(cx.items.len()).unwrap_or(u16::MAX);
        let record = match element.base() {
            Type::Record(r) => Some(*r),
            _ => None,
        };
        let mut inner = cx.clone();
        if let Some(r) = record {
            inner.items.push((None, r));
        } else if filter.is_some() || field.is_some() {
            self.out.push(
                Diagnostic::at(&codes::E0301, span, "`where` and fields need a list of records")
                    .help("count a plain list with `count(list)`"),
            );
            return Expr::error(span);
        }
        let mut filter = filter.map(|c| self.condition(c, &inner));
        let mut body = match (&field, record) {
            (Some(f), Some(r)) => {
                let Some(i) = self.field_index(r, &f.text) else {
                    let what = format!("field of `{}`", self.symbols.record_name(r));
                    let known: Vec<SmolStr> = self.symbols.record(r).fields.iter().map(|f| f.name.clone()).collect();
                    self.out.push(unknown(&codes::E0215, &what, &f.text, f.span, known.iter().map(SmolStr::as_str)));
                    return Expr::error(span);
                };
                let ty = self.symbols.record_field(r, i as usize).1;
                let item = Expr::new(ExprKind::Item(slot), Type::Record(r), f.span);
                Some(Expr::new(ExprKind::Field(Box::new(item), i), ty, f.span))
            }
            _ => None,
        };
        if filter.as_ref().is_some_and(Expr::is_error) {
            return Expr::error(span);
        }
        if matches!(kind, Aggregate::Any | Aggregate::All) && body.is_none() {
            body = filter.take();
        }
        let ty = match (kind, &body) {
            (Aggregate::Count, None) => Type::Count,
            (Aggregate::Any | Aggregate::All, Some(b)) if *b.ty.base() == Type::Boolean => Type::Boolean,
            (Aggregate::Any | Aggregate::All, None) => {
                self.out.push(
                    Diagnostic::at(&codes::E0309, span, "`any` and `all` need a condition").help("write `any(relatives where bound)`"),
                );
                return Expr::error(span);
            }
            (Aggregate::Sum | Aggregate::Min | Aggregate::Max, Some(b)) if b.ty.is_numeric() => b.ty.base().clone(),
            (Aggregate::Sum | Aggregate::Min | Aggregate::Max, _) => {
                self.out.push(
                    Diagnostic::at(&codes::E0301, span, "this needs a number of every item")
                        .help("name a field of the items: `sum(visits.cost where level = primary)`"),
                );
                return Expr::error(span);
            }
            _ => {
                self.out.push(
                    Diagnostic::at(&codes::E0301, span, "this list function does not take such a field")
                        .help("count items with `count(list where condition)`"),
                );
                return Expr::error(span);
            }
        };
        let kind = ExprKind::Aggregate { kind, list: Box::new(list), slot, body: body.map(Box::new), filter: filter.map(Box::new) };
        Expr::new(kind, ty, span)
    }

    pub(super) fn round(&mut self, args: &[ast::Expr], want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let [value, mode, unit] = args else {
            let signature = functions::signature("round").unwrap_or_default();
            self.out.push(
                Diagnostic::at(&codes::E0301, span, "`round` takes a value, a way of rounding and a unit")
                    .help(format!("write `{signature}`")),
            );
            return Expr::error(span);
        };
        let value = self.expr(value, want, cx);
        let mode = match &mode.kind {
            ast::ExprKind::Name(n) => self.round_mode(n),
            _ => {
                self.out.push(
                    Diagnostic::at(&codes::E0301, mode.span, "this must be a way of rounding").help("half_up, half_even, up or down"),
                );
                None
            }
        };
        if value.is_error() {
            return value;
        }
        let ty = value.ty.base().clone();
        let unit = self.round_unit(unit, &ty);
        let (Some(mode), Some(unit)) = (mode, unit) else { return Expr::error(span) };
        Expr::new(ExprKind::Round(Box::new(value), mode, unit), ty, span)
    }

    pub(super) fn round_mode(&mut self, name: &Ident) -> Option<RoundMode> {
        let mode = RoundMode::parse(&name.text);
        if mode.is_none() {
            self.out.push(unknown(&codes::E0201, "way of rounding", &name.text, name.span, ["half_up", "half_even", "up", "down"]));
        }
        mode
    }

    /// The step to round to, for values of type `ty`.
    pub(super) fn round_unit(&mut self, unit: &ast::Expr, ty: &Type) -> Option<Exact> {
        if let ast::ExprKind::Name(n) = &unit.kind {
            let fen = match n.text.as_str() {
                "fen" | "分" => 1,
                "jiao" | "角" => 10,
                "yuan" | "元" => 100,
                _ => 0,
            };
            if fen > 0 && matches!(ty.base(), Type::Money | Type::MoneyPerMonth) {
                return Some(Exact::from_int(fen));
            }
            let help = if fen > 0 {
                "only amounts of money are rounded to fen, jiao or yuan"
            } else {
                "fen, jiao, yuan, or an amount such as `¥100` or `0.1%`"
            };
            self.out.push(Diagnostic::at(&codes::E0301, n.span, format!("`{}` is no unit to round this to", n.text)).help(help));
            return None;
        }
        let want = if *ty.base() == Type::MoneyPerMonth { Type::Money } else { ty.base().clone() };
        let typed = self.expect(unit, &want, &Context::default(), "the unit to round to");
        match exact(&typed) {
            Some(n) if n > Exact::ZERO => Some(n),
            Some(_) => {
                self.out.push(Diagnostic::at(&codes::E0313, unit.span, "the unit to round to must be more than nothing"));
                None
            }
            None => None,
        }
    }
}

/// An alternative of `any of`: outside a list of its own its attributes read like the arguments of a call.
fn element(option: &ast::Expr) -> ast::ListItem {
    let name = |n: &Ident| ast::Expr { kind: ast::ExprKind::Name(n.clone()), span: n.span };
    match &option.kind {
        ast::ExprKind::Call(n, args) => {
            let mut attributes = Vec::new();
            for a in args {
                match &a.kind {
                    ast::ExprKind::Name(flag) => attributes.push((flag.clone(), None)),
                    ast::ExprKind::Binary(ast::Op::Eq, left, right) => match &left.kind {
                        ast::ExprKind::Name(key) => attributes.push((key.clone(), Some((**right).clone()))),
                        _ => return ast::ListItem { value: option.clone(), attributes: Vec::new() },
                    },
                    _ => return ast::ListItem { value: option.clone(), attributes: Vec::new() },
                }
            }
            ast::ListItem { value: name(n), attributes }
        }
        ast::ExprKind::Record(n, fields) => {
            ast::ListItem { value: name(n), attributes: fields.iter().map(|(k, v)| (k.clone(), Some(v.clone()))).collect() }
        }
        _ => ast::ListItem { value: option.clone(), attributes: Vec::new() },
    }
}
