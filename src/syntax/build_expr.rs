//! In: the flat operands and operators of one expression. Out: the expression with its precedence. Never here: names resolved, types.
//!
//! Loosest first: `or`; `and`; `not`; comparisons and `in`; ranges; `+ -`; `* / of`; `at`.

use super::ast::*;
use super::build::Builder;
use super::build_operand::Built;
use super::grammar::{Kind, Node};
use super::scan::too_deep;
use super::{MAX_DEPTH, MAX_OPERANDS};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// What may stand before an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pre {
    /// `not`
    Not,
    /// `over`
    Over,
    /// `under`
    Under,
    /// `at least`
    AtLeast,
    /// `at most`
    AtMost,
    /// `about`
    About,
    /// `-` or `+`: never allowed
    Sign,
}

/// What may stand between operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mid {
    /// An operator with a node of its own.
    Op(Op),
    /// `in`
    In,
    /// `..`
    To,
    /// `up to`
    UpTo,
    /// `at`
    At,
}

/// One piece of a flat expression.
#[derive(Clone, Copy)]
pub(super) enum Tok<'t> {
    /// Before an operand.
    Pre(Pre, Span),
    /// Between operands.
    Mid(Mid, Span),
    /// An operand.
    Operand(Node<'t>),
}

/// A walk over the pieces.
pub(super) struct Toks<'t> {
    toks: Vec<Tok<'t>>,
    at: usize,
}

impl<'t> Toks<'t> {
    fn peek(&self) -> Option<Tok<'t>> {
        self.toks.get(self.at).copied()
    }

    fn mid(&mut self, wanted: impl Fn(Mid) -> bool) -> Option<(Mid, Span)> {
        match self.peek() {
            Some(Tok::Mid(m, span)) if wanted(m) => {
                self.at += 1;
                Some((m, span))
            }
            _ => None,
        }
    }

    fn pre(&mut self, wanted: impl Fn(Pre) -> bool) -> Option<(Pre, Span)> {
        match self.peek() {
            Some(Tok::Pre(p, span)) if wanted(p) => {
                self.at += 1;
                Some((p, span))
            }
            _ => None,
        }
    }
}

fn is_comparison(m: Mid) -> bool {
    matches!(m, Mid::In | Mid::Op(Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge))
}

fn hole(span: Span) -> Built {
    Built { expr: Expr { kind: ExprKind::Hole, span }, height: 1 }
}

