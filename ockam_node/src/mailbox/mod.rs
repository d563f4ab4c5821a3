//! A bounded queue with many senders and one receiver, and the signal lane beside it.
//!
//! ```text
//!  sender ── try_push ──┐                                      ┌── batch ── pop ──▶ handler
//!  sender ── try_push ──┼──▶ Mutex<State { queue, waiting }> ──┤   (owned by the Receiver)
//!  sender ── Reserve ───┘           ▲                          │
//!            waits for a permit ────┘ ◀─────── grant ── begun ─┘
//! ```
//!
//! **Batches.** The receiver swaps its empty deque with the full one of the queue, and then handles a
//! whole batch without a lock.
//!
//! **Capacity.** A message takes a place from the moment it is accepted until its handling begins, both
//! in the queue and in the batch. The mailbox is full when `accepted - begun` reaches the capacity.
//! Both numbers only grow. Only the receiver writes `begun`, for each message, on its own cache line.
//! Senders read it only when the mailbox seems full, and keep it as `State::begun`, so that the cache
//! line seldom moves between cores.
//!
//! **Waiting senders** are in a [`WaitQueue`]. Each has a permit, and permits are granted in order. A
//! granted permit counts as an accepted message, so that no other sender can overtake. A sender that
//! gives up returns it. Permits are granted in blocks while messages are handled without a pause.
//! Before the receiver waits for anything, all free places are granted: see [`Mailbox::release`].
//!
//! **Lost wake-ups.** A sender sets `has_waiters` and then reads `begun`. The receiver writes `begun`
//! and then reads `has_waiters`. Each has a fence between the two, so at least one of them sees the
//! other. The receiver omits the fence while it handles a batch, because it reaches one at the latest
//! when the batch is empty.
//!
//! **Single messages.** A receiver that takes a single message mostly finds no other one after it. So
//! it registers its waker when it takes such a message. Afterwards it sees without a lock that no
//! message has come since, because the waker is still registered (`waker_set`). A sender that begins to
//! wait for a permit takes the waker as well, because permits are granted under the lock. Senders that
//! waited before do not. So the receiver relies on `waker_set` only while no sender waits, or while its
//! batch is empty.
//!
//! **Work of the owner.** What the owner has handed out (see [`own_work`]) still gets its messages in when the
//! mailbox is closed to others, and the receiver waits for them.
//!
//! No code of a user runs under the lock. Wakers are cloned before it is taken, and woken and dropped
//! after it is released. Messages are never dropped under it.

mod arrivals;
mod glance;
mod own_work;
mod permit;
mod receiver;
mod reserve;
mod signals;
mod spare;
mod wait_queue;

use std::collections::VecDeque;
use std::task::Waker;

use crate::panics::wake;
use crate::send_error::SendError;
use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Ordering, fence};

use glance::Count;
pub(crate) use glance::Glance;
pub(crate) use own_work::{MAX_OWN_WORK, NoWork};
pub(crate) use permit::{Capacity, Permit};
pub(crate) use receiver::Receiver;
pub(crate) use reserve::Reserve;
pub(crate) use signals::{Due, Signal, Signals, StopStep};
use wait_queue::WaitQueue;

/// The end of a mailbox that senders share.
///
/// The fields that senders write and those that the receiver writes are more than a cache line apart.
#[repr(C)]
pub(crate) struct Mailbox<T> {
    state: Mutex<State<T>>,
    /// Whether `State::receiver` is set and no permit is to be granted before it is taken. Only the
    /// receiver reads it.
    waker_set: AtomicBool,
    capacity: usize,
    /// The number of messages that have come. It is written under the lock, and read by those who look at
    /// the node without it.
    came: Count,
    _padding: [usize; 5],
    progress: Progress,
}

/// The fields that the receiver writes while it handles messages.
struct Progress {
    begun: AtomicUsize,
    /// Whether senders wait for a permit.
    has_waiters: AtomicBool,
    /// The value of `begun` when the receiver had handled a message last.
    handled: Count,
}

