use std::fmt;
use std::sync::Arc;

use ockam_core::{Address, Addresses, Error, Result};
use ockam_node::transport::Gateway;
use ockam_node::{Context, Monitor};
use ockam_transport::{Listener, on_node, random_address};

use crate::bus::{Bus, Standing};
use crate::connecting::Connecting;
use crate::group::{ALL, GROUP, serve};
use crate::membership::{NatsNode, Own};
use crate::network::NODE;
use crate::options::NatsOptions;
use crate::subjects::check_name;

/// Connects a node to others by a NATS server.
///
/// A node has a name on the bus, which no other node has at the same time. [`node`](Self::node) makes the address
/// that stands for a node in a route. Other nodes can send to what this one [exposes](Self::expose), and nowhere else,
/// and what they can reach they reach with the same promises as over TCP.
///
/// A node has at most one `NatsTransport`. A clone is another handle of the same.
///
/// **Who may use the bus.** Whoever may publish and subscribe to the subjects of the bus can read and forge what passes.
/// The permissions of the server say who may; secure channels go through the bus as through any other connection, for
/// nodes that don't trust the server.
#[derive(Clone)]
pub struct NatsTransport {
    bus: Arc<Bus>,
    listener: Listener,
}

impl NatsTransport {
    /// Connects the node of a context to a server, or to one of several with commas between, under a name.
    ///
    /// The name is one of up to 64 letters, digits, `-` and `_`. It is leased: the node renews it until it stops, and
    /// then gives it back. The name of a node that has crashed is free after a lease, 5 s by default.
    ///
    /// # Errors
    ///
    /// `AddressTaken` if another node has the name, with the process and the machine of that node, or if this node has a
    /// `NatsTransport` already; `NoRoute` if no server answers, or it has no JetStream, which keeps the names;
    /// `InvalidInput` for a name that can't be part of a subject; `Stopped` if the node stops.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, the node is not on the bus. Its name may be taken for a lease.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use ockam::{Context, Result, route};
    /// use ockam_nats::NatsTransport;
    ///
    /// #[ockam::node]
    /// async fn main(ctx: Context) -> Result<()> {
    ///     let nats = NatsTransport::connect(&ctx, "nats://127.0.0.1:4222", "front").await?;
    ///     let reply: u64 = ctx.ask(route![nats.node("back"), "squarer"], 7_u64).await?;
    ///     println!("{reply}");
    ///     ctx.stop().await
    /// }
    /// ```
    pub async fn connect(
        ctx: &Context,
        servers: impl AsRef<str>,
        name: impl AsRef<str>,
    ) -> Result<Self> {
        Self::connect_with(ctx, servers, name, NatsOptions::new()).await
    }

    /// Connects the node of a context to a server under a name, as [`connect`](Self::connect) does, with options.
    ///
    /// # Errors
    ///
    /// Those of `connect`, and `InvalidInput` for options with which nothing could work, or another lease than that of
    /// the nodes that are there.
    ///
    /// # Cancel safety
    ///
    /// That of `connect`.
    pub async fn connect_with(
        ctx: &Context,
        servers: impl AsRef<str>,
        name: impl AsRef<str>,
        options: NatsOptions,
    ) -> Result<Self> {
        let (servers, name) = (servers.as_ref().to_owned(), name.as_ref().to_owned());
        check_name("node", &name)?;
        options.check()?;
        let gateway = Gateway::new(ctx);
        let own = Own::new(ctx.open(random_address())?);
        let connecting = Connecting::begin(gateway.clone(), servers, (name, own), options);
        let connecting = on_node(&gateway, connecting).await??;
        let (bus, listener) = connecting.finish(ctx).await?;
        Ok(Self { bus, listener })
    }

    /// Returns the address that stands for a node in a route: `route![nats.node("back"), "squarer"]`.
    ///
    /// It is connected to on first use. A message to it fails at once with `UnknownAddress` if no node has the name.
    pub fn node(&self, name: impl AsRef<str>) -> Address {
        Address::new(NODE, name.as_ref())
    }

    /// Returns the name of this node.
    pub fn name(&self) -> &str {
        &self.bus.name
    }

    /// Returns the number of this incarnation of the node: each node that gets the name later has a greater one.
    ///
    /// A database or a device that remembers the greatest number it has seen can refuse what comes with a smaller one,
    /// from a node that doesn't know yet that it has lost its name.
    ///
    /// # Errors
    ///
    /// `NoRoute` if this node doesn't have its name now, and `Stopped` if another one has it.
    pub fn incarnation(&self) -> Result<u64> {
        Ok(self.bus.tenure()?.incarnation())
    }

    /// Lets other nodes on the bus send to `addresses`, which may also be those of other nodes.
    pub fn expose(&self, addresses: impl Into<Addresses>) {
        let addresses = addresses.into();
        self.bus.own.expose(&addresses);
        self.listener.expose(addresses);
    }

