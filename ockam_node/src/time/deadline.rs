use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::clock::{self, Instant, NEVER, Nanos, Sleep, nanos, nanos_of, sleep_until};
use super::node_runtime::NodeRuntime;
use super::timer::Timer;
use crate::panics::catch;

/// A time limit for one or more waits. It starts at the first wait that is not over at once, so that an
/// operation that never waits reads no clock.
///
/// It never ends early. It may end late by 1/64 of its time and by two milliseconds: tokio's timers
/// round up by one millisecond, for the alarm and for the end. It may end later if it is not polled while
/// its task waits for so much else that the alarm goes off more than 64 times.
pub(crate) struct Deadline<'a> {
    runtime: &'a NodeRuntime,
    /// In nanoseconds, or [`NEVER`].
    pub(crate) timeout: Nanos,
    /// The instant at which it ends at the latest.
    latest: Nanos,
    timer: Option<&'a Timer>,
    /// The generation of the timer's alarm at the first wait, if the alarm was set then.
    generation: Option<usize>,
    /// If the alarm was set at the first wait, this is known only when the alarm has gone off.
    end: Option<Instant>,
    /// Ends at the deadline. It is created when the alarm has gone off.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<'a> Deadline<'a> {
    /// Creates a deadline that needs no clock as long as the alarm of `timer` is set.
    pub(crate) fn new(
        runtime: &'a NodeRuntime,
        timeout: Duration,
        timer: Option<&'a Timer>,
    ) -> Self {
        Self {
            runtime,
            timeout: nanos(timeout),
            latest: NEVER,
            timer,
            generation: None,
            end: None,
            sleep: None,
        }
    }

    /// Returns the time limit.
    pub(crate) fn timeout(&self) -> Duration {
        match self.timeout {
            NEVER => Duration::MAX,
            nanos => Duration::from_nanos(nanos),
        }
    }

    /// Ends the deadline at an instant, if it would end later.
    #[inline]
    pub(crate) fn at_latest(self, latest: Nanos) -> Self {
        Self { latest, ..self }
    }

    /// Waits for `future`. Returns `None` when the time is over.
    pub(crate) async fn limit<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll_over(cx).map(|()| None),
        })
        .await
    }

    /// Returns `true` if the runtime of the node has ended. Then the time is over, too.
    pub(crate) fn has_runtime_ended(&self) -> bool {
        self.runtime.has_ended()
    }

    /// Returns the instant of the deadline. Returns `None` if it is beyond what an instant can express.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.end.or_else(|| self.end_at(clock::now()))
    }

    /// Returns when the deadline ends, as far as that is known at the first wait. If the
    /// alarm is set, the time counts from when it goes off.
    #[inline]
    pub(crate) fn ends(&self) -> Nanos {
        let own = match (self.end, self.timer) {
            (Some(end), _) => nanos_of(end),
            (None, Some(timer)) if self.generation.is_some() => {
                timer.next().saturating_add(self.timeout)
            }
            // Beyond what an instant can express.
            _ => NEVER,
        };
        own.min(self.latest)
    }

    /// Returns whether it has ended before its time: at the latest instant that was set.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.end.is_some_and(|end| nanos_of(end) == self.latest)
    }

    /// Returns the instant of a deadline that is not known yet.
    fn end_at(&self, now: Instant) -> Option<Instant> {
        // The first wait began before the alarm went off, which may be long ago: the task may have waited
        // for something else meanwhile.
        let alarm = self.timer.zip(self.generation);
        let begun = alarm.and_then(|(timer, generation)| timer.end_of(generation));
        let end = match self.timeout {
            NEVER => None,
            nanos => begun
                .unwrap_or(now)
                .checked_add(Duration::from_nanos(nanos)),
        };
        let latest = clock::instant_of(self.latest);
        end.into_iter().chain(latest).min()
    }

    /// Returns `Ready` if the time is over, else makes sure that the task is woken then.
    #[inline]
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.is_watched(cx) {
            true => Poll::Pending,
            false => self.poll_clock(cx),
        }
    }

    /// Returns `true` if the alarm will wake this task and has not gone off since the first wait.
    #[inline]
    fn is_watched(&mut self, cx: &Context<'_>) -> bool {
        let timer = self.timer.filter(|timer| {
            let is_early = self.latest == NEVER || timer.next() <= self.latest;
            self.sleep.is_none() && is_early
        });
        let is_set = timer.and_then(|timer| timer.is_set(self.timeout, cx.waker()));
        is_set.is_some_and(|generation| *self.generation.get_or_insert(generation) == generation)
    }

    #[cold]
    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.runtime.has_ended() {
            return Poll::Ready(());
        }
        // Tokio panics if the runtime ends at this moment.
        catch(|| self.poll_sleep(cx)).unwrap_or(Poll::Ready(()))
    }

    fn poll_sleep(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.sleep.is_none() {
            self.look_at_clock(cx.waker());
        }
        let sleep = self.sleep.as_mut();
        sleep.map_or(Poll::Pending, |sleep| sleep.as_mut().poll(cx))
    }

    /// Sets the alarm at the first wait, if it isn't set. Otherwise it creates a sleep.
    fn look_at_clock(&mut self, task: &Waker) {
        let now = clock::now();
        self.end = self.end.or_else(|| self.end_at(now));
        let Some(end) = self.end else {
            // The deadline is beyond what an instant can express, so it is never over.
            return;
        };
        let _inside = self.runtime.enter();
        let timer = self.timer.filter(|_| self.generation.is_none());
        let timeout = self.timeout().min(end.saturating_duration_since(now));
        self.generation = timer.and_then(|timer| timer.set(now, timeout, task));
        if self.generation.is_none() {
            self.sleep = Some(Box::pin(sleep_until(end)));
        }
    }
}
