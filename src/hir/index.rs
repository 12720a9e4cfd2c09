//! In: the tables of declared things. Out: what is looked up in them: names, scopes, chains of regions. Never here: which declarations are right.

use super::symbols::{Entry, Scope};
use super::vocabulary::id;
use super::{DecisionId, OutcomeId, SourceId, Symbols, VocabId};
use crate::value::{EnumId, InputId, RecordId, RegionId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// A name that would mean two things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice(pub SmolStr);

impl Symbols {
    /// For each region itself and those it lies in, the deepest first. The parents must not run in circles.
    pub(crate) fn chains(&mut self) {
        let parents: Vec<Option<RegionId>> = self.regions.iter().map(|r| r.parent).collect();
        for (i, r) in self.regions.iter_mut().enumerate() {
            let mut chain = vec![RegionId(id(i))];
            let mut at = r.parent;
            while let Some(p) = at {
                chain.push(p);
                at = parents.get(p.0 as usize).copied().flatten();
            }
            r.chain = chain;
        }
    }

    /// Fills every table of names from the declarations, except those of vocabularies and regions, which may have names beside their own.
    pub(crate) fn index(&mut self) -> Result<(), Twice> {
        self.scopes = vec![Scope::default(); self.vocabularies.len()];
        let scopes = &mut self.scopes;
        for (i, e) in self.enums.iter_mut().enumerate() {
            let this = EnumId(id(i));
            e.by_name.clear();
            for (v, variant) in e.variants.iter().enumerate() {
                let v = u16::try_from(v).unwrap_or(u16::MAX);
                for name in spellings(&variant.name, &variant.alias) {
                    put(&mut e.by_name, name, v)?;
                    if let Some(s) = scopes.get_mut(e.vocab.at()) {
                        s.variants.entry(name.clone()).or_default().push((this, v));
                    }
                }
            }
            if let Some(s) = scopes.get_mut(e.vocab.at()) {
                put_all(&mut s.types, &e.name, &e.alias, Entry::Enum(this))?;
            }
        }
        for (i, r) in self.records.iter().enumerate() {
            if let Some(s) = scopes.get_mut(r.vocab.at()) {
                put_all(&mut s.types, &r.name, &r.alias, Entry::Record(RecordId(id(i))))?;
            }
        }
        for (i, x) in self.inputs.iter().enumerate() {
            if let Some(s) = scopes.get_mut(x.vocab.at()) {
                put_all(&mut s.inputs, &x.name, &x.alias, InputId(id(i)))?;
            }
        }
        for (i, d) in self.decisions.iter_mut().enumerate() {
            d.by_name.clear();
            d.outcomes.clear();
            if let Some(s) = scopes.get_mut(d.vocab.at()) {
                put_all(&mut s.decisions, &d.name, &d.alias, DecisionId(id(i)))?;
            }
        }
        for (i, o) in self.outcomes.iter().enumerate() {
            if let Some(d) = self.decisions.get_mut(o.decision.at()) {
                d.outcomes.push(OutcomeId(id(i)));
                put_all(&mut d.by_name, &o.name, &o.alias, OutcomeId(id(i)))?;
            }
        }
        self.source_by_name.clear();
        for (i, s) in self.sources.iter().enumerate() {
            put(&mut self.source_by_name, &s.name, SourceId(id(i)))?;
        }
        Ok(())
    }

    /// Lets a vocabulary be found by these names.
    pub(crate) fn name_vocabulary<'a>(&mut self, vocab: VocabId, names: impl Iterator<Item = &'a SmolStr>) -> Result<(), Twice> {
        names.into_iter().try_for_each(|n| put(&mut self.vocab_by_name, n, vocab))
    }

    /// Lets a region be found by these names.
    pub(crate) fn name_region<'a>(&mut self, region: RegionId, names: impl Iterator<Item = &'a SmolStr>) -> Result<(), Twice> {
        names.into_iter().try_for_each(|n| put(&mut self.region_by_name, n, region))
    }
}

/// A name and its alias.
fn spellings<'a>(name: &'a SmolStr, alias: &'a Option<SmolStr>) -> impl Iterator<Item = &'a SmolStr> {
    std::iter::once(name).chain(alias)
}

fn put_all<T: Copy + PartialEq>(
    table: &mut FxHashMap<SmolStr, T>,
    name: &SmolStr,
    alias: &Option<SmolStr>,
    meaning: T,
) -> Result<(), Twice> {
    spellings(name, alias).try_for_each(|n| put(table, n, meaning))
}

fn put<T: Copy + PartialEq>(table: &mut FxHashMap<SmolStr, T>, name: &SmolStr, meaning: T) -> Result<(), Twice> {
    match table.insert(name.clone(), meaning) {
        Some(other) if other != meaning => Err(Twice(name.clone())),
        _ => Ok(()),
    }
}
