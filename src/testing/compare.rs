//! In: what a test expects and the answer to its question. Out: where the two differ, in sentences. Never here: asking.

use crate::eval::{self, Alternative, Facts, OutcomeAnswer, Question, Status};
use crate::hir::ExpectStatus;
use crate::policies::Policies;
use crate::program::{Expect, Node, NodeId};
use crate::value::{show, to_json};
use serde_json::Value as Json;

/// A value that must come out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// This one.
    Value { text: String, json: Json },
    /// No value: ask this agency, or any.
    Refer(Option<String>),
    /// The expected value itself cannot be worked out.
    Broken(String),
}

/// What must come out, in words and values.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub status: Status,
    pub values: Vec<Given>,
    /// Facts that must be wanted, if any are listed.
    pub needs: Vec<String>,
    pub agency: Option<String>,
    pub code: Option<String>,
    /// A hedge must be there, perhaps in these words.
    pub hedged: Option<Option<String>>,
    pub source: Option<String>,
    pub section: Option<String>,
    pub ids: Vec<String>,
}

impl Wanted {
    pub(super) fn of(policies: &Policies, question: &Question, facts: &Facts, e: &Expect) -> Wanted {
        let symbols = &policies.program.symbols;
        let (status, needs, code) = match &e.status {
            ExpectStatus::Decided => (Status::Decided, Vec::new(), None),
            ExpectStatus::Disputed => (Status::Disputed, Vec::new(), None),
            ExpectStatus::Refer => (Status::Refer, Vec::new(), None),
            ExpectStatus::Needs(list) => {
                let mut names: Vec<String> = list.iter().map(|i| symbols.input(*i).name.to_string()).collect();
                names.sort();
                names.dedup();
                (Status::Needs, names, None)
            }
            ExpectStatus::NoRule => (Status::NoRule, Vec::new(), None),
            ExpectStatus::Error(code) => (Status::Error, Vec::new(), code.as_ref().map(|c| c.to_uppercase())),
        };
        Wanted {
            status,
            values: e.values.iter().map(|v| given(policies, question, facts, e, *v)).collect(),
            needs,
            agency: e.agency.as_ref().map(ToString::to_string),
            code,
            hedged: e.hedged.as_ref().map(|h| h.as_ref().map(ToString::to_string)),
            source: e.source.map(|s| symbols.source(s).name.to_string()),
            section: e.section.as_ref().map(ToString::to_string),
            ids: e.ids.iter().map(ToString::to_string).collect(),
        }
    }

    /// What was expected, on one line.
    pub(super) fn text(&self) -> String {
        let mut out = self.status.word().to_string();
        if let Some(code) = &self.code {
            out.push_str(&format!(" {code}"));
        }
        if !self.needs.is_empty() {
            out.push_str(&format!(" {}", self.needs.join(", ")));
        }
        if let Some(agency) = &self.agency {
            out.push_str(&format!(" {agency}"));
        }
        if !self.values.is_empty() {
            out.push_str(&format!(": {}", self.values.iter().map(Given::text).collect::<Vec<_>>().join(" or ")));
        }
        out
    }
}

impl Given {
    fn text(&self) -> String {
        match self {
            Given::Value { text, .. } => text.clone(),
            Given::Refer(None) => "refer".to_string(),
            Given::Refer(Some(agency)) => format!("ask {agency}"),
            Given::Broken(why) => why.clone(),
        }
    }

    fn meets(&self, a: &Alternative) -> bool {
        match self {
            Given::Value { json, .. } => a.value.as_ref().is_some_and(|v| same(v, json)),
            Given::Refer(agency) => a.value.is_none() && a.refer.as_ref().is_some_and(|r| agency.is_none() || r.agency == *agency),
            Given::Broken(_) => false,
        }
    }
}

fn given(policies: &Policies, question: &Question, facts: &Facts, e: &Expect, node: NodeId) -> Given {
    let p = &policies.program;
    if let Node::Refer(agency) = p.node(node) {
        return Given::Refer(agency.as_ref().map(ToString::to_string));
    }
    let ty = &p.symbols.outcome(e.outcome).ty;
    match eval::expected_values(p, question, facts, e.outcome, node) {
        Some(v) => Given::Value { text: show(&v, ty, &p.symbols), json: to_json(&v, ty, &p.symbols) },
        None => Given::Broken(format!("`{}` (cannot be worked out here)", policies.map.snippet(p.node_span(node)))),
    }
}

