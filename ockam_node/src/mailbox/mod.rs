//! A bounded queue with many senders and one receiver.
//!
//! ```text
//!  sender ── try_push ──┐                                   ┌── batch ── pop ──▶ handler
//!  sender ── try_push ──┼──▶ Mutex<State { queue, line }> ──┤   (owned by the Inbox)
//!  sender ── turn ──────┘          ▲                        │
//!              waits for a place ──┘ ◀────── grant ── begun ┘
//! ```
//!
//! **Batches.** The receiver swaps its empty deque with the full one of the queue and then handles
//! a whole batch without a lock.
//!
//! **Capacity.** A message holds its place from the moment it is accepted until its handling begins,
//! in the batch as in the queue: the mailbox is full when `accepted - begun` reaches the capacity.
//! Both only grow. `begun` is written by the receiver alone, for each message, on a cache line
//! of its own; senders read it only when the mailbox seems full (`State::begun` is what they read
//! last), so that it seldom travels between cores.
//!
//! **Waiting senders** stand in line, each with a ticket. The receiver grants places in the order of
//! the tickets. A granted place counts as accepted, so that nobody can overtake, and a sender that
//! gives up passes its place on. Places are granted in blocks while messages are handled at once,
//! and to the last one before the receiver waits for anything: see [`Mailbox::settle`].
//!
//! **The wake-up that must not be lost.** A sender announces itself in `crowded` and then reads
//! `begun`; the receiver writes `begun` and then reads `crowded`. With a fence between the two on
//! either side, at least one of them sees the other. The receiver saves the fence while it works
//! through a batch, because it comes to one at the latest when it runs out of work.
//!
//! **A lone message.** Who takes a single message mostly finds no other one behind it. So the receiver
//! leaves its waker when it takes such a message, and needs no lock afterwards to see that nothing
//! has come since: the waker is still there (`watched`). Whoever comes to wait for a place takes it,
//! too, because places are granted under the lock. Those who stood in line before do not, so the
//! waker of a receiver that holds messages yet is not relied on when there are any.
//!
//! **Rest.** A receiver that is not polled, because it has no task yet, leaves a waker that calls it
//! ([`Inbox::rest`]). It does so only if there is nothing to take and nobody to grant a place to; then
//! whatever comes takes that waker, as any other. It has not been shown in a poll, so `watched` is not
//! set for it.
//!
//! No code of a user runs under the lock: wakers are cloned before it, woken and dropped behind it,
//! and messages are never dropped inside.

mod inbox;
mod line;
mod turn;

use std::collections::VecDeque;
use std::task::Waker;

use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Ordering, fence};

pub(crate) use inbox::Inbox;
use line::Line;
pub(crate) use turn::{Ticket, Turn, Turnstile};

/// The end of a mailbox that senders share.
///
/// What senders write and what the receiver writes lie more than a cache line apart.
#[repr(C)]
pub(crate) struct Mailbox<T> {
    state: Mutex<State<T>>,
    /// Whether `State::receiver` is there and nothing is to be granted before it is taken, for the
    /// receiver alone.
    watched: AtomicBool,
    capacity: usize,
    _apart: [usize; 6],
    progress: Progress,
}

/// What the receiver writes while it handles messages.
struct Progress {
    begun: AtomicUsize,
    /// Tells the receiver that senders wait for a place.
    crowded: AtomicBool,
}

struct State<T> {
    queue: VecDeque<T>,
    /// Messages accepted and places granted, ever.
    accepted: usize,
    /// `Progress::begun`, as a sender saw it last.
    begun: usize,
    receiver: Option<Waker>,
    line: Line,
    open: bool,
}

/// The receiver, if it waits for the message that was accepted. Whoever holds a lock lets go of it
/// before the receiver is woken.
#[derive(Debug)]
#[must_use = "the receiver sleeps until it is woken"]
pub(crate) struct Wakeup(Option<Waker>);

