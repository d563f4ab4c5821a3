use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use ockam_core::{Addresses, Error, ErrorKind, Result, Worker};

use crate::context::{Context, NodeContext};
use crate::deadline::Deadline;
use crate::handle::WorkerHandle;
use crate::log::span;
use crate::node::Node;
use crate::panics::{caught, drop_caught, panic_message};
use crate::relay::Relay;
use crate::resident::{Role, Tenancy};
use crate::until::until;

impl Context {
    /// Starts a worker at one or more addresses and returns when its `initialize` is done.
    ///
    /// Messages that arrive meanwhile wait in its mailbox. For settings of this one worker there is
    /// [`WorkerBuilder`].
    ///
    /// # Errors
    ///
    /// The error of `initialize`, after which the address is free again and what was sent to it are
    /// dead letters; `AddressTaken`; `TimedOut` after the deadline of a start (30 s unless the node
    /// says otherwise); `Panicked`; `Stopped` if the node stops or the worker is killed meanwhile;
    /// `InvalidInput` for no address, or one that isn't local.
    ///
    /// # Cancel safety
    ///
    /// A start that is dropped before it is done is rolled back.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Echoer;
    ///
    /// impl Worker for Echoer {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
    ///         ctx.send_message("app", msg).await
    ///     }
    /// }
    ///
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker(vec!["echoer", "parrot"], Echoer).await?;
    /// ctx.send_message("parrot", "Hello!".to_string()).await?;
    /// assert_eq!(ctx.receive::<String>().await?, "Hello!");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[inline]
    pub fn start_worker<W: Worker<Context: NodeContext>>(
        &self,
        addresses: impl Into<Addresses>,
        worker: W,
    ) -> impl Future<Output = Result<WorkerHandle<W::Message>>> + Send {
        let capacity = self.node().settings.mailbox_capacity;
        start(self.node(), addresses.into(), worker, capacity)
    }
}

/// Starts a worker with settings of its own.
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

    /// Sets how many messages may wait to be handled, at least 1. The node's default is 1,024.
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
    /// As those of [`Context::start_worker`], and `InvalidInput` for a mailbox without room.
    ///
    /// # Cancel safety
    ///
    /// A start that is dropped before it is done is rolled back.
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
        start(ctx.node(), self.addresses, self.worker, capacity).await
    }
}

/// Registers and initialises a worker, and leaves it to its relay.
///
/// Until the relay has it, the context stands for the registration: wherever this future ends or is
/// dropped, the address is freed with the context.
async fn start<W: Worker<Context: NodeContext>>(
    node: &Arc<Node>,
    addresses: Addresses,
    mut worker: W,
    capacity: usize,
) -> Result<WorkerHandle<W::Message>> {
    let (mut ctx, resident) = match Context::register(node, addresses, Role::Worker, capacity) {
        Ok(registered) => registered,
        Err(error) => return Err(not_started(error, worker)),
    };
    if let Err(error) = initialize(node, &mut worker, &mut ctx, &resident.tenancy).await {
        return Err(not_started(error, worker));
    }
    let relay = Relay {
        worker,
        ctx,
        resident: resident.clone(),
    };
    relay.begin();
    Ok(WorkerHandle::new(node.clone(), resident))
}

/// Drops a worker that could not be started.
fn not_started<W>(error: Error, worker: W) -> Error {
    match drop_caught(worker) {
        Ok(()) => error,
        Err(panic) => {
            let why = panic_message(&*panic);
            error.context(format!(
                "a worker was not started, and panicked when dropped: {why}"
            ))
        }
    }
}

/// Runs a worker's `initialize`, unless it panics, takes too long or the worker is killed.
async fn initialize<W: Worker<Context: NodeContext>>(
    node: &Node,
    worker: &mut W,
    ctx: &mut Context,
    tenancy: &Tenancy,
) -> Result<()> {
    let timeout = node.settings.start_timeout;
    let mut deadline = Deadline::new(&node.runtime, timeout, None);
    let span = span!(ctx, "initialize");
    let address = tenancy.address();
    // Called within the future, so that a panic is caught whenever it comes.
    let mut initialize = pin!(caught(async {
        worker.initialize(NodeContext::of(ctx)).await
    }));
    let initialize = poll_fn(|cx| {
        let _entered = span.as_ref().map(|span| span.enter());
        initialize.as_mut().poll(cx)
    });
    match deadline
        .limit(until(tenancy.life.killed(), initialize))
        .await
    {
        Some(Some(Ok(initialized))) => initialized,
        Some(Some(Err(panic))) => {
            let why = panic_message(&*panic);
            let why = format!("{address} panicked in its initialize: {why}");
            Err(Error::new(ErrorKind::Panicked, why))
        }
        Some(None) => {
            let why = format!("{address} was killed in its initialize");
            Err(Error::new(ErrorKind::Stopped, why))
        }
        None => {
            let why = format!("{address} did not initialize within {timeout:?}");
            Err(Error::new(ErrorKind::TimedOut, why))
        }
    }
}
