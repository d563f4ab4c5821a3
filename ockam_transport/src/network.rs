use std::future::Future;
use std::io;
use std::net::IpAddr;

use ockam_core::TransportType;
use tokio::io::{AsyncRead, AsyncWrite};

/// A network of byte streams.
///
/// It is all that a transport has to implement. Connections, framing, credit, reconnection and limits
/// are the same on all networks. Tests use a simulated one.
pub trait Network: Send + Sync + 'static {
    /// The half of a stream that receives.
    type Reader: AsyncRead + Send + Unpin + 'static;
    /// The half of a stream that sends. Shutting it down closes it.
    type Writer: AsyncWrite + Send + Unpin + 'static;
    /// Accepts streams.
    type Listener: Send + 'static;

    /// The type of the addresses that this network connects to.
    const ADDRESS_TYPE: TransportType;

    /// Opens a stream to an address.
    fn connect(
        &self,
        address: &str,
    ) -> impl Future<Output = io::Result<(Self::Reader, Self::Writer)>> + Send;

    /// Starts to listen at an address.
    fn listen(
        &self,
        address: &str,
    ) -> impl Future<Output = io::Result<(Self::Listener, Bound)>> + Send;

    /// Accepts the next stream.
    fn accept(
        listener: &mut Self::Listener,
    ) -> impl Future<Output = io::Result<Accepted<Self::Reader, Self::Writer>>> + Send;

    /// Returns a random number. It makes pauses differ from node to node.
    fn random(&self) -> u64;
}

/// The address of a listener.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bound {
    /// The address, with the actual port.
    pub address: String,
    /// Whether only programs on the same machine can reach it.
    pub is_loopback: bool,
}

/// A stream that has been accepted.
#[derive(Debug)]
pub struct Accepted<R, W> {
    /// The half that receives.
    pub reader: R,
    /// The half that sends.
    pub writer: W,
    /// The peer's address, for the log.
    pub peer: String,
    /// The IP address of the peer, if the network has them.
    pub ip: Option<IpAddr>,
}
