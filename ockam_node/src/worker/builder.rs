use ockam_core::{Addresses, Error, ErrorKind, Result, Worker};

use super::handle::WorkerHandle;
use super::start::start;
use crate::context::{Context, NodeContext};

/// Starts a worker with its own settings.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::{Context, WorkerBuilder};
///
/// struct Logger;
///
/// impl Worker for Logger {
///     type Message = String;
///     type Context = Context;
///
///     async fn handle_message(&mut self, _ctx: &mut Context, msg: String) -> Result<()> {
///         println!("{msg}");
///         Ok(())
///     }
/// }
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let logger = WorkerBuilder::new("logger", Logger)
///     .mailbox_capacity(16)
///     .start(&ctx)
///     .await?;
/// logger.send("started".to_string()).await?;
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a worker builder does nothing until `start` is called"]
pub struct WorkerBuilder<W> {
    addresses: Addresses,
    worker: W,
    mailbox_capacity: Option<usize>,
}

impl<W: Worker<Context: NodeContext>> WorkerBuilder<W> {
    /// Prepares the start of `worker` at one or more addresses.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Address, Worker};
    /// # use ockam_node::{Context, WorkerBuilder};
    /// # struct Logger;
    /// # impl Worker for Logger {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let logger = WorkerBuilder::new(["logger", "journal"], Logger).start(&ctx).await?;
    /// assert_eq!(logger.address(), &Address::from("logger"));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn new(addresses: impl Into<Addresses>, worker: W) -> Self {
        Self {
            addresses: addresses.into(),
            worker,
            mailbox_capacity: None,
        }
    }

    /// Sets how many messages the mailbox holds, at least 1. The default is the node's setting, 1,024.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder, WorkerBuilder};
    /// # struct Logger;
    /// # impl Worker for Logger {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: String) -> Result<()> {
    /// #         Ok(())
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    /// # executor.execute(async move {
    /// let logger = WorkerBuilder::new("logger", Logger).mailbox_capacity(1).start(&ctx).await?;
    /// logger.try_send("first".to_string())?;
    /// let refused = logger.try_send("second".to_string()).unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::MailboxFull);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn mailbox_capacity(mut self, messages: usize) -> Self {
        self.mailbox_capacity = Some(messages);
        self
    }

    /// Starts the worker, as [`Context::start_worker`] does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::start_worker`], and `InvalidInput` for a capacity of 0.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{ErrorKind, Worker};
    /// # use ockam_node::{Context, WorkerBuilder};
    /// # struct Logger;
    /// # impl Worker for Logger {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// WorkerBuilder::new("logger", Logger).start(&ctx).await?;
    /// let another = WorkerBuilder::new("logger", Logger).start(&ctx).await;
    /// assert_eq!(another.unwrap_err().kind(), ErrorKind::AddressTaken);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn start(self, ctx: &Context) -> Result<WorkerHandle<W::Message>> {
        let default = ctx.node().settings.mailbox_capacity;
        let capacity = self.mailbox_capacity.unwrap_or(default);
        if capacity == 0 {
            let why = "the capacity of a mailbox has to be at least 1, not 0";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        start(ctx, self.addresses, self.worker, capacity).await
    }
}