struct State<T> {
    queue: VecDeque<T>,
    /// The number of messages accepted and permits granted so far.
    accepted: usize,
    /// The value of `Progress::begun` that a sender read last.
    begun: usize,
    receiver: Option<Waker>,
    waiting: WaitQueue,
    open: bool,
    /// The pieces of work of the owner that may still bring a message, also when the mailbox is closed.
    own_work: u32,
    /// Whether the owner has ended, so that nothing is taken out any more.
    has_ended: bool,
    /// Whether the mailbox closes when a sender would wait for room.
    closes_when_full: bool,
}

impl<T> State<T> {
    /// Refuses messages from now on. Returns the senders that have waited for room, to wake them.
    fn close(&mut self) -> Vec<Waker> {
        if self.open {
            // Permits that were granted are of no use any more.
            self.accepted = self.accepted.wrapping_sub(self.waiting.granted());
            self.open = false;
        }
        self.waiting.grant_all()
    }
}

/// The waker of the receiver, if it waits for a message. It is woken after the lock is released.
#[derive(Debug)]
#[must_use = "the receiver sleeps until it is woken"]
pub(crate) struct Wakeup(Option<Waker>);

impl Wakeup {
    /// Creates a wake-up of no receiver.
    pub(crate) const fn nobody() -> Self {
        Self(None)
    }

    #[inline]
    pub(crate) fn wake(self) {
        if let Some(receiver) = self.0 {
            wake(receiver);
        }
    }
}

