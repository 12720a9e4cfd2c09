//! In: an outcome, its arguments, a region, one world. Out: what gives it there: the statements that stand and their value. Never here: gathering worlds into an answer.

use super::machine::{Frame, Key, MAX_READS, Machine, Step};
use super::world::{Cell, Fault, NoRule, Refer, Stop, Var};
use crate::diagnostics::codes;
use crate::program::{NodeId, OutcomeId, Program, SetOp, Shelf, StmtId};
use crate::value::{CmpOp, RegionId, Type, Value, ops, show};
use std::rc::Rc;

/// How an outcome came out in one world.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub result: Outcome,
    /// All statements it rests on, those of values it reads included.
    pub used: Vec<StmtId>,
    /// The statements that give it themselves.
    pub winners: Vec<StmtId>,
    /// Where in the chain they stand (0 is the region asked).
    pub depth: usize,
    /// A final rule stands.
    pub by_final: bool,
    /// Something approximate was compared on the way.
    pub approximate: bool,
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A value, perhaps with an agency to ask beside it.
    Value(Value, Option<Refer>),
    /// Ask.
    Refer(Refer),
    /// Nothing gives it.
    NoRule(NoRule),
    /// A fact is wanted that cannot be split.
    Missing(crate::value::InputId),
    /// An error.
    Fault(Box<Fault>),
}

impl Settled {
    /// The value, or why there is none.
    pub(crate) fn value(&self) -> Step<Value> {
        match &self.result {
            Outcome::Value(v, _) => Ok(v.clone()),
            Outcome::Refer(r) => Err(Stop::Refer(r.clone())),
            Outcome::NoRule(n) => Err(Stop::NoRule(n.clone())),
            Outcome::Missing(i) => Err(Stop::Missing(*i)),
            Outcome::Fault(f) => Err(Stop::Fault(f.clone())),
        }
    }
}

/// A statement that applies, with the items it applies to.
#[derive(Clone, Debug)]
pub(crate) struct Active {
    pub stmt: StmtId,
    pub items: Vec<Value>,
    /// Statements its conditions rest on.
    pub used: Vec<StmtId>,
    /// An agency that something in its conditions refers to.
    pub seen: Option<Refer>,
}

/// One of the values a side comes to.
#[derive(Clone, Debug)]
pub(super) struct Alt {
    /// No value: ask.
    pub value: Option<Value>,
    pub refer: Option<Refer>,
    pub winners: Vec<StmtId>,
    pub used: Vec<StmtId>,
}

/// What rules, or claims, say.
#[derive(Debug)]
pub(super) struct Found {
    pub alts: Vec<Alt>,
    pub depth: usize,
    pub by_final: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Rules,
    Claims,
}

impl Machine<'_, '_> {
    /// What gives an outcome; worked out once in each world.
    pub(crate) fn settle(&mut self, key: Key, from: Option<NodeId>) -> Step<Rc<Settled>> {
        let number = self.shared.key(key.clone());
        if let Some(done) = self.memo.get(&number) {
            return Ok(done.clone());
        }
        let refuse = if self.active.contains(&number) {
            Some((codes::E0807.id, format!("`{}` is worked out from itself", self.p.symbols.outcome_text(key.outcome))))
        } else if self.active.len() >= MAX_READS {
            Some((codes::E0807.id, format!("values are read through more than {MAX_READS} others")))
        } else {
            None
        };
        if let Some((code, message)) = refuse {
            let span = from.map(|n| self.p.node_span(n));
            return Err(Stop::Fault(Box::new(Fault { code, message, span, stmts: Vec::new() })));
        }
        self.active.push(number);
        let items = std::mem::take(&mut self.items);
        let used = std::mem::take(&mut self.used);
        let outer = std::mem::take(&mut self.approximate);
        let seen = std::mem::take(&mut self.seen);
        let frame = Frame { number, args: key.args.clone(), region: key.region };
        let result = self.combine(&key, &frame);
        self.used = used;
        self.items = items;
        self.active.pop();
        let approximate = self.approximate;
        self.approximate |= outer;
        self.seen = seen;
        let mut settled = match result {
            Ok(s) => s,
            Err(stop @ (Stop::Split(..) | Stop::Unknown)) => return Err(stop),
            Err(stop) => {
                let mut involved = Vec::new();
                let result = match stop {
                    Stop::Refer(r) => {
                        involved.extend(r.stmt);
                        Outcome::Refer(r)
                    }
                    Stop::NoRule(n) => Outcome::NoRule(n),
                    Stop::Missing(i) => Outcome::Missing(i),
                    Stop::Fault(f) => {
                        involved.extend(f.stmts.iter().copied());
                        Outcome::Fault(f)
                    }
                    Stop::Split(..) | Stop::Unknown => return Err(Stop::Unknown),
                };
                Settled { result, used: involved.clone(), winners: involved, depth: 0, by_final: false, approximate: false }
            }
        };
        settled.approximate = approximate;
        let settled = Rc::new(settled);
        self.memo.insert(number, settled.clone());
        Ok(settled)
    }

