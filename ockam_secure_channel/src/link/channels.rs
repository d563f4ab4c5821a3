use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ockam_core::{Address, Addresses, Error, ErrorKind, Result, Route};
use ockam_identity::Identity;
use ockam_node::transport::Gateway;
use ockam_node::{Context, WorkerBuilder};
use ockam_transport::{StreamTransport, TransportSettings, random_address};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::channel;

use super::channel::SecureChannel;
use super::dial::Dial;
use super::half_open::HalfOpen;
use super::inlet::Waiting;
use super::listener::SecureListener;
use super::listening::Listening;
use super::network::Channels;
use super::options::Options;
use super::responder::{MAX_ANSWERED_AT_ONCE, Responding};
use super::trust::Trust;

/// Opens secure channels of one identity, and lets others open some to this node.
///
/// A channel goes along any route: a connection, several nodes, another channel, or just to an address of this
/// node. Both ends have proved their identities before a message is handed over, and nobody between can read,
/// change, repeat, reorder or make up what goes through. A node may have several `SecureChannels`. A clone is
/// another handle of the same.
///
/// # Examples
///
/// Two nodes in one program:
///
/// ```
/// use ockam_core::{Result, Routed, Worker, route};
/// use ockam_identity::Identity;
/// use ockam_node::{Context, NodeBuilder};
/// use ockam_secure_channel::link::{SecureChannels, Trust};
/// use ockam_transport_tcp::TcpTransport;
///
/// struct Echoer;
///
/// impl Worker for Echoer {
///     type Message = String;
///     type Context = Context;
///
///     async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
///         assert!(msg.peer().is_some());
///         ctx.reply(msg.into_body()).await
///     }
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> Result<()> {
///     let bob = Identity::create().await?;
///     let bobs = NodeBuilder::new().start().await?;
///     bobs.start_worker("echoer", Echoer).await?;
///     let channels = SecureChannels::new(&bobs, bob.clone())?;
///     channels.listen("secure", Trust::anyone(), "echoer").await?;
///     let listener = TcpTransport::new(&bobs)?.listen("127.0.0.1:0", "secure").await?;
///
///     let alices = NodeBuilder::new().start().await?;
///     let connection = TcpTransport::new(&alices)?.connect(listener.local_address()).await?;
///     let channels = SecureChannels::new(&alices, Identity::create().await?)?;
///     let trust = Trust::only(bob.identifier());
///     let channel = channels.connect(route![&connection, "secure"], trust).await?;
///     let reply: String = alices.ask(route![&channel, "echoer"], "Hello Bob!".to_string()).await?;
///     assert_eq!(reply, "Hello Bob!");
///
///     alices.stop().await?;
///     bobs.stop().await
/// }
/// ```
#[derive(Clone)]
pub struct SecureChannels(Arc<Inner>);

struct Inner {
    /// Starts the workers of listeners.
    ctx: Context,
    gateway: Gateway,
    identity: Identity,
    transport: StreamTransport<Channels>,
    waiting: Waiting,
    half_open: Arc<HalfOpen>,
    options: Arc<Options>,
    /// Tells channels apart in the log.
    last: AtomicU64,
}

/// How many channels may wait for the listener.
const MAX_ACCEPTED: usize = 64;

impl SecureChannels {
    /// Adds the channels of an identity to the node of a context.
    ///
    /// # Errors
    ///
    /// `Stopped` if the node stops.
    pub fn new(ctx: &Context, identity: Identity) -> Result<Self> {
        Self::with_settings(ctx, identity, TransportSettings::new())
    }

    /// Adds the channels of an identity to the node of a context, with the settings of connections, of which
    /// each channel is one.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new), and `InvalidInput` for settings with which nothing could pass.
    pub fn with_settings(
        ctx: &Context,
        identity: Identity,
        settings: TransportSettings,
    ) -> Result<Self> {
        let inner = Inner {
            ctx: ctx.open(random_address())?,
            gateway: Gateway::new(ctx),
            identity,
            transport: StreamTransport::start(ctx, Channels::Idle, settings)?,
            waiting: Waiting::default(),
            half_open: Arc::default(),
            options: Arc::default(),
            last: AtomicU64::new(0),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Refuses peers that are no nodes of this framework, from now on.
    ///
    /// Nodes of upstream Ockam tell nobody of failures, and don't slow down those who send too much. Nobody in
    /// the middle can make a node of this framework pass for one of upstream.
    #[must_use]
    pub fn require_extensions(self) -> Self {
        self.0.options.require_extensions();
        self
    }

    /// Pads what is sealed in channels that are opened from now on, so that its length tells less to those in between.
    ///
    /// What is sealed together takes at least 256 bytes, and at most 12 % more than without. Those in between still see
    /// how much passes, and when. Each side decides for what it sends.
    #[must_use]
    pub fn pad_lengths(self) -> Self {
        self.0.options.pad();
        self
    }

    /// Ends channels with nodes of upstream, opened from now on, in which the peer has said nothing for so long.
    ///
    /// Without this, they last until the connection below ends, since a node of upstream that has nothing to say gives
    /// no sign of life. So a channel through which nothing comes ends, too; whoever has connected makes it again.
    /// Channels between nodes of this framework end after the idle timeout of their settings.
    #[must_use]
    pub fn upstream_idle_timeout(self, timeout: Duration) -> Self {
        self.0.options.set_upstream_idle(timeout);
        self
    }

    /// Lets others open channels to this node at `address`, and send through them to the addresses that are
    /// exposed.
    ///
    /// They reach `address` like that of any worker, so a listener of a transport has to expose it. What is
    /// exposed here is reached only through a channel.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, `Stopped` if the node stops, and `InvalidInput` for an address that isn't local.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, nothing is accepted.
    pub async fn listen(
        &self,
        address: impl Into<Address>,
        trust: Trust,
        exposed: impl Into<Addresses>,
    ) -> Result<SecureListener> {
        let (inner, address, exposed) = (&self.0, address.into(), exposed.into());
        let (accepted, accepting) = channel(MAX_ACCEPTED);
        let worker = Listening {
            responding: Arc::new(Responding {
                gateway: inner.gateway.clone(),
                address: address.clone(),
                identity: inner.identity.clone(),
                trust,
                waiting: inner.waiting.clone(),
                options: inner.options.clone(),
                accepted,
                answering: Arc::new(Semaphore::new(MAX_ANSWERED_AT_ONCE)),
            }),
            half_open: inner.half_open.clone(),
            _guard: inner.gateway.guard(&address)?,
        };
        let network = Arc::new(Channels::Listening(Mutex::new(Some(accepting))));
        let name = address.to_string();
        let listening = inner.transport.listen_by(network, &name, exposed);
        let listener = listening.await?.drop_guard();
        let worker = WorkerBuilder::new(address, worker)
            .start(&inner.ctx)
            .await?;
        Ok(SecureListener::new(worker, listener.disarm()))
    }

    /// Opens a channel to the node at the end of a route, where one listens.
    ///
    /// When it is ready, the peer has proved who it is, and trusts this node: if the peer is a node of this
    /// framework, something sealed has come from it. A channel that is lost is made again, until it is closed.
    ///
    /// # Errors
    ///
    /// `Denied` if the peer is not trusted, or doesn't prove who it is; the error of the first hop of the route;
    /// `UnknownAddress` and the like if a node on the way tells that the route leads nowhere; `NoRoute` if the peer
    /// ends the handshake, for whatever reason; `TimedOut` after 10 s unless the settings say otherwise.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, there is no channel.
    pub async fn connect(&self, route: impl Into<Route>, trust: Trust) -> Result<SecureChannel> {
        let (inner, route) = (&self.0, route.into());
        let number = inner.last.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{route} (channel {number})");
        let network = Arc::new(Channels::Connecting(Dial {
            gateway: inner.gateway.clone(),
            identity: inner.identity.clone(),
            route,
            trust,
            waiting: inner.waiting.clone(),
            options: inner.options.clone(),
            peer: OnceLock::new(),
        }));
        let connection = inner.transport.connect_by(network.clone(), &name).await?;
        let peer = match &*network {
            Channels::Connecting(dial) => dial.peer.get().copied(),
            _ => None,
        };
        let nobody = || Error::new(ErrorKind::Denied, "the peer has proved no identity");
        Ok(SecureChannel::new(connection, peer.ok_or_else(nobody)?))
    }

    /// Returns the identity that this node has in these channels.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }
}

impl fmt::Debug for SecureChannels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureChannels")
            .field("identity", &self.0.identity)
            .finish_non_exhaustive()
    }
}
