//! Messages to another node: they are encoded and sent by a link.

use std::any::Any as StdAny;
use std::cell::Cell;

use ockam_core::headers::Headers;
use ockam_core::parts::PartSource;
use ockam_core::reply::ReplyTo;
use ockam_core::{Any, Error, ErrorKind, Hops, Message, Route, Routed};

use super::incoming::{DeliveredBatch, Incoming};
use super::link::{Content, Link, LinkEndpoint, Outgoing};
use crate::send_error::SendError;

/// The largest buffer for bodies that a thread keeps, in bytes.
const MAX_KEPT_BUFFER_BYTES: usize = 64 * 1024;

thread_local! {
    /// The buffer is taken out while it is in use, because the `Serialize` of a message may send
    /// another message.
    static BODY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl LinkEndpoint {
    /// Sends a message along the route behind the link.
    ///
    /// An answer that finds no room is refused, and its asker told: nobody waits until a peer takes its
    /// answers.
    pub(crate) fn send<M: Message>(
        &self,
        onward: Hops<'_>,
        message: Routed<M>,
        is_answer: bool,
    ) -> Result<(), SendError<Routed<M>>> {
        let trace = Headers::of(&message).trace().map(|trace| &**trace);
        let (return_route, body) = (message.return_route(), message.body());
        let sent = encode_and_send(&*self.link, onward, return_route, body, trace, is_answer);
        sent.map_err(|refused| match (refused, onward.reply_to()) {
            (SendError::Full(()), Some(asker)) => {
                SendError::Failed(message, self.refuse_answer(asker))
            }
            (refused, _) => refused.map(|()| message),
        })
    }

    /// Tells an asker that there is no room for its answer. Returns the error of the answer.
    #[cold]
    fn refuse_answer(&self, asker: &ReplyTo) -> Error {
        let address = self.registration.address();
        let why = format!("the connection {address} has no room for the answer");
        // Returns the error if the ask has ended.
        let _ = asker.fail(Error::new(ErrorKind::MailboxFull, why.clone()));
        Error::new(ErrorKind::MailboxFull, why).of_answer()
    }

    /// Forwards a message from another node.
    pub(crate) fn send_incoming(&self, message: &Incoming<'_>) -> Result<(), SendError<()>> {
        let outgoing = Outgoing {
            onward: message.onward().hops(),
            return_route: message.return_route,
            content: message.content,
            trace: message.headers.trace.as_deref(),
            is_answer: false,
            stream: None,
        };
        once(outgoing.onward, || self.link.try_send(&outgoing))
    }

    /// Forwards messages from another node, which differ from `message` only in their bodies.
    pub(crate) fn send_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch {
        let (mut delivered, mut failure) = (0, None);
        for body in bodies {
            if let Err(refused) = self.send_incoming(&message.with_body(body)) {
                failure = Some(refused);
                break;
            }
            delivered += 1;
        }
        DeliveredBatch {
            delivered,
            failure,
            weighed_bytes: 0,
        }
    }
}

/// Encodes a message and sends it by a link.
pub(crate) fn encode_and_send<M: Message>(
    link: &dyn Link,
    onward: Hops<'_>,
    return_route: &Route,
    message: &M,
    trace: Option<&str>,
    is_answer: bool,
) -> Result<(), SendError<()>> {
    let is_answer = is_answer || onward.reply_to().is_some();
    let goes_on = message.goes_on();
    if goes_on && onward.reply_to().is_none() {
        let why = "an answer that goes on leaves this node only as the answer to a question";
        let error = Error::new(ErrorKind::InvalidInput, why);
        return Err(SendError::Failed((), error));
    }
    let send = |body: &[u8]| {
        let outgoing = Outgoing {
            onward,
            return_route,
            content: Content {
                body,
                body_type: message.body_type(),
            },
            trace,
            is_answer,
            stream: None,
        };
        match goes_on {
            false => link.try_send(&outgoing),
            true => link.try_begin(&outgoing, &mut || parts_of(message)),
        }
    };
    once(onward, || {
        match (message as &dyn StdAny).downcast_ref::<Vec<u8>>() {
            // A `Vec<u8>` is sent as it is.
            Some(bytes) => send(bytes),
            None => encode(message, send),
        }
    })
}

/// Takes the parts out of an answer that goes on.
fn parts_of<M: Message>(message: &M) -> Option<Box<dyn PartSource>> {
    message.take_parts()?.downcast().ok().map(|parts| *parts)
}

/// Encodes a message into the buffer of this thread, and sends it.
fn encode<M: Message>(
    message: &M,
    send: impl FnOnce(&[u8]) -> Result<(), SendError<()>>,
) -> Result<(), SendError<()>> {
    let mut body = BODY.take();
    body.clear();
    let sent = match message.write_body(&mut body) {
        Ok(()) => send(&body),
        Err(error) => {
            let why = format!("{} can't leave this node", Any::type_name_of(message));
            Err(SendError::Failed((), Error::from(error).context(why)))
        }
    };
    if body.capacity() <= MAX_KEPT_BUFFER_BYTES {
        BODY.set(body);
    }
    sent
}

/// Sends a message. If it is an answer, it has to be the first one, and marks the ask as answered, so that
/// dropping the right to answer reports no failure.
#[inline]
fn once(
    onward: Hops<'_>,
    send: impl FnOnce() -> Result<(), SendError<()>>,
) -> Result<(), SendError<()>> {
    let Some(reply_to) = onward.reply_to() else {
        return send();
    };
    if reply_to.has_ended() {
        let why = "the question has been answered already";
        let error = Error::new(ErrorKind::NoRoute, why).of_answer();
        return Err(SendError::Failed((), error));
    }
    match send() {
        Ok(()) => {
            reply_to.set_answered();
            Ok(())
        }
        Err(SendError::Failed((), error)) => Err(SendError::Failed((), error.of_answer())),
        Err(refused) => Err(refused),
    }
}
