//! What the senders on this node are told of messages that were lost with a stream, or with the
//! connection.

use std::collections::VecDeque;

use ockam_core::{Address, Error, ErrorKind, Hops, Route};
use ockam_node::transport::Report;

use super::inbound::Inbound;
use crate::accounts::{InFlightGroup, OnLoss, merged};

impl Inbound {
    /// Tells the senders of messages that were not sent, or may not have arrived, what became of them.
    pub(super) fn report_lost(&self, lost: VecDeque<InFlightGroup>, kind: ErrorKind, why: &str) {
        for InFlightGroup { on_loss, messages } in merged(lost) {
            match on_loss {
                OnLoss::Tell(hop, return_route) => {
                    let to = hop.to;
                    let error = Error::new(kind, format!("a message to {to}: {why}"));
                    self.report_back(&return_route, &to, error, messages);
                }
                OnLoss::Count => {
                    let why = format!("the report that it was not delivered: {why}");
                    self.note_lost(messages, &Error::new(kind, why));
                }
                OnLoss::Ignore => {}
            }
        }
    }

    /// Tells the sender of so many messages, at the end of the way back, what became of each.
    fn report_back(&self, return_route: &Route, to: &Address, error: Error, messages: u64) {
        let mut untold = messages;
        for (position, address) in return_route.iter().enumerate() {
            let back = Hops::new(&return_route.as_slice()[position + 1..], None);
            if back.is_empty() {
                return self.gateway.report(address, error, messages);
            }
            if let Some(link) = self.gateway.link(address) {
                let names = [to.to_string()];
                let report = Report::new(error.kind(), 0, &names);
                while untold > 0 && link.report(back, &report) {
                    untold -= 1;
                }
                break;
            }
            // A worker of this node that has passed the messages on, or a connection that is gone.
            if !address.is_local() || self.gateway.find(address).is_err() {
                break;
            }
        }
        if untold > 0 {
            self.gateway.lose(to, &error, untold);
        }
    }
}
