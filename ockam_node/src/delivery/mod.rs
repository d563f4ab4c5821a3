//! Delivery of a message on a node: from a route to a mailbox, or to a link to another node.
//!
//! ```text
//!  Router ──▶ Registry ──▶ Destination ─┬─ Mailbox ──▶ Endpoint { Registration, Mailbox, Signals }
//!     │          ▲                      └─ Link ─────▶ LinkEndpoint { Registration, Link }
//!     ├─ AddressCache, per thread
//!     └─ Transports, which dial
//! ```
//!
//! Every send that finds no room waits in [`wait`].

mod access;
mod address_cache;
mod any_endpoint;
mod connection_report;
mod destination;
mod endpoint;
mod extras;
mod group;
mod hashed_address;
mod incoming;
mod link;
mod node_name;
mod nothing;
mod outgoing;
mod push;
mod registration;
mod registry;
mod router;
mod supervision;
mod target;
mod transports;
mod wait;
mod watchers;

pub use access::{Access, Allow, Subject};
pub(crate) use access::{Admissions, Admit, Guard, GuardedEndpoint, Resolve, allows};
pub(crate) use any_endpoint::AnyEndpoint;
pub(crate) use connection_report::as_text;
pub use connection_report::{ConnectionReport, ConnectionState};
pub(crate) use destination::{Destination, MailboxEntry};
pub(crate) use endpoint::Endpoint;
pub(crate) use extras::Extras;
pub use group::Delivery;
pub(crate) use group::GroupEndpoint;
pub use incoming::{DeliveredBatch, Incoming, Weigh};
pub(crate) use link::LinkEndpoint;
pub use link::{Content, Credits, Link, OfStream, Outgoing, Report, Transport};
pub(crate) use outgoing::encode_and_send;
pub(crate) use registration::{Registration, Role};
pub(crate) use registry::Registry;
pub(crate) use router::Router;
pub(crate) use supervision::Supervision;
pub(crate) use target::Target;
pub(crate) use wait::{Waiting, admitted, aim_at, send_incoming_when_room, send_when_room};
pub(crate) use watchers::Owned;
pub use watchers::Watch;
