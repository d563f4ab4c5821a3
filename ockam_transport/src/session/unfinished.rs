use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes of unfinished frames all connections of a node hold.
#[derive(Debug)]
pub(crate) struct Unfinished {
    bytes: AtomicUsize,
    limit: usize,
}

impl Unfinished {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        let bytes = AtomicUsize::new(0);
        Arc::new(Self { bytes, limit })
    }

    /// Returns the share of one connection.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share {
            all: self.clone(),
            bytes: 0,
        }
    }
}

/// What each connection may hold without its being counted: who holds little is not to suffer from those
/// who hold much.
const FREE: usize = 64 * 1024;

/// What one connection holds of the whole. It is given back when this is dropped.
pub(super) struct Share {
    all: Arc<Unfinished>,
    bytes: usize,
}

impl Share {
    /// Notes how much the connection holds now, and tells whether all of them hold too much.
    pub(super) fn set(&mut self, bytes: usize) -> bool {
        let bytes = bytes.saturating_sub(FREE);
        if bytes == self.bytes {
            return false;
        }
        let before = self.all.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.all.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        let grows = bytes > self.bytes;
        let held = before + bytes - self.bytes;
        self.bytes = bytes;
        grows && held > self.all.limit
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.all.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shares_together_are_limited() {
        let unfinished = Unfinished::new(10);
        let (mut one, mut two) = (unfinished.share(), unfinished.share());
        assert!(!one.set(FREE + 6));
        assert!(!two.set(FREE + 4));
        assert!(two.set(FREE + 5));
        drop(one);
        assert!(!two.set(FREE + 10));
        assert!(!two.set(0));
        assert_eq!(unfinished.bytes.load(Ordering::Relaxed), 0);
    }
}
