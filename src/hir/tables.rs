//! In: a table as written. Out: its columns and cells, typed, and what is wrong with its rows. Never here: which row applies to a person.

use super::blocks::Checker;
use super::expr::Context;
use super::literals::{days, exact};
use super::lookup::unknown;
use super::{Expr, ExprKind, Mods, OutcomeId, Pick, Row, Selector, Table};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, Cell};
use crate::value::{Exact, Interval, Names, Num, Type, Value, Variants};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

enum Column {
    Select,
    From,
    Until,
    Give(OutcomeId),
    Bad,
}

impl Checker<'_> {
    pub(super) fn table(&mut self, t: &ast::Table, cx: &Context, outer: &Mods) -> Option<Table> {
        let mods = self.mods(&t.mods, outer);
        let effective = mods.within(outer);
        if effective.source.is_none() && !effective.lost_source {
            self.usage.unsourced.push(t.span);
        }
        let mut columns = Vec::new();
        let mut selectors: Vec<Selector> = Vec::new();
        let mut outcomes: Vec<(OutcomeId, Span)> = Vec::new();
        let symbols = self.symbols;
        for name in &t.columns {
            let outcome = cx.decision.and_then(|d| symbols.decision(d).by_name.get(&name.text).copied());
            columns.push(match (name.text.as_str(), outcome) {
                ("from", _) => Column::From,
                ("until", _) => Column::Until,
                (_, Some(o)) => {
                    if outcomes.iter().any(|(p, _)| *p == o) {
                        self.out.push(
                            Diagnostic::at(&codes::E0503, name.span, format!("the column `{}` stands twice", name.text))
                                .help("keep one of them"),
                        );
                        Column::Bad
                    } else {
                        outcomes.push((o, name.span));
                        Column::Give(o)
                    }
                }
                _ => match self.selector(name, cx) {
                    Some(subject) => {
                        selectors.push(Selector { subject, span: name.span });
                        Column::Select
                    }
                    None => Column::Bad,
                },
            });
        }
        if columns.iter().any(|c| matches!(c, Column::Bad)) {
            return None;
        }
        if outcomes.is_empty() {
            self.out.push(
                Diagnostic::at(&codes::E0503, t.span.at_start(), "this table gives nothing: no column names an outcome")
                    .help("add a column with the name of an outcome of this decision"),
            );
            return None;
        }
        let subjects: Vec<Expr> = selectors.iter().map(|s| s.subject.clone()).collect();
        let mut rows = Vec::new();
        for row in &t.rows {
            let row_mods = self.mods(&row.mods, &effective);
            if let Some(r) = self.row(row, row_mods, &columns, &subjects, cx) {
                rows.push(r);
            }
        }
        if columns.iter().any(|c| matches!(c, Column::From)) && !columns.iter().any(|c| matches!(c, Column::Until)) {
            close_series(&mut rows);
        }
        let whole = rows.len() == t.rows.len();
        let table = Table { selectors, outcomes, rows, mods, span: t.span };
        self.check_rows(&table, whole);
        Some(table)
    }

    fn selector(&mut self, name: &ast::Ident, cx: &Context) -> Option<Expr> {
        let is_known = self.find_input_named(&name.text).is_some()
            || cx.decision.is_some_and(|d| self.symbols.decision(d).args.iter().any(|a| a.name == name.text))
            || cx.items.iter().any(|(_, r)| self.field_index(*r, &name.text).is_some());
        if !is_known {
            let mut known: Vec<SmolStr> = self.inputs_in_reach();
            if let Some(d) = cx.decision {
                let d = self.symbols.decision(d);
                known.extend(d.by_name.keys().cloned());
                known.extend(d.args.iter().map(|a| a.name.clone()));
            }
            self.out.push(unknown(
                &codes::E0503,
                "input or outcome to head this column",
                &name.text,
                name.span,
                known.iter().map(SmolStr::as_str),
            ));
            return None;
        }
        let e = ast::Expr { kind: ast::ExprKind::Name(name.clone()), span: name.span };
        let typed = self.expr(&e, None, cx);
        (!typed.is_error()).then_some(typed)
    }

    fn row(&mut self, row: &ast::Row, mut mods: Mods, columns: &[Column], subjects: &[Expr], cx: &Context) -> Option<Row> {
        let mut select = Vec::new();
        let mut give = Vec::new();
        let mut failed = false;
        let mut subject = subjects.iter();
        for (cell, column) in row.cells.iter().zip(columns) {
            match column {
                Column::Bad => {}
                Column::From | Column::Until => match date_cell(cell) {
                    Some(None) => {}
                    Some(Some((first, last, span))) => {
                        if matches!(column, Column::From) {
                            mods.from = Some((first, span));
                        } else {
                            mods.until = Some((last, span));
                        }
                    }
                    None => {
                        self.out.push(
                            Diagnostic::at(&codes::E0301, cell_span(cell), "this column holds dates")
                                .help("write a year, `2025-01` or `2025-01-31`"),
                        );
                        failed = true;
                    }
                },
                Column::Select => {
                    let Some(subject) = subject.next() else { continue };
                    match self.pick(cell, subject, cx) {
                        Some(p) => select.push(p),
                        None => failed = true,
                    }
                }
                Column::Give(o) => match cell {
                    Cell::Any(_) => give.push(None),
                    Cell::Otherwise(span) => {
                        self.out.push(
                            Diagnostic::at(&codes::E0503, *span, "`otherwise` selects; it cannot be given")
                                .help("write a value, `refer`, or `-` to say nothing"),
                        );
                        failed = true;
                    }
                    Cell::Values(values, span) => {
                        let [value] = values.as_slice() else {
                            self.out.push(
                                Diagnostic::at(&codes::E0503, *span, "a column that gives holds one value in each row")
                                    .help("write a list as `[a, b]`, readings as `any of [a, b]`"),
                            );
                            failed = true;
                            continue;
                        };
                        let info = self.symbols.outcome(*o);
                        let (ty, what) = (info.ty.clone(), format!("`{}`", info.name));
                        let typed = self.expect(value, &ty, cx, &what);
                        failed |= typed.is_error();
                        give.push(Some(typed));
                    }
                },
            }
        }
        if let (Some((f, _)), Some((u, us))) = (mods.from, mods.until)
            && f > u
        {
            self.out.push(Diagnostic::at(&codes::E0401, us, "this row's period ends before it starts").label("no day lies in it"));
            failed = true;
        }
        (!failed).then_some(Row { select, give, mods, span: row.span })
    }

    fn pick(&mut self, cell: &Cell, subject: &Expr, cx: &Context) -> Option<Pick> {
        match cell {
            Cell::Any(_) => Some(Pick::Any),
            Cell::Otherwise(_) => Some(Pick::Otherwise),
            Cell::Values(values, span) => {
                let want = subject.ty.clone();
                let mut typed = Vec::new();
                for v in values {
                    // `any of [a, b]` in a cell is another way to write `a, b`.
                    let options: &[ast::Expr] = if let ast::ExprKind::AnyOf(o) = &v.kind { o } else { std::slice::from_ref(v) };
                    for o in options {
                        let e = self.expect(o, &want, cx, "what this column selects by");
                        if e.is_error() {
                            return None;
                        }
                        if self.check_bounds(subject, &e) {
                            return None;
                        }
                        typed.push(e);
                    }
                }
                Some(Pick::OneOf(typed, *span))
            }
        }
    }

    /// Rows that overlap (an error) and cases no row covers (a warning).
    fn check_rows(&mut self, table: &Table, whole: bool) {
        let spaces: Vec<Option<Space>> = table.selectors.iter().map(|s| self.space(&s.subject)).collect();
        let rows: Vec<(&Row, Vec<Option<Set>>)> = table
            .rows
            .iter()
            .map(|r| (r, r.select.iter().zip(&table.selectors).map(|(pick, s)| Set::of(pick, s.subject.ty.base())).collect()))
            .collect();
        // Rows that name a value in the first column meet only rows with the same one, so wide tables stay linear in practice.
        let mut reported = 0;
        for (i, (a, sa)) in rows.iter().enumerate() {
            if a.select.iter().any(|p| matches!(p, Pick::Otherwise)) {
                continue;
            }
            for (b, sb) in rows.iter().skip(i + 1).take(MAX_COMPARED) {
                if b.select.iter().any(|p| matches!(p, Pick::Otherwise)) || !periods_meet(&a.mods, &b.mods) {
                    continue;
                }
                let meet = sa.iter().zip(sb).all(|(x, y)| match (x, y) {
                    (Some(x), Some(y)) => x.meets(y),
                    // Formulas in cells are compared when a person is asked.
                    _ => false,
                });
                let say_same = a.give.iter().zip(&b.give).all(|(x, y)| x.is_none() || y.is_none());
                if meet && !say_same && reported < 20 {
                    reported += 1;
                    self.out.push(
                        Diagnostic::at(&codes::E0501, b.span, "this row and another both apply to some people")
                            .label("overlaps")
                            .related(a.span, "with this row")
                            .help("make the ranges meet without overlap (`35..44 years`, then `over 44 years`), or use `otherwise` for the rest"),
                    );
                }
            }
        }
        // A row that could not be read may be the one that is missing.
        if !whole || table.rows.iter().any(|r| r.select.iter().any(|p| matches!(p, Pick::Otherwise))) || table.selectors.is_empty() {
            return;
        }
        // Where some people rightly get no answer, a row that is not there says nothing.
        if !table.outcomes.is_empty() && table.outcomes.iter().all(|(o, _)| self.symbols.outcome(*o).partial) {
            return;
        }
        if let Some(gap) = self.uncovered(table, &rows, &spaces) {
            self.out.push(
                Diagnostic::at(&codes::W0502, table.span.at_start(), format!("no row of this table covers {gap}"))
                    .label("cases are left out")
                    .help("add the missing row, or a row with `otherwise`; if the source really says nothing, give `refer`, or declare the outcome `partial`"),
            );
        }
    }

    /// The values a selector can have, if they can be told.
    fn space(&self, subject: &Expr) -> Option<Space> {
        match subject.ty.base() {
            Type::Enum(e) => Some(Space::Enum(*e, self.symbols.variant_count(*e))),
            Type::Boolean => Some(Space::Boolean),
            t if t.is_numeric() => {
                let bounds = match &subject.kind {
                    ExprKind::Input(i) => self.symbols.input(*i).bounds,
                    _ => None,
                };
                Some(Space::Numbers(bounds.unwrap_or(Interval::ALL), t.is_integral()))
            }
            _ => None,
        }
    }

    /// An example no row covers: only told for tables with one selector, or where every row leaves all others open.
    fn uncovered(&self, table: &Table, rows: &[(&Row, Vec<Option<Set>>)], spaces: &[Option<Space>]) -> Option<String> {
        for (column, space) in spaces.iter().enumerate() {
            let space = space.as_ref()?;
            let mut sets = Vec::new();
            for (row, picks) in rows {
                // A dated row covers its cases at some time, which is all that is asked here.
                let _ = row;
                sets.push(picks.get(column)?.as_ref()?);
            }
            let name = |e: &Expr| match &e.kind {
                ExprKind::Input(i) => self.symbols.input(*i).name.to_string(),
                _ => self.map.snippet(e.span).to_string(),
            };
            let subject = table.selectors.get(column)?;
            if let Some(v) = space.example_outside(&sets, self.symbols, subject.subject.ty.base()) {
                return Some(format!("`{} = {v}`", name(&subject.subject)));
            }
        }
        None
    }
}

