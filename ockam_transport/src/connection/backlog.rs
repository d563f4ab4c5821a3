use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many bytes wait before the mailboxes of a node, on all its connections.
#[derive(Debug)]
pub(crate) struct Backlog {
    bytes: AtomicUsize,
    limit: usize,
    less: Notify,
}

/// What may wait on each connection without its being counted: who leaves little is not to suffer from
/// those who leave much.
const FREE: usize = 64 * 1024;

impl Backlog {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            bytes: AtomicUsize::new(0),
            limit,
            less: Notify::new(),
        })
    }

    /// Returns the share of one connection.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share {
            all: self.clone(),
            bytes: 0,
        }
    }

    /// Tells that there may be less than before.
    pub(super) fn less(&self) -> &Notify {
        &self.less
    }
}

/// What waits on one connection, of the whole. It is given back when this is dropped.
pub(super) struct Share {
    all: Arc<Backlog>,
    bytes: usize,
}

impl Share {
    /// Notes how much waits on the connection now.
    pub(super) fn set(&mut self, bytes: usize) {
        let bytes = bytes.saturating_sub(FREE);
        if bytes > self.bytes {
            let more = bytes - self.bytes;
            self.all.bytes.fetch_add(more, Ordering::SeqCst);
        } else if bytes < self.bytes {
            let fewer = self.bytes - bytes;
            let before = self.all.bytes.fetch_sub(fewer, Ordering::SeqCst);
            if before > self.all.limit && before - fewer <= self.all.limit {
                self.all.less.notify_waiters();
            }
        }
        self.bytes = bytes;
    }

    /// Tells whether too much waits on all connections together, some of it on this one.
    pub(super) fn is_too_much(&self) -> bool {
        self.bytes > 0 && self.all.bytes.load(Ordering::SeqCst) > self.all.limit
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
    fn who_leaves_little_goes_on_while_others_leave_too_much() {
        let backlog = Backlog::new(1_000);
        let (mut one, mut other, mut modest) = (backlog.share(), backlog.share(), backlog.share());
        one.set(FREE + 600);
        other.set(FREE + 400);
        assert!(!one.is_too_much() && !other.is_too_much());
        other.set(FREE + 401);
        modest.set(FREE);
        assert!(one.is_too_much() && other.is_too_much());
        assert!(!modest.is_too_much());
        one.set(FREE);
        assert!(!one.is_too_much() && !other.is_too_much());
        drop((one, other, modest));
        assert_eq!(backlog.bytes.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn those_who_wait_hear_that_there_is_less() {
        let backlog = Backlog::new(1_000);
        let (mut one, mut other) = (backlog.share(), backlog.share());
        one.set(FREE + 600);
        other.set(FREE + 600);
        let less = backlog.less().notified();
        one.set(FREE + 300);
        less.await;
        assert!(!other.is_too_much());
    }
}
