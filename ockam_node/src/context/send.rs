use std::future::Future;
use std::time::Duration;

use ockam_core::headers::Headers;
use ockam_core::{CanAnswer, Error, ErrorKind, Message, Result, Route, Routed};

use super::Context;
use super::asking::{AlongRoute, Asking};
use super::reply::no_return_route;
use super::sending::Sending;
use crate::log;
use crate::task::consume_budget;

impl Context {
    /// Sends a message along a route, and returns when it is in the mailbox of the first worker.
    ///
    /// A route is one address or several: `ctx.send_message(route!["a", "b"], msg)` sends to `a`, which
    /// forwards the message to `b`. If the mailbox is full, this waits for room until the deadline of a
    /// send (30 s by default).
    ///
    /// If the route leads to another node, this returns when the connection has queued the message. A
    /// later failure is reported to `Worker::undelivered`.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress`, `WrongType`, `Stopped`, `TimedOut`, and `NoRoute` for an empty route,
    /// a network without a transport on this node, a node that can't be reached, or an ask that has an
    /// answer already. Returns `MailboxFull` at once if a context sends to its own full mailbox, and
    /// `InvalidInput` if the route has more than 1,024 addresses, or a message to another node is
    /// local-only or too large. [`Error::take`] returns
    /// the message.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the message was not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.send_message("app", "Hello!".to_string()).await?;
    /// assert_eq!(ctx.receive::<String>().await?, "Hello!");
    ///
    /// let mut error = ctx.send_message("nobody", 7_u64).await.unwrap_err();
    /// assert_eq!(error.to_string(), "nothing is at 0#nobody");
    /// assert_eq!(error.take::<u64>(), Some(7));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[doc(alias = "send")]
    #[doc(alias = "tell")]
    #[inline]
    pub fn send_message<M: Message>(&self, route: impl Into<Route>, msg: M) -> Sending<'_, M> {
        Sending::new(&self.outbox, self.caller(), route.into(), msg)
    }

    /// Sends a message if there is room at once.
    ///
    /// # Errors
    ///
    /// Returns `MailboxFull`, and the errors of [`send_message`](Self::send_message). [`Error::take`]
    /// returns the message.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # let (ctx, mut executor) = ockam_node::NodeBuilder::new().mailbox_capacity(1).build()?;
    /// # executor.execute(async move {
    /// ctx.try_send("app", 1_u64)?;
    /// let mut error = ctx.try_send("app", 2_u64).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::MailboxFull);
    /// assert_eq!(error.take::<u64>(), Some(2));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn try_send<M: Message>(&self, route: impl Into<Route>, msg: M) -> Result<()> {
        self.outbox.try_send(&route.into(), msg)
    }

    /// Sends a question and waits for the answer, until the deadline of an ask (30 s by default).
    ///
    /// The answer does not pass through the mailbox.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send_message`](Self::send_message), the error that the handler returned,
    /// `NoReply` if the question was dropped unanswered or a context asks itself, `Panicked`, `Stopped`
    /// if the worker stops before it handles the question, `WrongType` if the answer is not an `R`,
    /// `TimedOut`, and `OutcomeUnknown` if the connection to the other node is lost.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Doubler;
    ///
    /// impl Worker for Doubler {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    ///         ctx.reply(2 * msg).await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("doubler", Doubler).await?;
    /// assert_eq!(ctx.ask::<u64>("doubler", 21_u64).await?, 42);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[doc(alias = "send_and_receive")]
    #[doc(alias = "call")]
    pub fn ask<R>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
    ) -> impl Future<Output = Result<R>> + Send
    where
        R: CanAnswer,
    {
        self.ask_timeout(route, msg, self.node().settings.ask_timeout)
    }

    /// Sends a question and waits for the answer, as [`ask`](Self::ask) does, within a time limit.
    ///
    /// # Errors
    ///
    /// See [`ask`](Self::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # use std::time::Duration;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let silent = ctx.open("silent")?;
    /// let asked = ctx.ask_timeout::<u64>("silent", 7_u64, Duration::from_millis(5)).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    /// # drop(silent);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask_timeout<R>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
        timeout: Duration,
    ) -> impl Future<Output = Result<R>> + Send
    where
        R: CanAnswer,
    {
        let to = AlongRoute {
            caller: self.caller(),
            route: route.into(),
        };
        Asking::new(&self.outbox, to, msg, timeout)
    }

    /// Answers the current message: completes an ask, or sends to the address that the message came
    /// from.
    ///
    /// On one node, this waits for room in a full mailbox. It never waits for another node, which could keep this
    /// worker from all others: if too much waits to be sent there already, the answer is refused, and an
    /// asker is told. The answer to a message that was sent, and not asked, is refused as well if the other
    /// node has given no credit for it; [`send_message`](Self::send_message) to the return route waits.
    ///
    /// # Errors
    ///
    /// Returns `MailboxFull` if there is no room on the way to another node, `NoRoute` if the message has no
    /// return route or the ask has an answer already, `Stopped` if the asker has stopped waiting, `WrongType` if it waits for another type, and the errors of
    /// [`send_message`](Self::send_message). [`Error::take`] returns the message.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the answer was not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Doubler;
    ///
    /// impl Worker for Doubler {
    ///     type Message = u64;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    ///         ctx.reply(2 * msg).await
    ///     }
    /// }
    ///
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("doubler", Doubler).await?;
    /// ctx.send_message("doubler", 21_u64).await?;
    /// assert_eq!(ctx.receive::<u64>().await?, 42);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn reply<M: Message>(&self, msg: M) -> Result<()> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        log::event::<M>(|what| format!("{} answers: {what}", self.address()));
        let return_route = self.return_route();
        let answered = match (return_route.first(), return_route.reply_to()) {
            (None, Some(reply_to)) => reply_to.answer(msg),
            (None, None) => Err(no_return_route(self.address()).with_undelivered(msg)),
            _ => return self.send_message(return_route, msg).into_answer().await,
        };
        if answered.is_err() {
            Box::pin(consume_budget()).await;
        }
        answered
    }

    /// Forwards a message to the next address of its route, without serialising it.
    ///
    /// The first address of this context is added in front of the return route, so that the answer
    /// comes back the same way.
    ///
    /// # Errors
    ///
    /// Returns `NoRoute` if the message is at the end of its route, and the errors of
    /// [`send_message`](Self::send_message). [`Error::take`] returns the message.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the message was not forwarded.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Any, Result, Routed, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Middle;
    ///
    /// impl Worker for Middle {
    ///     type Message = Any;
    ///     type Context = Context;
    ///
    ///     async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
    ///         ctx.forward(msg).await
    ///     }
    /// }
    ///
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("middle", Middle).await?;
    /// ctx.send_message(route!["middle", "app"], 7_u64).await?;
    ///
    /// let message = ctx.receive::<u64>().await?;
    /// assert_eq!(message.return_route(), &route!["middle", "app"]);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn forward<M: Message>(&self, msg: Routed<M>) -> impl Future<Output = Result<()>> + Send {
        let (body, mut return_route, headers) = Headers::detach(msg);
        return_route.push_front(self.outbox.address());
        let headers = Headers {
            source: self.outbox.source(),
            ..headers
        };
        let message = headers.attach(body, return_route);
        async move {
            if message.onward_route().is_empty() {
                let why = "the message has no further address on its route";
                return Err(
                    Error::new(ErrorKind::NoRoute, why).with_undelivered(message.into_body())
                );
            }
            self.outbox.forward(self.caller(), message).await
        }
    }
}
