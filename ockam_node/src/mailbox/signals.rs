//! The signal lane beside a mailbox, for events that its owner gets even if the mailbox is full.
//!
//! Signals take no room from messages, and sending one never waits. A signal is handled after all
//! messages that the mailbox had accepted before it, so it is queued with the number of messages
//! accepted by then. Equal signals in a row share one entry with a count, and the number of entries is
//! bounded.

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
    queue: Mutex<Vec<Entry>>,
}

struct Entry {
    signal: Signal,
    /// How many times the owner gets it.
    times: u64,
    /// The number of messages that had been accepted before it.
    behind: usize,
}

impl Signals {
    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a signal that the owner gets `times` times, after `behind` accepted messages.
    ///
    /// # Errors
    ///
    /// Returns the signal if too many wait.
    pub(crate) fn push(&self, signal: Signal, times: u64, behind: usize) -> Result<(), Signal> {
        let mut queue = self.lock();
        let count = queue.len();
        match queue.last_mut() {
            Some(last) if last.signal.is_like(&signal) => last.times += times,
            _ if count >= MAX_QUEUED_SIGNALS => return Err(signal),
            _ => queue.push(Entry {
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
        let queue = self.lock();
        // Both counts may wrap around, so the difference is compared.
        queue
            .first()
            .is_some_and(|first| begun.wrapping_sub(first.behind) as isize >= 0)
    }

    /// Takes the first signal.
    pub(crate) fn pop(&self) -> Option<Signal> {
        let mut queue = self.lock();
        let signal = pop(&mut queue);
        self.any.store(signal.is_some(), Ordering::Release);
        signal
    }

    /// Takes all signals, each with the number of times that the owner had still to get it.
    pub(crate) fn take_all(&self) -> Vec<(Signal, u64)> {
        if self.is_empty() {
            return Vec::new();
        }
        let queue = mem::take(&mut *self.lock());
        queue.into_iter().map(|it| (it.signal, it.times)).collect()
    }
}

fn pop(queue: &mut Vec<Entry>) -> Option<Signal> {
    let first = queue.first_mut()?;
    if first.times > 1 {
        first.times -= 1;
        return Some(first.signal.copy());
    }
    // There are few entries, so moving the others is cheap.
    Some(queue.remove(0).signal)
}

impl Signal {
    /// Returns `true` if both are equal. The errors come from transports and have no cause and no
    /// message.
    fn is_like(&self, other: &Self) -> bool {
        let (Self::Undelivered(one), Self::Undelivered(other)) = (self, other);
        let text = |failure: &Error| failure.to_string();
        one.kind() == other.kind() && one.names() == other.names() && text(one) == text(other)
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
            let Some(Signal::Undelivered(failure)) = signals.pop() else {
                panic!("there is one more");
            };
            assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
            assert_eq!(failure.to_string(), format!("{} is lost", number / 1_001));
            assert_eq!(failure.names(), ["worker"]);
        }
        let left: Vec<_> = signals.take_all().iter().map(|(_, times)| *times).collect();
        assert_eq!(left, [1]);
        assert!(signals.pop().is_none());
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
