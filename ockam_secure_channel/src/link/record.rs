//! What is in a sealed frame between two nodes of this framework: its kind, and bytes of the stream.
//!
//! ```text
//! 0 │ bytes of the stream
//! 1   the stream has ended
//! ```

/// The kind of a record with bytes of the stream.
pub(super) const BYTES: u8 = 0;

/// The kind of the last record.
pub(super) const END: u8 = 1;

/// How many bytes of the stream are sealed together at most.
pub(super) const MAX_BYTES: usize = 64 * 1024;
