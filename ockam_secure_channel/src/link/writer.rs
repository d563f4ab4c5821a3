use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ockam_core::{Result, Route};
use ockam_transport::ConnectError;
use tokio::io::AsyncWrite;

use super::inlet::Outlet;
use super::padding::padded;
use super::record::{self, MAX_BYTES};
use super::upstream::{self, Messages};
use crate::data::{NUMBER_BYTES, Sealer, TAG_BYTES};

/// The stream to the peer.
pub(super) struct Writer {
    outlet: Arc<Outlet>,
    /// The way to the peer.
    route: Route,
    sealer: Sealer,
    /// The frames of the stream, if the peer is a node of upstream and gets one message in each sealed frame.
    messages: Option<Messages>,
    /// Sealed frames that wait for the one that is being sent. At most one unless the peer is of upstream.
    queued: VecDeque<Vec<u8>>,
    sending: Option<Sending>,
    has_ended: bool,
    /// Whether the lengths of frames are rounded up.
    pads: bool,
}

type Sending = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

impl Writer {
    pub(super) fn new(
        outlet: Arc<Outlet>,
        route: Route,
        sealer: Sealer,
        is_upstream: bool,
        pads: bool,
    ) -> Self {
        Self {
            outlet,
            route,
            sealer,
            messages: is_upstream.then(Messages::new),
            queued: VecDeque::new(),
            sending: None,
            has_ended: false,
            pads,
        }
    }

    /// Sends what is sealed.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            if let Some(sending) = &mut self.sending {
                let sent = ready!(sending.as_mut().poll(cx));
                self.sending = None;
                sent?;
            }
            let Some(frame) = self.queued.pop_front() else {
                return Poll::Ready(Ok(()));
            };
            if let Some(frame) = self.outlet.try_send(&self.route, frame)? {
                let (outlet, route) = (self.outlet.clone(), self.route.clone());
                self.sending = Some(Box::pin(async move { outlet.send(&route, frame).await }));
            }
        }
    }

    /// Seals a record.
    fn seal(&mut self, bytes: usize, write: impl FnOnce(bool, &mut Vec<u8>)) -> Result<()> {
        let length = if self.pads {
            padded(bytes + 8)
        } else {
            bytes + 1
        };
        let mut frame = Vec::with_capacity(NUMBER_BYTES + length + TAG_BYTES);
        frame.extend_from_slice(&[0; NUMBER_BYTES]);
        write(self.pads, &mut frame);
        self.sealer.seal(&mut frame)?;
        self.queued.push_back(frame);
        Ok(())
    }

    /// Seals bytes of the stream. Returns how many.
    fn seal_some(&mut self, bytes: &[u8]) -> Result<usize> {
        let bytes = &bytes[..bytes.len().min(MAX_BYTES)];
        match &mut self.messages {
            None => self.seal(bytes.len(), |pads, frame| record::write(bytes, pads, frame))?,
            Some(messages) => {
                for plaintext in messages.take(bytes)? {
                    self.seal_message(plaintext)?;
                }
            }
        }
        Ok(bytes.len())
    }

    fn seal_message(&mut self, mut plaintext: Vec<u8>) -> Result<()> {
        if self.pads {
            upstream::pad(&mut plaintext);
        }
        let frame = self.sealer.frame(&plaintext)?;
        self.queued.push_back(frame);
        Ok(())
    }

    fn seal_end(&mut self) -> Result<()> {
        self.has_ended = true;
        match self.messages {
            None => self.seal(0, record::write_end),
            Some(_) => self.seal_message(upstream::CLOSE.to_vec()),
        }
    }
}

fn failed(error: ockam_core::Error) -> io::Error {
    ConnectError(error).into()
}

impl AsyncWrite for Writer {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx)).map_err(failed)?;
        let sealed = this.seal_some(bytes).map_err(failed)?;
        match this.poll_send(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(failed(error))),
            // What has to wait is sent before anything else is taken.
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(sealed)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_send(cx).map_err(failed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.has_ended {
            ready!(this.poll_send(cx)).map_err(failed)?;
            this.seal_end().map_err(failed)?;
        }
        this.poll_send(cx).map_err(failed)
    }
}

impl Drop for Writer {
    /// Lets the peer hear at once that the stream has ended, if there is room.
    fn drop(&mut self) {
        let may_end = !self.has_ended && self.sending.is_none() && self.queued.is_empty();
        if may_end && self.seal_end().is_ok() {
            if let Some(frame) = self.queued.pop_front() {
                // Without it, the peer finds out after its idle timeout.
                let _ = self.outlet.try_send(&self.route, frame);
            }
        }
    }
}
