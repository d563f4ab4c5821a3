use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use crate::observe::{Recorder, Times};

/// What only few workers have. The loop of a worker looks once for each message whether there is any of it.
#[derive(Default)]
pub(crate) struct Extras {
    /// The time limit of the handlers in nanoseconds, or 0 if they have none.
    handler_timeout: AtomicU64,
    times: OnceLock<Box<Times>>,
    /// What records the messages. A worker that ended may have had one that is gone.
    recorder: Mutex<Weak<Recorder>>,
}

impl Extras {
    /// Returns the time limit of the handlers, if they have one.
    pub(crate) fn handler_timeout(&self) -> Option<Duration> {
        let nanos = self.handler_timeout.load(Ordering::Relaxed);
        (nanos != 0).then(|| Duration::from_nanos(nanos))
    }

    /// Sets the time limit of the handlers, before the worker runs. One of more than 500 years is none.
    pub(super) fn set_handler_timeout(&self, limit: Duration) {
        let nanos = u64::try_from(limit.as_nanos()).unwrap_or(0);
        self.handler_timeout.store(nanos, Ordering::Relaxed);
    }

    /// Returns how long the messages take, if that is measured.
    pub(crate) fn times(&self) -> Option<&Times> {
        self.times.get().map(|times| &**times)
    }

    pub(super) fn measure(&self) {
        self.times.get_or_init(|| Box::new(Times::new()));
    }

    /// Returns what records the messages, if somebody has the recording.
    pub(crate) fn recorder(&self) -> Option<Arc<Recorder>> {
        self.lock_recorder().upgrade()
    }

    pub(super) fn record(&self, recorder: &Arc<Recorder>) {
        *self.lock_recorder() = Arc::downgrade(recorder);
    }

    fn lock_recorder(&self) -> MutexGuard<'_, Weak<Recorder>> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
