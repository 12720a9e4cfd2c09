//! In: a number as people and JSON write it. Out: exactly that number, in the unit its type is held in, or why it cannot be. Never here: bounds, other literals.

use super::words;
use crate::diagnostics::{Code, codes};
use crate::hir::Symbols;
use crate::value::{ArithError, Exact, NumberError, Type, calendar};

/// The most digits of an exponent that can still matter.
const MAX_EXPONENT_DIGITS: usize = 6;
/// As in policies: the most integer digits and the most decimals.
const MAX_DIGITS: (usize, usize) = (18, 12);

/// Why a number is no value of its type.
pub(super) type Unfit = (&'static Code, String, String);

/// Reads `-12`, `0.5`, `1_000`, `1e3` exactly; `None` when the text has another form.
pub(super) fn decimal(text: &str) -> Option<Result<Exact, NumberError>> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((m, e)) => (m, exponent(e)?),
        None => (rest, Some(0)),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let (whole, decimals) = (digits(whole)?, digits(decimals)?);
    let all = format!("{whole}{decimals}");
    let significant = all.trim_start_matches('0');
    if significant.is_empty() {
        return Some(Ok(Exact::ZERO));
    }
    let Some(exponent) = exponent else { return Some(Err(NumberError::TooLarge)) };
    // The number is 0.SIGNIFICANT times ten to the power of `point`.
    let Ok(point) = i64::try_from(whole.len()).and_then(|w| i64::try_from(all.len() - significant.len()).map(|zeros| w - zeros + exponent))
    else {
        return Some(Err(NumberError::TooLarge));
    };
    let significant = significant.trim_end_matches('0');
    let (most_whole, most_decimals) = MAX_DIGITS;
    let length = i64::try_from(significant.len()).unwrap_or(i64::MAX);
    if point > most_whole as i64 || length.saturating_sub(point) > most_decimals as i64 {
        return Some(Err(NumberError::TooLarge));
    }
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or(0));
    let plain = match usize::try_from(point) {
        Ok(p) => match (significant.get(..p), significant.get(p..)) {
            (Some(""), Some(d)) => format!("0.{d}"),
            (Some(w), Some("")) => w.to_owned(),
            (Some(w), Some(d)) => format!("{w}.{d}"),
            _ => format!("{significant}{}", zeros(point - length)),
        },
        Err(_) => format!("0.{}{significant}", zeros(-point)),
    };
    Some(Exact::parse_decimal(&plain).map(|n| if negative { n.negated() } else { n }))
}

/// An exponent; the inner `None` is one too large for any number but 0.
fn exponent(text: &str) -> Option<Option<i64>> {
    let (negative, size) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if size.is_empty() || !size.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = size.trim_start_matches('0');
    if size.len() > MAX_EXPONENT_DIGITS {
        return Some(None);
    }
    let n: i64 = if size.is_empty() { 0 } else { size.parse().ok()? };
    Some(Some(if negative { -n } else { n }))
}

/// Digits, with `_` only between two of them.
fn digits(text: &str) -> Option<String> {
    let fine = text.split('_').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    fine.then(|| text.replace('_', ""))
}

/// Whether a text has a number in it that is longer than can be kept.
pub(super) fn has_long_number(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')))
        .any(|run| matches!(decimal(run), Some(Err(NumberError::TooLarge))))
}

/// A bare number in the unit of its type, as it is held.
pub(super) fn held(n: Exact, ty: &Type) -> Result<Exact, ArithError> {
    match ty.base() {
        Type::Money | Type::MoneyPerMonth => n.checked_mul(Exact::from_int(100)),
        Type::Years => n.checked_mul(Exact::from_int(12)),
        _ => Ok(n),
    }
}

/// Checks that a number, as it is held, is a value of its type; `shown` is how it was written, `what` whose it is.
pub(super) fn fits(n: Exact, ty: &Type, shown: &str, what: &str, symbols: &Symbols) -> Result<(), Unfit> {
    let base = ty.base();
    if matches!(base, Type::Date | Type::Month) {
        let within = n.to_i128().and_then(|n| i64::try_from(n).ok()).is_some_and(|n| match base {
            Type::Date => calendar::format_day(n).is_some(),
            _ => calendar::format_month(n).is_some(),
        });
        return if within {
            Ok(())
        } else {
            Err((&codes::E0905, format!("`{shown}` lies outside the calendar"), "years go from 0001 to 9999".to_owned()))
        };
    }
    // Formulas may give a part of a fen for each month; what a person tells is an amount that exists.
    let whole = base.is_integral() || *base == Type::MoneyPerMonth;
    if !whole || n.is_integer() {
        return Ok(());
    }
    let (message, help) = match base {
        Type::Money | Type::MoneyPerMonth => (
            format!("`{shown}` is not a whole number of fen, so {what} cannot be exactly that"),
            "amounts have at most two decimals: 480.55",
        ),
        Type::Count => (format!("{what} is a count, and `{shown}` is not a whole number"), "give a whole number"),
        Type::Years => {
            (format!("{what} is in years, and `{shown}` is not a whole number of months"), "give whole years, or months: \"18 months\"")
        }
        _ => (
            format!("{what} is in {}, and `{shown}` is not a whole number", words::ty(base, symbols)),
            "give a whole number, or a smaller unit",
        ),
    };
    Err((&codes::E0906, message, help.to_owned()))
}

/// The message for a number that cannot be kept exactly.
pub(super) fn too_long(shown: &str) -> Unfit {
    let (whole, decimals) = MAX_DIGITS;
    (
        &codes::E0906,
        format!("`{shown}` cannot be kept exactly"),
        format!("numbers have at most {whole} digits before the decimal point and {decimals} after it"),
    )
}
