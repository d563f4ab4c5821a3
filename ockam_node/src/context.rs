mod receive;
mod send;
mod stop;

use std::collections::BinaryHeap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{self, Poll, Waker};

use ockam_core::reply::Replier;
use ockam_core::{Address, Addresses, Arrival, Error, ErrorKind, Message, Result, Route, Routed};

use crate::failures::Failures;
use crate::intake::{AnyIntake, Intake};
use crate::life::Life;
use crate::log;
use crate::mailbox::Mailbox;
use crate::node::Node;
use crate::outbox::{Outbox, Waiting};
use crate::resident::{AnyResident, Resident, Role, Tenancy};
use crate::sender::Sender;

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
    resident: Arc<dyn AnyResident>,
    /// Locked by nobody: a `Mutex` around what is only `Send` makes the context `Sync`.
    intake: Mutex<Box<dyn AnyIntake>>,
    /// Where the message that is being handled arrived, and where its answer goes.
    arrival: Option<Arc<Arrival>>,
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
    /// Registers a mailbox for messages of type `M` and returns the context that owns it.
    pub(crate) fn register<M: Message>(
        node: &Arc<Node>,
        addresses: Addresses,
        role: Role,
        capacity: usize,
    ) -> Result<(Self, Arc<Resident<M>>)> {
        check(&addresses)?;
        let resident = Arc::new(Resident {
            tenancy: Tenancy {
                id: node.next_id(),
                addresses,
                role,
                life: Life::new(),
            },
            mailbox: Mailbox::new(capacity),
            failures: Failures::default(),
        });
        let any: Arc<dyn AnyResident> = resident.clone();
        let ctx = Self {
            outbox: Outbox::new(node.clone(), any.tenancy().address().clone()),
            resident: any,
            intake: Mutex::new(Box::new(Intake::new(resident.clone()))),
            arrival: None,
            return_route: Route::new(),
        };
        node.registry.insert(&ctx.resident).map_err(|address| {
            let why = format!("{address} is taken");
            Error::new(ErrorKind::AddressTaken, why)
        })?;
        // Looked at behind the registration: a stop either sees the resident, or is seen here.
        node.stopping.check()?;
        Ok((ctx, resident))
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
        let used = self.arrival.as_ref().and_then(|at| at.address.as_ref());
        used.unwrap_or_else(|| self.resident.tenancy().address())
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
        self.resident.tenancy().addresses.as_slice()
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
        Sender::new(self.node().clone(), self.outbox.home().clone())
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
        let entries = self.node().registry.entries().into_iter();
        let workers = entries.filter(|(_, entry)| entry.resident.tenancy().role == Role::Worker);
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
        self.node().dead_letters()
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.outbox.node
    }

    /// Returns who waits when this context waits.
    fn waiting(&self) -> Waiting<'_> {
        Some(&*self.resident)
    }

    pub(crate) fn tenancy(&self) -> &Tenancy {
        self.resident.tenancy()
    }

    fn intake(&mut self) -> &mut dyn AnyIntake {
        intake_in(&mut self.intake)
    }

    /// Waits for a message to handle. `false` means that the worker is to stop.
    #[inline]
    pub(crate) fn poll_ready<M: Message>(&mut self, cx: &mut task::Context<'_>) -> Poll<bool> {
        self.own_intake::<M>().poll_ready(cx)
    }

    /// Leaves a waker for the first message, unless there is one.
    pub(crate) fn rest<M: Message>(&mut self, waker: Waker) -> bool {
        self.own_intake::<M>().rest(waker)
    }

    #[inline]
    fn own_intake<M: Message>(&mut self) -> &mut Intake<M> {
        let intake = self.intake().downcast_mut();
        intake.expect("a worker's context was registered for its messages")
    }

    /// Begins the handling of the message that is ready.
    ///
    /// What the handler learns only from the context, the message needn't carry any more.
    #[inline(always)]
    pub(crate) fn begin<M: Message>(&mut self) -> M {
        let (body, return_route, arrival) = self.own_intake::<M>().pop().into_own_parts();
        self.return_route = return_route;
        self.arrival = arrival;
        let trace = self.arrival.as_ref().and_then(|at| at.trace.as_ref());
        if trace.is_some() || self.outbox.trace().is_some() {
            self.outbox.set_trace(trace.cloned());
        }
        body
    }

    /// Makes a message of a body whose handling has begun, with what it has brought along if the handler
    /// takes that.
    #[inline(always)]
    pub(crate) fn message<M>(&self, body: M, takes_routed: bool) -> Routed<M> {
        match takes_routed {
            true => Routed::new(body, self.return_route.clone(), self.arrival.clone()),
            false => Routed::new(body, Route::new(), None),
        }
    }

    /// Ends the handling of a message. An ask whose right to be answered is dropped here ends.
    #[inline]
    pub(crate) fn finish(&mut self) {
        self.arrival = None;
        if self.outbox.trace().is_some() {
            self.outbox.set_trace(None);
        }
        self.return_route = Route::new();
    }

    /// Returns the way back of the message that is being handled.
    fn return_route(&self) -> &Route {
        Arrival::way_back(&self.return_route, self.arrival.as_deref())
    }

    /// Returns the right to answer the question that is being handled, or whose answer is being passed
    /// on.
    pub(crate) fn asker(&self) -> Option<&Replier> {
        let onward = self.arrival.as_ref().and_then(|at| at.onward.last());
        let mut ends = [self.return_route().last(), onward].into_iter().flatten();
        ends.find_map(Address::replier)
    }
}

/// As [`Context::intake`], while other parts of the context are in use.
fn intake_in(intake: &mut Mutex<Box<dyn AnyIntake>>) -> &mut dyn AnyIntake {
    let intake = intake.get_mut();
    &mut **intake.unwrap_or_else(PoisonError::into_inner)
}

fn check(addresses: &Addresses) -> Result<()> {
    let invalid = |why: String| Err(Error::new(ErrorKind::InvalidInput, why));
    if addresses.as_slice().is_empty() {
        return invalid("a worker needs at least one address".to_owned());
    }
    let unusable = |address: &&Address| !address.is_local() || address.replier().is_some();
    match addresses.as_slice().iter().find(unusable) {
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
    /// Whoever hears of it, an asker or the one who stops the worker, finds the address free and the
    /// dead letters counted.
    fn drop(&mut self) {
        let count = self.intake().drain();
        self.node().registry.remove(self.resident.tenancy());
        if count > 0 {
            self.node().add_dead_letters(count as u64);
            let lost = format_args!("stopped with messages that nobody handles: {count}");
            log::warn(self.resident.tenancy().address(), lost);
            self.intake().discard();
        }
        let untold = self.intake().discard_failures();
        if untold > 0 {
            self.node().add_dead_letters(untold);
        }
        self.finish();
        self.resident.tenancy().life.end();
    }
}
