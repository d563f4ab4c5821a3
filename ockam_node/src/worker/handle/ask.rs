use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{CanAnswer, Message, Result, Routed};

use super::WorkerHandle;
use crate::context::{Asking, Outbox, Recipient};
use crate::delivery::Waiting;
use crate::node::Question;
use crate::send_error::SendError;
use crate::streaming::Streaming;

impl<M: Message> WorkerHandle<M> {
    /// Sends a question and waits for the answer, until the deadline of an ask.
    ///
    /// # Errors
    ///
    /// See [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Doubler;
    /// # impl Worker for Doubler {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.reply(2 * msg).await
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let doubler = ctx.start_worker("doubler", Doubler).await?;
    /// let answer: u64 = doubler.ask(21).await?;
    /// assert_eq!(answer, 42);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask<R: CanAnswer>(&self, msg: M) -> impl Future<Output = Result<R>> + Send {
        self.ask_timeout(msg, self.settings().ask_timeout)
    }

    /// Sends a question and waits for the answer, as [`ask`](Self::ask) does, within a time limit.
    ///
    /// # Errors
    ///
    /// See [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let stuck = ctx.start_worker("stuck", Stuck).await?;
    /// let asked = stuck.ask_timeout::<u64>(7, Duration::from_millis(5)).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    /// # ctx.kill_worker("stuck").await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask_timeout<R: CanAnswer>(
        &self,
        msg: M,
        timeout: Duration,
    ) -> impl Future<Output = Result<R>> + Send {
        Asking::new(&self.outbox, self, msg, timeout)
    }

    /// Sends a question whose answer goes on, as [`Context::ask_stream`](crate::Context::ask_stream) does.
    ///
    /// # Errors
    ///
    /// See [`Context::ask_stream`](crate::Context::ask_stream).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is cancelled.
    ///
    /// # Examples
    ///
    /// See [`Streaming`].
    pub fn ask_stream<R: Message>(
        &self,
        msg: M,
    ) -> impl Future<Output = Result<Streaming<R>>> + Send {
        self.ask(msg)
    }
}

impl<M: Message> Recipient<M> for &WorkerHandle<M> {
    fn name(&self) -> impl Display {
        self.address()
    }

    #[inline(always)]
    fn deliver(&self, _: &Outbox, question: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        self.push(question)
    }

    fn wait(&self, _: &Outbox, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        self.waiting(refused)
    }

    fn question<'q>(&'q self, worker: u64, ask: &'q ReplyTo) -> Option<Question<'q>> {
        Some(Question {
            worker,
            asked: self.address(),
            ask,
            may_be_itself: worker == self.endpoint.registration.id,
        })
    }
}
