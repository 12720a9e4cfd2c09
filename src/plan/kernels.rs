//! In: one operation and the numbers of a block of rows. Out: the results, in loops that the compiler turns into vector instructions. Never here: which operations there are to do (`vector.rs`).
//!
//! Sums and products wrap: the graph has proved that they fit.

use super::graph::{Whole, divide};
use super::shuffle::{self, Machine, ROWS, Small};
use super::vector::Room;

/// Numbers of a block, by the room they take.
#[derive(Clone, Debug, Default)]
pub(super) struct Bank {
    pub u8: Vec<Vec<u8>>,
    pub i16: Vec<Vec<i16>>,
    pub i32: Vec<Vec<i32>>,
    pub i64: Vec<Vec<i64>>,
}

/// A number of some width.
pub(super) trait Wide: Copy + Ord + Default + 'static {
    fn of(n: i64) -> Self;
    fn long(self) -> i64;
    /// The lower 16 bits.
    fn short(self) -> u16;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// Entries of a small table.
    fn shuffled<const COUNT: usize>(simd: Machine, table: &Small, keys: [u8; ROWS]) -> [Self; ROWS];
    /// The other where `c` is 1, itself where it is 0.
    fn except(self, other: Self, c: Self) -> Self;
    fn regs(bank: &Bank) -> &[Vec<Self>];
    fn regs_mut(bank: &mut Bank) -> &mut Vec<Vec<Self>>;
}

macro_rules! wide {
    ($t:ty, $bank:ident) => {
        impl Wide for $t {
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the graph has proved that it fits
            fn of(n: i64) -> Self {
                n as $t
            }
            #[inline(always)]
            fn long(self) -> i64 {
                i64::from(self)
            }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::unnecessary_cast, clippy::cast_lossless)] // asked only where it fits
            fn short(self) -> u16 {
                self as u16
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn shuffled<const COUNT: usize>(simd: Machine, table: &Small, keys: [u8; ROWS]) -> [Self; ROWS] {
                let planes = shuffle::bytes::<{ size_of::<$t>() }, COUNT>(simd, table, keys);
                let mut out = [0; ROWS];
                for (k, plane) in planes.iter().enumerate() {
                    for (o, byte) in out.iter_mut().zip(plane) {
                        *o |= <$t>::from(*byte) << (8 * k);
                    }
                }
                out
            }
            #[inline(always)]
            fn except(self, other: Self, c: Self) -> Self {
                self ^ ((self ^ other) & (0 as $t).wrapping_sub(c))
            }
            #[inline(always)]
            fn regs(bank: &Bank) -> &[Vec<Self>] {
                &bank.$bank
            }
            #[inline(always)]
            fn regs_mut(bank: &mut Bank) -> &mut Vec<Vec<Self>> {
                &mut bank.$bank
            }
        }
    };
}
wide!(u8, u8);
wide!(i16, i16);
wide!(i32, i32);
wide!(i64, i64);

/// An operand: a register of the operation's width, or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Src {
    Reg(u16),
    Const(i64),
}

/// An operation on two numbers of one width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bin {
    Add,
    Sub,
    Mul,
    Min,
    Max,
    And,
    Or,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rel {
    Lt,
    Gt,
    Eq,
}

#[inline(always)]
fn reg<T: Wide>(bank: &Bank, r: u16, n: usize) -> &[T] {
    T::regs(bank).get(usize::from(r)).and_then(|v| v.get(..n)).unwrap_or(&[])
}

/// Takes a register out to be filled: it is never one of the operands. Closures would not be compiled for the machine at hand.
#[inline(always)]
fn take<T: Wide>(bank: &mut Bank, dst: u16) -> Vec<T> {
    T::regs_mut(bank).get_mut(usize::from(dst)).map(std::mem::take).unwrap_or_default()
}

#[inline(always)]
fn put<T: Wide>(bank: &mut Bank, dst: u16, own: Vec<T>) {
    if let Some(back) = T::regs_mut(bank).get_mut(usize::from(dst)) {
        *back = own;
    }
}

#[inline(always)]
fn two<A: Wide, T: Wide>(out: &mut [T], bank: &Bank, a: u16, b: Src, f: impl Fn(A, A) -> T) {
    let n = out.len();
    let a: &[A] = reg(bank, a, n);
    match b {
        Src::Const(k) => {
            let k = A::of(k);
            for (o, a) in out.iter_mut().zip(a) {
                *o = f(*a, k);
            }
        }
        Src::Reg(b) => {
            let b: &[A] = reg(bank, b, n);
            for ((o, a), b) in out.iter_mut().zip(a).zip(b) {
                *o = f(*a, *b);
            }
        }
    }
}

