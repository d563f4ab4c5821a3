//! A timer whose alarm is set once for many waits.
//!
//! Creating a sleep, or only reading the clock, takes a good part of the time of an ask, and most asks
//! are answered long before their deadline. So the alarm is first set to a [fraction](ALARM_FRACTION)
//! of the time. Waits that begin before it goes off don't set it again; their time counts from the
//! moment when it goes off. A wait sees without a lock that the alarm is set for its task, and has
//! nothing to undo when it ends.
//!
//! The times at which the alarm goes off are kept, because a wait may be polled much later.
//!
//! ```text
//!  Sleep ── goes off ──▶ AlarmWaker ─┬─▶ AlarmTimes ◀── when did my generation end? ───── Deadline, when
//!                                    │                                                    it has ended
//!                                    └─▶ SharedWaker ──▶ the task
//!                                            ▲
//!                                            └── is it registered for this task? ── Deadline, when a
//!                                                                                    wait begins
//! ```

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use super::alarm_times::{ALARM_FRACTION, AlarmTimes};
use super::clock::{self, Instant, Nanos, Sleep, nanos, nanos_of, sleep_until};
use super::shared_waker::SharedWaker;

/// The longest time that the alarm is set for. Other tasks can't use it in this time.
const MAX_ALARM_DELAY: Duration = Duration::from_secs(1);

/// The alarm that the deadlines of one owner share. It is created at the first wait.
pub(crate) struct Timer(OnceLock<Box<Alarm>>);

struct Alarm {
    waker: Arc<AlarmWaker>,
    sleep: Mutex<Pin<Box<Sleep>>>,
    /// When the alarm is to go off. Changed under the lock of the sleep.
    next: AtomicU64,
}

#[derive(Default)]
struct AlarmWaker {
    task: SharedWaker,
    times: Mutex<AlarmTimes>,
}

impl Timer {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Returns the generation of the alarm, if it is set to wake this task early enough for a time
    /// limit in nanoseconds. It stays set as long as the generation is the same.
    #[inline]
    pub(crate) fn is_set(&self, timeout: Nanos, task: &Waker) -> Option<usize> {
        let alarm = self.0.get()?;
        alarm.waker.task.is_registered(timeout, task)
    }

    /// Returns when the alarm is to go off. It is exact for a task for which it [is set](Self::is_set), and never
    /// early.
    #[inline]
    pub(crate) fn next(&self) -> Nanos {
        let alarm = self.0.get();
        alarm.map_or(clock::NEVER, |alarm| alarm.next.load(Ordering::Relaxed))
    }

    /// Returns when the alarm went off and ended a generation, or a later instant if that is long ago.
    /// Returns `None` if the generation has not ended.
    pub(crate) fn end_of(&self, generation: usize) -> Option<Instant> {
        self.0.get()?.waker.times().end_of(generation)
    }

    /// Sets the alarm to wake this task, unless it is set for another one. Returns what
    /// [`is_set`](Self::is_set) returns from now on. It has to be called inside the runtime.
    pub(crate) fn set(&self, now: Instant, timeout: Duration, task: &Waker) -> Option<usize> {
        let end = now + MAX_ALARM_DELAY.min(timeout / ALARM_FRACTION);
        let alarm = self.0.get_or_init(|| Box::new(Alarm::new(end)));
        let mut sleep = alarm.sleep.try_lock().ok()?;
        let generation = alarm.waker.task.register(nanos(timeout), task)?;
        // Other waits of this task may rely on it already, so it is never postponed.
        if sleep.is_elapsed() || end < sleep.deadline() {
            sleep.as_mut().reset(end);
            alarm.next.store(nanos_of(end), Ordering::Relaxed);
        }
        let waker = Waker::from(alarm.waker.clone());
        let polled = sleep.as_mut().poll(&mut Context::from_waker(&waker));
        drop(sleep);
        if polled.is_ready() {
            waker.wake();
        }
        Some(generation)
    }
}

impl Alarm {
    fn new(end: Instant) -> Self {
        Self {
            waker: Arc::default(),
            sleep: Mutex::new(Box::pin(sleep_until(end))),
            next: AtomicU64::new(nanos_of(end)),
        }
    }
}

impl AlarmWaker {
    fn times(&self) -> MutexGuard<'_, AlarmTimes> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for AlarmWaker {
    fn wake(self: Arc<Self>) {
        // Noted first: a task that sees the next generation finds the time.
        self.times().push(clock::now());
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use super::Timer;
    use crate::time::clock::{now, sleep};

    /// Each wait is a bit shorter than the one before, and begins before the alarm goes off.
    #[tokio::test(start_paused = true)]
    async fn shorter_waits_do_not_put_the_alarm_off() {
        let timer = Timer::new();
        let limits = (0..20).map(|shorter| Duration::from_millis(64_000 - shorter));
        let task = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        let first = timer.set(now(), Duration::from_secs(64), &task);
        let mut last = first;
        for limit in limits {
            last = timer.set(now(), limit, &task);
            sleep(Duration::from_millis(100)).await;
        }
        assert_eq!((first, last), (Some(0), Some(1)));
    }
}
