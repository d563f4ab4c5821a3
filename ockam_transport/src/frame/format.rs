/// The version of the protocol: the first byte of either side.
pub const VERSION: u8 = 1;

/// How long a frame may be, without its header.
pub const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// The length of a frame, big-endian.
pub(super) type Header = [u8; 4];
