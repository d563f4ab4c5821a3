//! Random seeds. No other module of this crate uses randomness.
//!
//! `ockam_core` creates the random names of reply addresses, in a module of the same name.

/// The hash state of the maps whose keys peers can choose. Each map has a random seed.
pub(crate) type HashState = foldhash::quality::RandomState;
