//! An alarm that is set once for many waits.
//!
//! To arm one, or only to look at a clock, takes a good part of the time of an ask. Most are answered
//! long before their deadline. So the alarm is first set to a [part](PARTS) of the time, and waits that
//! begin before it goes off let it stand: their time counts from then. To see that it is set for this
//! task takes no lock, and nothing needs to be given back.
//!
//! ```text
//!  Sleep ── goes off ──▶ Bell ── rings ──▶ the task, whose deadlines see that it has rung
//!                         ▲
//!                         └── is it hung for this task? ── Deadline, when a wait begins
//! ```

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::bell::Bell;

/// By such a part of its time a deadline may end late.
const PARTS: u32 = 64;

/// For no longer is the alarm set: meanwhile other tasks have to do without it.
const LONGEST: Duration = Duration::from_secs(1);

/// The alarm that the deadlines of one owner share. There is none before the first wait.
pub(crate) struct Timer(OnceLock<Box<Alarm>>);

struct Alarm {
    bell: Arc<Bell>,
    sleep: Mutex<Pin<Box<Sleep>>>,
}

impl Timer {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Tells how often the alarm has rung, if it is set to wake this task in good time for a limit. It is
    /// as long as the number stays the same.
    #[inline]
    pub(crate) fn is_set(&self, timeout: Duration, task: &Waker) -> Option<usize> {
        self.0.get()?.bell.is_hung(nanos(timeout), task)
    }

    /// Sets the alarm to wake this task, unless it is to wake another one. Returns what
    /// [`is_set`](Self::is_set) does from now on. It is called within the runtime.
    pub(crate) fn set(&self, now: Instant, timeout: Duration, task: &Waker) -> Option<usize> {
        let end = now + LONGEST.min(timeout / PARTS);
        let alarm = self.0.get_or_init(|| Box::new(Alarm::new(end)));
        let mut sleep = alarm.sleep.try_lock().ok()?;
        let rings = alarm.bell.hang(nanos(timeout), task)?;
        // Others of this task may wait for it already: it is never put off.
        if sleep.is_elapsed() || end < sleep.deadline() {
            sleep.as_mut().reset(end);
        }
        let bell = Waker::from(alarm.bell.clone());
        let polled = sleep.as_mut().poll(&mut Context::from_waker(&bell));
        drop(sleep);
        if polled.is_ready() {
            bell.wake();
        }
        Some(rings)
    }
}

impl Alarm {
    fn new(end: Instant) -> Self {
        Self {
            bell: Arc::default(),
            sleep: Mutex::new(Box::pin(sleep_until(end))),
        }
    }
}

/// A timeout beyond what fits counts as one that does.
#[inline]
fn nanos(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::Timer;

    /// Each wait is a bit shorter than the one before, and begins before the alarm goes off.
    #[tokio::test(start_paused = true)]
    async fn shorter_waits_do_not_put_the_alarm_off() {
        let timer = Timer::new();
        let limits = (0..20).map(|shorter| Duration::from_millis(64_000 - shorter));
        let task = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        let first = timer.set(Instant::now(), Duration::from_secs(64), &task);
        let mut last = first;
        for limit in limits {
            last = timer.set(Instant::now(), limit, &task);
            sleep(Duration::from_millis(100)).await;
        }
        assert_eq!((first, last), (Some(0), Some(1)));
    }
}