impl Builder<'_> {
    /// A whole expression.
    pub fn expr(&mut self, node: Node) -> Expr {
        self.sized(node).expr
    }

    /// A whole expression with the height of its tree.
    pub fn sized(&mut self, node: Node) -> Built {
        let toks = self.toks(node);
        self.over_toks(node, toks)
    }

    /// The pieces of an expression.
    pub fn toks<'t>(&mut self, node: Node<'t>) -> Vec<Tok<'t>> {
        node.children()
            .map(|n| match n.kind() {
                Kind::prefix => Tok::Pre(prefix(self.text_of(n)), self.span(n)),
                Kind::binop | Kind::cbinop => {
                    let (text, span) = (self.text_of(n), self.span(n));
                    if matches!(text, "==" | "＝＝") {
                        self.error(
                            Diagnostic::at(&codes::E0101, span, format!("`{text}` is not an operator"))
                                .help("a single `=` compares")
                                .fix(span, "="),
                        );
                    }
                    Tok::Mid(operator(text), span)
                }
                _ => Tok::Operand(n),
            })
            .collect()
    }

    /// The tree over pieces; `node` is what they came from.
    pub fn over_toks(&mut self, node: Node, toks: Vec<Tok>) -> Built {
        let span = self.span(node);
        let operands = toks.iter().filter(|t| matches!(t, Tok::Operand(_))).count();
        if operands > MAX_OPERANDS {
            self.too_long(span, operands);
            return hole(span);
        }
        if let [Tok::Operand(only)] = toks.as_slice() {
            let built = self.operand(*only);
            return self.bounded(built, span);
        }
        let prefixes = toks.len() - operands;
        if prefixes > operands + MAX_DEPTH {
            self.error(too_deep(span, "this row of `not`"));
            return hole(span);
        }
        let mut toks = Toks { toks, at: 0 };
        let built = self.or(&mut toks);
        if let Some(rest) = toks.peek() {
            self.left_over(rest);
            return hole(span);
        }
        self.bounded(built, span)
    }

    /// Later stages walk the tree by recursion, so it may only be so high.
    fn bounded(&mut self, built: Built, span: Span) -> Built {
        if built.height > MAX_OPERANDS + MAX_DEPTH {
            self.too_long(span, built.height);
            return hole(span);
        }
        built
    }

    fn too_long(&mut self, span: Span, operands: usize) {
        let message = format!("this expression has {operands} parts; {MAX_OPERANDS} is the most");
        self.report(&codes::E0007, span, message, "name its parts with `let`, or write the values as a table");
    }

    fn left_over(&mut self, tok: Tok) {
        let (span, text) = match tok {
            Tok::Pre(_, span) | Tok::Mid(_, span) => (span, self.between(span.start as usize, span.end as usize)),
            Tok::Operand(n) => (self.span(n), self.text_of(n)),
        };
        let d = Diagnostic::at(&codes::E0101, span, format!("`{text}` does not fit here"));
        self.error(match tok {
            Tok::Mid(Mid::To, _) => d.help("a range has two ends, once: 1..3"),
            Tok::Mid(Mid::UpTo, _) => {
                d.help("`up to` follows `over` or `at least`: over 3 up to 6 months, at least 35 up to under 45 years")
            }
            Tok::Mid(Mid::At, _) => d.help("`at` is followed by a region: retire.required at destination"),
            _ => d.help("put parentheses around the part that belongs together"),
        });
    }

    fn or(&mut self, t: &mut Toks) -> Built {
        let mut left = self.and(t);
        while t.mid(|m| m == Mid::Op(Op::Or)).is_some() {
            let right = self.and(t);
            left = binary(Op::Or, left, right);
        }
        left
    }

    fn and(&mut self, t: &mut Toks) -> Built {
        let mut left = self.not(t);
        while t.mid(|m| m == Mid::Op(Op::And)).is_some() {
            let right = self.not(t);
            left = binary(Op::And, left, right);
        }
        left
    }

    fn not(&mut self, t: &mut Toks) -> Built {
        let mut nots = Vec::new();
        while let Some((_, span)) = t.pre(|p| p == Pre::Not) {
            nots.push(span);
        }
        let mut inner = self.comparison(t);
        for span in nots.into_iter().rev() {
            let span = span.to(inner.expr.span);
            inner = Built { height: inner.height + 1, expr: Expr { kind: ExprKind::Not(Box::new(inner.expr)), span } };
        }
        inner
    }

    fn comparison(&mut self, t: &mut Toks) -> Built {
        let left = self.about(t);
        let Some((m, _)) = t.mid(is_comparison) else { return left };
        // `a = not b` compares with a negated value
        let negated = t.pre(|p| p == Pre::Not);
        let mut right = self.about(t);
        if let Some((_, span)) = negated {
            let span = span.to(right.expr.span);
            right = Built { height: right.height + 1, expr: Expr { kind: ExprKind::Not(Box::new(right.expr)), span } };
        }
        if let Some((_, second)) = t.mid(is_comparison) {
            let end = self.about(t);
            let span = left.expr.span.to(end.expr.span);
            let (a, b, c) = (self.snippet(left.expr.span), self.snippet(right.expr.span), self.snippet(end.expr.span));
            let (o, p) = (self.between(left.expr.span.end as usize, right.expr.span.start as usize).trim(), self.snippet(second));
            self.error(
                Diagnostic::at(&codes::E0116, second, format!("`{a} {o} {b} {p} {c}` chains two comparisons"))
                    .label("a second comparison")
                    .help(format!("say both: `{a} {o} {b} and {b} {p} {c}`; or use a range: `x in 3..6 months`")),
            );
            while t.mid(is_comparison).is_some() {
                self.about(t);
            }
            return hole(span);
        }
        match m {
            Mid::In => {
                let span = left.expr.span.to(right.expr.span);
                let height = left.height.max(right.height) + 1;
                Built { expr: Expr { kind: ExprKind::In(Box::new(left.expr), Box::new(right.expr)), span }, height }
            }
            Mid::Op(op) => binary(op, left, right),
            _ => left,
        }
    }

    fn snippet(&self, span: Span) -> &str {
        self.between(span.start as usize, span.end as usize)
    }

    fn about(&mut self, t: &mut Toks) -> Built {
        let Some((_, span)) = t.pre(|p| p == Pre::About) else { return self.ranged(t) };
        let inner = self.ranged(t);
        let span = span.to(inner.expr.span);
        Built { height: inner.height + 1, expr: Expr { kind: ExprKind::About(Box::new(inner.expr)), span } }
    }

    fn ranged(&mut self, t: &mut Toks) -> Built {
        let pre = t.pre(|p| matches!(p, Pre::Over | Pre::Under | Pre::AtLeast | Pre::AtMost));
        let first = self.sum(t);
        let start = pre.map_or(first.expr.span, |(_, s)| s);
        let height = first.height + 1;
        let lower = pre.map(|(p, _)| p).filter(|p| matches!(p, Pre::Over | Pre::AtLeast));
        if lower.is_some() && t.mid(|m| m == Mid::UpTo).is_some() {
            let below = t.pre(|p| p == Pre::Under).is_some();
            let last = self.sum(t);
            return range(start, Some((first, lower == Some(Pre::AtLeast))), Some((last, !below)));
        }
        let ends = match pre.map(|(p, _)| p) {
            Some(Pre::Over) => (Some((first, false)), None),
            Some(Pre::Under) => (None, Some((first, false))),
            Some(Pre::AtLeast) => (Some((first, true)), None),
            Some(Pre::AtMost) => (None, Some((first, true))),
            _ => match t.mid(|m| m == Mid::To) {
                Some(_) => {
                    let last = self.sum(t);
                    return range(start, Some((first, true)), Some((last, true)));
                }
                None => return first,
            },
        };
        let mut built = range(start, ends.0, ends.1);
        built.height = height;
        built
    }

    fn sum(&mut self, t: &mut Toks) -> Built {
        let mut left = self.product(t);
        while let Some((Mid::Op(op), _)) = t.mid(|m| matches!(m, Mid::Op(Op::Add | Op::Sub))) {
            let right = self.product(t);
            left = binary(op, left, right);
        }
        left
    }

    fn product(&mut self, t: &mut Toks) -> Built {
        let mut left = self.located(t);
        while let Some((Mid::Op(op), _)) = t.mid(|m| matches!(m, Mid::Op(Op::Mul | Op::Div | Op::Of))) {
            let right = self.located(t);
            left = binary(op, left, right);
        }
        left
    }

    fn located(&mut self, t: &mut Toks) -> Built {
        let mut left = self.primary(t);
        while t.mid(|m| m == Mid::At).is_some() {
            let right = self.primary(t);
            let span = left.expr.span.to(right.expr.span);
            let height = left.height + 1;
            let kind = match right.expr.kind {
                ExprKind::Name(region) => ExprKind::At(Box::new(left.expr), region),
                ExprKind::Hole => ExprKind::Hole,
                _ => {
                    let message = format!("`{}` after `at` is no region", self.snippet(right.expr.span));
                    self.report(
                        &codes::E0101,
                        right.expr.span,
                        message,
                        "`at` is followed by the name of a region, or of an input that holds one",
                    );
                    ExprKind::Hole
                }
            };
            left = Built { expr: Expr { kind, span }, height };
        }
        left
    }

    fn primary(&mut self, t: &mut Toks) -> Built {
        match t.peek() {
            Some(Tok::Operand(n)) => {
                t.at += 1;
                self.operand(n)
            }
            Some(Tok::Pre(Pre::Sign, sign)) => {
                t.at += 1;
                let value = self.primary(t);
                let span = sign.to(value.expr.span);
                let shown = self.snippet(span).to_owned();
                let bare = self.snippet(value.expr.span).to_owned();
                self.error(
                    Diagnostic::at(&codes::E0113, span, format!("`{shown}` starts with a sign, values never do"))
                        .label("write the amount and say what it does")
                        .help(format!("subtract from something (`x - {bare}`), or say `under {bare}`, `at most {bare}`; if a value is missing before the sign, add it")),
                );
                hole(span)
            }
            Some(Tok::Pre(_, span)) => {
                t.at += 1;
                let word = self.snippet(span).to_owned();
                self.report(
                    &codes::E0101,
                    span,
                    format!("`{word}` cannot stand inside a sum, a product or another range"),
                    format!("put parentheses around the part with `{word}`, or work it out in a `let`"),
                );
                // what follows is still read, for its own mistakes
                let rest = self.primary(t);
                hole(span.to(rest.expr.span))
            }
            Some(Tok::Mid(_, span)) => hole(span.at_start()),
            None => hole(self.range(0, 0)),
        }
    }
}

