use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, MutexGuard};

/// Lets tasks wait for what other tasks do. Who waits longest is notified first.
///
/// It does what tokio's of that name does, as far as that is needed here. Tokio's comes with all of its
/// channels, which take longer to compile than most crates.
#[derive(Debug, Default)]
pub struct Notify(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How often all who waited have been notified.
    round: u64,
    /// Whether the next one need not wait. Nobody waits then.
    has_permit: bool,
    waiting: VecDeque<(Id, Waker)>,
    /// Who was notified alone, and has not noticed yet.
    notified: Vec<Id>,
    last_id: Id,
}

type Id = u64;

impl Notify {
    /// Creates one that nobody waits for.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notifies one task that waits, or else the next one that will.
    pub fn notify_one(&self) {
        let woken = self.lock().notify_one();
        woken.into_iter().for_each(Waker::wake);
    }

    /// Notifies all tasks that wait, and none that will.
    pub fn notify_waiters(&self) {
        let mut state = self.lock();
        state.round += 1;
        let woken = mem::take(&mut state.waiting);
        drop(state);
        for (_, waker) in woken {
            waker.wake();
        }
    }

    /// Waits from here on, not only from when the future is polled.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped leaves it to the next one to be notified in its stead.
    pub fn notified(&self) -> Notified<'_> {
        Notified {
            notify: self,
            round: self.lock().round,
            id: None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notifies one. Returns whom to wake.
    fn notify_one(&mut self) -> Option<Waker> {
        let Some((id, waker)) = self.waiting.pop_front() else {
            self.has_permit = true;
            return None;
        };
        self.notified.push(id);
        Some(waker)
    }

    /// Tells whether one who waits, or would, has been notified since `round`.
    fn is_notified(&mut self, id: Option<Id>, round: u64) -> bool {
        match id {
            Some(id) => self.notice(id) || self.round != round,
            None => self.round != round || mem::take(&mut self.has_permit),
        }
    }

    /// Tells whether this one was notified alone, which he is told once.
    fn notice(&mut self, id: Id) -> bool {
        let place = self.notified.iter().position(|other| *other == id);
        place
            .map(|place| self.notified.swap_remove(place))
            .is_some()
    }

    /// Lets one wait, or go on to wait where he does. Returns the waker that he showed before.
    fn wait(&mut self, id: Id, waker: Waker) -> Option<Waker> {
        let mut waiting = self.waiting.iter_mut();
        match waiting.find(|(other, _)| *other == id) {
            Some((_, earlier)) => Some(mem::replace(earlier, waker)),
            None => {
                self.waiting.push_back((id, waker));
                None
            }
        }
    }

    fn leave(&mut self, id: Id) -> Option<Waker> {
        let place = self.waiting.iter().position(|(other, _)| *other == id)?;
        self.waiting.remove(place).map(|(_, waker)| waker)
    }
}

/// Ends when its task has been notified.
#[derive(Debug)]
#[must_use = "it waits once it is awaited"]
pub struct Notified<'a> {
    notify: &'a Notify,
    round: u64,
    /// By which it is known from when it first waits until it ends.
    id: Option<Id>,
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // A waker is a user's code: it is cloned before the lock and dropped behind it.
        let waker = cx.waker().clone();
        let mut state = self.notify.lock();
        if state.is_notified(self.id, self.round) {
            drop(state);
            self.id = None;
            return Poll::Ready(());
        }
        let id = self.id.unwrap_or_else(|| {
            state.last_id += 1;
            state.last_id
        });
        let earlier = state.wait(id, waker);
        drop(state);
        drop(earlier);
        self.id = Some(id);
        Poll::Pending
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id else {
            return;
        };
        let mut state = self.notify.lock();
        let woken = match state.notice(id) {
            true => state.notify_one(),
            false => None,
        };
        let left = state.leave(id);
        drop(state);
        drop(left);
        woken.into_iter().for_each(Waker::wake);
    }
}