#[inline(always)]
pub(super) fn binary<T: Wide + std::ops::BitAnd<Output = T> + std::ops::BitOr<Output = T>>(
    bank: &mut Bank,
    op: Bin,
    dst: u16,
    a: u16,
    b: Src,
    n: usize,
) {
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        match op {
            Bin::Add => two(out, bank, a, b, T::plus),
            Bin::Sub => two(out, bank, a, b, T::minus),
            Bin::Mul => two(out, bank, a, b, T::times),
            Bin::Min => two(out, bank, a, b, |x: T, y: T| if x < y { x } else { y }),
            Bin::Max => two(out, bank, a, b, |x: T, y: T| if x > y { x } else { y }),
            Bin::And => two(out, bank, a, b, |x: T, y: T| x & y),
            Bin::Or => two(out, bank, a, b, |x: T, y: T| x | y),
        }
    }
    put(bank, dst, own);
}

/// A number less a register.
#[inline(always)]
pub(super) fn from_const<T: Wide>(bank: &mut Bank, dst: u16, k: i64, b: u16, n: usize) {
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        two(out, bank, b, Src::Const(k), |x: T, k: T| k.minus(x))
    }
    put(bank, dst, own);
}

#[inline(always)]
pub(super) fn compare<T: Wide>(bank: &mut Bank, op: Rel, dst: u16, a: u16, b: Src, n: usize) {
    let mut own = take::<u8>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        match op {
            Rel::Lt => two(out, bank, a, b, |x: T, y: T| u8::from(x < y)),
            Rel::Gt => two(out, bank, a, b, |x: T, y: T| u8::from(x > y)),
            Rel::Eq => two(out, bank, a, b, |x: T, y: T| u8::from(x == y)),
        }
    }
    put(bank, dst, own);
}

#[inline(always)]
pub(super) fn negate(bank: &mut Bank, dst: u16, a: u16, n: usize) {
    let mut own = take::<u8>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        two(out, bank, a, Src::Const(1), |x: u8, y: u8| x ^ y)
    }
    put(bank, dst, own);
}

/// The first where `c` is 1, the second where it is 0; by arithmetic, since a branch would be guessed wrongly for half of the rows.
#[inline(always)]
fn pick<T: Wide>(c: u8, a: T, b: T) -> T {
    b.except(a, T::of(i64::from(c)))
}

#[inline(always)]
pub(super) fn select<T: Wide>(bank: &mut Bank, dst: u16, c: u16, a: Src, b: Src, n: usize) {
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let c: &[u8] = reg(bank, c, out.len());
            match (a, b) {
                (Src::Reg(a), Src::Reg(b)) => {
                    let (a, b): (&[T], &[T]) = (reg(bank, a, out.len()), reg(bank, b, out.len()));
                    for (((o, c), a), b) in out.iter_mut().zip(c).zip(a).zip(b) {
                        *o = pick(*c, *a, *b);
                    }
                }
                (Src::Reg(a), Src::Const(k)) => {
                    let (a, k): (&[T], T) = (reg(bank, a, out.len()), T::of(k));
                    for ((o, c), a) in out.iter_mut().zip(c).zip(a) {
                        *o = pick(*c, *a, k);
                    }
                }
                (Src::Const(k), Src::Reg(b)) => {
                    let (b, k): (&[T], T) = (reg(bank, b, out.len()), T::of(k));
                    for ((o, c), b) in out.iter_mut().zip(c).zip(b) {
                        *o = pick(*c, k, *b);
                    }
                }
                (Src::Const(j), Src::Const(k)) => {
                    let (j, k) = (T::of(j), T::of(k));
                    for (o, c) in out.iter_mut().zip(c) {
                        *o = pick(*c, j, k);
                    }
                }
            }
        }
    }
    put(bank, dst, own);
}

#[inline(always)]
pub(super) fn cast<A: Wide, T: Wide>(bank: &mut Bank, dst: u16, a: u16, n: usize) {
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let a: &[A] = reg(bank, a, out.len());
            for (o, a) in out.iter_mut().zip(a) {
                *o = T::of(a.long());
            }
        }
    }
    put(bank, dst, own);
}

/// A product wider than its factors.
#[inline(always)]
pub(super) fn widen(bank: &mut Bank, dst: u16, a: u16, b: Src, n: usize) {
    let mut own = take::<i64>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let a: &[i32] = reg(bank, a, out.len());
            match b {
                Src::Const(k) => {
                    let k = i32::of(k);
                    for (o, a) in out.iter_mut().zip(a) {
                        *o = i64::from(*a).wrapping_mul(i64::from(k));
                    }
                }
                Src::Reg(b) => {
                    let b: &[i32] = reg(bank, b, out.len());
                    for ((o, a), b) in out.iter_mut().zip(a).zip(b) {
                        *o = i64::from(*a).wrapping_mul(i64::from(*b));
                    }
                }
            }
        }
    }
    put(bank, dst, own);
}

