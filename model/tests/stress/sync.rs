//! The types that the mailbox is made of, as in `sync.rs` of `ockam_node`, which has some of tokio, too.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
pub(crate) use std::sync::{Mutex, MutexGuard};
