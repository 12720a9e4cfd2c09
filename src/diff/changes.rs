//! In: two versions. Out: their changes: parts of everybody put together over regions and periods, each with a witness. Never here: which parts there are (`people.rs`), words.

use super::common::{Common, SIDES};
use super::people::{About, Pair, Part};
use super::structure::{Span, Structure};
use super::witness::{Person, Search};
use super::{Change, DIFF_VERSION, Diff, Kind, PaperChange, Period, Scope, Undecided, Version, Witness, names, who};
use crate::disputes::Fact;
use crate::eval::{Moment, OutcomeAnswer, Told};
use crate::hir::DecisionId;
use crate::policies::{Head, Policies, date};
use crate::program::OutcomeId;
use crate::source::SourceMap;
use crate::value::{InputId, RegionId, calendar, show};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// The day on which undated statements are compared; any other would do.
const ANY_DAY: i64 = 10_957;
/// Parts of everybody looked at over all dates, for one outcome in one region; beyond it the dates that are left are said to be undecided.
const MAX_LOOKS: usize = 5_000;
/// Days of questions and of knowing told apart together, for one outcome in one region.
const MAX_MOMENTS: usize = 2_000;

/// A stretch of days, and what was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    from: Option<i64>,
    until: Option<i64>,
    known_from: Option<i64>,
    known_until: Option<i64>,
}

/// One change, as far as it shows in one region.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    kind: Kind,
    key: [String; 2],
    everybody: bool,
    who: Vec<who::Part>,
    periods: Vec<Stretch>,
    moments: [Moment; 2],
}

/// What came out in one region.
#[derive(Clone, Debug, Default, PartialEq)]
struct Found {
    rows: Vec<Row>,
    undecided: BTreeSet<String>,
}

/// Where something stands and what inherits it.
struct Standing<'a> {
    outcome: u32,
    region: u32,
    below: Vec<u32>,
    found: &'a Found,
}

struct Work<'a> {
    common: &'a Common<'a>,
    policies: [&'a Policies; 2],
    scope: &'a Scope,
    structure: Structure,
    parents: Vec<Option<u32>>,
    depth: Vec<usize>,
    agency: Vec<bool>,
    own: FxHashMap<u32, BTreeSet<u32>>,
    /// The decision asked for, as each version knows it.
    heads: [Option<Head>; 2],
}

pub(super) fn diff(old: &Policies, new: &Policies, scope: &Scope) -> Diff {
    let common = Common::of([&old.program, &new.program]);
    let known = scope.known.map_or([None, None], |k| k.map(Some));
    let structure = Structure::of(&common, known, scope.known.is_some(), !scope.values_only);
    let work = Work::new(&common, [old, new], scope, structure);
    let mut out = Diff {
        version: DIFF_VERSION,
        polc: env!("CARGO_PKG_VERSION").to_string(),
        old: Version { name: String::new(), policies: old.digest().to_string(), known: known[0].map(date) },
        new: Version { name: String::new(), policies: new.digest().to_string(), known: known[1].map(date) },
        names: names::changes(&common),
        changes: Vec::new(),
        papers: Vec::new(),
        undecided: Vec::new(),
        population: None,
    };
    work.run(&mut out);
    out
}

impl<'a> Work<'a> {
    fn new(common: &'a Common<'a>, policies: [&'a Policies; 2], scope: &'a Scope, structure: Structure) -> Work<'a> {
        let symbols_of = |r: u32| {
            let (side, own) = common.any_side(&common.regions, r);
            (side, common.symbols(side).region(RegionId(own)))
        };
        let parents: Vec<Option<u32>> = common
            .regions
            .all()
            .map(|r| {
                let (side, region) = symbols_of(r);
                region.parent.map(|p| common.regions.common(side, p.0))
            })
            .collect();
        let depth = common.regions.all().map(|r| symbols_of(r).1.chain.len()).collect();
        let agency = common
            .regions
            .all()
            .map(|r| SIDES.iter().any(|s| common.region(*s, r).is_some_and(|id| common.symbols(*s).region(id).agency.is_some())))
            .collect();
        let mut own: FxHashMap<u32, BTreeSet<u32>> = FxHashMap::default();
        for (o, r) in &structure.shelves {
            own.entry(*r).or_default().insert(*o);
        }
        let heads = policies.map(|p| p.decision(scope.decision.as_ref()?).ok());
        Work { common, policies, scope, structure, parents, depth, agency, own, heads }
    }

