use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use ockam_core::{CanAnswer, Message, Result};

use super::WorkerHandle;
use crate::context::{Awaited, current};
use crate::log;
use crate::node::Question;
use crate::streaming::Streaming;
use crate::task::consume_budget;

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
    pub async fn ask_timeout<R: CanAnswer>(&self, msg: M, timeout: Duration) -> Result<R> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        log::event::<M>(|what| format!("a handle asks {}: {what}", self.address()));
        let task = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        let worker = current().worker;
        let deadline = self.outbox.deadline_of_ask(timeout);
        let (return_route, mut awaited) = Awaited::begin(deadline, worker, task);
        if let (true, Some(ask)) = (worker != 0, return_route.reply_to()) {
            let question = Question {
                worker,
                asked: self.address(),
                ask,
                may_be_itself: worker == self.endpoint.registration.id,
            };
            if let Err(error) = awaited.note(&self.outbox.node, &question) {
                Box::pin(consume_budget()).await;
                return Err(error.with_undelivered(msg));
            }
        }
        if let Err(refused) = self.push(self.outbox.answered_along(return_route, msg)) {
            Box::pin(async {
                match self.waiting(refused) {
                    Ok(waiting) => waiting.send(awaited.deadline()).await,
                    Err(error) => {
                        consume_budget().await;
                        Err(error)
                    }
                }
            })
            .await?;
        }
        let asked = self.address();
        poll_fn(|cx| awaited.poll(asked, cx)).await
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
