//! In: two versions, in one numbering. Out: the shelves whose statements are not the same, and what reads what: so that whatever cannot have changed is not looked at. Never here: answers.

use super::common::{Common, SIDES};
use crate::program::{Aggregate, ArgRef, Element, Node, NodeId, Program, SourceId, Stmt};
use crate::value::{EnumId, InputId, RegionId, Type, Value, Variants, show};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A shelf, in common numbers: outcome and region.
pub(super) type Place = (u32, u32);

/// When a statement counts: the days on which it is in force, and since when it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from: Option<i64>,
    pub until: Option<i64>,
    pub known: Option<i64>,
}

impl Span {
    fn of(p: &Program, s: &Stmt) -> Span {
        let known = s.source.and_then(|id| p.symbols.source(id).known_from);
        // What goes by a date of the person can count on any day.
        if s.by.is_some() { Span { from: None, until: None, known } } else { Span { from: s.from, until: s.until, known } }
    }

    /// Whether it counts on any of these days, as known by then.
    pub fn counts(&self, from: Option<i64>, until: Option<i64>, known: Option<i64>) -> bool {
        let before = |x: Option<i64>, y: Option<i64>| x.is_none_or(|x| y.is_none_or(|y| x <= y));
        before(self.from, until) && before(from, self.until) && known.is_none_or(|k| self.known.is_none_or(|own| own <= k))
    }
}

/// What could have changed.
#[derive(Default)]
pub(super) struct Structure {
    /// Shelves on which the two versions say something else, or say it with another source.
    pub changed: BTreeMap<Place, Vec<Span>>,
    /// Every shelf of either version.
    pub shelves: FxHashSet<Place>,
    /// Outcomes that each outcome reads, itself included, directly or through others; and whether one of them is read in another region.
    pub reads: FxHashMap<u32, (BTreeSet<u32>, bool)>,
    /// Regions that have another agency, or lie elsewhere.
    pub moved: BTreeSet<u32>,
    /// Outcomes about which something changed wherever they are asked: rounding, constraints, bounds.
    pub everywhere: BTreeSet<u32>,
}

/// What is known, by side: the statements of sources published later do not count.
pub(super) type Known = [Option<i64>; 2];

impl Structure {
    pub fn of(common: &Common, known: Known, fixed: bool, papers: bool) -> Structure {
        let mut out = Structure::default();
        let texts = |side: usize| -> FxHashMap<Place, Vec<(String, Span)>> {
            let p = common.program(side);
            let known = known.get(side).copied().flatten();
            p.shelves
                .par_iter()
                .map(|((outcome, region), shelf)| {
                    let w = Writer { p, known, fixed, papers };
                    let stmts = shelf.all().map(|s| p.statement(s));
                    let mut said: Vec<(String, Span)> = stmts.filter_map(|s| Some((w.statement(s)?, Span::of(p, s)))).collect();
                    said.sort();
                    ((common.outcomes.common(side, outcome.0), common.regions.common(side, region.0)), said)
                })
                .collect()
        };
        let [old, new] = SIDES.map(texts);
        let nothing = Vec::new();
        for at in old.keys().chain(new.keys()) {
            if out.shelves.insert(*at) {
                let differ = differing(old.get(at).unwrap_or(&nothing), new.get(at).unwrap_or(&nothing));
                if !differ.is_empty() {
                    out.changed.insert(*at, differ);
                }
            }
        }
        out.reading(common);
        out.regions(common);
        out.vocabulary(common);
        out
    }

    fn reading(&mut self, common: &Common) {
        let mut direct: FxHashMap<u32, (BTreeSet<u32>, bool)> = FxHashMap::default();
        for side in SIDES {
            let p = common.program(side);
            let of = |o: crate::program::OutcomeId| common.outcomes.common(side, o.0);
            let visit = |root: NodeId, into: &mut (BTreeSet<u32>, bool)| {
                let mut open = vec![root];
                while let Some(n) = open.pop() {
                    if let Node::Read { outcome, at, .. } = p.node(n) {
                        into.0.insert(of(*outcome));
                        into.1 |= at.is_some();
                    }
                    p.node(n).children(&mut |c| open.push(c));
                }
            };
            for s in &p.statements {
                let into = direct.entry(of(s.outcome)).or_default();
                visit(s.value, into);
                s.when.iter().for_each(|n| visit(*n, into));
                for l in &s.each {
                    visit(l.list, into);
                    l.filter.iter().for_each(|n| visit(*n, into));
                }
            }
            for n in &p.nevers {
                for o in &n.outcomes {
                    visit(n.condition, direct.entry(of(*o)).or_default());
                }
            }
        }
        for o in common.outcomes.all() {
            let mut all = BTreeSet::from([o]);
            let mut far = false;
            let mut open = vec![o];
            while let Some(x) = open.pop() {
                if let Some((reads, at)) = direct.get(&x) {
                    far |= at;
                    open.extend(reads.iter().copied().filter(|r| all.insert(*r)));
                }
            }
            self.reads.insert(o, (all, far));
        }
    }

