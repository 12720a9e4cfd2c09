//! In: the Program, one question for many people: outcomes of a decision, regions, dates. Out: a plan that answers rows of facts: values, and for each row which statements gave them, or that the row interpreter has to be asked. Never here: what a statement means (`eval` says it), files, text.

mod applies;
mod code;
mod expr;
mod graph;
mod kernels;
mod paths;
mod rows;
mod run;
mod settle;
mod shuffle;
mod single;
mod symbol;
mod tables;
mod unify;
mod vector;

use crate::eval::Moment;
use crate::hir::DecisionId;
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::{Exact, Names, RegionId, Value};
use code::{Code, Root};
use expr::{Lower, Place, Settled};
use graph::{FALSE, Graph, Id, Op, TRUE};
use paths::Tree;
pub use rows::{Answers, Column, Given, Kind, Lane, One, Rows, Slot, SlotInfo, State, Values, Wanted};
pub use run::Scratch;
use rustc_hash::{FxHashMap, FxHashSet};
use single::Single;
use std::rc::Rc;
use std::sync::Arc;
use symbol::{Sym, lcm, scaled};
use unify::Unify;
use vector::Vector;

/// What a plan answers: one question, for many people in many regions.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The decision.
    pub decision: DecisionId,
    /// Its outcomes.
    pub outcomes: &'a [OutcomeId],
    /// The regions; rows name them by their place here.
    pub regions: &'a [RegionId],
    /// The dates.
    pub moment: Moment,
}

/// One question, compiled for many rows.
#[derive(Clone, Debug)]
pub struct Plan {
    slots: Vec<SlotInfo>,
    outcomes: Vec<(OutcomeId, Kind)>,
    /// Values that are the same for everybody.
    listed: Vec<Value>,
    classes: Vec<usize>,
    /// For each outcome and region: regions of one class may say the same in different statements.
    trees: Vec<Vec<Arc<Tree>>>,
    /// For each outcome: slots that have to be told, and in which classes.
    needs: Vec<Vec<(usize, Vec<bool>)>>,
    /// For each outcome and class, whether any row is answered here at all.
    answered: Vec<Vec<bool>>,
    operations: usize,
    values: Single,
    paths: Single,
    fast_values: Vector,
    fast_paths: Vector,
    arch: pulp::Arch,
}

/// Which statements gave an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Those that give it themselves; none if nothing gives it.
    pub winners: Vec<StmtId>,
    /// All it rests on.
    pub used: Vec<StmtId>,
}

/// One outcome in one region.
#[derive(Clone, Debug)]
struct Local {
    value: Sym,
    none: Id,
    slow: Id,
    path: Option<Id>,
    tree: Arc<Tree>,
    slots: Vec<u16>,
}

