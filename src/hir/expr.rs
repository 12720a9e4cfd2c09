//! In: an expression as written and what is wanted of it. Out: the typed expression. Never here: statements, literals' units (`literals.rs`), lists (`lists.rs`).

use super::blocks::Checker;
use super::lookup::unknown;
use super::symbols::DecisionId;
use super::typing::{self, Clash};
use super::{Aggregate, ArgRef, Expr, ExprKind, Function, OutcomeId, functions};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, Ident, Op};
use crate::value::{EnumId, Names, RecordId, Type, Value, Variants};
use smol_str::SmolStr;

/// Where an expression stands: what its bare names may mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// The decision whose outcomes and arguments are in reach.
    pub decision: Option<DecisionId>,
    /// Items of lists, outermost first: their name (none inside `where`) and record.
    pub items: Vec<(Option<SmolStr>, RecordId)>,
}

/// What a bare name stands for.
enum Meaning {
    Item(u16, RecordId),
    ItemField(u16, RecordId, u16),
    Outcome(OutcomeId),
    Arg(u16, EnumId),
    Input(crate::value::InputId),
    Variant(EnumId, u16),
    Region(crate::value::RegionId),
}

impl Expr {
    pub(super) fn new(kind: ExprKind, ty: Type, span: Span) -> Expr {
        Expr { kind, ty, span }
    }

    /// Stands for something that was reported.
    pub(super) fn error(span: Span) -> Expr {
        Expr { kind: ExprKind::Error, ty: Type::Boolean, span }
    }

    /// Whether it stands for something that was reported.
    pub fn is_error(&self) -> bool {
        matches!(self.kind, ExprKind::Error)
    }

    /// The constant, if it is one.
    pub fn constant(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Const(v) => Some(v),
            _ => None,
        }
    }
}

