//! Alice and Bob, each with a node and an identity.

use std::time::Duration;

use ockam::{
    Addresses, Connection, Context, Identity, NodeBuilder, Result, Route, SecureChannel,
    SecureChannels, SecureListener, TcpTransport, TransportSettings, Trust, route,
};
use ockam_contract::pace::soon;

/// A node with an identity.
pub(crate) struct Party {
    pub(crate) ctx: Context,
    pub(crate) identity: Identity,
    pub(crate) channels: SecureChannels,
    pub(crate) tcp: TcpTransport,
}

impl Party {
    pub(crate) async fn start() -> Result<Self> {
        Self::with_settings(TransportSettings::new()).await
    }

    pub(crate) async fn with_settings(settings: TransportSettings) -> Result<Self> {
        let ctx = NodeBuilder::new().start().await?;
        let identity = Identity::create().await?;
        let channels = SecureChannels::with_settings(&ctx, identity.clone(), settings.clone())?;
        let tcp = TcpTransport::with_settings(&ctx, settings)?;
        Ok(Self {
            ctx,
            identity,
            channels,
            tcp,
        })
    }

    /// Listens for channels at `secure`, and for TCP connections, which reach nothing else.
    pub(crate) async fn listen(
        &self,
        exposed: impl Into<Addresses>,
    ) -> Result<(SecureListener, String)> {
        let listener = self
            .channels
            .listen("secure", Trust::anyone(), exposed)
            .await?;
        let tcp = self.tcp.listen("127.0.0.1:0", "secure").await?;
        Ok((listener, tcp.local_address().to_owned()))
    }

    pub(crate) async fn connect(
        &self,
        route: impl Into<Route>,
        to: &Party,
    ) -> Result<SecureChannel> {
        let trust = Trust::only(to.identity.identifier());
        soon(self.channels.connect(route, trust)).await
    }

    pub(crate) async fn stop(self) -> Result<()> {
        soon(self.ctx.stop()).await
    }
}

/// Alice, and Bob whom she has a channel to.
pub(crate) struct Pair {
    pub(crate) alice: Party,
    pub(crate) bob: Party,
    pub(crate) listener: SecureListener,
    pub(crate) connection: Connection,
    pub(crate) channel: SecureChannel,
}

impl Pair {
    pub(crate) async fn stop(self) -> Result<()> {
        self.alice.stop().await?;
        self.bob.stop().await
    }
}

/// Connects Alice with Bob, who exposes some addresses through channels.
pub(crate) async fn pair(exposed: impl Into<Addresses>) -> Result<Pair> {
    pair_with(TransportSettings::new(), exposed).await
}

pub(crate) async fn pair_with(
    settings: TransportSettings,
    exposed: impl Into<Addresses>,
) -> Result<Pair> {
    let bob = Party::with_settings(settings.clone()).await?;
    let (listener, address) = bob.listen(exposed).await?;
    let alice = Party::with_settings(settings).await?;
    let connection = soon(alice.tcp.connect(&address)).await?;
    let channel = alice.connect(route![&connection, "secure"], &bob).await?;
    Ok(Pair {
        alice,
        bob,
        listener,
        connection,
        channel,
    })
}

/// Settings with which a lost connection is noticed, and made again, soon.
pub(crate) fn quick() -> TransportSettings {
    TransportSettings::new()
        .heartbeat(Duration::from_millis(200))
        .idle_timeout(Duration::from_secs(2))
        .max_backoff(Duration::from_millis(200))
}
