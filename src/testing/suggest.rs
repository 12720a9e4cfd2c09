//! In: policies and what their tests exercise. Out: test blocks that exercise more of them, each with a person found by search and the answer of today. Never here: whether that answer is right (the author says so by keeping the block).

use super::coverage::{self, Tally, Thing};
use super::{Filter, Place};
use crate::eval::{self, Edge, Facts, Moment, OutcomeAnswer, Question, Status};
use crate::policies::{Policies, date};
use crate::program::{NodeId, OutcomeId, Program, Stmt};
use crate::value::{Names, RegionId, Value, show, show_name};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// Test blocks that exercise more, and what nobody was found for.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// A file of test blocks; empty where nothing is missing or nothing was found.
    pub text: String,
    /// Blocks in it.
    pub blocks: usize,
    /// What no person was found for, or no expectation could be written for: where, and what.
    pub left: Vec<(Place, String)>,
}

/// A question, the facts of a person, what comes out and what it is good for.
struct Found {
    question: Question,
    facts: Facts,
    outcome: OutcomeId,
    answer: OutcomeAnswer,
    /// What it exercises first, in words, with its place.
    shows: Vec<(Place, String)>,
}

/// What is missing of one statement.
struct Wanted<'a> {
    stmt: &'a Stmt,
    things: Vec<(Thing, Place, String)>,
}

/// Looks for a person for everything that no test exercises: statements, rows, exceptions, sides of conditions, limits.
///
/// Every block holds when it is written: it was compiled and run beside the policies.
pub fn suggest(policies: &Policies, filter: &Filter) -> Suggestions {
    let (_, mut tally) = super::tally(policies, filter);
    let mut made = Suggestions::default();
    let mut found = Vec::new();
    let wanted = wanted(policies, &tally, filter.region);
    // The search is per statement; what one person exercises besides is taken off afterwards, in source order.
    let crowds: Vec<Vec<Asked>> = wanted.par_iter().map(|w| people(policies, w)).collect();
    let mut missing = Vec::new();
    for (w, crowd) in wanted.iter().zip(crowds) {
        for (thing, place, text) in &w.things {
            if tally.has(thing) {
                continue;
            }
            let Some(one) = crowd.iter().find(|a| thing.in_(&a.seen)) else {
                missing.push((thing, place, text));
                continue;
            };
            tally.add(&one.seen);
            found.push(Found {
                question: one.question.clone(),
                facts: one.facts.clone(),
                outcome: one.outcome,
                answer: one.answer.clone(),
                shows: vec![(place.clone(), text.clone())],
            });
        }
    }
    // What its own question does not show, one about something else may have shown.
    made.left.extend(missing.into_iter().filter(|(t, ..)| !tally.has(t)).map(|(_, place, text)| (place.clone(), text.clone())));
    written(policies, found, &mut made);
    made
}

/// What no test exercises, by statement, in source order.
fn wanted<'a>(policies: &'a Policies, tally: &Tally, region: Option<RegionId>) -> Vec<Wanted<'a>> {
    let p = &policies.program;
    let mut met: FxHashSet<(NodeId, u8)> = FxHashSet::default();
    let mut out: Vec<Wanted> = Vec::new();
    for (id, stmt) in coverage::counted(policies, region) {
        let mut things = Vec::new();
        if !tally.has(&Thing::Statement(id)) {
            things.push((Thing::Statement(id), super::place(policies, stmt.span), coverage::first_line(policies, stmt.span)));
        }
        for c in &stmt.conditions {
            for (i, (thing, word)) in [(Thing::Held(c.node), "holds"), (Thing::Failed(c.node), "does not hold")].into_iter().enumerate() {
                if !tally.has(&thing) && met.insert((c.node, u8::try_from(i).unwrap_or(0))) {
                    let text = coverage::first_line(policies, c.span);
                    things.push((thing, super::place(policies, c.span), format!("`{text}` {word}")));
                }
            }
        }
        for limit in eval::limits(p, stmt).into_iter().filter(|_| stmt.each.is_empty()) {
            let on = Some((Edge::On, limit.limit, 2));
            let beside = limit.beside.map(|x| (Edge::Beside, x, 3));
            for (edge, number, i) in on.into_iter().chain(beside) {
                let thing = Thing::Edge(limit.node, edge);
                if !tally.has(&thing) && met.insert((limit.node, i)) {
                    let number = show(&Value::from(number), p.node_type(limit.varies), &p.symbols);
                    let text = format!("{} = {number}", p.node_text(limit.varies));
                    things.push((thing, super::place(policies, p.node_span(limit.node)), text));
                }
            }
        }
        if !things.is_empty() {
            out.push(Wanted { stmt, things });
        }
    }
    out.sort_by_key(|w| w.stmt.span);
    out
}

