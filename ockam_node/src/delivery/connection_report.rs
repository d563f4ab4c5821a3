use std::fmt;

use ockam_core::Address;
use serde::{Serialize, Serializer};

/// What is known of a connection to another node.
///
/// The figures are read without a lock that a message waits for. So they are not all of the same moment.
///
/// # Examples
///
/// ```
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// for connection in ctx.inspect().connections {
///     println!("{} {}", connection.peer, connection.state);
/// }
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct ConnectionReport {
    /// The address of the connection on this node.
    #[serde(serialize_with = "as_text")]
    pub address: Address,
    /// The address of the other node, for people.
    pub peer: String,
    /// Whether the other node can be reached now.
    pub state: ConnectionState,
    /// About how many bytes of messages wait to be sent, to within 4 KiB.
    pub queued_bytes: usize,
    /// How many messages have been sent, and not yet been acknowledged. The peer acknowledges within 50 ms what
    /// it has taken in. It is 0 if the peer is a node of upstream, which acknowledges nothing.
    pub in_flight: u64,
    /// How many questions to the peer have no answer yet.
    pub open_asks: usize,
    /// For how many workers of the peer messages wait until the peer has room for more.
    pub without_credit: usize,
}

/// Whether the other end of a connection can be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConnectionState {
    /// There is a stream to the peer.
    Connected,
    /// The stream was lost, and another one is tried to be made.
    Lost,
    /// The connection has ended.
    Closed,
}

impl ConnectionReport {
    /// Creates the report of a connection on which nothing is under way. This is for transports.
    pub fn new(address: Address, peer: String, state: ConnectionState) -> Self {
        Self {
            address,
            peer,
            state,
            queued_bytes: 0,
            in_flight: 0,
            open_asks: 0,
            without_credit: 0,
        }
    }

    /// Returns the row of a table.
    pub(crate) fn row(&self) -> [String; 7] {
        [
            self.address.to_string(),
            self.peer.clone(),
            self.state.to_string(),
            self.queued_bytes.to_string(),
            self.in_flight.to_string(),
            self.open_asks.to_string(),
            self.without_credit.to_string(),
        ]
    }
}

impl fmt::Display for ConnectionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connected => "connected",
            Self::Lost => "lost",
            Self::Closed => "closed",
        })
    }
}

/// An address as people read it. In serde's data model, it is a number and bytes.
pub(crate) fn as_text<S: Serializer>(address: &Address, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(address)
}
