use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Route};
use ockam_node::transport::{Incoming, Recipient, SendError};

use super::Inbound;
use super::backlog::{
    Added, BacklogKey, Backlogged, MAX_MESSAGES_WITH_CREDIT, MAX_MESSAGES_WITHOUT,
};
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
        is_awaited: bool,
    ) -> Option<Target> {
        let to = message.onward.first()?;
        let onward = message.onward.rest();
        let may_send = self.may_send(to);
        let is_return = is_awaited || self.is_return(&message.onward, may_send);
        let return_route = self.return_route(message);
        let way = is_return.then_some(&message.onward);
        let headers = self.headers(&onward, way, message.tracing);
        let incoming = Incoming {
            source: self.source(),
            content: content_of(message),
            return_route: &return_route,
            headers: &headers,
        };
        if !is_return && !may_send {
            self.note_denied(to);
            let why = format!("{} may not send to {to}", self.peer);
            self.refuse(to, &incoming, Error::new(ErrorKind::Denied, why));
            return None;
        }
        let found = self.gateway.find(to);
        let recipient = found
            .map_err(|error| self.refuse(to, &incoming, error))
            .ok()?;
        let is_delivered = self.put_in(&recipient, to, &incoming);
        let is_plain = message.extension.as_ref().is_none_or(Extension::is_plain);
        // An answer is taken once, and so is a question, which can be answered once.
        let is_repeatable = is_plain && !is_return;
        (is_delivered && is_repeatable).then(|| Target {
            to: to.clone(),
            recipient,
            type_name: content_of(message).type_name.map(str::to_owned),
            return_route,
            headers,
            source: self.source(),
        })
    }

    /// Tells whether a message comes back by the path of one that was sent, worker by worker.
    fn is_return(&self, onward: &Route, may_send: bool) -> bool {
        match onward.as_slice() {
            // To a single address, most messages may go anyway.
            [_] if may_send => false,
            _ => self.accounts.admit_return(onward),
        }
    }

    /// Puts a message into a mailbox, or into the backlog. Tells whether the mailbox had room.
    fn put_in(
        self: &Arc<Self>,
        recipient: &Recipient,
        to: &Address,
        message: &Incoming<'_>,
    ) -> bool {
        let key = key_of(recipient, &message.headers.onward);
        let delivered = match self.backlog.has(&key) {
            true => Err(SendError::Full(())),
            false => recipient.deliver(message),
        };
        let has_room = delivered.is_ok();
        match delivered {
            Ok(()) => self.credit(to, 1),
            Err(SendError::Full(())) => self.put_into_backlog(key, to, message),
            Err(refused) => self.refuse(to, message, recipient.error_of(refused)),
        }
        has_room
    }

    fn put_into_backlog(self: &Arc<Self>, key: BacklogKey, to: &Address, message: &Incoming<'_>) {
        let max_messages = match self.accounts.is_ours() {
            true => MAX_MESSAGES_WITH_CREDIT,
            false => MAX_MESSAGES_WITHOUT,
        };
        match self.backlog.add(&key, to, message, max_messages) {
            Added::Behind => {}
            Added::First => {
                let this = self.clone();
                spawn(&self.gateway, async move { this.work_off(&key).await });
            }
            Added::Refused => {
                let why = format!("the mailbox of {to} is full");
                self.refuse(to, message, Error::new(ErrorKind::MailboxFull, why));
            }
        }
    }

    /// Delivers the messages with one key in the backlog, in order.
    async fn work_off(self: &Arc<Self>, key: &BacklogKey) {
        while let Some(message) = self.backlog.next(key) {
            self.deliver_when_room(&message).await;
        }
    }

    async fn deliver_when_room(&self, message: &Backlogged) {
        let (to, incoming) = (&message.to, message.as_incoming());
        match self.gateway.deliver_when_room(to, &incoming).await {
            Ok(()) => self.credit(to, 1),
            Err(error) => self.refuse(to, &incoming, error),
        }
    }
}

/// Returns which messages one has to wait behind if there is no room for it.
fn key_of(recipient: &Recipient, onward: &Route) -> BacklogKey {
    let next = onward.first().filter(|_| recipient.is_link());
    (recipient.number(), next.cloned())
}
