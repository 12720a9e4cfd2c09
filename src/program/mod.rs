//! In: the resolved tree. Out: the Program: flat, ordered, complete: statements in tables by outcome and region, expressions as nodes that only point backwards. Never here: names to resolve, types to check, or any one question's facts.

mod compact;
mod join;
mod listing;
mod lower;
mod shelve;
mod size;

use crate::diagnostics::Diagnostic;
pub use crate::hir::{Aggregate, ArgRef, Function, Label, Math, OutcomeId, SetOp, SourceId, Strength, Symbols};
use crate::hir::{DecisionId, ExpectStatus, Hir};
use crate::source::Span;
use crate::value::{CmpOp, Exact, InputId, RecordId, RegionId, RoundMode, TimeUnit, Type, Value, Variants};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// A node of the program; its parts have smaller numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct NodeId(pub u32);

/// A statement of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct StmtId(pub u32);

/// One step of an expression.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Node {
    /// A constant.
    Const(Value),
    /// A fact.
    Input(InputId),
    /// An argument of the decision at hand.
    Arg(u16),
    /// The item in this slot.
    Item(u16),
    /// A field of a record.
    Field(NodeId, u16),
    /// Another outcome, perhaps at another region.
    Read {
        /// Which.
        outcome: OutcomeId,
        /// Its arguments.
        args: Box<[ArgRef]>,
        /// The region, if not the person's own.
        at: Option<NodeId>,
    },
    /// Negation.
    Not(NodeId),
    /// All of these hold.
    All(Box<[NodeId]>),
    /// One of these holds.
    Any(Box<[NodeId]>),
    /// A comparison of numbers.
    Compare(CmpOp, NodeId, NodeId),
    /// Equality of anything but numbers; the flag negates.
    Same(NodeId, NodeId, bool),
    /// A value stands in a list.
    InList(NodeId, NodeId),
    /// Arithmetic.
    Math(Math, NodeId, NodeId),
    /// Rounding.
    Round(NodeId, RoundMode, Exact),
    /// A function.
    Call(Function, Box<[NodeId]>),
    /// A choice.
    If(NodeId, NodeId, NodeId),
    /// A stated range.
    Range(Option<(NodeId, bool)>, Option<(NodeId, bool)>),
    /// A stated approximate number.
    About(NodeId),
    /// A source that can be read in these ways.
    Reading(Box<[NodeId]>),
    /// A duration with its unit.
    WithUnit(NodeId, TimeUnit),
    /// A list.
    List {
        /// Elements.
        items: Box<[Element]>,
        /// Their order counts.
        ordered: bool,
        /// Left open.
        open: bool,
    },
    /// A record.
    Record(RecordId, Box<[NodeId]>),
    /// A function over a list.
    Aggregate {
        /// Which.
        kind: Aggregate,
        /// The list.
        list: NodeId,
        /// The slot of its items.
        slot: u16,
        /// What of each.
        body: Option<NodeId>,
        /// Which of them.
        filter: Option<NodeId>,
    },
    /// Ask the agency (the region's own when empty).
    Refer(Option<SmolStr>),
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Element {
    /// One, with attributes.
    One(NodeId, Box<[(u16, NodeId)]>),
    /// Alternatives.
    AnyOf(Box<[Element]>),
}

/// Goes through a list, once for each item that passes.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Loop {
    /// The slot the item gets.
    pub slot: u16,
    /// The list.
    pub list: NodeId,
    /// Which items.
    pub filter: Option<NodeId>,
}

/// A condition as it is written, without the `and`, `or` and `not` around it. Nothing is answered from it: a test should see both its sides.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Condition {
    /// Whether it holds.
    pub node: NodeId,
    /// When it is asked at all, the outermost first.
    pub under: Box<[Under]>,
    /// Part of the value: asked where the value counts. Otherwise it governs the statement.
    pub in_value: bool,
    /// Where.
    pub span: Span,
}

/// What a condition stands inside.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Under {
    /// Asked once for each item.
    Item(Loop),
    /// Asked only where this holds, or does not.
    If(NodeId, bool),
}

