//! Secure channels of a node: connections whose stream is sealed frames, sent as messages along a route.
//!
//! ```text
//!  worker ─▶ connection ─ stream ─▶ Writer ─ seal ─▶ message along a route ─ ─ ▶ the peer's inlet
//!  worker ◀─ connection ◀─ stream ─ Reader ◀─ open ─ inlet ◀─ ─ ─ message of the peer
//! ```
//!
//! The connection is that of `ockam_transport`, with its credit, asks, failures, exposure and reconnection: to
//! it, a channel is one more [`Network`](ockam_transport::Network) of byte streams.
//!
//! | file | what |
//! |---|---|
//! | `channels` | [`SecureChannels`]: what a program listens and connects with |
//! | `channel`, `listener` | one channel, and a place where others open some |
//! | `trust` | who is trusted |
//! | `options` | what all channels of an identity have in common |
//! | `network` | opening and accepting streams |
//! | `dial`, `responder` | both sides of the handshake, over a route |
//! | `listening`, `half_open` | the worker that takes the first messages of handshakes, and how many there may be |
//! | `inlet` | the address at which the peer's messages arrive |
//! | `reader`, `writer`, `record` | what is in the sealed frames between nodes of this framework |
//! | `padding` | how long they are made |
//! | `upstream` | what is in them if the peer is a node of upstream |

mod channel;
mod channels;
mod clock;
mod dial;
mod half_open;
mod inlet;
mod listener;
mod listening;
mod network;
mod options;
mod padding;
mod reader;
mod record;
mod responder;
#[cfg(test)]
mod tests;
mod trust;
mod upstream;
mod writer;

pub use channel::SecureChannel;
pub use channels::SecureChannels;
pub use listener::SecureListener;
pub use trust::Trust;