/// Entries of a table, padded to the length that its key can name.
#[derive(Clone, Debug)]
pub(super) enum Entries {
    U8(Vec<u8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
}

impl Entries {
    /// In the least room that holds all of them.
    pub fn of(list: &[i64]) -> Entries {
        fn all<T: Wide>(list: &[i64]) -> Vec<T> {
            list.iter().map(|n| T::of(*n)).collect()
        }
        match Room::of(list.iter().min().copied().unwrap_or(0), list.iter().max().copied().unwrap_or(0)) {
            Room::U8 => Entries::U8(all(list)),
            Room::I16 => Entries::I16(all(list)),
            Room::I32 => Entries::I32(all(list)),
            Room::I64 => Entries::I64(all(list)),
        }
    }

    /// The entry at a key.
    pub fn entry(&self, key: i64) -> i64 {
        fn at<T: Wide>(list: &[T], key: i64) -> i64 {
            usize::try_from(key).ok().and_then(|k| list.get(k)).copied().unwrap_or_default().long()
        }
        match self {
            Entries::U8(t) => at(t, key),
            Entries::I16(t) => at(t, key),
            Entries::I32(t) => at(t, key),
            Entries::I64(t) => at(t, key),
        }
    }
}

#[inline(always)]
fn entries<K: Wide, T: Wide>(bank: &mut Bank, dst: u16, key: u16, table: &[T], n: usize) {
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let keys: &[K] = reg(bank, key, out.len());
            for (o, k) in out.iter_mut().zip(keys) {
                *o = usize::try_from(k.long()).ok().and_then(|k| table.get(k)).copied().unwrap_or_default();
            }
        }
    }
    put(bank, dst, own);
}

/// A key of one byte never leaves a table of 256.
#[inline(always)]
fn bytes<T: Wide>(bank: &mut Bank, dst: u16, key: u16, table: &[T], n: usize) {
    let Ok(table) = <&[T; 256]>::try_from(table) else { return entries::<u8, T>(bank, dst, key, table, n) };
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let keys: &[u8] = reg(bank, key, out.len());
            for (o, k) in out.iter_mut().zip(keys) {
                // A byte is less than 256.
                #[allow(clippy::indexing_slicing)]
                {
                    *o = table[usize::from(*k)];
                }
            }
        }
    }
    put(bank, dst, own);
}

#[inline(always)]
fn within<T: Wide, const COUNT: usize>(bank: &mut Bank, dst: u16, key: u16, table: &Small, simd: Machine, n: usize) {
    let mut own = take::<T>(bank, dst);
    // Registers are whole blocks, so the last rows may be looked up with others that nobody wants.
    let n = n.next_multiple_of(ROWS);
    let keys: &[u8] = reg(bank, key, n);
    for (out, keys) in own.as_chunks_mut::<ROWS>().0.iter_mut().zip(keys.as_chunks::<ROWS>().0) {
        *out = T::shuffled::<COUNT>(simd, table, *keys);
    }
    put(bank, dst, own);
}

#[inline(always)]
fn shuffled<T: Wide>(bank: &mut Bank, dst: u16, key: u16, table: &Small, simd: Machine, n: usize) {
    match table.chunks {
        1 => within::<T, 1>(bank, dst, key, table, simd, n),
        2 => within::<T, 2>(bank, dst, key, table, simd, n),
        4 => within::<T, 4>(bank, dst, key, table, simd, n),
        _ => within::<T, 8>(bank, dst, key, table, simd, n),
    }
}

/// Looks up with keys of one byte; small tables inside registers, where the machine can.
#[inline(always)]
pub(super) fn lookup_bytes(
    bank: &mut Bank,
    dst: u16,
    key: u16,
    (table, small): &(Entries, Option<Small>),
    simd: Option<Machine>,
    n: usize,
) {
    if let (Some(small), Some(simd)) = (small, simd) {
        return match table {
            Entries::U8(_) => shuffled::<u8>(bank, dst, key, small, simd, n),
            Entries::I16(_) => shuffled::<i16>(bank, dst, key, small, simd, n),
            Entries::I32(_) => shuffled::<i32>(bank, dst, key, small, simd, n),
            Entries::I64(_) => shuffled::<i64>(bank, dst, key, small, simd, n),
        };
    }
    match table {
        Entries::U8(t) => bytes(bank, dst, key, t, n),
        Entries::I16(t) => bytes(bank, dst, key, t, n),
        Entries::I32(t) => bytes(bank, dst, key, t, n),
        Entries::I64(t) => bytes(bank, dst, key, t, n),
    }
}

