//! In: a table of people, two versions of the policies and what changes between them. Out: for how many of them answers change, in which regions, and by how much in total. Never here: which answers change (`diff`), what cells mean (`people`).
//!
//! A decision is asked of both versions, each with a layout of its own over the same pieces of the table. Rows that both plans answer are compared as
//! numbers; the row interpreter is asked about the others.

use super::Format;
use super::answers::{Detail, Form};
use super::engine::{Engine, Worker};
use super::layout::{Columns, Elsewhere, Keep, Layout, Mapping, Role, Where};
use super::people::{Fault, People};
use super::pool::{Work, together};
use super::read::people;
use super::run::{OnError, Stop};
use super::source::{Progress, Raw, Source};
use super::summary::{BadRow, MAX_BAD_ROWS};
use crate::diagnostics::Diagnostic;
use crate::diff::{self, Diff, InRegion, Population, Scope, Total};
use crate::eval::{Moment, Status};
use crate::plan::{Kind, State};
use crate::policies::{Head, Policies, date};
use crate::program::OutcomeId;
use crate::value::{Exact, InputId, RegionId, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How a population is asked what changes.
#[derive(Clone, Debug)]
pub struct Census<'a> {
    /// The old and the new version.
    pub versions: [&'a Policies; 2],
    /// What changes between them.
    pub found: &'a Diff,
    /// What was compared.
    pub scope: &'a Scope,
    /// The date of the questions, as days since 1970-01-01.
    pub on: i64,
    /// The column that names each person's region.
    pub region_column: String,
    /// Other names for columns.
    pub mappings: Vec<Mapping>,
    /// Columns that tell nothing are passed over.
    pub ignore: bool,
    /// What to do with bad rows.
    pub on_error: OnError,
    /// How many threads ask; at least 1.
    pub threads: usize,
}

/// A table opened for a [`Census`].
#[derive(Debug)]
pub struct Opened<'a> {
    source: Source,
    sheets: Vec<Sheet<'a>>,
    /// For each decision its sheet in both versions.
    pairs: Vec<[Option<usize>; 2]>,
    /// Decision and outcome of each total.
    totals: Vec<(String, String)>,
}

impl Opened<'_> {
    /// How far it has been read.
    pub fn progress(&self) -> Progress {
        self.source.progress()
    }
}

/// One decision of one version, asked of everybody.
#[derive(Debug)]
struct Sheet<'a> {
    side: usize,
    layout: Layout<'a>,
    columns: Option<Columns>,
    engine: Engine<'a>,
    form: Form,
    scales: Vec<(InputId, i64)>,
    /// Place of a total, and of its outcome among those of the form.
    at: BTreeMap<usize, usize>,
}

/// Where a thread works on one sheet.
struct Desk {
    place: Worker,
    /// The plan has answered the piece at hand.
    planned: bool,
}

/// A layout on its way to a sheet: its version, and totals with their outcomes.
type Opening<'a> = (usize, Layout<'a>, Vec<(usize, OutcomeId)>);

/// What some people come to.
#[derive(Clone, Copy, Debug)]
struct Tally {
    changed: u64,
    unknown: u64,
    counted: u64,
    sum: Exact,
}

/// What a piece of the table comes to.
#[derive(Default)]
struct Counted {
    rows: u64,
    /// Rows know their place in the table.
    placed: bool,
    people: u64,
    changed: u64,
    unknown: u64,
    /// By total, version and region.
    tallies: BTreeMap<(usize, usize, u32), Tally>,
    faults: Vec<Fault>,
    bad: u64,
    progress: Progress,
}

/// What one version says to one person.
enum Says {
    /// It cannot be asked.
    Nothing,
    /// The plan says this.
    Plan(State, i64),
    /// The row interpreter has to be asked.
    Ask,
}

fn beyond() -> Stop {
    Stop::Refused("the sum grows beyond what can be counted exactly".to_owned())
}

impl Default for Tally {
    fn default() -> Self {
        Tally { changed: 0, unknown: 0, counted: 0, sum: Exact::ZERO }
    }
}

impl Tally {
    fn add(&mut self, other: &Tally) -> Result<(), Stop> {
        self.changed += other.changed;
        self.unknown += other.unknown;
        self.counted += other.counted;
        self.sum = self.sum.checked_add(other.sum).map_err(|_| beyond())?;
        Ok(())
    }
}

