//! In: a plan and rows. Out: their answers. Never here: what is worked out (`code.rs`), one operation on many rows (`kernels.rs`).

use super::code::{Code, Root};
use super::rows::{Answers, Given, Kind, One, Rows, State, Values, Wanted};
use super::{Id, Plan};

/// Where a plan works; made by [`Plan::scratch`], one for each thread.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    registers: Vec<i64>,
    row: Vec<Option<i64>>,
    ones: Vec<One>,
}

impl Plan {
    /// A place to work.
    pub fn scratch(&self) -> Scratch {
        Scratch::default()
    }

    /// Answers one row: its region's place, and what is told for each slot of the plan. Nothing is allocated once `scratch` was used.
    pub fn ask(&self, scratch: &mut Scratch, region: usize, slots: &[Option<i64>], wanted: Wanted, out: &mut [One]) {
        let code = match wanted {
            Wanted::Values => &self.values,
            Wanted::Paths => &self.paths,
        };
        self.one(code, &mut scratch.registers, region, slots, wanted, out);
    }

    fn one(&self, code: &Code, registers: &mut Vec<i64>, region: usize, slots: &[Option<i64>], wanted: Wanted, out: &mut [One]) {
        let Some(class) = self.classes.get(region).copied() else {
            out.fill(One { state: State::Ask, value: 0, path: 0 });
            return;
        };
        let told = |s: usize| slots.get(s).copied().flatten().filter(|n| self.fits(s, *n));
        code.one(
            |s| match usize::from(s).checked_sub(1) {
                None => i64::try_from(region).unwrap_or(0),
                // What is not told is asked of nobody here; any value will do.
                Some(s) => told(s).unwrap_or_else(|| self.least(s)),
            },
            registers,
        );
        let at = |id: Id| registers.get(id.0 as usize).copied().unwrap_or(0);
        for (k, (one, root)) in out.iter_mut().zip(&code.roots).enumerate() {
            let missing = self.needs.get(k).is_some_and(|n| n.iter().any(|(s, by)| by.get(class) == Some(&true) && told(*s).is_none()));
            *one = answer(root, missing, wanted, at);
        }
    }

    /// Whether a number is one that a slot may have here.
    fn fits(&self, slot: usize, n: i64) -> bool {
        match self.slots.get(slot).map(|s| s.kind) {
            Some(Kind::Truth) => n == 0 || n == 1,
            Some(Kind::Choice(m) | Kind::Listed(m)) => (0..i64::from(m)).contains(&n),
            Some(Kind::Whole { lo, hi, .. }) => (lo..=hi).contains(&n),
            None => false,
        }
    }

    fn least(&self, slot: usize) -> i64 {
        match self.slots.get(slot).map(|s| s.kind) {
            Some(Kind::Whole { lo, .. }) => lo,
            _ => 0,
        }
    }

    /// Answers rows, any number of them; nothing is allocated once `scratch` and `out` were used for as many.
    pub fn run(&self, rows: &Rows, wanted: Wanted, scratch: &mut Scratch, out: &mut Answers) {
        let code = match wanted {
            Wanted::Values => &self.values,
            Wanted::Paths => &self.paths,
        };
        if out.outcomes.len() != self.outcomes.len() {
            out.outcomes = self.outcomes.iter().map(|_| Given { values: Values::I64(Vec::new()), states: Vec::new(), paths: Vec::new() }).collect();
        }
        for g in &mut out.outcomes {
            if let Values::I64(v) = &mut g.values {
                v.clear();
            }
            g.states.clear();
            g.paths.clear();
        }
        let ask = One { state: State::Ask, value: 0, path: 0 };
        scratch.ones.clear();
        scratch.ones.resize(self.outcomes.len(), ask);
        for row in 0..rows.len {
            scratch.row.clear();
            for c in rows.columns {
                scratch.row.push(c.as_ref().and_then(|c| {
                    if c.told.is_some_and(|t| t.get(row) != Some(&true)) {
                        return None;
                    }
                    c.lane.get(row)
                }));
            }
            let region = rows.region.get(row).and_then(|r| usize::try_from(r).ok()).unwrap_or(usize::MAX);
            self.one(code, &mut scratch.registers, region, &scratch.row, wanted, &mut scratch.ones);
            for (g, one) in out.outcomes.iter_mut().zip(&scratch.ones) {
                if let Values::I64(v) = &mut g.values {
                    v.push(one.value);
                }
                g.states.push(one.state as u8);
                if wanted == Wanted::Paths {
                    g.paths.push(one.path);
                }
            }
        }
    }
}

fn answer(root: &Root, missing: bool, wanted: Wanted, at: impl Fn(Id) -> i64) -> One {
    if missing || at(root.slow) != 0 || (wanted == Wanted::Paths && root.path.is_none()) {
        return One { state: State::Ask, value: 0, path: 0 };
    }
    let state = if at(root.none) != 0 { State::NoRule } else { State::Decided };
    let path = root.path.map_or(0, |p| u32::try_from(at(p)).unwrap_or(0));
    One { state, value: at(root.value), path }
}
