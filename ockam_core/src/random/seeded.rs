//! Random numbers that a seed repeats, on the thread of a test.

use std::cell::RefCell;

thread_local! {
    static SEEDED: RefCell<Option<Numbers>> = const { RefCell::new(None) };
}

/// A source of random numbers that a seed repeats (splitmix64). They can be guessed.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Returns a number below `end`, or 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }
}

/// Returns the numbers of a seed, of which those for another use are different.
pub fn numbers(seed: u64, usage: u64) -> Numbers {
    let mut numbers = Numbers(seed ^ usage.rotate_left(32));
    Numbers(numbers.number())
}

/// Lets a seed decide what is random on the calling thread, until this is dropped.
#[derive(Debug)]
#[must_use = "a seed decides until this is dropped"]
pub struct Seeded(Option<Numbers>);

impl Seeded {
    /// Begins.
    pub fn begin(seed: u64) -> Self {
        Self(SEEDED.replace(Some(numbers(seed, 1))))
    }
}

impl Drop for Seeded {
    fn drop(&mut self) {
        SEEDED.set(self.0.take());
    }
}

/// Returns whether a seed decides what is random on this thread.
pub fn is_seeded() -> bool {
    SEEDED.with_borrow(Option::is_some)
}

/// Fills a buffer, if a seed decides.
pub(super) fn fill(bytes: &mut [u8]) -> bool {
    SEEDED.with_borrow_mut(|seeded| {
        let Some(numbers) = seeded else {
            return false;
        };
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&numbers.number().to_le_bytes()[..chunk.len()]);
        }
        true
    })
}

#[cfg(test)]
mod tests {
    use super::super::{fill, random_name};
    use super::*;

    #[test]
    fn a_seed_repeats_what_is_random() {
        let some = |seed| {
            let _seeded = Seeded::begin(seed);
            let mut bytes = [0; 21];
            fill(&mut bytes);
            (bytes, random_name())
        };
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
        assert!(!is_seeded());
        assert_ne!(random_name(), random_name());
    }
}
