use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many bytes of one kind all connections of a node hold: unfinished frames, or messages that wait.
#[derive(Debug)]
pub(crate) struct Quota {
    bytes: AtomicUsize,
    limit: usize,
    less: Notify,
}

/// How many bytes each connection may hold that are not counted. So a connection that holds little does
/// not suffer from those that hold much.
const UNCOUNTED_BYTES: usize = 64 * 1024;

impl Quota {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            bytes: AtomicUsize::new(0),
            limit,
            less: Notify::new(),
        })
    }

    /// Returns the share of one connection.
    pub(crate) fn share(self: &Arc<Self>) -> Share {
        Share {
            all: self.clone(),
            bytes: 0,
        }
    }

    /// Returns what notifies when the limit is no longer exceeded.
    pub(crate) fn less(&self) -> &Notify {
        &self.less
    }
}

/// What one connection holds. It is given back when this is dropped.
pub(crate) struct Share {
    all: Arc<Quota>,
    bytes: usize,
}

impl Share {
    /// Returns how much the connection holds.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sets how much the connection holds. Tells whether all together then exceed the limit, because
    /// this one holds more than before.
    pub(crate) fn set(&mut self, bytes: usize) -> bool {
        let counted = self.counted();
        self.bytes = bytes;
        let Quota { bytes, limit, less } = &*self.all;
        match self.counted() {
            more if more > counted => {
                let more = more - counted;
                bytes.fetch_add(more, Ordering::SeqCst) + more > *limit
            }
            fewer if fewer < counted => {
                let fewer = counted - fewer;
                let before = bytes.fetch_sub(fewer, Ordering::SeqCst);
                if before > *limit && before - fewer <= *limit {
                    less.notify_waiters();
                }
                false
            }
            _ => false,
        }
    }

    /// Tells whether all connections together exceed the limit, and this one has a part in it.
    pub(crate) fn is_too_much(&self) -> bool {
        self.counted() > 0 && self.all.bytes.load(Ordering::SeqCst) > self.all.limit
    }

    fn counted(&self) -> usize {
        self.bytes.saturating_sub(UNCOUNTED_BYTES)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shares_together_are_limited() {
        let unfinished = Quota::new(10);
        let (mut one, mut two) = (unfinished.share(), unfinished.share());
        assert!(!one.set(UNCOUNTED_BYTES + 6));
        assert!(!two.set(UNCOUNTED_BYTES + 4));
        assert!(two.set(UNCOUNTED_BYTES + 5));
        drop(one);
        assert!(!two.set(UNCOUNTED_BYTES + 10));
        assert!(!two.set(0));
        assert_eq!(unfinished.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn who_holds_little_goes_on_while_others_hold_too_much() {
        let waiting = Quota::new(1_000);
        let (mut one, mut other, mut modest) = (waiting.share(), waiting.share(), waiting.share());
        one.set(UNCOUNTED_BYTES + 600);
        other.set(UNCOUNTED_BYTES + 400);
        assert!(!one.is_too_much() && !other.is_too_much());
        other.set(UNCOUNTED_BYTES + 401);
        modest.set(UNCOUNTED_BYTES);
        assert!(one.is_too_much() && other.is_too_much());
        assert!(!modest.is_too_much());
        one.set(UNCOUNTED_BYTES);
        assert!(!one.is_too_much() && !other.is_too_much());
        drop((one, other, modest));
        assert_eq!(waiting.bytes.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn those_who_wait_hear_that_there_is_less() {
        let waiting = Quota::new(1_000);
        let (mut one, mut other) = (waiting.share(), waiting.share());
        one.set(UNCOUNTED_BYTES + 600);
        other.set(UNCOUNTED_BYTES + 600);
        let less = waiting.less().notified();
        one.set(UNCOUNTED_BYTES + 300);
        less.await;
        assert!(!other.is_too_much());
    }
}
