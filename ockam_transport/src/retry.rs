use std::future::Future;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};

use crate::clock::{Instant, after, now, sleep, timeout_at};

/// The pause behind the first attempt. Each further one is twice as long, up to the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Attempts that go on until one succeeds or the time is over.
pub(crate) struct Retry {
    pause: Duration,
    longest_pause: Duration,
    patience: Duration,
    ends: Instant,
}

impl Retry {
    pub(crate) fn new(longest_pause: Duration, patience: Duration) -> Self {
        Self {
            pause: FIRST_PAUSE.min(longest_pause),
            longest_pause,
            patience,
            ends: after(patience),
        }
    }

    /// Makes one attempt, within the time that is left.
    pub(crate) async fn limit<T>(
        &self,
        peer: &str,
        attempt: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        timeout_at(self.ends, attempt).await.unwrap_or_else(|_| {
            let why = format!("{peer} was not connected to within {:?}", self.patience);
            Err(Error::new(ErrorKind::TimedOut, why))
        })
    }

    /// Waits until the next attempt, for a time less up to a half at random.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt, if the time is over before the next one or it is one that stays.
    pub(crate) async fn pause_after(&mut self, error: Error, random: u64) -> Result<()> {
        let may_go = matches!(error.kind(), ErrorKind::NoRoute | ErrorKind::TimedOut);
        let pause = self.pause - self.pause / 2048 * (random % 1024) as u32;
        if !may_go || now() + pause >= self.ends {
            return Err(error);
        }
        sleep(pause).await;
        self.pause = self.pause.saturating_mul(2).min(self.longest_pause);
        Ok(())
    }
}
