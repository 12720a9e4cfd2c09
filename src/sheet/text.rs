//! In: a sheet. Out: lines for people, as wide as their terminal. Never here: Markdown, colours on or off.

use super::layout::{conditions, fate, gist, hedge, marks, origin, period, place, replaced, source, summary, title, wrap};
use super::{Entry, Head, Name, Said, Sheet, Table, WordKind};
use crate::report::{Paint, pad, plain, told, width};
use comfy_table::{ContentArrangement, LineStyle, TableStyle};

/// Names in a list are not made wider than this.
const WIDEST_NAME: usize = 24;

/// A sheet as text of at most `columns` columns; ends with a line break.
pub fn text(sheet: &Sheet, columns: u16, paint: Paint) -> String {
    let mut page = Page { out: String::new(), width: usize::from(columns), paint };
    page.top(sheet);
    for d in &sheet.decisions {
        page.decision(&d.decision);
        d.heads.iter().for_each(|h| page.head(h));
    }
    page.words(sheet);
    page.sources(sheet);
    page.out
}

struct Page {
    out: String,
    width: usize,
    paint: Paint,
}

impl Page {
    fn lines(&mut self, first: &str, rest: &str, text: &str) {
        self.out.push_str(&wrap(text, first, rest, self.width));
    }

    fn faint(&mut self, indent: usize, text: &str) {
        let blank = " ".repeat(indent);
        let wrapped = wrap(&plain(text), &blank, &blank, self.width);
        for line in wrapped.lines() {
            let text = line.trim_start();
            let lead = line.len() - text.len();
            self.out.push_str(&format!("{}{}\n", " ".repeat(lead), self.paint.faint(text)));
        }
    }

    fn top(&mut self, s: &Sheet) {
        let known = s.known.as_ref().map_or(String::new(), |k| format!(", as known on {k}"));
        let within: Vec<&str> = s.within.iter().map(|n| n.name.as_str()).collect();
        let within = if within.is_empty() { String::new() } else { format!(" in {}", within.join(" in ")) };
        let name = self.paint.strong(&plain(&place(&s.region)));
        self.lines("", "", &format!("{name}{}: in force on {}{known}", plain(&within), s.on));
        if let Some(a) = &s.agency {
            let by = if a.region == s.region.name { String::new() } else { format!(" (named by {})", a.region) };
            self.lines("", "", &plain(&format!("To ask: {}{by}", a.name)));
        }
        self.lines("", "", &summary(s));
    }

    fn decision(&mut self, n: &Name) {
        let mut head = plain(&title(n));
        if n.label.is_some() {
            head.push_str(&format!("  {}", plain(&n.name)));
        }
        let bar = "━".repeat(self.width.min(100));
        self.out.push_str(&format!("\n{}\n", self.paint.faint(&bar)));
        let head = self.paint.strong(&head);
        self.lines("", "", &head);
    }

    fn head(&mut self, h: &Head) {
        let head = match (&h.label, h.arguments.as_str()) {
            (_, "") => "for everybody".to_owned(),
            (Some(l), args) => format!("{}  {args}", told(l)),
            (None, args) => args.to_owned(),
        };
        self.out.push('\n');
        let head = self.paint.condition(&plain(&head));
        self.lines("▌ ", "▌ ", &head);
        if !h.besides.is_empty() {
            let besides: Vec<&str> = h.besides.iter().map(|b| if b.is_empty() { "everybody" } else { b }).collect();
            self.faint(2, &format!("besides what is said for {}", besides.join("; ")));
        }
        // A table about one outcome only stands with what else is said about it.
        let with = |t: &Table, e: &Entry| matches!(t.outcomes.as_slice(), [one] if *one == e.outcome);
        h.tables.iter().filter(|t| t.after == 0).for_each(|t| self.titled(t));
        for (i, e) in h.outcomes.iter().enumerate() {
            let (own, apart): (Vec<&Table>, Vec<&Table>) = h.tables.iter().filter(|t| t.after == i + 1).partition(|t| with(t, e));
            self.entry(e, &own);
            apart.into_iter().for_each(|t| self.titled(t));
        }
    }

