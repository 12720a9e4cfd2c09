//! In: what one world says of sums of unknown numbers. Out: whether such numbers exist, exactly, and some that do. Never here: what the numbers mean; anything that is not linear.
//!
//! Fourier-Motzkin elimination over rationals, with whole numbers rounded inwards: "no" is certain, "perhaps" comes with numbers to try.

use crate::value::{ArithError, CmpOp, Exact, Interval, Num};
use std::collections::{BTreeMap, BTreeSet};

/// A comparison that a world has decided: whether `difference op 0` holds.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    /// One side less the other.
    pub difference: Num,
    /// The comparison.
    pub op: CmpOp,
    /// Whether it holds.
    pub holds: bool,
}

/// What a system comes to.
#[derive(Debug)]
pub(crate) enum Solution {
    /// No numbers meet it.
    None,
    /// These meet it, by the number of their origin; fewer than there are if none were found.
    Perhaps(BTreeMap<u32, Exact>),
}

/// Beyond so many inequalities nothing is said.
const MAX_ROWS: usize = 400;

/// `sum + konst <= 0`, or `< 0` where strict.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    terms: BTreeMap<u32, Exact>,
    konst: Exact,
    strict: bool,
}

/// Why elimination ends early.
enum End {
    Contradiction,
    Unclear,
}

impl From<ArithError> for End {
    fn from(_: ArithError) -> Self {
        End::Unclear
    }
}

/// Whether numbers exist for which all of this holds.
pub(crate) fn solve(facts: &[Decided]) -> Solution {
    match solved(facts) {
        Ok(point) => Solution::Perhaps(point),
        Err(End::Contradiction) => Solution::None,
        Err(End::Unclear) => Solution::Perhaps(BTreeMap::new()),
    }
}

fn solved(facts: &[Decided]) -> Result<BTreeMap<u32, Exact>, End> {
    let mut whole: BTreeSet<u32> = BTreeSet::new();
    let mut spans: BTreeMap<u32, Interval> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    for fact in facts {
        for (origin, _) in fact.difference.terms() {
            if origin.integral() {
                whole.insert(origin.id());
            }
            let own = *origin.interval();
            let both = spans.get(&origin.id()).map_or(Some(own), |s| s.intersect(&own)).ok_or(End::Contradiction)?;
            spans.insert(origin.id(), both);
        }
        sides(fact, &mut rows)?;
    }
    for (id, span) in &spans {
        bounds(*id, span, &mut rows)?;
    }
    eliminate(rows, &whole)
}

fn row(difference: &Num, factor: Exact, strict: bool) -> Result<Row, ArithError> {
    let mut terms = BTreeMap::new();
    for (origin, c) in difference.terms() {
        terms.insert(origin.id(), c.checked_mul(factor)?);
    }
    Ok(Row { terms, konst: difference.konst().checked_mul(factor)?, strict })
}

fn sides(fact: &Decided, rows: &mut Vec<Row>) -> Result<(), ArithError> {
    let op = if fact.holds {
        fact.op
    } else {
        match fact.op {
            CmpOp::Eq => CmpOp::Ne,
            CmpOp::Ne => CmpOp::Eq,
            CmpOp::Lt => CmpOp::Ge,
            CmpOp::Le => CmpOp::Gt,
            CmpOp::Gt => CmpOp::Le,
            CmpOp::Ge => CmpOp::Lt,
        }
    };
    let (plus, minus) = (Exact::ONE, Exact::ONE.negated());
    let d = &fact.difference;
    match op {
        CmpOp::Lt | CmpOp::Le => rows.push(row(d, plus, op == CmpOp::Lt)?),
        CmpOp::Gt | CmpOp::Ge => rows.push(row(d, minus, op == CmpOp::Gt)?),
        CmpOp::Eq => rows.extend([row(d, plus, false)?, row(d, minus, false)?]),
        // Leaving out one value says nothing that elimination could use.
        CmpOp::Ne => {}
    }
    Ok(())
}

fn bounds(id: u32, span: &Interval, rows: &mut Vec<Row>) -> Result<(), ArithError> {
    let minus = Exact::ONE.negated();
    if let Some(lo) = span.lo {
        rows.push(Row { terms: BTreeMap::from([(id, minus)]), konst: lo, strict: !span.lo_closed });
    }
    if let Some(hi) = span.hi {
        rows.push(Row { terms: BTreeMap::from([(id, Exact::ONE)]), konst: hi.negated(), strict: !span.hi_closed });
    }
    Ok(())
}

