//! In: persons. Out: the three policies as fast as we could write them: blocks that fit the cache, no branches, 32 bits, each policy its own pass.
//! Never here: overflow checks; every bound was worked out by hand from the data's.

use crate::data::{Outputs, Persons};

const BLOCK: usize = 4096;

/// One of the three for everybody, with the widest vectors of this machine.
pub fn run(work: usize, persons: &Persons, out: &mut Outputs) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") && is_x86_feature_detected!("avx512dq") {
            // SAFETY: the features were just found.
            return unsafe { run_512(work, persons, out) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { run_256(work, persons, out) };
        }
    }
    pass(work, persons, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512bw,avx512vl,avx512dq,avx2,bmi2")]
unsafe fn run_512(work: usize, persons: &Persons, out: &mut Outputs) {
    pass(work, persons, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
unsafe fn run_256(work: usize, persons: &Persons, out: &mut Outputs) {
    pass(work, persons, out);
}

#[inline(always)]
fn pass(work: usize, persons: &Persons, out: &mut Outputs) {
    let n = persons.len();
    let mut from = 0;
    while from < n {
        let to = (from + BLOCK).min(n);
        match work {
            1 => retirement(persons, out, from, to),
            2 => outpatient(persons, out, from, to),
            _ => transfer(persons, out, from, to),
        }
        from = to;
    }
}

#[inline(always)]
fn pick(condition: bool, yes: i32, no: i32) -> i32 {
    if condition { yes } else { no }
}

#[inline(always)]
fn retirement(p: &Persons, out: &mut Outputs, from: usize, to: usize) {
    let n = to - from;
    let (region, gender, age) = (&p.region[from..to], &p.gender[from..to], &p.age[from..to]);
    let (actual, deemed, base) = (&p.actual[from..to], &p.deemed[from..to], &p.base[from..to]);
    let (shortage, lump, outcome) = (&mut out.shortage[from..to], &mut out.lump[from..to], &mut out.outcome[from..to]);
    assert!(region.len() == n && gender.len() == n && age.len() == n && actual.len() == n && deemed.len() == n && base.len() == n);
    assert!(shortage.len() == n && lump.len() == n && outcome.len() == n);
    for i in 0..n {
        let (r, woman) = (region[i], gender[i] != 0);
        let required = pick(r == 1, pick(woman, 240, 300), pick(r == 2, 180, pick(r == 5, 240, pick(woman, 300, 360))));
        let required_actual = pick(r == 3, 120, pick(r == 4, 180, 0));
        let (a, d) = (i32::from(actual[i]), i32::from(deemed[i]));
        let s = 0.max(required.wrapping_sub(a.wrapping_add(d))).max(required_actual.wrapping_sub(a));
        let b = base[i].clamp(365_880, 1_829_400);
        let old = i32::from(age[i]) >= pick(woman, 55, 60);
        // base * shortage < 2^30, and the rate is 24/200 or 17/200: quotient and rest apart, so that 32 bits are enough.
        let months = b.wrapping_mul(s) as u32;
        let rate = pick(r == 1, 24, 17) as u32;
        let (q, rest) = (months / 200, months % 200);
        let sum = q.wrapping_mul(rate).wrapping_add(rest.wrapping_mul(rate).wrapping_add(100) / 200);
        shortage[i] = s as i16;
        outcome[i] = pick(old, pick(s == 0, 0, 1), 2) as u8;
        lump[i] = i64::from(pick(old, sum as i32, 0));
    }
}

#[inline(always)]
fn outpatient(p: &Persons, out: &mut Outputs, from: usize, to: usize) {
    let n = to - from;
    let (level, age) = (&p.level[from..to], &p.age[from..to]);
    let (cost, paid) = (&p.cost[from..to], &p.paid_deductible[from..to]);
    let (reimbursed, self_pay) = (&mut out.reimbursed[from..to], &mut out.self_pay[from..to]);
    assert!(level.len() == n && age.len() == n && cost.len() == n && paid.len() == n && reimbursed.len() == n && self_pay.len() == n);
    for i in 0..n {
        let deductible = pick(level[i] == 1, 0, pick(level[i] == 2, 20_000, 30_000));
        // In 1/20: 60% is 12, 65% is 13, 70% is 14, 75% is 15.
        let rate = pick(level[i] == 1, 14, 12).wrapping_add(pick(age[i] >= 60, 1, 0));
        let remaining = deductible.min(0.max(30_000i32.wrapping_sub(paid[i])));
        let counted = 0.max(cost[i].wrapping_sub(remaining)) as u32;
        let back = (counted.wrapping_mul(rate as u32).wrapping_add(10) / 20).min(150_000) as i32;
        reimbursed[i] = back;
        self_pay[i] = cost[i].wrapping_sub(back);
    }
}

#[inline(always)]
fn transfer(p: &Persons, out: &mut Outputs, from: usize, to: usize) {
    let n = to - from;
    let (region, origin, target) = (&p.region[from..to], &p.from[from..to], &p.to[from..to]);
    let (gap, actual) = (&p.gap[from..to], &p.actual[from..to]);
    let (pooled, personal) = (&mut out.pooled[from..to], &mut out.personal[from..to]);
    let (waiting, credited) = (&mut out.waiting[from..to], &mut out.credited[from..to]);
    assert!(region.len() == n && origin.len() == n && target.len() == n && gap.len() == n && actual.len() == n);
    assert!(pooled.len() == n && personal.len() == n && waiting.len() == n && credited.len() == n);
    let pick = |condition: bool, yes: u8, no: u8| if condition { yes } else { no };
    for i in 0..n {
        let r = region[i];
        // The gap is at most 60 and the months at most 480: both fit what they are narrowed to.
        let g = gap[i] as u8;
        let (to_employee, to_resident) = ((origin[i] == 0) & (target[i] == 1), (origin[i] == 1) & (target[i] == 0));
        let p0 = pick(to_employee, pick(r == 1, 0, 2), 1);
        let p1 = pick((r == 5) & to_resident, 0, p0);
        pooled[i] = pick((r == 3) & (g > 12), 2, p1);
        let frozen = pick(r == 2, 1, pick((r == 4) & (g > 6), 0, 2));
        personal[i] = pick(origin[i] == 0, 1, pick(to_resident, frozen, 0));
        let odd = (r == 1) | (r == 3) | (r == 5);
        // g / 12 for g up to 60.
        let years = ((g as u16).wrapping_mul(43) >> 9) as u8;
        let more = years.wrapping_sub(1) & pick(years > 0, 0xff, 0);
        waiting[i] = pick(g <= 3, 0, pick(odd, 3, 6).wrapping_add(more).min(12));
        // a / 12 for a up to 480.
        let full = ((actual[i] as u16 as u32).wrapping_mul(5462) >> 16) as u8;
        credited[i] = pick(to_employee & !odd, full.wrapping_mul(3), 0);
    }
}