    fn combine(&mut self, key: &Key, frame: &Frame) -> Step<Settled> {
        // What one side cannot work out, the other may still give.
        let mut reason = None;
        let mut given = |result: Step<Option<Found>>| match result {
            Err(Stop::NoRule(n)) => {
                reason.get_or_insert(n);
                Ok(None)
            }
            other => other,
        };
        let rules = given(self.side(key, frame, Side::Rules, None))?;
        let base = rules.as_ref().and_then(|r| r.alts.first().cloned().map(|a| (a, r.depth)));
        // Nothing claimed changes what a final rule fixes.
        let fixed = rules.as_ref().is_some_and(|r| r.by_final);
        let claims = if fixed { None } else { given(self.side(key, frame, Side::Claims, base))? };
        let (alts, depth, by_final) = match (rules, claims) {
            (None, None) => {
                if let Some(n) = reason {
                    return Err(Stop::NoRule(n));
                }
                let said = is_said(self.p, key.outcome, key.region);
                let why = nothing_given(self.p, key.outcome, key.region);
                return Err(Stop::NoRule(NoRule { why, about: Some((key.outcome, said)) }));
            }
            (Some(r), None) => (r.alts, r.depth, r.by_final),
            (None, Some(c)) => (c.alts, c.depth, false),
            (Some(r), Some(c)) => {
                let (depth, by_final) = (r.depth, r.by_final);
                let Some(rule) = r.alts.into_iter().next() else { return self.nothing("no rule".to_string()) };
                if by_final || c.depth >= depth {
                    (vec![rule], depth, by_final)
                } else {
                    let mut agreed = Vec::new();
                    let mut against = Vec::new();
                    for claim in c.alts {
                        match self.merge(&rule, &claim, frame)? {
                            Some(m) => agreed.push(m),
                            None => against.push(claim),
                        }
                    }
                    if agreed.is_empty() {
                        agreed.push(rule);
                    }
                    agreed.extend(against);
                    (self.preferred(agreed), depth, false)
                }
            }
        };
        let alt = self.pick(alts, frame)?;
        let Some(value) = alt.value else {
            let mut refer = alt.refer.unwrap_or(Refer { agency: None, stmt: None });
            refer.stmt = alt.winners.first().copied();
            return Ok(Settled {
                result: Outcome::Refer(refer),
                used: alt.used,
                winners: alt.winners,
                depth,
                by_final,
                approximate: false,
            });
        };
        let value = self.member(value, frame.number);
        Ok(Settled { result: Outcome::Value(value, alt.refer), used: alt.used, winners: alt.winners, depth, by_final, approximate: false })
    }

