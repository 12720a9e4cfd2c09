//! In: regions as written, wherever they are opened. Out: one tree of them, with what is wrong about it. Never here: what regions say.

use super::declare::Declared;
use super::lookup::{MAX_SUGGESTIONS, nearest, unknown};
use super::vocabulary::{id, label, spellings};
use super::{Agency, Region};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{SourceMap, Span};
use crate::syntax::ast;
use crate::value::RegionId;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Regions inside one another at most.
pub const MAX_REGION_DEPTH: usize = 64;

impl Declared {
    pub(super) fn regions(&mut self, map: &SourceMap, files: &[ast::File], out: &mut Vec<Diagnostic>) {
        let embedded = |span: Span| map.get(span.file).is_some_and(|f| f.embedded);
        let mut parents: Vec<Option<&ast::Ident>> = Vec::new();
        let mut blocks: Vec<(RegionId, &ast::Region)> = Vec::new();
        for item in files.iter().flat_map(|f| &f.items) {
            let ast::Item::Region(r) = item else { continue };
            let known = self.symbols.region_by_name.get(&r.named.name.text).copied();
            let other = r.named.alias.as_ref().and_then(|a| Some((a, *self.symbols.region_by_name.get(&a.text)?)));
            if let Some((alias, other)) = other.filter(|(_, o)| Some(*o) != known) {
                let owner = self.symbols.region(other);
                let taken =
                    if owner.name == alias.text { "another region".to_owned() } else { format!("a name of `{}` already", owner.name) };
                out.push(
                    Diagnostic::at(&codes::E0209, alias.span, format!("`{}` is {taken}", alias.text))
                        .label("another region's name")
                        .related(owner.span, "declared here")
                        .help(format!(
                            "give `{}` an alias of its own; if the two are one region, open it by its first name",
                            r.named.name.text
                        )),
                );
            }
            let region = known.unwrap_or_else(|| {
                self.symbols.regions.push(Region {
                    name: r.named.name.text.clone(),
                    alias: None,
                    label: None,
                    parent: None,
                    agency: None,
                    chain: Vec::new(),
                    span: r.named.name.span,
                });
                parents.push(None);
                RegionId(id(self.symbols.regions.len() - 1))
            });
            for n in spellings(&r.named) {
                self.symbols.region_by_name.entry(n.text.clone()).or_insert(region);
            }
            blocks.push((region, r));
        }
        for (region, r) in &blocks {
            let Some(info) = self.symbols.regions.get_mut(region.0 as usize) else { continue };
            if let Some(a) = &r.named.alias {
                info.alias.get_or_insert_with(|| a.text.clone());
            }
            if let Some(l) = label(r.named.label.as_ref()) {
                info.label.get_or_insert(l);
            }
            for item in &r.items {
                let ast::RegionItem::Agency(a) = item else { continue };
                match &info.agency {
                    Some(first) if first.text != a.text => out.push(
                        Diagnostic::at(&codes::E0209, a.span, format!("`{}` has two agencies", info.name))
                            .label("another one")
                            .related(first.span, "the first one")
                            .help("keep one here; name others at the statement, as in `refer \"市医保局\"`"),
                    ),
                    Some(_) => {}
                    None => info.agency = Some(Agency { text: a.text.clone(), span: a.span }),
                }
            }
            let Some(parent) = &r.parent else { continue };
            let Some(&parent_id) = self.symbols.region_by_name.get(&parent.text) else {
                let few = out.len() < MAX_SUGGESTIONS;
                let known = self.symbols.region_by_name.keys().map(SmolStr::as_str).filter(|_| few);
                let d = unknown(&codes::E0202, "region", &parent.text, parent.span, known);
                let d = if d.help.as_ref().is_some_and(|h| h.starts_with("did you")) {
                    d
                } else {
                    d.help(format!("declare it: `region {} in 全国 < >`", parent.text))
                };
                out.push(d);
                continue;
            };
            let slot = parents.get_mut(region.0 as usize);
            match (info.parent, slot) {
                (Some(first), Some(slot)) if first != parent_id => {
                    let other = slot.map(|i| i.span);
                    {
                        let standard = other.is_some_and(embedded);
                        let d = Diagnostic::at(
                            &codes::E0211,
                            parent.span,
                            format!("`{}` lies in `{}` here, but elsewhere in another region", r.named.name.text, parent.text),
                        )
                        .label("a second parent")
                        .help(if standard {
                            "correct this `in`; to order the regions your own way, put a whole tree of yours into a file `standard/regions.pol`"
                        } else {
                            "a region lies in exactly one other; keep one `in`"
                        });
                        out.push(match other {
                            Some(s) => d.related(s, "the first one"),
                            None => d,
                        });
                    }
                }
                (None, Some(slot)) => {
                    info.parent = Some(parent_id);
                    *slot = Some(parent);
                }
                _ => {}
            }
        }
        self.region_cycles(&parents, out);
        self.region_depths(&parents, out);
        self.symbols.chains();
        self.new_roots(&blocks, embedded, out);
    }

