use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::Error;

/// How many reports wait for a worker at most. Those that are alike count as one.
const MANY: usize = 256;

/// What became of messages that a worker sent to other nodes, and that were not delivered.
///
/// The reports wait beside the mailbox: they are no messages, take no room from those, and are never
/// waited for. Most workers never get one, so there is no memory for them until the first one comes.
#[derive(Default)]
pub(crate) struct Failures {
    /// Whether there may be any: a worker looks here each time before it waits for a message. It is set
    /// before the worker is woken, so that it either sees this or is woken.
    some: AtomicBool,
    reports: Mutex<Option<Box<Reports>>>,
}

/// The first one comes first. There are so few that the others may move up behind it.
#[derive(Default)]
struct Reports(Vec<(Error, u64)>);

impl Failures {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Reports>>> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a report that is to be made so many times, or gives it back if there are too many.
    pub(crate) fn push(&self, failure: Error, times: u64) -> Result<(), Error> {
        let mut failures = self.lock();
        let Reports(failures) = &mut **failures.get_or_insert_default();
        let count = failures.len();
        match failures.last_mut() {
            Some((last, before)) if are_alike(last, &failure) => *before += times,
            _ if count >= MANY => return Err(failure),
            _ => failures.push((failure, times)),
        }
        self.some.store(true, Ordering::Release);
        Ok(())
    }

    #[inline]
    pub(crate) fn are_there(&self) -> bool {
        self.some.load(Ordering::Acquire)
    }

    pub(crate) fn pop(&self) -> Option<Error> {
        let mut reports = self.lock();
        let failure = reports.as_mut().and_then(|reports| reports.next());
        self.some.store(failure.is_some(), Ordering::Release);
        failure
    }

    /// Takes all reports, each with how many times it was still to be made.
    pub(crate) fn take_all(&self) -> Vec<(Error, u64)> {
        if !self.are_there() {
            return Vec::new();
        }
        let reports = self.lock().take();
        reports.map(|reports| reports.0).unwrap_or_default()
    }
}

impl Reports {
    fn next(&mut self) -> Option<Error> {
        match self.0.first_mut() {
            Some((failure, times)) if *times > 1 => {
                *times -= 1;
                let again = Error::new(failure.kind(), failure.to_string());
                Some(again.with_names(failure.names().to_vec()))
            }
            Some(_) => Some(self.0.remove(0).0),
            None => None,
        }
    }
}

/// Tells whether two reports say the same. Transports make them: they have no cause, and hold no message.
fn are_alike(one: &Error, other: &Error) -> bool {
    let say = |failure: &Error| failure.to_string();
    one.kind() == other.kind() && one.names() == other.names() && say(one) == say(other)
}

#[cfg(test)]
mod tests {
    use ockam_core::ErrorKind;

    use super::*;

    fn lost(what: usize) -> Error {
        let why = format!("{what} is lost");
        Error::new(ErrorKind::OutcomeUnknown, why).with_names(vec!["worker".into()])
    }

    #[test]
    fn what_is_said_many_times_takes_one_place() {
        let failures = Failures::default();
        for what in 0..MANY {
            assert!(failures.push(lost(what), 1_000).is_ok());
            assert!(failures.push(lost(what), 1).is_ok());
        }
        assert!(failures.push(lost(MANY), 1).is_err(), "there are too many");
        for number in 0..MANY * 1_001 - 1 {
            let failure = failures.pop().expect("one more");
            assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
            assert_eq!(failure.to_string(), format!("{} is lost", number / 1_001));
            assert_eq!(failure.names(), ["worker"]);
        }
        let left = failures.take_all();
        let left: Vec<_> = left.iter().map(|(_, times)| *times).collect();
        assert_eq!(left, [1]);
        assert!(failures.pop().is_none());
    }
}
