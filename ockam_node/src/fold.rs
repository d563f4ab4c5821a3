use std::hash::{Hash, Hasher};

use ockam_core::Address;

/// An address to look up, and the same folded into a word, all of whose bits depend on all of the address.
///
/// To fold it costs less than a hash that resists those who choose addresses, and tells nothing but a place.
/// Who makes many addresses share a place has them looked up more slowly by no more than what the place saves.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) address: &'a Address,
    pub(crate) folded: u64,
}

impl<'a> Key<'a> {
    #[inline(always)]
    pub(crate) fn of(address: &'a Address) -> Self {
        let mut folded = Folded(0);
        address.hash(&mut folded);
        Self {
            address,
            folded: folded.finish(),
        }
    }
}

/// The words of what is hashed, folded into one.
struct Folded(u64);

impl Hasher for Folded {
    #[inline(always)]
    fn write_u64(&mut self, word: u64) {
        self.0 = self.0.rotate_left(23) ^ word;
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u8(*byte));
    }

    /// Of a product, the upper half depends on every bit.
    #[inline(always)]
    fn finish(&self) -> u64 {
        let product = u128::from(self.0) * 0x9e37_79b9_7f4a_7c15;
        (product >> 64) as u64 ^ product as u64
    }
}
