use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam_core::Error;

/// What others look at of a worker that can be started again.
pub(crate) struct Supervision {
    incarnation: AtomicU64,
    restarts: AtomicU64,
    /// Decides whether the error of a handler is a failure of the worker.
    is_fatal: Box<dyn Fn(&Error) -> bool + Send + Sync>,
    /// Whether the worker is started again when it stops itself.
    pub(crate) restarts_always: bool,
}

impl Supervision {
    pub(crate) fn new(
        incarnation: u64,
        restarts_always: bool,
        is_fatal: impl Fn(&Error) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            incarnation: AtomicU64::new(incarnation),
            restarts: AtomicU64::new(0),
            is_fatal: Box::new(is_fatal),
            restarts_always,
        }
    }

    /// Returns the number of the incarnation that lives.
    pub(crate) fn incarnation(&self) -> u64 {
        self.incarnation.load(Ordering::Acquire)
    }

    /// Returns how often the worker has been started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Acquire)
    }

    /// Notes that the worker is started again, as an incarnation with another number. Returns how often
    /// it has been.
    pub(crate) fn begin_incarnation(&self, number: u64) -> u64 {
        self.incarnation.store(number, Ordering::Release);
        self.restarts.fetch_add(1, Ordering::AcqRel) + 1
    }

    pub(crate) fn is_fatal(&self, error: &Error) -> bool {
        (self.is_fatal)(error)
    }
}

impl fmt::Debug for Supervision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervision").finish_non_exhaustive()
    }
}
