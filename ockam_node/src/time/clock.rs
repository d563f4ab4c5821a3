//! The clock. It is tokio's, which a test can pause.

use std::future::Future;
use std::time::Duration;

pub(crate) use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// The longest time limit. A longer one is cut to this, because an instant can't be that far away.
pub(crate) const MAX_TIMEOUT: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Returns the time of the operating system, for a blocked thread. It can't be paused.
pub(crate) fn thread_now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Returns the instant after a time limit of any length.
pub(crate) fn after(timeout: Duration) -> Instant {
    now() + timeout.min(MAX_TIMEOUT)
}

/// Waits for a future. Returns `None` at `end`.
pub(crate) async fn limit_at<F: Future>(end: Instant, future: F) -> Option<F::Output> {
    tokio::time::timeout_at(end, future).await.ok()
}

/// Waits for a future. Returns `None` after a time limit.
pub(crate) async fn limit<F: Future>(timeout: Duration, future: F) -> Option<F::Output> {
    limit_at(after(timeout), future).await
}
