//! In: the worlds of an outcome. Out: its answer. Never here: evaluating, printing.

use super::answer::{Alternative, Because, Citation, Conflict, Failure, Need, OutcomeAnswer, Referral, Remark, Status, Told};
use super::explore::{Explored, Leaf};
use super::precedence::outranks;
use super::settle::Outcome;
use super::verdict::Fate;
use super::world::{Cell, Refer, Var};
use super::{Question, boxes, relevance};
use crate::program::{Node, OutcomeId, Program, SetOp, StmtId};
use crate::source::{SourceMap, Span};
use crate::value::{Interval, Names, RegionId, Type, Value, calendar, show, show_interval, to_json};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Turns ids into words.
pub(crate) struct Words<'a> {
    pub p: &'a Program,
    pub map: &'a SourceMap,
}

impl Words<'_> {
    pub(crate) fn citation(&self, s: StmtId) -> Option<Citation> {
        let stmt = self.p.statement(s);
        let source = self.p.symbols.source(stmt.source?);
        Some(Citation {
            name: source.name.to_string(),
            title: source.title.as_ref().map(SmolStr::to_string),
            kind: source.kind.word().to_string(),
            published: source.published.as_ref().map(SmolStr::to_string),
            section: stmt.section.as_ref().map(SmolStr::to_string),
            url: source.url.as_ref().map(SmolStr::to_string),
        })
    }

    pub(crate) fn because(&self, s: StmtId) -> Because {
        let stmt = self.p.statement(s);
        let (file, line) = self.map.locate(stmt.span).map_or((String::new(), 0), |(f, p)| (f.to_string(), p.line));
        Because {
            file,
            line,
            region: self.p.symbols.region(stmt.region).name.to_string(),
            text: self.line(stmt.span),
            ids: stmt.ids.iter().map(SmolStr::to_string).collect(),
            claim: stmt.claim,
            source: self.citation(s),
            from: stmt.from.and_then(calendar::format_day),
            until: stmt.until.and_then(calendar::format_day),
            hedged: stmt.hedged.as_ref().map(SmolStr::to_string),
            note: stmt.note.as_ref().map(SmolStr::to_string),
            span: Some(stmt.span),
        }
    }

    /// A place's text on one line, white space folded.
    pub(crate) fn line(&self, span: Span) -> String {
        let text = self.map.snippet(span);
        let mut out: Vec<&str> = Vec::new();
        for (length, word) in text.split_whitespace().enumerate() {
            if length > 40 {
                out.push("…");
                break;
            }
            out.push(word);
        }
        out.join(" ")
    }

    fn refer(&self, r: &Refer) -> Referral {
        Referral { agency: r.agency.as_ref().map(SmolStr::to_string), because: r.stmt.map(|s| Box::new(self.because(s))) }
    }

    /// A choice in words.
    pub(crate) fn choice(&self, var: &Var, cell: &Cell, followed: &FxHashMap<Var, Vec<StmtId>>, q: &Question) -> Option<String> {
        let symbols = &self.p.symbols;
        let listed = |e: crate::value::EnumId, list: &[u16]| {
            let n = symbols.variant_count(e);
            let name = |v: &u16| symbols.variant(e, *v).to_string();
            if list.len() * 2 > n && list.len() < n && n > 2 {
                let rest: Vec<String> = (0..u16::try_from(n).unwrap_or(u16::MAX)).filter(|v| !list.contains(v)).map(|v| name(&v)).collect();
                return (false, rest.join(" or "));
            }
            (true, list.iter().map(name).collect::<Vec<_>>().join(" or "))
        };
        Some(match (var, cell) {
            (Var::Input(i), Cell::Set(list)) => {
                let info = symbols.input(*i);
                match info.ty.base() {
                    Type::Enum(e) => {
                        let (is, names) = listed(*e, list);
                        format!("{} {} {names}", info.name, if is { "=" } else { "!=" })
                    }
                    _ if list.contains(&1) => info.name.to_string(),
                    _ => format!("not {}", info.name),
                }
            }
            (Var::Arg(i), Cell::Set(list)) => {
                let arg = symbols.decision(q.decision).args.get(*i as usize)?;
                let (is, names) = listed(arg.ty, list);
                format!("{} {} {names}", arg.name, if is { "=" } else { "!=" })
            }
            (Var::Input(i), Cell::Span(s)) => {
                let info = symbols.input(*i);
                let s = clip(s, info.bounds.as_ref());
                format!("{} {}", info.name, phrase(&s, info.ty.base(), symbols))
            }
            (Var::Absent(i), Cell::Set(list)) => {
                let name = &symbols.input(*i).name;
                if list.contains(&1) { format!("{name} is none") } else { format!("{name} is not none") }
            }
            (Var::Dispute(_), _) => {
                let stmts = followed.get(var)?;
                format!("following {}", self.names_of(stmts))
            }
            (Var::Referred(node, ..), Cell::Set(list)) => {
                let text = self.line(self.p.node_span(*node));
                if list.contains(&1) { format!("`{text}` (to be asked)") } else { format!("not `{text}` (to be asked)") }
            }
            (Var::Range(node, _, items), Cell::Span(s)) => {
                let ty = self.p.node_type(*node);
                // What an agency is asked for is no range that somebody wrote.
                if *items == super::adjust::ASKED {
                    return Some(format!("the agency says {}", show_interval(s, ty.base(), symbols)));
                }
                format!("`{}` is {}", self.line(self.p.node_span(*node)), show_interval(s, ty.base(), symbols))
            }
            (Var::Reading(node, ..), Cell::Set(list)) => {
                let Node::Reading(options) = self.p.node(*node) else { return None };
                let option = options.get(*list.first()? as usize)?;
                format!("read as {}", self.line(self.p.node_span(*option)))
            }
            (Var::Opaque(node, _, pair), Cell::Set(list)) => {
                let mut text = self.line(self.p.node_span(*node));
                if *self.p.node_type(*node) != Type::Boolean
                    && let Ok(other) = u32::try_from(pair / 8)
                    && (other as usize) < self.p.nodes.len()
                {
                    // Two formulas that stand side by side: whether they come to the same.
                    text = format!("{text} = {}", self.line(self.p.node_span(crate::program::NodeId(other))));
                }
                if list.contains(&1) { format!("`{text}`") } else { format!("not `{text}`") }
            }
            _ => return None,
        })
    }

    /// Statements by id, or by source, or by place.
    fn names_of(&self, stmts: &[StmtId]) -> String {
        let mut names: Vec<String> = Vec::new();
        for s in stmts {
            let stmt = self.p.statement(*s);
            let name = if stmt.ids.is_empty() {
                let b = self.because(*s);
                b.source.map_or(format!("{}:{}", b.file, b.line), |c| format!("{} ({}:{})", c.name, b.file, b.line))
            } else {
                stmt.ids.iter().map(|i| format!("#{i}")).collect::<Vec<_>>().join(" ")
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        // By name: the order of lines says nothing.
        names.sort();
        names.join(", ")
    }
}

/// A cell without the bounds that hold anyway.
fn clip(s: &Interval, bounds: Option<&Interval>) -> Interval {
    let mut out = *s;
    if let Some(b) = bounds {
        if out.lo == b.lo {
            out.lo = None;
            out.lo_closed = false;
        }
        if out.hi == b.hi {
            out.hi = None;
            out.hi_closed = false;
        }
    }
    out
}

fn phrase(s: &Interval, ty: &Type, names: &dyn Names) -> String {
    match (s.lo, s.hi) {
        (None, None) => "is anything".to_string(),
        _ => format!("is {}", show_interval(s, ty, names)),
    }
}

/// Puts the worlds of an outcome together.
pub(crate) fn answer_outcome(words: &Words, q: &Question, outcome: OutcomeId, explored: &Explored) -> OutcomeAnswer {
    let p = words.p;
    let info = p.symbols.outcome(outcome);
    let groups = relevance::groups(explored);
    let relevant = relevance::relevant(explored, &groups);
    let mut wanted = relevance::wanted(explored, &groups, &relevant);
    if explored.truncated {
        for var in &explored.met {
            let mut roots = Vec::new();
            explored.roots(*var, &mut roots);
            wanted.extend(roots.into_iter().filter(|r| !wanted.contains(r)).collect::<Vec<_>>());
        }
    }
    let alternatives = alternatives(words, q, outcome, explored, &groups, &relevant);
    let conflicts = conflicts(words, explored);
    let any = |f: &dyn Fn(&Outcome) -> bool| explored.leaves.iter().any(|l| f(&l.settled.result));
    let refers =
        any(&|r| matches!(r, Outcome::Refer(_) | Outcome::Value(_, Some(_)))) || relevant.iter().any(|v| matches!(v, Var::Referred(..)));
    let faults = any(&|r| matches!(r, Outcome::Fault(_)));
    let status = if !wanted.is_empty() {
        Status::Needs
    } else if faults || explored.truncated {
        Status::Error
    } else if relevant.iter().any(|v| matches!(v, Var::Dispute(_))) || !conflicts.is_empty() {
        Status::Disputed
    } else if refers {
        Status::Refer
    } else if explored.leaves.iter().all(|l| matches!(l.settled.result, Outcome::NoRule(_))) {
        Status::NoRule
    } else {
        Status::Decided
    };
    let refer = explored.leaves.iter().find_map(|l| match &l.settled.result {
        Outcome::Refer(r) | Outcome::Value(_, Some(r)) => Some(words.refer(r)),
        _ => relevant.iter().find_map(|v| explored.shared.referred.get(v)).map(|r| words.refer(r)),
    });
    let mut answer = OutcomeAnswer {
        outcome: info.name.to_string(),
        label: info.label.as_ref().map(Told::from),
        ty: info.ty.show(&p.symbols),
        status,
        alternatives,
        needs: wanted.iter().filter_map(|v| need(p, q, *v)).collect(),
        refer,
        conflicts,
        beaten: remarks(words, outcome, explored, Fate::Beaten),
        outranked: remarks(words, outcome, explored, Fate::Outranked),
        contradicted_by: remarks(words, outcome, explored, Fate::Contradicts),
        differs_from: remarks(words, outcome, explored, Fate::Overridden),
        notes: notes(words, q, explored),
        truncated: explored.truncated,
        explanation: Vec::new(),
    };
    if explored.truncated && answer.status == Status::Error {
        answer.alternatives.clear();
        answer.alternatives.push(Alternative {
            value: None,
            text: "too many alternatives".to_string(),
            when: Vec::new(),
            refer: None,
            failure: Some(Failure {
                code: Some(crate::diagnostics::codes::E0805.id.to_string()),
                message: format!("disputes and ranges make more than {} alternatives", super::MAX_ALTERNATIVES),
                at: None,
                span: None,
            }),
            rules: Vec::new(),
            sources: Vec::new(),
            ids: Vec::new(),
            hedges: Vec::new(),
            approximate: false,
        });
    }
    answer
}

fn alternatives(
    words: &Words,
    q: &Question,
    outcome: OutcomeId,
    explored: &Explored,
    groups: &[usize],
    relevant: &BTreeSet<Var>,
) -> Vec<Alternative> {
    let p = words.p;
    let info = p.symbols.outcome(outcome);
    let count = groups.iter().max().map_or(0, |m| m + 1);
    let mut out = Vec::new();
    for g in 0..count {
        let leaves: Vec<&Leaf> = explored.leaves.iter().zip(groups).filter(|(_, x)| **x == g).map(|(l, _)| l).collect();
        let Some(first) = leaves.first() else { continue };
        let mut when: Vec<Vec<String>> = Vec::new();
        if count > 1 {
            let worlds = leaves.iter().map(|leaf| {
                let cells = leaf.world.cells.iter().filter(|(v, _)| relevant.contains(v)).map(|(v, c)| (*v, c.clone()));
                (cells.collect(), *leaf)
            });
            for (cells, leaf) in boxes::simplify(p, q.decision, explored, worlds.collect()) {
                let mut parts: Vec<(u32, String)> =
                    cells.iter().filter_map(|(v, c)| words.choice(v, c, &leaf.followed, q).map(|text| (place(v), text))).collect();
                parts.sort();
                parts.dedup();
                let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
                if !when.contains(&parts) {
                    when.push(parts);
                }
            }
            if when.iter().any(Vec::is_empty) {
                when.clear();
            }
        }
        let mut winners: Vec<StmtId> = leaves.iter().flat_map(|l| l.settled.winners.iter().copied()).collect();
        let mut used: Vec<StmtId> = leaves.iter().flat_map(|l| l.settled.used.iter().copied()).collect();
        for list in [&mut winners, &mut used] {
            list.sort_unstable();
            list.dedup();
        }
        let (value, text, refer, failure) = match &first.settled.result {
            Outcome::Value(v, r) => {
                (Some(to_json(v, &info.ty, &p.symbols)), show(v, &info.ty, &p.symbols), r.as_ref().map(|r| words.refer(r)), None)
            }
            Outcome::Refer(r) => {
                let text = r.agency.as_ref().map_or("ask the agency".to_string(), |a| format!("ask {a}"));
                (None, text, Some(words.refer(r)), None)
            }
            Outcome::NoRule(n) => {
                (None, "no rule".to_string(), None, Some(Failure { code: None, message: n.why.clone(), at: None, span: None }))
            }
            Outcome::Missing(i) => (None, format!("needs {}", p.symbols.input(*i).name), None, None),
            Outcome::Fault(f) => {
                let at = f.span.and_then(|s| words.map.locate(s)).map(|(f, p)| format!("{f}:{}:{}", p.line, p.column));
                (
                    None,
                    "error".to_string(),
                    None,
                    Some(Failure { code: Some(f.code.to_string()), message: f.message.clone(), at, span: f.span }),
                )
            }
        };
        let approximate = leaves.iter().any(|l| l.settled.approximate)
            || matches!(&first.settled.result, Outcome::Value(Value::Num(n), _) if n.is_approx());
        let (rules, sources, ids, hedges) = told_of(words, &winners, &used);
        out.push(Alternative { value, text, when, refer, failure, rules, sources, ids, hedges, approximate });
    }
    out
}

/// What is told of the statements that give a value, and of all it rests on: rules, sources, ids, hedges.
pub(crate) fn told_of(words: &Words, winners: &[StmtId], used: &[StmtId]) -> (Vec<Because>, Vec<Citation>, Vec<String>, Vec<String>) {
    let p = words.p;
    let mut sources: Vec<Citation> = used.iter().filter_map(|s| words.citation(*s)).collect();
    let mut ids: Vec<String> = used.iter().flat_map(|s| p.statement(*s).ids.iter().map(SmolStr::to_string)).collect();
    let mut hedges: Vec<String> = used.iter().filter_map(|s| p.statement(*s).hedged.as_ref().map(SmolStr::to_string)).collect();
    sources.sort();
    sources.dedup();
    for list in [&mut ids, &mut hedges] {
        list.sort();
        list.dedup();
    }
    (winners.iter().map(|s| words.because(*s)).collect(), sources, ids, hedges)
}

/// Facts in the order of the vocabulary, then everything else by its text.
fn place(var: &Var) -> u32 {
    match var {
        Var::Arg(i) => u32::from(*i),
        Var::Input(i) | Var::Absent(i) => i.0.saturating_add(1000),
        _ => u32::MAX,
    }
}

fn conflicts(words: &Words, explored: &Explored) -> Vec<Conflict> {
    let mut out: Vec<Conflict> = Vec::new();
    for leaf in &explored.leaves {
        for (i, stmts) in &leaf.broken {
            let Some(never) = words.p.nevers.get(*i) else { continue };
            let reason = match &never.label {
                Some(l) => match &l.en {
                    Some(en) => format!("{} / {en}", l.zh),
                    None => l.zh.to_string(),
                },
                None => words.line(never.span),
            };
            let conflict = Conflict { reason, rules: stmts.iter().map(|s| words.because(*s)).collect() };
            if !out.contains(&conflict) {
                out.push(conflict);
            }
        }
    }
    out
}

fn remarks(words: &Words, outcome: OutcomeId, explored: &Explored, fate: Fate) -> Vec<Remark> {
    let info = words.p.symbols.outcome(outcome);
    let mut out: Vec<Remark> = Vec::new();
    let mut seen: FxHashSet<(StmtId, String)> = FxHashSet::default();
    for (leaf, v) in explored.leaves.iter().flat_map(|l| l.verdicts.iter().map(move |v| (l, v))) {
        let stmt = words.p.statement(v.stmt);
        // Adjustments that a deeper value leaves behind say nothing of their own.
        let adjusts = stmt.op != SetOp::Give;
        if v.fate != fate || (adjusts && fate != Fate::Beaten) || (!adjusts && v.value.is_none() && !v.refers) {
            continue;
        }
        let value = || v.value.as_ref().map_or(String::new(), |x| show(x, words.p.node_type(stmt.value), &words.p.symbols));
        let text = match stmt.op {
            SetOp::Add => format!("+= {}", value()),
            SetOp::AtLeast => format!("at least {}", value()),
            SetOp::AtMost => format!("at most {}", value()),
            SetOp::Requires => format!("requires {}", words.line(words.p.node_span(stmt.value))),
            SetOp::Give => v.value.as_ref().map_or("ask the agency".to_string(), |x| show(x, &info.ty, &words.p.symbols)),
        };
        if seen.insert((v.stmt, text.clone())) {
            let why = if fate == Fate::Outranked { leaf.settled.winners.iter().find_map(|w| outranks(words.p, *w, v.stmt)) } else { None };
            out.push(Remark { text, rule: words.because(v.stmt), why });
        }
    }
    out
}

/// Deeper statements that were out of force or not yet known, so that a higher region answers.
fn notes(words: &Words, q: &Question, explored: &Explored) -> Vec<String> {
    let chain = &words.p.symbols.region(q.region).chain;
    let mut out = Vec::new();
    for leaf in &explored.leaves {
        let gives = !matches!(leaf.settled.result, Outcome::NoRule(_));
        for v in &leaf.verdicts {
            let stmt = words.p.statement(v.stmt);
            let depth = chain.iter().position(|r: &RegionId| *r == stmt.region).unwrap_or(0);
            let region = &words.p.symbols.region(stmt.region).name;
            let place = words.map.locate(stmt.span).map_or(String::new(), |(f, p)| format!(" ({f}:{})", p.line));
            // The advice to ask is not lost because something else beside it gives a value.
            let asks = v.only_asks() && v.fate == Fate::Confirmed && matches!(leaf.settled.result, Outcome::Value(..));
            if gives && depth >= leaf.settled.depth && !(asks && depth == leaf.settled.depth) {
                continue;
            }
            let note = match v.fate {
                Fate::Confirmed if depth == leaf.settled.depth => format!("{} only sends to the agency{place}", words.names_of(&[v.stmt])),
                Fate::OutOfForce => format!("what {region} says is not in force on this date{place}"),
                Fate::NotKnown => format!("what {region} says had not been published by then{place}"),
                _ => continue,
            };
            let above = gives && depth < leaf.settled.depth;
            let note = if above { format!("{note}; the answer is that of a region above") } else { note };
            if !out.contains(&note) {
                out.push(note);
            }
        }
    }
    out
}

fn need(p: &Program, q: &Question, var: Var) -> Option<Need> {
    match var {
        Var::Input(i) => {
            let info = p.symbols.input(i);
            let range = match info.ty.base() {
                Type::Enum(e) => Some(p.symbols.enum_(*e).variants.iter().map(|v| v.name.as_str()).collect::<Vec<_>>().join(" | ")),
                t => info.bounds.as_ref().map(|b| show_interval(b, t, &p.symbols)),
            };
            Some(Need {
                input: info.name.to_string(),
                argument: false,
                ty: info.ty.show(&p.symbols),
                range,
                question: info.label.as_ref().map(Told::from),
            })
        }
        Var::Arg(i) => {
            let arg = p.symbols.decision(q.decision).args.get(i as usize)?;
            let e = p.symbols.enum_(arg.ty);
            Some(Need {
                input: arg.name.to_string(),
                argument: true,
                ty: e.name.to_string(),
                range: Some(e.variants.iter().map(|v| v.name.as_str()).collect::<Vec<_>>().join(" | ")),
                question: e.label.as_ref().map(Told::from),
            })
        }
        _ => None,
    }
}
