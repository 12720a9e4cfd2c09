//! In: a plan and rows. Out: their answers. Never here: what is worked out (`code.rs`, `single.rs`), one operation on many rows (`kernels.rs`).

use super::Plan;
use super::kernels::{Bank, Wide};
use super::rows::{Answers, Column, Given, Kind, Lane, One, Rows, State, Values, Wanted};
use super::shuffle::{Machine, machine};
use super::single::Wants;
use super::vector::{At, BLOCK, Reg, Room, Vector};
use pulp::NullaryFnOnce;

/// Where a plan works; made by [`Plan::scratch`], one for each thread.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    registers: Vec<i64>,
    bank: Bank,
    /// For each slot, which rows of the block do not tell it; empty where all do.
    bad: Vec<Vec<u8>>,
    /// Rows of the block whose region is not one of the plan's, if there are any.
    lost: Vec<u8>,
    classes: Vec<usize>,
    ask: Vec<u8>,
}

impl Plan {
    /// A place to work.
    pub fn scratch(&self) -> Scratch {
        let mut s = Scratch {
            registers: Vec::with_capacity(self.values.registers().max(self.paths.registers())),
            bad: vec![Vec::with_capacity(BLOCK); self.slots.len()],
            lost: Vec::with_capacity(BLOCK),
            classes: Vec::with_capacity(BLOCK),
            ask: Vec::with_capacity(BLOCK),
            ..Scratch::default()
        };
        self.fast_values.prepare(&mut s.bank);
        self.fast_paths.prepare(&mut s.bank);
        s
    }

    /// Answers one row: its region's place, and what is told for each slot of the plan. Nothing is allocated.
    pub fn ask(&self, scratch: &mut Scratch, region: usize, slots: &[Option<i64>], wanted: Wanted, out: &mut [One]) {
        let code = match wanted {
            Wanted::Values => &self.values,
            Wanted::Paths => &self.paths,
        };
        let (Some(class), Ok(place)) = (self.classes.get(region).copied(), i64::try_from(region)) else {
            out.fill(One::default());
            return;
        };
        let registers = &mut scratch.registers;
        code.start(registers);
        let mut put = |slot: usize, n: i64| {
            if let Some(r) = code.slots.get(slot).copied().flatten().and_then(|r| registers.get_mut(usize::from(r))) {
                *r = n;
            }
        };
        put(0, place);
        let told = |s: usize| slots.get(s).copied().flatten().filter(|n| self.fits(s, *n));
        let mut all = true;
        for s in 0..self.slots.len() {
            let n = told(s);
            all &= n.is_some();
            // What is not told is asked of nobody here; any value will do.
            put(s + 1, n.unwrap_or_else(|| self.bounds(s).0));
        }
        code.run(registers);
        for (k, (one, wants)) in out.iter_mut().zip(&code.wants).enumerate() {
            let missing =
                !all && self.needs.get(k).is_some_and(|n| n.iter().any(|(s, by)| by.get(class) == Some(&true) && told(*s).is_none()));
            *one = if missing { One::default() } else { answer(wants, wanted, registers) };
        }
    }

    /// Whether a number is one that a slot may have here.
    fn fits(&self, slot: usize, n: i64) -> bool {
        let (lo, hi) = self.bounds(slot);
        (lo..=hi).contains(&n)
    }

    fn bounds(&self, slot: usize) -> (i64, i64) {
        match self.slots.get(slot).map(|s| s.kind) {
            Some(Kind::Truth) => (0, 1),
            Some(Kind::Choice(n) | Kind::Listed(n)) => (0, i64::from(n.max(1)) - 1),
            Some(Kind::Whole { lo, hi, .. }) => (lo, hi),
            None => (0, 0),
        }
    }

    /// Answers rows, any number of them; nothing is allocated once `out` was used for as many.
    pub fn run(&self, rows: &Rows, wanted: Wanted, scratch: &mut Scratch, out: &mut Answers) {
        let vector = match wanted {
            Wanted::Values => &self.fast_values,
            Wanted::Paths => &self.fast_paths,
        };
        if out.outcomes.len() != self.outcomes.len() {
            out.outcomes.clear();
            out.outcomes.resize_with(self.outcomes.len(), || Given {
                values: Values::U8(Vec::new()),
                states: Vec::new(),
                paths: Vec::new(),
            });
        }
        for (g, roots) in out.outcomes.iter_mut().zip(&vector.roots) {
            let room = match roots[0] {
                Some(At::Reg(r)) => r.room,
                Some(At::Const(n)) => Room::of(n, n),
                None => Room::U8,
            };
            size(&mut g.values, room, rows.len);
            g.states.resize(rows.len, 0);
            g.paths.resize(if wanted == Wanted::Paths { rows.len } else { 0 }, 0);
        }
        let simd = machine(self.arch);
        let mut start = 0;
        while start < rows.len {
            let n = vector.rows().min(rows.len - start);
            self.arch.dispatch(Job { plan: self, vector, rows, wanted, scratch, out, simd, start, n });
            start += n;
        }
    }
}

