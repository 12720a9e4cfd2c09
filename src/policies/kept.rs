//! In: texts, a cache. Out: what the texts come to, from what is kept of these very texts, else of most of them, else worked out; and that is kept. Never here: how anything is found or kept.

use crate::analysis::{self, Again, Asked};
use crate::cache::{Cache, Held, Key};
use crate::compile::{Before, Compiled, Slice, compile, slice};
use crate::diagnostics::{Diagnostic, Severity};
use crate::program::Program;
use crate::source::SourceMap;

/// With so many changed files and more, everything is compiled, and the next changes are counted from there.
const MANY_CHANGED: usize = 8;

/// What the cache knows of policies.
#[derive(Debug)]
pub(super) struct Kept {
    cache: Cache,
    key: Key,
    /// The part that was checked again, and the run whose findings stay for the rest.
    part: Option<(Slice, Key)>,
}

/// What texts come to, as the cache knows it or will know it.
pub(super) fn checked(map: &SourceMap, cache: &Cache) -> (Held, Vec<Diagnostic>, Kept) {
    let key = Key::of(map);
    let kept = |part| Kept { cache: cache.clone(), key, part };
    if let Some(found) = cache.findings(&key) {
        return (Held::later(cache, key, map), found, kept(None));
    }
    if let Some((part, run)) = changed(map, cache) {
        let found = part.diagnostics.clone();
        cache.keep_findings(&key, &found);
        return (Held::later(cache, key, map), found, kept(Some((part, run))));
    }
    let Compiled { program, diagnostics, notes } = compile(map);
    cache.keep_findings(&key, &diagnostics);
    // From policies with errors nobody may answer.
    if diagnostics.iter().all(|d| d.severity() != Severity::Error) {
        cache.keep_program(&key, &program);
        cache.keep_base(&key, map, notes);
    }
    (program.into(), diagnostics, kept(None))
}

/// The part of the policies that is other than in the last whole run, if it is a small one.
fn changed(map: &SourceMap, cache: &Cache) -> Option<(Slice, Key)> {
    let base = cache.base(map)?;
    let changed = base.changed(map);
    if changed.len() >= MANY_CHANGED {
        return None;
    }
    let run = base.run();
    let (symbols, found) = (cache.symbols(&run)?, cache.findings(&run)?);
    Some((slice(map, &changed, Before { notes: &base.notes, symbols, found: &found })?, run))
}

impl Kept {
    /// Whether only a part was checked in this run.
    pub fn in_part(&self) -> bool {
        self.part.is_some()
    }

    /// What looking for persons finds.
    pub fn persons(&self, program: &Held, asked: &Asked) -> Vec<Diagnostic> {
        if let Some(found) = self.cache.persons(&self.key, asked.on) {
            return found;
        }
        let found = self.again(asked).unwrap_or_else(|| self.whole(program, asked));
        self.cache.keep_persons(&self.key, asked.on, &found);
        found
    }

    fn again(&self, asked: &Asked) -> Option<Vec<Diagnostic>> {
        let (part, run) = self.part.as_ref()?;
        let before = self.cache.pieces(run)?;
        let again = Again { before: &before, regions: &part.regions, changed: &part.changed };
        let deep = crate::stack::wide(|| analysis::deep_again(&part.program, asked, &again))?;
        Some(deep.diagnostics(&part.program.symbols))
    }

    fn whole(&self, program: &Program, asked: &Asked) -> Vec<Diagnostic> {
        let deep = crate::stack::wide(|| analysis::deep(program, asked));
        // Findings of a part rest on the pieces of a whole run.
        if self.part.is_none() {
            self.cache.keep_pieces(&self.key, &deep);
        }
        deep.diagnostics(&program.symbols)
    }
}