/// Rows compared with each row for overlaps; beyond it overlaps are still found when a person is asked.
const MAX_COMPARED: usize = 400;

enum Space {
    Enum(crate::value::EnumId, usize),
    Boolean,
    Numbers(Interval, bool),
}

impl Space {
    fn example_outside(&self, sets: &[&Set], names: &dyn Names, ty: &Type) -> Option<String> {
        match self {
            Space::Enum(e, n) => (0..u16::try_from(*n).unwrap_or(u16::MAX))
                .find(|v| !sets.iter().any(|s| s.has_variant(*v)))
                .map(|v| names.variant(*e, v).to_string()),
            Space::Boolean => [true, false].into_iter().find(|b| !sets.iter().any(|s| s.has_bool(*b))).map(|b| b.to_string()),
            Space::Numbers(bounds, integral) => {
                if sets.iter().any(|s| matches!(s, Set::All)) {
                    return None;
                }
                let mut all: Vec<Interval> = sets.iter().flat_map(|s| s.intervals()).copied().collect();
                all.sort_by(Interval::order);
                let step = if *ty == Type::Years { Exact::from_int(12) } else { Exact::ONE };
                gap(bounds, &all, integral.then_some(step))
                    .filter(|_| *integral || !matches!(ty, Type::Date))
                    .map(|p| crate::value::show(&Value::Num(Num::Exact(p)), ty, names))
            }
        }
    }
}