/// Equal values; a stretch of time may be written in years or in months.
fn same(a: &Json, b: &Json) -> bool {
    if a == b {
        return true;
    }
    match (a, b) {
        (Json::Object(x), Json::Object(y)) => match (x.get("amount").zip(x.get("unit")), y.get("amount").zip(y.get("unit"))) {
            (Some(one), Some(other)) => months(one).is_some_and(|m| months(other) == Some(m)),
            _ => x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| same(v, w))),
        },
        (Json::Array(x), Json::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(v, w)| same(v, w)),
        _ => false,
    }
}

fn months((amount, unit): (&Json, &Json)) -> Option<i64> {
    match unit.as_str()? {
        "months" => amount.as_i64(),
        "years" => amount.as_i64()?.checked_mul(12),
        _ => None,
    }
}

/// What came out, on one line.
pub(super) fn got(answer: &OutcomeAnswer) -> String {
    let mut out = answer.status.word().to_string();
    let names: Vec<&str> = answer.needs.iter().map(|n| n.input.as_str()).collect();
    if !names.is_empty() {
        out.push_str(&format!(" {}", names.join(", ")));
    }
    let texts = texts(answer);
    let silent = matches!(answer.status, Status::NoRule);
    if !texts.is_empty() && !silent {
        out.push_str(&format!(": {}", texts.join(" or ")));
    }
    out
}

