//! Ways in which a test waits.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

/// Longer than all default deadlines of a node, so that a paused clock reaches those first.
const LIMIT: Duration = Duration::from_secs(60);

/// Waits for a future, and fails the test if it takes too long.
#[track_caller]
pub fn soon<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let place = Location::caller();
    async move {
        let happened = tokio::time::timeout(LIMIT, future).await;
        happened.unwrap_or_else(|_| panic!("what is waited for at {place} does not happen"))
    }
}

/// Waits until no other task can run. It needs a paused clock, which advances only then.
pub async fn at_rest() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Polls a future once, with the waker of the calling task.
pub async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Runs `body` on a new thread, and fails the test if the thread hangs.
///
/// This is for deadlocks, which block the thread and the timers of its runtime.
///
/// # Panics
///
/// Panics if `body` panics or hangs.
#[track_caller]
pub fn without_deadlock(body: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        let _done = done;
        body();
    });
    let waited = ended.recv_timeout(LIMIT);
    assert_ne!(waited, Err(mpsc::RecvTimeoutError::Timeout), "it hangs");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}
