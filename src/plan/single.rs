//! In: steps for one row (`code.rs`). Out: the same in few and short instructions: numbers that do not vary stand ready, sums of products are one instruction, nothing is divided. Never here: many rows at a time (`vector.rs`).

use super::code::Code;
use super::graph::{Id, Op};
use super::kernels::{Entries, Quotient};

/// One instruction; numbers are those of registers.
#[derive(Clone, Copy, Debug)]
enum Act {
    Add(u16, u16),
    Sub(u16, u16),
    Mul(u16, u16),
    Min(u16, u16),
    Max(u16, u16),
    Lt(u16, u16),
    Eq(u16, u16),
    Not(u16),
    And(u16, u16),
    Or(u16, u16),
    Select(u16, u16, u16),
    /// Products with numbers, added up: this many terms from this one on.
    Sum(u16, u16),
    Lookup(u16, u16),
    Divide(u16, u16),
    Multiple(u16, u16),
}

/// What is wanted of an outcome, by register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wants {
    pub value: u16,
    pub none: u16,
    pub slow: u16,
    pub path: Option<u16>,
}

/// Instructions for one row.
#[derive(Clone, Debug, Default)]
pub(super) struct Single {
    /// The first registers.
    constants: Vec<i64>,
    /// By slot, the register that holds it.
    pub slots: Vec<Option<u16>>,
    acts: Vec<Act>,
    /// Where results start; each stands behind the one before.
    results: usize,
    terms: Vec<(u16, i64)>,
    tables: Vec<Entries>,
    quotients: Vec<Quotient>,
    multiples: Vec<i64>,
    pub wants: Vec<Wants>,
}

impl Single {
    /// `slots` is how many slots there are besides the region. What is more than registers have numbers is left to the row interpreter.
    pub fn new(code: &Code, slots: usize) -> Single {
        Single::made(code, slots).unwrap_or_else(|| Single {
            constants: vec![1],
            results: 1,
            wants: vec![Wants { value: 0, none: 0, slow: 0, path: None }; code.roots.len()],
            ..Single::default()
        })
    }

    fn made(code: &Code, slots: usize) -> Option<Single> {
        let nodes = &code.graph.nodes;
        let mut uses = vec![0usize; nodes.len()];
        let mut use_of = |id: Id| {
            if let Some(u) = uses.get_mut(id.0 as usize) {
                *u += 1;
            }
        };
        for node in nodes {
            node.op.parts(&mut use_of);
        }
        let wanted = |r: &super::code::Root| [r.value, r.none, r.slow].into_iter().chain(r.path);
        code.roots.iter().flat_map(wanted).for_each(|id| {
            use_of(id);
            use_of(id);
        });
        let sums: Vec<Option<Vec<(Id, i64)>>> = (0..nodes.len()).map(|i| sum(code, &uses, i)).collect();
        // What is left when parts of sums are part of the sum.
        let mut needed = vec![false; nodes.len()];
        let mut need = |id: Id| {
            if let Some(n) = needed.get_mut(id.0 as usize) {
                *n = true;
            }
        };
        code.roots.iter().flat_map(wanted).for_each(&mut need);
        for i in (0..nodes.len()).rev() {
            if needed.get(i) != Some(&true) {
                continue;
            }
            let mut need = |id: Id| {
                if let Some(n) = needed.get_mut(id.0 as usize) {
                    *n = true;
                }
            };
            match (sums.get(i), nodes.get(i)) {
                (Some(Some(terms)), _) => terms.iter().for_each(|(id, _)| need(*id)),
                (_, Some(node)) => node.op.parts(&mut need),
                _ => {}
            }
        }
        let mut out = Single { slots: vec![None; slots + 1], ..Single::default() };
        let mut number = vec![0u16; nodes.len()];
        let mut next = 0u16;
        // Constants first, then slots, then results in their order.
        for stage in 0..3 {
            if stage == 2 {
                out.results = usize::from(next);
            }
            for (i, node) in nodes.iter().enumerate() {
                let own = match node.op {
                    Op::Const(_) => 0,
                    Op::Slot(_) => 1,
                    _ => 2,
                };
                if own != stage || needed.get(i) != Some(&true) {
                    continue;
                }
                let at = |id: Id| number.get(id.0 as usize).copied().unwrap_or(0);
                match node.op {
                    Op::Const(n) => out.constants.push(n),
                    Op::Slot(s) => {
                        if let Some(slot) = out.slots.get_mut(usize::from(s)) {
                            *slot = Some(next);
                        }
                    }
                    op => {
                        let act = match sums.get(i) {
                            Some(Some(terms)) => {
                                let first = u16::try_from(out.terms.len()).ok()?;
                                out.terms.extend(terms.iter().map(|(id, by)| (at(*id), *by)));
                                Act::Sum(first, u16::try_from(terms.len()).ok()?)
                            }
                            _ => out.act(code, op, at)?,
                        };
                        out.acts.push(act);
                    }
                }
                if let Some(n) = number.get_mut(i) {
                    *n = next;
                }
                next = next.checked_add(1)?;
            }
        }
        let at = |id: Id| number.get(id.0 as usize).copied().unwrap_or(0);
        let wants = |r: &super::code::Root| Wants { value: at(r.value), none: at(r.none), slow: at(r.slow), path: r.path.map(at) };
        out.wants = code.roots.iter().map(wants).collect();
        Some(out)
    }