fn texts(answer: &OutcomeAnswer) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for a in &answer.alternatives {
        let text = match &a.failure {
            Some(f) => f.code.as_ref().map_or(f.message.clone(), |c| format!("{c} {}", f.message)),
            None => a.text.clone(),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Every way in which an answer is not what was expected; none when it is.
pub(super) fn differences(w: &Wanted, answer: &OutcomeAnswer) -> Vec<String> {
    let mut out = Vec::new();
    if w.status != answer.status {
        out.push(format!("the status is {}, not {}", answer.status.word(), w.status.word()));
    }
    values(w, answer, &mut out);
    if !w.needs.is_empty() {
        let mut wanted: Vec<&str> = answer.needs.iter().filter(|n| !n.argument).map(|n| n.input.as_str()).collect();
        wanted.sort_unstable();
        let missing: Vec<&str> = w.needs.iter().map(String::as_str).filter(|n| !wanted.contains(n)).collect();
        let extra: Vec<&str> = wanted.iter().copied().filter(|n| !w.needs.iter().any(|m| m == n)).collect();
        if !missing.is_empty() {
            out.push(format!("it does not need {}", missing.join(", ")));
        }
        if !extra.is_empty() {
            out.push(format!("it needs {} too", extra.join(", ")));
        }
    }
    if let Some(agency) = &w.agency {
        let mut named: Vec<&str> = Vec::new();
        for r in answer.alternatives.iter().filter_map(|a| a.refer.as_ref()).chain(&answer.refer) {
            named.extend(r.agency.as_deref().filter(|a| !named.contains(a)));
        }
        absent("agency", agency, &named, &mut out);
    }
    if let Some(code) = &w.code {
        let codes: Vec<&str> = answer.alternatives.iter().filter_map(|a| a.failure.as_ref()?.code.as_deref()).collect();
        absent("error", code, &codes, &mut out);
    }
    let hedges: Vec<&str> = answer.alternatives.iter().flat_map(|a| a.hedges.iter().map(String::as_str)).collect();
    match &w.hedged {
        Some(Some(words)) => absent("hedge", words, &hedges, &mut out),
        Some(None) if hedges.is_empty() => out.push("it is not hedged".to_string()),
        _ => {}
    }
    let sources = answer.alternatives.iter().flat_map(|a| &a.sources);
    if let Some(source) = &w.source {
        let named: Vec<&str> = sources.clone().map(|c| c.name.as_str()).collect();
        absent("source", source, &named, &mut out);
    }
    if let Some(section) = &w.section {
        let of_source = sources.filter(|c| w.source.as_ref().is_none_or(|s| *s == c.name));
        let named: Vec<&str> = of_source.filter_map(|c| c.section.as_deref()).collect();
        absent("section", section, &named, &mut out);
    }
    let ids: Vec<&str> = answer.alternatives.iter().flat_map(|a| a.ids.iter().map(String::as_str)).collect();
    for id in &w.ids {
        absent("id", id, &ids, &mut out);
    }
    out
}

/// Says that something is not there, and what is.
fn absent(what: &str, wanted: &str, found: &[&str], out: &mut Vec<String>) {
    if found.contains(&wanted) {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for f in found {
        if !seen.contains(f) {
            seen.push(f);
        }
    }
    let plural = match what {
        "agency" => "agencies",
        _ => what,
    };
    out.push(match seen.as_slice() {
        [] => format!("the {what} {wanted} is missing: there is none"),
        [one] => format!("the {what} {wanted} is missing: it is {one}"),
        several => format!("the {what} {wanted} is not among the {plural}: {}", several.join(", ")),
    });
}

/// The expected values and the alternatives must be the same set.
fn values(w: &Wanted, answer: &OutcomeAnswer, out: &mut Vec<String>) {
    if w.values.is_empty() {
        return;
    }
    for v in &w.values {
        if let Given::Broken(why) = v {
            out.push(format!("the expected value {why}"));
        } else if !answer.alternatives.iter().any(|a| v.meets(a)) {
            out.push(format!("{} did not come out", v.text()));
        }
    }
    let mut others: Vec<String> = Vec::new();
    for a in answer.alternatives.iter().filter(|a| !w.values.iter().any(|v| v.meets(a))) {
        let text = a.failure.as_ref().map_or(a.text.clone(), |f| f.message.clone());
        let when = if a.when.is_empty() { String::new() } else { format!(", if {}", crate::report::circumstances(&a.when)) };
        others.push(format!("{text} came out{when}"));
    }
    out.extend(others);
    if let ([Given::Value { json, .. }], [a]) = (w.values.as_slice(), answer.alternatives.as_slice())
        && let Some(actual) = &a.value
    {
        items(json, actual, out);
    }
}

/// Which items of a list are missing, and which are too many.
fn items(wanted: &Json, actual: &Json, out: &mut Vec<String>) {
    let list = |j: &Json| j.get("items").and_then(Json::as_array).cloned();
    let (Some(w), Some(a)) = (list(wanted), list(actual)) else { return };
    let without = |x: &[Json], y: &[Json]| -> Vec<String> { x.iter().filter(|i| !y.iter().any(|j| same(i, j))).map(item).collect() };
    let (missing, extra) = (without(&w, &a), without(&a, &w));
    if !missing.is_empty() {
        out.push(format!("the list lacks {}", missing.join(", ")));
    }
    if !extra.is_empty() {
        out.push(format!("the list has {} too", extra.join(", ")));
    }
    for (key, yes, no) in [("open", "is left open", "is not left open"), ("ordered", "has an order", "has no order")] {
        let of = |j: &Json| j.get(key).and_then(Json::as_bool);
        if of(wanted) != of(actual) {
            out.push(format!("the list {}", if of(actual) == Some(true) { yes } else { no }));
        }
    }
    if missing.is_empty() && extra.is_empty() && w != a {
        out.push("the items stand in another order".to_string());
    }
}

fn item(j: &Json) -> String {
    if let Some(options) = j.get("any_of").and_then(Json::as_array) {
        return format!("any of [{}]", options.iter().map(item).collect::<Vec<_>>().join(", "));
    }
    let value = j.get("value").map_or(String::new(), |v| v.as_str().map_or(v.to_string(), str::to_string));
    let attributes: Vec<String> = j
        .get("attributes")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
        .map(
            |(k, v)| if *v == Json::Bool(true) { k.clone() } else { format!("{k} = {}", v.as_str().map_or(v.to_string(), str::to_string)) },
        )
        .collect();
    if attributes.is_empty() { value } else { format!("{value} ({})", attributes.join(", ")) }
}
