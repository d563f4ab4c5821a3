use std::time::Duration;

use tokio::time::Instant;

/// As good as for ever, and a time that every clock can tell.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Returns when so much time will have passed.
pub(crate) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(CENTURY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_longer_than_clocks_can_tell() {
        assert!(after(Duration::MAX) > after(Duration::from_secs(3600)));
    }
}
