use crate::error::Error;

/// The reason why an ask got no answer.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # use std::future::Future;
/// # use std::pin::pin;
/// # use std::task::{Context, Poll, Waker};
/// use ockam_core::reply::{self, Unanswered};
///
/// let (reply_to, answer) = reply::slot::<u64>(Duration::MAX);
/// drop(reply_to);
///
/// # let mut cx = Context::from_waker(Waker::noop());
/// let answer = pin!(answer).poll(&mut cx);
/// assert!(matches!(answer, Poll::Ready(Err(Unanswered::Dropped))));
/// ```
#[derive(Debug)]
pub enum Unanswered {
    /// The right to answer was dropped.
    Dropped,
    /// The handler failed, or the answer could not be delivered.
    Failed(Error),
}
