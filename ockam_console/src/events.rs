//! What was lost or refused lately.

use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{SystemTime, UNIX_EPOCH};

use ockam_node::{Context, DeadLetter, Denial, Feed};
use serde::Serialize;
use tokio::task::unconstrained;

use crate::history::MAX_POINTS;

/// How many events are kept: at most 4 KiB each.
const MAX_RECENT: usize = 100;

/// How many events are taken at one look. More do not wait.
const MAX_TAKEN: usize = 1_024;

/// Events of one kind.
#[derive(Debug)]
pub(crate) struct Events<T, E> {
    feed: Feed<T>,
    recent: VecDeque<E>,
    /// The total at each look.
    totals: VecDeque<u64>,
}

/// Events of one kind, as they are shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShownEvents<E> {
    /// Since the node began.
    pub(crate) total: u64,
    /// Within the history.
    pub(crate) lately: u64,
    /// The newest ones, the last one at the end.
    pub(crate) recent: Vec<E>,
}

/// Messages that were accepted and not handled.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShownDeadLetter {
    /// When the console saw it, in milliseconds since 1970.
    seen_at_ms: u64,
    pub(crate) address: Option<String>,
    pub(crate) reason: String,
    pub(crate) types: String,
    pub(crate) messages: u64,
}

/// Messages that were refused.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShownDenial {
    /// When the console saw it, in milliseconds since 1970.
    seen_at_ms: u64,
    from: String,
    to: String,
}

pub(crate) type DeadLetterEvents = Events<DeadLetter, ShownDeadLetter>;
pub(crate) type DenialEvents = Events<Denial, ShownDenial>;

impl DeadLetterEvents {
    pub(crate) fn follow_dead_letters(ctx: &Context) -> Self {
        Self::new(ctx.dead_letter_feed())
    }
}

impl DenialEvents {
    pub(crate) fn follow_denials(ctx: &Context) -> Self {
        Self::new(ctx.denial_feed())
    }
}

impl<T: Clone, E: Clone + From<T>> Events<T, E> {
    fn new(feed: Feed<T>) -> Self {
        Self {
            feed,
            recent: VecDeque::new(),
            totals: VecDeque::new(),
        }
    }

    /// Takes what has come.
    pub(crate) fn look(&mut self, total: u64) -> ShownEvents<E> {
        for _ in 0..MAX_TAKEN {
            // Otherwise tokio says after a while that nothing is there, so that other tasks have a turn.
            let next = pin!(unconstrained(self.feed.next()));
            let mut cx = TaskContext::from_waker(Waker::noop());
            let Poll::Ready(Some(event)) = next.poll(&mut cx) else {
                break;
            };
            if self.recent.len() == MAX_RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back(E::from(event));
        }
        if self.totals.len() == MAX_POINTS {
            self.totals.pop_front();
        }
        self.totals.push_back(total);
        let first = self.totals.front().copied().unwrap_or(total);
        ShownEvents {
            total,
            lately: total.saturating_sub(first),
            recent: self.recent.iter().cloned().collect(),
        }
    }
}

impl From<DeadLetter> for ShownDeadLetter {
    fn from(dead: DeadLetter) -> Self {
        Self {
            seen_at_ms: unix_millis(),
            address: dead.address.map(|address| address.to_string()),
            reason: dead.reason,
            types: dead.types,
            messages: dead.messages,
        }
    }
}

impl From<Denial> for ShownDenial {
    fn from(denial: Denial) -> Self {
        Self {
            seen_at_ms: unix_millis(),
            from: denial.from,
            to: denial.to.to_string(),
        }
    }
}

/// Returns the time, in milliseconds since 1970.
pub(crate) fn unix_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_millis() as u64)
}
