//! What the peer is told of the messages that were taken in: how many they were.
//!
//! It is told once in a while, and at the end of a stream, and not of each message. So if a stream is
//! lost, the peer may not know what became of the last messages.

use std::sync::Arc;
use std::time::Duration;

use super::Inbound;
use crate::clock::sleep;
use crate::spawn::spawn;

/// How long it takes at most until a message that was taken in is acknowledged.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_millis(50);

impl Inbound {
    /// Returns how many messages of this stream have been taken in.
    pub(crate) fn taken_in(&self) -> u64 {
        self.accounts.taken_in.count()
    }

    /// Has what was taken in since there were `before` acknowledged before long. Only the reader calls
    /// this.
    pub(crate) fn acknowledge_soon(self: &Arc<Self>, before: u64) {
        let taken_in = &self.accounts.taken_in;
        if taken_in.count() == before || !self.accounts.is_ours() {
            return;
        }
        if taken_in.is_many_since(before) {
            self.acknowledge();
        }
        if taken_in.schedule() {
            let this = self.clone();
            spawn(&self.gateway, async move {
                sleep(ACKNOWLEDGE_WITHIN).await;
                this.accounts.taken_in.begin();
                this.acknowledge();
            });
        }
    }

    /// Tells the peer what has been taken in, unless it knows.
    fn acknowledge(&self) {
        let queued = self.control.push_acknowledgement();
        self.note_queued(queued);
    }
}
