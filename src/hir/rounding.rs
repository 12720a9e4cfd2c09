//! In: checked statements. Out: amounts that may not be whole fen although no rounding is written. Never here: rounding anything.

use super::notes::Notes;
use super::{Expr, ExprKind, Function, Hir, Math, OutcomeId, Set, SetOp, Statement};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::FileId;
use crate::value::{Exact, Num, Type, Value};
use rustc_hash::FxHashMap;

/// The step all values of an expression are multiples of; `None` when there is none.
pub(super) type Grid = Option<Exact>;

struct Grids<'h> {
    hir: &'h Hir,
    /// Definitions of local values, which are not rounded at their boundary.
    locals: FxHashMap<OutcomeId, Vec<&'h Expr>>,
    known: FxHashMap<OutcomeId, Grid>,
    out: Vec<Diagnostic>,
}

/// Reports amounts that need a rounding, and notes the steps of local definitions; whether what is noted comes to what was found.
///
/// `known` are steps of local definitions that are taken as they are: not all of their definitions need be here then.
pub(super) fn check(hir: &mut Hir, known: FxHashMap<OutcomeId, Grid>, out: &mut Vec<Diagnostic>) -> bool {
    let (steps, steady) = grids(hir, known, out);
    for (file, outcome, grid) in steps {
        let at = hir.notes.binary_search_by_key(&file, |n| n.file).ok();
        let Some(notes) = at.and_then(|i| hir.notes.get_mut(i)) else { continue };
        match notes.steps.iter_mut().find(|(o, _)| *o == outcome) {
            Some((_, own)) => *own = common(*own, grid),
            None => notes.steps.push((outcome, grid)),
        }
    }
    steady
}

/// The step of all values of a local definition, from what each file notes.
pub(super) fn together<'n>(notes: impl Iterator<Item = &'n Notes>) -> FxHashMap<OutcomeId, Grid> {
    let mut out: FxHashMap<OutcomeId, Grid> = FxHashMap::default();
    for (o, grid) in notes.flat_map(|n| &n.steps) {
        let all = out.entry(*o).or_insert(Some(Exact::ZERO));
        *all = common(*all, *grid);
    }
    out
}

fn grids(hir: &Hir, known: FxHashMap<OutcomeId, Grid>, out: &mut Vec<Diagnostic>) -> (Vec<(FileId, OutcomeId, Grid)>, bool) {
    let mut sets: Vec<(OutcomeId, SetOp, &Expr)> = Vec::new();
    for b in &hir.blocks {
        walk(&b.body, &mut sets);
    }
    let mut locals: FxHashMap<OutcomeId, Vec<&Expr>> = FxHashMap::default();
    for (o, _, e) in &sets {
        if hir.symbols.outcome(*o).local {
            locals.entry(*o).or_default().push(e);
        }
    }
    let mut grids = Grids { hir, locals, known, out: Vec::new() };
    for (o, op, e) in &sets {
        let (o, op) = (*o, *op);
        let info = hir.symbols.outcome(o);
        if info.local || info.rounding.is_some() || op == SetOp::Requires || !matches!(info.ty.base(), Type::Money | Type::MoneyPerMonth) {
            continue;
        }
        if matches!(e.kind, ExprKind::Refer(_)) || grids.of(e, 0).is_some_and(|g| g.is_integer()) {
            continue;
        }
        grids.out.push(
            Diagnostic::at(
                &codes::E0308,
                e.span,
                format!("`{}` may come out as a fraction of a fen, and no rounding is written", info.name),
            )
            .label("not always whole fen")
            .related(info.span, "declared without rounding")
            .help(format!(
                "round here, `round(…, half_up, fen)`, or for all of its values where it is declared: `{}: money round half_up to fen`",
                info.name
            )),
        );
    }
    out.append(&mut grids.out);
    let mut steps = Vec::new();
    let mut all: FxHashMap<OutcomeId, Grid> = FxHashMap::default();
    for (o, _, e) in sets {
        if hir.symbols.outcome(o).local {
            let grid = grids.of(e, 0);
            let whole = all.entry(o).or_insert(Some(Exact::ZERO));
            *whole = common(*whole, grid);
            steps.push((e.span.file, o, grid));
        }
    }
    let steady = all.into_iter().all(|(o, grid)| grids.read(o, 0) == grid);
    (steps, steady)
}

fn walk<'h>(body: &'h [Statement], out: &mut Vec<(OutcomeId, SetOp, &'h Expr)>) {
    for s in body {
        match s {
            Statement::Set(set) => self::set(set, out),
            Statement::When { body, .. } | Statement::Each { body, .. } => walk(body, out),
            Statement::Table(t) => {
                for row in &t.rows {
                    for ((o, _), value) in t.outcomes.iter().zip(&row.give) {
                        out.extend(value.as_ref().map(|v| (*o, SetOp::Give, v)));
                    }
                }
            }
        }
    }
}

