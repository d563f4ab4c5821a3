use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many bytes of one kind the connections of a node hold, or those of one IP address.
#[derive(Debug)]
pub(crate) struct Quota {
    bytes: AtomicUsize,
    limit: usize,
    /// Notifies one of those who wait that the limit is no longer exceeded.
    less: Notify,
    /// What all connections of the node hold, if this is of one IP address.
    of_node: Option<Arc<Quota>>,
}

/// How many bytes each connection may hold that are not counted. So a connection that holds little does
/// not suffer from those that hold much.
const UNCOUNTED_BYTES: usize = 16 * 1024;

impl Quota {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Self::within(None, limit)
    }

    /// Returns the quota of one IP address, which may hold half of what all may.
    pub(crate) fn of_ip(self: &Arc<Self>) -> Arc<Self> {
        Self::within(Some(self.clone()), self.limit / 2)
    }

    fn within(of_node: Option<Arc<Self>>, limit: usize) -> Arc<Self> {
        Arc::new(Self {
            bytes: AtomicUsize::new(0),
            limit,
            less: Notify::new(),
            of_node,
        })
    }

    /// Returns the share of one connection.
    pub(crate) fn share(self: &Arc<Self>) -> Share {
        self.share_beyond(UNCOUNTED_BYTES)
    }

    /// Returns one of several shares of one connection. Each may hold its part of what is not counted.
    pub(crate) fn small_share(self: &Arc<Self>) -> Share {
        self.share_beyond(UNCOUNTED_BYTES / 4)
    }

    fn share_beyond(self: &Arc<Self>, uncounted: usize) -> Share {
        Share {
            quota: self.clone(),
            bytes: 0,
            uncounted,
        }
    }

    /// Waits until the limits may no longer be exceeded.
    ///
    /// Whoever goes on because of that passes it on by [`pass_on`](Self::pass_on): one is woken at a time,
    /// so that many who wait don't all wake for the room of one.
    pub(crate) async fn less(&self) {
        // If there is none, it has become less since the caller looked.
        if let Some(quota) = self.levels().find(|quota| quota.is_exceeded()) {
            quota.less.notified().await;
        }
    }

    /// Wakes others who wait for less, if there may be room for them.
    pub(crate) fn pass_on(&self) {
        self.levels()
            .filter(|quota| !quota.is_exceeded())
            .for_each(|quota| quota.less.notify_one());
    }

    fn levels(&self) -> impl Iterator<Item = &Self> {
        iter::successors(Some(self), |quota| quota.of_node.as_deref())
    }

    fn is_exceeded(&self) -> bool {
        self.bytes.load(Ordering::SeqCst) > self.limit
    }

    /// Tells whether the limits are exceeded because of this.
    fn add(&self, more: usize) -> bool {
        let exceeded = self
            .levels()
            .map(|quota| quota.bytes.fetch_add(more, Ordering::SeqCst) + more > quota.limit);
        exceeded.fold(false, |any, exceeded| any | exceeded)
    }

    fn remove(&self, fewer: usize) {
        for quota in self.levels() {
            let before = quota.bytes.fetch_sub(fewer, Ordering::SeqCst);
            if before > quota.limit && before - fewer <= quota.limit {
                quota.less.notify_one();
            }
        }
    }
}

/// What one connection holds. It is given back when this is dropped.
pub(crate) struct Share {
    quota: Arc<Quota>,
    bytes: usize,
    uncounted: usize,
}

impl Share {
    /// Returns how much the connection holds.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sets how much the connection holds. Tells whether all together then exceed a limit, because
    /// this one holds more than before.
    #[inline]
    pub(crate) fn set(&mut self, bytes: usize) -> bool {
        let before = self.counted();
        self.bytes = bytes;
        let now = self.counted();
        if now == before {
            return false;
        }
        self.count(before, now)
    }

    /// Adds to what the connection holds. Tells what [`set`](Self::set) does.
    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) -> bool {
        self.set(self.bytes.saturating_add(bytes))
    }

    /// Removes from what the connection holds, of which there is at least as much.
    #[inline]
    pub(crate) fn remove(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.bytes, "{bytes} of {}", self.bytes);
        self.set(self.bytes.saturating_sub(bytes));
    }

    fn count(&self, before: usize, now: usize) -> bool {
        if now > before {
            return self.quota.add(now - before);
        }
        self.quota.remove(before - now);
        false
    }

    /// Tells whether the connections together exceed a limit, and this one has a part in it.
    #[inline]
    pub(crate) fn is_too_much(&self) -> bool {
        self.counted() > 0 && self.quota.levels().any(Quota::is_exceeded)
    }

    /// Tells whether the connections together exceed a limit, and this one would have a part in it if it held
    /// so many bytes more.
    pub(crate) fn would_be_too_much(&self, more: usize) -> bool {
        let is_counted = self.bytes.saturating_add(more) > self.uncounted;
        is_counted && self.quota.levels().any(Quota::is_exceeded)
    }

    #[inline]
    fn counted(&self) -> usize {
        self.bytes.saturating_sub(self.uncounted)
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
    fn one_address_may_hold_half_of_what_all_may() {
        let node = Quota::new(1_000);
        let (here, there) = (node.of_ip(), node.of_ip());
        let (mut one, mut two) = (here.share(), here.share());
        one.set(UNCOUNTED_BYTES + 300);
        two.set(UNCOUNTED_BYTES + 300);
        assert!(one.is_too_much() && two.is_too_much());
        let mut other = there.share();
        assert!(!other.set(UNCOUNTED_BYTES + 300));
        assert!(!other.is_too_much(), "another address goes on");
        assert!(other.set(UNCOUNTED_BYTES + 450), "until all hold too much");
        drop((one, two, other));
        for quota in [node, here, there] {
            assert_eq!(quota.bytes.load(Ordering::SeqCst), 0);
        }
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
    async fn those_who_wait_hear_one_after_another_that_there_is_less() {
        let waiting = Quota::new(1_000);
        let (mut one, mut other) = (waiting.share(), waiting.share());
        one.set(UNCOUNTED_BYTES + 600);
        other.set(UNCOUNTED_BYTES + 600);
        let waits = [(); 2].map(|()| {
            let waiting = waiting.clone();
            tokio::spawn(async move {
                waiting.less().await;
                waiting.pass_on();
            })
        });
        tokio::task::yield_now().await;
        assert!(waits.iter().all(|waits| !waits.is_finished()));
        one.set(UNCOUNTED_BYTES + 300);
        for waits in waits {
            waits.await.expect("it does not panic");
        }
        assert!(!other.is_too_much());
    }
}