/// A number inside the bounds that none of these sorted intervals holds; of whole numbers, if it can be, a multiple of the usual step.
fn gap(bounds: &Interval, sorted: &[Interval], whole: Option<Exact>) -> Option<Exact> {
    let integral = whole.is_some();
    let step = if integral { Exact::ONE } else { Exact::ZERO };
    let usual = |from: Exact| {
        let step = whole?;
        Exact::from_int(from.checked_div(step).ok()?.ceil()).checked_mul(step).ok()
    };
    let two = Exact::from_int(2);
    let inside = |x: Exact| (bounds.contains(x) && !sorted.iter().any(|i| i.contains(x))).then_some(x);
    // Where everything below is covered so far; nothing yet.
    let mut reached: Option<(Exact, bool)> = None;
    let mut unlimited_below = false;
    for i in sorted {
        match (i.lo, reached) {
            (None, _) => unlimited_below = true,
            (Some(lo), None) if !unlimited_below => {
                let below = lo.checked_sub(Exact::ONE).ok()?;
                let middle = bounds.lo.and_then(|b| b.checked_add(lo).ok()?.checked_div(two).ok());
                if let Some(x) =
                    bounds.lo.and_then(inside).or_else(|| inside(below)).or_else(|| middle.filter(|_| !integral).and_then(inside))
                {
                    return Some(x);
                }
            }
            (Some(lo), Some((end, closed))) => {
                let next = end.checked_add(step).ok()?;
                let apart = lo > next || (!integral && lo == end && !closed && !i.lo_closed);
                if apart {
                    let middle = end.checked_add(lo).ok()?.checked_div(two).ok()?;
                    let candidate = if integral { next } else { middle };
                    let stepped = usual(next).filter(|x| *x < lo).and_then(inside);
                    if let Some(x) = stepped.or_else(|| inside(candidate)).or_else(|| inside(end)) {
                        return Some(x);
                    }
                }
            }
            _ => {}
        }
        match (i.hi, reached) {
            (None, _) => return None,
            (Some(hi), Some((end, closed))) if hi < end || (hi == end && closed) => {}
            (Some(hi), _) => reached = Some((hi, i.hi_closed)),
        }
    }
    let (end, _) = reached?;
    let above = end.checked_add(Exact::ONE).ok()?;
    let middle = bounds.hi.and_then(|b| b.checked_add(end).ok()?.checked_div(two).ok());
    inside(end).or_else(|| bounds.hi.and_then(inside)).or_else(|| inside(above)).or_else(|| middle.filter(|_| !integral).and_then(inside))
}

