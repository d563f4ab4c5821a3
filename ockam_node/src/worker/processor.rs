use std::fmt;
use std::future::Future;
use std::sync::Arc;

use ockam_core::{Address, Addresses, Any, Processor, Result};

use super::builder::{CanBeMadeAgain, Factory, Once, WorkerBuilder};
use super::handle::WorkerHandle;
use super::restart::Restart;
use super::siblings::Place;
use super::turns::Turns;
use crate::context::{Context, Ended, NodeContext, OnNode, Starter};

impl Context {
    /// Starts a processor at one or more addresses, and returns when its `initialize` is done.
    ///
    /// From then on it runs turn after turn. It is stopped, killed, inspected, monitored and linked like a worker:
    /// by [`stop_worker`](Self::stop_worker) and the like. [`ProcessorBuilder`] starts a processor with its own
    /// settings.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start_worker`](Self::start_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Processor, Result};
    /// use ockam_node::Context;
    ///
    /// struct Countdown(u64);
    ///
    /// impl Processor for Countdown {
    ///     type Context = Context;
    ///
    ///     async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
    ///         ctx.send_message("app", self.0).await?;
    ///         self.0 -= 1;
    ///         Ok(self.0 > 0)
    ///     }
    /// }
    ///
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_processor("countdown", Countdown(3)).await?;
    /// for number in [3, 2, 1] {
    ///     assert_eq!(ctx.receive::<u64>().await?, number);
    /// }
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn start_processor<P: Processor<Context: NodeContext>>(
        &self,
        addresses: impl Into<Addresses>,
        processor: P,
    ) -> impl Future<Output = Result<ProcessorHandle>> + Send {
        ProcessorBuilder::new(addresses, processor).start_as(self.starter(), None)
    }
}

/// Starts a processor with its own settings.
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorKind, Processor, Result};
/// use ockam_node::{Context, ProcessorBuilder, Restart};
///
/// /// Fails in each second turn, and is started again.
/// struct Fragile(u64);
///
/// impl Processor for Fragile {
///     type Context = Context;
///
///     async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
///         self.0 += 1;
///         if self.0 == 2 {
///             return Err(Error::new(ErrorKind::Other, "broken"));
///         }
///         ctx.send_message("app", self.0).await?;
///         Ok(true)
///     }
/// }
///
/// # let (mut ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ProcessorBuilder::from_fn("fragile", || Fragile(0))
///     .restart(Restart::on_failure())
///     .start(&ctx)
///     .await?;
/// assert_eq!(ctx.receive::<u64>().await?, 1);
/// assert_eq!(ctx.receive::<u64>().await?, 1);
/// # ctx.kill_worker("fragile").await?;
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "a processor builder does nothing until `start` is called"]
pub struct ProcessorBuilder<P, Made = Once>(pub(super) WorkerBuilder<Turns<P>, Made>);

impl<P: Processor<Context: NodeContext>> ProcessorBuilder<P, Factory> {
    /// Prepares the start of a processor that `make` makes, at one or more addresses.
    ///
    /// It is made again when it fails, as [`WorkerBuilder::from_fn`] says of workers.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Processor, Result};
    /// # use ockam_node::{Context, ProcessorBuilder};
    /// # struct Once;
    /// # impl Processor for Once {
    /// #     type Context = Context;
    /// #     async fn process(&mut self, _: &mut Context) -> Result<bool> {
    /// #         Ok(false)
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ProcessorBuilder::from_fn("once", || Once).start(&ctx).await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn from_fn(
        addresses: impl Into<Addresses>,
        mut make: impl FnMut() -> P + Send + 'static,
    ) -> Self {
        let make = move || Turns(make());
        Self(WorkerBuilder::making(addresses.into(), make))
    }

    /// Returns another builder with the same settings, whose processor the same function makes.
    pub(super) fn again(&self) -> Option<Self> {
        self.0.again().map(Self)
    }
}

impl<P: Processor<Context: NodeContext>> ProcessorBuilder<P, Once> {
    /// Prepares the start of `processor` at one or more addresses.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Processor, Result};
    /// # use ockam_node::{Context, ProcessorBuilder};
    /// # struct Once;
    /// # impl Processor for Once {
    /// #     type Context = Context;
    /// #     async fn process(&mut self, _: &mut Context) -> Result<bool> {
    /// #         Ok(false)
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let once = ProcessorBuilder::new(["once", "one"], Once).start(&ctx).await?;
    /// assert_eq!(once.address(), "once");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn new(addresses: impl Into<Addresses>, processor: P) -> Self {
        Self(WorkerBuilder::of(addresses.into(), Turns(processor)))
    }
}

impl<P: Processor<Context: NodeContext>, Made: Send> ProcessorBuilder<P, Made> {
    /// Sets when the processor is started again. Without this, it is started again on failure.
    ///
    /// See the example of [`ProcessorBuilder`].
    pub fn restart(mut self, restart: Restart) -> Self
    where
        Made: CanBeMadeAgain,
    {
        self.0.restart = restart;
        self
    }

    /// Sets how many messages the mailbox holds, as
    /// [`WorkerBuilder::mailbox_capacity`](crate::WorkerBuilder::mailbox_capacity) does.
    pub fn mailbox_capacity(mut self, messages: usize) -> Self {
        self.0.mailbox_capacity = Some(messages);
        self
    }

    /// Ties the processor to the worker that starts it, as [`WorkerBuilder::owned`] does.
    pub fn owned(mut self) -> Self {
        self.0.is_owned = true;
        self
    }

    /// Starts the processor, as [`Context::start_processor`] does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::start_worker`], and `InvalidInput` for a capacity of 0.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    pub async fn start(self, node: &impl OnNode) -> Result<ProcessorHandle> {
        self.start_as(node.starter(), None).await
    }

    /// Starts the processor at a place under a supervisor, if there is one.
    pub(super) async fn start_as(
        self,
        starter: Starter<'_>,
        child: Option<Arc<Place>>,
    ) -> Result<ProcessorHandle> {
        let worker = self.0.start_as(starter, child).await?;
        Ok(ProcessorHandle { worker })
    }
}

impl<P, Made> fmt::Debug for ProcessorBuilder<P, Made> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProcessorBuilder")
            .field(&self.0.addresses.as_slice())
            .finish()
    }
}

/// Stops a processor, and waits for its end.
///
/// # Examples
///
/// ```
/// # use ockam_core::{Processor, Result};
/// # use ockam_node::Context;
/// # struct Endless;
/// # impl Processor for Endless {
/// #     type Context = Context;
/// #     async fn process(&mut self, _: &mut Context) -> Result<bool> {
/// #         Ok(true)
/// #     }
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let endless = ctx.start_processor("endless", Endless).await?;
/// endless.stop().await?;
/// assert!(ctx.list_workers().is_empty());
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ProcessorHandle {
    worker: WorkerHandle<Any>,
}

impl ProcessorHandle {
    /// Returns the first address of the processor.
    pub fn address(&self) -> &Address {
        self.worker.address()
    }

    /// Returns a future of the end of the processor, as
    /// [`WorkerHandle::ended`](crate::WorkerHandle::ended) does.
    pub fn ended(&self) -> Ended {
        self.worker.ended()
    }

    /// Stops the processor, and returns when it has ended. The turn in hand is finished, and `shutdown` runs.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`WorkerHandle::stop`](crate::WorkerHandle::stop).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    pub async fn stop(&self) -> Result<()> {
        self.worker.stop().await
    }
}

impl fmt::Debug for ProcessorHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProcessorHandle")
            .field(self.address())
            .finish()
    }
}
