//! In: statements about the same outcome. Out: those that contradict each other, can never win, or replace a final rule, whatever person asks. Never here: conditions by themselves.

use crate::diagnostics::{Code, Diagnostic, codes};
use crate::eval::constants;
use crate::program::{Node, NodeId, OutcomeId, Program, Shelf, Stmt, StmtId};
use crate::value::{RegionId, Value, agree, show};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Findings of one kind reported for one outcome of one region; the rest are alike.
const MAX_REPORTS: usize = 20;
/// Statements of one outcome that each other one is compared with.
const MAX_RIVALS: usize = 32;

pub(super) fn check(p: &Program) -> Vec<Diagnostic> {
    let finals: FxHashSet<OutcomeId> = p.shelves.iter().filter(|(_, s)| !s.finals.is_empty()).map(|((o, _), _)| *o).collect();
    let shelves: Vec<(&(OutcomeId, RegionId), &Shelf)> = p.shelves.iter().collect();
    shelves
        .par_iter()
        .flat_map_iter(|((outcome, region), shelf)| {
            let mut out = Vec::new();
            conflicts(p, &shelf.rules, &mut out);
            conflicts(p, &shelf.default_rules, &mut out);
            unseen(p, &shelf.default_rules, &shelf.rules, &mut out);
            unseen(p, &shelf.default_claims, &shelf.claims, &mut out);
            if finals.contains(outcome) {
                replaced(p, *outcome, *region, shelf, &mut out);
            }
            out
        })
        .collect()
}

/// Two conditions with the same text of nodes are the same condition.
fn condition_key(p: &Program, stmt: &Stmt) -> String {
    let mut key = stmt.when.map_or(String::new(), |w| shape(p, w));
    for l in &stmt.each {
        key.push_str(&format!(" each {}", shape(p, l.list)));
    }
    key
}

fn shape(p: &Program, node: NodeId) -> String {
    let mut parts = Vec::new();
    p.node(node).children(&mut |c| parts.push(shape(p, c)));
    match p.node(node) {
        Node::Const(v) => format!("{v:?}"),
        Node::Compare(op, ..) => format!("{op:?}({})", parts.join(",")),
        Node::Same(_, _, negate) => format!("Same{negate}({})", parts.join(",")),
        Node::Math(op, ..) => format!("{op:?}({})", parts.join(",")),
        Node::Call(f, _) => format!("{f:?}({})", parts.join(",")),
        Node::All(_) => format!("All({})", parts.join(",")),
        Node::Any(_) => format!("Any({})", parts.join(",")),
        Node::Not(_) => format!("Not({})", parts.join(",")),
        Node::Input(_) | Node::Arg(_) => format!("{:?}", p.node(node)),
        Node::Read { outcome, args, .. } => format!("Read{outcome:?}{args:?}({})", parts.join(",")),
        // Anything rarer is taken as a condition of its own.
        _ => format!("node{}", node.0),
    }
}

/// All arguments `b` is about, `a` is about too.
fn head_covers(a: &Stmt, b: &Stmt) -> bool {
    a.head.iter().zip(&b.head).all(|(x, y)| match (x, y) {
        (None, _) => true,
        (Some(x), Some(y)) => y.is_subset(x),
        (Some(_), None) => false,
    })
}

fn period_covers(a: &Stmt, b: &Stmt) -> bool {
    let from = a.from.is_none_or(|f| b.by == a.by && b.from.is_some_and(|g| f <= g));
    let until = a.until.is_none_or(|u| b.by == a.by && b.until.is_some_and(|v| v <= u));
    from && until
}

fn values(p: &Program, a: &Stmt, b: &Stmt) -> Option<(Value, Value)> {
    if !a.exceptions.is_empty() || !b.exceptions.is_empty() {
        return None;
    }
    let (x, y) = constants(p, a, b);
    x.zip(y)
}

fn differ(code: &'static Code, p: &Program, a: &Stmt, b: &Stmt, message: String, help: &str) -> Option<Diagnostic> {
    let (x, y) = values(p, a, b)?;
    if agree(&x, &y).is_some() {
        return None;
    }
    let info = p.symbols.outcome(a.outcome);
    let (sx, sy) = (show(&x, &info.ty, &p.symbols), show(&y, &info.ty, &p.symbols));
    Some(Diagnostic::at(code, b.span, message).label(format!("gives {sy}")).related(a.span, format!("gives {sx}")).help(help))
}

