use std::time::Duration;

use ockam_core::{Addresses, Result};
use ockam_node::Context;
use ockam_transport::{Connection, Listener, StreamTransport, TransportSettings};

use crate::network::Tcp;

/// Connects nodes over TCP.
///
/// A node has at most one `TcpTransport`. With it, an address of type 1 in a route is connected to on
/// first use: `ctx.ask(route![Address::new(TransportType::TCP, "example.org:4000"), "echoer"], msg)`.
///
/// **What a peer can reach.** A peer that connects can send to the addresses that its listener exposes,
/// and nowhere else. A peer that this node has connected to can send nowhere. Both can answer: an ask
/// once, and any other message with one message to its sender. See [`Connection::expose`].
///
/// **What `Ok` means.** A send is `Ok` once the connection has queued the message. If the message fails
/// later, and the peer is a node of this framework, the failure comes back as the error of an ask, or
/// to `Worker::undelivered`. A node of upstream Ockam reports nothing, and an ask ends with its
/// deadline.
///
/// # Examples
///
/// ```
/// # use ockam_core::{ErrorKind, Result};
/// # use ockam_node::NodeBuilder;
/// use ockam_transport_tcp::TcpTransport;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// # let ctx = NodeBuilder::new().start().await?;
/// let tcp = TcpTransport::new(&ctx)?;
/// let listener = tcp.listen("127.0.0.1:0", ["echoer", "chat"]).await?;
/// println!("connect to {}", listener.local_address());
///
/// let refused = tcp.connect("127.0.0.1:1").await.unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::NoRoute);
/// # ctx.stop().await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TcpTransport(StreamTransport<Tcp>);

impl TcpTransport {
    /// Adds TCP to the node of a context.
    ///
    /// # Errors
    ///
    /// `AddressTaken` if the node has a `TcpTransport` already, and `Stopped` if the node stops.
    #[doc(alias = "create")]
    pub fn new(ctx: &Context) -> Result<Self> {
        Self::with_settings(ctx, TransportSettings::new())
    }

    /// Adds TCP to the node of a context, with settings.
    ///
    /// # Errors
    ///
    /// The same as those of [`new`](Self::new), and `InvalidInput` for settings with which a transport
    /// would do nothing. It names the setting.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::Result;
    /// # use ockam_node::NodeBuilder;
    /// use ockam_transport::TransportSettings;
    /// use ockam_transport_tcp::TcpTransport;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let ctx = NodeBuilder::new().start().await?;
    /// let settings = TransportSettings::new().connect_timeout(Duration::from_secs(3));
    /// let tcp = TcpTransport::with_settings(&ctx, settings)?;
    /// # drop(tcp);
    /// # ctx.stop().await
    /// # }
    /// ```
    pub fn with_settings(ctx: &Context, settings: TransportSettings) -> Result<Self> {
        StreamTransport::start(ctx, Tcp, settings).map(Self)
    }

    /// Lets other nodes connect to this one, and send to the addresses that are exposed: those of
    /// workers, and those of other nodes, as `1#host:4000`, which are connected to on first use.
    ///
    /// On port 0, the operating system chooses a port, which the listener tells. A listener that other
    /// machines can reach logs a warning, because the connections have no secure channel.
    ///
    /// The listener belongs to the node and its runtime, whichever runtime runs this call, if any does. It
    /// outlives the returned value; [`Listener::drop_guard`] is for the opposite.
    ///
    /// # Errors
    ///
    /// `Other`, with the address and the error of the operating system, `Stopped` if the runtime of the node
    /// has ended, and `InvalidInput` if it has no I/O (`enable_all` or `enable_io`).
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, nothing is accepted.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Result;
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let ctx = NodeBuilder::new().start().await?;
    /// let tcp = TcpTransport::new(&ctx)?;
    /// let listener = tcp.listen("[::1]:0", "echoer").await;
    /// # drop(listener);
    /// # ctx.stop().await
    /// # }
    /// ```
    pub async fn listen(
        &self,
        address: impl AsRef<str>,
        exposed: impl Into<Addresses>,
    ) -> Result<Listener> {
        self.0.listen(address, exposed).await
    }

    /// Connects to another node, at a host name or an IP address with a port.
    ///
    /// When the connection is lost, it is made again, until it is closed. Messages that are sent
    /// meanwhile are queued. Asks that were under way when it was lost, and messages that a peer of this
    /// framework had not acknowledged by then, end with `OutcomeUnknown`: nothing is sent twice, and
    /// nothing is lost in silence. A peer of upstream acknowledges nothing, so nothing is known of what
    /// was sent to it before. A [monitor](ockam_node::Context::monitor) of the connection that asked for restarts
    /// is told when it is lost (`DownReason::Unreachable`) and when it is back (`DownReason::Restarted`).
    ///
    /// The connection belongs to the node and its runtime, whichever runtime runs this call, if any does. It
    /// outlives the returned value and every route to it; [`Connection::drop_guard`] is for the opposite.
    ///
    /// # Errors
    ///
    /// `NoRoute` if the peer can't be reached or speaks another protocol, and `TimedOut` after the
    /// deadline for connections (10 s unless the settings say otherwise). Both name the address. `Stopped`
    /// if the runtime of the node has ended, and `InvalidInput` if it has no timers or no I/O.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, there is no connection.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Result;
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let peer = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&peer)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// assert_eq!(connection.peer(), address);
    /// connection.close().await;
    /// # peer.stop().await?;
    /// # ctx.stop().await
    /// # }
    /// ```
    pub async fn connect(&self, address: impl AsRef<str>) -> Result<Connection> {
        self.0.connect(address).await
    }

    /// Connects to another node, as [`connect`](Self::connect) does, and tries again until it succeeds or the time
    /// is over: for a peer that may start later than this node.
    ///
    /// The pauses between the attempts begin with 100 ms and grow to the longest one of the settings.
    ///
    /// # Errors
    ///
    /// The error of the last attempt, when the time is over; other errors than `NoRoute` and `TimedOut` at once.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, there is no connection.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result};
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let ctx = NodeBuilder::new().start().await?;
    /// let tcp = TcpTransport::new(&ctx)?;
    /// let nobody = tcp.connect_within("127.0.0.1:1", Duration::from_millis(250)).await;
    /// assert_eq!(nobody.unwrap_err().kind(), ErrorKind::NoRoute);
    /// # ctx.stop().await
    /// # }
    /// ```
    pub async fn connect_within(
        &self,
        address: impl AsRef<str>,
        patience: Duration,
    ) -> Result<Connection> {
        self.0.connect_within(address, patience).await
    }
}
