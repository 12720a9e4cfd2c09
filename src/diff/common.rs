//! In: the names of two versions of the policies. Out: one numbering of inputs, values, decisions, outcomes and regions for both, by name, and translations into it and back. Never here: what is said about any of them.

use crate::hir::DecisionId;
use crate::program::{OutcomeId, Program, Symbols};
use crate::value::{EnumId, InputId, Interval, Item, List, RecordId, RegionId, Type, Value, Variants};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// The two versions, by number: 0 is the old one, 1 the new one.
pub(super) const SIDES: [usize; 2] = [0, 1];

/// Things of one kind in both versions.
#[derive(Debug, Default)]
pub(super) struct Paired {
    /// For each thing its number in the old and in the new version.
    pub both: Vec<[Option<u32>; 2]>,
    /// For each version the common number of each of its things.
    common: [Vec<u32>; 2],
}

impl Paired {
    fn of<K: Hash + Eq + Clone>(old: &[K], new: &[K]) -> Paired {
        let mut both: Vec<[Option<u32>; 2]> = Vec::new();
        let mut seen: FxHashMap<K, usize> = FxHashMap::default();
        let mut common = [Vec::new(), Vec::new()];
        for ((side, keys), numbers) in [old, new].into_iter().enumerate().zip(&mut common) {
            for (own, key) in (0u32..).zip(keys) {
                let free = seen.get(key).copied().filter(|at| both.get(*at).and_then(|b| b.get(side)).is_some_and(Option::is_none));
                let at = free.unwrap_or_else(|| {
                    both.push([None, None]);
                    both.len() - 1
                });
                if side == 0 {
                    seen.insert(key.clone(), at);
                }
                if let Some(slot) = both.get_mut(at).and_then(|b| b.get_mut(side)) {
                    *slot = Some(own);
                }
                numbers.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        Paired { both, common }
    }

    /// Its number in one version.
    pub fn own(&self, side: usize, common: u32) -> Option<u32> {
        self.both.get(common as usize)?.get(side).copied().flatten()
    }

    /// The common number of something in one version.
    pub fn common(&self, side: usize, own: u32) -> u32 {
        self.common.get(side).and_then(|c| c.get(own as usize)).copied().unwrap_or(u32::MAX)
    }

    /// Every common number.
    pub fn all(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.both.len()).unwrap_or(u32::MAX)
    }
}

/// One numbering for two versions.
pub(super) struct Common<'a> {
    /// The two programs.
    pub programs: [&'a Program; 2],
    pub inputs: Paired,
    pub decisions: Paired,
    pub outcomes: Paired,
    pub regions: Paired,
    records: Paired,
    enums: Paired,
    /// The values of each enum, by its common number.
    values: Vec<Paired>,
}

impl<'a> Common<'a> {
    pub fn of(programs: [&'a Program; 2]) -> Common<'a> {
        let [old, new] = programs.map(|p| &p.symbols);
        let by = |f: &dyn Fn(&Symbols) -> Vec<String>| Paired::of(&f(old), &f(new));
        let vocab = |s: &Symbols, v| s.vocabulary(v).name.to_string();
        let enums = by(&|s| s.enums.iter().map(|e| format!("{}.{}", vocab(s, e.vocab), e.name)).collect());
        let variants = |s: &Symbols, e: Option<u32>| -> Vec<String> {
            e.map_or_else(Vec::new, |e| s.enum_(EnumId(e)).variants.iter().map(|v| v.name.to_string()).collect())
        };
        let values = enums.both.iter().map(|[o, n]| Paired::of(&variants(old, *o), &variants(new, *n))).collect();
        let records = by(&|s| {
            let fields = |r: &crate::hir::Record| r.fields.iter().map(|f| format!("{} {}", f.name, f.ty.show(s))).collect::<Vec<_>>();
            s.records.iter().map(|r| format!("{}.{} {:?}", vocab(s, r.vocab), r.name, fields(r))).collect()
        });
        // What has another type is another thing: nobody can tell both with the same words.
        let inputs = by(&|s| s.inputs.iter().map(|i| format!("{}.{}: {}", vocab(s, i.vocab), i.name, i.ty.show(s))).collect());
        let head = |s: &Symbols, d: DecisionId| {
            let d = s.decision(d);
            let args: Vec<String> = d.args.iter().map(|a| format!("{}: {}", a.name, s.enum_(a.ty).name)).collect();
            format!("{}.{} {args:?} {}", vocab(s, d.vocab), d.name, d.arrow)
        };
        let decisions = by(&|s| (0u32..).zip(&s.decisions).map(|(i, _)| head(s, DecisionId(i))).collect());
        let outcomes =
            by(&|s| s.outcomes.iter().map(|o| format!("{} {}: {} {}", head(s, o.decision), o.name, o.ty.show(s), o.local)).collect());
        let regions = by(&|s| s.regions.iter().map(|r| r.name.to_string()).collect());
        Common { programs, inputs, decisions, outcomes, regions, records, enums, values }
    }

    pub fn symbols(&self, side: usize) -> &'a Symbols {
        let [old, new] = self.programs;
        if side == 0 { &old.symbols } else { &new.symbols }
    }

    pub fn program(&self, side: usize) -> &'a Program {
        let [old, new] = self.programs;
        if side == 0 { old } else { new }
    }

