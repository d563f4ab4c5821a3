use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use ockam_core::Address;
use ockam_node::transport::Incoming;
use tokio::sync::Notify;

use super::backlogged::Backlogged;
use crate::accounts::{WINDOW_BYTES, WINDOW_MESSAGES};
use crate::lock::lock;
use crate::quota::{Quota, Share};
use crate::random::HashSeed;

/// How many messages for one worker may wait if the peer has credit: what that allows, and as many
/// again for what the peer may have forgotten.
pub(super) const MAX_MESSAGES_WITH_CREDIT: usize = 2 * WINDOW_MESSAGES as usize;

/// How many messages for one worker may wait if the peer is a node of upstream, which knows no credit.
/// More are lost.
pub(super) const MAX_MESSAGES_WITHOUT: usize = 64 * 1024;

/// How many bytes of messages may wait before the connection is read no further, even if few wait on
/// others.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How many bytes of messages for one address may wait, up to the last message: what credit allows, and
/// as many again for what the peer may have forgotten. More are refused, or lost if the peer is a node of
/// upstream.
const MAX_BYTES_OF_ONE: usize = 2 * WINDOW_BYTES as usize;

/// About how many bytes the messages with one key take beside themselves: a place in a map, and a task.
const LINE_BYTES: usize = 4 * 1024;

/// The messages that have come and have not been handled yet.
///
/// Those for workers whose mailboxes are full wait here, so that messages for other workers can pass
/// them. Large ones count until they have been handled, wherever they are.
pub(super) struct Backlog {
    state: Mutex<State>,
    /// How many keys there are. Most messages find none, and need no lock to see that.
    keys: AtomicUsize,
    /// Notifies of less.
    less: Notify,
    /// What waits on all connections of the node.
    all: Arc<Quota>,
}

struct State {
    lines: HashMap<BacklogKey, Line, HashSeed>,
    /// How many bytes of large messages each address has.
    large: HashMap<Address, usize, HashSeed>,
    /// How many bytes have not been handled, of those on all connections of the node.
    share: Share,
    /// How many bytes the message has that is to come as soon as it may.
    wanted_bytes: usize,
    is_closed: bool,
}

impl State {
    /// Tells whether all connections hold too much for this one to be read.
    fn is_too_much_of_all(&self) -> bool {
        self.share.would_be_too_much(self.wanted_bytes)
    }
}

/// Which messages wait behind each other: those for the same worker, by its number, because a worker
/// may have several addresses. What is forwarded by another connection has a key for each next address,
/// so that a slow worker there delays no other one.
pub(super) type BacklogKey = (u64, Option<Address>);

/// The messages with one key.
#[derive(Default)]
struct Line {
    messages: VecDeque<Backlogged>,
    /// How many bytes of frames they have.
    bytes: usize,
}

/// What became of a message that was to wait.
pub(super) enum Added {
    /// It waits behind others.
    Behind,
    /// It is the first one: a task has to deliver it.
    First,
    /// Too many wait.
    Refused,
}

impl Backlog {
    pub(super) fn new(all: &Arc<Quota>) -> Self {
        let state = State {
            lines: HashMap::default(),
            large: HashMap::default(),
            share: all.share(),
            wanted_bytes: 0,
            is_closed: false,
        };
        Self {
            state: Mutex::new(state),
            keys: AtomicUsize::new(0),
            less: Notify::new(),
            all: all.clone(),
        }
    }

    /// Tells whether messages with a key wait. Another one then has to wait behind them.
    ///
    /// Only the reader adds keys, so it can miss none.
    pub(super) fn has(&self, key: &BacklogKey) -> bool {
        self.keys.load(Ordering::Acquire) > 0 && lock(&self.state).lines.contains_key(key)
    }

