//! In: what a stage found wrong. Out: diagnostics as data, with stable codes. Never here: how they are printed (`render.rs`), or any decision about policies.

pub mod codes;
mod excerpt;
pub mod formats;
mod places;
pub mod render;
mod sarif;
mod summary;

use crate::source::Span;
pub use codes::{Code, Severity};
pub use summary::Summary;

/// A place in the text and what to say under its caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there, in a few words; may be empty.
    pub text: String,
}

/// An exact replacement that mends the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The text to replace (may be empty: an insertion).
    pub span: Span,
    /// What to put there.
    pub replacement: String,
}

/// One finding about the policies or an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code with its severity and page.
    pub code: &'static Code,
    /// What is wrong, one sentence, naming what was found.
    pub message: String,
    /// The exact place; `None` only where no text exists (an unreadable file, a command-line value).
    pub primary: Option<Label>,
    /// Other places that explain it ("first declared here").
    pub related: Vec<Label>,
    /// How to mend it, in the author's terms.
    pub help: Option<String>,
    /// The mend as an edit, where it is certain.
    pub fix: Option<Fix>,
    /// The file it is about when there is no span.
    pub path: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at a place, with nothing under the caret yet.
    pub fn at(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            primary: Some(Label { span, text: String::new() }),
            related: Vec::new(),
            help: None,
            fix: None,
            path: None,
        }
    }

    /// A diagnostic about a whole file or a command-line value.
    pub fn about(code: &'static Code, path: Option<String>, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), primary: None, related: Vec::new(), help: None, fix: None, path }
    }

    /// Words under the caret.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(p) = &mut self.primary {
            p.text = text.into();
        }
        self
    }

    /// Another place that explains it.
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// How to mend it.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// An exact edit that mends it.
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// The severity its code has.
    pub fn severity(&self) -> Severity {
        self.code.severity
    }

    /// Every place it names.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        let labels = self.primary.iter().chain(&self.related).map(|l| l.span);
        labels.chain(self.fix.iter().map(|f| f.span))
    }

    /// The primary span, if any.
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().map(|l| l.span)
    }
}

/// Sorts diagnostics into source order (file, position, code) and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    // All of it is compared, so that the order does not depend on what was found first.
    fn words(d: &Diagnostic) -> impl Ord + '_ {
        let labels = d.primary.iter().chain(&d.related).map(|l| (l.span, l.text.as_str())).collect::<Vec<_>>();
        (labels, &d.help, d.fix.as_ref().map(|f| (f.span, &f.replacement)))
    }
    diagnostics.sort_by(|a, b| {
        let first = (a.span(), &a.path, a.code.id, &a.message).cmp(&(b.span(), &b.path, b.code.id, &b.message));
        first.then_with(|| words(a).cmp(&words(b)))
    });
    diagnostics.dedup();
}
