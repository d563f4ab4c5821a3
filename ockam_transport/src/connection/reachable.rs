//! What those who monitor a connection, or look at it, are told of its peer.

use ockam_node::{ConnectionReport, ConnectionState};

use super::inner::Inner;
use crate::lock::lock;

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

    /// Takes no lock that a message waits for.
    pub(super) fn report_of_now(&self) -> ConnectionReport {
        let inbound = &self.inbound;
        let (accounts, peer) = (&inbound.accounts, inbound.peer.clone());
        let mut report = ConnectionReport::new(self.address().clone(), peer, self.state());
        report.queued_bytes = accounts.unsent.bytes();
        report.in_flight = accounts.unacknowledged();
        report.open_asks = accounts.pending_asks();
        report.without_credit = inbound.waiting.lines();
        report
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
            self.inbound.own_monitors.lose();
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
