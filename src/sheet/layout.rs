//! In: text and a width in columns. Out: lines that fit, and the words for what a sheet says. Never here: which statements there are.

use super::{Extent, Fate, Marks, Name, Said, Sheet, Source};
use crate::report::told;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Lines of at most `width` columns; the first begins with `first`, the others with `rest`. Chinese text may break between characters.
pub(super) fn wrap(text: &str, first: &str, rest: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::UnicodeBreakProperties)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let mut out = String::new();
    for line in textwrap::wrap(text, options) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// `待遇等待期 / Waiting period`, or the name where there is no label.
pub(super) fn title(n: &Name) -> String {
    match (&n.label, &n.alias) {
        (Some(l), _) => told(l),
        (None, Some(a)) => format!("{a} {}", n.name),
        (None, None) => n.name.clone(),
    }
}

/// `西宁 (西宁市)`
pub(super) fn place(n: &Name) -> String {
    match &n.alias {
        Some(a) => format!("{} ({a})", n.name),
        None => n.name.clone(),
    }
}

/// What a statement says, without its conditions: `at most ¥300`, `ask 12333`.
pub(super) fn gist(s: &Said) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(s.strength.clone());
    match s.op.as_str() {
        "=" => {}
        "+=" => parts.push("+".to_owned()),
        op => parts.push(op.to_owned()),
    }
    parts.extend(s.value.clone());
    if let Some(a) = &s.ask {
        parts.push(if s.value.is_some() { format!("(and ask {a})") } else { format!("ask {a}") });
    }
    parts.join(" ")
}

/// `when not online, and when gap > 3 months`
pub(super) fn conditions(list: &[String]) -> String {
    list.join(", and ")
}

/// `from 2025-01-01 until 2025-12-31 by retired_on`
pub(super) fn period(s: &Said) -> Option<String> {
    let parts = [("from", &s.from), ("until", &s.until), ("by", &s.by)];
    let told: Vec<String> = parts.into_iter().filter_map(|(word, x)| x.as_ref().map(|x| format!("{word} {x}"))).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// `hedged “一般”`
pub(super) fn hedge(s: &Said) -> Option<String> {
    s.hedged.as_ref().map(|h| if h.is_empty() { "hedged".to_owned() } else { format!("hedged “{h}”") })
}

/// What becomes of a statement that counts.
pub(super) fn fate(f: &Fate) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(only) = &f.only_for {
        let verb = if f.otherwise { "says otherwise" } else { "says the same" };
        let why = if f.for_others { format!(": {} {verb} for the others", f.behind.join(", ")) } else { String::new() };
        out.push(format!("only for {only}{why}"));
    } else if f.otherwise {
        out.push(format!("only where {} does not say otherwise", f.behind.join(", ")));
    }
    if f.beaten {
        out.push("a rule stands against it".to_owned());
    }
    if f.outranked {
        out.push("another source comes first".to_owned());
    }
    out
}

/// `↑ 全国: claim of 西宁2025 §“余额不会清零”`; the arrow where it is inherited.
pub(super) fn origin(s: &Said) -> String {
    let from = if s.inherited { format!("↑ {}: ", s.region) } else { String::new() };
    let section = s.section.as_ref().map_or(String::new(), |x| format!(" §“{x}”"));
    format!("{from}{}{section}", paper(s))
}

/// `claim of 西宁2025`
pub(super) fn paper(s: &Said) -> String {
    match &s.source {
        Some(name) if s.claim => format!("claim of {name}"),
        Some(name) => format!("rule of {name}"),
        None => "rule without a source".to_owned(),
    }
}

/// What one source says above, in the words for it, each with the ids of those that say so.
struct Above {
    lead: String,
    paper: String,
    said: Vec<(String, Vec<String>)>,
}

/// What regions above say and a deeper one replaces, a line for each of them and each source; the same said twice stands once.
pub(super) fn replaced(list: &[Said]) -> Vec<String> {
    let mut groups: Vec<Above> = Vec::new();
    for s in list {
        let lead = format!("{} what {} says", if s.fate.otherwise { "replaces" } else { "confirms" }, s.region);
        let (paper, text, ids) = (paper(s), whole(s), all_ids(s));
        match groups.iter_mut().find(|g| g.lead == lead && g.paper == paper) {
            Some(group) => match group.said.iter_mut().find(|(t, _)| *t == text) {
                Some((_, known)) => known.extend(ids),
                None => group.said.push((text, ids)),
            },
            None => groups.push(Above { lead, paper, said: vec![(text, ids)] }),
        }
    }
    let one = |(text, ids): &(String, Vec<String>)| format!("{text}{}", ids.iter().map(|i| format!(" #{i}")).collect::<String>());
    let line = |g: &Above| format!("{}: {} ({})", g.lead, g.said.iter().map(one).collect::<Vec<_>>().join("; "), g.paper);
    groups.iter().map(line).collect()
}

/// A statement with its conditions and exceptions on one line.
pub(super) fn whole(s: &Said) -> String {
    let mut parts = vec![gist(s)];
    parts.extend((!s.conditions.is_empty()).then(|| conditions(&s.conditions)));
    let mut out = parts.join(" ");
    for e in &s.exceptions {
        out.push_str(&format!(", except {}", whole(e)));
    }
    out
}

fn all_ids(s: &Said) -> Vec<String> {
    s.ids.iter().cloned().chain(s.exceptions.iter().flat_map(all_ids)).collect()
}

/// What is wrong, each with why.
pub(super) fn marks(m: &Marks) -> Vec<String> {
    let mut out = Vec::new();
    match m.disputed {
        Some(Extent::All) => out.push("disputed: sources contradict each other".to_owned()),
        Some(Extent::Some) => out.push("disputed for some: sources contradict each other".to_owned()),
        None => {}
    }
    if m.conflicts {
        out.push("no answer for some: rules contradict each other".to_owned());
    }
    out.extend(m.forbidden.iter().map(|f| format!("disputed: {f}")));
    out
}

/// How much there is.
pub(super) fn summary(s: &Sheet) -> String {
    let heads = || s.decisions.iter().flat_map(|d| &d.heads);
    let plain = heads().flat_map(|h| &h.outcomes).filter(|e| !e.local && !e.says.is_empty());
    let plain = plain.map(|e| (e.says.iter().all(|x| x.inherited), &e.marks));
    let tables = heads().flat_map(|h| &h.tables).filter(|t| !t.replaced).map(|t| (t.rows.iter().all(|r| r.said.inherited), &t.marks));
    let all: Vec<(bool, &Marks)> = plain.chain(tables).collect();
    if all.is_empty() {
        return "Nothing is said about it.".to_owned();
    }
    let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let inherited = all.iter().filter(|(i, _)| *i).count();
    let disputed = all.iter().filter(|(_, m)| **m != Marks::default()).count();
    format!("{}: {} its own, {inherited} inherited; {disputed} disputed.", count(all.len(), "entry", "entries"), all.len() - inherited)
}

/// `西宁2025 “title”, web page of 2025-05-17`
pub(super) fn source(s: &Source) -> String {
    let kind = if s.kind == "web" { "web page" } else { &s.kind };
    let title = s.title.as_ref().map_or(String::new(), |t| format!("“{t}”, "));
    let number = s.number.as_ref().map_or(String::new(), |n| format!("{n}, "));
    let day = s.published.as_ref().map_or(", undated".to_owned(), |d| format!(" of {d}"));
    format!("{title}{number}{kind}{day}")
}
