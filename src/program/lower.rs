//! In: the resolved tree. Out: nodes and statements: tables become statements, conditions of enclosing blocks are joined, constants are folded. Never here: a question's facts.

use super::{Case, Condition, Element, Expect, Loop, Never, Node, NodeId, Program, Stmt, StmtId, Symbols, Test, Under};
use crate::diagnostics::{Diagnostic, codes};
use crate::hir::{self, Aggregate, Block, Expr, ExprKind, Hir, ListItem, Math, Mods, Op, Pick, SetOp, Statement, Strength};
use crate::source::Span;
use crate::value::{ArithError, CmpOp, Exact, Num, Type, Value};
use rayon::prelude::*;

/// Blocks that one thread takes at a time.
const BLOCKS: usize = 128;

/// Makes a part of a program: its nodes and statements are numbered from zero until the parts are joined.
struct Lowering<'s> {
    symbols: &'s Symbols,
    program: Program,
    out: Vec<Diagnostic>,
    /// Conditions met in the expression at hand, and what they stand inside.
    met: Vec<Condition>,
    under: Vec<Under>,
    /// The first expression that is too large to go through.
    large: Option<Span>,
}

/// What encloses a statement.
#[derive(Clone)]
struct Around<'h> {
    block: &'h Block,
    mods: Mods,
    conditions: Vec<NodeId>,
    /// The same as written, and what conditions inside stand under.
    written: Vec<Condition>,
    under: Vec<Under>,
    each: Vec<Loop>,
}

pub(super) fn lower(hir: Hir) -> (Program, Vec<Diagnostic>) {
    let Hir { symbols, blocks, nevers, tests, notes: _ } = hir;
    // Blocks share no nodes. Each is freed as soon as it is done, so that its memory serves what comes next.
    let mut parts: Vec<Lowering> = blocks
        .into_par_iter()
        .chunks(BLOCKS)
        .map(|blocks| {
            let mut l = Lowering::new(&symbols);
            blocks.into_iter().for_each(|b| l.block(&b));
            l.done()
        })
        .collect();
    let mut l = Lowering::new(&symbols);
    for n in nevers {
        let condition = l.expr(&n.condition);
        l.program.nevers.push(Never { decision: n.decision, outcomes: n.outcomes, condition, label: n.label, span: n.span });
    }
    for t in tests {
        let cases = t.cases.into_iter().map(|c| l.case(c)).collect();
        l.program.tests.push(Test { name: t.name, region: t.region, on: t.on, known: t.known, cases, span: t.span });
    }
    parts.push(l.done());
    let mut out = Vec::new();
    let mut large = None;
    let mut programs = Vec::with_capacity(parts.len());
    for mut part in parts {
        out.append(&mut part.out);
        large = large.or(part.large);
        programs.push(part.program);
    }
    if let Some(span) = large {
        out.push(
            Diagnostic::at(&codes::E0007, span, "working this out would take millions of steps")
                .label("asked once for each value of the `in` around it")
                .help("name the left side of the innermost `in` with `let`: what is named is worked out once"),
        );
    }
    let mut program = Program::joined(programs);
    program.symbols = symbols;
    program.shelve();
    (program, out)
}

impl<'s> Lowering<'s> {
    fn new(symbols: &'s Symbols) -> Self {
        Lowering { symbols, program: Program::default(), out: Vec::new(), met: Vec::new(), under: Vec::new(), large: None }
    }

    fn block(&mut self, block: &Block) {
        let mods = block.mods.clone();
        let around = Around { block, mods, conditions: Vec::new(), written: Vec::new(), under: Vec::new(), each: Vec::new() };
        self.statements(&block.body, &around);
    }

    fn done(mut self) -> Self {
        self.program.compact();
        self.large = self.program.too_large().map(|n| self.program.node_span(n));
        self
    }

    fn push(&mut self, node: Node, ty: Type, span: Span) -> NodeId {
        let id = NodeId(u32::try_from(self.program.nodes.len()).unwrap_or(u32::MAX));
        self.program.nodes.push(node);
        self.program.types.push(ty);
        self.program.spans.push(span);
        id
    }

    fn constant(&self, id: NodeId) -> Option<&Value> {
        match self.program.node(id) {
            Node::Const(v) => Some(v),
            _ => None,
        }
    }

    fn truth(&self, id: NodeId) -> Option<bool> {
        match self.constant(id) {
            Some(Value::Bool(b)) => Some(*b),
            _ => None,
        }
    }

