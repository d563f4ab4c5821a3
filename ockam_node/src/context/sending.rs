use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ockam_core::{Error, Message, Result, Route};

use super::outbox::{Caller, Outbox, Unfinished};
use crate::{log, task};

/// The future of a send, which begins when it is first polled.
///
/// [`Context::send_message`](crate::Context::send_message) and
/// [`Sender::send_message`](crate::Sender::send_message) return it.
///
/// # Cancel safety
///
/// If the future is dropped before it is done, the message was not sent.
///
/// # Examples
///
/// ```
/// # let (mut ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let sending = ctx.send_message("app", 7_u64);
/// sending.await?;
/// assert_eq!(ctx.receive::<u64>().await?, 7);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Sending<'a, M> {
    outbox: &'a Outbox,
    caller: Caller<'a>,
    route: Route,
    /// Taken at the first poll.
    body: Option<M>,
    /// Whether it answers a message, for which it does not wait until another node takes it.
    is_answer: bool,
    /// The rest of the send, if there was no room.
    unfinished: Option<Unfinished<'a>>,
}

impl<'a, M> Sending<'a, M> {
    #[inline]
    pub(crate) fn new(outbox: &'a Outbox, caller: Caller<'a>, route: Route, body: M) -> Self {
        Self {
            outbox,
            caller,
            route,
            body: Some(body),
            is_answer: false,
            unfinished: None,
        }
    }

    /// Makes it the answer to a message. If that has come from another node whose connection has no room, the
    /// send fails at once.
    pub(super) fn into_answer(mut self) -> Self {
        self.is_answer = true;
        self
    }
}

/// Only what is in a box is pinned.
impl<M> Unpin for Sending<'_, M> {}

impl<M: Message> Future for Sending<'_, M> {
    type Output = Result<()>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        if this.body.is_some() {
            ready!(task::preempt(cx));
        }
        if let Some(body) = this.body.take() {
            let (outbox, route) = (this.outbox, &this.route);
            log::event::<M>(|what| format!("{} -> {route}: {what}", outbox.name()));
            // Before the message is made, so that it is not moved once more for those without rules.
            let denial = match this.is_answer {
                true => None,
                false => outbox.denial(route),
            };
            if let Some(denial) = denial {
                this.unfinished = Some(refused(denial.with_undelivered(body)));
            } else {
                let message = this.outbox.message(body);
                match this.outbox.node.router.deliver(&this.route, message) {
                    Ok(()) => return Poll::Ready(Ok(())),
                    Err(refused) => {
                        let rest = this.outbox.send_when_room(
                            this.caller,
                            &this.route,
                            refused,
                            this.is_answer,
                        );
                        this.unfinished = Some(rest);
                    }
                }
            }
        }
        let unfinished = this.unfinished.as_mut();
        let unfinished = unfinished.expect("a send is not polled again when it is done");
        unfinished.as_mut().poll(cx)
    }
}

/// Returns an error in time for other tasks.
#[cold]
fn refused<'a>(error: Error) -> Unfinished<'a> {
    Box::pin(async move {
        task::consume_budget().await;
        Err(error)
    })
}

impl<M> fmt::Debug for Sending<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sending").field(&self.route).finish()
    }
}
