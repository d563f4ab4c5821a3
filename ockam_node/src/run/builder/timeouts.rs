use std::time::Duration;

use super::NodeBuilder;

impl NodeBuilder {
    /// Sets how long a send waits for room. The default is 30 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::NodeBuilder;
    /// let node = NodeBuilder::new().mailbox_capacity(1).send_timeout(Duration::from_millis(5));
    /// let (ctx, mut executor) = node.build()?;
    /// executor.execute(async move {
    ///     let sender = ctx.sender();
    ///     sender.send_message("app", 1_u64).await?;
    ///     let sent = sender.send_message("app", 2_u64).await;
    ///     assert_eq!(sent.unwrap_err().kind(), ErrorKind::TimedOut);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.settings.send_timeout = timeout;
        self
    }

    /// Sets how long an ask waits for its answer. The default is 30 s.
    ///
    /// Like every deadline of a node, it never ends early, and may end late by 1/64 of this time and
    /// two milliseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::NodeBuilder;
    /// let (ctx, mut executor) = NodeBuilder::new().ask_timeout(Duration::from_millis(5)).build()?;
    /// executor.execute(async move {
    ///     let silent = ctx.open("silent")?;
    ///     let asked = ctx.ask::<u64>("silent", 7_u64).await;
    ///     assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    /// #   drop(silent);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask_timeout(mut self, timeout: Duration) -> Self {
        self.settings.ask_timeout = timeout;
        self
    }

    /// Sets how long the `initialize` of a worker may take. The default is 30 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn initialize(&mut self, _: &mut Context) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// let (ctx, mut executor) = NodeBuilder::new().start_timeout(Duration::from_millis(5)).build()?;
    /// executor.execute(async move {
    ///     let started = ctx.start_worker("stuck", Stuck).await;
    ///     assert_eq!(started.unwrap_err().kind(), ErrorKind::TimedOut);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.settings.start_timeout = timeout;
        self
    }

    /// Sets how long the stop of a worker, or of the whole node, may take. The default is 10 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn shutdown(&mut self, _: &mut Context) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// let (ctx, mut executor) = NodeBuilder::new().stop_timeout(Duration::from_millis(5)).build()?;
    /// executor.execute(async move {
    ///     ctx.start_worker("stuck", Stuck).await?;
    ///     let stopped = ctx.stop_worker("stuck").await;
    ///     assert_eq!(stopped.unwrap_err().kind(), ErrorKind::TimedOut);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.settings.stop_timeout = timeout;
        self
    }

    /// Sets how long a handler may block its thread before the log names its worker. The default is 100 ms, and
    /// zero means that nobody looks.
    ///
    /// A handler blocks its thread while it computes or waits without an `.await`. Meanwhile no other worker runs
    /// on that thread. The log has a line when the time is over, and one when the handler goes on, with how long
    /// it has taken; [`WorkerReport::blocks_for`](crate::WorkerReport::blocks_for) tells, too. Time is real time,
    /// also if the clock of the node is paused. Work that takes long belongs into
    /// [`spawn_blocking`](https://docs.rs/tokio/latest/tokio/task/fn.spawn_blocking.html). Nodes of tests don't
    /// look.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_node::NodeBuilder;
    /// let node = NodeBuilder::new().block_warning(Duration::from_millis(250));
    /// # drop(node);
    /// ```
    pub fn block_warning(mut self, after: Duration) -> Self {
        self.settings.block_warning = after;
        self
    }
}