/// One block, with whatever instructions the machine has.
struct Job<'a> {
    plan: &'a Plan,
    vector: &'a Vector,
    rows: &'a Rows<'a>,
    wanted: Wanted,
    scratch: &'a mut Scratch,
    out: &'a mut Answers,
    simd: Option<Machine>,
    start: usize,
    n: usize,
}

impl NullaryFnOnce for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Job { plan, vector, rows, wanted, scratch, out, simd, start, n } = self;
        scratch.lost.clear();
        let regions = i64::try_from(plan.classes.len()).unwrap_or(i64::MAX);
        let own = vector.slots.iter().find(|(s, _)| *s == 0).map(|(_, r)| *r);
        load(&mut scratch.bank, own, rows.region, None, (0, regions - 1), start, n, &mut scratch.lost);
        let mut any = !scratch.lost.is_empty();
        for (s, bad) in scratch.bad.iter_mut().enumerate() {
            bad.clear();
            let slot = u16::try_from(s + 1).unwrap_or(u16::MAX);
            let own = vector.slots.iter().find(|(o, _)| *o == slot).map(|(_, r)| *r);
            match rows.columns.get(s).copied().flatten() {
                Some(Column { lane, told }) => load(&mut scratch.bank, own, lane, told, plan.bounds(s), start, n, bad),
                None => {
                    bad.resize(n, 1);
                    if let Some(r) = own {
                        constant(&mut scratch.bank, r, plan.bounds(s).0, n);
                    }
                }
            }
            any |= !bad.is_empty();
        }
        vector.block(&mut scratch.bank, simd, n);
        if any {
            scratch.classes.clear();
            let class = |row: usize| rows.region.get(row).and_then(|r| plan.classes.get(usize::try_from(r).ok()?)).copied();
            scratch.classes.extend((start..start + n).map(|row| class(row).unwrap_or(0)));
        }
        for (k, (g, roots)) in out.outcomes.iter_mut().zip(&vector.roots).enumerate() {
            store(&mut g.values, &scratch.bank, roots[0], start, n);
            let Some(states) = g.states.get_mut(start..start + n) else { continue };
            states_of(states, &scratch.bank, roots[1], roots[2]);
            if any {
                scratch.ask.clear();
                if scratch.lost.is_empty() {
                    scratch.ask.resize(n, 0);
                } else {
                    scratch.ask.extend(&scratch.lost);
                }
                for (s, by) in plan.needs.get(k).into_iter().flatten() {
                    let Some(bad) = scratch.bad.get(*s).filter(|b| !b.is_empty()) else { continue };
                    for ((ask, bad), class) in scratch.ask.iter_mut().zip(bad).zip(&scratch.classes) {
                        *ask |= *bad & u8::from(by.get(*class) == Some(&true));
                    }
                }
                for (s, ask) in states.iter_mut().zip(&scratch.ask) {
                    *s = if *ask != 0 { 0 } else { *s };
                }
            }
            if wanted == Wanted::Paths {
                match (roots[3], g.paths.get_mut(start..start + n)) {
                    (Some(path), Some(paths)) => paths_of(paths, &scratch.bank, path),
                    // Too many to be numbered.
                    _ => states.fill(0),
                }
            }
        }
    }
}

fn answer(wants: &Wants, wanted: Wanted, registers: &[i64]) -> One {
    let at = |r: u16| registers.get(usize::from(r)).copied().unwrap_or(0);
    if at(wants.slow) != 0 || (wanted == Wanted::Paths && wants.path.is_none()) {
        return One::default();
    }
    let state = if at(wants.none) != 0 { State::NoRule } else { State::Decided };
    let path = wants.path.map_or(0, |p| u32::try_from(at(p)).unwrap_or(0));
    One { state, value: at(wants.value), path }
}

// ---- Into registers ----

/// A number as it comes.
trait Raw: Copy + Ord + Default + std::ops::BitOr<Output = Self> {
    const LEAST: Self;
    const MOST: Self;
    fn long(self) -> i64;
    /// The nearest that can be held.
    fn near(n: i64) -> Self;
    /// 0 between these ends, else 1: as wide as what is compared.
    fn beyond(self, lo: Self, hi: Self) -> Self;
}

