//! In: a name that was not found and the names that exist. Out: the diagnostic with the nearest one. Never here: what the names mean.

use crate::diagnostics::{Code, Diagnostic, codes};
use crate::source::Span;
use unicode_security::skeleton;

/// The known names most like `wanted`, close enough that a person may have meant one, with how far they are.
fn near<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(usize, Vec<&'a str>)> {
    let length = wanted.chars().count();
    let limit = match length {
        0 | 1 => 0,
        2..=5 => 1,
        6..=8 => 2,
        _ => length / 3,
    };
    let lower = wanted.to_lowercase();
    let mut best: Option<(usize, Vec<&str>)> = None;
    for k in known.into_iter().filter(|k| *k != wanted) {
        // Most names are told apart by their length alone.
        let far = k.chars().count().abs_diff(length) > limit;
        if far && !(length >= 2 && k.contains(wanted)) {
            continue;
        }
        // A longer name with the wanted one inside it is likely meant too, but less so than a slip of one letter.
        let distance = strsim::damerau_levenshtein(&lower, &k.to_lowercase());
        let distance = if distance <= limit {
            distance
        } else if length >= 2 && k.contains(wanted) {
            distance.max(limit + 1)
        } else {
            continue;
        };
        match &mut best {
            Some((d, list)) if *d == distance => list.push(k),
            Some((d, _)) if *d < distance => {}
            _ => best = Some((distance, vec![k])),
        }
    }
    best.map(|(d, mut list)| {
        list.sort_unstable();
        list.dedup();
        (d, list)
    })
}

/// The known name most like `wanted`, if there is one.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(wanted, known).and_then(|(_, list)| list.first().copied())
}

/// The known name that looks the same but is spelled with other letters.
fn look_alike<'a>(wanted: &str, known: &[&'a str]) -> Option<&'a str> {
    let (shape, length) = (skeleton(wanted).collect::<String>(), wanted.chars().count());
    known.iter().copied().find(|k| *k != wanted && k.chars().count() == length && skeleton(k).eq(shape.chars()))
}

/// Findings after which no more names are suggested: by then something larger is wrong.
pub(crate) const MAX_SUGGESTIONS: usize = 100;

/// What to say about `wanted` (called `what`, such as "region") that is not among `known`.
pub(crate) fn unknown<'a>(
    code: &'static Code,
    what: &str,
    wanted: &str,
    span: Span,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    if let Some(twin) = look_alike(wanted, &known) {
        let odd: Vec<String> = wanted
            .chars()
            .zip(twin.chars())
            .filter(|(a, b)| a != b)
            .map(|(a, b)| format!("`{a}` is U+{:04X}, `{b}` is U+{:04X}", a as u32, b as u32))
            .collect();
        return Diagnostic::at(&codes::E0213, span, format!("`{wanted}` looks like the {what} `{twin}` but is spelled with other letters"))
            .label(odd.join("; "))
            .help(format!("type `{twin}` anew"))
            .fix(span, twin);
    }
    let message = if what.contains(" of ") { format!("`{wanted}` is no {what}") } else { format!("there is no {what} `{wanted}`") };
    let base = Diagnostic::at(code, span, message).label("not known");
    match near(wanted, known.iter().copied()) {
        Some((distance, list)) => {
            let shown: Vec<String> = list.iter().take(3).map(|n| format!("`{n}`")).collect();
            let d = base.help(format!("did you mean {}?", shown.join(" or ")));
            match list.as_slice() {
                // Only a clear slip is mended without asking.
                [one] if distance == 1 && wanted.chars().count() >= 3 || distance == 2 && wanted.chars().count() >= 8 => d.fix(span, *one),
                _ => d,
            }
        }
        None => {
            let mut sample: Vec<&str> = known;
            let more = sample.len() > 12;
            sample.truncate(12);
            if sample.is_empty() {
                base.help(format!("no {what} is declared here"))
            } else {
                base.help(format!("known here: {}{}", sample.join(", "), if more { ", …" } else { "" }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn finds_the_nearest_in_either_language() {
        assert_eq!(nearest("pooled_balnce", ["pooled_balance", "waiting"]), Some("pooled_balance"));
        assert_eq!(nearest("统筹余客", ["统筹余额", "等待期"]), Some("统筹余额"));
        assert_eq!(nearest("xyz", ["pooled_balance"]), None);
    }

    #[test]
    fn names_the_odd_letter() {
        let span = Span::new(FileId(0), 0, 4);
        let d = unknown(&codes::E0201, "input", "gаp", span, ["gap"]);
        assert_eq!(d.code.id, "E0213");
        assert!(d.primary.as_ref().is_some_and(|l| l.text.contains("U+0430")));
    }
}
