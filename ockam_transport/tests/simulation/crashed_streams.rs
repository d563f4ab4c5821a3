//! The ends of the streams of a host that has crashed.
//!
//! When a runtime is dropped, it drops its tasks in an order that depends on how many tasks the whole
//! process has had. The ends of streams would tell their peers in that order, and no run could be
//! repeated. So they are kept, and then dropped in the order of their names.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::scenario::HOSTS;

#[derive(Default)]
pub(crate) struct CrashedStreams {
    is_crashing: [AtomicBool; HOSTS.len()],
    ends: Mutex<Vec<CrashedEnd>>,
}

/// An end of a stream, with its host and its name.
struct CrashedEnd {
    host: usize,
    name: String,
    _end: Box<dyn Send>,
}

impl CrashedStreams {
    /// Sets whether the ends of the streams of a host are kept.
    pub(crate) fn set_crashing(&self, host: usize, is_crashing: bool) {
        self.is_crashing[host].store(is_crashing, Ordering::Relaxed);
    }

    /// Keeps an end of a stream if its host is crashing, and drops it otherwise.
    pub(crate) fn keep(&self, host: usize, name: &str, end: impl Send + 'static) {
        if self.is_crashing[host].load(Ordering::Relaxed) {
            let end = CrashedEnd {
                host,
                name: name.to_owned(),
                _end: Box::new(end),
            };
            self.lock().push(end);
        }
    }

    /// Drops what is kept of a host.
    pub(crate) fn clear(&self, host: usize) {
        let mut ends = self.lock();
        let all = mem::take(&mut *ends);
        let (mut own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|end| end.host == host);
        *ends = others;
        drop(ends);
        own.sort_by(|one, other| one.name.cmp(&other.name));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<CrashedEnd>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
