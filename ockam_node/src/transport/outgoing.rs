use std::any::Any as StdAny;
use std::cell::Cell;
use std::sync::Arc;

use ockam_core::{Address, Any, Error, Message, Route, Routed};

use super::incoming::{Delivery, Incoming, Undelivered};
use super::{Content, Link, Parcel, Unsent};
use crate::mailbox::{Ticket, Wakeup};
use crate::resident::{AnyResident, Declined, Receiver, Tenancy};

/// How much of the buffer for bodies a thread keeps.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// Taken while a body is in it: the `Serialize` of a message may send another one.
    static BODY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Encodes a message and hands it to a link.
pub(crate) fn send_out<M: Message>(
    link: &dyn Link,
    onward: &[Address],
    return_route: &Route,
    message: &M,
    trace: Option<&str>,
) -> Result<(), Unsent> {
    let send = |body: &[u8]| {
        link.try_send(&Parcel {
            onward,
            return_route,
            content: Content {
                body,
                type_name: message.wire_name().as_deref(),
            },
            trace,
        })
    };
    let sent = match (message as &dyn StdAny).downcast_ref::<Vec<u8>>() {
        // Bytes are their own body.
        Some(bytes) => send(bytes),
        None => encoded(message, send),
    };
    if sent.is_ok() {
        settle(onward);
    }
    sent
}

/// Sends a message that has been encoded into the buffer of this thread.
fn encoded<M: Message>(
    message: &M,
    send: impl FnOnce(&[u8]) -> Result<(), Unsent>,
) -> Result<(), Unsent> {
    let mut body = BODY.take();
    body.clear();
    let sent = match message.write_body(&mut body) {
        Ok(()) => send(&body),
        Err(error) => {
            let why = format!("{} can't leave this node", Any::type_name_of(message));
            Err(Unsent::Refused(Error::from(error).context(why)))
        }
    };
    if body.capacity() <= KEPT {
        BODY.set(body);
    }
    sent
}

/// Returns the trace that a message belongs to.
pub(crate) fn trace_of<M>(message: &Routed<M>) -> Option<&str> {
    message
        .arrival()
        .and_then(|arrival| arrival.trace.as_deref())
}

/// Notes that an answer is on its way, if that is what was sent: nobody is to report that there is
/// none.
fn settle(onward: &[Address]) {
    if let Some(asker) = onward.last().and_then(Address::replier) {
        asker.settle();
    }
}

/// A link at an address, among the residents of the node.
pub(crate) struct Attachment {
    pub(crate) tenancy: Tenancy,
    pub(crate) link: Arc<dyn Link>,
}

impl AnyResident for Attachment {
    fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    fn takes(&self) -> &'static str {
        "messages that can be serialised"
    }

    fn close(&self) -> bool {
        true
    }

    fn receiver(&self) -> Receiver<'_> {
        Receiver::Link(&self.link)
    }

    fn push_any(&self, _: Option<Ticket>, message: Routed<Any>) -> Result<Wakeup, Declined<Any>> {
        let onward = message.onward_route().as_slice();
        let trace = trace_of(&message);
        match send_out(
            &*self.link,
            onward,
            message.return_route(),
            message.body(),
            trace,
        ) {
            Ok(()) => Ok(Wakeup::nobody()),
            Err(Unsent::Full) => Err(Declined::Full(message)),
            Err(Unsent::Refused(error)) => Err(Declined::Unsent(message, error)),
        }
    }

    fn push_body(&self, _: Option<Ticket>, incoming: &Incoming<'_>) -> Result<(), Undelivered> {
        let parcel = Parcel {
            onward: incoming.onward(),
            return_route: incoming.return_route,
            content: incoming.content,
            trace: incoming.arrival.trace.as_deref(),
        };
        match self.link.try_send(&parcel) {
            Ok(()) => {
                settle(parcel.onward);
                Ok(())
            }
            Err(Unsent::Full) => Err(Undelivered::Full),
            Err(Unsent::Refused(error)) => Err(Undelivered::Failed(error)),
        }
    }

    fn push_bodies(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery {
        let mut delivered = 0;
        for body in bodies {
            if let Err(undelivered) = self.push_body(None, &message.with_body(body)) {
                let failure = Some(undelivered);
                return Delivery { delivered, failure };
            }
            delivered += 1;
        }
        let failure = None;
        Delivery { delivered, failure }
    }

    fn undelivered(&self, failure: Error, _: u64) -> Result<(), Error> {
        Err(failure)
    }
}
