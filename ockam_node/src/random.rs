//! The one place of this crate that asks for randomness.
//!
//! The names of reply addresses are random as well; `ockam_core` makes them, in a module of the same
//! name.

/// The seed of the hash maps whose keys peers may choose.
pub(crate) type HashState = foldhash::quality::RandomState;
