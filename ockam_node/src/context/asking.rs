use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Message, Result, Route, Routed};

use super::awaited::Awaited;
use super::current::current;
use super::outbox::{Caller, Outbox};
use crate::node::Question;
use crate::send_error::SendError;
use crate::task::consume_budget;
use crate::{log, task};

/// An ask. It begins when this future is first polled.
pub(crate) struct Asking<'a, R, M> {
    outbox: &'a Outbox,
    caller: Caller<'a>,
    route: Route,
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

impl<'a, R, M> Asking<'a, R, M> {
    #[inline]
    pub(crate) fn new(
        outbox: &'a Outbox,
        caller: Caller<'a>,
        route: Route,
        question: M,
        timeout: Duration,
    ) -> Self {
        Self {
            outbox,
            caller,
            route,
            timeout,
            question: Some(question),
            state: State::New,
        }
    }
}

impl<'a, R: Message, M: Message> Asking<'a, R, M> {
    #[inline]
    fn begin(&mut self, question: M, cx: &Context<'_>) -> Result<()> {
        if leads_to(self.caller, &self.route) {
            return Err(asks_itself(&self.route, question));
        }
        let deadline = self.outbox.deadline_of_ask(self.timeout);
        let worker = current().worker;
        let (return_route, mut awaited) = Awaited::begin(deadline, worker, cx.waker().clone());
        if worker != 0 {
            if let Err(error) = self.note(&mut awaited, worker, &return_route) {
                return Err(error.with_undelivered(question));
            }
        }
        // The state is large, so it is put in place before the question is sent, and not moved.
        self.state = State::Asked(awaited);
        let question = self.outbox.answered_along(return_route, question);
        let delivered = self.outbox.deliver(&self.route, question);
        delivered.or_else(|refused| self.wait_for_room(refused))
    }

    /// Notes that the handler of a worker waits for the answer.
    fn note(&self, awaited: &mut Awaited<'a, R>, worker: u64, return_route: &Route) -> Result<()> {
        let (Some(asked), Some(ask)) = (self.route.first(), return_route.reply_to()) else {
            return Ok(());
        };
        let question = Question {
            worker,
            asked,
            ask,
            may_be_itself: self.caller.is_none_or(|it| it.registration().id != worker),
        };
        awaited.note(&self.outbox.node, &question)
    }

    /// Waits until there is room for the question.
    #[cold]
    fn wait_for_room(&mut self, refused: SendError<Routed<M>>) -> Result<()> {
        let (outbox, caller) = (self.outbox, self.caller);
        let waiting = outbox.waiting_for_others(caller, &self.route, refused)?;
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
impl<R, M> Unpin for Asking<'_, R, M> {}

impl<R: Message, M: Message> Future for Asking<'_, R, M> {
    type Output = Result<R>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let this = self.get_mut();
        if this.question.is_some() {
            ready!(task::preempt(cx));
            let (outbox, route) = (this.outbox, &this.route);
            log::event::<M>(|what| format!("{} asks {route}: {what}", outbox.name()));
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
        awaited.poll(&this.route, cx)
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

/// Returns `true` if a route leads to the caller itself.
#[inline]
fn leads_to(caller: Caller<'_>, route: &Route) -> bool {
    let (Some(caller), Some(first)) = (caller, route.first()) else {
        return false;
    };
    match caller.registration().addresses.as_slice() {
        [only] => only == first,
        own => own.contains(first),
    }
}

#[cold]
fn asks_itself<M: Message>(route: &Route, question: M) -> Error {
    let why = format!("{route} asks itself, and can't answer while it waits");
    Error::new(ErrorKind::NoReply, why).with_undelivered(question)
}
