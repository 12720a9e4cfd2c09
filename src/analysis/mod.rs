//! In: the program. Out: what is wrong with its statements whatever person asks. Never here: answers to one question.
//!
//! `check` is what every loading does, and is linear. `deep` looks for persons: two rules that contradict each other for somebody, somebody without an answer, statements that nobody gets; `polc check` does both.

mod conditions;
mod crossing;
mod dead;
mod ended;
mod gaps;
mod ground;
mod holes;
mod overlap;
mod rivals;

use crate::diagnostics::{Diagnostic, codes};
use crate::program::{OutcomeId, Program, StmtId, Symbols};
use crate::source::{FileId, Span};
use crate::value::RegionId;
use ground::Ground;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Everything that can be told without looking for a person.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut out = conditions::check(program);
    out.extend(rivals::check(program));
    out
}

/// What a deep analysis is told.
pub struct Asked<'a> {
    /// Also what has ended by this day (days since 1970-01-01).
    pub on: Option<i64>,
    /// What `check` and the stages before it found: it is not told twice.
    pub found: &'a [Diagnostic],
    /// Called with how much is done of how much, from any thread.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// Something found.
enum Finding {
    /// Shown by a person, or certain for all.
    Certain(Diagnostic),
    /// It could not be told.
    Undecided(Diagnostic),
}

/// Everything that is found by looking for a person, piece by piece: what is found about one region may stay while another one changes.
#[derive(Clone, Debug, Default)]
pub struct Deep {
    /// What was found about the statements of an outcome in a region.
    pub shelves: Vec<((OutcomeId, RegionId), Diagnostic)>,
    /// Outcomes without an answer for somebody, and undecided ones.
    pub gaps: Vec<Gap>,
    /// What has ended.
    pub ended: Vec<Diagnostic>,
    /// Shelves about which what other regions than theirs and those above say was asked.
    pub wide: Vec<(OutcomeId, RegionId)>,
    /// Which outcome reads which, by file.
    pub reads: Vec<(FileId, OutcomeId, OutcomeId)>,
    /// Something is read for another region than the person's.
    pub elsewhere: bool,
}

/// An outcome that is not answered for somebody in a region.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Gap {
    /// The outcome.
    pub outcome: OutcomeId,
    /// The region.
    pub region: RegionId,
    /// The first statement about it there, or above.
    pub place: Span,
    /// The person, in words; nobody if it could not be decided.
    pub person: Option<String>,
}

/// The piece of a program in which something changed, and what was found before.
pub struct Again<'a> {
    /// What was found before, in the whole.
    pub before: &'a Deep,
    /// Regions to look at again; everything above and below them is in the program.
    pub regions: &'a FxHashSet<RegionId>,
    /// The files that changed.
    pub changed: &'a FxHashSet<FileId>,
}

/// Everything that is found by looking for a person; what could not be decided is among it, as a note.
pub fn deep(p: &Program, asked: &Asked) -> Deep {
    let (reads, elsewhere) = ground::reads(p);
    let far = !elsewhere.is_empty();
    let told = Progress::of(asked, p);
    let tick = || told.tick();
    let g = Ground::new(p, reads.iter().map(|(_, from, to)| (*from, *to)), elsewhere, &tick);
    let (mut deep, _) = look(&g, asked, &told, &|_, _| true);
    deep.ended = asked.on.map(|on| plain(ended::check(&g, on))).unwrap_or_default();
    Deep { reads, elsewhere: far, ..deep }
}

/// The same from a piece of a program, if that can be told from it.
pub fn deep_again(p: &Program, asked: &Asked, again: &Again) -> Option<Deep> {
    let Again { before, regions, changed } = again;
    let (own, elsewhere) = ground::reads(p);
    if asked.on.is_some() || before.elsewhere || !elsewhere.is_empty() {
        return None;
    }
    let mut reads: Vec<(FileId, OutcomeId, OutcomeId)> = before.reads.iter().filter(|(f, ..)| !changed.contains(f)).copied().collect();
    reads.extend(own.into_iter().filter(|(f, ..)| changed.contains(f)));
    reads.sort_unstable();
    let edges = |all: &[(FileId, OutcomeId, OutcomeId)]| all.iter().map(|(_, from, to)| (*from, *to)).collect::<FxHashSet<_>>();
    // With other reads other days and regions are looked at, everywhere.
    let all = edges(&reads);
    if all != edges(&before.reads) {
        return None;
    }
    // What was asked of regions below, and came to nothing there, is asked of those again that may say something else now.
    let above = |r: &RegionId| !regions.contains(r) && regions.iter().any(|x| p.symbols.region(*x).chain.contains(r));
    let wide: FxHashSet<(OutcomeId, RegionId)> = before.wide.iter().filter(|(_, r)| above(r)).copied().collect();
    if before.shelves.iter().any(|(shelf, _)| wide.contains(shelf)) {
        return None;
    }
    let told = Progress::of(asked, p);
    let tick = || told.tick();
    let g = Ground::new(p, all.into_iter(), elsewhere, &tick);
    let (mut deep, unshown) = look(&g, asked, &told, &|o, r| regions.contains(&r) || o.is_some_and(|o| wide.contains(&(o, r))));
    // That a statement gives somebody an answer may have been shown by somebody in a region that is not here.
    if unshown.iter().any(|shelf| wide.contains(shelf)) {
        return None;
    }
    let moved = |s: Span| changed.contains(&s.file);
    for found in before.shelves.iter().filter(|((_, r), _)| !regions.contains(r)) {
        if found.1.spans().any(moved) {
            return None;
        }
        deep.shelves.push(found.clone());
    }
    for gap in before.gaps.iter().filter(|g| !regions.contains(&g.region)) {
        if moved(gap.place) {
            return None;
        }
        deep.gaps.push(gap.clone());
    }
    deep.wide.extend(before.wide.iter().filter(|(_, r)| !regions.contains(r)));
    Some(Deep { reads, ..deep })
}

