//! Code that may block the thread that runs it, such as a write to stderr.

use std::sync::mpsc;
use std::time::Duration;

use crate::task;

/// Runs code on another thread, and waits for its end within a time limit. If the operating system
/// provides no thread, the code is not run.
pub(super) fn run(limit: Duration, code: impl FnOnce() + Send + 'static) {
    let (end, ended) = mpsc::channel::<()>();
    let spawned = task::spawn_thread("ockam aside".to_owned(), move || {
        code();
        drop(end);
    });
    if spawned.is_ok() {
        // Nothing is ever sent: this is an error when the sender is dropped, and after the time limit.
        let _ = ended.recv_timeout(limit);
    }
}
