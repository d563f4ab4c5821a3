//! The workers that a context owns: they stop with it, the last one started first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ockam_core::DownReason;
use tokio::task::JoinHandle;

use crate::delivery::{AnyEndpoint, Owned, Watch};
use crate::node::{Node, StopInTurn};
use crate::task;
use crate::time::clock::{self, Instant};

/// The workers that one incarnation of a context owns. When this is dropped, they are stopped in the background.
pub(super) struct OwnedWorkers {
    node: Arc<Node>,
    list: Arc<List>,
}

#[derive(Default)]
struct List(Mutex<State>);

#[derive(Default)]
struct State {
    /// In the order of their start.
    workers: BTreeMap<u64, Arc<dyn AnyEndpoint>>,
    /// When those that have not stopped are killed, once their stop has begun.
    stop_by: Option<Instant>,
}

/// Removes a worker that has ended.
struct OwnedWatch {
    number: u64,
    list: Weak<List>,
}

impl List {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, number: u64) {
        let removed = self.lock().workers.remove(&number);
        drop(removed);
    }
}

impl Owned for List {
    fn is_run_by_this_task(&self) -> bool {
        let workers: Vec<_> = self.lock().workers.values().cloned().collect();
        workers.iter().any(|worker| {
            let lifecycle = &worker.registration().lifecycle;
            lifecycle.is_run_by_this_task() || worker.owns_this_task()
        })
    }
}

impl Watch for OwnedWatch {
    fn ended(&self, _incarnation: u64, _reason: &DownReason) {
        if let Some(list) = self.list.upgrade() {
            list.remove(self.number);
        }
    }

    fn restarted(&self, _incarnation: u64, _reason: &DownReason) -> bool {
        true
    }
}

impl OwnedWorkers {
    /// Prepares for the workers that `owner` will own.
    pub(super) fn new(node: Arc<Node>, owner: &dyn AnyEndpoint) -> Self {
        let list = Arc::<List>::default();
        let owned = Arc::downgrade(&list);
        owner.registration().watchers.set_owned(owned);
        owner.set_has_owned(true);
        Self { node, list }
    }

    /// Adds a worker that is about to be started. Returns `false` if they are being stopped.
    pub(super) fn add(&self, worker: &Arc<dyn AnyEndpoint>) -> bool {
        let number = self.node.next_id();
        let mut state = self.list.lock();
        if state.stop_by.is_some() {
            return false;
        }
        state.workers.insert(number, worker.clone());
        drop(state);
        let list = Arc::downgrade(&self.list);
        let watch = Arc::new(OwnedWatch { number, list });
        if !worker.registration().watchers.add(number, watch) {
            self.list.remove(number);
        }
        true
    }

    /// Stops them in a task, and adds none from now on.
    pub(super) fn stop(&self) -> JoinHandle<()> {
        let mut state = self.list.lock();
        let after = || clock::after(self.node.settings.stop_timeout);
        let deadline = *state.stop_by.get_or_insert_with(after);
        let workers: Vec<_> = state.workers.values().rev().cloned().collect();
        drop(state);
        let mut stop = StopInTurn::new(self.node.runtime.clone(), deadline);
        task::spawn(&self.node.runtime, async move {
            for worker in &workers {
                stop.next(worker).await;
            }
            stop.finish().await;
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.lock().workers.is_empty()
    }
}

impl Drop for OwnedWorkers {
    fn drop(&mut self) {
        let is_stopping = self.list.lock().stop_by.is_some();
        if !is_stopping && !self.is_empty() {
            self.stop();
        }
    }
}
