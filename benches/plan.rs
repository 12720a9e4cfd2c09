//! In: the rows of the common work (`persons.bin`, named by PERSONS). Out: how fast a plan answers them beside a plain loop in Rust, on one thread, in one process; the sums of the specification. Never here: other engines, files.
//!
//! `PERSONS=persons.bin cargo bench --bench plan`
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a measurement may fail loudly
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "numbers of the rows are small")]

use polc::plan::{Answers, Column, Lane, One, Rows, Slot, State, Values, Wanted};
use polc::{Policies, Prepared};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

struct Persons {
    n: usize,
    region: Vec<u8>,
    gender: Vec<u8>,
    age: Vec<u8>,
    from: Vec<u8>,
    to: Vec<u8>,
    level: Vec<u8>,
    cost: Vec<i32>,
    paid: Vec<i32>,
    actual: Vec<i16>,
    deemed: Vec<i16>,
    gap: Vec<i16>,
    base: Vec<i32>,
    /// Years are held in months.
    age_months: Vec<i16>,
}

fn persons(path: &str) -> Persons {
    let bytes = std::fs::read(path).unwrap();
    let n = i64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut at = 8;
    let mut take = |size: usize| {
        let part = bytes[at..at + n * size].to_vec();
        at += n * size;
        part
    };
    let two = |b: Vec<u8>| b.chunks_exact(2).map(|c| i16::from_le_bytes([c[0], c[1]])).collect::<Vec<_>>();
    let four = |b: Vec<u8>| b.chunks_exact(4).map(|c| i32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect::<Vec<_>>();
    let (region, gender, age, from, to, level) = (take(1), take(1), take(1), take(1), take(1), take(1));
    let (cost, paid) = (four(take(4)), four(take(4)));
    let (actual, deemed, gap) = (two(take(2)), two(take(2)), two(take(2)));
    let base = four(take(4));
    let age_months = age.iter().map(|a| i16::from(*a) * 12).collect();
    Persons { n, region, gender, age, from, to, level, cost, paid, actual, deemed, gap, base, age_months }
}

// ---- A plain loop, as the specification reads ----

const AVG: i64 = 609_800;

fn w1(p: &Persons, i: usize) -> (i64, i64, u8) {
    let (r, f) = (p.region[i], p.gender[i] == 1);
    let required = match r {
        0 | 3 | 4 => {
            if f {
                300
            } else {
                360
            }
        }
        1 => {
            if f {
                240
            } else {
                300
            }
        }
        2 => 180,
        _ => 240,
    };
    let least = match r {
        3 => 120,
        4 => 180,
        _ => 0,
    };
    let (actual, deemed) = (i64::from(p.actual[i]), i64::from(p.deemed[i]));
    let shortage = (required - (actual + deemed)).max(least - actual).max(0);
    let rhu = |a: i64, b: i64| (2 * a + b) / (2 * b);
    let base = i64::from(p.base[i]).clamp(rhu(AVG * 60, 100), rhu(AVG * 300, 100));
    let rate = if r == 1 { 1200 } else { 850 };
    let outcome = if p.age[i] < if f { 55 } else { 60 } { 2 } else { u8::from(shortage != 0) };
    let lump = if outcome == 1 { rhu(base * rate * shortage, 10_000) } else { 0 };
    (shortage, lump, outcome)
}

fn w2(p: &Persons, i: usize) -> (i64, i64) {
    let deductible = [0, 0, 20_000, 30_000][usize::from(p.level[i])];
    let rate = [0, 7000, 6000, 6000][usize::from(p.level[i])] + if p.age[i] >= 60 { 500 } else { 0 };
    let remaining = deductible.min((30_000 - i64::from(p.paid[i])).max(0));
    let cost = i64::from(p.cost[i]);
    let back = ((2 * (cost - remaining).max(0) * rate + 10_000) / 20_000).min(150_000);
    (back, cost - back)
}

fn w3(p: &Persons, i: usize) -> (u8, u8, i64, i64) {
    let (r, from, to, gap) = (p.region[i], p.from[i], p.to[i], i64::from(p.gap[i]));
    let (out, back) = (from == 0 && to == 1, from == 1 && to == 0);
    let pooled = match r {
        1 if out => 0,
        3 if gap > 12 => 2,
        5 if back => 0,
        _ if out => 2,
        _ => 1,
    };
    let personal = match r {
        2 if back => 1,
        4 if back && gap > 6 => 0,
        _ if from == 1 && to == 1 => 0,
        _ if back => 2,
        _ => 1,
    };
    let wait = if matches!(r, 1 | 3 | 5) { 3 } else { 6 };
    let waiting = if gap <= 3 { 0 } else { (wait + (gap / 12 - 1).max(0)).min(12) };
    let credited = if out && matches!(r, 0 | 2 | 4) { i64::from(p.actual[i]) / 12 * 3 } else { 0 };
    (pooled, personal, waiting, credited)
}

/// The best of several runs, in hundredths of a nanosecond a row.
fn best(n: usize, mut f: impl FnMut()) -> u128 {
    (0..15)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed().as_nanos() * 100 / n as u128
        })
        .min()
        .unwrap()
}

