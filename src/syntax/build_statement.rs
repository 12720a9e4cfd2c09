//! In: the statements of one block. Out: `set`, `let`, `when`, `for each` with their exceptions and bodies. Never here: tables (`build_table.rs`), expressions.

use super::MAX_DEPTH;
use super::ast::*;
use super::build::{Builder, Misplaced};
use super::grammar::{Kind, Node};
use super::scan::too_deep;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// What one child of a block turned out to be.
pub(super) enum Piece {
    /// A statement.
    Statement(Box<Statement>),
    /// `except when …`, to be attached to the statement above.
    Except(Box<Except>),
    /// Nothing that can be kept; reported already.
    Lost,
}

/// What a governing head says.
enum Governor {
    When(Expr, Span),
    Each(Ident, Expr, Option<Expr>, Span),
    Except(Expr, Span),
}

fn is_simple(kind: Kind) -> bool {
    matches!(kind, Kind::set | Kind::let_stmt | Kind::given | Kind::expect | Kind::property)
}

fn is_statement(kind: Kind) -> bool {
    matches!(kind, Kind::set | Kind::let_stmt | Kind::table | Kind::governed)
}

impl Builder<'_> {
    /// `< … >` with statements.
    pub fn block(&mut self, block: Node) -> Body {
        self.check_closed(block);
        let statements = self.statements(block);
        Body { statements, bracketed: true, span: self.span(block) }
    }

    /// The statements directly inside a node, exceptions attached.
    pub fn statements(&mut self, parent: Node) -> Vec<Statement> {
        let mut out: Vec<Statement> = Vec::new();
        let mut lost = false;
        let mut kids = parent.children().peekable();
        let mut before: Option<Node> = None;
        while let Some(node) = kids.next() {
            if kids.peek().is_some_and(|junk| self.ruin(node, *junk)) {
                kids.next();
            }
            if let Some(before) = before {
                self.check_indentation(before, node);
            }
            match self.piece(node, parent) {
                Some(Piece::Statement(s)) => {
                    out.push(*s);
                    lost = false;
                }
                Some(Piece::Except(e)) => match out.last_mut() {
                    Some(last) if !lost => {
                        if let Err(e) = attach(last, e) {
                            self.orphan(&e);
                        }
                    }
                    // the statement it belonged to was reported
                    _ if lost => {}
                    _ => self.orphan(&e),
                },
                Some(Piece::Lost) => lost = true,
                None => continue,
            }
            before = Some(node);
        }
        out
    }

    /// Whether `junk` is what could not be read of the statement before it; then it is reported here, once for both.
    pub fn ruin(&mut self, node: Node, junk: Node) -> bool {
        if junk.kind() != Kind::trouble || !junk.has(Kind::bad) || !self.same_line(node.end(), junk.start()) {
            return false;
        }
        let Some(tail) = tail(node) else { return false };
        let entry = match tail.kind() {
            Kind::given | Kind::expect => Kind::only_case_item,
            Kind::property => Kind::only_property,
            _ => Kind::only_item,
        };
        self.ruined = Some(tail.start());
        self.explain_pair(entry, tail, junk);
        self.skip_trouble(junk);
        true
    }

    /// One child of a block; `None` for punctuation.
    pub fn piece(&mut self, node: Node, parent: Node) -> Option<Piece> {
        Some(match node.kind() {
            Kind::set => Piece::Statement(Box::new(Statement::Set(self.set(node)?))),
            Kind::let_stmt => Piece::Statement(Box::new(Statement::Let(self.let_stmt(node)?))),
            Kind::table => Piece::Statement(Box::new(Statement::Table(self.table(node)))),
            Kind::governed => self.governed(node),
            Kind::misplaced if self.gave_with_colon(node) => Piece::Lost,
            Kind::misplaced => {
                let decide = self.decide(node)?;
                let open = parent.child(Kind::open).map_or_else(|| self.span(node).at_start(), |o| self.span(o));
                self.misplaced.push(Misplaced { open, decide });
                Piece::Lost
            }
            Kind::trouble => {
                self.trouble(Kind::only_item, node);
                Piece::Lost
            }
            Kind::stray_sep => {
                self.stray_sep(node);
                return None;
            }
            _ => return None,
        })
    }

    /// `outcome: value`, where `=` was meant.
    fn gave_with_colon(&mut self, node: Node) -> bool {
        let (Some(head), Some(colon)) = (node.child(Kind::head), node.child(Kind::colon)) else { return false };
        if head.has(Kind::head_args) || !node.has(Kind::trouble) {
            return false;
        }
        let (name, span) = (self.text_of(head).to_owned(), self.span(colon));
        if super::words::translated(&name).is_some() {
            return false;
        }
        let value = node.child(Kind::trouble).map_or("…", |t| self.text_of(t)).lines().next().unwrap_or("").to_owned();
        self.error(
            Diagnostic::at(&codes::E0101, span, format!("`{name}` is given with `:`"))
                .label("`=` gives a value")
                .help(format!("write `{name} = {value}`; a colon follows conditions and heads"))
                .fix(span, " ="),
        );
        true
    }

    fn orphan(&mut self, except: &Except) {
        self.error(
            Diagnostic::at(&codes::E0111, except.span.at_start().to(except.condition.span), "this exception has no statement above it")
                .label("except from what?")
                .help("`except when` stands directly under the statement it replaces (`outcome = value`), not under a table, a `let` or a block"),
        );
    }

    /// `default|final? outcome = value mods`
    pub fn set(&mut self, node: Node) -> Option<Set> {
        let target = self.name_in(node)?;
        let op_node = node.child(Kind::set_op)?;
        let op = self.set_op(op_node, node);
        let strength = self.strength(node, Some((op, self.span(op_node))));
        let value = self.value(node, op_node);
        if op == SetOp::Requires && !matches!(value.kind, ExprKind::Hole) && !self.text_of_span(value.span).starts_with(['(', '（']) {
            let shown = self.text_of_span(value.span).to_owned();
            self.error(
                Diagnostic::at(&codes::E0101, value.span, "`requires` is followed by a condition in parentheses")
                    .help(format!("write `requires ({shown})`"))
                    .fix(value.span, format!("({shown})")),
            );
        }
        let mods = self.mods(node);
        Some(Set { strength, target, op, value, mods, exceptions: Vec::new(), span: self.span(node) })
    }

    /// The text under a span of this file.
    pub fn text_of_span(&self, span: Span) -> &str {
        self.between(span.start as usize, span.end as usize)
    }

    fn set_op(&mut self, op: Node, set: Node) -> SetOp {
        let (text, span) = (self.text_of(op), self.span(op));
        match text {
            "=" | "＝" => SetOp::Give,
            "requires" => SetOp::Requires,
            t if t.starts_with(['+', '＋']) => SetOp::Add,
            t if t.ends_with("least") => SetOp::AtLeast,
            t if t.ends_with("most") => SetOp::AtMost,
            t if t.starts_with(['-', '－']) => {
                let name = self.name_in(set).map_or_else(String::new, |n| n.text.to_string());
                let help = format!(
                    "`+=` adds, `at least` and `at most` bound; to take something away, write `{name} = … - …` or `{name} at most …`"
                );
                self.report(&codes::E0101, span, format!("`{t}` does not exist"), help);
                SetOp::Give
            }
            t => {
                let message = format!("`{t}` is not how a value is given");
                self.error(Diagnostic::at(&codes::E0101, span, message).help("a single `=` gives a value").fix(span, "="));
                SetOp::Give
            }
        }
    }

    /// `default` or `final`, with what they cannot stand before.
    fn strength(&mut self, node: Node, op: Option<(SetOp, Span)>) -> Strength {
        let mut words = node.children().filter(|n| n.kind() == Kind::strength);
        let Some(first) = words.next() else { return Strength::Plain };
        let span = self.span(first);
        let word = self.text_of(first).to_owned();
        if let Some(second) = words.next() {
            let (at, other) = (self.span(second), self.text_of(second).to_owned());
            if other == word {
                self.twice(at, Some(span), &format!("`{word}`"));
            } else {
                self.error(
                    Diagnostic::at(&codes::E0117, span.to(at), format!("`{word} {other}` says two opposite things"))
                        .help("`default` yields to any other statement of its region, `final` is never replaced: keep one of them"),
                );
            }
        }
        let what = match (node.kind(), op) {
            (Kind::let_stmt, _) => Some("let"),
            (Kind::table, _) => Some("table"),
            (Kind::governed, _) => Some("when"),
            (_, Some((SetOp::Add, _))) if word == "default" => Some("+="),
            (_, Some((SetOp::AtLeast, _))) if word == "default" => Some("at least"),
            (_, Some((SetOp::AtMost, _))) if word == "default" => Some("at most"),
            (_, Some((SetOp::Requires, _))) if word == "default" => Some("requires"),
            _ => None,
        };
        if let Some(what) = what {
            let help = match what {
                "let" => "a `let` is replaced by a deeper region's `let` in any case: leave the word out".to_owned(),
                "table" | "when" => format!("put `{word}` before the outcomes inside: `{word} outcome = value`"),
                _ => format!(
                    "an adjustment adds to whatever value is given; `default` is for `outcome = value`, so leave it out before `{what}`"
                ),
            };
            let mut d = Diagnostic::at(&codes::E0117, span, format!("`{word}` cannot stand with `{what}`")).help(help);
            if let Some((_, at)) = op.filter(|_| !matches!(what, "let" | "table" | "when")) {
                d = d.related(at, "this adjusts");
            }
            self.error(d);
            return Strength::Plain;
        }
        if word == "default" { Strength::Default } else { Strength::Final }
    }

    /// The value of `name = value`; a hole when it could not be read.
    pub fn value(&mut self, node: Node, op: Node) -> Expr {
        if let Some(stray) = node.child(Kind::stray_compare) {
            let start = node.child(Kind::expr).map_or_else(|| op.end(), Node::start);
            self.stray_compare(stray, start, op);
            let span = self.range(start, stray.end());
            return Expr { kind: ExprKind::Hole, span };
        }
        if let Some(expr) = node.child(Kind::expr) {
            return self.expr(expr);
        }
        let at = self.span(op).at_end();
        if self.ruined != Some(node.start()) {
            self.missing_value(node, op);
        }
        Expr { kind: ExprKind::Hole, span: at }
    }

    fn stray_compare(&mut self, stray: Node, start: usize, op: Node) {
        let sign = stray.child(Kind::stray_op).map_or_else(|| self.span(stray), |n| self.span(n));
        let shown = self.text_of_span(sign).to_owned();
        let whole = self.between(start, stray.end()).to_owned();
        let at = self.range(sign.start as usize, stray.end());
        let message = if shown.starts_with(['>', '＞']) && shown.chars().count() == 1 {
            format!("the `{shown}` here closes the block, it does not compare")
        } else if shown.starts_with(['<', '＜']) && shown.chars().count() == 1 {
            format!("the `{shown}` here opens a block, it does not compare")
        } else {
            format!("`{shown}` compares, and nothing delimits the comparison")
        };
        let equals = self.text_of(op).to_owned();
        self.error(
            Diagnostic::at(&codes::E0104, at, message)
                .label("meant as a comparison?")
                .help(format!("a comparison as a value stands in parentheses: `{equals} ({whole})`"))
                .fix(self.range(start, stray.end()), format!("({whole})")),
        );
    }

    fn missing_value(&mut self, node: Node, op: Node) {
        if self.sink.is_full() {
            return self.sink.skip();
        }
        let name = self.between(node.start(), op.start()).trim().to_owned();
        let rest = self.clean.get(op.end()..).unwrap_or("");
        let line = rest.split(['\n', '\r']).next().unwrap_or("").trim();
        let span = self.span(op);
        // `x = y = 5` on one line
        if let Some((left, right)) = line.split_once(['=', '＝'])
            && !left.contains(['<', '>', ':', '＜', '＞', '：'])
            && !left.trim().is_empty()
        {
            let (left, right) = (left.trim(), right.split_whitespace().next().unwrap_or(""));
            self.report(
                &codes::E0104,
                span,
                format!("two `=` follow each other after `{name}`"),
                format!("a comparison as a value stands in parentheses: `{name} = ({left} = {right})`; two statements need a value each"),
            );
            return;
        }
        self.error(
            Diagnostic::at(&codes::E0101, span, format!("`{name} {}` has no value", self.text_of(op)))
                .label("a value is missing after this")
                .help("write the value after it; if the source leaves it to somebody, say `= refer`"),
        );
    }

    fn let_stmt(&mut self, node: Node) -> Option<Let> {
        self.strength(node, None);
        let name = self.name_in(node)?;
        let op = node.child(Kind::eq)?;
        let value = self.value(node, op);
        let mods = self.mods(node);
        Some(Let { name, value, mods, span: self.span(node) })
    }

    /// `when c: for each x in xs: …`: heads in a row around one body.
    fn governed(&mut self, node: Node) -> Piece {
        self.strength(node, None);
        let mut governors = Vec::new();
        for head in node.children() {
            match head.kind() {
                Kind::when_head => {
                    let condition = self.condition(head);
                    governors.push(Governor::When(condition, self.span(head)));
                }
                Kind::except_head => {
                    if let Some(when) = head.child(Kind::when_head) {
                        let condition = self.condition(when);
                        governors.push(Governor::Except(condition, self.span(head)));
                    }
                }
                Kind::each_head => {
                    self.colon(head, "for each … in …");
                    let list = head.child(Kind::expr).map(|e| self.expr(e));
                    let filter = head.child(Kind::cexpr).map(|e| self.expr(e));
                    if let (Some(item), Some(list)) = (self.name_in(head), list) {
                        governors.push(Governor::Each(item, list, filter, self.span(head)));
                    }
                }
                _ => {}
            }
        }
        let whole = self.span(node);
        if governors.len() > MAX_DEPTH {
            self.error(too_deep(whole, "this row of conditions"));
            return Piece::Lost;
        }
        let mut body = self.body(node);
        let mut governors = governors.into_iter().rev().peekable();
        while let Some(governor) = governors.next() {
            let start = match &governor {
                Governor::When(_, s) | Governor::Each(_, _, _, s) | Governor::Except(_, s) => *s,
            };
            let span = start.to(body.span);
            let statement = match governor {
                Governor::When(condition, _) => Statement::When(When { condition, body, span }),
                Governor::Each(item, list, filter, _) => Statement::Each(Each { item, list, filter, body, span }),
                Governor::Except(condition, _) => {
                    let except = Except { condition, body, span };
                    if governors.peek().is_some() {
                        self.orphan(&except);
                        return Piece::Lost;
                    }
                    return Piece::Except(Box::new(except));
                }
            };
            if governors.peek().is_none() {
                return Piece::Statement(Box::new(statement));
            }
            body = Body { statements: vec![statement], bracketed: false, span };
        }
        Piece::Lost
    }

    fn condition(&mut self, head: Node) -> Expr {
        self.colon(head, "when");
        match head.children().find(|n| matches!(n.kind(), Kind::cexpr | Kind::expr)) {
            Some(e) => self.expr(e),
            None => Expr { kind: ExprKind::Hole, span: self.span(head) },
        }
    }

    /// Reports a colon that is not there.
    pub fn colon(&mut self, head: Node, what: &str) {
        let Some(missing) = head.child(Kind::no_colon) else { return };
        let at = self.after(missing.start());
        let shown = self.between(head.start(), at.start as usize).trim().to_owned();
        let message = if what == "head" { format!("`{shown}` is a head without its colon") } else { format!("`{what}` without its colon") };
        self.error(
            Diagnostic::at(&codes::E0105, at, message)
                .label("a colon belongs here")
                .help("a condition or head ends with `:`, then one statement, or several in `< >`")
                .fix(at, ":"),
        );
    }

    /// What stands after the colon: a block, or one statement.
    pub fn body(&mut self, node: Node) -> Body {
        if let Some(block) = node.child(Kind::block) {
            return self.block(block);
        }
        let mut body = Body { statements: Vec::new(), bracketed: false, span: self.span(node).at_end() };
        for n in node.children() {
            if n.kind() == Kind::missing_body {
                let at = self.after(n.start());
                self.report(&codes::E0101, at, "nothing stands after the colon", "one statement follows a colon, or several in `< >`");
            }
            // except in a head's body is an exception without a statement
            match self.piece(n, node) {
                Some(Piece::Statement(s)) => {
                    body.span = self.span(n);
                    body.statements.push(*s);
                }
                Some(Piece::Except(e)) => self.orphan(&e),
                Some(Piece::Lost) => body.span = self.span(n),
                None => {}
            }
        }
        body
    }

    /// E0107: what follows a single governed statement must not look governed too.
    pub fn check_indentation(&mut self, before: Node, node: Node) {
        if is_except(node) {
            if is_except(before) && !self.same_line(before.end(), node.start()) && self.column(node.start()) > self.column(before.start()) {
                let span = self.range(node.start(), node.start() + "except when".len());
                self.error(
                    Diagnostic::at(&codes::E0107, span, "this exception looks like one to the exception above it, but belongs to the same statement")
                        .label("indented below another exception")
                        .related(self.range(before.start(), before.start() + "except when".len()), "this one")
                        .help("an exception to an exception stands in the brackets of that one: `except when …: < outcome = …  except when …: outcome = … >`; otherwise indent both alike"),
                );
            }
            return;
        }
        let is_governed = matches!(before.kind(), Kind::governed | Kind::decide) && !has_block(before);
        if !is_governed || !is_statement(node.kind()) {
            return;
        }
        let head = before.children().find(|n| n.kind() != Kind::strength).map_or(before.start(), Node::start);
        let together = self.same_line(before.end(), node.start());
        if !together {
            let column = self.column(node.start());
            let own = self.column(head);
            let line = self.line_column(head);
            if column <= line || column == own || (column <= own && self.opens_block(head)) {
                return;
            }
        }
        let start = node.start();
        let name = self.text_of(node).split_whitespace().next().unwrap_or("").to_owned();
        let span = self.range(start, start + name.len());
        let governor = self.text_of(before).split([':', '：']).next().unwrap_or("").trim().to_owned();
        let governor = if governor.chars().count() > 40 { "the head".to_owned() } else { format!("`{governor}:`") };
        self.error(
            Diagnostic::at(&codes::E0107, span, format!("`{name}` looks governed by {governor}, but a colon governs one statement only"))
                .label(if together {
                    "not under the condition, though on its line"
                } else {
                    "not under the condition, though indented below it"
                })
                .related(
                    self.range(before.start(), before.end()).at_start().to(self.range(head, head + 1)),
                    "this governs the first statement only",
                )
                .help("put both statements in `< >` after the colon, or move this one to a line of its own, no further in"),
        );
    }

    /// Whether what begins at `at` is the first thing in its block, on the line of the bracket.
    fn opens_block(&self, at: usize) -> bool {
        self.clean.get(..at).is_some_and(|s| s.trim_end_matches([' ', '\t', '\u{3000}', '\u{A0}']).ends_with(['<', '＜']))
    }
}

