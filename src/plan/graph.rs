//! In: operations on whole numbers. Out: a graph in which equal operations are one node, each with the least and the most it can be; nothing in it can overflow. Never here: what the numbers mean.

use rustc_hash::{FxBuildHasher, FxHashMap};

/// A node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(pub u32);

/// How a quotient is made whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Whole {
    /// Towards minus infinity.
    Floor,
    /// To the nearest, from the middle away from zero.
    HalfUp,
    /// To the nearest, from the middle to the even one.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

/// An operation; conditions are 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Op {
    /// A number.
    Const(i64),
    /// The value of a slot; the region is one, too.
    Slot(u16),
    /// Sum.
    Add(Id, Id),
    /// Difference.
    Sub(Id, Id),
    /// Product.
    Mul(Id, Id),
    /// The smaller.
    Min(Id, Id),
    /// The larger.
    Max(Id, Id),
    /// Quotient by a positive number, made whole.
    Div(Id, i64, Whole),
    /// Whether it is a multiple of a positive number.
    Multiple(Id, i64),
    /// Below.
    Lt(Id, Id),
    /// Equal.
    Eq(Id, Id),
    /// Negation.
    Not(Id),
    /// Both.
    And(Id, Id),
    /// Either.
    Or(Id, Id),
    /// The second where the first holds, else the third.
    Select(Id, Id, Id),
    /// The entry of a table at a key that never leaves it.
    Table(Id, u32),
}

/// The largest size a number may have, so that sums of a few still fit.
const LIMIT: i128 = 1 << 62;

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub op: Op,
    pub lo: i64,
    pub hi: i64,
}

/// The nodes, parts before what they are part of.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub tables: Vec<Vec<i64>>,
    /// Everything is made as cheap as can be; in a graph that is still to be unified, what regions share keeps its form.
    pub thrifty: bool,
    known: FxHashMap<Op, Id>,
    known_tables: FxHashMap<Vec<i64>, u32>,
}

pub(super) const FALSE: Id = Id(0);
pub(super) const TRUE: Id = Id(1);

impl Graph {
    pub fn new() -> Graph {
        let mut g = Graph {
            nodes: Vec::new(),
            tables: Vec::new(),
            thrifty: false,
            known: FxHashMap::with_hasher(FxBuildHasher),
            known_tables: FxHashMap::with_hasher(FxBuildHasher),
        };
        g.constant(0);
        g.constant(1);
        g
    }

    pub fn node(&self, id: Id) -> Node {
        // Ids are made only by pushing onto this table, which never shrinks.
        #[allow(clippy::indexing_slicing)]
        self.nodes[id.0 as usize]
    }

    pub fn as_const(&self, id: Id) -> Option<i64> {
        match self.node(id).op {
            Op::Const(n) => Some(n),
            _ => None,
        }
    }

    fn push(&mut self, op: Op, lo: i64, hi: i64) -> Id {
        if lo == hi && !matches!(op, Op::Const(_)) {
            return self.constant(lo);
        }
        if let Some(id) = self.known.get(&op) {
            return *id;
        }
        let id = Id(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { op, lo, hi });
        self.known.insert(op, id);
        id
    }

    pub fn constant(&mut self, n: i64) -> Id {
        self.push(Op::Const(n), n, n)
    }

    pub fn slot(&mut self, slot: u16, lo: i64, hi: i64) -> Id {
        self.push(Op::Slot(slot), lo, hi)
    }

    fn bounded(&mut self, op: Op, lo: i128, hi: i128) -> Option<Id> {
        if lo < -LIMIT || hi > LIMIT {
            return None;
        }
        Some(self.push(op, i64::try_from(lo).ok()?, i64::try_from(hi).ok()?))
    }

    fn ends(&self, a: Id) -> (i128, i128) {
        let n = self.node(a);
        (n.lo.into(), n.hi.into())
    }