    fn run(&self, out: &mut Diff) {
        let wanted = self.wanted();
        let mut jobs: Vec<(u32, u32)> = Vec::new();
        // For each outcome the regions it is asked in, the highest first, and whether they are looked at themselves.
        let mut plans: Vec<(u32, Vec<(u32, bool)>)> = Vec::new();
        for o in self.common.outcomes.all() {
            let plan = self.plan(o, wanted.as_ref());
            if !plan.is_empty() {
                jobs.extend(plan.iter().filter(|(_, look)| *look).map(|(r, _)| (o, *r)));
                plans.push((o, plan));
            }
        }
        let found: FxHashMap<(u32, u32), Found> = jobs.par_iter().map(|(o, r)| ((*o, *r), self.explore(*o, *r))).collect();
        let mut standing: Vec<Standing> = Vec::new();
        for (o, plan) in &plans {
            let mut at: FxHashMap<u32, usize> = FxHashMap::default();
            for (r, look) in plan {
                let above = self.parent(*r).and_then(|p| at.get(&p).copied());
                let own = if *look { found.get(&(*o, *r)) } else { None };
                let same = above.filter(|i| own.is_none_or(|own| standing.get(*i).is_some_and(|s| s.found == own)));
                match (same, own) {
                    (Some(i), _) => {
                        at.insert(*r, i);
                        if let Some(s) = standing.get_mut(i) {
                            s.below.push(*r);
                        }
                    }
                    (None, Some(found)) => {
                        at.insert(*r, standing.len());
                        standing.push(Standing { outcome: *o, region: *r, below: Vec::new(), found });
                    }
                    (None, None) => {}
                }
            }
        }
        let shown: Vec<Vec<Shown>> =
            standing.par_iter().filter(|s| !s.found.rows.is_empty() || !s.found.undecided.is_empty()).map(|s| self.show(s)).collect();
        for one in shown.into_iter().flatten() {
            match one {
                Shown::Change(c) if c.kind == Kind::Paper => out.papers.push(*c),
                Shown::Change(c) => out.changes.push(*c),
                Shown::Undecided(u) => out.undecided.push(u),
            }
        }
        let paths: FxHashMap<String, String> = self.common.regions.all().map(|r| (self.common.region_name(r), self.path(r))).collect();
        for list in [&mut out.changes, &mut out.papers] {
            list.sort_by_cached_key(|c| {
                let path = paths.get(&c.region).cloned();
                (path, c.decision.clone(), c.outcome.clone(), c.periods.clone(), c.kind, c.who.clone())
            });
        }
        out.undecided.sort();
        out.undecided.dedup();
    }

    fn parent(&self, r: u32) -> Option<u32> {
        self.parents.get(r as usize).copied().flatten()
    }

    /// The names from the top down to a region.
    fn path(&self, r: u32) -> String {
        let mut names = vec![self.common.region_name(r)];
        let mut at = r;
        while let Some(p) = self.parent(at) {
            // Two trees seen as one could lead in a circle.
            if names.len() > self.parents.len() {
                break;
            }
            names.push(self.common.region_name(p));
            at = p;
        }
        names.reverse();
        names.join("/")
    }

    /// The regions asked for.
    fn wanted(&self) -> Option<FxHashSet<u32>> {
        let name = self.scope.region.as_ref()?;
        let mut out = FxHashSet::default();
        for side in SIDES {
            let symbols = self.common.symbols(side);
            let Some(top) = symbols.region_by_name.get(name.as_str()) else { continue };
            let inside = (0u32..).zip(&symbols.regions).filter(|(_, r)| r.chain.contains(top));
            out.extend(inside.map(|(i, _)| self.common.regions.common(side, i)));
        }
        Some(out)
    }

