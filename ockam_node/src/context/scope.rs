use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// What tasks of a context share that are cancelled together.
#[derive(Default)]
pub(super) struct Scope {
    is_cancelled: AtomicBool,
    cancelled: Notify,
}

impl Scope {
    /// Cancels all of them.
    pub(super) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Release);
        self.cancelled.notify_waiters();
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Acquire)
    }

    /// Waits until they are cancelled.
    pub(super) async fn cancelled(&self) {
        // Created before the flag is read, so that no change in between is missed.
        let cancelled = self.cancelled.notified();
        if !self.is_cancelled() {
            cancelled.await;
        }
    }
}