impl<'a> Census<'a> {
    /// The decisions with answers that change, or may: by name, each with its outcomes.
    fn asked(&self) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let changes = self.found.changes.iter().map(|c| (&c.decision, &c.outcome));
        for (decision, outcome) in changes.chain(self.found.undecided.iter().map(|u| (&u.decision, &u.outcome))) {
            out.entry(decision).or_default().insert(outcome);
        }
        out
    }

    /// Whether there is anything to ask.
    pub fn asks(&self) -> bool {
        !self.asked().is_empty()
    }

    fn moment(&self, side: usize) -> Moment {
        Moment { on: self.on, known: self.scope.known.and_then(|k| k.get(side).copied()) }
    }

    /// Opens a table of people.
    ///
    /// # Errors
    /// The table cannot be read, or its columns tell nothing of what is asked.
    pub fn open(&self, path: &Path, format: Format) -> Result<Opened<'a>, Vec<Diagnostic>> {
        let mut sheets: Vec<Opening<'a>> = Vec::new();
        let mut pairs = Vec::new();
        let mut totals: Vec<(String, String)> = Vec::new();
        for (name, outcomes) in self.asked() {
            let first = totals.len();
            totals.extend(outcomes.iter().map(|o| (name.to_owned(), (*o).to_owned())));
            let mut pair = [None, None];
            for ((side, policies), slot) in self.versions.into_iter().enumerate().zip(&mut pair) {
                let Some(head) = self.head(policies, name) else { continue };
                let own = outcomes.iter().enumerate().filter_map(|(i, o)| Some((first + i, policies.outcome(head.0, o)?)));
                let own: Vec<(usize, OutcomeId)> = own.collect();
                let keep = Keep { ignore: self.ignore, ..Keep::default() };
                let column = Where::Column(self.region_column.clone());
                // What one decision does not know another may.
                let known = |m: &&Mapping| Layout::new(policies, head.clone(), column.clone(), vec![(*m).clone()], keep.clone()).is_ok();
                let mappings = self.mappings.iter().filter(known).cloned().collect();
                let layout = Layout::new(policies, head, column, mappings, keep)?;
                *slot = Some(sheets.len());
                sheets.push((side, layout, own));
            }
            pairs.push(pair);
        }
        self.mapped(&sheets)?;
        let mut elsewhere = Elsewhere::default();
        for (_, layout, _) in &sheets {
            elsewhere.names.extend(layout.names());
            elsewhere.arguments.extend(layout.arguments());
        }
        elsewhere.columns.extend(self.mappings.iter().map(|m| m.column.clone()));
        let sheets: Vec<Opening> = sheets.into_iter().map(|(side, layout, own)| (side, layout.beside(&elsewhere), own)).collect();
        let source = Source::open_by(path, format, &|names| wide(&sheets, names))?;
        let header = source.columns().cloned();
        let mut made = Vec::new();
        for (side, layout, own) in sheets {
            let columns = header.as_ref().map(|wide| {
                let roles = wide.names.iter().map(|n| layout.role(n).unwrap_or(Role::None)).collect();
                Columns { names: wide.names.clone(), roles, kept: wide.kept.clone() }
            });
            let outcomes: Vec<OutcomeId> = own.iter().map(|(_, o)| *o).collect();
            let form = Form::new(&layout, &outcomes, &[Detail::Value], false, Vec::new());
            let form = form.map_err(|e| vec![Diagnostic::about(&crate::diagnostics::codes::E0912, None, e)])?;
            let engine = Engine::new(&layout, self.moment(side), &form);
            let at = own.iter().enumerate().map(|(place, (total, _))| (*total, place)).collect();
            made.push(Sheet { side, columns, scales: engine.scales(), engine, form, at, layout });
        }
        Ok(Opened { source, sheets: made, pairs, totals })
    }

    /// A decision in one version, with the arguments that the scope names.
    fn head(&self, policies: &Policies, name: &str) -> Option<Head> {
        let head = policies.decision(name).ok()?;
        let narrow = self.scope.decision.as_ref().and_then(|d| policies.decision(d).ok()).filter(|d| d.0 == head.0);
        Some(narrow.unwrap_or(head))
    }

    /// Every mapping has to mean something to some decision.
    fn mapped(&self, sheets: &[Opening<'a>]) -> Result<(), Vec<Diagnostic>> {
        for m in &self.mappings {
            let mut wrong = None;
            for (_, layout, _) in sheets {
                match Layout::new(layout.policies, layout.head.clone(), layout.region.clone(), vec![m.clone()], Keep::default()) {
                    Ok(_) => {
                        wrong = None;
                        break;
                    }
                    Err(found) => wrong = wrong.or(Some(found)),
                }
            }
            if let Some(found) = wrong {
                return Err(found);
            }
        }
        Ok(())
    }

    /// Asks everybody in a table; `told` hears how far it has come, and how many rows that is. With the first bad rows, if such are passed over.
    ///
    /// # Errors
    /// [`Stop`].
    pub fn run(&self, opened: Opened<'a>, told: &mut dyn FnMut(Progress, u64)) -> Result<(Population, Vec<BadRow>), Stop> {
        let Opened { source, sheets, pairs, totals } = opened;
        let inside = self.inside();
        let mut all = Counted::default();
        let mut first_bad: Vec<BadRow> = Vec::new();
        let answer = |workers: &mut Vec<Desk>, work: &Work| self.count(&sheets, &pairs, &inside, workers, work);
        let worker = || -> Vec<Desk> { sheets.iter().map(|s| Desk { place: s.engine.worker(), planned: false }).collect() };
        let mut take = |mut done: Counted| -> Result<(), Stop> {
            if !done.placed {
                done.faults.iter_mut().for_each(|f| f.row += all.rows);
            }
            all.rows += done.rows;
            all.bad += done.bad;
            let room = MAX_BAD_ROWS.saturating_sub(first_bad.len());
            first_bad.extend(done.faults.iter().take(room).map(BadRow::from));
            if self.on_error == OnError::Fail && done.bad > 0 {
                return Err(Stop::BadRows(std::mem::take(&mut first_bad), done.bad));
            }
            all.people += done.people;
            all.changed += done.changed;
            all.unknown += done.unknown;
            for (at, tally) in &done.tallies {
                all.tallies.entry(*at).or_default().add(tally)?;
            }
            told(done.progress, all.rows);
            Ok(())
        };
        together(source, self.threads.max(1), &worker, &answer, &mut take)?;
        let totals = self.totals(&sheets, &totals, &all)?;
        let population =
            Population { on: date(self.on), people: all.people, bad_rows: all.bad, changed: all.changed, unknown: all.unknown, totals };
        Ok((population, first_bad))
    }

    /// For both versions whether each region was asked for.
    fn inside(&self) -> [Option<Vec<bool>>; 2] {
        self.versions.map(|p| {
            let name = self.scope.region.as_ref()?;
            let symbols = &p.program.symbols;
            let top = symbols.region_by_name.get(name.as_str());
            Some(symbols.regions.iter().map(|r| top.is_some_and(|t| r.chain.contains(t))).collect())
        })
    }

    fn totals(&self, sheets: &[Sheet], names: &[(String, String)], all: &Counted) -> Result<Vec<Total>, Stop> {
        let mut out = Vec::new();
        for (k, (decision, outcome)) in names.iter().enumerate() {
            let sheet = sheets.iter().rev().find_map(|s| Some((s, s.form.outcomes.get(*s.at.get(&k)?)?.id)));
            let difference = |t: &Tally| -> Option<String> {
                let (sheet, id) = sheet?;
                let symbols = &sheet.layout.policies.program.symbols;
                let ty = &symbols.outcome(id).ty;
                // A sum of rates says nothing.
                let amount = t.counted > 0 && !matches!(ty.base(), Type::Rate | Type::Points);
                if amount { diff::signed(t.sum, ty, symbols) } else { None }
            };
            let mut whole = Tally::default();
            let mut regions: Vec<InRegion> = Vec::new();
            for ((_, side, region), tally) in all.tallies.range((k, 0, 0)..(k + 1, 0, 0)) {
                whole.add(tally)?;
                let policies = self.versions.get(*side).copied();
                let region = policies.map_or(String::new(), |p| p.region_name(RegionId(*region)).to_owned());
                regions.push(InRegion {
                    region,
                    changed: tally.changed,
                    unknown: tally.unknown,
                    difference: difference(tally),
                    counted: tally.counted,
                });
            }
            regions.sort_by(|a, b| (b.changed, b.unknown, &a.region).cmp(&(a.changed, a.unknown, &b.region)));
            if !regions.is_empty() {
                let difference = difference(&whole);
                let Tally { changed, unknown, counted, .. } = whole;
                let (decision, outcome) = (decision.clone(), outcome.clone());
                out.push(Total { decision, outcome, changed, unknown, difference, counted, regions });
            }
        }
        Ok(out)
    }

    /// Asks the people of a piece.
    fn count(
        &self,
        sheets: &[Sheet],
        pairs: &[[Option<usize>; 2]],
        inside: &[Option<Vec<bool>>; 2],
        workers: &mut [Desk],
        work: &Work,
    ) -> Result<Counted, Stop> {
        let peoples: Vec<People> = sheets.iter().map(|s| people(&s.layout, s.columns.as_ref(), &s.scales, &work.raw, work.last)).collect();
        let rows = peoples.first().map_or(0, People::rows);
        let mut out =
            Counted { rows: rows as u64, placed: matches!(work.raw, Raw::Rows(..)), progress: work.progress, ..Counted::default() };
        let before = peoples.first().map_or(0, |p| p.before);
        let row_of = |f: &Fault| usize::try_from(f.row.saturating_sub(before + 1)).unwrap_or(usize::MAX);
        out.faults = real(sheets, &peoples);
        let mut skip = vec![false; rows];
        for fault in &out.faults {
            if let Some(slot) = skip.get_mut(row_of(fault)) {
                *slot = true;
            }
        }
        out.bad = skip.iter().filter(|b| **b).count() as u64;
        out.faults.truncate(MAX_BAD_ROWS);
        if out.bad > 0 && self.on_error == OnError::Fail {
            return Ok(out);
        }
        // Whom a version cannot be asked about because of a value that only the other knows.
        let mut strange: Vec<Vec<bool>> = Vec::new();
        for people in &peoples {
            let mut odd = vec![false; rows];
            for fault in &people.faults {
                if let Some(slot) = odd.get_mut(row_of(fault)) {
                    *slot = true;
                }
            }
            strange.push(odd);
        }
        for (row, slot) in skip.iter_mut().enumerate().filter(|(_, s)| !**s) {
            let there = |(sheet, people): (&Sheet, &People)| {
                let set = inside.get(sheet.side).and_then(Option::as_ref);
                set.is_none_or(|set| people.region(row).and_then(|r| set.get(r.0 as usize)).copied().unwrap_or(false))
            };
            *slot = !sheets.iter().zip(&peoples).any(there);
        }
        out.people = skip.iter().filter(|s| !**s).count() as u64;
        let mut changed = vec![false; rows];
        let mut unknown = vec![false; rows];
        for (sheet, (people, worker)) in sheets.iter().zip(peoples.iter().zip(workers.iter_mut())) {
            worker.planned = sheet.engine.plan(&sheet.form, people, &mut worker.place);
        }
        for pair in pairs {
            let own: BTreeSet<usize> = pair.iter().flatten().filter_map(|s| sheets.get(*s)).flat_map(|s| s.at.keys().copied()).collect();
            for k in own {
                let [a, b] = pair.map(|s| s.and_then(|s| Asked::of(k, s, sheets, &peoples, &strange)));
                let alike = a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| a.alike(b));
                let mut seen: FxHashMap<(i64, i64), (bool, Option<Exact>)> = FxHashMap::default();
                for row in (0..rows).filter(|r| !skip.get(*r).copied().unwrap_or(true)) {
                    let [before, after] = [&a, &b].map(|x| x.as_ref().map_or(Says::Nothing, |x| x.says(workers, row)));
                    let (differs, less) = match (before, after) {
                        (Says::Ask, _) | (_, Says::Ask) => match asked_both([&a, &b], workers, row) {
                            Some(found) => found,
                            None => {
                                tally(&mut out.tallies, k, [&a, &b], row).unknown += 1;
                                unknown.get_mut(row).into_iter().for_each(|u| *u = true);
                                continue;
                            }
                        },
                        (Says::Plan(State::Decided, x), Says::Plan(State::Decided, y)) if alike && x == y => (false, None),
                        (Says::Plan(State::Decided, x), Says::Plan(State::Decided, y)) => match (&a, &b) {
                            (Some(a), Some(b)) => *seen.entry((x, y)).or_insert_with(|| a.compare(b, x, y)),
                            _ => (false, None),
                        },
                        (Says::Plan(State::Decided, _), _) | (_, Says::Plan(State::Decided, _)) => (true, None),
                        _ => (false, None),
                    };
                    if differs {
                        changed.get_mut(row).into_iter().for_each(|c| *c = true);
                        let tally = tally(&mut out.tallies, k, [&a, &b], row);
                        tally.changed += 1;
                        if let Some(less) = less {
                            tally.counted += 1;
                            tally.sum = tally.sum.checked_add(less).map_err(|_| beyond())?;
                        }
                    }
                }
            }
        }
        out.changed = changed.iter().filter(|c| **c).count() as u64;
        out.unknown = unknown.iter().filter(|c| **c).count() as u64;
        Ok(out)
    }
}

