//! In: operators and calls as written. Out: their typed forms, or which units do not combine. Never here: names (`expr.rs`), lists (`lists.rs`).

use super::blocks::Checker;
use super::expr::Context;
use super::literals::exact;
use super::lookup::unknown;
use super::typing::{self, Clash};
use super::{Aggregate, Expr, ExprKind, Function, functions};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, Ident, Op};
use crate::value::{Names, Type, Value};

impl Checker<'_> {
    pub(super) fn not(&mut self, inner: &ast::Expr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let x = self.expr(inner, want, cx);
        if x.is_error() {
            return x;
        }
        match (&x.ty, &x.kind) {
            (Type::Boolean, ExprKind::Const(Value::Bool(b))) => Expr::new(ExprKind::Const(Value::Bool(!b)), Type::Boolean, span),
            (Type::Boolean, _) => Expr::new(ExprKind::Not(Box::new(x)), Type::Boolean, span),
            (Type::Enum(e), ExprKind::Const(Value::Variants(v))) => {
                let rest = v.complement(self.symbols.variant_count(*e));
                match rest {
                    Some(rest) => Expr::new(ExprKind::Const(Value::Variants(rest)), x.ty.clone(), span),
                    None => {
                        self.out.push(Diagnostic::at(&codes::E0301, span, "nothing is left when this value is excluded"));
                        Expr::error(span)
                    }
                }
            }
            _ => {
                let found = x.ty.show(self.symbols);
                self.out.push(
                    Diagnostic::at(&codes::E0309, inner.span, format!("`not` takes something true or false, but this is {found}"))
                        .label(format!("this is {found}"))
                        .help("negate a comparison in parentheses: `not (gap > 3 months)`"),
                );
                Expr::error(span)
            }
        }
    }

    pub(super) fn binary(&mut self, op: Op, a: &ast::Expr, b: &ast::Expr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        match op {
            Op::And | Op::Or => {
                let (a, b) = (self.condition(a, cx), self.condition(b, cx));
                if a.is_error() || b.is_error() {
                    return Expr::error(span);
                }
                Expr::new(ExprKind::Logic(op, Box::new(a), Box::new(b)), Type::Boolean, span)
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => self.compare(op, a, b, span, cx),
            _ => self.math(op, a, b, want, span, cx),
        }
    }

    /// Types both sides of a comparison; the side that says more decides what a bare literal or name on the other is.
    fn pair(&mut self, a: &ast::Expr, b: &ast::Expr, cx: &Context) -> (Expr, Expr) {
        if self.weak(a, cx) && !self.weak(b, cx) {
            let b = self.expr(b, None, cx);
            let want = (!b.is_error()).then(|| b.ty.clone());
            let a = if b.is_error() { Expr::error(a.span) } else { self.expr(a, want.as_ref(), cx) };
            (a, b)
        } else {
            let a = self.expr(a, None, cx);
            let want = (!a.is_error()).then(|| a.ty.clone());
            let b = if a.is_error() { Expr::error(b.span) } else { self.expr(b, want.as_ref(), cx) };
            (a, b)
        }
    }

    /// Says too little about its own type.
    fn weak(&self, e: &ast::Expr, cx: &Context) -> bool {
        match &e.kind {
            ast::ExprKind::Number(_) | ast::ExprKind::None => true,
            ast::ExprKind::Not(x) => self.weak(x, cx),
            ast::ExprKind::Name(n) => {
                let own = cx.decision.map(|d| self.symbols.decision(d));
                let local = own.is_some_and(|d| d.by_name.contains_key(&n.text) || d.args.iter().any(|a| a.name == n.text));
                let item = cx.items.iter().any(|(i, r)| i.as_ref() == Some(&n.text) || self.field_index(*r, &n.text).is_some());
                !local && !item && self.find_input_named(&n.text).is_none()
            }
            _ => false,
        }
    }

    fn compare(&mut self, op: Op, a: &ast::Expr, b: &ast::Expr, span: Span, cx: &Context) -> Expr {
        let (x, y) = self.pair(a, b, cx);
        if x.is_error() || y.is_error() {
            return Expr::error(span);
        }
        let (x, y) = match (x.ty.base().clone(), y.ty.base().clone()) {
            // A date lies in a month: compare months.
            (Type::Date, Type::Month) => (month_of(x), y),
            (Type::Month, Type::Date) => (x, month_of(y)),
            _ => (x, y),
        };
        let none = |e: &Expr| matches!(e.kind, ExprKind::Const(Value::None));
        let (tx, ty) = (x.ty.base().clone(), y.ty.base().clone());
        let optional = none(&x) && matches!(y.ty, Type::Optional(_)) || none(&y) && matches!(x.ty, Type::Optional(_));
        if !optional && !tx.same_dimension(&ty) {
            let (sx, sy) = (x.ty.show(self.symbols), y.ty.show(self.symbols));
            if self.bare_number(&x, &ty) || self.bare_number(&y, &tx) {
                return Expr::error(span);
            }
            self.out.push(
                Diagnostic::at(&codes::E0302, span, format!("{sx} cannot be compared with {sy}"))
                    .label("these two have different units")
                    .related(x.span, format!("this is {sx}"))
                    .related(y.span, format!("this is {sy}"))
                    .help("both sides of a comparison need the same unit"),
            );
            return Expr::error(span);
        }
        if tx.is_numeric() && !none(&x) && !none(&y) {
            if self.check_bounds(&x, &y) {
                return Expr::error(span);
            }
            return Expr::new(ExprKind::Compare(op, Box::new(x), Box::new(y)), Type::Boolean, span);
        }
        match op {
            Op::Eq | Op::Ne if !matches!(tx, Type::List(_) | Type::Record(_)) => {
                Expr::new(ExprKind::Same(Box::new(x), Box::new(y), op == Op::Ne), Type::Boolean, span)
            }
            _ => {
                let t = tx.show(self.symbols);
                self.out.push(Diagnostic::at(&codes::E0301, span, format!("{t} has no order, so it cannot be compared this way")).help(
                    if matches!(tx, Type::List(_)) { "ask `x in list`, or count its items" } else { "use `=`, `!=` or `in [a, b]`" },
                ));
                Expr::error(span)
            }
        }
    }

    pub(super) fn membership(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span, cx: &Context) -> Expr {
        if let ast::ExprKind::List(list) = &b.kind {
            let x = self.expr(a, None, cx);
            if x.is_error() {
                return x;
            }
            let want = x.ty.base().clone();
            let options: Vec<Expr> = list.items.iter().map(|i| self.expect(&i.value, &want, cx, "every member")).collect();
            if options.iter().any(Expr::is_error) {
                return Expr::error(span);
            }
            return Expr::new(ExprKind::In(Box::new(x), options), Type::Boolean, span);
        }
        if matches!(b.kind, ast::ExprKind::Range(_) | ast::ExprKind::AnyOf(_)) {
            let x = self.expr(a, None, cx);
            if x.is_error() {
                return x;
            }
            let months = *x.ty.base() == Type::Date && self.quiet_type(b, None, cx) == Some(Type::Month);
            // A date lies in months: compare its month.
            let x = if months { month_of(x) } else { x };
            let want = x.ty.base().clone();
            let y = self.expect(b, &want, cx, "what follows `in`");
            if y.is_error() {
                return y;
            }
            return Expr::new(ExprKind::In(Box::new(x), vec![y]), Type::Boolean, span);
        }
        let list = self.expr(b, None, cx);
        if list.is_error() {
            return list;
        }
        let Type::List(element) = list.ty.base().clone() else {
            let found = list.ty.show(self.symbols);
            self.out.push(
                Diagnostic::at(&codes::E0301, b.span, format!("`in` needs a list or a range, but this is {found}"))
                    .label(format!("this is {found}"))
                    .help("write `x in [a, b]` or `x in 3..6 months`"),
            );
            return Expr::error(span);
        };
        let x = self.expect(a, &element, cx, "what is looked for");
        if x.is_error() {
            return x;
        }
        Expr::new(ExprKind::InList(Box::new(x), Box::new(list)), Type::Boolean, span)
    }

    fn math(&mut self, op: Op, a: &ast::Expr, b: &ast::Expr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let both = matches!(op, Op::Add | Op::Sub);
        let hint = if both { want } else { None };
        // A bare number beside a value with a unit is told apart from one that scales it.
        let x = self.expr(a, hint.filter(|_| !matches!(a.kind, ast::ExprKind::Number(_))), cx);
        let y = self.expr(b, hint.filter(|_| !matches!(b.kind, ast::ExprKind::Number(_))), cx);
        if x.is_error() || y.is_error() {
            return Expr::error(span);
        }
        if both && exact(&x).is_none_or(|n| !n.is_zero()) && percent_literal(b) && *y.ty.base() == Type::Rate && *x.ty.base() == Type::Rate
        {
            let shown = self.map.snippet(b.span).to_string();
            let (sign, points) = (if op == Op::Add { "+" } else { "-" }, shown.replace('%', " points"));
            self.out.push(
                Diagnostic::at(&codes::E0304, span, format!("`{sign} {shown}` on a rate can mean two things"))
                    .label("points, or percent of the rate?")
                    .related(b.span, "this percentage")
                    .help(format!(
                        "write `{sign} {points}` to move the rate itself (80% becomes 70%), or `{sign} {shown} of {}` to take a share of it (80% becomes 72%)",
                        self.map.snippet(a.span)
                    )),
            );
            return Expr::error(span);
        }
        if op == Op::Of && *x.ty.base() != Type::Rate {
            let found = x.ty.show(self.symbols);
            self.out.push(
                Diagnostic::at(&codes::E0301, x.span, format!("`of` follows a rate, but this is {found}"))
                    .label(format!("this is {found}"))
                    .help("write `60% of base`"),
            );
            return Expr::error(span);
        }
        if op == Op::Sub
            && let (Some(low), Some(high)) = (exact(&x), exact(&y))
            // `¥0 - ¥3` says what it means: less than nothing.
            && !low.is_zero()
            && (low < high
                || matches!(x.ty, Type::Count | Type::Number) && y.ty.is_numeric() && !matches!(y.ty.base(), Type::Count | Type::Number))
            && !matches!(x.ty.base(), Type::Date | Type::Month)
        {
            // `60-80%`, `¥100-¥350`: a hyphen where a range was meant.
            let (first, last) = (self.map.snippet(a.span).to_string(), self.map.snippet(b.span).to_string());
            self.out.push(
                Diagnostic::at(&codes::E0313, span, format!("`{first} - {last}` is a subtraction, and comes to less than nothing"))
                    .label("a range?")
                    .help(format!("a range is written `{first}..{last}`"))
                    .fix(span, format!("{first}..{last}")),
            );
            return Expr::error(span);
        }
        match typing::math(op, x.ty.base(), y.ty.base()) {
            Ok((math, ty)) => {
                // A rate for each of a count is a rate where one is wanted.
                let rates = matches!(op, Op::Mul) && (*x.ty.base() == Type::Rate || *y.ty.base() == Type::Rate);
                let ty = if rates && ty == Type::Number && want.is_some_and(|w| *w.base() == Type::Rate) { Type::Rate } else { ty };
                Expr::new(ExprKind::Math(math, Box::new(x), Box::new(y)), ty, span)
            }
            Err(clash) => {
                if both && (self.bare_number(&x, &y.ty) || self.bare_number(&y, &x.ty)) {
                    return Expr::error(span);
                }
                let (sx, sy) = (x.ty.show(self.symbols), y.ty.show(self.symbols));
                let help = match clash {
                    Clash::Units(help) => help,
                    Clash::NotNumbers => "arithmetic takes numbers, amounts, rates, durations and dates",
                };
                self.out.push(
                    Diagnostic::at(&codes::E0302, span, format!("{sx} and {sy} do not combine with `{}`", symbol(op)))
                        .label("these two do not combine")
                        .related(x.span, format!("this is {sx}"))
                        .related(y.span, format!("this is {sy}"))
                        .help(help),
                );
                Expr::error(span)
            }
        }
    }

    pub(super) fn call(&mut self, name: &Ident, args: &[ast::Expr], want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let kind = match (name.text.as_str(), args) {
            ("count", [a]) if self.is_list(a, cx) => Some(Aggregate::Count),
            ("sum", [_]) => Some(Aggregate::Sum),
            ("any", [_]) => Some(Aggregate::Any),
            ("all", [_]) => Some(Aggregate::All),
            ("min", [_]) => Some(Aggregate::Min),
            ("max", [_]) => Some(Aggregate::Max),
            _ => None,
        };
        if let (Some(kind), [arg]) = (kind, args) {
            return self.aggregate(kind, arg, span, cx);
        }
        let Some(signature) = functions::signature(&name.text) else {
            let known = functions::SIGNATURES.iter().map(|(n, _)| *n);
            self.out.push(unknown(&codes::E0214, "function", &name.text, name.span, known));
            return Expr::error(span);
        };
        if name.text == "round" {
            return self.round(args, want, span, cx);
        }
        if name.text == "min" || name.text == "max" {
            return self.extreme(name, args, want, span, cx);
        }
        let typed: Vec<Expr> = args.iter().map(|a| self.expr(a, None, cx)).collect();
        if typed.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        match functions::call(&name.text, &typed) {
            Some((kind, ty)) => Expr::new(kind, ty, span),
            None => {
                let found: Vec<String> = typed.iter().map(|t| t.ty.show(self.symbols)).collect();
                self.out.push(
                    Diagnostic::at(&codes::E0301, span, format!("`{}` cannot be used on {}", name.text, found.join(" and ")))
                        .help(format!("it is called as {signature}")),
                );
                Expr::error(span)
            }
        }
    }

    fn extreme(&mut self, name: &Ident, args: &[ast::Expr], want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let strong = args.iter().find(|a| !self.weak(a, cx));
        let hint = match strong {
            Some(s) => {
                let before = self.out.len();
                let t = self.expr(s, want, cx);
                self.out.truncate(before);
                if t.is_error() { want.cloned() } else { Some(t.ty) }
            }
            None => want.cloned(),
        };
        let typed: Vec<Expr> = args.iter().map(|a| self.expr(a, hint.as_ref(), cx)).collect();
        let Some(first) = typed.first() else { return Expr::error(span) };
        if typed.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        let mut ty = first.ty.base().clone();
        for t in &typed {
            if !t.ty.is_numeric() {
                return self.not_numeric(t, &format!("`{}`", name.text));
            }
            if !t.ty.same_dimension(&ty) {
                let (a, b) = (ty.show(self.symbols), t.ty.show(self.symbols));
                self.out.push(
                    Diagnostic::at(&codes::E0302, t.span, format!("`{}` compares {a} with {b}", name.text))
                        .label(format!("this is {b}"))
                        .related(first.span, format!("this is {a}"))
                        .help("all of them need the same unit"),
                );
                return Expr::error(span);
            }
            ty = typing::join(&ty, t.ty.base());
        }
        let f = if name.text == "min" { Function::Min } else { Function::Max };
        Expr::new(ExprKind::Call(f, typed), ty, span)
    }

    fn is_list(&self, e: &ast::Expr, cx: &Context) -> bool {
        match &e.kind {
            ast::ExprKind::Where(..) => true,
            ast::ExprKind::Name(n) => {
                let own = cx.decision.and_then(|d| self.symbols.decision(d).by_name.get(&n.text));
                let ty = match own {
                    Some(&o) => Some(&self.symbols.outcome(o).ty),
                    None => self.find_input_named(&n.text).map(|i| &self.symbols.input(i).ty),
                };
                ty.is_some_and(|t| matches!(t.base(), Type::List(_)))
            }
            ast::ExprKind::Field(..) => true,
            _ => false,
        }
    }
}

fn month_of(e: Expr) -> Expr {
    let span = e.span;
    Expr::new(ExprKind::Call(Function::MonthOf, vec![e]), Type::Month, span)
}

/// A percentage as written, or a range of them.
fn percent_literal(e: &ast::Expr) -> bool {
    match &e.kind {
        ast::ExprKind::Rate(_) => true,
        ast::ExprKind::Range(r) => {
            r.lo.as_ref().is_none_or(|(x, _)| percent_literal(x)) && r.hi.as_ref().is_none_or(|(x, _)| percent_literal(x))
        }
        ast::ExprKind::About(x) => percent_literal(x),
        _ => false,
    }
}

/// The operator as written.
pub(super) fn symbol(op: Op) -> &'static str {
    match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Eq => "=",
        Op::Ne => "!=",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::Div => "/",
        Op::Of => "of",
    }
}
