//! The worker that is being polled on this thread, and until when its question is waited for.
//!
//! Whatever a handler asks with (its context, a sender, a handle, a client), the ask is polled inside the
//! handler, and finds here what it inherits. A task that a handler has spawned is polled elsewhere, and
//! inherits nothing.
//!
//! The worker is set for each poll of its task, and the time for each poll of a handler that answers a question. So
//! a message that nobody waits for costs nothing here.

use std::cell::Cell;

use crate::time::clock::{NEVER, Nanos};

thread_local! {
    static WORKER: Cell<u64> = const { Cell::new(0) };
    static ENDS: Cell<Nanos> = const { Cell::new(NEVER) };
}

/// Returns the number of the worker that is being polled on this thread, or 0 if none is.
#[inline]
pub(crate) fn current_worker() -> u64 {
    WORKER.get()
}

/// Returns when the asker of the question that is being handled on this thread stops waiting.
#[inline]
pub(crate) fn current_end() -> Nanos {
    ENDS.get()
}

/// The time in which a worker is polled, until this is dropped. It handles no question at first.
///
/// A worker that is polled within the poll of another one, on the same thread, ends both: its handler has started a
/// runtime there.
pub(crate) struct InWorker(());

impl InWorker {
    #[inline]
    pub(crate) fn enter(worker: u64) -> Self {
        WORKER.set(worker);
        ENDS.set(NEVER);
        Self(())
    }
}

impl Drop for InWorker {
    #[inline]
    fn drop(&mut self) {
        WORKER.set(0);
        ENDS.set(NEVER);
    }
}

/// The time in which the handler of a message is polled, until this is dropped.
pub(crate) struct Answering {
    ends: Nanos,
}

impl Answering {
    /// Begins a poll of a handler whose asker stops waiting at `ends`. It is [`NEVER`] if nobody has asked.
    #[inline]
    pub(crate) fn until(ends: Nanos) -> Self {
        if ends != NEVER {
            ENDS.set(ends);
        }
        Self { ends }
    }
}

impl Drop for Answering {
    #[inline]
    fn drop(&mut self) {
        if self.ends != NEVER {
            ENDS.set(NEVER);
        }
    }
}