/// What the columns of a header tell any of the decisions; all that tell something are kept for all.
fn wide(sheets: &[Opening], names: Vec<String>) -> Result<Columns, Vec<Diagnostic>> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut roles = vec![Role::None; names.len()];
    for (_, layout, _) in sheets {
        match layout.columns(names.clone()) {
            Ok(own) => {
                for (slot, role) in roles.iter_mut().zip(own.roles).filter(|(slot, _)| matches!(slot, Role::None)) {
                    *slot = role;
                }
            }
            // Several decisions say the same of one column.
            Err(more) => more.into_iter().for_each(|d| {
                if !found.iter().any(|o| o.message == d.message) {
                    found.push(d);
                }
            }),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let kept = roles.iter().enumerate().filter(|(_, r)| !matches!(r, Role::None)).map(|(i, _)| i).collect();
    Ok(Columns { names, roles, kept })
}

/// One outcome of one version, and the people asked.
struct Asked<'s, 'a> {
    number: usize,
    sheet: &'s Sheet<'a>,
    people: &'s People,
    strange: &'s [bool],
    /// Its place among the outcomes of the sheet.
    place: usize,
}

impl<'s, 'a> Asked<'s, 'a> {
    fn of(k: usize, number: usize, sheets: &'s [Sheet<'a>], peoples: &'s [People], strange: &'s [Vec<bool>]) -> Option<Self> {
        let sheet = sheets.get(number)?;
        Some(Asked { number, sheet, people: peoples.get(number)?, strange: strange.get(number)?, place: *sheet.at.get(&k)? })
    }

    fn says(&self, workers: &[Desk], row: usize) -> Says {
        if self.strange.get(row).copied().unwrap_or(true) || self.people.region(row).is_none() {
            return Says::Nothing;
        }
        let Some(worker) = workers.get(self.number).filter(|w| w.planned) else { return Says::Ask };
        let Some(given) = worker.place.answers.outcomes.get(self.place) else { return Says::Ask };
        match given.states.get(row).map(|s| State::of(*s)) {
            Some(State::Decided) => given.values.lane().get(row).map_or(Says::Ask, |n| Says::Plan(State::Decided, n)),
            Some(State::NoRule) => Says::Plan(State::NoRule, 0),
            _ => Says::Ask,
        }
    }

    /// Whether the same number stands for the same value in both.
    fn alike(&self, new: &Asked) -> bool {
        let about = |a: &Asked| {
            let symbols = &a.sheet.layout.policies.program.symbols;
            let (id, kind) = a.sheet.engine.prepared()?.outcomes().get(a.place).copied()?;
            Some((symbols.outcome(id).ty.show(symbols), kind))
        };
        match (about(self), about(new)) {
            (Some((x, Kind::Truth)), Some((y, Kind::Truth))) => x == y,
            (Some((x, Kind::Whole { scale: a, .. })), Some((y, Kind::Whole { scale: b, .. }))) => a == b && x == y,
            _ => false,
        }
    }

    /// Whether two values that plans give differ, and the new number less the old one.
    fn compare(&self, new: &Asked, x: i64, y: i64) -> (bool, Option<Exact>) {
        let text = |a: &Asked, n: i64| a.sheet.engine.prepared().and_then(|p| p.text(a.place, n));
        if text(self, x) == text(new, y) {
            return (false, None);
        }
        let number = |a: &Asked, n: i64| match a.sheet.engine.prepared().and_then(|p| p.value(a.place, n)) {
            Some(Value::Num(n)) => n.as_exact(),
            _ => None,
        };
        (true, number(self, x).zip(number(new, y)).and_then(|(x, y)| y.checked_sub(x).ok()))
    }
}

