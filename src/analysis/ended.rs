//! In: the program and a day. Out: what has ended by then: rules that nothing follows, sources, answers. Never here: the day itself (nobody is asked what day it is).

use super::Finding;
use super::ground::{self, Ground, day};
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Case, GapAsked, Search, gap};
use crate::program::{OutcomeId, Program, SourceId, Stmt, StmtId};
use crate::source::Span;
use crate::value::RegionId;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Statements named in one report.
const MAX_NAMED: usize = 4;

pub(super) fn check(g: &Ground, on: i64) -> Vec<Finding> {
    let mut out = statements(g, on);
    out.extend(sources(g, on));
    out.extend(answers(g, on));
    out
}

fn over(stmt: &Stmt, on: i64) -> bool {
    stmt.by.is_none() && stmt.until.is_some_and(|u| u < on)
}

/// Statements that have ended and that no other one of their region follows.
fn statements(g: &Ground, on: i64) -> Vec<Finding> {
    let p = g.p;
    let mut keys: Vec<&(OutcomeId, RegionId)> = p.shelves.keys().collect();
    keys.sort_unstable();
    let one = |key: &&(OutcomeId, RegionId)| {
        let all = p.shelf(key.0, key.1).map_or_else(Vec::new, |s| ground::all(p, s));
        let mut out = Vec::new();
        for s in &all {
            let stmt = p.statement(*s);
            let Some(until) = stmt.until.filter(|_| over(stmt, on)) else { continue };
            let follows = |x: &StmtId| {
                let other = p.statement(*x);
                x != s && other.heads_meet(stmt) && !over(other, on) && other.until.is_none_or(|u| u > until) && other.op == stmt.op
            };
            if !all.iter().any(follows) {
                out.push((stmt.span, until, g.outcome_name(key.0)));
            }
        }
        out
    };
    let mut ended: Vec<(Span, i64, String)> = keys.par_iter().flat_map_iter(one).collect();
    ended.sort();
    ended.dedup();
    ended
        .into_iter()
        .map(|(span, until, name)| {
            Finding::Certain(
                Diagnostic::at(&codes::W0609, span, format!("this ended on {}, and nothing of the region follows it for `{name}`", day(until)))
                    .label(format!("not in force on {}", day(on)))
                    .help("if it still holds, give it a later `until` or none; if something took its place, write that; otherwise it is history and may stay"),
            )
        })
        .collect()
}

/// Sources of which nothing is in force any more.
fn sources(g: &Ground, on: i64) -> Vec<Finding> {
    let p = g.p;
    let mut cited: FxHashMap<SourceId, (bool, i64, Vec<Span>)> = FxHashMap::default();
    for stmt in &p.statements {
        let Some(source) = stmt.source else { continue };
        let own = cited.entry(source).or_insert((true, i64::MIN, Vec::new()));
        own.0 &= over(stmt, on);
        own.1 = own.1.max(stmt.until.unwrap_or(i64::MAX));
        own.2.push(stmt.span);
    }
    let mut ended: Vec<(SourceId, i64, Vec<Span>)> =
        cited.into_iter().filter(|(_, (all, ..))| *all).map(|(s, (_, until, spans))| (s, until, spans)).collect();
    ended.sort();
    ended
        .into_iter()
        .filter_map(|(source, until, mut spans)| {
            spans.sort_unstable();
            spans.dedup();
            let (first, others) = spans.split_first()?;
            let message = format!("nothing that cites {} is in force after {}", p.symbols.source(source).name, day(until));
            let mut d = Diagnostic::at(&codes::W0610, *first, message)
                .label("cited here")
                .help("look for what replaced this source; if nothing did, the statements are history and may stay");
            for span in others.iter().take(MAX_NAMED) {
                d = d.related(*span, "and here");
            }
            Some(Finding::Certain(d))
        })
        .collect()
}

/// Outcomes that somebody got an answer to and gets none any more.
fn answers(g: &Ground, on: i64) -> Vec<Finding> {
    let p = g.p;
    let mut keys: Vec<(OutcomeId, RegionId)> = p
        .shelves
        .iter()
        .filter(|((o, _), shelf)| !p.symbols.outcome(*o).local && ground::all(p, shelf).iter().any(|s| over(p.statement(*s), on)))
        .map(|(key, _)| *key)
        .collect();
    keys.sort_unstable();
    let found: Vec<(OutcomeId, Option<Box<Case>>, StmtId, i64)> =
        keys.par_iter().filter_map(|(outcome, region)| ended(g, *outcome, *region, on)).collect();
    found
        .into_iter()
        .map(|(outcome, case, stmt, last)| {
            let Some(case) = case else {
                let region = g.region_name(p.statement(stmt).region);
                let message =
                    format!("whether `{}` in {region} is still answered after {} could not be told", g.outcome_name(outcome), day(last));
                return super::undecided(g, &[stmt], message);
            };
            let message = format!(
                "`{}` in {} is no longer answered after {}: {}",
                g.outcome_name(outcome),
                g.region_name(case.question.region),
                day(last),
                g.person(&case)
            );
            Finding::Certain(
                Diagnostic::at(&codes::W0611, p.statement(stmt).span, message)
                    .label("answered until then")
                    .help("write what holds now, or `refer`; if it still holds, give it a later `until` or none"),
            )
        })
        .collect()
}

/// Who is no longer answered, by which statement last and until when; nobody named where that could not be told.
fn ended(g: &Ground, outcome: OutcomeId, region: RegionId, on: i64) -> Option<(OutcomeId, Option<Box<Case>>, StmtId, i64)> {
    let p: &Program = g.p;
    let mut outcomes = g.closure(outcome).to_vec();
    outcomes.push(outcome);
    let (mut days, _) = g.days(&outcomes, region, (None, None));
    days.push(on);
    days.sort_unstable();
    days.dedup();
    let above = p.symbols.region(region).chain.iter().skip(1).find(|r| p.shelf(outcome, **r).is_some()).copied();
    let q = g.question(outcome, region, on, None);
    let case = match gap(p, &q, GapAsked { outcome, days: &days, above, ended: true, whole: true }) {
        Search::Found(_, case) => Some(case),
        Search::Undecided => None,
        Search::Nobody => return None,
    };
    let shelf = p.shelf(outcome, region)?;
    let last = ground::all(p, shelf).into_iter().filter(|s| over(p.statement(*s), on)).max_by_key(|s| p.statement(*s).until)?;
    let until = p.statement(last).until?;
    Some((outcome, case, last, until))
}