    /// A set of variants, narrowed to what this world says of it.
    fn member(&self, value: Value, number: u32) -> Value {
        if let Value::Variants(v) = &value
            && v.single().is_none()
            && let Some(left) = self.world.set(&Var::Member(number))
            && let Some(narrowed) = crate::value::Variants::from_set(left.iter().copied()).and_then(|l| v.intersect(&l))
        {
            return Value::Variants(narrowed);
        }
        value
    }

    /// Disputed alternatives: each has its own world.
    fn pick(&mut self, alts: Vec<Alt>, frame: &Frame) -> Step<Alt> {
        if alts.len() > 1 {
            let var = Var::Dispute(frame.number);
            self.shared.sides.insert(frame.number, alts.iter().map(|a| a.winners.clone()).collect());
            match self.world.chosen(&var) {
                Some(i) => {
                    if let Some(a) = alts.into_iter().nth(i as usize) {
                        return Ok(a);
                    }
                    return self.nothing("no such alternative".to_string());
                }
                None => {
                    let cells = (0..u16::try_from(alts.len()).unwrap_or(u16::MAX)).map(|i| Cell::Set(vec![i])).collect();
                    return self.choose(var, cells);
                }
            }
        }
        match alts.into_iter().next() {
            Some(a) => Ok(a),
            None => self.nothing("nothing is said".to_string()),
        }
    }

    /// What one side says: the deepest statements that apply, adjusted.
    fn side(&mut self, key: &Key, frame: &Frame, side: Side, rule: Option<(Alt, usize)>) -> Step<Option<Found>> {
        let p = self.p;
        let chain = &p.symbols.region(key.region).chain;
        let shelves: Vec<(usize, &Shelf)> =
            chain.iter().enumerate().filter_map(|(i, r)| p.shelf(key.outcome, *r).map(|s| (i, s))).collect();
        let everything = shelves;
        // Beside a rule only claims of deeper regions count; the others are beaten whatever they say.
        let above = rule.as_ref().map_or(usize::MAX, |(_, depth)| *depth);
        let shelves: Vec<(usize, &Shelf)> = everything.iter().filter(|(d, _)| side == Side::Rules || *d < above).copied().collect();
        let mut finals: Vec<(usize, Active)> = Vec::new();
        if side == Side::Rules {
            for (depth, shelf) in &shelves {
                for a in self.active(&shelf.finals, frame)? {
                    finals.push((*depth, a));
                }
            }
        }
        let mut base: Option<(usize, Vec<Active>)> = None;
        for (depth, shelf) in &shelves {
            let (plain, default) = match side {
                Side::Rules => (&shelf.rules, &shelf.default_rules),
                Side::Claims => (&shelf.claims, &shelf.default_claims),
            };
            let mut active = self.active(plain, frame)?;
            if active.is_empty() {
                active = self.active(default, frame)?;
            }
            if !active.is_empty() {
                base = Some((*depth, active));
                break;
            }
        }
        let info = p.symbols.outcome(key.outcome);
        let is_list = matches!(info.ty.base(), Type::List(_));
        // Adjustments from the base downwards; final ones from anywhere above.
        let reach = base.as_ref().map_or(usize::MAX, |(d, _)| *d);
        let mut adjusting: Vec<(usize, Active)> = Vec::new();
        for (depth, shelf) in &shelves {
            let ids = match (side, *depth <= reach) {
                (Side::Rules, true) => &shelf.adjust_rules,
                (Side::Rules, false) => &shelf.final_adjust,
                (Side::Claims, true) => &shelf.adjust_claims,
                (Side::Claims, false) => continue,
            };
            for a in self.active(ids, frame)? {
                adjusting.push((*depth, a));
            }
        }
        let by_final = !finals.is_empty();
        let (alts, depth) = match base {
            Some((depth, active)) => {
                let alts = self.values(active, frame, key.outcome)?;
                let depth_of_adjustment = adjusting.iter().map(|(d, _)| *d).min().unwrap_or(depth);
                (alts, depth.min(depth_of_adjustment))
            }
            None if adjusting.is_empty() => return Ok(None),
            None => {
                let depth = adjusting.iter().map(|(d, _)| *d).min().unwrap_or(0);
                let empty = |v: Value| Alt { value: Some(v), refer: None, winners: Vec::new(), used: Vec::new() };
                match rule {
                    // Claims that only adjust adjust what the rules say.
                    Some((rule, rule_depth)) => {
                        adjusting.retain(|(d, _)| *d <= rule_depth);
                        if adjusting.is_empty() {
                            return Ok(None);
                        }
                        (vec![rule], depth)
                    }
                    None if is_list => (vec![empty(Value::from(crate::value::List::empty()))], depth),
                    None => return self.unbased(adjusting, frame, depth, info.ty.base()),
                }
            }
        };
        if side == Side::Rules {
            self.rules_agree(&alts, key)?;
        }
        let alts = if side == Side::Claims { self.within_final_bounds(alts, &everything, frame)? } else { alts };
        if alts.is_empty() {
            return Ok(None);
        }
        let mut made = Vec::new();
        for alt in alts {
            made.push(self.adjust(alt, &adjusting, frame, key.outcome)?);
        }
        if side == Side::Rules {
            self.finals_hold(&finals, &shelves, &mut made, depth, frame, key)?;
        }
        Ok(Some(Found { alts: made, depth, by_final }))
    }

