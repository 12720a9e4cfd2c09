//! In: literals and ranges as written. Out: typed constants, or what unit is missing. Never here: names.

use super::blocks::Checker;
use super::expr::{Context, fits};
use super::{Expr, ExprKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, DatePart};
use crate::value::{Exact, Interval, Num, TimeUnit, Type, Value, calendar};

/// A number as a constant.
pub(super) fn number(n: Exact, ty: Type, span: Span) -> Expr {
    Expr::new(ExprKind::Const(Value::Num(Num::Exact(n))), ty, span)
}

/// The exact number a typed expression is, if it is a constant one.
pub(super) fn exact(e: &Expr) -> Option<Exact> {
    match e.constant() {
        Some(Value::Num(Num::Exact(n))) => Some(*n),
        _ => None,
    }
}

/// First and last day a date as written covers.
pub(super) fn days(d: &ast::DateLit) -> Option<(i64, i64)> {
    let first = calendar::from_ymd(d.year, d.month, d.day)?;
    let last = match d.part {
        DatePart::Day => first,
        DatePart::Month => calendar::last_day_of_month(first)?,
        DatePart::Year => calendar::from_ymd(d.year, 12, 31)?,
    };
    Some((first, last))
}

impl Checker<'_> {
    pub(super) fn literal(&mut self, e: &ast::Expr, want: Option<&Type>) -> Expr {
        use ast::ExprKind as A;
        let span = e.span;
        match &e.kind {
            A::Number(n) => {
                let ty = match want.map(Type::base) {
                    Some(Type::Count) if n.is_integer() => Type::Count,
                    _ if n.is_integer() => Type::Count,
                    _ => Type::Number,
                };
                let typed = number(*n, ty, span);
                if let Some(want) = want
                    && want.base().is_numeric()
                    && !matches!(want.base(), Type::Count | Type::Number)
                {
                    self.bare_number(&typed, want);
                    return Expr::error(span);
                }
                typed
            }
            A::Money(n, per_month) => number(*n, if *per_month { Type::MoneyPerMonth } else { Type::Money }, span),
            A::Rate(n) => number(*n, Type::Rate, span),
            A::Points(n) => number(*n, Type::Points, span),
            A::Duration(n, unit) => {
                let ty = match unit {
                    TimeUnit::Days => Type::Days,
                    TimeUnit::WorkingDays => Type::WorkingDays,
                    TimeUnit::Months => Type::Months,
                    TimeUnit::Years => Type::Years,
                };
                if !n.is_integer() {
                    self.out.push(
                        Diagnostic::at(&codes::E0108, span, "a duration is a whole number of days or months")
                            .label("not whole")
                            .help("write a whole number, in a smaller unit if there is one: `18 months` for a year and a half, `45 days` for a month and a half"),
                    );
                    return Expr::error(span);
                }
                number(*n, ty, span)
            }
            A::Date(d) => match (d.part, days(d)) {
                (_, None) => Expr::error(span),
                (DatePart::Month, Some(_)) => {
                    let index = calendar::month_index(d.year, d.month);
                    number(Exact::from_int(index.into()), Type::Month, span)
                }
                (_, Some((first, _))) => number(Exact::from_int(first.into()), Type::Date, span),
            },
            A::Text(t) => Expr::new(ExprKind::Const(Value::Text(t.clone())), Type::Text, span),
            A::Bool(b) => Expr::new(ExprKind::Const(Value::Bool(*b)), Type::Boolean, span),
            A::None => match want {
                Some(w @ Type::Optional(_)) => Expr::new(ExprKind::Const(Value::None), w.clone(), span),
                _ => {
                    self.out.push(
                        Diagnostic::at(&codes::E0301, span, "`none` is a value only of what was declared `… or none`")
                            .help("declare the input as `date or none`, or compare with another value"),
                    );
                    Expr::error(span)
                }
            },
            _ => Expr::error(span),
        }
    }

    /// Reports a bare number where `want` has a unit; whether it did.
    pub(super) fn bare_number(&mut self, e: &Expr, want: &Type) -> bool {
        let (Some(n), Type::Count | Type::Number) = (exact(e), &e.ty) else { return false };
        let want = want.base();
        if !want.is_numeric() || matches!(want, Type::Count | Type::Number) {
            return false;
        }
        let (unit, example) = match want {
            Type::Money => ("an amount of money", format!("¥{n}")),
            Type::MoneyPerMonth => ("an amount for each month", format!("¥{n}/month")),
            Type::Rate => ("a rate", share(n)),
            Type::Points => ("percentage points", plural(n, "point")),
            Type::Days => ("a number of days", plural(n, "day")),
            Type::WorkingDays => ("a number of working days", plural(n, "working day")),
            Type::Months => ("a number of months", plural(n, "month")),
            Type::Years => ("a number of years", plural(n, "year")),
            Type::Date | Type::Month => ("a date", "2025-01-31".to_string()),
            _ => ("a duration", plural(n, "day")),
        };
        let d = Diagnostic::at(&codes::E0303, e.span, format!("`{n}` is a bare number, but {unit} is needed here"))
            .label("which unit?")
            .help(format!("write `{example}`"));
        let certain = matches!(want, Type::Money | Type::MoneyPerMonth | Type::Months | Type::Years | Type::Days | Type::WorkingDays);
        self.out.push(if certain { d.fix(e.span, example) } else { d });
        true
    }

    pub(super) fn range(&mut self, range: &ast::RangeExpr, want: Option<&Type>, cx: &Context, span: Span) -> Expr {
        if let (Some((lo, true)), Some((hi, true))) = (&range.lo, &range.hi)
            && let ast::ExprKind::Binary(ast::Op::Of, share, whole) = &hi.kind
            && matches!(lo.kind, ast::ExprKind::Rate(_) | ast::ExprKind::Number(_))
            && matches!(share.kind, ast::ExprKind::Rate(_))
        {
            // `50%..100% of fee` is a share between the two.
            let shares = ast::RangeExpr { lo: range.lo.clone(), hi: Some((share.clone(), true)) };
            let left = ast::Expr { kind: ast::ExprKind::Range(shares), span: lo.span.to(share.span) };
            let product = ast::ExprKind::Binary(ast::Op::Of, Box::new(left), whole.clone());
            return self.expr(&ast::Expr { kind: product, span }, want, cx);
        }
        let hi_type = range.hi.as_ref().map(|(h, _)| self.quiet_type(h, want, cx));
        let end = |this: &mut Self, side: &Option<(Box<ast::Expr>, bool)>| {
            side.as_ref().map(|(e, closed)| {
                // `10..15 working days`: the unit stands once, on the right.
                let borrowed = match (&e.kind, &hi_type) {
                    (ast::ExprKind::Number(n), Some(Some(t))) if t.is_numeric() => Some(number(scaled(*n, t), t.clone(), e.span)),
                    _ => None,
                };
                (Box::new(borrowed.unwrap_or_else(|| this.expr(e, want, cx))), *closed)
            })
        };
        let (lo, hi) = (end(self, &range.lo), end(self, &range.hi));
        let ends: Vec<&Expr> = lo.iter().chain(hi.iter()).map(|(e, _)| &**e).collect();
        let Some(first) = ends.first() else { return Expr::error(span) };
        if ends.iter().any(|e| e.is_error()) {
            return Expr::error(span);
        }
        let ty = first.ty.clone();
        for e in &ends {
            if !e.ty.is_numeric() || !e.ty.same_dimension(&ty) {
                let (a, b) = (ty.show(self.symbols), e.ty.show(self.symbols));
                self.out.push(
                    Diagnostic::at(&codes::E0302, span, format!("a range cannot run from {a} to {b}"))
                        .label("two different units")
                        .help("both ends need the same unit, as in `10..15 working days`"),
                );
                return Expr::error(span);
            }
        }
        if let (Some((a, ca)), Some((b, cb))) = (&lo, &hi)
            && let (Some(x), Some(y)) = (exact(a), exact(b))
            && (x > y || (x == y && !(*ca && *cb)))
        {
            self.out.push(
                Diagnostic::at(&codes::E0313, span, "this range is empty: it ends before it starts")
                    .label("nothing lies in it")
                    .help("write the smaller end first"),
            );
            return Expr::error(span);
        }
        Expr::new(ExprKind::Range(lo, hi), ty, span)
    }

    /// The type an expression would have, without reporting anything.
    pub(super) fn quiet_type(&mut self, e: &ast::Expr, want: Option<&Type>, cx: &Context) -> Option<Type> {
        let before = self.out.len();
        let typed = self.expr(e, want, cx);
        self.out.truncate(before);
        (!typed.is_error()).then_some(typed.ty)
    }

    /// Reports a constant that its input can never reach; whether it did.
    pub(super) fn check_bounds(&mut self, a: &Expr, b: &Expr) -> bool {
        for (subject, constant) in [(a, b), (b, a)] {
            let (ExprKind::Input(i), Some(n)) = (&subject.kind, exact(constant)) else { continue };
            let input = self.symbols.input(*i);
            let Some(bounds) = &input.bounds else { continue };
            let outside = bounds.lo.is_some_and(|lo| n < lo) || bounds.hi.is_some_and(|hi| n > hi);
            if outside {
                self.out.push(
                    Diagnostic::at(
                        &codes::E0310,
                        constant.span,
                        format!("`{}` never gets there: it is declared {}", input.name, self.show_bounds(*i)),
                    )
                    .label("outside its bounds")
                    .related(input.span, "declared here")
                    .help("check the number and its unit, or widen the bounds of the input"),
                );
                return true;
            }
        }
        false
    }

    /// An input's bounds in words.
    pub(super) fn show_bounds(&self, input: crate::value::InputId) -> String {
        let i = self.symbols.input(input);
        match &i.bounds {
            Some(b) => format!("in {}", crate::value::show_interval(b, i.ty.base(), self.symbols)),
            None => "without bounds".to_string(),
        }
    }

    /// Bounds of an input: bare numbers are in its unit.
    pub(super) fn bounds(&mut self, e: &ast::Expr, ty: &Type) -> Option<Interval> {
        let ast::ExprKind::Range(range) = &e.kind else {
            self.out.push(
                Diagnostic::at(&codes::E0301, e.span, "the bounds of an input are a range")
                    .help("write `in 0..130`, `in at least ¥0` or `in at most 100%`"),
            );
            return None;
        };
        let end = |this: &mut Self, side: &Option<(Box<ast::Expr>, bool)>| -> Option<Option<(Exact, bool)>> {
            let Some((x, closed)) = side else { return Some(None) };
            let typed = match &x.kind {
                ast::ExprKind::Number(n) if ty.is_numeric() => number(scaled(*n, ty.base()), ty.base().clone(), x.span),
                _ => this.expr(x, Some(ty), &Context::default()),
            };
            if typed.is_error() {
                return None;
            }
            match exact(&typed) {
                Some(n) if fits(&typed, ty) => Some(Some((n, *closed))),
                _ => {
                    let want = ty.show(this.symbols);
                    this.out.push(Diagnostic::at(&codes::E0301, x.span, format!("this bound must be a constant of type {want}")).help(
                        match ty.base() {
                            Type::MoneyPerMonth => "write an amount for a month (`in ¥3000..25000/month`), or bare numbers of yuan",
                            _ => "write a number in the input's unit",
                        },
                    ));
                    None
                }
            }
        };
        let (lo, hi) = (end(self, &range.lo), end(self, &range.hi));
        let (lo, hi) = (lo?, hi?);
        Some(Interval {
            lo: lo.map(|(n, _)| n),
            lo_closed: lo.is_some_and(|(_, c)| c),
            hi: hi.map(|(n, _)| n),
            hi_closed: hi.is_some_and(|(_, c)| c),
        })
    }
}

/// A bare number in the unit of `ty`, as it is held at run time.
fn scaled(n: Exact, ty: &Type) -> Exact {
    let by = |k: i128| n.checked_mul(Exact::from_int(k)).unwrap_or(n);
    let over = |k: i128| n.checked_div(Exact::from_int(k)).unwrap_or(n);
    match ty {
        Type::Money | Type::MoneyPerMonth => by(100),
        Type::Years => by(12),
        Type::Rate | Type::Points => over(100),
        _ => n,
    }
}

fn plural(n: Exact, unit: &str) -> String {
    if n == Exact::ONE { format!("{n} {unit}") } else { format!("{n} {unit}s") }
}

/// A bare number as a rate: 0.6 is most likely 60%, 12 is 12%.
fn share(n: Exact) -> String {
    let hundred = Exact::from_int(100);
    match n.checked_mul(hundred) {
        Ok(percent) if n < Exact::ONE && n > Exact::ZERO => format!("{percent}%"),
        _ => format!("{n}%"),
    }
}
