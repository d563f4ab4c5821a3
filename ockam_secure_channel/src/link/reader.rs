use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ockam_core::{Error, ErrorKind};
use ockam_transport::{ConnectError, Origin};
use tokio::io::{AsyncRead, ReadBuf};

use super::clock::{Sleep, sleep};
use super::inlet::{Inlet, Received};
use super::record::{self, Record};
use super::upstream;
use crate::data::{NUMBER_BYTES, Opener};

/// After how many frames that are refused others get a turn.
const YIELD_EVERY_REFUSED: usize = 32;

/// The stream from the peer.
pub(super) struct Reader {
    inlet: Inlet,
    opener: Opener,
    origin: Origin,
    /// Whether the peer is a node of upstream.
    is_upstream: bool,
    /// What was opened, up to `end`, of which the bytes in front of `start` have been read.
    opened: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether a frame of the peer has been opened.
    is_confirmed: bool,
    has_ended: bool,
    /// When there has to be a new handshake.
    expires: Pin<Box<Sleep>>,
    /// How long a peer of upstream may say nothing, and when that is over.
    idle: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Reader {
    /// Creates the stream of a channel, which has to have a new handshake after `max_age`. If the peer is a node of
    /// upstream, `upstream` says how long it may say nothing.
    pub(super) fn new(
        inlet: Inlet,
        opener: Opener,
        origin: Origin,
        upstream: Option<Option<Duration>>,
        max_age: Duration,
    ) -> Self {
        let is_upstream = upstream.is_some();
        let idle = upstream.flatten();
        // Upstream doesn't greet within a channel.
        let opened = match is_upstream {
            true => vec![ockam_transport::frame::VERSION],
            false => Vec::new(),
        };
        Self {
            inlet,
            opener,
            origin,
            is_upstream,
            start: 0,
            end: opened.len(),
            opened,
            is_confirmed: false,
            has_ended: false,
            expires: Box::pin(sleep(max_age)),
            idle: idle.map(|idle| (idle, Box::pin(sleep(idle)))),
        }
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Opens a message of the peer. Whatever the peer has not sealed in this channel is left out: it changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// If the stream can't go on.
    fn take(&mut self, received: Received) -> io::Result<()> {
        let mut frame = received.bytes;
        if frame.is_empty() && !self.is_confirmed {
            // Whoever is in the middle could as well let nothing pass.
            return Err(lost("the peer has ended the handshake"));
        }
        let Ok(opened) = self.opener.open(&mut frame) else {
            return Ok(());
        };
        let (length, skipped) = (opened.plaintext.len(), opened.skipped);
        self.is_confirmed = true;
        if let Some((idle, timer)) = &mut self.idle {
            timer.set(sleep(*idle));
        }
        if self.is_upstream {
            let plaintext = &frame[NUMBER_BYTES..NUMBER_BYTES + length];
            return self.take_message(plaintext);
        }
        if skipped > 0 {
            // A stream can't go on without what is missing in it.
            return Err(lost(&format!("{skipped} frames of the peer are missing")));
        }
        match record::read(&frame[NUMBER_BYTES..NUMBER_BYTES + length]) {
            Some(Record::Bytes(bytes)) => {
                (self.start, self.end) = (NUMBER_BYTES + bytes.start, NUMBER_BYTES + bytes.end);
                self.opened = frame;
                Ok(())
            }
            Some(Record::End) => {
                self.has_ended = true;
                Ok(())
            }
            None => Err(lost("the peer has sealed what this node doesn't know")),
        }
    }

    fn take_message(&mut self, plaintext: &[u8]) -> io::Result<()> {
        match upstream::decode(plaintext) {
            Ok(upstream::Plaintext::Message(message)) => {
                let mut opened = std::mem::take(&mut self.opened);
                opened.clear();
                let appended = ockam_transport::frame::append::<ockam_transport::frame::Error>(
                    &mut opened,
                    |frame| {
                        frame.extend_from_slice(message);
                        Ok(())
                    },
                );
                appended.map_err(|error| lost(&error.to_string()))?;
                (self.start, self.end) = (0, opened.len());
                self.opened = opened;
            }
            Ok(upstream::Plaintext::Other) => {}
            Ok(upstream::Plaintext::Close) => self.has_ended = true,
            Err(error) => return Err(lost(&format!("{error:#}"))),
        }
        Ok(())
    }
}

fn lost(why: &str) -> io::Error {
    ConnectError(Error::new(ErrorKind::NoRoute, why)).into()
}

impl AsyncRead for Reader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        for _ in 0..YIELD_EVERY_REFUSED {
            if this.start < this.end {
                let length = buf.remaining().min(this.end - this.start);
                buf.put_slice(&this.opened[this.start..this.start + length]);
                this.start += length;
                return Poll::Ready(Ok(()));
            }
            if this.has_ended {
                return Poll::Ready(Ok(()));
            }
            if this.expires.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(lost("its keys are too old")));
            }
            if let Some((idle, timer)) = &mut this.idle {
                if timer.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(lost(&format!(
                        "the peer has said nothing for {idle:?}"
                    ))));
                }
            }
            match this.inlet.poll_next(cx) {
                Poll::Ready(Ok(received)) => this.take(received)?,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(ConnectError(error).into())),
                Poll::Pending => {
                    // An idle channel holds nothing.
                    this.opened = Vec::new();
                    (this.start, this.end) = (0, 0);
                    return Poll::Pending;
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
