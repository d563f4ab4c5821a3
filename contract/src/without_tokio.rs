//! Waiting without a runtime.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// The longest time that a future takes. It only ends tests that fail.
const LIMIT: Duration = Duration::from_secs(30);

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread, outside every runtime.
///
/// # Panics
///
/// Panics if it takes too long.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let begin = Instant::now();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let left = LIMIT.saturating_sub(begin.elapsed());
        assert!(!left.is_zero(), "it takes too long");
        thread::park_timeout(left);
    }
}
