//! In: the text of one literal. Out: its exact value, or what is wrong with it. Never here: expressions, or what a value may be used for.

use super::ast::{DateLit, DatePart, ExprKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::value::{Exact, NumberError, TimeUnit};

/// A finding, boxed because it is rare and large.
pub(super) type Wrong = Box<Diagnostic>;

/// Digits and points in half width.
fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
            '．' => '.',
            '－' => '-',
            c => c,
        })
        .collect()
}

/// `12`, `0.5`, `1_000`.
pub(super) fn number(text: &str, span: Span) -> Result<Exact, Wrong> {
    let half;
    let plain = if text.is_ascii() {
        text
    } else {
        half = half_width(text);
        &half
    };
    Exact::parse_decimal(plain).map_err(|e| {
        let message = match e {
            NumberError::TooLarge => format!("`{}` has more digits than are kept exactly", short(text)),
            NumberError::Malformed => format!("`{}` cannot be read as a number", short(text)),
        };
        Box::new(
            Diagnostic::at(&codes::E0108, span, message).help("write digits, `_` between groups and one decimal point: 12, 0.5, 1_000"),
        )
    })
}

fn short(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(37).chain("...".chars()).collect() }
}

/// `1,000`: what it should have been.
pub(super) fn thousands(text: &str, span: Span) -> Wrong {
    let mended: String = text.chars().map(|c| if matches!(c, ',' | '，') { '_' } else { c }).collect();
    let two: Vec<&str> = text.split([',', '，']).collect();
    Box::new(
        Diagnostic::at(&codes::E0108, span, format!("`{}` has a comma among its digits", short(text)))
            .label("one number or several?")
            .help(format!(
                "write `{}` for one number, or a space after the comma for {}: `{}`",
                short(&mended),
                two.len(),
                short(&two.join(", "))
            ))
            .fix(span, mended),
    )
}

/// `1.2.3`
pub(super) fn two_points(text: &str, span: Span) -> Wrong {
    let parts: Vec<String> = half_width(text).split('.').map(str::to_owned).collect();
    let date = match parts.as_slice() {
        [y, m, d] if y.len() == 4 && (1..=2).contains(&m.len()) && (1..=2).contains(&d.len()) => Some(format!("{y}-{m:0>2}-{d:0>2}")),
        _ => None,
    };
    let d = Diagnostic::at(&codes::E0108, span, format!("`{}` has more than one decimal point", short(text)));
    Box::new(match date {
        Some(date) => d.help(format!("a date is written `{date}`")).fix(span, date),
        None => d.help("keep one decimal point; a range is written with two dots: 1..3"),
    })
}

/// Digits followed by letters that are no unit.
pub(super) fn unknown_unit(number: &str, unit: &str, span: Span) -> Wrong {
    let bare = unit.trim_start_matches('_');
    let d = Diagnostic::at(&codes::E0108, span, format!("`{}` is not a unit", short(unit)));
    let near = UNIT_WORDS
        .iter()
        .filter(|w| strsim::damerau_levenshtein(w, bare) <= 2 && bare.chars().count() > 2)
        .min_by_key(|w| strsim::damerau_levenshtein(w, bare));
    Box::new(match (bare, near) {
        ("万" | "亿", _) => {
            d.help(format!("write ¥{number}{unit} or {number}{unit}元 for money; other numbers are written out: 200_000"))
        }
        ("k" | "K" | "w" | "W" | "m" | "M", _) => d.help("write the number out: 200_000, or ¥20万 for money"),
        (_, Some(word)) => d.help(format!("did you mean `{word}`?")).fix(span, (*word).to_owned()),
        _ => d.help("units are days, working days, months, years, points, % ‰ 元 万元 天 个工作日 个月 年 个百分点"),
    })
}

const UNIT_WORDS: &[&str] = &["days", "day", "months", "month", "years", "year", "points", "point", "working days"];

/// Whether a word is one of the units, so that a stray letter after it can be told from a name.
pub(super) fn is_unit_word(word: &str) -> bool {
    UNIT_WORDS.contains(&word) || matches!(word, "working" | "天" | "日" | "个月" | "月" | "年" | "个工作日" | "工作日" | "元" | "万元")
}

/// The closest unit to a misspelt one.
pub(super) fn near_unit(word: &str) -> Option<&'static str> {
    let n = word.chars().count();
    UNIT_WORDS.iter().copied().find(|w| n > 2 && strsim::damerau_levenshtein(w, word) <= 2)
}

