use std::fmt::Display;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ockam_core::reply::{self, Answer, Unanswered};
use ockam_core::{Error, ErrorKind, Message, Result, Route};

use crate::node::{Node, Question, Wait};
use crate::task::current_worker;
use crate::time::Deadline;
use crate::time::clock::{NEVER, nanos_of};

/// An ask whose question is being sent or has been sent.
pub(crate) struct Awaited<'a, R> {
    answer: Answer<R>,
    deadline: Deadline<'a>,
    /// Set if a handler waits.
    wait: Option<Wait<'a>>,
    /// Whether the slot and the deadline are known to hold the waker of the polling task. They got it when they
    /// were created, so the first poll need not look at them.
    has_waker: bool,
    /// Whether the time was over from the beginning.
    is_over: bool,
}

impl<'a, R: Message> Awaited<'a, R> {
    /// Creates an ask that has not begun.
    #[inline(always)]
    pub(crate) fn new(deadline: Deadline<'a>) -> Self {
        Self {
            answer: Answer::none(),
            deadline,
            wait: None,
            has_waker: false,
            is_over: false,
        }
    }

    /// Begins the ask in the task that will wait for the answer. Returns the return route of the question.
    ///
    /// The deadline begins before the question is sent, so that its handler sees how long this waits.
    #[inline(always)]
    pub(crate) fn begin(&mut self, worker: u64, cx: &mut Context<'_>) -> Route {
        self.is_over = self.deadline.poll_over(cx).is_ready();
        let asker = reply::Asker {
            timeout: self.deadline.timeout,
            ends: self.deadline.ends(),
            worker,
        };
        let (reply_to, answer) = reply::slot_waking(Some(cx.waker().clone()), asker);
        self.answer = answer;
        self.has_waker = true;
        Route::from(reply_to)
    }

    /// Notes that the handler of a worker waits for this, unless that would close a circle of waits.
    ///
    /// # Errors
    ///
    /// Returns an error that prints the circle.
    #[cold]
    pub(crate) fn note(&mut self, node: &'a Node, question: &Question<'_>) -> Result<()> {
        self.wait = Some(node.waits.ask(&node.router.registry, question)?);
        Ok(())
    }

    /// Notes that the handler of a worker waits, and that it isn't known for whom. So this closes no circle.
    #[cold]
    pub(crate) fn note_unknown(&mut self, node: &'a Node, worker: u64) {
        self.wait = Some(node.waits.receive(worker));
    }

    /// Returns the deadline, to wait for something other than the answer first. After that, another
    /// task may poll.
    pub(crate) fn deadline(&mut self) -> &mut Deadline<'a> {
        self.has_waker = false;
        // The question may be taken long after the wait for room has begun.
        let ends = self.deadline.end().map_or(NEVER, nanos_of);
        self.answer.set_ends(ends);
        &mut self.deadline
    }

    /// Polls for the answer. `asked` is the address or the route that was asked.
    #[inline]
    pub(crate) fn poll(&mut self, asked: &impl Display, cx: &mut Context<'_>) -> Poll<Result<R>> {
        if mem::take(&mut self.has_waker) {
            if !self.is_over {
                return Poll::Pending;
            }
        } else {
            self.leave_handler();
            match Pin::new(&mut self.answer).poll(cx) {
                Poll::Ready(Ok(answer)) => return Poll::Ready(Ok(answer)),
                Poll::Ready(Err(why)) => return Poll::Ready(Err(unanswered(asked, why))),
                Poll::Pending => ready!(self.deadline.poll_over(cx)),
            }
        }
        // Known exactly by now.
        self.answer.set_ends(self.deadline.ends());
        self.answer.abandon();
        Poll::Ready(Err(self.over(asked)))
    }

    /// Forgets that a handler waits, if this is polled elsewhere by now.
    #[inline]
    fn leave_handler(&mut self) {
        self.wait.take_if(|wait| wait.worker() != current_worker());
    }

    #[cold]
    fn over(&self, asked: &impl Display) -> Error {
        let (kind, why) = if self.deadline.has_runtime_ended() {
            let why = "can't answer any more: the runtime of the node has ended";
            (ErrorKind::Stopped, why.to_owned())
        } else if self.deadline.is_cut_short() {
            let why = "did not answer in the time that the asker of this handler had left";
            (ErrorKind::TimedOut, why.to_owned())
        } else {
            let why = format!("did not answer within {:?}", self.deadline.timeout());
            (ErrorKind::TimedOut, why)
        };
        Error::new(kind, format!("{asked} {why}"))
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
