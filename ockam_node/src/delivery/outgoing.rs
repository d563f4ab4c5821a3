//! Messages to another node: they are encoded and sent by a link.

use std::any::Any as StdAny;
use std::cell::Cell;

use ockam_core::headers::Headers;
use ockam_core::{Any, Error, Hops, Message, Route, Routed};

use super::incoming::{Delivery, Incoming};
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
    pub(crate) fn send<M: Message>(
        &self,
        onward: Hops<'_>,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let trace = Headers::of(&message).trace().map(|trace| &**trace);
        let (return_route, body) = (message.return_route(), message.body());
        encode_and_send(&*self.link, onward, return_route, body, trace)
            .map_err(|refused| refused.map(|()| message))
    }

    /// Forwards a message from another node.
    pub(crate) fn send_incoming(&self, message: &Incoming<'_>) -> Result<(), SendError<()>> {
        let outgoing = Outgoing {
            onward: message.onward().hops(),
            return_route: message.return_route,
            content: message.content,
            trace: message.headers.trace.as_deref(),
        };
        self.link.try_send(&outgoing)?;
        note_answered(outgoing.onward);
        Ok(())
    }

    /// Forwards messages from another node, which differ from `message` only in their bodies.
    pub(crate) fn send_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery {
        let mut delivered = 0;
        for body in bodies {
            if let Err(refused) = self.send_incoming(&message.with_body(body)) {
                let failure = Some(refused);
                return Delivery { delivered, failure };
            }
            delivered += 1;
        }
        let failure = None;
        Delivery { delivered, failure }
    }
}

/// Encodes a message and sends it by a link.
pub(crate) fn encode_and_send<M: Message>(
    link: &dyn Link,
    onward: Hops<'_>,
    return_route: &Route,
    message: &M,
    trace: Option<&str>,
) -> Result<(), SendError<()>> {
    let send = |body: &[u8]| {
        link.try_send(&Outgoing {
            onward,
            return_route,
            content: Content {
                body,
                type_name: message.wire_name().as_deref(),
            },
            trace,
        })
    };
    match (message as &dyn StdAny).downcast_ref::<Vec<u8>>() {
        // A `Vec<u8>` is sent as it is.
        Some(bytes) => send(bytes),
        None => encode(message, send),
    }?;
    note_answered(onward);
    Ok(())
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

/// If what was sent is an answer, marks the ask as answered, so that dropping the right to answer
/// reports no failure.
fn note_answered(onward: Hops<'_>) {
    if let Some(reply_to) = onward.reply_to() {
        reply_to.set_answered();
    }
}
