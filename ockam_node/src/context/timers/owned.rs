use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::idle::Idle;
use crate::context::scope::Scope;

/// The timers of one incarnation of a context. They are cancelled when this is dropped.
#[derive(Default)]
pub(crate) struct Timers {
    scope: Mutex<Arc<Scope>>,
    idle: Arc<Idle>,
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
