//! Which worker each thread polls, by an epoch that each poll counts.
//!
//! A thread writes only to a place of its own, and reads no clock. Whoever wants to know how long a poll takes
//! looks twice: it is the same poll if the epoch is the same. One thread of the process does so, the watcher. It
//! sleeps while there is nothing to look at, and the next poll wakes it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::{self, Thread};

use pin_project_lite::pin_project;

use super::current::InWorker;

/// The places of all threads.
static THREADS: Mutex<Threads> = Mutex::new(Threads {
    polling: Vec::new(),
    free: Vec::new(),
});

/// Whether the watcher is to be woken by the next poll. It is read by each poll, and written when the watcher
/// falls asleep and wakes up.
static IS_WATCHER_ASLEEP: AtomicBool = AtomicBool::new(false);

static WATCHER: Mutex<Option<Thread>> = Mutex::new(None);

thread_local! {
    /// The place of this thread, from its first poll to its end. Reading it takes no more than that.
    static OWN: Cell<Option<&'static Polls>> = const { Cell::new(None) };
    /// Gives the place up.
    static OWNER: Owner = Owner::new();
}

/// The places are never freed, so that a poll follows one pointer. A thread takes one that another thread has left,
/// so there are as many as threads have polled workers at the same time.
struct Threads {
    polling: Vec<&'static Polls>,
    free: Vec<&'static Polls>,
}

/// What a thread has of its place. It is given up when the thread ends.
struct Owner(&'static Polls);

/// The place of a thread.
pub(crate) struct Polls {
    /// No other place of this process has it.
    pub(crate) number: u64,
    /// Grows with each poll.
    epoch: AtomicU64,
    /// The number of the worker that is being polled, or 0.
    worker: AtomicU64,
}

/// What a thread does at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    /// It is another one for each poll, and for the time between two polls.
    pub(crate) epoch: u64,
    /// The number of the worker that is being polled, if there is one.
    pub(crate) worker: Option<u64>,
}

/// The numbers of a worker whose task is polled.
#[derive(Clone, Copy)]
pub(crate) struct PolledWorker {
    /// Its number on its node, which asks find.
    pub(crate) id: u64,
    /// Its number among the workers of all nodes, or 0 if its polls are not counted.
    pub(crate) number: u64,
}

pin_project! {
    /// A future whose polls are counted. See [`counted`].
    pub(crate) struct Counted<F> {
        #[pin]
        future: F,
        worker: PolledWorker,
    }
}

/// Polls the future of a worker. While it does, the thread is known to poll this worker.
pub(crate) fn counted<F: Future>(worker: PolledWorker, future: F) -> Counted<F> {
    Counted { future, worker }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _in_worker = InWorker::enter(this.worker.id);
        let _polling = Polling::begin(this.worker.number);
        this.future.poll(cx)
    }
}

/// A poll that is counted. It ends when this is dropped, also by a panic.
struct Polling(Option<&'static Polls>);

impl Polling {
    #[inline]
    fn begin(worker: u64) -> Self {
        let own = match worker {
            0 => None,
            _ => OWN.get().or_else(own_place),
        };
        if let Some(own) = own {
            own.begin(worker);
        }
        Self(own)
    }
}

impl Drop for Polling {
    #[inline]
    fn drop(&mut self) {
        if let Some(own) = self.0 {
            own.end();
        }
    }
}

/// Finds a place for this thread. One that ends polls no more.
#[cold]
fn own_place() -> Option<&'static Polls> {
    OWNER.try_with(|owner| owner.0).ok()
}

impl Polls {
    #[inline]
    fn begin(&self, worker: u64) {
        // Only its thread writes the epoch, so this needs no atomic addition. It is written before the worker, and
        // read after it: whoever sees the worker sees the epoch of its poll, or a later one.
        let epoch = self.epoch.load(Ordering::Relaxed);
        self.epoch.store(epoch.wrapping_add(1), Ordering::Relaxed);
        self.worker.store(worker, Ordering::Release);
        if IS_WATCHER_ASLEEP.load(Ordering::Relaxed) {
            wake_watcher();
        }
    }

    /// Ends a poll. One within another one, on the same thread, ends both.
    #[inline]
    fn end(&self) {
        self.worker.store(0, Ordering::Relaxed);
    }

    pub(crate) fn look(&self) -> Seen {
        let worker = match self.worker.load(Ordering::Acquire) {
            0 => None,
            worker => Some(worker),
        };
        let epoch = self.epoch.load(Ordering::Relaxed);
        Seen {
            epoch: (epoch << 1) | u64::from(worker.is_some()),
            worker,
        }
    }
}

/// Puts the places of all threads into a list, which is reused, so that looking allocates nothing.
pub(crate) fn all(list: &mut Vec<&'static Polls>) {
    list.clear();
    list.extend_from_slice(&threads().polling);
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

fn threads() -> MutexGuard<'static, Threads> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watcher() -> MutexGuard<'static, Option<Thread>> {
    WATCHER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Owner {
    fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let mut threads = threads();
        let own = threads.free.pop().unwrap_or_else(|| {
            Box::leak(Box::new(Polls {
                number: LAST.fetch_add(1, Ordering::Relaxed) + 1,
                epoch: AtomicU64::new(0),
                worker: AtomicU64::new(0),
            }))
        });
        threads.polling.push(own);
        drop(threads);
        OWN.set(Some(own));
        Self(own)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        OWN.set(None);
        let mut threads = threads();
        threads.polling.retain(|it| it.number != self.0.number);
        threads.free.push(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> &'static Polls {
        OWN.get().or_else(own_place).unwrap()
    }

    fn worker(number: u64) -> PolledWorker {
        PolledWorker { id: 1, number }
    }

    fn poll(future: impl Future) {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(Box::pin(future).as_mut().poll(&mut cx).is_ready());
    }

    #[test]
    fn a_poll_is_seen_until_it_ends_however_that_comes() {
        assert_eq!(own().look().worker, None);
        let before = own().look().epoch;
        let panics = counted(worker(7), async {
            assert_eq!(own().look().worker, Some(7));
            panic!("on purpose");
        });
        let poll_it = std::panic::AssertUnwindSafe(|| poll(panics));
        assert!(std::panic::catch_unwind(poll_it).is_err());
        let after = own().look();
        assert_eq!(after.worker, None);
        assert_ne!(after.epoch, before);
        poll(counted(worker(8), async {
            poll(counted(worker(9), async {}));
        }));
        assert_eq!(own().look().worker, None, "it is as if there were none");
    }

    #[test]
    fn each_poll_and_each_time_between_two_has_an_epoch_of_its_own() {
        let mut epochs = vec![own().look().epoch];
        for _ in 0..3 {
            poll(counted(worker(7), async {
                epochs.push(own().look().epoch);
            }));
            epochs.push(own().look().epoch);
        }
        epochs.sort_unstable();
        epochs.dedup();
        assert_eq!(epochs.len(), 7);
    }

    #[test]
    fn a_worker_with_the_number_0_is_not_counted() {
        let before = own().look();
        poll(counted(worker(0), async {}));
        assert_eq!(own().look(), before);
    }

    #[test]
    fn a_thread_takes_the_place_of_one_that_has_ended() {
        let polled = || {
            thread::spawn(|| {
                poll(counted(worker(7), async {}));
                own().number
            })
        };
        // Those of other tests may end at any time, so that no number is sure to be the same.
        let numbers: Vec<_> = (0..1_000).map(|_| polled().join().unwrap()).collect();
        assert!(numbers.iter().max().unwrap() < &500, "{numbers:?}");
    }
}
