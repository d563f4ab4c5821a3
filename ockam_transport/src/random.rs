//! The only place in this crate that asks for randomness.

/// Hashes the keys of maps. Its seed is random, because peers choose many of the keys.
pub(crate) type HashSeed = foldhash::quality::RandomState;

/// Fills a buffer with random bytes that nobody can guess.
pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system has random bytes");
}
