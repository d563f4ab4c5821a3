//! Frames, connections and listeners: what all transports of the ockam framework share.
//!
//! ```text
//!  a worker's message ─▶ router ─▶ connection ── frames ──▶ session ──▶ stream ─ ─ ▶ peer
//!                                   │ credit, answers          │ write, read, pulse
//!  a mailbox ◀── router ◀───────────┘ ◀──────── frames ────────┘ ◀─ ─ ─ stream ◀─ ─ ─ peer
//! ```
//!
//! | what | where | I/O |
//! |---|---|---|
//! | the length in front of a message, and the greeting | [`frame`] | none |
//! | the CBOR of a message | [`message`] | none |
//! | what is under way, who may answer, credit, acknowledgements | `accounts` | none |
//! | what is queued, what is delivered, what the peer may send to | `connection` | none |
//! | one stream, from its greeting to its end | `session` | a stream |
//! | connecting again | `connector` | a network |
//! | accepting | `accepting`, `listener`, `admitted` | a network |
//! | what all connections, and those of one IP address, may hold | `quota`, `quotas` | none |
//! | tasks, the clock, randomness: the only places that ask for them | `spawn`, `clock`, `random` | none |
//!
//! The bytes are those of upstream Ockam 0.150, so that its nodes and those of this framework can
//! talk to each other. What only nodes of this framework tell each other travels where upstream does
//! not look (see [`message`]). Everything that is read has come from a peer: each module states what
//! it refuses, and the memory and time that reading takes are bounded by the bytes that have arrived.
//!
//! A transport is a [`Network`], which opens and accepts streams, in a [`StreamTransport`]. Programs
//! depend on the facade crate `ockam`, which has one for TCP.
//!
//! # Examples
//!
//! What goes over the stream:
//!
//! ```
//! use ockam_core::route;
//! use ockam_transport::TransportMessage;
//! use ockam_transport::frame::{self, Decoder, Event, VERSION};
//!
//! // The sender.
//! let message = TransportMessage {
//!     onward: route!["echoer"],
//!     return_route: route!["app"],
//!     payload: b"\x0cHello Ockam!",
//!     ..TransportMessage::default()
//! };
//! let mut stream = vec![VERSION];
//! frame::append::<ockam_core::Error>(&mut stream, |frame| Ok(message.encode(frame)?))?;
//!
//! // The receiver.
//! let mut decoder = Decoder::new();
//! decoder.feed(&stream);
//! assert_eq!(decoder.next_event()?, Some(Event::Version));
//! if let Some(Event::Frame(frame)) = decoder.next_event()? {
//!     assert_eq!(TransportMessage::decode(frame)?, message);
//! }
//! # Ok::<(), ockam_core::Error>(())
//! ```

mod accepting;
mod accounts;
mod admitted;
mod clock;
mod connection;
mod connector;
mod drop_guard;
pub mod frame;
mod links;
mod listener;
mod lock;
mod log;
pub mod message;
mod name;
mod network;
mod quota;
mod quotas;
mod random;
mod retry;
mod session;
mod settings;
#[cfg(feature = "test-util")]
mod simulated;
mod spawn;
mod sync;
mod transport;

pub use connection::Connection;
pub use drop_guard::DropGuard;
pub use listener::Listener;
pub use message::{Extension, Failure, Grant, TransportMessage};
pub use name::random_address;
pub use network::{Accepted, Bound, ConnectError, Network, Origin, WhileLost};
pub use ockam_node::ConnectionState;
pub use settings::TransportSettings;
#[cfg(feature = "test-util")]
pub use simulated::SimulatedNetwork;
#[doc(hidden)]
pub use spawn::on_node;
pub use transport::StreamTransport;
