//! In: the text of policy files. Out: their syntax trees, with everything that is wrong about their form. Never here: whether names exist, types, or what a policy means.
//!
//! ```text
//! text ──scan──▶ clean text, in pieces ──grammar (pest)──▶ flat tree ──build_*──▶ AST
//!                                                             └──recover──▶ diagnostics
//! ```

pub mod ast;
mod build;
mod build_expr;
mod build_item;
mod build_operand;
mod build_statement;
mod build_table;
mod build_vocab;
mod grammar;
mod literal;
mod recover;
mod scan;
mod sink;
mod words;

#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostic;
use crate::source::FileId;
use build::Builder;
use grammar::Kind;
use sink::Sink;

/// The most brackets, conditions or `if`s inside one another.
pub const MAX_DEPTH: usize = 128;
/// The most operands of one expression.
pub const MAX_OPERANDS: usize = 1000;
/// The most findings reported about the form of one file; the rest are counted.
pub const MAX_ERRORS: usize = 200;

/// Reads one file. What cannot be read is reported and left out; everything else is there.
pub fn parse(id: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let scan = scan::scan(id, text, &mut sink);
    let mut file = ast::File { id, uses: Vec::new(), items: Vec::new() };
    let mut builder = Builder::new(id, text, &scan.clean, &mut sink);
    for piece in scan.pieces {
        match grammar::read(Kind::file, &scan.clean, text, piece.start, piece.end) {
            Ok(tree) => {
                if let Some(root) = tree.root() {
                    builder.file(root, &mut file);
                }
            }
            Err(failure) => builder.explain_failure(Kind::only_top, piece.start, piece.end, failure),
        }
    }
    (file, sink.finish(id, text.len()))
}

/// A text with blanks in place of comments, byte for byte as long.
pub fn without_comments(id: FileId, text: &str) -> String {
    scan::scan(id, text, &mut Sink::default()).clean
}

/// The pieces of a text as they are given to pest; for measuring it alone.
#[doc(hidden)]
pub fn pieces(text: &str) -> Vec<String> {
    let scan = scan::scan(FileId(0), text, &mut Sink::default());
    scan.pieces.into_iter().filter_map(|p| scan.clean.get(p).map(str::to_owned)).collect()
}

/// Reads a piece with pest and nothing else, and counts the tokens; for measuring it alone.
#[doc(hidden)]
pub fn pest_only(piece: &str) -> usize {
    grammar::pest_only(piece)
}

/// Reads a value that stands alone, such as `2 months` on the command line.
pub fn parse_expression(id: FileId, text: &str) -> Result<ast::Expr, Vec<Diagnostic>> {
    alone(id, text, Kind::only_expr, |builder, root| root.child(Kind::expr).map(|e| builder.expr(e)))
}

/// Reads a head that stands alone, such as `transfer resident->employee`.
pub fn parse_head(id: FileId, text: &str) -> Result<ast::Head, Vec<Diagnostic>> {
    alone(id, text, Kind::only_head, |builder, root| root.child(Kind::head).and_then(|h| builder.head(h)))
}

fn alone<T>(
    id: FileId,
    text: &str,
    kind: Kind,
    build: impl FnOnce(&mut Builder, grammar::Node) -> Option<T>,
) -> Result<T, Vec<Diagnostic>> {
    let mut sink = Sink::default();
    let scan = scan::scan(id, text, &mut sink);
    let mut built = None;
    if sink.is_empty() {
        let mut builder = Builder::new(id, text, &scan.clean, &mut sink);
        match grammar::read(kind, &scan.clean, text, 0, text.len()) {
            Ok(tree) => built = tree.root().and_then(|root| build(&mut builder, root)),
            Err(failure) => builder.explain_failure(kind, 0, text.len(), failure),
        }
    }
    match built {
        Some(built) if sink.is_empty() => Ok(built),
        _ => Err(sink.finish(id, text.len())),
    }
}

/// Whether a word is one name.
fn is_name(word: &str) -> bool {
    grammar::read(Kind::only_name, word, word, 0, word.len()).is_ok()
}

/// Whether a word can be a name only between backquotes.
pub fn is_reserved(word: &str) -> bool {
    words::is_reserved(word)
}
