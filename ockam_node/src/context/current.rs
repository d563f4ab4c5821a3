//! The handler that is being polled on this thread.
//!
//! Whatever a handler asks with (its context, a sender, a handle, a client), the ask is polled inside the
//! handler, and finds here what it inherits. A task that a handler has spawned is polled elsewhere, and
//! inherits nothing.

use std::cell::Cell;

use crate::time::clock::{NEVER, Nanos};

/// What an ask has of the handler that it is polled in.
#[derive(Clone, Copy)]
pub(crate) struct Current {
    /// The number of the worker, or 0 outside of a handler.
    pub(crate) worker: u64,
    /// When the asker of the question that is being handled stops waiting.
    pub(crate) ends: Nanos,
}

impl Current {
    /// Returns what an ask has of a worker that handles no question.
    pub(crate) const fn without_question(worker: u64) -> Self {
        let ends = NEVER;
        Self { worker, ends }
    }
}

thread_local! {
    static CURRENT: Cell<Current> = const { Cell::new(Current::without_question(0)) };
}

/// Returns the handler that is being polled on this thread, if one is.
#[inline]
pub(crate) fn current() -> Current {
    CURRENT.get()
}

/// Polls a handler.
#[inline]
pub(crate) fn polled<T>(current: Current, poll: impl FnOnce() -> T) -> T {
    let _restored = Restored(CURRENT.replace(current));
    poll()
}

/// Restores what was before, also if the handler panics.
struct Restored(Current);

impl Drop for Restored {
    #[inline]
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}
