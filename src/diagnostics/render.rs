//! In: diagnostics and the files they point into. Out: text for people, with source snippets. Never here: machine formats, or where the text goes. The only user of miette.

use super::excerpt::{Excerpt, MAX_COLUMNS, Spot, clean};
use super::places::Places;
use super::{Diagnostic, Fix, Severity, Summary};
use crate::source::SourceMap;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceSpan};
use std::fmt;

/// Width of the text when it does not go to a terminal.
const DEFAULT_WIDTH: usize = 100;
/// Text is not made narrower than this.
const MIN_WIDTH: usize = 60;
/// What stands left of a line of source: its number and the gutter.
const GUTTER: usize = 14;
/// Longest piece of text quoted in a fix, in characters.
const MAX_QUOTED: usize = 60;

/// Draws diagnostics, one after the other.
#[derive(Debug)]
pub struct Renderer<'a> {
    places: Places<'a>,
    map: &'a SourceMap,
    handler: GraphicalReportHandler,
    columns: usize,
    colour: bool,
}

impl<'a> Renderer<'a> {
    /// Draws for a terminal so many columns wide, or (`None`) for a file, with or without colours.
    pub fn new(map: &'a SourceMap, terminal: Option<usize>, colour: bool) -> Self {
        let width = terminal.unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH);
        // A line that the terminal wraps would leave its carets behind.
        let columns = terminal.map_or(MAX_COLUMNS, |_| MAX_COLUMNS.min(width - GUTTER));
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
        Renderer { places: Places::new(map), map, handler, columns, colour }
    }

    /// One diagnostic with its snippets, related places, help and fix; ends with an empty line.
    pub fn render(&mut self, diagnostic: &Diagnostic) -> String {
        let primary = diagnostic.primary.as_ref();
        let mut groups: Vec<Vec<Spot<'a>>> = Vec::new();
        for label in primary.into_iter().chain(&diagnostic.related) {
            let is_primary = primary.is_some_and(|p| std::ptr::eq(p, label));
            let Some(place) = self.places.find(label.span) else { continue };
            let spot = Spot::new(&place, &label.text, is_primary);
            match groups.iter_mut().find(|g| g.iter().any(|s| s.near(&spot, self.columns))) {
                Some(group) => group.push(spot),
                None => groups.push(vec![spot]),
            }
        }
        let (severity, word) = match diagnostic.severity() {
            Severity::Error => (miette::Severity::Error, "error"),
            Severity::Warning => (miette::Severity::Warning, "warning"),
            Severity::Note => (miette::Severity::Advice, "note"),
        };
        let own = if primary.is_some() && !groups.is_empty() { Some(groups.remove(0)) } else { None };
        let mut reports = vec![Report {
            code: Some(format!("{word}[{}]", diagnostic.code.id)),
            message: clean(&diagnostic.message),
            severity,
            help: None,
            excerpt: own.and_then(|spots| Excerpt::of(&spots, self.columns)),
        }];
        for mut spots in groups {
            // The first place of a further snippet is its headline, the others are labels in it.
            let Some(first) = spots.first().cloned() else { continue };
            let message = if first.text().is_empty() { "see also".to_owned() } else { first.text().to_owned() };
            if let Some(s) = spots.first_mut() {
                *s = first.silent();
            }
            let excerpt = Excerpt::of(&spots, self.columns);
            reports.push(Report { code: None, message, severity: miette::Severity::Advice, help: None, excerpt });
        }
        if let Some(last) = reports.last_mut() {
            last.help = diagnostic.help.as_deref().map(clean);
        }
        self.draw(diagnostic, &reports)
    }

    fn draw(&self, diagnostic: &Diagnostic, reports: &[Report]) -> String {
        let mut text = String::new();
        for report in reports {
            // Writing to a string does not fail, and a drawing cut short is better than none.
            let _ = self.handler.render_report(&mut text, report);
        }
        if let Some(path) = &diagnostic.path
            && diagnostic.primary.is_none()
            && !diagnostic.message.contains(path.as_str())
        {
            text.push_str(&format!("  in: {}\n", clean(path)));
        }
        if let Some(fix) = &diagnostic.fix {
            text.push_str(&format!("  {} {}\n", self.paint("36", "fix:"), self.fix(fix)));
        }
        // Lines of blanks would differ between terminals and files for no reason.
        let mut tidy: String = text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        tidy.push('\n');
        tidy
    }

    fn fix(&self, fix: &Fix) -> String {
        let (old, new) = (self.map.snippet(fix.span), fix.replacement.as_str());
        match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("insert {}", quoted(new)),
            (false, true) => format!("delete {}", quoted(old)),
            (false, false) => format!("replace {} with {}", quoted(old), quoted(new)),
        }
    }

    /// The last line of a run: how many problems in how many files.
    pub fn summary(&self, summary: &Summary) -> String {
        let colour = match summary {
            Summary { errors: 0, warnings: 0, .. } => "32",
            Summary { errors: 0, .. } => "33",
            _ => "31",
        };
        format!("{}\n", self.paint(colour, &summary.to_string()))
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A piece of source in backquotes, cut if long.
fn quoted(text: &str) -> String {
    let shown: String = clean(text).replace('\n', "⏎").chars().take(MAX_QUOTED).collect();
    let rest = if text.chars().nth(MAX_QUOTED).is_some() { "…" } else { "" };
    if shown.contains('`') { format!("“{shown}{rest}”") } else { format!("`{shown}{rest}`") }
}

/// What miette draws: a headline and at most one excerpt.
#[derive(Debug)]
struct Report {
    code: Option<String>,
    message: String,
    severity: miette::Severity,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|c| Box::new(c) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.excerpt.as_ref().map(|e| e as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let marks = &self.excerpt.as_ref()?.marks;
        Some(Box::new(marks.iter().map(|mark| {
            let text = Some(mark.text.clone()).filter(|t| !t.is_empty());
            let span = mark.start..mark.end;
            if mark.primary { LabeledSpan::new_primary_with_span(text, span) } else { LabeledSpan::new_with_span(text, span) }
        })))
    }
}

impl miette::SourceCode for Excerpt {
    /// Always the whole excerpt: it was cut to size before. Without context lines miette asks for the header's line and column.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, MietteError> {
        let header = lines_before == 0 && lines_after == 0;
        let (line, column) = if header { (self.at.line, self.at.column) } else { (self.first_line, 1) };
        let whole = SourceSpan::from(0..self.text.len());
        let lines = self.text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            whole,
            line.saturating_sub(1),
            column.saturating_sub(1),
            lines,
        )))
    }
}