    /// The sum; `None` if it might not fit.
    pub fn add(&mut self, a: Id, b: Id) -> Option<Id> {
        let (a, b) = if self.as_const(a).is_some() || (a > b && self.as_const(b).is_none()) { (b, a) } else { (a, b) };
        if self.as_const(b) == Some(0) {
            return Some(a);
        }
        let ((al, ah), (bl, bh)) = (self.ends(a), self.ends(b));
        self.bounded(Op::Add(a, b), al + bl, ah + bh)
    }

    /// The difference.
    pub fn sub(&mut self, a: Id, b: Id) -> Option<Id> {
        if a == b {
            return Some(FALSE);
        }
        if let Some(n) = self.as_const(b) {
            let n = self.constant(n.checked_neg()?);
            return self.add(a, n);
        }
        let ((al, ah), (bl, bh)) = (self.ends(a), self.ends(b));
        self.bounded(Op::Sub(a, b), al - bh, ah - bl)
    }

    /// The product.
    pub fn mul(&mut self, a: Id, b: Id) -> Option<Id> {
        let (a, b) = if self.as_const(a).is_some() || (a > b && self.as_const(b).is_none()) { (b, a) } else { (a, b) };
        if self.as_const(b) == Some(1) {
            return Some(a);
        }
        if let (Op::Mul(x, y), Some(n)) = (self.node(a).op, self.as_const(b))
            && let Some(m) = self.as_const(y)
        {
            let c = self.constant(m.checked_mul(n)?);
            return self.mul(x, c);
        }
        let ((al, ah), (bl, bh)) = (self.ends(a), self.ends(b));
        let all = [al * bl, al * bh, ah * bl, ah * bh];
        let lo = all.into_iter().min()?;
        let hi = all.into_iter().max()?;
        self.bounded(Op::Mul(a, b), lo, hi)
    }

    pub fn min(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = if a > b { (b, a) } else { (a, b) };
        let (x, y) = (self.node(a), self.node(b));
        let fixed = self.thrifty || (x.lo == x.hi && y.lo == y.hi);
        if a == b || (fixed && x.hi <= y.lo) {
            return a;
        }
        if fixed && y.hi <= x.lo {
            return b;
        }
        self.push(Op::Min(a, b), x.lo.min(y.lo), x.hi.min(y.hi))
    }

    pub fn max(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = if a > b { (b, a) } else { (a, b) };
        let (x, y) = (self.node(a), self.node(b));
        let fixed = self.thrifty || (x.lo == x.hi && y.lo == y.hi);
        if a == b || (fixed && x.lo >= y.hi) {
            return a;
        }
        if fixed && y.lo >= x.hi {
            return b;
        }
        self.push(Op::Max(a, b), x.lo.max(y.lo), x.hi.max(y.hi))
    }

    /// The quotient by a positive number.
    pub fn div(&mut self, a: Id, by: i64, how: Whole) -> Option<Id> {
        if by <= 0 {
            return None;
        }
        let n = self.node(a);
        // Where nothing is negative, both are the same.
        let how = if how == Whole::Down && n.lo >= 0 { Whole::Floor } else { how };
        if by == 1 {
            return Some(a);
        }
        if self.thrifty && n.lo < n.hi {
            // A choice of which one side is a number is made afterwards: among smaller numbers, and that side is rounded here.
            if let Op::Select(c, x, y) = self.node(a).op
                && (self.as_const(x).is_some() || self.as_const(y).is_some())
            {
                let (x, y) = (self.div(x, by, how)?, self.div(y, by, how)?);
                return Some(self.select(c, x, y));
            }
            // What the numerator and the divisor share goes; rounding sees the same quotient.
            let shared = gcd_of(self.content(a), by);
            if shared > 1
                && let Some(less) = self.less(a, shared)
            {
                return self.div(less, by / shared, how);
            }
            // Without negative numbers, rounding is adding before the quotient.
            let more = match how {
                Whole::HalfUp => by / 2,
                Whole::Up => by - 1,
                _ => 0,
            };
            if n.lo >= 0 && more > 0 {
                let more = self.constant(more);
                let a = self.add(a, more)?;
                return self.div(a, by, Whole::Floor);
            }
        }
        let (lo, hi) = (divide(n.lo, by, how), divide(n.hi, by, how));
        Some(self.push(Op::Div(a, by, how), lo, hi))
    }

