//! The handshake of a secure channel, as two state machines without I/O.
//!
//! ```text
//!  Initiator::begin ── M1 ──▶ Responder::answer
//!                                │
//!     Initiator::finish ◀── M2 ──┘
//!        │  the responder's Proof is verified
//!        └────────────── M3 ──▶ AwaitingThird::finish
//!                                  the initiator's Proof is verified
//! ```
//!
//! Each step consumes its state, so that none can be done twice or left out. Whoever fails says nothing to
//! the peer: the error is for the log.

mod initiator;
pub(crate) mod proof;
mod protocol;
mod responder;
#[cfg(test)]
mod tests;

use ockam_core::Identifier;

use crate::data::{Opener, Sealer};
pub use initiator::Initiator;
pub use proof::{EXTENSION_VERSION, PeerProof};
pub use responder::{AwaitingThird, Responder};

/// The maximum number of bytes of a message of the handshake.
pub const MAX_HANDSHAKE_BYTES: usize = 65_535;

/// What a handshake ends with.
#[derive(Debug)]
pub struct Finished {
    /// The identity that the peer has proved.
    pub peer: Identifier,
    /// The version of our extension that both nodes know, or `None` if the peer is one of upstream.
    pub extension: Option<u64>,
    /// Seals what is sent.
    pub sealer: Sealer,
    /// Opens what is received.
    pub opener: Opener,
}
