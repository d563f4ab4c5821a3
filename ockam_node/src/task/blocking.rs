//! Waiting on a blocked thread, without the runtime's clock.

use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::panics::catch;
use crate::time::clock;

/// Panics in async code, and says which call blocks and what to write instead.
///
/// Tokio has no function that only tells whether blocking is allowed, so its own panic comes first.
#[track_caller]
pub(crate) fn assert_may_block(runtime: &Handle, call: &str, instead: &str) {
    // Where no runtime is, blocking is allowed.
    let is_allowed =
        Handle::try_current().is_err() || catch(|| runtime.block_on(ready(()))).is_ok();
    assert!(
        is_allowed,
        "`{call}` blocks its thread, which async code must not: write `{instead}`"
    );
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for `future`. Returns `None` when the time is over.
pub(crate) fn limit<F: Future>(future: F, timeout: Duration) -> Option<F::Output> {
    let end = clock::thread_now().checked_add(timeout);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        match end.map(|end| end.saturating_duration_since(clock::thread_now())) {
            Some(Duration::ZERO) => return None,
            Some(left) => thread::park_timeout(left),
            None => thread::park(),
        }
    }
}
