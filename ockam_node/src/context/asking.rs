use std::fmt::Display;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Error, ErrorKind, Message, Result, Route, Routed};

use super::awaited::Awaited;
use super::outbox::{Caller, Outbox};
use crate::delivery::Waiting;
use crate::node::Question;
use crate::send_error::SendError;
use crate::task::{consume_budget, current_worker};
use crate::{log, task};

/// Whom a question is for: what a route leads to, a worker, or a group.
pub(crate) trait Recipient<M: Message>: Send + Sync {
    /// Returns its name, for errors and for the log.
    fn name(&self) -> impl Display;

    /// Returns `true` if it is the context that asks.
    fn is_caller(&self) -> bool {
        false
    }

    /// Delivers the question, if there is room.
    fn deliver(&self, outbox: &Outbox, question: Routed<M>) -> Result<(), SendError<Routed<M>>>;

    /// Prepares the wait for room for a question that was refused.
    fn wait(&self, outbox: &Outbox, refused: SendError<Routed<M>>) -> Result<Waiting<M>>;

    /// Returns what the handler of a worker waits for, or `None` if it isn't known who has the question.
    fn question<'q>(&'q self, worker: u64, ask: &'q ReplyTo) -> Option<Question<'q>>;
}

/// What a route leads to, when it is asked by a context or a sender.
pub(crate) struct AlongRoute<'a> {
    pub(crate) caller: Caller<'a>,
    pub(crate) route: Route,
}

/// An ask. It begins when this future is first polled.
pub(crate) struct Asking<'a, R, M, T> {
    outbox: &'a Outbox,
    to: T,
    timeout: Duration,
    /// Taken at the first poll.
    question: Option<M>,
    state: State<'a, R>,
}

enum State<'a, R> {
    New,
    /// There was no room for the question, or it was refused.
    WaitingForRoom(Pin<Box<dyn Future<Output = Result<Awaited<'a, R>>> + Send + 'a>>),
    Asked(Awaited<'a, R>),
}

impl<'a, R> State<'a, R> {
    /// Replaces `New`, which has nothing to drop.
    #[inline(always)]
    fn set_new_asked(&mut self, awaited: Awaited<'a, R>) -> &mut Awaited<'a, R> {
        mem::forget(mem::replace(self, Self::Asked(awaited)));
        match self {
            Self::Asked(awaited) => awaited,
            _ => unreachable!("it has just been set"),
        }
    }
}

impl<M: Message> Recipient<M> for AlongRoute<'_> {
    fn name(&self) -> impl Display {
        &self.route
    }

    #[inline(always)]
    fn is_caller(&self) -> bool {
        let Some(caller) = self.caller else {
            return false;
        };
        let own = caller.registration().addresses.as_slice();
        match (self.route.as_single(), own) {
            (Some(to), [own]) => to == own,
            _ => begins_with_one_of(&self.route, own),
        }
    }

    #[inline(always)]
    fn deliver(&self, outbox: &Outbox, question: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        outbox.deliver(&self.route, question)
    }

    fn wait(&self, outbox: &Outbox, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        outbox.waiting_for_others(self.caller, &self.route, refused)
    }

    fn question<'q>(&'q self, worker: u64, ask: &'q ReplyTo) -> Option<Question<'q>> {
        Some(Question {
            worker,
            asked: self.route.first()?,
            ask,
            may_be_itself: self.caller.is_none_or(|it| it.registration().id != worker),
        })
    }
}

#[inline(never)]
fn begins_with_one_of(route: &Route, addresses: &[Address]) -> bool {
    route.first().is_some_and(|first| addresses.contains(first))
}

impl<'a, R, M, T> Asking<'a, R, M, T> {
    #[inline]
    pub(crate) fn new(outbox: &'a Outbox, to: T, question: M, timeout: Duration) -> Self {
        Self {
            outbox,
            to,
            timeout,
            question: Some(question),
            state: State::New,
        }
    }
}

impl<'a, R: Message, M: Message, T: Recipient<M>> Asking<'a, R, M, T> {
    #[inline]
    fn begin(&mut self, question: M, cx: &mut Context<'_>) -> Result<()> {
        if self.to.is_caller() {
            return Err(asks_itself(&self.to.name(), question));
        }
        let worker = current_worker();
        let awaited = Awaited::new(self.outbox.deadline_of_ask(self.timeout));
        // It is large, so it is put in place before it begins, and not moved.
        let return_route = self.state.set_new_asked(awaited).begin(worker, cx);
        if worker != 0 {
            if let Err(error) = self.note(worker, &return_route) {
                return Err(error.with_undelivered(question));
            }
        }
        let question = self.outbox.answered_along(return_route, question);
        let delivered = self.to.deliver(self.outbox, question);
        delivered.or_else(|refused| self.wait_for_room(refused))
    }

    /// Notes that the handler of a worker waits for the answer.
    #[cold]
    fn note(&mut self, worker: u64, return_route: &Route) -> Result<()> {
        let (State::Asked(awaited), Some(ask)) = (&mut self.state, return_route.reply_to()) else {
            return Ok(());
        };
        match self.to.question(worker, ask) {
            Some(question) => awaited.note(&self.outbox.node, &question),
            None => {
                awaited.note_unknown(&self.outbox.node, worker);
                Ok(())
            }
        }
    }

    /// Waits until there is room for the question.
    #[cold]
    fn wait_for_room(&mut self, refused: SendError<Routed<M>>) -> Result<()> {
        let waiting = self.to.wait(self.outbox, refused)?;
        if let State::Asked(mut awaited) = mem::replace(&mut self.state, State::New) {
            // Boxed, so that the future of an ask that doesn't wait is small.
            self.state = State::WaitingForRoom(Box::pin(async move {
                waiting.send(awaited.deadline()).await?;
                Ok(awaited)
            }));
        }
        Ok(())
    }
}

/// Only what is in a box is pinned.
impl<R, M, T> Unpin for Asking<'_, R, M, T> {}

impl<R: Message, M: Message, T: Recipient<M>> Future for Asking<'_, R, M, T> {
    type Output = Result<R>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let this = self.get_mut();
        if this.question.is_some() {
            ready!(task::preempt(cx));
            let (outbox, to) = (this.outbox, &this.to);
            log::event::<M>(|what| format!("{} asks {}: {what}", outbox.name(), to.name()));
        }
        if let Some(question) = this.question.take() {
            if let Err(error) = this.begin(question, cx) {
                this.state = State::WaitingForRoom(refused(error));
            }
        }
        if let State::WaitingForRoom(room) = &mut this.state {
            this.state = State::Asked(ready!(room.as_mut().poll(cx))?);
        }
        let State::Asked(awaited) = &mut this.state else {
            panic!("an ask is not polled again when it is done");
        };
        awaited.poll(&this.to.name(), cx)
    }
}

/// Returns an error in time for other tasks.
#[cold]
fn refused<'a, R: Message>(
    error: Error,
) -> Pin<Box<dyn Future<Output = Result<Awaited<'a, R>>> + Send + 'a>> {
    Box::pin(async move {
        consume_budget().await;
        Err(error)
    })
}

#[cold]
fn asks_itself<M: Message>(route: &dyn Display, question: M) -> Error {
    let why = format!("{route} asks itself, and can't answer while it waits");
    Error::new(ErrorKind::NoReply, why).with_undelivered(question)
}