/// Rules of one region under the same condition with different values.
fn conflicts(p: &Program, ids: &[StmtId], out: &mut Vec<Diagnostic>) {
    if ids.len() < 2 {
        return;
    }
    let mut groups: FxHashMap<String, Vec<&Stmt>> = FxHashMap::default();
    let mut reported = 0;
    for id in ids {
        let stmt = p.statement(*id);
        let rivals = groups.entry(condition_key(p, stmt)).or_default();
        for earlier in rivals.iter() {
            if reported >= MAX_REPORTS {
                return;
            }
            // Rows of one table are told apart where the table is checked.
            let one_table = stmt.table.is_some() && stmt.table == earlier.table;
            // What the project's order of sources settles is no contradiction.
            let settled = earlier
                .source
                .zip(stmt.source)
                .is_some_and(|(a, b)| p.symbols.outranks(a, b).is_some() || p.symbols.outranks(b, a).is_some());
            if one_table || settled || !earlier.heads_meet(stmt) || earlier.by != stmt.by || !earlier.periods_meet(stmt) {
                continue;
            }
            let info = p.symbols.outcome(stmt.outcome);
            let region = &p.symbols.region(stmt.region).name;
            let found = differ(
                &codes::E0604,
                p,
                earlier,
                stmt,
                format!("two rules of {region} give `{}` different values for the same people", info.name),
                "remove one, give them different conditions or periods, or say which is the general one: `default` above, `except when` below it",
            );
            if let Some(d) = found {
                out.push(d);
                reported += 1;
                break;
            }
        }
        if rivals.len() < MAX_RIVALS {
            rivals.push(stmt);
        }
    }
}

/// Defaults that another statement of the region always replaces.
fn unseen(p: &Program, defaults: &[StmtId], plain: &[StmtId], out: &mut Vec<Diagnostic>) {
    let known = |s: &Stmt| s.source.and_then(|x| p.symbols.source(x).known_from);
    let always: Vec<&Stmt> =
        plain.iter().map(|id| p.statement(*id)).filter(|s| s.when.is_none() && s.each.is_empty()).take(MAX_RIVALS).collect();
    for id in defaults.iter().take(MAX_REPORTS) {
        let d = p.statement(*id);
        let winner = always
            .iter()
            .find(|s| head_covers(s, d) && period_covers(s, d) && known(s).is_none_or(|k| known(d).is_some_and(|own| k <= own)));
        if let Some(w) = winner {
            out.push(
                Diagnostic::at(&codes::W0603, d.span, "this default can never win")
                    .label("always replaced")
                    .related(w.span, "this statement of the same region always holds")
                    .help("remove the default, or give the other statement its condition"),
            );
        }
    }
}

/// Rules that replace a final rule of a region above.
fn replaced(p: &Program, outcome: OutcomeId, region: RegionId, shelf: &Shelf, out: &mut Vec<Diagnostic>) {
    let chain = &p.symbols.region(region).chain;
    // What is adjusted on the way, here or where it is fixed, may come to the final value again: that takes a search.
    if !shelf.adjust_rules.is_empty() {
        return;
    }
    for above in chain.iter().skip(1) {
        let Some(upper) = p.shelf(outcome, *above) else { continue };
        if !upper.adjust_rules.is_empty() {
            return;
        }
        for f in upper.finals.iter().take(MAX_RIVALS) {
            let fixed = p.statement(*f);
            let fixed_key = condition_key(p, fixed);
            for id in shelf.rules.iter().chain(&shelf.default_rules).take(MAX_RIVALS) {
                let own = p.statement(*id);
                let same = fixed.when.is_none() || fixed_key == condition_key(p, own);
                if !same || !fixed.each.is_empty() || !fixed.heads_meet(own) || fixed.by != own.by || !fixed.periods_meet(own) {
                    continue;
                }
                let Some((x, y)) = values(p, fixed, own) else { continue };
                // What lies within the final value is fine.
                if agree(&x, &y).is_some_and(|m| m.same(&y)) {
                    continue;
                }
                let info = p.symbols.outcome(outcome);
                let (sx, sy) = (show(&x, &info.ty, &p.symbols), show(&y, &info.ty, &p.symbols));
                out.push(
                    Diagnostic::at(
                        &codes::E0605,
                        own.span,
                        format!("{} replaces a final rule of {}", p.symbols.region(region).name, p.symbols.region(*above).name),
                    )
                    .label(format!("gives {sy}"))
                    .related(fixed.span, format!("is final and gives {sx}"))
                    .help("a final rule holds in every region below; remove this rule, or remove `final` there"),
                );
            }
        }
    }
}