/// A row in smallest whole coefficients; where all its numbers are whole, its constant is rounded inwards.
fn tidy(mut row: Row, whole: &BTreeSet<u32>) -> Result<Row, End> {
    row.terms.retain(|_, c| !c.is_zero());
    if row.terms.is_empty() {
        let fails = row.konst.is_positive() || (row.strict && row.konst.is_zero());
        return if fails { Err(End::Contradiction) } else { Ok(row) };
    }
    let mut scale: i128 = 1;
    for c in row.terms.values() {
        let shared = gcd(scale, c.denom());
        scale = scale.checked_div(shared).and_then(|s| s.checked_mul(c.denom())).ok_or(End::Unclear)?;
    }
    let mut common: i128 = 0;
    for c in row.terms.values() {
        common = gcd(common, c.checked_mul(Exact::from_int(scale))?.numer());
    }
    let factor = Exact::ratio(scale, common.max(1))?;
    for c in row.terms.values_mut() {
        *c = c.checked_mul(factor)?;
    }
    row.konst = row.konst.checked_mul(factor)?;
    if row.terms.keys().all(|id| whole.contains(id)) {
        // The sum is whole: `sum < -k` is `sum <= ceil(-k) - 1`, `sum <= -k` is `sum <= floor(-k)`.
        let most = row.konst.negated();
        let most = if row.strict { most.ceil().checked_sub(1).ok_or(End::Unclear)? } else { most.floor() };
        row.konst = Exact::from_int(most).negated();
        row.strict = false;
    }
    Ok(row)
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    i128::try_from(a).unwrap_or(i128::MAX)
}

fn add(rows: &mut Vec<Row>, row: Row, whole: &BTreeSet<u32>) -> Result<(), End> {
    let row = tidy(row, whole)?;
    if row.terms.is_empty() {
        return Ok(());
    }
    // Of rows with the same sum the tightest says it all.
    if let Some(same) = rows.iter_mut().find(|r| r.terms == row.terms) {
        if row.konst > same.konst || (row.konst == same.konst && row.strict) {
            *same = row;
        }
        return Ok(());
    }
    rows.push(row);
    if rows.len() > MAX_ROWS { Err(End::Unclear) } else { Ok(()) }
}

fn eliminate(given: Vec<Row>, whole: &BTreeSet<u32>) -> Result<BTreeMap<u32, Exact>, End> {
    let mut rows: Vec<Row> = Vec::new();
    for r in given {
        add(&mut rows, r, whole)?;
    }
    // Each number that was eliminated, with the rows that bound it by those eliminated later.
    let mut gone: Vec<(u32, Vec<Row>)> = Vec::new();
    loop {
        let left: BTreeSet<u32> = rows.iter().flat_map(|r| r.terms.keys().copied()).collect();
        let sign = |r: &Row, id: &u32| r.terms.get(id).map(|c| c.is_positive());
        let cost = |id: &u32| {
            let up = rows.iter().filter(|r| sign(r, id) == Some(true)).count();
            let down = rows.iter().filter(|r| sign(r, id) == Some(false)).count();
            (up.saturating_mul(down), *id)
        };
        let Some(id) = left.into_iter().min_by_key(cost) else { break };
        let (with, without): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|r| r.terms.contains_key(&id));
        rows = without;
        for above in with.iter().filter(|r| sign(r, &id) == Some(true)) {
            for below in with.iter().filter(|r| sign(r, &id) == Some(false)) {
                add(&mut rows, joined(above, below, id)?, whole)?;
            }
        }
        gone.push((id, with));
    }
    let mut point = BTreeMap::new();
    for (id, rows) in gone.into_iter().rev() {
        match pick(id, &rows, &point, whole.contains(&id)) {
            Some(x) => point.insert(id, x),
            None => return Err(End::Unclear),
        };
    }
    Ok(point)
}

/// What an upper and a lower bound of one number say without it.
fn joined(above: &Row, below: &Row, id: u32) -> Result<Row, End> {
    let (Some(a), Some(b)) = (above.terms.get(&id), below.terms.get(&id)) else { return Err(End::Unclear) };
    let (fa, fb) = (b.negated(), *a);
    let mut terms: BTreeMap<u32, Exact> = BTreeMap::new();
    for (row, f) in [(above, fa), (below, fb)] {
        for (t, c) in &row.terms {
            let sum = terms.get(t).copied().unwrap_or(Exact::ZERO).checked_add(c.checked_mul(f)?)?;
            terms.insert(*t, sum);
        }
    }
    terms.remove(&id);
    let konst = above.konst.checked_mul(fa)?.checked_add(below.konst.checked_mul(fb)?)?;
    Ok(Row { terms, konst, strict: above.strict || below.strict })
}

