/// The version of the protocol. It is the first byte that each side sends.
pub const VERSION: u8 = 1;

/// The maximum number of bytes in a frame, without the header.
pub const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// The length of a frame in bytes, big-endian.
pub(super) type Header = [u8; 4];