fn prefix(text: &str) -> Pre {
    match text {
        "not" => Pre::Not,
        "over" => Pre::Over,
        "under" => Pre::Under,
        "about" => Pre::About,
        t if t.ends_with("least") => Pre::AtLeast,
        t if t.ends_with("most") => Pre::AtMost,
        _ => Pre::Sign,
    }
}

fn operator(text: &str) -> Mid {
    match text {
        "or" => Mid::Op(Op::Or),
        "and" => Mid::Op(Op::And),
        "of" => Mid::Op(Op::Of),
        "in" => Mid::In,
        "at" => Mid::At,
        ".." | "~" | "～" => Mid::To,
        "+" | "＋" => Mid::Op(Op::Add),
        "-" | "－" => Mid::Op(Op::Sub),
        "*" | "×" | "＊" => Mid::Op(Op::Mul),
        "/" | "÷" | "／" => Mid::Op(Op::Div),
        "<" | "＜" => Mid::Op(Op::Lt),
        ">" | "＞" => Mid::Op(Op::Gt),
        "=" | "＝" | "==" | "＝＝" => Mid::Op(Op::Eq),
        t if t.starts_with("up") => Mid::UpTo,
        t if t.starts_with(['!', '！', '≠']) => Mid::Op(Op::Ne),
        t if t.starts_with(['<', '＜', '≤']) => Mid::Op(Op::Le),
        _ => Mid::Op(Op::Ge),
    }
}

