use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use ockam_core::{Address, Error, ErrorKind, Message, Result};

use super::reply::StreamReply;
use crate::panics::caught;
use crate::task::consume_budget;

/// How many parts are taken from a stream that is always ready before other tasks run.
const YIELD_EVERY_PARTS: usize = 64;

/// Answers with what a stream yields, until it ends or fails, or nobody reads any more. The stream of a `worker`
/// is polled when there is room for a part, and is dropped before its end is told.
pub(crate) async fn pump<R: Message, S: Stream + Send>(
    stream: S,
    to_part: fn(S::Item) -> Result<R>,
    reply: StreamReply<R>,
    worker: Address,
) {
    let pumped = caught(async {
        let mut stream = pin!(stream);
        loop {
            if let Some(end) = poll_fn(|cx| poll_some(stream.as_mut(), to_part, &reply, cx)).await {
                return end;
            }
            consume_budget().await;
        }
    });
    match pumped.await {
        Ok(Ok(())) => reply.complete(),
        Ok(Err(error)) => reply.fail(error),
        Err(panic) => {
            let why = format!("the stream of {worker} panicked: {}", panic.message());
            reply.fail(Error::new(ErrorKind::Panicked, why));
        }
    }
}

/// Takes some parts from a stream. Returns how it has ended, if it has.
fn poll_some<R: Message, S: Stream>(
    mut stream: Pin<&mut S>,
    to_part: fn(S::Item) -> Result<R>,
    reply: &StreamReply<R>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<()>>> {
    for _ in 0..YIELD_EVERY_PARTS {
        if ready!(reply.poll_room(cx)).is_err() {
            // Nobody is left who could be told.
            return Poll::Ready(Some(Ok(())));
        }
        match stream.as_mut().poll_next(cx).map(|item| item.map(to_part)) {
            Poll::Ready(Some(Ok(part))) => {
                if reply.push(part).is_err() {
                    return Poll::Ready(Some(Ok(())));
                }
            }
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            Poll::Ready(None) => return Poll::Ready(Some(Ok(()))),
            // Woken by the stream, or when the reader is dropped.
            Poll::Pending => return reply.poll_closed(cx).map(|()| Some(Ok(()))),
        }
    }
    Poll::Ready(None)
}