/// What a cell's constants select.
enum Set {
    All,
    Variants(Vec<Variants>),
    Bools(Vec<bool>),
    Numbers(Vec<Interval>),
}

impl Set {
    /// What a cell selects of the values of a type: `over 10` ends at 11 only where nothing lies between.
    fn of(pick: &Pick, ty: &Type) -> Option<Set> {
        let Pick::OneOf(values, _) = pick else { return Some(Set::All) };
        let mut variants = Vec::new();
        let mut bools = Vec::new();
        let mut numbers = Vec::new();
        for v in values {
            match &v.kind {
                ExprKind::Const(Value::Variants(x)) => variants.push(x.clone()),
                ExprKind::Const(Value::Bool(b)) => bools.push(*b),
                _ if ty.is_integral() => numbers.push(span(v)?.normalise_integral()?),
                _ => numbers.push(span(v)?),
            }
        }
        Some(match (variants.is_empty(), bools.is_empty()) {
            (false, _) => Set::Variants(variants),
            (_, false) => Set::Bools(bools),
            _ => Set::Numbers(numbers),
        })
    }

    fn meets(&self, other: &Set) -> bool {
        match (self, other) {
            (Set::All, _) | (_, Set::All) => true,
            (Set::Variants(a), Set::Variants(b)) => a.iter().any(|x| b.iter().any(|y| x.intersect(y).is_some())),
            (Set::Bools(a), Set::Bools(b)) => a.iter().any(|x| b.contains(x)),
            (Set::Numbers(a), Set::Numbers(b)) => a.iter().any(|x| b.iter().any(|y| x.intersects(y))),
            _ => false,
        }
    }

    fn has_variant(&self, v: u16) -> bool {
        match self {
            Set::All => true,
            Set::Variants(list) => list.iter().any(|x| x.contains(v)),
            _ => false,
        }
    }

