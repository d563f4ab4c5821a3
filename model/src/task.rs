//! A task, in a thread of loom.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures_task::ArcWake;
use loom::sync::Notify;
use loom::thread::JoinHandle;

/// No other task has a waker that is like this one, as long as a clone of it lives.
#[derive(Clone)]
pub(crate) struct Task {
    sleeper: Arc<Sleeper>,
    pub(crate) waker: Waker,
}

struct Sleeper(Notify);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.notify();
    }
}

/// For wakers with another vtable.
impl ArcWake for Sleeper {
    fn wake_by_ref(sleeper: &Arc<Self>) {
        sleeper.0.notify();
    }
}

impl Task {
    pub(crate) fn new() -> Self {
        let sleeper = Arc::new(Sleeper(Notify::new()));
        let waker = Waker::from(sleeper.clone());
        Self { sleeper, waker }
    }

    /// Creates a task whose waker has the same data as the waker of this one, but another vtable.
    pub(crate) fn with_another_vtable(&self) -> Self {
        let sleeper = self.sleeper.clone();
        let waker = futures_task::waker(sleeper.clone());
        Self { sleeper, waker }
    }

    /// Polls a future until it is ready. Between two polls the thread sleeps until the waker is woken;
    /// loom also wakes it once without a reason.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&self.waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => self.sleeper.0.wait(),
            }
        }
    }
}

/// Polls a future in a task of its own until it is ready.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    Task::new().block_on(future)
}

/// Polls a future once, with a waker that wakes nobody.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Waits for every thread, and returns what they returned.
pub(crate) fn all_joined<T, const N: usize>(threads: [JoinHandle<T>; N]) -> [T; N] {
    threads.map(|thread| thread.join().expect("it has not panicked"))
}
