use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_nats::Client;
use async_nats::message::OutboundMessage;
use bytes::{Buf as _, Bytes};
use futures_util::Sink as _;
use tokio::io::{AsyncRead, ReadBuf};

use super::half::Half;
use super::state::{End, State, lost};
use crate::record::Record;

/// The half of a stream that receives.
pub(crate) struct Reader {
    half: Arc<Half>,
    /// A client of its own, which keeps a place for one message.
    client: Client,
    /// What is being read.
    bytes: Bytes,
}

enum Next {
    Bytes(Bytes, u64),
    Ended(io::Result<()>),
    Nothing,
}

impl Reader {
    pub(super) fn new(half: Arc<Half>) -> Self {
        Self {
            client: half.client.clone(),
            half,
            bytes: Bytes::new(),
        }
    }

    /// Tells the peer how much has been read, when it is time and there is room for it.
    fn poll_window(&mut self, cx: &mut Context<'_>) {
        let stream = &self.half.stream;
        if !stream.with(|state| state.incoming.owes_window()) {
            return;
        }
        let (Poll::Ready(Ok(())), Some(subject)) =
            (Pin::new(&mut self.client).poll_ready(cx), stream.peer())
        else {
            return;
        };
        stream.with(|state| {
            let total = state.incoming.tell_read();
            let number = state.outgoing.number();
            let message = OutboundMessage {
                subject,
                reply: Some(stream.own.clone()),
                payload: Record::Window { number, total }.encode(),
                headers: None,
            };
            // A client that has ended sends nothing: the peer hears of it by the silence.
            let _ = Pin::new(&mut self.client).start_send(message);
        });
    }

    fn next(&self, cx: &mut Context<'_>) -> Next {
        self.half.stream.with(|state: &mut State| {
            if let Some((bytes, weight)) = state.incoming.pop() {
                return Next::Bytes(bytes, weight);
            }
            match &state.end {
                Some(End::OfPeer) => Next::Ended(Ok(())),
                Some(End::Lost(why)) => Next::Ended(Err(lost(why))),
                None => {
                    state.incoming.waker = Some(cx.waker().clone());
                    Next::Nothing
                }
            }
        })
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Whoever has the name now may have been sent the same, or something that contradicts it.
        if !this.half.tenure.is_held() {
            return Poll::Ready(Err(lost("the lease of this node's name is over")));
        }
        this.poll_window(cx);
        if this.bytes.is_empty() {
            match this.next(cx) {
                Next::Bytes(bytes, weight) => {
                    this.half.stream.has_read(weight);
                    this.bytes = bytes;
                }
                Next::Ended(ended) => return Poll::Ready(ended),
                Next::Nothing => return Poll::Pending,
            }
        }
        let length = buf.remaining().min(this.bytes.len());
        buf.put_slice(&this.bytes[..length]);
        this.bytes.advance(length);
        Poll::Ready(Ok(()))
    }
}
