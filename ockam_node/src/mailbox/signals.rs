//! The signal lane beside a mailbox, for events that its owner gets even if the mailbox is full.
//!
//! Signals take no room from messages, and sending one never waits. News about others is handled after all
//! messages that the mailbox had accepted before it, and before those that come after it, so it is queued
//! with the number of messages that had come by then. Equal signals in a row with the same number share
//! one entry with a count. The number of failed deliveries is bounded: if there are too many, one that equals
//! the last one moves it to its own place. What a monitor tells has its place as long as the monitor lives,
//! and is not counted. Control (a stop, a restart, a failure by order) comes before all messages.

mod signal;
mod stop;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::Down;

pub(crate) use signal::Signal;
use stop::Stop;

/// The largest number of different failed deliveries that wait for an owner.
const MAX_QUEUED_FAILURES: usize = 256;

/// The signals that the owner has not taken yet.
#[derive(Default)]
pub(crate) struct Signals {
    /// Whether there may be signals. It is set before the owner is woken, and the owner reads it before
    /// each message and before it waits. So the owner either sees it or is woken.
    any: AtomicBool,
    /// Whether the owner is to stop.
    is_stopping: AtomicBool,
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
}

#[derive(Default)]
struct Queue {
    entries: VecDeque<Entry>,
    /// The number of entries that are failed deliveries.
    failures: usize,
}

/// What the owner is to hear next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// That it is to stop.
    Stop,
    /// The first signal.
    Signal,
}

struct Entry {
    signal: Signal,
    /// How many times the owner gets it.
    times: u64,
    /// The number of messages that had come before it.
    behind: usize,
}

impl Entry {
    fn is_due(&self, begun: usize) -> bool {
        self.signal.is_control() || is_reached(self.behind, begun)
    }
}

impl Signals {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a signal that the owner gets `times` times, after the first `behind` messages.
    ///
    /// # Errors
    ///
    /// Returns the signal if too many wait, or if the owner has ended.
    pub(crate) fn push(&self, signal: Signal, times: u64, behind: usize) -> Result<(), Signal> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(signal);
        }
        let entry = Entry {
            signal,
            times,
            behind,
        };
        let queue = state.queue.get_or_insert_default();
        match entry.signal {
            Signal::Undelivered(_) => queue.push_failure(entry)?,
            Signal::Down { .. } => queue.entries.push_back(entry),
            Signal::Restart | Signal::Fail(_) => queue.entries.push_front(entry),
        }
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
    /// already, so that the mailbox is to be closed now. Otherwise the owner closes it.
    pub(crate) fn stop(&self) -> bool {
        let mut state = self.lock();
        self.begin(&mut state);
        state.stop.close()
    }

    fn begin(&self, state: &mut State) {
        if state.stop.begin() {
            self.is_stopping.store(true, Ordering::Release);
            self.any.store(true, Ordering::Release);
        }
    }

    /// Notes that the owner has heard of the stop. Returns `true` if the mailbox is to be closed now.
    pub(crate) fn has_heard_of_stop(&self) -> bool {
        self.lock().stop.has_heard()
    }

    /// Returns what the owner is to hear when `begun` messages have been begun. A stop is returned once.
    #[cold]
    pub(crate) fn next_due(&self, begun: usize) -> Option<Due> {
        let mut state = self.lock();
        if state.stop.take() {
            return Some(Due::Stop);
        }
        let first = state.queue.as_ref().and_then(|it| it.entries.front());
        if first.is_none() && !state.looks_closely {
            self.any.store(false, Ordering::Release);
        }
        let is_due = first.is_some_and(|first| first.is_due(begun));
        is_due.then_some(Due::Signal)
    }

    /// Takes the first signal, if it is due when `begun` messages have been begun.
    pub(crate) fn pop(&self, begun: usize) -> Option<Signal> {
        let mut state = self.lock();
        let queue = state.queue.as_mut()?;
        let first = queue.entries.front_mut()?;
        if !first.is_due(begun) {
            return None;
        }
        if first.times > 1 {
            first.times -= 1;
            return Some(first.signal.copy());
        }
        queue.remove(0)
    }

    /// Returns what the monitors of the owner tell and it has not heard yet: the one at a position, with the
    /// number of its monitor.
    pub(crate) fn down_at(&self, position: usize) -> Option<(u64, Down)> {
        let state = self.lock();
        let entries = state.queue.as_ref()?.entries.iter();
        let mut downs = entries.filter_map(|entry| match &entry.signal {
            Signal::Down { monitor, down } => Some((*monitor, down)),
            _ => None,
        });
        let (monitor, down) = downs.nth(position)?;
        Some((monitor, down.clone()))
    }

    /// Returns `true` if the owner is to stop and has not heard of it yet.
    pub(crate) fn is_stop_pending(&self) -> bool {
        self.is_stopping() && self.lock().stop.is_pending()
    }

    /// Takes what a monitor tells out of the queue. Returns `false` if it isn't there.
    pub(crate) fn take_down(&self, monitor: u64) -> bool {
        let mut state = self.lock();
        let Some(queue) = state.queue.as_mut() else {
            return false;
        };
        let is_its = |entry: &Entry| matches!(entry.signal, Signal::Down { monitor: it, .. } if it == monitor);
        let position = queue.entries.iter().position(is_its);
        position.is_some_and(|position| queue.remove(position).is_some())
    }

    /// Lets this seem not to be empty, so that the owner looks more closely at each message. So an owner that
    /// has no reason for that looks at one flag.
    pub(crate) fn look_closely(&self) {
        self.lock().looks_closely = true;
        self.any.store(true, Ordering::Release);
    }

    /// Forgets what was for an incarnation of the owner that has ended. It still looks closely: a message that was
    /// withdrawn with that incarnation may be queued.
    pub(crate) fn renew(&self) {
        let mut state = self.lock();
        if let Some(queue) = state.queue.as_mut() {
            let entries = &mut queue.entries;
            entries.retain(|entry| matches!(entry.signal, Signal::Undelivered(_)));
        }
    }

    /// Takes all signals, each with the number of times that the owner had still to get it. Refuses
    /// signals from now on.
    pub(crate) fn close(&self) -> Vec<(Signal, u64)> {
        let mut state = self.lock();
        state.is_closed = true;
        let queue = state.queue.take();
        drop(state);
        match queue {
            None => Vec::new(),
            Some(queue) => {
                let entries = queue.entries.into_iter();
                entries.map(|it| (it.signal, it.times)).collect()
            }
        }
    }
}

