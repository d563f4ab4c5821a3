//! The context of a worker or of `main`: send, ask, receive.

mod asked;
mod asking;
mod attach;
mod awaited;
mod ended;
mod groups;
mod handling;
mod incarnation;
mod later;
mod links;
mod monitor;
mod monitors;
mod node_context;
mod on_node;
mod open;
mod outbox;
mod owned;
mod owning;
mod pipe;
mod receive;
mod receiver;
mod redirect;
mod reply;
mod scope;
mod send;
mod sender;
mod sending;
mod streaming;
mod timers;
mod trace;
mod work;

use std::collections::BinaryHeap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ockam_core::headers::Headers;
use ockam_core::{Address, Route};

use crate::delivery::{AnyEndpoint, Registration, Role};
use crate::node::Node;

pub(crate) use asking::{Asking, Recipient};
pub use ended::Ended;
pub(crate) use ended::watch as watch_end;
use incarnation::Incarnation;
pub use monitors::Monitor;
pub use node_context::NodeContext;
pub use on_node::OnNode;
pub(crate) use on_node::sealed::Starter;
pub(crate) use open::Front;
use outbox::Caller;
pub(crate) use outbox::{Outbox, Outgoing};
pub(crate) use owning::ended as owned_ended;
use receiver::AnyReceiver;
pub use reply::Reply;
pub use sender::Sender;
pub use sending::Sending;
pub use timers::Timer;
pub use work::Attached;

/// The access of a worker, or of `main`, to its node.
///
/// A context belongs to one address. It sends and asks in the name of that address, receives the
/// messages that are sent to it, and starts and stops workers. When it is dropped, the address is free
/// again.
///
/// # Examples
///
/// ```
/// let (mut ctx, mut executor) = ockam_node::start_node();
/// let reply = executor.execute(async move {
///     ctx.send_message("app", "to myself".to_string()).await?;
///     let reply = ctx.receive::<String>().await?;
///     ctx.stop().await?;
///     Ok(reply.into_body())
/// })?;
/// assert_eq!(reply, "to myself");
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub struct Context {
    outbox: Outbox,
    endpoint: Arc<dyn AnyEndpoint>,
    /// This is never locked. The receiver is only `Send`, and the `Mutex` makes the context `Sync`.
    receiver: Mutex<Box<dyn AnyReceiver>>,
    /// The headers and the return route of the message that is being handled.
    headers: Headers,
    return_route: Route,
    /// What ends with this incarnation of the worker, once there is something.
    incarnation: OnceLock<Box<Incarnation>>,
}

impl Context {
    /// Returns the address that the current message was sent to, or the first address of this context
    /// if no message is being handled.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Mirror;
    ///
    /// impl Worker for Mirror {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
    ///         ctx.reply(ctx.address().clone()).await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker(["front", "back"], Mirror).await?;
    /// assert_eq!(ctx.ask::<Address>("back", 7_u64).await?, Address::from("back"));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn address(&self) -> &Address {
        let extended = self.headers.extended.as_ref();
        let used = extended.and_then(|it| it.address.as_ref());
        used.unwrap_or_else(|| self.registration().address())
    }

    /// Returns all addresses of this context.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Address;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert_eq!(ctx.addresses(), [Address::from("app")]);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn addresses(&self) -> &[Address] {
        self.registration().addresses.as_slice()
    }

    /// Returns a sender for spawned tasks and threads, which sends in the name of this context.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sender = ctx.sender();
    /// std::thread::spawn(move || sender.blocking_send("app", 7_u64));
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn sender(&self) -> Sender {
        Sender::new(&self.outbox)
    }

    /// Returns the addresses of all workers of the node, sorted.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Address, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker(["parrot", "echoer"], Echoer).await?;
    /// assert_eq!(ctx.list_workers(), [Address::from("echoer"), Address::from("parrot")]);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn list_workers(&self) -> Vec<Address> {
        let all = self.node().router.registry.all().into_iter();
        let workers = all.filter(|(_, found)| found.registration().role == Role::Worker);
        let addresses: BinaryHeap<_> = workers.map(|(address, _)| address).collect();
        addresses.into_sorted_vec()
    }

    /// Returns the number of messages that this node accepted and did not handle.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let inbox = ctx.open("inbox")?;
    /// ctx.send_message("inbox", 7_u64).await?;
    /// drop(inbox);
    /// assert_eq!(ctx.dead_letters(), 1);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn dead_letters(&self) -> u64 {
        self.node().dead_letters.count()
    }

    /// Returns the number of messages from other nodes that were for what this node does not expose to them.
    ///
    /// Strangers can make it grow, so these are no [dead letters](Self::dead_letters).
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert_eq!(ctx.denied(), 0);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn denied(&self) -> u64 {
        self.node().denied.count()
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.outbox.node
    }

    /// Returns the endpoint that waits when this context waits.
    fn caller(&self) -> Caller<'_> {
        Some(&*self.endpoint)
    }

    pub(crate) fn endpoint(&self) -> &Arc<dyn AnyEndpoint> {
        &self.endpoint
    }

    pub(crate) fn registration(&self) -> &Registration {
        self.endpoint.registration()
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    fn receiver(&mut self) -> &mut dyn AnyReceiver {
        receiver_in(&mut self.receiver)
    }
}

/// Returns the receiver, as [`Context::receiver`] does, while other fields of the context are borrowed.
fn receiver_in(receiver: &mut Mutex<Box<dyn AnyReceiver>>) -> &mut dyn AnyReceiver {
    let receiver = receiver.get_mut();
    &mut **receiver.unwrap_or_else(PoisonError::into_inner)
}

/// Returns a sender that sends in the name of the context, so that a function can take either.
impl From<&Context> for Sender {
    fn from(ctx: &Context) -> Self {
        ctx.sender()
    }
}

/// Returns a sender that sends in the name of the context, so that a handler can pass its `ctx` on.
impl From<&mut Context> for Sender {
    fn from(ctx: &mut Context) -> Self {
        ctx.sender()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Context").field(self.address()).finish()
    }
}
