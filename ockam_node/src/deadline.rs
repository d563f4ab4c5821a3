use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep};

/// A time limit that may span several waits. The clock starts at the first wait that isn't over at
/// once; what never waits never looks at a clock.
pub(crate) struct Deadline<'a> {
    runtime: &'a Handle,
    pub(crate) timeout: Duration,
    timer: Option<&'a Timer>,
    wait: Option<Wait>,
}

/// An alarm that is kept from one deadline to the next.
///
/// To arm one costs more than to ask. Most asks are answered long before their deadline, so the alarm
/// of the last one is still ahead: the next one lets it stand, and moves it only if it goes off.
pub(crate) struct Timer(Mutex<Option<Box<Alarm>>>);

struct Alarm {
    sleep: Pin<Box<Sleep>>,
    /// The task that the alarm wakes, once it is set.
    task: Waker,
    is_set: bool,
}

/// What a deadline becomes once somebody waits.
enum Wait {
    /// So long that no clock can tell.
    ForEver,
    Until(Instant, Box<Alarm>),
}

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
            wait: None,
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

    /// Returns when the time is over, if somebody has begun to wait and a clock can tell.
    pub(crate) fn end(&self) -> Option<Instant> {
        match &self.wait {
            Some(Wait::Until(end, _)) => Some(*end),
            Some(Wait::ForEver) | None => None,
        }
    }

    /// Tells whether the time is over, and sees to it that the task is woken then.
    #[inline]
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.wait.is_none() {
            let wait = self.begin(cx);
            let waits = self.wait.insert(wait);
            if waits.will_wake(cx) {
                return Poll::Pending;
            }
        }
        match &mut self.wait {
            Some(Wait::Until(end, alarm)) => alarm.poll_over(*end, cx),
            Some(Wait::ForEver) | None => Poll::Pending,
        }
    }

    #[inline]
    fn begin(&self, cx: &Context<'_>) -> Wait {
        let Some(end) = Instant::now().checked_add(self.timeout) else {
            return Wait::ForEver;
        };
        let kept = self.timer.and_then(Timer::take);
        // One that goes off too early is moved then; one that would go off too late is of no use.
        let alarm = kept.filter(|alarm| alarm.sleep.deadline() <= end);
        let alarm = alarm.unwrap_or_else(|| {
            let _inside = self.runtime.enter();
            Box::new(Alarm {
                sleep: Box::pin(tokio::time::sleep_until(end)),
                task: cx.waker().clone(),
                is_set: false,
            })
        });
        Wait::Until(end, alarm)
    }
}

impl Wait {
    fn will_wake(&self, cx: &Context<'_>) -> bool {
        match self {
            Self::ForEver => true,
            Self::Until(_, alarm) => {
                alarm.is_set && alarm.task.will_wake(cx.waker()) && !alarm.sleep.is_elapsed()
            }
        }
    }
}

impl Alarm {
    fn poll_over(&mut self, end: Instant, cx: &mut Context<'_>) -> Poll<()> {
        while self.sleep.as_mut().poll(cx).is_ready() {
            if Instant::now() >= end {
                return Poll::Ready(());
            }
            self.sleep.as_mut().reset(end);
        }
        if !self.task.will_wake(cx.waker()) {
            self.task = cx.waker().clone();
        }
        self.is_set = true;
        Poll::Pending
    }
}

impl Drop for Deadline<'_> {
    /// Leaves the alarm for the next deadline.
    fn drop(&mut self) {
        let (Some(timer), Some(Wait::Until(_, alarm))) = (self.timer, self.wait.take()) else {
            return;
        };
        if let Ok(mut place) = timer.0.try_lock() {
            *place = Some(alarm);
        }
    }
}
