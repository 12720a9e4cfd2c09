//! In: a program, or where one is kept. Out: the program, fetched when somebody first asks for it. Never here: files (`entry.rs`), what a program says.

use super::{Cache, Key};
use crate::compile::compile;
use crate::program::Program;
use crate::source::SourceMap;
use std::sync::OnceLock;

/// A program that is at hand, or is fetched when it is first asked for: who only wants to know what is wrong with policies never does.
#[derive(Debug)]
pub(crate) struct Held {
    made: OnceLock<Program>,
    later: Option<Later>,
}

/// Where a program comes from that is not at hand.
#[derive(Debug)]
struct Later {
    cache: Cache,
    key: Key,
    map: SourceMap,
}

impl Held {
    /// The program of these texts, whose findings the cache knew.
    pub fn later(cache: &Cache, key: Key, map: &SourceMap) -> Held {
        Held { made: OnceLock::new(), later: Some(Later { cache: cache.clone(), key, map: map.clone() }) }
    }
}

impl From<Program> for Held {
    fn from(program: Program) -> Held {
        Held { made: program.into(), later: None }
    }
}

impl std::ops::Deref for Held {
    type Target = Program;

    fn deref(&self) -> &Program {
        self.made.get_or_init(|| self.later.as_ref().map(Later::fetch).unwrap_or_default())
    }
}

impl Later {
    fn fetch(&self) -> Program {
        self.cache.program(&self.key).unwrap_or_else(|| {
            let program = compile(&self.map).program;
            self.cache.keep_program(&self.key, &program);
            program
        })
    }
}