    fn regions(&mut self, common: &Common) {
        for (r, both) in common.regions.all().zip(&common.regions.both) {
            let [Some(_), Some(_)] = both else { continue };
            let about = SIDES.map(|s| {
                let symbols = common.symbols(s);
                let region = common.region(s, r).map(|id| symbols.region(id));
                let parent = region.and_then(|r| r.parent).map(|p| symbols.region(p).name.clone());
                (region.and_then(|r| r.agency.as_ref().map(|a| a.text.clone())), parent)
            });
            let [old, new] = about;
            if old != new {
                self.moved.insert(r);
            }
        }
    }

    fn vocabulary(&mut self, common: &Common) {
        let precedence = SIDES.map(|s| common.symbols(s).precedence.as_ref().map(|p| (p.kinds.clone(), p.newer)));
        let [old, new] = &precedence;
        if old != new {
            self.everywhere.extend(common.outcomes.all());
        }
        for o in common.outcomes.all() {
            let about = SIDES.map(|s| {
                let p = common.program(s);
                let id = common.outcome(s, o)?;
                let nevers: BTreeSet<String> = p
                    .nevers
                    .iter()
                    .filter(|n| n.outcomes.contains(&id))
                    .map(|n| format!("{} {:?}", Writer::plain(p).node(n.condition), n.label.as_ref().map(|l| &l.zh)))
                    .collect();
                Some((p.symbols.outcome(id).rounding, nevers))
            });
            if let [Some(x), Some(y)] = &about
                && x != y
            {
                self.everywhere.insert(o);
            }
        }
        // Who is asked at all, and among what values.
        let mut touched: [FxHashSet<InputId>; 2] = Default::default();
        for c in common.inputs.all() {
            let about = SIDES.map(|s| {
                let i = common.input(s, c)?;
                let info = common.symbols(s).input(i);
                Some((i, info.bounds, Self::values(common, s, &info.ty)))
            });
            if let [Some((i, x, v)), Some((j, y, w))] = &about
                && (x != y || v != w)
            {
                let [old, new] = &mut touched;
                old.insert(*i);
                new.insert(*j);
            }
        }
        let args: BTreeSet<u32> = common
            .decisions
            .all()
            .filter(|d| {
                let all = SIDES.map(|s| {
                    let own = crate::hir::DecisionId(common.decisions.own(s, *d)?);
                    let args = &common.symbols(s).decision(own).args;
                    Some(args.iter().map(|a| Self::values(common, s, &Type::Enum(a.ty))).collect::<Vec<_>>())
                });
                matches!(&all, [Some(x), Some(y)] if x != y)
            })
            .collect();
        for (side, touched) in SIDES.into_iter().zip(&touched) {
            let p = common.program(side);
            for s in &p.statements {
                let o = common.outcomes.common(side, s.outcome.0);
                let mut hit = args.contains(&common.decisions.common(side, p.symbols.outcome(s.outcome).decision.0));
                let mut open: Vec<NodeId> = s.when.into_iter().chain([s.value]).collect();
                while let Some(n) = open.pop() {
                    hit |= matches!(p.node(n), Node::Input(i) if touched.contains(i));
                    p.node(n).children(&mut |c| open.push(c));
                }
                if hit {
                    self.everywhere.insert(o);
                }
            }
        }
    }

    /// The names of an enum's values.
    fn values(common: &Common, side: usize, ty: &Type) -> BTreeSet<String> {
        let Type::Enum(e) = ty.base() else { return BTreeSet::new() };
        common.symbols(side).enum_(*e).variants.iter().map(|v| v.name.to_string()).collect()
    }
}

