use std::fmt::Display;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use ockam_core::reply::{self, Answer, Unanswered};
use ockam_core::{Error, ErrorKind, Message, Result, Route};

use super::current::current;
use crate::node::{Node, Question, Wait};
use crate::time::Deadline;
use crate::time::clock::{NEVER, nanos_of};

/// An ask whose question is being sent or has been sent.
pub(crate) struct Awaited<'a, R> {
    answer: Answer<R>,
    deadline: Deadline<'a>,
    /// Set if a handler waits.
    wait: Option<Wait<'a>>,
    /// Whether the slot is known to hold the waker of the polling task. The slot is created with it, so
    /// the first poll need not register it.
    has_waker: bool,
}

impl<'a, R: Message> Awaited<'a, R> {
    /// Begins an ask in the task that will wait for the answer. Also returns the return route of the
    /// question.
    #[inline(always)]
    pub(crate) fn begin(deadline: Deadline<'a>, worker: u64, task: Waker) -> (Route, Self) {
        let asker = reply::Asker {
            ends: deadline.known_end(),
            worker,
        };
        let (reply_to, answer) = reply::slot_waking(deadline.timeout, Some(task), asker);
        let awaited = Self {
            answer,
            deadline,
            wait: None,
            has_waker: true,
        };
        (Route::from(reply_to), awaited)
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

    /// Notes that the handler that is polled waits for one of the members of a group, if one is. Who that is isn't
    /// known, so this closes no circle.
    pub(crate) fn note_of_group(&mut self, node: &'a Node) {
        let worker = current().worker;
        self.wait = (worker != 0).then(|| node.waits.receive(worker));
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
        let is_first = mem::take(&mut self.has_waker);
        if !is_first {
            self.leave_handler();
            match Pin::new(&mut self.answer).poll(cx) {
                Poll::Ready(Ok(answer)) => return Poll::Ready(Ok(answer)),
                Poll::Ready(Err(why)) => return Poll::Ready(Err(unanswered(asked, why))),
                Poll::Pending => {}
            }
        }
        let is_over = self.deadline.poll_over(cx);
        if is_first {
            // From now on, the handler sees how long this waits.
            self.answer.set_ends(self.deadline.ends());
        }
        ready!(is_over);
        // Known exactly by now.
        self.answer.set_ends(self.deadline.ends());
        self.answer.abandon();
        Poll::Ready(Err(self.over(asked)))
    }

    /// Forgets that a handler waits, if this is polled elsewhere by now.
    #[inline]
    fn leave_handler(&mut self) {
        self.wait.take_if(|wait| wait.worker() != current().worker);
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
            let why = format!("did not answer within {:?}", self.deadline.timeout);
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
