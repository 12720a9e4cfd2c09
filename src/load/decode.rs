//! In: the bytes of a file. Out: its text, or why it is not UTF-8. Never here: what single characters mean to the language.

use crate::diagnostics::{Diagnostic, codes};

/// U+FEFF in UTF-8.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
/// How many wrong bytes the message shows.
const SHOWN_BYTES: usize = 4;

/// What a file holds.
#[derive(Debug)]
pub(super) struct Text {
    /// Without a byte-order mark.
    pub text: String,
    /// Bytes of the mark.
    pub mark: usize,
}

/// The text of a file.
pub(super) fn text(name: &str, mut bytes: Vec<u8>) -> Result<Text, Box<Diagnostic>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = format!("`{name}` is UTF-16 text, not UTF-8: it starts with the bytes {}", hex(&bytes, 0, 2));
        return Err(not_utf8(name, message, "UTF-16"));
    }
    let mark = if bytes.starts_with(&MARK) { MARK.len() } else { 0 };
    bytes.drain(..mark);
    String::from_utf8(bytes).map(|text| Text { text, mark }).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let wrong = e.utf8_error().error_len().unwrap_or(SHOWN_BYTES).min(SHOWN_BYTES);
        let bytes = e.as_bytes();
        let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default());
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        let shown = hex(bytes, at, wrong);
        let message =
            format!("`{name}` is not UTF-8 text: byte {shown} at line {line}, column {column} (offset {}) fits no character", mark + at);
        not_utf8(name, message, if looks_like_gbk(bytes) { "GB18030" } else { "" })
    })
}

/// The diagnostic, with a help for the encoding it seems to be in (empty: not known).
fn not_utf8(name: &str, message: String, encoding: &str) -> Box<Diagnostic> {
    let help = match encoding {
        "" => "save the file as UTF-8 (in most editors: Save As, Encoding, UTF-8)".to_owned(),
        "GB18030" => "this looks like GBK/GB18030: save the file as UTF-8, or convert it with `iconv -f GB18030 -t UTF-8`".to_owned(),
        other => format!("save the file as UTF-8, or convert it with `iconv -f {other} -t UTF-8`"),
    };
    Box::new(Diagnostic::about(&codes::E0002, Some(name.to_owned()), message).help(help))
}

fn hex(bytes: &[u8], from: usize, count: usize) -> String {
    let shown: Vec<String> = bytes.iter().skip(from).take(count).map(|b| format!("0x{b:02X}")).collect();
    shown.join(" ")
}

/// Whether all bytes beyond ASCII form characters of GBK or GB18030.
fn looks_like_gbk(bytes: &[u8]) -> bool {
    let mut rest = bytes.iter().copied();
    let mut pairs = 0;
    while let Some(byte) = rest.next() {
        if byte < 0x80 {
            continue;
        }
        let lead = |b: u8| (0x81..=0xfe).contains(&b);
        let fits = lead(byte)
            && match rest.next() {
                Some(0x30..=0x39) => rest.next().is_some_and(lead) && rest.next().is_some_and(|b| b.is_ascii_digit()),
                Some(0x7f) | None => false,
                Some(second) => (0x40..=0xfe).contains(&second),
            };
        if !fits {
            return false;
        }
        pairs += 1;
    }
    pairs > 0
}
