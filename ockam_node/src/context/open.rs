//! Registering a context, and the clean-up when it is dropped.

use std::sync::{Arc, Mutex, OnceLock};

use ockam_core::headers::Headers;
use ockam_core::{Address, Addresses, Error, ErrorKind, Message, Result, Route};

use super::outbox::{Outbox, Outgoing};
use super::receiver::EndpointReceiver;
use super::{Context, Sender};
use crate::delivery::{AnyEndpoint, Endpoint, Registration, Role};
use crate::lifecycle::ExitReason;
use crate::log;
use crate::node::Node;

/// Makes what stands at the addresses of an endpoint in its place.
pub(crate) type Front =
    Box<dyn FnOnce(&Arc<dyn AnyEndpoint>) -> Arc<dyn AnyEndpoint> + Send + Sync>;

impl Context {
    /// Registers an endpoint for messages of type `M` and returns the context that owns it.
    pub(crate) fn register<M: Message>(
        node: &Arc<Node>,
        addresses: Addresses,
        role: Role,
        capacity: usize,
    ) -> Result<(Self, Arc<Endpoint<M>>)> {
        Self::register_behind(node, addresses, role, capacity, None)
    }

    /// Registers an endpoint, as [`register`](Self::register) does, behind what `front` makes of it.
    pub(crate) fn register_behind<M: Message>(
        node: &Arc<Node>,
        addresses: Addresses,
        role: Role,
        capacity: usize,
        front: Option<Front>,
    ) -> Result<(Self, Arc<Endpoint<M>>)> {
        check(&addresses)?;
        let registration = Registration::new(node.next_id(), addresses, role, node.router.number());
        let return_route = Route::from(registration.address());
        let outbox = Outbox::new(node.clone(), registration.source(), return_route);
        let endpoint = Arc::new(Endpoint::<M>::new(registration, capacity));
        let ctx = Self {
            outbox,
            endpoint: endpoint.clone(),
            receiver: Mutex::new(Box::new(EndpointReceiver::new(endpoint.clone()))),
            headers: Headers::default(),
            return_route: Route::new(),
            incarnation: OnceLock::new(),
        };
        let lifecycle = &endpoint.registration.lifecycle;
        let inserted = match front {
            None => node.router.registry.insert(&ctx.endpoint),
            Some(front) => node.router.registry.insert(&front(&ctx.endpoint)),
        };
        if let Err(address) = inserted {
            let why = format!("{address}{} is taken", node.router.number());
            let error = Error::new(ErrorKind::AddressTaken, why);
            lifecycle.note(ExitReason::failed_to_start(&error));
            return Err(error);
        }
        // This is checked after the registration: either the stop sees the endpoint, or this sees the
        // stop. A stop is noted before it reads the registry, whose locks order the two.
        if let Err(error) = node.router.check_running() {
            lifecycle.note(ExitReason::NodeStopped);
            return Err(error);
        }
        Ok((ctx, endpoint))
    }

    /// Sets whom messages of this context may go to.
    pub(crate) fn set_outgoing(&mut self, outgoing: Option<Arc<Outgoing>>) {
        self.outbox.set_outgoing(outgoing);
    }

    /// Opens a mailbox at `address`, which receives messages of every type.
    ///
    /// # Errors
    ///
    /// Returns `AddressTaken`, `Stopped` if the node stops, and `InvalidInput` for an address that
    /// isn't local.
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
    #[doc(alias = "new_context")]
    #[doc(alias = "new_detached")]
    pub fn open(&self, address: impl Into<Address>) -> Result<Context> {
        Self::open_by(self.outbox(), address.into())
    }

    fn open_by(outbox: &Outbox, address: Address) -> Result<Self> {
        let node = &outbox.node;
        let capacity = node.settings.mailbox_capacity;
        let addresses = Addresses::from(address);
        let opened = Self::register::<ockam_core::Any>(node, addresses, Role::Open, capacity);
        opened.map(|(mut ctx, _)| {
            // What it may not send itself, it may not send by another mailbox of its own.
            ctx.set_outgoing(outbox.outgoing().cloned());
            ctx
        })
    }
}

impl Sender {
    /// Opens a mailbox at `address`, as [`Context::open`] does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::open`].
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sender = ctx.sender();
    /// let request = tokio::spawn(async move {
    ///     let mut inbox = sender.open("inbox")?;
    ///     inbox.send_message("inbox", 7_u64).await?;
    ///     Ok::<_, ockam_core::Error>(inbox.receive::<u64>().await?.into_body())
    /// });
    /// assert_eq!(request.await??, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn open(&self, address: impl Into<Address>) -> Result<Context> {
        Context::open_by(self.outbox(), address.into())
    }
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

impl Drop for Context {
    /// Cleans up. This also runs when the task of a worker is aborted.
    ///
    /// The address is freed and the dead letters are counted before anybody learns of the end, such as
    /// the asker of a dropped question or the caller that stops the worker.
    fn drop(&mut self) {
        drop(self.incarnation.take());
        let count = self.receiver().drain();
        self.node().router.registry.remove(self.registration());
        if count > 0 {
            let (node, address) = (self.node().clone(), self.registration().address().clone());
            let types = || self.receiver().queued_types();
            node.dead_letters
                .add(Some(&address), count as u64, "it has stopped before", types);
            let lost = format_args!("stopped with messages that nobody handles: {count}");
            log::warn(self.registration().address(), lost);
        }
        let is_crash = self.node().stopping.is_abandoned();
        self.receiver().discard(is_crash);
        let untold = self.receiver().discard_signals();
        let address = self.registration().address();
        let why = "it has stopped before it heard that they were not delivered";
        let lost = &self.node().dead_letters;
        lost.add(Some(address), untold, why, String::new);
        self.finish();
        let reason = self.registration().end();
        log::ended(self.registration().address(), &reason);
    }
}
