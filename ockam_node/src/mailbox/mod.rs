//! A bounded queue with many senders and one receiver, and the signal lane beside it.
//!
//! ```text
//!  sender ── try_push ──┐                                      ┌── batch ── pop ──▶ handler
//!  sender ── try_push ──┼──▶ Mutex<State { queue, waiting }> ──┤   (owned by the Receiver)
//!  sender ── Reserve ───┘           ▲                          │
//!            waits for a permit ────┘ ◀─────── grant ── begun ─┘
//! ```
//!
//! **Batches.** The receiver swaps its empty deque with the full one of the queue and then handles
//! a whole batch without a lock.
//!
//! **Capacity.** A message holds its place from the moment it is accepted until its handling begins,
//! in the batch as in the queue: the mailbox is full when `accepted - begun` reaches the capacity.
//! Both only grow. `begun` is written by the receiver alone, for each message, on a cache line
//! of its own. Senders read it only when the mailbox seems full (`State::begun` is what they read
//! last), so that it seldom travels between cores.
//!
//! **Waiting senders** stand in a [`WaitQueue`], each with a permit that is granted in order. A granted
//! permit counts as accepted, so that nobody can overtake, and a sender that gives up passes it on.
//! Permits are granted in blocks while messages are handled without a pause, and to the last one before
//! the receiver waits for anything: see [`Mailbox::release`].
//!
//! **The wake-up that must not be lost.** A sender announces itself in `has_waiters` and then reads
//! `begun`; the receiver writes `begun` and then reads `has_waiters`. With a fence between the two on
//! either side, at least one of them sees the other. The receiver saves the fence while it works
//! through a batch, because it comes to one at the latest when it runs out of work.
//!
//! **A lone message.** A receiver that takes a single message mostly finds no other one behind it. So
//! it leaves its waker when it takes such a message, and needs no lock afterwards to see that nothing
//! has come since: the waker is still there (`waker_set`). A sender that begins to wait for a permit
//! takes the waker, too, because permits are granted under the lock. Senders that waited before do not,
//! so the receiver relies on `waker_set` only while nobody waits or it holds no message.
//!
//! No code of a user runs under the lock: wakers are cloned before it, woken and dropped behind it,
//! and messages are never dropped inside.

mod receiver;
mod reserve;
mod signals;
mod wait_queue;

use std::collections::VecDeque;
use std::task::Waker;

use crate::send_error::SendError;
use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Ordering, fence};

pub(crate) use receiver::Receiver;
pub(crate) use reserve::{Capacity, Permit, Reserve};
pub(crate) use signals::{Signal, Signals};
use wait_queue::WaitQueue;

/// The end of a mailbox that senders share.
///
/// What senders write and what the receiver writes lie more than a cache line apart.
#[repr(C)]
pub(crate) struct Mailbox<T> {
    state: Mutex<State<T>>,
    /// Whether `State::receiver` is set and nothing is to be granted before it is taken. Only the
    /// receiver reads it.
    waker_set: AtomicBool,
    capacity: usize,
    _padding: [usize; 6],
    progress: Progress,
}

/// What the receiver writes while it handles messages.
struct Progress {
    begun: AtomicUsize,
    /// Tells the receiver that senders wait for a permit.
    has_waiters: AtomicBool,
}

struct State<T> {
    queue: VecDeque<T>,
    /// Messages accepted and permits granted, ever.
    accepted: usize,
    /// `Progress::begun`, as a sender saw it last.
    begun: usize,
    receiver: Option<Waker>,
    waiting: WaitQueue,
    open: bool,
}

/// The receiver, if it waits for the message that was accepted. It is woken after the lock is released.
#[derive(Debug)]
#[must_use = "the receiver sleeps until it is woken"]
pub(crate) struct Wakeup(Option<Waker>);

impl Wakeup {
    /// Wakes nobody: there is no receiver on this node.
    pub(crate) const fn nobody() -> Self {
        Self(None)
    }

    #[inline]
    pub(crate) fn wake(self) {
        if let Some(receiver) = self.0 {
            receiver.wake();
        }
    }
}

