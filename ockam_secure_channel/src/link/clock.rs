//! The only place in this crate that reads the clock or sets a timer, but for the validity of keys.

pub(super) use tokio::time::{Sleep, sleep, timeout};
