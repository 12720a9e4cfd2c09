//! In: the top-level declarations of a file. Out: regions, heads, sources, tests. Never here: vocabularies (`build_vocab.rs`), statements (`build_statement.rs`).

use super::ast::*;
use super::build::Builder;
use super::build_statement::{Piece, attach_body};
use super::grammar::{Kind, Node};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

impl Builder<'_> {
    /// Everything in one piece of a file.
    pub fn file(&mut self, root: Node, file: &mut File) {
        // a bracket too many ends a region early: the rest of it is one mistake, not one per line
        let mut before: Option<Node> = None;
        let (mut straying, mut strayed) = (false, false);
        for node in root.children() {
            self.unclosed.clear();
            let kind = node.kind();
            if !matches!(kind, Kind::top_trouble | Kind::stray_close | Kind::stray_sep) {
                (straying, strayed) = (false, false);
            }
            match kind {
                Kind::region => {
                    if let Some(region) = self.region(node) {
                        file.items.push(Item::Region(region));
                    }
                }
                Kind::source => {
                    if let Some(source) = self.source(node) {
                        file.items.push(Item::Source(source));
                    }
                }
                Kind::test => {
                    if let Some(test) = self.test(node) {
                        file.items.push(Item::Test(test));
                    }
                }
                Kind::vocabulary => {
                    if let Some(vocabulary) = self.vocabulary(node) {
                        file.items.push(Item::Vocabulary(vocabulary));
                    }
                }
                Kind::use_line => file.uses.extend(self.name_in(node)),
                Kind::precedence => file.items.push(Item::Precedence(self.precedence(node))),
                Kind::stray_close if strayed => {}
                Kind::stray_close => {
                    (straying, strayed) = (true, true);
                    let span = self.span(node);
                    self.error(
                        Diagnostic::at(&codes::E0103, span, "this `>` closes nothing")
                            .label("every `<` before it is closed already")
                            .help("delete it, or look above for a `>` too many; comparisons go in parentheses: `x = (a > b)`")
                            .fix(span, ""),
                    );
                }
                Kind::stray_sep => self.stray_sep(node),
                Kind::top_trouble if self.outside_everything(node, before, straying) => straying = true,
                Kind::top_trouble => self.trouble(Kind::only_top, node),
                _ => {}
            }
            before = Some(node);
            self.report_unclosed(node);
            self.report_misplaced();
        }
    }

    /// Whether a line belongs to a region that was closed too early; the first such line is reported.
    fn outside_everything(&mut self, node: Node, before: Option<Node>, straying: bool) -> bool {
        let together = before.is_some_and(|b| self.same_line(b.end(), node.start()));
        if straying && (together || self.line_column(node.start()) > 0) {
            return true;
        }
        let Some(region) = before.filter(|b| b.kind() == Kind::region) else { return false };
        let close = region.child(Kind::region_block).and_then(|b| b.child(Kind::close));
        let (Some(close), true) = (close, !together && self.line_column(node.start()) > self.line_column(region.start())) else {
            return false;
        };
        let name: String = self.text_of(node).split_whitespace().next().unwrap_or("").chars().take(40).collect();
        let (span, close) = (self.range(node.start(), node.start() + name.len()), self.span(close));
        self.error(
            Diagnostic::at(&codes::E0101, span, format!("`{name}` stands outside of every region"))
                .label("no region is open here")
                .related(close, "this `>` closed the region")
                .help("a `>` stands too early or once too often above; comparisons go in parentheses: `x = (a > b)`"),
        );
        true
    }

    /// Text between a header and its `<`, or a bracket that is not there.
    fn header(&mut self, node: Node, block: Node, what: &str) {
        if let Some(bad) = node.child(Kind::bad_header) {
            let span = self.span(bad);
            let shown: String = self.text_of(bad).chars().take(40).collect();
            let first = self.text_of(bad).split_whitespace().next().unwrap_or("").to_owned();
            let mut d = Diagnostic::at(&codes::E0101, span, format!("`{shown}` does not fit between a {what} and its `<`"));
            d = if super::recover::is_reserved(&first) && !self.text_of(bad).contains(char::is_whitespace) {
                d.help(format!("`{first}` is a word of the language and lacks what belongs to it"))
            } else {
                match what {
                    "region" => d.help("a region is written `region NAME in PARENT per SOURCE from DATE < … >`"),
                    "test" => d.help("a test is written `test \"what it shows\" in REGION on 2025-05-20 < … >`"),
                    _ => d.help(format!("a {what} is written `{what} NAME \"label\" < … >`")),
                }
            };
            self.error(d);
        }
        if block.has(Kind::missing_open) {
            let header_end = node.children().take_while(|n| n.start() < block.start()).last().map_or(node.start(), Node::end);
            let at = self.after(header_end);
            self.error(
                Diagnostic::at(&codes::E0101, at, format!("this {what} has no `<`"))
                    .label("a bracket belongs here")
                    .help(format!("what a {what} says stands between `<` and `>`"))
                    .fix(at, " <"),
            );
        }
    }

    fn region(&mut self, node: Node) -> Option<Region> {
        let named = self.named(node)?;
        let mut parent: Option<Ident> = None;
        for p in node.children().filter(|n| n.kind() == Kind::parent) {
            match &parent {
                Some(first) => {
                    let (at, first) = (self.span(p), first.span);
                    self.twice(at, Some(first), "`in`");
                }
                None => parent = self.name_in(p),
            }
        }
        let mods = self.mods(node);
        let block = node.child(Kind::region_block)?;
        self.header(node, block, "region");
        let items = self.region_items(block);
        self.check_closed(block);
        let mut region = Region { named, parent, mods, items, span: self.span(node) };
        if block.has(Kind::missing_close) && block.has(Kind::open) && !self.misplaced.is_empty() {
            self.adopt_misplaced(&mut region);
        }
        Some(region)
    }

    fn region_items(&mut self, block: Node) -> Vec<RegionItem> {
        let mut items: Vec<RegionItem> = Vec::new();
        let mut lost = false;
        let mut before: Option<Node> = None;
        let mut kids = block.children().peekable();
        while let Some(node) = kids.next() {
            if kids.peek().is_some_and(|junk| self.ruin(node, *junk)) {
                kids.next();
            }
            match node.kind() {
                Kind::decide => {
                    if let Some(d) = self.decide(node) {
                        items.push(RegionItem::Decide(d));
                    }
                    lost = false;
                }
                Kind::agency => {
                    if let Some(text) = self.text_in(node) {
                        items.push(RegionItem::Agency(text));
                    }
                    lost = false;
                }
                Kind::trouble => {
                    self.trouble(Kind::only_region_item, node);
                    lost = true;
                }
                Kind::stray_sep => self.stray_sep(node),
                Kind::set | Kind::let_stmt | Kind::table | Kind::governed => {
                    lost = self.outside(node, block, before, items.last_mut(), lost);
                    continue;
                }
                _ => continue,
            }
            before = Some(node);
        }
        items
    }

    /// A statement directly in a region: an exception of the head above, or something that looks governed by it and is not.
    fn outside(&mut self, node: Node, block: Node, before: Option<Node>, last: Option<&mut RegionItem>, lost: bool) -> bool {
        let decide = match last {
            Some(RegionItem::Decide(d)) => Some(d),
            _ => None,
        };
        match self.piece(node, block) {
            Some(Piece::Except(except)) => {
                let orphan = match decide {
                    Some(d) if !lost => {
                        let end = except.span;
                        let left = attach_body(&mut d.body, except).err();
                        if left.is_none() {
                            d.span = d.span.to(end);
                        }
                        left
                    }
                    _ if lost => None,
                    _ => Some(except),
                };
                if let Some(e) = orphan {
                    let span = e.span.at_start().to(e.condition.span);
                    self.report(
                        &codes::E0111,
                        span,
                        "this exception has no statement above it",
                        "`except when` stands directly under the statement it replaces, inside the same brackets",
                    );
                }
                false
            }
            Some(Piece::Statement(_)) => {
                let looks_governed = before
                    .filter(|b| b.kind() == Kind::decide && !b.has(Kind::block))
                    .is_some_and(|b| self.same_line(b.end(), node.start()) || self.column(node.start()) > self.line_column(b.start()));
                if let (true, Some(before)) = (looks_governed, before) {
                    self.outside_single(node, before);
                } else {
                    let name = self.text_of(node).split_whitespace().next().unwrap_or("").to_owned();
                    let span = self.range(node.start(), node.start() + name.len());
                    self.report(
                        &codes::E0101,
                        span,
                        format!("`{name}` stands in a region outside of any decision"),
                        "statements belong to a decision: `transfer resident->employee < … >`",
                    );
                }
                false
            }
            _ => true,
        }
    }

    fn outside_single(&mut self, node: Node, before: Node) {
        let name = self.text_of(node).split_whitespace().next().unwrap_or("").to_owned();
        let span = self.range(node.start(), node.start() + name.len());
        let head = before.child(Kind::head).map_or(self.span(before), |h| self.span(h));
        let shown = self.text_of_span(head).to_owned();
        self.error(
            Diagnostic::at(&codes::E0107, span, format!("`{name}` looks governed by `{shown}:`, but a colon governs one statement only"))
                .label("outside of the decision")
                .related(head, "this governs the first statement only")
                .help("put all its statements in `< >` after the head, without the colon"),
        );
    }

    /// `HEAD mods: statement` or `HEAD mods < … >`
    pub fn decide(&mut self, node: Node) -> Option<Decide> {
        let head = self.head(node.child(Kind::head)?)?;
        self.colon(node, "head");
        let mods = self.mods(node);
        let body = self.body(node);
        Some(Decide { head, mods, body, span: self.span(node) })
    }

    /// `transfer resident->employee`
    pub fn head(&mut self, node: Node) -> Option<Head> {
        let decision = self.name_in(node)?;
        let mut args = Vec::new();
        let (mut arrow, mut comma): (Option<Span>, Option<Span>) = (None, None);
        for n in node.child(Kind::head_args).into_iter().flat_map(Node::children) {
            match n.kind() {
                Kind::arrow => arrow = arrow.or(Some(self.span(n))),
                Kind::comma => comma = comma.or(Some(self.span(n))),
                Kind::head_arg => {
                    let alternatives = n.children().filter(|c| c.kind() == Kind::name).map(|c| self.ident(c)).collect();
                    args.push(ArgPattern { alternatives, span: self.span(n) });
                }
                _ => {}
            }
        }
        if let (Some(arrow), Some(comma)) = (arrow, comma) {
            self.error(
                Diagnostic::at(&codes::E0101, comma.max(arrow), "`->` and `,` stand in one head")
                    .related(comma.min(arrow), "the other one")
                    .help("a decision's arguments are separated by `->` or by commas, as its declaration does"),
            );
        }
        Some(Head { decision, args, arrow: arrow.is_some(), span: self.span(node) })
    }

    fn source(&mut self, node: Node) -> Option<Source> {
        let name = self.name_in(node)?;
        let title = self.text_in(node);
        let mut properties = Vec::new();
        if let Some(block) = node.child(Kind::source_block) {
            self.header(node, block, "source");
            self.check_closed(block);
            let mut kids = block.children().peekable();
            while let Some(n) = kids.next() {
                if kids.peek().is_some_and(|junk| self.ruin(n, *junk)) {
                    kids.next();
                }
                match n.kind() {
                    Kind::property => properties.extend(self.property(n)),
                    Kind::trouble => self.trouble(Kind::only_property, n),
                    Kind::stray_sep => self.stray_sep(n),
                    _ => {}
                }
            }
        }
        Some(Source { name, title, properties, span: self.span(node) })
    }

    fn precedence(&self, node: Node) -> Precedence {
        let kinds = node.children().filter(|n| n.kind() == Kind::name).map(|n| self.ident(n)).collect();
        Precedence { kinds, newer: node.has(Kind::newer), span: self.span(node) }
    }

    fn property(&mut self, node: Node) -> Option<Property> {
        let mut parts = node.children().filter(|n| n.kind() != Kind::eq);
        let (key, value) = (parts.next()?, parts.next()?);
        let key = Ident { text: super::build::normal(self.text_of(key)), span: self.span(key) };
        let span = self.span(value);
        let value = match value.kind() {
            Kind::text => PropertyValue::Text(self.text(value)),
            Kind::name => PropertyValue::Name(self.ident(value)),
            Kind::kw_none => PropertyValue::None,
            Kind::date | Kind::date_cn | Kind::year => match self.day(value) {
                Some(day) => PropertyValue::Date(day),
                None => PropertyValue::Hole(span),
            },
            _ => {
                if self.ruined != Some(node.start()) {
                    let message = format!("`{} =` has no value", key.text);
                    self.report(&codes::E0101, key.span, message, "a property of a source is a word, a text in quotes or a date");
                }
                PropertyValue::Hole(span)
            }
        };
        Some(Property { key, value, span: self.span(node) })
    }

    fn test(&mut self, node: Node) -> Option<Test> {
        let name = self.text_in(node)?;
        let (mut region, mut on, mut known): (Option<Ident>, Option<DateLit>, Option<DateLit>) = (None, None, None);
        for n in node.children() {
            let at = self.span(n);
            match n.kind() {
                Kind::in_region if region.is_some() => self.twice(at, region.as_ref().map(|r| r.span), "`in`"),
                Kind::in_region => region = self.name_in(n),
                Kind::on_day if on.is_some() => self.twice(at, on.map(|d| d.span), "`on`"),
                Kind::on_day => on = self.day_in(n),
                Kind::known_day if known.is_some() => self.twice(at, known.map(|d| d.span), "`known`"),
                Kind::known_day => known = self.day_in(n),
                _ => {}
            }
        }
        let block = node.child(Kind::test_block)?;
        self.header(node, block, "test");
        self.check_closed(block);
        let mut cases = Vec::new();
        for n in block.children() {
            match n.kind() {
                Kind::case => cases.extend(self.case(n)),
                Kind::trouble => self.trouble(Kind::only_case, n),
                Kind::stray_sep => self.stray_sep(n),
                _ => {}
            }
        }
        let Some(region) = region else {
            if !node.has(Kind::bad_header) {
                self.report(
                    &codes::E0101,
                    name.span,
                    "this test names no region",
                    "say where the question is asked: test \"…\" in 西宁 < … >",
                );
            }
            return None;
        };
        Some(Test { name, region, on, known, cases, span: self.span(node) })
    }

    fn case(&mut self, node: Node) -> Option<Case> {
        let head = self.head(node.child(Kind::head)?)?;
        if let Some(colon) = node.child(Kind::colon) {
            let span = self.span(colon);
            self.error(
                Diagnostic::at(&codes::E0101, span, "no colon stands before `<`").help("a test's case is `HEAD < … >`").fix(span, ""),
            );
        }
        let block = node.child(Kind::case_block)?;
        self.check_closed(block);
        let (mut inputs, mut expects) = (Vec::new(), Vec::new());
        let mut kids = block.children().peekable();
        while let Some(n) = kids.next() {
            if kids.peek().is_some_and(|junk| self.ruin(n, *junk)) {
                kids.next();
            }
            match n.kind() {
                Kind::given => inputs.extend(self.given(n)),
                Kind::expect => expects.extend(self.expect(n)),
                Kind::trouble => self.trouble(Kind::only_case_item, n),
                Kind::stray_sep => self.stray_sep(n),
                _ => {}
            }
        }
        Some(Case { head, inputs, expects, span: self.span(node) })
    }

    fn given(&mut self, node: Node) -> Option<Given> {
        let input = self.name_in(node)?;
        let op = node.child(Kind::set_op)?;
        let text = self.text_of(op);
        if !matches!(text, "=" | "＝") {
            let span = self.span(op);
            let message = format!("`{text}` does not give an input");
            self.error(
                Diagnostic::at(&codes::E0101, span, message)
                    .help("a fact is told with `=`; what must come out begins with `expect`")
                    .fix(span, "="),
            );
        }
        let value = self.value(node, op);
        Some(Given { input, value, span: self.span(node) })
    }

    fn expect(&mut self, node: Node) -> Option<Expect> {
        let outcome = self.name_in(node)?;
        let value = node.child(Kind::eq).map(|eq| self.value(node, eq));
        let status = node.child(Kind::status).and_then(|s| s.children().next()).and_then(|s| self.status(s));
        let mods = self.mods(node);
        Some(Expect { outcome, value, status, mods, span: self.span(node) })
    }

    fn status(&mut self, node: Node) -> Option<ExpectStatus> {
        let span = self.span(node);
        match node.kind() {
            Kind::disputed => {
                let values =
                    node.child(Kind::list).map(|l| l.children().filter(|n| n.kind() == Kind::expr).map(|n| self.expr(n)).collect());
                Some(ExpectStatus::Disputed(values, span))
            }
            Kind::needs => {
                let names = node.children().filter(|n| n.kind() == Kind::name).map(|n| self.ident(n)).collect();
                Some(ExpectStatus::Needs(names, span))
            }
            Kind::no_rule => Some(ExpectStatus::NoRule(span)),
            Kind::error_status => Some(ExpectStatus::Error(self.name_in(node), span)),
            _ => None,
        }
    }
}
