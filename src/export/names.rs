//! In: declared things. Out: what each is called in an exported file, and which one such a name means. Never here: names in policy text.

use crate::hir::{DecisionId, OutcomeId, SourceId, Symbols, VocabId};
use crate::source::{FileId, SourceMap};
use crate::value::{EnumId, InputId, RecordId, RegionId};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, format_smolstr};

/// What is wrong with an exported file, in one sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong(pub String);

pub(super) type R<T> = Result<T, Wrong>;

/// Says of what a fault is.
pub(super) trait Within<T> {
    /// Puts `of` before the message.
    fn within(self, of: impl FnOnce() -> String) -> R<T>;
}

impl<T> Within<T> for R<T> {
    fn within(self, of: impl FnOnce() -> String) -> R<T> {
        self.map_err(|Wrong(what)| Wrong(format!("{}: {what}", of())))
    }
}

/// What everything is called: by its number the name that nothing else of its kind has.
#[derive(Debug)]
pub(super) struct Ids {
    pub files: Vec<SmolStr>,
    pub vocabularies: Vec<SmolStr>,
    pub enums: Vec<SmolStr>,
    pub records: Vec<SmolStr>,
    pub inputs: Vec<SmolStr>,
    pub decisions: Vec<SmolStr>,
    pub outcomes: Vec<SmolStr>,
    pub arguments: Vec<Vec<SmolStr>>,
    pub sources: Vec<SmolStr>,
    pub regions: Vec<SmolStr>,
}

impl Ids {
    pub(super) fn of(symbols: &Symbols, map: &SourceMap) -> Ids {
        let vocabularies = apart(symbols.vocabularies.iter().map(|v| v.name.clone()));
        // A name that several vocabularies declare is said with its vocabulary.
        let owned = |all: Vec<(VocabId, &SmolStr)>| {
            let mut seen: FxHashMap<&SmolStr, usize> = FxHashMap::default();
            all.iter().for_each(|(_, n)| *seen.entry(*n).or_default() += 1);
            let full = |(v, n): &(VocabId, &SmolStr)| match (seen.get(n), vocabularies.get(v.at())) {
                (Some(2..), Some(v)) => format_smolstr!("{v}.{n}"),
                _ => SmolStr::clone(n),
            };
            apart(all.iter().map(full))
        };
        let enums = owned(symbols.enums.iter().map(|e| (e.vocab, &e.name)).collect());
        let records = owned(symbols.records.iter().map(|r| (r.vocab, &r.name)).collect());
        let inputs = owned(symbols.inputs.iter().map(|i| (i.vocab, &i.name)).collect());
        let decisions = owned(symbols.decisions.iter().map(|d| (d.vocab, &d.name)).collect());
        let inside = |d: DecisionId, name: &SmolStr| match decisions.get(d.at()) {
            Some(d) => format_smolstr!("{d}.{name}"),
            None => name.clone(),
        };
        let outcomes = apart(symbols.outcomes.iter().map(|o| inside(o.decision, &o.name)));
        let arguments: Vec<(DecisionId, &SmolStr)> =
            symbols.decisions.iter().zip(0..).flat_map(|(d, i)| d.args.iter().map(move |a| (DecisionId(i), &a.name))).collect();
        let mut named = apart(arguments.iter().map(|(d, n)| inside(*d, n))).into_iter();
        let arguments = symbols.decisions.iter().map(|d| named.by_ref().take(d.args.len()).collect()).collect();
        Ids {
            files: files(map),
            sources: apart(symbols.sources.iter().map(|s| s.name.clone())),
            regions: apart(symbols.regions.iter().map(|r| r.name.clone())),
            vocabularies,
            enums,
            records,
            inputs,
            decisions,
            outcomes,
            arguments,
        }
    }

    /// One of a list; every number the program has is in it.
    pub(super) fn one(&self, list: &[SmolStr], at: usize) -> SmolStr {
        list.get(at).cloned().unwrap_or_default()
    }
}

/// What the files are called: by their paths.
pub(super) fn files(map: &SourceMap) -> Vec<SmolStr> {
    apart(map.iter().map(|(_, f)| SmolStr::new(&f.name)))
}

/// The names, each made different from those before it.
fn apart(names: impl Iterator<Item = SmolStr>) -> Vec<SmolStr> {
    let mut taken: FxHashSet<SmolStr> = FxHashSet::default();
    // Where to go on counting: many of one name stay linear.
    let mut next: FxHashMap<SmolStr, u32> = FxHashMap::default();
    names
        .map(|name| {
            let mut own = name.clone();
            while !taken.insert(own.clone()) {
                let n = next.entry(name.clone()).or_insert(1);
                *n += 1;
                own = format_smolstr!("{name}#{n}");
            }
            own
        })
        .collect()
}

/// A table of names of one kind.
#[derive(Debug, Default)]
pub(super) struct Table {
    by_name: FxHashMap<SmolStr, u32>,
}

impl Table {
    pub(super) fn of<'a>(what: &str, names: impl Iterator<Item = &'a SmolStr>) -> R<Table> {
        let mut by_name = FxHashMap::default();
        for (n, i) in names.zip(0..) {
            if by_name.insert(n.clone(), i).is_some() {
                return Err(Wrong(format!("two {what}s are called `{n}`")));
            }
        }
        Ok(Table { by_name })
    }

    fn get(&self, what: &str, name: &str) -> R<u32> {
        self.by_name.get(name).copied().ok_or_else(|| Wrong(format!("there is no {what} `{name}`")))
    }
}

/// Which thing a name of the file means.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub files: Table,
    pub vocabularies: Table,
    pub enums: Table,
    pub records: Table,
    pub inputs: Table,
    pub decisions: Table,
    pub outcomes: Table,
    /// Arguments by name: their place in their decision.
    pub arguments: FxHashMap<SmolStr, u16>,
    pub sources: Table,
    pub regions: Table,
}

impl Found {
    pub(super) fn file(&self, name: &str) -> R<FileId> {
        self.files.get("file", name).map(FileId)
    }
    pub(super) fn vocabulary(&self, name: &str) -> R<VocabId> {
        self.vocabularies.get("vocabulary", name).map(VocabId)
    }
    pub(super) fn enum_(&self, name: &str) -> R<EnumId> {
        self.enums.get("enum", name).map(EnumId)
    }
    pub(super) fn record(&self, name: &str) -> R<RecordId> {
        self.records.get("record", name).map(RecordId)
    }
    pub(super) fn input(&self, name: &str) -> R<InputId> {
        self.inputs.get("input", name).map(InputId)
    }
    pub(super) fn decision(&self, name: &str) -> R<DecisionId> {
        self.decisions.get("decision", name).map(DecisionId)
    }
    pub(super) fn outcome(&self, name: &str) -> R<OutcomeId> {
        self.outcomes.get("outcome", name).map(OutcomeId)
    }
    pub(super) fn argument(&self, name: &str) -> R<u16> {
        self.arguments.get(name).copied().ok_or_else(|| Wrong(format!("there is no argument `{name}`")))
    }
    pub(super) fn source(&self, name: &str) -> R<SourceId> {
        self.sources.get("source", name).map(SourceId)
    }
    pub(super) fn region(&self, name: &str) -> R<RegionId> {
        self.regions.get("region", name).map(RegionId)
    }
}
