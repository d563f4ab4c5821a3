//! What a worker, or `main`, can do on its node: send, ask, receive.

mod asking;
mod awaited;
mod handling;
mod outbox;
mod receive;
mod receiver;
mod send;
mod sender;
mod sending;

use std::collections::BinaryHeap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ockam_core::headers::Headers;
use ockam_core::{Address, Addresses, Error, ErrorKind, Message, Result, Route};

use crate::delivery::{AnyEndpoint, Endpoint, Registration, Role};
use crate::log;
use crate::node::Node;

pub(crate) use awaited::Awaited;
use outbox::Caller;
pub(crate) use outbox::Outbox;
use receiver::{AnyReceiver, EndpointReceiver};
pub use sender::Sender;
pub use sending::Sending;

/// What a worker, or `main`, can do on its node.
///
/// A context belongs to one address. It sends and asks in the name of that address, receives what
/// is sent there, and starts and stops workers. When it is dropped, the address is free again.
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
    /// Never locked: a `Mutex` around what is only `Send` makes the context `Sync`.
    receiver: Mutex<Box<dyn AnyReceiver>>,
    /// The headers and the return route of the message that is being handled.
    headers: Headers,
    return_route: Route,
}

/// The contexts that a worker can be started with.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::{Context, NodeContext};
///
/// /// Starts any worker twice.
/// async fn start_twins<W>(ctx: &Context, worker: W) -> Result<()>
/// where
///     W: Worker<Context: NodeContext> + Clone,
/// {
///     ctx.start_worker("left", worker.clone()).await?;
///     ctx.start_worker("right", worker).await?;
///     Ok(())
/// }
/// # #[derive(Clone)]
/// # struct Idle;
/// # impl Worker for Idle {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// #     start_twins(&ctx, Idle).await?;
/// #     assert_eq!(ctx.list_workers().len(), 2);
/// #     ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a worker with `type Context = {Self}` can't be started on this node",
    label = "started with another `Context` than `ockam::Context`",
    note = "write `type Context = ockam::Context;` in the impl of the worker"
)]
pub trait NodeContext: Send + sealed::Sealed {
    #[doc(hidden)]
    fn of(ctx: &mut Context) -> &mut Self;
}

impl NodeContext for Context {
    fn of(ctx: &mut Context) -> &mut Self {
        ctx
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Context {}
}

impl Context {
    /// Registers an endpoint for messages of type `M` and returns the context that owns it.
    pub(crate) fn register<M: Message>(
        node: &Arc<Node>,
        addresses: Addresses,
        role: Role,
        capacity: usize,
    ) -> Result<(Self, Arc<Endpoint<M>>)> {
        check(&addresses)?;
        let registration = Registration::new(node.next_id(), addresses, role);
        let return_route = Route::from(registration.address());
        let outbox = Outbox::new(node.clone(), registration.source(), return_route);
        let endpoint = Arc::new(Endpoint::<M>::new(registration, capacity));
        let ctx = Self {
            outbox,
            endpoint: endpoint.clone(),
            receiver: Mutex::new(Box::new(EndpointReceiver::new(endpoint.clone()))),
            headers: Headers::default(),
            return_route: Route::new(),
        };
        let registered = node.router.registry.insert(&ctx.endpoint);
        registered.map_err(|address| {
            let why = format!("{address} is taken");
            Error::new(ErrorKind::AddressTaken, why)
        })?;
        // Checked behind the registration: a stop either sees the endpoint, or is seen here. A stop notes
        // itself before it looks through the registry, whose locks put both in order.
        node.router.check_running()?;
        Ok((ctx, endpoint))
    }

    /// Opens a mailbox of its own at `address`, which receives messages of every type.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, `Stopped` if the node stops, and `InvalidInput` for an address that isn't
    /// local.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let mut inbox = ctx.open("inbox")?;
    /// ctx.send_message("inbox", 7_u64).await?;
    /// assert_eq!(inbox.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn open(&self, address: impl Into<Address>) -> Result<Context> {
        let node = self.node();
        let capacity = node.settings.mailbox_capacity;
        let addresses = Addresses::from(address.into());
        let opened = Self::register::<ockam_core::Any>(node, addresses, Role::Open, capacity);
        opened.map(|(ctx, _)| ctx)
    }

    /// Returns the address that the message which is being handled was sent to; otherwise the first
    /// of this context's addresses.
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

    /// Returns a sender for spawned tasks and threads. It sends in the name of this context.
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

    /// Returns the trace context that what this context sends belongs to: a JSON map of W3C trace
    /// headers, as `{"traceparent":"00-…"}`.
    ///
    /// In a handler it is the one that the message came with, until it is
    /// [set](Self::set_trace_context).
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert_eq!(ctx.trace_context(), None);
    /// ctx.set_trace_context(Some(r#"{"traceparent":"00-0af7651916cd43dd-b7ad6b71-01"}"#));
    /// assert!(ctx.trace_context().is_some());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn trace_context(&self) -> Option<&str> {
        self.outbox.trace()
    }

    /// Sets the trace context of what this context sends from here on; in a handler, until it is done.
    ///
    /// It goes wherever messages go, to other nodes and back, upstream Ockam's among them.
    ///
    /// # Examples
    ///
    /// See [`trace_context`](Self::trace_context).
    pub fn set_trace_context(&mut self, headers: Option<&str>) {
        self.outbox.set_trace(headers.map(Arc::from));
    }

    /// Returns how many messages of this node were accepted and never handled.
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

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.outbox.node
    }

    /// Returns who waits when this context waits.
    fn caller(&self) -> Caller<'_> {
        Some(&*self.endpoint)
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

/// As [`Context::receiver`], while other parts of the context are in use.
fn receiver_in(receiver: &mut Mutex<Box<dyn AnyReceiver>>) -> &mut dyn AnyReceiver {
    let receiver = receiver.get_mut();
    &mut **receiver.unwrap_or_else(PoisonError::into_inner)
}

fn check(addresses: &Addresses) -> Result<()> {
    let invalid = |why: String| Err(Error::new(ErrorKind::InvalidInput, why));
    if addresses.as_slice().is_empty() {
        return invalid("a worker needs at least one address".to_owned());
    }
    let is_remote = |address: &&Address| !address.is_local();
    match addresses.as_slice().iter().find(is_remote) {
        Some(address) => invalid(format!("{address} is not the address of a local worker")),
        None => Ok(()),
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Context").field(self.address()).finish()
    }
}

impl Drop for Context {
    /// Gives back what the context holds. A task that is aborted ends here, too.
    ///
    /// The address is free, and the dead letters are counted, before anybody hears of the end: an asker
    /// whose question was dropped, or whoever stops the worker.
    fn drop(&mut self) {
        let count = self.receiver().drain();
        self.node().router.registry.remove(self.registration());
        if count > 0 {
            self.node().dead_letters.add(count as u64);
            let lost = format_args!("stopped with messages that nobody handles: {count}");
            log::warn(self.registration().address(), lost);
            self.receiver().discard();
        }
        let untold = self.receiver().discard_signals();
        if untold > 0 {
            self.node().dead_letters.add(untold);
        }
        self.finish();
        let reason = self.registration().lifecycle.end();
        log::ended(self.registration().address(), &reason);
    }
}