/// When what only one of two sorted lists has counts.
fn differing(a: &[(String, Span)], b: &[(String, Span)]) -> Vec<Span> {
    let (mut x, mut y) = (a.iter().peekable(), b.iter().peekable());
    let mut out = Vec::new();
    loop {
        match (x.peek(), y.peek()) {
            (None, None) => return out,
            (Some(l), Some(r)) if l.0 == r.0 => {
                x.next();
                y.next();
            }
            (Some(l), Some(r)) if l.0 < r.0 => out.extend(x.next().map(|l| l.1)),
            (Some(_), None) => out.extend(x.next().map(|l| l.1)),
            _ => out.extend(y.next().map(|r| r.1)),
        }
    }
}

/// Writes statements as what they mean, by names: the same text wherever they stand.
pub(super) struct Writer<'a> {
    p: &'a Program,
    known: Option<i64>,
    /// What is known is given: when a source was published does not count besides.
    fixed: bool,
    papers: bool,
}

impl<'a> Writer<'a> {
    pub fn plain(p: &'a Program) -> Writer<'a> {
        Writer { p, known: None, fixed: true, papers: false }
    }

    /// A statement with its exceptions; nothing if it was not known.
    pub fn statement(&self, s: &Stmt) -> Option<String> {
        let symbols = &self.p.symbols;
        let from = s.source.and_then(|id| symbols.source(id).known_from);
        if let (Some(known), Some(from)) = (self.known, from)
            && from > known
        {
            return None;
        }
        let mut out = format!("{:?} {:?} {}", s.op, s.strength, if s.claim { "claim" } else { "rule" });
        let args = &symbols.decision(symbols.outcome(s.outcome).decision).args;
        for (set, arg) in s.head.iter().zip(args) {
            match set {
                None => out.push_str(" any"),
                Some(v) => out.push_str(&format!(" {:?}", self.variants(v, arg.ty))),
            }
        }
        if let Some(w) = s.when {
            let _ = write!(out, " when {}", self.node(w));
        }
        for l in &s.each {
            let filter = l.filter.map_or(String::new(), |f| self.node(f));
            let _ = write!(out, " each {} in {} where {filter}", l.slot, self.node(l.list));
        }
        let _ = write!(out, " := {}", self.node(s.value));
        if s.from.is_some() || s.until.is_some() {
            let by = s.by.map_or("", |i| symbols.input(i).name.as_str());
            let _ = write!(out, " in force {:?}..{:?} by {by}", s.from, s.until);
        }
        if let Some(agency) = &s.refer {
            let _ = write!(out, " refer {agency:?}");
        }
        if !self.fixed {
            let _ = write!(out, " known {from:?}");
        }
        if symbols.precedence.is_some() || self.papers {
            let _ = write!(out, " per {}", self.source(s.source));
        }
        if self.papers {
            let _ = write!(out, " {:?} {:?}", s.section, s.hedged);
        }
        let mut exceptions: Vec<String> = s.exceptions.iter().filter_map(|e| self.statement(self.p.statement(*e))).collect();
        exceptions.sort();
        for e in exceptions {
            let _ = write!(out, " except ({e})");
        }
        Some(out)
    }

    fn source(&self, source: Option<SourceId>) -> String {
        let Some(id) = source else { return "nothing".to_string() };
        let s = self.p.symbols.source(id);
        if self.papers {
            return format!("{} {:?} {} {:?} {:?}", s.name, s.title, s.kind.word(), s.published, s.url);
        }
        format!("{} {:?}", s.kind.word(), s.published)
    }

    fn variants(&self, v: &Variants, e: EnumId) -> Vec<&'a str> {
        let all = &self.p.symbols.enum_(e).variants;
        let mut names: Vec<&str> = v.iter().filter_map(|v| all.get(usize::from(v)).map(|v| v.name.as_str())).collect();
        names.sort_unstable();
        names
    }

    fn value(&self, v: &Value, ty: &Type) -> String {
        match (v, ty.base()) {
            (Value::Variants(v), Type::Enum(e)) => format!("{:?}", self.variants(v, *e)),
            (Value::Region(RegionId(_)), _) | (Value::Num(_), _) | (Value::Bool(_), _) => show(v, ty, &self.p.symbols),
            _ => format!("{} {}", show(v, ty, &self.p.symbols), ty.show(&self.p.symbols)),
        }
    }

    /// An expression, by names; parts whose order says nothing are sorted.
    pub fn node(&self, id: NodeId) -> String {
        crate::stack::deep(|| self.expression(id))
    }