fn plain(p: &Persons) -> [u128; 3] {
    let n = p.n;
    let (mut a, mut b, mut c) = (vec![0i16; n], vec![0i64; n], vec![0u8; n]);
    let first = best(n, || {
        for i in 0..n {
            let (s, l, o) = w1(p, i);
            (a[i], b[i], c[i]) = (s as i16, l, o);
        }
        black_box((&a, &b, &c));
    });
    let (mut x, mut y) = (vec![0i32; n], vec![0i32; n]);
    let second = best(n, || {
        for i in 0..n {
            let (s, t) = w2(p, i);
            (x[i], y[i]) = (s as i32, t as i32);
        }
        black_box((&x, &y));
    });
    let (mut d, mut e, mut f) = (vec![0u8; n], vec![0i16; n], vec![0i16; n]);
    let third = best(n, || {
        for i in 0..n {
            let (q, r, s, t) = w3(p, i);
            (c[i], d[i], e[i], f[i]) = (q, r, s as i16, t as i16);
        }
        black_box((&c, &d, &e, &f));
    });
    [first, second, third]
}

// ---- A plan ----

fn column<'a>(p: &'a Persons, policies: &Policies, prepared: &Prepared, slot: Slot) -> Option<Column<'a>> {
    let decision = polc::internals::program(policies).symbols.outcome(prepared.outcomes()[0].0).decision;
    let is = |name: &str, id| policies.input(decision, name) == Some(id);
    let lane = match slot {
        Slot::Arg(0) => Lane::U8(&p.from),
        Slot::Arg(_) => Lane::U8(&p.to),
        Slot::Input(i) if is("gender", i) => Lane::U8(&p.gender),
        Slot::Input(i) if is("age", i) => Lane::I16(&p.age_months),
        Slot::Input(i) if is("actual", i) => Lane::I16(&p.actual),
        Slot::Input(i) if is("deemed", i) => Lane::I16(&p.deemed),
        Slot::Input(i) if is("gap", i) => Lane::I16(&p.gap),
        Slot::Input(i) if is("wage", i) => Lane::I32(&p.base),
        Slot::Input(i) if is("hospital_level", i) => Lane::U8(&p.level),
        Slot::Input(i) if is("cost", i) => Lane::I32(&p.cost),
        Slot::Input(i) if is("paid_deductible", i) => Lane::I32(&p.paid),
        Slot::Input(i) => panic!("{i:?}"),
    };
    Some(Column { lane, told: None })
}

fn sum(values: &Values) -> i64 {
    let lane = values.lane();
    (0..lane.len()).map(|i| lane.get(i).unwrap()).sum()
}

