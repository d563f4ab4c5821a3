//! The types that the model-checked code is made of, from loom. Replaces `sync.rs` of `ockam_core`,
//! `ockam_node` and `ockam_transport`.

use std::sync::Arc;

pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use loom::sync::{Mutex, MutexGuard};
pub(crate) use loom::thread::ThreadId as Id;

/// Every thread of a model is a task.
pub(crate) fn current_task() -> Option<Id> {
    Some(loom::thread::current().id())
}

/// Aborts a task, which defines what that means.
#[derive(Clone)]
pub(crate) struct AbortHandle {
    task: Id,
    abort: Arc<dyn Fn() + Send + Sync>,
}

impl AbortHandle {
    pub(crate) fn new(task: Id, abort: impl Fn() + Send + Sync + 'static) -> Self {
        let abort = Arc::new(abort);
        Self { task, abort }
    }

    pub(crate) fn id(&self) -> Id {
        self.task
    }

    pub(crate) fn abort(&self) {
        (self.abort)();
    }
}
