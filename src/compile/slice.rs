//! In: texts, what they came to before, which of them are other ones now. Out: what they come to now, from the changed files and those that have to do with them. Never here: a second way to check anything: the stages are those of every compilation, on fewer texts.
//!
//! A statement has to do with its region, the regions above it and those below. So the files that speak of these are parsed and checked again, against the
//! tables of names of the earlier run, and every other finding stays. Where something reaches farther (a declaration that is another one, the type of a
//! local definition, a circle), there is no slice, and everything is compiled.

use crate::diagnostics::{self, Diagnostic, codes};
use crate::hir::{self, Known, Notes, Symbols};
use crate::program::Program;
use crate::source::{FileId, SourceMap};
use crate::value::RegionId;
use crate::{analysis, program, syntax};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// Findings about what nothing uses: looked for among everything.
const UNUSED: [&str; 4] = [codes::W0702.id, codes::W0703.id, codes::W0704.id, codes::W0705.id];
/// Findings about statements of one shelf, and of those above it.
const RIVALS: [&str; 3] = [codes::E0604.id, codes::E0605.id, codes::W0603.id];
/// Findings of which one stands for others, wherever they are.
const FIRST: [&str; 2] = [codes::E0007.id, codes::E0212.id];

/// What the texts came to before.
#[derive(Debug)]
pub(crate) struct Before<'a> {
    /// What was noted of each file.
    pub notes: &'a [Notes],
    /// What the names mean.
    pub symbols: Symbols,
    /// Everything that was found wrong.
    pub found: &'a [Diagnostic],
}

/// A part of policies that is enough to check what changed.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The statements of the changed regions, of those above and of those below; all names.
    pub program: Program,
    /// Everything wrong with all texts, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that are other ones now.
    pub changed: FxHashSet<FileId>,
    /// Regions of which something else may have to be said now; everything above and below them is in the program.
    pub regions: FxHashSet<RegionId>,
}

/// What texts come to of which these changed; nothing if that cannot be told from a part of them.
pub(crate) fn slice(map: &SourceMap, changed: &[FileId], before: Before) -> Option<Slice> {
    crate::stack::wide(|| part(map, changed, before))
}

fn part(map: &SourceMap, changed: &[FileId], before: Before) -> Option<Slice> {
    let Before { notes, symbols, found } = before;
    let changed: FxHashSet<FileId> = changed.iter().copied().collect();
    if found.iter().any(|d| FIRST.contains(&d.code.id) || d.primary.is_none()) {
        return None;
    }
    let noted = |f: &FileId| notes.binary_search_by_key(f, |n| n.file).ok().and_then(|i| notes.get(i));
    if !changed.iter().all(|f| noted(f).is_some_and(|n| n.alone)) {
        return None;
    }
    let read = |f: &FileId| map.get(*f).map(|text| syntax::parse(*f, &text.text));
    let mut parsed: Vec<(syntax::ast::File, Vec<Diagnostic>)> = changed.iter().filter_map(read).collect();
    let spoken = parsed.iter().flat_map(|(f, _)| &f.items).filter_map(|i| match i {
        syntax::ast::Item::Region(r) if r.items.iter().any(|i| matches!(i, syntax::ast::RegionItem::Decide(_))) => {
            symbols.region_by_name.get(&r.named.name.text).copied()
        }
        _ => None,
    });
    let spoken: FxHashSet<RegionId> = spoken.chain(changed.iter().filter_map(noted).flat_map(|n| n.speaks.iter().copied())).collect();
    let regions = concerned(notes, &symbols, spoken);
    let above: FxHashSet<RegionId> = regions.iter().flat_map(|r| symbols.region(*r).chain.iter().copied()).collect();
    let again: Vec<FileId> = notes
        .iter()
        .filter(|n| !changed.contains(&n.file) && (n.nevers || n.speaks.iter().any(|r| above.contains(r))))
        .map(|n| n.file)
        .collect();
    let of_regions: FxHashSet<FileId> = notes.iter().filter(|n| n.speaks.iter().any(|r| regions.contains(r))).map(|n| n.file).collect();
    parsed.par_extend(again.par_iter().filter_map(read));
    parsed.sort_by_key(|(f, _)| f.id);

    let is_changed = |d: &Diagnostic| d.span().is_some_and(|s| changed.contains(&s.file));
    let mut out = Vec::new();
    let mut files = Vec::with_capacity(parsed.len());
    for (file, more) in parsed {
        out.extend(more.into_iter().filter(is_changed));
        files.push(file);
    }
    let (tree, mut more) = hir::build_again(map, files, Known { symbols, notes, changed: &changed })?;
    out.append(&mut more);
    let (program, more) = program::lower(tree);
    if more.iter().any(|d| FIRST.contains(&d.code.id)) {
        return None;
    }
    out.extend(more.into_iter().filter(is_changed));
    let rivals = |d: &Diagnostic| RIVALS.contains(&d.code.id);
    let of_regions = |d: &Diagnostic| d.span().is_some_and(|s| changed.contains(&s.file) || of_regions.contains(&s.file));
    out.extend(analysis::check(&program).into_iter().filter(|d| if rivals(d) { of_regions(d) } else { is_changed(d) }));
    let found_anew = |d: &Diagnostic| is_changed(d) || UNUSED.contains(&d.code.id) || (rivals(d) && of_regions(d));
    for d in found.iter().filter(|d| !found_anew(d)) {
        // What points into a changed file points elsewhere now.
        if d.spans().any(|s| changed.contains(&s.file)) {
            return None;
        }
        out.push(d.clone());
    }
    diagnostics::sort(&mut out);
    Some(Slice { program, diagnostics: out, changed, regions })
}

/// The regions that a change in these concerns: those below them too, and whatever the files of all these speak of besides.
fn concerned(notes: &[Notes], symbols: &Symbols, mut regions: FxHashSet<RegionId>) -> FxHashSet<RegionId> {
    loop {
        let before = regions.len();
        let below = symbols.regions.iter().filter(|r| r.chain.iter().any(|c| regions.contains(c)));
        let below: Vec<RegionId> = below.filter_map(|r| r.chain.first().copied()).collect();
        regions.extend(below);
        for n in notes {
            if n.speaks.iter().any(|r| regions.contains(r)) {
                regions.extend(&n.speaks);
            }
        }
        if regions.len() == before {
            return regions;
        }
    }
}