    /// The regions in which an outcome may have changed, the highest first, and whether each has to be looked at.
    fn plan(&self, o: u32, wanted: Option<&FxHashSet<u32>>) -> Vec<(u32, bool)> {
        let (side, own) = self.common.any_side(&self.common.outcomes, o);
        let info = self.common.symbols(side).outcome(OutcomeId(own));
        let decision = self.common.decisions.common(side, info.decision.0);
        let asked = |side: usize| {
            let own = self.common.decisions.own(side, decision);
            self.heads.get(side).and_then(Option::as_ref).is_some_and(|h| Some(h.0.0) == own)
        };
        if info.local || !(self.scope.decision.is_none() || SIDES.into_iter().any(asked)) {
            return Vec::new();
        }
        let Some((reads, far)) = self.structure.reads.get(&o) else { return Vec::new() };
        let mut starts: BTreeSet<u32> = self.structure.changed.keys().filter(|(x, _)| reads.contains(x)).map(|(_, r)| *r).collect();
        let everywhere = self.structure.everywhere.iter().any(|x| reads.contains(x));
        if everywhere || (*far && !(starts.is_empty() && self.structure.moved.is_empty())) {
            starts.extend(self.common.regions.all().filter(|r| self.parent(*r).is_none()));
        }
        starts.extend(self.structure.moved.iter().copied());
        if starts.is_empty() {
            return Vec::new();
        }
        let mut all: Vec<u32> = self.common.regions.all().filter(|r| wanted.is_none_or(|w| w.contains(r))).collect();
        all.sort_by_key(|r| self.depth.get(*r as usize).copied().unwrap_or(0));
        let mut said: FxHashSet<u32> = FxHashSet::default();
        let mut affected: FxHashSet<u32> = FxHashSet::default();
        // What changed above may count only where something is said below.
        let mut touched: FxHashSet<u32> = FxHashSet::default();
        // Regions above the ones asked for count as well.
        let mut by_depth: Vec<u32> = self.common.regions.all().collect();
        by_depth.sort_by_key(|r| self.depth.get(*r as usize).copied().unwrap_or(0));
        for r in by_depth {
            let above = self.parent(r);
            let own = self.own.get(&r).is_some_and(|own| own.iter().any(|x| reads.contains(x)));
            if own || above.is_some_and(|p| said.contains(&p)) {
                said.insert(r);
            }
            if starts.contains(&r) || above.is_some_and(|p| touched.contains(&p)) {
                touched.insert(r);
            }
            if said.contains(&r) && touched.contains(&r) {
                affected.insert(r);
            }
        }
        all.into_iter()
            .filter(|r| affected.contains(r))
            .map(|r| {
                let own = self.own.get(&r).is_some_and(|own| own.iter().any(|x| reads.contains(x)));
                let agency = self.agency.get(r as usize).copied().unwrap_or(false);
                let first = self.parent(r).is_none_or(|p| !affected.contains(&p) || wanted.is_some_and(|w| !w.contains(&p)));
                // A place that only one version has inherits from nobody who could be asked in both.
                let both = SIDES.iter().all(|s| self.common.region(*s, r).is_some());
                (r, own || agency || first || starts.contains(&r) || *far || !both)
            })
            .collect()
    }

