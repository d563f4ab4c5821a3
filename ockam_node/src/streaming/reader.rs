use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use ockam_core::{Message, Result};

use super::parts::{Parts, Taken};
use crate::panics::drop_caught;
use crate::task;

/// The parts of an answer that goes on, in order.
///
/// [`Context::ask_stream`](crate::Context::ask_stream) returns it. Each part is a `Result`. What ends the answer
/// early is its last part: an error of whoever answers, a panic, or `NoReply` if the right to answer was
/// dropped. If there is no error, the answer was complete.
///
/// Whoever answers waits when 64 parts have not been read. When this is dropped, whoever answers is told, and
/// the stream that the parts come from is dropped.
///
/// It is a message of its node: a worker can pass it on, or reply with it.
///
/// # Examples
///
/// ```
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// use futures_core::Stream;
/// use ockam_core::{Result, Worker};
/// use ockam_node::Context;
///
/// struct Countdown;
///
/// impl Worker for Countdown {
///     type Message = u64;
///     type Context = Context;
///
///     async fn handle_message(&mut self, ctx: &mut Context, from: u64) -> Result<()> {
///         let mut reply = ctx.stream_reply::<u64>().await?;
///         for number in (0..from).rev() {
///             reply.send(number).await?;
///         }
///         reply.complete();
///         Ok(())
///     }
/// }
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ctx.start_worker("countdown", Countdown).await?;
/// let mut numbers = ctx.ask_stream::<u64>("countdown", 3_u64).await?;
/// let mut seen = Vec::new();
/// while let Some(number) = poll_fn(|cx| Pin::new(&mut numbers).poll_next(cx)).await {
///     seen.push(number?);
/// }
/// assert_eq!(seen, [2, 1, 0]);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "an answer that is dropped is cancelled"]
pub struct Streaming<R> {
    parts: Arc<Parts<R>>,
    /// Those that have been taken out, and are read next.
    taken: VecDeque<R>,
    is_over: bool,
}

impl<R> Streaming<R> {
    pub(super) fn new(parts: Arc<Parts<R>>) -> Self {
        Self {
            parts,
            taken: VecDeque::new(),
            is_over: false,
        }
    }
}

/// It is sent to workers of the same node only.
impl<R: Send + 'static> Message for Streaming<R> {}

/// Nothing in it is pinned.
impl<R> Unpin for Streaming<R> {}

impl<R> Stream for Streaming<R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<R>>> {
        let this = self.get_mut();
        if let Some(part) = this.taken.pop_front() {
            return Poll::Ready(Some(Ok(part)));
        }
        if this.is_over {
            return Poll::Ready(None);
        }
        // Who reads in a loop lets other tasks run.
        ready!(pin!(task::consume_budget()).poll(cx));
        match ready!(this.parts.poll_take(&mut this.taken, cx)) {
            Taken::Parts => Poll::Ready(this.taken.pop_front().map(Ok)),
            Taken::End(end) => {
                this.is_over = true;
                Poll::Ready(end.err().map(Err))
            }
        }
    }
}

impl<R> Drop for Streaming<R> {
    fn drop(&mut self) {
        // The `Drop` of a part may panic. That ends neither end.
        let (read, unread) = (std::mem::take(&mut self.taken), self.parts.close());
        let _ = drop_caught(read);
        let _ = drop_caught(unread);
    }
}

impl<R> fmt::Debug for Streaming<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Streaming");
        shown
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}
