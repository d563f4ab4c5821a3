//! The primitives of the model-checked parts. A model checker replaces this module with its own.

pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Mutex, MutexGuard};

pub(crate) use tokio::task::{AbortHandle, Id, try_id as current_task};