/// What the row interpreter says of both versions; nothing if facts are missing.
fn asked_both(both: [&Option<Asked>; 2], workers: &mut [Desk], row: usize) -> Option<(bool, Option<Exact>)> {
    let mut answers = [None, None];
    let mut numbers = [None, None];
    for (asked, slot) in both.iter().zip(&mut answers) {
        let Some(asked) = asked else { continue };
        if asked.strange.get(row).copied().unwrap_or(true) {
            continue;
        }
        let Some(worker) = workers.get_mut(asked.number) else { continue };
        *slot = asked.sheet.engine.told(&asked.sheet.form, asked.people, row, asked.place, &mut worker.place.memo);
    }
    if answers.iter().flatten().any(|a| a.status == Status::Needs) {
        return None;
    }
    let [was, is] = &answers;
    if !diff::differs(was.as_deref(), is.as_deref()) {
        return Some((false, None));
    }
    for (asked, slot) in both.iter().zip(&mut numbers) {
        let Some(asked) = asked else { continue };
        let (policies, id) = (asked.sheet.layout.policies, asked.sheet.form.outcomes.get(asked.place).map(|o| o.id));
        let question = asked.sheet.engine.question(asked.people, row);
        *slot = question.zip(id).and_then(|(q, id)| diff::number(policies, &q, &asked.people.facts(row), id));
    }
    let [x, y] = numbers;
    let less = x.zip(y).and_then(|(x, y)| y.checked_sub(x).ok());
    Some((true, less.filter(|_| answers.iter().all(Option::is_some))))
}

