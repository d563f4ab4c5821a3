/// How many bytes of a stream, with [`MESSAGE_BYTES`] for each message, a peer may send before the first are read.
pub(super) const WINDOW_BYTES: u64 = 1024 * 1024;

/// About how many bytes a message takes beside those of the stream.
const MESSAGE_BYTES: u64 = 512;

/// How many bytes of the stream one message has at most, if the server takes as much.
pub(super) const MAX_CHUNK_BYTES: usize = 256 * 1024;

/// Returns what a message counts for in a window.
pub(super) fn weight(bytes: usize) -> u64 {
    MESSAGE_BYTES.saturating_add(bytes as u64)
}
