use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::answer::Answer;
use super::asker::Asker;
use super::local::LocalAsk;
use super::reply_to::ReplyTo;
use crate::message::Message;

/// Creates the two ends of an ask whose asker waits no longer than `timeout`.
///
/// # Examples
///
/// ```
/// use std::future::Future;
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
///
/// # use std::time::Duration;
/// use ockam_core::reply;
///
/// let (reply_to, answer) = reply::slot::<u64>(Duration::MAX);
/// reply_to.answer(7_u64)?;
///
/// let mut cx = Context::from_waker(Waker::noop());
/// assert!(matches!(pin!(answer).poll(&mut cx), Poll::Ready(Ok(7))));
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub fn slot<R: Message>(timeout: Duration) -> (ReplyTo, Answer<R>) {
    let asker = Asker {
        timeout: u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX),
        ends: 0,
        worker: 0,
    };
    slot_waking(None, asker)
}

/// Creates the two ends of an ask, as [`slot`] does. The answer wakes `task` even if that has not
/// polled for it yet.
#[doc(hidden)]
#[inline]
pub fn slot_waking<R: Message>(task: Option<Waker>, asker: Asker) -> (ReplyTo, Answer<R>) {
    let ask = Arc::new(LocalAsk::new(task, asker));
    (ReplyTo::new(ask.clone()), Answer(Some(ask)))
}
