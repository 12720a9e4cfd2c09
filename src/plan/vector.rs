//! In: steps for one row. Out: the same for a block of rows: each number in the least room that holds it, registers used again when what they hold is not wanted any more. Never here: the loops themselves (`kernels.rs`).

use super::code::Code;
use super::graph::{Id, Op};
use super::kernels::{Bank, Bin, Entries, Quotient, Rel, Src, Wide};
use super::kernels::{binary, cast, compare, from_const, lookup, lookup_bytes, multiple, negate, quotient, select, widen};
use super::shuffle::{Machine, ROWS, Small};
use rustc_hash::FxHashMap;

/// Rows worked on at a time at most: so many that a column is read in one go and a step's own cost is spread.
pub(super) const BLOCK: usize = 4096;
/// Where a policy has much to keep for each row it takes fewer at a time, so that all of it stays in near memory: this many bytes.
const NEAR: usize = 1 << 18;
/// But never fewer rows than this.
const LEAST: usize = 1024;

/// How much room a number takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Room {
    U8,
    I16,
    I32,
    I64,
}

impl Room {
    pub fn of(lo: i64, hi: i64) -> Room {
        if lo >= 0 && hi <= 255 {
            Room::U8
        } else if i16::try_from(lo).is_ok() && i16::try_from(hi).is_ok() {
            Room::I16
        } else if i32::try_from(lo).is_ok() && i32::try_from(hi).is_ok() {
            Room::I32
        } else {
            Room::I64
        }
    }
}

/// A register: its room and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reg {
    pub room: Room,
    pub at: u16,
}

#[derive(Clone, Debug)]
enum Step {
    Binary { op: Bin, room: Room, dst: u16, a: u16, b: Src },
    FromConst { room: Room, dst: u16, k: i64, b: u16 },
    Compare { op: Rel, room: Room, dst: u16, a: u16, b: Src },
    Negate { dst: u16, a: u16 },
    Select { room: Room, dst: u16, c: u16, a: Src, b: Src },
    Cast { dst: Reg, a: Reg },
    Widen { dst: u16, a: u16, b: Src },
    Lookup { key: Reg, dst: u16, table: usize },
    Quotient { dst: Reg, a: Reg, q: Quotient },
    Multiple { dst: u16, a: Reg, of: i64 },
}

/// Where a wanted node ends up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Reg(Reg),
    Const(i64),
}

/// Steps for a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Vector {
    steps: Vec<Step>,
    tables: Vec<(Entries, Option<Small>)>,
    /// The register of each slot that is wanted.
    pub slots: Vec<(u16, Reg)>,
    /// For each outcome: value, none, slow, path.
    pub roots: Vec<[Option<At>; 4]>,
    used: [u16; 4],
}

struct Maker<'c> {
    code: &'c Code,
    out: Vector,
    regs: FxHashMap<Id, Reg>,
    casts: FxHashMap<(Id, Room), Reg>,
    last: Vec<usize>,
    free: [Vec<u16>; 4],
}

impl Vector {
    pub fn new(code: &Code) -> Vector {
        let n = code.graph.nodes.len();
        // When each node is wanted last.
        let mut last = vec![0usize; n];
        for (i, node) in code.graph.nodes.iter().enumerate() {
            node.op.parts(&mut |p| {
                if let Some(l) = last.get_mut(p.0 as usize) {
                    *l = i;
                }
            });
        }
        for r in &code.roots {
            for id in [r.value, r.none, r.slow].into_iter().chain(r.path) {
                if let Some(l) = last.get_mut(id.0 as usize) {
                    *l = usize::MAX;
                }
            }
        }
        let mut m =
            Maker { code, out: Vector::default(), regs: FxHashMap::default(), casts: FxHashMap::default(), last, free: Default::default() };
        for (i, node) in code.graph.nodes.iter().enumerate() {
            if let Op::Slot(s) = node.op {
                let reg = m.take(Room::of(node.lo, node.hi));
                m.regs.insert(id(i), reg);
                m.out.slots.push((s, reg));
            }
        }
        for i in 0..n {
            m.step(i);
        }
        let roots = code.roots.iter().map(|r| [Some(r.value), Some(r.none), Some(r.slow), r.path].map(|x| x.map(|x| m.at(x)))).collect();
        Vector { roots, ..m.out }
    }

