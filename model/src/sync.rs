//! What is model-checked is made of this, as loom has it. Stands in for `ockam_node/src/sync.rs`.

pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use loom::sync::{Mutex, MutexGuard};
