use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::histogram::{Histogram, TimeReport};
use crate::time::clock::{self, Nanos};

/// How long the messages of a worker take.
pub(crate) struct Times {
    handling: Histogram,
    waiting: Histogram,
    /// When the handler of the current message began, or 0.
    began: AtomicU64,
}

impl Times {
    pub(crate) fn new() -> Self {
        Self {
            handling: Histogram::new(),
            waiting: Histogram::new(),
            began: AtomicU64::new(0),
        }
    }

    /// Notes that a message is handled from now on, and how long it has waited, if that is known.
    pub(super) fn begin(&self, now: Nanos, waited: Option<u64>) {
        self.began.store(now, Ordering::Relaxed);
        waited.into_iter().for_each(|it| self.waiting.record(it));
    }

    pub(super) fn end(&self, took: u64) {
        self.began.store(0, Ordering::Relaxed);
        self.handling.record(took);
    }

    /// Returns how long the handlers took that have ended.
    pub(crate) fn handling(&self) -> TimeReport {
        self.handling.report()
    }

    /// Returns how long the messages waited in the mailbox.
    pub(crate) fn waiting(&self) -> TimeReport {
        self.waiting.report()
    }

    /// Returns for how long the current message has been handled.
    pub(crate) fn handling_for(&self) -> Option<Duration> {
        let began = self.began.load(Ordering::Relaxed);
        let time = clock::now_nanos().saturating_sub(began);
        (began != 0).then(|| Duration::from_nanos(time))
    }
}
