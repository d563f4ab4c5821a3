//! The clock. It is tokio's, which a test can pause.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// The longest time limit. A longer one is cut to this, because an instant can't be that far away.
pub(crate) const MAX_TIMEOUT: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// An instant as a number, which fits into an atomic: nanoseconds on the clock of this process. 0 stands for
/// no instant, and the largest number for never.
pub(crate) type Nanos = u64;

/// The instant that never comes.
pub(crate) const NEVER: Nanos = Nanos::MAX;

/// The number of the first instant that was converted. A clock that is paused may show earlier ones.
const FIRST: Nanos = 1 << 62;

fn first() -> Instant {
    static FIRST_INSTANT: OnceLock<Instant> = OnceLock::new();
    *FIRST_INSTANT.get_or_init(now)
}

/// Returns an instant as a number.
pub(crate) fn nanos_of(instant: Instant) -> Nanos {
    let first = first();
    match instant.checked_duration_since(first) {
        Some(later) => FIRST.saturating_add(nanos(later)),
        None => FIRST.saturating_sub(nanos(first - instant)).max(1),
    }
}

/// Returns the current instant as a number.
pub(crate) fn now_nanos() -> Nanos {
    nanos_of(now())
}

/// Returns the instant of a number, or `None` if it never comes.
pub(crate) fn instant_of(nanos: Nanos) -> Option<Instant> {
    let first = first();
    match nanos {
        NEVER => None,
        nanos if nanos >= FIRST => first.checked_add(Duration::from_nanos(nanos - FIRST)),
        nanos => first.checked_sub(Duration::from_nanos(FIRST - nanos)),
    }
}

/// Returns a time in nanoseconds, or the largest number if it doesn't fit.
#[inline]
pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_come_back_from_their_numbers() {
        let now = now();
        let second = Duration::from_secs(1);
        for instant in [now, now + second, now - second, now + MAX_TIMEOUT] {
            assert_eq!(instant_of(nanos_of(instant)), Some(instant));
        }
        assert_eq!(instant_of(NEVER), None);
        assert!(nanos_of(now - second) < nanos_of(now));
    }
}
