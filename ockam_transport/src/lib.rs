//! What every transport of the ockam framework shares: bytes, without I/O.
//!
//! ```text
//!   a worker's message
//!        │  body      encode_body / decode_body: BARE, or raw bytes
//!        ▼
//!   TransportMessage  message: CBOR with the routes, the trace context and the extension
//!        │
//!        ▼
//!   frame::append / frame::Decoder      a length in front, for transports that are streams
//! ```
//!
//! The bytes are those of upstream Ockam 0.150, so that its nodes and those of this framework talk
//! to each other; what only the latter tell each other travels where upstream does not look (see
//! [`message`]). Whatever is read has come from a peer: each module states what it refuses, and
//! the memory and time that reading takes are bounded by the bytes that have arrived.
//!
//! Transports are built on this crate, as TCP is; programs depend on the facade crate `ockam`.
//!
//! # Examples
//!
//! ```
//! use ockam_core::route;
//! use ockam_transport::frame::{self, Decoder, Event, VERSION};
//! use ockam_transport::{TransportMessage, decode_body, encode_body};
//!
//! // The sender.
//! let mut body = Vec::new();
//! encode_body(&"Hello Ockam!".to_string(), &mut body)?;
//! let message = TransportMessage {
//!     onward: route!["echoer"],
//!     return_route: route!["app"],
//!     payload: &body,
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
//!     let message = TransportMessage::decode(frame)?;
//!     assert_eq!(message.onward, route!["echoer"]);
//!     assert_eq!(decode_body::<String>(message.payload)?, "Hello Ockam!");
//! }
//! # Ok::<(), ockam_core::Error>(())
//! ```

mod admitted;
mod connection;
mod connector;
pub mod frame;
mod links;
mod listener;
pub mod message;
mod name;
mod network;
mod session;
mod settings;
mod transport;

pub use connection::Connection;
pub use listener::Listener;
pub use message::{Extension, Failure, Grant, TransportMessage};
pub use network::{Accepted, Bound, Network};
pub use settings::TransportSettings;
pub use transport::StreamTransport;