    fn number(&self, id: NodeId) -> Option<Exact> {
        match self.constant(id) {
            Some(Value::Num(Num::Exact(n))) => Some(*n),
            _ => None,
        }
    }

    fn case(&mut self, c: hir::Case) -> Case {
        let expects = c
            .expects
            .into_iter()
            .map(|e| Expect {
                outcome: e.outcome,
                values: e.values.iter().map(|v| self.expr(v)).collect(),
                status: e.status,
                agency: e.agency,
                hedged: e.hedged,
                source: e.source,
                section: e.section,
                ids: e.ids,
                span: e.span,
            })
            .collect();
        Case { decision: c.decision, args: c.args, inputs: c.inputs, expects, span: c.span }
    }

    fn statements(&mut self, body: &[Statement], around: &Around) {
        for s in body {
            match s {
                Statement::Set(set) => {
                    self.set(set, around, None);
                }
                Statement::When { condition, body } => {
                    let mut inner = around.clone();
                    let (id, met) = self.met(&around.under, false, |l| l.condition(condition));
                    inner.conditions.push(id);
                    inner.written.extend(met);
                    self.statements(body, &inner);
                }
                Statement::Each { slot, list, filter, body } => {
                    let mut inner = around.clone();
                    let (list, met) = self.met(&around.under, false, |l| l.expr(list));
                    inner.written.extend(met);
                    inner.under.push(Under::Item(Loop { slot: *slot, list, filter: None }));
                    let (filter, met) = self.met(&inner.under, false, |l| filter.as_ref().map(|f| l.condition(f)));
                    inner.written.extend(met);
                    inner.under.pop();
                    inner.under.push(Under::Item(Loop { slot: *slot, list, filter }));
                    inner.each.push(Loop { slot: *slot, list, filter });
                    self.statements(body, &inner);
                }
                Statement::Table(t) => self.table(t, around),
            }
        }
    }

    fn set(&mut self, set: &hir::Set, around: &Around, exception_of: Option<StmtId>) -> StmtId {
        let mods = set.mods.within(&around.mods);
        let (value, met) = self.met(&around.under, true, |l| match set.op {
            SetOp::Requires => l.condition(&set.value),
            _ => l.expr(&set.value),
        });
        let when = self.all(around.conditions.clone(), set.span);
        let id = self.stmt(around, &mods, set.outcome, set.op, set.strength, value, met, when, exception_of, set.span);
        for e in &set.exceptions {
            let mut inner = around.clone();
            inner.mods = mods.for_exception();
            // Its statement's conditions hold already when it is asked for.
            inner.under.extend(when.map(|w| Under::If(w, true)));
            let (condition, met) = self.met(&inner.under, false, |l| l.condition(&e.condition));
            (inner.conditions, inner.written) = (vec![condition], met);
            for replacement in &e.body {
                let child = self.set(replacement, &inner, Some(id));
                if let Some(s) = self.program.statements.get_mut(id.0 as usize) {
                    s.exceptions.push(child);
                }
            }
        }
        id
    }

    #[allow(clippy::too_many_arguments)] // one place builds statements
    fn stmt(
        &mut self,
        around: &Around,
        mods: &Mods,
        outcome: hir::OutcomeId,
        op: SetOp,
        strength: Strength,
        value: NodeId,
        in_value: Vec<Condition>,
        when: Option<NodeId>,
        exception_of: Option<StmtId>,
        span: Span,
    ) -> StmtId {
        let id = StmtId(u32::try_from(self.program.statements.len()).unwrap_or(u32::MAX));
        let claim = self.symbols.only_claims(mods.source);
        self.program.statements.push(Stmt {
            outcome,
            region: around.block.region,
            op,
            strength,
            claim,
            head: around.block.head.clone().into_boxed_slice(),
            when,
            conditions: around.written.iter().cloned().chain(in_value).collect(),
            each: around.each.clone().into_boxed_slice(),
            value,
            from: mods.from.map(|(d, _)| d),
            until: mods.until.map(|(d, _)| d),
            by: mods.by,
            source: mods.source,
            section: mods.section.clone(),
            ids: mods.ids.clone(),
            hedged: mods.hedged.clone(),
            refer: mods.refer.clone(),
            note: mods.note.clone(),
            table: None,
            exceptions: Vec::new(),
            exception_of,
            span,
        });
        id
    }

