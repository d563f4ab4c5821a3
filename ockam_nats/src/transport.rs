use std::fmt;
use std::sync::Arc;

use ockam_core::{Address, Addresses, Error, Result};
use ockam_node::Context;
use ockam_node::transport::Gateway;
use ockam_transport::{Listener, StreamTransport, on_node};
use tokio::sync::{mpsc, watch};

use crate::bus::{Bus, MAX_HELLOS, Standing};
use crate::client;
use crate::lease::{Bucket, Keeper, Tenure};
use crate::network::{NODE, Nats};
use crate::options::NatsOptions;
use crate::presence::{Present, appear, keep};
use crate::stop::Goodbye;
use crate::subjects::{Subjects, check_name};

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
        let connecting = Connecting::begin(gateway.clone(), servers, name, options);
        let connecting = on_node(&gateway, connecting).await??;
        connecting.finish(ctx).await
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
        self.listener.expose(addresses);
    }

    /// Stops other nodes from sending to `addresses`, which were [exposed](Self::expose).
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        self.listener.conceal(addresses);
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

/// A node that has its name, and can be greeted.
struct Connecting {
    bus: Arc<Bus>,
    nats: Nats,
    options: NatsOptions,
    keeper: Keeper,
    tenure: Tenure,
    present: Present,
}

impl Connecting {
    async fn begin(
        gateway: Gateway,
        servers: String,
        name: String,
        mut options: NatsOptions,
    ) -> Result<Self> {
        gateway.check()?;
        let client = std::mem::take(&mut options.client);
        let client = client::connect(client, &servers, &gateway).await?;
        let (prefix, lease) = (&options.prefix, options.lease.unwrap_or(NatsOptions::LEASE));
        let is_wanted = options.lease.is_some();
        let bucket = Bucket::open(&client, prefix, lease, is_wanted, options.replicas).await?;
        let (keeper, tenure) = Keeper::take(bucket, &name, options.waits_for_name).await?;
        let (sender, hellos) = mpsc::channel(MAX_HELLOS);
        let subjects = Subjects::new(prefix);
        let bus = Arc::new(Bus::new(client, gateway, subjects, &name, sender, &tenure));
        let nats = Nats::new(&bus, hellos);
        match appear(&bus, &keeper, &tenure).await {
            Ok(present) => Ok(Self {
                bus,
                nats,
                options,
                keeper,
                tenure,
                present,
            }),
            Err(error) => {
                keeper.give_back().await;
                Err(error)
            }
        }
    }

    async fn finish(self, ctx: &Context) -> Result<NatsTransport> {
        let Self {
            bus,
            nats,
            options,
            keeper,
            tenure,
            present,
        } = self;
        let started = start(ctx, &bus, nats, options).await;
        let listener = match started {
            Ok(listener) => listener,
            Err(error) => {
                keeper.give_back().await;
                return Err(error);
            }
        };
        let (kept, open) = watch::channel(());
        bus.keep(open);
        let keeping = keep(bus.clone(), keeper, tenure, present, kept);
        bus.gateway.spawn(keeping);
        Ok(NatsTransport { bus, listener })
    }
}

/// Adds the transport to the node.
async fn start(
    ctx: &Context,
    bus: &Arc<Bus>,
    nats: Nats,
    options: NatsOptions,
) -> Result<Listener> {
    let transport = StreamTransport::start(ctx, nats, options.settings)?;
    // Behind the connections, so that it says goodbye after them.
    bus.gateway.register(Arc::new(Goodbye(bus.clone())))?;
    let nothing: [&str; 0] = [];
    transport.listen(&bus.name, nothing).await
}

impl fmt::Debug for NatsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsTransport")
            .field("name", &self.bus.name)
            .finish_non_exhaustive()
    }
}
