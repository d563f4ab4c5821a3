//! The signal lane beside a mailbox, for events that its owner gets even if the mailbox is full.
//!
//! Signals take no room from messages, and sending one never waits. News about others is handled after all
//! messages that the mailbox had accepted before it, and before those that come after it, so it is queued
//! with the number of messages that had come by then. Equal signals in a row with the same number share
//! one entry with a count. The number of failed deliveries is bounded: if there are too many, one that equals
//! the last one moves it to its own place. What a monitor tells has its place as long as the monitor lives,
//! and is not counted; of its restarts, 16 may wait, and then the last one stands for all that follow. Control (a stop, a restart, a failure by order) comes before all messages.

mod queue;
mod signal;
mod stop;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::Down;

use queue::Queue;
pub(crate) use signal::Signal;
use stop::Stop;
pub(crate) use stop::StopStep;

/// The signals that the owner has not taken yet.
#[derive(Default)]
pub(crate) struct Signals {
    /// Whether there may be signals. It is set before the owner is woken, and the owner reads it before
    /// each message and before it waits. So the owner either sees it or is woken.
    any: AtomicBool,
    /// Whether the owner is to stop.
    is_stopping: AtomicBool,
    /// Whether the owner has workers of its own.
    has_owned: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Most owners never get a signal, so the queue is allocated for the first one.
    queue: Option<Box<Queue>>,
    stop: Stop,
    /// Whether the owner looks more closely at each message, although there is no signal.
    looks_closely: bool,
    /// Whether the owner has ended.
    is_closed: bool,
    /// How often the owner has begun again. A signal for another generation is refused.
    generation: u32,
}

/// What the owner is to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// Take a step of its stop.
    Stop(StopStep),
    /// Take the first signal.
    Signal,
}

impl Signals {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a signal that the owner gets `times` times, after the first `behind` messages.
    ///
    /// # Errors
    ///
    /// Returns the signal if too many wait, or if the owner, or its generation that the signal is for, has
    /// ended.
    pub(crate) fn push(&self, signal: Signal, times: u64, behind: usize) -> Result<(), Signal> {
        let mut state = self.lock();
        let generation = signal.generation();
        if state.is_closed || generation.is_some_and(|it| it != state.generation) {
            return Err(signal);
        }
        let queue = state.queue.get_or_insert_default();
        queue.push(signal, times, behind)?;
        self.any.store(true, Ordering::Release);
        Ok(())
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    /// Returns `true` if the owner is to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Lets the owner hear that it is to stop. Its mailbox stays open.
    pub(crate) fn begin_stop(&self) {
        self.begin(&mut self.lock());
    }

    /// Does the same, and lets its mailbox be closed once it has heard. Returns `true` if it has heard
    /// already, and owns no workers, so that the mailbox is to be closed now. Otherwise the owner closes it.
    pub(crate) fn stop(&self) -> bool {
        let mut state = self.lock();
        self.begin(&mut state);
        let closes = state.stop.close();
        self.announce_stop(&state);
        closes
    }

    fn begin(&self, state: &mut State) {
        if state.stop.begin() {
            self.is_stopping.store(true, Ordering::Release);
            self.any.store(true, Ordering::Release);
        }
    }

    /// Notes that the owner has heard of the stop. Returns `true` if the mailbox is to be closed now.
    pub(crate) fn note_stop_heard(&self) -> bool {
        let mut state = self.lock();
        let closes = state.stop.note_heard();
        self.announce_stop(&state);
        closes
    }

    fn announce_stop(&self, state: &State) {
        if state.stop.is_pending() {
            self.any.store(true, Ordering::Release);
        }
    }

    /// Notes whether the owner has workers of its own, which are stopped before its mailbox is closed.
    pub(crate) fn set_has_owned(&self, has_owned: bool) {
        self.lock().stop.has_owned = has_owned;
        self.has_owned.store(has_owned, Ordering::Release);
    }

    /// Returns `true` if the owner has, or had, workers of its own.
    pub(crate) fn has_owned(&self) -> bool {
        self.has_owned.load(Ordering::Acquire)
    }

    /// Returns what the owner is to hear when `begun` messages have been begun. Each step of a stop is returned once.
    #[cold]
    pub(crate) fn next_due(&self, begun: usize) -> Option<Due> {
        let mut state = self.lock();
        if let Some(step) = state.stop.take() {
            return Some(Due::Stop(step));
        }
        let is_due = state.queue.as_ref().and_then(|it| it.is_first_due(begun));
        if is_due.is_none() && !state.looks_closely {
            self.any.store(false, Ordering::Release);
        }
        is_due.unwrap_or(false).then_some(Due::Signal)
    }

    /// Takes the first signal, if it is due when `begun` messages have been begun.
    pub(crate) fn pop(&self, begun: usize) -> Option<Signal> {
        self.lock().queue.as_mut()?.pop(begun)
    }

    /// Takes the first signal that no monitor tells, for an owner that receives those by itself.
    pub(crate) fn pop_unless_down(&self) -> Option<Signal> {
        self.lock().queue.as_mut()?.pop_unless_down()
    }

    /// Returns the first thing that monitors tell the owner behind another one, given by its number, with its
    /// own number. The numbers begin with 1.
    pub(crate) fn down_behind(&self, number: u64) -> Option<(u64, Down)> {
        self.lock().queue.as_ref()?.down_behind(number)
    }

    /// Returns `true` if the owner is to stop and has a step of that to take: it has not heard of it yet, or has
    /// not stopped the workers that it owns.
    pub(crate) fn is_stop_pending(&self) -> bool {
        self.is_stopping() && self.lock().stop.is_pending()
    }

    /// Takes what a monitor tells out of the queue, by its number. Returns `false` if it isn't there.
    pub(crate) fn take_down(&self, number: u64) -> bool {
        let mut state = self.lock();
        let queue = state.queue.as_mut();
        queue.is_some_and(|queue| queue.take_down(number))
    }

    /// Takes back all that a monitor tells. Returns `false` if there is nothing.
    pub(crate) fn take_monitor(&self, monitor: u64) -> bool {
        let mut state = self.lock();
        let queue = state.queue.as_mut();
        queue.is_some_and(|queue| queue.take_monitor(monitor))
    }

    /// Lets this seem not to be empty, so that the owner looks more closely at each message. So an owner that
    /// has no reason for that looks at one flag.
    pub(crate) fn look_closely(&self) {
        self.lock().looks_closely = true;
        self.any.store(true, Ordering::Release);
    }

    /// Returns how often the owner has begun again.
    pub(crate) fn generation(&self) -> u32 {
        self.lock().generation
    }

    /// Forgets what was for an incarnation of the owner that has ended, and refuses what comes for it from now on.
    /// It still looks closely: a message that was withdrawn with that incarnation may be queued.
    pub(crate) fn renew(&self) {
        let mut state = self.lock();
        state.generation = state.generation.wrapping_add(1);
        if let Some(queue) = state.queue.as_mut() {
            queue.renew();
        }
    }

    /// Takes all signals, each with the number of times that the owner had still to get it. Refuses
    /// signals from now on.
    pub(crate) fn close(&self) -> Vec<(Signal, u64)> {
        let mut state = self.lock();
        state.is_closed = true;
        let queue = state.queue.take();
        drop(state);
        queue.map_or_else(Vec::new, |queue| queue.into_signals())
    }
}
