//! Wakers that run code of a user. If they are called under a lock that this code takes, it waits for
//! itself, which loom reports.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread;

/// How often a waker without other clones calls back: when it is woken, and when it is dropped after
/// that; or only when it is dropped.
pub(crate) const WOKEN: usize = 2;
pub(crate) const DROPPED: usize = 1;

/// Creates wakers, and counts how often they have called back.
pub(crate) struct Wakers {
    call: Arc<dyn Fn() + Send + Sync>,
    calls: Arc<AtomicUsize>,
}

/// Calls back when it is woken, and when its last clone is dropped.
struct CallBack {
    call: Arc<dyn Fn() + Send + Sync>,
    calls: Arc<AtomicUsize>,
}

impl Wakers {
    pub(crate) fn new(call: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            call: Arc::new(call),
            calls: Arc::default(),
        }
    }

    pub(crate) fn create(&self) -> Waker {
        Waker::from(Arc::new(CallBack {
            call: self.call.clone(),
            calls: self.calls.clone(),
        }))
    }

    /// Polls a future, which has to wait, with a waker of which only the future's clones remain.
    pub(crate) fn wait<F: Future + Unpin>(&self, future: &mut F) {
        let waker = self.create();
        let polled = Pin::new(future).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    }

    /// Returns how often they have called back since the last call of this.
    pub(crate) fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::Relaxed)
    }
}

impl CallBack {
    fn call(&self) {
        if !thread::panicking() {
            (self.call)();
            self.calls.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Wake for CallBack {
    fn wake(self: Arc<Self>) {
        self.call();
    }
}

impl Drop for CallBack {
    fn drop(&mut self) {
        self.call();
    }
}
