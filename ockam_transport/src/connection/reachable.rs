//! What those who monitor a connection are told of its peer.

use super::inner::Inner;
use crate::lock::lock;

/// Whether the other end of a connection can be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConnectionState {
    /// There is a stream to the peer.
    Connected,
    /// The stream was lost, and another one is tried to be made.
    Lost,
    /// The connection has ended.
    Closed,
}

impl Inner {
    pub(super) fn state(&self) -> ConnectionState {
        if self.is_closed() {
            return ConnectionState::Closed;
        }
        match &*lock(&self.lost) {
            Some(_) => ConnectionState::Lost,
            None => ConnectionState::Connected,
        }
    }

    /// Notes that the stream is lost, and that another one will be made.
    pub(crate) fn note_lost(&self, why: &str) {
        if self.is_closed() {
            return;
        }
        // A stream on which the peer did not greet changes nothing.
        let before = lock(&self.lost).replace(why.to_owned());
        if before.is_none() {
            self.guard().iter().for_each(|it| it.note_unreachable());
        }
    }

    /// Notes that the peer has greeted on a stream.
    pub(crate) fn note_greeted(&self) {
        let lost = lock(&self.lost).take();
        if let Some(why) = lost {
            self.guard().iter().for_each(|it| it.note_back(&why));
        }
    }
}
