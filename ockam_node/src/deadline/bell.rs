//! What an alarm rings for the task that waits for it.
//!
//! ```text
//!  hang ──▶ Mutex<Option<Waker>> ──▶ wake      under the lock, one after the other
//!   │                                  │
//!   └──▶ timeout, data, vtable ◀───────┤ clears the vtable
//!                 │          rings ◀───┘ counts
//!                 ▼            ▼
//!                   is_hung             looks at any time, without the lock
//! ```
//!
//! **What a reader may rely on.** Who is told `Some(rings)` is woken by the ring that comes next, if that
//! is still the number, or else has been or is being woken by an earlier one. Either way the number is
//! another one once he has been woken. The alarm was set for no longer limit than his.
//!
//! **A look** is no snapshot: the bell may ring and be hung for others between its loads. Call the times
//! between two rings rounds, each with a number. A look passes through them in one direction only,
//! since each load acquires what the one before it has seen released:
//!
//! 1. `rings`, which a ring counts behind clearing the vtable: what is read next isn't from before
//!    that round. Read last, it could be the number behind a ring that the look has missed.
//! 2. `vtable`, which is written behind the data: these aren't those of a round before it. One that is
//!    cleared ends the look.
//! 3. `data`, which is written behind the limit: neither is that.
//!
//! So whose data are found, for him the bell was hung in the round of `rings` or a later one, and not
//! before the round of the `vtable`. His wake-up comes with the end of the round of the data, and if that is
//! a later one, or the limit is of one later still, a ring has made the number another one.
//!
//! **No stale waker is taken for the present one.** Other tasks mostly have the same vtable, so it is the
//! data that tell whose waker it is. While they stand here with a vtable the waker lives, so nobody else
//! has them. They are those of the clone that is kept: what it was cloned from may be gone before, if a clone
//! has data of its own. Once the clone is dropped others may get the same data, but that is behind the
//! ring that cleared the vtable, and so is whatever they see here.
//!
//! Not covered are two tasks whose wakers have the same data and different vtables, as those without data
//! of two executors might: a look could find the parts of both, and the wait would have no alarm.
//!
//! No code of a user runs under the lock: a waker is cloned before it, woken and dropped behind it.

use std::ptr;
use std::sync::{Arc, PoisonError};
use std::task::{RawWakerVTable, Wake, Waker};

use crate::sync::{AtomicPtr, AtomicU64, AtomicUsize, Mutex, MutexGuard, Ordering};

/// What an alarm does when it goes off.
#[derive(Default)]
pub(crate) struct Bell {
    /// The task that it wakes, if it is hung for one.
    task: Mutex<Option<Waker>>,
    /// The two parts of that waker, for those who only look.
    data: AtomicPtr<()>,
    vtable: AtomicPtr<RawWakerVTable>,
    /// The shortest time limit that it is hung for, in nanoseconds.
    timeout: AtomicU64,
    /// How often it has rung.
    rings: AtomicUsize,
}

impl Bell {
    /// Tells how often it has rung, if it is hung for this task and a limit that is no longer.
    #[inline]
    pub(crate) fn is_hung(&self, timeout: u64, task: &Waker) -> Option<usize> {
        let rings = self.rings.load(Ordering::Acquire);
        let is_hung = ptr::eq(self.vtable.load(Ordering::Acquire), task.vtable())
            && ptr::eq(self.data.load(Ordering::Acquire), task.data())
            && self.timeout.load(Ordering::Relaxed) <= timeout;
        is_hung.then_some(rings)
    }

    /// Hangs it for this task, unless it is hung for another one. Returns how often it has rung.
    pub(crate) fn hang(&self, timeout: u64, task: &Waker) -> Option<usize> {
        let clone = task.clone();
        let mut noted = self.lock();
        let timeout = match &*noted {
            Some(noted) if !noted.will_wake(task) => return None,
            // Others may have been told of that limit.
            Some(_) => timeout.min(self.timeout.load(Ordering::Relaxed)),
            None => timeout,
        };
        self.timeout.store(timeout, Ordering::Relaxed);
        self.data.store(clone.data().cast_mut(), Ordering::Release);
        let vtable = ptr::from_ref(clone.vtable()).cast_mut();
        self.vtable.store(vtable, Ordering::Release);
        let rings = self.rings.load(Ordering::Relaxed);
        let before = noted.replace(clone);
        drop(noted);
        drop(before);
        Some(rings)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let mut noted = self.lock();
        let task = noted.take();
        self.vtable.store(ptr::null_mut(), Ordering::Relaxed);
        self.rings.fetch_add(1, Ordering::Release);
        drop(noted);
        task.into_iter().for_each(Waker::wake);
    }
}
