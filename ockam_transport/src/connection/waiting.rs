use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ockam_core::Address;
use tokio::sync::Notify;

use crate::lock::lock;
use crate::message::Grant;
use crate::random::HashSeed;

/// The senders that wait until there is room for their messages.
///
/// Each waits for what it lacks, and one is woken at a time. It wakes the next one, if there is still room
/// then. So the work for each message does not grow with the number of those who wait.
#[derive(Default)]
pub(super) struct Waiting {
    /// Those who wait for room in the queue.
    queue: Notify,
    /// Those who wait for credit, by the worker that they send to.
    lines: Mutex<HashMap<Address, Arc<Line>, HashSeed>>,
    /// How many lines there are. Mostly there is none, and credit needs no lock to see that.
    count: AtomicUsize,
}

#[derive(Default)]
struct Line {
    granted: Notify,
    /// How many wait. Changed under the lock of the lines.
    senders: AtomicUsize,
}

/// A place among those who wait for credit for a worker.
pub(super) struct InLine<'a> {
    waiting: &'a Waiting,
    to: &'a Address,
    line: Arc<Line>,
}

impl Waiting {
    /// Notifies of room in the queue, for which one sender is woken.
    pub(super) fn queue(&self) -> &Notify {
        &self.queue
    }

    /// Returns for how many workers senders wait.
    pub(super) fn lines(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Enters the line of those who wait for credit for a worker. Its `Notify` notifies of credit, for which
    /// one of them is woken.
    pub(super) fn enter<'a>(&'a self, to: &'a Address) -> InLine<'a> {
        let mut lines = lock(&self.lines);
        let line = lines.entry(to.clone()).or_default().clone();
        line.senders.fetch_add(1, Ordering::Relaxed);
        self.count.store(lines.len(), Ordering::SeqCst);
        drop(lines);
        InLine {
            waiting: self,
            to,
            line,
        }
    }

    /// Wakes those who wait for credit that the peer has granted.
    pub(super) fn granted(&self, grants: &[Grant]) {
        if grants.is_empty() || self.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        let lines = lock(&self.lines);
        for grant in grants {
            if let Some(line) = lines.get(&grant.to) {
                line.granted.notify_one();
            }
        }
    }

    /// Wakes all.
    pub(super) fn wake_all(&self) {
        self.queue.notify_waiters();
        let lines = lock(&self.lines);
        lines
            .values()
            .for_each(|line| line.granted.notify_waiters());
    }
}

impl Deref for InLine<'_> {
    type Target = Notify;

    fn deref(&self) -> &Notify {
        &self.line.granted
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let mut lines = lock(&self.waiting.lines);
        if self.line.senders.fetch_sub(1, Ordering::Relaxed) == 1 {
            lines.remove(self.to);
            self.waiting.count.store(lines.len(), Ordering::SeqCst);
        }
    }
}
