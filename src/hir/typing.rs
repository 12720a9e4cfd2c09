//! In: an operator and the types of its operands. Out: the type of the result, or why they do not combine. Never here: values.

use super::Math;
use crate::syntax::ast::Op;
use crate::value::Type;

/// Why two types do not combine.
pub(super) enum Clash {
    /// Units that never combine; with what was probably meant.
    Units(&'static str),
    /// One side is no number at all.
    NotNumbers,
}

fn plain(t: &Type) -> bool {
    matches!(t, Type::Number | Type::Count)
}

fn month_like(t: &Type) -> bool {
    matches!(t, Type::Months | Type::Years)
}

/// The common type of two values of one dimension.
pub(super) fn join(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Years, Type::Months) | (Type::Months, Type::Years) => Type::Months,
        (Type::Count, Type::Number) | (Type::Number, Type::Count) => Type::Number,
        _ => a.clone(),
    }
}

/// The type of `a op b`.
pub(super) fn math(op: Op, a: &Type, b: &Type) -> Result<(Math, Type), Clash> {
    use Type::*;
    if !a.is_numeric() || !b.is_numeric() {
        return Err(Clash::NotNumbers);
    }
    match op {
        Op::Add => match (a, b) {
            (Rate, Points) | (Points, Rate) => Ok((Math::Add, Rate)),
            (Date, m) if month_like(m) => Ok((Math::AddMonths, Date)),
            (m, Date) if month_like(m) => Ok((Math::AddMonths, Date)),
            (Date, Days) | (Days, Date) => Ok((Math::Add, Date)),
            (Month, m) if month_like(m) => Ok((Math::Add, Month)),
            (m, Month) if month_like(m) => Ok((Math::Add, Month)),
            (Date, WorkingDays) | (WorkingDays, Date) => Err(Clash::Units(
                "working days need a declared calendar of holidays and make-up days, which this language does not have yet; state the time as `working days` instead",
            )),
            (Date, Date) | (Month, Month) => Err(Clash::Units("two dates cannot be added; add `days` or `months` to a date")),
            _ if a.same_dimension(b) => Ok((Math::Add, join(a, b))),
            _ => Err(Clash::Units(advice(a, b))),
        },
        Op::Sub => match (a, b) {
            (Rate, Points) => Ok((Math::Sub, Rate)),
            (Date, m) if month_like(m) => Ok((Math::SubMonths, Date)),
            (Date, Days) => Ok((Math::Sub, Date)),
            (Month, m) if month_like(m) => Ok((Math::Sub, Month)),
            (Date, Date) => Ok((Math::Sub, Days)),
            (Month, Month) => Ok((Math::Sub, Months)),
            _ if a.same_dimension(b) => Ok((Math::Sub, join(a, b))),
            _ => Err(Clash::Units(advice(a, b))),
        },
        Op::Mul | Op::Of => match (a, b) {
            (Date | Month, _) | (_, Date | Month) => Err(Clash::Units("a date cannot be multiplied")),
            (Rate, x) => Ok((Math::Mul, if *x == Count { Number } else { x.clone() })),
            (x, Rate) if op == Op::Mul => Ok((Math::Mul, if *x == Count { Number } else { x.clone() })),
            (Points, x) | (x, Points) if plain(x) => Ok((Math::Mul, Points)),
            (MoneyPerMonth, m) | (m, MoneyPerMonth) if month_like(m) => Ok((Math::Mul, Money)),
            (Count, Count) => Ok((Math::Mul, Count)),
            (x, y) if plain(x) && plain(y) => Ok((Math::Mul, Number)),
            (x, y) if plain(y) => Ok((Math::Mul, x.clone())),
            (x, y) if plain(x) => Ok((Math::Mul, y.clone())),
            (Money, m) | (m, Money) if month_like(m) => {
                Err(Clash::Units("money times months is no amount; use money per month (`¥80/month`), or `full_years(…)` for a count"))
            }
            _ => Err(Clash::Units("these two cannot be multiplied; one of them must be a rate, a count or a number")),
        },
        Op::Div => match (a, b) {
            (Date | Month, _) | (_, Date | Month) => Err(Clash::Units("a date cannot be divided")),
            (Money, m) if month_like(m) => Ok((Math::Div, MoneyPerMonth)),
            (Money, MoneyPerMonth) => Ok((Math::Div, Months)),
            (x, y) if plain(y) => Ok((Math::Div, if *x == Count { Number } else { x.clone() })),
            (x, Rate) if *x != Rate => Ok((Math::Div, if *x == Count { Number } else { x.clone() })),
            _ if a.same_dimension(b) => Ok((Math::Div, Number)),
            _ => Err(Clash::Units("divide by a number, a rate, or a value of the same unit")),
        },
        _ => Err(Clash::NotNumbers),
    }
}

fn advice(a: &Type, b: &Type) -> &'static str {
    use Type::*;
    match (a, b) {
        (Money, Rate) | (Rate, Money) | (MoneyPerMonth, Rate) | (Rate, MoneyPerMonth) => {
            "a percentage is taken of something: write `5% of cost`, or an amount such as `¥5`"
        }
        (Money, MoneyPerMonth) | (MoneyPerMonth, Money) => {
            "money and money per month differ: multiply by months, as in `¥80/month * 3 months`"
        }
        (Days, WorkingDays) | (WorkingDays, Days) => {
            "days and working days are counted differently and never convert; state both in one unit or as two outcomes"
        }
        (Months | Years, WorkingDays) | (WorkingDays, Months | Years) => {
            "months and working days never convert; state both in one unit or as two outcomes"
        }
        (Months | Years, Days) | (Days, Months | Years) => {
            "months have 28 to 31 days and never convert to days; count from a date (`date + 3 months`) instead"
        }
        (Rate, Number | Count) | (Number | Count, Rate) => "write percentage points as `5 points` and percentages as `5%`",
        _ if plain(a) || plain(b) => "the bare number needs the unit of the other side",
        _ => "both sides need the same unit",
    }
}
