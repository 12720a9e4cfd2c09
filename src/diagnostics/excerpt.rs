//! In: places in a file and the words for them. Out: the few lines that show them, short enough and safe for a terminal. Never here: drawing.

use super::places::Place;
use crate::source::{Position, SourceFile};
use unicode_width::UnicodeWidthChar;

/// Widest piece of a line that is shown where there is no terminal to fit, in columns.
pub(crate) const MAX_COLUMNS: usize = 160;
/// A place over more lines than this is shown by its first line.
const MAX_LINES: usize = 6;
/// Places of one file no further apart than this share an excerpt.
const LINES_APART: usize = 3;

/// One place and what to say under it, trimmed for display.
#[derive(Clone, Debug)]
pub(crate) struct Spot<'a> {
    file: &'a SourceFile,
    at: Position,
    start: usize,
    end: usize,
    last_line: usize,
    text: String,
    primary: bool,
}

impl<'a> Spot<'a> {
    /// Trims trailing white space from the place, and all but the first line if it is long.
    pub fn new(place: &Place<'a>, text: &str, primary: bool) -> Self {
        let covered = place.file.text.get(place.start_byte..place.end_byte).unwrap_or("");
        let visible = match covered.trim_end() {
            "" => covered.split(['\n', '\r']).next().unwrap_or(""),
            trimmed => trimmed,
        };
        let breaks = visible.bytes().filter(|b| *b == b'\n').count();
        let mut spot = Spot {
            file: place.file,
            at: place.start,
            start: place.start_byte,
            end: place.start_byte + visible.len(),
            last_line: place.start.line + breaks,
            text: clean(text),
            primary,
        };
        if breaks >= MAX_LINES {
            let first = visible.split(['\n', '\r']).next().unwrap_or("");
            let separator = if spot.text.is_empty() { "" } else { " " };
            spot.text = format!("{}{separator}(to line {})", spot.text, spot.last_line);
            spot.end = spot.start + first.len();
            spot.last_line = spot.at.line;
        }
        spot
    }

    /// Whether both may stand in one excerpt whose lines are so many columns wide.
    pub fn near(&self, other: &Spot<'_>, columns: usize) -> bool {
        let cut = |s: &Spot<'_>| s.file.line(s.at.line).len() > columns;
        std::ptr::eq(self.file, other.file)
            && self.at.line <= other.last_line + LINES_APART
            && other.at.line <= self.last_line + LINES_APART
            && !cut(self)
            && !cut(other)
    }

    /// What is said about the place.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same place without words: they are said elsewhere.
    pub fn silent(mut self) -> Self {
        self.text.clear();
        self
    }
}

/// A range of an excerpt's text with what to say under it.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// First byte in the excerpt.
    pub start: usize,
    /// One past the last byte in the excerpt.
    pub end: usize,
    /// What to say; may be empty.
    pub text: String,
    /// The place the diagnostic is about.
    pub primary: bool,
}

/// Some lines of a file, each ending in `\n`, none too wide and none with control characters.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// The file's name.
    pub name: String,
    /// The lines.
    pub text: String,
    /// Number of the first of them.
    pub first_line: usize,
    /// Where the first spot starts in the file.
    pub at: Position,
    /// Where the spots lie in `text`.
    pub marks: Vec<Mark>,
}

impl Excerpt {
    /// The lines of the spots and one more on each side, cut to `columns`; all spots lie in one file. `None` without spots.
    pub fn of(spots: &[Spot<'_>], columns: usize) -> Option<Self> {
        let anchor = spots.first()?;
        let file = anchor.file;
        let from = spots.iter().map(|s| s.at.line).min()?.saturating_sub(1).max(1);
        let to = spots.iter().map(|s| s.last_line).max()?;
        let mut lines = Lines { text: String::new(), ends: Vec::new(), columns };
        for spot in spots {
            lines.ends.push((spot.start, None));
            lines.ends.push((spot.end, None));
        }
        for number in from..=to + 1 {
            let line = file.line(number);
            let start = offset_in(&file.text, line);
            // The last line has no successor, so it keeps everything up to the end of the file.
            let last = start + line.len() == file.text.len();
            let next = if last { usize::MAX } else { offset_in(&file.text, file.line(number + 1)) };
            if number <= to || start < file.text.len() {
                lines.push(line, start, next);
            }
        }
        let mut ends = lines.ends.iter().map(|(_, shown)| shown.unwrap_or(0));
        let mut marks = Vec::with_capacity(spots.len());
        for spot in spots {
            let (start, end) = (ends.next().unwrap_or(0), ends.next().unwrap_or(0));
            marks.push(Mark { start, end: end.max(start), text: spot.text.clone(), primary: spot.primary });
        }
        Some(Excerpt { name: clean(&file.name), text: lines.text, first_line: from, at: anchor.at, marks })
    }
}

/// The lines written so far, and for each end of a spot (a byte of the file) its byte in `text` once written.
struct Lines {
    text: String,
    ends: Vec<(usize, Option<usize>)>,
    columns: usize,
}

impl Lines {
    /// Writes the part of a line that is shown; it starts at byte `start` of the file, the next one at `next`.
    fn push(&mut self, line: &str, start: usize, next: usize) {
        let here = |at: usize| (start..next).contains(&at);
        let focus = self.ends.iter().map(|(at, _)| *at).filter(|at| here(*at)).min().map_or(0, |at| at - start);
        let shown = window(line, focus, self.columns);
        let first = start + offset_in(line, shown);
        if first > start {
            self.text.push('…');
        }
        for (offset, c) in shown.char_indices() {
            let at = first + offset;
            for (end, place) in &mut self.ends {
                if place.is_none() && *end >= start && *end < at + c.len_utf8() {
                    *place = Some(self.text.len());
                }
            }
            self.text.push(visible(c));
        }
        for (end, place) in &mut self.ends {
            if place.is_none() && here(*end) {
                *place = Some(self.text.len());
            }
        }
        if shown.len() < line.len() - offset_in(line, shown) {
            self.text.push('…');
        }
        self.text.push('\n');
    }
}

/// The part of a line to show: all of it if it fits, else a piece around `focus`.
fn window(line: &str, focus: usize, columns: usize) -> &str {
    // No character is wider than it has bytes, tabs apart, so short lines need no measuring.
    if line.len() <= columns {
        return line;
    }
    let focus = focus.min(line.len());
    let (before, after) = line.split_at_checked(focus).unwrap_or((line, ""));
    let room = columns / 3;
    let back = fitting(before.chars().rev(), room);
    // Near the start of the line the room before is not used up: give it to the rest.
    let spare = if back == before.len() { room.saturating_sub(width(before)) } else { 0 };
    let ahead = fitting(after.chars(), columns - room + spare);
    line.get(focus - back..focus + ahead).unwrap_or("")
}

/// How many bytes of the characters fit into so many columns.
fn fitting(characters: impl Iterator<Item = char>, columns: usize) -> usize {
    let mut left = columns;
    let mut bytes = 0;
    for c in characters {
        // Characters without a width count as one, or a line of them would have no end.
        match left.checked_sub(c.width().unwrap_or(1).max(1)) {
            Some(rest) => left = rest,
            None => break,
        }
        bytes += c.len_utf8();
    }
    bytes
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(1).max(1)).sum()
}

/// Where `part`, borrowed from `whole`, starts in it.
fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

/// The character, or a sign for one that would be invisible or change the terminal.
fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => '\u{fffd}',
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        c => c,
    }
}

/// A text for the terminal: line breaks stay, other control characters are shown as signs.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
}
