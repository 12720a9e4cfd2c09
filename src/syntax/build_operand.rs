//! In: one operand of an expression. Out: literals, names, calls, lists, `if`. Never here: precedence (`build_expr.rs`), names resolved.

use super::MAX_DEPTH;
use super::ast::*;
use super::build::Builder;
use super::build_expr::Tok;
use super::grammar::{Kind, Node};
use super::literal::{self, Wrong};
use super::scan::too_deep;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::value::Exact;

/// An expression with the height of its tree, which is bounded.
pub(super) struct Built {
    /// The expression.
    pub expr: Expr,
    /// How deep it nests.
    pub height: usize,
}

/// Names that call a function; any other name with parentheses inside a list carries attributes.
const FUNCTIONS: &[&str] = &[
    "min",
    "max",
    "round",
    "full_years",
    "full_months",
    "days_between",
    "month",
    "year",
    "first_day",
    "last_day",
    "years",
    "months",
    "days",
    "count",
    "sum",
    "all",
    "any",
];

fn leaf(kind: ExprKind, span: Span) -> Built {
    Built { expr: Expr { kind, span }, height: 1 }
}

impl Builder<'_> {
    /// One operand.
    pub fn operand(&mut self, node: Node) -> Built {
        let span = self.span(node);
        match node.kind() {
            Kind::path => self.path(node),
            Kind::numeric => self.literal(span, |b| b.numeric(node, span)),
            Kind::money => self.literal(span, |b| b.money(node, span)),
            Kind::text => leaf(ExprKind::Text(self.text(node).text), span),
            Kind::constant => leaf(
                match self.text_of(node) {
                    "true" => ExprKind::Bool(true),
                    "false" => ExprKind::Bool(false),
                    _ => ExprKind::None,
                },
                span,
            ),
            Kind::refer_value => leaf(ExprKind::Refer(self.text_in(node)), span),
            Kind::paren => match node.child(Kind::cexpr) {
                Some(inner) => {
                    let mut inner = self.sized(inner);
                    inner.expr.span = span;
                    inner.height += 1;
                    inner
                }
                None => leaf(ExprKind::Hole, span),
            },
            Kind::list => self.list(node),
            Kind::any_expr => self.any(node),
            Kind::if_expr | Kind::cif_expr => self.conditional(node),
            _ => leaf(ExprKind::Hole, span),
        }
    }

    fn literal(&mut self, span: Span, read: impl FnOnce(&mut Self) -> Result<ExprKind, Wrong>) -> Built {
        match read(self) {
            Ok(kind) => leaf(kind, span),
            Err(wrong) => {
                self.error(*wrong);
                leaf(ExprKind::Hole, span)
            }
        }
    }

    /// The number of a literal, after its mistakes.
    fn digits(&mut self, node: Node) -> Result<(Exact, Span), Wrong> {
        let Some(n) = node.children().find(|c| matches!(c.kind(), Kind::num | Kind::thousands)) else {
            return literal::number("", self.span(node)).map(|n| (n, self.span(node)));
        };
        let span = self.span(n);
        if n.kind() == Kind::thousands {
            return Err(literal::thousands(self.text_of(n), span));
        }
        if let Some(points) = node.child(Kind::bad_point) {
            let span = span.to(self.span(points));
            return Err(literal::two_points(self.between(n.start(), points.end()), span));
        }
        if let Some(unit) = node.child(Kind::bad_unit) {
            return Err(literal::unknown_unit(self.text_of(n), self.text_of(unit), self.span(unit)));
        }
        Ok((literal::number(self.text_of(n), span)?, span))
    }

    fn numeric(&mut self, node: Node, span: Span) -> Result<ExprKind, Wrong> {
        if let Some(day) = node.children().find(|c| matches!(c.kind(), Kind::date | Kind::date_cn)) {
            return literal::date(self.text_of(day), span).map(ExprKind::Date);
        }
        let (n, _) = self.digits(node)?;
        let per_month = node.has(Kind::per_month);
        let suffix = node.children().find(|c| !matches!(c.kind(), Kind::num | Kind::per_month));
        let Some(suffix) = suffix else { return Ok(ExprKind::Number(n)) };
        match suffix.kind() {
            Kind::percent => literal::fraction(n, 100, span).map(ExprKind::Rate),
            Kind::permille => literal::fraction(n, 1000, span).map(ExprKind::Rate),
            Kind::points => literal::fraction(n, 100, span).map(ExprKind::Points),
            Kind::yuan => literal::money(n, self.text_of(suffix), per_month, span),
            _ => literal::duration(n, literal::time_unit(self.text_of(suffix)), span),
        }
    }

    fn money(&mut self, node: Node, span: Span) -> Result<ExprKind, Wrong> {
        let (n, _) = self.digits(node)?;
        let scale = node.child(Kind::scale).map_or("", |s| self.text_of(s));
        literal::money(n, scale, node.has(Kind::per_month), span)
    }

    fn path(&mut self, node: Node) -> Built {
        let span = self.span(node);
        let mut names = node.children().filter(|n| n.kind() == Kind::name).map(|n| self.ident(n));
        let (first, second) = (names.next(), names.next());
        let Some(name) = first else { return leaf(ExprKind::Hole, span) };
        let Some(args) = node.child(Kind::args) else {
            return leaf(if let Some(field) = second { ExprKind::Field(name, field) } else { ExprKind::Name(name) }, span);
        };
        if let Some(outcome) = second {
            let head = self.asked(name, args);
            return leaf(ExprKind::Ask(head, outcome), span);
        }
        self.call(name, args, span)
    }

    /// `retire(employee).missing`: the head that is asked.
    fn asked(&mut self, decision: Ident, args: Node) -> Head {
        let mut patterns: Vec<ArgPattern> = Vec::new();
        let mut arrow = false;
        let mut join = false;
        for n in args.children() {
            match n.kind() {
                Kind::arrow => arrow = true,
                Kind::bar => join = true,
                Kind::arg => {
                    let span = self.span(n);
                    let alternatives = if n.has(Kind::any_mark) { Vec::new() } else { self.bare_name(n).into_iter().collect() };
                    if alternatives.is_empty() && !n.has(Kind::any_mark) {
                        let shown = self.text_of(n).to_owned();
                        self.report(
                            &codes::E0101,
                            span,
                            format!("`{shown}` is no argument of a decision"),
                            "arguments of a decision are values of its enums, `any`, or alternatives such as `employee|flexible`",
                        );
                    }
                    match patterns.last_mut() {
                        Some(last) if join => {
                            last.alternatives.extend(alternatives);
                            last.span = last.span.to(span);
                        }
                        _ => patterns.push(ArgPattern { alternatives, span }),
                    }
                    join = false;
                }
                _ => {}
            }
        }
        let span = decision.span.to(self.span(args));
        Head { decision, args: patterns, arrow, span }
    }

    /// The name an argument consists of, if it is nothing else.
    fn bare_name(&mut self, arg: Node) -> Option<Ident> {
        let expr = arg.child(Kind::cexpr)?;
        let mut parts = expr.children();
        let (path, None) = (parts.next()?, parts.next()) else { return None };
        let mut inside = path.children();
        match (path.kind(), inside.next(), inside.next()) {
            (Kind::path, Some(name), None) => Some(self.ident(name)),
            _ => None,
        }
    }

    /// `name = value` inside parentheses: the name and the pieces of the value.
    fn named_arg<'t>(&mut self, arg: Node<'t>) -> Option<(Ident, Node<'t>)> {
        if arg.has(Kind::kw_where) {
            return None;
        }
        let expr = arg.child(Kind::cexpr)?;
        let mut parts = expr.children();
        let (path, op) = (parts.next()?, parts.next()?);
        if path.kind() != Kind::path || !matches!(self.text_of(op), "=" | "＝") {
            return None;
        }
        let mut inside = path.children();
        match (inside.next(), inside.next()) {
            (Some(name), None) if name.kind() == Kind::name => Some((self.ident(name), expr)),
            _ => None,
        }
    }

    fn named_value(&mut self, expr: Node) -> Built {
        let mut toks = self.toks(expr);
        let rest = toks.split_off(2.min(toks.len()));
        let start = rest.first().map(|t| match t {
            Tok::Operand(n) => self.span(*n),
            Tok::Pre(_, s) | Tok::Mid(_, s) => *s,
        });
        let mut value = self.over_toks(expr, rest);
        if matches!(value.expr.kind, ExprKind::Hole)
            && let Some(start) = start
        {
            value.expr.span = start.to(self.span(expr).at_end());
        }
        value
    }

    fn separators(&mut self, args: Node) {
        for n in args.children().filter(|n| matches!(n.kind(), Kind::arrow | Kind::bar)) {
            let (span, text) = (self.span(n), self.text_of(n).to_owned());
            self.report(
                &codes::E0101,
                span,
                format!("`{text}` does not fit between the arguments of a function"),
                "separate arguments with commas; `->` and `|` belong to a decision's arguments, as in `retire(employee|flexible).missing`",
            );
        }
    }

    fn call(&mut self, name: Ident, args: Node, span: Span) -> Built {
        self.separators(args);
        let list: Vec<Node> = args.children().filter(|n| n.kind() == Kind::arg).collect();
        let named: Vec<(Ident, Node)> = list.iter().filter_map(|a| self.named_arg(*a)).collect();
        if !list.is_empty() && named.len() == list.len() && !FUNCTIONS.contains(&name.text.as_str()) {
            let mut height = 0;
            let mut fields = Vec::with_capacity(named.len());
            for (field, value) in named {
                let value = self.named_value(value);
                height = height.max(value.height);
                fields.push((field, value.expr));
            }
            return Built { expr: Expr { kind: ExprKind::Record(name, fields), span }, height: height + 1 };
        }
        let (values, height) = self.call_args(&list);
        Built { expr: Expr { kind: ExprKind::Call(name, values), span }, height: height + 1 }
    }

    fn call_args(&mut self, list: &[Node]) -> (Vec<Expr>, usize) {
        let mut height = 0;
        let mut values = Vec::with_capacity(list.len());
        for arg in list {
            let value = self.arg(*arg);
            height = height.max(value.height);
            values.push(value.expr);
        }
        (values, height)
    }

    fn arg(&mut self, arg: Node) -> Built {
        let span = self.span(arg);
        if arg.has(Kind::any_mark) {
            self.report(
                &codes::E0101,
                span,
                "`any` and `-` stand only for arguments of a decision",
                "a function needs a value here; a decision is read as `retire(any).missing`",
            );
            return leaf(ExprKind::Hole, span);
        }
        let mut parts = arg.children().filter(|n| n.kind() == Kind::cexpr);
        let Some(value) = parts.next() else { return leaf(ExprKind::Hole, span) };
        let value = self.sized(value);
        let Some(filter) = parts.next() else { return value };
        let filter = self.sized(filter);
        let height = value.height.max(filter.height) + 1;
        Built { expr: Expr { kind: ExprKind::Where(Box::new(value.expr), Box::new(filter.expr)), span }, height }
    }

    fn any(&mut self, node: Node) -> Built {
        let span = self.span(node);
        if let Some(args) = node.child(Kind::args) {
            let name = node
                .child(Kind::kw_any)
                .map_or_else(|| Ident { text: "any".into(), span }, |k| Ident { text: "any".into(), span: self.span(k) });
            return self.call(name, args, span);
        }
        let Some(list) = node.child(Kind::list) else { return leaf(ExprKind::Hole, span) };
        if let Some(more) = list.child(Kind::ellipsis) {
            let at = self.span(more);
            self.report(
                &codes::E0101,
                at,
                "`any of` names all its alternatives",
                "leave the `...` out, or put it at the end of the list around it",
            );
        }
        let mut height = 0;
        let mut values = Vec::new();
        for item in list.children().filter(|n| n.kind() == Kind::expr) {
            let value = self.sized(item);
            height = height.max(value.height);
            values.push(value.expr);
        }
        if values.is_empty() {
            self.report(&codes::E0101, span, "`any of [ ]` names no alternative", "write the alternatives between the brackets");
            return leaf(ExprKind::Hole, span);
        }
        Built { expr: Expr { kind: ExprKind::AnyOf(values), span }, height: height + 1 }
    }

    fn list(&mut self, node: Node) -> Built {
        let span = self.span(node);
        let mut items = Vec::new();
        let mut height = 0;
        let (mut comma, mut semicolon): (Option<Span>, Option<Span>) = (None, None);
        let mut open = false;
        for n in node.children() {
            match n.kind() {
                Kind::expr => {
                    let (item, h) = self.list_item(n);
                    height = height.max(h);
                    items.push(item);
                }
                Kind::list_sep if matches!(self.text_of(n), ";" | "；") => semicolon = semicolon.or(Some(self.span(n))),
                Kind::list_sep => comma = comma.or(Some(self.span(n))),
                Kind::ellipsis => open = true,
                _ => {}
            }
        }
        if let (Some(comma), Some(semicolon)) = (comma, semicolon) {
            self.error(
                Diagnostic::at(&codes::E0101, semicolon.max(comma), "`,` and `;` stand in one list")
                    .related(semicolon.min(comma), "the other one")
                    .help("`,` separates the members of a set, `;` the steps of an order: use one of them"),
            );
        }
        Built { expr: Expr { kind: ExprKind::List(ListExpr { items, ordered: semicolon.is_some(), open }), span }, height: height + 1 }
    }

    /// An element; `name (…)` in a list carries attributes, unless the name is a function.
    fn list_item(&mut self, node: Node) -> (ListItem, usize) {
        let mut parts = node.children();
        if let (Some(path), None) = (parts.next(), parts.next())
            && path.kind() == Kind::path
            && let Some(args) = path.child(Kind::args)
            && !path.has(Kind::dot)
            && let Some(name) = self.name_in(path)
            && !FUNCTIONS.contains(&name.text.as_str())
        {
            self.separators(args);
            let mut attributes = Vec::new();
            let mut height = 0;
            for arg in args.children().filter(|n| n.kind() == Kind::arg) {
                if let Some((attribute, value)) = self.named_arg(arg) {
                    let value = self.named_value(value);
                    height = height.max(value.height);
                    attributes.push((attribute, Some(value.expr)));
                } else if let Some(flag) = self.bare_name(arg) {
                    attributes.push((flag, None));
                } else {
                    let (span, shown) = (self.span(arg), self.text_of(arg).to_owned());
                    let message = format!("`{shown}` is no attribute of `{}`", name.text);
                    self.report(
                        &codes::E0101,
                        span,
                        message,
                        "attributes are `name` or `name = value`: 身份证 (original, within = 30 days)",
                    );
                }
            }
            let value = Expr { span: name.span, kind: ExprKind::Name(name) };
            return (ListItem { value, attributes }, height + 1);
        }
        let value = self.sized(node);
        (ListItem { value: value.expr, attributes: Vec::new() }, value.height)
    }

    /// `if a then b else if c then d else e`, innermost last.
    fn conditional(&mut self, node: Node) -> Built {
        let span = self.span(node);
        let branches = node.children().filter(|n| n.kind() == Kind::kw_if).count();
        if branches > MAX_DEPTH {
            self.error(too_deep(span, "this row of `else if`"));
            return leaf(ExprKind::Hole, span);
        }
        let mut parts = Vec::new();
        for n in node.children().filter(|n| matches!(n.kind(), Kind::expr | Kind::cexpr)) {
            parts.push(self.sized(n));
        }
        let Some(last) = parts.pop() else { return leaf(ExprKind::Hole, span) };
        let mut built = last;
        while let (Some(then), Some(condition)) = (parts.pop(), parts.pop()) {
            let height = built.height.max(then.height).max(condition.height) + 1;
            let whole = condition.expr.span.to(span.at_end());
            let kind = ExprKind::If(Box::new(condition.expr), Box::new(then.expr), Box::new(built.expr));
            built = Built { expr: Expr { kind, span: whole }, height };
        }
        built.expr.span = span;
        built
    }
}