    fn entry(&mut self, e: &Entry, tables: &[&Table]) {
        self.out.push('\n');
        let mut name = self.paint.strong(&plain(&title(&e.outcome)));
        let more = match (&e.outcome.label, e.local) {
            (Some(_), _) => e.outcome.name.clone(),
            (None, true) => "(on the way)".to_owned(),
            (None, false) => String::new(),
        };
        if !more.is_empty() {
            name.push_str(&format!("  {}", self.paint.faint(&plain(&more))));
        }
        self.lines("  ", "  ", &name);
        for mark in marks(&e.marks) {
            let mark = self.paint.warn(&format!("! {}", plain(&mark)));
            self.lines("    ", "      ", &mark);
        }
        self.group(&e.says);
        tables.iter().for_each(|t| self.table(t));
        replaced(&e.replaced).iter().for_each(|line| self.faint(6, line));
    }

    /// Statements, the source once under those that share it.
    fn group(&mut self, list: &[Said]) {
        let mut rest = list.iter().peekable();
        while let Some(s) = rest.next() {
            self.said(s);
            let same = rest.peek().is_some_and(|next| origin(next) == origin(s));
            if !same {
                self.faint(6, &origin(s));
            }
        }
    }

    fn said(&mut self, s: &Said) {
        let line = self.sentence(s);
        self.lines("    • ", "      ", &line);
        s.exceptions.iter().for_each(|e| self.exception(e, 6));
        if let Some(note) = &s.note {
            self.faint(6, &format!("remark: {note}"));
        }
    }

    fn exception(&mut self, s: &Said, indent: usize) {
        let line = format!("except {}", self.sentence(s));
        let blank = " ".repeat(indent);
        self.lines(&format!("{blank}– "), &format!("{blank}  "), &line);
        s.exceptions.iter().for_each(|e| self.exception(e, indent + 2));
    }

    /// The statement on one line, to be wrapped.
    fn sentence(&self, s: &Said) -> String {
        let mut out = plain(&gist(s));
        if let Some(m) = s.meaning.as_ref().filter(|m| s.value.as_ref() != Some(&m.zh)) {
            out.push_str(&self.paint.faint(&plain(&format!(" ({})", m.zh))));
        }
        if !s.conditions.is_empty() {
            out.push_str(&format!("  {}", self.paint.condition(&plain(&conditions(&s.conditions)))));
        }
        let mut small: Vec<String> = Vec::new();
        small.extend(period(s));
        small.extend(hedge(s));
        small.extend(fate(&s.fate));
        if !small.is_empty() {
            out.push_str(&format!("  [{}]", plain(&small.join("; "))));
        }
        let ids: Vec<String> = s.ids.iter().map(|i| format!("#{i}")).collect();
        if !ids.is_empty() {
            out.push_str(&format!("  {}", self.paint.faint(&plain(&ids.join(" ")))));
        }
        out
    }

    fn titled(&mut self, t: &Table) {
        self.out.push('\n');
        let names: Vec<String> = t.outcomes.iter().map(title).collect();
        let name = self.paint.strong(&plain(&names.join(" · ")));
        self.lines("  ", "  ", &name);
        self.table(t);
    }

