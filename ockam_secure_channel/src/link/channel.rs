use std::fmt;

use ockam_core::{Address, Addresses, Identifier};
use ockam_transport::{Connection, DropGuard};

/// A secure channel to another node, which [`SecureChannels::connect`](super::SecureChannels::connect) has made.
///
/// It stands for the other node in a route: `route![&channel, "echoer"]`. What goes through it is sealed from
/// here to there, whatever is in between. When it is lost, it is made again, with the same identity at its other
/// end and at the same address; what was under way then ends with `OutcomeUnknown`.
///
/// The channel stays open when this value is dropped, until it is [closed](Self::close) or the node stops.
#[derive(Clone)]
pub struct SecureChannel {
    connection: Connection,
    peer: Identifier,
}

impl SecureChannel {
    pub(super) fn new(connection: Connection, peer: Identifier) -> Self {
        Self { connection, peer }
    }

    /// Returns the address that stands for the other node in a route.
    pub fn address(&self) -> &Address {
        self.connection.address()
    }

    /// Returns the identity at the other end, which has been proved.
    pub fn peer(&self) -> Identifier {
        self.peer
    }

    /// Lets the peer send to `addresses`, through this channel.
    ///
    /// Without this, the peer can only answer what it was sent.
    pub fn expose(&self, addresses: impl Into<Addresses>) {
        self.connection.expose(addresses);
    }

    /// Stops the peer from sending to `addresses`, which were [exposed](Self::expose).
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        self.connection.conceal(addresses);
    }

    /// Sends what is queued, and closes the channel, as [`Connection::close`] does.
    ///
    /// # Cancel safety
    ///
    /// The channel is also closed if this future is dropped.
    pub async fn close(&self) {
        self.connection.close().await;
    }

    /// Waits until the channel is closed.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if this future is dropped.
    pub async fn closed(&self) {
        self.connection.closed().await;
    }

    /// Returns a guard that closes the channel when it is dropped.
    pub fn drop_guard(self) -> DropGuard<Connection> {
        self.connection.drop_guard()
    }
}

impl From<&SecureChannel> for Address {
    fn from(channel: &SecureChannel) -> Self {
        channel.address().clone()
    }
}

impl From<SecureChannel> for Address {
    fn from(channel: SecureChannel) -> Self {
        channel.address().clone()
    }
}

impl fmt::Debug for SecureChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureChannel")
            .field("address", self.address())
            .field("peer", &self.peer)
            .finish()
    }
}
