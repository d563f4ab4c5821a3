//! The first byte of a value: three bits say what it is, five how large or long.

pub(super) const NUMBER: u8 = 0;
pub(super) const BYTES: u8 = 2;
pub(super) const TEXT: u8 = 3;
pub(super) const ARRAY: u8 = 4;
pub(super) const MAP: u8 = 5;
pub(super) const TAG: u8 = 6;

/// Stands behind the last item of an array or a map without a length.
pub(super) const BREAK: u8 = 0xff;
pub(super) const NULL: u8 = 0xf6;

/// What the five bits say.
pub(super) enum Size {
    /// The size itself.
    Here(u8),
    /// The number of bytes that follow and hold it.
    Next(usize),
    /// The end is marked.
    Open,
    /// Nothing.
    Reserved,
}

/// The size of a value, if its first byte holds it: so it is with almost all.
#[inline]
pub(super) fn short(major: u8, first: u8) -> Option<u64> {
    let size = first ^ (major << 5);
    (size < 24).then_some(size.into())
}

/// Tells whether the size of a value is the byte behind its first one.
#[inline]
pub(super) fn is_in_next(major: u8, first: u8) -> bool {
    first == major << 5 | 24
}

pub(super) fn split(first: u8) -> (u8, Size) {
    let size = match first & 0x1f {
        here @ 0..=23 => Size::Here(here),
        next @ 24..=27 => Size::Next(1 << (next - 24)),
        31 => Size::Open,
        _ => Size::Reserved,
    };
    (first >> 5, size)
}

/// Appends the shortest head of a value.
#[inline]
pub(super) fn append(major: u8, size: u64, buffer: &mut Vec<u8>) {
    match size {
        0..=23 => buffer.push(major << 5 | size as u8),
        _ => append_long(major << 5, size, buffer),
    }
}

fn append_long(first: u8, size: u64, buffer: &mut Vec<u8>) {
    let bytes = size.to_be_bytes();
    match size {
        ..=0xff => buffer.extend_from_slice(&[first | 24, bytes[7]]),
        0x100..=0xffff => buffer.extend_from_slice(&[first | 25, bytes[6], bytes[7]]),
        0x1_0000..=0xffff_ffff => {
            buffer.push(first | 26);
            buffer.extend_from_slice(&bytes[4..]);
        }
        _ => {
            buffer.push(first | 27);
            buffer.extend_from_slice(&bytes);
        }
    }
}
