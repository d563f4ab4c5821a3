//! The only place in this crate that asks for randomness.

/// Hashes the keys of maps. Its seed is random, because peers choose many of the keys.
#[cfg(not(feature = "test-util"))]
pub(crate) type HashSeed = foldhash::quality::RandomState;
#[cfg(feature = "test-util")]
pub(crate) use ockam_node::transport::HashState as HashSeed;

/// Fills a buffer with random bytes that nobody can guess.
pub(crate) fn fill(bytes: &mut [u8]) {
    ockam_core::random::fill(bytes);
}
