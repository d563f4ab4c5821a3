use std::hash::{Hash, Hasher};

use ockam_core::Address;

/// An address to look up, with a cheap hash.
///
/// The hash chooses a shard of the registry and a bucket of the address cache. A peer can choose
/// addresses whose hashes collide. That does no harm: their look-ups only lose the time that the cache
/// saves.
#[derive(Clone, Copy)]
pub(crate) struct HashedAddress<'a> {
    pub(crate) address: &'a Address,
    pub(crate) hash: u64,
}

impl<'a> HashedAddress<'a> {
    #[inline(always)]
    pub(crate) fn of(address: &'a Address) -> Self {
        let mut hasher = RotateHasher(0);
        address.hash(&mut hasher);
        Self {
            address,
            hash: hasher.finish(),
        }
    }
}

/// Rotates and xors the words, and multiplies once at the end.
struct RotateHasher(u64);

impl Hasher for RotateHasher {
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

    /// The upper half of the product depends on every bit.
    #[inline(always)]
    fn finish(&self) -> u64 {
        let product = u128::from(self.0) * 0x9e37_79b9_7f4a_7c15;
        (product >> 64) as u64 ^ product as u64
    }
}