    /// A number that all values of a node are multiples of.
    fn content(&self, a: Id) -> i64 {
        match self.node(a).op {
            Op::Const(n) => n.abs(),
            Op::Select(_, x, y) | Op::Min(x, y) | Op::Max(x, y) => gcd_of(self.content(x), self.content(y)),
            Op::Table(_, t) => self.tables.get(t as usize).map_or(1, |t| t.iter().fold(0, |g, n| gcd_of(g, *n))),
            Op::Mul(x, y) => self.content(x).checked_mul(self.content(y)).unwrap_or(1),
            _ => 1,
        }
    }

    /// A node divided by a part of what all its values are multiples of.
    fn less(&mut self, a: Id, by: i64) -> Option<Id> {
        if by == 1 {
            return Some(a);
        }
        match self.node(a).op {
            Op::Const(n) => Some(self.constant(n / by)),
            Op::Table(k, t) => {
                let entries = self.tables.get(t as usize)?.iter().map(|n| n / by).collect();
                Some(self.table(k, entries))
            }
            Op::Mul(x, y) => {
                let own = gcd_of(self.content(x), by);
                let (x, y) = (self.less(x, own)?, self.less(y, by / own)?);
                self.mul(x, y)
            }
            Op::Select(c, x, y) => {
                let (x, y) = (self.less(x, by)?, self.less(y, by)?);
                Some(self.select(c, x, y))
            }
            Op::Min(x, y) => {
                let (x, y) = (self.less(x, by)?, self.less(y, by)?);
                Some(self.min(x, y))
            }
            Op::Max(x, y) => {
                let (x, y) = (self.less(x, by)?, self.less(y, by)?);
                Some(self.max(x, y))
            }
            _ => None,
        }
    }

    pub fn multiple(&mut self, a: Id, of: i64) -> Id {
        match self.as_const(a) {
            _ if of == 1 => TRUE,
            Some(n) => self.constant(i64::from(n.rem_euclid(of.max(1)) == 0)),
            None => self.push(Op::Multiple(a, of.max(1)), 0, 1),
        }
    }

    pub fn lt(&mut self, a: Id, b: Id) -> Id {
        let (x, y) = (self.node(a), self.node(b));
        if x.hi < y.lo {
            return TRUE;
        }
        if x.lo >= y.hi {
            return FALSE;
        }
        // One form of each comparison with a number: n < x.
        if let Op::Const(n) = y.op {
            let at = self.constant(n.saturating_sub(1));
            let above = self.lt(at, a);
            return self.not(above);
        }
        self.push(Op::Lt(a, b), 0, 1)
    }

    pub fn le(&mut self, a: Id, b: Id) -> Id {
        let over = self.lt(b, a);
        self.not(over)
    }

    pub fn eq(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = if self.as_const(a).is_some() || (a > b && self.as_const(b).is_none()) { (b, a) } else { (a, b) };
        let (x, y) = (self.node(a), self.node(b));
        if a == b {
            return TRUE;
        }
        if x.hi < y.lo || y.hi < x.lo {
            return FALSE;
        }
        // Of two possible values one is the other's negation.
        if (x.lo, x.hi) == (0, 1)
            && let Op::Const(n) = y.op
        {
            return if n == 1 { a } else { self.not(a) };
        }
        self.push(Op::Eq(a, b), 0, 1)
    }

    pub fn not(&mut self, a: Id) -> Id {
        match self.node(a).op {
            Op::Const(n) => self.constant(i64::from(n == 0)),
            Op::Not(x) => x,
            _ => self.push(Op::Not(a), 0, 1),
        }
    }

    fn opposite(&self, a: Id, b: Id) -> bool {
        self.node(a).op == Op::Not(b) || self.node(b).op == Op::Not(a)
    }