/// A person who was asked.
struct Asked {
    question: Question,
    facts: Facts,
    outcome: OutcomeId,
    answer: OutcomeAnswer,
    seen: eval::Seen,
}

/// Persons who exercise something of what is wanted of a statement, at most one for each thing.
fn people(policies: &Policies, w: &Wanted) -> Vec<Asked> {
    let p = &policies.program;
    let mut out: Vec<Asked> = Vec::new();
    let mut open: Vec<Thing> = w.things.iter().map(|(t, ..)| *t).collect();
    for outcome in asked_for(p, w.stmt) {
        for on in days(p, w.stmt) {
            let args = w.stmt.head.iter().map(|set| set.as_ref().and_then(|s| s.iter().next())).collect();
            let decision = p.symbols.outcome(outcome).decision;
            let question = Question { region: w.stmt.region, decision, args, moment: Moment { on, known: None } };
            for case in eval::crowd(p, &question, outcome) {
                if open.is_empty() {
                    return out;
                }
                let (case, answer, seen) = asked(policies, case, outcome);
                let before = open.len();
                open.retain(|t| !t.in_(&seen));
                if open.len() < before {
                    out.push(Asked { question: case.question, facts: case.facts, outcome, answer, seen });
                }
            }
        }
    }
    out
}

/// What a person gets; who would be asked which head is meant is asked about the first one, since a test cannot leave that open.
fn asked(policies: &Policies, mut case: eval::Case, outcome: OutcomeId) -> (eval::Case, OutcomeAnswer, eval::Seen) {
    let (answer, seen) = policies.ask_outcome_seen(&case.question, &case.facts, outcome);
    let open = case.question.args.iter().any(Option::is_none);
    if answer.status != Status::Needs || !open {
        return (case, answer, seen);
    }
    case.question.args.iter_mut().for_each(|a| *a = a.or(Some(0)));
    let (answer, seen) = policies.ask_outcome_seen(&case.question, &case.facts, outcome);
    (case, answer, seen)
}

/// The outcomes to ask for a statement: its own, or for a local definition those of its decision.
fn asked_for(p: &Program, stmt: &Stmt) -> Vec<OutcomeId> {
    let info = p.symbols.outcome(stmt.outcome);
    if !info.local {
        return vec![stmt.outcome];
    }
    let all = &p.symbols.decision(info.decision).outcomes;
    all.iter().copied().filter(|o| !p.symbols.outcome(*o).local).collect()
}

/// Days on which a statement is in force: the first, the last, and where neither is told one on which all that is undated is.
fn days(p: &Program, stmt: &Stmt) -> Vec<i64> {
    if stmt.by.is_some() || (stmt.from.is_none() && stmt.until.is_none()) {
        let chain = &p.symbols.region(stmt.region).chain;
        let same = p.statements.iter().filter(|s| s.outcome == stmt.outcome && s.by.is_none() && chain.contains(&s.region));
        return vec![same.filter_map(|s| s.from).max().unwrap_or(super::SUGGESTED_DAY)];
    }
    let days: BTreeSet<i64> = [stmt.from, stmt.until].into_iter().flatten().collect();
    days.into_iter().collect()
}

/// Writes the blocks, runs them, weakens what does not come out as written, and leaves out what still does not.
fn written(policies: &Policies, found: Vec<Found>, made: &mut Suggestions) {
    let uses = uses(policies, &found);
    let mut blocks: Vec<(Found, Option<String>)> = found.into_iter().map(|f| (expectation(&f.answer), f)).map(|(e, f)| (f, e)).collect();
    for round in 0..2 {
        let texts: Vec<String> = blocks.iter().enumerate().filter_map(|(i, (f, e))| Some(block(policies, f, e.as_ref()?, i))).collect();
        if texts.is_empty() {
            break;
        }
        let failing = failing(policies, blocks.len(), &format!("{uses}{}", texts.concat()));
        if failing.is_empty() && round == 0 {
            break;
        }
        for (i, (f, e)) in blocks.iter_mut().enumerate() {
            if failing.contains(&i) {
                *e = if round == 0 { weaker(&f.answer) } else { None };
            }
        }
    }
    let mut text = String::new();
    for (i, (f, e)) in blocks.iter().enumerate() {
        match e {
            Some(e) => {
                text.push_str(&block(policies, f, e, i));
                made.blocks += 1;
            }
            None => made.left.extend(f.shows.iter().cloned()),
        }
    }
    if made.blocks > 0 {
        made.text =
            format!("// Found by search, with the answers of today: compare each with its source before you keep it.\n{uses}{text}");
    }
    made.left.sort_by(|a, b| (&a.0.file, a.0.line, &a.1).cmp(&(&b.0.file, b.0.line, &b.1)));
}