    fn table(&mut self, t: &Table) {
        for mark in marks(&t.marks) {
            let mark = self.paint.warn(&format!("! {}", plain(&mark)));
            self.lines("    ", "      ", &mark);
        }
        if !t.conditions.is_empty() {
            let around = self.paint.condition(&plain(&conditions(&t.conditions)));
            self.lines("    ", "    ", &around);
        }
        let extra: Vec<String> = t.rows.iter().map(|r| extras(&r.said).join("; ")).collect();
        // What all rows share stands once below the table.
        let shared = extra.first().filter(|x| extra.iter().all(|y| &y == x)).cloned();
        let mut grid = comfy_table::Table::new();
        let style = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
        grid.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
        grid.set_width(u16::try_from(self.width.saturating_sub(4)).unwrap_or(u16::MAX));
        let mut header: Vec<String> = t.columns.iter().map(|c| plain(&column(c))).collect();
        if shared.is_none() {
            header.push(String::new());
        }
        grid.set_header(header);
        for (row, extra) in t.rows.iter().zip(&extra) {
            let mut cells: Vec<String> = row.cells.iter().map(|c| plain(c)).collect();
            if shared.is_none() {
                cells.push(plain(extra));
            }
            grid.add_row(cells);
        }
        for line in grid.trim_fmt().lines() {
            self.out.push_str(&format!("    {line}\n"));
        }
        if let Some(shared) = shared.filter(|s| !s.is_empty()) {
            self.faint(6, &shared);
        }
        let mut origins: Vec<String> = Vec::new();
        for r in &t.rows {
            let o = origin(&r.said);
            if !origins.contains(&o) {
                origins.push(o);
            }
        }
        origins.iter().for_each(|o| self.faint(6, o));
        if t.replaced {
            let by: Vec<&str> = t.rows.iter().flat_map(|r| &r.said.fate.behind).map(String::as_str).take(1).collect();
            self.faint(6, &format!("replaced by what {} says", by.join("")));
        }
    }

    fn words(&mut self, s: &Sheet) {
        for (kind, heading) in
            [(WordKind::Input, "Facts about the person"), (WordKind::Value, "Values"), (WordKind::Attribute, "Details in lists")]
        {
            let list: Vec<&Name> = s.words.iter().filter(|w| w.kind == kind).map(|w| &w.name).collect();
            if list.is_empty() {
                continue;
            }
            self.section(heading);
            let widest = list.iter().map(|n| width(&n.name)).filter(|w| *w <= WIDEST_NAME).max().unwrap_or(0);
            for n in list {
                let means = match (&n.label, &n.alias) {
                    (Some(l), _) => told(l),
                    (None, Some(a)) => a.clone(),
                    (None, None) => continue,
                };
                let name = pad(&plain(&n.name), widest);
                let rest = " ".repeat(widest + 4);
                self.lines(&format!("  {name}  "), &rest, &plain(&means));
            }
        }
    }

    fn sources(&mut self, s: &Sheet) {
        if s.sources.is_empty() {
            return;
        }
        self.section("Sources");
        for x in &s.sources {
            let name = self.paint.strong(&plain(&x.name));
            self.lines("  ", "    ", &format!("{name}  {}", plain(&source(x))));
            x.url.iter().for_each(|u| self.faint(4, u));
            x.note.iter().for_each(|n| self.faint(4, n));
        }
    }

    fn section(&mut self, heading: &str) {
        let bar = "━".repeat(self.width.min(100));
        self.out.push_str(&format!("\n{}\n{}\n\n", self.paint.faint(&bar), self.paint.strong(heading)));
    }
}

/// Period, hedge, remark and ids of a row.
pub(super) fn extras(s: &Said) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    out.extend(period(s));
    out.extend(hedge(s));
    out.extend(fate(&s.fate));
    out.extend(s.note.as_ref().map(|n| format!("remark: {n}")));
    if !s.ids.is_empty() {
        out.push(s.ids.iter().map(|i| format!("#{i}")).collect::<Vec<_>>().join(" "));
    }
    out
}

/// The head of a column: what it is called for people, and its name.
pub(super) fn column(n: &Name) -> String {
    match (&n.label, &n.alias) {
        (Some(l), _) => format!("{} ({})", l.zh, n.name),
        (None, Some(a)) => format!("{a} ({})", n.name),
        (None, None) => n.name.clone(),
    }
}