    pub fn and(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = if a > b { (b, a) } else { (a, b) };
        if a == FALSE || self.opposite(a, b) {
            return FALSE;
        }
        if a == TRUE || a == b {
            return b;
        }
        // What one part rules out, a longer conjunction does, too.
        for (x, y) in [(a, b), (b, a)] {
            if let Op::And(p, q) = self.node(x).op {
                if self.opposite(p, y) || self.opposite(q, y) {
                    return FALSE;
                }
                if p == y || q == y {
                    return x;
                }
            }
            if let Op::Or(p, q) = self.node(x).op
                && (p == y || q == y)
            {
                return y;
            }
        }
        if let (Op::Eq(x, m), Op::Eq(y, n)) = (self.node(a).op, self.node(b).op)
            && x == y
            && m != n
            && self.as_const(m).is_some()
            && self.as_const(n).is_some()
        {
            return FALSE;
        }
        self.push(Op::And(a, b), 0, 1)
    }

    pub fn or(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = if a > b { (b, a) } else { (a, b) };
        if a == TRUE || self.opposite(a, b) {
            return TRUE;
        }
        if a == FALSE || a == b {
            return b;
        }
        if b == TRUE {
            return TRUE;
        }
        self.push(Op::Or(a, b), 0, 1)
    }

    pub fn select(&mut self, c: Id, a: Id, b: Id) -> Id {
        if c == TRUE || a == b {
            return a;
        }
        if c == FALSE {
            return b;
        }
        if let Op::Not(x) = self.node(c).op {
            return self.select(x, b, a);
        }
        if a == TRUE && b == FALSE {
            return c;
        }
        if a == FALSE && b == TRUE {
            return self.not(c);
        }
        let (x, y) = (self.node(a), self.node(b));
        // The same question asked twice.
        if let Op::Select(d, _, other) = y.op
            && d == c
        {
            return self.select(c, a, other);
        }
        if let Op::Select(d, own, _) = x.op
            && d == c
        {
            return self.select(c, own, b);
        }
        self.push(Op::Select(c, a, b), x.lo.min(y.lo), x.hi.max(y.hi))
    }

    /// The entry of a table; the key never leaves it.
    pub fn table(&mut self, key: Id, entries: Vec<i64>) -> Id {
        let (lo, hi) = (entries.iter().min().copied().unwrap_or(0), entries.iter().max().copied().unwrap_or(0));
        if lo == hi {
            return self.constant(lo);
        }
        let ends = (self.node(key).lo, self.node(key).hi);
        if let ([no, yes], (0, 1)) = (entries.as_slice(), ends) {
            let (yes, no) = (self.constant(*yes), self.constant(*no));
            return self.select(key, yes, no);
        }
        if self.node(key).lo >= 0 && entries.iter().enumerate().all(|(i, v)| i64::try_from(i) == Ok(*v)) {
            return key;
        }
        let next = u32::try_from(self.tables.len()).unwrap_or(u32::MAX);
        let number = *self.known_tables.entry(entries.clone()).or_insert(next);
        if number == next {
            self.tables.push(entries);
        }
        self.push(Op::Table(key, number), lo, hi)
    }

    /// The same operation on other parts; `None` if it might not fit.
    pub fn again(&mut self, op: Op, f: &mut impl FnMut(Id) -> Id) -> Option<Id> {
        Some(match op {
            Op::Const(n) => self.constant(n),
            Op::Slot(_) => return None,
            Op::Add(a, b) => return self.add(f(a), f(b)),
            Op::Sub(a, b) => return self.sub(f(a), f(b)),
            Op::Mul(a, b) => return self.mul(f(a), f(b)),
            Op::Min(a, b) => self.min(f(a), f(b)),
            Op::Max(a, b) => self.max(f(a), f(b)),
            Op::Div(a, by, how) => return self.div(f(a), by, how),
            Op::Multiple(a, of) => self.multiple(f(a), of),
            Op::Lt(a, b) => self.lt(f(a), f(b)),
            Op::Eq(a, b) => self.eq(f(a), f(b)),
            Op::Not(a) => self.not(f(a)),
            Op::And(a, b) => self.and(f(a), f(b)),
            Op::Or(a, b) => self.or(f(a), f(b)),
            Op::Select(a, b, c) => self.select(f(a), f(b), f(c)),
            Op::Table(k, t) => {
                let entries = self.tables.get(t as usize).cloned().unwrap_or_default();
                self.table(f(k), entries)
            }
        })
    }

