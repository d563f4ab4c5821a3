use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::local::LocalAsk;
use super::slot::State;
use super::unanswered::Unanswered;

/// The future of the answer to an ask.
///
/// If it is dropped, an answer that comes later is refused.
///
/// # Examples
///
/// ```
/// # use std::future::Future;
/// # use std::pin::pin;
/// # use std::task::{Context, Poll, Waker};
/// # use std::time::Duration;
/// use ockam_core::reply;
///
/// let (reply_to, answer) = reply::slot::<u64>(Duration::MAX);
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut answer = pin!(answer);
/// assert!(answer.as_mut().poll(&mut cx).is_pending());
/// reply_to.answer(7_u64)?;
/// assert!(matches!(answer.poll(&mut cx), Poll::Ready(Ok(7))));
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "an answer is waited for with `.await`"]
pub struct Answer<R>(pub(super) Option<Arc<LocalAsk<R>>>);

impl<R> Answer<R> {
    /// Returns the answer to an ask that has not begun. Nobody can answer.
    #[doc(hidden)]
    #[inline]
    pub const fn none() -> Self {
        Self(None)
    }

    /// Notes when the asker stops waiting, on the clock of the node.
    #[doc(hidden)]
    #[inline]
    pub fn set_ends(&self, ends: u64) {
        if let Some(ask) = &self.0 {
            ask.set_ends(ends);
        }
    }

    /// Stops waiting, as a drop does.
    #[doc(hidden)]
    pub fn abandon(&mut self) {
        if let Some(ask) = self.0.take() {
            ask.abandon();
        }
    }
}

impl<R> Future for Answer<R> {
    type Output = Result<R, Unanswered>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let place = &mut self.get_mut().0;
        if place
            .as_ref()
            .is_some_and(|ask| ask.slot.register(cx.waker()))
        {
            return Poll::Pending;
        }
        match place.take().map(LocalAsk::into_state) {
            Some(State::Ended(outcome)) => Poll::Ready(outcome),
            _ => Poll::Ready(Err(Unanswered::Dropped)),
        }
    }
}

impl<R> Drop for Answer<R> {
    fn drop(&mut self) {
        if let Some(ask) = &self.0 {
            ask.abandon();
        }
    }
}
