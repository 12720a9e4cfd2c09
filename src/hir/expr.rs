//! In: an expression as written and what is wanted of it. Out: the typed expression. Never here: statements, literals' units (`literals.rs`), lists (`lists.rs`).

use super::blocks::Checker;
use super::lookup::unknown;
use super::symbols::DecisionId;
use super::typing::{self};
use super::{ArgRef, Expr, ExprKind, OutcomeId};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, Ident};
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
        let mut d =
            Diagnostic::at(&codes::E0301, e.span, format!("{what} is {wanted}, but this is {found}")).label(format!("this is {found}"));
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

    pub(super) fn not_numeric(&mut self, x: &Expr, what: &str) -> Expr {
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
                    let enums: Vec<String> = several.iter().map(|(e, _)| format!("`{}`", self.symbols.enum_name(*e))).collect();
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
                            let each: Vec<&str> = target.args.iter().map(|a| self.symbols.variant(a.ty, 0)).collect();
                            let example = each.join(if target.arrow { "->" } else { ", " });
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
        self.out.push(unknown(&codes::E0204, "decision", &owner.text, owner.span, known.iter().map(SmolStr::as_str)));
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
