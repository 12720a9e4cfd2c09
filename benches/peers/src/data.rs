//! In: `persons.bin`. Out: its columns, outputs to fill, and the checksums of SPEC.md. Never here: a policy.

use std::io::Read;

/// The columns of the common work; see `benches/persons.py`.
#[derive(Default)]
pub struct Persons {
    pub region: Vec<u8>,
    pub gender: Vec<u8>,
    pub age: Vec<u8>,
    pub from: Vec<u8>,
    pub to: Vec<u8>,
    pub level: Vec<u8>,
    pub cost: Vec<i32>,
    pub paid_deductible: Vec<i32>,
    pub actual: Vec<i16>,
    pub deemed: Vec<i16>,
    pub gap: Vec<i16>,
    pub base: Vec<i32>,
}

impl Persons {
    /// The first `rows` rows of the file, or all.
    pub fn read(path: &str, rows: Option<usize>) -> Persons {
        let mut bytes = Vec::new();
        std::fs::File::open(path).and_then(|mut f| f.read_to_end(&mut bytes)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let n = i64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let keep = rows.unwrap_or(n).min(n);
        let mut at = 8;
        let mut next = |width: usize| {
            let column = &bytes[at..at + keep * width];
            at += n * width;
            column
        };
        let wide = |c: &[u8]| c.chunks_exact(4).map(|b| i32::from_le_bytes(b.try_into().unwrap())).collect::<Vec<_>>();
        let half = |c: &[u8]| c.chunks_exact(2).map(|b| i16::from_le_bytes(b.try_into().unwrap())).collect::<Vec<_>>();
        Persons {
            region: next(1).to_vec(),
            gender: next(1).to_vec(),
            age: next(1).to_vec(),
            from: next(1).to_vec(),
            to: next(1).to_vec(),
            level: next(1).to_vec(),
            cost: wide(next(4)),
            paid_deductible: wide(next(4)),
            actual: half(next(2)),
            deemed: half(next(2)),
            gap: half(next(2)),
            base: wide(next(4)),
        }
    }

    pub fn len(&self) -> usize {
        self.region.len()
    }

    /// All columns cut to the same length, which lets a loop over it do without a check at each access.
    pub fn view(&self) -> View<'_> {
        let n = self.len();
        View {
            n,
            region: &self.region[..n],
            gender: &self.gender[..n],
            age: &self.age[..n],
            from: &self.from[..n],
            to: &self.to[..n],
            level: &self.level[..n],
            cost: &self.cost[..n],
            paid_deductible: &self.paid_deductible[..n],
            actual: &self.actual[..n],
            deemed: &self.deemed[..n],
            gap: &self.gap[..n],
            base: &self.base[..n],
        }
    }

    pub fn row(&self, i: usize) -> Person {
        self.view().row(i)
    }
}

/// The columns, all of length `n`.
pub struct View<'a> {
    pub n: usize,
    region: &'a [u8],
    gender: &'a [u8],
    age: &'a [u8],
    from: &'a [u8],
    to: &'a [u8],
    level: &'a [u8],
    cost: &'a [i32],
    paid_deductible: &'a [i32],
    actual: &'a [i16],
    deemed: &'a [i16],
    gap: &'a [i16],
    base: &'a [i32],
}

impl View<'_> {
    #[inline(always)]
    pub fn row(&self, i: usize) -> Person {
        Person {
            region: self.region[i],
            gender: self.gender[i],
            age: self.age[i],
            from: self.from[i],
            to: self.to[i],
            level: self.level[i],
            cost: self.cost[i],
            paid_deductible: self.paid_deductible[i],
            actual: self.actual[i],
            deemed: self.deemed[i],
            gap: self.gap[i],
            base: self.base[i],
        }
    }
}

/// One row.
#[derive(Clone, Copy)]
pub struct Person {
    pub region: u8,
    pub gender: u8,
    pub age: u8,
    pub from: u8,
    pub to: u8,
    pub level: u8,
    pub cost: i32,
    pub paid_deductible: i32,
    pub actual: i16,
    pub deemed: i16,
    pub gap: i16,
    pub base: i32,
}

/// What the policies give, a column each.
#[derive(Default)]
pub struct Outputs {
    pub shortage: Vec<i16>,
    pub lump: Vec<i64>,
    pub outcome: Vec<u8>,
    pub reimbursed: Vec<i32>,
    pub self_pay: Vec<i32>,
    pub pooled: Vec<u8>,
    pub personal: Vec<u8>,
    pub waiting: Vec<u8>,
    pub credited: Vec<u8>,
}

impl Outputs {
    /// Room for so many rows, touched once, so that no pass pays for the pages.
    pub fn new(n: usize) -> Outputs {
        Outputs {
            shortage: vec![-1; n],
            lump: vec![-1; n],
            outcome: vec![99; n],
            reimbursed: vec![-1; n],
            self_pay: vec![-1; n],
            pooled: vec![99; n],
            personal: vec![99; n],
            waiting: vec![99; n],
            credited: vec![99; n],
        }
    }

    /// The line of SPEC.md for one of the three.
    pub fn checksum(&self, work: usize) -> String {
        fn counts(column: &[u8]) -> String {
            let mut seen = [0usize; 4];
            column.iter().for_each(|v| seen[usize::from(*v).min(3)] += 1);
            let rest = if seen[3] > 0 { format!(",OTHER {}", seen[3]) } else { String::new() };
            format!("{},{},{}{rest}", seen[0], seen[1], seen[2])
        }
        fn sum<T: Copy + Into<i64>>(column: &[T]) -> i64 {
            column.iter().map(|v| (*v).into()).sum()
        }
        let n = self.outcome.len();
        let weighted = |of: &dyn Fn(usize) -> i64| (0..n).map(|i| (1 + (i % 97) as i64) * of(i)).sum::<i64>();
        match work {
            1 => format!(
                "W1 n={n} shortage={} lump={} outcome={} wsum={}",
                sum(&self.shortage),
                sum(&self.lump),
                counts(&self.outcome),
                weighted(&|i| i64::from(self.shortage[i]) + self.lump[i] + i64::from(self.outcome[i]))
            ),
            2 => format!(
                "W2 n={n} reimbursed={} self_pay={} wsum={}",
                sum(&self.reimbursed),
                sum(&self.self_pay),
                weighted(&|i| i64::from(self.reimbursed[i]) + i64::from(self.self_pay[i]))
            ),
            _ => format!(
                "W3 n={n} pooled={} personal={} waiting={} credited={} wsum={}",
                counts(&self.pooled),
                counts(&self.personal),
                sum(&self.waiting),
                sum(&self.credited),
                weighted(&|i| {
                    i64::from(self.pooled[i]) + i64::from(self.personal[i]) + i64::from(self.waiting[i]) + i64::from(self.credited[i])
                })
            ),
        }
    }
}