fn set<'h>(set: &'h Set, out: &mut Vec<(OutcomeId, SetOp, &'h Expr)>) {
    out.push((set.outcome, set.op, &set.value));
    for e in &set.exceptions {
        for inner in &e.body {
            self::set(inner, out);
        }
    }
}

fn of_number(n: Exact) -> Grid {
    if n.is_zero() { Some(Exact::ZERO) } else { Some(n.abs()) }
}

/// The coarsest step both are multiples of.
fn common(a: Grid, b: Grid) -> Grid {
    let (a, b) = (a?, b?);
    if a.is_zero() {
        return Some(b);
    }
    if b.is_zero() {
        return Some(a);
    }
    // gcd of fractions: gcd of numerators over lcm of denominators.
    let den = lcm(a.denom(), b.denom())?;
    let scale = Exact::from_int(den);
    let (x, y) = (a.checked_mul(scale).ok()?.to_i128()?, b.checked_mul(scale).ok()?.to_i128()?);
    Exact::from_int(gcd(x, y)).checked_div(scale).ok()
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    a.checked_abs().unwrap_or(1)
}

fn lcm(a: i128, b: i128) -> Option<i128> {
    a.checked_div(gcd(a, b))?.checked_mul(b)
}

impl Grids<'_> {
    fn of(&mut self, e: &Expr, depth: usize) -> Grid {
        // Definitions that read each other are reported elsewhere.
        if depth > 64 {
            return None;
        }
        match &e.kind {
            ExprKind::Const(Value::Num(Num::Exact(n))) => of_number(*n),
            ExprKind::Input(_) | ExprKind::Field(..) if e.ty.is_integral() => Some(Exact::ONE),
            ExprKind::Input(i) if *self.hir.symbols.input(*i).ty.base() == Type::MoneyPerMonth => Some(Exact::ONE),
            ExprKind::Read { outcome, .. } => self.read(*outcome, depth),
            ExprKind::Round(_, _, unit) => Some(*unit),
            ExprKind::Math(Math::Add | Math::Sub, a, b) => {
                let (a, b) = (self.of(a, depth + 1), self.of(b, depth + 1));
                common(a, b)
            }
            ExprKind::Math(Math::Mul, a, b) => self.of(a, depth + 1)?.checked_mul(self.of(b, depth + 1)?).ok(),
            ExprKind::Math(Math::Div, a, b) => match &b.kind {
                ExprKind::Const(Value::Num(Num::Exact(n))) => self.of(a, depth + 1)?.checked_div(n.abs()).ok(),
                _ => None,
            },
            ExprKind::Call(Function::Min | Function::Max, args) => {
                let mut grid = Some(Exact::ZERO);
                for a in args {
                    grid = common(grid, self.of(a, depth + 1));
                }
                grid
            }
            ExprKind::Call(Function::Relabel | Function::YearsFrom, args) => args.first().and_then(|a| self.of(a, depth + 1)),
            ExprKind::Call(..) => Some(Exact::ONE),
            ExprKind::If(_, a, b) => {
                let (a, b) = (self.of(a, depth + 1), self.of(b, depth + 1));
                common(a, b)
            }
            ExprKind::AnyOf(options) => {
                let mut grid = Some(Exact::ZERO);
                for o in options {
                    grid = common(grid, self.of(o, depth + 1));
                }
                grid
            }
            // Any value of a stated range of whole amounts is taken as whole, as the source states it.
            ExprKind::Range(lo, hi) if e.ty.is_integral() || e.ty == Type::MoneyPerMonth => {
                let lo = lo.as_ref().map_or(Some(Exact::ONE), |(x, _)| self.of(x, depth + 1));
                let hi = hi.as_ref().map_or(Some(Exact::ONE), |(x, _)| self.of(x, depth + 1));
                match (lo, hi) {
                    (Some(a), Some(b)) if a.is_integer() && b.is_integer() => Some(Exact::ONE),
                    _ => None,
                }
            }
            ExprKind::About(x) => self.of(x, depth + 1),
            ExprKind::Aggregate { kind, body, .. } => match (kind, body) {
                (super::Aggregate::Count, _) => Some(Exact::ONE),
                (_, Some(b)) => self.of(b, depth + 1),
                _ => None,
            },
            _ => None,
        }
    }

    fn read(&mut self, outcome: OutcomeId, depth: usize) -> Grid {
        let info = self.hir.symbols.outcome(outcome);
        if !info.local {
            let whole = info.ty.is_integral() || *info.ty.base() == Type::MoneyPerMonth;
            return match &info.rounding {
                Some((_, unit)) => Some(*unit),
                None if whole => Some(Exact::ONE),
                None => None,
            };
        }
        if let Some(known) = self.known.get(&outcome) {
            return *known;
        }
        // Reading itself on the way counts as no step of its own.
        self.known.insert(outcome, None);
        let definitions = self.locals.get(&outcome).cloned().unwrap_or_default();
        let mut grid = Some(Exact::ZERO);
        for d in definitions {
            grid = common(grid, self.of(d, depth + 1));
        }
        self.known.insert(outcome, grid);
        grid
    }
}
