//! Random bytes and names. No other module of this crate uses randomness.

#[cfg(feature = "test-util")]
mod seeded;

use std::cell::RefCell;

#[cfg(feature = "test-util")]
pub use seeded::{Numbers, Seeded, is_seeded, numbers};

/// The number of random bytes in a name.
const NAME_BYTES: usize = 16;
/// The number of names for which random bytes are fetched from the operating system at once.
const NAMES_PER_FILL: usize = 32;

thread_local! {
    static RANDOM: RefCell<Random> = const { RefCell::new(Random::new()) };
}

/// A buffer of random bytes. Each byte is used once.
struct Random {
    bytes: [u8; NAMES_PER_FILL * NAME_BYTES],
    used: usize,
}

impl Random {
    const fn new() -> Self {
        let bytes = [0; NAMES_PER_FILL * NAME_BYTES];
        let used = bytes.len();
        Self { bytes, used }
    }

    fn next(&mut self) -> [u8; NAME_BYTES] {
        let mut next = [0; NAME_BYTES];
        #[cfg(feature = "test-util")]
        if seeded::fill(&mut next) {
            return next;
        }
        if self.used == self.bytes.len() {
            fill(&mut self.bytes);
            self.used = 0;
        }
        let bytes = &mut self.bytes[self.used..self.used + NAME_BYTES];
        next.copy_from_slice(bytes);
        // A name that was handed out can't be read from this buffer later.
        bytes.fill(0);
        self.used += NAME_BYTES;
        next
    }
}

/// Fills a buffer with random bytes that nobody can guess.
///
/// # Panics
///
/// Panics if the operating system has none.
pub fn fill(bytes: &mut [u8]) {
    #[cfg(feature = "test-util")]
    if seeded::fill(bytes) {
        return;
    }
    getrandom::fill(bytes).expect("the operating system has random bytes");
}

/// Returns 128 random bits as hexadecimal digits, so that the address of an asker can't be guessed.
pub(crate) fn random_name() -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let bytes = RANDOM.with_borrow_mut(Random::next);
    let mut name = String::with_capacity(2 * NAME_BYTES);
    for byte in bytes {
        name.push(DIGITS[usize::from(byte >> 4)]);
        name.push(DIGITS[usize::from(byte & 0xf)]);
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_comes_twice() {
        let names: HashSet<_> = (0..10 * NAMES_PER_FILL).map(|_| random_name()).collect();
        assert_eq!(names.len(), 10 * NAMES_PER_FILL);
        let digits =
            |name: &String| name.len() == 32 && name.chars().all(|it| it.is_ascii_hexdigit());
        assert!(names.iter().all(digits));
    }
}