    /// Claims that a final bound of a rule rules out are no answer; they are listed as beaten.
    fn within_final_bounds(&mut self, alts: Vec<Alt>, shelves: &[(usize, &Shelf)], frame: &Frame) -> Step<Vec<Alt>> {
        let mut bounds: Vec<(SetOp, Alt)> = Vec::new();
        for (_, shelf) in shelves {
            for a in self.active(&shelf.final_adjust, frame)? {
                let op = self.p.statement(a.stmt).op;
                if matches!(op, SetOp::AtLeast | SetOp::AtMost) {
                    bounds.push((op, self.value_of(&a, frame)?));
                }
            }
        }
        if bounds.is_empty() {
            return Ok(alts);
        }
        let mut kept = Vec::new();
        for alt in alts {
            let mut within = true;
            for (op, bound) in &bounds {
                let (Some(Value::Num(x)), Some(Value::Num(y)), Some(winner)) = (&alt.value, &bound.value, bound.winners.first()) else {
                    continue;
                };
                let node = self.p.statement(*winner).value;
                let op = if *op == SetOp::AtLeast { CmpOp::Ge } else { CmpOp::Le };
                // Each value has a comparison of its own with each bound.
                let own = alt.winners.first().map_or(node, |w| self.p.statement(*w).value);
                within &= self.decided(op, x, y, (own, node), frame)?;
            }
            if within {
                kept.push(alt);
            }
        }
        Ok(kept)
    }

    /// Only `requires`: one that fails settles it, otherwise nothing was given.
    fn unbased(&mut self, adjusting: Vec<(usize, Active)>, frame: &Frame, depth: usize, ty: &Type) -> Step<Option<Found>> {
        if *ty == Type::Boolean {
            let required: Vec<&Active> = adjusting.iter().map(|(_, a)| a).collect();
            let mut used = Vec::new();
            let failed = self.all_hold(&required, frame, &mut used)?;
            if !failed.is_empty() {
                used.extend(&failed);
                used.sort_unstable();
                used.dedup();
                let alt = Alt { value: Some(Value::Bool(false)), refer: None, winners: failed, used };
                return Ok(Some(Found { alts: vec![alt], depth, by_final: false }));
            }
        }
        // No value they could adjust: on this side nothing gives it.
        Ok(None)
    }

