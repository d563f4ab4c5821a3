//! What the other side is told of messages that were not delivered, and what becomes of its reports.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use ockam_body::BodyError;
use ockam_core::{Address, Error, ErrorKind, Route};
use ockam_node::transport::{Incoming, Report};

use super::returns::asker_of;
use super::shared::Shared;
use super::tally::{Loss, Tally, put_together};
use crate::message::Failure;

impl Shared {
    /// Tells the sender of a message that it was not delivered, and counts it where nobody can be told.
    pub(super) fn refuse(&self, to: &Address, message: &Incoming<'_>, error: Error) {
        self.put_on_account(to, 1);
        if let Some(asked) = asker_of(&message.arrival.onward) {
            // There was an answer, so that it is not for its drop to say that there is none.
            let why = format!("the answer was lost on its way: {error}");
            // Given back if the asker waits no longer.
            let _ = asked.fail(Error::new(ErrorKind::OutcomeUnknown, why));
        }
        let asker = asker_of(message.return_route);
        if let Some(asker) = asker {
            asker.settle();
        }
        // Without a report, an asker learns from the end of its connection that nothing will come.
        if !self.send_refusal(to, message, &error) && asker.is_none() {
            self.note_lost(1, &error);
        }
    }

    /// Reports to the sender of a message that it was not delivered, if there is a way.
    fn send_refusal(&self, to: &Address, message: &Incoming<'_>, error: &Error) -> bool {
        let [_, back @ ..] = message.return_route.as_slice() else {
            return false;
        };
        if back.is_empty() || !self.is_ours() {
            return false;
        }
        let names = names(to, error);
        let report = Report {
            is_of_question: asker_of(message.return_route).is_some(),
            ..Report::new(error.kind(), 0, &names)
        };
        tracing::debug!(peer = self.peer, "refused: {error:#}");
        self.send_report(back, &report)
    }

    /// Counts messages of the peer that it can't be told of, or may not have been.
    pub(super) fn note_lost(&self, messages: u64, error: &Error) {
        let before = self.lost.fetch_add(messages, Ordering::Relaxed);
        let lost = before + messages;
        self.gateway.count_lost(messages);
        // A flood of messages is not to become one of log lines: there is one each time that they double.
        if before.checked_ilog2() != lost.checked_ilog2() {
            let peer = &self.peer;
            let why = format_args!("a message of {peer} was lost, {lost} so far: {error:#}");
            self.gateway.warn(why);
        }
    }

    /// Says who is refused, now and then, to whoever listens to the log: the peer learns only that there is
    /// nobody, and whoever forgot to expose an address has to find out.
    pub(super) fn note_denied(&self, to: &Address) {
        let denied = self.denied.fetch_add(1, Ordering::Relaxed) + 1;
        if denied.is_power_of_two() {
            let peer = &self.peer;
            tracing::warn!(
                "{peer} may not send to {to}, which is not exposed to it; {denied} refused so far"
            );
        }
    }

    /// Passes the peer's report on to the sender of the message that failed.
    pub(super) fn failed(&self, onward: &Route, failure: &Failure<'_>) {
        let Some(last) = onward.last() else { return };
        let waiting = self.lock().books().returns.askers.take_one(onward);
        if let Some(waiting) = waiting {
            // Given back if the asker waits no longer.
            let _ = waiting.asker.fail(self.error(failure));
            return;
        }
        for (position, address) in onward.iter().enumerate() {
            let link = self.gateway.link(address);
            if let Some(link) = link.filter(|_| self.may_send(address)) {
                let report = Report {
                    kind: failure.kind,
                    id: failure.id,
                    names: failure.names.clone(),
                    // As far as is known.
                    is_of_question: false,
                };
                if !link.report(&onward.as_slice()[position + 1..], &report) {
                    self.note_lost(1, &self.error(failure));
                }
                return;
            }
        }
        let error = self.error(failure);
        if self.lock().books().returns.ways.admit(onward) {
            return self.gateway.report(last, error, 1);
        }
        // The message may have gone by a stream before this one, or its way back is forgotten.
        self.note_lost(1, &error.context("a report for nobody who is known"));
    }

    /// Says in the words of this node what the peer has reported.
    fn error(&self, failure: &Failure<'_>) -> Error {
        let peer = &self.peer;
        // Peers may put anything into names, also what a terminal obeys.
        let names: Vec<_> = failure
            .names
            .iter()
            .map(|name| name.escape_debug())
            .collect();
        let why = match (failure.kind, names.as_slice()) {
            (ErrorKind::UnknownAddress, [to, ..]) => format!("nothing is at {to} of {peer}"),
            (ErrorKind::WrongType, [to, takes, sent]) => {
                format!("{to} of {peer} takes `{takes}`, not `{sent}`")
            }
            (ErrorKind::MailboxFull, [to, ..]) => format!("the mailbox of {to} of {peer} is full"),
            (ErrorKind::Stopped, [to, ..]) => format!("{to} of {peer} has stopped"),
            (ErrorKind::NoReply, _) => format!("{peer} took the question and will not answer it"),
            (ErrorKind::Other, _) => {
                format!(
                    "a handler of {peer} failed: look for error {} in its log",
                    failure.id
                )
            }
            (kind, [to, ..]) => format!("{to} of {peer}: {kind}"),
            (kind, []) => format!("{peer}: {kind}"),
        };
        let names = failure.names.iter().map(|&name| name.to_owned());
        Error::new(failure.kind, why).with_names(names.collect())
    }

    /// Tells the senders of messages that were not sent, or may not have arrived, what became of them.
    pub(super) fn report_lost(&self, tallies: VecDeque<Tally>, kind: ErrorKind, why: &str) {
        for Tally { loss, messages } in put_together(tallies) {
            match loss {
                Loss::Told(to, return_route) => {
                    let error = Error::new(kind, format!("a message to {to}: {why}"));
                    self.report_back(&return_route, &to, error, messages);
                }
                Loss::Counted => {
                    let why = format!("the report that it was not delivered: {why}");
                    self.note_lost(messages, &Error::new(kind, why));
                }
                Loss::Known => {}
            }
        }
    }

    /// Tells the sender of so many messages, at the end of the way back, what became of each.
    fn report_back(&self, return_route: &Route, to: &Address, error: Error, messages: u64) {
        let mut untold = messages;
        for (position, address) in return_route.iter().enumerate() {
            let back = &return_route.as_slice()[position + 1..];
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

/// What an error is about: the address, and the types that were expected and sent.
fn names(to: &Address, error: &Error) -> Vec<String> {
    let mut names = vec![to.to_string()];
    if let Some(BodyError::OtherType { sent, takes }) = error.downcast_ref() {
        names.extend([takes.clone(), sent.clone()]);
    }
    names.retain(|name| name.len() <= crate::message::MAX_NAME);
    names
}
