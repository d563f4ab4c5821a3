use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Addresses, ErrorKind, Result};
use ockam_node::transport::Gateway;
use tokio::task::AbortHandle;

use crate::admitted::{Admitted, Place};
use crate::clock::sleep;
use crate::connection::{Exposed, Inner};
use crate::links::Links;
use crate::name::random_address;
use crate::network::{Accepted, Bound, Network};
use crate::quota::Quota;
use crate::session;
use crate::settings::TransportSettings;
use crate::spawn::spawn;

/// A place where other nodes can connect to this one.
///
/// It goes on when this value is dropped, until it is [stopped](Self::stop) or the node stops.
#[derive(Clone)]
pub struct Listener {
    bound: Bound,
    exposed: Exposed,
    task: AbortHandle,
}

impl Listener {
    pub(crate) fn new(bound: Bound, exposed: Exposed, task: AbortHandle) -> Self {
        Self {
            bound,
            exposed,
            task,
        }
    }

    /// Returns the address that others can connect to, with the port that it got.
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

    /// Lets those who connect send to `addresses`, which may also be those of other nodes, as
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

    /// Ends what [`expose`](Self::expose), or the listener's start, began.
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
    /// // What a peer hears that tries to reach it.
    /// let asked = ctx.ask::<u64>(route![&connection, "chat"], 1_u64).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::UnknownAddress);
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        self.exposed.remove(&addresses.into());
    }

    /// Stops accepting connections. Those that are open go on.
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
    /// listener.stop();
    /// assert!(tcp.connect(listener.local_address()).await.is_err());
    /// # ctx.stop().await?;
    /// # server.stop().await
    /// # }
    /// ```
    pub fn stop(&self) {
        self.task.abort();
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("address", &self.bound.address)
            .finish_non_exhaustive()
    }
}

/// Accepts streams and turns them into connections.
pub(crate) struct Accepting {
    pub(crate) gateway: Gateway,
    pub(crate) settings: Arc<TransportSettings>,
    pub(crate) unfinished: Arc<Quota>,
    pub(crate) backlog: Arc<Quota>,
    pub(crate) admitted: Arc<Admitted>,
    pub(crate) links: Arc<Links>,
    pub(crate) exposed: Exposed,
}

/// How long to wait when the operating system can't accept, mostly because there are no file
/// descriptors left.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

impl Accepting {
    pub(crate) async fn run<N: Network>(self, mut listener: N::Listener) {
        loop {
            match N::accept(&mut listener).await {
                Ok(accepted) => self.take::<N>(accepted),
                Err(error) => {
                    self.gateway
                        .warn(format_args!("a connection can't be accepted: {error}"));
                    sleep(ACCEPT_RETRY_PAUSE).await;
                }
            }
        }
    }

    fn take<N: Network>(&self, accepted: Accepted<N::Reader, N::Writer>) {
        let peer = &accepted.peer;
        let admitted = self.admitted.admit(accepted.ip).and_then(|place| {
            let attached = self.attach(peer).map_err(|error| error.to_string())?;
            Ok((attached, place))
        });
        match admitted {
            Ok((connection, place)) => self.serve::<N>(connection, place, accepted),
            Err(why) => {
                let why = format_args!("the connection of {peer} is refused: {why}");
                self.gateway.warn(why);
            }
        }
    }

    fn attach(&self, peer: &str) -> Result<Arc<Inner>> {
        let (peer, exposed) = (peer.to_owned(), self.exposed.clone());
        let address = random_address();
        let (gateway, settings) = (&self.gateway, &self.settings);
        Inner::attach(gateway, settings, &self.backlog, address, peer, exposed)
    }

    fn serve<N: Network>(
        &self,
        connection: Arc<Inner>,
        place: Place,
        accepted: Accepted<N::Reader, N::Writer>,
    ) {
        let unfinished = self.unfinished.clone();
        let listed = self.links.add(&connection);
        let held = self.gateway.hold();
        connection.close_if_stopped();
        spawn(&self.gateway, async move {
            let _kept = (place, listed, held);
            let Accepted { reader, writer, .. } = accepted;
            let greeting = connection.inbound.settings.frame_timeout;
            let why = session::run(&connection, &unfinished, greeting, reader, writer).await;
            connection.close(ErrorKind::NoRoute, &why);
            connection.end();
            // It keeps its place until what it has left behind is delivered, and takes no memory any more.
            connection.inbound.delivered().await;
        });
    }
}
