use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many bytes of messages wait to be sent to a peer, for the receiving side: while a peer doesn't take
/// what it has asked for, it may ask no more.
#[derive(Default)]
pub(crate) struct Unsent {
    bytes: AtomicUsize,
    /// Notifies those who wait of less.
    fewer: Notify,
}

impl Unsent {
    /// Notes how many there are. Only the sending side calls this, under its lock.
    pub(crate) fn set(&self, bytes: usize) {
        let before = self.bytes.swap(bytes, Ordering::AcqRel);
        if bytes < before {
            self.fewer.notify_waiters();
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Acquire)
    }

    pub(crate) fn is_above(&self, bytes: usize) -> bool {
        self.bytes() > bytes
    }

    /// Waits while there are more.
    pub(crate) async fn below(&self, bytes: usize) {
        loop {
            let fewer = self.fewer.notified();
            if !self.is_above(bytes) {
                return;
            }
            fewer.await;
        }
    }
}
