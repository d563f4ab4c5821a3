//! Being told when the thread of a test has nothing to run.
//!
//! Tokio calls a hook before its thread parks, and before paused time moves on. Then every task waits:
//! whatever was sent has been handled, as far as that needs neither time nor another thread.

use std::cell::RefCell;
use std::collections::VecDeque;

use tokio::sync::oneshot::{self, Sender};

thread_local! {
    /// `None` on a thread whose parking isn't watched.
    static WAITING: RefCell<Option<VecDeque<Sender<()>>>> = const { RefCell::new(None) };
}

/// Watches the calling thread until it is dropped. Tokio has to call [`parks`] before the thread parks.
#[must_use = "the thread is watched until this is dropped"]
pub(crate) struct Watched(Option<VecDeque<Sender<()>>>);

impl Watched {
    pub(crate) fn begin() -> Self {
        Self(WAITING.replace(Some(VecDeque::new())))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        WAITING.set(self.0.take());
    }
}

/// Wakes the first task that waits for this thread to have nothing to run. Returns whether there was one.
///
/// The next one is woken when that task has nothing to run, either.
pub(crate) fn parks() -> bool {
    loop {
        let first = WAITING.with_borrow_mut(|waiting| waiting.as_mut()?.pop_front());
        match first.map(|task| task.send(())) {
            Some(Ok(())) => return true,
            // It has been dropped.
            Some(Err(())) => {}
            None => return false,
        }
    }
}

/// Waits until this thread has nothing to run. Returns `false` at once if nobody can tell.
pub(crate) async fn idle() -> bool {
    let (sender, receiver) = oneshot::channel();
    let is_watched = WAITING.with_borrow_mut(|waiting| match waiting {
        Some(waiting) => {
            waiting.push_back(sender);
            true
        }
        None => false,
    });
    is_watched && receiver.await.is_ok()
}
