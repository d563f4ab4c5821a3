use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Lets tasks wait for what other tasks do.
///
/// It does what tokio's of that name does, as far as that is needed here. Tokio's comes with all of its
/// channels, which take longer to compile than most crates.
#[derive(Debug, Default)]
pub struct Notify(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How often all who waited have been notified.
    round: u64,
    /// Whether the next one need not wait.
    has_permit: bool,
    waiting: Vec<(Id, Waker)>,
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
        let mut state = self.lock();
        state.has_permit = true;
        let woken = state.waiting.pop();
        drop(state);
        if let Some((_, waker)) = woken {
            waker.wake();
        }
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
    fn leave(&mut self, id: Id) -> Option<Waker> {
        let place = self.waiting.iter().position(|(other, _)| *other == id)?;
        Some(self.waiting.swap_remove(place).1)
    }
}

/// Ends when its task has been notified.
#[derive(Debug)]
#[must_use = "it waits once it is awaited"]
pub struct Notified<'a> {
    notify: &'a Notify,
    round: u64,
    /// By which it is known among those who wait, once it is polled.
    id: Option<Id>,
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.notify.lock();
        if state.round != self.round || mem::take(&mut state.has_permit) {
            return Poll::Ready(());
        }
        let id = self.id.unwrap_or_else(|| {
            state.last_id += 1;
            state.last_id
        });
        let earlier = state.leave(id);
        state.waiting.push((id, cx.waker().clone()));
        drop(state);
        drop(earlier);
        self.id = Some(id);
        Poll::Pending
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        let waker = self.id.and_then(|id| self.notify.lock().leave(id));
        drop(waker);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::task::yield_now;

    use super::Notify;
    use crate::until::until;

    #[tokio::test]
    async fn all_who_wait_are_notified_at_once() {
        let notify = Notify::new();
        let mut both = [Box::pin(notify.notified()), Box::pin(notify.notified())];
        for one in &mut both {
            assert!(until(yield_now(), one).await.is_none());
        }
        notify.notify_waiters();
        for one in both {
            one.await;
        }
        assert!(until(yield_now(), notify.notified()).await.is_none());
    }

    #[tokio::test]
    async fn it_waits_before_it_is_polled() {
        let notify = Notify::new();
        let notified = notify.notified();
        notify.notify_waiters();
        notified.await;
    }

    #[tokio::test]
    async fn one_who_comes_too_late_need_not_wait() {
        let notify = Notify::new();
        notify.notify_one();
        notify.notified().await;
        assert!(until(yield_now(), notify.notified()).await.is_none());
    }

    #[tokio::test]
    async fn one_who_has_gone_is_notified_by_another() {
        let notify = Notify::new();
        {
            let mut gone = pin!(notify.notified());
            assert!(until(yield_now(), &mut gone).await.is_none());
            notify.notify_one();
        }
        notify.notified().await;
    }

    #[tokio::test]
    async fn who_has_gone_leaves_no_waker() {
        let notify = Notify::new();
        assert!(until(yield_now(), notify.notified()).await.is_none());
        assert!(notify.lock().waiting.is_empty());
    }
}
