use ockam_core::reply::Replier;
use ockam_core::{Address, Route};

use super::askers::{Askers, Waiting};
use super::ways::Ways;

/// What the peer may send without having been told that it may: answers.
///
/// An ask that left by this connection can be answered once, at an address of 128 random bits. Of a
/// message that was only sent, the way back to its sender is known to the peer: it can be sent one
/// message for each.
#[derive(Default)]
pub(super) struct Returns {
    pub(super) askers: Askers,
    pub(super) ways: Ways,
}

impl Returns {
    /// Notes the way back of a message that is queued; of a question, also where it has come from. Returns
    /// who is forgotten, to be dropped behind the lock.
    #[must_use]
    pub(super) fn note(
        &mut self,
        onward: &[Address],
        return_route: &Route,
        origin: Option<&Address>,
    ) -> Vec<Waiting> {
        let (Some(to), Some((last, by))) = (onward.first(), return_route.as_slice().split_last())
        else {
            return Vec::new();
        };
        match last.replier() {
            Some(asker) => self.askers.note(asker, to, by, origin),
            None => {
                self.ways.note(return_route);
                Vec::new()
            }
        }
    }

    /// Notes the way back of messages that follow one which was noted, and is no question.
    pub(super) fn note_more(&mut self, return_route: &Route, messages: u32) {
        self.ways.note_more(return_route, messages);
    }
}

/// Returns the right to answer that a message brings along, if it asks.
pub(super) fn asker_of(return_route: &Route) -> Option<&Replier> {
    return_route.last().and_then(Address::replier)
}