/// The simplest value of a number, those after it being given.
fn pick(id: u32, rows: &[Row], point: &BTreeMap<u32, Exact>, whole: bool) -> Option<Exact> {
    let mut span = Interval::ALL;
    for row in rows {
        let mut rest = row.konst;
        for (t, c) in row.terms.iter().filter(|(t, _)| **t != id) {
            rest = rest.checked_add(c.checked_mul(*point.get(t)?).ok()?).ok()?;
        }
        let c = row.terms.get(&id)?;
        let end = rest.negated().checked_div(*c).ok()?;
        let side = match (c.is_positive(), row.strict) {
            (true, false) => Interval::at_most(end),
            (true, true) => Interval::under(end),
            (false, false) => Interval::at_least(end),
            (false, true) => Interval::over(end),
        };
        span = span.intersect(&side)?;
    }
    if whole {
        span = span.normalise_integral()?;
    }
    let simple = [Some(Exact::ZERO), span.lo.map(|l| Exact::from_int(l.ceil())), span.hi.map(|h| Exact::from_int(h.floor()))];
    let next = [span.lo.and_then(|l| l.checked_add(Exact::ONE).ok()), span.hi.and_then(|h| h.checked_sub(Exact::ONE).ok())];
    let middle = span.lo.zip(span.hi).and_then(|(l, h)| l.checked_add(h).ok()?.checked_div(Exact::from_int(2)).ok());
    let fits = |x: &Exact| span.contains(*x) && (!whole || x.is_integer());
    simple.into_iter().chain(next).chain([span.lo, span.hi, middle]).flatten().find(fits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot run should fail loudly")]

    use super::*;
    use crate::value::Origin;

    fn x(id: u32) -> Num {
        Num::origin(Origin::new(id, Interval::closed(Exact::ZERO, Exact::from_int(9)).unwrap(), true, false))
    }

    fn says(parts: &[(u32, i128)], konst: i128, op: CmpOp) -> Decided {
        let mut sum = Num::from_int(konst);
        for (id, c) in parts {
            sum = sum.add(&x(*id).scale(Exact::from_int(*c)).unwrap()).unwrap();
        }
        Decided { difference: sum, op, holds: true }
    }

    /// All triples of whole numbers from 0 to 9 that meet it.
    fn tried(facts: &[Decided]) -> bool {
        (0..1000u32).any(|n| {
            let value = |id: u32| Exact::from_int((n / 10u32.pow(id) % 10).into());
            facts.iter().all(|f| {
                let mut sum = f.difference.konst();
                for (o, c) in f.difference.terms() {
                    sum = sum.checked_add(c.checked_mul(value(o.id())).unwrap()).unwrap();
                }
                f.op.holds(sum.cmp(&Exact::ZERO))
            })
        })
    }

    #[test]
    fn none_means_none_and_what_is_found_fits() {
        let mut state: u64 = 7;
        let mut roll = |n: i128| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            i128::from(state >> 33) % n
        };
        let (mut none, mut found) = (0, 0);
        for _ in 0..2000 {
            let ops = [CmpOp::Lt, CmpOp::Le, CmpOp::Gt, CmpOp::Ge, CmpOp::Eq];
            let facts: Vec<Decided> = (0..1 + roll(4))
                .map(|_| {
                    let parts: Vec<(u32, i128)> = (0..3).map(|id| (id, roll(7) - 3)).collect();
                    says(&parts, roll(31) - 15, ops[usize::try_from(roll(5)).unwrap()])
                })
                .collect();
            match solve(&facts) {
                Solution::None => {
                    none += 1;
                    assert!(!tried(&facts), "{facts:?}");
                }
                Solution::Perhaps(point) if !point.is_empty() => {
                    found += 1;
                    for f in &facts {
                        let mut sum = f.difference.konst();
                        for (o, c) in f.difference.terms() {
                            sum = sum.checked_add(c.checked_mul(point[&o.id()]).unwrap()).unwrap();
                        }
                        assert!(f.op.holds(sum.cmp(&Exact::ZERO)), "{facts:?} {point:?}");
                    }
                }
                Solution::Perhaps(_) => {}
            }
        }
        assert!(none > 300 && found > 300, "{none} {found}");
    }
}
