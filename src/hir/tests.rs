//! In: test blocks as written. Out: resolved questions, facts and expectations. Never here: running them.

use super::blocks::Checker;
use super::expr::Context;
use super::literals::days;
use super::lookup::unknown;
use super::{Case, Expect, ExpectStatus, Expr, ExprKind, ListItem, Test};
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast;
use crate::value::{InputId, Item, List, Type, Value};
use smol_str::SmolStr;

impl Checker<'_> {
    pub(super) fn test(&mut self, test: &ast::Test) -> Option<Test> {
        let region = match self.symbols.region_by_name.get(&test.region.text) {
            Some(&r) => Some(r),
            None => {
                let known = self.symbols.region_by_name.keys().map(SmolStr::as_str);
                self.out.push(unknown(&codes::E0202, "region", &test.region.text, test.region.span, known));
                None
            }
        };
        let cases: Vec<Case> = test.cases.iter().filter_map(|c| self.case(c)).collect();
        Some(Test {
            name: test.name.text.clone(),
            region: region?,
            // The first day of a month or year stands for it as a question's date; what was known by then includes all of it.
            on: test.on.as_ref().and_then(days).map(|(first, _)| first),
            known: test.known.as_ref().and_then(days).map(|(_, last)| last),
            cases,
            span: test.span,
        })
    }

    fn case(&mut self, case: &ast::Case) -> Option<Case> {
        let decision = self.decision(&case.head.decision)?;
        let args = self.asked(&case.head, decision);
        let cx = Context::default();
        let mut inputs: Vec<(InputId, Value)> = Vec::new();
        let mut given_at: Vec<(InputId, crate::source::Span)> = Vec::new();
        for given in &case.inputs {
            let Some(id) = self.find_input(&given.input) else {
                let known = self.inputs_in_reach();
                self.out.push(unknown(&codes::E0201, "input", &given.input.text, given.input.span, known.iter().map(SmolStr::as_str)));
                continue;
            };
            if let Some((_, first)) = given_at.iter().find(|(i, _)| *i == id) {
                self.out.push(
                    Diagnostic::at(&codes::E0115, given.span, format!("`{}` is told twice", given.input.text))
                        .related(*first, "first told here")
                        .help("keep one of them"),
                );
                continue;
            }
            given_at.push((id, given.span));
            let ty = self.symbols.input(id).ty.clone();
            let typed = self.expect(&given.value, &ty, &cx, &format!("`{}`", given.input.text));
            if typed.is_error() {
                continue;
            }
            let Some(value) = constant(&typed) else {
                self.out.push(
                    Diagnostic::at(&codes::E0313, given.value.span, "a fact told in a test is one plain value")
                        .help("write a literal; leave the input out to leave it untold"),
                );
                continue;
            };
            self.usage.input(id);
            if let (Value::Num(n), Some(bounds)) = (&value, &self.symbols.input(id).bounds)
                && n.as_exact().is_some_and(|x| !bounds.contains(x))
            {
                let d =
                    Diagnostic::at(&codes::E0310, given.value.span, format!("`{}` is declared {}", given.input.text, self.show_bounds(id)))
                        .label("outside its bounds")
                        .related(self.symbols.input(id).span, "declared here");
                self.out.push(d);
                continue;
            }
            inputs.push((id, value));
        }
        let mut expects = Vec::new();
        for e in &case.expects {
            expects.extend(self.expectation(e, decision, &cx));
        }
        if case.expects.is_empty() {
            self.out.push(
                Diagnostic::at(&codes::E0101, case.span, "this question expects nothing")
                    .label("no `expect` here")
                    .help("add `expect OUTCOME = VALUE`, `expect OUTCOME refer` or the like"),
            );
        }
        Some(Case { decision, args: args?, inputs, expects, span: case.span })
    }

    /// The arguments a question names; left out means not told.
    pub(super) fn asked(&mut self, head: &ast::Head, decision: super::DecisionId) -> Option<Vec<Option<u16>>> {
        if !self.arity(head, decision, false) {
            return None;
        }
        let symbols = self.symbols;
        let d = symbols.decision(decision);
        if head.args.is_empty() {
            return Some(vec![None; d.args.len()]);
        }
        let mut out = Vec::new();
        for (pattern, arg) in head.args.iter().zip(&d.args) {
            match pattern.alternatives.as_slice() {
                [] => out.push(None),
                [name] => {
                    let e = symbols.enum_(arg.ty);
                    match e.by_name.get(&name.text) {
                        Some(v) => out.push(Some(*v)),
                        None => {
                            let what = format!("value of `{}`", e.name);
                            self.out.push(unknown(&codes::E0201, &what, &name.text, name.span, e.by_name.keys().map(SmolStr::as_str)));
                            return None;
                        }
                    }
                }
                _ => {
                    self.out.push(
                        Diagnostic::at(&codes::E0305, pattern.span, "a question names one value for each argument")
                            .help("ask once for each of them, or leave the arguments out"),
                    );
                    return None;
                }
            }
        }
        out.resize(d.args.len(), None);
        Some(out)
    }

    fn expectation(&mut self, e: &ast::Expect, decision: super::DecisionId, cx: &Context) -> Option<Expect> {
        let outcome = self.outcome_of(decision, &e.outcome)?;
        self.usage.outcome(outcome);
        let info = self.symbols.outcome(outcome);
        let (ty, what) = (info.ty.clone(), format!("`{}`", info.name));
        let mut values = Vec::new();
        if let Some(v) = &e.value {
            values.extend(self.readings(v, &ty, cx, &what)?);
        }
        let mods = self.mods(&ast::Mods { from: None, until: None, by: None, ..e.mods.clone() }, &super::Mods::default());
        let status = match &e.status {
            Some(ast::ExpectStatus::Disputed(alternatives, _)) => {
                for a in alternatives.iter().flatten() {
                    values.push(some(self.expect(a, &ty, cx, &what))?);
                }
                ExpectStatus::Disputed
            }
            Some(ast::ExpectStatus::Needs(names, _)) => {
                let mut ids = Vec::new();
                for n in names {
                    match self.find_input(n) {
                        Some(i) => ids.push(i),
                        None => {
                            let known = self.inputs_in_reach();
                            self.out.push(unknown(&codes::E0201, "input", &n.text, n.span, known.iter().map(SmolStr::as_str)));
                        }
                    }
                }
                ExpectStatus::Needs(ids)
            }
            Some(ast::ExpectStatus::NoRule(_)) => ExpectStatus::NoRule,
            Some(ast::ExpectStatus::Error(code, _)) => ExpectStatus::Error(code.as_ref().map(|c| c.text.clone())),
            None if mods.refer.is_some() || matches!(values.as_slice(), [Expr { kind: ExprKind::Refer(_), .. }]) => ExpectStatus::Refer,
            None => ExpectStatus::Decided,
        };
        let mut agency = mods.refer.flatten();
        if let [Expr { kind: ExprKind::Refer(a), .. }] = values.as_slice() {
            agency = agency.or_else(|| a.clone());
            values.clear();
        }
        Some(Expect {
            outcome,
            values,
            status,
            agency,
            hedged: mods.hedged.map(|h| if h.is_empty() { None } else { Some(h) }),
            source: mods.source,
            section: mods.section,
            ids: mods.ids,
            span: e.span,
        })
    }

    /// `any of [a, b]` expects all these readings.
    fn readings(&mut self, v: &ast::Expr, ty: &Type, cx: &Context, what: &str) -> Option<Vec<Expr>> {
        let options: &[ast::Expr] = match &v.kind {
            ast::ExprKind::AnyOf(options) => options,
            _ => std::slice::from_ref(v),
        };
        options.iter().map(|o| some(self.expect(o, ty, cx, what))).collect()
    }
}

