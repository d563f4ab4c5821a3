//! Random seeds. No other module of this crate uses randomness.
//!
//! `ockam_core` creates the random names of reply addresses, in a module of the same name.

use std::hash::BuildHasher;

/// The hash state of the maps whose keys peers can choose. Each map has a random seed.
#[cfg(not(feature = "test-util"))]
pub(crate) type HashState = foldhash::quality::RandomState;

#[cfg(feature = "test-util")]
pub use seedable::HashState;

#[cfg(feature = "test-util")]
mod seedable {
    use std::hash::BuildHasher;

    use foldhash::SharedSeed;
    use foldhash::quality::{FoldHasher, SeedableRandomState};
    use ockam_core::random;

    /// The hash state of the maps whose keys peers can choose. Each map has a random seed, which the seed of
    /// a test decides.
    #[derive(Clone, Debug)]
    pub struct HashState(SeedableRandomState);

    impl Default for HashState {
        fn default() -> Self {
            if !random::is_seeded() {
                return Self(SeedableRandomState::random());
            }
            let mut seed = [0; 8];
            random::fill(&mut seed);
            let (own, shared) = (u64::from_le_bytes(seed), SharedSeed::global_fixed());
            Self(SeedableRandomState::with_seed(own, shared))
        }
    }

    impl BuildHasher for HashState {
        type Hasher = FoldHasher<'static>;

        fn build_hasher(&self) -> FoldHasher<'static> {
            self.0.build_hasher()
        }
    }
}

/// Returns a random number. It can be guessed.
pub(crate) fn number() -> u64 {
    HashState::default().hash_one(0)
}

/// Returns a random number from 0 up to 1, for delays. It can be guessed.
pub(crate) fn fraction() -> f64 {
    let bits = number() >> 32;
    bits as f64 / f64::from(u32::MAX)
}
