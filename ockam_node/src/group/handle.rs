use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ockam_core::{Address, Message, Result, Route, Routed};

use crate::context::{Awaited, Ended, Outbox};
use crate::delivery::{Destination, GroupEndpoint, MailboxEntry, Waiting};
use crate::log;
use crate::mailbox::Wakeup;
use crate::send_error::SendError;
use crate::task::consume_budget;
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
    outbox: Outbox,
    group: Arc<GroupEndpoint<M>>,
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
    /// assert_eq!(news.address(), &"news".into());
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

    /// Sends a message, and returns when it is in the mailbox of the member that it is for, or of all of them.
    ///
    /// # Errors
    ///
    /// Returns `NoRoute` if there are no members, `Stopped`, `TimedOut` if there is no room until the deadline of a
    /// send, `MailboxFull` if the group doesn't wait for room, and `Panicked` if the key or the `Clone` of the message
    /// panics. [`Error::take`](ockam_core::Error::take) returns the message.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the message was not sent.
    ///
    /// # Examples
    ///
    /// See [`skipped`](Self::skipped).
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
                    let timeout = self.outbox.node.settings.send_timeout;
                    waiting.send(&mut self.outbox.deadline(timeout)).await
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
    /// Returns `MailboxFull`, and the errors of [`send`](Self::send). [`Error::take`](ockam_core::Error::take)
    /// returns the message.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::new("news", Delivery::all()).start(&ctx).await?;
    /// let refused = news.try_send("rain".to_string()).unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::NoRoute); // it has no members
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn try_send(&self, msg: M) -> Result<()> {
        let pushed = self.push(self.outbox.answered_along(Route::new(), msg));
        pushed.map_err(|refused| self.destination().error_of(refused))
    }

    /// Sends a question and waits for the answer, until the deadline of an ask.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send), those of [`Context::ask`](crate::Context::ask), and `InvalidInput`
    /// if the group delivers to all members.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// See [`Group`](crate::Group).
    pub fn ask<R: Message>(&self, msg: M) -> impl Future<Output = Result<R>> + Send {
        self.ask_timeout(msg, self.outbox.node.settings.ask_timeout)
    }

    /// Sends a question and waits for the answer, as [`ask`](Self::ask) does, within a time limit.
    ///
    /// # Errors
    ///
    /// See [`ask`](Self::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// See [`Group`](crate::Group).
    pub async fn ask_timeout<R: Message>(&self, msg: M, timeout: Duration) -> Result<R> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        log::event::<M>(|what| format!("a handle asks {}: {what}", self.address()));
        let task = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        let (return_route, mut awaited) = Awaited::begin(self.outbox.deadline(timeout), task);
        if let Err(refused) = self.push(self.outbox.answered_along(return_route, msg)) {
            Box::pin(async {
                match self.waiting(refused) {
                    Ok(waiting) => waiting.send(awaited.deadline()).await,
                    Err(error) => {
                        consume_budget().await;
                        Err(error)
                    }
                }
            })
            .await?;
        }
        let asked = self.address();
        poll_fn(|cx| awaited.poll(asked, cx)).await
    }

    fn push(&self, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        if let Some(outgoing) = self.outbox.outgoing() {
            if let Err(error) = outgoing.check(self.address()) {
                return Err(SendError::Failed(message, error));
            }
        }
        self.group.push(message).map(Wakeup::wake)
    }

    /// Prepares the wait for room of a message that was refused.
    #[cold]
    fn waiting(&self, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        let destination = self.destination();
        match refused {
            SendError::Full(message) => Ok(Waiting::new(destination, Route::new(), message)),
            refused => Err(destination.error_of(refused)),
        }
    }

    fn destination(&self) -> Destination {
        Destination::Mailbox(MailboxEntry {
            endpoint: self.group.clone(),
            headers: None,
        })
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
