use std::fmt;
use std::future::Future;
use std::io;
use std::net::IpAddr;

use ockam_core::{Address, Error, Identifier, TransportType};
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

    /// The type of the addresses that this network connects to, or `None` if nothing is dialled: each
    /// connection is asked for with a network of its own.
    const ADDRESS_TYPE: Option<TransportType>;

    /// Opens a stream to an address. An error that is made of a [`ConnectError`] keeps its kind.
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

    /// Returns what becomes of a lost connection after an attempt to make it again has failed.
    fn while_lost(&self, _peer: &str, _error: &Error) -> WhileLost {
        WhileLost::Wait
    }

    /// Tells whether the peer has ended its half of a stream, of which bytes may not have been read yet. A
    /// network that can't know it says no.
    fn has_ended(_reader: &Self::Reader) -> bool {
        false
    }

    /// Returns what is known of a stream beside its bytes.
    fn origin(_reader: &Self::Reader) -> Origin {
        Origin::default()
    }
}

/// What becomes of a connection that was lost, while it is tried to be made again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhileLost {
    /// Messages wait, until the patience of the settings is over.
    Wait,
    /// Messages fail at once with the error of the attempt: the network knows that nobody is there.
    Refuse,
    /// The connection is closed: the network knows that its peer does not come back.
    Close,
}

/// Why a network that is made of messages could not connect.
#[derive(Debug)]
pub struct ConnectError(pub Error);

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for ConnectError {}

impl From<ConnectError> for io::Error {
    fn from(error: ConnectError) -> Self {
        Self::other(error)
    }
}

/// What is known of a stream beside its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The identity that the peer has proved.
    pub identity: Option<Identifier>,
    /// The address of the connection that the stream goes through, if it is within another one.
    pub through: Option<Address>,
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