impl Queue {
    fn push_failure(&mut self, entry: Entry) -> Result<(), Signal> {
        let is_full = self.failures >= MAX_QUEUED_FAILURES;
        match self.entries.back_mut() {
            Some(last)
                if (is_full || last.behind == entry.behind)
                    && last.signal.is_like(&entry.signal) =>
            {
                last.times = last.times.saturating_add(entry.times);
                if is_reached(last.behind, entry.behind) {
                    last.behind = entry.behind;
                }
            }
            _ if is_full => return Err(entry.signal),
            _ => {
                self.failures += 1;
                self.entries.push_back(entry);
            }
        }
        Ok(())
    }

    fn remove(&mut self, position: usize) -> Option<Signal> {
        let entry = self.entries.remove(position)?;
        self.failures -= usize::from(matches!(entry.signal, Signal::Undelivered(_)));
        Some(entry.signal)
    }
}

/// Returns `true` if `count` has reached `place`. Both may wrap around, so the difference is compared.
fn is_reached(place: usize, count: usize) -> bool {
    count.wrapping_sub(place) as isize >= 0
}

#[cfg(test)]
mod tests {
    use ockam_core::{Error, ErrorKind};

    use super::*;

    fn lost(what: usize) -> Signal {
        let why = format!("{what} is lost");
        let error = Error::new(ErrorKind::OutcomeUnknown, why);
        Signal::Undelivered(error.with_names(vec!["worker".into()]))
    }

    fn is_due(signals: &Signals, begun: usize) -> bool {
        signals.next_due(begun) == Some(Due::Signal)
    }

    #[test]
    fn signals_that_are_alike_take_one_entry() {
        let signals = Signals::default();
        for what in 0..MAX_QUEUED_FAILURES {
            assert!(signals.push(lost(what), 1_000, 0).is_ok());
            assert!(signals.push(lost(what), 1, 0).is_ok());
        }
        assert!(
            signals.push(lost(MAX_QUEUED_FAILURES), 1, 0).is_err(),
            "too many"
        );
        for number in 0..MAX_QUEUED_FAILURES * 1_001 - 1 {
            let Some(Signal::Undelivered(failure)) = signals.pop(0) else {
                panic!("there is one more");
            };
            assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
            assert_eq!(failure.to_string(), format!("{} is lost", number / 1_001));
            assert_eq!(failure.names(), ["worker"]);
        }
        let left: Vec<_> = signals.close().iter().map(|(_, times)| *times).collect();
        assert_eq!(left, [1]);
        assert!(signals.pop(0).is_none());
    }

    #[test]
    fn signals_that_are_alike_keep_their_places_as_long_as_there_is_room() {
        let signals = Signals::default();
        for place in 1..MAX_QUEUED_FAILURES {
            assert!(signals.push(lost(0), 1, place).is_ok());
        }
        // The last entry is for all that follow.
        for place in MAX_QUEUED_FAILURES..=2 * MAX_QUEUED_FAILURES {
            assert!(signals.push(lost(0), 1, place).is_ok());
        }
        for place in 1..MAX_QUEUED_FAILURES {
            assert!(signals.pop(place - 1).is_none() && !is_due(&signals, place - 1));
            assert!(is_due(&signals, place) && signals.pop(place).is_some());
        }
        assert!(signals.pop(2 * MAX_QUEUED_FAILURES - 1).is_none());
        for _ in MAX_QUEUED_FAILURES..=2 * MAX_QUEUED_FAILURES {
            assert!(signals.pop(2 * MAX_QUEUED_FAILURES).is_some());
        }
        assert!(!signals.is_empty(), "nobody has looked behind the last one");
        assert!(signals.pop(2 * MAX_QUEUED_FAILURES).is_none());
        assert!(!is_due(&signals, 2 * MAX_QUEUED_FAILURES) && signals.is_empty());
    }

    #[test]
    fn nothing_is_accepted_that_nobody_takes_any_more() {
        let signals = Signals::default();
        assert!(signals.push(lost(0), 2, 0).is_ok());
        assert_eq!(signals.close().len(), 1);
        assert!(signals.push(lost(0), 1, 0).is_err());
        assert_eq!(signals.close().len(), 0);
    }

    #[test]
    fn a_signal_is_due_behind_what_was_accepted_before_it() {
        let signals = Signals::default();
        let behind = usize::MAX;
        assert!(signals.push(lost(0), 1, behind).is_ok());
        assert!(!is_due(&signals, behind.wrapping_sub(1)));
        assert!(is_due(&signals, behind));
        assert!(is_due(&signals, behind.wrapping_add(1)));
    }
}
