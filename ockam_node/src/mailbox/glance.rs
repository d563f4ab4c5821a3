//! Looking at a mailbox without its lock.

// Not those that are model-checked: nothing is ordered by them.
use std::sync::atomic::{AtomicUsize, Ordering};

/// A count that one side writes and that others only look at.
pub(super) struct Count(AtomicUsize);

/// What a mailbox looks like from outside. The figures may be of slightly different moments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glance {
    /// The number of messages that wait.
    pub(crate) queued: usize,
    pub(crate) capacity: usize,
    /// The number of messages whose handling has begun.
    pub(crate) begun: usize,
    /// Whether the worker handles a message.
    pub(crate) is_handling: bool,
}

impl Count {
    pub(super) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Adds to the count. Only one thread at a time may do this.
    #[inline]
    pub(super) fn add(&self, more: usize) {
        self.set(self.get().wrapping_add(more));
    }

    #[inline]
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn set(&self, value: usize) {
        self.0.store(value, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use crate::mailbox::Mailbox;

    #[test]
    fn a_look_does_not_wait_for_the_lock() {
        let mailbox = Mailbox::new(2);
        assert!(mailbox.try_push(7_u64).is_ok());
        let state = mailbox.lock();
        let glance = mailbox.glance();
        assert_eq!((glance.queued, glance.capacity, glance.begun), (1, 2, 0));
        assert!(!glance.is_handling);
        drop(state);
    }
}
