//! What the mailbox is made of, as loom has it. Stands in for `ockam_node/src/sync.rs`.

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
pub(crate) use loom::sync::{Mutex, MutexGuard};
