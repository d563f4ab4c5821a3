//! Answers that go on between nodes: what a connection reads and writes.

use std::any::{Any, type_name};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use ockam_core::call::BodyError;
use ockam_core::parts::{PartSink, PartSource, STREAM, Upstream};
use ockam_core::{BodyType, Error, ErrorContext, ErrorKind, Message, Result};

use super::parts::Parts;
use super::reader::Streaming;
use crate::panics::catch;

/// It is sent to workers of the same node, and to another node as an answer.
impl<R: Message> Message for Streaming<R> {
    /// Writes what says that parts follow.
    fn write_body(&self, _: &mut Vec<u8>) -> Result<(), BodyError> {
        Ok(())
    }

    fn body_type(&self) -> BodyType<'_> {
        BodyType {
            name: Some(STREAM),
            shape: None,
        }
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn take_parts(&self) -> Option<Box<dyn Any>> {
        let (streaming, body) = (self.take(), Vec::new());
        let source: Box<dyn PartSource> = Box::new(Source { streaming, body });
        Some(Box::new(source))
    }

    fn from_parts(upstream: Box<dyn Any>) -> Option<(Self, Box<dyn Any>)> {
        let upstream: Arc<dyn Upstream> = *upstream.downcast().ok()?;
        let parts = Arc::new(Parts::new(Some(upstream)));
        let sink: Arc<dyn PartSink> = Arc::new(Sink(parts.clone()));
        Some((Self::new(parts), Box::new(sink)))
    }
}

/// Feeds a [`Streaming`].
struct Sink<R>(Arc<Parts<R>>);

impl<R: Message> PartSink for Sink<R> {
    fn push_all(&self, bodies: &[&[u8]], sent: BodyType<'_>) -> Result<()> {
        let (mut parts, mut bytes, mut failed) = (Vec::with_capacity(bodies.len()), 0, None);
        for body in bodies {
            match read(body, sent) {
                Ok(part) => parts.push(part),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
            bytes += body.len();
        }
        // Nobody reads any more: the connection is told so by the reader.
        let _ = catch(|| drop(self.0.push_all(parts, bytes)));
        failed.map_or(Ok(()), Err)
    }

    fn end(&self, end: Result<()>) {
        self.0.end(|| end);
    }
}

/// Reads a part, by the `Deserialize` of a user, which may panic.
fn read<R: Message>(body: &[u8], sent: BodyType<'_>) -> Result<R> {
    let read = catch(|| R::read_body(body, sent));
    let part = read.map_err(|panic| {
        let why = format!("the `Deserialize` of a part panicked: {}", panic.message());
        Error::new(ErrorKind::WrongType, why)
    })?;
    part.context("a part is not what the asker waits for")
}

/// Reads a [`Streaming`].
struct Source<R> {
    streaming: Streaming<R>,
    body: Vec<u8>,
}

impl<R: Message> PartSource for Source<R> {
    fn set_credit(&mut self, parts: u64) {
        self.streaming.set_credit(parts);
    }

    fn poll_part(
        &mut self,
        cx: &mut Context<'_>,
        send: &mut dyn FnMut(&[u8], BodyType<'_>),
    ) -> Poll<Option<Result<()>>> {
        let Some(part) = ready!(Pin::new(&mut self.streaming).poll_next(cx)) else {
            return Poll::Ready(None);
        };
        self.body.clear();
        let written = part.and_then(|part| {
            // The `Serialize` of a user may panic, and so may the `Drop` of the part.
            let written = catch(|| {
                part.write_body(&mut self.body)?;
                send(&self.body, part.body_type());
                drop(part);
                Ok::<_, BodyError>(())
            });
            let written = written.map_err(|panic| {
                let why = format!("the `Serialize` of a part panicked: {}", panic.message());
                Error::new(ErrorKind::Panicked, why)
            })?;
            let what = type_name::<R>();
            written.map_err(|error| {
                Error::from(error).context(format!("{what} can't leave this node"))
            })
        });
        Poll::Ready(Some(written))
    }
}
