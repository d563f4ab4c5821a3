use std::fmt;
use std::sync::Arc;

use ockam_core::{Address, Addresses};
use ockam_node::ConnectionState;

use super::inner::Inner;
use crate::drop_guard::DropGuard;

/// A connection to another node.
///
/// It stands for the other node in a route: `route![&connection, "echoer"]`. On the side that connected,
/// its address stays the same when the connection is lost and made again. On the side that accepted,
/// a new connection has a new address.
///
/// The connection stays open when this value is dropped, until it is [closed](Self::close) or the node
/// stops: it belongs to the node, whose workers may use its address. If it is to close with the value, take
/// its [`drop_guard`](Self::drop_guard).
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

impl Connection {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self(inner)
    }

    /// Returns the address that stands for the other node in a route.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::route;
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// assert_eq!(route![&connection, "echoer"], route![connection.address(), "echoer"]);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn address(&self) -> &Address {
        &self.0.inbound.address
    }

    /// Returns the address of the other node, as it was connected to.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// assert_eq!(connection.peer(), address);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn peer(&self) -> &str {
        &self.0.inbound.peer
    }

    /// Tells whether the other node can be reached now. A
    /// [monitor with restarts](ockam_node::Monitor::with_restarts) tells of each change.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport::ConnectionState;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// let connection = TcpTransport::new(&ctx)?.connect(listener.local_address()).await?;
    /// assert_eq!(connection.state(), ConnectionState::Connected);
    /// connection.close().await;
    /// assert_eq!(connection.state(), ConnectionState::Closed);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn state(&self) -> ConnectionState {
        self.0.state()
    }

    /// Lets the peer send to `addresses`, which may also be those of other nodes, as `1#host:4000`.
    ///
    /// Without this, the peer can only answer what it was sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// connection.expose(["news", "chat"]);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn expose(&self, addresses: impl Into<Addresses>) {
        self.0.exposed.add(&addresses.into());
    }

    /// Stops the peer from sending to `addresses`, which were [exposed](Self::expose).
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// connection.expose(["news", "chat"]);
    /// connection.conceal("chat");
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        self.0.exposed.remove(&addresses.into());
    }

    /// Sends what is queued, and closes the connection. Its address is free then.
    ///
    /// A peer of this framework has the idle timeout of the settings to read what was sent, to acknowledge
    /// it, and to close its side. Asks that are under way end with `OutcomeUnknown`, and so do messages
    /// that are not acknowledged by then.
    ///
    /// # Cancel safety
    ///
    /// The connection is also closed if this future is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{ErrorKind, route};
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// connection.close().await;
    ///
    /// let sent = ctx.send_message(route![&connection, "echoer"], 1_u64).await;
    /// assert_eq!(sent.unwrap_err().kind(), ErrorKind::UnknownAddress);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub async fn close(&self) {
        self.0.finish();
        self.0.ended().await;
    }

    /// Returns a guard that closes the connection when it is dropped, as [`close`](Self::close) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// let watched = connection.clone();
    /// let guard = connection.drop_guard();
    /// assert_eq!(guard.peer(), address);
    /// drop(guard);
    /// watched.closed().await;
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn drop_guard(self) -> DropGuard<Self> {
        DropGuard::new(self, |connection| connection.0.finish())
    }

    /// Waits until the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if this future is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let listener = TcpTransport::new(&server)?.listen("127.0.0.1:0", "echoer").await?;
    /// # let address = listener.local_address();
    /// # let tcp = TcpTransport::new(&ctx)?;
    /// let connection = tcp.connect(address).await?;
    /// let watched = connection.clone();
    /// let watching = tokio::spawn(async move { watched.closed().await });
    /// connection.close().await;
    /// watching.await?;
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

impl From<&Connection> for Address {
    fn from(connection: &Connection) -> Self {
        connection.address().clone()
    }
}

impl From<Connection> for Address {
    fn from(connection: Connection) -> Self {
        connection.address().clone()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", self.address())
            .field("peer", &self.peer())
            .finish()
    }
}
