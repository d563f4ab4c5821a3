use std::future::Future;
use std::io;
use std::net::IpAddr;

use ockam_core::TransportType;
use tokio::io::{AsyncRead, AsyncWrite};

/// A network of byte streams: what is left to write for a transport.
///
/// Connections, framing, credit, reconnection and limits are the same on all of them. Tests put in a
/// simulated network.
pub trait Network: Send + Sync + 'static {
    /// The end that receives.
    type Reader: AsyncRead + Send + Unpin + 'static;
    /// The end that sends. It is closed by its shutdown.
    type Writer: AsyncWrite + Send + Unpin + 'static;
    /// What accepts streams.
    type Listener: Send + 'static;

    /// The type of the addresses that this network connects to.
    const ADDRESS_TYPE: TransportType;

    /// Opens a stream to an address.
    fn connect(
        &self,
        address: &str,
    ) -> impl Future<Output = io::Result<(Self::Reader, Self::Writer)>> + Send;

    /// Begins to accept streams at an address. Returns where, and whether only programs of the same
    /// machine can reach it.
    fn listen(
        &self,
        address: &str,
    ) -> impl Future<Output = io::Result<(Self::Listener, Bound)>> + Send;

    /// Accepts the next stream.
    fn accept(
        listener: &mut Self::Listener,
    ) -> impl Future<Output = io::Result<Accepted<Self::Reader, Self::Writer>>> + Send;

    /// Returns a random number, for delays that differ from node to node.
    fn random(&self) -> u64;
}

/// Where a listener is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bound {
    /// The address, with the port that it got.
    pub address: String,
    /// Whether only programs of the same machine can reach it.
    pub is_loopback: bool,
}

/// A stream that has been accepted.
#[derive(Debug)]
pub struct Accepted<R, W> {
    /// The end that receives.
    pub reader: R,
    /// The end that sends.
    pub writer: W,
    /// The peer's address, for the log.
    pub peer: String,
    /// The peer's machine, if the network tells machines apart.
    pub ip: Option<IpAddr>,
}
