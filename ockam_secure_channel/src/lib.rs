//! Secure channels: two workers on two machines trust neither the network nor the nodes between them.
//!
//! | what | where | I/O |
//! |---|---|---|
//! | both sides of the handshake, and who the peer is | [`handshake`] | none |
//! | frames that are sealed and opened, and the renewal of keys | [`data`] | none |
//! | channels over the routes of a node, with the feature `link` | `link` | messages of the node |
//!
//! The protocol is that of upstream Ockam 0.150: Noise XX with X25519, AES-256-GCM and SHA-256, under a
//! name of its own, with the two keys at its end the other way round.

pub mod data;
pub mod handshake;
#[cfg(feature = "link")]
pub mod link;
mod noise;