    fn explore(&self, o: u32, r: u32) -> Found {
        let mut out = Found::default();
        let (days, known) = self.days(o, r);
        let counts = self.counting(o, r);
        let mut past = known.len();
        if days.len().saturating_mul(known.len() + 1) > MAX_MOMENTS {
            past = 0;
            out.undecided.insert("what was known in the past was not compared: too many dates".to_string());
        }
        // What is known now comes first: what it shows is not told again for the past.
        let mut looks = 0;
        let mut left: Option<String> = None;
        type Key = (Kind, [String; 2], bool, String);
        let mut rows: BTreeMap<Key, (Row, Vec<(usize, usize)>)> = BTreeMap::new();
        for (k, at) in std::iter::once(None).chain(known.iter().take(past).map(Some)).enumerate() {
            for (d, day) in days.iter().enumerate() {
                let until = at.map(|(_, until)| *until);
                // Nothing that differs counts then: nothing can come out differently.
                if counts.as_ref().is_some_and(|c| !c.iter().any(|s| s.counts(day.0, day.1, until))) {
                    continue;
                }
                let moments = self.moments(day.2, until);
                if looks > MAX_LOOKS {
                    let then =
                        until.map_or_else(|| format!("questions on {} and later", date(day.2)), |u| format!("as known on {}", date(u)));
                    // Once is enough: everything after it is left out too.
                    left.get_or_insert(then);
                    continue;
                }
                let mut pair = self.pair(o, r, moments);
                let parts = pair.parts();
                looks += parts.looks;
                out.undecided.extend(parts.undecided);
                for ((kind, key, everybody), parts) in grouped(&parts.differ) {
                    let who = who::simplify(self.common, pair.decision, parts.iter().map(|p| p.people.cells.clone()).collect());
                    let (_, cells) = rows
                        .entry((kind, key.clone(), everybody, format!("{who:?}")))
                        .or_insert_with(|| (Row { kind, key, everybody, who, periods: Vec::new(), moments }, Vec::new()));
                    if k == 0 || !cells.contains(&(0, d)) {
                        cells.push((k, d));
                    }
                }
            }
        }
        if let Some(then) = left {
            out.undecided.insert(format!("people and dates fall into too many parts: {then} was not compared"));
        }
        for (mut row, cells) in rows.into_values() {
            row.periods = stretches(&cells, &days, &known);
            out.rows.push(row);
        }
        out
    }

    /// When the statements count that only one version has, where nothing else can make a difference.
    fn counting(&self, o: u32, r: u32) -> Option<Vec<Span>> {
        let (reads, far) = self.structure.reads.get(&o)?;
        let mut chain = vec![r];
        while let Some(p) = chain.last().and_then(|r| self.parent(*r)).filter(|p| !chain.contains(p)) {
            chain.push(p);
        }
        let s = &self.structure;
        let both = SIDES.iter().all(|side| self.common.region(*side, r).is_some() && self.common.outcome(*side, o).is_some());
        if *far || !both || chain.iter().any(|r| s.moved.contains(r)) || reads.iter().any(|x| s.everywhere.contains(x)) {
            return None;
        }
        let places = reads.iter().flat_map(|x| chain.iter().map(move |r| (*x, *r)));
        Some(places.filter_map(|at| s.changed.get(&at)).flatten().copied().collect())
    }

    fn moments(&self, on: i64, known: Option<i64>) -> [Moment; 2] {
        match self.scope.known {
            Some(known) => known.map(|k| Moment { on, known: Some(k) }),
            None => [Moment { on, known }; 2],
        }
    }

