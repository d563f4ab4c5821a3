//! The state of an ask that its two ends share.
//!
//! `has_ended` is set before the state leaves `Waiting`. The holder of the last right that sees it
//! unset knows that the ask is open, and a thread that sees it set need not take the lock. No code of a
//! user runs under the lock: wakers are cloned before it is taken, and woken and dropped after it is
//! released.

use std::mem;
use std::sync::PoisonError;
use std::task::Waker;

use crate::panics::wake;
use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Ordering};

pub(super) struct Slot<T> {
    /// The number of rights to answer.
    rights: AtomicUsize,
    has_ended: AtomicBool,
    state: Mutex<State<T>>,
}

pub(super) enum State<T> {
    Waiting(Option<Waker>),
    Ended(T),
    /// The asker has the outcome.
    Taken,
    /// The asker has stopped waiting.
    Abandoned,
}

/// The error of ending an ask that has ended before, with the refused outcome.
pub(super) enum Refused<T> {
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
    pub(super) fn end(&self, outcome: T) -> Result<(), Refused<T>> {
        let mut state = self.lock();
        match &mut *state {
            State::Waiting(waker) => {
                let waker = waker.take();
                self.has_ended.store(true, Ordering::Release);
                *state = State::Ended(outcome);
                drop(state);
                if let Some(waker) = waker {
                    wake(waker);
                }
                Ok(())
            }
            State::Ended(_) | State::Taken => Err(Refused::Ended(outcome)),
            State::Abandoned => Err(Refused::Abandoned(outcome)),
        }
    }

    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    /// Returns `true` if the ask is open and no more than so many rights to answer are left.
    pub(super) fn is_open_for(&self, rights: usize) -> bool {
        !self.has_ended() && self.rights.load(Ordering::Acquire) <= rights
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

    /// Takes the outcome out without a lock: for the last one who has the slot.
    #[inline]
    pub(super) fn take_unshared(&mut self) -> State<T> {
        let state = self.state.get_mut();
        let state = state.unwrap_or_else(PoisonError::into_inner);
        mem::replace(state, State::Taken)
    }

    /// Stops waiting. An answer that comes later is refused. Returns `false` if the ask had ended before.
    pub(super) fn abandon(&self) -> bool {
        let mut state = self.lock();
        self.has_ended.store(true, Ordering::Release);
        let was_open = matches!(*state, State::Waiting(_));
        let next = if was_open {
            State::Abandoned
        } else {
            State::Taken
        };
        let last = mem::replace(&mut *state, next);
        drop(state);
        drop(last);
        was_open
    }

    /// Returns `true` if the asker has stopped waiting, and had no outcome.
    pub(super) fn is_abandoned(&self) -> bool {
        matches!(*self.lock(), State::Abandoned)
    }

    /// Returns `true` if the ask has ended. Unlike [`has_ended`](Self::has_ended), this is in order with what
    /// ends it: what the caller has done before is seen by whoever ends the ask later.
    pub(super) fn has_ended_in_order(&self) -> bool {
        !matches!(*self.lock(), State::Waiting(_))
    }

    /// Adds a right to answer.
    #[inline]
    pub(super) fn add_right(&self) {
        self.rights.fetch_add(1, Ordering::Relaxed);
    }

    /// Removes a right to answer. When the last one is removed, the ask ends with `dropped`, and this returns
    /// `true`.
    #[inline]
    pub(super) fn drop_right(&self, dropped: impl FnOnce() -> T) -> bool {
        // An ask that has ended stays so, however many could have answered. Release and Acquire: the
        // last one sees what the others did with the slot. It is refused if the ask ends at this moment.
        !self.has_ended()
            && self.rights.fetch_sub(1, Ordering::AcqRel) == 1
            && self.end(dropped()).is_ok()
    }
}