/// The statement a line ends with: itself, or the single one it governs.
fn tail(node: Node) -> Option<Node> {
    match node.kind() {
        k if is_simple(k) => Some(node),
        Kind::governed | Kind::decide => node.children().last().and_then(tail),
        _ => None,
    }
}

/// `except when …`
fn is_except(node: Node) -> bool {
    node.kind() == Kind::governed && node.children().find(|n| n.kind() != Kind::strength).is_some_and(|n| n.kind() == Kind::except_head)
}

/// Whether what a head governs stands in brackets.
fn has_block(node: Node) -> bool {
    node.children().any(|n| n.kind() == Kind::block || (n.kind() == Kind::governed && has_block(n)))
}

/// Attaches an exception to the statement above it, which may be the single statement of a `when`.
pub(super) fn attach(statement: &mut Statement, except: Box<Except>) -> Result<(), Box<Except>> {
    let end = except.span;
    match statement {
        Statement::Set(set) => {
            set.exceptions.push(*except);
            Ok(())
        }
        Statement::When(When { body, span, .. }) | Statement::Each(Each { body, span, .. }) => {
            attach_body(body, except)?;
            *span = span.to(end);
            Ok(())
        }
        Statement::Let(_) | Statement::Table(_) => Err(except),
    }
}

/// Attaches an exception to the only statement of a body without brackets.
pub(super) fn attach_body(body: &mut Body, except: Box<Except>) -> Result<(), Box<Except>> {
    let end = except.span;
    match body.statements.last_mut() {
        Some(last) if !body.bracketed => {
            attach(last, except)?;
            body.span = body.span.to(end);
            Ok(())
        }
        _ => Err(except),
    }
}
