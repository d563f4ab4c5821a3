//! The part of a context that the loop of its worker uses for each message.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, OnceLock};
use std::task::{self, Poll};

use ockam_core::headers::{Headers, Source};
use ockam_core::reply::ReplyTo;
use ockam_core::{Message, Route, Routed};

use super::asked::{end_of_ask, end_of_question};
use super::incarnation::Incarnation;
use super::receiver::{AnyReceiver, EndpointReceiver};
use super::{Context, receiver_in};
use crate::task::polls::PolledWorker;
use crate::time::clock::Nanos;

impl Context {
    /// Waits for a message to handle. Returns `false` if the worker is to stop.
    #[inline]
    pub(crate) fn poll_ready<M: Message>(&mut self, cx: &mut task::Context<'_>) -> Poll<bool> {
        let own = self.own_receiver::<M>();
        own.receiver.poll_ready(&own.endpoint.mailbox, cx)
    }

    /// Discards the message that is ready, if its sender has withdrawn it. Timers of this context withdraw
    /// messages, and those of incarnations before it.
    #[inline]
    pub(crate) fn discard_withdrawn<M: Message>(&mut self) -> bool {
        self.own_receiver::<M>().discard_withdrawn()
    }

    /// Notes that the worker begins to wait for a message.
    #[inline]
    pub(crate) fn note_idle<M: Message>(&mut self) {
        if self.incarnation.get().is_some() {
            let begun = self.begun::<M>();
            note_idle(&self.incarnation, begun);
        }
    }

    /// Returns the number of messages whose handling has begun.
    pub(crate) fn begun<M: Message>(&mut self) -> usize {
        self.own_receiver::<M>().receiver.begun()
    }

    #[inline]
    fn own_receiver<M: Message>(&mut self) -> &mut EndpointReceiver<M> {
        own_receiver(&mut self.receiver)
    }

    /// Takes the next message of those that have been taken out of the queue, and begins its handling. `has_more`
    /// becomes whether there are others, and `ends` when the asker of the message stops waiting, if there is one.
    ///
    /// Returns `None` if there is nothing to handle: a handler has received the message, or it was a question whose
    /// time is over.
    #[inline(always)]
    pub(crate) fn begin<'a, M: Message, H>(
        &'a mut self,
        has_more: &mut bool,
        ends: &mut Nanos,
        handle: impl FnOnce(&'a mut Self, Routed<M>) -> H,
    ) -> Option<H> {
        let own = own_receiver::<M>(&mut self.receiver);
        *has_more = own.receiver.batch().len() > 1;
        let first = own.receiver.batch().front()?;
        // `finish` has left nothing behind, so there is nothing to drop.
        let (headers, back) = (Headers::of(first), Headers::own_return_route(first));
        let mut is_over = false;
        if headers.extended.is_some() {
            self.headers = headers.clone();
            self.return_route = back.clone();
            match end_of_question(&self.headers, &self.return_route) {
                Some(end) => *ends = end,
                None => is_over = true,
            }
        } else {
            self.headers.source = headers.source;
            if !back.copy_plain_to(&mut self.return_route) {
                mem::forget(mem::replace(&mut self.return_route, back.clone()));
                match end_of_ask(&self.return_route) {
                    Some(end) => *ends = end,
                    None => is_over = true,
                }
            }
        }
        if headers.extended.is_some() || self.outbox.trace().is_some() {
            self.outbox.set_trace(headers.trace().cloned());
        }
        if is_over {
            self.let_go::<M>();
            return None;
        }
        let message = own.receiver.pop(&own.endpoint.mailbox);
        Some(handle(self, message.expect("there is a first message")))
    }

    /// Returns the source of the next message of those that have been taken out of the queue.
    pub(crate) fn next_source<M: Message>(&mut self) -> Source {
        let first = self.own_receiver::<M>().receiver.batch().front();
        first.map_or(Source::UNKNOWN, |first| Headers::of(first).source)
    }

    /// Takes the next message of those that have been taken out of the queue, without handling it.
    pub(crate) fn take_next<M: Message>(&mut self) -> Option<Routed<M>> {
        let own = self.own_receiver::<M>();
        own.receiver.pop(&own.endpoint.mailbox)
    }

    /// Ends the handling of a message. If the last right to answer is dropped here, the ask ends.
    #[inline(always)]
    pub(crate) fn finish(&mut self) {
        self.headers.source = Source::UNKNOWN;
        if self.headers.extended.is_some() {
            self.headers.handled();
            self.headers.extended = None;
        }
        if self.outbox.trace().is_some() {
            self.outbox.set_trace(None);
        }
        if self.return_route.owns_nothing() {
            mem::forget(mem::take(&mut self.return_route));
        } else {
            if let Some(asker) = self.return_route.reply_to() {
                asker.note_handled();
            }
            self.return_route = Route::new();
        }
    }

    /// Ends what one incarnation of a worker has made, and the message that it was handling, so that another
    /// one can begin with this context.
    pub(crate) fn renew(&mut self) {
        if let Some(incarnation) = self.incarnation.take() {
            if incarnation.owned.get().is_some() {
                self.endpoint.set_has_owned(false);
            }
        }
        self.endpoint.renew();
        self.finish();
    }

    /// Returns the numbers of this worker, for the polls of its task.
    pub(crate) fn polled_worker(&self) -> PolledWorker {
        let id = self.registration().id;
        PolledWorker {
            id,
            number: self.node().number_for_polls(id),
        }
    }

    /// Returns `true` if no message waits.
    pub(crate) fn is_nothing_queued(&self) -> bool {
        self.endpoint.queued() == 0
    }

    /// Waits until the worker is to stop.
    pub(crate) async fn stopping<M: Message>(&mut self) {
        poll_fn(|cx| self.poll_stopping::<M>(cx)).await;
    }

    fn poll_stopping<M: Message>(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        if self.endpoint.is_stopping() {
            return Poll::Ready(());
        }
        let own = self.own_receiver::<M>();
        // Takes all that is queued, so that the waker is registered.
        while let Poll::Ready(is_open) = own.receiver.poll_fill(&own.endpoint.mailbox, cx) {
            if !is_open {
                return Poll::Ready(());
            }
        }
        match self.endpoint.is_stopping() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Returns the return route of the current message.
    pub(super) fn return_route(&self) -> &Route {
        self.headers.return_route(&self.return_route)
    }

    /// Returns the right to answer the current question, or the question whose answer is being
    /// forwarded.
    pub(crate) fn asker(&self) -> Option<&ReplyTo> {
        let back = self.return_route().reply_to();
        back.or_else(|| self.headers.onward().reply_to())
    }
}

/// Returns the receiver of a worker's context, while other fields of the context are borrowed.
#[inline(always)]
fn own_receiver<M: Message>(
    receiver: &mut Mutex<Box<dyn AnyReceiver>>,
) -> &mut EndpointReceiver<M> {
    let receiver = receiver_in(receiver).downcast_mut();
    receiver.expect("a worker's context was registered for its messages")
}

/// Notes that a context begins to wait for a message, having begun `begun` of them.
pub(super) fn note_idle(incarnation: &OnceLock<Box<Incarnation>>, begun: usize) {
    if let Some(incarnation) = incarnation.get() {
        incarnation.timers.idle().note(begun);
    }
}
