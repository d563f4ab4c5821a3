use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Address, CanAnswer, Message, Result, Route};

use super::asking::{AlongRoute, Asking};
use super::outbox::Outbox;
use super::sending::Sending;
use crate::node::Node;

/// Sends and asks from spawned tasks, threads and callbacks.
///
/// It sends in the name of the context that created it, which gets the answers. It does not keep the
/// worker or the node alive.
///
/// It doesn't know which handler uses it. A handler that uses it to send to its own full mailbox, or to
/// ask its own worker, waits until the deadline.
///
/// # Examples
///
/// ```
/// # let (mut ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// for number in 1..=3_u64 {
///     let sender = ctx.sender();
///     tokio::spawn(async move { sender.send_message("app", number).await });
/// }
/// let mut sum = 0;
/// for _ in 1..=3 {
///     sum += *ctx.receive::<u64>().await?;
/// }
/// assert_eq!(sum, 6);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub struct Sender {
    pub(super) outbox: Outbox,
}

impl Sender {
    /// Creates a sender that sends in the name of an outbox.
    pub(crate) fn new(outbox: &Outbox) -> Self {
        Self {
            outbox: outbox.again(),
        }
    }

    /// Returns the address in whose name this sends.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Address;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert_eq!(ctx.sender().address(), &Address::from("app"));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn address(&self) -> &Address {
        self.outbox.address()
    }

    /// Sends a message, as [`Context::send_message`](crate::Context::send_message) does.
    ///
    /// # Errors
    ///
    /// See [`Context::send_message`](crate::Context::send_message). `MailboxFull` is not returned.
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
    /// let sender = ctx.sender();
    /// tokio::spawn(async move { sender.send_message("app", 7_u64).await });
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[inline]
    pub fn send_message<M: Message>(&self, route: impl Into<Route>, msg: M) -> Sending<'_, M> {
        Sending::new(&self.outbox, None, route.into(), msg)
    }

    /// Sends a message if there is room at once.
    ///
    /// # Errors
    ///
    /// See [`Context::try_send`](crate::Context::try_send).
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sender = ctx.sender();
    /// let on_event = move |event: u64| sender.try_send("app", event);
    /// on_event(7)?;
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn try_send<M: Message>(&self, route: impl Into<Route>, msg: M) -> Result<()> {
        self.outbox.try_send(&route.into(), msg)
    }

    /// Sends a message from code that is not async, and blocks the thread while there is no room.
    ///
    /// # Errors
    ///
    /// See [`Context::send_message`](crate::Context::send_message).
    ///
    /// # Panics
    ///
    /// Panics in async code, where it would block other tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sender = ctx.sender();
    /// std::thread::spawn(move || sender.blocking_send("app", 7_u64));
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[track_caller]
    pub fn blocking_send<M: Message>(&self, route: impl Into<Route>, msg: M) -> Result<()> {
        self.outbox.blocking_send(&route.into(), msg)
    }

    /// Sends a question and waits for the answer, as [`Context::ask`](crate::Context::ask) does.
    ///
    /// # Errors
    ///
    /// See [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let asked = ctx.sender().ask::<u64>("nobody", 7_u64).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::UnknownAddress);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask<R>(
        &self,
        route: impl Into<Route>,
        msg: impl Message,
    ) -> impl Future<Output = Result<R>> + Send
    where
        R: CanAnswer,
    {
        self.ask_timeout(route, msg, self.outbox.node.settings.ask_timeout)
    }

    /// Sends a question and waits for the answer, as [`ask`](Self::ask) does, within a time limit.
    ///
    /// # Errors
    ///
    /// See [`Context::ask`](crate::Context::ask).
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
    /// let asked = ctx.sender().ask_timeout::<u64>("silent", 7_u64, Duration::from_millis(5)).await;
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
            caller: None,
            route: route.into(),
        };
        Asking::new(&self.outbox, to, msg, timeout)
    }
}

impl Sender {
    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.outbox.node
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }
}

impl Clone for Sender {
    fn clone(&self) -> Self {
        Self::new(&self.outbox)
    }
}

impl From<&Self> for Sender {
    fn from(sender: &Self) -> Self {
        sender.clone()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sender").field(self.address()).finish()
    }
}