/// How far a search about a shelf went.
#[derive(Default)]
struct Reach {
    /// Regions below were looked at.
    below: bool,
    /// Of some statement nobody was found whom it gives an answer, there neither.
    unshown: bool,
}

/// How much of the search is done.
struct Progress<'a> {
    done: AtomicUsize,
    all: AtomicUsize,
    tell: &'a (dyn Fn(usize, usize) + Sync),
}

impl<'a> Progress<'a> {
    fn of(asked: &Asked<'a>, p: &Program) -> Self {
        Progress { done: AtomicUsize::new(0), all: AtomicUsize::new(p.shelves.len()), tell: asked.progress }
    }

    /// It goes on.
    fn tick(&self) {
        (self.tell)(self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
    }

    /// One more piece is done.
    fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.tick();
    }
}

/// Which shelves and regions are looked at.
type Chosen<'a> = &'a (dyn Fn(Option<OutcomeId>, RegionId) -> bool + Sync);

/// Shelves and gaps that `of` chooses by outcome (of a shelf) and region; and the shelves of which some statement gives nobody an answer, regions below looked at.
fn look(g: &Ground, asked: &Asked, progress: &Progress, of: Chosen) -> (Deep, Vec<(OutcomeId, RegionId)>) {
    let told = ground::Told::of(asked.found);
    let hidden = ground::places(asked.found, &[codes::W0603.id, codes::E0601.id]);
    let mut shelves: Vec<(OutcomeId, RegionId)> = g.p.shelves.keys().copied().filter(|(o, r)| of(Some(*o), *r)).collect();
    shelves.sort_unstable();
    let tasks: Vec<gaps::Task> = gaps::tasks(g).into_iter().filter(|t| of(None, t.region)).collect();
    progress.all.store(shelves.len() + tasks.len(), Ordering::Relaxed);
    let found: Vec<((OutcomeId, RegionId), Vec<Finding>, Reach)> = shelves
        .par_iter()
        .map(|(o, r)| {
            let mut reach = Reach::default();
            let mut out = overlap::check(g, &told, *o, *r, &mut reach);
            out.extend(crossing::check(g, *o, *r, &mut reach));
            out.extend(dead::check(g, &hidden, *o, *r, &mut reach));
            out.extend(holes::check(g, *o, *r));
            progress.step();
            ((*o, *r), out, reach)
        })
        .collect();
    let gaps = tasks
        .par_iter()
        .filter_map(|t| {
            let seen = gaps::look(g, t);
            progress.step();
            seen
        })
        .collect();
    let mut deep = Deep { gaps, ..Deep::default() };
    let mut unshown = Vec::new();
    for (shelf, found, reach) in found {
        deep.wide.extend(reach.below.then_some(shelf));
        unshown.extend(reach.unshown.then_some(shelf));
        deep.shelves.extend(plain(found).into_iter().map(|d| (shelf, d)));
    }
    deep.shelves.extend(conditions::deep(g, of));
    (deep, unshown)
}

fn plain(found: Vec<Finding>) -> Vec<Diagnostic> {
    found
        .into_iter()
        .map(|f| match f {
            Finding::Certain(d) | Finding::Undecided(d) => d,
        })
        .collect()
}

impl Deep {
    /// Everything found, in source order.
    pub fn diagnostics(&self, symbols: &Symbols) -> Vec<Diagnostic> {
        let mut out: Vec<Diagnostic> = self.shelves.iter().map(|(_, d)| d.clone()).collect();
        out.extend(plain(gaps::report(symbols, &self.gaps)));
        out.extend(self.ended.iter().cloned());
        crate::diagnostics::sort(&mut out);
        out
    }
}

/// That something about these statements could not be decided.
fn undecided(g: &Ground, stmts: &[StmtId], message: String) -> Finding {
    let spans: Vec<Span> = stmts.iter().map(|s| g.p.statement(*s).span).collect();
    Finding::Undecided(undecided_at(&spans, message))
}

/// That something about these places could not be decided.
fn undecided_at(spans: &[Span], message: String) -> Diagnostic {
    let mut spans = spans.iter().copied();
    let mut d = match spans.next() {
        Some(span) => Diagnostic::at(&codes::N0612, span, message).label("undecided"),
        None => Diagnostic::about(&codes::N0612, None, message),
    };
    for span in spans {
        d = d.related(span, "with this one");
    }
    d.help(UNDECIDED)
}

/// What can be done about what could not be decided.
const UNDECIDED: &str =
    "this is no finding: it was looked at as far as possible; simpler conditions, or fewer facts in one formula, make it decidable";