    fn rules_agree(&self, alts: &[Alt], key: &Key) -> Step<()> {
        if alts.len() < 2 {
            return Ok(());
        }
        let mut stmts: Vec<StmtId> = alts.iter().flat_map(|a| a.winners.iter().copied()).collect();
        stmts.sort_unstable();
        let info = self.p.symbols.outcome(key.outcome);
        let mut values: Vec<String> =
            alts.iter().map(|a| a.value.as_ref().map_or("refer".to_string(), |v| show(v, &info.ty, &self.p.symbols))).collect();
        values.sort();
        let message = format!("rules of {} disagree on `{}`: {}", self.p.symbols.region(key.region).name, info.name, values.join(" or "));
        let span = stmts.first().map(|s| self.p.statement(*s).span);
        Err(Stop::Fault(Box::new(Fault { code: codes::E0803.id, message, span, stmts })))
    }

    /// What came out lies within every final value above it.
    fn finals_hold(
        &mut self,
        finals: &[(usize, Active)],
        shelves: &[(usize, &Shelf)],
        alts: &mut [Alt],
        depth: usize,
        frame: &Frame,
        key: &Key,
    ) -> Step<()> {
        let mut pending: Option<Stop> = None;
        for (level, a) in finals {
            if *level <= depth {
                continue;
            }
            // Its own region may adjust what it fixes; regions below may not.
            let mut own: Vec<(usize, Active)> = Vec::new();
            for (d, shelf) in shelves.iter().filter(|(d, _)| d == level) {
                own.extend(self.active(&shelf.adjust_rules, frame)?.into_iter().map(|a| (*d, a)));
            }
            let fixed = match self.values(vec![a.clone()], frame, key.outcome)?.into_iter().next() {
                Some(fixed) => self.adjust(fixed, &own, frame, key.outcome)?,
                None => continue,
            };
            let Some(given) = alts.first_mut() else { continue };
            let own_node = given.winners.first().map_or(self.p.statement(a.stmt).value, |w| self.p.statement(*w).value);
            let contained = match (&fixed.value, &given.value) {
                (Some(f), Some(g)) => {
                    let (f, g) = (f.clone(), g.clone());
                    self.agreed(&f, &g, (self.p.statement(a.stmt).value, own_node), frame)?.is_some_and(|m| m.same(&g))
                }
                (None, _) => true,
                (Some(_), None) => {
                    // To be asked for, below what is fixed above: it is what is fixed.
                    *given = fixed.clone();
                    true
                }
            };
            if !contained {
                let info = self.p.symbols.outcome(key.outcome);
                let mut stmts = vec![a.stmt];
                stmts.extend(given.winners.iter().copied());
                let message = format!("a deeper rule replaces the final value of `{}`", info.name);
                let span = given.winners.first().map(|s| self.p.statement(*s).span);
                let fault = Fault { code: codes::E0808.id, message, span, stmts };
                self.note(&mut pending, Stop::Fault(Box::new(fault)));
            }
        }
        match pending {
            Some(stop) => Err(stop),
            None => Ok(()),
        }
    }

    /// The value of a statement that applies.
    pub(super) fn value_of(&mut self, a: &Active, frame: &Frame) -> Step<Alt> {
        let stmt = self.p.statement(a.stmt);
        let outer = std::mem::replace(&mut self.used, a.used.clone());
        let outer_seen = std::mem::replace(&mut self.seen, a.seen.clone());
        let result = self.with_items(&a.items, |m| m.eval(stmt.value, frame));
        let mut used = std::mem::replace(&mut self.used, outer);
        let seen = std::mem::replace(&mut self.seen, outer_seen);
        used.push(a.stmt);
        used.sort_unstable();
        used.dedup();
        let refer = stmt
            .refer
            .as_ref()
            .map(|named| Refer { agency: named.clone().or_else(|| self.p.symbols.agency(frame.region).cloned()), stmt: Some(a.stmt) });
        match result {
            Ok(value) => Ok(Alt { value: Some(value), refer: refer.or(seen), winners: vec![a.stmt], used }),
            Err(Stop::Refer(r)) => {
                let own = Refer { agency: refer.and_then(|r| r.agency).or(r.agency), stmt: r.stmt.or(Some(a.stmt)) };
                Ok(Alt { value: None, refer: Some(own), winners: vec![a.stmt], used })
            }
            Err(Stop::Fault(mut f)) => {
                if !f.stmts.contains(&a.stmt) {
                    f.stmts.push(a.stmt);
                }
                Err(Stop::Fault(f))
            }
            Err(stop) => Err(stop),
        }
    }