fn some(e: Expr) -> Option<Expr> {
    (!e.is_error()).then_some(e)
}

/// The plain value an expression of literals is.
pub(crate) fn constant(e: &Expr) -> Option<Value> {
    match &e.kind {
        ExprKind::Const(v) => Some(v.clone()),
        ExprKind::List(list) => {
            let items: Option<Vec<Item>> = list.items.iter().map(item).collect();
            if matches!(e.ty.element(), Some(Type::Record(_))) {
                // Two equal records are two things; sets would make them one.
                return Some(Value::from(List { items: items?, ordered: true, open: false }));
            }
            List::new(items?, list.ordered, list.open).ok().map(Value::from)
        }
        ExprKind::Record(fields) => {
            let Type::Record(id) = e.ty.base() else { return None };
            let values: Option<Vec<Value>> = fields.iter().map(constant).collect();
            Some(Value::record(*id, values?))
        }
        ExprKind::WithUnit(inner, unit) => match constant(inner)? {
            Value::Num(n) => Some(Value::Duration(n, *unit)),
            _ => None,
        },
        _ => None,
    }
}

fn item(i: &ListItem) -> Option<Item> {
    match i {
        ListItem::One(e, attributes) => {
            let attributes: Option<Vec<(u16, Value)>> = attributes.iter().map(|(k, v)| constant(v).map(|v| (*k, v))).collect();
            Some(Item::One { value: constant(e)?, attributes: attributes? })
        }
        ListItem::AnyOf(options) => options.iter().map(item).collect::<Option<Vec<_>>>().map(Item::AnyOf),
    }
}