    fn has_bool(&self, b: bool) -> bool {
        match self {
            Set::All => true,
            Set::Bools(list) => list.contains(&b),
            _ => false,
        }
    }

    fn intervals(&self) -> &[Interval] {
        match self {
            Set::Numbers(list) => list,
            _ => &[],
        }
    }
}

/// The interval a constant or constant range covers, of its own type.
pub(super) fn interval(e: &Expr) -> Option<Interval> {
    let found = span(e)?;
    if e.ty.base().is_integral() { found.normalise_integral() } else { Some(found) }
}

/// The numbers between the ends of a constant or constant range.
fn span(e: &Expr) -> Option<Interval> {
    Some(match &e.kind {
        ExprKind::Range(lo, hi) => {
            let end = |side: &Option<(Box<Expr>, bool)>| -> Option<Option<(Exact, bool)>> {
                match side {
                    None => Some(None),
                    Some((x, c)) => exact(x).map(|n| Some((n, *c))),
                }
            };
            let (lo, hi) = (end(lo)?, end(hi)?);
            Interval {
                lo: lo.map(|(n, _)| n),
                lo_closed: lo.is_some_and(|(_, c)| c),
                hi: hi.map(|(n, _)| n),
                hi_closed: hi.is_some_and(|(_, c)| c),
            }
        }
        _ => Interval::point(exact(e)?),
    })
}

fn periods_meet(a: &Mods, b: &Mods) -> bool {
    let starts_before_end = |x: &Mods, y: &Mods| match (x.from, y.until) {
        (Some((f, _)), Some((u, _))) => f <= u,
        _ => true,
    };
    starts_before_end(a, b) && starts_before_end(b, a)
}

/// A dated series: a row holds until the day before the next row with the same selection.
fn close_series(rows: &mut [Row]) {
    let keys: Vec<String> = rows.iter().map(|r| key(&r.select)).collect();
    let mut starts: FxHashMap<&str, Vec<Option<i64>>> = FxHashMap::default();
    for (k, r) in keys.iter().zip(rows.iter()) {
        starts.entry(k).or_default().push(r.mods.from.map(|(f, _)| f));
    }
    for list in starts.values_mut() {
        list.sort_unstable();
    }
    for (row, k) in rows.iter_mut().zip(&keys) {
        let from = row.mods.from.map(|(f, _)| f);
        let Some(list) = starts.get(k.as_str()) else { continue };
        let after = list.partition_point(|f| *f <= from);
        if let Some(Some(next)) = list.get(after) {
            let span = row.mods.from.map_or(row.span, |(_, s)| s);
            row.mods.until = Some((next - 1, span));
        }
    }
}

/// Tells selections apart by their constants.
fn key(select: &[Pick]) -> String {
    let parts: Vec<String> = select
        .iter()
        .map(|p| match p {
            Pick::Any => "-".to_string(),
            Pick::Otherwise => "otherwise".to_string(),
            Pick::OneOf(values, _) => {
                let mut texts: Vec<String> = values.iter().map(|v| format!("{:?}", without_spans(v))).collect();
                texts.sort();
                texts.join(",")
            }
        })
        .collect();
    parts.join("|")
}

/// A constant or range with its places blanked, so that equal selections compare equal.
fn without_spans(e: &Expr) -> (Option<Value>, Option<Interval>) {
    (e.constant().cloned(), interval(e))
}

fn date_cell(cell: &Cell) -> Option<Option<(i64, i64, Span)>> {
    match cell {
        Cell::Any(_) => Some(None),
        Cell::Otherwise(_) => None,
        Cell::Values(values, span) => match values.as_slice() {
            [ast::Expr { kind: ast::ExprKind::Date(d), .. }] => days(d).map(|(a, b)| Some((a, b, *span))),
            [ast::Expr { kind: ast::ExprKind::Number(n), .. }] => {
                let year = i16::try_from(n.to_i128()?).ok()?;
                let first = crate::value::calendar::from_ymd(year, 1, 1)?;
                let last = crate::value::calendar::from_ymd(year, 12, 31)?;
                Some(Some((first, last, *span)))
            }
            _ => None,
        },
    }
}

fn cell_span(cell: &Cell) -> Span {
    match cell {
        Cell::Any(s) | Cell::Otherwise(s) | Cell::Values(_, s) => *s,
    }
}
