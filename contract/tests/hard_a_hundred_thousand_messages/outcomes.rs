//! The outcome of each message.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

pub(crate) const SENDERS: u64 = 8;
pub(crate) const EACH: u64 = 12_500;
pub(crate) const MESSAGES: u64 = SENDERS * EACH;

/// A message of one of the senders.
pub(crate) struct NumberedMessage {
    pub(crate) number: u64,
    outcomes: Arc<Outcomes>,
}

impl ockam::Message for NumberedMessage {}

/// The outcomes that senders and receivers record.
pub(crate) struct Outcomes {
    /// The outcome of each message.
    of_messages: Vec<AtomicU8>,
    /// For each sender, the number of its last handled message plus one.
    handled_up_to: Vec<AtomicU64>,
    dropped: AtomicU64,
}

const UNKNOWN: u8 = 0;
const HANDLED: u8 = 1;
const GIVEN_BACK: u8 = 2;

impl Outcomes {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            of_messages: (0..MESSAGES).map(|_| AtomicU8::new(UNKNOWN)).collect(),
            handled_up_to: (0..SENDERS).map(|_| AtomicU64::new(0)).collect(),
            dropped: AtomicU64::new(0),
        })
    }

    pub(crate) fn message(self: &Arc<Self>, number: u64) -> NumberedMessage {
        NumberedMessage {
            number,
            outcomes: self.clone(),
        }
    }

    /// Records that the handling of a message began, and checks the order of its sender.
    pub(crate) fn handles(&self, message: &NumberedMessage) {
        self.note(message, HANDLED);
        let (sender, next) = (message.number / EACH, message.number + 1);
        let before = self.handled_up_to[sender as usize].swap(next, Ordering::Relaxed);
        assert!(before < next, "{} was overtaken", message.number);
    }

    /// Records that a sender got its message back.
    pub(crate) fn is_given_back(&self, message: &NumberedMessage) {
        self.note(message, GIVEN_BACK);
    }

    fn note(&self, message: &NumberedMessage, outcome: u8) {
        let before = self.of_messages[message.number as usize].swap(outcome, Ordering::Relaxed);
        assert_eq!(before, UNKNOWN, "{} has two of_messages", message.number);
    }

    pub(crate) fn handled(&self) -> u64 {
        self.count(HANDLED)
    }

    pub(crate) fn given_back(&self) -> u64 {
        self.count(GIVEN_BACK)
    }

    fn count(&self, outcome: u8) -> u64 {
        let of_this = |noted: &&AtomicU8| noted.load(Ordering::Relaxed) == outcome;
        self.of_messages.iter().filter(of_this).count() as u64
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for NumberedMessage {
    fn drop(&mut self) {
        self.outcomes.dropped.fetch_add(1, Ordering::Relaxed);
    }
}