    /// Stops other nodes from sending to `addresses`, which were [exposed](Self::expose).
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        let addresses = addresses.into();
        self.bus.own.conceal(&addresses);
        self.listener.conceal(addresses);
    }

    /// Returns the address that leads to one of the nodes that serve a group.
    ///
    /// Each message goes to the worker of one of them: the one with least to do, as the nodes tell and as far as this
    /// node has sent to them since, and one after the other of those with as much to do. A node that is silent, or
    /// can't be reached, gets nothing; one whose worker has no room is passed over as long as another one has. What
    /// was under way to a node that is lost ends with `OutcomeUnknown`, and all else goes on.
    ///
    /// If no node serves the group, a message fails with `UnknownAddress` at once.
    pub fn group(&self, name: impl AsRef<str>) -> Address {
        Address::new(GROUP, name.as_ref())
    }

    /// Returns the address that leads to all nodes that serve a group, as far as this node has heard of them.
    ///
    /// A message goes to each, at most once. One whose worker has no room is left out, which is counted and logged as a
    /// lost message is. All can't be asked.
    pub fn all_of(&self, group: impl AsRef<str>) -> Address {
        Address::new(GROUP, format!("{ALL}{}", group.as_ref()))
    }

    /// Makes a worker of this node a member of a group, and [exposes](Self::expose) it.
    ///
    /// When this returns, others reach it by the address of the [group](Self::group). It is a member until it ends, the
    /// node stops, or this node [leaves](Self::leave) the group. A node is in a group with one worker: a second call
    /// puts another one in its place.
    ///
    /// # Errors
    ///
    /// `UnknownAddress` if there is no such worker, `InvalidInput` if the name of the group has anything but letters,
    /// digits, `-` and `_`, and `NoRoute` if the server doesn't answer.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, the worker may be a member or not.
    pub async fn serve(&self, group: impl AsRef<str>, worker: impl Into<Address>) -> Result<()> {
        let (group, worker) = (group.as_ref(), worker.into());
        check_name("group", group)?;
        self.bus.own.check(&worker)?;
        self.bus.own.serve(group, &worker);
        self.expose(worker);
        let task = serve(&self.bus, group).await?;
        self.bus.serve(group, task);
        self.bus.settle().await
    }

    /// Takes this node out of a group. What others have sent before they hear of it is handled all the same, as long
    /// as the worker is there.
    pub fn leave(&self, group: impl AsRef<str>) {
        self.bus.own.leave(group.as_ref());
        self.bus.stop_serving(group.as_ref());
    }

    /// Returns the nodes that are on the bus, as far as this node has heard of them, in the order of their names. It is
    /// one of them itself.
    ///
    /// A node that is silent is unreachable, and stays in the list until it says goodbye or comes back.
    pub fn nodes(&self) -> Vec<NatsNode> {
        self.bus.members.nodes()
    }

    /// Returns the names of the nodes that can be reached and have [exposed](Self::expose) an address.
    pub fn workers(&self, address: impl Into<Address>) -> Vec<String> {
        self.bus.members.with_worker(&address.into().to_string())
    }

    /// Monitors a node from a context: connects to it, and tells the context of its end, with
    /// [`DownReason::Unreachable`](ockam_core::DownReason::Unreachable) when it is lost, and [`DownReason::Restarted`](ockam_core::DownReason::Restarted) when it is back.
    ///
    /// A node that is silent or has crashed is unreachable within 2 s, unless the settings say otherwise, and may come
    /// back. It has ended when it has said goodbye; a node that says goodbye and then gets its name again is not
    /// monitored any more. A node that is not there has ended already.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for what is no name of a node.
    pub fn monitor(&self, ctx: &Context, node: impl AsRef<str>) -> Result<Monitor> {
        let address = self.node(node);
        // Connects to it, if there is no connection yet.
        self.bus.gateway.find(&address)?;
        Ok(ctx.monitor(address)?.with_restarts())
    }

    /// Waits until this node has lost its name for good: another one got it while this one was paused, or had no
    /// server for longer than a lease. Returns why.
    ///
    /// The node goes on without the bus: its program may stop it, or go on alone.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if this future is dropped.
    pub async fn lost(&self) -> Error {
        let mut standing = self.bus.standing();
        // The bus has the sender, so that this doesn't fail.
        let lost = standing
            .wait_for(|it| matches!(it, Standing::Lost(..)))
            .await;
        match lost.as_deref() {
            Ok(Standing::Lost(kind, why)) => Error::new(*kind, why.as_str()),
            _ => Error::new(ockam_core::ErrorKind::Stopped, "the node is gone"),
        }
    }
}

impl fmt::Debug for NatsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsTransport")
            .field("name", &self.bus.name)
            .finish_non_exhaustive()
    }
}
