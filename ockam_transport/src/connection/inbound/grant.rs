//! What the peer is told of the messages that were handled: how many more it may send.

use ockam_core::Address;

use super::Inbound;
use crate::connection::append::sign_of_life;
use crate::message::{Extension, Grant, MAX_GRANTS};

impl Inbound {
    /// Counts messages that a worker has taken in, and bytes that it has handled, or will never get, and
    /// lets the peer send more.
    pub(super) fn credit(&self, to: &Address, messages: u32, bytes: usize) {
        let grants = self.accounts.owe(to, messages, bytes as u64);
        // Few enough for one frame each.
        for grants in grants.chunks(MAX_GRANTS) {
            self.grant(grants);
        }
    }

    fn grant(&self, grants: &[Grant]) {
        let extension = Extension {
            version: self.accounts.peer().version(),
            grants: grants.to_vec(),
            ..Extension::default()
        };
        let queued = self.control.push_owed(&sign_of_life(&extension));
        self.note_queued(queued);
    }
}
