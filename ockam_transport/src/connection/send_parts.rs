use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::Poll;

use ockam_body::BodyType;
use ockam_core::parts::PartSource;
use ockam_core::reply::ReplyTo;
use ockam_core::{Result, Route};
use ockam_node::transport::{Content, Link, OfStream, Outgoing, Report, SendError};

use super::inner::Inner;
use super::streams::{Bundle, Cancelled, Going, Left};

/// The task that sends the parts of an answer to the peer.
pub(super) struct Sending {
    pub(super) connection: Weak<Inner>,
    pub(super) going: Arc<Going>,
    pub(super) asker: ReplyTo,
    /// The way to the asker, who stands at its end.
    pub(super) onward: Route,
}

/// Parts that have been encoded, all of one type.
struct Encoded {
    bundle: Bundle,
    type_name: Option<String>,
    shape: Option<u64>,
    /// A part that doesn't go with them, of another type or too large. It is sent next.
    other: Option<(Vec<u8>, Option<String>, Option<u64>)>,
}

/// Sends the parts of an answer, and its end, as far as there is credit and room.
pub(super) async fn send_parts(sending: Sending, source: Box<dyn PartSource>) {
    let asker = sending.asker.address().clone();
    let sent = sending.send_all(source).await;
    let Some(connection) = sending.connection.upgrade() else {
        return;
    };
    if let Ok(Err(error)) = sent {
        let inbound = &connection.inbound;
        let peer = &inbound.peer;
        let why = format_args!("an answer for {peer} that went on has failed: {error:#}");
        inbound.gateway.warn(why);
        let report = Report {
            is_of_question: true,
            ..Report::new(error.kind(), 0, &[])
        };
        inbound.send_report(sending.onward.hops(), &report);
    }
    connection.inbound.streams.end_this(&asker, &sending.going);
}

impl Sending {
    async fn send_all(&self, mut source: Box<dyn PartSource>) -> Result<Result<()>, Cancelled> {
        let mut parts = Encoded::new(self.bundle());
        let (mut number, mut known) = (0, 0);
        let end = loop {
            // Also before the end, so that it comes behind the begin on every connection.
            let credit = poll_fn(|cx| self.going.poll_credit(cx)).await?;
            if credit.parts() > known {
                source.set_credit(credit.parts());
            }
            let end = self.next(&mut *source, &mut parts, credit).await?;
            let count = parts.bundle.parts();
            known = credit.parts().saturating_sub(count.into());
            if count > 0 {
                self.going.spend(count, parts.bundle.body_bytes());
                let stream = match count {
                    1 => OfStream::Part(number + 1),
                    count => OfStream::Parts(number + 1, count),
                };
                number += u64::from(count);
                let sent = self.send(&parts, stream).await?;
                if sent.is_err() {
                    return Ok(sent);
                }
            }
            parts.begin_with_other();
            if let Some(end) = end {
                break end;
            }
        };
        drop(source);
        match end {
            Ok(()) => {
                self.send(&Encoded::new(Bundle::of_one()), OfStream::End(number))
                    .await
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// Returns what as many parts go into as the peer takes in one frame.
    fn bundle(&self) -> Bundle {
        match self.connection.upgrade() {
            Some(connection) if connection.inbound.accounts.peer().bundles() => {
                Bundle::new(connection.lock().max_frame_bytes())
            }
            _ => Bundle::of_one(),
        }
    }

    /// Waits for a part, and takes what is there behind it, as far as there is credit. Returns the end, if it has
    /// come.
    async fn next(
        &self,
        source: &mut dyn PartSource,
        parts: &mut Encoded,
        mut credit: Left,
    ) -> Result<Option<Result<()>>, Cancelled> {
        credit.spend_all(parts.bundle.parts(), parts.bundle.body_bytes());
        poll_fn(|cx| {
            while parts.has_room() && credit.is_some() {
                let before = parts.bundle.body_bytes();
                let next = source.poll_part(cx, &mut |body, body_type| parts.add(body, body_type));
                match next {
                    Poll::Ready(Some(Ok(()))) => {
                        credit.spend(parts.bundle.body_bytes() - before);
                    }
                    Poll::Ready(Some(Err(error))) => return Poll::Ready(Ok(Some(Err(error)))),
                    Poll::Ready(None) => return Poll::Ready(Ok(Some(Ok(())))),
                    Poll::Pending if parts.bundle.parts() > 0 => break,
                    // Whoever has credit has just seen that somebody reads.
                    Poll::Pending => return self.going.poll_cancelled(cx).map(Err),
                }
            }
            Poll::Ready(Ok(None))
        })
        .await
    }

    /// Sends parts, or the end, when there is room.
    async fn send(&self, parts: &Encoded, stream: OfStream) -> Result<Result<()>, Cancelled> {
        let outgoing = Outgoing {
            onward: self.onward.hops(),
            return_route: &Route::new(),
            content: Content {
                body: parts.bundle.payload(),
                body_type: BodyType {
                    name: parts.type_name.as_deref(),
                    shape: parts.shape,
                },
            },
            trace: None,
            // It waits for room as messages do, and takes none from answers that can't wait.
            is_answer: false,
            stream: Some(stream),
        };
        loop {
            let Some(connection) = self.connection.upgrade() else {
                return Err(Cancelled);
            };
            match connection.try_send(&outgoing) {
                Ok(()) => return Ok(Ok(())),
                Err(SendError::Failed((), error)) => return Ok(Err(error)),
                Err(_) => {
                    let mut room = pin!(connection.room(outgoing.onward));
                    poll_fn(|cx| match self.going.poll_cancelled(cx) {
                        Poll::Ready(cancelled) => Poll::Ready(Err(cancelled)),
                        Poll::Pending => room.as_mut().poll(cx).map(Ok),
                    })
                    .await?;
                }
            }
        }
    }
}

impl Encoded {
    fn new(bundle: Bundle) -> Self {
        Self {
            bundle,
            type_name: None,
            shape: None,
            other: None,
        }
    }

    /// Adds a part, or keeps it for later if it doesn't go with those that are there.
    fn add(&mut self, body: &[u8], body_type: BodyType<'_>) {
        let is_alike = self.type_name.as_deref() == body_type.name && self.shape == body_type.shape;
        if !self.bundle.takes(body.len()) || (self.bundle.parts() > 0 && !is_alike) {
            let name = body_type.name.map(str::to_owned);
            self.other = Some((body.to_owned(), name, body_type.shape));
            return;
        }
        if !is_alike {
            self.type_name = body_type.name.map(str::to_owned);
            self.shape = body_type.shape;
        }
        self.bundle.add(body);
    }

    fn has_room(&self) -> bool {
        self.other.is_none() && !self.bundle.is_full()
    }

    /// Forgets what has been sent, and begins with the part that was kept.
    fn begin_with_other(&mut self) {
        self.bundle.clear();
        if let Some((body, name, shape)) = self.other.take() {
            (self.type_name, self.shape) = (name, shape);
            self.bundle.add(&body);
        }
    }
}
