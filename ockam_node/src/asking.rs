use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Message, Result, Route};

use crate::answer::Awaited;
use crate::outbox::{Outbox, Waiting, wait};
use crate::stalled::Stalled;

/// An ask, which begins when this future is polled.
pub(crate) struct Asking<'a, R, M> {
    outbox: &'a Outbox,
    waiting: Waiting<'a>,
    route: Route,
    timeout: Duration,
    /// Taken out when it is polled.
    question: Option<M>,
    stage: Stage<'a, R>,
}

enum Stage<'a, R> {
    Begun,
    /// There was no room for the question.
    Stalled(Pin<Box<dyn Future<Output = Result<Awaited<'a, R>>> + Send + 'a>>),
    Asked(Awaited<'a, R>),
}

impl<'a, R, M> Asking<'a, R, M> {
    #[inline]
    pub(crate) fn new(
        outbox: &'a Outbox,
        waiting: Waiting<'a>,
        route: Route,
        question: M,
        timeout: Duration,
    ) -> Self {
        Self {
            outbox,
            waiting,
            route,
            timeout,
            question: Some(question),
            stage: Stage::Begun,
        }
    }
}

impl<'a, R: Message, M: Message> Asking<'a, R, M> {
    #[inline]
    fn begin(&mut self, question: M, cx: &Context<'_>) -> Result<()> {
        if leads_to(self.waiting, &self.route) {
            return Err(asks_itself(&self.route, question));
        }
        let deadline = self.outbox.deadline(self.timeout);
        let (return_route, awaited) = Awaited::begin(deadline, cx.waker().clone());
        // Where it stays, before the question is on its way: it is not small.
        self.stage = Stage::Asked(awaited);
        let delivered = self.outbox.deliver(&self.route, return_route, question);
        delivered.or_else(|stalled| self.wait_for_room(stalled))
    }

    /// Waits until the question is delivered, which found no room.
    #[cold]
    fn wait_for_room(&mut self, stalled: Stalled<M>) -> Result<()> {
        if let Stage::Asked(mut awaited) = mem::replace(&mut self.stage, Stage::Begun) {
            let waiting = self.waiting;
            // Boxed, so that an ask that doesn't wait is small.
            self.stage = Stage::Stalled(Box::pin(async move {
                wait(waiting, stalled, awaited.deadline()).await?;
                Ok(awaited)
            }));
        }
        Ok(())
    }
}

/// Nothing in it is pinned but what is in a box.
impl<R, M> Unpin for Asking<'_, R, M> {}

impl<R: Message, M: Message> Future for Asking<'_, R, M> {
    type Output = Result<R>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let this = self.get_mut();
        if let Some(question) = this.question.take() {
            this.begin(question, cx)?;
        }
        if let Stage::Stalled(room) = &mut this.stage {
            this.stage = Stage::Asked(ready!(room.as_mut().poll(cx))?);
        }
        let Stage::Asked(awaited) = &mut this.stage else {
            panic!("an ask is not polled again when it is done");
        };
        awaited.poll(&this.route, cx)
    }
}

/// Tells whether a route leads to the one who waits.
#[inline]
fn leads_to(waiting: Waiting<'_>, route: &Route) -> bool {
    let (Some(waiting), Some(first)) = (waiting, route.first()) else {
        return false;
    };
    match waiting.tenancy().addresses.as_slice() {
        [only] => only == first,
        own => own.contains(first),
    }
}

#[cold]
fn asks_itself<M: Message>(route: &Route, question: M) -> Error {
    let why = format!("{route} asks itself, and can't answer while it waits");
    Error::new(ErrorKind::NoReply, why).with_undelivered(question)
}
