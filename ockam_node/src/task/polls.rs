//! Which worker each thread polls, by an epoch that each poll counts.
//!
//! A thread writes only to a place of its own, and reads no clock. Whoever wants to know how long a poll takes
//! looks twice: it is the same poll if the epoch is the same. One thread of the process does so, the watcher. It
//! sleeps while there is nothing to look at, and the next poll wakes it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::{self, Thread};

use pin_project_lite::pin_project;

/// The places of all threads that have polled a worker, until they end.
static THREADS: Mutex<Vec<Arc<Polls>>> = Mutex::new(Vec::new());

/// Whether the watcher is to be woken by the next poll. It is read by each poll, and written when the watcher
/// falls asleep and wakes up.
static IS_WATCHER_ASLEEP: AtomicBool = AtomicBool::new(false);

static WATCHER: Mutex<Option<Thread>> = Mutex::new(None);

thread_local! {
    static OWN: Place = Place::new();
}

/// What a thread has of its place. It is given up when the thread ends.
struct Place(Arc<Polls>);

/// The place of a thread.
pub(crate) struct Polls {
    /// No other thread of this process has it.
    pub(crate) number: u64,
    /// Grows with the begin and the end of each poll, and is odd in between.
    epoch: AtomicU64,
    /// The number of the worker that is being polled, or was polled last.
    worker: AtomicU64,
}

/// What a thread does at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub(crate) epoch: u64,
    /// The number of the worker that is being polled, if there is one.
    pub(crate) worker: Option<u64>,
}

pin_project! {
    /// A future whose polls are counted. See [`counted`].
    pub(crate) struct Counted<F> {
        #[pin]
        future: F,
        worker: u64,
    }
}

/// Counts the polls of the future of a worker. A worker with the number 0 is not counted.
pub(crate) fn counted<F: Future>(worker: u64, future: F) -> Counted<F> {
    Counted { future, worker }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _polling = Polling::begin(*this.worker);
        this.future.poll(cx)
    }
}

/// A poll that is counted. It ends when this is dropped, also by a panic.
struct Polling {
    is_counted: bool,
}

impl Polling {
    #[inline]
    fn begin(worker: u64) -> Self {
        let is_counted = worker != 0;
        if is_counted {
            // A thread that ends polls no more.
            let _ = OWN.try_with(|own| own.0.begin(worker));
        }
        Self { is_counted }
    }
}

impl Drop for Polling {
    #[inline]
    fn drop(&mut self) {
        if self.is_counted {
            let _ = OWN.try_with(|own| own.0.end());
        }
    }
}

impl Polls {
    #[inline]
    fn begin(&self, worker: u64) {
        self.worker.store(worker, Ordering::Relaxed);
        // Only its thread writes the epoch, so this needs no atomic addition. The number of the worker comes first,
        // for those who look.
        let epoch = self.epoch.load(Ordering::Relaxed);
        self.epoch
            .store(epoch.wrapping_add(1) | 1, Ordering::Release);
        if IS_WATCHER_ASLEEP.load(Ordering::Relaxed) {
            wake_watcher();
        }
    }

    /// Ends a poll. One within another one, on the same thread, ends both.
    #[inline]
    fn end(&self) {
        let epoch = self.epoch.load(Ordering::Relaxed);
        self.epoch
            .store(epoch.wrapping_add(2) & !1, Ordering::Release);
    }

    pub(crate) fn look(&self) -> Seen {
        let epoch = self.epoch.load(Ordering::Acquire);
        let worker = self.worker.load(Ordering::Relaxed);
        Seen {
            epoch,
            worker: (epoch % 2 == 1).then_some(worker),
        }
    }
}

/// Puts the places of all threads into a list, which is reused, so that looking allocates nothing.
pub(crate) fn all(list: &mut Vec<Arc<Polls>>) {
    list.clear();
    list.extend(threads().iter().cloned());
}

/// Lets the calling thread sleep until a worker is polled.
///
/// `is_quiet` says whether there is still nothing to look at. It is called when polls that begin from now on are
/// sure to wake this thread.
pub(crate) fn sleep_until_polled(is_quiet: impl FnOnce() -> bool) {
    *watcher() = Some(thread::current());
    IS_WATCHER_ASLEEP.store(true, Ordering::Relaxed);
    if is_quiet() {
        while IS_WATCHER_ASLEEP.load(Ordering::Relaxed) {
            thread::park();
        }
    }
    IS_WATCHER_ASLEEP.store(false, Ordering::Relaxed);
}

/// Wakes the thread that [sleeps](sleep_until_polled), if there is one.
#[cold]
fn wake_watcher() {
    IS_WATCHER_ASLEEP.store(false, Ordering::Relaxed);
    let watcher = watcher().take();
    watcher.iter().for_each(Thread::unpark);
}

fn threads() -> MutexGuard<'static, Vec<Arc<Polls>>> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watcher() -> MutexGuard<'static, Option<Thread>> {
    WATCHER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let polls = Arc::new(Polls {
            number: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            epoch: AtomicU64::new(0),
            worker: AtomicU64::new(0),
        });
        threads().push(polls.clone());
        Self(polls)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        threads().retain(|it| it.number != self.0.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_is_seen_until_it_ends_however_that_comes() {
        OWN.with(|own| {
            assert_eq!(own.0.look().worker, None);
            let panics = counted(7, async {
                OWN.with(|own| assert_eq!(own.0.look().worker, Some(7)));
                panic!("on purpose");
            });
            let mut panics = Box::pin(panics);
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let before = own.0.look().epoch;
            let poll = std::panic::AssertUnwindSafe(|| panics.as_mut().poll(&mut cx).is_ready());
            assert!(std::panic::catch_unwind(poll).is_err());
            let after = own.0.look();
            assert_eq!(after.worker, None);
            assert_ne!(after.epoch, before);
            let nested = counted(8, async {
                let mut inner = Box::pin(counted(9, async {}));
                let mut cx = Context::from_waker(std::task::Waker::noop());
                assert!(inner.as_mut().poll(&mut cx).is_ready());
            });
            assert!(Box::pin(nested).as_mut().poll(&mut cx).is_ready());
            assert_eq!(own.0.look().worker, None, "it is as if there were none");
        });
    }

    #[test]
    fn a_worker_with_the_number_0_is_not_counted() {
        OWN.with(|own| {
            let before = own.0.look();
            let mut cx = Context::from_waker(std::task::Waker::noop());
            assert!(
                Box::pin(counted(0, async {}))
                    .as_mut()
                    .poll(&mut cx)
                    .is_ready()
            );
            assert_eq!(own.0.look(), before);
        });
    }
}
