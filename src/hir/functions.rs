//! In: a function's name and typed arguments. Out: the typed call. Never here: aggregates over lists (`expr.rs`), or computing anything.

use super::{Expr, ExprKind, Function};
use crate::value::Type;

/// The functions of numbers and dates, with how they are called.
pub(super) const SIGNATURES: &[(&str, &str)] = &[
    ("min", "min(a, b, …)"),
    ("max", "max(a, b, …)"),
    ("round", "round(value, half_up, yuan)"),
    ("full_years", "full_years(months) or full_years(from_date, to_date)"),
    ("full_months", "full_months(from_date, to_date)"),
    ("days_between", "days_between(from_date, to_date)"),
    ("month", "month(date)"),
    ("year", "year(date)"),
    ("first_day", "first_day(month)"),
    ("last_day", "last_day(month)"),
    ("years", "years(number)"),
    ("months", "months(number)"),
    ("days", "days(number)"),
    ("count", "count(list where condition)"),
    ("sum", "sum(list.field where condition)"),
    ("any", "any(list where condition)"),
    ("all", "all(list where condition)"),
];

/// How a function is called, if it exists.
pub(super) fn signature(name: &str) -> Option<&'static str> {
    SIGNATURES.iter().find(|(n, _)| *n == name).map(|(_, s)| *s)
}

fn month_like(t: &Type) -> bool {
    matches!(t, Type::Months | Type::Years)
}

/// The typed call; `None` when the arguments do not fit.
pub(super) fn call(name: &str, args: &[Expr]) -> Option<(ExprKind, Type)> {
    // A value that may be none is settled when it is evaluated.
    let types: Vec<&Type> = args.iter().map(|a| a.ty.base()).collect();
    let make = |f: Function, ty: Type| Some((ExprKind::Call(f, args.to_vec()), ty));
    match (name, types.as_slice()) {
        ("full_years", [m]) if month_like(m) => make(Function::FullYears, Type::Count),
        ("full_years", [Type::Date, Type::Date]) => make(Function::FullYearsBetween, Type::Years),
        ("full_months", [Type::Date, Type::Date]) => make(Function::FullMonthsBetween, Type::Months),
        ("days_between", [Type::Date, Type::Date]) => {
            let [from, to] = args else { return None };
            Some((ExprKind::Math(super::Math::Sub, Box::new(to.clone()), Box::new(from.clone())), Type::Days))
        }
        ("month", [Type::Date]) => make(Function::MonthOf, Type::Month),
        ("year", [Type::Date | Type::Month]) => make(Function::YearOf, Type::Number),
        ("first_day", [Type::Month]) => make(Function::FirstDay, Type::Date),
        ("last_day", [Type::Month]) => make(Function::LastDay, Type::Date),
        ("years", [Type::Number | Type::Count]) => make(Function::YearsFrom, Type::Years),
        ("months", [Type::Number | Type::Count]) => make(Function::Relabel, Type::Months),
        ("days", [Type::Number | Type::Count]) => make(Function::Relabel, Type::Days),
        ("count", [Type::Days | Type::WorkingDays | Type::Months]) => make(Function::Relabel, Type::Count),
        _ => None,
    }
}