    fn pair(&self, outcome: u32, region: u32, moments: [Moment; 2]) -> Pair<'a> {
        let mut pair = Pair::new(self.common, self.policies, About { outcome, region, moments }, !self.scope.values_only);
        for (asked, head) in pair.sides.iter_mut().zip(&self.heads).filter(|_| self.scope.decision.is_some()) {
            match (&mut asked.question, head) {
                (Some((question, _)), Some(head)) if question.decision == head.0 => question.args.clone_from(&head.1),
                // It does not know the arguments asked for.
                _ => asked.question = None,
            }
        }
        pair
    }

    /// The stretches of days between which nothing begins or ends, each with a day in it; and those of what was known in the past, the
    /// latest first.
    #[allow(clippy::type_complexity)] // a stretch and its day
    fn days(&self, o: u32, r: u32) -> (Vec<(Option<i64>, Option<i64>, i64)>, Vec<(Option<i64>, i64)>) {
        let mut starts: BTreeSet<i64> = BTreeSet::new();
        let mut published: BTreeSet<i64> = BTreeSet::new();
        let Some((reads, far)) = self.structure.reads.get(&o) else { return (Vec::new(), Vec::new()) };
        for side in SIDES {
            let p = self.common.program(side);
            let mut regions: Vec<RegionId> = match self.common.region(side, r) {
                Some(id) => p.symbols.region(id).chain.clone(),
                None => Vec::new(),
            };
            if *far {
                regions = (0u32..).zip(&p.symbols.regions).map(|(i, _)| RegionId(i)).collect();
            }
            for outcome in reads.iter().filter_map(|x| self.common.outcome(side, *x)) {
                for shelf in regions.iter().filter_map(|r| p.shelf(outcome, *r)) {
                    let mut open: Vec<_> = shelf.all().collect();
                    while let Some(s) = open.pop() {
                        let s = p.statement(s);
                        open.extend(&s.exceptions);
                        if s.by.is_none() {
                            starts.extend(s.from);
                            starts.extend(s.until.map(|u| u + 1));
                        }
                        published.extend(s.source.and_then(|id| p.symbols.source(id).known_from));
                    }
                }
            }
        }
        starts.retain(|d| calendar::to_ymd(*d).is_some());
        let mut days = Vec::new();
        let mut from = None;
        for start in starts.iter().map(|s| Some(*s)).chain([None]) {
            days.push((from, start.map(|s| s - 1)));
            from = start;
        }
        let within = |(from, until): (Option<i64>, Option<i64>)| {
            let (from, until) = match self.scope.on {
                Some((first, last)) => (Some(from.map_or(first, |f: i64| f.max(first))), Some(until.map_or(last, |u: i64| u.min(last)))),
                None => (from, until),
            };
            let day = match (from, until) {
                (Some(f), Some(u)) if f > u => return None,
                (Some(f), _) => f,
                (None, Some(u)) => u.min(ANY_DAY),
                (None, None) => ANY_DAY,
            };
            Some((from, until, day))
        };
        let days = days.into_iter().filter_map(within).collect();
        let mut known = Vec::new();
        if self.scope.known.is_none() {
            let mut from = None;
            for k in published {
                known.push((from, k - 1));
                from = Some(k);
            }
            known.reverse();
        }
        (days, known)
    }

    fn show(&self, s: &Standing) -> Vec<Shown> {
        let (side, own) = self.common.any_side(&self.common.outcomes, s.outcome);
        let symbols = self.common.symbols(side);
        let info = symbols.outcome(OutcomeId(own));
        let (decision, outcome) = (symbols.decision(info.decision).name.to_string(), info.name.to_string());
        let region = self.common.region_name(s.region);
        let mut below: Vec<String> = s.below.iter().map(|r| self.common.region_name(*r)).collect();
        below.sort();
        let undecided = |why: String, who: Vec<Vec<String>>| {
            let (decision, outcome, region, below) = (decision.clone(), outcome.clone(), region.clone(), below.clone());
            Shown::Undecided(Undecided { decision, outcome, region, below, why, who })
        };
        let mut out: Vec<Shown> = s.found.undecided.iter().map(|why| undecided(why.clone(), Vec::new())).collect();
        for row in &s.found.rows {
            let mut pair = self.pair(s.outcome, s.region, row.moments);
            let parts = pair.parts();
            let groups = grouped(&parts.differ);
            let Some(parts) = groups.get(&(row.kind, row.key.clone(), row.everybody)) else { continue };
            let [old, new] = self.policies;
            let maps: [&SourceMap; 2] = [&old.map, &new.map];
            let people = who::words(&pair, maps, &row.who);
            match pair.witness(row.kind, parts) {
                Search::Found(found) => {
                    let (person, answers) = *found;
                    out.push(Shown::Change(Box::new(Change {
                        kind: row.kind,
                        decision: decision.clone(),
                        outcome: outcome.clone(),
                        label: info.label.as_ref().map(Told::from),
                        region: region.clone(),
                        below: below.clone(),
                        periods: row.periods.iter().map(period).collect(),
                        who: people,
                        everybody: row.everybody,
                        papers: papers(row),
                        witness: self.witness(&pair, &person, answers, row.moments),
                        cells: who::cells(&pair, &row.who),
                    })));
                }
                // Everybody was tried.
                Search::Nobody if !row.everybody => {}
                Search::Nobody | Search::Undecided => {
                    out.push(undecided(
                        "no person was found to whom it happens, and it is not certain that there is none".to_string(),
                        people,
                    ));
                }
            }
        }
        out
    }

    fn witness(&self, pair: &Pair, person: &Person, answers: [Option<OutcomeAnswer>; 2], moments: [Moment; 2]) -> Witness {
        let common = self.common;
        let (side, own) = common.any_side(&common.decisions, pair.decision);
        let symbols = common.symbols(side);
        let decision = DecisionId(own);
        let args: Vec<Option<u16>> = (0u16..)
            .zip(&symbols.decision(decision).args)
            .map(|(i, a)| {
                let fixed = || pair.sides.get(side)?.question.as_ref()?.0.args.get(usize::from(i)).copied().flatten();
                person.args.get(&i).and_then(|v| common.lower_variant(side, (side, a.ty), *v)).or_else(fixed)
            })
            .collect();
        let facts = person.facts.iter().filter_map(|(c, v)| {
            let (side, own) = common.any_side(&common.inputs, *c);
            let symbols = common.symbols(side);
            let input = symbols.input(InputId(own));
            let (side, value) = match common.lower(side, v, &input.ty) {
                Some(value) => (side, value),
                None => (0, common.lower(0, v, &common.symbols(0).input(common.input(0, *c)?).ty)?),
            };
            let input = common.symbols(side).input(common.input(side, *c)?);
            Some(Fact { input: input.name.to_string(), value: show(&value, &input.ty, common.symbols(side)) })
        });
        let [before, after] = moments;
        let facts = facts.collect();
        let difference = super::population::difference(pair, person);
        let [old, new] = answers;
        Witness {
            decision: symbols.head_text(decision, &args),
            on: date(before.on),
            known_old: before.known.map(date),
            known_new: after.known.map(date),
            facts,
            old,
            new,
            difference,
        }
    }
}