    /// Adds a message, unless as many as may be wait already. Only the reader calls this.
    pub(super) fn add(
        &self,
        key: &BacklogKey,
        to: &Address,
        message: &Incoming<'_>,
        frame_bytes: usize,
        max_messages: usize,
    ) -> Added {
        let message = Backlogged::new(to, message, frame_bytes);
        let mut state = lock(&self.state);
        let line = state.lines.get(key);
        let is_first = line.is_none();
        let is_too_long = line.is_some_and(|line| {
            line.messages.len() >= max_messages || line.bytes >= MAX_BYTES_OF_ONE
        });
        if state.is_closed || is_too_long {
            drop(state);
            return Added::Refused;
        }
        let of_line = if is_first { LINE_BYTES } else { 0 };
        // This one still waits, even if it is too much. The connection is read no further behind it.
        state.share.add(message.bytes() + of_line);
        let line = state.lines.entry(key.clone()).or_default();
        line.bytes += frame_bytes;
        line.messages.push_back(message);
        self.keys.store(state.lines.len(), Ordering::Release);
        match is_first {
            false => Added::Behind,
            true => Added::First,
        }
    }

    /// Removes and returns the first message with a key. If there is none, the key is removed.
    pub(super) fn next(&self, key: &BacklogKey) -> Option<Backlogged> {
        let mut state = lock(&self.state);
        let line = state.lines.get_mut(key)?;
        let next = line.messages.pop_front();
        let less = match &next {
            Some(message) => {
                line.bytes -= message.frame_bytes;
                message.bytes()
            }
            None => {
                state.lines.remove(key);
                self.keys.store(state.lines.len(), Ordering::Release);
                LINE_BYTES
            }
        };
        state.share.remove(less);
        drop(state);
        self.less.notify_waiters();
        next
    }

    /// Counts bytes of large messages to an address, until they have been [handled](Self::handled).
    pub(super) fn weigh(&self, to: &Address, bytes: usize) {
        let mut state = lock(&self.state);
        state.share.add(bytes);
        match state.large.get_mut(to) {
            Some(of_one) => *of_one += bytes,
            None => {
                state.large.insert(to.clone(), bytes);
            }
        }
    }

    /// Notes that large messages have been handled, or never will be.
    pub(super) fn handled(&self, to: &Address, bytes: usize) {
        let mut state = lock(&self.state);
        state.share.remove(bytes);
        if let Some(of_one) = state.large.get_mut(to) {
            *of_one = of_one.saturating_sub(bytes);
            if *of_one == 0 {
                state.large.remove(to);
            }
        }
        drop(state);
        self.less.notify_waiters();
    }

    /// Tells whether so many bytes of large messages to an address have not been handled that no more may
    /// come.
    pub(super) fn is_too_much_of(&self, to: &Address) -> bool {
        let state = lock(&self.state);
        state
            .large
            .get(to)
            .is_some_and(|of_one| *of_one >= MAX_BYTES_OF_ONE)
    }

    /// Tells whether a message of so many bytes may not come yet, because all connections together hold too much.
    /// Otherwise each connection could add one.
    pub(super) fn is_too_much_with(&self, bytes: usize) -> bool {
        let state = lock(&self.state);
        !state.is_closed && state.share.would_be_too_much(bytes)
    }

    /// Sets how many bytes the message has that [`room`](Self::room) waits for.
    pub(super) fn set_wanted(&self, bytes: usize) {
        lock(&self.state).wanted_bytes = bytes;
    }

    /// Waits while too many bytes are held, here or on all connections together.
    pub(super) async fn room(&self) {
        loop {
            let mut less = pin!(self.less.notified());
            let mut less_of_all = pin!(self.all.less());
            if !self.is_too_much() {
                return self.all.pass_on();
            }
            let is_of_all = lock(&self.state).is_too_much_of_all();
            poll_fn(|cx| match less.as_mut().poll(cx) {
                Poll::Pending if is_of_all => less_of_all.as_mut().poll(cx),
                polled => polled,
            })
            .await;
        }
    }

    /// Waits until nothing is held any more.
    pub(super) async fn emptied(&self) {
        loop {
            let less = self.less.notified();
            if lock(&self.state).lines.is_empty() {
                return;
            }
            less.await;
        }
    }

    /// Tells whether [`room`](Self::room) would wait.
    pub(super) fn is_too_much(&self) -> bool {
        let state = lock(&self.state);
        let is_too_much = state.share.bytes() > MAX_BYTES || state.is_too_much_of_all();
        is_too_much && !state.is_closed
    }

    /// Accepts no more messages. What is held is still delivered.
    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.less.notify_waiters();
    }
}