/// The unit of a duration.
pub(super) fn time_unit(text: &str) -> TimeUnit {
    match text.chars().next() {
        Some('w' | '工') => TimeUnit::WorkingDays,
        Some('d' | '天' | '日') => TimeUnit::Days,
        Some('y' | '年') => TimeUnit::Years,
        Some('个') if text.contains('工') => TimeUnit::WorkingDays,
        _ => TimeUnit::Months,
    }
}

/// A duration; months and years are counted in months.
pub(super) fn duration(n: Exact, unit: TimeUnit, span: Span) -> Result<ExprKind, Wrong> {
    let n = if unit == TimeUnit::Years { times(n, 12, span)? } else { n };
    Ok(ExprKind::Duration(n, unit))
}

/// An amount in yuan as fen; `scale` is 1, 万 or 亿.
pub(super) fn money(n: Exact, scale: &str, per_month: bool, span: Span) -> Result<ExprKind, Wrong> {
    let by = match scale.chars().next() {
        Some('万') => 1_000_000,
        Some('亿') => 10_000_000_000,
        _ => 100,
    };
    Ok(ExprKind::Money(times(n, by, span)?, per_month))
}

/// A part of a whole: `12%`, `5‰`, `10 points`.
pub(super) fn fraction(n: Exact, of: i128, span: Span) -> Result<Exact, Wrong> {
    n.checked_div(Exact::from_int(of)).map_err(|_| too_large(span))
}

fn times(n: Exact, by: i128, span: Span) -> Result<Exact, Wrong> {
    n.checked_mul(Exact::from_int(by)).map_err(|_| too_large(span))
}

fn too_large(span: Span) -> Wrong {
    Box::new(Diagnostic::at(&codes::E0108, span, "this amount is larger than can be kept exactly").help("amounts go up to 18 digits"))
}

/// The last day of a month.
fn month_length(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `2025`, `2025-01`, `2025-01-31`; only dates that exist.
pub(super) fn date(text: &str, span: Span) -> Result<DateLit, Wrong> {
    let plain = half_width(text);
    let wrong = |message: String| Diagnostic::at(&codes::E0110, span, message);
    if let Some((y, rest)) = plain.split_once('年') {
        let parts: Vec<&str> = rest.split(['月', '日', '号']).filter(|p| !p.is_empty()).collect();
        let mended = std::iter::once(y.to_owned()).chain(parts.iter().map(|p| format!("{p:0>2}"))).collect::<Vec<_>>().join("-");
        return Err(Box::new(
            wrong(format!("`{text}` is not how dates are written here")).help(format!("write `{mended}`")).fix(span, mended),
        ));
    }
    let parts: Vec<&str> = plain.split('-').collect();
    let widths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    if !matches!(widths.as_slice(), [4] | [4, 2] | [4, 2, 2]) {
        let short_parts = parts.iter().skip(1).all(|p| p.len() <= 2);
        let mended = parts.iter().map(|p| format!("{p:0>2}")).collect::<Vec<_>>().join("-");
        let spaced = parts.join(" - ");
        let d = wrong(format!("`{}` is neither a date nor a subtraction", short(text)));
        return Err(Box::new(if short_parts {
            d.help(format!("a date is written `{mended}`; a subtraction has spaces around its minus: `{spaced}`")).fix(span, mended)
        } else {
            d.help(format!("a subtraction has spaces around its minus: `{spaced}`")).fix(span, spaced)
        }));
    }
    let numbers: Vec<i32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    let (year, month, day, part) = match numbers.as_slice() {
        [y] => (*y, 1, 1, DatePart::Year),
        [y, m] => (*y, *m, 1, DatePart::Month),
        [y, m, d] => (*y, *m, *d, DatePart::Day),
        _ => return Err(Box::new(wrong(format!("`{}` is not a date", short(text))))),
    };
    if year == 0 {
        return Err(Box::new(wrong(format!("`{text}` does not exist: there is no year 0")).help("years go from 0001 to 9999")));
    }
    if !(1..=12).contains(&month) {
        return Err(Box::new(
            wrong(format!("`{text}` does not exist: there is no month {month}")).help("months go from 01 to 12, written year-month-day"),
        ));
    }
    let last = month_length(year, month);
    if !(1..=last).contains(&day) {
        let message = format!("`{text}` does not exist: {year:04}-{month:02} has no day {day}");
        return Err(Box::new(wrong(message).help(format!("the last day of {year:04}-{month:02} is {year:04}-{month:02}-{last}"))));
    }
    match (i16::try_from(year), i8::try_from(month), i8::try_from(day)) {
        (Ok(year), Ok(month), Ok(day)) => Ok(DateLit { year, month, day, part, span }),
        _ => Err(Box::new(wrong(format!("`{}` is not a date", short(text))))),
    }
}
