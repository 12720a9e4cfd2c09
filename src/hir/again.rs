//! In: tables of names that were made before, and some parsed files. Out: these files checked against the tables, as if all others had been checked too. Never here: declaring anything, rules of one expression or statement.

use super::declare::{Checked, Declared, check_file};
use super::notes::Notes;
use super::usage::{self, Usage};
use super::{Hir, Symbols, cycles, rounding};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, SourceMap};
use crate::syntax::ast;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// What is known from an earlier run over the same files.
pub struct Known<'a> {
    /// What the names mean.
    pub symbols: Symbols,
    /// What was noted of each file, in their order.
    pub notes: &'a [Notes],
    /// The files whose text is another one now.
    pub changed: &'a FxHashSet<FileId>,
}

pub(super) fn build(map: &SourceMap, files: Vec<ast::File>, known: Known) -> Option<(Hir, Vec<Diagnostic>)> {
    let Known { symbols, notes, changed } = known;
    let old = |file: FileId| notes.binary_search_by_key(&file, |n| n.file).ok().and_then(|i| notes.get(i));
    if first_definitions(notes).any(|f| changed.contains(&f)) {
        return None;
    }
    let mut all = Declared { symbols, ..Declared::default() };
    for file in files.iter().filter(|f| changed.contains(&f.id)) {
        places(&mut all.symbols, file);
    }
    // What is wrong about declarations was found before, and not in the changed files.
    all.scopes(&files, &mut Vec::new());
    let (symbols, pending) = (&all.symbols, &all.pending);
    let checked: Vec<Checked> =
        files.into_par_iter().zip(&all.file_scopes).map(|(file, scope)| check_file(map, symbols, pending, &file, scope)).collect();

    let mut used = Usage::default();
    notes.iter().filter(|n| !changed.contains(&n.file)).for_each(|n| used.noted(n));
    let (mut hir, mut out) = (Hir::default(), Vec::new());
    for mut c in checked {
        if changed.contains(&c.notes.file) {
            let before = old(c.notes.file)?;
            let same = before.declares == c.notes.declares && before.lets == c.notes.lets;
            if !(same && before.alone && c.notes.alone) {
                return None;
            }
            used.merge(c.usage);
            out.append(&mut c.out);
        }
        hir.blocks.append(&mut c.blocks);
        hir.tests.append(&mut c.tests);
        hir.nevers.append(&mut c.nevers);
        hir.notes.push(c.notes);
    }
    hir.symbols = all.symbols;
    usage::warn(&hir.symbols, map, &used, &mut out);
    let steps = rounding::together(notes.iter());
    let mut found = Vec::new();
    rounding::check(&mut hir, steps.clone(), &mut found);
    out.extend(found.into_iter().filter(|d| d.code.id == codes::E0308.id && d.span().is_some_and(|s| changed.contains(&s.file))));
    // A local definition with another step may need roundings where it is read.
    let unchanged = notes.iter().filter(|n| !changed.contains(&n.file));
    let now = rounding::together(unchanged.chain(hir.notes.iter().filter(|n| changed.contains(&n.file))));
    if now != steps {
        return None;
    }
    let mut circles = Vec::new();
    cycles::check(&hir, &mut circles);
    circles.is_empty().then_some((hir, out))
}

/// The files with the first definitions of each local definition: these decide its type.
fn first_definitions(notes: &[Notes]) -> impl Iterator<Item = FileId> {
    let mut seen: FxHashMap<super::OutcomeId, usize> = FxHashMap::default();
    notes.iter().filter_map(move |n| {
        let mut first = false;
        for o in &n.lets {
            let count = seen.entry(*o).or_default();
            first |= *count < super::declare::MAX_DEFINITIONS;
            *count += 1;
        }
        first.then_some(n.file)
    })
}

/// Puts the places of what a changed file declares where they are now. Its local definitions were all made elsewhere.
fn places(symbols: &mut Symbols, file: &ast::File) {
    let (mut named, mut sent) = (FxHashSet::default(), FxHashSet::default());
    for item in &file.items {
        match item {
            ast::Item::Source(s) => {
                let id = symbols.source_by_name.get(&s.name.text).copied();
                if let Some(info) = id.and_then(|id| symbols.sources.get_mut(id.at())) {
                    info.span = s.name.span;
                }
            }
            ast::Item::Region(r) => {
                let Some(id) = symbols.region_by_name.get(&r.named.name.text).copied() else { continue };
                let Some(info) = symbols.regions.get_mut(id.0 as usize) else { continue };
                if info.span.file == file.id && named.insert(id) {
                    info.span = r.named.name.span;
                }
                for item in &r.items {
                    let ast::RegionItem::Agency(own) = item else { continue };
                    if let Some(known) = info.agency.as_mut().filter(|a| a.span.file == file.id)
                        && sent.insert(id)
                    {
                        known.span = own.span;
                    }
                }
            }
            _ => {}
        }
    }
}
