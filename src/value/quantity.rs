//! In: numbers and ranges with a type. Out: how the language writes them, units included. Never here: other values, names.

use crate::value::exact::MAX_DECIMALS;
use crate::value::{Exact, Interval, Names, Num, TimeUnit, Type, calendar};

/// How numbers of a type are written: what stands around the digits, and how much one of what is written holds.
struct Unit {
    prefix: &'static str,
    suffix: &'static str,
    singular: &'static str,
    held: Exact,
    money: bool,
}

impl Unit {
    const fn new(prefix: &'static str, suffix: &'static str, singular: &'static str, held: Exact) -> Self {
        Self { prefix, suffix, singular, held, money: false }
    }

    fn of(ty: &Type, years: bool) -> Self {
        let hundredth = Exact::ratio(1, 100).unwrap_or(Exact::ONE);
        let hundred = Exact::from_int(100);
        match ty.base() {
            Type::Money => Self { money: true, ..Self::new("¥", "", "", hundred) },
            Type::MoneyPerMonth => Self { money: true, ..Self::new("¥", "/month", "/month", hundred) },
            Type::Rate => Self::new("", "%", "%", hundredth),
            Type::Points => Self::new("", " points", " point", hundredth),
            Type::Days => Self::new("", " days", " day", Exact::ONE),
            Type::WorkingDays => Self::new("", " working days", " working day", Exact::ONE),
            Type::Years if years => Self::new("", " years", " year", Exact::from_int(12)),
            Type::Months | Type::Years => Self::new("", " months", " month", Exact::ONE),
            _ => Self::new("", "", "", Exact::ONE),
        }
    }

    /// The digits of a number that is not negative and ends soon enough to be read back.
    fn digits(&self, x: Exact) -> Option<String> {
        let (negative, whole, mut decimals) = x.checked_div(self.held).ok()?.decimal()?;
        if negative || decimals.len() > MAX_DECIMALS {
            return None;
        }
        if self.money && !decimals.is_empty() {
            while decimals.len() < 2 {
                decimals.push('0');
            }
        }
        Some(if decimals.is_empty() { whole } else { format!("{whole}.{decimals}") })
    }

    fn around(&self, digits: &str) -> String {
        let suffix = if digits == "1" { self.singular } else { self.suffix };
        format!("{}{digits}{suffix}", self.prefix)
    }

    /// The number as an expression: `¥3`, `¥1 / 3` where the decimals never end, `¥0 - ¥3` since no value starts with a sign.
    fn write(&self, x: Exact) -> String {
        if x.is_negative() {
            return format!("{} - {}", self.around("0"), self.write(x.negated()));
        }
        if let Some(digits) = self.digits(x) {
            return self.around(&digits);
        }
        match x.checked_div(self.held) {
            Ok(y) => format!("{} / {}", self.around(&y.numer().to_string()), y.denom()),
            Err(_) => format!("{} * {x}", self.write(self.held)),
        }
    }
}

/// An exact number of the type as the language writes it.
pub fn show_exact(x: Exact, ty: &Type) -> String {
    match ty.base() {
        Type::Date => x
            .to_i128()
            .and_then(|n| i64::try_from(n).ok())
            .and_then(calendar::format_day)
            .unwrap_or_else(|| format!("1970-01-01 + {x} days")),
        Type::Month => x
            .to_i128()
            .and_then(|n| i64::try_from(n).ok())
            .and_then(calendar::format_month)
            .unwrap_or_else(|| format!("0001-01 + {} months", x.checked_sub(Exact::from_int(12)).unwrap_or(x))),
        base => Unit::of(base, whole_years(x)).write(x),
    }
}

/// A number of the type as the language writes it: exact, a range, or `about` one.
pub fn show_num(n: &Num, ty: &Type) -> String {
    if let Num::Exact(x) = n {
        return show_exact(*x, ty);
    }
    let interval = match (n.stated(), n.interval()) {
        // two ends without a notation of their own: whole numbers have one
        (Ok(stated), Ok(interval)) if notation(&stated).is_none() => interval,
        (Ok(stated), _) => stated,
        (Err(_), _) => Interval::ALL,
    };
    let text = interval_text(&interval, ty);
    match (n.is_approx(), interval.is_point()) {
        (false, _) => text,
        (true, true) => format!("about {text}"),
        (true, false) => format!("about ({text})"),
    }
}

/// A range of the type as the language writes it; `any` when it has no ends.
pub fn show_interval(interval: &Interval, ty: &Type, _names: &dyn Names) -> String {
    interval_text(interval, ty)
}

/// The words around the ends, where the language has a form for them: before both, between, and whether both share one unit.
fn notation(interval: &Interval) -> Option<(&'static str, &'static str)> {
    match (interval.lo, interval.lo_closed, interval.hi, interval.hi_closed) {
        (Some(_), true, Some(_), true) => Some(("", "..")),
        (Some(_), false, Some(_), true) => Some(("over ", " up to ")),
        (Some(_), _, Some(_), false) => None,
        _ => Some(("", "")),
    }
}

fn interval_text(interval: &Interval, ty: &Type) -> String {
    let whole = |x: Option<Exact>| x.is_none_or(whole_years);
    let years = whole(interval.lo) && whole(interval.hi);
    let one = |x: Exact| match ty.base() {
        Type::Date | Type::Month => show_exact(x, ty),
        base => Unit::of(base, years).write(x),
    };
    match (interval.lo, interval.hi) {
        (None, None) => "any".to_owned(),
        (Some(lo), None) => format!("{} {}", if interval.lo_closed { "at least" } else { "over" }, one(lo)),
        (None, Some(hi)) => format!("{} {}", if interval.hi_closed { "at most" } else { "under" }, one(hi)),
        (Some(lo), Some(hi)) if lo == hi => one(lo),
        (Some(lo), Some(hi)) => match notation(interval) {
            Some((before, between)) => {
                format!("{before}{}{between}{}", shared(lo, ty, years).unwrap_or_else(|| one(lo)), one(hi))
            }
            None => format!("{} {} under {}", if interval.lo_closed { "at least" } else { "over" }, one(lo), one(hi)),
        },
    }
}

/// The lower end without its unit, where the unit of the upper one, a word of its own, does for both.
fn shared(lo: Exact, ty: &Type, years: bool) -> Option<String> {
    let unit = Unit::of(ty, years);
    if !unit.suffix.starts_with(' ') {
        return None;
    }
    unit.digits(lo)
}

/// Whether a number of months is a number of years.
pub(crate) fn whole_years(months: Exact) -> bool {
    months.to_i128().is_some_and(|n| n % 12 == 0)
}

/// The unit a stretch of time is shown in: years only where everything is whole years.
pub(crate) fn shown_unit(unit: TimeUnit, interval: &Interval) -> TimeUnit {
    let whole = |x: Option<Exact>| x.is_none_or(whole_years);
    match unit {
        TimeUnit::Years if !(whole(interval.lo) && whole(interval.hi)) => TimeUnit::Months,
        unit => unit,
    }
}