/// Something to report.
enum Shown {
    Change(Box<Change>),
    Undecided(Undecided),
}

/// Parts of one change together.
#[allow(clippy::type_complexity)] // a map local to this file
fn grouped(parts: &[Part]) -> BTreeMap<(Kind, [String; 2], bool), Vec<&Part>> {
    let mut out: BTreeMap<(Kind, [String; 2], bool), Vec<&Part>> = BTreeMap::new();
    for part in parts {
        out.entry((part.kind, part.key.clone(), part.everybody)).or_default().push(part);
    }
    out
}

fn papers(row: &Row) -> Vec<PaperChange> {
    if row.kind != Kind::Paper {
        return Vec::new();
    }
    let [gone, came] = &row.key;
    let lines =
        |text: &str, added: bool| -> Vec<PaperChange> { text.lines().map(|l| PaperChange { text: l.to_string(), added }).collect() };
    [lines(gone, false), lines(came, true)].concat()
}

fn period(s: &Stretch) -> Period {
    Period { from: s.from.map(date), until: s.until.map(date), known_from: s.known_from.map(date), known_until: s.known_until.map(date) }
}

/// Cells of the grid of what is known and days, as stretches that follow each other.
fn stretches(cells: &[(usize, usize)], days: &[(Option<i64>, Option<i64>, i64)], known: &[(Option<i64>, i64)]) -> Vec<Stretch> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    let mut sorted = cells.to_vec();
    sorted.sort_unstable();
    for (k, d) in sorted {
        match runs.last_mut() {
            Some((own, _, last)) if *own == k && *last + 1 == d => *last = d,
            _ => runs.push((k, d, d)),
        }
    }
    let mut out: Vec<(usize, Stretch)> = Vec::new();
    for (k, first, last) in runs {
        let from = days.get(first).and_then(|d| d.0);
        let until = days.get(last).and_then(|d| d.1);
        let past = k.checked_sub(1).and_then(|k| known.get(k));
        let (known_from, known_until) = past.map_or((None, None), |(f, u)| (*f, Some(*u)));
        let joined = out.iter_mut().find(|(own, s)| *own > 0 && *own + 1 == k && s.from == from && s.until == until);
        match joined {
            Some((own, s)) => {
                *own = k;
                s.known_from = known_from;
            }
            None => out.push((k, Stretch { from, until, known_from, known_until })),
        }
    }
    out.into_iter().map(|(_, s)| s).collect()
}
