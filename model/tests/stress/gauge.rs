use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what is in a mailbox, and never too much: a message is counted as accepted just after it is,
/// and as begun just before it is.
pub(crate) struct Gauge {
    pub(crate) capacity: usize,
    accepted: AtomicUsize,
    begun: AtomicUsize,
}

impl Gauge {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            accepted: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
        }
    }

    pub(crate) fn accept(&self) {
        let accepted = self.accepted.fetch_add(1, Ordering::AcqRel) + 1;
        let begun = self.begun.load(Ordering::Relaxed);
        let capacity = self.capacity;
        assert!(
            accepted <= begun + capacity,
            "{accepted} > {begun} + {capacity}"
        );
    }

    pub(crate) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    /// There was nothing to begin.
    pub(crate) fn begin_nothing(&self) {
        self.begun.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Acquire)
    }
}
