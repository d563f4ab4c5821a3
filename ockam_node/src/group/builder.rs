use std::fmt;
use std::sync::{Arc, OnceLock};

use ockam_core::{Address, Message, Result, Worker};

use super::handle::GroupHandle;
use super::members::{Made, Members, Settings, StartMember};
use crate::context::{Front, NodeContext, OnNode, Starter};
use crate::delivery::{AnyEndpoint, Delivery, GroupEndpoint};
use crate::worker::{Child, Place, Restart, sealed, start_pool};

/// Many workers at one address: one of them gets a message, or all of them.
///
/// A group has members that it starts itself, a pool, and others that [join](crate::Context::join). Those of a pool are
/// supervised: one that fails is started again, and keeps its mailbox and its place. A member that ends leaves.
///
/// A message goes from its sender straight to the mailbox of a member. If there are no members, it is refused with
/// `NoRoute`. What the group has no room for is waited for, or passed over, as its [`Delivery`] says.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::{Context, Delivery, Group};
///
/// struct Resizer(usize);
///
/// impl Worker for Resizer {
///     type Message = String;
///     type Context = Context;
///
///     async fn handle_message(&mut self, ctx: &mut Context, image: String) -> Result<()> {
///         ctx.reply(format!("{image}, done by {}", self.0)).await
///     }
/// }
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// // Its members are `resizers-0` to `resizers-3`.
/// let resizers = Group::new("resizers", Delivery::round_robin()).members(4, Resizer);
/// let resizers = resizers.start(&ctx).await?;
/// let done: String = ctx.ask("resizers", "cat.png".to_string()).await?;
/// assert_eq!(done, "cat.png, done by 0");
/// resizers.resize(8).await?;
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "a group does nothing until `start` is called"]
pub struct Group<M> {
    settings: Settings,
    delivery: Delivery<M>,
    members: usize,
    start: Option<Arc<dyn StartMember>>,
}

impl<M: Message> Group<M> {
    /// Prepares a group without members.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group};
    /// # let _ =
    /// Group::<String>::new("news", Delivery::all());
    /// ```
    pub fn new(address: impl Into<Address>, delivery: Delivery<M>) -> Self {
        Self {
            settings: Settings {
                group: address.into(),
                restart: Restart::default(),
                mailbox_capacity: None,
            },
            delivery,
            members: 0,
            start: None,
        }
    }

    /// Lets the group start so many members. The function makes the member with an index, also when that one is
    /// started again after a failure.
    ///
    /// The addresses of the members are that of the group and their index: `pool-0`, `pool-1`, …
    ///
    /// # Examples
    ///
    /// See [`Group`].
    pub fn members<W>(
        mut self,
        count: usize,
        make: impl Fn(usize) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Worker<Message = M, Context: NodeContext>,
    {
        self.members = count;
        self.start = Some(Arc::new(Made::new(make)));
        self
    }

    /// Sets when a member is started again, and how often. By default, that is after a failure.
    ///
    /// A member that has failed more often than that is the business of the group: it starts the member again, 5 times
    /// within 10 s, and then fails itself, which stops all its members.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group, Restart};
    /// # let _ =
    /// Group::<String>::new("pool", Delivery::round_robin()).restart(Restart::never());
    /// ```
    pub fn restart(mut self, restart: Restart) -> Self {
        self.settings.restart = restart;
        self
    }

    /// Sets how many messages the mailbox of each member of the pool holds, instead of the default of the node.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Delivery, Group};
    /// # let _ =
    /// Group::<String>::new("pool", Delivery::least_loaded()).mailbox_capacity(1);
    /// ```
    pub fn mailbox_capacity(mut self, messages: usize) -> Self {
        self.settings.mailbox_capacity = Some(messages);
        self
    }

    /// Starts the group, and returns when its members have initialised.
    ///
    /// # Errors
    ///
    /// Returns `AddressTaken`, the error of the first member that doesn't start, and `InvalidInput` for more than
    /// 1,048,576 members. Those that were started are then stopped.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the members that were started are stopped.
    ///
    /// # Examples
    ///
    /// See [`Group`].
    pub async fn start(self, node: &impl OnNode) -> Result<GroupHandle<M>> {
        self.start_as(node.starter(), None).await
    }

    async fn start_as(
        self,
        starter: Starter<'_>,
        place: Option<Arc<Place>>,
    ) -> Result<GroupHandle<M>> {
        let address = self.settings.group.clone();
        let members = Arc::new(Members {
            settings: self.settings,
            start: self.start,
            group: OnceLock::new(),
        });
        let (of_front, delivery) = (members.clone(), self.delivery);
        let front: Front = Box::new(move |owner| -> Arc<dyn AnyEndpoint> {
            let group = GroupEndpoint::new(owner, delivery);
            // A group is registered once.
            let _ = of_front.group.set(group.clone());
            group
        });
        let pool = members.clone();
        let owner = start_pool(starter, address, pool, self.members, place, front).await?;
        Ok(GroupHandle::new(
            starter.outbox,
            members.group()?.clone(),
            owner,
        ))
    }
}

impl<M: Message> sealed::Sealed for Group<M> {}

impl<M: Message> Child for Group<M> {
    type Handle = GroupHandle<M>;

    async fn start_at(self, starter: Starter<'_>, place: sealed::AtPlace) -> Result<Self::Handle> {
        self.start_as(starter, Some(place.0)).await
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<M> Clone for Group<M> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            delivery: self.delivery.clone(),
            members: self.members,
            start: self.start.clone(),
        }
    }
}

impl<M> fmt::Debug for Group<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("address", &self.settings.group)
            .field("delivery", &self.delivery)
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}
