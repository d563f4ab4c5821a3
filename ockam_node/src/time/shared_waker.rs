//! The waker of the task that an alarm wakes. It can be read without a lock.
//!
//! ```text
//!  register ──▶ Mutex<Option<Waker>> ──▶ wake      under the lock, one after the other
//!     │                                   │
//!     └──▶ timeout, data, vtable ◀────────┤ clears the vtable,
//!                    │     generation ◀───┘ then increments
//!                    ▼         ▼
//!                   is_registered              reads at any time, without the lock
//! ```
//!
//! **Guarantee.** A task that reads `Some(generation)` is woken by the next wake-up if the generation
//! is still the same. If it is not, an earlier wake-up has woken the task or is waking it. In both
//! cases, the generation has changed when the task has been woken. The time limit that the alarm was
//! set for is not longer than the one in question.
//!
//! **Why a read is consistent.** In one generation, at most one task is registered: `register` refuses
//! a second one, and a wake-up begins the next generation. A reader loads the generation first and
//! last, and the parts of the waker in between, each with `Acquire`. A part that was written in a later
//! generation was released after the increment that began this generation. So the last load sees that
//! increment, and the two generations differ. If they are equal, all parts belong to that generation,
//! and so to one task. The vtable is written after the data and the limit, so a reader that sees the
//! vtable sees those, too.
//!
//! **Why the parts of a waker identify its task.** While the vtable is set, the registered clone is
//! alive, so no other task has a waker with the same parts.
//!
//! No code of a user runs under the lock: a waker is cloned before it is taken, and woken and dropped
//! after it is released.

use std::ptr;
use std::sync::PoisonError;
use std::task::{RawWakerVTable, Waker};

use crate::sync::{AtomicPtr, AtomicU64, AtomicUsize, Mutex, MutexGuard, Ordering};

#[derive(Default)]
pub(crate) struct SharedWaker {
    task: Mutex<Option<Waker>>,
    /// The two parts of the waker, for readers.
    data: AtomicPtr<()>,
    vtable: AtomicPtr<RawWakerVTable>,
    /// The shortest time limit that the task is registered for, in nanoseconds.
    timeout: AtomicU64,
    /// The number of wake-ups so far.
    generation: AtomicUsize,
}

impl SharedWaker {
    /// Returns the generation if this task is registered for a limit that is not longer than `timeout`.
    #[inline]
    pub(crate) fn is_registered(&self, timeout: u64, task: &Waker) -> Option<usize> {
        let generation = self.generation.load(Ordering::Acquire);
        let is_registered = ptr::eq(self.vtable.load(Ordering::Acquire), task.vtable())
            && ptr::eq(self.data.load(Ordering::Acquire), task.data())
            && self.timeout.load(Ordering::Acquire) <= timeout
            && self.generation.load(Ordering::Relaxed) == generation;
        is_registered.then_some(generation)
    }

    /// Registers a task to be woken within a time limit, unless another task is registered. Returns the
    /// generation.
    pub(crate) fn register(&self, timeout: u64, task: &Waker) -> Option<usize> {
        let clone = task.clone();
        let mut registered = self.lock();
        let timeout = match &*registered {
            Some(registered) if !registered.will_wake(task) => return None,
            // Others of the task may have been told of that limit.
            Some(_) => timeout.min(self.timeout.load(Ordering::Relaxed)),
            None => timeout,
        };
        self.timeout.store(timeout, Ordering::Release);
        self.data.store(clone.data().cast_mut(), Ordering::Release);
        let vtable = ptr::from_ref(clone.vtable()).cast_mut();
        self.vtable.store(vtable, Ordering::Release);
        let generation = self.generation.load(Ordering::Relaxed);
        let before = registered.replace(clone);
        drop(registered);
        drop(before);
        Some(generation)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next generation, and wakes the task.
    pub(crate) fn wake(&self) {
        let mut registered = self.lock();
        let task = registered.take();
        self.vtable.store(ptr::null_mut(), Ordering::Relaxed);
        self.generation.fetch_add(1, Ordering::Release);
        drop(registered);
        task.into_iter().for_each(Waker::wake);
    }
}
