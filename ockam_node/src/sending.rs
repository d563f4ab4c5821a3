use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use ockam_core::{Message, Result, Route};

use crate::outbox::{Outbox, Waiting};

/// The sending of a message, which begins when this future is polled.
///
/// [`Context::send_message`](crate::Context::send_message) and
/// [`Sender::send_message`](crate::Sender::send_message) return it.
///
/// # Cancel safety
///
/// A message whose send was dropped before it was done was not sent.
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
    waiting: Waiting<'a>,
    route: Route,
    /// Taken out when it is polled.
    body: Option<M>,
    /// What is left to wait for if there was no room: apart, so that a send that doesn't wait is
    /// small.
    room: Option<Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>>,
}

impl<'a, M> Sending<'a, M> {
    #[inline]
    pub(crate) fn new(outbox: &'a Outbox, waiting: Waiting<'a>, route: Route, body: M) -> Self {
        Self {
            outbox,
            waiting,
            route,
            body: Some(body),
            room: None,
        }
    }
}

/// Nothing in it is pinned but what is in a box.
impl<M> Unpin for Sending<'_, M> {}

impl<M: Message> Future for Sending<'_, M> {
    type Output = Result<()>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        if let Some(body) = this.body.take() {
            let message = this.outbox.message(body);
            let node = &this.outbox.node;
            match node.deliver(this.route.as_slice(), message) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err(stalled) => {
                    this.room = Some(this.outbox.wait_for_room(this.waiting, stalled));
                }
            }
        }
        let room = this.room.as_mut();
        let room = room.expect("a send is not polled again when it is done");
        room.as_mut().poll(cx)
    }
}

impl<M> fmt::Debug for Sending<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sending").field(&self.route).finish()
    }
}
