//! In: a table, what is done with each of its pieces. Out: what comes of them, in the order of the table, worked out by several threads. Never here: what pieces hold.
//!
//! One thread reads, some work, the caller takes the results in order. Only so many pieces are under way at once, so that memory does not grow with the table.

use super::run::Stop;
use super::source::{Progress, Raw, Source};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A piece to work on.
pub(super) struct Work {
    /// Its place in the table, from 0.
    pub number: usize,
    pub raw: Raw,
    /// Nothing comes after it.
    pub last: bool,
    pub progress: Progress,
}

type Done<T> = (usize, Result<T, Stop>);

/// Works on all pieces with some threads; `worker` makes the place where one of them works.
pub(super) fn together<W, T: Send>(
    source: Source,
    threads: usize,
    worker: &(impl Fn() -> W + Sync),
    answer: &(impl Fn(&mut W, &Work) -> Result<T, Stop> + Sync),
    take: &mut impl FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    // Room for a piece in every thread and a few that wait; every channel holds them all, so that nobody waits but for a ticket.
    let most = threads + 2;
    let (work, waiting) = sync_channel::<Work>(most);
    let (answered, done) = sync_channel::<Done<T>>(most);
    let (ticket, tickets) = sync_channel::<()>(most);
    (0..most).for_each(|_| {
        let _ = ticket.try_send(());
    });
    let waiting = Mutex::new(waiting);
    std::thread::scope(|scope| {
        let fault = answered.clone();
        scope.spawn(move || read(source, &tickets, &work, &fault));
        for _ in 0..threads {
            let (answered, waiting) = (answered.clone(), &waiting);
            scope.spawn(move || {
                let mut place = worker();
                loop {
                    let next = match waiting.lock() {
                        Ok(waiting) => waiting.recv(),
                        Err(_) => return,
                    };
                    let Ok(work) = next else { return };
                    if answered.send((work.number, answer(&mut place, &work))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(answered);
        let result = in_order(&done, &ticket, take);
        // Without these the others stop at their next step.
        drop((done, ticket));
        result
    })
}

fn read<T>(mut source: Source, tickets: &Receiver<()>, work: &SyncSender<Work>, answered: &SyncSender<Done<T>>) {
    let mut number = 0;
    while tickets.recv().is_ok() {
        let sent = match source.next() {
            Ok(None) => return,
            Ok(Some(raw)) => work.send(Work { number, raw, last: source.at_end(), progress: source.progress() }).is_ok(),
            Err(d) => {
                // It takes its place among the pieces, so that what stands before it is told first.
                drop(answered.send((number, Err(Stop::Unreadable(d)))));
                return;
            }
        };
        if !sent {
            return;
        }
        number += 1;
    }
}

fn in_order<T>(done: &Receiver<Done<T>>, ticket: &SyncSender<()>, take: &mut impl FnMut(T) -> Result<(), Stop>) -> Result<(), Stop> {
    let mut early: BTreeMap<usize, Result<T, Stop>> = BTreeMap::new();
    let mut next = 0;
    while let Ok((number, answered)) = done.recv() {
        early.insert(number, answered);
        while let Some(answered) = early.remove(&next) {
            take(answered?)?;
            next += 1;
            let _ = ticket.try_send(());
        }
    }
    Ok(())
}
