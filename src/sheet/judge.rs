//! In: a region, an outcome, a date. Out: the statements in force about it, each with what becomes of it for anybody. Never here: their words.

use super::{Extent, Fate, Marks};
use crate::eval::{Moment, Question, Stand, Standing, standing};
use crate::policies::Policies;
use crate::program::{Node, NodeId, OutcomeId, Program, SetOp, Stmt, StmtId, Strength};
use crate::value::{Names, RegionId};

/// What is in force about one outcome in one region.
pub(super) struct Judged {
    standing: Standing,
    /// In force, exceptions left out; the deepest region first, then in source order.
    pub bases: Vec<StmtId>,
    region: RegionId,
}

/// Statements in force about an outcome; arguments left out are open.
pub(super) fn judge(policies: &Policies, region: RegionId, outcome: OutcomeId, args: &[Option<u16>], moment: Moment) -> Judged {
    let p = &policies.program;
    let mut bases = Vec::new();
    for r in &p.symbols.region(region).chain {
        let Some(shelf) = p.shelf(outcome, *r) else { continue };
        let mut own: Vec<StmtId> = shelf.all().collect();
        own.retain(|s| counts_on(p, *s, moment) && about(p.statement(*s), args));
        own.sort_by_key(|s| (p.statement(*s).span, *s));
        own.dedup();
        bases.extend(own);
    }
    let standing = if bases.is_empty() {
        Standing::default()
    } else {
        let question = Question { region, decision: p.symbols.outcome(outcome).decision, args: args.to_vec(), moment };
        standing(p, &question, outcome)
    };
    Judged { standing, bases, region }
}

/// Whether a statement is in force and was published; one that goes by another date may be, for somebody.
pub(super) fn counts_on(p: &Program, id: StmtId, moment: Moment) -> bool {
    let s = p.statement(id);
    let dated = s.by.is_some() || (s.from.is_none_or(|f| f <= moment.on) && s.until.is_none_or(|u| moment.on <= u));
    let known = match (moment.known, s.source) {
        (Some(known), Some(source)) => p.symbols.source(source).known_from.is_none_or(|from| from <= known),
        _ => true,
    };
    dated && known
}

/// Whether a statement can be about these arguments.
fn about(s: &Stmt, args: &[Option<u16>]) -> bool {
    s.head.iter().zip(args).all(|(pattern, arg)| match (pattern, arg) {
        (Some(set), Some(v)) => set.contains(*v),
        _ => true,
    })
}

impl Judged {
    fn stand(&self, id: StmtId) -> Option<&Stand> {
        self.standing.stands.get(&id)
    }

    /// Deeper regions that answer in place of this statement for everybody it is about.
    pub(super) fn replaced(&self, p: &Program, id: StmtId) -> bool {
        // What is final holds beside whatever a deeper region says.
        let s = p.statement(id);
        if s.region == self.region || s.strength == Strength::Final {
            return false;
        }
        // An exception may count where its statement does not.
        let stands: Vec<&Stand> = family(p, id).into_iter().filter_map(|s| self.stand(s)).collect();
        let behind = !self.standing.truncated && stands.iter().any(|s| !s.behind.is_empty()) && !stands.iter().any(|s| s.counts);
        behind || self.covered(p, id).is_some()
    }

    /// A deeper statement that always applies where this one does; found without going through cases.
    fn covered(&self, p: &Program, id: StmtId) -> Option<RegionId> {
        let s = p.statement(id);
        let level = |x: &Stmt| p.symbols.region(self.region).chain.iter().position(|r| *r == x.region);
        self.bases.iter().map(|b| p.statement(*b)).find_map(|d| {
            let always = d.op == SetOp::Give && d.when.is_none() && d.each.is_empty() && d.by.is_none();
            // A rule that cannot be worked out leaves the answer to claims.
            let side = d.claim == s.claim || (s.claim && !reads(p, d.value) && d.exceptions.is_empty());
            let wider = d.head.iter().zip(&s.head).all(|(d, s)| match (d, s) {
                (None, _) => true,
                (Some(d), Some(s)) => s.is_subset(d),
                (Some(_), None) => false,
            });
            (level(d) < level(s) && always && side && wider).then_some(d.region)
        })
    }

