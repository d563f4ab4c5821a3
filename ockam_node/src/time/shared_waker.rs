//! The waker of the task that an alarm wakes, readable without a lock.
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
//! **What a reader may rely on.** A task that is told `Some(generation)` is woken by the next wake-up if
//! that is still the generation, and has been or is being woken by an earlier one if it isn't. Either way
//! the generation is another one once the task has been woken. The alarm was set for no longer a limit
//! than the one that was asked for.
//!
//! **Why a read is consistent.** Within one generation, one task at most is registered: `register` refuses
//! a second one, and a wake-up begins the next generation. A reader loads the generation first and last,
//! and the parts of the waker in between, each with `Acquire`. A part that was written in a later
//! generation was released behind the increment that began it, so the last load sees that increment, and
//! the two generations differ. If they are the same, all parts belong to that generation, and thus to one
//! task. The vtable is written behind data and limit, so whoever finds it finds those.
//!
//! **Why the parts of a waker identify its task.** While the vtable is set, the clone that is kept lives,
//! so no other task has a waker of the same parts.
//!
//! No code of a user runs under the lock: a waker is cloned before it, woken and dropped behind it.

use std::ptr;
use std::sync::{Arc, PoisonError};
use std::task::{RawWakerVTable, Wake, Waker};

use crate::sync::{AtomicPtr, AtomicU64, AtomicUsize, Mutex, MutexGuard, Ordering};

#[derive(Default)]
pub(crate) struct SharedWaker {
    task: Mutex<Option<Waker>>,
    /// The two parts of that waker, for readers.
    data: AtomicPtr<()>,
    vtable: AtomicPtr<RawWakerVTable>,
    /// The shortest time limit that it is registered for, in nanoseconds.
    timeout: AtomicU64,
    /// How many wake-ups there have been.
    generation: AtomicUsize,
}

impl SharedWaker {
    /// Returns the generation, if this task is registered for a limit that is no longer.
    #[inline]
    pub(crate) fn is_registered(&self, timeout: u64, task: &Waker) -> Option<usize> {
        let generation = self.generation.load(Ordering::Acquire);
        let is_registered = ptr::eq(self.vtable.load(Ordering::Acquire), task.vtable())
            && ptr::eq(self.data.load(Ordering::Acquire), task.data())
            && self.timeout.load(Ordering::Acquire) <= timeout
            && self.generation.load(Ordering::Relaxed) == generation;
        is_registered.then_some(generation)
    }

    /// Registers a task to be woken within a limit, unless another one is registered. Returns the
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
}

impl Wake for SharedWaker {
    fn wake(self: Arc<Self>) {
        let mut registered = self.lock();
        let task = registered.take();
        self.vtable.store(ptr::null_mut(), Ordering::Relaxed);
        self.generation.fetch_add(1, Ordering::Release);
        drop(registered);
        task.into_iter().for_each(Waker::wake);
    }
}
