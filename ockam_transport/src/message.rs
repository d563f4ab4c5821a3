//! What a frame holds: a message as the CBOR array that upstream Ockam 0.150 sends.
//!
//! ```text
//! [ onward route, return route, payload, tracing, extension ]
//!   └─ array of [type, bytes]   bytes    text     only between nodes of this framework
//! ```
//!
//! | what arrives | is |
//! |---|---|
//! | 3 or 4 elements, or 5 and more, of which those after the fifth are not looked at | read |
//! | arrays without a length, numbers that are longer than they have to be | read |
//! | no tracing, null, any text | read; more than [`MAX_TRACING`] bytes are dropped |
//! | empty routes, bytes behind the array | read |
//! | a map, an address as text, a type above 255, an array cut off | an error |
//! | more than [`MAX_HOPS`] addresses, or one of more than [`MAX_ADDRESS`] bytes | an error |
//! | an [`Extension`] of this version whose fields have other types or sizes | an error |
//!
//! # The extension
//!
//! Upstream ignores a fifth element, and so does this crate if it is not an extension: a map that
//! begins with key 0 and a version. Unknown versions are ignored as a whole, unknown keys one by
//! one, so that fields can be added. A node of upstream in the middle of a route takes it away.
//!
//! | key | value | meaning |
//! |---|---|---|
//! | 0 | number | the version, [`EXTENSION_VERSION`]; comes first |
//! | 1 | text | the stable name of the body's type |
//! | 2 | number | how many milliseconds the sender will still wait |
//! | 3 | `[kind, id, [text, …]]` | a message could not be delivered or handled: see [`Failure`] |
//! | 4 | `[[address, number], …]` | how many more messages a worker may be sent: see [`Grant`] |
//! | 5 | number | how many messages the sender of this has taken in from this stream |
//!
//! A node that forwards a message passes the fields on, with the deadline that is left. Grants and
//! acknowledgements are for the peer itself and go no further.
//!
//! A message is taken in when it is in a mailbox, waits before one that is full, goes on to another
//! node, or is refused. All frames with an onward route count, also those with a failure. The number
//! starts at 0 with each stream and never falls; of what it does not cover when the stream is lost,
//! the sender knows only that it may have arrived. A failure brings along a number that covers the
//! message that failed, unless one before it did.
//!
//! An extension without any field says that this node understands extensions. A frame with an empty
//! onward route is for the peer itself; upstream ignores it, so that it can carry grants and
//! acknowledgements and serve as a heartbeat. A failure is reported only where the message that failed had come with an
//! extension: then each node on the way back understands it, and none takes the report for an empty
//! message.
//!
//! # Examples
//!
//! ```
//! use ockam_core::route;
//! use ockam_transport::TransportMessage;
//!
//! let message = TransportMessage {
//!     onward: route!["echoer"],
//!     return_route: route!["app"],
//!     payload: b"\x05hello",
//!     tracing: None,
//!     extension: None,
//! };
//! let mut frame = Vec::new();
//! message.encode(&mut frame)?;
//! assert_eq!(TransportMessage::decode(&frame)?, message);
//! # Ok::<(), ockam_transport::message::Error>(())
//! ```

mod cbor;
mod encoder;
mod envelope;
mod error;
mod extension;
mod failure;
mod grant;
mod kind;
mod limits;
mod route;
mod transport_message;

pub(crate) use encoder::{Encoder, Label};
pub(crate) use envelope::Envelope;
pub use error::Error;
pub use extension::{EXTENSION_VERSION, Extension};
pub use failure::Failure;
pub use grant::Grant;
pub use limits::{
    MAX_ADDRESS, MAX_GRANTS, MAX_HOPS, MAX_NAME, MAX_NAMES, MAX_TRACING, MAX_UNKNOWN_DEPTH,
};
pub use transport_message::TransportMessage;
pub(crate) use transport_message::{Parts, append};
