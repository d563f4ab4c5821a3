use std::fmt;
use std::future::pending;
use std::marker::PhantomData;
use std::time::Duration;

use ockam_core::{Address, Error, ErrorKind, Message, Result, Route};

use super::sender::Sender;
use super::{Context, asked};

/// Answers one question, now or later, from anywhere on the node.
///
/// [`Context::reply_later`] returns it. A handler can keep it, or hand it to a task or another worker, and
/// go on with the next message. If it is dropped, the asker learns that no answer can come (`NoReply`).
///
/// A method of a protocol that takes a `Reply<T>` as its last argument answers by it, and its client gets a
/// `Result<T>`.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::Context;
///
/// struct Counter;
///
/// impl Worker for Counter {
///     type Message = String;
///     type Context = Context;
///
///     async fn handle_message(&mut self, ctx: &mut Context, text: String) -> Result<()> {
///         let reply = ctx.reply_later::<usize>();
///         // The worker takes the next message meanwhile.
///         tokio::spawn(async move { reply.send(text.len()).await });
///         Ok(())
///     }
/// }
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ctx.start_worker("counter", Counter).await?;
/// assert_eq!(ctx.ask::<usize>("counter", "ockam".to_string()).await?, 5);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub struct Reply<T> {
    sender: Sender,
    /// Where the current message wants its answer.
    return_route: Route,
    answer: PhantomData<fn(T)>,
}

impl Context {
    /// Returns the right to answer the current message later, or from another task.
    ///
    /// # Examples
    ///
    /// See [`Reply`].
    pub fn reply_later<T: Message>(&self) -> Reply<T> {
        if let Some(asker) = self.return_route().reply_to() {
            // From now on, somebody else may answer.
            asker.note_handled();
        }
        Reply {
            sender: self.sender(),
            return_route: self.return_route().clone(),
            answer: PhantomData,
        }
    }
}

impl<T: Message> Reply<T> {
    /// Sends the answer.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::reply`]. [`Error::take`] returns the answer.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the answer was not sent.
    pub async fn send(self, answer: T) -> Result<()> {
        match (self.return_route.first(), self.return_route.reply_to()) {
            (None, Some(reply_to)) => reply_to.answer(answer),
            (None, None) => {
                let why = "the call has no return route: it was sent, and not asked";
                Err(Error::new(ErrorKind::NoRoute, why).with_undelivered(answer))
            }
            _ => {
                let sending = self.sender.send_message(self.return_route, answer);
                sending.into_answer().await
            }
        }
    }

    /// Tells the asker an error instead of an answer.
    ///
    /// # Errors
    ///
    /// Returns the error if nobody waits for an answer.
    pub fn fail(self, error: Error) -> Result<()> {
        match self.return_route.reply_to() {
            Some(reply_to) => reply_to.fail(error),
            None => Err(error),
        }
    }
}

impl<T> Reply<T> {
    /// Returns how long the asker will still wait, as [`Context::time_left`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// # struct Clock;
    /// # impl Worker for Clock {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// async fn handle_message(&mut self, ctx: &mut Context, _msg: String) -> Result<()> {
    ///     let reply = ctx.reply_later::<bool>();
    ///     tokio::spawn(async move {
    ///         let has_time = reply.time_left().is_some_and(|left| left.as_secs() > 20);
    ///         reply.send(has_time).await
    ///     });
    ///     Ok(())
    /// }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// # let clock = ctx.start_worker("clock", Clock).await?;
    /// assert!(clock.ask::<bool>("an ask waits for 30 s".to_string()).await?);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn time_left(&self) -> Option<Duration> {
        self.return_route.reply_to().and_then(asked::time_left)
    }

    /// Waits until nobody waits for the answer any more, as [`Context::cancelled`] does.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, nothing is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// # struct Slow;
    /// # impl Worker for Slow {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// async fn handle_message(&mut self, ctx: &mut Context, _msg: String) -> Result<()> {
    ///     let (reply, sender) = (ctx.reply_later::<bool>(), ctx.sender());
    ///     tokio::spawn(async move {
    ///         reply.cancelled().await;
    ///         sender.send_message("app", "nobody waits".to_string()).await
    ///     });
    ///     Ok(())
    /// }
    /// # }
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let slow = ctx.start_worker("slow", Slow).await?;
    /// let limit = Duration::from_millis(5);
    /// assert!(slow.ask_timeout::<bool>("hello".to_string(), limit).await.is_err());
    /// assert_eq!(ctx.receive::<String>().await?, "nobody waits");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn cancelled(&self) {
        match self.return_route.reply_to() {
            Some(asker) => asked::ended(&self.sender.node().runtime, asker).await,
            None => pending().await,
        }
    }
}

impl<T> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reply").field(&self.return_route).finish()
    }
}

/// Creates the error of an answer to a message without a return route.
#[cold]
pub(super) fn no_return_route(worker: &Address) -> Error {
    let why = format!(
        "{worker} handles a message without a return route, which can't be answered: what a handle sends has none, \
         and what it asks has one"
    );
    Error::new(ErrorKind::NoRoute, why)
}
