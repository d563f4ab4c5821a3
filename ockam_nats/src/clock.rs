//! The only place in this crate that reads the clock or sets a timer.

use std::time::{Duration, SystemTime};

pub(crate) use tokio::time::{Instant, sleep, timeout};

/// A moment by both clocks of the machine: the one that only goes forward stands still while some machines sleep,
/// and the one of the calendar may be set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    steady: Instant,
    calendar: SystemTime,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self {
            steady: Instant::now(),
            calendar: SystemTime::now(),
        }
    }

    /// Returns how long ago it was, by the clock that says more.
    pub(crate) fn age(&self) -> Duration {
        let calendar = self.calendar.elapsed().unwrap_or_default();
        self.steady.elapsed().max(calendar)
    }
}