impl<T> Mailbox<T> {
    /// Creates a mailbox that holds up to `capacity` messages, but at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State {
                // Room for one message, where the first push would allocate room for four: the mailboxes
                // of most workers never hold more.
                queue: VecDeque::with_capacity(1),
                accepted: 0,
                begun: 0,
                receiver: None,
                waiting: WaitQueue::default(),
                open: true,
                own_work: 0,
                has_ended: false,
                closes_when_full: false,
            }),
            waker_set: AtomicBool::new(false),
            capacity: capacity.max(1),
            came: Count::new(),
            _padding: [0; 5],
            progress: Progress {
                begun: AtomicUsize::new(0),
                has_waiters: AtomicBool::new(false),
                handled: Count::new(),
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        let state = self.state.lock();
        state.expect("no code that can panic runs under this lock")
    }

    /// Accepts a message if there is room and no sender waits.
    #[inline]
    pub(crate) fn try_push(&self, message: T) -> Result<Wakeup, SendError<T>> {
        let mut state = self.lock();
        if !state.open {
            return Err(SendError::Closed(message));
        }
        let is_plain = state.waiting.is_plain();
        if !is_plain && state.waiting.has_waiting() || !self.has_room(&mut state) {
            return Err(SendError::Full(message));
        }
        state.accepted = state.accepted.wrapping_add(1);
        self.came.add(1);
        if !is_plain {
            state.waiting.note_arrivals(1, self.capacity);
        }
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
        self.came.add(1);
        state.waiting.note_arrivals(1, self.capacity);
        state.queue.push_back(message);
        Ok(Wakeup(self.take_receiver(&mut state)))
    }

    /// Accepts messages in order, until there is no room. It accepts none if a sender waits. The others
    /// stay in `messages`. Returns `None` if the mailbox has been closed.
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
        self.came.add(messages.len());
        state.waiting.note_arrivals(messages.len(), self.capacity);
        state.queue.append(messages);
        if !others.is_empty() {
            *messages = others;
        }
        Some(Wakeup(self.take_receiver(&mut state)))
    }

    /// Returns the number of messages that have been sent to the mailbox so far.
    pub(crate) fn accepted(&self) -> usize {
        let state = self.lock();
        match state.open {
            true => state.accepted.wrapping_sub(state.waiting.granted()),
            false => state.accepted,
        }
    }

    /// Returns the number of messages that have been sent to the mailbox so far, or `None` if it is closed.
    /// A [`Signal`] is handled after them.
    pub(crate) fn count(&self) -> Option<usize> {
        let state = self.lock();
        // Granted permits count as accepted, but their senders may still give them back.
        let without_permits = state.accepted.wrapping_sub(state.waiting.granted());
        state.open.then_some(without_permits)
    }

    /// Returns the number of messages whose handling has begun.
    pub(crate) fn begun(&self) -> usize {
        self.progress.begun.load(Ordering::Acquire)
    }

    /// Notes that the receiver has handled all messages that it has begun.
    #[inline]
    pub(crate) fn note_handled(&self) {
        // The receiver itself is the one that writes `begun`.
        let begun = self.progress.begun.load(Ordering::Relaxed);
        self.progress.handled.set(begun);
    }

    /// Looks at the mailbox without its lock.
    pub(crate) fn glance(&self) -> Glance {
        let handled = self.progress.handled.get();
        let begun = self.progress.begun.load(Ordering::Relaxed);
        Glance {
            queued: self.came.get().saturating_sub(begun),
            capacity: self.capacity,
            begun,
            is_handling: begun != handled,
        }
    }

    /// Notes from now on when messages come, by this clock.
    pub(crate) fn time_arrivals(&self, clock: fn() -> u64) {
        let mut state = self.lock();
        state.waiting.time_arrivals(self.came.get(), clock);
    }

    /// Takes the time at which the message came that was begun last, if it is known. Only the receiver calls
    /// this.
    pub(crate) fn came_at(&self) -> Option<u64> {
        let begun = self.progress.begun.load(Ordering::Relaxed);
        self.lock().waiting.take_arrival(begun)
    }

    /// Wakes the receiver for something else than a message.
    pub(crate) fn wake_receiver(&self) {
        let receiver = self.take_receiver(&mut self.lock());
        receiver.into_iter().for_each(wake);
    }

    /// Closes the mailbox, which then refuses messages. The receiver still gets the accepted ones.
    pub(crate) fn close(&self) {
        self.close_and(|_| ());
    }

    /// Closes the mailbox if senders wait for room, or as soon as one would. Two workers that are full, and
    /// send to each other, would keep each other from stopping otherwise. Wakes the receiver.
    pub(crate) fn close_when_full(&self) {
        let mut state = self.lock();
        state.closes_when_full = true;
        let senders = match state.waiting.has_waiting() {
            true => state.close(),
            false => Vec::new(),
        };
        let receiver = self.take_receiver(&mut state);
        drop(state);
        receiver.into_iter().for_each(wake);
        wake_all(senders);
    }

    /// Closes the mailbox, as [`close`](Self::close) does. The receiver calls this itself, so it need not be
    /// woken.
    pub(crate) fn close_as_receiver(&self) {
        let mut state = self.lock();
        let senders = state.close();
        let receiver = self.take_receiver(&mut state);
        drop(state);
        drop(receiver);
        wake_all(senders);
    }

    /// Closes the mailbox, and calls `look` with its state.
    fn close_and<R>(&self, look: impl FnOnce(&mut State<T>) -> R) -> R {
        let mut state = self.lock();
        let senders = state.close();
        let receiver = self.take_receiver(&mut state);
        let seen = look(&mut state);
        drop(state);
        receiver.into_iter().for_each(wake);
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

    /// Takes the waker of the receiver, to wake it.
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

    /// Grants the free places to waiting senders, and returns the wakers of those.
    #[must_use]
    #[inline]
    fn grant(&self, state: &mut State<T>) -> Vec<Waker> {
        if state.waiting.is_plain() {
            return Vec::new();
        }
        self.grant_waiting(state)
    }

    #[cold]
    fn grant_waiting(&self, state: &mut State<T>) -> Vec<Waker> {
        let mut woken = Vec::new();
        while state.open && state.waiting.has_waiting() && self.has_room(state) {
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

/// Wakes the senders whose permits were granted. Mostly there are none.
#[inline]
fn wake_all(senders: Vec<Waker>) {
    if !senders.is_empty() {
        senders.into_iter().for_each(wake);
    }
}
