//! In: a document. Out: its text and its digest. Never here: what stands in it.

use super::document::Document;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// How deep objects and lists lie in each other at most: what JSON readers take without being asked to (serde_json takes 127).
const MAX_DEPTH: usize = 120;

/// A digest of a document without its own `integrity`.
pub(super) fn digest(document: &mut Document) -> Option<String> {
    let own = std::mem::take(&mut document.integrity);
    let mut hash = Hash(Sha256::new());
    let done = serde_json::to_writer(io::BufWriter::with_capacity(1 << 16, &mut hash), document);
    document.integrity = own;
    done.ok()?;
    Some(hash.0.finalize().iter().fold(String::from("sha256:"), |text, b| format!("{text}{b:02x}")))
}

struct Hash(Sha256);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The text of a document; nothing when it nests too deep to be read back.
pub(super) fn text(document: &Document) -> Option<String> {
    let mut out = Vec::new();
    let mut lines = Lines::default();
    document.serialize(&mut Serializer::with_formatter(&mut out, &mut lines)).ok()?;
    out.push(b'\n');
    if lines.deepest > MAX_DEPTH { None } else { String::from_utf8(out).ok() }
}

/// A line for each file, declaration, statement and test: good for `diff` and `grep`, and a fraction of what indented JSON takes.
#[derive(Default)]
struct Lines {
    depth: usize,
    deepest: usize,
}

impl Lines {
    fn open(&mut self) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    fn close<W: Write + ?Sized>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth < 2 {
            out.write_all(b"\n")?;
        }
        out.write_all(bracket)
    }

    fn entry<W: Write + ?Sized>(&self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(match (first, self.depth <= 2) {
            (true, true) => b"\n",
            (true, false) => b"",
            (false, true) => b",\n",
            (false, false) => b",",
        })
    }
}

impl Formatter for &mut Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.open();
        out.write_all(b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.open();
        out.write_all(b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }
}