    fn table(&mut self, t: &hir::Table, around: &Around) {
        let mods = t.mods.within(&around.mods);
        let subjects: Vec<NodeId> = t.selectors.iter().map(|s| self.expr(&s.subject)).collect();
        // What every cell selects; nothing where it selects anything or the rest.
        let mut picked: Vec<Vec<Option<NodeId>>> = Vec::new();
        for row in &t.rows {
            let mut cells = Vec::new();
            for (pick, subject) in row.select.iter().zip(&subjects) {
                cells.push(match pick {
                    Pick::Any | Pick::Otherwise => None,
                    Pick::OneOf(values, span) => {
                        let any: Vec<NodeId> = values.iter().map(|v| self.member(*subject, v)).collect();
                        Some(self.any(any, *span))
                    }
                });
            }
            picked.push(cells);
        }
        for (r, (row, own)) in t.rows.iter().zip(&picked).enumerate() {
            let row_mods = row.mods.within(&mods);
            let mut conditions = around.conditions.clone();
            conditions.extend(own.iter().flatten().copied());
            for (c, pick) in row.select.iter().enumerate() {
                if !matches!(pick, Pick::Otherwise) {
                    continue;
                }
                // The rest of a column: what no other row names there that fits in the other columns.
                let mut named = Vec::new();
                for (other, cells) in picked.iter().enumerate() {
                    let Some(Some(cell)) = cells.get(c) else { continue };
                    if other != r {
                        let mut parts = vec![*cell];
                        parts.extend(cells.iter().enumerate().filter(|(k, _)| *k != c).filter_map(|(_, x)| *x));
                        named.extend(self.all(parts, row.span));
                    }
                }
                if !named.is_empty() {
                    let any = self.any(named, row.span);
                    conditions.push(self.push(Node::Not(any), Type::Boolean, row.span));
                }
            }
            let when = self.all(conditions, row.span);
            for ((outcome, _), value) in t.outcomes.iter().zip(&row.give) {
                if let Some(value) = value {
                    let (node, met) = self.met(&around.under, true, |l| l.expr(value));
                    let id = self.stmt(around, &row_mods, *outcome, SetOp::Give, Strength::Plain, node, met, when, None, row.span);
                    if let Some(s) = self.program.statements.get_mut(id.0 as usize) {
                        s.table = Some(t.span);
                    }
                }
            }
        }
    }

    /// `subject` is this value or lies in this range.
    fn member(&mut self, subject: NodeId, option: &Expr) -> NodeId {
        let span = option.span;
        if let ExprKind::Range(lo, hi) = &option.kind {
            let mut parts = Vec::new();
            for (end, ops) in [(lo, (CmpOp::Ge, CmpOp::Gt)), (hi, (CmpOp::Le, CmpOp::Lt))] {
                if let Some((e, closed)) = end {
                    let bound = self.expr(e);
                    let op = if *closed { ops.0 } else { ops.1 };
                    parts.push(self.push(Node::Compare(op, subject, bound), Type::Boolean, span));
                }
            }
            return self.all(parts, span).unwrap_or_else(|| self.push(Node::Const(Value::Bool(true)), Type::Boolean, span));
        }
        if let ExprKind::AnyOf(options) = &option.kind {
            let any: Vec<NodeId> = options.iter().map(|o| self.member(subject, o)).collect();
            return self.any(any, span);
        }
        let value = self.expr(option);
        let numeric = option.ty.is_numeric() && !matches!(option.kind, ExprKind::Const(Value::None));
        let node = if numeric { Node::Compare(CmpOp::Eq, subject, value) } else { Node::Same(subject, value, false) };
        self.push(node, Type::Boolean, span)
    }