#[inline(always)]
pub(super) fn lookup<K: Wide>(bank: &mut Bank, dst: u16, key: u16, table: &Entries, n: usize) {
    match table {
        Entries::U8(t) => entries::<K, u8>(bank, dst, key, t, n),
        Entries::I16(t) => entries::<K, i16>(bank, dst, key, t, n),
        Entries::I32(t) => entries::<K, i32>(bank, dst, key, t, n),
        Entries::I64(t) => entries::<K, i64>(bank, dst, key, t, n),
    }
}

/// How to divide by a number that is the same for all rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotient {
    /// Shift, the upper half of a product of 16 bits each, shift: nothing negative, all fits 16 bits.
    Narrow { first: u32, by: u16, then: u32 },
    /// Shift, multiply by 32 bits, shift: nothing negative, all fits 32 bits.
    Short { first: u32, by: u32, then: u32 },
    /// The same with a product of 128 bits.
    Long { first: u32, by: u64, then: u32 },
    /// As the graph does it.
    Plain { by: i64, how: Whole },
}

impl Quotient {
    /// The quickest way that is exact for every number up to `hi`.
    pub fn of(lo: i64, hi: i64, by: i64, how: Whole) -> Quotient {
        let plain = Quotient::Plain { by, how };
        let (Ok(top), Ok(divisor)) = (u64::try_from(hi), u64::try_from(by)) else { return plain };
        if lo < 0 || how != Whole::Floor || divisor == 0 {
            return plain;
        }
        let first = divisor.trailing_zeros();
        let (odd, all, top) = (u128::from(divisor >> first), top, u128::from(top >> first));
        // n * m >> s is the quotient for all n up to `top` if m * odd exceeds 2^s by less than 2^s / top.
        let multiplier = |s: u32| {
            let two = 1u128 << s;
            let m = two.div_ceil(odd);
            (m * odd - two).checked_mul(top).is_some_and(|e| e < two).then_some(m)
        };
        if all < 1 << 16
            && let Some((by, s)) = (16..32).find_map(|s| Some((u16::try_from(multiplier(s)?).ok()?, s)))
        {
            return Quotient::Narrow { first, by, then: s - 16 };
        }
        if top < 1 << 32
            && let Some((by, then)) = (0..64).find_map(|s| Some((u32::try_from(multiplier(s)?).ok()?, s)))
        {
            return Quotient::Short { first, by, then };
        }
        match (0..=120).find_map(|s| Some((u64::try_from(multiplier(s)?).ok()?, s))) {
            Some((by, then)) => Quotient::Long { first, by, then },
            None => plain,
        }
    }

    /// The quotient of one number.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)] // what is cast was proved to fit
    pub fn apply(self, n: i64) -> i64 {
        match self {
            Quotient::Narrow { first, by, then } => (((n as u64 >> first) * u64::from(by)) >> (16 + then)) as i64,
            Quotient::Short { first, by, then } => (((n as u64 >> first) * u64::from(by)) >> then) as i64,
            Quotient::Long { first, by, then } => ((u128::from(n as u64 >> first) * u128::from(by)) >> then) as i64,
            Quotient::Plain { by, how } => divide(n, by, how),
        }
    }
}
/// The upper half of a product.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // half of 32 bits is 16
fn upper(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)] // what is cast was proved to fit
pub(super) fn quotient<A: Wide, T: Wide>(bank: &mut Bank, dst: u16, a: u16, q: Quotient, n: usize) {
    let mut own = take::<T>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let a: &[A] = reg(bank, a, out.len());
            match q {
                Quotient::Narrow { first, by, then } => {
                    for (o, a) in out.iter_mut().zip(a) {
                        *o = T::of(i64::from(upper(a.short() >> first, by) >> then));
                    }
                }
                Quotient::Short { first, by, then } => {
                    for (o, a) in out.iter_mut().zip(a) {
                        let n = (a.long() as u64 >> first) as u32;
                        *o = T::of(((u64::from(n) * u64::from(by)) >> then) as i64);
                    }
                }
                Quotient::Long { first, by, then } => {
                    for (o, a) in out.iter_mut().zip(a) {
                        let n = a.long() as u64 >> first;
                        *o = T::of(((u128::from(n) * u128::from(by)) >> then) as i64);
                    }
                }
                Quotient::Plain { by, how } => {
                    for (o, a) in out.iter_mut().zip(a) {
                        *o = T::of(divide(a.long(), by, how));
                    }
                }
            }
        }
    }
    put(bank, dst, own);
}

#[inline(always)]
pub(super) fn multiple<A: Wide>(bank: &mut Bank, dst: u16, a: u16, of: i64, n: usize) {
    let mut own = take::<u8>(bank, dst);
    if let Some(out) = own.get_mut(..n) {
        {
            let a: &[A] = reg(bank, a, out.len());
            for (o, a) in out.iter_mut().zip(a) {
                *o = u8::from(a.long().rem_euclid(of) == 0);
            }
        }
    }
    put(bank, dst, own);
}
