use std::future::Future;

use ockam_core::{Message, Result, Route};

use super::Context;

impl Context {
    /// Sends a message in the name of whoever has sent the current one, so that the answer goes straight there.
    ///
    /// Inside of a handler, this hands the question on, with another message or the same one. The worker that
    /// redirects it is not on the way back. [`forward`](Self::forward) passes on a message along its own route,
    /// and stays on the way back. The asker's time goes on. Outside of a handler, this is
    /// [`send_message`](Self::send_message).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send_message`](Self::send_message). The question can then still be answered.
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
    /// struct Dispatcher;
    ///
    /// impl Worker for Dispatcher {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, job: u64) -> Result<()> {
    ///         ctx.redirect(job + 1, "doubler").await
    ///     }
    /// }
    ///
    /// struct Doubler;
    ///
    /// impl Worker for Doubler {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, job: u64) -> Result<()> {
    ///         ctx.reply(2 * job).await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("dispatcher", Dispatcher).await?;
    /// ctx.start_worker("doubler", Doubler).await?;
    /// assert_eq!(ctx.ask::<u64>("dispatcher", 20_u64).await?, 42);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn redirect(
        &self,
        msg: impl Message,
        route: impl Into<Route>,
    ) -> impl Future<Output = Result<()>> + Send {
        let route = route.into();
        let back = self.return_route();
        let message = match back.is_empty() {
            true => self.outbox.message(msg),
            false => self.outbox.answered_along(back.clone(), msg),
        };
        async move { self.outbox.hand_on(self.caller(), &route, message).await }
    }
}
