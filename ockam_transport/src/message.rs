//! Messages as the CBOR arrays that upstream Ockam 0.150 exchanges. A frame holds one.
//!
//! ```text
//! [ onward route, return route, payload, tracing, extension ]
//!   └─ array of [type, bytes]   bytes    text     only between nodes of this framework
//! ```
//!
//! | in a frame | result |
//! |---|---|
//! | 3 or 4 elements | read |
//! | 5 and more elements | read; those after the fifth are not looked at |
//! | arrays of indefinite length, integers in more bytes than necessary | read |
//! | no tracing, null, any text | read; more than [`MAX_TRACING`] bytes are dropped |
//! | empty routes, bytes behind the array | read |
//! | a map, an address as text, a type above 255, an array cut off | an error |
//! | more than [`MAX_HOPS`] addresses, or one of more than [`MAX_ADDRESS`] bytes | an error |
//! | an [`Extension`] of this version whose fields have other types or sizes | an error |
//!
//! # The extension
//!
//! Upstream ignores a fifth element. So does this crate if it is not an extension, which is a map that
//! begins with key 0 and a version. Unknown keys of any type are ignored, so that fields can be added. A
//! node of upstream in the middle of a route drops the extension.
//!
//! | version | what it adds |
//! |---|---|
//! | 1 | keys 1 to 4: type names, deadlines, failures, and credit, without which a node sends no more than a window to a worker |
//! | 2 | key 5: a node acknowledges what it takes in, and its peer sends no more than 65,536 messages that are not acknowledged |
//! | 3 | key 6 instead of key 4: credit is in bytes of frames as well. A worker may be sent messages until it is 1,024 messages or 4 MiB behind, the last message included. Bytes are granted when messages have been handled, and messages when they have been taken in |
//! | 4 | key 7: the shape of the body's type, 10 bytes for each message. The receiver refuses another one, where it compared only the name before |
//! | 5 | key 8: a node tells its peer that nobody waits any more for the answer to a question; keys 9 to 11: answers of many parts |
//! | 6 | keys 12 and 13: workers are monitored over a connection; key 14: several parts of an answer in one frame |
//!
//! A version keeps all fields of the one before it. So a node reads every version, and writes the highest
//! one that both nodes know; before it has heard of its peer, the highest one that it knows itself. Of a
//! version that it doesn't know, it takes the fields that it understands.
//!
//! | key | value | meaning |
//! |---|---|---|
//! | 0 | number | the version, [`EXTENSION_VERSION`]; comes first |
//! | 1 | text | the stable name of the body's type |
//! | 2 | number | the milliseconds that the sender will still wait |
//! | 3 | `[kind, id, [text, …]]` | a message could not be delivered or handled: see [`Failure`] |
//! | 4 | `[[address, number], …]` | credit to send more messages to workers: see [`Grant`] |
//! | 5 | number | the number of messages that the sender of this has taken in from the stream |
//! | 6 | `[[address, messages, bytes], …]` | since version 3, instead of key 4: credit in messages and bytes |
//! | 7 | number | the [fingerprint](ockam_body::Shape::fingerprint) of the body's type |
//! | 8 | number | since version 5: nobody waits any more for the answer to the question whose return route this frame has: see [`Cancelled`] |
//! | 9 | number | since version 5: the message is the part with this number, from 1 on, of an answer that goes on |
//! | 10 | number | since version 5: the message is the end of an answer that goes on, behind so many parts |
//! | 11 | `[[address, parts, bytes], …]` | since version 5: credit to send more parts to askers; none if nobody reads them any more |
//! | 12 | `[number, address]` or `[number]` | since version 6: the sender of this begins to monitor the worker at an address, or ends this: see [`Monitoring`] |
//! | 13 | `[number, news, worker, incarnation, next]` | since version 6: what has become of a worker that the peer monitors: see [`Monitored`] |
//! | 14 | number | since version 6, with key 9: the payload holds so many parts, 2 to 256, each behind its length in four bytes, little-endian; key 9 is the number of the first one |
//!
//! Nobody waits any more for the answer to a question (key 8), or reads its parts (key 11 with no parts): these are
//! two reports. The first may be left out where there is no room, since the time of the question ends as well. The
//! second has to come, since parts have no time limit, so it is owed to the peer as credit is.
//!
//! A node that forwards a message passes the fields on, with the deadline that is left. Grants and
//! acknowledgements are not passed on: they are for the peer itself.
//!
//! A node has taken a message in when the message is in a mailbox, waits for room in one, has been
//! forwarded, or has been refused. Every frame with an onward route counts, including failures. The
//! number starts at 0 for each stream and never falls. If the stream is lost, the sender knows only of
//! messages above the last number that they may have arrived. A failure carries a number that covers the
//! message that failed, unless an earlier frame did.
//!
//! An answer whose type has the name `ockam::stream` goes on. It goes to the asker as every answer does, and then
//! its parts do, by the same route, as far as there is credit: each takes one part and the bytes of its body, and
//! may be sent while some of both is left. There is none until the asker has granted some. Behind the parts
//! comes the end, or a failure. The asker cancels by a grant of nothing. A node on the way passes parts,
//! credit and ends on. What was under way ends with the stream.
//!
//! A monitor is made anew on each stream, as soon as the peer has greeted, and is confirmed at once. So the node that
//! monitors learns by the numbers of the worker and its incarnation what has happened while there was no stream. To a
//! peer, a worker that it may not reach is unknown.
//!
//! An empty extension says that this node understands extensions. A frame with an empty onward route is
//! for the peer itself. Upstream ignores it, so it can carry grants and acknowledgements and serve as a
//! heartbeat.
//!
//! The milliseconds of key 2 count from the arrival of the frame, since no two clocks are the same. A node
//! believes no more than 10 minutes, or what it waits for answers itself. With 0, the time is over. Key 8 is
//! sent once at most for each question, by the node that has sent it, over the same connection. A node that has
//! forwarded the question passes this on.
//!
//! A failure is reported only if the message that failed had an extension. Then every node on the way
//! back understands extensions, and none takes the report for an empty message.
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

mod cancelled;
mod cbor;
mod encoder;
mod envelope;
mod error;
mod extension;
mod failure;
mod grant;
mod kind;
mod limits;
mod monitoring;
mod route;
mod transport_message;

pub use cancelled::Cancelled;
pub(crate) use encoder::{Encoder, Label};
pub(crate) use envelope::Envelope;
pub use error::Error;
pub(crate) use extension::{BUNDLES_SINCE, MONITORS_SINCE, STREAMS_SINCE, WEIGHS_SINCE};
pub use extension::{EXTENSION_VERSION, Extension};
pub use failure::Failure;
pub use grant::Grant;
pub use limits::{
    MAX_ADDRESS, MAX_GRANTS, MAX_HOPS, MAX_NAME, MAX_NAMES, MAX_TRACING, MAX_UNKNOWN_DEPTH,
};
pub use monitoring::{Monitored, Monitoring, News};
pub use transport_message::TransportMessage;
pub(crate) use transport_message::{Parts, append};
