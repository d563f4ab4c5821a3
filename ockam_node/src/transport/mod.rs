//! The interface between a node and its transports.
//!
//! ```text
//!  worker ─▶ router ─▶ Link::try_send ──▶ connection ─ ─ ▶ peer
//!  worker ◀─ Recipient::deliver ◀───────── connection ◀ ─ ─ peer
//! ```
//!
//! A connection is a [`Link`], which is attached to the node at an address that a route can contain.
//! The node encodes a message when its next address is that of a link, and decodes it when it has
//! arrived for a worker. The transport sees only bytes.

mod gateway;
mod guards;
mod link_sender;
mod monitored;
mod recipient;
mod remote_asker;

pub use crate::delivery::{
    Content, Credits, DeliveredBatch, Incoming, Link, OfStream, Outgoing, Report, Transport, Watch,
    Weigh,
};
#[cfg(feature = "test-util")]
pub use crate::random::HashState;
pub use crate::send_error::SendError;
pub use gateway::Gateway;
pub use guards::{AddressGuard, LinkGuard, NodeGuard};
pub use monitored::Watched;
pub use recipient::Recipient;