macro_rules! raw {
    ($($t:ty),*) => {
        $(impl Raw for $t {
            const LEAST: Self = <$t>::MIN;
            const MOST: Self = <$t>::MAX;
            #[inline(always)]
            fn long(self) -> i64 {
                i64::from(self)
            }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // brought between the ends first
            fn near(n: i64) -> Self {
                n.clamp(i64::from(<$t>::MIN), i64::from(<$t>::MAX)) as $t
            }
            #[inline(always)]
            fn beyond(self, lo: Self, hi: Self) -> Self {
                <$t>::from((self < lo) | (self > hi))
            }
        })*
    };
}
raw!(u8, u16, i16, i32, i64);

#[inline(always)]
#[allow(clippy::too_many_arguments)] // one column and where it goes
fn load(
    bank: &mut Bank,
    to: Option<Reg>,
    lane: Lane,
    told: Option<&[bool]>,
    bounds: (i64, i64),
    start: usize,
    n: usize,
    bad: &mut Vec<u8>,
) {
    match lane {
        Lane::U8(x) => place(bank, to, x.get(start..start + n), told, bounds, start, n, bad),
        Lane::U16(x) => place(bank, to, x.get(start..start + n), told, bounds, start, n, bad),
        Lane::I16(x) => place(bank, to, x.get(start..start + n), told, bounds, start, n, bad),
        Lane::I32(x) => place(bank, to, x.get(start..start + n), told, bounds, start, n, bad),
        Lane::I64(x) => place(bank, to, x.get(start..start + n), told, bounds, start, n, bad),
    }
}

#[inline(always)]
#[allow(clippy::too_many_arguments)] // as above
fn place<A: Raw>(
    bank: &mut Bank,
    to: Option<Reg>,
    lane: Option<&[A]>,
    told: Option<&[bool]>,
    bounds: (i64, i64),
    start: usize,
    n: usize,
    bad: &mut Vec<u8>,
) {
    // A column that ends too early tells nothing.
    let Some(lane) = lane else {
        bad.resize(n, 1);
        if let Some(r) = to {
            constant(bank, r, bounds.0, n);
        }
        return;
    };
    let told = told.map(|t| t.get(start..start + n).unwrap_or(&[]));
    let all = told.is_none_or(|t| t.len() == n && t.iter().fold(true, |a, b| a & *b));
    // Ends beyond what the column can hold keep nothing out.
    let ends = (A::near(bounds.0), A::near(bounds.1));
    let fit = match to.map(|r| (r.room, r.at)) {
        None => lane.iter().fold(true, |fit, v| fit & (*v >= ends.0) & (*v <= ends.1)),
        Some((Room::U8, at)) => copy::<A, u8>(bank, at, lane, ends),
        Some((Room::I16, at)) => copy::<A, i16>(bank, at, lane, ends),
        Some((Room::I32, at)) => copy::<A, i32>(bank, at, lane, ends),
        Some((Room::I64, at)) => copy::<A, i64>(bank, at, lane, ends),
    };
    if all && fit && bounds.0 <= A::MOST.long() && bounds.1 >= A::LEAST.long() {
        return;
    }
    // What is not told, or lies outside, is answered by the row interpreter; here any number will do.
    for (i, v) in lane.iter().enumerate() {
        let known = told.is_none_or(|t| t.get(i) == Some(&true));
        let fits = known && (bounds.0..=bounds.1).contains(&v.long());
        bad.push(u8::from(!fits));
        if let Some(r) = to {
            let n = if fits { v.long() } else { bounds.0 };
            match r.room {
                Room::U8 => put::<u8>(bank, r.at, i, n),
                Room::I16 => put::<i16>(bank, r.at, i, n),
                Room::I32 => put::<i32>(bank, r.at, i, n),
                Room::I64 => put::<i64>(bank, r.at, i, n),
            }
        }
    }
}

/// Copies a column and tells whether all of it lies between these ends.
#[inline(always)]
fn copy<A: Raw, T: Wide>(bank: &mut Bank, at: u16, lane: &[A], ends: (A, A)) -> bool {
    let Some(to) = T::regs_mut(bank).get_mut(usize::from(at)) else { return false };
    let mut out = A::default();
    for (o, v) in to.iter_mut().zip(lane) {
        *o = T::of(v.long());
        out = out | v.beyond(ends.0, ends.1);
    }
    out == A::default()
}

