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
use crate::program::{OutcomeId, Program, StmtId};
use crate::source::Span;
use crate::value::RegionId;
use ground::Ground;
use rayon::prelude::*;
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

/// Everything that is found by looking for a person, in source order; what could not be decided is among it, as a note.
pub fn deep(p: &Program, asked: &Asked) -> Vec<Diagnostic> {
    let (done, all) = (AtomicUsize::new(0), AtomicUsize::new(p.shelves.len()));
    let tell = |done: usize| (asked.progress)(done, all.load(Ordering::Relaxed));
    let tick = || tell(done.load(Ordering::Relaxed));
    let g = Ground::new(p, &tick);
    let told = ground::Told::of(asked.found);
    let hidden = ground::places(asked.found, &[codes::W0603.id, codes::E0601.id]);
    let mut shelves: Vec<(OutcomeId, RegionId)> = p.shelves.keys().copied().collect();
    shelves.sort_unstable();
    let tasks = gaps::tasks(&g);
    all.fetch_add(tasks.len(), Ordering::Relaxed);
    let step = || tell(done.fetch_add(1, Ordering::Relaxed) + 1);
    let mut found: Vec<Finding> = shelves
        .par_iter()
        .flat_map_iter(|(o, r)| {
            let mut out = overlap::check(&g, &told, *o, *r);
            out.extend(crossing::check(&g, *o, *r));
            out.extend(dead::check(&g, &hidden, *o, *r));
            out.extend(holes::check(&g, *o, *r));
            step();
            out
        })
        .collect();
    let seen = tasks
        .par_iter()
        .filter_map(|t| {
            let seen = gaps::look(&g, t);
            step();
            seen.map(|s| (t, s))
        })
        .collect();
    found.extend(gaps::report(&g, seen));
    found.extend(conditions::deep(&g));
    if let Some(on) = asked.on {
        found.extend(ended::check(&g, on));
    }
    let mut out: Vec<Diagnostic> = found
        .into_iter()
        .map(|f| match f {
            Finding::Certain(d) | Finding::Undecided(d) => d,
        })
        .collect();
    crate::diagnostics::sort(&mut out);
    out
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
    d.help("this is no finding: it was looked at as far as possible; simpler conditions, or fewer facts in one formula, make it decidable")
}
