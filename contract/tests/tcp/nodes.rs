//! Connected nodes in one process.

use ockam::{
    Address, Addresses, Connection, Context, Listener, NodeBuilder, Result, TcpTransport,
    TransportSettings, TransportType,
};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;

use crate::log_lines;

/// A node that listens, and one that is connected to it.
pub(crate) struct Pair {
    pub(crate) server: Context,
    pub(crate) listener: Listener,
    pub(crate) client: Context,
    pub(crate) tcp: TcpTransport,
    pub(crate) connection: Connection,
}

/// The settings of the nodes of a [`Pair`].
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) server: NodeBuilder,
    pub(crate) server_tcp: TransportSettings,
    pub(crate) client: NodeBuilder,
    pub(crate) client_tcp: TransportSettings,
}

impl Setup {
    pub(crate) async fn start(self, exposed: impl Into<Addresses>) -> Result<Pair> {
        log_lines::record();
        let server = self.server.start().await?;
        let tcp = TcpTransport::with_settings(&server, self.server_tcp)?;
        let listener = tcp.listen("127.0.0.1:0", exposed).await?;
        let client = self.client.start().await?;
        let tcp = TcpTransport::with_settings(&client, self.client_tcp)?;
        let connection = tcp.connect(listener.local_address()).await?;
        Ok(Pair {
            server,
            listener,
            client,
            tcp,
            connection,
        })
    }
}

impl Pair {
    /// Stops both nodes, which must work at any time.
    pub(crate) async fn stop(self) -> Result<()> {
        soon(self.client.stop()).await?;
        soon(self.server.stop()).await
    }
}

/// Starts two connected nodes with the default settings.
pub(crate) async fn pair(exposed: impl Into<Addresses>) -> Result<Pair> {
    Setup::default().start(exposed).await
}

/// Starts a node that listens.
pub(crate) async fn listening(
    settings: TransportSettings,
    exposed: impl Into<Addresses>,
) -> Result<(Context, Listener)> {
    log_lines::record();
    let ctx = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::with_settings(&ctx, settings)?;
    let listener = tcp.listen("127.0.0.1:0", exposed).await?;
    Ok((ctx, listener))
}

/// Starts a node that can connect to others.
pub(crate) async fn connecting(settings: TransportSettings) -> Result<(Context, TcpTransport)> {
    log_lines::record();
    let ctx = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::with_settings(&ctx, settings)?;
    Ok((ctx, tcp))
}

/// Starts a node at the address of one that has stopped.
pub(crate) async fn listening_again(
    address: &str,
    exposed: impl Into<Addresses>,
) -> Result<Context> {
    let ctx = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&ctx)?;
    tcp.listen(address, exposed).await?;
    Ok(ctx)
}

/// Waits until a node has counted `count` lost messages, and not more.
pub(crate) async fn dead_letters(ctx: &Context, count: u64) {
    eventually("they are counted", || ctx.dead_letters() >= count).await;
    assert_eq!(ctx.dead_letters(), count);
}

/// Waits until a node has counted `count` messages that were denied, and not more.
pub(crate) async fn denied(ctx: &Context, count: u64) {
    eventually("they are counted", || ctx.denied() >= count).await;
    assert_eq!((ctx.denied(), ctx.dead_letters()), (count, 0));
}

/// Returns the address of a host and port, for a route.
pub(crate) fn tcp_address(place: &str) -> Address {
    Address::new(TransportType::TCP, place)
}
