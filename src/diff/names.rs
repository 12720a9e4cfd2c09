//! In: two versions, in one numbering. Out: names that came or went, with what looks like the same thing under another name. Never here: answers.

use super::common::{Common, Paired, SIDES};
use super::structure::Writer;
use super::{NameChange, Named};
use crate::hir::DecisionId;
use crate::program::OutcomeId;
use crate::value::{EnumId, InputId, RegionId};
use std::collections::BTreeMap;

/// A name with what is said about it, its own name left out.
struct One {
    name: String,
    said: String,
}

pub(super) fn changes(common: &Common) -> Vec<NameChange> {
    let mut out = Vec::new();
    let symbols = |side: usize| common.symbols(side);
    let label = |l: &Option<crate::program::Label>| l.as_ref().map(|l| l.zh.to_string());
    let mut statements: [BTreeMap<RegionId, Vec<String>>; 2] = Default::default();
    for ((side, into), both) in SIDES.into_iter().zip(&mut statements).zip([0, 1]) {
        let p = common.program(side);
        let w = Writer::plain(p);
        for s in p.statements.iter().filter(|s| s.exception_of.is_none()) {
            let r = common.regions.common(side, s.region.0);
            let alone = common.regions.own(1 - both, r).is_none();
            // Only what could be a renamed region is compared.
            if alone && let Some(text) = w.statement(s) {
                into.entry(s.region).or_default().push(format!("{} {text}", p.symbols.outcome_text(s.outcome)));
            }
        }
        into.values_mut().for_each(|v| v.sort());
    }
    pairs(&common.regions, Named::Region, &mut out, &|side, own| {
        let id = RegionId(own);
        let r = symbols(side).region(id);
        let parent = r.parent.map(|p| symbols(side).region(p).name.to_string());
        let own = statements.get(side).and_then(|s| s.get(&id));
        One { name: r.name.to_string(), said: format!("{parent:?} {own:?}") }
    });
    pairs(&common.decisions, Named::Decision, &mut out, &|side, own| {
        let d = symbols(side).decision(DecisionId(own));
        let outcomes: Vec<String> = d
            .outcomes
            .iter()
            .map(|o| symbols(side).outcome(*o))
            .filter(|o| !o.local)
            .map(|o| format!("{}: {}", o.name, o.ty.show(symbols(side))))
            .collect();
        One { name: d.name.to_string(), said: format!("{outcomes:?}") }
    });
    let gone = |side: usize, d: DecisionId| common.decisions.own(1 - side, common.decisions.common(side, d.0)).is_none();
    pairs(&common.outcomes, Named::Outcome, &mut out, &|side, own| {
        let o = symbols(side).outcome(OutcomeId(own));
        // A name on the way is nobody's question, and a decision takes its outcomes with it.
        let name = if o.local || gone(side, o.decision) { String::new() } else { symbols(side).outcome_text(OutcomeId(own)) };
        One { name, said: format!("{} {} {:?} {:?}", o.decision.0, o.ty.show(symbols(side)), label(&o.label), o.alias) }
    });
    pairs(&common.inputs, Named::Input, &mut out, &|side, own| {
        let i = symbols(side).input(InputId(own));
        One { name: i.name.to_string(), said: format!("{} {:?} {:?} {:?}", i.ty.show(symbols(side)), i.bounds, label(&i.label), i.alias) }
    });
    for (side, other) in [(0, 1), (1, 0)] {
        for (n, e) in (0u32..).zip(&symbols(side).enums) {
            for (v, info) in (0u16..).zip(&e.variants) {
                let lifted = common.lift_variant(side, EnumId(n), v);
                let known = common.lower_variant(other, (side, EnumId(n)), lifted).is_some();
                let both = symbols(other).enums.iter().any(|x| x.name == e.name);
                if !known && both {
                    out.push(NameChange {
                        what: Named::Value,
                        name: format!("{}.{}", e.name, info.name),
                        added: side == 1,
                        looks_like: None,
                    });
                }
            }
        }
    }
    out.sort_by(|a, b| (a.what, &a.name, a.added).cmp(&(b.what, &b.name, b.added)));
    out
}

fn pairs(paired: &Paired, what: Named, out: &mut Vec<NameChange>, one: &dyn Fn(usize, u32) -> One) {
    let mut gone: Vec<One> = Vec::new();
    let mut came: Vec<One> = Vec::new();
    for both in &paired.both {
        match both {
            [Some(old), None] => gone.push(one(0, *old)),
            [None, Some(new)] => came.push(one(1, *new)),
            _ => {}
        }
    }
    let alike = |x: &One, among: &[One]| {
        let mut same = among.iter().filter(|y| !y.name.is_empty() && y.said == x.said);
        match (same.next(), same.next()) {
            (Some(only), None) => Some(only.name.clone()),
            _ => None,
        }
    };
    for (list, others, added) in [(&gone, &came, false), (&came, &gone, true)] {
        for x in list.iter().filter(|x| !x.name.is_empty()) {
            out.push(NameChange { what, name: x.name.clone(), added, looks_like: alike(x, others) });
        }
    }
}
