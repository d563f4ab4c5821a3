//! The only place in this crate that asks for randomness.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// Returns a random number.
pub(crate) fn number() -> u64 {
    RandomState::new().build_hasher().finish()
}
