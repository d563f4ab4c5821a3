use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use ockam_core::headers::{ExtendedHeaders, Source};
use ockam_core::{Address, Route};
use ockam_node::transport::{Content, Incoming};
use tokio::sync::Notify;

use crate::accounts::{WINDOW_MESSAGES, address_bytes};
use crate::lock::lock;
use crate::quota::{Quota, Share};
use crate::random::HashSeed;

/// How many messages for one worker may wait if the peer has credit: what that allows, and as many
/// again for what the peer may have forgotten.
pub(super) const MAX_MESSAGES_WITH_CREDIT: usize = 2 * WINDOW_MESSAGES as usize;

/// How many messages for one worker may wait if the peer is a node of upstream, which knows no credit.
/// More are lost.
pub(super) const MAX_MESSAGES_WITHOUT: usize = 64 * 1024;

/// How many bytes may wait before the connection is read no further, even if few wait on others.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// About how many bytes a message takes beside its body.
const OVERHEAD_BYTES: usize = 256;

/// The messages that have come for workers whose mailboxes are full.
///
/// They wait here, so that messages for other workers can pass them.
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
    messages: HashMap<BacklogKey, VecDeque<Backlogged>, HashSeed>,
    /// How many bytes wait here, of those on all connections of the node.
    share: Share,
    is_closed: bool,
}

/// Which messages wait behind each other: those for the same worker, by its number, because a worker
/// may have several addresses. What is forwarded by another connection has a key for each next address,
/// so that a slow worker there delays no other one.
pub(super) type BacklogKey = (u64, Option<Address>);

/// A message that waits, with memory of its own.
pub(super) struct Backlogged {
    pub(super) to: Address,
    body: Vec<u8>,
    type_name: Option<String>,
    return_route: Route,
    headers: Arc<ExtendedHeaders>,
    source: Source,
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

impl Backlogged {
    fn new(to: &Address, message: &Incoming<'_>) -> Self {
        Self {
            to: to.clone(),
            body: message.content.body.to_vec(),
            type_name: message.content.type_name.map(str::to_owned),
            return_route: message.return_route.clone(),
            headers: message.headers.clone(),
            source: message.source,
        }
    }

    fn bytes(&self) -> usize {
        let hops = self.return_route.iter().chain(&self.headers.onward);
        let texts = [self.type_name.as_deref(), self.headers.trace.as_deref()];
        let texts: usize = texts.into_iter().flatten().map(str::len).sum();
        self.body.len() + address_bytes(hops) + texts + OVERHEAD_BYTES
    }

    pub(super) fn as_incoming(&self) -> Incoming<'_> {
        Incoming {
            source: self.source,
            content: Content {
                body: &self.body,
                type_name: self.type_name.as_deref(),
            },
            return_route: &self.return_route,
            headers: &self.headers,
        }
    }
}

impl Backlog {
    pub(super) fn new(all: &Arc<Quota>) -> Self {
        let state = State {
            messages: HashMap::default(),
            share: all.share(),
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
        self.keys.load(Ordering::Acquire) > 0 && lock(&self.state).messages.contains_key(key)
    }

    /// Adds a message, unless as many as may be wait already. Only the reader calls this.
    pub(super) fn add(
        &self,
        key: &BacklogKey,
        to: &Address,
        message: &Incoming<'_>,
        max_messages: usize,
    ) -> Added {
        let message = Backlogged::new(to, message);
        let mut state = lock(&self.state);
        let waiting = state.messages.get(key).map(VecDeque::len);
        if state.is_closed || waiting.is_some_and(|waiting| waiting >= max_messages) {
            drop(state);
            return Added::Refused;
        }
        let bytes = state.share.bytes() + message.bytes();
        // This one still waits, even if it is too much. The connection is read no further behind it.
        state.share.set(bytes);
        let messages = state.messages.entry(key.clone()).or_default();
        messages.push_back(message);
        self.keys.store(state.messages.len(), Ordering::Release);
        match waiting {
            Some(_) => Added::Behind,
            None => Added::First,
        }
    }

    /// Removes and returns the first message with a key. If there is none, the key is removed.
    pub(super) fn next(&self, key: &BacklogKey) -> Option<Backlogged> {
        let mut state = lock(&self.state);
        let next = state.messages.get_mut(key)?.pop_front();
        match &next {
            Some(message) => {
                let bytes = state.share.bytes() - message.bytes();
                state.share.set(bytes);
            }
            None => {
                state.messages.remove(key);
                self.keys.store(state.messages.len(), Ordering::Release);
            }
        }
        drop(state);
        self.less.notify_waiters();
        next
    }

    /// Waits while too many bytes are held, here or on all connections together.
    pub(super) async fn room(&self) {
        loop {
            let mut less = pin!(self.less.notified());
            let mut less_of_all = pin!(self.all.less().notified());
            if !self.is_too_much() {
                return;
            }
            poll_fn(|cx| match less.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => less_of_all.as_mut().poll(cx),
            })
            .await;
        }
    }

    /// Waits until nothing is held any more.
    pub(super) async fn emptied(&self) {
        loop {
            let less = self.less.notified();
            if lock(&self.state).messages.is_empty() {
                return;
            }
            less.await;
        }
    }

    /// Tells whether [`room`](Self::room) would wait.
    pub(super) fn is_too_much(&self) -> bool {
        let state = lock(&self.state);
        let share = &state.share;
        (share.bytes() > MAX_BYTES || share.is_too_much()) && !state.is_closed
    }

    /// Accepts no more messages. What is held is still delivered.
    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.less.notify_waiters();
    }
}
