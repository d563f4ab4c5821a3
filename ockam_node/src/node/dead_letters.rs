use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the messages that were accepted and never handled.
#[derive(Default)]
pub(crate) struct DeadLetters(AtomicU64);

impl DeadLetters {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
