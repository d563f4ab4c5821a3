//! Being told when the thread of a test has nothing to run.
//!
//! Tokio calls a hook before its thread parks, and before paused time moves on. Then every task waits:
//! whatever was sent has been handled, as far as that needs neither time nor another thread.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use tokio::sync::oneshot::{self, Sender};

thread_local! {
    /// `None` on a thread whose parking isn't watched.
    static WAITING: RefCell<Option<VecDeque<Sender<()>>>> = const { RefCell::new(None) };
    static UNDER_WAY: Cell<usize> = const { Cell::new(0) };
}

/// Something that is under way on a simulated network, until it is dropped. The node is not idle then,
/// though every task may wait: time has to move on first.
#[derive(Debug)]
#[must_use = "it has arrived when this is dropped"]
pub struct UnderWay(());

impl UnderWay {
    /// Sends it off.
    pub fn begin() -> Self {
        UNDER_WAY.set(UNDER_WAY.get() + 1);
        Self(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        // It may be dropped when its thread ends.
        let _ = UNDER_WAY.try_with(|count| count.set(count.get().saturating_sub(1)));
    }
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
    if UNDER_WAY.get() > 0 {
        return false;
    }
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
