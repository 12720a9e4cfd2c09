//! In: work on trees as deep as texts may nest. Out: its result, on a stack that is large enough. Never here: what the work is.

use std::sync::LazyLock;

/// Stack that a step has at least.
const LEAST: usize = 128 * 1024;
/// Stack that is added when less is left.
const MORE: usize = 2 * 1024 * 1024;
/// Stack of the threads that compile: enough for every expression within the limits of the language.
const WORKER: usize = 256 * 1024 * 1024;

/// Threads of our own, since those of the program around us may have any stack; pages that are never touched cost nothing.
static WORKERS: LazyLock<Option<rayon::ThreadPool>> = LazyLock::new(|| rayon::ThreadPoolBuilder::new().stack_size(WORKER).build().ok());

/// Runs a step of a recursion.
pub(crate) fn deep<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEAST, MORE, step)
}

/// Runs work that goes through whole trees, in parallel.
pub(crate) fn wide<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*WORKERS {
        Some(workers) => workers.install(work),
        None => work(),
    }
}
