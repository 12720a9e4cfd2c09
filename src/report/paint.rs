//! In: words and what they are. Out: the words, coloured where colours are wanted. Never here: whether they are wanted.

use crate::eval::Status;

/// Colours, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    /// With colours or without.
    pub fn new(colour: bool) -> Self {
        Paint { colour }
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// The word of a status, or what stands for one.
    pub fn status(self, status: Status, text: &str) -> String {
        let code = match status {
            Status::Decided => "32",
            Status::Disputed => "35",
            Status::Refer => "36",
            Status::Needs => "33",
            Status::NoRule => "2",
            Status::Error => "31",
        };
        self.wrap(code, text)
    }

    /// What is fine.
    pub fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// What is wrong.
    pub fn bad(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// What stands out.
    pub fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What asks for attention.
    pub fn warn(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// What something depends on.
    pub fn condition(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// What may be passed over.
    pub fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }
}

/// A text without anything that would steer the terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A text filled with blanks up to so many columns; Chinese characters take two.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let width = width(text);
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
}

/// Columns a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