impl Checker<'_> {
    /// Types `e`, which must come out as `want` (called `what` in messages).
    pub(super) fn expect(&mut self, e: &ast::Expr, want: &Type, cx: &Context, what: &str) -> Expr {
        let got = self.expr(e, Some(want), cx);
        if got.is_error() || fits(&got, want) {
            return got;
        }
        let (found, wanted) = (got.ty.show(self.symbols), want.show(self.symbols));
        let mut d = Diagnostic::at(&codes::E0301, e.span, format!("{what} is {wanted}, but this is {found}"))
            .label(format!("this is {found}"));
        d = match (want.base(), &got.ty) {
            (Type::Money, Type::MoneyPerMonth) => d.help("multiply by a number of months, as in `¥80/month * 3 months`"),
            (Type::MoneyPerMonth, Type::Money) => d.help("an amount for each month is written `¥80/month`"),
            (Type::Rate, Type::Points) => d.help("points are a difference of rates; a rate is written `10%`"),
            (Type::Rate, Type::Number) => d.help("a rate is written with its sign: `12%`"),
            (Type::Boolean, _) => d.help("compare it with something, in parentheses: `(x >= 3 months)`"),
            (Type::List(_), _) => d.help("a list stands in brackets: `[a, b]`"),
            _ => d.help(format!("give a value of type {wanted}")),
        };
        self.out.push(d);
        Expr::error(e.span)
    }

    /// Types a condition.
    pub(super) fn condition(&mut self, e: &ast::Expr, cx: &Context) -> Expr {
        let got = self.expr(e, Some(&Type::Boolean), cx);
        if got.is_error() || got.ty == Type::Boolean {
            return got;
        }
        let found = got.ty.show(self.symbols);
        self.out.push(
            Diagnostic::at(&codes::E0309, e.span, format!("a condition must be true or false, but this is {found}"))
                .label(format!("this is {found}"))
                .help("compare it with something: `gap > 3 months`, `scheme = employee`"),
        );
        Expr::error(e.span)
    }

    /// Types `e`; `want` says what a bare literal or variant is probably meant to be.
    pub(super) fn expr(&mut self, e: &ast::Expr, want: Option<&Type>, cx: &Context) -> Expr {
        use ast::ExprKind as A;
        let span = e.span;
        match &e.kind {
            A::Number(_) | A::Money(..) | A::Rate(_) | A::Points(_) | A::Duration(..) | A::Date(_) | A::Text(_) | A::Bool(_) | A::None => {
                self.literal(e, want)
            }
            A::Range(range) => self.range(range, want, cx, span),
            A::About(inner) => {
                let x = self.expr(inner, want, cx);
                if x.is_error() {
                    return x;
                }
                if !x.ty.is_numeric() {
                    return self.not_numeric(&x, "`about`");
                }
                let ty = x.ty.clone();
                Expr::new(ExprKind::About(Box::new(x)), ty, span)
            }
            A::Name(name) => self.name(name, want, cx),
            A::Field(owner, field) => self.field(owner, field, span, cx),
            A::Ask(head, field) => self.ask(head, field, span, cx),
            A::At(inner, region) => self.at(inner, region, want, span, cx),
            A::Call(name, args) => self.call(name, args, want, span, cx),
            A::Where(list, _) => {
                self.out.push(
                    Diagnostic::at(&codes::E0214, span, "`where` stands only inside count, sum, min, max, any or all")
                        .help("write `count(relatives where bound)` or `any(relatives where bound)`"),
                );
                let _ = self.expr(list, None, cx);
                Expr::error(span)
            }
            A::Not(inner) => self.not(inner, want, span, cx),
            A::Binary(op, a, b) => self.binary(*op, a, b, want, span, cx),
            A::In(a, b) => self.membership(a, b, span, cx),
            A::If(c, a, b) => {
                let c = self.condition(c, cx);
                let a = self.expr(a, want, cx);
                let b_want = if a.is_error() { want.cloned() } else { Some(a.ty.clone()) };
                let b = self.expr(b, b_want.as_ref(), cx);
                if c.is_error() || a.is_error() || b.is_error() {
                    return Expr::error(span);
                }
                if !a.ty.same_dimension(&b.ty) {
                    let (ta, tb) = (a.ty.show(self.symbols), b.ty.show(self.symbols));
                    self.out.push(
                        Diagnostic::at(&codes::E0301, b.span, format!("the two branches differ: {ta} after `then`, {tb} after `else`"))
                            .label(format!("this is {tb}"))
                            .related(a.span, format!("this is {ta}"))
                            .help("both branches of `if` give the same kind of value"),
                    );
                    return Expr::error(span);
                }
                let ty = typing::join(&a.ty, &b.ty);
                Expr::new(ExprKind::If(Box::new(c), Box::new(a), Box::new(b)), ty, span)
            }
            A::AnyOf(options) => {
                let typed: Vec<Expr> = options.iter().map(|o| self.expr(o, want, cx)).collect();
                let Some(first) = typed.first() else { return Expr::error(span) };
                if typed.iter().any(Expr::is_error) {
                    return Expr::error(span);
                }
                let ty = first.ty.clone();
                if let Some(odd) = typed.iter().find(|t| !t.ty.same_dimension(&ty)) {
                    let (a, b) = (ty.show(self.symbols), odd.ty.show(self.symbols));
                    self.out.push(
                        Diagnostic::at(&codes::E0301, odd.span, format!("`any of` mixes {a} with {b}"))
                            .label(format!("this is {b}"))
                            .help("all readings of one value have the same type"),
                    );
                    return Expr::error(span);
                }
                Expr::new(ExprKind::AnyOf(typed), ty, span)
            }
            A::List(list) => self.list(list, want, span, cx),
            A::Record(name, fields) => self.record(name, fields, span, cx),
            A::Refer(agency) => {
                Expr::new(ExprKind::Refer(agency.as_ref().map(|t| t.text.clone())), want.cloned().unwrap_or(Type::Boolean), span)
            }
            A::Hole => Expr::error(span),
        }
    }

    fn not_numeric(&mut self, x: &Expr, what: &str) -> Expr {
        let found = x.ty.show(self.symbols);
        self.out.push(
            Diagnostic::at(&codes::E0301, x.span, format!("{what} takes a number, an amount, a duration or a date, but this is {found}"))
                .label(format!("this is {found}")),
        );
        Expr::error(x.span)
    }

    fn meaning(&mut self, name: &Ident, want: Option<&Type>, cx: &Context) -> Option<Meaning> {
        let text = &name.text;
        if let Some(Type::Enum(e)) = want.map(Type::base)
            && let Some(&v) = self.symbols.enum_(*e).by_name.get(text)
        {
            return Some(Meaning::Variant(*e, v));
        }
        for (slot, (item, record)) in cx.items.iter().enumerate().rev() {
            let slot = u16::try_from(slot).unwrap_or(u16::MAX);
            if item.as_ref() == Some(text) {
                return Some(Meaning::Item(slot, *record));
            }
            if let Some(field) = self.field_index(*record, text) {
                return Some(Meaning::ItemField(slot, *record, field));
            }
        }
        if let Some(d) = cx.decision {
            let decision = self.symbols.decision(d);
            if let Some(&o) = decision.by_name.get(text) {
                return Some(Meaning::Outcome(o));
            }
            if let Some(i) = decision.args.iter().position(|a| a.name == *text) {
                return decision.args.get(i).map(|a| Meaning::Arg(u16::try_from(i).unwrap_or(u16::MAX), a.ty));
            }
        }
        if let Some(i) = self.find_input(name) {
            return Some(Meaning::Input(i));
        }
        let found: Vec<(EnumId, u16)> = self.find_variants(text);
        match found.as_slice() {
            [] => {}
            [(e, v)] => return Some(Meaning::Variant(*e, *v)),
            several => {
                if want.is_none_or(|w| !matches!(w.base(), Type::Region)) {
                    let enums: Vec<String> =
                        several.iter().map(|(e, _)| format!("`{}`", self.symbols.enum_name(*e))).collect();
                    self.out.push(
                        Diagnostic::at(&codes::E0208, name.span, format!("`{text}` is a value of {}", enums.join(" and ")))
                            .label("which one is meant is not clear here")
                            .help("compare it with an input or outcome of the enum you mean, or rename one of the values"),
                    );
                    return None;
                }
            }
        }
        if let Some(&r) = self.symbols.region_by_name.get(text) {
            return Some(Meaning::Region(r));
        }
        let known = self.names_in_reach(want, cx);
        self.out.push(unknown(&codes::E0201, "name", text, name.span, known.iter().map(SmolStr::as_str)));
        None
    }

    fn name(&mut self, name: &Ident, want: Option<&Type>, cx: &Context) -> Expr {
        let span = name.span;
        if want.is_some_and(|w| *w.base() == Type::InputName) {
            return match self.find_input(name) {
                Some(i) => Expr::new(ExprKind::Const(Value::Input(i)), Type::InputName, span),
                None => {
                    let known = self.inputs_in_reach();
                    self.out.push(unknown(&codes::E0201, "input", &name.text, span, known.iter().map(SmolStr::as_str)));
                    Expr::error(span)
                }
            };
        }
        match self.meaning(name, want, cx) {
            None => Expr::error(span),
            Some(Meaning::Item(slot, record)) => Expr::new(ExprKind::Item(slot), Type::Record(record), span),
            Some(Meaning::ItemField(slot, record, field)) => {
                let ty = self.symbols.record_field(record, field as usize).1;
                let item = Expr::new(ExprKind::Item(slot), Type::Record(record), span);
                Expr::new(ExprKind::Field(Box::new(item), field), ty, span)
            }
            Some(Meaning::Outcome(o)) => self.read(o, None, span, cx),
            Some(Meaning::Arg(i, e)) => Expr::new(ExprKind::Arg(i), Type::Enum(e), span),
            Some(Meaning::Input(i)) => {
                self.usage.input(i);
                Expr::new(ExprKind::Input(i), self.symbols.input(i).ty.clone(), span)
            }
            Some(Meaning::Variant(e, v)) => Expr::new(ExprKind::Const(Value::Variants(Variants::One(v))), Type::Enum(e), span),
            Some(Meaning::Region(r)) => Expr::new(ExprKind::Const(Value::Region(r)), Type::Region, span),
        }
    }

    /// Reads an outcome; without `args` those of the same name pass through.
    fn read(&mut self, outcome: OutcomeId, args: Option<Vec<ArgRef>>, span: Span, cx: &Context) -> Expr {
        self.usage.outcome(outcome);
        if self.pending.contains(&outcome) {
            self.hit_pending = true;
            return Expr::error(span);
        }
        let info = self.symbols.outcome(outcome);
        let target = self.symbols.decision(info.decision);
        let args = match args {
            Some(args) => args,
            None if cx.decision == Some(info.decision) => {
                (0..target.args.len()).map(|i| ArgRef::Arg(u16::try_from(i).unwrap_or(u16::MAX))).collect()
            }
            None => {
                let own: &[super::Argument] = cx.decision.map_or(&[], |d| &self.symbols.decision(d).args);
                let mut passed = Vec::new();
                for arg in &target.args {
                    let by_name = own.iter().position(|a| a.name == arg.name && a.ty == arg.ty);
                    let by_input = self.find_input_named(&arg.name).filter(|&i| *self.symbols.input(i).ty.base() == Type::Enum(arg.ty));
                    match (by_name, by_input) {
                        (Some(i), _) => passed.push(ArgRef::Arg(u16::try_from(i).unwrap_or(u16::MAX))),
                        (None, Some(i)) => {
                            self.usage.input(i);
                            passed.push(ArgRef::Input(i));
                        }
                        (None, None) => {
                            let example = self.symbols.variant(arg.ty, 0);
                            self.out.push(
                                Diagnostic::at(&codes::E0305, span, format!("`{}` needs to know its `{}`", target.name, arg.name))
                                    .label("no argument of that name to pass on")
                                    .help(format!("write it out: `{}({example}).{}`", target.name, info.name)),
                            );
                            return Expr::error(span);
                        }
                    }
                }
                passed
            }
        };
        Expr::new(ExprKind::Read { outcome, args, at: None }, info.ty.clone(), span)
    }

    fn field(&mut self, owner: &Ident, field: &Ident, span: Span, cx: &Context) -> Expr {
        let item = cx.items.iter().enumerate().rev().find(|(_, (n, _))| n.as_ref() == Some(&owner.text));
        if let Some((slot, (_, record))) = item {
            let base = Expr::new(ExprKind::Item(u16::try_from(slot).unwrap_or(u16::MAX)), Type::Record(*record), owner.span);
            return self.project(base, *record, field, span);
        }
        if let Some(d) = self.find_decision(owner) {
            let Some(outcome) = self.outcome_of(d, field) else { return Expr::error(span) };
            return self.read(outcome, None, span, cx);
        }
        if let Some(input) = self.find_input(owner) {
            self.usage.input(input);
            let ty = self.symbols.input(input).ty.clone();
            if let Type::Record(r) = ty.base() {
                let base = Expr::new(ExprKind::Input(input), ty.clone(), owner.span);
                return self.project(base, *r, field, span);
            }
            let d = Diagnostic::at(&codes::E0215, field.span, format!("`{}` has no field `{}`", owner.text, field.text));
            self.out.push(if matches!(ty.base(), Type::List(_)) {
                d.help(format!("it is a list: write `sum({}.{})` or `count({} where …)`", owner.text, field.text, owner.text))
            } else {
                d.label(format!("`{}` is {}", owner.text, ty.show(self.symbols)))
            });
            return Expr::error(span);
        }
        let known: Vec<SmolStr> = self.decisions_in_reach();
        self.out.push(
            unknown(&codes::E0204, "decision", &owner.text, owner.span, known.iter().map(SmolStr::as_str)),
        );
        Expr::error(span)
    }

    fn project(&mut self, base: Expr, record: RecordId, field: &Ident, span: Span) -> Expr {
        match self.field_index(record, &field.text) {
            Some(i) => {
                let ty = self.symbols.record_field(record, i as usize).1;
                Expr::new(ExprKind::Field(Box::new(base), i), ty, span)
            }
            None => {
                let r = self.symbols.record(record);
                let what = format!("field of `{}`", r.name);
                self.out.push(unknown(&codes::E0215, &what, &field.text, field.span, r.fields.iter().map(|f| f.name.as_str())));
                Expr::error(span)
            }
        }
    }

    fn ask(&mut self, head: &ast::Head, field: &Ident, span: Span, cx: &Context) -> Expr {
        let Some(d) = self.decision(&head.decision) else { return Expr::error(span) };
        let Some(outcome) = self.outcome_of(d, field) else { return Expr::error(span) };
        let decision = self.symbols.decision(d).clone();
        if !self.arity(head, d, true) {
            return Expr::error(span);
        }
        let mut args = Vec::new();
        for (pattern, arg) in head.args.iter().zip(&decision.args) {
            let [name] = pattern.alternatives.as_slice() else {
                self.out.push(
                    Diagnostic::at(&codes::E0305, pattern.span, "a question to another decision names exactly one value for each argument")
                        .help(format!("write one value of `{}`", self.symbols.enum_name(arg.ty))),
                );
                return Expr::error(span);
            };
            if let Some(&v) = self.symbols.enum_(arg.ty).by_name.get(&name.text) {
                args.push(ArgRef::Variant(v));
                continue;
            }
            let own = cx.decision.and_then(|c| self.symbols.decision(c).args.iter().position(|a| a.name == name.text && a.ty == arg.ty));
            if let Some(i) = own {
                args.push(ArgRef::Arg(u16::try_from(i).unwrap_or(u16::MAX)));
                continue;
            }
            let input = self.find_input(name).filter(|&i| *self.symbols.input(i).ty.base() == Type::Enum(arg.ty));
            if let Some(i) = input {
                self.usage.input(i);
                args.push(ArgRef::Input(i));
                continue;
            }
            let e = self.symbols.enum_(arg.ty);
            let what = format!("value of `{}`", e.name);
            self.out.push(unknown(&codes::E0201, &what, &name.text, name.span, e.by_name.keys().map(SmolStr::as_str)));
            return Expr::error(span);
        }
        self.read(outcome, Some(args), span, cx)
    }

    fn at(&mut self, inner: &ast::Expr, region: &Ident, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let value = self.expr(inner, want, cx);
        let input = self.find_input(region).filter(|&i| *self.symbols.input(i).ty.base() == Type::Region);
        let place = if let Some(i) = input {
            self.usage.input(i);
            Expr::new(ExprKind::Input(i), Type::Region, region.span)
        } else if let Some(&r) = self.symbols.region_by_name.get(&region.text) {
            Expr::new(ExprKind::Const(Value::Region(r)), Type::Region, region.span)
        } else {
            let inputs: Vec<SmolStr> = self.inputs_in_reach();
            let known = self.symbols.region_by_name.keys().chain(inputs.iter()).map(SmolStr::as_str);
            self.out.push(unknown(&codes::E0202, "region", &region.text, region.span, known));
            return Expr::error(span);
        };
        if value.is_error() {
            return value;
        }
        let ExprKind::Read { outcome, args, at: None } = value.kind else {
            self.out.push(
                Diagnostic::at(&codes::E0301, inner.span, "only an outcome can be read `at` another region")
                    .help("write `retire.required at destination`"),
            );
            return Expr::error(span);
        };
        Expr::new(ExprKind::Read { outcome, args, at: Some(Box::new(place)) }, value.ty, span)
    }

    fn not(&mut self, inner: &ast::Expr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let x = self.expr(inner, want, cx);
        if x.is_error() {
            return x;
        }
        match (&x.ty, &x.kind) {
            (Type::Boolean, ExprKind::Const(Value::Bool(b))) => Expr::new(ExprKind::Const(Value::Bool(!b)), Type::Boolean, span),
            (Type::Boolean, _) => Expr::new(ExprKind::Not(Box::new(x)), Type::Boolean, span),
            (Type::Enum(e), ExprKind::Const(Value::Variants(v))) => {
                let rest = v.complement(self.symbols.variant_count(*e));
                match rest {
                    Some(rest) => Expr::new(ExprKind::Const(Value::Variants(rest)), x.ty.clone(), span),
                    None => {
                        self.out.push(Diagnostic::at(&codes::E0301, span, "nothing is left when this value is excluded"));
                        Expr::error(span)
                    }
                }
            }
            _ => {
                let found = x.ty.show(self.symbols);
                self.out.push(
                    Diagnostic::at(&codes::E0309, inner.span, format!("`not` takes something true or false, but this is {found}"))
                        .label(format!("this is {found}"))
                        .help("negate a comparison in parentheses: `not (gap > 3 months)`"),
                );
                Expr::error(span)
            }
        }
    }

    fn binary(&mut self, op: Op, a: &ast::Expr, b: &ast::Expr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        match op {
            Op::And | Op::Or => {
                let (a, b) = (self.condition(a, cx), self.condition(b, cx));
                if a.is_error() || b.is_error() {
                    return Expr::error(span);
                }
                Expr::new(ExprKind::Logic(op, Box::new(a), Box::new(b)), Type::Boolean, span)
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => self.compare(op, a, b, span, cx),
            _ => self.math(op, a, b, want, span, cx),
        }
    }

    /// Types both sides of a comparison; the side that says more decides what a bare literal or name on the other is.
    fn pair(&mut self, a: &ast::Expr, b: &ast::Expr, cx: &Context) -> (Expr, Expr) {
        if self.weak(a, cx) && !self.weak(b, cx) {
            let b = self.expr(b, None, cx);
            let want = (!b.is_error()).then(|| b.ty.clone());
            let a = if b.is_error() { Expr::error(a.span) } else { self.expr(a, want.as_ref(), cx) };
            (a, b)
        } else {
            let a = self.expr(a, None, cx);
            let want = (!a.is_error()).then(|| a.ty.clone());
            let b = if a.is_error() { Expr::error(b.span) } else { self.expr(b, want.as_ref(), cx) };
            (a, b)
        }
    }

    /// Says too little about its own type.
    fn weak(&self, e: &ast::Expr, cx: &Context) -> bool {
        match &e.kind {
            ast::ExprKind::Number(_) | ast::ExprKind::None => true,
            ast::ExprKind::Not(x) => self.weak(x, cx),
            ast::ExprKind::Name(n) => {
                let own = cx.decision.map(|d| self.symbols.decision(d));
                let local = own.is_some_and(|d| d.by_name.contains_key(&n.text) || d.args.iter().any(|a| a.name == n.text));
                let item = cx.items.iter().any(|(i, r)| i.as_ref() == Some(&n.text) || self.field_index(*r, &n.text).is_some());
                !local && !item && self.find_input_named(&n.text).is_none()
            }
            _ => false,
        }
    }

    fn compare(&mut self, op: Op, a: &ast::Expr, b: &ast::Expr, span: Span, cx: &Context) -> Expr {
        let (x, y) = self.pair(a, b, cx);
        if x.is_error() || y.is_error() {
            return Expr::error(span);
        }
        let (x, y) = match (x.ty.base().clone(), y.ty.base().clone()) {
            // A date lies in a month: compare months.
            (Type::Date, Type::Month) => (month_of(x), y),
            (Type::Month, Type::Date) => (x, month_of(y)),
            _ => (x, y),
        };
        let none = |e: &Expr| matches!(e.kind, ExprKind::Const(Value::None));
        let (tx, ty) = (x.ty.base().clone(), y.ty.base().clone());
        let optional = none(&x) && matches!(y.ty, Type::Optional(_)) || none(&y) && matches!(x.ty, Type::Optional(_));
        if !optional && !tx.same_dimension(&ty) {
            let (sx, sy) = (x.ty.show(self.symbols), y.ty.show(self.symbols));
            if self.bare_number(&x, &ty) || self.bare_number(&y, &tx) {
                return Expr::error(span);
            }
            self.out.push(
                Diagnostic::at(&codes::E0302, span, format!("{sx} cannot be compared with {sy}"))
                    .label("these two have different units")
                    .related(x.span, format!("this is {sx}"))
                    .related(y.span, format!("this is {sy}"))
                    .help("both sides of a comparison need the same unit"),
            );
            return Expr::error(span);
        }
        if tx.is_numeric() && !none(&x) && !none(&y) {
            if self.check_bounds(&x, &y) {
                return Expr::error(span);
            }
            return Expr::new(ExprKind::Compare(op, Box::new(x), Box::new(y)), Type::Boolean, span);
        }
        match op {
            Op::Eq | Op::Ne if !matches!(tx, Type::List(_) | Type::Record(_)) => {
                Expr::new(ExprKind::Same(Box::new(x), Box::new(y), op == Op::Ne), Type::Boolean, span)
            }
            _ => {
                let t = tx.show(self.symbols);
                self.out.push(
                    Diagnostic::at(&codes::E0301, span, format!("{t} has no order, so it cannot be compared this way"))
                        .help(if matches!(tx, Type::List(_)) { "ask `x in list`, or count its items" } else { "use `=`, `!=` or `in [a, b]`" }),
                );
                Expr::error(span)
            }
        }
    }

    fn membership(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span, cx: &Context) -> Expr {
        if let ast::ExprKind::List(list) = &b.kind {
            let x = self.expr(a, None, cx);
            if x.is_error() {
                return x;
            }
            let want = x.ty.base().clone();
            let options: Vec<Expr> = list.items.iter().map(|i| self.expect(&i.value, &want, cx, "every member")).collect();
            if options.iter().any(Expr::is_error) {
                return Expr::error(span);
            }
            return Expr::new(ExprKind::In(Box::new(x), options), Type::Boolean, span);
        }
        if matches!(b.kind, ast::ExprKind::Range(_) | ast::ExprKind::AnyOf(_)) {
            let x = self.expr(a, None, cx);
            if x.is_error() {
                return x;
            }
            let months = *x.ty.base() == Type::Date && self.quiet_type(b, None, cx) == Some(Type::Month);
            // A date lies in months: compare its month.
            let x = if months { month_of(x) } else { x };
            let want = x.ty.base().clone();
            let y = self.expect(b, &want, cx, "what follows `in`");
            if y.is_error() {
                return y;
            }
            return Expr::new(ExprKind::In(Box::new(x), vec![y]), Type::Boolean, span);
        }
        let list = self.expr(b, None, cx);
        if list.is_error() {
            return list;
        }
        let Type::List(element) = list.ty.base().clone() else {
            let found = list.ty.show(self.symbols);
            self.out.push(
                Diagnostic::at(&codes::E0301, b.span, format!("`in` needs a list or a range, but this is {found}"))
                    .label(format!("this is {found}"))
                    .help("write `x in [a, b]` or `x in 3..6 months`"),
            );
            return Expr::error(span);
        };
        let x = self.expect(a, &element, cx, "what is looked for");
        if x.is_error() {
            return x;
        }
        Expr::new(ExprKind::InList(Box::new(x), Box::new(list)), Type::Boolean, span)
    }

    fn math(&mut self, op: Op, a: &ast::Expr, b: &ast::Expr, want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let both = matches!(op, Op::Add | Op::Sub);
        let hint = if both { want } else { None };
        // A bare number beside a value with a unit is told apart from one that scales it.
        let x = self.expr(a, hint.filter(|_| !matches!(a.kind, ast::ExprKind::Number(_))), cx);
        let y = self.expr(b, hint.filter(|_| !matches!(b.kind, ast::ExprKind::Number(_))), cx);
        if x.is_error() || y.is_error() {
            return Expr::error(span);
        }
        if both && percent_literal(b) && *y.ty.base() == Type::Rate && *x.ty.base() == Type::Rate && !percent_literal(a) {
            let shown = self.map.snippet(b.span).to_string();
            let (sign, points) = (if op == Op::Add { "+" } else { "-" }, shown.replace('%', " points"));
            self.out.push(
                Diagnostic::at(&codes::E0304, span, format!("`{sign} {shown}` on a rate can mean two things"))
                    .label("points, or percent of the rate?")
                    .related(b.span, "this percentage")
                    .help(format!(
                        "write `{sign} {points}` to move the rate itself (80% becomes 70%), or `{sign} {shown} of {}` to take a share of it (80% becomes 72%)",
                        self.map.snippet(a.span)
                    )),
            );
            return Expr::error(span);
        }
        if op == Op::Of && *x.ty.base() != Type::Rate {
            let found = x.ty.show(self.symbols);
            self.out.push(
                Diagnostic::at(&codes::E0301, x.span, format!("`of` follows a rate, but this is {found}"))
                    .label(format!("this is {found}"))
                    .help("write `60% of base`"),
            );
            return Expr::error(span);
        }
        match typing::math(op, x.ty.base(), y.ty.base()) {
            Ok((math, ty)) => {
                // A rate for each of a count is a rate where one is wanted.
                let rates = matches!(op, Op::Mul) && (*x.ty.base() == Type::Rate || *y.ty.base() == Type::Rate);
                let ty = if rates && ty == Type::Number && want.is_some_and(|w| *w.base() == Type::Rate) { Type::Rate } else { ty };
                Expr::new(ExprKind::Math(math, Box::new(x), Box::new(y)), ty, span)
            }
            Err(clash) => {
                if both && (self.bare_number(&x, &y.ty) || self.bare_number(&y, &x.ty)) {
                    return Expr::error(span);
                }
                let (sx, sy) = (x.ty.show(self.symbols), y.ty.show(self.symbols));
                let help = match clash {
                    Clash::Units(help) => help,
                    Clash::NotNumbers => "arithmetic takes numbers, amounts, rates, durations and dates",
                };
                self.out.push(
                    Diagnostic::at(&codes::E0302, span, format!("{sx} and {sy} do not combine with `{}`", symbol(op)))
                        .label("these two do not combine")
                        .related(x.span, format!("this is {sx}"))
                        .related(y.span, format!("this is {sy}"))
                        .help(help),
                );
                Expr::error(span)
            }
        }
    }

    fn call(&mut self, name: &Ident, args: &[ast::Expr], want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let kind = match (name.text.as_str(), args) {
            ("count", [a]) if self.is_list(a, cx) => Some(Aggregate::Count),
            ("sum", [_]) => Some(Aggregate::Sum),
            ("any", [_]) => Some(Aggregate::Any),
            ("all", [_]) => Some(Aggregate::All),
            ("min", [_]) => Some(Aggregate::Min),
            ("max", [_]) => Some(Aggregate::Max),
            _ => None,
        };
        if let (Some(kind), [arg]) = (kind, args) {
            return self.aggregate(kind, arg, span, cx);
        }
        let Some(signature) = functions::signature(&name.text) else {
            let known = functions::SIGNATURES.iter().map(|(n, _)| *n);
            self.out.push(unknown(&codes::E0214, "function", &name.text, name.span, known));
            return Expr::error(span);
        };
        if name.text == "round" {
            return self.round(args, want, span, cx);
        }
        if name.text == "min" || name.text == "max" {
            return self.extreme(name, args, want, span, cx);
        }
        let typed: Vec<Expr> = args.iter().map(|a| self.expr(a, None, cx)).collect();
        if typed.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        match functions::call(&name.text, &typed) {
            Some((kind, ty)) => Expr::new(kind, ty, span),
            None => {
                let found: Vec<String> = typed.iter().map(|t| t.ty.show(self.symbols)).collect();
                self.out.push(
                    Diagnostic::at(&codes::E0301, span, format!("`{}` cannot be used on {}", name.text, found.join(" and ")))
                        .help(format!("it is called as {signature}")),
                );
                Expr::error(span)
            }
        }
    }

    fn extreme(&mut self, name: &Ident, args: &[ast::Expr], want: Option<&Type>, span: Span, cx: &Context) -> Expr {
        let strong = args.iter().find(|a| !self.weak(a, cx));
        let hint = match strong {
            Some(s) => {
                let before = self.out.len();
                let t = self.expr(s, want, cx);
                self.out.truncate(before);
                if t.is_error() { want.cloned() } else { Some(t.ty) }
            }
            None => want.cloned(),
        };
        let typed: Vec<Expr> = args.iter().map(|a| self.expr(a, hint.as_ref(), cx)).collect();
        let Some(first) = typed.first() else { return Expr::error(span) };
        if typed.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        let mut ty = first.ty.base().clone();
        for t in &typed {
            if !t.ty.is_numeric() {
                return self.not_numeric(t, &format!("`{}`", name.text));
            }
            if !t.ty.same_dimension(&ty) {
                let (a, b) = (ty.show(self.symbols), t.ty.show(self.symbols));
                self.out.push(
                    Diagnostic::at(&codes::E0302, t.span, format!("`{}` compares {a} with {b}", name.text))
                        .label(format!("this is {b}"))
                        .related(first.span, format!("this is {a}"))
                        .help("all of them need the same unit"),
                );
                return Expr::error(span);
            }
            ty = typing::join(&ty, t.ty.base());
        }
        let f = if name.text == "min" { Function::Min } else { Function::Max };
        Expr::new(ExprKind::Call(f, typed), ty, span)
    }

    fn is_list(&self, e: &ast::Expr, cx: &Context) -> bool {
        match &e.kind {
            ast::ExprKind::Where(..) => true,
            ast::ExprKind::Name(n) => {
                let own = cx.decision.and_then(|d| self.symbols.decision(d).by_name.get(&n.text));
                let ty = match own {
                    Some(&o) => Some(&self.symbols.outcome(o).ty),
                    None => self.find_input_named(&n.text).map(|i| &self.symbols.input(i).ty),
                };
                ty.is_some_and(|t| matches!(t.base(), Type::List(_)))
            }
            ast::ExprKind::Field(..) => true,
            _ => false,
        }
    }
}