/// Something said about an outcome.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Stmt {
    /// The outcome.
    pub outcome: OutcomeId,
    /// Who says it.
    pub region: RegionId,
    /// What it does.
    pub op: SetOp,
    /// `default`, `final` or plain.
    pub strength: Strength,
    /// What only a web page says.
    pub claim: bool,
    /// For each argument what it is about; `None` is any.
    pub head: Box<[Option<Variants>]>,
    /// Under these conditions, all of them.
    pub when: Option<NodeId>,
    /// The conditions in it and around it, as written; those that select a row of a table left out.
    pub conditions: Box<[Condition]>,
    /// Once for each item of these.
    pub each: Box<[Loop]>,
    /// The value.
    pub value: NodeId,
    /// First day in force.
    pub from: Option<i64>,
    /// Last day in force.
    pub until: Option<i64>,
    /// Whose date counts for that, if not the question's.
    pub by: Option<InputId>,
    /// The source.
    pub source: Option<SourceId>,
    /// Its section.
    pub section: Option<SmolStr>,
    /// Ids.
    pub ids: Vec<SmolStr>,
    /// The hedge (may be empty), if hedged.
    pub hedged: Option<SmolStr>,
    /// Refers to an agency beside its value.
    pub refer: Option<Option<SmolStr>>,
    /// A remark.
    pub note: Option<SmolStr>,
    /// The table it is a row of.
    pub table: Option<Span>,
    /// What replaces it, when these apply.
    pub exceptions: Vec<StmtId>,
    /// The statement this is an exception to.
    pub exception_of: Option<StmtId>,
    /// Where.
    pub span: Span,
}

impl Stmt {
    /// Whether some arguments are named by both heads.
    pub(crate) fn heads_meet(&self, other: &Stmt) -> bool {
        self.head.iter().zip(&other.head).all(|(x, y)| match (x, y) {
            (Some(x), Some(y)) => x.intersect(y).is_some(),
            _ => true,
        })
    }

    /// Whether the periods have a day in common; they have to go by the same date.
    pub(crate) fn periods_meet(&self, other: &Stmt) -> bool {
        let before = |x: Option<i64>, y: Option<i64>| x.is_none_or(|f| y.is_none_or(|u| f <= u));
        before(self.from, other.until) && before(other.from, self.until)
    }
}

/// The statements about one outcome in one region, by what the resolution asks for first.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Shelf {
    /// `=` of rules.
    pub rules: Vec<StmtId>,
    /// `default` of rules.
    pub default_rules: Vec<StmtId>,
    /// `=` of claims.
    pub claims: Vec<StmtId>,
    /// `default` of claims.
    pub default_claims: Vec<StmtId>,
    /// Adjustments of rules.
    pub adjust_rules: Vec<StmtId>,
    /// Adjustments of claims.
    pub adjust_claims: Vec<StmtId>,
    /// `final` rules (also among the rules).
    pub finals: Vec<StmtId>,
    /// `final` adjustments (also among the adjustments).
    pub final_adjust: Vec<StmtId>,
}

impl Shelf {
    /// What gives a value, without exceptions.
    pub fn giving(&self) -> impl Iterator<Item = StmtId> {
        [&self.rules, &self.default_rules, &self.claims, &self.default_claims].into_iter().flatten().copied()
    }

    /// What adjusts a value.
    pub fn adjusting(&self) -> impl Iterator<Item = StmtId> {
        [&self.adjust_rules, &self.adjust_claims].into_iter().flatten().copied()
    }

    /// Everything, without exceptions.
    pub fn all(&self) -> impl Iterator<Item = StmtId> {
        self.giving().chain(self.adjusting())
    }
}

/// What cannot be together.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Never {
    /// The decision it is about.
    pub decision: DecisionId,
    /// Its outcomes that it reads.
    pub outcomes: Vec<OutcomeId>,
    /// What must not hold.
    pub condition: NodeId,
    /// Why.
    pub label: Option<Label>,
    /// Where.
    pub span: Span,
}

/// A test block.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Test {
    /// Its name.
    pub name: SmolStr,
    /// The region.
    pub region: RegionId,
    /// The question's date.
    pub on: Option<i64>,
    /// What had been published.
    pub known: Option<i64>,
    /// The questions.
    pub cases: Vec<Case>,
    /// Where.
    pub span: Span,
}

/// A question of a test.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Case {
    /// The decision.
    pub decision: DecisionId,
    /// Its arguments.
    pub args: Vec<Option<u16>>,
    /// The facts.
    pub inputs: Vec<(InputId, Value)>,
    /// What must come out.
    pub expects: Vec<Expect>,
    /// Where.
    pub span: Span,
}