    /// Every step in a line.
    pub fn listing(&self) -> String {
        self.steps.iter().map(|s| format!("{s:?}\n")).collect()
    }

    /// Makes room for a block.
    pub fn prepare(&self, bank: &mut Bank) {
        fn grow<T: Wide>(bank: &mut Bank, n: u16) {
            let regs = T::regs_mut(bank);
            if regs.len() < usize::from(n) {
                regs.resize(usize::from(n), vec![T::default(); BLOCK]);
            }
        }
        grow::<u8>(bank, self.used[0]);
        grow::<i16>(bank, self.used[1]);
        grow::<i32>(bank, self.used[2]);
        grow::<i64>(bank, self.used[3]);
    }

    /// How many rows to take at a time.
    pub fn rows(&self) -> usize {
        let bytes: usize = self.used.iter().zip([1, 2, 4, 8]).map(|(n, size)| usize::from(*n) * size).sum();
        (NEAR / bytes.max(1)).clamp(LEAST, BLOCK) / ROWS * ROWS
    }

    /// Does all steps for the first `n` rows of a block.
    #[inline(always)]
    pub fn block(&self, bank: &mut Bank, simd: Option<Machine>, n: usize) {
        for s in &self.steps {
            step(s, &self.tables, bank, simd, n);
        }
    }
}

fn id(i: usize) -> Id {
    Id(u32::try_from(i).unwrap_or(u32::MAX))
}