    fn expression(&self, id: NodeId) -> String {
        let (p, symbols) = (self.p, &self.p.symbols);
        let list = |ids: &[NodeId]| ids.iter().map(|i| self.node(*i)).collect::<Vec<_>>().join(", ");
        let sorted = |ids: &[NodeId]| {
            let mut all: Vec<String> = ids.iter().map(|i| self.node(*i)).collect();
            all.sort();
            all.dedup();
            all.join(", ")
        };
        match p.node(id) {
            Node::Const(v) => self.value(v, p.node_type(id)),
            Node::Input(i) => format!("input {}", symbols.input(*i).name),
            Node::Arg(a) => format!("arg {a}"),
            Node::Item(s) => format!("item {s}"),
            Node::Field(x, f) => {
                let name = match p.node_type(*x).base() {
                    Type::Record(r) => symbols.record(*r).fields.get(usize::from(*f)).map_or("?", |f| f.name.as_str()),
                    _ => "?",
                };
                format!("{}.{name}", self.node(*x))
            }
            Node::Read { outcome, args, at } => {
                let of = symbols.decision(symbols.outcome(*outcome).decision);
                let args: Vec<String> = args
                    .iter()
                    .zip(&of.args)
                    .map(|(a, info)| match a {
                        ArgRef::Variant(v) => self.variants(&Variants::One(*v), info.ty).join(""),
                        ArgRef::Arg(i) => format!("arg {i}"),
                        ArgRef::Input(i) => format!("input {}", symbols.input(*i).name),
                    })
                    .collect();
                let at = at.map_or(String::new(), |a| format!(" at {}", self.node(a)));
                format!("read {}({}){at}", symbols.outcome_text(*outcome), args.join(", "))
            }
            Node::Not(x) => format!("not({})", self.node(*x)),
            Node::All(ids) => format!("all({})", sorted(ids)),
            Node::Any(ids) => format!("any({})", sorted(ids)),
            Node::Compare(op, a, b) => format!("({} {op:?} {})", self.node(*a), self.node(*b)),
            Node::Same(a, b, negate) => format!("({} {} {})", self.node(*a), if *negate { "!=" } else { "=" }, self.node(*b)),
            Node::InList(a, b) => format!("({} in {})", self.node(*a), self.node(*b)),
            Node::Math(op, a, b) => format!("({} {op:?} {})", self.node(*a), self.node(*b)),
            Node::Round(x, mode, unit) => format!("round({}, {}, {unit})", self.node(*x), mode.word()),
            Node::Call(f, args) => format!("{f:?}({})", list(args)),
            Node::If(c, a, b) => format!("if({}, {}, {})", self.node(*c), self.node(*a), self.node(*b)),
            Node::Range(lo, hi) => {
                let end =
                    |e: &Option<(NodeId, bool)>| e.map_or(String::new(), |(x, c)| format!("{}{}", self.node(x), if c { "" } else { "!" }));
                format!("{}..{}", end(lo), end(hi))
            }
            Node::About(x) => format!("about {}", self.node(*x)),
            Node::Reading(ids) => format!("reading({})", sorted(ids)),
            Node::WithUnit(x, unit) => format!("{} {}", self.node(*x), unit.word()),
            Node::List { items, ordered, open } => {
                let mut parts: Vec<String> = items.iter().map(|i| self.element(i)).collect();
                if !ordered {
                    parts.sort();
                }
                format!("[{}{}{}]", parts.join(", "), if *ordered { " in order" } else { "" }, if *open { " and others" } else { "" })
            }
            Node::Record(r, ids) => format!("{}({})", symbols.record(*r).name, list(ids)),
            Node::Aggregate { kind, list, slot, body, filter } => {
                let kind: &Aggregate = kind;
                let part = |x: &Option<NodeId>| x.map_or(String::new(), |x| self.node(x));
                format!("{kind:?}({slot} in {} of {} where {})", self.node(*list), part(body), part(filter))
            }
            Node::Refer(agency) => format!("refer {agency:?}"),
        }
    }

    fn element(&self, e: &Element) -> String {
        match e {
            Element::One(x, attributes) => {
                let name = |k: u16| match self.p.node_type(*x).base() {
                    Type::Enum(e) => self.p.symbols.enum_(*e).attributes.get(usize::from(k)).map_or("?", |a| a.name.as_str()),
                    _ => "?",
                };
                let mut list: Vec<String> = attributes.iter().map(|(k, v)| format!("{}={}", name(*k), self.node(*v))).collect();
                list.sort();
                format!("{} ({})", self.node(*x), list.join(", "))
            }
            Element::AnyOf(options) => {
                let mut list: Vec<String> = options.iter().map(|o| self.element(o)).collect();
                list.sort();
                format!("any of {list:?}")
            }
        }
    }
}