    fn act(&mut self, code: &Code, op: Op, at: impl Fn(Id) -> u16) -> Option<Act> {
        Some(match op {
            Op::Const(_) | Op::Slot(_) => return None,
            Op::Add(a, b) => Act::Add(at(a), at(b)),
            Op::Sub(a, b) => Act::Sub(at(a), at(b)),
            Op::Mul(a, b) => Act::Mul(at(a), at(b)),
            Op::Min(a, b) => Act::Min(at(a), at(b)),
            Op::Max(a, b) => Act::Max(at(a), at(b)),
            Op::Lt(a, b) => Act::Lt(at(a), at(b)),
            Op::Eq(a, b) => Act::Eq(at(a), at(b)),
            Op::Not(a) => Act::Not(at(a)),
            Op::And(a, b) => Act::And(at(a), at(b)),
            Op::Or(a, b) => Act::Or(at(a), at(b)),
            Op::Select(c, a, b) => Act::Select(at(c), at(a), at(b)),
            Op::Table(k, t) => {
                let number = u16::try_from(self.tables.len()).ok()?;
                self.tables.push(Entries::of(code.graph.tables.get(t as usize)?));
                Act::Lookup(at(k), number)
            }
            Op::Div(a, by, how) => {
                let number = u16::try_from(self.quotients.len()).ok()?;
                let n = code.graph.node(a);
                self.quotients.push(Quotient::of(n.lo, n.hi, by, how));
                Act::Divide(at(a), number)
            }
            Op::Multiple(a, of) => {
                let number = u16::try_from(self.multiples.len()).ok()?;
                self.multiples.push(of);
                Act::Multiple(at(a), number)
            }
        })
    }

    /// Every instruction in a line, and what is wanted.
    pub fn listing(&self) -> String {
        let mut out = format!("constants {:?}\nslots {:?}\n", self.constants, self.slots);
        for (i, act) in self.acts.iter().enumerate() {
            out.push_str(&format!("{} {act:?}\n", self.results + i));
        }
        for t in &self.tables {
            out.push_str(&format!("table {t:?}\n"));
        }
        out + &format!("terms {:?}\nquotients {:?}\nwants {:?}\n", self.terms, self.quotients, self.wants)
    }

    /// How many registers there are.
    pub fn registers(&self) -> usize {
        self.results + self.acts.len()
    }

    /// Fills the registers that stand ready.
    pub fn start(&self, registers: &mut Vec<i64>) {
        registers.resize(self.registers(), 0);
        if let Some(own) = registers.get_mut(..self.constants.len()) {
            own.copy_from_slice(&self.constants);
        }
    }

    /// Works out everything for one row, once constants and slots are in their registers.
    pub fn run(&self, registers: &mut [i64]) {
        for (i, act) in self.acts.iter().enumerate() {
            let of = |r: u16| registers.get(usize::from(r)).copied().unwrap_or(0);
            // Sums and products wrap: the graph has proved that they fit.
            let n = match *act {
                Act::Add(a, b) => of(a).wrapping_add(of(b)),
                Act::Sub(a, b) => of(a).wrapping_sub(of(b)),
                Act::Mul(a, b) => of(a).wrapping_mul(of(b)),
                Act::Min(a, b) => of(a).min(of(b)),
                Act::Max(a, b) => of(a).max(of(b)),
                Act::Lt(a, b) => i64::from(of(a) < of(b)),
                Act::Eq(a, b) => i64::from(of(a) == of(b)),
                Act::Not(a) => of(a) ^ 1,
                Act::And(a, b) => of(a) & of(b),
                Act::Or(a, b) => of(a) | of(b),
                // By arithmetic: a branch would be guessed, and half of the guesses be wrong.
                Act::Select(c, a, b) => of(b) ^ ((of(a) ^ of(b)) & 0i64.wrapping_sub(of(c))),
                Act::Sum(from, len) => {
                    let terms = self.terms.get(usize::from(from)..).and_then(|t| t.get(..usize::from(len))).unwrap_or(&[]);
                    terms.iter().fold(0i64, |sum, (r, by)| sum.wrapping_add(of(*r).wrapping_mul(*by)))
                }
                Act::Lookup(key, table) => self.tables.get(usize::from(table)).map_or(0, |t| t.entry(of(key))),
                Act::Divide(a, by) => self.quotients.get(usize::from(by)).map_or(0, |q| q.apply(of(a))),
                Act::Multiple(a, by) => self.multiples.get(usize::from(by)).map_or(0, |by| i64::from(of(a).rem_euclid((*by).max(1)) == 0)),
            };
            if let Some(r) = registers.get_mut(self.results + i) {
                *r = n;
            }
        }
    }
}

/// A node as products with numbers, added up; parts that nothing else wants are taken apart. `None` where that makes no instruction less.
fn sum(code: &Code, uses: &[usize], i: usize) -> Option<Vec<(Id, i64)>> {
    let mut open = vec![(Id(u32::try_from(i).ok()?), 1i64)];
    let mut terms = Vec::new();
    let mut apart = 0;
    while let Some((id, by)) = open.pop() {
        let own = apart == 0 || uses.get(id.0 as usize) == Some(&1);
        match code.graph.node(id).op {
            Op::Add(a, b) if own => open.extend([(b, by), (a, by)]),
            Op::Mul(a, b) if own && code.graph.as_const(b).is_some() => {
                open.push((a, by.wrapping_mul(code.graph.as_const(b).unwrap_or(1))));
            }
            _ if apart == 0 => return None,
            _ => {
                terms.push((id, by));
                continue;
            }
        }
        apart += 1;
    }
    (apart > 1).then_some(terms)
}