impl Maker<'_> {
    fn take(&mut self, room: Room) -> Reg {
        let k = room as usize;
        let free = self.free.get_mut(k).and_then(Vec::pop);
        let at = match (free, self.out.used.get_mut(k)) {
            (Some(at), _) => at,
            (None, Some(used)) => {
                *used += 1;
                *used - 1
            }
            (None, None) => 0,
        };
        Reg { room, at }
    }

    fn give(&mut self, r: Reg) {
        if let Some(f) = self.free.get_mut(r.room as usize) {
            f.push(r.at);
        }
    }

    fn room(&self, x: Id) -> Room {
        let n = self.code.graph.node(x);
        Room::of(n.lo, n.hi)
    }

    fn at(&self, x: Id) -> At {
        match self.code.graph.as_const(x) {
            Some(n) => At::Const(n),
            None => At::Reg(self.regs.get(&x).copied().unwrap_or(Reg { room: Room::U8, at: 0 })),
        }
    }

    /// A node in at least this much room.
    fn reg(&mut self, x: Id, room: Room) -> u16 {
        let own = self.regs.get(&x).copied().unwrap_or(Reg { room, at: 0 });
        if own.room == room {
            return own.at;
        }
        if let Some(r) = self.casts.get(&(x, room)) {
            return r.at;
        }
        let dst = self.take(room);
        self.out.steps.push(Step::Cast { dst, a: own });
        self.casts.insert((x, room), dst);
        dst.at
    }

    fn src(&mut self, x: Id, room: Room) -> Src {
        match self.code.graph.as_const(x) {
            Some(n) => Src::Const(n),
            None => Src::Reg(self.reg(x, room)),
        }
    }

    /// What is not wanted after a step gives its register back.
    fn retire(&mut self, i: usize, op: Op) {
        let mut done = Vec::new();
        op.parts(&mut |p| {
            if self.last.get(p.0 as usize) == Some(&i) && !done.contains(&p) {
                done.push(p);
            }
        });
        for p in done {
            if let Some(r) = self.regs.get(&p).copied() {
                self.give(r);
            }
            for room in [Room::U8, Room::I16, Room::I32, Room::I64] {
                if let Some(r) = self.casts.remove(&(p, room)) {
                    self.give(r);
                }
            }
        }
    }

    fn step(&mut self, i: usize) {
        let own = id(i);
        let node = self.code.graph.node(own);
        let result = Room::of(node.lo, node.hi);
        let both = |m: &Self, a: Id, b: Id| result.max(m.room(a)).max(m.room(b));
        let made: Option<Reg> = match node.op {
            Op::Const(_) | Op::Slot(_) => None,
            Op::Add(a, b) => Some(self.binary(Bin::Add, both(self, a, b), a, b)),
            Op::Sub(a, b) => {
                let room = both(self, a, b);
                match self.code.graph.as_const(a) {
                    Some(k) => {
                        let b = self.reg(b, room);
                        let dst = self.take(room);
                        self.out.steps.push(Step::FromConst { room, dst: dst.at, k, b });
                        Some(dst)
                    }
                    None => Some(self.binary(Bin::Sub, room, a, b)),
                }
            }
            Op::Mul(a, b) => {
                let room = both(self, a, b);
                if room == Room::I64 && self.room(a) <= Room::I32 && self.room(b) <= Room::I32 {
                    let (a, b) = (self.reg(a, Room::I32), self.src(b, Room::I32));
                    let dst = self.take(Room::I64);
                    self.out.steps.push(Step::Widen { dst: dst.at, a, b });
                    Some(dst)
                } else {
                    Some(self.binary(Bin::Mul, room, a, b))
                }
            }
            Op::Min(a, b) => Some(self.binary(Bin::Min, both(self, a, b), a, b)),
            Op::Max(a, b) => Some(self.binary(Bin::Max, both(self, a, b), a, b)),
            Op::And(a, b) => Some(self.binary(Bin::And, Room::U8, a, b)),
            Op::Or(a, b) => Some(self.binary(Bin::Or, Room::U8, a, b)),
            Op::Lt(a, b) => {
                let room = self.room(a).max(self.room(b));
                match self.code.graph.as_const(a) {
                    Some(k) => Some(self.relation(Rel::Gt, room, b, Src::Const(k))),
                    None => {
                        let other = self.src(b, room);
                        Some(self.relation(Rel::Lt, room, a, other))
                    }
                }
            }
            Op::Eq(a, b) => {
                let room = self.room(a).max(self.room(b));
                let other = self.src(b, room);
                Some(self.relation(Rel::Eq, room, a, other))
            }
            Op::Not(a) => {
                let a = self.reg(a, Room::U8);
                let dst = self.take(Room::U8);
                self.out.steps.push(Step::Negate { dst: dst.at, a });
                Some(dst)
            }
            Op::Select(c, a, b) => {
                let room = result.max(self.room(a)).max(self.room(b));
                let c = self.reg(c, Room::U8);
                let (a, b) = (self.src(a, room), self.src(b, room));
                let dst = self.take(room);
                self.out.steps.push(Step::Select { room, dst: dst.at, c, a, b });
                Some(dst)
            }
            Op::Table(k, t) => {
                let key = self.regs.get(&k).copied().unwrap_or(Reg { room: Room::U8, at: 0 });
                let entries = self.code.graph.tables.get(t as usize).cloned().unwrap_or_default();
                let dst = self.take(result);
                let table = self.out.tables.len();
                let small = if key.room == Room::U8 { Small::of(&entries) } else { None };
                self.out.tables.push((packed(entries, result, key.room == Room::U8), small));
                self.out.steps.push(Step::Lookup { key, dst: dst.at, table });
                Some(dst)
            }
            Op::Div(a, by, how) => {
                let n = self.code.graph.node(a);
                let a = self.regs.get(&a).copied().unwrap_or(Reg { room: Room::U8, at: 0 });
                let dst = self.take(result);
                self.out.steps.push(Step::Quotient { dst, a, q: Quotient::of(n.lo, n.hi, by, how) });
                Some(dst)
            }
            Op::Multiple(a, of) => {
                let a = self.regs.get(&a).copied().unwrap_or(Reg { room: Room::U8, at: 0 });
                let dst = self.take(Room::U8);
                self.out.steps.push(Step::Multiple { dst: dst.at, a, of });
                Some(dst)
            }
        };
        if let Some(r) = made {
            self.regs.insert(own, r);
        }
        self.retire(i, node.op);
    }

    fn binary(&mut self, op: Bin, room: Room, a: Id, b: Id) -> Reg {
        // A number stands second; all these but a difference may be swapped.
        let (a, b) = if self.code.graph.as_const(a).is_some() { (b, a) } else { (a, b) };
        let (a, b) = (self.reg(a, room), self.src(b, room));
        let dst = self.take(room);
        self.out.steps.push(Step::Binary { op, room, dst: dst.at, a, b });
        dst
    }

    fn relation(&mut self, op: Rel, room: Room, a: Id, b: Src) -> Reg {
        let a = self.reg(a, room);
        let dst = self.take(Room::U8);
        self.out.steps.push(Step::Compare { op, room, dst: dst.at, a, b });
        dst
    }
}

