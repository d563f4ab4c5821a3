use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use async_nats::Client;
use async_nats::message::OutboundMessage;
use bytes::Bytes;
use futures_util::Sink as _;
use tokio::io::AsyncWrite;

use super::half::Half;
use super::limits::MAX_CHUNK_BYTES;
use super::state::{End, State, lost};
use crate::record::{BYTES_HEAD, Record, encode_bytes};

/// The half of a stream that sends.
pub(crate) struct Writer {
    half: Arc<Half>,
    client: Client,
}

impl Writer {
    pub(super) fn new(half: Arc<Half>) -> Self {
        Self {
            client: half.client.clone(),
            half,
        }
    }

    /// Waits until the client takes a message and `may_send` agrees, and sends what `make` returns, in the order of the
    /// numbers of the stream.
    fn send(&mut self, make: impl FnOnce(&mut State) -> Option<Bytes>) -> io::Result<bool> {
        let stream = &self.half.stream;
        let subject = stream.peer().ok_or_else(|| lost("the peer is not known"))?;
        let client = &mut self.client;
        stream.with(|state| {
            if let Some(End::Lost(why)) = &state.end {
                return Err(lost(why));
            }
            let Some(payload) = make(state) else {
                return Ok(false);
            };
            let message = OutboundMessage {
                subject,
                // If nobody is there, the server says so, to this subject.
                reply: Some(stream.own.clone()),
                payload,
                headers: None,
            };
            let sent = Pin::new(client).start_send(message);
            sent.map_err(|error| lost(&error.to_string()))?;
            Ok(true)
        })
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ready = Pin::new(&mut self.client).poll_ready(cx);
        ready.map_err(|error| lost(&format!("the client of NATS has ended: {error}")))
    }

    fn send_end(&mut self) -> io::Result<bool> {
        self.send(|state| {
            let outgoing = &mut state.outgoing;
            if outgoing.has_ended {
                return None;
            }
            outgoing.has_ended = true;
            let number = outgoing.number();
            Some(Record::End { number }.encode())
        })
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_ready(cx))?;
        let most = this.half.max_payload.saturating_sub(BYTES_HEAD);
        let most = most.min(MAX_CHUNK_BYTES).min(bytes.len());
        let mut length = 0;
        let sent = this.send(|state| {
            length = most.min(state.outgoing.room());
            if length == 0 {
                state.outgoing.waker = Some(cx.waker().clone());
                return None;
            }
            let number = state.outgoing.send_bytes(length);
            Some(encode_bytes(number, &bytes[..length]))
        })?;
        match sent {
            true => Poll::Ready(Ok(length)),
            false => Poll::Pending,
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The client writes as soon as it has nothing more to take.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_ready(cx))?;
        this.send_end()?;
        Poll::Ready(Ok(()))
    }
}

impl Drop for Writer {
    /// Lets the peer hear at once that the stream has ended, if there is room.
    fn drop(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        if let Poll::Ready(Ok(())) = self.poll_ready(&mut cx) {
            // Without it, the peer finds out after its idle timeout.
            let _ = self.send_end();
        }
    }
}
