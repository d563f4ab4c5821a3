//! The lane beside a mailbox for what its owner must hear although the mailbox is full.
//!
//! A signal is no message: it takes no room from messages, and nobody waits to send one. It is told
//! behind everything that the mailbox had accepted before it, so each is queued with the number of
//! messages accepted by then. Signals that are alike are one entry with a count, and their number is
//! bounded.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::Error;

/// How many different signals wait for an owner at most.
const MAX_QUEUED_SIGNALS: usize = 256;

/// What the owner of a mailbox is told.
#[derive(Debug)]
pub(crate) enum Signal {
    /// A message that it sent to another node was not delivered, or may not have been.
    Undelivered(Error),
}

/// The signals that an owner has not taken yet.
#[derive(Default)]
pub(crate) struct Signals {
    /// Whether there may be any. It is set before the owner is woken, and the owner looks here before
    /// each message and before it waits, so that it either sees this or is woken.
    any: AtomicBool,
    queue: Mutex<Vec<Entry>>,
}

struct Entry {
    signal: Signal,
    /// How often it is to be told.
    times: u64,
    /// How many messages had been accepted when it came.
    behind: usize,
}

impl Signals {
    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a signal that is to be told so many times, behind so many accepted messages.
    ///
    /// # Errors
    ///
    /// Gives the signal back if too many wait.
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

    /// Tells whether the first signal is due once so many messages have been begun.
    #[cold]
    pub(crate) fn is_due(&self, begun: usize) -> bool {
        let queue = self.lock();
        // Both counts may wrap around.
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

    /// Takes all signals, each with how often it was still to be told.
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
    // There are few, so the others may move up.
    Some(queue.remove(0).signal)
}

impl Signal {
    /// Tells whether both say the same. Transports make the errors: they have no cause, and hold no
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