    /// What becomes of a statement, for people.
    pub(super) fn fate(&self, p: &Program, id: StmtId) -> Fate {
        let symbols = &p.symbols;
        let Some(stand) = self.stand(id) else {
            let behind = self.covered(p, id).map(|r| symbols.region(r).name.to_string());
            return Fate { otherwise: behind.is_some(), behind: behind.into_iter().collect(), ..Fate::default() };
        };
        let mut behind: Vec<RegionId> = stand.behind.iter().copied().collect();
        if behind.is_empty() {
            behind.extend(self.covered(p, id));
        }
        let (only_for, all_theirs) = if behind.is_empty() { (None, false) } else { self.left(p, id, stand) };
        Fate {
            for_others: only_for.is_some() && all_theirs,
            only_for,
            otherwise: !behind.is_empty() && (stand.otherwise || stand.behind.is_empty()),
            behind: behind.into_iter().map(|r| symbols.region(r).name.to_string()).collect(),
            beaten: stand.beaten,
            outranked: stand.outranked,
            disputed: extent(&[stand]),
        }
    }

    /// The arguments for which a statement still counts, where these are not all it is about; whether deeper regions answer for all others.
    fn left(&self, p: &Program, id: StmtId, stand: &Stand) -> (Option<String>, bool) {
        let s = p.statement(id);
        let decision = p.symbols.decision(p.symbols.outcome(s.outcome).decision);
        let mut parts = Vec::new();
        let mut theirs = true;
        for (((pattern, arg), left), lost) in s.head.iter().zip(&decision.args).zip(&stand.args).zip(&stand.lost) {
            let all = pattern.as_ref().map_or(p.symbols.enum_(arg.ty).variants.len(), |v| v.len());
            if !left.is_empty() && left.len() < all {
                let names: Vec<&str> = left.iter().map(|v| p.symbols.variant(arg.ty, *v)).collect();
                let lead = if decision.args.len() > 1 { format!("{} ", arg.name) } else { String::new() };
                parts.push(format!("{lead}{}", names.join("|")));
                theirs &= left.union(lost).count() >= all;
            }
        }
        ((!parts.is_empty()).then(|| parts.join(", ")), theirs)
    }

    /// What is wrong with what these statements say together.
    pub(super) fn marks(&self, p: &Program, ids: &[StmtId]) -> Marks {
        let all: Vec<StmtId> = ids.iter().flat_map(|s| family(p, *s)).collect();
        let stands: Vec<&Stand> = all.iter().filter_map(|s| self.stand(*s)).collect();
        let reason = |i: usize| {
            let label = p.nevers.get(i)?.label.as_ref()?;
            Some(label.en.as_ref().map_or(label.zh.to_string(), |en| format!("{} / {en}", label.zh)))
        };
        let broken = self.standing.broken.iter().filter(|(_, stmts)| all.iter().any(|s| stmts.contains(s)));
        Marks {
            disputed: extent(&stands),
            conflicts: stands.iter().any(|s| s.conflicts),
            forbidden: broken.map(|(i, _)| reason(*i).unwrap_or_else(|| "the vocabulary rules it out".to_owned())).collect(),
        }
    }

    /// Whether somebody's answer rests on a statement, or it could not be told.
    pub(super) fn counts(&self, p: &Program, id: StmtId) -> bool {
        !self.replaced(p, id) && self.stand(id).is_none_or(|s| s.counts || self.standing.truncated)
    }
}

/// A statement with its exceptions, at any depth.
pub(super) fn family(p: &Program, id: StmtId) -> Vec<StmtId> {
    let mut out = vec![id];
    let mut at = 0;
    while let Some(s) = out.get(at) {
        out.extend(p.statement(*s).exceptions.iter().copied());
        at += 1;
    }
    out
}

fn extent(stands: &[&Stand]) -> Option<Extent> {
    let disputed = stands.iter().any(|s| s.disputed);
    let free = stands.iter().any(|s| s.counts && s.undisputed);
    disputed.then_some(if free { Extent::Some } else { Extent::All })
}

fn reads(p: &Program, id: NodeId) -> bool {
    let node = p.node(id);
    let mut found = matches!(node, Node::Read { .. });
    node.children(&mut |c| found = found || reads(p, c));
    found
}