/// Of the shipped policies: for how many pairs of region and outcome rows are answered by a plan.
fn shipped() {
    let policies = Policies::load(&[PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/policies"))]);
    let program = polc::internals::program(&policies);
    let day = polc::Date::new(2026, 1, 1).unwrap();
    let (mut all, mut fast) = (0, 0);
    for d in 0..program.symbols.decisions.len() {
        let decision = program.symbols.outcome(*program.symbols.decisions[d].outcomes.first().unwrap()).decision;
        let outcomes = policies.outcomes(decision);
        let regions: Vec<_> = (0..program.symbols.regions.len())
            .map(|r| polc::RegionId(r as u32))
            .filter(|r| outcomes.iter().any(|o| program.shelf(*o, *r).is_some()))
            .collect();
        let start = Instant::now();
        let prepared = policies.prepare(&regions, decision, &outcomes, day);
        let took = start.elapsed().as_micros();
        let (mut own, mut own_fast) = (0, 0);
        let mut by_outcome = Vec::new();
        for (k, o) in outcomes.iter().enumerate() {
            let said: Vec<usize> = (0..regions.len())
                .filter(|r| program.symbols.region(regions[*r]).chain.iter().any(|c| program.shelf(*o, *c).is_some()))
                .collect();
            let here = said.iter().filter(|r| prepared.plan().answers(k, **r)).count();
            by_outcome.push(format!("{} {here}/{}", program.symbols.outcome(*o).name, said.len()));
            own += said.len();
            own_fast += here;
        }
        println!(
            "{}: {} regions, {own_fast} of {own} pairs, {} operations, planned in {took} us; {}",
            program.symbols.decisions[d].name,
            regions.len(),
            prepared.plan().operations(),
            by_outcome.join(", ")
        );
        all += own;
        fast += own_fast;
    }
    println!("shipped policies: {fast} of {all} pairs of region and outcome");
}

fn main() {
    if std::env::var("SHIPPED").is_ok() {
        shipped();
    }
    let Ok(path) = std::env::var("PERSONS") else {
        println!("PERSONS names no file of rows");
        return;
    };
    let p = persons(&path);
    let own = plain(&p);
    let policies = Policies::load(&[PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/policies"))]);
    let day = polc::Date::new(2026, 1, 1).unwrap();
    let works = [
        ("retire", &["shortage", "lump_sum", "outcome"][..], "ABCDEF"),
        ("reimburse", &["reimbursed", "self_pay"][..], "N"),
        ("transfer", &["pooled_balance", "personal_balance", "waiting", "credited"][..], "ABCDEF"),
    ];
    let mut total = [0, 0, 0];
    for (k, (head, names, places)) in works.into_iter().enumerate() {
        let decision = own_decision(&policies, head);
        let outcomes: Vec<_> = names.iter().map(|n| policies.outcome(decision, n).unwrap()).collect();
        let regions: Vec<_> = places.chars().map(|c| policies.region(if c == 'N' { "Nation" } else { places_of(c) }).unwrap()).collect();
        let zeros = vec![0u8; p.n];
        let prepared = policies.prepare(&regions, decision, &outcomes, day);
        let columns: Vec<_> = prepared.slots().iter().map(|s| column(&p, &policies, &prepared, s.slot)).collect();
        let rows = Rows { len: p.n, region: Lane::U8(if places == "N" { &zeros } else { &p.region }), columns: &columns };
        let (mut scratch, mut out) = (prepared.scratch(), Answers::default());
        prepared.run(&rows, Wanted::Values, &mut scratch, &mut out);
        for (name, g) in names.iter().zip(&out.outcomes) {
            let slow = g.states.iter().filter(|s| **s != State::Decided as u8).count();
            println!("{head}.{name}: sum {} asked elsewhere {slow}", sum(&g.values));
        }
        let values = best(p.n, || prepared.run(&rows, Wanted::Values, &mut scratch, black_box(&mut out)));
        let paths = best(p.n, || prepared.run(&rows, Wanted::Paths, &mut scratch, black_box(&mut out)));
        let row: Vec<Option<i64>> = columns.iter().map(|c| c.and_then(|c| c.lane.get(7))).collect();
        let mut ones = vec![One::default(); outcomes.len()];
        let one = best(100_000, || {
            for _ in 0..100_000 {
                prepared.ask(&mut scratch, usize::from(p.region[7]) % regions.len(), black_box(&row), Wanted::Values, &mut ones);
                black_box(&ones);
            }
        });
        println!(
            "{head}: {} operations; hundredths of ns a row: plain loop {}, plan {values}, with paths {paths}; one row alone {one}",
            prepared.plan().operations(),
            own[k]
        );
        total = [total[0] + own[k], total[1] + values, total[2] + paths];
        if std::env::var("SHOW").is_ok() {
            println!("{}", prepared.plan().listing());
        }
    }
    println!("all: plain loop {}, plan {}, with paths {}", total[0], total[1], total[2]);
}

fn places_of(c: char) -> &'static str {
    match c {
        'A' => "A",
        'B' => "B",
        'C' => "C",
        'D' => "D",
        'E' => "E",
        _ => "F",
    }
}

/// The decision of the benchmark, not the one of the standard vocabulary.
fn own_decision(p: &Policies, name: &str) -> polc::DecisionId {
    let symbols = &polc::internals::program(p).symbols;
    let found = symbols.decisions.iter().rfind(|d| d.name == name).unwrap();
    symbols.outcome(found.outcomes[0]).decision
}
