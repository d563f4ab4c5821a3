use std::future::Future;
use std::time::Duration;

use ockam_core::headers::Headers;
use ockam_core::{Error, ErrorKind, Message, Result, Route, Routed};

use super::Context;
use super::asking::Asking;
use super::sending::Sending;

impl Context {
    /// Sends a message along a route and returns when it is in the mailbox of the first worker.
    ///
    /// A route is one address, or several: `ctx.send_message(route!["a", "b"], msg)` sends to `a`,
    /// which passes the message on to `b`. If the mailbox is full, the sender waits for room, at most
    /// for the deadline of a send (30 s unless the node says otherwise).
    ///
    /// Where the route leads to another node, it returns when the connection has queued the message. What
    /// fails behind that comes back to `Worker::undelivered`.
    ///
    /// # Errors
    ///
    /// `UnknownAddress`, `WrongType`, `Stopped`, `TimedOut`, and `NoRoute` for an empty route, a
    /// network that this node isn't on, a node that can't be reached, or an ask that has its answer.
    /// `MailboxFull` at once if a context sends to its own full mailbox. `InvalidInput` for a message to
    /// another node that is local-only or too large. [`Error::take`] gives the message back.
    ///
    /// # Cancel safety
    ///
    /// A message whose send was dropped before it was done was not sent.
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
    #[inline]
    pub fn send_message<M: Message>(&self, route: impl Into<Route>, msg: M) -> Sending<'_, M> {
        Sending::new(&self.outbox, self.caller(), route.into(), msg)
    }

    /// Sends a message if there is room for it at once.
    ///
    /// # Errors
    ///
    /// As [`send_message`](Self::send_message), and `MailboxFull`. [`Error::take`] gives the message
    /// back.
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

    /// Sends a question and waits for the answer, at most for the deadline of an ask (30 s unless
    /// the node says otherwise).
    ///
    /// The answer does not pass through the mailbox.
    ///
    /// # Errors
    ///
    /// Those of [`send_message`](Self::send_message); what the handler returned as an error;
    /// `NoReply` if the question was dropped unanswered or a context asks itself; `Panicked`; `Stopped`
    /// if the worker stops before it comes to the question; `WrongType` if the answer is not an `R`;
    /// `TimedOut`; `OutcomeUnknown` if the connection to the other node is lost meanwhile.
    ///
    /// # Cancel safety
    ///
    /// A dropped ask may have been handled. Its answer is discarded.
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
    pub fn ask<R: Message>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
    ) -> impl Future<Output = Result<R>> + Send {
        self.ask_timeout(route, msg, self.node().settings.ask_timeout)
    }

    /// As [`ask`](Self::ask), with a deadline of its own.
    ///
    /// # Errors
    ///
    /// As those of [`ask`](Self::ask).
    ///
    /// # Cancel safety
    ///
    /// A dropped ask may have been handled. Its answer is discarded.
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
    pub fn ask_timeout<R: Message>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
        timeout: Duration,
    ) -> impl Future<Output = Result<R>> + Send {
        Asking::new(&self.outbox, self.caller(), route.into(), msg, timeout)
    }

    /// Answers the message that is being handled: completes an ask, or sends to the address that a
    /// message came from.
    ///
    /// # Errors
    ///
    /// `NoRoute` if nobody can be answered, or an ask has its answer; `Stopped` if the asker waits no
    /// longer; `WrongType` if it waits for another type; else those of
    /// [`send_message`](Self::send_message). [`Error::take`] gives the message back.
    ///
    /// # Cancel safety
    ///
    /// A reply that was dropped before it was done was not sent.
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
        let return_route = self.return_route();
        match (return_route.first(), return_route.reply_to()) {
            (None, Some(reply_to)) => reply_to.answer(msg),
            (None, None) => {
                let why = "the message that is being handled has no return route";
                Err(Error::new(ErrorKind::NoRoute, why).with_undelivered(msg))
            }
            _ => self.send_message(return_route, msg).await,
        }
    }

    /// Passes a message on to the next address of its route, unserialised.
    ///
    /// The first address of this context is put in front of the return route, so that the answer comes
    /// back the same way.
    ///
    /// # Errors
    ///
    /// `NoRoute` if the message has arrived where it was sent to, else those of
    /// [`send_message`](Self::send_message). [`Error::take`] gives the message back.
    ///
    /// # Cancel safety
    ///
    /// A message whose forwarding was dropped before it was done was not passed on.
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
