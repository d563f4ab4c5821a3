use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use ockam_core::{Error, ErrorKind, Message, Result};

use super::parts::{Closed, Parts};
use crate::task::consume_budget;

/// Answers one question with many parts, from anywhere on the node.
///
/// [`Context::stream_reply`](crate::Context::stream_reply) returns it. A handler can hand it to a task and go on with
/// the next message. If it is dropped before it is [complete](Self::complete), the asker's last part is
/// the error `NoReply`.
///
/// # Examples
///
/// See [`Streaming`](crate::Streaming).
pub struct StreamReply<R> {
    parts: Arc<Parts<R>>,
}

impl<R: Message> StreamReply<R> {
    pub(super) fn new(parts: Arc<Parts<R>>) -> Self {
        Self { parts }
    }

    /// Sends the next part. Waits while 64 parts have not been read.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the asker has dropped its end. [`Error::take`] returns the part.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the part was not sent.
    pub async fn send(&mut self, part: R) -> Result<()> {
        consume_budget().await;
        match poll_fn(|cx| self.poll_room(cx)).await {
            Ok(()) => self.push(part),
            Err(Closed) => Err(closed(part)),
        }
    }

    /// Waits until the asker has dropped its end. It also returns when the asker has read the end.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    pub async fn closed(&self) {
        poll_fn(|cx| self.poll_closed(cx)).await;
    }

    /// Ends the answer: all parts have been sent.
    pub fn complete(self) {
        self.parts.end(|| Ok(()));
    }

    /// Ends the answer with an error, which is the asker's last part.
    pub fn fail(self, error: Error) {
        self.parts.end(|| Err(error));
    }

    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<Result<(), Closed>> {
        self.parts.poll_room(cx)
    }

    pub(super) fn poll_closed(&self, cx: &Context<'_>) -> Poll<()> {
        self.parts.poll_closed(cx)
    }

    /// Sends a part, for which there is room.
    pub(super) fn push(&self, part: R) -> Result<()> {
        self.parts.push(part).map_err(closed)
    }
}

fn closed<R: Message>(part: R) -> Error {
    let why = "the asker has dropped its end of the answer";
    Error::new(ErrorKind::Stopped, why).with_undelivered(part)
}

impl<R> Drop for StreamReply<R> {
    fn drop(&mut self) {
        let why = "the answer was dropped before it was complete";
        self.parts.end(|| Err(Error::new(ErrorKind::NoReply, why)));
    }
}

impl<R> fmt::Debug for StreamReply<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReply").finish_non_exhaustive()
    }
}
