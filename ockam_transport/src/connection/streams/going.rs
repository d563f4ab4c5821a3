use std::sync::{Mutex, Weak};
use std::task::{Context, Poll, Waker};

use ockam_core::Address;
use ockam_core::panics::wake;
use ockam_node::transport::Credits;

use super::window::{Left, Window};
use crate::lock::lock;

/// An answer whose parts go to the peer.
pub(in crate::connection) struct Going {
    state: Mutex<State>,
    /// The connection by which the parts come, if they are not of this node.
    from: Option<Weak<dyn Credits>>,
}

#[derive(Default)]
struct State {
    left: Left,
    is_cancelled: bool,
    /// The task that sends the parts.
    task: Option<Waker>,
}

/// Nobody reads any more, or nobody can be reached.
pub(in crate::connection) struct Cancelled;

impl Going {
    pub(super) fn new(from: Option<Weak<dyn Credits>>) -> Self {
        let state = Mutex::default();
        Self { state, from }
    }

    /// Adds what the peer grants. `asker` is the name of the answer.
    pub(in crate::connection) fn grant(&self, asker: &Address, granted: Window) {
        if let Some(from) = &self.from {
            if let Some(from) = from.upgrade() {
                from.grant(asker, granted.parts, granted.bytes);
            }
            return;
        }
        let mut state = lock(&self.state);
        state.left.add(granted);
        let task = state.task.take();
        drop(state);
        task.into_iter().for_each(wake);
    }

    /// Notes that nobody reads any more.
    pub(in crate::connection) fn cancel(&self, asker: &Address) {
        if let Some(from) = self.from.as_ref().and_then(Weak::upgrade) {
            from.cancel(asker);
        }
        let mut state = lock(&self.state);
        state.is_cancelled = true;
        let task = state.task.take();
        drop(state);
        task.into_iter().for_each(wake);
    }

    /// Waits for credit for a part. Returns what there is. The task is also woken when nobody reads any more.
    pub(in crate::connection) fn poll_credit(
        &self,
        cx: &Context<'_>,
    ) -> Poll<Result<Left, Cancelled>> {
        self.poll(cx, |left| left.is_some())
    }

    /// Waits until nobody reads any more.
    pub(in crate::connection) fn poll_cancelled(&self, cx: &Context<'_>) -> Poll<Cancelled> {
        match self.poll(cx, |_| false) {
            Poll::Ready(Err(cancelled)) => Poll::Ready(cancelled),
            _ => Poll::Pending,
        }
    }

    fn poll(&self, cx: &Context<'_>, is_enough: fn(Left) -> bool) -> Poll<Result<Left, Cancelled>> {
        let look = |state: &State| match state.is_cancelled {
            true => Poll::Ready(Err(Cancelled)),
            false if is_enough(state.left) => Poll::Ready(Ok(state.left)),
            false => Poll::Pending,
        };
        let seen = look(&lock(&self.state));
        if seen.is_ready() {
            return seen;
        }
        let waker = cx.waker().clone();
        let mut state = lock(&self.state);
        let seen = look(&state);
        if seen.is_ready() {
            return seen;
        }
        let before = state.task.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// Spends credit, of which there is some, on parts.
    pub(in crate::connection) fn spend(&self, parts: u32, bytes: usize) {
        lock(&self.state).left.spend_all(parts, bytes);
    }
}
