//! In: persons. Out: the three policies of SPEC.md, written by hand as anybody would, a row at a time. Never here: tricks.

use crate::data::{Outputs, Person, Persons, View};

/// Months that are missing, the sum to be paid, and what happens.
#[inline]
pub fn retirement(p: &Person) -> (i16, i64, u8) {
    let required = match (p.region, p.gender) {
        (0 | 3 | 4, 0) => 360,
        (0 | 3 | 4, _) => 300,
        (1, 0) => 300,
        (1, _) => 240,
        (2, _) => 180,
        _ => 240,
    };
    let required_actual = match p.region {
        3 => 120,
        4 => 180,
        _ => 0,
    };
    let (actual, deemed) = (i64::from(p.actual), i64::from(p.deemed));
    let shortage = 0.max(required - (actual + deemed)).max(required_actual - actual);
    let base = i64::from(p.base).clamp(365_880, 1_829_400);
    let rate = if p.region == 1 { 1200 } else { 850 };
    let pension_age = if p.gender == 0 { 60 } else { 55 };
    let outcome = if p.age < pension_age {
        2
    } else if shortage == 0 {
        0
    } else {
        1
    };
    let lump = if outcome == 1 { half_up(base * rate * shortage, 10_000) } else { 0 };
    (shortage as i16, lump, outcome)
}

/// What is paid back, and what is left to the person.
#[inline]
pub fn outpatient(p: &Person) -> (i32, i32) {
    let (deductible, mut rate) = match p.level {
        1 => (0, 7000),
        2 => (20_000, 6000),
        _ => (30_000, 6000),
    };
    if p.age >= 60 {
        rate += 500;
    }
    let remaining = deductible.min(0.max(30_000 - i64::from(p.paid_deductible)));
    let cost = i64::from(p.cost);
    let reimbursed = half_up(0.max(cost - remaining) * rate, 10_000).min(150_000);
    (reimbursed as i32, (cost - reimbursed) as i32)
}

/// Pooled balance, personal balance, months to wait, months that count.
#[inline]
pub fn transfer(p: &Person) -> (u8, u8, u8, u8) {
    let to_employee = p.from == 0 && p.to == 1;
    let to_resident = p.from == 1 && p.to == 0;
    // The nation's rule, then what the region says otherwise.
    let mut pooled = if to_employee { 2 } else { 1 };
    if p.region == 1 && to_employee {
        pooled = 0;
    }
    if p.region == 3 && p.gap > 12 {
        pooled = 2;
    }
    if p.region == 5 && to_resident {
        pooled = 0;
    }
    let mut personal = if p.from == 0 {
        1
    } else if to_resident {
        2
    } else {
        0
    };
    if p.region == 2 && to_resident {
        personal = 1;
    }
    if p.region == 4 && to_resident && p.gap > 6 {
        personal = 0;
    }
    let first = if matches!(p.region, 1 | 3 | 5) { 3 } else { 6 };
    let waiting = if p.gap <= 3 { 0 } else { 12.min(first + 0.max(p.gap / 12 - 1)) };
    let credited = if to_employee && matches!(p.region, 0 | 2 | 4) { p.actual / 12 * 3 } else { 0 };
    (pooled, personal, waiting as u8, credited as u8)
}

#[inline]
fn half_up(a: i64, b: i64) -> i64 {
    (2 * a + b) / (2 * b)
}

/// One of the three for everybody.
pub fn run(work: usize, persons: &Persons, out: &mut Outputs) {
    let rows = persons.view();
    let n = rows.n;
    match work {
        1 => all_retirement(&rows, &mut out.shortage[..n], &mut out.lump[..n], &mut out.outcome[..n]),
        2 => all_outpatient(&rows, &mut out.reimbursed[..n], &mut out.self_pay[..n]),
        _ => all_transfer(&rows, &mut out.pooled[..n], &mut out.personal[..n], &mut out.waiting[..n], &mut out.credited[..n]),
    }
}

// Outputs are arguments of their own, so that the compiler knows that they do not overlap.

fn all_retirement(rows: &View<'_>, shortage: &mut [i16], lump: &mut [i64], outcome: &mut [u8]) {
    for i in 0..rows.n {
        (shortage[i], lump[i], outcome[i]) = retirement(&rows.row(i));
    }
}

fn all_outpatient(rows: &View<'_>, reimbursed: &mut [i32], self_pay: &mut [i32]) {
    for i in 0..rows.n {
        (reimbursed[i], self_pay[i]) = outpatient(&rows.row(i));
    }
}

fn all_transfer(rows: &View<'_>, pooled: &mut [u8], personal: &mut [u8], waiting: &mut [u8], credited: &mut [u8]) {
    for i in 0..rows.n {
        (pooled[i], personal[i], waiting[i], credited[i]) = transfer(&rows.row(i));
    }
}
