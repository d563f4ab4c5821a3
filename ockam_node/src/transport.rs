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

mod asker;
mod gateway;
mod incoming;
mod link;
mod outgoing;
mod recipient;
mod registered;

pub use crate::notify::Notify;
pub use gateway::{Attached, Gateway, Held};
pub use incoming::{Delivery, Incoming, Undelivered};
pub use link::{Content, Link, Parcel, Report, Transport, Unsent};
pub(crate) use outgoing::{Attachment, send_out, trace_of};
pub use recipient::Recipient;
pub(crate) use registered::Transports;
