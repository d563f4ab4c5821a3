//! What either side says of the messages that it has taken in: how many they were.
//!
//! It is said once in a while, and at the end of a stream, and not of each message: who has not heard
//! of it when a stream is lost has to take the outcome for unknown.

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use ockam_core::Result;
use tokio::time::sleep;

use super::sending::{Peer, Sending, append_sign_of_life, sign_of_life};
use super::shared::Shared;
use crate::message::Extension;

/// How long a message that was taken in is not acknowledged at most.
const SOON: Duration = Duration::from_millis(50);

/// So many messages are acknowledged at once: long before the peer has to wait for it, and seldom
/// enough to cost nothing.
const MANY: u64 = 4096;

impl Shared {
    /// Returns how many messages of this stream have been taken in.
    pub(crate) fn taken_in(&self) -> u64 {
        self.taken_in.load(Ordering::Relaxed)
    }

    /// Counts a message that is being taken in. It is counted before anything is done with it, so that
    /// whatever the peer is told of it is told with a count that covers it. Only the one who reads calls
    /// this.
    pub(super) fn take_in(&self) {
        self.taken_in.store(self.taken_in() + 1, Ordering::Relaxed);
    }

    /// Counts messages no longer, which are not taken in yet.
    pub(super) fn put_back(&self, messages: u64) {
        let taken = self.taken_in() - messages;
        self.taken_in.store(taken, Ordering::Relaxed);
    }

    /// Has what was taken in behind so many messages acknowledged before long. Only the one who reads calls
    /// this.
    pub(crate) fn acknowledge_soon(self: &Arc<Self>, before: u64) {
        let taken = self.taken_in();
        if taken == before || !self.is_ours() {
            return;
        }
        if before / MANY != taken / MANY {
            self.acknowledge();
        }
        // Behind the count, as the task looks for more behind what it notes: one of both sees the other.
        fence(Ordering::SeqCst);
        if !self.is_to_be_told.load(Ordering::Relaxed) {
            self.is_to_be_told.store(true, Ordering::Relaxed);
            let this = self.clone();
            self.gateway.spawn(async move {
                sleep(SOON).await;
                this.is_to_be_told.store(false, Ordering::Relaxed);
                fence(Ordering::SeqCst);
                this.acknowledge();
            });
        }
    }

    /// Tells the peer what has been taken in, unless it knows.
    pub(crate) fn acknowledge(&self) {
        let mut sending = self.lock();
        let Some(count) = self.unacknowledged(&sending) else {
            return;
        };
        let extension = acknowledgement(count);
        let queued = sending.queue_owed(&sign_of_life(&extension));
        if queued.is_some() {
            sending.told = count;
        }
        drop(sending);
        self.note_queued(queued);
    }

    /// Returns the last bytes of a stream, in which the peer is told what it has not been yet.
    pub(crate) fn farewell(&self) -> Vec<u8> {
        let mut farewell = Vec::new();
        let mut sending = self.lock();
        if let Some(count) = self.unacknowledged(&sending) {
            sending.told = count;
            drop(sending);
            append_sign_of_life(&mut farewell, &acknowledgement(count));
        }
        farewell
    }

    /// Returns how many messages have been taken in, if the peer would listen and does not know.
    pub(super) fn unacknowledged(&self, sending: &Sending) -> Option<u64> {
        let taken = self.taken_in();
        (sending.peer == Peer::Ours && taken > sending.told).then_some(taken)
    }

    /// Notes what the peer says that it has taken in.
    pub(super) fn note_acknowledged(&self, extension: &Extension<'_>) -> Result<()> {
        let Some(count) = extension.acknowledged else {
            return Ok(());
        };
        let mut sending = self.lock();
        let ledger = &mut sending.books().ledger;
        let was_full = ledger.is_full();
        ledger.acknowledge(count)?;
        drop(sending);
        if was_full {
            self.changed.notify_waiters();
        }
        Ok(())
    }

    /// Returns how many messages the peer has acknowledged, if senders wait for more of that.
    pub(crate) fn waits_for_more_than(&self) -> Option<u64> {
        let mut sending = self.lock();
        let acknowledges = sending.acknowledges();
        let ledger = &sending.books().ledger;
        (acknowledges && ledger.is_full()).then(|| ledger.acknowledged())
    }
}

fn acknowledgement(count: u64) -> Extension<'static> {
    Extension {
        acknowledged: Some(count),
        ..Extension::default()
    }
}