/// Where a person counts: in the region of the new version, where it knows it.
fn tally<'t>(tallies: &'t mut BTreeMap<(usize, usize, u32), Tally>, k: usize, both: [&Option<Asked>; 2], row: usize) -> &'t mut Tally {
    let region = |a: &Option<Asked>| a.as_ref().and_then(|a| Some((a.sheet.side, a.people.region(row)?.0)));
    let [old, new] = both;
    let (side, region) = region(new).or_else(|| region(old)).unwrap_or((0, 0));
    tallies.entry((k, side, region)).or_default()
}

/// What is wrong with rows whichever version and decision reads them.
fn real(sheets: &[Sheet], peoples: &[People]) -> Vec<Fault> {
    if peoples.iter().all(|p| p.faults.is_empty()) {
        return Vec::new();
    }
    // How many read a column, and how many of these find something wrong in a row of it.
    let mut readers: FxHashMap<&str, usize> = FxHashMap::default();
    let mut places: FxHashMap<(u64, Option<&str>), (usize, &Fault)> = FxHashMap::default();
    for people in peoples {
        let mut own: FxHashSet<(u64, Option<&str>)> = FxHashSet::default();
        for fault in people.faults.iter() {
            let at = (fault.row, fault.column.as_deref());
            if own.insert(at) {
                places.entry(at).or_insert((0, fault)).0 += 1;
            }
        }
    }
    let reads = |s: &Sheet, column: &str| {
        // A path into a value names its column first.
        let root = column.split('/').next().unwrap_or(column);
        !matches!(s.layout.role(column).or_else(|_| s.layout.role(root)), Ok(Role::None))
    };
    let mut out: Vec<Fault> = Vec::new();
    for ((_, column), (count, fault)) in places {
        let all = column.map_or(1, |c| *readers.entry(c).or_insert_with(|| sheets.iter().filter(|s| reads(s, c)).count()));
        if count >= all {
            out.push(fault.clone());
        }
    }
    out.sort_by(|a, b| (a.row, &a.column).cmp(&(b.row, &b.column)));
    out
}
