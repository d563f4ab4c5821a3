//! The only place in this crate that reads the clock or sets a timer.

use std::time::Duration;

pub(crate) use tokio::time::{Instant, sleep, timeout, timeout_at};
#[cfg(feature = "test-util")]
pub(crate) use tokio::time::{Sleep, sleep_until};

/// A century is as good as forever, and every clock can represent it.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Returns the current time.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Returns the instant that is a duration from now.
pub(crate) fn after(duration: Duration) -> Instant {
    now() + duration.min(CENTURY)
}

/// Returns how long ago an instant was.
pub(crate) fn since(instant: Instant) -> Duration {
    now().saturating_duration_since(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_longer_than_clocks_can_tell() {
        assert!(after(Duration::MAX) > after(Duration::from_secs(3600)));
    }
}