#[inline(always)]
fn put<T: Wide>(bank: &mut Bank, at: u16, row: usize, n: i64) {
    if let Some(o) = T::regs_mut(bank).get_mut(usize::from(at)).and_then(|v| v.get_mut(row)) {
        *o = T::of(n);
    }
}

#[inline(always)]
fn constant(bank: &mut Bank, r: Reg, k: i64, n: usize) {
    for i in 0..n {
        match r.room {
            Room::U8 => put::<u8>(bank, r.at, i, k),
            Room::I16 => put::<i16>(bank, r.at, i, k),
            Room::I32 => put::<i32>(bank, r.at, i, k),
            Room::I64 => put::<i64>(bank, r.at, i, k),
        }
    }
}

// ---- Out of registers ----

fn size(values: &mut Values, room: Room, n: usize) {
    match (&mut *values, room) {
        (Values::U8(v), Room::U8) => v.resize(n, 0),
        (Values::I16(v), Room::I16) => v.resize(n, 0),
        (Values::I32(v), Room::I32) => v.resize(n, 0),
        (Values::I64(v), Room::I64) => v.resize(n, 0),
        (_, Room::U8) => *values = Values::U8(vec![0; n]),
        (_, Room::I16) => *values = Values::I16(vec![0; n]),
        (_, Room::I32) => *values = Values::I32(vec![0; n]),
        (_, Room::I64) => *values = Values::I64(vec![0; n]),
    }
}

#[inline(always)]
fn store(values: &mut Values, bank: &Bank, at: Option<At>, start: usize, n: usize) {
    #[inline(always)]
    fn copy<T: Wide>(out: &mut [T], bank: &Bank, at: Option<At>, start: usize, n: usize) {
        let Some(out) = out.get_mut(start..start + n) else { return };
        match at {
            Some(At::Const(k)) => out.fill(T::of(k)),
            Some(At::Reg(r)) => {
                if let Some(own) = T::regs(bank).get(usize::from(r.at)).and_then(|v| v.get(..n)) {
                    out.copy_from_slice(own);
                }
            }
            None => {}
        }
    }
    match values {
        Values::U8(v) => copy(v, bank, at, start, n),
        Values::I16(v) => copy(v, bank, at, start, n),
        Values::I32(v) => copy(v, bank, at, start, n),
        Values::I64(v) => copy(v, bank, at, start, n),
    }
}

#[inline(always)]
fn bytes(bank: &Bank, at: Option<At>, n: usize) -> Result<u8, &[u8]> {
    match at {
        Some(At::Const(k)) => Ok(u8::from(k != 0)),
        Some(At::Reg(r)) if r.room == Room::U8 => bank.u8.get(usize::from(r.at)).and_then(|v| v.get(..n)).map_or(Ok(1), Err),
        // A condition always takes a byte.
        _ => Ok(1),
    }
}

/// 0 where the row interpreter is asked, else 2 where nothing gives it, else 1.
#[inline(always)]
fn states_of(states: &mut [u8], bank: &Bank, none: Option<At>, slow: Option<At>) {
    let n = states.len();
    match (bytes(bank, none, n), bytes(bank, slow, n)) {
        (_, Ok(1..)) => states.fill(0),
        (Ok(none), Ok(0)) => states.fill(1 + none),
        (Err(none), Ok(0)) => {
            for (s, none) in states.iter_mut().zip(none) {
                *s = 1 + *none;
            }
        }
        (Ok(none), Err(slow)) => {
            for (s, slow) in states.iter_mut().zip(slow) {
                *s = if *slow != 0 { 0 } else { 1 + none };
            }
        }
        (Err(none), Err(slow)) => {
            for ((s, none), slow) in states.iter_mut().zip(none).zip(slow) {
                *s = if *slow != 0 { 0 } else { 1 + *none };
            }
        }
    }
}

#[inline(always)]
fn paths_of(paths: &mut [u32], bank: &Bank, at: At) {
    #[inline(always)]
    fn copy<T: Wide>(paths: &mut [u32], own: Option<&Vec<T>>) {
        for (p, n) in paths.iter_mut().zip(own.into_iter().flatten()) {
            *p = u32::try_from(n.long()).unwrap_or(0);
        }
    }
    match at {
        At::Const(k) => paths.fill(u32::try_from(k).unwrap_or(0)),
        At::Reg(r) => {
            let i = usize::from(r.at);
            match r.room {
                Room::U8 => copy(paths, bank.u8.get(i)),
                Room::I16 => copy(paths, bank.i16.get(i)),
                Room::I32 => copy(paths, bank.i32.get(i)),
                Room::I64 => copy(paths, bank.i64.get(i)),
            }
        }
    }
}
