use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::idle::Idle;

/// The timers of one incarnation of a context. They are cancelled when this is dropped.
#[derive(Default)]
pub(crate) struct Timers {
    scope: Mutex<Arc<Scope>>,
    idle: Arc<Idle>,
}

/// What timers share that are cancelled together.
#[derive(Default)]
pub(super) struct Scope {
    is_cancelled: AtomicBool,
    cancelled: Notify,
}

impl Timers {
    fn lock(&self) -> MutexGuard<'_, Arc<Scope>> {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn scope(&self) -> Arc<Scope> {
        self.lock().clone()
    }

    pub(crate) fn idle(&self) -> &Arc<Idle> {
        &self.idle
    }

    /// Cancels all timers that have been set so far.
    pub(crate) fn cancel(&self) {
        let scope = mem::take(&mut *self.lock());
        scope.cancel();
    }
}

impl Drop for Timers {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Scope {
    fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Release);
        self.cancelled.notify_waiters();
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Acquire)
    }

    /// Waits until the timers are cancelled.
    pub(super) async fn cancelled(&self) {
        // Created before the flag is read, so that no change in between is missed.
        let cancelled = self.cancelled.notified();
        if !self.is_cancelled() {
            cancelled.await;
        }
    }
}
