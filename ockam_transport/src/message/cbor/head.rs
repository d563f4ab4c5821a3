//! Heads of one or two bytes: three bits for the major type, five for the size, or for where it is.

/// A major type of CBOR.
#[derive(Clone, Copy)]
pub(super) struct Major {
    bits: u8,
    /// What an error calls a value of it.
    pub(super) name: &'static str,
}

pub(super) const NUMBER: Major = Major::new(0, "a number");
pub(super) const BYTES: Major = Major::new(2, "bytes");
pub(super) const TEXT: Major = Major::new(3, "text");
pub(super) const ARRAY: Major = Major::new(4, "an array");
pub(super) const MAP: Major = Major::new(5, "a map");

impl Major {
    const fn new(number: u8, name: &'static str) -> Self {
        let bits = number << 5;
        Self { bits, name }
    }

    /// Returns whether a value with this first byte is of this type.
    pub(super) fn is_of(self, first: u8) -> bool {
        first & 0b1110_0000 == self.bits
    }
}

/// Ends an array or a map of indefinite length.
pub(super) const BREAK: u8 = 0xff;
pub(super) const NULL: u8 = 0xf6;

/// The greatest size that the first byte holds.
const MAX_IN_FIRST: u64 = 23;
/// Says that the second byte is the size.
const IN_SECOND: u8 = 24;

/// Reads the head of a value at `start`. Returns where it ends, and the size. `None` is a head of
/// another type, or a longer one.
#[inline]
pub(super) fn read_short(of: Major, input: &[u8], start: usize) -> Option<(usize, u64)> {
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

/// Appends a head, if it is a short one. Returns whether it is.
#[inline]
pub(super) fn append_short(of: Major, size: u64, buffer: &mut Vec<u8>) -> bool {
    match size {
        ..=MAX_IN_FIRST => buffer.push(of.bits | size as u8),
        ..=0xff => buffer.extend_from_slice(&[of.bits | IN_SECOND, size as u8]),
        _ => return false,
    }
    true
}