impl Wakeup {
    /// Wakes nobody: what was pushed has gone elsewhere.
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

/// Why a message was not accepted, with the message.
#[derive(Debug)]
pub(crate) enum Refused<T> {
    Full(T),
    Closed(T),
}

impl<T> Mailbox<T> {
    /// Creates a mailbox that holds up to `capacity` messages, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                accepted: 0,
                begun: 0,
                receiver: None,
                line: Line::default(),
                open: true,
            }),
            watched: AtomicBool::new(false),
            capacity: capacity.max(1),
            _apart: [0; 6],
            progress: Progress {
                begun: AtomicUsize::new(0),
                crowded: AtomicBool::new(false),
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        let state = self.state.lock();
        state.expect("no code that can panic runs under this lock")
    }

    /// Accepts a message if there is room and nobody waits for it.
    #[inline]
    pub(crate) fn try_push(&self, message: T) -> Result<Wakeup, Refused<T>> {
        let mut state = self.lock();
        if !state.open {
            return Err(Refused::Closed(message));
        }
        if !state.line.is_empty() && state.line.has_waiting() || !self.has_room(&mut state) {
            return Err(Refused::Full(message));
        }
        state.accepted = state.accepted.wrapping_add(1);
        state.queue.push_back(message);
        Ok(Wakeup(self.take_receiver(&mut state)))
    }

    /// Accepts a message on a place that was granted. Fails if the mailbox has been closed.
    pub(crate) fn push_in_turn(&self, ticket: Ticket, message: T) -> Result<Wakeup, T> {
        let mut state = self.lock();
        let granted = state.line.remove(ticket);
        debug_assert!(granted.is_none(), "a place is used once it is granted");
        if !state.open {
            return Err(message);
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
        if messages.is_empty() || state.line.has_waiting() || !self.has_room(&mut state) {
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

    /// Tells whether the mailbox accepts messages, apart from the want of room.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().open
    }

    /// Wakes the receiver for something else than a message.
    pub(crate) fn wake_receiver(&self) {
        let receiver = self.take_receiver(&mut self.lock());
        receiver.into_iter().for_each(Waker::wake);
    }

    /// Refuses all further messages. The receiver still gets what has been accepted; tells whether that is
    /// nothing, apart from what it holds.
    pub(crate) fn close(&self) -> bool {
        self.close_and(|state| state.queue.is_empty())
    }

    /// Refuses all further messages, and looks at what has been accepted.
    fn close_and<R>(&self, look: impl FnOnce(&mut State<T>) -> R) -> R {
        let mut state = self.lock();
        state.open = false;
        let receiver = self.take_receiver(&mut state);
        let senders = state.line.grant_all();
        let seen = look(&mut state);
        drop(state);
        receiver.into_iter().for_each(Waker::wake);
        wake_all(senders);
        seen
    }

    /// Grants every free place, if senders wait. The receiver calls this before it waits for
    /// anything else than the mailbox.
    pub(crate) fn settle(&self) {
        fence(Ordering::SeqCst);
        if self.progress.crowded.load(Ordering::Relaxed) {
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
            // Whoever is woken by this sees it: a waker passes on what its owner did before.
            self.watched.store(false, Ordering::Relaxed);
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

    /// Gives the free places to those who wait, and returns whom to wake.
    #[must_use]
    #[inline]
    fn grant(&self, state: &mut State<T>) -> Vec<Waker> {
        if state.line.is_empty() {
            return Vec::new();
        }
        self.grant_in_line(state)
    }

    #[cold]
    fn grant_in_line(&self, state: &mut State<T>) -> Vec<Waker> {
        let mut woken = Vec::new();
        while state.line.has_waiting() && self.has_room(state) {
            state.accepted = state.accepted.wrapping_add(1);
            woken.extend(state.line.grant());
        }
        let crowded = state.line.has_waiting();
        self.progress.crowded.store(crowded, Ordering::Relaxed);
        woken
    }
}

/// Wakes the senders whose turn has come. Mostly there are none.
#[inline]
fn wake_all(senders: Vec<Waker>) {
    if !senders.is_empty() {
        senders.into_iter().for_each(Waker::wake);
    }
}
