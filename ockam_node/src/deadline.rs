use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Sleep;

/// A time limit that may span several waits. The clock starts at the first wait that isn't over at
/// once; what never waits never looks at a clock.
pub(crate) struct Deadline<'a> {
    runtime: &'a Handle,
    pub(crate) timeout: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<'a> Deadline<'a> {
    pub(crate) fn new(runtime: &'a Handle, timeout: Duration) -> Self {
        Self {
            runtime,
            timeout,
            sleep: None,
        }
    }

    /// Waits for `future`, or returns `None` when the time is over.
    pub(crate) async fn limit<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            let sleep = self.sleep.get_or_insert_with(|| {
                let _inside = self.runtime.enter();
                Box::pin(tokio::time::sleep(self.timeout))
            });
            sleep.as_mut().poll(cx).map(|()| None)
        })
        .await
    }
}