impl Plan {
    /// Compiles a question; regions, outcomes and arguments are those of the program.
    pub fn new(program: &Program, asked: &Asked) -> Plan {
        let mut lower = Lower::new(program, asked.moment);
        // For each region, for each outcome.
        let mut locals: Vec<Vec<Local>> = Vec::new();
        for region in asked.regions {
            lower.memo.clear();
            locals.push(asked.outcomes.iter().map(|o| local(&mut lower, *o, *region)).collect());
        }
        let shared = Shared::new(&mut lower, asked, &locals);
        let mut classes: Vec<usize> = Vec::new();
        let mut seen: FxHashMap<Vec<[Option<Id>; 4]>, usize> = FxHashMap::default();
        let mut firsts: Vec<usize> = Vec::new();
        for (r, roots) in shared.roots.iter().enumerate() {
            let next = firsts.len();
            let class = *seen.entry(roots.clone()).or_insert(next);
            if class == next {
                firsts.push(r);
            }
            classes.push(class);
        }
        let of_class = |r: &usize| shared.roots.get(*r);
        let per_class: Vec<&Vec<[Option<Id>; 4]>> = firsts.iter().filter_map(of_class).collect();
        let mut roots = Vec::new();
        let graph = match Unify::new(&lower.g, &classes, firsts.len()) {
            None => Graph::new(),
            Some(mut u) => {
                for k in 0..asked.outcomes.len() {
                    let mut column = |part: usize| -> Option<Id> {
                        u.unify(per_class.iter().map(|c| c.get(k).and_then(|r| r.get(part).copied().flatten())).collect())
                    };
                    let (value, none, slow) = (column(0), column(1), column(2));
                    let numbered = per_class.iter().all(|c| c.get(k).is_some_and(|r| r.get(3).is_some_and(Option::is_some)));
                    let path = if numbered { column(3) } else { None };
                    roots.push(match (value, none, slow) {
                        (Some(value), Some(none), Some(slow)) => Root { value, none, slow, path },
                        _ => Root { value: FALSE, none: FALSE, slow: TRUE, path: None },
                    });
                }
                u.out
            }
        };
        let bare: Vec<Root> = roots.iter().map(|r| Root { path: None, ..*r }).collect();
        let per = |f: &dyn Fn(&Local) -> bool| -> Vec<Vec<bool>> {
            (0..asked.outcomes.len())
                .map(|k| firsts.iter().map(|r| locals.get(*r).and_then(|l| l.get(k)).is_some_and(f)).collect())
                .collect()
        };
        let needs = (0..asked.outcomes.len())
            .map(|k| {
                (0..lower.slots.len())
                    .filter_map(|s| {
                        let own = u16::try_from(s + 1).unwrap_or(u16::MAX);
                        let by: Vec<bool> =
                            firsts.iter().map(|r| locals.get(*r).and_then(|l| l.get(k)).is_some_and(|l| l.slots.contains(&own))).collect();
                        by.contains(&true).then_some((s, by))
                    })
                    .collect()
            })
            .collect();
        let trees = (0..asked.outcomes.len()).map(|k| locals.iter().filter_map(|l| l.get(k).map(|l| l.tree.clone())).collect()).collect();
        let (values, paths) = (Code::new(&graph, &bare), Code::new(&graph, &roots));
        Plan {
            fast_values: Vector::new(&values),
            fast_paths: Vector::new(&paths),
            arch: pulp::Arch::new(),
            operations: values.graph.nodes.iter().filter(|n| !matches!(n.op, Op::Const(_) | Op::Slot(_))).count(),
            values: Single::new(&values, lower.slots.len()),
            paths: Single::new(&paths, lower.slots.len()),
            answered: per(&|l| l.slow != TRUE),
            slots: lower.slots,
            outcomes: asked.outcomes.iter().copied().zip(shared.kinds).collect(),
            listed: lower.listed,
            classes,
            trees,
            needs,
        }
    }

    /// What varies from row to row, in the order in which [`Rows::columns`] has it.
    pub fn slots(&self) -> &[SlotInfo] {
        &self.slots
    }

    /// The outcomes with how their values are held, in the order of [`Answers::outcomes`].
    pub fn outcomes(&self) -> &[(OutcomeId, Kind)] {
        &self.outcomes
    }

    /// Whether rows of a region are answered here for an outcome, at least some of them.
    pub fn answers(&self, outcome: usize, region: usize) -> bool {
        let class = self.classes.get(region).copied().unwrap_or(usize::MAX);
        self.answered.get(outcome).and_then(|a| a.get(class)).copied().unwrap_or(false)
    }

    /// How many operations one row takes, as a measure of how well regions share their work.
    pub fn operations(&self) -> usize {
        self.operations
    }

    /// The operations, for people who look at how a plan works.
    #[doc(hidden)]
    pub fn listing(&self) -> String {
        self.values.listing() + &self.fast_values.listing() + "paths\n" + &self.paths.listing()
    }

    /// The statements behind a path of an outcome in a region.
    pub fn path(&self, outcome: usize, region: usize, path: u32) -> Option<Path> {
        self.trees.get(outcome)?.get(region)?.path(u64::from(path))
    }

    /// The value of an outcome that a number stands for.
    pub fn value(&self, outcome: usize, number: i64) -> Option<Value> {
        Some(match self.outcomes.get(outcome)?.1 {
            Kind::Truth => Value::Bool(number == 1),
            Kind::Choice(_) => Value::variant(u16::try_from(number).ok()?),
            Kind::Listed(_) => self.listed.get(usize::try_from(number).ok()?)?.clone(),
            Kind::Whole { scale, .. } => Value::from(Exact::ratio(number.into(), scale.into()).ok()?),
        })
    }
}

