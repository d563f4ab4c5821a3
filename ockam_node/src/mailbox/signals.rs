//! The signal lane beside a mailbox, for events that its owner gets even if the mailbox is full.
//!
//! Signals take no room from messages, and sending one never waits. A signal is handled after all
//! messages that the mailbox had accepted before it, and before those that come after it, so it is queued
//! with the number of messages that had come by then. Equal signals in a row with the same number share
//! one entry with a count. The number of entries is bounded: if there are too many, a signal that equals
//! the last one moves it to its own place.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::Error;

/// The largest number of different signals that wait for an owner.
const MAX_QUEUED_SIGNALS: usize = 256;

/// An event for the owner of a mailbox.
#[derive(Debug)]
pub(crate) enum Signal {
    /// A message that the owner sent to another node was not delivered, or may not have been.
    Undelivered(Error),
}

/// The signals that the owner has not taken yet.
#[derive(Default)]
pub(crate) struct Signals {
    /// Whether there may be signals. It is set before the owner is woken, and the owner reads it before
    /// each message and before it waits. So the owner either sees it or is woken.
    any: AtomicBool,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    entries: Vec<Entry>,
    /// Whether the owner has ended.
    is_closed: bool,
}

struct Entry {
    signal: Signal,
    /// How many times the owner gets it.
    times: u64,
    /// The number of messages that had come before it.
    behind: usize,
}

impl Signals {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a signal that the owner gets `times` times, after the first `behind` messages.
    ///
    /// # Errors
    ///
    /// Returns the signal if too many wait, or if the owner has ended.
    pub(crate) fn push(&self, signal: Signal, times: u64, behind: usize) -> Result<(), Signal> {
        let mut queue = self.lock();
        if queue.is_closed {
            return Err(signal);
        }
        let is_full = queue.entries.len() >= MAX_QUEUED_SIGNALS;
        match queue.entries.last_mut() {
            Some(last) if (is_full || last.behind == behind) && last.signal.is_like(&signal) => {
                last.times = last.times.saturating_add(times);
                if is_reached(last.behind, behind) {
                    last.behind = behind;
                }
            }
            _ if is_full => return Err(signal),
            _ => queue.entries.push(Entry {
                signal,
                times,
                behind,
            }),
        }
        self.any.store(true, Ordering::Release);
        Ok(())
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    /// Returns `true` if the first signal is due when `begun` messages have been begun.
    #[cold]
    pub(crate) fn is_due(&self, begun: usize) -> bool {
        let first_behind = self.lock().entries.first().map(|first| first.behind);
        first_behind.is_some_and(|behind| is_reached(behind, begun))
    }

    /// Takes the first signal, if it is due when `begun` messages have been begun.
    pub(crate) fn pop(&self, begun: usize) -> Option<Signal> {
        let mut queue = self.lock();
        let Some(first) = queue.entries.first_mut() else {
            self.any.store(false, Ordering::Release);
            return None;
        };
        if !is_reached(first.behind, begun) {
            return None;
        }
        if first.times > 1 {
            first.times -= 1;
            return Some(first.signal.copy());
        }
        // There are few entries, so moving the others is cheap.
        Some(queue.entries.remove(0).signal)
    }

    /// Takes all signals, each with the number of times that the owner had still to get it. Refuses
    /// signals from now on.
    pub(crate) fn close(&self) -> Vec<(Signal, u64)> {
        let mut queue = self.lock();
        queue.is_closed = true;
        let entries = mem::take(&mut queue.entries);
        drop(queue);
        let signals = entries.into_iter().map(|it| (it.signal, it.times));
        signals.collect()
    }
}

/// Returns `true` if `count` has reached `place`. Both may wrap around, so the difference is compared.
fn is_reached(place: usize, count: usize) -> bool {
    count.wrapping_sub(place) as isize >= 0
}

impl Signal {
    /// Returns `true` if both are equal. The errors have no cause. Those of transports have no message.
    fn is_like(&self, other: &Self) -> bool {
        let (Self::Undelivered(one), Self::Undelivered(other)) = (self, other);
        let text = |failure: &Error| failure.to_string();
        // The message of a timer is told with its failure, each by itself.
        let alone = one.has_undelivered() || other.has_undelivered();
        !alone
            && one.kind() == other.kind()
            && one.names() == other.names()
            && text(one) == text(other)
    }

    fn copy(&self) -> Self {
        let Self::Undelivered(failure) = self;
        let copy = Error::new(failure.kind(), failure.to_string());
        Self::Undelivered(copy.with_names(failure.names().to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::ErrorKind;

    use super::*;

    fn lost(what: usize) -> Signal {
        let why = format!("{what} is lost");
        let error = Error::new(ErrorKind::OutcomeUnknown, why);
        Signal::Undelivered(error.with_names(vec!["worker".into()]))
    }

    #[test]
    fn signals_that_are_alike_take_one_entry() {
        let signals = Signals::default();
        for what in 0..MAX_QUEUED_SIGNALS {
            assert!(signals.push(lost(what), 1_000, 0).is_ok());
            assert!(signals.push(lost(what), 1, 0).is_ok());
        }
        assert!(
            signals.push(lost(MAX_QUEUED_SIGNALS), 1, 0).is_err(),
            "too many"
        );
        for number in 0..MAX_QUEUED_SIGNALS * 1_001 - 1 {
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
        for place in 1..MAX_QUEUED_SIGNALS {
            assert!(signals.push(lost(0), 1, place).is_ok());
        }
        // The last entry is for all that follow.
        for place in MAX_QUEUED_SIGNALS..=2 * MAX_QUEUED_SIGNALS {
            assert!(signals.push(lost(0), 1, place).is_ok());
        }
        for place in 1..MAX_QUEUED_SIGNALS {
            assert!(signals.pop(place - 1).is_none() && !signals.is_due(place - 1));
            assert!(signals.is_due(place) && signals.pop(place).is_some());
        }
        assert!(signals.pop(2 * MAX_QUEUED_SIGNALS - 1).is_none());
        for _ in MAX_QUEUED_SIGNALS..=2 * MAX_QUEUED_SIGNALS {
            assert!(signals.pop(2 * MAX_QUEUED_SIGNALS).is_some());
        }
        assert!(!signals.is_empty(), "nobody has looked behind the last one");
        assert!(signals.pop(2 * MAX_QUEUED_SIGNALS).is_none() && signals.is_empty());
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
        assert!(!signals.is_due(behind.wrapping_sub(1)));
        assert!(signals.is_due(behind));
        assert!(signals.is_due(behind.wrapping_add(1)));
    }
}
