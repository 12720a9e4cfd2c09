//! In: what the verbs print. Out: standard output and standard error. Never here: exit codes, or what is printed.

use super::options::Color;
use polc::diagnostics::render::Renderer;
use polc::diagnostics::{Diagnostic, Summary};
use polc::source::SourceMap;
use std::io::{self, BufWriter, IsTerminal, Write};

/// The streams of one run: results go to `out`, diagnostics to standard error.
#[derive(Debug)]
pub struct Console {
    /// Results.
    pub out: Tolerant<BufWriter<io::Stdout>>,
    err: Tolerant<BufWriter<io::Stderr>>,
    color: Color,
}

impl Console {
    /// Colours as asked for.
    pub fn new(color: Color) -> Self {
        let out = Tolerant::new(BufWriter::new(io::stdout()));
        Console { out, err: Tolerant::new(BufWriter::new(io::stderr())), color }
    }

    /// Whether results for people are coloured.
    pub fn colours_results(&self) -> bool {
        self.color.wanted(io::stdout().is_terminal())
    }

    /// Shows diagnostics to people, each by itself.
    pub fn report(&mut self, map: &SourceMap, diagnostics: &[Diagnostic]) -> io::Result<()> {
        let mut renderer = self.renderer(map);
        for diagnostic in diagnostics {
            self.err.write_all(renderer.render(diagnostic).as_bytes())?;
        }
        Ok(())
    }

    /// The line after the diagnostics.
    pub fn summarise(&mut self, summary: &Summary) -> io::Result<()> {
        let line = self.renderer(&SourceMap::default()).summary(summary);
        self.err.write_all(line.as_bytes())
    }

    /// Something for people beside results that a machine reads.
    pub fn tell(&mut self, text: &str) -> io::Result<()> {
        self.err.write_all(text.as_bytes())
    }

    /// Whether what is told beside the results is coloured.
    pub fn colours_remarks(&self) -> bool {
        self.color.wanted(io::stderr().is_terminal())
    }

    /// An error about the command line itself. Nothing can be done if even this fails.
    pub fn complain(&mut self, message: &str) {
        let _ = writeln!(self.err, "error: {message}").and_then(|()| self.err.flush());
    }

    /// Writes out what is held back.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }

    fn renderer<'a>(&self, map: &'a SourceMap) -> Renderer<'a> {
        let terminal = io::stderr().is_terminal();
        let size = if terminal { terminal_size::terminal_size_of(io::stderr()) } else { None };
        Renderer::new(map, size.map(|(width, _)| usize::from(width.0)), self.color.wanted(terminal))
    }
}

/// A stream whose reader may leave early (`polc … | head`): the rest is dropped, and the exit code stays what it was.
#[derive(Debug)]
pub struct Tolerant<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> Tolerant<W> {
    fn new(inner: W) -> Self {
        Tolerant { inner, closed: false }
    }

    fn tolerate<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(otherwise)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Tolerant<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = self.inner.write(bytes);
        self.tolerate(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.tolerate(result, ())
    }
}