fn packed(entries: Vec<i64>, room: Room, byte: bool) -> Entries {
    fn all<T: Wide>(entries: Vec<i64>, byte: bool) -> Vec<T> {
        let mut list: Vec<T> = entries.into_iter().map(T::of).collect();
        if byte {
            list.resize(256, T::default());
        }
        list
    }
    match room {
        Room::U8 => Entries::U8(all(entries, byte)),
        Room::I16 => Entries::I16(all(entries, byte)),
        Room::I32 => Entries::I32(all(entries, byte)),
        Room::I64 => Entries::I64(all(entries, byte)),
    }
}

macro_rules! by_room {
    ($room:expr, $f:ident ( $($arg:expr),* )) => {
        match $room {
            Room::U8 => $f::<u8>($($arg),*),
            Room::I16 => $f::<i16>($($arg),*),
            Room::I32 => $f::<i32>($($arg),*),
            Room::I64 => $f::<i64>($($arg),*),
        }
    };
}

/// From one room into another.
macro_rules! between {
    ($from:expr, $to:expr, $f:ident ( $($arg:expr),* )) => {
        match ($from, $to) {
            (Room::U8, Room::U8) => $f::<u8, u8>($($arg),*),
            (Room::U8, Room::I16) => $f::<u8, i16>($($arg),*),
            (Room::U8, Room::I32) => $f::<u8, i32>($($arg),*),
            (Room::U8, Room::I64) => $f::<u8, i64>($($arg),*),
            (Room::I16, Room::U8) => $f::<i16, u8>($($arg),*),
            (Room::I16, Room::I16) => $f::<i16, i16>($($arg),*),
            (Room::I16, Room::I32) => $f::<i16, i32>($($arg),*),
            (Room::I16, Room::I64) => $f::<i16, i64>($($arg),*),
            (Room::I32, Room::U8) => $f::<i32, u8>($($arg),*),
            (Room::I32, Room::I16) => $f::<i32, i16>($($arg),*),
            (Room::I32, Room::I32) => $f::<i32, i32>($($arg),*),
            (Room::I32, Room::I64) => $f::<i32, i64>($($arg),*),
            (Room::I64, Room::U8) => $f::<i64, u8>($($arg),*),
            (Room::I64, Room::I16) => $f::<i64, i16>($($arg),*),
            (Room::I64, Room::I32) => $f::<i64, i32>($($arg),*),
            (Room::I64, Room::I64) => $f::<i64, i64>($($arg),*),
        }
    };
}

#[inline(always)]
fn step(s: &Step, tables: &[(Entries, Option<Small>)], bank: &mut Bank, simd: Option<Machine>, n: usize) {
    match *s {
        Step::Binary { op, room, dst, a, b } => by_room!(room, binary(bank, op, dst, a, b, n)),
        Step::FromConst { room, dst, k, b } => by_room!(room, from_const(bank, dst, k, b, n)),
        Step::Compare { op, room, dst, a, b } => by_room!(room, compare(bank, op, dst, a, b, n)),
        Step::Negate { dst, a } => negate(bank, dst, a, n),
        Step::Select { room, dst, c, a, b } => by_room!(room, select(bank, dst, c, a, b, n)),
        Step::Cast { dst, a } => between!(a.room, dst.room, cast(bank, dst.at, a.at, n)),
        Step::Widen { dst, a, b } => widen(bank, dst, a, b, n),
        Step::Lookup { key, dst, table } => {
            let Some(t) = tables.get(table) else { return };
            match key.room {
                Room::U8 => lookup_bytes(bank, dst, key.at, t, simd, n),
                Room::I16 => lookup::<i16>(bank, dst, key.at, &t.0, n),
                Room::I32 => lookup::<i32>(bank, dst, key.at, &t.0, n),
                Room::I64 => lookup::<i64>(bank, dst, key.at, &t.0, n),
            }
        }
        Step::Quotient { dst, a, q } => between!(a.room, dst.room, quotient(bank, dst.at, a.at, q, n)),
        Step::Multiple { dst, a, of } => by_room!(a.room, multiple(bank, dst, a.at, of, n)),
    }
}
