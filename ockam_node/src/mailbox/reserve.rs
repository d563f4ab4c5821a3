use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::permit::{Capacity, Permit};
use super::{Mailbox, wake_all};
use crate::sync::{Ordering, fence};

impl<T: Send> Capacity for Mailbox<T> {
    fn poll_reserve(&self, place: &mut Option<Permit>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut state = self.lock();
        let mut woken = Vec::new();
        let permit = *place.get_or_insert_with(|| {
            let permit = state.waiting.enter();
            self.progress.has_waiters.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
            // What is granted here goes to the senders in front, and perhaps to this one.
            woken = self.grant(&mut state);
            permit
        });
        if state.closes_when_full && !state.waiting.is_granted(permit) {
            woken.extend(state.close());
            woken.extend(self.take_receiver(&mut state));
        }
        let ready = !state.open || state.waiting.is_granted(permit);
        if !ready {
            // A receiver that waits without having looked for this sender looks again.
            woken.extend(self.take_receiver(&mut state));
        }
        let previous = match ready {
            true => Some(waker),
            false => state.waiting.register(permit, waker),
        };
        drop(state);
        drop(previous);
        wake_all(woken);
        if ready {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn give_back(&self, permit: Permit) {
        let mut state = self.lock();
        let was_granted = state.waiting.is_granted(permit);
        let waker = state.waiting.remove(permit);
        if was_granted && state.open {
            state.accepted = state.accepted.wrapping_sub(1);
        }
        let woken = self.grant_waiting(&mut state);
        drop(state);
        drop(waker);
        wake_all(woken);
    }
}

/// Waits for a permit. If it is dropped before the permit is used, it returns the permit.
pub(crate) struct Reserve<'a> {
    capacity: &'a dyn Capacity,
    permit: Option<Permit>,
}

impl<'a> Reserve<'a> {
    pub(crate) fn new(capacity: &'a dyn Capacity) -> Self {
        Self {
            capacity,
            permit: None,
        }
    }

    /// Returns the permit, to push with it.
    pub(crate) fn into_permit(mut self) -> Option<Permit> {
        self.permit.take()
    }
}

impl Future for Reserve<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let capacity = self.capacity;
        capacity.poll_reserve(&mut self.permit, cx)
    }
}

impl Drop for Reserve<'_> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit {
            self.capacity.give_back(permit);
        }
    }
}
