use std::fmt::Display;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use ockam_core::reply::{self, Answer, Unanswered};
use ockam_core::{Error, ErrorKind, Message, Result, Route};

use crate::time::Deadline;

/// An ask whose question is being sent or has been sent.
pub(crate) struct Awaited<'a, R> {
    answer: Answer<R>,
    deadline: Deadline<'a>,
    /// Whether the slot is known to hold the waker of the polling task. The slot is created with it, so
    /// the first poll need not register it.
    has_waker: bool,
}

impl<'a, R: Message> Awaited<'a, R> {
    /// Begins an ask in the task that will wait for the answer. Also returns the return route of the
    /// question.
    #[inline(always)]
    pub(crate) fn begin(deadline: Deadline<'a>, task: Waker) -> (Route, Self) {
        let (reply_to, answer) = reply::slot_waking(deadline.timeout, Some(task));
        let awaited = Self {
            answer,
            deadline,
            has_waker: true,
        };
        (Route::from(reply_to), awaited)
    }

    /// Returns the deadline, to wait for something other than the answer first. After that, another
    /// task may poll.
    pub(crate) fn deadline(&mut self) -> &mut Deadline<'a> {
        self.has_waker = false;
        &mut self.deadline
    }

    /// Polls for the answer. `asked` is the address or the route that was asked.
    #[inline]
    pub(crate) fn poll(&mut self, asked: &impl Display, cx: &mut Context<'_>) -> Poll<Result<R>> {
        if !mem::take(&mut self.has_waker) {
            match Pin::new(&mut self.answer).poll(cx) {
                Poll::Ready(Ok(answer)) => return Poll::Ready(Ok(answer)),
                Poll::Ready(Err(why)) => return Poll::Ready(Err(unanswered(asked, why))),
                Poll::Pending => {}
            }
        }
        ready!(self.deadline.poll_over(cx));
        Poll::Ready(Err(match self.deadline.has_runtime_ended() {
            true => asked_nobody(asked),
            false => unanswered_within(asked, self.deadline.timeout),
        }))
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
fn asked_nobody(asked: &impl Display) -> Error {
    let why = format!("{asked} can't answer any more: the runtime of the node has ended");
    Error::new(ErrorKind::Stopped, why)
}

#[cold]
fn unanswered_within(asked: &impl Display, timeout: Duration) -> Error {
    let why = format!("{asked} did not answer within {timeout:?}");
    Error::new(ErrorKind::TimedOut, why)
}
