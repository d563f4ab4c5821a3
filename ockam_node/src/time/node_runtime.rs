use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;

/// The runtime of a node, which may end before those who wait.
///
/// Tokio panics when a timer of such a runtime is polled, and doesn't tell before.
pub(crate) struct NodeRuntime {
    handle: Handle,
    has_ended: AtomicBool,
}

impl NodeRuntime {
    pub(crate) fn new(handle: Handle) -> Self {
        let has_ended = AtomicBool::new(false);
        Self { handle, has_ended }
    }

    /// Notes that the runtime ends.
    pub(crate) fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }
}

impl Deref for NodeRuntime {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}
