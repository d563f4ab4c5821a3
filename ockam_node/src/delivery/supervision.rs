use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::text::Visible;
use ockam_core::{Address, Error};

/// The longest text of a failure that is kept, in bytes.
const MAX_FAILURE_BYTES: usize = 1024;

/// What others look at of a worker that can be started again.
pub(crate) struct Supervision {
    incarnation: AtomicU64,
    restarts: AtomicU64,
    /// Decides whether the error of a handler is a failure of the worker.
    is_fatal: Box<dyn Fn(&Error) -> bool + Send + Sync>,
    /// Whether the worker is started again when it stops itself.
    pub(crate) restarts_always: bool,
    /// The address of its supervisor, if it has one.
    pub(crate) supervisor: Option<Address>,
    /// Whether it waits to be started again.
    is_resting: AtomicBool,
    last_failure: Mutex<Option<Box<str>>>,
}

impl Supervision {
    pub(crate) fn new(
        incarnation: u64,
        restarts_always: bool,
        supervisor: Option<Address>,
        is_fatal: impl Fn(&Error) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            incarnation: AtomicU64::new(incarnation),
            restarts: AtomicU64::new(0),
            is_fatal: Box::new(is_fatal),
            restarts_always,
            supervisor,
            is_resting: AtomicBool::new(false),
            last_failure: Mutex::new(None),
        }
    }

    /// Notes that the worker has ended for this reason, and waits to be started again.
    pub(crate) fn rest(&self, why: &str) {
        let why = Visible::line(MAX_FAILURE_BYTES, why).into();
        let before = self.failure().replace(why);
        drop(before);
        self.is_resting.store(true, Ordering::Release);
    }

    /// Notes that the worker is being started again.
    pub(crate) fn resume(&self) {
        self.is_resting.store(false, Ordering::Release);
    }

    pub(crate) fn is_resting(&self) -> bool {
        self.is_resting.load(Ordering::Acquire)
    }

    /// Returns why the worker was started again last.
    pub(crate) fn last_failure(&self) -> Option<Box<str>> {
        self.failure().clone()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Box<str>>> {
        let failure = self.last_failure.lock();
        failure.unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of the incarnation that lives.
    pub(crate) fn incarnation(&self) -> u64 {
        self.incarnation.load(Ordering::Acquire)
    }

    /// Returns how often the worker has been started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Acquire)
    }

    /// Notes that the worker is started again, as an incarnation with another number. Returns how often
    /// it has been.
    pub(crate) fn begin_incarnation(&self, number: u64) -> u64 {
        self.incarnation.store(number, Ordering::Release);
        self.restarts.fetch_add(1, Ordering::AcqRel) + 1
    }

    pub(crate) fn is_fatal(&self, error: &Error) -> bool {
        (self.is_fatal)(error)
    }
}

impl fmt::Debug for Supervision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervision").finish_non_exhaustive()
    }
}
