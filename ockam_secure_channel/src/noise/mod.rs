//! The part of the Noise protocol that secure channels use: the pattern XX with X25519, AES-256-GCM and
//! SHA-256.
//!
//! ```text
//!  initiator                                       responder
//!     │ ── M1: e ─────────────────────────────────▶ │
//!     │ ◀─ M2: e, ee, s, es, payload ────────────── │
//!     │ ── M3: s, se, payload ────────────────────▶ │
//! ```
//!
//! Nothing here knows identities, or what a payload means.

mod cipher;
mod ephemeral;
mod stack;
mod symmetric;

pub(crate) use cipher::{Cipher, TAG_BYTES};
pub(crate) use ephemeral::Ephemeral;
pub(crate) use symmetric::{SplitKeys, SymmetricState};
