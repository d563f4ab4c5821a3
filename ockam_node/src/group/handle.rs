use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Address, Message, Result};

use crate::context::{Ended, Outbox};
use crate::delivery::GroupEndpoint;
use crate::worker::{Wake, WorkerHandle};

/// Sends to a group without looking up its address, and changes how many members its pool has.
///
/// It doesn't keep the group alive.
///
/// # Examples
///
/// See [`Group`](crate::Group).
pub struct GroupHandle<M> {
    /// It has no return route.
    pub(super) outbox: Outbox,
    pub(super) group: Arc<GroupEndpoint<M>>,
    owner: WorkerHandle<Wake>,
}

impl<M: Message> GroupHandle<M> {
    pub(super) fn new(
        starter: &Outbox,
        group: Arc<GroupEndpoint<M>>,
        owner: WorkerHandle<Wake>,
    ) -> Self {
        Self {
            outbox: starter.without_return_route(),
            group,
            owner,
        }
    }

    /// Returns the address of the group.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// assert_eq!(news.address(), "news");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn address(&self) -> &Address {
        self.owner.address()
    }

    /// Returns the number of members: those of the pool, and those that have joined.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// assert_eq!(news.len(), 0);
    /// ctx.join("news").await?;
    /// assert_eq!(news.len(), 1);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.group.len()
    }

    /// Returns `true` if the group has no members.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// assert!(news.is_empty());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how often a message has passed over a member whose mailbox was full. With
    /// [`Delivery::all`](crate::Delivery::all), this is the number of copies that were not delivered.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group, NodeBuilder};
    /// # let (ctx, mut executor) = NodeBuilder::new().mailbox_capacity(1).build()?;
    /// # executor.execute(async move {
    /// let news = Group::new("news", Delivery::all().or_skip()).start(&ctx).await?;
    /// ctx.join("news").await?; // its mailbox holds one message
    /// news.send("rain".to_string()).await?;
    /// news.send("snow".to_string()).await?;
    /// assert_eq!(news.skipped(), 1);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn skipped(&self) -> u64 {
        self.group.skipped()
    }

    /// Starts members of the pool, or stops the last ones, until there are so many. Returns when they have
    /// initialised, or have ended.
    ///
    /// A member that is stopped gets nothing new, and handles what is queued. Its keys wait for its end, and then go
    /// to others. One that doesn't stop within the deadline of a stop is killed. Those that have joined by
    /// themselves stay, and don't count.
    ///
    /// # Errors
    ///
    /// Returns the error of the first member that doesn't start, `InvalidInput` if the group makes no members or for
    /// more than 1,048,576, and `Stopped` if the group stops.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped after it was polled, the members are still started or stopped.
    ///
    /// # Examples
    ///
    /// See [`Group`](crate::Group).
    pub async fn resize(&self, members: usize) -> Result<()> {
        self.owner
            .ask_timeout(Wake::Resize(members), Duration::MAX)
            .await
    }

    /// Stops the group: it takes no more messages, its own members handle what is queued and stop, the last one
    /// first, and those that have joined leave.
    ///
    /// # Errors
    ///
    /// See [`Context::stop_worker`](crate::Context::stop_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// news.stop().await?;
    /// let refused = news.send("rain".to_string()).await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::Stopped);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn stop(&self) -> Result<()> {
        self.group.close();
        self.owner.stop().await
    }

    /// Waits for the end of the group, and says why it has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::DownReason;
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// ctx.stop_worker("news").await?;
    /// assert_eq!(news.ended().await.reason(), &DownReason::Stopped);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ended(&self) -> Ended {
        self.owner.ended()
    }
}

impl<M> Clone for GroupHandle<M> {
    fn clone(&self) -> Self {
        Self {
            outbox: self.outbox.again(),
            group: self.group.clone(),
            owner: self.owner.clone(),
        }
    }
}

impl<M> fmt::Debug for GroupHandle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GroupHandle").field(&self.owner).finish()
    }
}