    /// A version in which it exists, the new one if it can be.
    pub fn any_side(&self, of: &Paired, common: u32) -> (usize, u32) {
        match of.own(1, common) {
            Some(own) => (1, own),
            None => (0, of.own(0, common).unwrap_or(0)),
        }
    }

    pub fn input(&self, side: usize, common: u32) -> Option<InputId> {
        self.inputs.own(side, common).map(InputId)
    }

    pub fn outcome(&self, side: usize, common: u32) -> Option<OutcomeId> {
        self.outcomes.own(side, common).map(OutcomeId)
    }

    pub fn region(&self, side: usize, common: u32) -> Option<RegionId> {
        self.regions.own(side, common).map(RegionId)
    }

    /// The name of a region.
    pub fn region_name(&self, common: u32) -> String {
        let (side, own) = self.any_side(&self.regions, common);
        self.symbols(side).region(RegionId(own)).name.to_string()
    }

    /// The values of an enum of one version.
    fn variants(&self, side: usize, e: EnumId) -> Option<&Paired> {
        self.values.get(self.enums.common(side, e.0) as usize)
    }

    /// The enum of an input (or argument), in a version in which it exists.
    pub fn enum_of(&self, thing: &Thing, decision: u32) -> Option<(usize, EnumId)> {
        match thing {
            Thing::Input(c) => {
                let (side, own) = self.any_side(&self.inputs, *c);
                match self.symbols(side).input(InputId(own)).ty.base() {
                    Type::Enum(e) => Some((side, *e)),
                    _ => None,
                }
            }
            Thing::Arg(i) => {
                let (side, own) = self.any_side(&self.decisions, decision);
                Some((side, self.symbols(side).decision(DecisionId(own)).args.get(usize::from(*i))?.ty))
            }
            _ => None,
        }
    }

    /// All values of an enum, by their common numbers.
    pub fn all_variants(&self, (side, e): (usize, EnumId)) -> Vec<u16> {
        self.variants(side, e).into_iter().flat_map(Paired::all).filter_map(|v| u16::try_from(v).ok()).collect()
    }

    /// The name of a value of an enum.
    pub fn variant_name(&self, (side, e): (usize, EnumId), common: u16) -> String {
        let Some(paired) = self.variants(side, e) else { return "?".to_string() };
        let both = self.enums.both.get(self.enums.common(side, e.0) as usize);
        for s in [1, 0] {
            let own_enum = both.and_then(|b| b.get(s).copied().flatten());
            if let (Some(own), Some(e)) = (paired.own(s, common.into()), own_enum) {
                return self.symbols(s).enum_(EnumId(e)).variants.get(own as usize).map_or("?".to_string(), |v| v.name.to_string());
            }
        }
        "?".to_string()
    }

