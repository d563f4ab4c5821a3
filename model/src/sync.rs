//! What is model-checked is made of this, as loom has it. Stands in for `sync.rs` of
//! `ockam_node` and of `ockam_transport`.

pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use loom::sync::{Mutex, MutexGuard};
