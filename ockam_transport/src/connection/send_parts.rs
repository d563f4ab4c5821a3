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
use super::streams::{Cancelled, Going};

/// The task that sends the parts of an answer to the peer.
pub(super) struct Sending {
    pub(super) connection: Weak<Inner>,
    pub(super) going: Arc<Going>,
    pub(super) asker: ReplyTo,
    /// The way to the asker, who stands at its end.
    pub(super) onward: Route,
}

/// A part that has been encoded.
#[derive(Default)]
struct Encoded {
    body: Vec<u8>,
    type_name: Option<String>,
    shape: Option<u64>,
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
        let mut part = Encoded::default();
        let (mut number, mut known) = (0, 0);
        loop {
            // Also before the end, so that it comes behind the begin on every connection.
            let credit = poll_fn(|cx| self.going.poll_credit(cx)).await?;
            if credit > known {
                source.set_credit(credit);
            }
            known = credit;
            match self.next(&mut *source, &mut part).await? {
                None => break,
                Some(Err(error)) => return Ok(Err(error)),
                Some(Ok(())) => {}
            }
            number += 1;
            self.going.spend(part.body.len());
            let sent = self.send(&part, OfStream::Part(number)).await?;
            if sent.is_err() {
                return Ok(sent);
            }
        }
        drop(source);
        self.send(&Encoded::default(), OfStream::End(number)).await
    }

    async fn next(
        &self,
        source: &mut dyn PartSource,
        part: &mut Encoded,
    ) -> Result<Option<Result<()>>, Cancelled> {
        poll_fn(|cx| {
            let next = source.poll_part(cx, &mut |body, body_type| part.set(body, body_type));
            match next {
                Poll::Ready(next) => Poll::Ready(Ok(next)),
                // Whoever has credit has just seen that somebody reads.
                Poll::Pending => self.going.poll_cancelled(cx).map(Err),
            }
        })
        .await
    }

    /// Sends a part, or the end, when there is room.
    async fn send(&self, part: &Encoded, stream: OfStream) -> Result<Result<()>, Cancelled> {
        let outgoing = Outgoing {
            onward: self.onward.hops(),
            return_route: &Route::new(),
            content: Content {
                body: &part.body,
                body_type: BodyType {
                    name: part.type_name.as_deref(),
                    shape: part.shape,
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
    fn set(&mut self, body: &[u8], body_type: BodyType<'_>) {
        self.body.clear();
        self.body.extend_from_slice(body);
        if self.type_name.as_deref() != body_type.name {
            self.type_name = body_type.name.map(str::to_owned);
        }
        self.shape = body_type.shape;
    }
}