fn month_of(e: Expr) -> Expr {
    let span = e.span;
    Expr::new(ExprKind::Call(Function::MonthOf, vec![e]), Type::Month, span)
}

/// A percentage as written, or a range of them.
fn percent_literal(e: &ast::Expr) -> bool {
    match &e.kind {
        ast::ExprKind::Rate(_) => true,
        ast::ExprKind::Range(r) => {
            r.lo.as_ref().is_none_or(|(x, _)| percent_literal(x)) && r.hi.as_ref().is_none_or(|(x, _)| percent_literal(x))
        }
        ast::ExprKind::About(x) => percent_literal(x),
        _ => false,
    }
}

/// The operator as written.
pub(super) fn symbol(op: Op) -> &'static str {
    match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Eq => "=",
        Op::Ne => "!=",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::Div => "/",
        Op::Of => "of",
    }
}

/// Whether a typed expression may stand where `want` is wanted.
pub(super) fn fits(e: &Expr, want: &Type) -> bool {
    if matches!(e.kind, ExprKind::Refer(_)) {
        return true;
    }
    if matches!(e.kind, ExprKind::Const(Value::None)) {
        return matches!(want, Type::Optional(_));
    }
    if matches!(e.ty, Type::Optional(_)) && !matches!(want, Type::Optional(_)) {
        // Reading it where it is none is settled when it is evaluated.
        return fits_type(e.ty.base(), want);
    }
    fits_type(e.ty.base(), want.base())
}

fn fits_type(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::List(a), Type::List(b)) => fits_type(a, b),
        (t, Type::Duration) => matches!(t, Type::Days | Type::WorkingDays | Type::Months | Type::Years | Type::Duration),
        (Type::Number, Type::Count) => true,
        _ => from.same_dimension(to),
    }
}
