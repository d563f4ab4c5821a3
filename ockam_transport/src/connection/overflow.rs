use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use foldhash::quality::RandomState;
use ockam_core::{Address, Arrival, Route};
use ockam_node::transport::{Content, Incoming, Notify};

use super::credit::WINDOW;
use super::weight::weight;
use crate::quota::{Quota, Share};

/// How many messages for one worker may wait of a peer that has credit: what that allows, and once
/// more for what the peer may have forgotten.
pub(super) const WITH_CREDIT: usize = 2 * WINDOW as usize;

/// How many messages for one worker may wait of a peer of upstream, which has no credit to go by. More
/// are lost.
pub(super) const WITHOUT_CREDIT: usize = 64 * 1024;

/// How many bytes may wait before the connection is read no further, however few there are on others.
const MUCH: usize = 32 * 1024 * 1024;

/// What a message takes beside its body, more or less.
const OVERHEAD: usize = 256;

/// Messages that have come for workers whose mailboxes are full.
///
/// They wait here so that messages for other workers can pass.
pub(super) struct Overflow {
    held: Mutex<Held>,
    less: Notify,
    /// What waits on all connections of the node.
    backlog: Arc<Quota>,
}

struct Held {
    lines: HashMap<Line, VecDeque<Waiting>, RandomState>,
    /// How many bytes they take, of what waits on all connections of the node.
    share: Share,
    closed: bool,
}

/// Where a message waits: behind others for the same worker, by its number, because it may have several
/// addresses. What goes on by another connection has a line for each next address: a worker that is slow
/// there holds up no other one.
pub(super) type Line = (u64, Option<Address>);

/// A message that waits, with memory of its own.
pub(super) struct Waiting {
    pub(super) to: Address,
    body: Vec<u8>,
    type_name: Option<String>,
    return_route: Route,
    arrival: Arc<Arrival>,
}

/// What became of a message that was to wait.
pub(super) enum Added {
    /// It waits behind others.
    Behind,
    /// It is the first one: somebody has to deliver it.
    First,
    /// Too many wait.
    Refused,
}

impl Waiting {
    fn new(to: &Address, message: &Incoming<'_>) -> Self {
        Self {
            to: to.clone(),
            body: message.content.body.to_vec(),
            type_name: message.content.type_name.map(str::to_owned),
            return_route: message.return_route.clone(),
            arrival: message.arrival.clone(),
        }
    }

    fn bytes(&self) -> usize {
        let hops = self.return_route.iter().chain(&self.arrival.onward);
        let texts = [self.type_name.as_deref(), self.arrival.trace.as_deref()];
        let texts: usize = texts.into_iter().flatten().map(str::len).sum();
        self.body.len() + weight(hops) + texts + OVERHEAD
    }

    pub(super) fn as_incoming(&self) -> Incoming<'_> {
        Incoming {
            content: Content {
                body: &self.body,
                type_name: self.type_name.as_deref(),
            },
            return_route: &self.return_route,
            arrival: &self.arrival,
        }
    }
}

impl Overflow {
    pub(super) fn new(backlog: &Arc<Quota>) -> Self {
        let held = Held {
            lines: HashMap::default(),
            share: backlog.share(),
            closed: false,
        };
        Self {
            held: Mutex::new(held),
            less: Notify::new(),
            backlog: backlog.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // No code of a user runs under this lock, so a poisoned one is as good as any.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether messages wait in a line: another one has to wait behind them.
    pub(super) fn is_waited_in(&self, line: &Line) -> bool {
        self.lock().lines.contains_key(line)
    }

    /// Adds a message, unless as many as may be wait in the same line.
    pub(super) fn add(
        &self,
        line: &Line,
        to: &Address,
        message: &Incoming<'_>,
        most: usize,
    ) -> Added {
        let waiting = Waiting::new(to, message);
        let mut held = self.lock();
        let is_first = !held.lines.contains_key(line);
        let is_full = held.lines.get(line).is_some_and(|line| line.len() >= most);
        let refused = held.closed || is_full;
        if refused {
            drop(held);
            return Added::Refused;
        }
        let bytes = held.share.bytes() + waiting.bytes();
        // This one still waits. The connection is read no further behind it.
        held.share.set(bytes);
        held.lines
            .entry(line.clone())
            .or_default()
            .push_back(waiting);
        if is_first {
            Added::First
        } else {
            Added::Behind
        }
    }

    /// Takes the first message that waits in a line. If there is none, the next one will be the first.
    pub(super) fn next(&self, line: &Line) -> Option<Waiting> {
        let mut held = self.lock();
        let next = held.lines.get_mut(line)?.pop_front();
        match &next {
            Some(waiting) => {
                let bytes = held.share.bytes() - waiting.bytes();
                held.share.set(bytes);
            }
            None => {
                held.lines.remove(line);
            }
        }
        drop(held);
        self.less.notify_waiters();
        next
    }

    /// Waits while too many bytes are held, here or on all connections together.
    pub(super) async fn room(&self) {
        loop {
            let mut less = std::pin::pin!(self.less.notified());
            let mut less_of_all = std::pin::pin!(self.backlog.less().notified());
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
            if self.lock().lines.is_empty() {
                return;
            }
            less.await;
        }
    }

    /// Tells whether [`room`](Self::room) is to be waited for.
    pub(super) fn is_too_much(&self) -> bool {
        let held = self.lock();
        (held.share.bytes() > MUCH || held.share.is_too_much()) && !held.closed
    }

    /// Takes in nothing more. What is held is still delivered.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.less.notify_waiters();
    }
}
