//! What the peer is told of its messages that were not delivered.

use ockam_body::BodyError;
use ockam_core::{Address, Error, ErrorKind, Hops};
use ockam_node::transport::{Incoming, Report};

use super::Inbound;
use crate::accounts::OnLoss;
use crate::log::log;
use crate::message::{Extension, Failure, MAX_NAME, Parts};

impl Inbound {
    /// Tells the sender of a message that it was not delivered, or counts it if nobody can be told. `bytes`
    /// are credited with it.
    pub(super) fn refuse(&self, to: &Address, message: &Incoming<'_>, bytes: usize, error: Error) {
        self.credit(to, 1, bytes);
        if let Some(asked) = message.headers.onward.reply_to() {
            // There was an answer. If the right to answer were only dropped, the asker would hear that
            // there is none.
            let why = format!("the answer was lost on its way: {error}");
            // Returns the error if the asker has stopped waiting.
            let _ = asked.fail(Error::new(ErrorKind::OutcomeUnknown, why));
        }
        // What strangers try to reach is none of the messages that this node has lost.
        let is_denied = error.kind() == ErrorKind::Denied;
        let asker = message.return_route.reply_to();
        if let Some(asker) = asker {
            asker.set_answered();
        }
        // Without a report, an asker learns from the end of its connection that nothing will come.
        if !self.send_refusal(to, message, &error) && asker.is_none() && !is_denied {
            self.note_lost(1, &error);
        }
    }

    /// Reports to the sender of a message that it was not delivered, if there is a way.
    fn send_refusal(&self, to: &Address, message: &Incoming<'_>, error: &Error) -> bool {
        let Some((_, back)) = message.return_route.hops().split_first() else {
            return false;
        };
        if back.is_empty() || !self.accounts.is_ours() {
            return false;
        }
        let names = names(to, error);
        let report = Report {
            is_of_question: message.return_route.reply_to().is_some(),
            ..Report::new(error.kind(), 0, &names)
        };
        log(|| tracing::debug!(peer = self.peer, "refused: {error:#}"));
        self.send_report(back, &report)
    }

    /// Sends the report of a failure, if there is room. Tells whether it is queued.
    pub(in crate::connection) fn send_report(&self, onward: Hops<'_>, report: &Report<'_>) -> bool {
        let on_loss = match report.is_of_question {
            true => OnLoss::Ignore,
            false => OnLoss::Count,
        };
        let extension = Extension {
            failure: Some(Failure {
                kind: report.kind,
                id: report.id,
                names: report.names.clone(),
            }),
            ..Extension::default()
        };
        let parts = Parts {
            onward,
            ..Parts::default()
        };
        let queued = self.control.push_report(&parts, extension, on_loss);
        self.note_queued(queued)
    }

    /// Counts messages of the peer that were lost without the peer hearing of it for certain.
    pub(in crate::connection) fn note_lost(&self, messages: u64, error: &Error) {
        self.gateway
            .count_lost(Some(&self.address), error, messages);
        if let Some(lost) = self.accounts.lost.add(messages) {
            let peer = &self.peer;
            let why = format_args!("a message of {peer} was lost, {lost} so far: {error:#}");
            self.gateway.warn(why);
        }
    }

    /// Counts a report of the peer that is about no message of this node.
    pub(super) fn note_stray(&self, error: &Error) {
        self.gateway.count_denied(&self.peer, &self.address);
        if let Some(denied) = self.accounts.lost.add_denied(None) {
            let peer = &self.peer;
            self.gateway.warn(format_args!(
                "a report of {peer} is about no message of this node, {denied} refused so far: {error:#}"
            ));
        }
    }

    /// Counts a message that the peer may not send. The peer learns only that there is nobody, and whoever
    /// forgot to expose an address has to find out.
    pub(super) fn note_denied(&self, to: &Address) {
        self.gateway.count_denied(&self.peer, to);
        if let Some(denied) = self.accounts.lost.add_denied(Some(to)) {
            let peer = &self.peer;
            self.gateway.warn(format_args!(
                "{peer} may not send to {to}, which is not exposed to it; {denied} refused so far"
            ));
        }
    }
}

/// Returns what an error is about: the address, and the types that were expected and sent. If these have
/// one name, the fingerprint of what was sent follows, and what was expected, in words. For a call that can't
/// be handled, the call and the reason follow the address.
fn names(to: &Address, error: &Error) -> Vec<String> {
    let mut names = vec![to.to_string()];
    match error.downcast_ref() {
        Some(BodyError::OtherType { sent, takes }) => names.extend([takes.clone(), sent.clone()]),
        // The sender knows the shape that has this fingerprint, and can say what differs.
        Some(BodyError::OtherShape { name, sent, takes }) => {
            names.extend([name.clone(), name.clone(), format!("{sent:016x}\n{takes}")])
        }
        Some(BodyError::Call { call, source }) => names.push(format!("`{call}`: {source}")),
        _ => {}
    }
    names.retain(|name| name.len() <= MAX_NAME);
    names
}
