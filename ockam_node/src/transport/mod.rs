//! What a transport needs of a node, and a node of a transport.
//!
//! ```text
//!  worker ─▶ router ─▶ Link::try_send ──▶ connection ─ ─ ▶ peer
//!  worker ◀─ Recipient::deliver ◀───────── connection ◀ ─ ─ peer
//! ```
//!
//! A connection is a [`Link`], attached to the node at an address that can be put into a route. The
//! node encodes a message once its next hop is a link, and decodes what arrives for a worker; the
//! transport sees bytes only.

mod gateway;
mod guards;
mod recipient;
mod remote_asker;

pub use crate::delivery::{Content, Delivery, Incoming, Link, Outgoing, Report, Transport};
pub use crate::send_error::SendError;
pub use gateway::Gateway;
pub use guards::{LinkGuard, NodeGuard};
pub use recipient::Recipient;
