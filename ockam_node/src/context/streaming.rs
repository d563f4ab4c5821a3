//! Answers that go on.

use std::future::Future;

use futures_core::Stream;
use ockam_core::{CanAnswer, Message, Result, Route};

use super::Context;
use super::outbox::Outbox;
use super::sender::Sender;
use crate::delivery::Destination;
use crate::streaming::{StreamReply, Streaming, pump, stream};
use crate::task;

impl Context {
    /// Sends a question whose answer goes on, and waits until it begins, until the deadline of an ask (30 s by
    /// default). The parts have no deadline.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ask`](Self::ask). It is `WrongType` if the answer is a single one, or has parts of
    /// another type, and `InvalidInput` if the route leads over a node of upstream, or of a version that knows no
    /// such answers.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is cancelled.
    ///
    /// # Examples
    ///
    /// See [`Streaming`].
    pub fn ask_stream<R>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
    ) -> impl Future<Output = Result<Streaming<R>>> + Send
    where
        R: CanAnswer,
    {
        let route = route.into();
        async move {
            self.outbox.check_streams(&route)?;
            self.ask(route, msg).await
        }
    }

    /// Answers the current message with the parts that a stream yields.
    ///
    /// The stream is polled in a task of its own, when there is room for a part, and the handler goes on. It
    /// is dropped when the asker drops its end, and ends with a panic of its own as its last part. It lives on
    /// when its worker has ended.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`reply`](Self::reply). It is `WrongType` if the message was not sent by
    /// [`ask_stream`](Self::ask_stream), or by one for parts of another type.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, there is no answer, and the stream is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    /// use tokio_stream::{StreamExt, iter};
    ///
    /// struct Countdown;
    ///
    /// impl Worker for Countdown {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, from: u64) -> Result<()> {
    ///         ctx.reply_stream(iter((0..from).rev())).await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("countdown", Countdown).await?;
    /// let numbers = ctx.ask_stream::<u64>("countdown", 3_u64).await?;
    /// assert_eq!(numbers.collect::<Result<Vec<_>>>().await?, [2, 1, 0]);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn reply_stream<S>(&self, stream: S) -> Result<()>
    where
        S: Stream<Item: Message> + Send + 'static,
    {
        self.reply_parts(stream, Ok).await
    }

    /// Answers with the parts of a stream, up to the first error.
    #[doc(hidden)]
    pub async fn reply_results<R, S>(&self, stream: S) -> Result<()>
    where
        R: Message,
        S: Stream<Item = Result<R>> + Send + 'static,
    {
        self.reply_parts(stream, |part| part).await
    }

    async fn reply_parts<R: Message, S: Stream + Send + 'static>(
        &self,
        stream: S,
        to_part: fn(S::Item) -> Result<R>,
    ) -> Result<()> {
        let reply = self.stream_reply().await?;
        let pumping = pump(stream, to_part, reply, self.address().clone());
        task::spawn(&self.node().runtime, pumping);
        Ok(())
    }

    /// Answers the current message with parts that are sent one by one.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`reply_stream`](Self::reply_stream).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, there is no answer.
    ///
    /// # Examples
    ///
    /// See [`Streaming`].
    pub async fn stream_reply<R: Message>(&self) -> Result<StreamReply<R>> {
        let (reply, streaming) = stream::<R>();
        self.reply(streaming).await.map(|()| reply)
    }
}

impl Sender {
    /// Sends a question whose answer goes on, as [`Context::ask_stream`] does.
    ///
    /// # Errors
    ///
    /// See [`Context::ask_stream`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is cancelled.
    ///
    /// # Examples
    ///
    /// See [`Streaming`].
    pub fn ask_stream<R>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
    ) -> impl Future<Output = Result<Streaming<R>>> + Send
    where
        R: CanAnswer,
    {
        let route = route.into();
        async move {
            self.outbox.check_streams(&route)?;
            self.ask(route, msg).await
        }
    }
}

impl Outbox {
    /// Returns an error if an answer that goes on can't come by the first connection of a route.
    fn check_streams(&self, route: &Route) -> Result<()> {
        let first = route.first().map(|first| self.node.router.find(first));
        match first {
            Some(Ok(Destination::Link(link))) => link.link.check_streams(),
            // What is wrong with the route, the ask says.
            _ => Ok(()),
        }
    }
}
