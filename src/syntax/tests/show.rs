//! In: a tree. Out: it in a compact, fully bracketed form without spans. Never here: assertions.

use super::super::ast::*;

pub fn statements(list: &[Statement]) -> String {
    list.iter().map(statement).collect::<Vec<_>>().join("; ")
}

pub fn statement(s: &Statement) -> String {
    match s {
        Statement::Set(s) => {
            let strength = match s.strength {
                Strength::Plain => "",
                Strength::Default => "default ",
                Strength::Final => "final ",
            };
            let op = match s.op {
                SetOp::Give => "=",
                SetOp::Add => "+=",
                SetOp::AtLeast => "at least",
                SetOp::AtMost => "at most",
                SetOp::Requires => "requires",
            };
            let excepts: String = s.exceptions.iter().map(|e| format!(" !({}: {})", expr(&e.condition), body(&e.body))).collect();
            format!("{strength}{} {op} {}{}{excepts}", s.target.text, expr(&s.value), mods(&s.mods))
        }
        Statement::Let(l) => format!("let {} = {}{}", l.name.text, expr(&l.value), mods(&l.mods)),
        Statement::When(w) => format!("when {}: {}", expr(&w.condition), body(&w.body)),
        Statement::Each(e) => {
            let filter = e.filter.as_ref().map_or(String::new(), |f| format!(" where {}", expr(f)));
            format!("each {} in {}{filter}: {}", e.item.text, expr(&e.list), body(&e.body))
        }
        Statement::Table(t) => {
            let columns: Vec<&str> = t.columns.iter().map(|c| c.text.as_str()).collect();
            let rows: String = t
                .rows
                .iter()
                .map(|r| format!(" / {}{}", r.cells.iter().map(cell).collect::<Vec<_>>().join(" | "), mods(&r.mods)))
                .collect();
            format!("table {}{rows}{}", columns.join(" | "), mods(&t.mods))
        }
    }
}

fn cell(c: &Cell) -> String {
    match c {
        Cell::Any(_) => "-".into(),
        Cell::Otherwise(_) => "otherwise".into(),
        Cell::Values(v, _) => v.iter().map(expr).collect::<Vec<_>>().join(", "),
    }
}

pub fn body(b: &Body) -> String {
    if b.bracketed { format!("<{}>", statements(&b.statements)) } else { statements(&b.statements) }
}

pub fn date(d: &DateLit) -> String {
    match d.part {
        DatePart::Year => format!("{:04}", d.year),
        DatePart::Month => format!("{:04}-{:02}", d.year, d.month),
        DatePart::Day => format!("{:04}-{:02}-{:02}", d.year, d.month, d.day),
    }
}

pub fn mods(m: &Mods) -> String {
    let mut out = String::new();
    let said = |s: &Said| s.text.as_ref().map_or(String::new(), |t| format!(" {:?}", t.text));
    if let Some(p) = &m.per {
        out += &format!(" per {}", p.text);
    }
    if let Some(p) = &m.section {
        out += &format!(" §{:?}", p.text);
    }
    if let Some(d) = &m.from {
        out += &format!(" from {}", date(d));
    }
    if let Some(d) = &m.until {
        out += &format!(" until {}", date(d));
    }
    if let Some(b) = &m.by {
        out += &format!(" by {}", b.text);
    }
    for id in &m.ids {
        out += &format!(" #{}", id.text);
    }
    if let Some(h) = &m.hedged {
        out += &format!(" hedged{}", said(h));
    }
    if let Some(h) = &m.refer {
        out += &format!(" refer{}", said(h));
    }
    if let Some(n) = &m.note {
        out += &format!(" note {:?}", n.text);
    }
    out
}

pub fn head(h: &Head) -> String {
    let args: Vec<String> = h
        .args
        .iter()
        .map(|a| {
            if a.alternatives.is_empty() {
                "any".to_owned()
            } else {
                a.alternatives.iter().map(|i| i.text.as_str()).collect::<Vec<_>>().join("|")
            }
        })
        .collect();
    format!("{}({})", h.decision.text, args.join(if h.arrow { "->" } else { ", " }))
}

fn all(list: &[Expr]) -> String {
    list.iter().map(expr).collect::<Vec<_>>().join(", ")
}

pub fn expr(e: &Expr) -> String {
    let end = |x: &Option<(Box<Expr>, bool)>| {
        x.as_ref().map_or("..".to_owned(), |(e, closed)| format!("{}{}", expr(e), if *closed { "" } else { "!" }))
    };
    match &e.kind {
        ExprKind::Number(n) => n.to_string(),
        ExprKind::Money(n, m) => format!("{n}fen{}", if *m { "/month" } else { "" }),
        ExprKind::Rate(n) => format!("{n}rate"),
        ExprKind::Points(n) => format!("{n}points"),
        ExprKind::Duration(n, u) => format!("{n}{u:?}"),
        ExprKind::Date(d) => date(d),
        ExprKind::Text(t) => format!("{t:?}"),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::None => "none".into(),
        ExprKind::Name(n) => n.text.to_string(),
        ExprKind::Field(a, b) => format!("{}.{}", a.text, b.text),
        ExprKind::Ask(h, o) => format!("{}.{}", head(h), o.text),
        ExprKind::At(e, r) => format!("({} at {})", expr(e), r.text),
        ExprKind::Call(f, a) => format!("{}({})", f.text, all(a)),
        ExprKind::Where(l, c) => format!("({} where {})", expr(l), expr(c)),
        ExprKind::Not(e) => format!("(not {})", expr(e)),
        ExprKind::Binary(op, a, b) => format!("({} {op:?} {})", expr(a), expr(b)),
        ExprKind::In(a, b) => format!("({} in {})", expr(a), expr(b)),
        ExprKind::If(c, a, b) => format!("if {} then {} else {}", expr(c), expr(a), expr(b)),
        ExprKind::Range(r) => format!("{{{} ~ {}}}", end(&r.lo), end(&r.hi)),
        ExprKind::About(e) => format!("about {}", expr(e)),
        ExprKind::AnyOf(a) => format!("any of [{}]", all(a)),
        ExprKind::List(l) => {
            let items: Vec<String> = l
                .items
                .iter()
                .map(|i| {
                    let attributes: String = i
                        .attributes
                        .iter()
                        .map(|(n, v)| v.as_ref().map_or(format!(" {}", n.text), |v| format!(" {}={}", n.text, expr(v))))
                        .collect();
                    format!("{}{attributes}", expr(&i.value))
                })
                .collect();
            format!("[{}{}]", items.join(if l.ordered { "; " } else { ", " }), if l.open { " ..." } else { "" })
        }
        ExprKind::Record(n, f) => {
            format!("{}{{{}}}", n.text, f.iter().map(|(n, v)| format!("{}={}", n.text, expr(v))).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Refer(t) => t.as_ref().map_or("refer".into(), |t| format!("refer {:?}", t.text)),
        ExprKind::Hole => "HOLE".into(),
    }
}