    /// Common numbers of an enum's values, in one version; `on` is the version whose enum `e` is.
    pub fn lower_variant(&self, side: usize, (on, e): (usize, EnumId), common: u16) -> Option<u16> {
        self.variants(on, e)?.own(side, common.into()).and_then(|v| u16::try_from(v).ok())
    }

    /// The common number of a value of an enum of one version.
    pub fn lift_variant(&self, side: usize, e: EnumId, own: u16) -> u16 {
        self.variants(side, e).map_or(own, |p| u16::try_from(p.common(side, own.into())).unwrap_or(u16::MAX))
    }

    /// The bounds of an input in one version.
    pub fn bounds(&self, side: usize, common: u32) -> Option<Interval> {
        self.input(side, common).map(|i| self.symbols(side).input(i).bounds.unwrap_or(Interval::ALL))
    }

    /// A value of one version, in common numbers.
    pub fn lift(&self, side: usize, value: &Value, ty: &Type) -> Option<Value> {
        let turn = Turn {
            variant: &|e, v| Some(self.lift_variant(side, e, v)),
            region: &|r| Some(RegionId(self.regions.common(side, r.0))),
            record: &|r| Some(RecordId(self.records.common(side, r.0))),
        };
        turn.value(value, ty, self.symbols(side))
    }

    /// A value in common numbers, as one version has it; nothing if that version does not know it.
    pub fn lower(&self, side: usize, value: &Value, ty: &Type) -> Option<Value> {
        let turn = Turn {
            variant: &|e, v| self.lower_variant(side, (side, e), v),
            region: &|r| self.region(side, r.0),
            record: &|r| self.records.own(side, r.0).map(RecordId),
        };
        turn.value(value, ty, self.symbols(side))
    }
}

/// One way to renumber what a value is made of.
struct Turn<'a> {
    variant: &'a dyn Fn(EnumId, u16) -> Option<u16>,
    region: &'a dyn Fn(RegionId) -> Option<RegionId>,
    record: &'a dyn Fn(RecordId) -> Option<RecordId>,
}

impl Turn<'_> {
    fn value(&self, value: &Value, ty: &Type, symbols: &Symbols) -> Option<Value> {
        Some(match (value, ty.base()) {
            (Value::Variants(v), Type::Enum(e)) => {
                let own: Option<Vec<u16>> = v.iter().map(|v| (self.variant)(*e, v)).collect();
                Value::Variants(Variants::from_set(own?)?)
            }
            (Value::Region(r), _) => Value::Region((self.region)(*r)?),
            (Value::List(list), Type::List(item)) => {
                let items: Option<Vec<Item>> = list.items.iter().map(|i| self.item(i, item, symbols)).collect();
                Value::from(List::new(items?, list.ordered, list.open).ok()?)
            }
            (Value::Record(r), Type::Record(id)) => {
                let fields = r.fields.iter().zip(&symbols.records.get(id.index())?.fields);
                let made: Option<Vec<Value>> = fields.map(|(v, f)| self.value(v, &f.ty, symbols)).collect();
                Value::record((self.record)(r.id)?, made?)
            }
            // Facts carry neither names of inputs nor attributes.
            (Value::Input(_), _) => return None,
            _ => value.clone(),
        })
    }

    fn item(&self, item: &Item, ty: &Type, symbols: &Symbols) -> Option<Item> {
        match item {
            Item::One { value, attributes } if attributes.is_empty() => Some(Item::plain(self.value(value, ty, symbols)?)),
            _ => None,
        }
    }
}

/// Something about people on which answers may turn, in common numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    /// An argument of the decision.
    Arg(u16),
    /// A fact.
    Input(u32),
    /// Whether they have that fact at all.
    Absent(u32),
    /// A formula of several facts, the same in both versions.
    Formula(String),
    /// A formula or comparison of several facts, in one version.
    Of(usize, crate::eval::Var),
}
