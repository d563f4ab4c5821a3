use std::fmt;
use std::sync::Arc;

use ockam_core::Addresses;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::connection::Exposed;
use crate::drop_guard::DropGuard;
use crate::network::Bound;

/// A place where other nodes can connect to this one.
///
/// It goes on accepting when this value is dropped, until it is [stopped](Self::stop) or the node stops.
/// If it is to stop with the value, take its [`drop_guard`](Self::drop_guard).
#[derive(Clone)]
pub struct Listener {
    bound: Bound,
    exposed: Exposed,
    task: ListenerTask,
}

/// The task that accepts.
#[derive(Clone)]
pub(crate) struct ListenerTask {
    task: AbortHandle,
    ended: Arc<watch::Sender<()>>,
}

/// What the task has until it ends.
pub(crate) type Running = watch::Receiver<()>;

impl ListenerTask {
    pub(crate) fn new(task: AbortHandle, ended: watch::Sender<()>) -> Self {
        let ended = Arc::new(ended);
        Self { task, ended }
    }

    pub(crate) fn abort(&self) {
        self.task.abort();
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Waits until the place is free.
    pub(crate) async fn ended(&self) {
        self.ended.closed().await;
    }
}

impl Listener {
    pub(crate) fn new(bound: Bound, exposed: Exposed, task: ListenerTask) -> Self {
        Self {
            bound,
            exposed,
            task,
        }
    }

    /// Returns the address that other nodes can connect to. If port 0 was asked for, it has the actual port.
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
    /// # let tcp = TcpTransport::new(&server)?;
    /// let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
    /// assert!(!listener.local_address().ends_with(":0"));
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn local_address(&self) -> &str {
        &self.bound.address
    }

    /// Lets nodes that connect send to `addresses`, which may also be those of other nodes, as
    /// `1#host:4000`. This includes connections that are open already.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// # let tcp = TcpTransport::new(&server)?;
    /// let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
    /// listener.expose("chat");
    /// listener.expose(Address::new(TransportType::TCP, "example.org:4000"));
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn expose(&self, addresses: impl Into<Addresses>) {
        self.exposed.add(&addresses.into());
    }

    /// Stops nodes that connect from sending to `addresses`, which were exposed before.
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
    /// # let tcp = TcpTransport::new(&server)?;
    /// let listener = tcp.listen("127.0.0.1:0", ["chat", "echoer"]).await?;
    /// # let connection = TcpTransport::new(&ctx)?.connect(listener.local_address()).await?;
    /// listener.conceal("chat");
    ///
    /// // A peer that tries to reach it is told that nobody is there.
    /// let asked = ctx.ask::<u64>(route![&connection, "chat"], 1_u64).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::UnknownAddress);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        self.exposed.remove(&addresses.into());
    }

    /// Stops accepting connections. When this returns, the port is free. Connections that are open go on.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped, the listener still stops.
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
    /// # let tcp = TcpTransport::new(&server)?;
    /// let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
    /// listener.stop().await;
    /// assert!(tcp.connect(listener.local_address()).await.is_err());
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub async fn stop(&self) {
        self.task.abort();
        self.task.ended().await;
    }

    /// Returns a guard that stops the listener when it is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let tcp = TcpTransport::new(&server)?;
    /// let listener = tcp.listen("127.0.0.1:0", "echoer").await?.drop_guard();
    /// println!("accepts at {} until the end of this block", listener.local_address());
    /// # server.stop().await
    /// # }
    /// ```
    pub fn drop_guard(self) -> DropGuard<Self> {
        DropGuard::new(self, |listener| listener.task.abort())
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("address", &self.bound.address)
            .finish_non_exhaustive()
    }
}
