//! The part of a context that the loop of its worker uses for each message.

use std::future::poll_fn;
use std::mem;
use std::sync::OnceLock;
use std::task::{self, Poll};

use ockam_core::headers::Headers;
use ockam_core::reply::ReplyTo;
use ockam_core::{Message, Route, Routed};

use super::Context;
use super::incarnation::Incarnation;
use super::receiver::EndpointReceiver;

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
        let receiver = self.receiver().downcast_mut();
        receiver.expect("a worker's context was registered for its messages")
    }

    /// Takes the message that is ready, and begins its handling.
    #[inline(always)]
    pub(crate) fn begin<M: Message>(&mut self) -> Routed<M> {
        let own = self.own_receiver::<M>();
        let message = own.receiver.pop(&own.endpoint.mailbox);
        let message = message.expect("a message is begun when one is ready");
        let headers = Headers::of(&message);
        // `finish` has left nothing behind, so there is nothing to drop.
        mem::forget(mem::replace(&mut self.headers, headers.clone()));
        mem::forget(mem::replace(
            &mut self.return_route,
            Headers::own_return_route(&message).clone(),
        ));
        if headers.extended.is_some() || self.outbox.trace().is_some() {
            self.outbox.set_trace(headers.trace().cloned());
        }
        message
    }

    /// Ends the handling of a message. If the last right to answer is dropped here, the ask ends.
    #[inline(always)]
    pub(crate) fn finish(&mut self) {
        let headers = mem::take(&mut self.headers);
        headers.handled();
        drop(headers);
        if self.outbox.trace().is_some() {
            self.outbox.set_trace(None);
        }
        if let Some(asker) = self.return_route.reply_to() {
            asker.note_handled();
        }
        mem::take(&mut self.return_route).discard();
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

    /// Returns the number under which the polls of this worker are counted.
    pub(crate) fn number_for_polls(&self) -> u64 {
        self.node().number_for_polls(self.registration().id)
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

/// Notes that a context begins to wait for a message, having begun `begun` of them.
pub(super) fn note_idle(incarnation: &OnceLock<Box<Incarnation>>, begun: usize) {
    if let Some(incarnation) = incarnation.get() {
        incarnation.timers.idle().note(begun);
    }
}
