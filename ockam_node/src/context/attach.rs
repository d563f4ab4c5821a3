use futures_core::Stream;
use ockam_core::{Message, Result};

use super::Context;
use super::work::{self, Attached, Owner};

impl Context {
    /// Attaches a stream, whose items come to this context as messages.
    ///
    /// They come in order, and share the mailbox with other messages. The stream is polled in a task of its own,
    /// at most one item ahead of room in the mailbox. It is dropped when it ends, and when this worker ends,
    /// also if that is restarted. When the worker stops, the stream is not polled any more once the mailbox has
    /// closed; what it has yielded before is handled.
    ///
    /// A stream that panics is dropped, and [`Worker::undelivered`](ockam_core::Worker::undelivered) is told.
    /// Nothing tells of the end of a stream: append an item that does.
    ///
    /// # Errors
    ///
    /// Returns `WrongType` if the items are not of the type of the worker's messages.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokio_stream::{StreamExt, once};
    ///
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let words = tokio_stream::iter(["over", "the"]).chain(once("end"));
    /// ctx.attach_stream(words.map(String::from))?;
    /// for word in ["over", "the", "end"] {
    ///     assert_eq!(ctx.receive::<String>().await?, word);
    /// }
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn attach_stream<S>(&self, stream: S) -> Result<Attached>
    where
        S: Stream<Item: Message> + Send + 'static,
    {
        Ok(work::attach(self.owner()?, stream))
    }

    /// Returns this context as the owner of work that brings messages of type `M`.
    pub(super) fn owner<M: Message>(&self) -> Result<Owner<M>> {
        let mut outbox = self.outbox.again();
        outbox.set_trace(self.headers.trace().cloned());
        let incarnation = self.incarnation.get_or_init(Box::default);
        Owner::new(outbox, &self.endpoint, &incarnation.works)
    }
}
