use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam_core::{Addresses, Error, ErrorKind, Result, Worker};

use super::handle::WorkerHandle;
use super::relay::Runs;
use super::restart::Restart;
use super::rules::Rules;
use super::siblings::Place;
use super::start::{Limits, not_started, start};
use super::supervised::{Make, Plan};
use crate::context::{Front, NodeContext, OnNode, Starter};

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
#[must_use = "a worker builder does nothing until `start` is called"]
pub struct WorkerBuilder<W, Made = Once> {
    pub(super) addresses: Addresses,
    source: Source<W>,
    pub(super) mailbox_capacity: Option<usize>,
    handler_timeout: Option<Duration>,
    pub(super) restart: Restart,
    pub(super) is_owned: bool,
    front: Option<Front>,
    rules: Option<Box<Rules>>,
    made: PhantomData<Made>,
}

/// Marks a [`WorkerBuilder`] that was handed its worker.
#[derive(Debug)]
pub struct Once;

/// Marks a [`WorkerBuilder`] that makes its worker, and can make another one.
#[derive(Debug)]
pub struct Factory;

/// The builders whose worker can be made again.
#[diagnostic::on_unimplemented(
    message = "a worker that was handed over can't be made again",
    label = "write `WorkerBuilder::from_fn(address, || …)`, or `ProcessorBuilder::from_fn`"
)]
pub trait CanBeMadeAgain {}

impl CanBeMadeAgain for Factory {}

enum Source<W> {
    Worker(W),
    Make(Make<W>),
}

impl<W: Worker<Context: NodeContext>> WorkerBuilder<W, Factory> {
    /// Prepares the start of a worker that `make` makes, at one or more addresses.
    ///
    /// It is made again when it fails: see [`Restart`] and [`restart`](Self::restart). All incarnations have
    /// the same addresses and the same mailbox, so handles, routes and monitors lead to each of them, and
    /// messages that come meanwhile wait. The message that was being handled is not handled again; its asker
    /// is told of the failure.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// use ockam_node::{Context, WorkerBuilder};
    ///
    /// struct Divider;
    ///
    /// impl Worker for Divider {
    ///     type Message = (u64, u64);
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, (a, b): (u64, u64)) -> Result<()> {
    ///         ctx.reply(a / b).await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let divider = WorkerBuilder::from_fn("divider", || Divider).start(&ctx).await?;
    /// assert!(divider.ask::<u64>((1, 0)).await.is_err());
    /// assert_eq!(divider.ask::<u64>((6, 3)).await?, 2);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn from_fn(
        addresses: impl Into<Addresses>,
        make: impl FnMut() -> W + Send + 'static,
    ) -> Self {
        Self::making(addresses.into(), make)
    }
}

impl<W: Worker<Context: NodeContext>> WorkerBuilder<W, Once> {
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
        Self::of(addresses.into(), worker)
    }
}

impl<W, Made> WorkerBuilder<W, Made> {
    fn with(addresses: Addresses, source: Source<W>) -> Self {
        Self {
            addresses,
            source,
            mailbox_capacity: None,
            handler_timeout: None,
            restart: Restart::default(),
            is_owned: false,
            front: None,
            rules: None,
            made: PhantomData,
        }
    }
}

impl<W> WorkerBuilder<W, Once> {
    pub(super) fn of(addresses: Addresses, worker: W) -> Self {
        Self::with(addresses, Source::Worker(worker))
    }
}

impl<W: Send + 'static> WorkerBuilder<W, Factory> {
    pub(super) fn making(addresses: Addresses, make: impl FnMut() -> W + Send + 'static) -> Self {
        Self::with(addresses, Source::Make(Arc::new(Mutex::new(make))))
    }
}

impl<W: Worker<Context: NodeContext>, Made> WorkerBuilder<W, Made> {
    /// Sets when the worker is started again. Without this, it is started again on failure.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Worker;
    /// # use ockam_node::{Context, Restart, WorkerBuilder};
    /// # struct Logger;
    /// # impl Worker for Logger {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let logger = WorkerBuilder::from_fn("logger", || Logger).restart(Restart::never());
    /// logger.start(&ctx).await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn restart(mut self, restart: Restart) -> Self
    where
        Made: CanBeMadeAgain,
    {
        self.restart = restart;
        self
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

    /// Sets how long the handling of one message may take. Without this, there is no limit.
    ///
    /// When the time is over, the handler is dropped at its `.await`, as if it had returned an error of the kind
    /// `TimedOut` there: whoever asked gets this error, and the worker handles the next message, or is started
    /// again if its [`Restart`] calls the error fatal. What the handler had done until then stays done. A handler
    /// that blocks its thread reaches no `.await`. The time of `initialize`, `stopping` and `shutdown` is limited
    /// by the deadlines of a start and of a stop.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{ErrorKind, Result, Worker};
    /// use ockam_node::{Context, WorkerBuilder};
    ///
    /// struct Stuck;
    ///
    /// impl Worker for Stuck {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, _ctx: &mut Context, _msg: String) -> Result<()> {
    ///         std::future::pending().await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let limit = Duration::from_millis(5);
    /// let stuck = WorkerBuilder::new("stuck", Stuck).handler_timeout(limit).start(&ctx).await?;
    /// let asked = stuck.ask::<u64>("hello".to_string()).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.handler_timeout = Some(timeout);
        self
    }

