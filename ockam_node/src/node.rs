use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::deadline::Timer;
use crate::registry::Registry;
use crate::settings::Settings;
use crate::stopping::Stopping;
use crate::transport::Transports;

/// What the contexts, senders and handles of one node share.
pub(crate) struct Node {
    /// Tells the node from all others of the process.
    pub(crate) id: u64,
    pub(crate) settings: Settings,
    pub(crate) runtime: Handle,
    pub(crate) registry: Registry,
    pub(crate) stopping: Stopping,
    pub(crate) transports: Transports,
    /// For whoever waits and has none.
    pub(crate) timer: Timer,
    /// A task that is there as long as the node is, on a runtime that isn't its own.
    pub(crate) stay: OnceLock<AbortHandle>,
    last_id: AtomicU64,
    dead_letters: AtomicU64,
}

impl Node {
    pub(crate) fn new(settings: Settings, runtime: Handle) -> Arc<Self> {
        static NODES: AtomicU64 = AtomicU64::new(0);
        Arc::new(Self {
            id: NODES.fetch_add(1, Ordering::Relaxed),
            settings,
            runtime,
            registry: Registry::new(),
            stopping: Stopping::new(),
            transports: Transports::new(),
            timer: Timer::new(),
            stay: OnceLock::new(),
            last_id: AtomicU64::new(0),
            dead_letters: AtomicU64::new(0),
        })
    }

    pub(crate) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn add_dead_letters(&self, count: u64) {
        self.dead_letters.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn dead_letters(&self) -> u64 {
        self.dead_letters.load(Ordering::Relaxed)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stay.take().inspect(AbortHandle::abort);
    }
}
