//! What is model-checked catches the panics of a user's code by this. Stands in for `panics.rs` of
//! `ockam_core`: here a panic fails the model, and nothing catches it.

use std::task::Waker;

pub(crate) fn catch<T>(call: impl FnOnce() -> T) -> Result<T, Never> {
    Ok(call())
}

pub(crate) fn wake(task: Waker) {
    task.wake();
}

/// A panic that was caught, of which there is none.
pub(crate) enum Never {}

impl Never {
    pub(crate) fn message(&self) -> &str {
        match *self {}
    }
}