fn binary(op: Op, left: Built, right: Built) -> Built {
    let span = left.expr.span.to(right.expr.span);
    let height = left.height.max(right.height) + 1;
    Built { expr: Expr { kind: ExprKind::Binary(op, Box::new(left.expr), Box::new(right.expr)), span }, height }
}

/// A range; a bare number at one end takes the unit of the other.
fn range(start: Span, lo: Option<(Built, bool)>, hi: Option<(Built, bool)>) -> Built {
    let height = lo.iter().chain(hi.iter()).map(|(e, _)| e.height).max().unwrap_or(0) + 1;
    let mut lo = lo.map(|(e, closed)| (Box::new(e.expr), closed));
    let mut hi = hi.map(|(e, closed)| (Box::new(e.expr), closed));
    if let (Some((lo, _)), Some((hi, _))) = (&mut lo, &mut hi) {
        monthly(lo, hi);
        adopt(lo, hi);
        adopt_money(hi, lo);
    }
    let span = hi.as_ref().or(lo.as_ref()).map_or(start, |(e, _)| start.to(e.span));
    Built { expr: Expr { kind: ExprKind::Range(RangeExpr { lo, hi }), span }, height }
}

/// `¥100..350/month`: both ends are money each month; alone, `350/month` would be a number divided by something.
fn monthly(lo: &mut Expr, hi: &mut Expr) {
    let ExprKind::Money(_, per_month @ false) = &mut lo.kind else { return };
    let ExprKind::Binary(Op::Div, whole, part) = &hi.kind else { return };
    let ExprKind::Name(month) = &part.kind else { return };
    if matches!(whole.kind, ExprKind::Number(_)) && matches!(month.text.as_str(), "month" | "月" | "个月") {
        *per_month = true;
        *hi = Expr { kind: whole.kind.clone(), span: hi.span };
    }
}

/// `3..6 months`: the 3 is months too.
fn adopt(bare: &mut Expr, like: &Expr) {
    use crate::value::{Exact, TimeUnit};
    let ExprKind::Number(n) = bare.kind else { return };
    let scaled = |by: i128| n.checked_mul(Exact::from_int(by)).ok();
    let parts = |by: i128| n.checked_div(Exact::from_int(by)).ok();
    let kind = match like.kind {
        ExprKind::Duration(_, TimeUnit::Years) => scaled(12).map(|n| ExprKind::Duration(n, TimeUnit::Years)),
        ExprKind::Duration(_, unit) => Some(ExprKind::Duration(n, unit)),
        ExprKind::Money(_, per_month) => scaled(100).map(|n| ExprKind::Money(n, per_month)),
        ExprKind::Rate(_) => parts(100).map(ExprKind::Rate),
        ExprKind::Points(_) => parts(100).map(ExprKind::Points),
        _ => None,
    };
    if let Some(kind) = kind {
        bare.kind = kind;
    }
}

/// `¥100..350`: the 350 is money too.
fn adopt_money(bare: &mut Expr, like: &Expr) {
    if matches!(like.kind, ExprKind::Money(..)) {
        adopt(bare, like);
    }
}
