//! Heads of one or two bytes: three bits for the type, five for the size, or for where it is.

pub(super) const NUMBER: u8 = 0 << 5;
pub(super) const BYTES: u8 = 2 << 5;
pub(super) const TEXT: u8 = 3 << 5;
pub(super) const ARRAY: u8 = 4 << 5;
pub(super) const MAP: u8 = 5 << 5;

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
pub(super) fn read_short(of: u8, input: &[u8], start: usize) -> Option<(usize, u64)> {
    let &first = input.get(start)?;
    let in_first = u64::from(first ^ of);
    if in_first <= MAX_IN_FIRST {
        return Some((start + 1, in_first));
    }
    let &second = input.get(start + 1).filter(|_| first == of | IN_SECOND)?;
    Some((start + 2, second.into()))
}

/// Appends a head, if it is a short one. Returns whether it is.
#[inline]
pub(super) fn append_short(of: u8, size: u64, buffer: &mut Vec<u8>) -> bool {
    match size {
        ..=MAX_IN_FIRST => buffer.push(of | size as u8),
        ..=0xff => buffer.extend_from_slice(&[of | IN_SECOND, size as u8]),
        _ => return false,
    }
    true
}