    /// The value of an operation whose parts are known.
    pub fn apply(&self, op: Op, of: impl Fn(Id) -> i64) -> i64 {
        match op {
            Op::Const(n) => n,
            Op::Slot(_) => 0,
            Op::Add(a, b) => of(a).wrapping_add(of(b)),
            Op::Sub(a, b) => of(a).wrapping_sub(of(b)),
            Op::Mul(a, b) => of(a).wrapping_mul(of(b)),
            Op::Min(a, b) => of(a).min(of(b)),
            Op::Max(a, b) => of(a).max(of(b)),
            Op::Div(a, by, how) => divide(of(a), by, how),
            Op::Multiple(a, by) => i64::from(of(a).rem_euclid(by) == 0),
            Op::Lt(a, b) => i64::from(of(a) < of(b)),
            Op::Eq(a, b) => i64::from(of(a) == of(b)),
            Op::Not(a) => of(a) ^ 1,
            Op::And(a, b) => of(a) & of(b),
            Op::Or(a, b) => of(a) | of(b),
            Op::Select(c, a, b) => {
                if of(c) != 0 {
                    of(a)
                } else {
                    of(b)
                }
            }
            Op::Table(k, t) => {
                let key = usize::try_from(of(k)).unwrap_or(usize::MAX);
                self.tables.get(t as usize).and_then(|t| t.get(key)).copied().unwrap_or(0)
            }
        }
    }
}

impl Op {
    /// Calls `f` with every part.
    pub fn parts(self, f: &mut impl FnMut(Id)) {
        match self {
            Op::Const(_) | Op::Slot(_) => {}
            Op::Div(a, ..) | Op::Multiple(a, _) | Op::Not(a) | Op::Table(a, _) => f(a),
            Op::Add(a, b)
            | Op::Sub(a, b)
            | Op::Mul(a, b)
            | Op::Min(a, b)
            | Op::Max(a, b)
            | Op::Lt(a, b)
            | Op::Eq(a, b)
            | Op::And(a, b)
            | Op::Or(a, b) => {
                f(a);
                f(b);
            }
            Op::Select(a, b, c) => {
                f(a);
                f(b);
                f(c);
            }
        }
    }
}

pub(super) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs().max(1) } else { gcd(b, a % b) }
}

/// As `gcd`, where nothing is a multiple of everything.
fn gcd_of(a: i64, b: i64) -> i64 {
    match (a, b) {
        (0, n) | (n, 0) => n.saturating_abs(),
        _ => gcd(a.saturating_abs(), b.saturating_abs()),
    }
}

/// A quotient by a positive number, made whole.
pub(super) fn divide(n: i64, by: i64, how: Whole) -> i64 {
    let by = by.max(1);
    let floor = n.div_euclid(by);
    if how == Whole::Floor {
        return floor;
    }
    // Every mode treats a negative number as the mirror image of the positive one.
    let size = i128::from(n.unsigned_abs());
    let wide = i128::from(by);
    let (below, rest) = (size / wide, size % wide);
    let up = match how {
        Whole::Down | Whole::Floor => false,
        Whole::Up => rest != 0,
        Whole::HalfUp => rest * 2 >= wide,
        Whole::HalfEven => rest * 2 > wide || (rest * 2 == wide && below % 2 == 1),
    };
    let chosen = i64::try_from(below + i128::from(up)).unwrap_or(i64::MAX);
    if n < 0 { -chosen } else { chosen }
}