    /// The values of statements that remain side by side: one if they agree, else the alternatives.
    fn values(&mut self, active: Vec<Active>, frame: &Frame, outcome: OutcomeId) -> Step<Vec<Alt>> {
        let mut alts = Vec::new();
        let mut pending: Option<Stop> = None;
        for a in &active {
            match self.value_of(a, frame) {
                Ok(alt) => alts.push(alt),
                Err(stop) => self.note(&mut pending, stop),
            }
        }
        match pending {
            // A statement that cannot be worked out for want of a rule leaves the word to the others.
            Some(Stop::NoRule(_)) if !alts.is_empty() => {}
            Some(stop) => return Err(stop),
            None => {}
        }
        if alts.len() < 2 {
            return Ok(alts);
        }
        let info = self.p.symbols.outcome(outcome);
        // In an order that depends on the values only.
        alts.sort_by_cached_key(|a| {
            (
                a.value.as_ref().map(|v| show(v, &info.ty, &self.p.symbols)),
                a.refer.as_ref().and_then(|r| r.agency.clone()),
                a.winners.clone(),
            )
        });
        let groups = self.group(alts, frame)?;
        Ok(self.preferred(groups))
    }

    /// Rounds as declared, and makes sure that what comes in whole steps is whole.
    pub(super) fn finish(&mut self, value: Value, outcome: OutcomeId, node: NodeId, frame: &Frame) -> Step<Value> {
        let info = self.p.symbols.outcome(outcome);
        let Value::Num(n) = value else { return Ok(value) };
        let n = match info.rounding {
            Some((mode, unit)) => {
                let frame = frame.clone();
                let rounded = match &n {
                    crate::value::Num::Exact(x) => x.round(mode, unit).map(crate::value::Num::Exact),
                    _ => return self.rounded_range(&n, mode, unit, node, &frame).map(Value::Num),
                };
                rounded.map_err(|e| self.arith(e, node))?
            }
            None => n,
        };
        let whole = !info.local && (info.ty.is_integral() || *info.ty.base() == Type::MoneyPerMonth);
        if whole && n.as_exact().is_some_and(|x| !x.is_integer()) {
            let value = show(&Value::Num(n), &info.ty, &self.p.symbols);
            let text = format!("`{}` comes to {value}, which is not whole, and no rounding is written", info.name);
            return Err(self.fault(codes::E0806.id, text, node));
        }
        Ok(Value::Num(n))
    }

    fn rounded_range(
        &mut self,
        n: &crate::value::Num,
        mode: crate::value::RoundMode,
        unit: crate::value::Exact,
        node: NodeId,
        frame: &Frame,
    ) -> Step<crate::value::Num> {
        self.means(Var::Derived(node, frame.number, self.items_hash(), 900), || format!("{} {unit}", mode.word()), &[n]);
        self.derive(node, frame, |o| ops::round(n, mode, unit, o))
    }
}

/// Whether a region or one above it says anything about an outcome.
fn is_said(p: &Program, outcome: OutcomeId, region: RegionId) -> bool {
    p.symbols.region(region).chain.iter().any(|r| p.shelf(outcome, *r).is_some())
}

/// Why nothing gives an outcome in a region.
pub(crate) fn nothing_given(p: &Program, outcome: OutcomeId, region: RegionId) -> String {
    let said = is_said(p, outcome, region);
    let (name, region) = (&p.symbols.outcome(outcome).name, p.symbols.region(region));
    if said {
        format!("nothing that is said about `{name}` applies here")
    } else {
        format!("nothing is said about `{name}` in {} or above", region.name)
    }
}
