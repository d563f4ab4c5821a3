use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam_core::Address;
use ockam_core::text::Visible;

use super::feed::{Feed, FeedSender};

/// The longest text of an event, in bytes.
const MAX_TEXT_BYTES: usize = 1024;

/// Messages that were accepted and not handled.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Whom they were for, or who had to handle them, if that is known.
    pub address: Option<Address>,
    /// What happened, in at most 1 KiB.
    pub reason: String,
    /// The types of the messages, as far as they are known, in at most 1 KiB.
    pub types: String,
    /// How many there are.
    pub messages: u64,
}

/// Messages that were refused because their sender may not send there.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Denial {
    /// Who sent them: the peer of a connection, or its address.
    pub from: String,
    /// Whom they were for.
    pub to: Address,
}

/// Counts the messages that were accepted and never handled.
#[derive(Default)]
pub(crate) struct DeadLetters {
    count: AtomicU64,
    feed: FeedSender<DeadLetter>,
}

/// Counts the messages that were refused because their sender may not send there.
#[derive(Default)]
pub(crate) struct Denials {
    count: AtomicU64,
    feed: FeedSender<Denial>,
}

impl DeadLetters {
    pub(crate) fn add(
        &self,
        address: Option<&Address>,
        messages: u64,
        reason: impl fmt::Display,
        types: impl FnOnce() -> String,
    ) {
        if messages == 0 {
            return;
        }
        self.count.fetch_add(messages, Ordering::Relaxed);
        self.feed.send(|| DeadLetter {
            address: address.cloned(),
            reason: Visible::line(MAX_TEXT_BYTES, reason),
            types: Visible::line(MAX_TEXT_BYTES, types()),
            messages,
        });
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn follow(&self) -> Feed<DeadLetter> {
        self.feed.follow()
    }
}

impl Denials {
    pub(crate) fn add(&self, from: impl fmt::Display, to: &Address) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.feed.send(|| Denial {
            from: Visible::line(MAX_TEXT_BYTES, from),
            to: to.clone(),
        });
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn follow(&self) -> Feed<Denial> {
        self.feed.follow()
    }
}
