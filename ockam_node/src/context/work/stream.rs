use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use ockam_core::{Error, ErrorKind, Message, Result};
use tokio::task::AbortHandle;

use super::owner::{Begun, Owner};
use crate::panics::{Panic, catch, drop_caught};
use crate::task::consume_budget;

/// A stream whose items come to a context as messages.
///
/// [`Context::attach_stream`](crate::Context::attach_stream) returns it. The stream stays attached if this is
/// dropped, and ends with the worker that attached it.
///
/// # Examples
///
/// ```
/// # let (mut ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let numbers = ctx.attach_stream(tokio_stream::pending::<u64>())?;
/// assert!(numbers.cancel());
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Attached {
    task: AbortHandle,
}

impl Attached {
    /// Detaches the stream and drops it. Returns `false` if it has ended before.
    ///
    /// Items that are in the mailbox stay there, and one that is being sent at this moment may still arrive.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let numbers = ctx.attach_stream(tokio_stream::iter([7_u64]))?;
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// numbers.cancel();
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn cancel(&self) -> bool {
        let goes_on = !self.task.is_finished();
        self.task.abort();
        goes_on
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attached").finish_non_exhaustive()
    }
}

/// Polls a stream in a task, and sends its items to the owner.
pub(in crate::context) fn attach<S>(owner: Owner<S::Item>, stream: S) -> Attached
where
    S: Stream<Item: Message> + Send + 'static,
{
    let owner = Arc::new(owner);
    let task = owner.clone().spawn(async move {
        let mut source = Source(Some(Box::pin(stream)));
        // The owner is told behind the drop of the stream.
        if let Err(panic) = source.send_all(&owner).await {
            drop(source);
            let why = format!("an attached stream panicked: {}", panic.message());
            owner.tell(Error::new(ErrorKind::Panicked, why));
        }
    });
    Attached { task }
}

/// The next item of a stream, as a piece of work that has begun. `None` is the end.
type Next<T> = Option<(Begun<T>, T)>;

/// A stream, whose panics are caught, also that of its `Drop`.
struct Source<S>(Option<Pin<Box<S>>>);

impl<S: Stream<Item: Message>> Source<S> {
    /// Sends the items until there is none, or until the owner begins no work any more.
    async fn send_all(&mut self, owner: &Owner<S::Item>) -> Result<(), Panic> {
        loop {
            match poll_fn(|cx| self.poll_next(owner, cx)).await? {
                Some((begun, item)) => owner.send(&begun, item).await,
                None => return Ok(()),
            }
            // A stream that is always ready, to a mailbox that always has room.
            consume_budget().await;
        }
    }

    /// Polls the stream as a piece of work, which goes on with the item.
    fn poll_next(
        &mut self,
        owner: &Owner<S::Item>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Next<S::Item>, Panic>> {
        let (Some(stream), Some(begun)) = (&mut self.0, owner.begin_poll()) else {
            return Poll::Ready(Ok(None));
        };
        match catch(|| stream.as_mut().poll_next(cx)) {
            Ok(Poll::Ready(item)) => Poll::Ready(Ok(item.map(|item| (begun, item)))),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

impl<S> Drop for Source<S> {
    fn drop(&mut self) {
        let _ = drop_caught(self.0.take());
    }
}