fn local(lower: &mut Lower, outcome: OutcomeId, region: RegionId) -> Local {
    let p = lower.p;
    let decision = p.symbols.outcome(outcome).decision;
    let mut args = Vec::new();
    for (i, arg) in p.symbols.decision(decision).args.iter().enumerate() {
        let n = u32::try_from(p.symbols.variant_count(arg.ty)).unwrap_or(u32::MAX);
        args.push(lower.slot(Slot::Arg(u16::try_from(i).unwrap_or(u16::MAX)), Kind::Choice(n)));
    }
    let settled: Rc<Settled> = match lower.settle(outcome, args.clone(), region) {
        Some(s) => s,
        None => {
            Rc::new(Settled { value: Sym::Fixed(Value::None), none: FALSE, slow: TRUE, trace: paths::Traced::said(Vec::new(), Vec::new()) })
        }
    };
    let mut slow = settled.slow;
    let place = Place { args, region };
    for never in p.nevers.iter().filter(|n| n.decision == decision && n.outcomes.contains(&outcome)) {
        let broken = lower.broken(never.condition, &place);
        slow = lower.g.or(slow, broken);
    }
    let path = settled.trace.number;
    let mut slots = Vec::new();
    let value = match settled.value {
        Sym::Truth(x) | Sym::Choice(x) | Sym::Num(x, _) | Sym::Listed(x) => x,
        Sym::Fixed(_) => FALSE,
    };
    reached(&lower.g, [value, settled.none, slow].into_iter().chain(path), &mut slots);
    if path.is_none() {
        slots = (1..=u16::try_from(lower.slots.len()).unwrap_or(u16::MAX)).collect();
    }
    Local { value: settled.value.clone(), none: settled.none, slow, path, tree: settled.trace.tree.clone(), slots }
}

/// The slots that some nodes depend on.
fn reached(g: &Graph, roots: impl Iterator<Item = Id>, out: &mut Vec<u16>) {
    let mut open: Vec<Id> = roots.collect();
    let mut seen: FxHashSet<Id> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let op = g.node(id).op;
        if let Op::Slot(s) = op {
            out.push(s);
        }
        op.parts(&mut |p| {
            if seen.insert(p) {
                open.push(p);
            }
        });
    }
}

/// The roots of all regions, their values held alike.
struct Shared {
    /// For each region, for each outcome: value, none, slow, path.
    roots: Vec<Vec<[Option<Id>; 4]>>,
    kinds: Vec<Kind>,
}

impl Shared {
    fn new(lower: &mut Lower, asked: &Asked, locals: &[Vec<Local>]) -> Shared {
        let mut roots = vec![Vec::new(); locals.len()];
        let mut kinds = Vec::new();
        for (k, outcome) in asked.outcomes.iter().enumerate() {
            let own: Vec<&Local> = locals.iter().filter_map(|l| l.get(k)).collect();
            let live = || own.iter().filter(|l| l.slow != TRUE && l.none != TRUE);
            let numbers = live().any(|l| matches!(l.value, Sym::Num(..)));
            let truths = live().any(|l| matches!(l.value, Sym::Truth(_)));
            let choices = live().any(|l| matches!(l.value, Sym::Choice(_)));
            let fixed = live().all(|l| matches!(l.value, Sym::Fixed(_) | Sym::Listed(_)) || l.value.fixed(&lower.g).is_some());
            let others = live().any(|l| matches!(l.value, Sym::Fixed(_) | Sym::Listed(_)));
            let listed = others && (fixed || !(numbers || truths || choices));
            let mut den = 1;
            for l in live() {
                if let Sym::Num(_, d) = l.value {
                    den = lcm(den, d).unwrap_or(i64::MAX);
                }
            }
            let mut bounds: Option<(i64, i64)> = None;
            for (l, roots) in own.iter().zip(&mut roots) {
                let held = match &l.value {
                    _ if l.none == TRUE => Some(FALSE),
                    s if listed => lower.list(s),
                    Sym::Num(x, d) => scaled(&mut lower.g, *x, den / d),
                    Sym::Truth(x) if !numbers && !choices => Some(*x),
                    Sym::Choice(x) if !numbers && !truths => Some(*x),
                    _ => None,
                };
                roots.push(match held {
                    Some(value) if l.slow != TRUE => {
                        let n = lower.g.node(value);
                        let (lo, hi) = bounds.unwrap_or((n.lo, n.hi));
                        bounds = Some((lo.min(n.lo), hi.max(n.hi)));
                        [Some(value), Some(l.none), Some(l.slow), l.path]
                    }
                    _ => [None, None, Some(TRUE), Some(FALSE)],
                });
            }
            let ty = lower.p.symbols.outcome(*outcome).ty.base().clone();
            let (lo, hi) = bounds.unwrap_or((0, 0));
            kinds.push(if listed {
                Kind::Listed(u32::try_from(lower.listed.len()).unwrap_or(u32::MAX))
            } else if numbers {
                Kind::Whole { scale: den, lo, hi }
            } else if choices {
                Kind::Choice(match ty {
                    crate::value::Type::Enum(e) => u32::try_from(lower.p.symbols.variant_count(e)).unwrap_or(u32::MAX),
                    _ => u32::MAX,
                })
            } else {
                Kind::Truth
            });
        }
        Shared { roots, kinds }
    }
}