/// The vocabularies the blocks speak of, where the standard one is not enough.
fn uses(policies: &Policies, found: &[Found]) -> String {
    let symbols = &policies.program.symbols;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut own = false;
    for f in found {
        if let Some(v) = symbols.vocabularies.get(symbols.decision(f.question.decision).vocab.at()) {
            own |= policies.map.get(v.span.file).is_none_or(|file| !file.embedded);
            names.insert(&v.name);
        }
    }
    if own { names.iter().map(|n| format!("use {}\n", show_name(n))).collect() } else { String::new() }
}

/// One test block, its name unlike that of any other.
fn block(policies: &Policies, f: &Found, expectation: &str, number: usize) -> String {
    let symbols = &policies.program.symbols;
    let mut out = String::from("\n");
    for (place, text) in &f.shows {
        out.push_str(&format!("// {}:{} {}\n", place.file, place.line, text.trim()));
    }
    let told: Vec<String> = f
        .facts
        .iter()
        .map(|(i, v)| {
            let info = symbols.input(i);
            format!("{} = {}", show_name(&info.name), show(v, &info.ty, symbols))
        })
        .collect();
    let region = Names::region(symbols, f.question.region);
    let head = symbols.head_text(f.question.decision, &f.question.args);
    let outcome = show_name(&symbols.outcome(f.outcome).name);
    out.push_str(&format!("{}{} on {} <\n  {head} <\n", opening(number), show_name(region), date(f.question.moment.on)));
    if !told.is_empty() {
        out.push_str(&format!("    {}\n", told.join("   ")));
    }
    out.push_str(&format!("    expect {outcome} {expectation}\n  >\n>\n"));
    out
}

/// What comes out, as an expectation; nothing where there is no way to write it.
fn expectation(answer: &OutcomeAnswer) -> Option<String> {
    let mut texts: Vec<&str> = Vec::new();
    for a in &answer.alternatives {
        if !texts.contains(&a.text.as_str()) {
            texts.push(&a.text);
        }
    }
    match (answer.status, texts.as_slice()) {
        (Status::Decided, [one]) => Some(format!("= {one}")),
        (Status::Decided, many) => Some(format!("= any of [{}]", many.join(", "))),
        (Status::Disputed, many) => Some(format!("disputed [{}]", many.join(", "))),
        (Status::Refer, [_]) if answer.alternatives.iter().all(|a| a.value.is_none()) => weaker(answer),
        (Status::Refer, [one]) => Some(format!("= {} refer", one.split(", and ask").next().unwrap_or(one))),
        _ => weaker(answer),
    }
}

/// The status alone, where that says something.
fn weaker(answer: &OutcomeAnswer) -> Option<String> {
    match answer.status {
        Status::Decided => None,
        Status::Disputed => Some("disputed".to_string()),
        Status::Refer => Some("refer".to_string()),
        Status::NoRule => Some("no_rule".to_string()),
        Status::Needs => {
            let names: Vec<String> = answer.needs.iter().map(|n| show_name(&n.input)).collect();
            (!names.is_empty()).then(|| format!("needs {}", names.join(", ")))
        }
        Status::Error => Some("error".to_string()),
    }
}

/// The numbers of the blocks that do not hold: what cannot be read, or does not come out.
fn failing(policies: &Policies, blocks: usize, text: &str) -> FxHashSet<usize> {
    let (beside, file) = policies.beside("suggested.test.pol", text);
    let own: Vec<_> = beside.program.tests.iter().filter(|t| t.span.file == file).collect();
    let fine: FxHashSet<String> =
        own.par_iter().map(|t| super::test(&beside, t, super::PLAIN)).filter(|(r, _)| r.passed).map(|(r, _)| r.name).collect();
    // A case that cannot be read is left out of its test, which may then pass without it.
    let starts: Vec<(usize, usize)> = (0..blocks).filter_map(|i| Some((text.find(&opening(i))?, i))).collect();
    let errors = beside.diagnostics().iter().filter(|d| d.code.id.starts_with('E')).filter_map(|d| d.span());
    let broken: FxHashSet<usize> = errors
        .filter(|span| span.file == file)
        .filter_map(|span| starts.iter().take_while(|(at, _)| *at <= span.start as usize).last().map(|(_, i)| *i))
        .collect();
    (0..blocks).filter(|i| broken.contains(i) || !fine.contains(&name(*i))).collect()
}

/// How a block begins.
fn opening(number: usize) -> String {
    format!("test \"{}\" in ", name(number))
}

fn name(number: usize) -> String {
    format!("suggested {}", number + 1)
}
