//! What a channel seals and opens, and how its keys are renewed. Without I/O.
//!
//! ```text
//! frame: number of the frame, 8 bytes, big endian | ciphertext | tag, 16 bytes
//! ```
//!
//! The numbers begin at 0 and rise by one. A key seals 32 frames, and is replaced by the next one, from
//! which it can't be computed.

mod opener;
mod sealer;
#[cfg(test)]
mod tests;

pub use opener::{MAX_SKIPPED_FRAMES, OpenError, Opened, Opener};
pub use sealer::Sealer;

/// The number of bytes in front of what is sealed.
pub const NUMBER_BYTES: usize = 8;

/// The number of bytes behind what is sealed.
pub const TAG_BYTES: usize = crate::noise::TAG_BYTES;

/// How many frames a key seals.
const FRAMES_OF_A_KEY: u64 = 32;

/// The number that no frame has: it is the one of a rekeying.
const END: u64 = u64::MAX;
