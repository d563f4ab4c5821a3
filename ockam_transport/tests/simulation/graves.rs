//! What is left of the streams of a host that has crashed.
//!
//! A runtime that is dropped drops its tasks in an order that depends on how many tasks the whole
//! process has had. The ends of streams would tell their peers in that order, and no run would be
//! repeated. So they are kept until they can be dropped in an order of their own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::plan::HOSTS;

#[derive(Default)]
pub(crate) struct Graves {
    is_crashing: [AtomicBool; HOSTS.len()],
    graves: Mutex<Vec<Grave>>,
}

/// An end of a stream, its host, and what it is known by.
struct Grave {
    host: usize,
    name: String,
    _remains: Box<dyn Send>,
}

impl Graves {
    /// Keeps what is buried on a host from now on, or drops it at once again.
    pub(crate) fn set_crashing(&self, host: usize, is_crashing: bool) {
        self.is_crashing[host].store(is_crashing, Ordering::Relaxed);
    }

    pub(crate) fn bury(&self, host: usize, name: &str, remains: impl Send + 'static) {
        if self.is_crashing[host].load(Ordering::Relaxed) {
            let grave = Grave {
                host,
                name: name.to_owned(),
                _remains: Box::new(remains),
            };
            let mut graves = self.graves.lock().unwrap_or_else(PoisonError::into_inner);
            graves.push(grave);
        }
    }

    /// Drops what is kept of a host.
    pub(crate) fn clear(&self, host: usize) {
        let mut graves = self.graves.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut *graves);
        let (mut own, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|grave| grave.host == host);
        *graves = others;
        drop(graves);
        own.sort_by(|one, other| one.name.cmp(&other.name));
    }
}