/// An expectation.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Expect {
    /// The outcome.
    pub outcome: OutcomeId,
    /// Expected values.
    pub values: Vec<NodeId>,
    /// Expected status.
    pub status: ExpectStatus,
    /// Expected agency.
    pub agency: Option<SmolStr>,
    /// Expected hedge.
    pub hedged: Option<Option<SmolStr>>,
    /// Expected source.
    pub source: Option<SourceId>,
    /// Expected section.
    pub section: Option<SmolStr>,
    /// Expected ids.
    pub ids: Vec<SmolStr>,
    /// Where.
    pub span: Span,
}

/// The policies, ready to answer.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What the names mean.
    pub symbols: Symbols,
    /// All expressions.
    pub nodes: Vec<Node>,
    /// The type of each node.
    pub types: Vec<Type>,
    /// Where each node stands.
    pub spans: Vec<Span>,
    /// All statements.
    pub statements: Vec<Stmt>,
    /// Statements by outcome and region.
    pub shelves: FxHashMap<(OutcomeId, RegionId), Shelf>,
    /// What cannot be together.
    pub nevers: Vec<Never>,
    /// Test blocks.
    pub tests: Vec<Test>,
}

impl Program {
    /// The node behind an id.
    pub fn node(&self, id: NodeId) -> &Node {
        // Ids are made only by pushing onto this table, which never shrinks.
        #[allow(clippy::indexing_slicing)]
        &self.nodes[id.0 as usize]
    }

    /// The type of a node.
    pub fn node_type(&self, id: NodeId) -> &Type {
        #[allow(clippy::indexing_slicing)] // as above
        &self.types[id.0 as usize]
    }

    /// Where a node stands.
    pub fn node_span(&self, id: NodeId) -> Span {
        #[allow(clippy::indexing_slicing)] // as above
        self.spans[id.0 as usize]
    }

    /// The statement behind an id.
    pub fn statement(&self, id: StmtId) -> &Stmt {
        #[allow(clippy::indexing_slicing)] // as above
        &self.statements[id.0 as usize]
    }

    /// What a region says about an outcome.
    pub fn shelf(&self, outcome: OutcomeId, region: RegionId) -> Option<&Shelf> {
        self.shelves.get(&(outcome, region))
    }

    /// One expression as a stable text, the same wherever it stands.
    pub fn node_text(&self, id: NodeId) -> String {
        listing::text(self, id)
    }

    /// A stable text of the whole program, for snapshots and for reading.
    pub fn listing(&self) -> String {
        listing::listing(self)
    }
}

impl Node {
    /// Calls `f` with every direct part.
    pub fn children(&self, f: &mut dyn FnMut(NodeId)) {
        match self {
            Node::Const(_) | Node::Input(_) | Node::Arg(_) | Node::Item(_) | Node::Refer(_) => {}
            Node::Field(x, _) | Node::Not(x) | Node::Round(x, ..) | Node::About(x) | Node::WithUnit(x, _) => f(*x),
            Node::Read { at, .. } => at.iter().for_each(|x| f(*x)),
            Node::All(list) | Node::Any(list) | Node::Call(_, list) | Node::Reading(list) | Node::Record(_, list) => {
                list.iter().for_each(|x| f(*x));
            }
            Node::Compare(_, a, b) | Node::Same(a, b, _) | Node::InList(a, b) | Node::Math(_, a, b) => {
                f(*a);
                f(*b);
            }
            Node::If(a, b, c) => {
                f(*a);
                f(*b);
                f(*c);
            }
            Node::Range(lo, hi) => lo.iter().chain(hi.iter()).for_each(|(x, _)| f(*x)),
            Node::List { items, .. } => items.iter().for_each(|i| i.children(f)),
            Node::Aggregate { list, body, filter, .. } => {
                f(*list);
                body.iter().chain(filter.iter()).for_each(|x| f(*x));
            }
        }
    }
}

impl Element {
    fn children(&self, f: &mut dyn FnMut(NodeId)) {
        match self {
            Element::One(x, attributes) => {
                f(*x);
                attributes.iter().for_each(|(_, a)| f(*a));
            }
            Element::AnyOf(options) => options.iter().for_each(|o| o.children(f)),
        }
    }
}

/// Flattens the tree; the diagnostics are about constants that cannot be worked out.
pub fn lower(hir: Hir) -> (Program, Vec<Diagnostic>) {
    lower::lower(hir)
}
