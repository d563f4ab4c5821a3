//! The atomics of what is model-checked. The model checker replaces this module with its own.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