    /// Lets the worker that starts this one own it: it stops with its owner.
    ///
    /// A worker starts those that it owns in its `initialize`. When it is to stop, it hears of that first
    /// ([`Worker::stopping`]). Then those that it owns are stopped, the last one started first, while its mailbox
    /// is still open: it handles what they send. When they have ended, its mailbox closes, what is queued is
    /// handled, and its `shutdown` runs. So a worker that hands out work loses no result.
    ///
    /// When the owner fails, they are stopped as well, and if it is started again, its `initialize` runs when
    /// they have ended, and starts others. When the owner is killed, they are stopped in the background. A worker
    /// that is owned may end before; its failures are those of its own policy. If it shall take the owner with it,
    /// [link](crate::Context::link) the two.
    ///
    /// What a context that is no worker's owns is stopped in the background when that is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::{Context, WorkerBuilder};
    ///
    /// struct Dispatcher;
    ///
    /// struct Runner;
    /// # impl Worker for Runner {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    ///
    /// impl Worker for Dispatcher {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
    ///         for number in 0..4 {
    ///             let runner = WorkerBuilder::new(format!("runner {number}"), Runner);
    ///             runner.owned().start(ctx).await?;
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let dispatcher = ctx.start_worker("dispatcher", Dispatcher).await?;
    /// assert_eq!(ctx.list_workers().len(), 5);
    /// dispatcher.stop().await?;
    /// assert!(ctx.list_workers().is_empty());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn owned(mut self) -> Self {
        self.is_owned = true;
        self
    }

    /// Starts the worker, as [`Context::start_worker`](crate::Context::start_worker) does, from a context or a
    /// [`Sender`](crate::Sender).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::start_worker`](crate::Context::start_worker), `InvalidInput` for
    /// a capacity or a time limit of 0, and `Stopped` if it is to be [owned](Self::owned) by a worker whose own workers are being stopped.
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
    pub async fn start(self, node: &impl OnNode) -> Result<WorkerHandle<W::Message>> {
        self.start_as(node.starter(), None).await
    }
}

impl<W, Made> WorkerBuilder<W, Made> {
    /// Starts the worker at a place under a supervisor, if there is one.
    pub(super) async fn start_as(
        self,
        starter: Starter<'_>,
        child: Option<Arc<Place>>,
    ) -> Result<WorkerHandle<W::Message>>
    where
        W: Runs,
    {
        let default = starter.outbox.node.settings.mailbox_capacity;
        let capacity = self.mailbox_capacity.unwrap_or(default);
        let (worker, plan) = match self.source {
            Source::Worker(worker) => (worker, None),
            Source::Make(make) => {
                let plan = Plan {
                    make,
                    restart: self.restart,
                    child,
                    front: self.front,
                };
                (plan.first(&self.addresses)?, Some(Box::new(plan)))
            }
        };
        let invalid = match (capacity, self.handler_timeout) {
            (0, _) => Some("the capacity of a mailbox has to be at least 1, not 0"),
            (_, Some(Duration::ZERO)) => Some("the time limit of a handler has to be above 0"),
            _ => None,
        };
        if let Some(why) = invalid {
            let error = Error::new(ErrorKind::InvalidInput, why);
            return Err(not_started(error, worker));
        }
        let limits = Limits {
            capacity,
            handler_timeout: self.handler_timeout,
        };
        let rules = self.rules;
        start(
            starter,
            self.addresses,
            worker,
            limits,
            self.is_owned,
            rules,
            plan,
        )
        .await
    }
}

impl<W, Made> WorkerBuilder<W, Made> {
    pub(super) fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    pub(super) fn rules_mut(&mut self) -> &mut Rules {
        self.rules.get_or_insert_default()
    }
}

impl<W> WorkerBuilder<W, Factory> {
    /// Lets something stand at the addresses of the worker in its place.
    pub(crate) fn behind(mut self, front: Front) -> Self {
        self.front = Some(front);
        self
    }

    /// Returns another builder with the same settings, whose worker the same function makes.
    pub(super) fn again(&self) -> Option<Self> {
        let Source::Make(make) = &self.source else {
            return None;
        };
        Some(Self {
            addresses: self.addresses.clone(),
            source: Source::Make(make.clone()),
            mailbox_capacity: self.mailbox_capacity,
            handler_timeout: self.handler_timeout,
            restart: self.restart.clone(),
            is_owned: self.is_owned,
            front: None,
            rules: self.rules.clone(),
            made: PhantomData,
        })
    }
}

impl<W, Made> fmt::Debug for WorkerBuilder<W, Made> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.addresses.as_slice();
        f.debug_tuple("WorkerBuilder").field(&addresses).finish()
    }
}
