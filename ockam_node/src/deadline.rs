use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until};

/// A time limit that may span several waits. The clock starts at the first wait that isn't over at
/// once; what never waits never looks at a clock.
///
/// It never ends early. It may end late by a sixty-fourth of its time, and by the two milliseconds that
/// tokio's timers round up for the alarm and for the end.
pub(crate) struct Deadline<'a> {
    runtime: &'a Handle,
    pub(crate) timeout: Duration,
    timer: Option<&'a Timer>,
    /// Goes off at the end or before it, once somebody waits. There is none if no clock can tell when.
    alarm: Option<Box<Alarm>>,
    /// Not known before the alarm goes off, if it was set already when the first wait began.
    end: Option<Instant>,
}

/// An alarm that is kept from one deadline to the next.
///
/// To arm one, or only to look at a clock, takes a good part of the time of an ask. Most are answered
/// long before their deadline. So an alarm is first set to a [part](PARTS) of the time, and asks that
/// begin before it goes off let it stand: their time counts from then.
pub(crate) struct Timer(Mutex<Option<Box<Alarm>>>);

struct Alarm {
    sleep: Pin<Box<Sleep>>,
    /// How far off it was when it was set.
    within: Duration,
    /// The task that it wakes.
    task: Option<Waker>,
}

/// By such a part of its time a deadline may end late.
const PARTS: u32 = 64;

impl Timer {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn take(&self) -> Option<Box<Alarm>> {
        self.0.try_lock().ok()?.take()
    }
}

impl<'a> Deadline<'a> {
    /// Sets a limit. With a `timer`, the alarm is taken from there and left there.
    pub(crate) fn new(runtime: &'a Handle, timeout: Duration, timer: Option<&'a Timer>) -> Self {
        Self {
            runtime,
            timeout,
            timer,
            alarm: None,
            end: None,
        }
    }

    /// Waits for `future`, or returns `None` when the time is over.
    pub(crate) async fn limit<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll_over(cx).map(|()| None),
        })
        .await
    }

    /// Returns when the time is over, if that is known by now.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.end
    }

    /// Tells whether the time is over, and sees to it that the task is woken then.
    #[inline]
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.alarm.is_none() {
            self.alarm = self.timer.and_then(Timer::take);
            let part = self.timeout / PARTS;
            if self.alarm.as_ref().is_some_and(|it| it.is_set(part, cx)) {
                return Poll::Pending;
            }
            self.begin(part);
        }
        self.poll_alarm(cx)
    }

    /// Begins to wait at this moment.
    #[cold]
    fn begin(&mut self, part: Duration) {
        let now = Instant::now();
        self.end = now.checked_add(self.timeout);
        if self.end.is_none() {
            self.alarm = None;
        } else if let Some(alarm) = &mut self.alarm {
            alarm.set(now, part);
        } else {
            let _inside = self.runtime.enter();
            self.alarm = Some(Box::new(Alarm::new(now, part)));
        }
    }

    #[cold]
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(alarm) = &mut self.alarm else {
            return Poll::Pending;
        };
        while alarm.poll(cx).is_ready() {
            let now = Instant::now();
            let Some(end) = self.end.or_else(|| now.checked_add(self.timeout)) else {
                return Poll::Pending;
            };
            if now >= end {
                return Poll::Ready(());
            }
            self.end = Some(end);
            alarm.set(now, end - now);
        }
        Poll::Pending
    }
}

impl Alarm {
    /// Creates an alarm within the runtime that it belongs to.
    fn new(now: Instant, within: Duration) -> Self {
        Self {
            sleep: Box::pin(sleep_until(now + within)),
            within,
            task: None,
        }
    }

    fn set(&mut self, now: Instant, within: Duration) {
        self.within = within;
        self.sleep.as_mut().reset(now + within);
    }

    /// Tells whether it will wake this task, and was set to do so within such a time.
    #[inline]
    fn is_set(&self, within: Duration, cx: &Context<'_>) -> bool {
        let wakes = |task: &Waker| task.will_wake(cx.waker());
        self.within <= within && self.task.as_ref().is_some_and(wakes) && !self.sleep.is_elapsed()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let polled = self.sleep.as_mut().poll(cx);
        let wakes = |task: &Waker| task.will_wake(cx.waker());
        if !self.task.as_ref().is_some_and(wakes) {
            self.task = Some(cx.waker().clone());
        }
        polled
    }
}

impl Drop for Deadline<'_> {
    /// Leaves the alarm for the next deadline.
    fn drop(&mut self) {
        let (Some(timer), Some(alarm)) = (self.timer, self.alarm.take()) else {
            return;
        };
        if let Ok(mut place) = timer.0.try_lock() {
            *place = Some(alarm);
        }
    }
}
