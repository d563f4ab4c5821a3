//! The state that an asker and those who may answer share.
//!
//! `has_ended` is set before the state leaves `Waiting`, so whoever sees it unset with the last right
//! in hand knows that the ask is open, and whoever sees it set need not take the lock. No code of a user
//! runs under the lock: wakers are cloned before it, woken and dropped behind it.

use std::mem;
use std::sync::PoisonError;
use std::task::Waker;

use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Ordering};

pub(super) struct Slot<T> {
    /// How many may still answer.
    rights: AtomicUsize,
    has_ended: AtomicBool,
    state: Mutex<State<T>>,
}

pub(super) enum State<T> {
    Waiting(Option<Waker>),
    Ended(T),
    /// The asker has taken the outcome.
    Taken,
    /// The asker waits no longer.
    Abandoned,
}

/// Why an ask can't be ended (again), with the outcome that was to end it.
pub(super) enum EndError<T> {
    Ended(T),
    Abandoned(T),
}

impl<T> Slot<T> {
    /// Creates a slot that one may answer. Its outcome wakes `task`.
    pub(super) fn new(task: Option<Waker>) -> Self {
        Self {
            rights: AtomicUsize::new(1),
            has_ended: AtomicBool::new(false),
            state: Mutex::new(State::Waiting(task)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the ask, or gives the outcome back if it has ended already.
    pub(super) fn end(&self, outcome: T) -> Result<(), EndError<T>> {
        let mut state = self.lock();
        match &mut *state {
            State::Waiting(waker) => {
                let waker = waker.take();
                self.has_ended.store(true, Ordering::Release);
                *state = State::Ended(outcome);
                drop(state);
                if let Some(waker) = waker {
                    waker.wake();
                }
                Ok(())
            }
            State::Ended(_) | State::Taken => Err(EndError::Ended(outcome)),
            State::Abandoned => Err(EndError::Abandoned(outcome)),
        }
    }

    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    /// Registers a waker. Returns `false` if the ask has ended.
    #[inline]
    pub(super) fn register(&self, waker: &Waker) -> bool {
        !self.has_ended() && self.register_locked(waker)
    }

    fn register_locked(&self, waker: &Waker) -> bool {
        let mut waker = Some(waker.clone());
        let mut state = self.lock();
        let waits = match &mut *state {
            State::Waiting(registered) => {
                mem::swap(registered, &mut waker);
                true
            }
            _ => false,
        };
        drop(state);
        waits
    }

    /// Takes the outcome out, if the ask has ended.
    pub(super) fn take(&self) -> State<T> {
        mem::replace(&mut *self.lock(), State::Taken)
    }

    /// As [`take`](Self::take), without a lock: for the last one who has the slot.
    pub(super) fn into_state(self) -> State<T> {
        let state = self.state.into_inner();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops waiting: whoever answers later is told.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        self.has_ended.store(true, Ordering::Release);
        let last = mem::replace(&mut *state, State::Abandoned);
        drop(state);
        drop(last);
    }

    /// Adds a right to answer.
    #[inline]
    pub(super) fn add_right(&self) {
        self.rights.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes away a right to answer. With the last one the ask ends, with `dropped`.
    #[inline]
    pub(super) fn drop_right(&self, dropped: impl FnOnce() -> T) {
        // An ask that has ended stays so, however many could have answered. Release and Acquire: the
        // last one sees what the others did with the slot.
        if !self.has_ended() && self.rights.fetch_sub(1, Ordering::AcqRel) == 1 {
            // EndError if the ask ends at this moment.
            let _ = self.end(dropped());
        }
    }
}
