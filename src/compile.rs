//! In: texts. Out: the program and everything found wrong: parse, resolve, lower, analyse, in this order. Never here: what any stage does.

mod slice;

use crate::diagnostics::{self, Diagnostic};
use crate::source::SourceMap;
use crate::{analysis, hir, program, syntax};
use rayon::prelude::*;
pub(crate) use slice::{Before, Slice, slice};

/// What the texts came to.
#[derive(Debug)]
pub struct Compiled {
    /// The program; statements with errors are left out of it.
    pub program: program::Program,
    /// Everything wrong, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// What has to be known of each file to check another one without it.
    pub(crate) notes: Vec<hir::Notes>,
}

/// Compiles all files of a map together; their order makes no difference.
pub fn compile(map: &SourceMap) -> Compiled {
    crate::stack::wide(|| all(map))
}

fn all(map: &SourceMap) -> Compiled {
    let (files, mut found) = parse(map);
    let (mut tree, mut more) = hir::build(map, files);
    let notes = std::mem::take(&mut tree.notes);
    found.append(&mut more);
    let (program, mut more) = program::lower(tree);
    // What is too large to go through is not gone through to find more.
    let small = more.iter().all(|d| d.code.id != diagnostics::codes::E0007.id);
    found.append(&mut more);
    if small {
        found.append(&mut analysis::check(&program));
    }
    diagnostics::sort(&mut found);
    Compiled { program, diagnostics: found, notes }
}

fn parse(map: &SourceMap) -> (Vec<syntax::ast::File>, Vec<Diagnostic>) {
    let texts: Vec<_> = map.iter().collect();
    let parsed: Vec<_> = texts.par_iter().map(|(id, file)| syntax::parse(*id, &file.text)).collect();
    let mut files = Vec::with_capacity(parsed.len());
    let mut found = Vec::new();
    for (file, mut diagnostics) in parsed {
        files.push(file);
        found.append(&mut diagnostics);
    }
    (files, found)
}
