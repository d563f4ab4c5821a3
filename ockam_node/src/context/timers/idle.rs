use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::time::clock::{self, Instant};

/// How long a context has been waiting for a message.
///
/// The context notes the beginning of each wait with the number of messages that it has begun. If that
/// number is another one by now, it doesn't wait any more.
#[derive(Default)]
pub(crate) struct Idle {
    /// The number of timers that ask. Without one, nothing is noted and no clock is read.
    timers: AtomicUsize,
    since: Mutex<Option<Wait>>,
}

#[derive(Clone, Copy)]
struct Wait {
    since: Instant,
    begun: usize,
}

/// A timer that asks, until it is dropped.
pub(super) struct Asking(Arc<Idle>);

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Option<Wait>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the context begins to wait for a message, having begun `begun` of them.
    pub(crate) fn note(&self, begun: usize) {
        if self.timers.load(Ordering::Relaxed) > 0 {
            let since = clock::now();
            let mut wait = self.lock();
            // A wait that is only polled again goes on.
            if wait.is_none_or(|wait| wait.begun != begun) {
                *wait = Some(Wait { since, begun });
            }
        }
    }

    pub(super) fn ask(self: &Arc<Self>) -> Asking {
        self.timers.fetch_add(1, Ordering::Relaxed);
        Asking(self.clone())
    }
}

impl Asking {
    /// Returns when the context will have been idle for `after`, at the earliest, if it has begun `begun`
    /// messages so far.
    pub(super) fn idle_at(&self, begun: usize, after: Duration) -> Instant {
        match *self.0.lock() {
            Some(wait) if wait.begun == begun => wait.since + after,
            _ => clock::after(after),
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        // Under the lock, so that a wait of the next timer isn't forgotten.
        let mut wait = self.0.lock();
        if self.0.timers.fetch_sub(1, Ordering::Relaxed) == 1 {
            *wait = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_timer_is_counted_until_the_wait_is_forgotten_that_was_noted_for_it() {
        let idle = Arc::<Idle>::default();
        let before = idle.ask();
        thread::scope(|scope| {
            let wait = idle.lock();
            scope.spawn(|| drop(before));
            // It has to wait for the lock. If it didn't, a timer that begins now would have its wait forgotten.
            for _ in 0..20 {
                assert_eq!(idle.timers.load(Ordering::Relaxed), 1);
                thread::sleep(Duration::from_millis(1));
            }
            drop(wait);
        });
        assert_eq!(idle.timers.load(Ordering::Relaxed), 0);
    }
}
