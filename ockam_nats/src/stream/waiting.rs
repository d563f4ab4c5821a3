use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes may wait to be read, for all streams of a node. Above, each may hold [`MAX_SMALL_BYTES`].
const MAX_WAITING_BYTES: u64 = 256 * 1024 * 1024;

const MAX_SMALL_BYTES: u64 = 16 * 1024;

/// How many bytes wait to be read, for all streams.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Arc<AtomicU64>);

impl Waiting {
    pub(crate) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::AcqRel);
    }

    pub(crate) fn remove(&self, bytes: u64) {
        self.0.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// Tells whether a stream for which so many bytes wait has to end, so that the node stays within its bound.
    pub(crate) fn is_too_much(&self, of_stream: u64) -> bool {
        of_stream > MAX_SMALL_BYTES && self.0.load(Ordering::Acquire) > MAX_WAITING_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_much_waits_a_stream_may_hold_little() {
        let waiting = Waiting::default();
        waiting.add(MAX_WAITING_BYTES + 1);
        assert!(waiting.is_too_much(MAX_SMALL_BYTES + 1));
        assert!(!waiting.is_too_much(MAX_SMALL_BYTES));
        waiting.remove(1);
        assert!(!waiting.is_too_much(u64::MAX));
    }
}
