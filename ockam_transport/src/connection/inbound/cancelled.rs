//! What the peer is told of questions for whose answers nobody waits any more.

use ockam_core::Address;
use ockam_core::reply::Holder;

use super::Inbound;
use crate::message::Cancelled;

impl Holder for Inbound {
    /// Tells the peer, which has got the question or gets it before this. If there is no room for it, the peer
    /// learns it from the deadline.
    fn abandoned(&self, asker: &Address) {
        if !self.accounts.peer().hears_cancellation() {
            return;
        }
        if let Some((back, is_over)) = self.accounts.way_back_of_ended(asker) {
            let why = match is_over {
                true => Cancelled::TimedOut,
                false => Cancelled::Dropped,
            };
            let queued = self.control.push_cancelled(&back, why);
            self.note_queued(queued);
        }
    }
}
