use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::Error;

/// How many reports wait for a worker at most.
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

#[derive(Default)]
struct Reports(VecDeque<Error>);

impl Failures {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Reports>>> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a report, or gives it back if there are too many.
    pub(crate) fn push(&self, failure: Error) -> Result<(), Error> {
        let mut failures = self.lock();
        let Reports(failures) = &mut **failures.get_or_insert_default();
        if failures.len() >= MANY {
            return Err(failure);
        }
        failures.push_back(failure);
        self.some.store(true, Ordering::Release);
        Ok(())
    }

    #[inline]
    pub(crate) fn are_there(&self) -> bool {
        self.some.load(Ordering::Acquire)
    }

    pub(crate) fn pop(&self) -> Option<Error> {
        let mut reports = self.lock();
        let failure = reports.as_mut().and_then(|reports| reports.0.pop_front());
        self.some.store(failure.is_some(), Ordering::Release);
        failure
    }

    pub(crate) fn take_all(&self) -> VecDeque<Error> {
        let reports = self.lock().take();
        reports.map(|reports| reports.0).unwrap_or_default()
    }
}
