use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use ockam_core::Result;

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
/// It is a message: a worker can pass it on to another one of its node, or reply with it.
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
    rest: Mutex<Rest<R>>,
}

/// What has been taken out of the queue.
struct Rest<R> {
    /// The parts that are read next.
    taken: VecDeque<R>,
    /// Whether the end has been taken, too, or the answer has been sent to another node.
    is_over: bool,
}

impl<R> Streaming<R> {
    pub(super) fn new(parts: Arc<Parts<R>>) -> Self {
        Self::with(parts, VecDeque::new())
    }

    fn with(parts: Arc<Parts<R>>, taken: VecDeque<R>) -> Self {
        let is_over = false;
        let rest = Mutex::new(Rest { taken, is_over });
        Self { parts, rest }
    }

    /// Moves the answer out, for a connection, and leaves one that is over.
    pub(super) fn take(&self) -> Self {
        self.set_credit(0);
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        rest.is_over = true;
        Self::with(self.parts.clone(), mem::take(&mut rest.taken))
    }

    /// Says how many parts there is credit for, to a connection.
    pub(super) fn set_credit(&self, parts: u64) {
        self.parts.set_credit(parts);
    }

    fn rest(&mut self) -> &mut Rest<R> {
        let rest = self.rest.get_mut();
        rest.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing in it is pinned.
impl<R> Unpin for Streaming<R> {}

impl<R> Stream for Streaming<R> {
    type Item = Result<R>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<R>>> {
        let this = &mut *self;
        let parts = &this.parts;
        let rest = this.rest.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = rest.taken.pop_front() {
            return Poll::Ready(Some(Ok(part)));
        }
        if rest.is_over {
            return Poll::Ready(None);
        }
        // Who reads in a loop lets other tasks run.
        ready!(pin!(task::consume_budget()).poll(cx));
        match ready!(parts.poll_take(&mut rest.taken, cx)) {
            Taken::Parts => Poll::Ready(rest.taken.pop_front().map(Ok)),
            Taken::End(end) => {
                rest.is_over = true;
                Poll::Ready(end.err().map(Err))
            }
        }
    }
}

impl<R> Drop for Streaming<R> {
    fn drop(&mut self) {
        let rest = self.rest();
        if rest.is_over {
            return;
        }
        // The `Drop` of a part may panic. That ends neither end.
        let taken = mem::take(&mut rest.taken);
        let (unread, end) = self.parts.close();
        let _ = drop_caught(taken);
        let _ = drop_caught(unread);
        let _ = drop_caught(end);
    }
}

impl<R> fmt::Debug for Streaming<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming").finish_non_exhaustive()
    }
}
