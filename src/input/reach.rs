//! In: decisions with arguments, a region. Out: the inputs their statements can ask for, through everything they read, and the arguments left out that make a difference. Never here: any one person's facts.

use crate::hir::DecisionId;
use crate::program::{ArgRef, Node, NodeId, OutcomeId, Program, Stmt};
use crate::value::{InputId, RegionId, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// A decision with its arguments; one that is missing or `None` is not told.
pub(super) type Head = (DecisionId, Vec<Option<u16>>);

/// An argument where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Arg {
    /// It is said.
    Known(u16),
    /// Left out of the question: which of which decision.
    Left(DecisionId, u16),
    /// It comes from an input.
    Told,
}

/// An outcome asked in a region (anywhere when `None`) with arguments.
type Asked = (OutcomeId, Option<RegionId>, Vec<Arg>);

/// What answers may turn on.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// Inputs.
    pub inputs: BTreeSet<InputId>,
    /// Arguments that were left out, by decision and place.
    pub arguments: BTreeSet<(DecisionId, u16)>,
}

/// What answers to these decisions may turn on; in `region` and those above it, or anywhere.
pub(super) fn reached(program: &Program, heads: &[Head], region: Option<RegionId>) -> Reached {
    let mut by_outcome: FxHashMap<OutcomeId, Vec<&Stmt>> = FxHashMap::default();
    for s in &program.statements {
        by_outcome.entry(s.outcome).or_default().push(s);
    }
    let mut walk = Walk { program, found: Reached::default(), seen: FxHashSet::default(), open: Vec::new() };
    for (decision, args) in heads {
        let info = program.symbols.decision(*decision);
        let mut args = args.clone();
        args.resize(info.args.len(), None);
        let args: Vec<Arg> = args.iter().zip(0..).map(|(a, place)| a.map_or(Arg::Left(*decision, place), Arg::Known)).collect();
        for o in info.outcomes.iter().filter(|o| !program.symbols.outcome(**o).local) {
            walk.ask((*o, region, args.clone()));
        }
    }
    while let Some((outcome, place, args)) = walk.open.pop() {
        let chain = place.map(|r| program.symbols.region(r).chain.as_slice());
        for stmt in by_outcome.get(&outcome).into_iter().flatten() {
            if chain.is_none_or(|c| c.contains(&stmt.region)) && applies(stmt, &args) {
                for (pattern, arg) in stmt.head.iter().zip(&args) {
                    if pattern.is_some() {
                        walk.read(arg);
                    }
                }
                walk.statement(stmt, place, &args);
            }
        }
    }
    walk.found
}

/// The inputs alone.
pub(super) fn inputs(program: &Program, heads: &[Head], region: Option<RegionId>) -> BTreeSet<InputId> {
    reached(program, heads, region).inputs
}

/// Whether a statement's head allows these arguments.
fn applies(stmt: &Stmt, args: &[Arg]) -> bool {
    stmt.head.iter().zip(args).all(|(pattern, arg)| match (pattern, arg) {
        (Some(variants), Arg::Known(v)) => variants.iter().any(|x| x == *v),
        _ => true,
    })
}

struct Walk<'p> {
    program: &'p Program,
    found: Reached,
    seen: FxHashSet<Asked>,
    open: Vec<Asked>,
}

impl Walk<'_> {
    fn ask(&mut self, asked: Asked) {
        if self.seen.insert(asked.clone()) {
            self.open.push(asked);
        }
    }

    /// An argument decides something.
    fn read(&mut self, arg: &Arg) {
        if let Arg::Left(decision, place) = arg {
            self.found.arguments.insert((*decision, *place));
        }
    }

    fn statement(&mut self, stmt: &Stmt, place: Option<RegionId>, args: &[Arg]) {
        self.found.inputs.extend(stmt.by);
        let loops = stmt.each.iter().flat_map(|l| std::iter::once(l.list).chain(l.filter));
        let mut nodes: Vec<NodeId> = stmt.when.into_iter().chain(loops).chain([stmt.value]).collect();
        while let Some(id) = nodes.pop() {
            let node = self.program.node(id);
            node.children(&mut |c| nodes.push(c));
            match node {
                Node::Input(i) => {
                    self.found.inputs.insert(*i);
                }
                Node::Arg(i) => args.get(usize::from(*i)).into_iter().for_each(|a| self.read(a)),
                Node::Read { outcome, args: passed, at } => {
                    let there = match at.map(|n| self.program.node(n)) {
                        None => place,
                        Some(Node::Const(Value::Region(r))) => Some(*r),
                        // The region is a fact: it may be any.
                        Some(_) => None,
                    };
                    let passed = passed.iter().map(|a| self.argument(a, args)).collect();
                    self.ask((*outcome, there, passed));
                }
                _ => {}
            }
        }
    }

    fn argument(&mut self, arg: &ArgRef, own: &[Arg]) -> Arg {
        match arg {
            ArgRef::Variant(v) => Arg::Known(*v),
            ArgRef::Arg(i) => own.get(usize::from(*i)).copied().unwrap_or(Arg::Told),
            ArgRef::Input(i) => {
                self.found.inputs.insert(*i);
                Arg::Told
            }
        }
    }
}