    /// Cuts and reports circles of regions.
    fn region_cycles(&mut self, parents: &[Option<&ast::Ident>], out: &mut Vec<Diagnostic>) {
        let n = self.symbols.regions.len();
        let mut done = vec![false; n];
        for start in 0..n {
            let mut path: Vec<usize> = Vec::new();
            let mut at = Some(start);
            while let Some(r) = at {
                if done.get(r).copied().unwrap_or(true) {
                    break;
                }
                if let Some(from) = path.iter().position(|p| *p == r) {
                    let circle: Vec<&str> =
                        path.iter().skip(from).filter_map(|i| self.symbols.regions.get(*i)).map(|r| r.name.as_str()).collect();
                    if let Some(ident) = parents.get(r).copied().flatten() {
                        let first = circle.first().copied().unwrap_or_default();
                        out.push(
                            Diagnostic::at(
                                &codes::E0210,
                                ident.span,
                                format!("`{first}` lies within itself: {} → {first}", circle.join(" → ")),
                            )
                            .label("this closes the circle")
                            .help("one of these regions has the wrong `in`"),
                        );
                    }
                    if let Some(info) = self.symbols.regions.get_mut(r) {
                        info.parent = None;
                    }
                    break;
                }
                path.push(r);
                at = self.symbols.regions.get(r).and_then(|i| i.parent).map(|p| p.0 as usize);
            }
            for p in path {
                if let Some(d) = done.get_mut(p) {
                    *d = true;
                }
            }
        }
    }

    /// Cuts and reports trees that are deeper than anybody governs.
    fn region_depths(&mut self, parents: &[Option<&ast::Ident>], out: &mut Vec<Diagnostic>) {
        let up: Vec<Option<RegionId>> = self.symbols.regions.iter().map(|r| r.parent).collect();
        let mut depths: Vec<Option<usize>> = vec![None; up.len()];
        for start in 0..up.len() {
            let mut path = Vec::new();
            let mut at = Some(start);
            while let Some(r) = at.filter(|r| depths.get(*r).copied().flatten().is_none()) {
                path.push(r);
                at = up.get(r).copied().flatten().map(|p| p.0 as usize);
            }
            let mut depth = at.and_then(|r| depths.get(r).copied().flatten()).unwrap_or(0);
            for r in path.into_iter().rev() {
                depth += 1;
                if depth > MAX_REGION_DEPTH {
                    depth = 1;
                    if let Some(info) = self.symbols.regions.get_mut(r) {
                        info.parent = None;
                    }
                    if let Some(ident) = parents.get(r).copied().flatten() {
                        out.push(
                            Diagnostic::at(&codes::E0217, ident.span, format!("regions lie more than {MAX_REGION_DEPTH} deep in each other here"))
                                .label("too deep")
                                .help("a tree of regions has as many levels as there are governments above a place; check the `in` of these regions"),
                        );
                    }
                }
                if let Some(d) = depths.get_mut(r) {
                    *d = Some(depth);
                }
            }
        }
    }

    /// A region without a parent that is spelled almost like a known one is probably a slip.
    fn new_roots(&self, blocks: &[(RegionId, &ast::Region)], embedded: impl Fn(Span) -> bool, out: &mut Vec<Diagnostic>) {
        let mut seen = FxHashSet::default();
        let mut parents = FxHashSet::default();
        for r in &self.symbols.regions {
            parents.extend(r.parent);
        }
        for (region, block) in blocks {
            let info = self.symbols.region(*region);
            if info.parent.is_some() || parents.contains(region) || !seen.insert(*region) || embedded(info.span) {
                continue;
            }
            let known = self.symbols.regions.iter().filter(|r| r.parent.is_some()).map(|r| r.name.as_str());
            if let Some(near) = nearest(&info.name, known).filter(|n| n.chars().count() == info.name.chars().count()) {
                out.push(
                    Diagnostic::at(
                        &codes::W0706,
                        block.named.name.span,
                        format!("`{}` is a new region of its own, spelled almost like `{near}`", info.name),
                    )
                    .label("lies in no other region")
                    .help(format!("if `{near}` was meant, correct it; if not, say where it lies: `region {} in 全国 <`", info.name)),
                );
            }
        }
    }
}
