//! In: an outcome in a region, with everything told. Out: nodes for its value and for which statements give it, by the same steps as `eval/settle.rs`; where those steps would find more than one answer, or none, the condition for asking the row interpreter. Never here: expressions (`expr.rs`).

use super::applies::{Case, Tier};
use super::expr::{Lower, Place, Reads, Settled};
use super::graph::{FALSE, Id, TRUE};
use super::paths::Traced;
use super::symbol::{Sym, level, select};
use crate::eval;
use crate::program::{NodeId, OutcomeId, SetOp, Shelf, StmtId, Strength};
use crate::value::{RegionId, Type, Value};
use std::rc::Rc;

/// What one side comes to.
struct Found {
    exists: Id,
    value: Sym,
    slow: Id,
    trace: Traced,
    /// For each level of the chain whether something of it stands.
    present: Vec<Id>,
}

/// A statement with what it gives.
struct Given {
    cond: Id,
    stmt: StmtId,
    value: Sym,
    slow: Id,
    reads: Reads,
}

/// Outcomes read through each other at most.
const MAX_READS: usize = 60;

impl Lower<'_> {
    /// What gives an outcome; worked out once for each region. `None` if it is worked out from itself.
    pub fn settle(&mut self, outcome: OutcomeId, args: Vec<Id>, region: RegionId) -> Option<Rc<Settled>> {
        let key = (outcome, args, region);
        if let Some(done) = self.memo.get(&key) {
            return Some(done.clone());
        }
        if self.active.contains(&key) || self.active.len() >= MAX_READS {
            return None;
        }
        self.active.push(key.clone());
        let place = Place { args: key.1.clone(), region };
        let (settled, _, _) = self.apart(|m| m.combine(outcome, &place));
        self.active.pop();
        let settled = Rc::new(settled);
        self.memo.insert(key, settled.clone());
        Some(settled)
    }

    /// Works something out by itself: with the condition under which it cannot be, and what it read.
    pub fn apart<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> (T, Id, Reads) {
        let outer = (self.reach, self.rests, self.slow, self.none.take(), std::mem::take(&mut self.reads));
        (self.reach, self.rests, self.slow) = (TRUE, TRUE, FALSE);
        let result = f(self);
        let (slow, reads) = (self.slow, std::mem::take(&mut self.reads));
        (self.reach, self.rests, self.slow, self.none, self.reads) = outer;
        (result, slow, reads)
    }

    pub fn both(&mut self, a: Id, b: Id) -> Id {
        self.g.and(a, b)
    }

    fn combine(&mut self, outcome: OutcomeId, at: &Place) -> Settled {
        let p = self.p;
        let chain = &p.symbols.region(at.region).chain;
        let shelves: Vec<&Shelf> = chain.iter().filter_map(|r| p.shelf(outcome, *r)).collect();
        let (rules, by_final) = self.rules(&shelves, outcome, at);
        let mut slow = rules.slow;
        // Nothing claimed changes what a final rule fixes.
        let free = self.g.not(by_final);
        let silent = self.g.not(rules.exists);
        let claims = self.claims(&shelves, outcome, at);
        // Beside a rule only claims of deeper regions count; whether they agree is not decided here.
        let mut shallow = rules.exists;
        for (level, claimed) in claims.beside.iter().enumerate() {
            let present = rules.present.get(level).copied().unwrap_or(FALSE);
            let not = self.g.not(present);
            shallow = self.both(shallow, not);
            let counts = self.both(shallow, free);
            let against = self.both(counts, *claimed);
            slow = self.g.or(slow, against);
        }
        let own = self.both(silent, claims.found.slow);
        slow = self.g.or(slow, own);
        let heard = self.both(silent, claims.found.exists);
        let exists = self.g.or(rules.exists, heard);
        let none = self.g.not(exists);
        let value = match (rules.exists, heard) {
            (TRUE, _) | (_, FALSE) => rules.value,
            (FALSE, _) => claims.found.value,
            (c, _) => match self.chosen(c, &rules.value, &claims.found.value) {
                Some(v) => v,
                None => {
                    slow = TRUE;
                    rules.value
                }
            },
        };
        let nothing = Traced::said(Vec::new(), Vec::new());
        let trace = Traced::one(&mut self.g, vec![(rules.exists, rules.trace), (heard, claims.found.trace), (TRUE, nothing)]);
        Settled { value, none, slow, trace }
    }

    /// One of two values; values that are the same for everybody are listed where they are not numbers.
    fn chosen(&mut self, c: Id, a: &Sym, b: &Sym) -> Option<Sym> {
        if let Some(s) = select(&mut self.g, c, a, b) {
            return Some(s);
        }
        let (x, y) = (self.list(a)?, self.list(b)?);
        Some(Sym::Listed(self.g.select(c, x, y)))
    }

    /// The place of a value among those that are the same for everybody.
    pub fn list(&mut self, s: &Sym) -> Option<Id> {
        if let Sym::Listed(x) = s {
            return Some(*x);
        }
        let v = s.fixed(&self.g)?;
        // Two ranges are equal as numbers when they are one unknown number; here they have to say the same as well.
        let stated = |v: &Value| match v {
            Value::Num(n) | Value::Duration(n, _) => n.stated().ok(),
            _ => None,
        };
        let at = match self.listed.iter().position(|o| *o == v && o.same(&v) && stated(o) == stated(&v)) {
            Some(at) => at,
            None => {
                self.listed.push(v);
                self.listed.len() - 1
            }
        };
        Some(self.g.constant(i64::try_from(at).ok()?))
    }

    // ---- What they give ----

    fn given(&mut self, case: &Case, cond: Id, at: &Place) -> Given {
        let stmt = self.p.statement(case.stmt);
        let (value, slow, own) = self.apart(|m| {
            let made = m.expr(stmt.value, at);
            // An agency is named beside the value.
            if stmt.refer.is_some() {
                m.give_up();
            }
            made
        });
        let (value, slow) = if slow == TRUE && stmt.refer.is_none() {
            match eval::fixed_value(self.p, stmt) {
                Some(v) => (Sym::of(&mut self.g, &v).unwrap_or(Sym::Fixed(v)), FALSE),
                None => (value, slow),
            }
        } else {
            (value, slow)
        };
        let mut reads = case.reads.clone();
        self.merge(&mut reads, own);
        Given { cond, stmt: case.stmt, value, slow, reads }
    }

    fn merge(&mut self, into: &mut Reads, more: Reads) {
        for (c, t) in more {
            match into.iter_mut().find(|(_, o)| o.same_read(&t)) {
                Some((known, _)) => *known = self.g.or(*known, c),
                None => into.push((c, t)),
            }
        }
    }

    fn trace(&mut self, winners: Vec<StmtId>, reads: Reads) -> Traced {
        let mut parts = vec![Traced::said(winners.clone(), winners)];
        for (c, t) in reads {
            parts.push(Traced::maybe(&mut self.g, c, t));
        }
        Traced::all(&mut self.g, parts)
    }

    /// One value of statements of which at most one applies; where several do, the row interpreter is asked, unless they say the same.
    fn one_of(&mut self, cases: Vec<Given>, slow: &mut Id) -> (Sym, Traced) {
        struct Choice {
            cond: Id,
            value: Sym,
            winners: Vec<StmtId>,
            reads: Reads,
        }
        let mut choices: Vec<Choice> = Vec::new();
        let mut seen = FALSE;
        for c in cases {
            let own = self.both(c.cond, c.slow);
            *slow = self.g.or(*slow, own);
            let twin = choices.iter_mut().find(|o| o.cond == c.cond);
            if let Some(twin) = twin {
                let equal = twin.value.fixed(&self.g).zip(c.value.fixed(&self.g)).is_some_and(|(x, y)| x == y && is_plain(&x));
                if equal {
                    twin.winners.push(c.stmt);
                    let mut reads = std::mem::take(&mut twin.reads);
                    self.merge(&mut reads, c.reads);
                    if let Some(twin) = choices.iter_mut().find(|o| o.cond == c.cond) {
                        twin.reads = reads;
                    }
                } else {
                    *slow = self.g.or(*slow, c.cond);
                }
                continue;
            }
            let two = self.both(seen, c.cond);
            *slow = self.g.or(*slow, two);
            seen = self.g.or(seen, c.cond);
            choices.push(Choice { cond: c.cond, value: c.value, winners: vec![c.stmt], reads: c.reads });
        }
        let mut value: Option<Sym> = None;
        for c in choices.iter().rev() {
            value = Some(match value {
                None => c.value.clone(),
                Some(rest) => match self.chosen(c.cond, &c.value, &rest) {
                    Some(v) => v,
                    None => {
                        *slow = self.g.or(*slow, c.cond);
                        rest
                    }
                },
            });
        }
        let mut traced = Vec::new();
        for mut c in choices {
            c.winners.sort_unstable();
            let t = self.trace(c.winners, c.reads);
            traced.push((c.cond, t));
        }
        if traced.is_empty() {
            traced.push((TRUE, Traced::said(Vec::new(), Vec::new())));
        }
        let trace = Traced::one(&mut self.g, traced);
        (value.unwrap_or(Sym::Fixed(Value::None)), trace)
    }

    // ---- Rules ----

    fn rules(&mut self, shelves: &[&Shelf], outcome: OutcomeId, at: &Place) -> (Found, Id) {
        let mut slow = FALSE;
        let mut by_final = FALSE;
        let mut finals = Vec::new();
        for shelf in shelves {
            let tier = self.tier(&shelf.finals, at);
            slow = self.g.or(slow, tier.slow);
            by_final = self.g.or(by_final, tier.any);
            finals.push(tier.any);
        }
        let sides: Vec<Levels> =
            shelves.iter().map(|s| Levels { plain: &s.rules, default: &s.default_rules, adjust: &s.adjust_rules }).collect();
        let found = self.side(&sides, outcome, at, &mut slow);
        // A deeper rule has to keep within what is final above it.
        let mut deeper = FALSE;
        for (any, present) in finals.iter().zip(&found.present) {
            let both = self.both(*any, deeper);
            slow = self.g.or(slow, both);
            deeper = self.g.or(deeper, *present);
        }
        (Found { slow, ..found }, by_final)
    }

    fn side(&mut self, levels: &[Levels], outcome: OutcomeId, at: &Place, slow: &mut Id) -> Found {
        let mut open = TRUE;
        let mut cases = Vec::new();
        let mut opens = Vec::new();
        let mut present = Vec::new();
        for l in levels {
            opens.push(open);
            if open == FALSE {
                present.push(FALSE);
                continue;
            }
            let plain = self.tier(l.plain, at);
            let own = self.both(open, plain.slow);
            *slow = self.g.or(*slow, own);
            let not = self.g.not(plain.any);
            let yields = self.both(open, not);
            let default = if yields == FALSE { Tier { cases: Vec::new(), any: FALSE, slow: FALSE } } else { self.tier(l.default, at) };
            let own = self.both(yields, default.slow);
            *slow = self.g.or(*slow, own);
            for (reached, tier) in [(open, &plain), (yields, &default)] {
                for c in &tier.cases {
                    let cond = self.both(reached, c.cond);
                    if cond != FALSE {
                        let given = self.given(c, cond, at);
                        cases.push(given);
                    }
                }
            }
            let here = self.g.or(plain.any, default.any);
            present.push(self.both(open, here));
            let not = self.g.not(here);
            open = self.both(open, not);
        }
        let exists = self.g.not(open);
        let (value, trace) = self.one_of(cases, slow);
        // Adjustments from the base downwards; final ones from anywhere above.
        let mut adjusting = Vec::new();
        for ((l, open_before), present) in levels.iter().zip(opens).zip(present.iter_mut()) {
            for id in l.adjust {
                let counts = if self.p.statement(*id).strength == Strength::Final { TRUE } else { open_before };
                if counts == FALSE {
                    continue;
                }
                let tier = self.tier(&[*id], at);
                let own = self.both(counts, tier.slow);
                *slow = self.g.or(*slow, own);
                for c in tier.cases {
                    let cond = self.both(counts, c.cond);
                    // Adjustments of nothing.
                    let unbased = self.both(open, cond);
                    *slow = self.g.or(*slow, unbased);
                    *present = self.g.or(*present, cond);
                    adjusting.push(Case { cond, ..c });
                }
            }
        }
        let (value, trace) = if exists == FALSE { (value, trace) } else { self.adjust(value, trace, adjusting, outcome, at, exists, slow) };
        Found { exists, value, slow: *slow, trace, present }
    }

    // ---- Adjustments ----

    #[allow(clippy::too_many_arguments)] // one value and what happens to it
    fn adjust(
        &mut self,
        value: Sym,
        trace: Traced,
        adjusting: Vec<Case>,
        outcome: OutcomeId,
        at: &Place,
        exists: Id,
        slow: &mut Id,
    ) -> (Sym, Traced) {
        let mut value = value;
        let mut traces = vec![trace];
        let (mut adds, mut floors, mut ceilings) = (Vec::new(), Vec::new(), Vec::new());
        for case in adjusting {
            let stmt = self.p.statement(case.stmt);
            if stmt.op == SetOp::Requires {
                let (holds, own_slow, reads) = self.apart(|m| m.holds(stmt.value, at));
                let Sym::Truth(v) = value else {
                    *slow = self.g.or(*slow, case.cond);
                    continue;
                };
                let asked = self.both(case.cond, v);
                let own = self.both(asked, own_slow);
                *slow = self.g.or(*slow, own);
                let own = self.trace(vec![case.stmt], Vec::new());
                traces.push(Traced::maybe(&mut self.g, case.cond, own));
                // What it reads counts only where the value was true before anything was required.
                let mut all = case.reads.clone();
                self.merge(&mut all, reads);
                if !all.is_empty() {
                    *slow = self.g.or(*slow, case.cond);
                }
                let not = self.g.not(holds);
                let fails = self.both(case.cond, not);
                let kept = self.g.not(fails);
                value = Sym::Truth(self.both(v, kept));
                continue;
            }
            let given = self.given(&case, case.cond, at);
            let own = self.both(given.cond, given.slow);
            *slow = self.g.or(*slow, own);
            let own = self.trace(vec![given.stmt], given.reads.clone());
            traces.push(Traced::maybe(&mut self.g, given.cond, own));
            match stmt.op {
                SetOp::Add => adds.push(given),
                SetOp::AtLeast => floors.push(given),
                _ => ceilings.push(given),
            }
        }
        let numeric = matches!(value, Sym::Num(..));
        let plain = adds.is_empty() && floors.is_empty() && ceilings.is_empty();
        if !numeric && !plain {
            for g in adds.iter().chain(&floors).chain(&ceilings) {
                *slow = self.g.or(*slow, g.cond);
            }
        } else if let Sym::Num(x, den) = value {
            let made = self.bounded((x, den), &adds, &floors, &ceilings, slow);
            let made = made.and_then(|n| self.finish(n, outcome, exists, slow));
            value = match made {
                Some(v) => v,
                None => {
                    *slow = TRUE;
                    Sym::Num(FALSE, 1)
                }
            };
        }
        let info = self.p.symbols.outcome(outcome);
        // A stated range is rounded by the row interpreter only.
        if info.rounding.is_some() && matches!(value, Sym::Listed(_) | Sym::Fixed(_)) {
            *slow = self.g.or(*slow, exists);
        }
        let trace = Traced::all(&mut self.g, traces);
        (value, trace)
    }

    fn bounded(&mut self, n: (Id, i64), adds: &[Given], floors: &[Given], ceilings: &[Given], slow: &mut Id) -> Option<(Id, i64)> {
        let mut n = n;
        for (i, a) in adds.iter().enumerate() {
            let Sym::Num(x, den) = a.value else {
                *slow = self.g.or(*slow, a.cond);
                continue;
            };
            // Equal additions from two sources count once.
            for b in adds.iter().take(i) {
                let other = self.p.statement(b.stmt).source != self.p.statement(a.stmt).source;
                if let (true, Sym::Num(y, e)) = (other, &b.value) {
                    let (x, y, _) = level(&mut self.g, (x, den), (*y, *e))?;
                    let same = self.g.eq(x, y);
                    let together = self.both(a.cond, b.cond);
                    let twice = self.both(same, together);
                    *slow = self.g.or(*slow, twice);
                }
            }
            let (before, x, den) = level(&mut self.g, n, (x, den))?;
            let more = self.g.select(a.cond, x, FALSE);
            n = (self.g.add(before, more)?, den);
        }
        // Bounds that cross are an error.
        for f in floors {
            for c in ceilings {
                if let (Sym::Num(x, d), Sym::Num(y, e)) = (&f.value, &c.value) {
                    let (x, y, _) = level(&mut self.g, (*x, *d), (*y, *e))?;
                    let crossed = self.g.lt(y, x);
                    let together = self.both(f.cond, c.cond);
                    let wrong = self.both(crossed, together);
                    *slow = self.g.or(*slow, wrong);
                }
            }
        }
        for (list, lower) in [(floors, true), (ceilings, false)] {
            for b in list {
                let Sym::Num(x, den) = b.value else {
                    *slow = self.g.or(*slow, b.cond);
                    continue;
                };
                let (before, x, den) = level(&mut self.g, n, (x, den))?;
                let own = if lower { self.g.max(before, x) } else { self.g.min(before, x) };
                n = (self.g.select(b.cond, own, before), den);
            }
        }
        Some(n)
    }

    /// Rounds as declared, and makes sure that what comes in whole steps is whole.
    fn finish(&mut self, n: (Id, i64), outcome: OutcomeId, exists: Id, slow: &mut Id) -> Option<Sym> {
        let info = self.p.symbols.outcome(outcome);
        let mut n = n;
        if let Some((mode, unit)) = info.rounding {
            n = match self.round(n, mode, unit)? {
                Sym::Num(x, den) => (x, den),
                _ => return None,
            };
        }
        let whole = !info.local && (info.ty.is_integral() || *info.ty.base() == Type::MoneyPerMonth);
        if whole && n.1 != 1 {
            let fits = self.g.multiple(n.0, n.1);
            let not = self.g.not(fits);
            let wrong = self.both(exists, not);
            *slow = self.g.or(*slow, wrong);
            n = (self.g.div(n.0, n.1, super::graph::Whole::Floor)?, 1);
        }
        Some(Sym::Num(n.0, n.1))
    }

    // ---- Claims ----

    fn claims(&mut self, shelves: &[&Shelf], outcome: OutcomeId, at: &Place) -> Claims {
        let sides: Vec<Levels> =
            shelves.iter().map(|s| Levels { plain: &s.claims, default: &s.default_claims, adjust: &s.adjust_claims }).collect();
        let mut beside = Vec::new();
        let mut bounds = FALSE;
        for (l, shelf) in sides.iter().zip(shelves) {
            let mut any = FALSE;
            for ids in [l.plain, l.default, l.adjust] {
                let tier = self.tier(ids, at);
                any = self.g.or(any, tier.any);
                any = self.g.or(any, tier.slow);
            }
            beside.push(any);
            // Claims that a final bound of a rule rules out are no answer.
            let tier = self.tier(&shelf.final_adjust, at);
            bounds = self.g.or(bounds, tier.any);
            bounds = self.g.or(bounds, tier.slow);
        }
        let mut slow = FALSE;
        let found = self.side(&sides, outcome, at, &mut slow);
        let bounded = self.both(found.exists, bounds);
        let slow = self.g.or(found.slow, bounded);
        Claims { found: Found { slow, ..found }, beside }
    }

    /// Whether a constraint of the vocabulary is broken.
    pub fn broken(&mut self, condition: NodeId, at: &Place) -> Id {
        let (broken, slow, _) = self.apart(|m| {
            m.none = Some(FALSE);
            let holds = m.conditions(condition, at);
            let none = m.none.take().unwrap_or(FALSE);
            let given = m.g.not(none);
            m.g.and(holds, given)
        });
        self.g.or(broken, slow)
    }
}

/// The statements of one region, rules or claims.
struct Levels<'a> {
    plain: &'a [StmtId],
    default: &'a [StmtId],
    adjust: &'a [StmtId],
}

/// What claims come to.
struct Claims {
    found: Found,
    /// For each level whether something is claimed there.
    beside: Vec<Id>,
}

/// A value that agrees only with itself.
fn is_plain(v: &Value) -> bool {
    match v {
        Value::Num(n) => n.as_exact().is_some(),
        Value::Bool(_) | Value::Text(_) | Value::Region(_) => true,
        Value::Variants(v) => v.single().is_some(),
        _ => false,
    }
}
