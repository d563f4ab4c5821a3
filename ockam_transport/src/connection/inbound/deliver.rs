use std::sync::Arc;

use ockam_core::headers::ExtendedHeaders;
use ockam_core::{Address, Error, ErrorKind, Route};
use ockam_node::transport::{Incoming, Recipient, SendError};

use super::Inbound;
use super::backlog::{Added, BacklogKey, MAX_MESSAGES_WITH_CREDIT, MAX_MESSAGES_WITHOUT};
use super::backlogged::Backlogged;
use super::content::content_of;
use super::received_run::Target;
use crate::message::{Extension, TransportMessage};
use crate::spawn::spawn;

impl Inbound {
    /// Delivers a message, which may be an answer that is awaited. Returns its target, if others may
    /// go there in the same way.
    pub(super) fn deliver(
        self: &Arc<Self>,
        message: &TransportMessage<'_>,
        bytes: usize,
        is_awaited: bool,
    ) -> Option<Target> {
        let to = message.onward.first()?;
        let onward = message.onward.rest();
        let may_send = self.may_send(to);
        let is_return = is_awaited || self.is_return(message, may_send);
        let way = is_return.then_some(&message.onward);
        let mut refusal = self.refusal(to, bytes, is_return || may_send);
        let return_route = self.return_route(message).unwrap_or_else(|unanswerable| {
            refusal.get_or_insert_with(|| {
                let why = format!("too many questions of {} are open", self.peer);
                Error::new(ErrorKind::MailboxFull, why)
            });
            unanswerable
        });
        let weight = match refusal {
            None => self.weigh(to, 1, bytes),
            Some(_) => None,
        };
        // What is weighed is credited when it has been handled.
        let bytes = if weight.is_some() { 0 } else { bytes };
        let headers = self.headers(&onward, way, message.tracing, weight);
        let incoming = Incoming {
            source: self.source(),
            content: content_of(message),
            return_route: &return_route,
            headers: &headers,
            weigh: None,
        };
        if let Some(error) = refusal {
            self.refuse(to, &incoming, bytes, error);
            return None;
        }
        let found = self.gateway.find(to);
        let recipient = found
            .map_err(|error| self.refuse(to, &incoming, bytes, error))
            .ok()?;
        let is_delivered = self.put_in(&recipient, to, &incoming, bytes);
        let is_plain = message.extension.as_ref().is_none_or(Extension::is_plain);
        // An answer is taken once, and so is a question, which can be answered once.
        let is_repeatable = is_plain && !is_return;
        let body_type = content_of(message).body_type;
        (is_delivered && is_repeatable).then(|| Target {
            to: to.clone(),
            recipient,
            type_name: body_type.name.map(str::to_owned),
            shape: body_type.shape,
            return_route,
            headers: without_weight(headers),
            source: self.source(),
        })
    }

    /// Returns why a message may not come, if it may not.
    fn refusal(&self, to: &Address, bytes: usize, is_admitted: bool) -> Option<Error> {
        if !is_admitted {
            self.note_denied(to);
            let why = format!("{} may not send to {to}", self.peer);
            return Some(Error::new(ErrorKind::Denied, why));
        }
        self.is_too_heavy(to, bytes).then(|| {
            let why = format!("too many bytes wait for {to}");
            Error::new(ErrorKind::MailboxFull, why)
        })
    }

    /// Tells whether a message comes back by the path of one that was sent, worker by worker.
    fn is_return(&self, message: &TransportMessage<'_>, may_send: bool) -> bool {
        let onward = &message.onward;
        match onward.as_slice() {
            // To a single address, most messages may go anyway.
            [_] if may_send => false,
            _ => self.accounts.admit_return(onward, &message.return_route),
        }
    }

    /// Puts a message into a mailbox, or into the backlog. Tells whether the mailbox had room.
    fn put_in(
        self: &Arc<Self>,
        recipient: &Recipient,
        to: &Address,
        message: &Incoming<'_>,
        bytes: usize,
    ) -> bool {
        let key = key_of(recipient, &message.headers.onward);
        let has_to_wait = self.backlog.has(&key) || self.is_held(message, recipient.is_link());
        let delivered = match has_to_wait {
            true => Err(SendError::Full(())),
            false => recipient.deliver(message),
        };
        let has_room = delivered.is_ok();
        match delivered {
            Ok(()) => self.credit(to, 1, bytes),
            Err(SendError::Full(())) => self.put_into_backlog(key, to, message, bytes),
            Err(refused) => self.refuse(to, message, bytes, recipient.error_of(refused)),
        }
        has_room
    }

    fn put_into_backlog(
        self: &Arc<Self>,
        key: BacklogKey,
        to: &Address,
        message: &Incoming<'_>,
        bytes: usize,
    ) {
        let max_messages = match self.accounts.is_ours() {
            true => MAX_MESSAGES_WITH_CREDIT,
            false => MAX_MESSAGES_WITHOUT,
        };
        match self.backlog.add(&key, to, message, bytes, max_messages) {
            Added::Behind => {}
            Added::First => {
                let this = self.clone();
                spawn(&self.gateway, async move { this.work_off(&key).await });
            }
            Added::Refused => {
                let why = format!("the mailbox of {to} is full");
                self.refuse(to, message, bytes, Error::new(ErrorKind::MailboxFull, why));
            }
        }
    }

    /// Delivers the messages with one key in the backlog, in order.
    async fn work_off(self: &Arc<Self>, key: &BacklogKey) {
        while let Some(message) = self.backlog.next(key) {
            self.deliver_when_room(&message).await;
        }
    }

    /// Tells whether a message that may be answered has to wait, because the peer does not take what is sent
    /// to it. The answer would find no room.
    pub(super) fn is_held(&self, message: &Incoming<'_>, is_link: bool) -> bool {
        let is_full = self.accounts.unsent.is_above(self.settings.max_queued / 2);
        is_full && !is_link && message.return_route.len() > 1
    }

    async fn deliver_when_room(&self, message: &Backlogged) {
        let (to, incoming) = (&message.to, message.as_incoming());
        let is_link = self.gateway.link(to).is_some();
        if self.is_held(&incoming, is_link) {
            let half = self.settings.max_queued / 2;
            self.accounts.unsent.below(half).await;
        }
        match self.gateway.deliver_when_room(to, &incoming).await {
            Ok(()) => self.credit(to, 1, message.frame_bytes),
            Err(error) => self.refuse(to, &incoming, message.frame_bytes, error),
        }
    }
}

/// Returns the headers of those that follow a message.
fn without_weight(headers: Arc<ExtendedHeaders>) -> Arc<ExtendedHeaders> {
    if headers.weight.is_none() {
        return headers;
    }
    Arc::new(ExtendedHeaders {
        weight: None,
        ..ExtendedHeaders::clone(&headers)
    })
}

/// Returns which messages one has to wait behind if there is no room for it.
fn key_of(recipient: &Recipient, onward: &Route) -> BacklogKey {
    let next = onward.first().filter(|_| recipient.is_link());
    (recipient.number(), next.cloned())
}
