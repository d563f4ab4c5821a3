use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ockam_core::reply::{Answer, Unanswered};
use ockam_core::{Error, ErrorKind, Message, Result};

use crate::deadline::Deadline;

/// Polls for the answer of whoever was asked at the address or along the route `asked`.
#[inline]
pub(crate) fn poll_answer<R: Message>(
    asked: &impl Display,
    answer: &mut Answer<R>,
    deadline: &mut Deadline<'_>,
    cx: &mut Context<'_>,
) -> Poll<Result<R>> {
    match Pin::new(answer).poll(cx) {
        Poll::Ready(Ok(answer)) => Poll::Ready(Ok(answer)),
        Poll::Ready(Err(why)) => Poll::Ready(Err(unanswered(asked, why))),
        Poll::Pending => {
            ready!(deadline.poll_over(cx));
            Poll::Ready(Err(unanswered_within(asked, deadline.timeout)))
        }
    }
}

#[cold]
fn unanswered(asked: &impl Display, why: Unanswered) -> Error {
    match why {
        Unanswered::Failed(error) => error,
        _ => {
            let why = format!("{asked} took the question and will not answer it");
            Error::new(ErrorKind::NoReply, why)
        }
    }
}

#[cold]
fn unanswered_within(asked: &impl Display, timeout: Duration) -> Error {
    let why = format!("{asked} did not answer within {timeout:?}");
    Error::new(ErrorKind::TimedOut, why)
}
