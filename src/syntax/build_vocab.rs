//! In: a vocabulary. Out: its enums, records, inputs and decisions. Never here: whether names or types exist.

use super::ast::*;
use super::build::{Builder, normal};
use super::grammar::{Kind, Node};
use crate::diagnostics::{Diagnostic, codes};

impl Builder<'_> {
    /// `vocabulary NAME < … >`
    pub fn vocabulary(&mut self, node: Node) -> Option<Vocabulary> {
        let named = self.named(node)?;
        let block = node.child(Kind::vocab_block)?;
        self.vocab_header(node, block);
        self.check_closed(block);
        let mut items = Vec::new();
        for n in block.children() {
            let item = match n.kind() {
                Kind::enum_decl => self.enum_decl(n).map(VocabItem::Enum),
                Kind::record => self.record(n).map(VocabItem::Record),
                Kind::input => self.input(n).map(VocabItem::Input),
                Kind::decision => self.decision(n).map(VocabItem::Decision),
                Kind::never => self.never(n).map(VocabItem::Never),
                Kind::raw_trouble => {
                    self.trouble(Kind::only_vocab_item, n);
                    None
                }
                Kind::stray_sep => {
                    self.stray_sep(n);
                    None
                }
                _ => None,
            };
            items.extend(item);
        }
        Some(Vocabulary { named, items, span: self.span(node) })
    }

    fn vocab_header(&mut self, node: Node, block: Node) {
        if let Some(bad) = node.child(Kind::bad_header) {
            let (span, shown) = (self.span(bad), self.text_of(bad).chars().take(40).collect::<String>());
            self.report(
                &codes::E0101,
                span,
                format!("`{shown}` does not fit before the `<` of a vocabulary"),
                "write `vocabulary NAME \"label\" < … >`",
            );
        }
        if block.has(Kind::missing_open) {
            let header_end = node.children().take_while(|n| n.start() < block.start()).last().map_or(node.start(), Node::end);
            let at = self.after(header_end);
            let d = Diagnostic::at(&codes::E0101, at, "this vocabulary has no `<`");
            self.error(d.label("a bracket belongs here").help("what it declares stands between `<` and `>`").fix(at, " <"));
        }
    }

    fn enum_decl(&mut self, node: Node) -> Option<EnumDecl> {
        let named = self.named(node)?;
        self.check_closed(node);
        let attributes = node.child(Kind::fields).map_or_else(Vec::new, |f| self.fields(f));
        let mut variants = Vec::new();
        let mut joined = true;
        for n in node.children() {
            match n.kind() {
                Kind::bar => joined = true,
                Kind::variant => {
                    if !joined {
                        let at = self.span(n);
                        self.error(
                            Diagnostic::at(&codes::E0101, at.at_start(), "two values stand side by side")
                                .label("a `|` belongs here")
                                .help("values are separated by `|`: < male 男 | female 女 >")
                                .fix(at.at_start(), "| "),
                        );
                    }
                    joined = false;
                    variants.extend(self.named(n));
                }
                Kind::raw_trouble => {
                    self.trouble(Kind::only_variant, n);
                    joined = true;
                }
                _ => {}
            }
        }
        Some(EnumDecl { named, extends: node.has(Kind::plus_eq), attributes, variants, span: self.span(node) })
    }

    fn fields(&mut self, node: Node) -> Vec<Field> {
        let mut fields = Vec::new();
        for n in node.children() {
            match n.kind() {
                Kind::field => fields.extend(self.field(n)),
                Kind::raw_trouble => self.trouble(Kind::only_field, n),
                _ => {}
            }
        }
        fields
    }

    fn field(&mut self, node: Node) -> Option<Field> {
        let named = self.named(node)?;
        let ty = self.type_expr(node.child(Kind::r#type)?);
        Some(Field { named, ty })
    }

    fn record(&mut self, node: Node) -> Option<RecordDecl> {
        let named = self.named(node)?;
        self.check_closed(node);
        let fields = self.fields(node);
        Some(RecordDecl { named, fields, span: self.span(node) })
    }

    fn input(&mut self, node: Node) -> Option<InputDecl> {
        let named = self.named(node)?;
        let ty = self.type_expr(node.child(Kind::r#type)?);
        let bounds = node.child(Kind::expr).map(|e| self.expr(e));
        Some(InputDecl { named, ty, bounds, span: self.span(node) })
    }

    fn decision(&mut self, node: Node) -> Option<DecisionDecl> {
        let named = self.named(node)?;
        self.check_closed(node);
        let mut args = Vec::new();
        let (mut arrow, mut comma) = (None, None);
        for n in node.child(Kind::decision_args).into_iter().flat_map(Node::children) {
            match n.kind() {
                Kind::arrow => arrow = Some(self.span(n)),
                Kind::comma => comma = Some(self.span(n)),
                Kind::decision_arg => {
                    let mut names = n.children().filter(|c| c.kind() == Kind::name).map(|c| self.ident(c));
                    match (names.next(), names.next()) {
                        (Some(name), Some(ty)) => args.push(ArgDecl { name: Some(name), ty }),
                        (Some(ty), None) => args.push(ArgDecl { name: None, ty }),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        if let Some(at) = arrow
            && (comma.is_some() || args.len() != 2)
        {
            self.report(
                &codes::E0101,
                at,
                "`->` stands between exactly two arguments",
                "write (scheme -> scheme), or separate the arguments with commas",
            );
        }
        let mut outcomes = Vec::new();
        for n in node.children() {
            match n.kind() {
                Kind::outcome => outcomes.extend(self.outcome(n)),
                Kind::raw_trouble => self.trouble(Kind::only_outcome, n),
                _ => {}
            }
        }
        Some(DecisionDecl { named, extends: node.has(Kind::plus_eq), args, arrow: arrow.is_some(), outcomes, span: self.span(node) })
    }

    fn outcome(&mut self, node: Node) -> Option<OutcomeDecl> {
        let named = self.named(node)?;
        let ty = self.type_expr(node.child(Kind::r#type)?);
        let mut rounding: Option<Rounding> = None;
        let mut partial = None;
        for n in node.children() {
            let span = self.span(n);
            match n.kind() {
                Kind::rounding => match &rounding {
                    Some(first) => {
                        let first = first.span;
                        self.twice(span, Some(first), "`round`");
                    }
                    None => rounding = self.rounding(n),
                },
                Kind::kw_partial if partial.is_some() => self.twice(span, partial, "`partial`"),
                Kind::kw_partial => partial = Some(span),
                _ => {}
            }
        }
        Some(OutcomeDecl { named, ty, rounding, partial: partial.is_some(), span: self.span(node) })
    }

    fn rounding(&mut self, node: Node) -> Option<Rounding> {
        let mut parts = node.children().filter(|n| matches!(n.kind(), Kind::name | Kind::money | Kind::numeric));
        let (mode, unit) = (parts.next()?, parts.next()?);
        let mode = self.ident(mode);
        let unit = if unit.kind() == Kind::name {
            let name = self.ident(unit);
            Expr { span: name.span, kind: ExprKind::Name(name) }
        } else {
            self.operand(unit).expr
        };
        Some(Rounding { mode, unit: Box::new(unit), span: self.span(node) })
    }

    fn never(&mut self, node: Node) -> Option<NeverDecl> {
        let condition = self.operand(node.child(Kind::paren)?).expr;
        let label = node.child(Kind::label).and_then(|l| self.label(l));
        Some(NeverDecl { condition, label, span: self.span(node) })
    }

    /// A type as written: `list of T or none` is a list or none.
    fn type_expr(&mut self, node: Node) -> TypeExpr {
        let span = self.span(node);
        let lists: Vec<usize> = node.children().filter(|n| n.kind() == Kind::list_of).map(Node::start).collect();
        let none = node.child(Kind::or_none);
        let Some(name) = node.child(Kind::type_name) else { return TypeExpr { kind: TypeExprKind::Hole, span } };
        let at = self.span(name);
        let text = self.text_of(name);
        let mut words = text.split_whitespace();
        let kind = match (words.next(), words.next()) {
            (Some("working"), Some(_)) => TypeExprKind::WorkingDays,
            (Some("money"), Some(_)) => TypeExprKind::MoneyPerMonth,
            _ => TypeExprKind::Named(Ident { text: normal(text), span: at }),
        };
        let mut ty = TypeExpr { kind, span: at };
        if lists.len() > MAX_LIST_TYPES {
            self.report(&codes::E0005, span, "a list of lists of lists", "a list may hold lists, but not more than a few levels");
            return TypeExpr { kind: TypeExprKind::Hole, span };
        }
        for start in lists.into_iter().rev() {
            let whole = self.range(start, name.end());
            ty = TypeExpr { kind: TypeExprKind::List(Box::new(ty)), span: whole };
        }
        if none.is_some() {
            ty = TypeExpr { kind: TypeExprKind::OrNone(Box::new(ty)), span };
        }
        ty
    }
}

/// How many `list of` may follow each other.
const MAX_LIST_TYPES: usize = 8;