impl<T> Mailbox<T> {
    /// Creates a mailbox that holds up to `capacity` messages, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State {
                // One place, and not the four that a first message would make: many workers never have
                // more messages at a time.
                queue: VecDeque::with_capacity(1),
                accepted: 0,
                begun: 0,
                receiver: None,
                waiting: WaitQueue::default(),
                open: true,
            }),
            waker_set: AtomicBool::new(false),
            capacity: capacity.max(1),
            _padding: [0; 6],
            progress: Progress {
                begun: AtomicUsize::new(0),
                has_waiters: AtomicBool::new(false),
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        let state = self.state.lock();
        state.expect("no code that can panic runs under this lock")
    }

    /// Accepts a message if there is room and nobody waits for it.
    #[inline]
    pub(crate) fn try_push(&self, message: T) -> Result<Wakeup, SendError<T>> {
        let mut state = self.lock();
        if !state.open {
            return Err(SendError::Closed(message));
        }
        if !state.waiting.is_empty() && state.waiting.has_waiting() || !self.has_room(&mut state) {
            return Err(SendError::Full(message));
        }
        state.accepted = state.accepted.wrapping_add(1);
        state.queue.push_back(message);
        Ok(Wakeup(self.take_receiver(&mut state)))
    }

    /// Accepts a message on a permit that was granted, unless the mailbox has been closed.
    pub(crate) fn push_reserved(&self, permit: Permit, message: T) -> Result<Wakeup, SendError<T>> {
        let mut state = self.lock();
        let granted = state.waiting.remove(permit);
        debug_assert!(granted.is_none(), "a permit is used once it is granted");
        if !state.open {
            return Err(SendError::Closed(message));
        }
        state.queue.push_back(message);
        Ok(Wakeup(self.take_receiver(&mut state)))
    }

    /// Accepts messages, in order, as far as there is room and nobody waits for it: the others stay where
    /// they were. `None` means that the mailbox has been closed.
    pub(crate) fn try_push_all(&self, messages: &mut VecDeque<T>) -> Option<Wakeup> {
        let mut state = self.lock();
        if !state.open {
            return None;
        }
        if messages.is_empty() || state.waiting.has_waiting() || !self.has_room(&mut state) {
            return Some(Wakeup::nobody());
        }
        let room = self.capacity - state.accepted.wrapping_sub(state.begun);
        let others = messages.split_off(room.min(messages.len()));
        state.accepted = state.accepted.wrapping_add(messages.len());
        state.queue.append(messages);
        if !others.is_empty() {
            *messages = others;
        }
        Some(Wakeup(self.take_receiver(&mut state)))
    }

    /// Tells whether the mailbox is open: it accepts messages when there is room.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().open
    }

    /// Returns how many messages have been accepted so far, for a [`Signal`] to keep its place behind
    /// them.
    pub(crate) fn accepted(&self) -> usize {
        self.lock().accepted
    }

    /// Wakes the receiver for something else than a message.
    pub(crate) fn wake_receiver(&self) {
        let receiver = self.take_receiver(&mut self.lock());
        receiver.into_iter().for_each(Waker::wake);
    }

    /// Refuses all further messages. The receiver still gets what has been accepted.
    pub(crate) fn close(&self) {
        self.close_and(|_| ());
    }

    /// Refuses all further messages, and looks at what has been accepted.
    fn close_and<R>(&self, look: impl FnOnce(&mut State<T>) -> R) -> R {
        let mut state = self.lock();
        state.open = false;
        let receiver = self.take_receiver(&mut state);
        let senders = state.waiting.grant_all();
        let seen = look(&mut state);
        drop(state);
        receiver.into_iter().for_each(Waker::wake);
        wake_all(senders);
        seen
    }

    /// Grants a permit for every free place, if senders wait. The receiver calls this before it waits
    /// for anything else than the mailbox.
    pub(crate) fn release(&self) {
        fence(Ordering::SeqCst);
        if self.progress.has_waiters.load(Ordering::Relaxed) {
            let mut state = self.lock();
            let woken = self.grant(&mut state);
            drop(state);
            wake_all(woken);
        }
    }

    /// Takes out whom to wake because something has come.
    #[inline]
    fn take_receiver(&self, state: &mut State<T>) -> Option<Waker> {
        let receiver = state.receiver.take();
        if receiver.is_some() {
            // The receiver sees this once it is woken: a waker passes on what its caller did before.
            self.waker_set.store(false, Ordering::Relaxed);
        }
        receiver
    }

    fn has_room(&self, state: &mut State<T>) -> bool {
        if state.accepted.wrapping_sub(state.begun) < self.capacity {
            return true;
        }
        state.begun = self.progress.begun.load(Ordering::Acquire);
        state.accepted.wrapping_sub(state.begun) < self.capacity
    }

    /// Gives the free places to the senders that wait, and returns whom to wake.
    #[must_use]
    #[inline]
    fn grant(&self, state: &mut State<T>) -> Vec<Waker> {
        if state.waiting.is_empty() {
            return Vec::new();
        }
        self.grant_waiting(state)
    }

    #[cold]
    fn grant_waiting(&self, state: &mut State<T>) -> Vec<Waker> {
        let mut woken = Vec::new();
        while state.waiting.has_waiting() && self.has_room(state) {
            state.accepted = state.accepted.wrapping_add(1);
            woken.extend(state.waiting.grant());
        }
        let has_waiters = state.waiting.has_waiting();
        self.progress
            .has_waiters
            .store(has_waiters, Ordering::Relaxed);
        woken
    }
}

/// Wakes the senders that were granted a permit. Mostly there are none.
#[inline]
fn wake_all(senders: Vec<Waker>) {
    if !senders.is_empty() {
        senders.into_iter().for_each(Waker::wake);
    }
}
