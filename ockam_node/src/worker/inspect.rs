use ockam_core::{Address, Result};

use crate::context::Context;

/// What a node knows about a worker.
///
/// # Examples
///
/// ```
/// # use ockam_core::Worker;
/// # use ockam_node::Context;
/// # struct Echoer;
/// # impl Worker for Echoer {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ctx.start_worker("echoer", Echoer).await?;
/// let report = ctx.inspect_worker("echoer")?;
/// assert_eq!((report.restarts, report.queued), (0, 0));
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct WorkerReport {
    /// Its first address.
    pub address: Address,
    /// How often it was started again.
    pub restarts: u64,
    /// The number of the incarnation that lives. No other one on this node has it.
    pub incarnation: u64,
    /// The number of messages that wait in its mailbox.
    pub queued: usize,
    /// Whether it has been told to stop.
    pub is_stopping: bool,
}

impl Context {
    /// Looks at a worker.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress`, and `InvalidInput` for an address that is not that of a worker.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::{Context, WorkerBuilder};
    /// # struct Fragile;
    /// # impl Worker for Fragile {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
    /// #         panic!("on purpose")
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let fragile = WorkerBuilder::from_fn("fragile", || Fragile).start(&ctx).await?;
    /// assert!(fragile.ask::<u64>(7).await.is_err());
    /// assert_eq!(ctx.inspect_worker("fragile")?.restarts, 1);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn inspect_worker(&self, address: impl Into<Address>) -> Result<WorkerReport> {
        let worker = self.worker(&address.into())?;
        let registration = worker.registration();
        let supervision = registration.supervision.get();
        Ok(WorkerReport {
            address: registration.address().clone(),
            restarts: supervision.map_or(0, |supervision| supervision.restarts()),
            incarnation: registration.incarnation(),
            queued: worker.queued(),
            is_stopping: worker.is_stopping(),
        })
    }
}
