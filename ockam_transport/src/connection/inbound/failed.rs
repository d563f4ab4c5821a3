//! What becomes of the reports of the peer.

use std::sync::Arc;

use ockam_body::Shape;
use ockam_core::{Error, ErrorKind, Hops, Route};
use ockam_node::transport::{Link, Report};

use super::Inbound;
use crate::message::Failure;

impl Inbound {
    /// Passes a report of the peer on to the sender of the message that failed.
    pub(super) fn failed(&self, onward: &Route, failure: &Failure<'_>) {
        let Some(last) = onward.last() else { return };
        if let Some(ask) = self.accounts.take_ask(onward) {
            // Returns the error if the asker has stopped waiting.
            let _ = ask.asker.fail(self.error(failure));
            return;
        }
        if self.parts_failed(last, failure) {
            return;
        }
        // Others than the one that the message went to may know its way back.
        if !self.accounts.admit_report(onward) {
            // The message may have gone by a stream before this one, or its way back is forgotten. Or the
            // peer has made this up: it is none of the messages that this node has lost.
            self.note_stray(&self.error(failure));
        } else if !self.forward(onward, failure) {
            self.gateway.report(last, self.error(failure), 1);
        }
    }

    /// Forwards a report by another connection, if that is where it goes.
    fn forward(&self, onward: &Route, failure: &Failure<'_>) -> bool {
        for (position, address) in onward.iter().enumerate() {
            let link = self.gateway.link(address);
            // The path of the message was noted, so the report may also go by a private connection.
            let may_go = |link: &Arc<dyn Link>| link.is_private() || self.may_send(address);
            let Some(link) = link.filter(may_go) else {
                continue;
            };
            if link.is_end() {
                return link.undelivered(self.error(failure)).is_ok();
            }
            let report = Report {
                kind: failure.kind,
                id: failure.id,
                names: failure.names.clone(),
                // As far as is known.
                is_of_question: false,
            };
            if !link.report(Hops::new(&onward.as_slice()[position + 1..], None), &report) {
                self.note_lost(1, &self.error(failure));
            }
            return true;
        }
        false
    }

    /// Says in the words of this node what the peer has reported.
    pub(super) fn error(&self, failure: &Failure<'_>) -> Error {
        let peer = &self.peer;
        // Peers may put anything into names, also what controls a terminal.
        let names: Vec<_> = failure
            .names
            .iter()
            .map(|name| name.escape_debug())
            .collect();
        let number = failure.id;
        let look = format!("look for error {number} in its log");
        let why = match (failure.kind, names.as_slice()) {
            // Only the failure of a handler has a number.
            (kind, [of, why]) if number > 0 => {
                format!("a handler of {of} of {peer} failed ({kind}): {why}; {look}")
            }
            (kind, [of, ..]) if number > 0 => {
                format!("a handler of {of} of {peer} failed ({kind}): {look}")
            }
            (kind, []) if number > 0 => format!("a handler of {peer} failed ({kind}): {look}"),
            (ErrorKind::UnknownAddress, [to, ..]) => format!("nothing is at {to} of {peer}"),
            (ErrorKind::WrongType, [to, takes, sent]) => {
                format!("{to} of {peer} takes `{takes}`, not `{sent}`")
            }
            (ErrorKind::WrongType, [to, takes, _, _]) => {
                let differs = failure.names.get(3).and_then(|shapes| difference(shapes));
                let differs = differs.map(|differs| format!(": {}", differs.escape_debug()));
                let differs = differs.unwrap_or_default();
                format!(
                    "{to} of {peer} takes another `{takes}` than the one that was sent{differs}"
                )
            }
            (ErrorKind::UnknownMethod | ErrorKind::WrongType, [to, call]) => {
                format!("{to} of {peer} can't handle the call {call}")
            }
            (ErrorKind::MailboxFull, [to, ..]) => format!("the mailbox of {to} of {peer} is full"),
            (ErrorKind::Stopped, [to, ..]) => format!("{to} of {peer} has stopped"),
            (ErrorKind::NoReply, _) => format!("{peer} took the question and will not answer it"),
            (kind, [to, ..]) => format!("{to} of {peer}: {kind}"),
            (kind, []) => format!("{peer}: {kind}"),
        };
        let names = failure.names.iter().map(|&name| name.to_owned());
        let error = Error::new(failure.kind, why).with_number(number);
        error.with_names(names.collect())
    }
}

/// Says how the shape that the peer's worker takes differs from the one that this node has sent, if it has.
/// The peer has sent the fingerprint of the one, and the other in words.
fn difference(shapes: &str) -> Option<String> {
    let (sent, takes) = shapes.split_once('\n')?;
    let sent = u64::from_str_radix(sent, 16).ok()?;
    ockam_body::difference(Shape::known(sent)?.description(), takes)
}
