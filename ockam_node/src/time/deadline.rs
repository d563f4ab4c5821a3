use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;

use super::clock::{self, Instant, Sleep, sleep_until};
use super::timer::Timer;

/// A time limit that may span several waits. The clock starts at the first wait that isn't over at
/// once, so that what never waits never reads a clock.
///
/// It never ends early. It may end late by a sixty-fourth of its time, and by the two milliseconds by
/// which tokio's timers round up, for the alarm and for the end.
pub(crate) struct Deadline<'a> {
    runtime: &'a Handle,
    pub(crate) timeout: Duration,
    timer: Option<&'a Timer>,
    /// The generation of the timer's alarm when the first wait began, if the alarm was set then.
    generation: Option<usize>,
    /// Not known before the alarm goes off, if it was set already when the first wait began.
    end: Option<Instant>,
    /// Goes off at the end. There is none as long as the alarm is set.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<'a> Deadline<'a> {
    /// Sets a limit, which needs no clock of its own as long as the alarm of `timer` is set.
    pub(crate) fn new(runtime: &'a Handle, timeout: Duration, timer: Option<&'a Timer>) -> Self {
        Self {
            runtime,
            timeout,
            timer,
            generation: None,
            end: None,
            sleep: None,
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
        match self.is_watched(cx) {
            true => Poll::Pending,
            false => self.poll_clock(cx),
        }
    }

    /// Tells whether the alarm will wake this task, and has not rung since the first wait began.
    #[inline]
    fn is_watched(&mut self, cx: &Context<'_>) -> bool {
        let timer = self.timer.filter(|_| self.sleep.is_none());
        let is_set = timer.and_then(|timer| timer.is_set(self.timeout, cx.waker()));
        is_set.is_some_and(|generation| *self.generation.get_or_insert(generation) == generation)
    }

    #[cold]
    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.sleep.is_none() {
            self.look_at_clock(cx.waker());
        }
        let sleep = self.sleep.as_mut();
        sleep.map_or(Poll::Pending, |sleep| sleep.as_mut().poll(cx))
    }

    /// Sets the alarm if this is the first wait and it isn't set, else a clock of its own.
    fn look_at_clock(&mut self, task: &Waker) {
        let now = clock::now();
        self.end = self.end.or_else(|| now.checked_add(self.timeout));
        let Some(end) = self.end else {
            // There is none that can tell when.
            return;
        };
        let _inside = self.runtime.enter();
        let timer = self.timer.filter(|_| self.generation.is_none());
        self.generation = timer.and_then(|timer| timer.set(now, self.timeout, task));
        if self.generation.is_none() {
            self.sleep = Some(Box::pin(sleep_until(end)));
        }
    }
}
