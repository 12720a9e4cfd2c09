//! In: the regions compared. Out: for whom the same may be said: the arguments of a decision in groups that no statement tells apart, and how to write such groups. Never here: what is said to them.

use crate::hir::{ArgRef, DecisionId};
use crate::program::{Node, Program};
use crate::value::{EnumId, Names, RegionId, Type, Value, Variants};

/// Groups of people asked about for one decision at most; beyond it only heads tell them apart, then nothing does.
const MAX_GROUPS: usize = 256;

/// For each argument some of its values; whoever has any of them is told the same.
pub(super) type Group = Vec<Variants>;

/// Whom a decision can be about, told apart as far as these regions do; arguments that are told stay as they are.
pub(super) fn groups(p: &Program, decision: DecisionId, told: Option<&[Option<u16>]>, regions: &[RegionId]) -> Vec<Group> {
    let info = p.symbols.decision(decision);
    let made = |apart: Option<bool>| {
        let mut out: Vec<Group> = vec![Vec::new()];
        for (i, arg) in info.args.iter().enumerate() {
            let classes = match told.and_then(|t| t.get(i).copied().flatten()) {
                Some(v) => Variants::from_set([v]).into_iter().collect(),
                None => match apart {
                    Some(fine) => classes(p, arg.ty, regions, fine),
                    None => Variants::all(p.symbols.variant_count(arg.ty)).into_iter().collect(),
                },
            };
            out = out.iter().flat_map(|g| classes.iter().map(move |c| [g.as_slice(), std::slice::from_ref(c)].concat())).collect();
            if out.len() > MAX_GROUPS {
                return None;
            }
        }
        Some(out)
    };
    made(Some(true)).or_else(|| made(Some(false))).or_else(|| made(None)).unwrap_or_default()
}

/// A group as the arguments of a question: one of its people for all of them; everybody is left open.
pub(super) fn asked(p: &Program, decision: DecisionId, group: &Group) -> Vec<Option<u16>> {
    let args = &p.symbols.decision(decision).args;
    let one = |(set, arg): (&Variants, &crate::hir::Argument)| if whole(p, set, arg.ty) { set.single() } else { set.iter().next() };
    group.iter().zip(args).map(one).collect()
}

fn whole(p: &Program, set: &Variants, of: EnumId) -> bool {
    set.len() >= p.symbols.variant_count(of)
}

/// The values of an enum, those together that stand in the same sets wherever sets of them are written.
fn classes(p: &Program, of: EnumId, regions: &[RegionId], fine: bool) -> Vec<Variants> {
    let mut sets: Vec<&Variants> = Vec::new();
    let mut single: Vec<u16> = Vec::new();
    for s in p.statements.iter().filter(|s| regions.contains(&s.region)) {
        let args = &p.symbols.decision(p.symbols.outcome(s.outcome).decision).args;
        sets.extend(s.head.iter().zip(args).filter(|(_, a)| a.ty == of).filter_map(|(h, _)| h.as_ref()));
    }
    if fine {
        for (node, ty) in p.nodes.iter().zip(&p.types) {
            match node {
                Node::Const(Value::Variants(v)) if *ty.base() == Type::Enum(of) => sets.push(v),
                Node::Read { outcome, args, .. } => {
                    let asked = &p.symbols.decision(p.symbols.outcome(*outcome).decision).args;
                    single.extend(args.iter().zip(asked).filter(|(_, a)| a.ty == of).filter_map(|(r, _)| match r {
                        ArgRef::Variant(v) => Some(*v),
                        ArgRef::Arg(_) | ArgRef::Input(_) => None,
                    }));
                }
                _ => {}
            }
        }
    }
    sets.sort_unstable();
    sets.dedup();
    let mut out: Vec<(Vec<bool>, Vec<u16>)> = Vec::new();
    for v in 0..u16::try_from(p.symbols.variant_count(of)).unwrap_or(u16::MAX) {
        let marks: Vec<bool> = sets.iter().map(|s| s.contains(v)).chain(single.iter().map(|s| *s == v)).collect();
        match out.iter_mut().find(|(m, _)| *m == marks) {
            Some((_, list)) => list.push(v),
            None => out.push((marks, vec![v])),
        }
    }
    out.into_iter().filter_map(|(_, list)| Variants::from_set(list)).collect()
}

/// Groups in as few words as may be: `resident->any`, `employee|flexible->resident`; one empty text for everybody.
pub(super) fn told(p: &Program, decision: DecisionId, groups: &[Group]) -> Vec<String> {
    let mut left: Vec<Group> = groups.to_vec();
    let arguments = p.symbols.decision(decision).args.len();
    // Groups that differ in one argument only become one.
    for i in (0..arguments).rev() {
        let mut merged: Vec<Group> = Vec::new();
        for g in left {
            let same = |m: &&mut Group| m.iter().zip(&g).enumerate().all(|(k, (a, b))| k == i || a == b);
            match (merged.iter_mut().find(same), g.get(i)) {
                (Some(m), Some(more)) => {
                    if let Some(slot) = m.get_mut(i) {
                        *slot = slot.union(more);
                    }
                }
                _ => merged.push(g),
            }
        }
        left = merged;
    }
    left.iter().map(|g| one(p, decision, g)).collect()
}

fn one(p: &Program, decision: DecisionId, group: &Group) -> String {
    let info = p.symbols.decision(decision);
    let part = |(set, arg): (&Variants, &crate::hir::Argument)| {
        if whole(p, set, arg.ty) {
            return "any".to_owned();
        }
        set.iter().map(|v| p.symbols.variant(arg.ty, v)).collect::<Vec<_>>().join("|")
    };
    let parts: Vec<String> = group.iter().zip(&info.args).map(part).collect();
    if parts.iter().all(|p| p == "any") { String::new() } else { parts.join(if info.arrow { "->" } else { ", " }) }
}
