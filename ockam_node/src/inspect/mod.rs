//! What a node is doing, for programs and for people.
//!
//! Looking takes no lock that a message waits for: it reads the counters that workers keep anyway.

mod metrics;
#[cfg(feature = "metrics")]
mod publish;
mod recording;
mod report;
mod table;
mod type_names;
mod worker;

use ockam_core::{Address, Result};

use crate::context::Context;
use crate::node::{DeadLetter, Denial, Feed};
use crate::worker::worker_at;

pub use metrics::{Metric, MetricKind};
pub use recording::Recording;
pub use report::NodeReport;
pub use worker::{EndpointKind, WorkerReport, WorkerState};

impl Context {
    /// Looks at the node: at its workers, its open contexts and its connections.
    ///
    /// Nothing on the node waits for this. So the figures are not all of the same moment.
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
    /// use ockam_node::WorkerState;
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("echoer", Echoer).await?;
    /// let node = ctx.inspect();
    /// println!("{node}");
    /// assert!(node.worker("echoer").is_some_and(|it| it.state == WorkerState::Waiting));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn inspect(&self) -> NodeReport {
        NodeReport::of(self.node())
    }

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
        let worker = worker_at(self.node(), &address.into())?;
        Ok(WorkerReport::of(self.node(), &*worker))
    }

    /// Follows the [dead letters](Self::dead_letters) of the node, from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let mut feed = ctx.dead_letter_feed();
    /// let inbox = ctx.open("inbox")?;
    /// ctx.send_message("inbox", 7_u64).await?;
    /// drop(inbox);
    /// let dead = feed.next().await.expect("the node lives");
    /// assert_eq!((dead.address, dead.messages), (Some("inbox".into()), 1));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn dead_letter_feed(&self) -> Feed<DeadLetter> {
        self.node().dead_letters.follow()
    }

    /// Follows what this node [denies](Self::denied), from now on, for an audit.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let feed = ctx.denial_feed();
    /// assert_eq!(feed.missed(), 0);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn denial_feed(&self) -> Feed<Denial> {
        self.node().denied.follow()
    }
}