    /// All of these; none when there are none.
    fn all(&mut self, parts: Vec<NodeId>, span: Span) -> Option<NodeId> {
        let mut flat = Vec::new();
        for p in parts {
            match self.program.node(p) {
                Node::All(inner) => flat.extend(inner.iter().copied()),
                _ if self.truth(p) == Some(true) => {}
                _ => flat.push(p),
            }
        }
        flat.dedup();
        match flat.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(self.push(Node::All(flat.into_boxed_slice()), Type::Boolean, span)),
        }
    }

    fn any(&mut self, parts: Vec<NodeId>, span: Span) -> NodeId {
        match parts.as_slice() {
            [one] => *one,
            _ => self.push(Node::Any(parts.into_boxed_slice()), Type::Boolean, span),
        }
    }

    /// The conditions met while `f` runs, all of which stand inside `under`.
    fn met<T>(&mut self, under: &[Under], in_value: bool, f: impl FnOnce(&mut Self) -> T) -> (T, Vec<Condition>) {
        self.met.clear();
        self.under = under.to_vec();
        let made = f(self);
        let mut met = std::mem::take(&mut self.met);
        met.iter_mut().for_each(|c| c.in_value = in_value);
        (made, met)
    }

    fn note(&mut self, node: NodeId, span: Span) -> NodeId {
        if self.constant(node).is_none() {
            self.met.push(Condition { node, under: self.under.clone().into_boxed_slice(), in_value: false, span });
        }
        node
    }

    fn inside<T>(&mut self, under: Under, f: impl FnOnce(&mut Self) -> T) -> T {
        self.under.push(under);
        let made = f(self);
        self.under.pop();
        made
    }

    /// An expression that something turns on; what has no parts of its own is one condition.
    fn condition(&mut self, e: &Expr) -> NodeId {
        let id = self.expr(e);
        let noted = matches!(
            e.kind,
            ExprKind::Logic(..) | ExprKind::Not(_) | ExprKind::Compare(..) | ExprKind::Same(..) | ExprKind::In(..) | ExprKind::InList(..)
        );
        if noted { id } else { self.note(id, e.span) }
    }

    fn expr(&mut self, e: &Expr) -> NodeId {
        let id = self.node(e);
        match e.kind {
            // A comparison is a condition wherever it stands.
            ExprKind::Compare(..) | ExprKind::Same(..) | ExprKind::In(..) | ExprKind::InList(..) => self.note(id, e.span),
            _ => id,
        }
    }

    fn node(&mut self, e: &Expr) -> NodeId {
        let span = e.span;
        let node = match &e.kind {
            ExprKind::Const(v) => Node::Const(v.clone()),
            ExprKind::Input(i) => Node::Input(*i),
            ExprKind::Arg(a) => Node::Arg(*a),
            ExprKind::Item(s) => Node::Item(*s),
            ExprKind::Field(x, f) => Node::Field(self.expr(x), *f),
            ExprKind::Read { outcome, args, at } => {
                let at = at.as_ref().map(|a| self.expr(a));
                Node::Read { outcome: *outcome, args: args.clone().into_boxed_slice(), at }
            }
            ExprKind::Not(x) => {
                let x = self.condition(x);
                match self.truth(x) {
                    Some(b) => Node::Const(Value::Bool(!b)),
                    None => Node::Not(x),
                }
            }
            ExprKind::Logic(op, a, b) => return self.logic(*op, a, b, span),
            ExprKind::Compare(op, a, b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                let op = cmp(*op);
                match (self.number(a), self.number(b)) {
                    (Some(x), Some(y)) => Node::Const(Value::Bool(op.holds(x.cmp(&y)))),
                    _ => Node::Compare(op, a, b),
                }
            }
            ExprKind::Same(a, b, negate) => Node::Same(self.expr(a), self.expr(b), *negate),
            ExprKind::In(x, options) => {
                let x = self.expr(x);
                let any: Vec<NodeId> = options.iter().map(|o| self.member(x, o)).collect();
                return self.any(any, span);
            }
            ExprKind::InList(x, list) => Node::InList(self.expr(x), self.expr(list)),
            ExprKind::Math(math, a, b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                match (self.number(a), self.number(b)) {
                    (Some(x), Some(y)) => match fold(*math, x, y) {
                        Some(Ok(n)) => Node::Const(Value::Num(Num::Exact(n))),
                        Some(Err(error)) => {
                            self.cannot(span, error);
                            Node::Const(Value::Num(Num::ZERO))
                        }
                        None => Node::Math(*math, a, b),
                    },
                    _ => Node::Math(*math, a, b),
                }
            }
            ExprKind::Round(x, mode, unit) => {
                let x = self.expr(x);
                match self.number(x).map(|n| n.round(*mode, *unit)) {
                    Some(Ok(n)) => Node::Const(Value::Num(Num::Exact(n))),
                    Some(Err(error)) => {
                        self.cannot(span, error);
                        Node::Const(Value::Num(Num::ZERO))
                    }
                    None => Node::Round(x, *mode, *unit),
                }
            }
            ExprKind::Call(f, args) => Node::Call(*f, args.iter().map(|a| self.expr(a)).collect()),
            ExprKind::If(c, a, b) => {
                let c = self.condition(c);
                let a = self.inside(Under::If(c, true), |l| l.expr(a));
                Node::If(c, a, self.inside(Under::If(c, false), |l| l.expr(b)))
            }
            ExprKind::Range(lo, hi) => {
                let mut end = |s: &Option<(Box<Expr>, bool)>| s.as_ref().map(|(x, c)| (self.expr(x), *c));
                let (lo, hi) = (end(lo), end(hi));
                Node::Range(lo, hi)
            }
            ExprKind::About(x) => Node::About(self.expr(x)),
            ExprKind::AnyOf(options) => Node::Reading(options.iter().map(|o| self.expr(o)).collect()),
            ExprKind::WithUnit(x, unit) => Node::WithUnit(self.expr(x), *unit),
            ExprKind::List(list) => {
                Node::List { items: list.items.iter().map(|i| self.element(i)).collect(), ordered: list.ordered, open: list.open }
            }
            ExprKind::Record(fields) => {
                let id = match e.ty.base() {
                    Type::Record(id) => *id,
                    _ => crate::value::RecordId(0),
                };
                Node::Record(id, fields.iter().map(|f| self.expr(f)).collect())
            }
            ExprKind::Aggregate { kind, list, slot, body, filter } => {
                let list = self.expr(list);
                let of = |filter| Under::Item(Loop { slot: *slot, list, filter });
                let filter = self.inside(of(None), |l| filter.as_ref().map(|f| l.condition(f)));
                let truth = matches!(kind, Aggregate::Any | Aggregate::All);
                let body = self.inside(of(filter), |l| body.as_ref().map(|b| if truth { l.condition(b) } else { l.expr(b) }));
                Node::Aggregate { kind: *kind, list, slot: *slot, body, filter }
            }
            ExprKind::Refer(agency) => Node::Refer(agency.clone()),
            // Statements with errors never reach this stage; a placeholder keeps the numbering whole.
            ExprKind::Error => Node::Refer(None),
        };
        self.push(node, e.ty.clone(), span)
    }

    fn logic(&mut self, op: Op, a: &Expr, b: &Expr, span: Span) -> NodeId {
        let (a, b) = (self.condition(a), self.condition(b));
        let same = |node: &Node| match (op, node) {
            (Op::And, Node::All(list)) | (Op::Or, Node::Any(list)) => Some(list.to_vec()),
            _ => None,
        };
        let mut parts = Vec::new();
        for x in [a, b] {
            match (self.truth(x), op) {
                // The neutral element adds nothing; the other one decides.
                (Some(true), Op::And) | (Some(false), Op::Or) => {}
                (Some(t), _) => return self.push(Node::Const(Value::Bool(t)), Type::Boolean, span),
                (None, _) => match same(self.program.node(x)) {
                    Some(inner) => parts.extend(inner),
                    None => parts.push(x),
                },
            }
        }
        match parts.as_slice() {
            [] => self.push(Node::Const(Value::Bool(op == Op::And)), Type::Boolean, span),
            [one] => *one,
            _ => {
                let parts = parts.into_boxed_slice();
                self.push(if op == Op::And { Node::All(parts) } else { Node::Any(parts) }, Type::Boolean, span)
            }
        }
    }

    fn element(&mut self, i: &ListItem) -> Element {
        match i {
            ListItem::One(x, attributes) => {
                let x = self.expr(x);
                Element::One(x, attributes.iter().map(|(k, v)| (*k, self.expr(v))).collect())
            }
            ListItem::AnyOf(options) => Element::AnyOf(options.iter().map(|o| self.element(o)).collect()),
        }
    }

    fn cannot(&mut self, span: Span, error: ArithError) {
        let (what, help) = match error {
            ArithError::DivisionByZero => ("this divides by zero", "correct the divisor"),
            ArithError::OutOfCalendar => ("this date lies outside the years 1 to 9999", "check the date and the time added to it"),
            ArithError::NotWhole => ("this has to be a whole number, but is not", "round it first"),
            ArithError::Overflow => ("this number is too large", "amounts go up to about 10^36 fen; check the factors"),
        };
        self.out.push(Diagnostic::at(&codes::E0313, span, what).label("cannot be worked out").help(help));
    }
}

fn cmp(op: Op) -> CmpOp {
    match op {
        Op::Ne => CmpOp::Ne,
        Op::Lt => CmpOp::Lt,
        Op::Le => CmpOp::Le,
        Op::Gt => CmpOp::Gt,
        Op::Ge => CmpOp::Ge,
        _ => CmpOp::Eq,
    }
}

/// Arithmetic on constants; dates wait for the calendar at run time.
fn fold(math: Math, a: Exact, b: Exact) -> Option<Result<Exact, ArithError>> {
    match math {
        Math::Add => Some(a.checked_add(b)),
        Math::Sub => Some(a.checked_sub(b)),
        Math::Mul => Some(a.checked_mul(b)),
        Math::Div => Some(a.checked_div(b)),
        Math::AddMonths | Math::SubMonths => None,
    }
}
