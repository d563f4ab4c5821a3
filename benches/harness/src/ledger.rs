use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts what all workers of a workload did. They report in blocks, not for each message, so that
/// the count itself costs nothing.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What has to end before the workload is over: workers with a quota, or tokens on their way.
    open: AtomicUsize,
    finished: Notify,
    /// Workers whose start is awaited.
    starting: AtomicUsize,
    started: Notify,
    living: AtomicUsize,
    gone: Notify,
    handled: AtomicU64,
    sum: AtomicU64,
}

impl Ledger {
    /// Opens a ledger for a workload of so many workers, which is over when `open` quotas or tokens
    /// are used up.
    pub fn new(workers: usize, open: usize) -> Arc<Self> {
        Arc::new(Self {
            starting: AtomicUsize::new(workers),
            open: AtomicUsize::new(open),
            ..Self::default()
        })
    }

    /// Opens further quotas, when all that there were are used up.
    pub fn open_again(&self, quotas: usize) {
        self.open.store(quotas, Ordering::Release);
    }

    /// Waits until all workers have started.
    pub async fn all_started(&self) {
        self.started.notified().await;
    }

    /// Waits until all quotas or tokens are used up.
    pub async fn all_finished(&self) {
        self.finished.notified().await;
    }

    /// Tells whether all quotas or tokens are used up.
    pub fn is_finished(&self) -> bool {
        self.open.load(Ordering::Acquire) == 0
    }

    /// Waits until no worker is left.
    pub async fn all_gone(&self) {
        while self.living.load(Ordering::Acquire) > 0 {
            self.gone.notified().await;
        }
    }

    /// Returns how many workers have not gone.
    pub fn living(&self) -> usize {
        self.living.load(Ordering::Acquire)
    }

    /// Returns how many messages the workers that are gone have handled, and the sum of their
    /// numbers.
    pub fn handled(&self) -> (u64, u64) {
        let sum = self.sum.load(Ordering::Acquire);
        (self.handled.load(Ordering::Acquire), sum)
    }

    /// Notes that a worker exists.
    pub(crate) fn enter(&self) {
        self.living.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a worker has been initialised.
    pub(crate) fn start_one(&self) {
        if self.starting.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.started.notify_one();
        }
    }

    /// Counts a message that carries `number`, and uses up a quota of one.
    pub(crate) fn count_one(&self, number: u64) {
        self.sum.fetch_add(number, Ordering::Relaxed);
        self.handled.fetch_add(1, Ordering::Release);
        self.finish_one();
    }

    /// Notes that a worker is gone.
    pub(crate) fn leave(&self) {
        if self.living.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.gone.notify_one();
        }
    }

    fn finish_one(&self) {
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.finished.notify_one();
        }
    }
}

/// A worker's own page of the ledger. It is entered into the ledger when the worker is dropped.
#[derive(Debug)]
pub struct Page {
    ledger: Arc<Ledger>,
    quota: u64,
    handled: u64,
    sum: u64,
}

impl Page {
    /// Opens the page of a worker that is finished after `quota` messages, or never if it is 0.
    pub fn new(ledger: &Arc<Ledger>, quota: u64) -> Self {
        ledger.enter();
        Self {
            ledger: ledger.clone(),
            quota,
            handled: 0,
            sum: 0,
        }
    }

    /// Notes that the worker has been initialised. Every worker calls it in its hook for that.
    pub fn initialized(&self) {
        self.ledger.start_one();
    }

    /// Counts a message that carries `number`.
    pub fn count(&mut self, number: u64) {
        self.handled += 1;
        self.sum = self.sum.wrapping_add(number);
        if self.handled == self.quota {
            self.ledger.finish_one();
        }
    }

    /// Notes that a token has arrived where it ends.
    pub fn token_ended(&self) {
        self.ledger.finish_one();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.ledger.sum.fetch_add(self.sum, Ordering::Relaxed);
        self.ledger
            .handled
            .fetch_add(self.handled, Ordering::Release);
        self.ledger.leave();
    }
}
