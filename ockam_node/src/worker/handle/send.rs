use ockam_core::{Message, Result, Route};

use super::WorkerHandle;
use crate::log;
use crate::task::{blocking, consume_budget};

impl<M: Message> WorkerHandle<M> {
    /// Sends a message, and returns when it is in the mailbox of the worker.
    ///
    /// # Errors
    ///
    /// Returns `Stopped`, and `TimedOut` if the mailbox has no room until the deadline of a send.
    /// [`Error::take`](ockam_core::Error::take) returns the message.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the message was not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.send_message("app", msg).await
    /// #     }
    /// # }
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// echoer.send(7).await?;
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn send(&self, msg: M) -> Result<()> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        log::event::<M>(|what| format!("a handle -> {}: {what}", self.address()));
        let Err(refused) = self.push(self.outbox.answered_along(Route::new(), msg)) else {
            return Ok(());
        };
        // Boxed, so that the future of a send that doesn't wait is small.
        Box::pin(async move {
            match self.waiting(refused) {
                Ok(waiting) => {
                    let mut deadline = self.outbox.deadline(self.settings().send_timeout);
                    waiting.send(&mut deadline).await
                }
                Err(error) => {
                    consume_budget().await;
                    Err(error)
                }
            }
        })
        .await
    }

    /// Sends a message if there is room at once.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` and `MailboxFull`. [`Error::take`](ockam_core::Error::take) returns the
    /// message.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{ErrorKind, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// echoer.stop().await?;
    /// let mut error = echoer.try_send(7).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Stopped);
    /// assert_eq!(error.take::<u64>(), Some(7));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn try_send(&self, msg: M) -> Result<()> {
        let pushed = self.push(self.outbox.answered_along(Route::new(), msg));
        pushed.map_err(|refused| self.destination().error_of(refused))
    }

    /// Sends a message from code that is not async, and blocks the thread while there is no room.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    ///
    /// # Panics
    ///
    /// Panics in async code, where it would block other tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.send_message("app", msg).await
    /// #     }
    /// # }
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// std::thread::spawn(move || echoer.blocking_send(7));
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[track_caller]
    pub fn blocking_send(&self, msg: M) -> Result<()> {
        blocking::assert_may_block(&self.outbox.node.runtime, "blocking_send", "send(…).await");
        let Err(refused) = self.push(self.outbox.answered_along(Route::new(), msg)) else {
            return Ok(());
        };
        let waiting = self.waiting(refused)?;
        waiting.send_blocking(self.settings().send_timeout)
    }
}
