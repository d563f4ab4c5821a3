//! Heads of one or two bytes. They are on the path of every message and don't go through `minicbor`.
//!
//! The first byte has three bits for the major type and five for the size. If these are 24, the
//! second byte is the size.

/// A major type of CBOR.
#[derive(Clone, Copy)]
pub(super) struct Major {
    bits: u8,
    /// What errors call a value of this type.
    pub(super) name: &'static str,
}

pub(super) const NUMBER: Major = Major::new(0, "a number");
pub(super) const BYTES: Major = Major::new(2, "bytes");
pub(super) const TEXT: Major = Major::new(3, "text");
pub(super) const ARRAY: Major = Major::new(4, "an array");
pub(super) const MAP: Major = Major::new(5, "a map");

/// Ends an array or a map of indefinite length.
pub(super) const BREAK: u8 = 0xff;
pub(super) const NULL: u8 = 0xf6;

impl Major {
    const fn new(number: u8, name: &'static str) -> Self {
        let bits = number << 5;
        Self { bits, name }
    }

    /// Returns whether a value that starts with `first` is of this type.
    pub(super) fn matches(self, first: u8) -> bool {
        first & 0b1110_0000 == self.bits
    }
}

/// The largest size that the first byte can hold.
const MAX_IN_FIRST: u64 = 23;
/// What the first byte holds if the second byte is the size.
const IN_SECOND: u8 = 24;

/// Reads the head at `start`, and returns where it ends and the size in it. Returns `None` if there
/// is no short head of this type.
#[inline]
pub(super) fn read(of: Major, input: &[u8], start: usize) -> Option<(usize, u64)> {
    let &first = input.get(start)?;
    let in_first = u64::from(first ^ of.bits);
    if in_first <= MAX_IN_FIRST {
        return Some((start + 1, in_first));
    }
    let &second = input
        .get(start + 1)
        .filter(|_| first == of.bits | IN_SECOND)?;
    Some((start + 2, second.into()))
}

/// Appends a head if it is short, and returns whether it is.
#[inline]
pub(super) fn append(of: Major, size: u64, buffer: &mut Vec<u8>) -> bool {
    if size <= MAX_IN_FIRST {
        buffer.push(of.bits | size as u8);
        return true;
    }
    let is_short = size <= 0xff;
    if is_short {
        buffer.extend_from_slice(&[of.bits | IN_SECOND, size as u8]);
    }
    is_short
}
